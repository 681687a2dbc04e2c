// The reply box: Enter sends, drafts are kept, a reply is on the screen before the server has it.

import { Fault, get, post } from '../api.js';
import { h, icon } from '../dom.js';
import { toast } from '../toast.js';
import { t, tn } from '../words.js';
import { channelName } from './names.js';
import { draft, keepDraft, keepUnsent } from './memory.js';
import { changed, isMine, item, putItem, putLines, store, talk } from './store.js';

const MOST = 4000;
const WARN = 200;
const SETTLE = 2500;
const RECENT = 12 * 3600000;
const sending = new Set();

/** The bottom of a conversation: the box, or who else may write. */
export function replyBox(one, acts) {
  if (isMine(one)) return isShut(one) ? h('footer', { class: 'reply' }, shutText(one)) : box(one.id);
  return h('footer', { class: 'reply' }, held(one, acts));
}

/** Whether the messenger lets no answer through until the client has written again. */
export const isShut = (one) => one.window_until !== null && new Date(one.window_until) <= new Date();

function shutText(one) {
  const over = t('%(channel)s: more than %(hours)s hours have passed since the client wrote, and answers do not reach him any more.', { channel: channelName(one.channel), hours: one.window_hours });
  const what = t('Call the client or write to him elsewhere. As soon as he writes himself, you can answer here again.');
  return h('div', { class: 'held', role: 'status' }, icon('alert'), h('p', { class: 'held__text' }, h('b', {}, over), ' ', what));
}

function held(one, acts) {
  const texts = {
    bot: t('The bot leads this conversation. Take it to write yourself: the bot falls silent at once.'),
    waiting: t('The client waits for a person.'),
    human: t('%(name)s leads this conversation.', { name: one.owner_name }),
  };
  const take = h('button', { type: 'button', class: 'button button--main', onclick: acts.claim }, icon('hand'), t('Take the conversation'), h('span', { class: 'key', 'aria-hidden': 'true' }, 'C'));
  return h('div', { class: 'held' }, h('p', { class: 'held__text' }, texts[one.owner]), one.owner === 'human' ? null : take);
}

function box(id) {
  const left = h('span', { class: 'reply__left', role: 'status' });
  const text = h('textarea', {
    class: 'input reply__text',
    id: 'reply-text',
    rows: 1,
    maxlength: MOST,
    placeholder: t('Reply to the client…'),
    'aria-label': t('Reply to the client'),
    enterkeyhint: 'send',
    value: draft(id),
    oninput: () => {
      keepDraft(id, text.value);
      grow(text, left);
    },
    onkeydown: (event) => {
      if (shown?.box === text && shown.key(event)) return;
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      say(id, text, left);
    },
  });
  requestAnimationFrame(() => grow(text, left));
  const first = h('div', { class: 'begin', hidden: true });
  const warned = h('div', { class: 'warned', role: 'status' });
  helped(id, text, left, first, warned);
  const ready = h('button', { type: 'button', class: 'button button--quiet button--icon reply__ready', 'aria-label': t('Ready replies'), onclick: () => showReady() }, icon('quote'));
  return h(
    'footer',
    { class: 'reply' },
    first,
    warned,
    h(
      'div',
      { class: 'reply__box' },
      ready,
      text,
      h('button', { type: 'button', class: 'button button--main reply__send', 'aria-label': t('Send'), onclick: () => say(id, text, left) }, icon('send')),
    ),
    h('p', { class: 'reply__hint' }, hint('Enter', t('send')), hint('Shift+Enter', t('new line')), hint('/', t('ready replies')), hint('?', t('all keys')), left),
  );
}

let shown = null;
let look = null;

/** The lines have come: whether a first line still helps is seen only now. */
export const lookAgain = () => look?.();

/** Open the menu of ready replies as if "/" had been typed. */
export function showReady() {
  const text = document.getElementById('reply-text');
  if (!text) return;
  text.focus();
  text.setRangeText(`${text.value && !/\s$/.test(text.value.slice(0, text.selectionStart)) ? ' ' : ''}/`, text.selectionStart, text.selectionEnd, 'end');
  text.dispatchEvent(new Event('input'));
}

