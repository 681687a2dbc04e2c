// Two people, one answer: the second sees both texts and decides; nothing is lost on the way.

import { ask } from '../dialog.js';
import { h } from '../dom.js';
import { full } from '../time.js';
import { t } from '../words.js';

/** Resolves to 'mine', 'theirs' or null (go on writing). */
export function whose(fault, mine) {
  const { who, at, theirs, changes } = fault.more;
  const content = () =>
    h(
      'div',
      {},
      h('div', { class: 'sides' }, side(t('%(who)s, in force now', { who }), theirs.text.ru), side(t('Yours, not published'), mine.text.ru)),
      h('p', { class: 'sides__name' }, t('What yours would change')),
      h('div', { class: 'changes' }, changes.length ? changes.map(change) : h('p', { class: 'row__text' }, t('Nothing: both are the same.'))),
    );
  const buttons = [
    ['', t('Go on writing'), 'button--quiet'],
    ['theirs', t('Take theirs'), ''],
    ['mine', t('Publish mine'), 'button--main'],
  ];
  const shown = ask(fault.message, full(at), content, buttons);
  document.querySelector('.dialog').classList.add('dialog--wide');
  return shown;
}

const side = (name, text) => h('div', {}, h('p', { class: 'sides__name' }, name), h('p', { class: 'sides__text', tabindex: 0 }, text));

function change({ field, where, lines, pieces }) {
  const marked = pieces.map(([kind, text]) => (kind === 'same' ? text : h(kind === 'new' ? 'ins' : 'del', {}, text)));
  const body = lines ? h('ul', { class: 'change__lines' }, marked.map((one) => h('li', {}, one))) : h('p', { class: 'change__text' }, marked);
  return h('div', { class: 'change' }, h('h3', { class: 'change__field' }, where ? `${field}, ${where}` : field), body);
}
