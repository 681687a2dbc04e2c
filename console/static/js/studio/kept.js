// What was typed and not published survives a reload, a fault and the end of a session in this browser.

import { state } from '../words.js';

const name = (key) => `zabota:${state.user.id}:answer:${key || `new${location.search}`}`;

function storage(act) {
  try {
    return act(window.localStorage);
  } catch {
    return null; // a private window: nothing is remembered, all else works
  }
}

export const keep = (key, value) => storage((box) => box.setItem(name(key), JSON.stringify(value)));
/** Keep what a new answer begins with, for the editor at an address that ends in `search`. */
export const keepFor = (search, value) => keep(`new${search}`, value);
export const forget = (key) => storage((box) => box.removeItem(name(key)));

export function kept(key) {
  try {
    return JSON.parse(storage((box) => box.getItem(name(key))) || 'null');
  } catch {
    return null;
  }
}
