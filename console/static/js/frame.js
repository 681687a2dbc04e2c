// What every page has: theme, language, going out, badges on the rail.

import { get, logOut } from './api.js';
import { toast } from './toast.js';

const YEAR = 31536000;

/** Remember a wish in a cookie, so that the very first paint obeys it. */
function wish(name, value) {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Drafts hold clients' words: they do not stay in a browser that its owner has left. */
function forget() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith('zabota:')) localStorage.removeItem(key);
  } catch {
    // a private window keeps nothing anyway
  }
}

export function wakeFrame() {
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => {
      wish('zabota-language', button.dataset.language);
      location.reload();
    });
  }
  for (const button of document.querySelectorAll('[data-theme-switch]')) {
    button.addEventListener('click', () => {
      const theme = isDark() ? 'light' : 'dark';
      document.documentElement.dataset.theme = theme;
      wish('zabota-theme', theme);
    });
  }
  for (const button of document.querySelectorAll('[data-log-out]')) {
    button.addEventListener('click', () => {
      logOut(forget).catch((fault) => toast(fault.message));
    });
  }
  wakeMore(document.querySelector('[data-rail-more]'), document.getElementById('rail-rest'));
}

/** On a phone the lesser sections lie on a sheet: it goes away by a tap elsewhere and by Escape. */
function wakeMore(button, sheet) {
  if (!button) return;
  const open = (wanted) => {
    sheet.classList.toggle('rail__rest--open', wanted);
    button.setAttribute('aria-expanded', String(wanted));
  };
  const isOpen = () => button.getAttribute('aria-expanded') === 'true';
  button.addEventListener('click', () => open(!isOpen()));
  document.addEventListener('click', (event) => {
    if (isOpen() && !button.contains(event.target) && !sheet.contains(event.target)) open(false);
  });
  const leave = (event) => {
    if (event.key !== 'Escape' || !isOpen()) return;
    event.stopImmediatePropagation(); // the page below keeps what it has open
    open(false);
    button.focus();
  };
  document.addEventListener('keydown', leave, true);
}

/** Show a number on the rail; none when it is 0. */
export function badge(name, count) {
  const node = document.querySelector(`[data-badge="${name}"]`);
  if (!node) return;
  node.hidden = count < 1;
  node.textContent = count > 99 ? '99+' : String(count);
}

/** Ask for the numbers once, on pages that are not live. */
export async function countBadges() {
  if (!document.querySelector('[data-badge]')) return;
  const [box, news] = await Promise.all([get('/api/inbox?box=waiting'), get('/api/news/count')]);
  badge('waiting', box.counts.waiting);
  badge('news', news.count);
}
