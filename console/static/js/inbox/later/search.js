// Search over all conversations (managers: over those that are their business), and what nobody has answered.

import { get } from '../../api.js';
import { h, icon } from '../../dom.js';
import { ago, waited } from '../../time.js';
import { state, t } from '../../words.js';
import { highlight } from '../lines.js';
import { avatar, clientName, leaderOf, tag } from '../names.js';

const PAUSE = 220;

function row(one, text, at, words, go) {
  return h(
    'a',
    { class: 'hit', href: `${state.root}/inbox/${one.id}`, onclick: (event) => (event.preventDefault(), go(one)) },
    avatar(one),
    h(
      'span',
      { class: 'hit__main' },
      h('span', { class: 'talk__line' }, h('span', { class: 'talk__name' }, clientName(one)), h('time', { class: 'talk__time', datetime: at }, ago(at))),
      h('span', { class: 'hit__text' }, words ? highlight(around(text || one.last_text, words), [words], true) : text || one.last_text),
      h('span', { class: 'hit__sub' }, leaderOf(one), one.label && one.owner !== 'bot' ? tag(one.label) : null),
    ),
  );
}

/** A long line is cut so that the words found are seen. */
function around(text, words) {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  return at > 60 ? `\u2026${text.slice(at - 40)}` : text;
}

function windowOf(title, head, body) {
  const dialog = h('dialog', { class: 'dialog dialog--wide', 'aria-labelledby': 'dialog-title' }, h('h2', { class: 'dialog__title', id: 'dialog-title' }, title), head, body);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Arrows walk through the hits. */
function walk(dialog, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
  if (!step) return;
  const hits = [...dialog.querySelectorAll('.hit')];
  if (!hits.length) return;
  event.preventDefault();
  hits[Math.max(0, Math.min(hits.length - 1, hits.indexOf(document.activeElement) + step))].focus();
}

/** Ctrl+K: find a conversation. `open(item)`. */
export function showSearch(open) {
  const hits = h('div', { class: 'hits', role: 'status', 'aria-live': 'polite' });
  const field = h('input', { class: 'input', type: 'text', role: 'searchbox', 'aria-label': t('Search in all conversations'), placeholder: t('A name or words from the conversation'), autocomplete: 'off', maxlength: 100 });
  const dialog = windowOf(t('Search'), field, hits);
  const go = (one) => (dialog.close(), open(one));
  let timer = 0;
  let last = '';
  const ask = async () => {
    const words = field.value.trim();
    if (words === last) return;
    last = words;
    if (!words) return hits.replaceChildren();
    const data = await get(`/api/search?q=${encodeURIComponent(words)}`).catch((fault) => ({ fault }));
    if (words !== last) return;
    if (data.fault) hits.replaceChildren(h('p', { class: 'hits__none' }, data.fault.message));
    else if (data.short) hits.replaceChildren(h('p', { class: 'hits__none' }, t('Type a little more.')));
    else if (!data.found.length) hits.replaceChildren(h('p', { class: 'hits__none' }, t('Nothing was found. Try another word or a part of it.')));
    else hits.replaceChildren(...data.found.map((hit) => row(hit.item, hit.text, hit.at, words, go)));
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  dialog.addEventListener('keydown', (event) => {
    walk(dialog, event);
    if (event.key === 'Enter' && event.target === field) dialog.querySelector('.hit')?.click();
  });
  field.focus();
}

/** The board of clients whose last word nobody has answered. */
export async function showUnanswered(open) {
  const hits = h('div', { class: 'hits' }, h('p', { class: 'hits__none' }, t('Opening…')));
  const dialog = windowOf(t('Left without an answer'), h('p', { class: 'dialog__text' }, t('Every client whose last word is still unanswered, whoever leads the conversation.')), hits);
  dialog.addEventListener('keydown', (event) => walk(dialog, event));
  const data = await get('/api/unanswered').catch((fault) => ({ fault }));
  const go = (one) => (dialog.close(), open(one));
  if (data.fault) hits.replaceChildren(h('p', { class: 'hits__none' }, data.fault.message));
  else if (!data.items.length) hits.replaceChildren(h('div', { class: 'empty' }, h('span', { class: 'empty__mark' }, icon('heart')), h('p', { class: 'empty__text' }, t('Everybody has an answer. Well done!'))));
  else hits.replaceChildren(...data.items.map((one) => row(one, `${t('waits %(time)s', { time: waited(one.waiting_since) })} \u00b7 ${one.last_text}`, one.waiting_since, '', go)));
}
