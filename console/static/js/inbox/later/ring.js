// A sound for whoever starts to wait, again every half a minute for the upset. Asked for by the bell: browsers want a press.

import { h, icon } from '../../dom.js';
import { t } from '../../words.js';
import { toast } from '../../toast.js';
import { clientName, labelOf } from '../names.js';
import { listOf } from '../store.js';

const AGAIN = 30000;
const KEY = 'zabota:bell';
const ALARMING = 2;
let sound = null;

function wished() {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

function wish(on) {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // a private window: until the page is closed
  }
}

/** The bell on top of the list: on for everybody from the first day, off by a press. */
export function wakeBell(place) {
  const button = h('button', { type: 'button', class: 'button button--quiet button--icon bell' });
  const draw = () => {
    button.replaceChildren(icon(wished() ? 'bell' : 'bell-off'));
    button.setAttribute('aria-pressed', String(wished()));
    button.setAttribute('aria-label', wished() ? t('Sound is on') : t('Sound is off'));
  };
  button.addEventListener('click', () => {
    wish(!wished());
    draw();
    if (!wished()) return toast(t('No sound. The number in the tab stays.'));
    open();
    chime(false);
    if ('Notification' in window && Notification.permission === 'default') Notification.requestPermission();
    toast(t('There will be a sound when a client waits.'));
  });
  draw();
  place.before(button);
  document.addEventListener('pointerdown', open, { once: true });
  document.addEventListener('keydown', open, { once: true });
  setInterval(() => listOf('waiting').some((one) => one.priority <= ALARMING) && chime(true), AGAIN);
}

function open() {
  sound ??= 'AudioContext' in window ? new AudioContext() : null;
  sound?.resume();
}

/** Two soft notes; lower ones when somebody is upset. */
function chime(upset) {
  if (!wished() || !sound || sound.state !== 'running') return;
  const notes = upset ? [523, 440] : [660, 880];
  notes.forEach((pitch, index) => {
    const from = sound.currentTime + index * 0.16;
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.14, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.32);
    tone.connect(volume).connect(sound.destination);
    tone.start(from);
    tone.stop(from + 0.34);
  });
}

/** Somebody has started to wait, or waits too long. */
export function ring(one) {
  chime(one.priority <= ALARMING);
  if (!document.hidden || !wished() || !('Notification' in window) || Notification.permission !== 'granted') return;
  const note = new Notification(labelOf(one.label)[0], { body: clientName(one), tag: one.id });
  note.addEventListener('click', () => window.focus());
}
