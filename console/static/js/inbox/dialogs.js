// Two small windows: where to return a conversation, and the list of keys.

import { h, icon } from '../dom.js';
import { t } from '../words.js';

/** Ask where the bot should go on; resolves to step, menu, silent or null. */
export function askReturn() {
  const choices = [
    ['step', 'back', t('Where it stopped'), t('The bot asks its last question again')],
    ['menu', 'bot', t('To the menu'), t('The bot offers the main things anew')],
    ['silent', 'check', t('Without a word'), t('The bot waits until the client writes')],
  ];
  return new Promise((resolve) => {
    const pick = (name) => () => dialog.close(name);
    const dialog = h(
      'dialog',
      { class: 'dialog', 'aria-labelledby': 'return-title', onclose: () => (dialog.remove(), resolve(dialog.returnValue || null)) },
      h('h2', { class: 'dialog__title', id: 'return-title' }, t('Return to the bot')),
      h('p', { class: 'dialog__text' }, t('How should it go on?')),
      h('div', { class: 'options' }, choices.map(([name, sign, title, text], index) => option(pick(name), sign, title, text, index + 1))),
      h('div', { class: 'dialog__acts' }, h('button', { type: 'button', class: 'button button--quiet', onclick: pick('') }, t('Cancel'))),
    );
    dialog.addEventListener('keydown', (event) => {
      const index = ['Digit1', 'Digit2', 'Digit3'].indexOf(event.code);
      if (index >= 0) dialog.close(choices[index][0]);
    });
    show(dialog);
  });
}

const option = (act, sign, title, text, number) =>
  h(
    'button',
    { type: 'button', class: 'option', onclick: act },
    icon(sign),
    h('span', {}, h('span', { class: 'option__title' }, title), h('span', { class: 'option__text' }, text)),
    h('span', { class: 'key', 'aria-hidden': 'true' }, number),
  );

/** The keys, by what stands on them. */
export function showKeys() {
  if (document.querySelector('dialog[open]')) return;
  const rows = [
    ['J', t('next conversation')],
    ['K', t('previous conversation')],
    ['C', t('take the conversation')],
    ['R', t('write a reply')],
    ['B', t('return to the bot')],
    ['Enter', t('send')],
    ['Esc', t('leave the reply box')],
    ['?', t('this list')],
  ];
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'keys-title', onclose: () => dialog.remove() },
    h('h2', { class: 'dialog__title', id: 'keys-title' }, t('Keyboard shortcuts')),
    h('p', { class: 'dialog__text' }, t('They work on any layout, Russian too.')),
    h('div', { class: 'keys' }, rows.map(([key, text]) => [h('span', { class: 'key' }, key), h('span', {}, text)])),
    h('div', { class: 'dialog__acts' }, h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, t('Close'))),
  );
  show(dialog);
}

function show(dialog) {
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close(''));
  document.body.append(dialog);
  dialog.showModal();
}
