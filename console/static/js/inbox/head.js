// The top of a conversation: who, who leads it, what can be done; below it why a person was called.

import { h, icon } from '../dom.js';
import { clock, day, full, waited } from '../time.js';
import { t } from '../words.js';
import { answerName, avatar, channelName, clientName, labelOf, reasonText } from './names.js';
import { isMine, store, talk } from './store.js';
import { visitRow } from './visits.js';

const roomy = matchMedia('(min-width: 721px)');

const key = (letter) => h('span', { class: 'key', 'aria-hidden': 'true' }, letter);

/** The head row. `acts`: back, claim, giveBack, info. */
export function head(one, acts) {
  const button = (kind, act, label, letter, sign) =>
    h('button', { type: 'button', class: `button ${kind}`, onclick: act, 'aria-keyshortcuts': letter }, icon(sign), label, key(letter));
  return h(
    'header',
    { class: 'chat__head' },
    h('button', { type: 'button', class: 'button button--quiet button--icon chat__back', onclick: acts.back, 'aria-label': t('Back to the list') }, icon('back')),
    avatar(one),
    h(
      'div',
      { class: 'chat__who' },
      h('h2', { class: 'chat__name' }, clientName(one)),
      h('p', { class: 'chat__sub' }, `${channelName(one.channel)} · ${leader(one)}`),
    ),
    h(
      'div',
      { class: 'chat__acts' },
      isMine(one) ? button('chat__close', acts.close, t('Close'), 'E', 'check') : null,
      isMine(one) ? button('', acts.giveBack, returnText(), 'B', 'bot') : null,
      one.owner === 'human' ? null : button('button--main chat__take', acts.claim, t('Take'), 'C', 'hand'),
      h('button', { type: 'button', class: 'button button--quiet button--icon', onclick: acts.more, 'aria-label': t('What else') }, icon('dots')),
      h('button', { type: 'button', class: 'button button--quiet button--icon chat__info', onclick: acts.info, 'aria-label': t('About the client') }, icon('info')),
    ),
  );
}

const returnText = () => [h('span', { class: 'button__long' }, t('Return to the bot')), h('span', { class: 'unseen' }, t('Return to the bot'))];

export function leader(one) {
  if (one.owner === 'bot') return t('the bot leads');
  if (one.owner === 'waiting') {
    return one.waiting_since ? t('waits %(time)s', { time: waited(one.waiting_since) }) : t('waits for a person');
  }
  return isMine(one) ? t('you lead') : t('%(name)s leads', { name: one.owner_name });
}

/** The hand-over strip; nothing when no person was called. */
export function strip(one) {
  if (!one.label || one.owner === 'bot') return h('div', { hidden: true });
  const [title, tone, sign] = labelOf(one.label);
  const told = body(one);
  return h(
    'section',
    { class: `strip strip--${tone}`, 'aria-label': t('Why a person was called') },
    h(
      'details',
      { open: roomy.matches || store.stripOpen, ontoggle: (event) => (store.stripOpen = event.target.open) },
      h(
        'summary',
        { class: 'strip__top', onclick: (event) => (roomy.matches || !told) && event.preventDefault() },
        icon(sign),
        h('span', { class: 'strip__title' }, title, h('span', { class: 'strip__why' }, ` — ${why(one)}`)),
        promise(one),
        told ? icon('more', 'icon--s strip__more') : null,
      ),
      told,
    ),
  );
}

function body(one) {
  const answers = Object.entries(one.answers).filter(([, value]) => value);
  const visit = visitRow(talk(one.id)?.visits);
  if (!one.words.length && !answers.length && !visit) return null;
  return h(
    'div',
    { class: 'strip__body' },
    one.words.length
      ? h('div', { class: 'strip__row' }, h('span', { class: 'strip__key' }, t('In the client’s words:')), one.words.map((word) => h('q', { class: 'quote' }, word)))
      : null,
    answers.length
      ? h(
          'div',
          { class: 'strip__row' },
          h('span', { class: 'strip__key' }, t('The bot has asked:')),
          answers.map(([name, value]) => h('span', { class: 'told' }, h('span', { class: 'told__key' }, answerName(name)), value)),
        )
      : null,
    visit,
  );
}

/** Why a person was called; who fell silent is named. */
function why(one) {
  const said = one.reason === 'silent' && one.left_by ? t('%(name)s took it and did not answer', { name: one.left_by }) : reasonText(one.reason);
  const called = t('Nobody has come for long: the leaders are called');
  return one.level > 1 ? `${said}. ${called}` : said;
}

/** When an answer was promised, and whether that is still ahead. */
function promise(one) {
  if (!one.promised_at) return null;
  const late = Date.parse(one.promised_at) < Date.now() && one.waiting_since;
  const at = day(one.promised_at) === t('Today') ? clock(one.promised_at) : full(one.promised_at);
  const text = late ? t('promised by %(time)s, late', { time: at }) : t('promised by %(time)s', { time: at });
  return h('span', { class: late ? 'strip__clock strip__clock--late' : 'strip__clock' }, icon('clock', 'icon--s'), text);
}
