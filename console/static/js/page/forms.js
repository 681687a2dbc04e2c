// Forms go out as JSON; faults come back beside their fields.

import { Fault, post } from '../api.js';
import { state, t } from '../words.js';

/** Bring every form[data-form] of the page to life. */
export function wakeForms() {
  for (const form of document.querySelectorAll('form[data-form]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      send(form);
    });
    form.addEventListener('input', (event) => clear(event.target.closest('.field')));
  }
}

async function send(form) {
  const button = form.querySelector('button[type=submit]');
  if (button.disabled) return;
  for (const field of form.querySelectorAll('.field')) clear(field);
  say(form, '');
  const body = Object.fromEntries([...new FormData(form)].filter(([name]) => name));
  if ('withNext' in form.dataset && state.next) body.next = state.next;
  if (!complete(form)) return;
  button.disabled = true;
  try {
    arrive(form, await post(form.dataset.form, body));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    show(form, fault);
  } finally {
    button.disabled = false;
  }
}

function complete(form) {
  const empty = [...form.querySelectorAll('.input[required]')].filter((input) => !input.value);
  for (const input of empty) accuse(input.closest('.field'), t('This field is needed.'));
  empty[0]?.focus();
  return empty.length === 0;
}

function arrive(form, data) {
  if (data.next) location.assign(data.next);
  form.dispatchEvent(new CustomEvent('arrived', { detail: data }));
  if (data.link) form.dispatchEvent(new CustomEvent('link', { detail: data.link, bubbles: true }));
  if (form.dataset.done) {
    form.reset();
    form.querySelector('[data-done-text]').textContent = form.dataset.done;
  }
}

function show(form, fault) {
  let shown = false;
  for (const [name, message] of Object.entries(fault.fields)) {
    const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!field) continue;
    accuse(field, message);
    if (!shown) field.querySelector('.input').focus();
    shown = true;
  }
  if (!shown) say(form, fault.message);
}

function accuse(field, message) {
  field.classList.add('field--wrong');
  field.querySelector('.field__fault').textContent = message;
  field.querySelector('.input').setAttribute('aria-invalid', 'true');
}

function clear(field) {
  if (!field?.classList.contains('field--wrong')) return;
  field.classList.remove('field--wrong');
  field.querySelector('.field__fault').textContent = '';
  field.querySelector('.input').removeAttribute('aria-invalid');
}

function say(form, message) {
  const fault = form.querySelector('[data-fault]');
  if (fault) fault.textContent = message;
}
