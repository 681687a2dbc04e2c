// Buttons under an answer: what each says and where it leads.

import { h, icon } from '../dom.js';
import { state, t } from '../words.js';

const MOST = 8;
const place = document.querySelector('[data-buttons]');
const add = document.querySelector('[data-add-button]');

export function wakeButtons() {
  showButtons(state.choices);
  add.addEventListener('click', () => {
    place.append(row({ label: { ru: '', en: '' }, kind: 'flow', target: state.targets[0].among[0]?.[0] || '' }));
    changed();
    place.lastElementChild.querySelector('input').focus();
  });
}

/** The buttons as the server takes them. */
export function buttonsOf() {
  return [...place.children].map((one) => {
    const [kind, target] = one.querySelector('select').value.split('|');
    const [ru, en] = one.querySelectorAll('input');
    return { label: { ru: ru.value, en: en.value }, kind, target };
  });
}

export function showButtons(choices) {
  place.replaceChildren(...choices.map(row));
  count();
}

function row(choice) {
  const known = state.targets.some(({ kind, among }) => kind === choice.kind && among.some(([key]) => key === choice.target));
  const value = `${choice.kind}|${choice.target}`;
  const select = h(
    'select',
    { class: 'input', 'aria-label': t('Where it leads') },
    state.targets.map(({ kind, title, among }) => h('optgroup', { label: title }, among.map(([key, name]) => h('option', { value: `${kind}|${key}` }, name)))),
    known ? null : h('option', { value }, choice.target),
  );
  select.value = value;
  const node = h(
    'div',
    { class: 'choice' },
    h('input', { class: 'input', value: choice.label.ru, 'aria-label': t('What the button says'), placeholder: t('What the button says'), maxlength: 40 }),
    h('input', { class: 'input', value: choice.label.en, 'aria-label': t('The same in English'), placeholder: t('The same in English'), maxlength: 40 }),
    h('div', { class: 'choice__to' }, select, h('button', { class: 'button button--icon', type: 'button', 'aria-label': t('Take the button away'), onclick: () => drop(node) }, icon('close'))),
  );
  return node;
}

function drop(node) {
  node.remove();
  changed();
  add.focus();
}

function changed() {
  count();
  place.dispatchEvent(new Event('input', { bubbles: true }));
}

function count() {
  add.hidden = place.children.length >= MOST;
  const tag = document.querySelector('[data-count-buttons]');
  tag.hidden = place.children.length === 0;
  tag.textContent = String(place.children.length);
}
