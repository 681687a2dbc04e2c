// What this screen knows: conversations, boxes, lines. Everything that arrives goes through here.

import { state } from '../words.js';

export const BOXES = ['waiting', 'mine', 'bot', 'closed'];
const me = state.user.id;
const items = new Map();
const talks = new Map();
const members = { waiting: new Set(), mine: new Set(), bot: new Set(), closed: new Set() };
const shown = new Map();
const listeners = new Set();

export const store = {
  box: 'waiting',
  open: null,
  counts: { waiting: 0, mine: 0, bot: 0, closed: 0 },
  loaded: new Set(),
  line: 'connecting',
  lastOnline: null,
  news: state.news || 0,
};

/** Call `listener(what)` after every change; what: list, chat, card, line, news. */
export function watch(listener) {
  listeners.add(listener);
}

export function changed(...what) {
  for (const listener of listeners) for (const each of what) listener(each);
}

export const item = (id) => items.get(id);
export const talk = (id) => talks.get(id);
export const isMine = (one) => one.owner === 'human' && one.owner_id === me;

/** Where a conversation belongs by its owner; closed is a box of its own. */
function boxOf(one) {
  if (one.owner === 'human') return isMine(one) ? 'mine' : '';
  return one.owner;
}

/** A box as the server gave it. */
export function putBox(box, list, counts) {
  members[box] = new Set(list.map((one) => one.id));
  for (const one of list) items.set(one.id, one);
  store.loaded.add(box);
  setCounts(counts);
  changed('list');
}

function setCounts(counts) {
  store.counts = { ...store.counts, ...counts };
  if (store.loaded.has('mine')) store.counts.mine = members.mine.size;
}

/** One conversation as it is now. */
export function putItem(one, seq = 0) {
  if (seq && seq < (shown.get(one.id) || 0)) return;
  const before = items.get(one.id);
  if (!seq && before && (before.epoch > one.epoch || before.last_seq > one.last_seq)) return;
  shown.set(one.id, Math.max(seq, shown.get(one.id) || 0));
  items.set(one.id, one);
  const box = boxOf(one);
  for (const name of ['waiting', 'mine', 'bot']) {
    if (name === box) members[name].add(one.id);
    else members[name].delete(one.id);
  }
  if (box !== 'bot') members.closed.delete(one.id);
  else if (before && before.owner !== 'bot') members.closed.add(one.id);
  setCounts({});
}

/** A frame of the event stream. */
export function putEvent(frame) {
  if (frame.counts) setCounts(frame.counts);
  const one = frame.item;
  if (one) {
    const before = items.get(one.id);
    putItem(one, frame.seq);
    if (talks.has(one.id)) putLines(one.id, frame.messages);
    if (one.owner === 'waiting' && (before?.owner !== 'waiting' || frame.kinds.includes('escalated'))) changed('arrived');
  }
  changed('list', 'chat');
}

/** A conversation that was opened: all its lines so far and the client's card. */
export function putTalk(id, lines, card, page, visits) {
  const before = talks.get(id);
  talks.set(id, { lines: [], pending: before?.pending || [], card, page, visits, full: lines.length < 100, gap: false });
  putLines(id, lines);
  changed('chat', 'card');
}

/** The client's card as it is now. */
export function putCard(id, card) {
  const one = talks.get(id);
  if (!one) return;
  one.card = card;
  changed('card');
}

/** What is written down about an opened conversation; `visits` only where they were asked for, too. */
export function putPage(id, page, visits) {
  const one = talks.get(id);
  if (!one) return;
  one.page = page;
  if (visits) one.visits = visits;
  changed('chat', 'card');
}

/** Lines of an opened conversation, in any order, known ones too. */
export function putLines(id, lines) {
  const one = talks.get(id);
  if (!one || !lines.length) return;
  const last = one.lines.at(-1)?.seq ?? 0;
  if (last && lines[0].seq > last + 1) {
    one.gap = true;
    changed('gap');
    return;
  }
  const known = new Set(one.lines.map((line) => line.seq));
  const fresh = lines.filter((line) => !known.has(line.seq));
  for (const line of fresh) if (line.author === 'manager') settle(one, line);
  one.lines = [...one.lines, ...fresh].sort((a, b) => a.seq - b.seq);
}

/** Earlier lines, asked for by scrolling up. */
export function putEarlier(id, lines) {
  const one = talks.get(id);
  one.full = lines.length < 100;
  one.lines = [...lines.filter((line) => line.seq < one.lines[0].seq), ...one.lines];
  changed('chat');
}

/** A line of ours that is now in the conversation is no longer on its way. */
function settle(one, line) {
  const index = one.pending.findIndex(
    (mine) => mine.client_id === line.key || mine.seq === line.seq || (!line.key && mine.text === line.text),
  );
  if (index >= 0) one.pending.splice(index, 1);
}

/** The conversations of a box in their order. */
export function listOf(box) {
  const list = [...members[box]].map((id) => items.get(id)).filter(Boolean);
  const time = (one) => Date.parse(one.last_at);
  const since = (one) => Date.parse(one.waiting_since || one.last_at);
  if (box === 'waiting') return list.sort((a, b) => a.priority - b.priority || since(a) - since(b));
  if (box === 'mine') {
    const asleep = (one) => Boolean(one.snoozed_until) && Date.parse(one.snoozed_until) > Date.now();
    return list.sort((a, b) => asleep(a) - asleep(b) || !a.waiting_since - !b.waiting_since || (a.waiting_since ? since(a) - since(b) : time(b) - time(a)));
  }
  return list.sort((a, b) => time(b) - time(a));
}

/** Forget what may be stale: everything is loaded anew. */
export function forget() {
  store.loaded.clear();
  for (const name of BOXES) members[name].clear();
  shown.clear();
}
