// The page's words and settings: both come in data attributes, so that no script is written into the page.

export const state = JSON.parse(document.body.dataset.state);
const words = JSON.parse(document.body.dataset.words);
const plural = new Intl.PluralRules(state.language);
const ORDER = { one: 0, few: 1, many: 2, other: 2 };

/** A text by its English msgid; `%(name)s` is filled from values. */
export function t(message, values) {
  const text = words[message] || message;
  return values ? put(typeof text === 'string' ? text : text[0], values) : text;
}

/** A text that depends on a number: tn('%(num)s day', '%(num)s days', 5). */
export function tn(one, many, num) {
  const forms = words[one];
  const category = plural.select(num);
  let text = num === 1 ? one : many;
  if (Array.isArray(forms)) text = forms[Math.min(ORDER[category], forms.length - 1)] || text;
  return put(text, { num });
}

function put(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
