// Small windows over the page; a click beside one closes it.

import { h } from './dom.js';
import { t } from './words.js';

/** Show a window; resolves to the value it was closed with, null when it was left. */
export function ask(title, text, content, buttons = []) {
  return new Promise((resolve) => {
    const dialog = h(
      'dialog',
      { class: 'dialog', 'aria-labelledby': 'dialog-title' },
      h('h2', { class: 'dialog__title', id: 'dialog-title' }, title),
      text ? h('p', { class: 'dialog__text' }, text) : null,
      content ? content((value) => dialog.close(value)) : null,
      h('div', { class: 'dialog__acts' }, buttons.map(([value, label, kind]) => h('button', { type: 'button', class: `button ${kind}`, onclick: () => dialog.close(value) }, label))),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close(''));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Yes or no, before something that cannot be taken back easily. */
export async function sure(title, text, label) {
  const buttons = [
    ['', t('Cancel'), 'button--quiet'],
    ['yes', label, 'button--bad'],
  ];
  return (await ask(title, text, null, buttons)) === 'yes';
}
