// Shortcuts by the physical key, so that they work on a Russian layout.

const ACTS = { KeyJ: 'next', KeyK: 'previous', KeyC: 'claim', KeyR: 'reply', KeyB: 'giveBack', KeyE: 'close', KeyN: 'note', KeyM: 'more', KeyU: 'unanswered' };
const FIELDS = 'input, textarea, select, [contenteditable]';

/** `acts` by name: those of ACTS, ready (ready replies), search, help, leave. */
export function wakeKeys(acts) {
  document.addEventListener('keydown', (event) => {
    if (event.code === 'KeyK' && (event.ctrlKey || event.metaKey) && !document.querySelector('dialog[open]')) {
      event.preventDefault();
      acts.search();
      return;
    }
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const typing = event.target.closest?.(FIELDS);
    if (event.code === 'Escape') {
      if (typing) event.target.blur();
      else acts.leave();
      return;
    }
    if (typing) return;
    const name = event.key === '?' || (event.code === 'Slash' && event.shiftKey) ? 'help' : event.shiftKey ? null : event.code === 'Slash' ? 'ready' : ACTS[event.code];
    if (!name) return;
    event.preventDefault();
    acts[name]();
  });
}
