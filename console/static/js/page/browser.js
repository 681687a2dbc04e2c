// A browser by the name that its owner knows.

import { t } from '../words.js';

const BROWSERS = [
  ['YaBrowser', 'Yandex Browser'],
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
];
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
];

const first = (pairs, agent) => pairs.find(([sign]) => agent.includes(sign))?.[1];

/** Chrome, Windows. */
export function browserName(agent) {
  return [first(BROWSERS, agent), first(SYSTEMS, agent)].filter(Boolean).join(', ') || t('Unknown browser');
}
