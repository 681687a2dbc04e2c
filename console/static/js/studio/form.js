// The editor's fields as one value, and back; faults beside their fields.

import { wakeButtons, buttonsOf, showButtons } from './buttons.js';
import { t } from '../words.js';

const form = document.querySelector('[data-editor]');
const box = (name) => form.elements[name];
const said = (name) => ({ ru: box(name).value, en: box(`${name}.en`)?.value || '' });
const branches = [...form.querySelectorAll('[data-field^="by_branch."]')].map((field) => field.dataset.field.split('.')[1]);

wakeButtons();

/** All that is written, as the server takes it. */
export function written() {
  return {
    title: said('title'),
    wordings: box('wordings').value,
    text: said('text'),
    by_branch: Object.fromEntries([...new Set(branches)].map((key) => [key, said(`by_branch.${key}`)])),
    choices: buttonsOf(),
    enabled: box('enabled').checked,
    topic: box('topic').value,
    note: box('note').value,
  };
}

/** Put a value into the fields. */
export function write(value) {
  const put = (name, words) => {
    box(name).value = words.ru;
    if (box(`${name}.en`)) box(`${name}.en`).value = words.en;
  };
  put('title', value.title);
  put('text', value.text);
  for (const key of branches) put(`by_branch.${key}`, value.by_branch[key] || { ru: '', en: '' });
  box('wordings').value = value.wordings;
  box('enabled').checked = value.enabled;
  box('topic').value = value.topic;
  box('note').value = value.note || '';
  showButtons(value.choices);
}

/** Say what is wrong at each field; `strict` also says what is still empty and goes to the first one. */
export function accuse(fields, strict) {
  const empty = t('Write something here.');
  for (const field of form.querySelectorAll('[data-field]')) {
    const fault = fields[field.dataset.field] || '';
    const input = field.querySelector('.input');
    const told = strict || fault !== empty ? fault : '';
    field.classList.toggle('field--wrong', Boolean(told));
    const place = field.querySelector(':scope > .field__fault');
    if (place.textContent !== told) place.textContent = told;
    input?.toggleAttribute('aria-invalid', Boolean(told));
  }
  const first = strict && form.querySelector('.field--wrong');
  if (!first) return;
  for (let fold = first.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  first.querySelector('.input')?.focus();
}

/** Whether a fault has a field to stand at. */
export const hasField = (fields) => Object.keys(fields).some((name) => form.querySelector(`[data-field="${CSS.escape(name)}"]`));
