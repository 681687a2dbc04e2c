// The left column: boxes with counts, conversations in the order of need.

import { h, icon, keyed } from '../dom.js';
import { ago, clock, full, waited } from '../time.js';
import { state, t, tn } from '../words.js';
import { draft } from './memory.js';
import { avatar, channelName, clientName, tag } from './names.js';
import { BOXES, listOf, store } from './store.js';

const LONG = 10 * 60000;
const NAMES = { waiting: t('Waiting'), mine: t('Mine'), bot: t('With the bot'), closed: t('Closed') };
const EMPTY = {
  waiting: [t('Nobody is waiting'), t('All clients have their answer. A cup of tea?'), 'heart'],
  mine: [t('You lead no conversations'), t('Take one from those who wait: press C.'), 'hand'],
  bot: [t('Nobody talks to the bot'), t('As soon as somebody writes, it will be here.'), 'bot'],
  closed: [t('Nothing here yet'), t('Conversations that people have finished come here.'), 'check'],
};
const tabs = document.getElementById('tabs');
const list = document.getElementById('list');
let choose = null;
let open = null;

/** `onBox(name)`: another box; `onOpen(id)`: another conversation. */
export function wakeList({ onBox, onOpen }) {
  choose = onBox;
  open = onOpen;
  tabs.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.code];
    if (!step) return;
    event.preventDefault();
    const next = BOXES[(BOXES.indexOf(store.box) + step + BOXES.length) % BOXES.length];
    choose(next);
    tabs.querySelector(`[data-key="${next}"]`).focus();
  });
}

export function drawList() {
  drawTabs();
  const items = listOf(store.box);
  keyed(list, items.length || !store.loaded.has(store.box) ? items : [null], (one) => one?.id ?? 'empty', drawTalk);
}

function drawTabs() {
  keyed(tabs, BOXES, (box) => box, (box, old) => {
    const tab = old || h('button', { type: 'button', role: 'tab', 'aria-controls': 'list', onclick: () => choose(box) });
    const count = store.counts[box];
    const current = box === store.box;
    tab.className = box === 'waiting' && count ? 'tab tab--hot' : 'tab';
    tab.id = `tab-${box}`;
    tab.setAttribute('aria-selected', String(current));
    tab.tabIndex = current ? 0 : -1;
    tab.replaceChildren(NAMES[box], h('span', { class: 'tab__count' }, count > 999 ? '999+' : count));
    return tab;
  });
  list.setAttribute('aria-labelledby', `tab-${store.box}`);
}

function drawTalk(one, old) {
  if (one === null) return drawEmpty();
  const current = one.id === store.open;
  const row = old || h('a', { class: 'talk' });
  if (!old) row.addEventListener('click', (event) => go(event, one.id));
  row.href = `${state.root}/inbox/${one.id}`;
  row.setAttribute('aria-current', String(current));
  row.replaceChildren(avatar(one), main(one));
  return row;
}

function go(event, id) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(id);
}

function main(one) {
  const asleep = one.snoozed_until && Date.parse(one.snoozed_until) > Date.now();
  const tags = [
    one.label && one.owner !== 'bot' ? tag(one.label) : null,
    one.owner === 'waiting' && one.level > 0 ? h('span', { class: 'tag tag--bad' }, t('called %(num)s times', { num: one.level + 1 })) : null,
    one.owner === 'waiting' && one.meant_for === state.user.id ? h('span', { class: 'tag tag--accent' }, t('to you')) : null,
    asleep ? h('span', { class: 'tag' }, t('put off until %(time)s', { time: full(one.snoozed_until) })) : null,
  ].filter(Boolean);
  return h(
    'span',
    { class: 'talk__main' },
    h('span', { class: 'talk__line' }, h('span', { class: 'talk__name' }, clientName(one)), time(one)),
    h('span', { class: 'talk__text' }, last(one)),
    tags.length ? h('span', { class: 'talk__tags' }, tags) : null,
    h('span', { class: 'unseen' }, channelName(one.channel)),
  );
}

function time(one) {
  const waits = one.waiting_since && one.owner !== 'bot';
  if (!waits) return h('time', { class: 'talk__time', datetime: one.last_at }, ago(one.last_at));
  const long = Date.now() - Date.parse(one.waiting_since) > LONG;
  const note = t('waits %(time)s', { time: waited(one.waiting_since) });
  const kind = long ? 'talk__time talk__time--long' : 'talk__time';
  return h('time', { class: kind, datetime: one.waiting_since, title: note }, ago(one.waiting_since));
}

function last(one) {
  const mine = draft(one.id);
  if (mine && one.id !== store.open) return [h('span', { class: 'talk__draft' }, t('Draft: ')), mine];
  return one.last_text || (one.last_seq ? t('Photo or file') : t('No messages yet'));
}

function drawEmpty() {
  const [title, text, sign] = EMPTY[store.box];
  return h(
    'div',
    { class: 'empty' },
    h('span', { class: 'empty__mark' }, icon(sign)),
    h('h2', { class: 'empty__title' }, title),
    h('p', { class: 'empty__text' }, text),
  );
}

/** The neighbour of the open conversation in the list. */
export function neighbour(step) {
  const items = listOf(store.box);
  if (!items.length) return null;
  const index = items.findIndex((one) => one.id === store.open);
  if (index < 0) return items[step > 0 ? 0 : items.length - 1].id;
  return items[Math.min(items.length - 1, Math.max(0, index + step))].id;
}

/** The state of the line, with words and not only a colour. */
export function drawLine() {
  const pill = document.getElementById('state');
  pill.className = { online: 'state state--on', offline: 'state state--off' }[store.line] || 'state';
  const words = { online: t('online'), offline: t('no connection'), connecting: t('connecting') };
  document.getElementById('state-text').textContent = words[store.line];
  document.getElementById('offline')?.remove();
  if (store.line !== 'offline') return;
  const since = store.lastOnline ? t('You see what was at %(time)s.', { time: clock(store.lastOnline) }) : '';
  const text = [t('No connection.'), since, t('Write on: replies go out as soon as it is back.')].join(' ');
  tabs.before(h('p', { class: 'offline', id: 'offline' }, icon('alert'), h('span', {}, text)));
}

/** The number of those who wait, in the title of the tab. */
export function drawTitle() {
  const waiting = store.counts.waiting;
  const name = document.title.replace(/^\(\d+\+?\) /, '');
  document.title = waiting ? `(${waiting > 99 ? '99+' : waiting}) ${name}` : name;
}

/** What a screen reader hears when somebody new waits. */
export function announceWaiting() {
  const place = document.getElementById('announce');
  place.textContent = tn('%(num)s conversation waits', '%(num)s conversations wait', store.counts.waiting);
}
