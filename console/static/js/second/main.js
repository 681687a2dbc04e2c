// The second factor: a square for the phone's camera, the code that proves it, codes on paper.

import { h } from '../dom.js';

const SVG = 'http://www.w3.org/2000/svg';
const find = (name) => document.querySelector(`[data-${name}]`);
const form = find('second-form') || document.querySelector('form[data-form="/api/login"]');

/** What the server has just told: a code is wanted, a secret is to be kept, codes are to be written down. */
function told(data) {
  if (data.qr) showSecret(data);
  if (data.code || data.qr) askCode();
  if (data.codes) showCodes(data);
}

function showSecret({ qr, secret }) {
  const square = document.createElementNS(SVG, 'svg');
  square.setAttribute('viewBox', `0 0 ${qr.size} ${qr.size}`);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', qr.path);
  square.append(path);
  find('square').replaceChildren(square);
  find('secret').textContent = secret.match(/.{1,4}/g).join(' ');
  find('second').hidden = false;
}

function askCode() {
  form.hidden = false;
  if (find('code')) find('code').hidden = false;
  const input = form.elements.code;
  input.inputMode = 'text';
  input.value = '';
  input.focus();
}

function showCodes({ codes, onward }) {
  form.hidden = true;
  find('second').hidden = true;
  find('list').replaceChildren(...codes.map((code) => h('li', {}, h('code', {}, code))));
  if (onward) find('onward').href = onward;
  find('codes').hidden = false;
  find('onward').focus();
}

const beginning = find('second-begin');

form?.addEventListener('arrived', (event) => told(event.detail));
beginning?.addEventListener('arrived', (event) => {
  beginning.hidden = true;
  told(event.detail);
});
