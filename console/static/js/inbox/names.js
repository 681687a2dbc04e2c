// Clients, channels and classes by the names that people know.

import { h, icon } from '../dom.js';
import { t } from '../words.js';

const CHANNELS = {
  webchat: ['icon', t('Site')],
  telegram: ['T', 'Telegram'],
  whatsapp: ['W', 'WhatsApp'],
  vk: ['V', 'VK'],
  max: ['M', 'MAX'],
};
const LABELS = {
  claim: [t('Claim'), 'bad', 'alert'],
  upset: [t('Client is upset'), 'bad', 'alert'],
  urgent: [t('Urgent'), 'bad', 'alert'],
  human: [t('Asks for a person'), 'warm', 'hand'],
  misses: [t('The bot did not understand'), 'warm', 'ask'],
  lead: [t('Request'), 'accent', 'lead'],
  mark: [t('Bad mark'), 'bad', 'heart'],
};
const REASONS = {
  asked: t('asked for a person'),
  gate: t('said words after which only a person may answer'),
  mood: t('writes in a bad mood'),
  misses: t('the bot failed twice in a row'),
  lead: t('left a request'),
  first: t('people answer first now'),
  mark: t('did not like how the conversation went'),
  returning: t('came back to whoever answered last time'),
  silent: t('was taken and left without an answer'),
  left: t('was led by somebody who has left'),
  feedback: t('gave a bad mark after a visit'),
};
const ANSWERS = {
  name: t('Name'),
  phone: t('Phone'),
  service: t('Service'),
  category: t('Kind of service'),
  branch: t('Branch'),
  staff: t('Master'),
  date: t('Day'),
  day: t('Day'),
  time: t('Time'),
  wish: t('Wish'),
  topic: t('Interested in'),
  look: t('Look'),
  hair_now: t('Hair now'),
  goal: t('Would like'),
  score: t('Score, of 100'),
  source: t('Came by the link'),
  mark: t('Mark, of 5'),
  words: t('In the client’s words'),
  comment: t('Comment'),
  error: t('Reason'),
  reason: t('Reason'),
};

export const channelName = (channel) => CHANNELS[channel]?.[1] ?? channel;
export const labelOf = (label) => LABELS[label] ?? [label, 'warm', 'info'];
export const reasonText = (reason) => REASONS[reason] ?? reason;
export const answerName = (key) => ANSWERS[key] ?? key;
export const clientName = (item) => item.name || t('Guest No. %(number)s', { number: item.number });

/** A round picture of the client with the channel's mark. */
export function avatar(item, extra = '') {
  const letters = item.name
    .split(/\s+/)
    .map((word) => [...word].find((sign) => /\p{L}/u.test(sign)))
    .filter(Boolean)
    .slice(0, 2)
    .join('')
    .toUpperCase();
  const sign = CHANNELS[item.channel]?.[0] ?? item.channel.slice(0, 1).toUpperCase();
  return h(
    'span',
    { class: `avatar avatar--${item.number % 8} ${extra}`, 'aria-hidden': 'true' },
    letters || icon('person'),
    h('span', { class: `avatar__mark avatar__mark--${mark(item.channel)}` }, sign === 'icon' ? icon('globe', 'icon--xs') : sign),
  );
}

const mark = (channel) => (channel in CHANNELS ? channel : 'other');

/** Who has the conversation, for a list of found ones. */
export function leaderOf(one) {
  if (one.owner === 'bot') return t('the bot leads');
  return one.owner === 'waiting' ? t('waits for a person') : t('%(name)s leads', { name: one.owner_name });
}

/** The class of a hand-over as a coloured word. */
export function tag(label) {
  const [text, tone] = labelOf(label);
  return h('span', { class: `tag tag--${tone}` }, text);
}
