// Live data by a click: everything that the salon knows, found by any word, put where the cursor was.

import { ask } from '../dialog.js';
import { h, icon } from '../dom.js';
import { state, t } from '../words.js';

/** Ask what to insert into a field and put it there: where the cursor was, else at the end. */
export async function insertInto(area) {
  const been = 'cursor' in area.dataset;
  const at = been ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length];
  const gap = /\S$/.test(area.value.slice(0, at[0])) ? ' ' : '';
  const name = await ask(t('What to insert?'), t('The bot puts in what is true at that moment.'), chooser);
  area.focus();
  if (!name) return;
  area.setRangeText(`${gap}{${name}}`, ...at, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

function chooser(close) {
  const list = h('div', { class: 'insert__list' });
  const show = (wanted) => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ what, of, says }) => words.every((word) => `${what} ${of} ${says}`.toLowerCase().includes(word));
    list.replaceChildren(...state.facts.filter(fits).map((fact) => option(fact, close)));
    if (!list.children.length) list.append(h('p', { class: 'row__text' }, t('Nothing found')));
  };
  show('');
  const find = h('input', { class: 'input', type: 'search', 'aria-label': t('Search'), placeholder: t('haircut, hours, address…'), oninput: () => show(find.value) });
  find.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    list.querySelector('button')?.click();
  });
  return h('div', { class: 'insert' }, find, list);
}

function option({ name, what, of, says }, close) {
  return h(
    'button',
    { type: 'button', class: 'option', onclick: () => close(name) },
    h('span', {}, h('span', { class: 'option__title' }, of ? `${what}: ${of}` : what), h('span', { class: 'option__text' }, says)),
    icon('plus'),
  );
}
