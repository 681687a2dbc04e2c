// Two small windows: where to return a conversation, and the list of keys.

import { ask } from '../dialog.js';
import { h, icon } from '../dom.js';
import { t } from '../words.js';

const CHOICES = [
  ['step', 'back', t('Where it stopped'), t('The bot asks its last question again')],
  ['menu', 'bot', t('To the menu'), t('The bot offers the main things anew')],
  ['silent', 'check', t('Without a word'), t('The bot waits until the client writes')],
];
const DIGITS = ['Digit1', 'Digit2', 'Digit3'];
const KEYS = [
  ['J', t('next conversation')],
  ['K', t('previous conversation')],
  ['C', t('take the conversation')],
  ['R', t('write a reply')],
  ['B', t('return to the bot')],
  ['E', t('close the conversation')],
  ['/', t('ready replies')],
  ['N', t('a note for the team')],
  ['M', t('put off, pass on, label')],
  ['U', t('left without an answer')],
  ['Ctrl+K', t('search')],
  ['Enter', t('send')],
  ['Esc', t('leave the reply box')],
  ['?', t('this list')],
];

/** Ask where the bot should go on; resolves to step, menu, silent or null. */
export function askReturn() {
  const content = (close) => {
    const options = h('div', { class: 'options' }, CHOICES.map(([value, sign, title, text], index) => option(() => close(value), sign, title, text, index + 1)));
    queueMicrotask(() => options.closest('dialog').addEventListener('keydown', (event) => {
      const index = DIGITS.indexOf(event.code);
      if (index >= 0) close(CHOICES[index][0]);
    }));
    return options;
  };
  return ask(t('Return to the bot'), t('How should it go on?'), content, [['', t('Cancel'), 'button--quiet']]);
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
  const rows = () => h('div', { class: 'keys' }, KEYS.map(([key, text]) => [h('span', { class: 'key' }, key), h('span', {}, text)]));
  return ask(t('Keyboard shortcuts'), t('They work on any layout, Russian too.'), rows, [['', t('Close'), '']]);
}
