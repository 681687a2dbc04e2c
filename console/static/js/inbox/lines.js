// The lines of a conversation. Whatever a client wrote becomes text nodes and nothing else.

import { h, icon, keyed } from '../dom.js';
import { clock, day, dayKey } from '../time.js';
import { state, t } from '../words.js';

const NEAR = 4 * 60000;
const KINDS = { media: t('Photo or file'), location: t('Place on the map'), contact: t('Contact') };

/** Draw all lines into `place`. `again(pending)`: try a failed reply once more. */
export function drawLines(place, one, talk, again) {
  const rows = [];
  let before = null;
  talk.lines.forEach((line, index) => {
    const key = dayKey(new Date(line.at));
    if (key !== before?.day) rows.push({ id: `day-${key}`, make: () => separator(line.at) });
    const near = key === before?.day && line.author === before.line.author && Date.parse(line.at) - Date.parse(before.line.at) < NEAR;
    const next = talk.lines[index + 1];
    rows.push({ id: `line-${line.seq}`, fixed: `${near}${last(line, next)}${chosen(next)}${one.words.join()}`, make: () => drawLine(line, next, near, one) });
    before = { day: key, line };
  });
  for (const mine of talk.pending) {
    rows.push({ id: `mine-${mine.client_id}`, fixed: `${mine.status}${mine.reason}`, make: () => drawPending(mine, again) });
  }
  keyed(place, rows, (row) => row.id, (row, old) => {
    if (old && old.dataset.fixed === (row.fixed ?? '')) return old;
    const node = row.make();
    node.dataset.fixed = row.fixed ?? '';
    return node;
  });
}

const separator = (at) => h('div', { class: 'day' }, h('span', {}, day(at)));

/** Whether a group of lines ends here: only then name and time are shown. */
function last(line, next) {
  return !next || next.author !== line.author || Date.parse(next.at) - Date.parse(line.at) >= NEAR;
}

const chosen = (next) => (next?.kind === 'press' ? next.text : '');

function drawLine(line, next, near, one) {
  const ours = line.author === 'bot' || line.author === 'manager';
  const classes = ['line', `line--${line.author}`, ours && 'line--ours', near && 'line--near', line.kind === 'press' && 'line--press'];
  return h(
    'div',
    { class: classes.filter(Boolean).join(' ') },
    line.media ? photo(one.id, line) : null,
    line.media && !line.text ? null : bubble(line, one.words),
    line.choices.length ? choices(line.choices, chosen(next)) : null,
    last(line, next) && line.author !== 'system' ? h('div', { class: 'meta' }, signature(line)) : null,
  );
}

function bubble(line, words) {
  const text = line.text || KINDS[line.kind] || '';
  if (line.kind === 'press') return h('div', { class: 'bubble' }, icon('tap', 'icon--s'), text);
  return h('div', { class: 'bubble' }, line.author === 'client' ? highlight(text, words) : text);
}

/** A thumbnail that opens the whole picture; what is no picture becomes a plain link. Its box is fixed: nothing jumps. */
function photo(id, line) {
  const address = `${state.root}/media/${id}/${line.seq}`;
  const name = line.author === 'client' ? t('Photo from the client, %(time)s', { time: clock(line.at) }) : KINDS.media;
  const image = h('img', { src: address, alt: name, loading: 'lazy', decoding: 'async', class: 'photo__image' });
  const link = h('a', { class: 'photo', href: address, target: '_blank', rel: 'noopener noreferrer' }, image);
  image.addEventListener('error', () => {
    link.classList.add('photo--file');
    link.replaceChildren(KINDS.media);
  });
  return link;
}

function signature(line) {
  if (line.author === 'client') return clock(line.at);
  const name = line.author === 'bot' ? t('Bot') : line.author_name || t('Administrator');
  return `${name} · ${clock(line.at)}`;
}

function choices(labels, pressed) {
  const chip = (label) => h('span', { class: label === pressed ? 'chip chip--chosen' : 'chip' }, label);
  return h('div', { class: 'chips', role: 'group', 'aria-label': t('Buttons that the client saw') }, labels.map(chip));
}

/** As words of their own, or anywhere inside words. */
function wordsOf(wanted, anywhere) {
  const any = `(?:${wanted.join('|')})`;
  return new RegExp(anywhere ? any : `(?<![\\p{L}\\p{N}])${any}(?![\\p{L}\\p{N}])`, 'giu');
}

/** `text` with the phrases that called a person marked: cut into text nodes, never into markup. */
export function highlight(text, phrases, anywhere = false) {
  const wanted = phrases.map(pattern).filter(Boolean).sort((a, b) => b.length - a.length);
  if (!wanted.length) return text;
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(wordsOf(wanted, anywhere))) {
    parts.push(text.slice(from, found.index), h('mark', {}, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

/** A phrase as it may stand in a line: its words whole, whatever signs the client put between them. */
const pattern = (phrase) =>
  phrase
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('[^\\p{L}\\p{N}]{1,5}');

function drawPending(mine, again) {
  const failed = mine.status === 'failed';
  const note = failed
    ? h('div', { class: 'meta meta--bad', role: 'alert' }, icon('alert', 'icon--s'), mine.reason, h('button', { type: 'button', class: 'link', onclick: () => again(mine) }, t('Try again')))
    : h('div', { class: 'meta' }, mine.status === 'sent' ? `${state.user.name} · ${clock(mine.at)}` : t('sending…'));
  return h('div', { class: `line line--ours line--manager line--${mine.status}` }, h('div', { class: 'bubble' }, mine.text), note);
}
