// The live inbox: ties the store, the three columns, the keys and the socket together.

import { Fault, get, post } from '../api.js';
import { badge, wakeFrame } from '../frame.js';
import { Live } from '../live.js';
import { toast } from '../toast.js';
import { h } from '../dom.js';
import { state, t } from '../words.js';
import { drawCard } from './card.js';
import { closeGap, drawChat, focusReply } from './chat.js';
import { askReturn, showKeys } from './dialogs.js';
import { clientName } from './names.js';
import { wakeKeys } from './keys.js';
import { announceWaiting, drawLine, drawList, drawTitle, neighbour, wakeList } from './list.js';
import { unsent } from './memory.js';
import { claim, refresh, sendLost, showReady } from './reply.js';
import { changed, forget, isMine, item, listOf, putBox, putEvent, putItem, putTalk, store, talk, watch } from './store.js';

const inbox = document.getElementById('main');
const card = document.getElementById('card');
const TICK = 20000;
const bell = import('./later/ring.js');
const WRITTEN = new Set(['noted', 'tagged', 'word_given', 'word_kept', 'turn']);

const acts = {
  back: () => show(null),
  leave: () => (inbox.classList.contains('inbox--card') ? acts.info() : show(null)),
  info: () => inbox.classList.toggle('inbox--card'),
  next: () => show(neighbour(1) ?? store.open),
  previous: () => show(neighbour(-1) ?? store.open),
  help: showKeys,
  claim: take,
  giveBack,
  close: shut,
  more: async () => store.open && (await import('./later/more.js')).showMore(item(store.open)),
  note,
  ready: () => (store.open && isMine(item(store.open)) ? showReady() : null),
  open: (id) => show(id),
  search: async () => (await import('./later/search.js')).showSearch(found),
  unanswered: async () => (await import('./later/search.js')).showUnanswered(found),
  reply: () => (store.open && !isMine(item(store.open)) ? take() : focusReply()),
};

async function take() {
  const one = store.open && item(store.open);
  if (!one || one.owner === 'human') return;
  if (!(await claim(one.id))) return;
  if (store.box !== 'mine') await choose('mine');
  changed('list', 'chat', 'card');
  focusReply();
}

/** A conversation that was found, wherever it is. */
function found(one) {
  putItem(one);
  show(one.id);
}

function note() {
  if (!store.open) return;
  inbox.classList.add('inbox--card');
  document.getElementById('note-text')?.focus();
}

async function giveBack() {
  const one = store.open && item(store.open);
  if (!one || !isMine(one)) return;
  const choice = await askReturn();
  if (choice) await returned(one, choice, t('The bot goes on.'));
}

async function shut() {
  const one = store.open && item(store.open);
  if (one && isMine(one)) await returned(one, 'close', t('Closed. The client is asked how it was.'));
}

async function returned(one, choice, said) {
  const client_id = crypto.getRandomValues(new Uint32Array(4)).join('-');
  try {
    const data = await post(`/api/conversations/${one.id}/return`, { choice, client_id, epoch: one.epoch });
    putItem(data.item);
    toast(said);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
    if (fault.status === 409) await refresh(one.id);
  }
  changed('list', 'chat', 'card');
}

async function choose(box) {
  store.box = box;
  changed('list');
  await load(box);
}

async function load(box) {
  const data = await get(`/api/inbox?box=${box}`).catch((fault) => (toast(fault.message), null));
  if (data) putBox(box, data.items, data.counts);
}

