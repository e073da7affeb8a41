// The matrix: its table and its words tell the numbers of its cells, and keys lead to rows.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { countsOf, sayCell, sayMatrix, step, tableOf, ticks } from './data';
import { example } from './example';
import MatrixMap from './MatrixMap.svelte';

Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 800 });
let shown: ReturnType<typeof mount> | null = null;
afterEach(async () => {
  if (shown !== null) await unmount(shown);
  shown = null;
  document.body.replaceChildren();
});

describe('matrix', () => {
  it('tells the same numbers in cells, table and words', () => {
    expect([...countsOf(example).values()].reduce((sum, n) => sum + n, 0)).toBe(example.pairs);
    const rows = tableOf(example).rows;
    expect(rows[0]).toEqual(['cart', 'Commerce', '6', '100.0 %']);
    expect(rows[3]).toEqual(['ledger', 'Finance', '0', '0.0 %']);
    expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(example.pairs);
    expect(sayMatrix(example)).toBe('6 clients and 4 APIs, 10 pairs with a grant; most clients hold cart.');
    expect(sayCell(example, 1, 1, 1)).toBe('mobile to partner (2) at product, Commerce: 1 of 2 pairs with a grant');
  });

  it('shades something for anything and the last step only for all', () => {
    expect([step(0, 9), step(1, 1000), step(999, 1000), step(1000, 1000), step(1, 0)]).toEqual([0, 1, 6, 6, 0]);
    expect(ticks(3, 900)).toEqual([0, 24, 48, 72]);
    expect(ticks(600, 300)[600]).toBe(300);
  });

  it('has one tab stop, moves by arrows inside its bounds, enters by Enter and leaves by Escape', () => {
    const heard = { onenter: vi.fn(), onleave: vi.fn(), ontable: vi.fn() };
    shown = mount(MatrixMap, { target: document.body, props: { matrix: example, ...heard } });
    flushSync();
    const stop = document.querySelector('button');
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'Enter', 'Escape', 't']) {
      stop?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      flushSync();
    }
    expect(document.querySelectorAll('button')).toHaveLength(1);
    expect(heard.onenter).toHaveBeenCalledExactlyOnceWith(0, 1);
    expect(heard.onleave).toHaveBeenCalledOnce();
    expect(heard.ontable).toHaveBeenCalledOnce();
    expect(document.querySelector('[aria-live]')?.textContent).toContain('at product, Commerce: 2 of 2 pairs');
  });
});
