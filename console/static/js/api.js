// Calls to the server: JSON both ways, the page's token in a header, faults as one kind of error.

import { state, t } from './words.js';

/** What went wrong. status 0: the server was not reached. */
export class Fault extends Error {
  constructor(status, body, retryAfter) {
    super(body.message || t('No connection. Try again in a moment.'));
    this.status = status;
    this.code = body.code || '';
    this.fields = body.fields || {};
    this.holder = body.holder || null;
    this.holderName = body.name || '';
    this.more = body;
    this.retryAfter = retryAfter;
  }
}

export const get = (path) => call('GET', path);
export const post = (path, body = {}) => call('POST', path, body);

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(state.root + path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json', 'x-csrf': state.csrf },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Fault(0, {}, 0);
  }
  const data = await response.json().catch(() => ({}));
  if (response.ok) return data;
  if (response.status === 401 && data.error?.code === 'login') leave();
  throw new Fault(response.status, data.error || {}, Number(response.headers.get('retry-after')) || 0);
}

let going = false;

/** End the session; `tidy` runs when it has ended. Whoever notices the ended session meanwhile does nothing. */
export async function logOut(tidy) {
  going = true;
  try {
    await post('/api/logout');
    tidy();
    location.assign(`${state.root}/login`);
  } catch (fault) {
    going = false;
    throw fault;
  }
}

/** The session has ended: to the login page, and back here afterwards. */
export function leave() {
  if (going) return;
  const here = location.pathname.slice(state.root.length);
  location.assign(`${state.root}/login?next=${encodeURIComponent(here)}`);
}
