// The table of answers: search as one types, switching one on and off with a way back.

import { Fault, post } from '../api.js';
import { tn, t } from '../words.js';
import { toast } from '../toast.js';
import { wakeTrial } from './trial.js';

const find = document.querySelector('[data-find]');
const onlyOff = document.querySelector('[data-only-off]');
const rows = [...document.querySelectorAll('[data-answer]')];

function sift() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of rows) {
    const fits = words.every((word) => row.dataset.search.includes(word)) && (!onlyOff.checked || 'off' in row.dataset);
    row.hidden = !fits;
    found += fits;
  }
  for (const topic of document.querySelectorAll('[data-topic]')) topic.hidden = !topic.querySelector('[data-answer]:not([hidden])');
  document.querySelector('[data-nothing]').hidden = found > 0;
  document.querySelector('[data-found]').textContent = tn('%(num)s answer', '%(num)s answers', found);
}

async function turn(button) {
  const on = button.getAttribute('aria-checked') !== 'true';
  button.disabled = true;
  try {
    const { revision } = await post(`/api/answers/${button.dataset.switch}/switch?on=${on}&base=${button.dataset.base}`);
    button.dataset.base = revision;
    button.setAttribute('aria-checked', String(on));
    button.closest('[data-answer]').toggleAttribute('data-off', !on);
    toast(on ? t('Switched on. It counts from the next message on.') : t('Switched off. It counts from the next message on.'));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

wakeTrial();
find.addEventListener('input', sift);
onlyOff.addEventListener('change', sift);
for (const button of document.querySelectorAll('[data-switch]')) button.addEventListener('click', () => turn(button));