/** Open a conversation (null: none) and remember it in the address. */
async function show(id, remember = true) {
  if (id === store.open) return;
  store.open = id;
  store.toBottom = true;
  inbox.dataset.view = id ? 'chat' : 'list';
  inbox.classList.remove('inbox--card');
  inbox.classList.toggle('inbox--nobody', !id);
  if (remember) history.pushState({ id }, '', `${state.root}/inbox${id ? '/' : ''}${id ?? ''}`);
  changed('list', 'chat', 'card');
  document.querySelector('.talk[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  if (id) await openTalk(id);
}

async function openTalk(id) {
  try {
    const data = await get(`/api/conversations/${id}`);
    putItem(data.item);
    putTalk(id, data.messages, data.card, data.page, data.visits);
    restore(id);
    changed('list', 'chat', 'card');
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
    if (fault.status === 404) show(null);
  }
}

/** Replies that did not get out before a reload are shown again, with a way to send them. */
function restore(id) {
  const one = talk(id);
  const known = new Set(one.pending.map((mine) => mine.client_id));
  for (const mine of unsent(id)) {
    if (known.has(mine.client_id)) continue;
    one.pending.push({ ...mine, status: 'failed', reason: mine.reason || t('Was not sent.') });
  }
}

/** After too long an absence: everything anew, the open conversation too. */
async function reload() {
  forget();
  await Promise.all([load(store.box), load('mine')]);
  if (store.open) await openTalk(store.open);
}

function line(name) {
  if (name === 'offline' && store.line === 'online') store.lastOnline = new Date().toISOString();
  store.line = name;
  changed('line');
  if (name === 'online') sendLost();
}

function outdated() {
  if (document.getElementById('fresh')) return;
  const button = h('button', { type: 'button', class: 'link', onclick: () => location.reload() }, t('Refresh'));
  document.querySelector('.side__head').after(h('p', { class: 'offline', id: 'fresh' }, t('The console has been updated.'), button));
}

const written = async (id) => (await import('./later/page.js')).refreshPage(id);

let asked = 0;
async function countNews() {
  clearTimeout(asked);
  asked = setTimeout(async () => {
    const data = await get('/api/news/count').catch(() => null);
    if (data) badge('news', data.count);
  }, 300);
}

watch((what) => {
  if (what === 'list') {
    drawList();
    drawTitle();
    badge('waiting', store.counts.waiting);
  }
  if (what === 'chat') drawChat(acts);
  if (what === 'card' || what === 'chat') drawCard(card, store.open && item(store.open), store.open && talk(store.open), acts);
  if (what === 'line') drawLine();
  if (what === 'gap') closeGap();
  if (what === 'arrived') {
    announceWaiting();
    const first = listOf('waiting')[0];
    if (first) bell.then((ring) => ring.ring(first));
  }
});

wakeFrame();
wakeList({ onBox: choose, onOpen: show });
wakeKeys(acts);
document.getElementById('keys-button').addEventListener('click', showKeys);
document.getElementById('search-button').addEventListener('click', acts.search);
document.getElementById('unanswered-button').addEventListener('click', acts.unanswered);
bell.then((ring) => ring.wakeBell(document.getElementById('keys-button')));
window.addEventListener('popstate', () => show(asOpened(), false));
setInterval(() => document.hidden || changed('list', 'chat'), TICK);

function asOpened() {
  return decodeURIComponent(location.pathname.slice(`${state.root}/inbox/`.length)) || null;
}

putBox('waiting', state.box.items, state.box.counts);
badge('news', state.news);
inbox.classList.add('inbox--nobody');
changed('chat', 'line');
load('mine');
show(asOpened(), false);
new Live({
  after: state.box.after,
  heard: (frame) => {
    putEvent(frame);
    if (frame.item?.id === store.open && frame.kinds.some((kind) => WRITTEN.has(kind))) written(store.open);
    if (frame.calls.includes(state.user.id)) toast(t('%(name)s: you are called in a note.', { name: clientName(frame.item) }));
    if (frame.kinds.includes('claimed') && frame.by !== state.user.id && frame.item && isMine(frame.item)) toast(t('A conversation was passed to you: %(name)s.', { name: clientName(frame.item) }));
    if (frame.kinds.includes('news')) countNews();
  },
  line,
  reset: reload,
  outdated,
});
