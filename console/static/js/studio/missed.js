// One click makes an answer of questions that had none: they wait in the editor as if somebody had typed them.

import { keepFor } from './kept.js';
import { t } from '../words.js';

for (const link of document.querySelectorAll('[data-make]')) {
  const { title, wordings, text } = JSON.parse(link.dataset.make);
  const said = (ru) => ({ ru, en: '' });
  link.addEventListener('click', () =>
    keepFor(new URL(link.href).search, { base: 0, title: said(title), wordings, text: said(text), by_branch: {}, choices: [], enabled: true, topic: t('Other questions'), note: '' }),
  );
}
