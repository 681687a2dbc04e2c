// Ready replies by "/", a first line for this feeling, and a word of warning while something unkind is being typed.

import { get } from '../../api.js';
import { h, icon } from '../../dom.js';
import { t } from '../../words.js';

const known = new Map();
const MOST = 8;

/** What helps with this conversation: {first, replies, avoid}. Asked for once per class of hand-over. */
export async function helpFor(one) {
  const key = `${one.id} ${one.label} ${one.name}`;
  if (!known.has(key)) known.set(key, get(`/api/conversations/${one.id}/help`));
  try {
    return await known.get(key);
  } catch {
    known.delete(key);
    return { first: '', replies: [], avoid: [] };
  }
}

const plain = (text) => text.toLowerCase().replaceAll('\u0451', '\u0435');

/** The word after a slash at the caret: where it begins and what is asked for; null when there is none. */
export function asked(text, caret) {
  const found = /(^|\s)\/([^\s/]*)$/.exec(text.slice(0, caret));
  return found ? { from: caret - found[2].length - 1, words: plain(found[2]) } : null;
}

function fitting(replies, words) {
  if (!words) return replies;
  return replies.filter((one) => plain(`${one.title} ${one.group} ${one.text}`).includes(words));
}

/** The menu of ready replies over a text box. `put(text)` inserts the chosen one. */
export class Menu {
  constructor(box, put) {
    this.box = box;
    this.put = put;
    this.list = h('div', { class: 'ready', role: 'listbox', id: 'ready-list', 'aria-label': t('Ready replies'), hidden: true });
    box.setAttribute('aria-controls', 'ready-list');
    this.at = 0;
    this.shown = [];
  }

  get open() {
    return !this.list.hidden;
  }

  show(help, words) {
    this.shown = fitting(help.replies, words).slice(0, words ? MOST : 50);
    this.at = 0;
    this.list.hidden = false;
    this.draw();
  }

  draw() {
    let group = '';
    const rows = [];
    this.shown.forEach((one, index) => {
      if (one.group !== group) rows.push(h('div', { class: 'ready__group', role: 'presentation' }, one.group, one.fits ? h('span', { class: 'ready__fits' }, t('fits this conversation')) : null));
      group = one.group;
      rows.push(
        h(
          'div',
          { class: 'ready__one', role: 'option', id: `ready-${index}`, 'aria-selected': String(index === this.at), onmousedown: (event) => (event.preventDefault(), this.choose(index)) },
          h('span', { class: 'ready__title' }, one.title),
          h('span', { class: 'ready__text' }, one.text),
        ),
      );
    });
    this.list.replaceChildren(...(rows.length ? rows : [h('p', { class: 'ready__none' }, t('No ready reply with these words.'))]));
    this.mark();
  }

  mark() {
    this.box.setAttribute('aria-activedescendant', this.shown.length ? `ready-${this.at}` : '');
    for (const node of this.list.querySelectorAll('[role=option]')) node.setAttribute('aria-selected', String(node.id === `ready-${this.at}`));
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  hide() {
    this.list.hidden = true;
    this.box.removeAttribute('aria-activedescendant');
  }

  choose(index) {
    const one = this.shown[index];
    this.hide();
    if (one) this.put(one.text);
  }

  /** Keys while the menu is open; true: it was for us. */
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step) {
      this.at = (this.at + step + this.shown.length) % Math.max(1, this.shown.length);
      this.mark();
    } else if (event.key === 'Enter' || event.code === 'Tab') this.choose(this.at);
    else if (event.code === 'Escape') this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

/** The first thing in `text` that is not said to clients, or null. */
export function unkind(text, avoid) {
  const low = plain(text);
  for (const one of avoid) {
    for (const word of one.words) {
      const stem = plain(word);
      const bare = stem.endsWith('*') ? stem.slice(0, -1) : stem;
      for (let at = low.indexOf(bare); at >= 0; at = low.indexOf(bare, at + 1)) {
        const before = low[at - 1] ?? ' ';
        const after = stem.endsWith('*') ? ' ' : (low[at + bare.length] ?? ' ');
        const letter = /[\p{L}\p{N}]/u;
        if (!letter.test(before) && (!letter.test(after) || !letter.test(bare.at(-1)))) return { ...one, said: text.slice(at, at + bare.length) };
      }
    }
  }
  return null;
}

/** The warning under the reply box. */
export const warning = (found) =>
  h('p', { class: 'unkind' }, icon('alert', 'icon--s'), h('span', {}, h('b', {}, `\u00ab${found.said}\u00bb`), ` \u2014 ${found.why} `, h('span', { class: 'unkind__better' }, t('Better:'), ` ${found.better}`)));
