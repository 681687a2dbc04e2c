// One answer being written: looked at on every pause, kept in the browser, published, taken back.

import { Fault, post } from '../api.js';
import { h } from '../dom.js';
import { state, t } from '../words.js';
import { toast } from '../toast.js';
import { mayPublish } from './clashes.js';
import { accuse, hasField, write, written } from './form.js';
import { insertInto } from './insert.js';
import { forget, keep, kept } from './kept.js';
import { whose } from './overtaken.js';
import { wakeTrial } from './trial.js';

const PAUSE = 180;
const form = document.querySelector('[data-editor]');
const find = (name) => document.querySelector(`[data-${name}]`);
let { key, base } = state.answer;
let published = JSON.stringify(written());
let before = 0;
let timer = 0;
let asked = 0;

/** How it would read, and what is wrong with it. An answer that comes too late is not shown. */
async function look() {
  const number = ++asked;
  try {
    const { shown, fields } = await post('/api/answer-draft', { ...written(), base, key });
    if (number !== asked) return;
    accuse(fields, false);
    find('preview').replaceChildren(...(shown.length ? shown.map(bubble) : [h('p', { class: 'row__text' }, t('Write an answer, and here is how it reads.'))]));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    if (fault.status !== 0) accuse(fault.fields, false);
  }
}

function bubble({ language, branch, text, buttons }) {
  const whom = [language === 'en' ? t('In English') : '', branch].filter(Boolean).join(' · ');
  return h(
    'div',
    { lang: language },
    whom ? h('p', { class: 'phone__for' }, whom) : null,
    h('p', { class: 'phone__line' }, text),
    buttons.length ? h('div', { class: 'phone__buttons' }, buttons.map((label) => h('span', { class: 'phone__button' }, label))) : null,
  );
}

const isPublished = () => JSON.stringify(written()) === published;

/** What is typed and not published stays in this browser. */
function remember() {
  if (isPublished()) forget(key);
  else keep(key, { ...written(), base });
}

function typed() {
  remember();
  find('published').hidden = true;
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
  tryAgain();
}

async function publish(sure = false) {
  const button = form.querySelector('button[type=submit]');
  if (button.disabled) return;
  const mine = written();
  find('fault').textContent = '';
  button.disabled = true;
  try {
    if (!sure && !(await mayPublish({ ...mine, base, key }))) return;
    arrived(await post(key ? `/api/answers/${key}` : '/api/answers', { ...mine, base }), mine);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    button.disabled = false;
    await refused(fault, mine);
  } finally {
    button.disabled = false;
  }
}

async function refused(fault, mine) {
  accuse(fault.fields, true);
  if (fault.code === 'gone') base = 0;
  if (fault.code !== 'overtaken') {
    find('fault').textContent = hasField(fault.fields) ? t('Something is not right yet: look at the marked fields.') : fault.message;
    return;
  }
  const choice = await whose(fault, mine);
  if (!choice) return;
  base = fault.more.revision;
  if (choice === 'theirs') {
    write(fault.more.theirs);
    settled(written());
    look();
  } else {
    keep(key, { ...mine, base });
    await publish(true);
  }
}

/** `mine` is published; the fields may have gone on meanwhile. */
function arrived(done, mine) {
  forget(key);
  if (!key) history.replaceState(null, '', `${state.root}/answers/${done.key}`);
  key = done.key;
  base = done.revision;
  before = done.before;
  if (form.elements.note.value === mine.note) form.elements.note.value = '';
  settled({ ...mine, note: '' });
  accuse({}, true);
  find('published').hidden = false;
  find('title').textContent = mine.title.ru;
  find('history').href = `${state.root}/answers/${key}/history`;
  find('history').hidden = false;
  if (!isPublished()) return; // whoever is still typing is not led away
  find('undo').focus();
  find('published').scrollIntoView({ block: 'center' });
}

function settled(sent) {
  published = JSON.stringify(sent);
  remember();
  find('restored').hidden = true;
}

async function undo() {
  try {
    await post(`/api/answers/${key}/return/${before}?base=${base}`);
    location.assign(before ? `${state.root}/answers/${key}` : `${state.root}/answers`);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
  }
}

const tryAgain = wakeTrial(() => ({ ...written(), base, key }));
const mine = kept(key);
if (mine) {
  base = mine.base;
  write(mine);
  find('restored').hidden = false;
}
look();
form.addEventListener('input', typed);
form.addEventListener('change', typed);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  publish();
});
find('undo').addEventListener('click', undo);
find('forget').addEventListener('click', () => {
  forget(key);
  location.reload();
});
for (const button of document.querySelectorAll('[data-insert]')) {
  const area = document.getElementById(button.dataset.insert);
  area.addEventListener('focus', () => (area.dataset.cursor = ''));
  button.addEventListener('click', () => insertInto(area));
}
