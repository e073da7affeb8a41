// Picture data of the matrix, in the shape in which the core gives it. Knows nothing of pages.
import type { Matrix, MatrixBin } from '../../api/gen';
import { count, plural } from '../../kit/format';
import type { ChartTable } from '../table';

export type { Matrix, MatrixBin };

/** How many clients or APIs a bin holds. */
export function things(bin: MatrixBin): number {
  return bin.to - bin.from;
}

/** `cart`, or `cart to payment (12)`. */
export function binName(bin: MatrixBin): string {
  return things(bin) === 1 ? bin.first : `${bin.first} to ${bin.last} (${count(things(bin))})`;
}

/** Steps of the ramp by the share of possible pairs that exist: 1 to 6, 0 = none. */
export function step(pairs: number, possible: number): number {
  if (pairs <= 0 || possible <= 0) return 0;
  return Math.min(6, 1 + Math.floor((pairs / possible) * 5.999));
}

/** Pairs by row and column of cells. */
export function countsOf(matrix: Matrix): Map<number, number> {
  return new Map(matrix.cells.map(([row, column, pairs]) => [row * matrix.columns.length + column, pairs]));
}

/** Accessible name of a cell. */
export function sayCell(matrix: Matrix, row: number, column: number, pairs: number): string {
  const [r, c] = [matrix.rows[row], matrix.columns[column]];
  if (r === undefined || c === undefined) return '';
  const possible = things(r) * things(c);
  const api = `${binName(c)}, ${c.group}`;
  if (possible === 1) return `${binName(r)} at ${api}: ${pairs > 0 ? 'holds a grant' : 'no grant'}`;
  return `${binName(r)} at ${api}: ${count(pairs)} of ${plural(possible, 'pair')} with a grant`;
}

/** The finding of the picture in one sentence. */
export function sayMatrix(matrix: Matrix): string {
  const clients = matrix.rows.reduce((sum, bin) => sum + things(bin), 0);
  const apis = matrix.columns.reduce((sum, bin) => sum + things(bin), 0);
  const widest = [...matrix.columns].sort((a, b) => b.pairs / things(b) - a.pairs / things(a))[0];
  const shown = `${plural(clients, 'client')} and ${plural(apis, 'API')}, ${plural(matrix.pairs, 'pair')} with a grant`;
  if (widest === undefined || widest.pairs === 0) return `${shown}.`;
  return `${shown}; most clients hold ${binName(widest)}.`;
}

/** Every column of cells as a row: which APIs everybody has, most first. */
export function tableOf(matrix: Matrix): ChartTable {
  const clients = matrix.rows.reduce((sum, bin) => sum + things(bin), 0);
  const share = (bin: MatrixBin) => (clients === 0 ? 0 : bin.pairs / (clients * things(bin)));
  return {
    columns: [
      { title: 'APIs', number: false },
      { title: 'Trust boundary', number: false },
      { title: 'Pairs with a grant', number: true },
      { title: 'Of all pairs', number: true },
    ],
    rows: [...matrix.columns]
      .sort((a, b) => share(b) - share(a) || a.from - b.from)
      .map((bin) => [binName(bin), bin.group, count(bin.pairs), `${(share(bin) * 100).toFixed(1)} %`]),
  };
}

/** Places of `n` cells over `length` pixels; cells are whole pixels where there is room, so that edges stay sharp. */
export function ticks(n: number, length: number): number[] {
  const each = n === 0 ? 0 : length / n;
  const size = each >= 3 ? Math.min(24, Math.floor(each)) : each;
  return Array.from({ length: n + 1 }, (_, at) => at * size);
}
