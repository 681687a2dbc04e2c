// What must survive a reload: half-written replies and replies that did not get out. Forgotten at log-out.

import { state } from '../words.js';

const PREFIX = `zabota:${state.user.id}:`;

function storage(act) {
  try {
    return act(window.localStorage);
  } catch {
    return null; // a private window: nothing is remembered, all else works
  }
}

export const draft = (id) => storage((box) => box.getItem(`${PREFIX}draft:${id}`)) || '';

export function keepDraft(id, text) {
  storage((box) => (text ? box.setItem(`${PREFIX}draft:${id}`, text) : box.removeItem(`${PREFIX}draft:${id}`)));
}

export function unsent(id) {
  try {
    return JSON.parse(storage((box) => box.getItem(`${PREFIX}unsent:${id}`)) || '[]');
  } catch {
    return [];
  }
}

export function keepUnsent(id, pending) {
  const left = pending.filter((one) => one.status !== 'sent');
  const key = `${PREFIX}unsent:${id}`;
  storage((box) => (left.length ? box.setItem(key, JSON.stringify(left)) : box.removeItem(key)));
}
