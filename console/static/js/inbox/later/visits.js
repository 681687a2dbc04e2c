// The client's visits on the card: the next one and the last one, each a way to its day.

import { h, icon } from '../../dom.js';
import { t, tn } from '../../words.js';
import { page, sum, when } from '../visits.js';

/** The section of the card: the next visit and the last one, each a way to its day. Nothing while the book is unknown. */
export function drawVisits(visits) {
  if (!visits) return null;
  const { next, last, coming, past } = visits;
  const more = coming > 1 ? tn('%(num)s more ahead', '%(num)s more ahead', coming - 1) : '';
  const before = past > 1 ? t('visits so far: %(num)s', { num: past < 20 ? past : '20+' }) : '';
  return h(
    'section',
    { class: 'card__section visits' },
    h('h3', { class: 'card__head' }, t('Visits')),
    next ? row(next, next.status === 'requested' ? t('Waits for a time') : t('Next'), more) : h('p', { class: 'card__note' }, t('No visit ahead.')),
    last ? row(last, last.status === 'no_show' ? t('Did not come') : t('Last'), before) : h('p', { class: 'card__note' }, t('Has not been here before.')),
  );
}

function row(one, name, note) {
  return h(
    'a',
    { class: `visit${one.today ? ' visit--today' : ''}`, href: page(one) },
    h('span', { class: 'visit__name' }, name, note ? h('span', { class: 'visit__more' }, ` · ${note}`) : null),
    h('span', { class: 'visit__when' }, one.today ? icon('calendar', 'icon--s') : null, when(one)),
    h('span', { class: 'visit__what' }, one.what),
    h('span', { class: 'visit__who' }, [one.who, sum(one)].filter(Boolean).join(' · ')),
  );
}
