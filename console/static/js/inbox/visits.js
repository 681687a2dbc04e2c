// The client's visits as the book has them: in full on the card, in one line above the conversation.

import { h, icon } from '../dom.js';
import { state, t, tn } from '../words.js';

const page = (one) => `${state.root}/bookings${one.day ? `?day=${one.day}` : ''}`;
const when = (one) => {
  if (!one.day) return one.wish ? `«${one.wish}»` : t('no time yet');
  return `${one.today ? t('Today') : one.named}, ${one.time}`;
};
const sum = (one) => (one.sum && one.at_least ? t('from %(sum)s', { sum: one.sum }) : one.sum);

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

/** Today's visit, else the next, else the last one: a row of the strip for screens on which the card is put away. */
export function visitRow(visits) {
  const one = [visits?.next, visits?.last].find((each) => each?.today) ?? visits?.next ?? visits?.last;
  if (!one) return null;
  const name = one === visits.next ? t('Next visit:') : t('Last visit:');
  const text = [when(one), one.what, one.who, sum(one)].filter(Boolean).join(' · ');
  return h('div', { class: 'strip__row strip__visit' }, h('span', { class: 'strip__key' }, name), h('a', { class: one.today ? 'told told--today' : 'told', href: page(one) }, text));
}
