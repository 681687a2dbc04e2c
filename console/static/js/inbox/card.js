// The right-hand card: who the client is and what the team knows. Phones come masked from the server.

import { Fault, post } from '../api.js';
import { fill, h, icon } from '../dom.js';
import { toast } from '../toast.js';
import { date } from '../time.js';
import { t } from '../words.js';
import { answerName, avatar, channelName, clientName, tag } from './names.js';
import { changed, putCard } from './store.js';

let drawn = '';
let later = null;

/** `acts`: info (close the card), open (another conversation). Drawn anew only when something in it has changed. */
export function drawCard(place, one, talk, acts) {
  if (one && !later) bring();
  const now = one ? JSON.stringify([Boolean(later), one.id, one.name, one.label, one.owner, one.answers, talk?.card, talk?.page, talk?.visits]) : '';
  if (now === drawn) return;
  drawn = now;
  const held = writing(place);
  if (!one) {
    place.replaceChildren();
    return;
  }
  const card = talk?.card;
  const answers = Object.entries(one.answers).filter(([name, value]) => value && name !== 'phone' && name !== 'name');
  const parts = [
    h('button', { type: 'button', class: 'button button--quiet button--icon card__close', onclick: acts.info, 'aria-label': t('Close') }, icon('close')),
    h('div', { class: 'card__top' }, avatar(one, 'avatar--l'), h('h2', { class: 'card__name' }, clientName(one)), one.label && one.owner !== 'bot' ? tag(one.label) : null),
    later ? later.drawVisits(talk?.visits) : null,
    h(
      'dl',
      { class: 'facts' },
      fact(t('Phone'), card?.phone ? [phone(one.id, card.phone), h('span', { class: 'fact__note' }, card.phone_verified ? t('confirmed') : t('as the client wrote it'))] : '—'),
      fact(t('Channel'), channelName(one.channel)),
      (card?.joined ?? []).map((other) => fact(t('Joined by a link'), [channelName(other.channel), part(one.id, other.id)])),
      fact(t('First wrote'), card?.first_at ? date(card.first_at) : '—'),
      card ? fact(t('Language'), LANGUAGES[card.language] ?? card.language) : null,
    ),
    answers.length ? h('section', {}, h('h3', { class: 'card__head' }, t('What the bot has learned')), h('dl', { class: 'facts' }, answers.map(([name, value]) => fact(answerName(name), value)))) : null,
  ];
  place.replaceChildren();
  place.dataset.id = one.id;
  fill(place, parts);
  if (talk?.page && later) fill(place, later.drawPage(one, talk.page, acts.open));
  if (held?.id === one.id) restore(place, held);
}

/** What is below the facts comes after the conversation itself. */
async function bring() {
  later = await import('./later/page.js');
  changed('card');
}

/** A note that is being written outlives the redrawing. */
function writing(place) {
  const field = place.querySelector('.note__field');
  return field ? { id: place.dataset.id, text: field.value, focused: document.activeElement === field } : null;
}

function restore(place, held) {
  const field = place.querySelector('.note__field');
  if (!field) return;
  field.value = held.text;
  if (held.focused) field.focus();
}

/** Two addresses that are not one client after all. */
function part(id, joining) {
  return h('button', { type: 'button', class: 'link', onclick: () => takeBack(id, joining) }, t('Part'));
}

async function takeBack(id, joining) {
  try {
    const { card } = await post(`/api/conversations/${id}/part`, { joining_id: joining });
    putCard(id, card);
    toast(t('They are two clients again.'));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
  }
}

/** Masked until it is asked for: each look is written down. */
function phone(id, masked) {
  const place = h('span', { class: 'phone' }, masked, h('button', { type: 'button', class: 'link', onclick: () => reveal(id, place) }, t('Show')));
  return place;
}

async function reveal(id, place) {
  try {
    const { phone: whole } = await post(`/api/conversations/${id}/phone`);
    place.replaceChildren(h('a', { href: `tel:${whole}` }, whole));
    place.firstChild.focus();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
  }
}

const LANGUAGES = { ru: t('Russian'), en: t('English') };
const fact = (name, value) => h('div', { class: 'fact' }, h('dt', {}, name), h('dd', {}, value));
