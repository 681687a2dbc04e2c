// Questions that the bot would confuse are shown, both of them, before anything is published.

import { post } from '../api.js';
import { ask } from '../dialog.js';
import { h } from '../dom.js';
import { t } from '../words.js';

/** Whether to publish: true at once when nothing collides, else as the person decides. */
export async function mayPublish(draft) {
  const { clashes } = await post('/api/answer-clashes', draft);
  if (!clashes.length) return true;
  const content = () => h('ul', { class: 'clashes' }, clashes.map(clash));
  const buttons = [
    ['', t('Back to writing'), 'button--main'],
    ['yes', t('Publish all the same'), ''],
  ];
  return (await ask(t('The bot may confuse these'), t('Each pair means the same to it. Change your question, or add it to the other answer.'), content, buttons)) === 'yes';
}

const clash = ({ mine, theirs, title, percent, taken }) =>
  h(
    'li',
    { class: 'clash' },
    h('p', { class: 'clash__pair' }, `«${mine}»`),
    h('p', { class: 'clash__pair' }, `«${theirs}»`),
    h('p', { class: 'row__text' }, taken ? t('from the answer «%(title)s», which would not be given to it any more', { title }) : t('from the answer «%(title)s», %(percent)s of 100', { title, percent })),
  );
