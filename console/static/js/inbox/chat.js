// The middle column: one conversation, kept at its end only if the reader was there.

import { get } from '../api.js';
import { h, icon } from '../dom.js';
import { t, tn } from '../words.js';
import { head, strip } from './head.js';
import { drawLines } from './lines.js';
import { again, isShut, lookAgain, replyBox } from './reply.js';
import { changed, isMine, item, putEarlier, putLines, store, talk } from './store.js';

const NEAR_END = 80;
const place = document.getElementById('chat');
let parts = null;
let unseen = 0;

/** Draw the open conversation; what has not changed keeps its nodes, focus and scroll. */
export function drawChat(acts) {
  const one = store.open && item(store.open);
  const opened = store.open && talk(store.open);
  place.classList.toggle('chat--empty', !one);
  if (!one) {
    parts = null;
    place.replaceChildren(store.open ? loading() : nothing());
    return;
  }
  if (parts?.id !== one.id) build(one.id);
  const end = !parts.filled || atEnd(); // seen before the reply box grows and takes room from the lines
  const mode = `${isMine(one)}${one.owner}${one.owner_name}${isShut(one)}`;
  swap('head', head(one, acts));
  swap('strip', strip(one));
  if (parts.mode !== mode) swap('reply', replyBox(one, acts));
  parts.mode = mode;
  if (opened) fillLines(one, opened, end);
}

function build(id) {
  const lines = h('div', { class: 'lines', role: 'log', 'aria-label': t('Messages'), tabindex: 0, onscroll: scrolled });
  const rows = h('div', { class: 'lines__rows' });
  const below = h('div', { class: 'below', hidden: true }, h('button', { type: 'button', class: 'button', onclick: toEnd }));
  lines.append(rows, below);
  parts = { id, lines, rows, below, head: h('header'), strip: h('div'), reply: h('footer'), mode: '', filled: false, loading: false };
  unseen = 0;
  place.replaceChildren(parts.head, parts.strip, lines, parts.reply);
}

function swap(name, node) {
  const held = parts[name].contains(document.activeElement) ? document.activeElement.className : '';
  parts[name].replaceWith(node);
  parts[name] = node;
  if (held) [...node.querySelectorAll('button')].find((button) => button.className === held)?.focus();
}

function fillLines(one, opened, wasAtEnd) {
  const { lines, rows } = parts;
  const end = wasAtEnd || store.toBottom;
  const before = parts.count ?? 0;
  if (opened.lines.length !== before) lookAgain();
  drawLines(rows, one, opened, (mine) => again(one.id, mine));
  parts.count = opened.lines.length;
  if (end) {
    lines.scrollTop = lines.scrollHeight;
    unseen = 0;
  } else if (opened.lines.length > before && opened.lines.at(-1).seq > parts.last) unseen += opened.lines.length - before;
  parts.last = opened.lines.at(-1)?.seq ?? 0;
  parts.filled = true;
  store.toBottom = false;
  drawBelow();
}

const atEnd = () => parts.lines.scrollHeight - parts.lines.scrollTop - parts.lines.clientHeight < NEAR_END;

function drawBelow() {
  const far = !atEnd();
  parts.below.hidden = !far;
  if (far) parts.below.firstChild.replaceChildren(icon('down', 'icon--s'), unseen ? tn('%(num)s new message', '%(num)s new messages', unseen) : t('To the end'));
}

function toEnd() {
  unseen = 0;
  parts.lines.scrollTop = parts.lines.scrollHeight;
}

function scrolled() {
  if (!parts) return;
  if (atEnd()) unseen = 0;
  drawBelow();
  if (parts.lines.scrollTop < 60) earlier();
}

async function earlier() {
  const mine = parts;
  const opened = talk(mine.id);
  if (mine.loading || !opened || opened.full || !opened.lines.length) return;
  mine.loading = true;
  const height = mine.lines.scrollHeight;
  const data = await get(`/api/conversations/${mine.id}/messages?before=${opened.lines[0].seq}`).catch(() => null);
  mine.loading = false;
  if (!data || parts !== mine) return;
  putEarlier(mine.id, data.messages);
  mine.lines.scrollTop += mine.lines.scrollHeight - height;
}

/** Some lines are missing between what is shown and what came: ask for them. */
export async function closeGap() {
  const opened = store.open && talk(store.open);
  if (!opened?.gap) return;
  opened.gap = false;
  const id = store.open;
  const data = await get(`/api/conversations/${id}/messages?after=${opened.lines.at(-1).seq}`).catch(() => null);
  if (!data) return;
  putLines(id, data.messages);
  changed('chat');
}

export const focusReply = () => document.getElementById('reply-text')?.focus();

const loading = () => h('div', { class: 'empty', role: 'status' }, h('p', { class: 'empty__text' }, t('Opening…')));

const nothing = () =>
  h(
    'div',
    { class: 'empty' },
    h('span', { class: 'empty__mark' }, icon('inbox')),
    h('h2', { class: 'empty__title' }, t('Choose a conversation')),
    h('p', { class: 'empty__text' }, t('On the left are those who need a person, the most urgent first. J and K walk through them.')),
  );
