// Pages that are not live: forms, buttons that do one thing, times.

import { Fault, post } from '../api.js';
import { browserName } from './browser.js';
import { ask, sure } from '../dialog.js';
import { h } from '../dom.js';
import { wakeForms } from './forms.js';
import { countBadges, wakeFrame } from '../frame.js';
import { full } from '../time.js';
import { state, t, tn } from '../words.js';
import { toast } from '../toast.js';

async function act(button) {
  const label = button.textContent;
  if (button.dataset.sure && !(await sure(`${label}?`, button.dataset.sure, label))) return;
  button.disabled = true;
  try {
    const data = await post(button.dataset.post || button.dataset.postLink);
    if (data.link) showLink(data.link);
    else {
      if (data.report) await tell(data.report);
      location.reload();
    }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
  } finally {
    button.disabled = false;
  }
}

/** What somebody who was shut out has held: it is in the queue now. */
function tell({ name, sessions, held }) {
  const said = held.length ? tn('%(num)s conversation is back in the queue.', '%(num)s conversations are back in the queue.', held.length) : t('There were no conversations to pass on.');
  const ended = tn('%(num)s login was ended.', '%(num)s logins were ended.', sessions);
  const list = () => h('ul', { class: 'rows' }, held.map((one) => h('li', {}, h('a', { href: `${state.root}/inbox/${one.id}` }, one.name || t('No name')))));
  return ask(t('%(name)s has no access any more', { name }), `${ended} ${said}`, list, [['', t('Close'), 'button--main']]);
}

function showLink(link) {
  const made = document.querySelector('[data-made]');
  made.hidden = false;
  const input = made.querySelector('[data-link]');
  input.value = link;
  made.scrollIntoView({ block: 'center' });
  input.focus();
  input.select();
}

async function copy() {
  const input = document.querySelector('[data-link]');
  try {
    await navigator.clipboard.writeText(input.value);
    toast(t('Copied'));
  } catch {
    input.select();
    toast(t('Press Ctrl+C to copy'));
  }
}

wakeFrame();
wakeForms();
countBadges().catch((fault) => toast(fault.message));
for (const node of document.querySelectorAll('[data-time]')) node.textContent = full(node.dataset.time);
for (const node of document.querySelectorAll('[data-browser]')) node.textContent = browserName(node.dataset.browser);
for (const node of document.querySelectorAll('[data-post], [data-post-link]')) {
  node.addEventListener('click', () => act(node));
}
document.addEventListener('link', (event) => showLink(event.detail));
document.querySelector('[data-copy]')?.addEventListener('click', copy);
