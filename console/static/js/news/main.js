// What happened while nobody looked, newest first; what is new since the last visit stands out.

import { post } from '../api.js';
import { h, icon } from '../dom.js';
import { badge } from '../frame.js';
import { clock, day } from '../time.js';
import { state, t } from '../words.js';
import { answerName, clientName, labelOf } from '../inbox/names.js';

const KINDS = {
  lead: [t('Request'), 'lead', 'good'],
  booked: [t('New booking'), 'calendar', 'good'],
  moved: [t('Booking moved'), 'calendar', 'warm'],
  cancelled: [t('Booking cancelled'), 'calendar', 'bad'],
  late: [t('Running late'), 'clock', 'warm'],
  request: [t('Booking request'), 'calendar', 'good'],
  upset: [t('Client is upset'), 'alert', 'bad'],
  missed: [t('The bot had no answer'), 'ask', 'warm'],
  quarantine: [t('Could not be processed'), 'alert', 'warm'],
};
const INNER = new Set(['label', 'inbox', 'event_key']);
const PLAIN = new Set(['visit', 'client']);
const QUOTED = new Set(['text', 'question', 'words']);

function line(one) {
  const [kind, sign, tone] = KINDS[one.kind] ?? [one.kind, 'info', 'warm'];
  const name = one.body.label ? labelOf(one.body.label)[0] : kind;
  const parts = [
    h('span', { class: `news__mark news__mark--${tone}` }, icon(sign)),
    h(
      'span',
      { class: 'news__main' },
      h('span', { class: 'news__head' }, h('span', { class: 'news__kind' }, name), one.number ? h('span', { class: 'news__who' }, clientName(one)) : null),
      h('p', { class: 'news__text' }, told(one.body)),
      one.last_text && !Object.values(one.body).includes(one.last_text) ? h('p', { class: 'news__last' }, t('Last line: %(text)s', { text: `\u00ab${one.last_text}\u00bb` })) : null,
    ),
    h('time', { class: 'news__time', datetime: one.at }, clock(one.at)),
  ];
  const look = one.id > state.seen ? 'news__line news__line--new' : 'news__line';
  if (!one.conversation) return h('div', { class: look }, parts);
  return h('a', { class: look, href: `${state.root}/inbox/${one.conversation}` }, parts);
}

const told = (body) =>
  Object.entries(body)
    .filter(([key, value]) => value && !INNER.has(key))
    .map(([key, value]) => (PLAIN.has(key) ? value : QUOTED.has(key) ? `\u00ab${value}\u00bb` : `${answerName(key)}: ${value}`))
    .join('\n');

function draw(place) {
  if (!state.news.length) {
    place.append(
      h('div', { class: 'empty' }, h('span', { class: 'empty__mark' }, icon('news')), h('h2', { class: 'empty__title' }, t('Nothing new yet')), h('p', { class: 'empty__text' }, t('Requests, upset clients and questions without an answer come here.'))),
    );
    return;
  }
  let list = null;
  let last = '';
  for (const one of state.news) {
    const name = day(one.at);
    if (name !== last) {
      list = h('div', { class: 'news__list' });
      place.append(h('section', {}, h('h2', { class: 'news__day' }, name), list));
      last = name;
    }
    list.append(line(one));
  }
}

draw(document.getElementById('news'));
if (state.news.length && state.news[0].id > state.seen) {
  post('/api/news/seen', { news_id: state.news[0].id }).then(() => badge('news', 0), () => null);
}
