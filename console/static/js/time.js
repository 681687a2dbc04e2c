// Moments as people of the salon read them: in the salon's zone, in the person's language.

import { state, t, tn } from './words.js';

const zone = state.zone;
const language = state.language;
const format = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
const clockFormat = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayFormat = format({ day: 'numeric', month: 'long' });
const shortFormat = format({ day: 'numeric', month: 'short' });
const longFormat = format({ day: 'numeric', month: 'long', year: 'numeric' });
const keyFormat = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
const DAY = 86400000;

/** 14:05 */
export const clock = (iso) => clockFormat.format(new Date(iso));

/** Hour and minute in the salon's zone. */
export const hourIn = (moment) => clockFormat.format(moment).split(':').map(Number);

/** 2026-03-14 in the salon's zone. */
export const dayKey = (moment) => keyFormat.format(moment);

/** Today, Yesterday, 12 March. */
export function day(iso, now = new Date()) {
  const moment = new Date(iso);
  const key = dayKey(moment);
  if (key === dayKey(now)) return t('Today');
  if (key === dayKey(new Date(now - DAY))) return t('Yesterday');
  return dayFormat.format(moment);
}

/** The short mark in the list: now, 5 min, 14:05, yesterday, 12 Mar. */
export function ago(iso, now = new Date()) {
  const moment = new Date(iso);
  const minutes = Math.floor((now - moment) / 60000);
  if (minutes < 1) return t('now');
  if (minutes < 60) return t('%(num)s min', { num: minutes });
  if (dayKey(moment) === dayKey(now)) return clock(iso);
  if (dayKey(moment) === dayKey(new Date(now - DAY))) return t('yesterday');
  return shortFormat.format(moment);
}

/** How long somebody waits already: 5 minutes, 3 hours, 2 days. */
export function waited(iso, now = new Date()) {
  const minutes = Math.max(0, Math.floor((now - new Date(iso)) / 60000));
  if (minutes < 1) return t('less than a minute');
  if (minutes < 60) return tn('%(num)s minute', '%(num)s minutes', minutes);
  if (minutes < 1440) return tn('%(num)s hour', '%(num)s hours', Math.floor(minutes / 60));
  return tn('%(num)s day', '%(num)s days', Math.floor(minutes / 1440));
}

/** A day with its year. */
export const date = (iso) => longFormat.format(new Date(iso));

/** Day and time in full. */
export const full = (iso) => `${day(iso)}, ${clock(iso)}`;
