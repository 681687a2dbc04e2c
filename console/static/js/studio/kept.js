// What was typed and not published survives a reload, a fault and the end of a session in this browser.

import { state } from '../words.js';

const name = (key) => `zabota:${state.user.id}:answer:${key || 'new'}`;

function storage(act) {
  try {
    return act(window.localStorage);
  } catch {
    return null; // a private window: nothing is remembered, all else works
  }
}

export const keep = (key, value) => storage((box) => box.setItem(name(key), JSON.stringify(value)));
export const forget = (key) => storage((box) => box.removeItem(name(key)));

export function kept(key) {
  try {
    return JSON.parse(storage((box) => box.getItem(name(key))) || 'null');
  } catch {
    return null;
  }
}