/** The menu, the first line and the warnings come when the box is there: the page does not wait for them. */
async function helped(id, text, left, first, warned) {
  const { Menu, asked, helpFor, unkind, warning } = await import('./later/help.js');
  const help = await helpFor(item(id));
  if (!text.isConnected) return;
  let slash = null;
  const put = (line) => {
    const from = slash ? slash.from : text.selectionStart;
    text.setRangeText(line, from, slash ? text.selectionStart : from, 'end');
    slash = null;
    text.focus();
    text.dispatchEvent(new Event('input'));
  };
  const menu = new Menu(text, put);
  shown = menu;
  text.before(menu.list);
  look = () => {
    if (!text.isConnected) return;
    slash = asked(text.value, text.selectionStart);
    if (slash && document.activeElement === text) menu.show(help, slash.words);
    else menu.hide();
    const found = unkind(text.value, help.avoid);
    warned.replaceChildren(...(found ? [warning(found)] : []));
    const begun = text.value || talk(id)?.lines.some((line) => line.author === 'manager' && Date.now() - Date.parse(line.at) < RECENT);
    first.hidden = !talk(id) || Boolean(begun) || !help.first;
  };
  first.replaceChildren(h('span', { class: 'begin__key' }, t('Begin like this:')), h('button', { type: 'button', class: 'begin__line', onclick: () => put(help.first) }, help.first));
  text.addEventListener('input', () => look());
  text.addEventListener('blur', () => menu.hide());
  look();
}

const hint = (key, text) => h('span', {}, h('b', {}, key), ` — ${text}`);

function grow(text, left) {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight + 2}px`;
  const rest = MOST - text.value.length;
  left.textContent = rest < WARN ? tn('%(num)s sign left', '%(num)s signs left', rest) : '';
}

function say(id, text, left) {
  const words = text.value.trim();
  if (!words) return;
  const mine = { client_id: crypto.getRandomValues(new Uint32Array(4)).join('-'), text: words, at: new Date().toISOString(), status: 'sending', reason: '', seq: 0 };
  talk(id).pending.push(mine);
  text.value = '';
  keepDraft(id, '');
  grow(text, left);
  text.focus();
  store.toBottom = true;
  send(id);
}

/** Send what waits in a conversation, one after another, so that the order stays. */
export async function send(id) {
  if (sending.has(id)) return;
  sending.add(id);
  changed('chat');
  try {
    for (;;) {
      const mine = talk(id).pending.find((one) => one.status === 'sending');
      if (!mine) break;
      keepUnsent(id, talk(id).pending);
      await deliver(id, mine);
      keepUnsent(id, talk(id).pending);
      changed('chat', 'list');
    }
  } finally {
    sending.delete(id);
  }
}

async function deliver(id, mine) {
  try {
    const body = { text: mine.text, client_id: mine.client_id, epoch: item(id).epoch };
    const answer = await post(`/api/conversations/${id}/reply`, body);
    mine.seq = answer.seq;
    mine.status = 'sent';
    setTimeout(() => fetchIfUnsettled(id, mine), SETTLE);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    mine.status = 'failed';
    mine.reason = fault.message;
    mine.lost = fault.status === 0 || fault.status === 503;
    for (const other of talk(id).pending) if (other.status === 'sending') Object.assign(other, { status: 'failed', reason: fault.message, lost: mine.lost });
    if (fault.status === 409) await refresh(id);
  }
}

/** The answer came but no event: ask for the lines, an event may have been lost. */
async function fetchIfUnsettled(id, mine) {
  const one = talk(id);
  if (!one?.pending.includes(mine)) return;
  const after = one.lines.at(-1)?.seq ?? 0;
  const data = await get(`/api/conversations/${id}/messages?after=${after}`).catch(() => null);
  if (!data) return;
  putLines(id, data.messages);
  changed('chat');
}

/** Try one reply again, with the same client id: if it did get out, it is not said twice. */
export function again(id, mine) {
  mine.status = 'sending';
  mine.reason = '';
  send(id);
}

/** The line is back: whatever failed for want of it goes out by itself. */
export function sendLost() {
  const one = store.open && talk(store.open);
  if (!one) return;
  for (const mine of one.pending) if (mine.status === 'failed' && mine.lost) mine.status = 'sending';
  send(store.open);
}

/** How the conversation is now, after somebody else was first. */
export async function refresh(id) {
  const data = await get(`/api/conversations/${id}`).catch(() => null);
  if (!data) return;
  putItem(data.item);
  putLines(id, data.messages);
  changed('chat', 'list');
}

/** Take the conversation; whoever was first is named. */
export async function claim(id) {
  try {
    const data = await post(`/api/conversations/${id}/claim`, { epoch: item(id).epoch });
    putItem(data.item);
    return true;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
    if (fault.holder) holds(id, fault);
    else if (fault.status === 409) await refresh(id);
    return false;
  }
}

/** Somebody was first: the screen says so at once, whether or not the rest of it may still be read. */
function holds(id, fault) {
  putItem({ ...item(id), owner: 'human', owner_id: fault.holder, owner_name: fault.holderName });
  changed('chat', 'list');
}
