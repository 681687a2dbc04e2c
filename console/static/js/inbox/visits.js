// The client's visits as the book has them, in one line above the conversation; in full on the card: later/visits.js.

import { h } from '../dom.js';
import { state, t } from '../words.js';

export const page = (one) => `${state.root}/bookings${one.day ? `?day=${one.day}` : ''}`;
export const when = (one) => {
  if (!one.day) return one.wish ? `«${one.wish}»` : t('no time yet');
  return `${one.today ? t('Today') : one.named}, ${one.time}`;
};
export const sum = (one) => (one.sum && one.at_least ? t('from %(sum)s', { sum: one.sum }) : one.sum);

/** Today's visit, else the next, else the last one: a row of the strip for screens on which the card is put away. */
export function visitRow(visits) {
  const one = [visits?.next, visits?.last].find((each) => each?.today) ?? visits?.next ?? visits?.last;
  if (!one) return null;
  const name = one === visits.next ? t('Next visit:') : t('Last visit:');
  const text = [when(one), one.what, one.who, sum(one)].filter(Boolean).join(' · ');
  return h('div', { class: 'strip__row strip__visit' }, h('span', { class: 'strip__key' }, name), h('a', { class: one.today ? 'told told--today' : 'told', href: page(one) }, text));
}
