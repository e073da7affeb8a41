// The map under keys, with elements and on a canvas: one tab stop, a name for every cell, and Enter, W, T and the arrows do what they say.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { letterOf, sayCell, type FloodMap as MapData } from './data';
import { idOf, pipeline, storefront } from './example';
import FloodMap from './FloodMap.svelte';

const WIDTH = 864;
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => WIDTH });

let shown: ReturnType<typeof mount> | null = null;

afterEach(async () => {
  if (shown !== null) await unmount(shown);
  shown = null;
  document.body.replaceChildren();
});

function draw(map: MapData, chosen: string | null) {
  const heard = { onopen: vi.fn(), onchoose: vi.fn(), onexplain: vi.fn(), ontable: vi.fn(), onboundary: vi.fn() };
  shown = mount(FloodMap, { target: document.body, props: { map, chosen, ...heard } });
  flushSync();
  return heard;
}

const cells = () => [...document.querySelectorAll<HTMLElement>('[data-at]')];
const tabStops = () => cells().filter((cell) => cell.getAttribute('tabindex') === '0');
const nameOf = (cell: Element | undefined) => cell?.getAttribute('aria-label') ?? cell?.textContent ?? '';

function press(cell: HTMLElement | undefined, key: string) {
  cell?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  flushSync();
}

/** The same map many times over in each cell. */
function times(map: MapData, n: number): MapData {
  const compartments = map.compartments.map((one) => ({
    ...one,
    audiences: one.audiences * n,
    cells: one.cells.flatMap((cell) => Array.from({ length: n }, (_, at) => ({ ...cell, id: `${cell.id}-${at}`, x: cell.x + (cell.width / n) * at, width: cell.width / n }))),
  }));
  return { ...map, compartments, audiences: map.audiences * n };
}

describe('with elements', () => {
  it('names the picture and every cell, and has one tab stop: the chosen cell', () => {
    draw(storefront, idOf('payment'));
    expect(document.querySelector('svg[role=group]')?.getAttribute('aria-label')).toContain('4 of 45 APIs');
    const wanted = storefront.compartments.flatMap((one) => one.cells.map((cell) => sayCell(cell, one.name)));
    expect(cells().map(nameOf).sort()).toEqual(wanted.sort());
    expect(tabStops().map(nameOf)).toEqual(['payment, PCI: write, regulated']);
  });

  it('opens rows on Enter, chooses on Space, explains on W, turns to the table on T', () => {
    const heard = draw(storefront, idOf('payment'));
    const payment = tabStops()[0];
    for (const key of ['Enter', ' ', 'w', 'T']) press(payment, key);
    expect(heard.onopen.mock.calls).toEqual([[idOf('payment')]]);
    expect(heard.onchoose.mock.calls).toEqual([[idOf('payment')]]);
    expect(heard.onexplain.mock.calls).toEqual([[idOf('payment')]]);
    expect(heard.ontable).toHaveBeenCalledTimes(1);
  });

  it('moves to the neighbour with the arrows and takes the tab stop along', () => {
    draw(storefront, idOf('payment'));
    press(tabStops()[0], 'ArrowRight');
    expect(nameOf(document.activeElement ?? undefined)).toBe('refunds, PCI: write, gateway only, confidential');
    expect(tabStops().map(nameOf)).toEqual([nameOf(document.activeElement ?? undefined)]);
    press(tabStops()[0], 'ArrowLeft');
    expect(nameOf(document.activeElement ?? undefined)).toBe('payment, PCI: write, regulated');
  });

  it('draws every mark of the deep example: hatching for several steps, dots for gateway only, each letter', () => {
    draw(pipeline, null);
    const all = pipeline.compartments.flatMap((one) => one.cells);
    const several = all.filter((cell) => cell.steps > 1 && !cell.gateway_only).length;
    expect(document.querySelectorAll('rect[fill^="url(#"]')).toHaveLength(several);
    expect(document.querySelectorAll('g.cell.gateway')).toHaveLength(all.filter((cell) => cell.gateway_only).length);
    const letters = new Set([...document.querySelectorAll('text.letter')].map((text) => text.textContent));
    expect(letters).toEqual(new Set(all.map((cell) => letterOf(cell.privilege)).filter((letter) => letter !== '')));
  });

  it('shows hidden characters in names as marks', () => {
    const compartments = storefront.compartments.map((one) => ({ ...one, cells: one.cells.map((cell) => (cell.name === 'payment' ? { ...cell, name: 'pay\u202Etnem' } : cell)) }));
    draw({ ...storefront, compartments }, null);
    expect(cells().map(nameOf)).toContain('pay[U+202E]tnem, PCI: write, regulated');
    expect(document.body.innerHTML).not.toContain('\u202E');
  });

  it('says so when there is nothing to draw', () => {
    draw({ compartments: [], audiences: 0, raised: 0 }, null);
    expect(document.body.textContent).toContain('No audience to draw');
  });
});

describe('on a canvas', () => {
  it('keeps a hidden list with the same names and keys above 500 cells', () => {
    const heard = draw(times(storefront, 12), `${idOf('payment')}-0`);
    expect(document.querySelector('canvas')).not.toBeNull();
    expect(cells()).toHaveLength(540);
    expect(tabStops()).toHaveLength(1);
    press(tabStops()[0], 'Enter');
    expect(heard.onopen.mock.calls).toEqual([[`${idOf('payment')}-0`]]);
  });

  it('shows boundaries first above 2,000 cells and the cells on entering one', () => {
    draw(times(storefront, 50), null);
    expect(cells()).toHaveLength(0);
    const enter = [...document.querySelectorAll('button')].find((button) => button.textContent?.startsWith('PCI'));
    expect(enter?.textContent).toContain('1 of 200 reached');
    enter?.click();
    flushSync();
    expect(cells()).toHaveLength(200);
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'All 9 boundaries')?.click();
    flushSync();
    expect(cells()).toHaveLength(0);
  });

  it('leads to the rows of a boundary whose cells are not there', () => {
    const folded = { ...storefront, compartments: storefront.compartments.map((one) => ({ ...one, audiences: one.cells.length, cells: [] })) };
    const heard = draw(folded, null);
    [...document.querySelectorAll('button')].find((button) => button.textContent?.startsWith('Geo'))?.click();
    expect(heard.onboundary.mock.calls).toEqual([['Geo']]);
  });
});
