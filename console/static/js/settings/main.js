// Settings: the button comes with a change; a saved one says so in its own row. An address ending in #name opens its group.

import { t } from '../words.js';
import { toast } from '../toast.js';

document.querySelector(':target')?.closest('details')?.setAttribute('open', '');

for (const form of document.querySelectorAll('.knob__form')) {
  const input = form.querySelector('.input');
  let kept = input.value;
  const mark = () => form.classList.toggle('knob__form--changed', input.value !== kept);
  input.addEventListener('input', mark);
  form.addEventListener('arrived', ({ detail }) => {
    kept = input.value = detail.value;
    mark();
    const source = form.closest('.knob').querySelector('[data-source]');
    source.className = 'tag tag--accent';
    source.hidden = false;
    source.textContent = t('changed here');
    toast(detail.live ? t('Saved. It counts from the next message on.') : t('Saved. It counts after a restart.'));
  });
}
