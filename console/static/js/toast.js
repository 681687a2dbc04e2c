// Short notes at the bottom of the page.

import { h } from './dom.js';

const STAYS = 5000;

export function toast(text) {
  let place = document.querySelector('.toasts');
  if (!place) {
    place = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    document.body.append(place);
  }
  const note = h('div', { class: 'toast' }, text);
  place.append(note);
  setTimeout(() => note.remove(), STAYS);
}
