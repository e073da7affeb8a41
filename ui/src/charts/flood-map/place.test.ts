// The same audience stands in the same place on every map of every size, and the arrow keys lead to every cell.
import { describe, expect, it } from 'vitest';
import { guess } from '../measure';
import { sayCell, sayMap } from './data';
import { dry, pipeline, storefront } from './example';
import { head, label } from './label';
import { boxAt, heightFor, nearest, place, type Direction } from './place';
import { mapRows } from './table';

describe('places', () => {
  it('keeps cells inside their compartment and apart from each other', () => {
    for (const [width, height] of [[864, 446], [620, 413], [1600, 800], [400, 260]] as const) {
      const placed = place(storefront, width, height, 1);
      for (const box of placed.compartments) {
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(height);
        for (const cell of box.cells) {
          expect(cell.x).toBeGreaterThanOrEqual(box.x);
          expect(cell.y).toBeGreaterThanOrEqual(box.y + box.head - 1);
          expect(cell.x + cell.width).toBeLessThanOrEqual(box.x + box.width);
          expect(cell.y + cell.height).toBeLessThanOrEqual(box.y + box.height);
          for (const other of box.cells) {
            if (other === cell) continue;
            const apart = other.x >= cell.x + cell.width || cell.x >= other.x + other.width || other.y >= cell.y + cell.height || cell.y >= other.y + other.height;
            expect(apart, `${cell.cell.name} and ${other.cell.name}`).toBe(true);
          }
        }
      }
    }
  });

  it('does not move a cell when the water changes', () => {
    const where = (map: typeof dry) => place(map, 864, 446, 1).cells.map((box) => [box.cell.id, box.x, box.y, box.width, box.height]);
    expect(where(storefront)).toEqual(where(dry));
    expect(where(pipeline)).toEqual(where(dry));
  });

  it('draws between 2:1 and 1.5:1', () => {
    expect(heightFor(900, 100)).toBe(450);
    expect(heightFor(900, 5000)).toBe(600);
    expect(heightFor(900, 500)).toBe(500);
  });

  it('leads from any cell to every other by arrow keys', () => {
    const { cells } = place(storefront, 864, 446, 1);
    const seen = new Set([0]);
    const queue = [0];
    while (queue.length > 0) {
      const from = cells[queue.pop() ?? 0];
      if (from === undefined) continue;
      for (const direction of ['left', 'right', 'up', 'down'] as Direction[]) {
        const next = nearest(cells, from, direction);
        if (next !== undefined && !seen.has(next.index)) {
          seen.add(next.index);
          queue.push(next.index);
        }
      }
    }
    expect(seen.size).toBe(cells.length);
  });

  it('finds the cell under a point', () => {
    const { cells } = place(storefront, 864, 446, 1);
    for (const box of cells) expect(boxAt(cells, box.x + 1, box.y + 1)?.cell.id).toBe(box.cell.id);
  });
});

describe('words and table', () => {
  it('tells the same in the sentence, the cells and the table', () => {
    expect(sayMap(storefront)).toBe('4 of 45 APIs in 3 of 9 trust boundaries are reached, 9 more if only the gateway checks; the heaviest is payment with write.');
    expect(sayMap(dry)).toBe('45 APIs in 9 trust boundaries; none is reached.');
    const rows = mapRows(storefront);
    expect(rows).toHaveLength(45);
    expect(rows.slice(0, 4).map((row) => row.cells[0])).toEqual(['payment', 'location', 'cart', 'product']);
    expect(rows[0]?.cells).toEqual(['payment', 'PCI', 'regulated', 'W write', '1', 'as attested', '.650']);
    expect(rows.filter((row) => row.cells[5] === 'gateway only')).toHaveLength(9);
    const cells = storefront.compartments.flatMap((one) => one.cells.map((cell) => sayCell(cell, one.name)));
    expect(cells).toContain('payment, PCI: write, regulated');
    expect(cells).toContain('refunds, PCI: write, gateway only, confidential');
    expect(cells).toContain('payroll, HR: not reached, regulated');
  });
});

describe('golden drawing', () => {
  it.each([['storefront', storefront], ['pipeline', pipeline]] as const)('draws %s as it was accepted', async (name, map) => {
    const placed = place(map, 864, 446, 1);
    const lines = placed.compartments.flatMap((box) => {
      const words = head(box.compartment.name, box.compartment.reached, box.compartment.cells.length, box.compartment.gateway_only, box.width, guess);
      return [
        `${box.x},${box.y} ${box.width}x${box.height} ${words.name} | ${words.reached}${words.more}${box.breached ? ' | breached' : ''}`,
        ...box.cells.map((cell) => {
          const one = label(cell.cell, cell.width, cell.height, 1, guess);
          return `  ${cell.x},${cell.y} ${cell.width}x${cell.height} ${one.lines.map((line) => line.text).join(' / ')} | water ${one.water ?? 'none'}`;
        }),
      ];
    });
    await expect(lines.join('\n') + '\n').toMatchFileSnapshot(`golden-${name}.txt`);
  });
});
