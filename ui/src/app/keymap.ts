// The keys of the window, in one list: it drives the bindings, the `?` map and the palette.
import type { PageInfo } from '../kit/page-info';

export type KeyLine = { keys: string; does: string };

/** Keys that a page or the grid handles by itself; listed so that `?` tells of them. */
export const ELSEWHERE: KeyLine[] = [
  { keys: 'Arrows, j, k', does: 'move in the grid' }, { keys: 'Home, End, PageUp, PageDown', does: 'move far in the grid' },
  { keys: 'Enter', does: 'open the row, or the rows behind a number' }, { keys: 'x', does: 'select the row' }, { keys: 'Shift + arrows', does: 'extend the selection' },
  { keys: 'Ctrl+A', does: 'select all rows of the filter' }, { keys: 'Ctrl+C', does: 'copy as tab-separated text' }, { keys: 'Ctrl+Shift+C', does: 'copy rows as CSV' },
  { keys: 'Ctrl+G', does: 'go to a row by its number' }, { keys: 'Ctrl+Shift+Y', does: 'speak the row number' }, { keys: 'Esc', does: 'clear the selection, close the panel' },
  { keys: 'T', does: 'picture or its table' }, { keys: 'W', does: 'why: explain the score' },
];

export type Bindings = {
  pages: PageInfo[];
  go: (page: PageInfo) => void;
  palette: () => void;
  jobs: () => void;
  messages: () => void;
  lock: () => void;
  importFiles: () => void;
  settings: () => void;
  keys: () => void;
  undo: () => void;
  redo: () => void;
};

export function keyLines(pages: PageInfo[]): KeyLine[] {
  return [
    { keys: 'Ctrl+K', does: 'search or run a command' }, { keys: '/', does: 'write a filter' }, { keys: 'Shift+F', does: 'counts per value' },
    { keys: '[ and ]', does: 'previous and next row in the panel' }, { keys: 'F6, Shift+F6', does: 'next and previous region' },
    { keys: 'Alt+Left, Alt+Right', does: 'back and forward' }, { keys: 'Ctrl+O', does: 'import files' }, { keys: 'Ctrl+E', does: 'export the rows of the table' }, { keys: 'Ctrl+Z, Ctrl+Shift+Z', does: 'undo, do again' }, { keys: 'Ctrl+J', does: 'jobs' },
    { keys: 'Ctrl+Shift+N', does: 'messages' }, { keys: 'Ctrl+,', does: 'settings' }, { keys: 'Ctrl+Shift+L', does: 'lock the screen' }, { keys: '?', does: 'this list' },
    ...pages.map((page) => ({ keys: `g then ${page.key}`, does: page.title })),
    ...ELSEWHERE,
  ];
}

/** True while the user writes: single letters then belong to the text. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
    && !(target instanceof HTMLInputElement && ['checkbox', 'radio', 'button'].includes(target.type));
}

/** Moves the focus to the next region: banner, navigation, main, panel, status. */
export function nextRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('header, nav.rail, main, aside')].filter((region) => region.offsetParent !== null);
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + by + regions.length) % regions.length];
  const target = next?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], a[aria-current], button, a, input, [tabindex="0"]') ?? next;
  target?.focus();
}

/** Binds the keys. Answers how to unbind them. */
export function bind(to: Bindings): () => void {
  const CHORD_MS = 1200;
  let chordAt = -Infinity;
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const run = (act: () => void) => {
      event.preventDefault();
      act();
    };
    if (event.altKey && key === 'ArrowLeft') return run(() => history.back());
    if (event.altKey && key === 'ArrowRight') return run(() => history.forward());
    if (key === 'F6') return run(() => nextRegion(event.shiftKey ? -1 : 1));
    if (command) {
      if (key === 'k') return run(to.palette);
      if (key === 'o') return run(to.importFiles);
      if (key === 'j') return run(to.jobs);
      if (key === 'e') return run(() => document.querySelector<HTMLElement>('[data-key="export"]')?.click());
      if (key === ',') return run(to.settings);
      if (key === 'n' && event.shiftKey) return run(to.messages);
      if (key === 'l' && event.shiftKey) return run(to.lock);
      // In a text field the keys belong to the text.
      if (key === 'z' && !isWriting(event.target) && !document.querySelector('[role="dialog"]')) return run(event.shiftKey ? to.redo : to.undo);
      return;
    }
    if (event.altKey || isWriting(event.target) || document.querySelector('[role="dialog"]')) return;
    if (performance.now() - chordAt < CHORD_MS) {
      chordAt = -Infinity;
      const page = to.pages.find((each) => each.key === key);
      if (page) return run(() => to.go(page));
    }
    if (key === 'g') {
      chordAt = performance.now();
      return;
    }
    if (event.key === '?') return run(to.keys);
    if (event.key === '/') return run(() => document.getElementById('filter-text')?.focus());
    if (event.key === 'F' && event.shiftKey) return run(() => document.querySelector<HTMLElement>('[data-key="facets"]')?.click());
    if (event.key === '[') return run(() => document.querySelector<HTMLElement>('[data-key="previous"]')?.click());
    if (event.key === ']') return run(() => document.querySelector<HTMLElement>('[data-key="next"]')?.click());
  };
  window.addEventListener('keydown', press);
  return () => window.removeEventListener('keydown', press);
}
