// Shortcuts by the physical key, so that they work on a Russian layout.

const ACTS = { KeyJ: 'next', KeyK: 'previous', KeyC: 'claim', KeyR: 'reply', KeyB: 'giveBack' };
const FIELDS = 'input, textarea, select, [contenteditable]';

/** `acts` by name: next, previous, claim, reply, giveBack, help, leave. */
export function wakeKeys(acts) {
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const typing = event.target.closest?.(FIELDS);
    if (event.code === 'Escape') {
      if (typing) event.target.blur();
      else acts.leave();
      return;
    }
    if (typing) return;
    const name = event.key === '?' || (event.code === 'Slash' && event.shiftKey) ? 'help' : event.shiftKey ? null : ACTS[event.code];
    if (!name) return;
    event.preventDefault();
    acts[name]();
  });
}
