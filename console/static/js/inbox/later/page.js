// What the salon's people know of a conversation: mood, given words, labels, notes, other conversations.

import { Fault, get, post } from '../../api.js';
import { h, icon } from '../../dom.js';
import { toast } from '../../toast.js';
import { ago, full } from '../../time.js';
import { state, t } from '../../words.js';
import { channelName } from '../names.js';
import { putPage } from '../store.js';

export { drawVisits } from './visits.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 252;
const HEIGHT = 44;

/** The sections of the card below the facts. `open(id)`: another conversation. */
export function drawPage(one, page, open) {
  return [
    words(one, page.words),
    mood(page.mood),
    tags(one, page.tags),
    others(page.others, open),
    notes(one, page.notes),
  ];
}

const section = (title, ...content) => h('section', { class: 'card__section' }, h('h3', { class: 'card__head' }, title), content);

function words(one, list) {
  if (!list.length) return null;
  const line = (word) => {
    const late = !word.kept && Date.parse(word.due_at) < Date.now();
    const done = h('button', { type: 'button', class: 'word__done', onclick: () => keep(one.id, word.id), 'aria-label': t('Kept: %(text)s', { text: word.text }), disabled: word.kept }, icon('check', 'icon--s'));
    return h(
      'li',
      { class: `word${word.kept ? ' word--kept' : ''}${late ? ' word--late' : ''}` },
      done,
      h('span', {}, h('span', { class: 'word__text' }, word.text), h('span', { class: 'word__due' }, late ? t('was due %(time)s', { time: full(word.due_at) }) : t('by %(time)s', { time: full(word.due_at) }), ` \u00b7 ${word.author}`)),
    );
  };
  return section(t('Promised to the client'), h('ul', { class: 'given' }, list.map(line)));
}

async function keep(id, word_id) {
  try {
    putPage(id, (await post(`/api/conversations/${id}/kept`, { word_id })).page);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
  }
}

/** A small curve: the higher, the worse. Its last point says it in words, too. */
function mood(points) {
  if (points.length < 2) return null;
  const shown = points.slice(-20);
  const x = (index) => 5 + (index * (WIDTH - 10)) / (shown.length - 1);
  const y = (score) => HEIGHT - 5 - score * (HEIGHT - 10);
  const svg = drawn('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'mood', role: 'img', 'aria-label': t('How the client sounded, message by message') });
  svg.append(
    drawn('line', { x1: 0, x2: WIDTH, y1: y(0.7), y2: y(0.7), class: 'mood__limit' }),
    drawn('polyline', { points: shown.map((point, index) => `${x(index).toFixed(1)},${y(point.score).toFixed(1)}`).join(' '), class: 'mood__line' }),
    ...shown.map((point, index) => drawn('circle', { cx: x(index).toFixed(1), cy: y(point.score).toFixed(1), r: point.score >= 0.7 ? 3.6 : 2.4, class: point.score >= 0.7 ? 'mood__dot mood__dot--bad' : 'mood__dot' })),
  );
  const last = shown.at(-1).score;
  const worst = Math.max(...shown.map((point) => point.score));
  const said = last >= 0.7 ? t('upset now') : worst >= 0.7 ? t('was upset, calmer now') : t('calm');
  return section(t('Mood'), svg, h('p', { class: 'card__note' }, said));
}

function drawn(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function tags(one, list) {
  const chip = (tag) =>
    h('span', { class: 'tag tag--own' }, tag, h('button', { type: 'button', class: 'tag__off', 'aria-label': t('Take off: %(tag)s', { tag }), onclick: async () => (await import('./more.js')).setTag(one.id, tag, false) }, icon('close', 'icon--xs')));
  const add = h('button', { type: 'button', class: 'link', onclick: async () => (await import('./more.js')).label(one) }, list.length ? t('one more') : t('Put a label on'));
  return section(t('Labels'), h('div', { class: 'card__tags' }, list.map(chip), add));
}

function others(list, open) {
  if (!list.length) return null;
  const row = (other) => h('li', {}, h('a', { href: `${state.root}/inbox/${other.id}`, onclick: (event) => (event.preventDefault(), open(other.id)) }, channelName(other.channel)), h('span', { class: 'fact__note' }, ago(other.at)));
  return section(t('Also writes from'), h('ul', { class: 'card__others' }, list.map(row)));
}

function notes(one, list) {
  const field = h('textarea', { class: 'input note__field', id: 'note-text', rows: 2, maxlength: 2000, placeholder: t('Only the team sees it. @login calls a colleague.'), 'aria-label': t('New note') });
  const save = async () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = '';
    try {
      putPage(one.id, (await post(`/api/conversations/${one.id}/note`, { text })).page);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      field.value = text;
      toast(fault.message);
    }
  };
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  });
  const line = (note) => h('li', { class: 'note' }, h('p', { class: 'note__text' }, note.text), h('p', { class: 'note__sub' }, `${note.author} \u00b7 ${full(note.at)}`));
  return section(t('Notes'), list.length ? h('ul', { class: 'notes' }, list.map(line)) : null, field, h('button', { type: 'button', class: 'button note__save', onclick: save }, t('Save the note')));
}

/** Somebody wrote something down: ask for it. */
export async function refreshPage(id) {
  const data = await get(`/api/conversations/${id}/page`).catch(() => null);
  if (data) putPage(id, data.page, data.visits);
}
