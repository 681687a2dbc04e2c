// The right-hand card: who the client is. Phones come masked from the server.

import { fill, h, icon } from '../dom.js';
import { date } from '../time.js';
import { t } from '../words.js';
import { answerName, avatar, channelName, clientName, tag } from './names.js';

export function drawCard(place, one, talk, close) {
  if (!one) {
    place.replaceChildren();
    return;
  }
  const card = talk?.card;
  const answers = Object.entries(one.answers).filter(([name, value]) => value && name !== 'phone' && name !== 'name');
  const parts = [
    h('button', { type: 'button', class: 'button button--quiet button--icon card__close', onclick: close, 'aria-label': t('Close') }, icon('close')),
    h('div', { class: 'card__top' }, avatar(one, 'avatar--l'), h('h2', { class: 'card__name' }, clientName(one)), one.label && one.owner !== 'bot' ? tag(one.label) : null),
    h(
      'dl',
      { class: 'facts' },
      fact(t('Phone'), card?.phone ? [card.phone, h('span', { class: 'fact__note' }, card.phone_verified ? t('confirmed') : t('as the client wrote it'))] : '—'),
      fact(t('Channel'), channelName(one.channel)),
      fact(t('First wrote'), card?.first_at ? date(card.first_at) : '—'),
      card ? fact(t('Language'), LANGUAGES[card.language] ?? card.language) : null,
    ),
    answers.length ? h('section', {}, h('h3', { class: 'card__head' }, t('What the bot has learned')), h('dl', { class: 'facts' }, answers.map(([name, value]) => fact(answerName(name), value)))) : null,
  ];
  place.replaceChildren();
  fill(place, parts);
}

const LANGUAGES = { ru: t('Russian'), en: t('English') };
const fact = (name, value) => h('div', { class: 'fact' }, h('dt', {}, name), h('dd', {}, value));
