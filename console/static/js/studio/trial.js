// «What will the bot answer?»: tried on every pause in typing; an answer that comes too late is not shown.

import { Fault, post } from '../api.js';
import { h } from '../dom.js';
import { t } from '../words.js';

const PAUSE = 120;
const box = document.querySelector('[data-trial-text]');
const place = document.querySelector('[data-trial-told]');

/** Bring the field to life; `draft` gives what stands in the editor. Returns a function that tries once more. */
export function wakeTrial(draft = () => null) {
  let timer = 0;
  let asked = 0;
  const look = async () => {
    const number = ++asked;
    const text = box.value.trim();
    if (!text) {
      place.hidden = true;
      return;
    }
    try {
      const { tried } = await post('/api/answer-trial', { text, draft: draft() });
      if (number === asked && tried) show(tried);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (number === asked) place.replaceChildren(h('p', { class: 'form__fault' }, fault.message));
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };
  box.addEventListener('input', soon);
  return soon;
}

function show(tried) {
  place.hidden = false;
  place.replaceChildren(
    h('p', { class: 'trial__verdict' }, tried.verdict),
    ...(tried.rule ? [h('p', { class: 'row__text' }, tried.rule)] : []),
    h('div', { class: 'phone__log' }, tried.lines.map(line)),
    ...(tried.candidates.length ? [h('h3', { class: 'change__field' }, t('What it resembles')), h('ul', { class: 'scores' }, tried.candidates.map((one) => candidate(one, tried)))] : [h('p', { class: 'row__text' }, t('It resembles none of the answers.'))]),
    h('p', { class: 'row__text' }, t('Surely from %(sure)s of 100 on; offered as a button from %(near)s.', tried)),
    h('p', { class: 'row__text' }, [tried.mood, tried.mood_words.length ? `«${tried.mood_words.join('», «')}»` : '', tried.wishes.length ? t('Wants: %(wishes)s', { wishes: tried.wishes.join(', ') }) : ''].filter(Boolean).join(' · ')),
  );
}

const line = ({ text, buttons }) =>
  h('div', {}, h('p', { class: 'phone__line' }, text), buttons.length ? h('div', { class: 'phone__buttons' }, buttons.map((label) => h('span', { class: 'phone__button' }, label))) : null);

function candidate({ title, percent, wording, given, why }, { sure }) {
  const meter = h('meter', { class: 'scores__meter', min: 0, max: 100, low: sure, high: sure, optimum: 100, 'aria-label': title });
  meter.value = percent;
  return h(
    'li',
    { class: given ? 'scores__one scores__one--given' : 'scores__one' },
    h('span', { class: 'scores__name' }, title),
    h('b', { class: 'scores__num' }, String(percent)),
    meter,
    h('span', { class: 'scores__why' }, `${why} · «${wording}»`),
  );
}
