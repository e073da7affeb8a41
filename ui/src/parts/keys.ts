// Single-letter keys of a page: never while someone types, never with a modifier.

export function startsKey(event: KeyboardEvent, letter: string): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== letter) return false;
  const target = event.target;
  return !(target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)));
}
