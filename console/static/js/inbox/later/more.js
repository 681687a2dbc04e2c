// What is done with a conversation more rarely: put it off, pass it on, label it.

import { Fault, get, post } from '../../api.js';
import { ask } from '../../dialog.js';
import { h, icon } from '../../dom.js';
import { toast } from '../../toast.js';
import { hourIn } from '../../time.js';
import { t } from '../../words.js';
import { changed, isMine, putItem, putPage } from '../store.js';

const HOUR = 60;
const MORNING = 9;

/** Minutes until nine in the morning, tomorrow in the salon. */
function untilMorning() {
  const [hour, minute] = hourIn(new Date());
  return (24 + MORNING - hour) * HOUR - minute;
}

async function tried(act) {
  try {
    return await act();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    toast(fault.message);
    return null;
  }
}

const choice = (act, sign, title, text) =>
  h('button', { type: 'button', class: 'option', onclick: act }, icon(sign), h('span', {}, h('span', { class: 'option__title' }, title), text ? h('span', { class: 'option__text' }, text) : null), h('span', {}));

/** A window with everything that is rarely needed. */
export async function showMore(one) {
  const wish = await ask(
    t('What else'),
    '',
    (close) =>
      h(
        'div',
        { class: 'options' },
        isMine(one) ? choice(() => close('snooze'), 'clock', t('Put off'), t('It comes back by itself, at the latest when the client writes')) : null,
        choice(() => close('assign'), 'people', t('Pass to a colleague'), t('He will lead it and hear of it at once')),
        choice(() => close('tag'), 'quote', t('Label'), t('To find such conversations again')),
      ),
    [['', t('Cancel'), 'button--quiet']],
  );
  if (wish === 'snooze') await putOff(one);
  if (wish === 'assign') await passOn(one);
  if (wish === 'tag') await label(one);
}

async function putOff(one) {
  const spans = [
    [HOUR, t('For an hour')],
    [3 * HOUR, t('For three hours')],
    [untilMorning(), t('Until tomorrow morning')],
    [7 * 24 * HOUR, t('For a week')],
  ];
  const minutes = await ask(t('Put off'), t('Out of sight until then, or until the client writes.'), (close) => h('div', { class: 'options' }, spans.map(([span, title]) => choice(() => close(String(span)), 'clock', title))), [['', t('Cancel'), 'button--quiet']]);
  if (!minutes) return;
  const data = await tried(() => post(`/api/conversations/${one.id}/snooze`, { minutes: Number(minutes) }));
  if (!data) return;
  putItem(data.item);
  toast(t('Put off. It will come back by itself.'));
  changed('list', 'chat');
}

async function passOn(one) {
  const data = await tried(() => get('/api/colleagues'));
  const others = data?.people.filter((person) => person.id !== one.owner_id) ?? [];
  const chosen = await ask(t('Pass to a colleague'), t('Who should lead it?'), (close) => h('div', { class: 'options' }, others.map((person) => choice(() => close(String(person.id)), 'person', person.name, `@${person.login}`))), [['', t('Cancel'), 'button--quiet']]);
  if (!chosen) return;
  const done = await tried(() => post(`/api/conversations/${one.id}/assign`, { user_id: Number(chosen), epoch: one.epoch }));
  if (!done) return;
  putItem(done.item);
  toast(t('Passed on: %(name)s leads it now.', { name: done.item.owner_name }));
  changed('list', 'chat');
}

/** Put a label on: one in use, or a new one. */
export async function label(one) {
  const data = await tried(() => get('/api/colleagues'));
  const field = h('input', { class: 'input', maxlength: 30, list: 'known-tags', 'aria-label': t('Label'), placeholder: t('For example: wedding') });
  const known = h('datalist', { id: 'known-tags' }, (data?.tags ?? []).map((tag) => h('option', { value: tag })));
  const wish = await ask(
    t('Label'),
    t('The whole team sees it, the client does not.'),
    (close) => {
      field.addEventListener('keydown', (event) => event.key === 'Enter' && (event.preventDefault(), close('yes')));
      return h('div', {}, field, known);
    },
    [
      ['', t('Cancel'), 'button--quiet'],
      ['yes', t('Put on'), 'button--main'],
    ],
  );
  if (wish === 'yes' && field.value.trim()) await setTag(one.id, field.value.trim(), true);
}

/** Put a label on or take it off. */
export async function setTag(id, tag, on) {
  const data = await tried(() => post(`/api/conversations/${id}/tag`, { tag, on }));
  if (data) putPage(id, data.page);
}
