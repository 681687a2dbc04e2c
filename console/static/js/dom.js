// Building the page from data: text goes in as text nodes only, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: h('p', {class: 'x', onclick: f}, 'text', node, null, [more]). */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in PROPERTIES) node[name] = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  fill(node, children);
  return node;
}

const PROPERTIES = { value: 1, disabled: 1, hidden: 1, checked: 1 };

/** Put children into a node; null and false are left out. */
export function fill(node, children) {
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/** One of the icons of the page's sprite. */
export function icon(name, extra = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', extra ? `icon ${extra}` : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Make the children of `parent` match `items`, keeping nodes (and focus) whose key stays.
 * `make(item, old)` returns the node of an item; it may return the old one.
 */
export function keyed(parent, items, key, make) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const before = old.get(name);
    const node = make(item, before);
    node.dataset.key = name;
    old.delete(name);
    if (before && before !== node) {
      if (place === before) place = before.nextElementSibling;
      before.remove();
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const gone of old.values()) gone.remove();
}
