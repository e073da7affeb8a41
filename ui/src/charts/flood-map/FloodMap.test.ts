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

function draw(map: MapData, chosen: string | null, more: object = {}) {
  const heard = { onopen: vi.fn(), onchoose: vi.fn(), onexplain: vi.fn(), ontable: vi.fn(), onenter: vi.fn(), onleave: vi.fn(), onrest: vi.fn() };
  shown = mount(FloodMap, { target: document.body, props: { map, chosen, ...heard, ...more } });
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
    draw({ compartments: [], audiences: 0, raised: 0, folded: false }, null);
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
});

describe('a map that is folded to its boundaries', () => {
  const folded: MapData = { ...pipeline, folded: true, compartments: pipeline.compartments.map((one) => ({ ...one, cells: [] })) };
  const wall = (name: string) => cells().find((cell) => nameOf(cell).startsWith(`${name}:`));

  it('draws every boundary as a cell with the deepest water in it, under keys', () => {
    draw(folded, null);
    expect(cells()).toHaveLength(folded.compartments.length);
    expect(tabStops()).toHaveLength(1);
    expect(nameOf(wall('Support'))).toBe('Support: 2 of 3 reached, up to impersonate. Show its APIs');
    expect(wall('Support')?.querySelector('.water-5')).not.toBeNull();
    expect(wall('HR')?.querySelector('[class^=water]')).toBeNull();
  });

  it('is entered by mouse, Enter and space, also where audiences have no boundary', () => {
    const heard = draw({ ...folded, compartments: folded.compartments.map((one) => (one.name === 'Geo' ? { ...one, name: 'unassigned', boundary: null } : one)) }, null);
    wall('PCI')?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    press(wall('CRM'), 'Enter');
    press(wall('unassigned'), ' ');
    expect(heard.onenter.mock.calls).toEqual([['PCI'], ['CRM'], ['']]);
    expect(heard.onchoose).not.toHaveBeenCalled();
  });

  it('is left by Escape and by the way back, and keeps one cell for all that is too light', () => {
    const one = pipeline.compartments.find((each) => each.name === 'CRM');
    if (one === undefined) throw new Error('the example has a CRM');
    const rest = { ...one.cells[0], id: '', things: 900, name: 'others (900)' } as (typeof one.cells)[number];
    const heard = draw({ ...pipeline, compartments: [{ ...one, cells: [...one.cells.slice(1), rest] }] }, null, { inside: 'CRM', boundaries: 9 });
    press(cells()[0], 'Escape');
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'All 9 boundaries')?.click();
    expect(heard.onleave).toHaveBeenCalledTimes(2);
    press(cells().find((cell) => nameOf(cell).startsWith('others (900)')), 'Enter');
    expect(heard.onrest).toHaveBeenCalledTimes(1);
    expect(heard.onopen).not.toHaveBeenCalled();
  });
});
