// Picture data of the two-axis grid: where much is at stake outside. Rows are impact, columns are exposure.
import { count } from '../../kit/format';
import type { ChartTable } from '../table';

export type GridCell = { row: number; column: number; count: number };

/** Counts by row and column; places that the data does not name hold 0. */
export function countsOf(rows: number, columns: number, cells: readonly GridCell[]): number[][] {
  const grid = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
  for (const cell of cells) {
    const row = grid[cell.row];
    if (row !== undefined && cell.column < columns) row[cell.column] = cell.count;
  }
  return grid;
}

export function tableOf(impacts: readonly string[], exposures: readonly string[], cells: readonly GridCell[]): ChartTable {
  return {
    columns: [{ title: 'Impact', number: false }, ...exposures.map((title) => ({ title, number: true }))],
    rows: countsOf(impacts.length, exposures.length, cells).map((row, at) => [impacts[at] ?? '', ...row.map(count)]),
  };
}

/** The finding in one sentence: the corner with most impact and exposure that holds anything. */
export function say(impacts: readonly string[], exposures: readonly string[], cells: readonly GridCell[]): string {
  const total = cells.reduce((sum, cell) => sum + cell.count, 0);
  if (total === 0) return 'No third party stands in this grid.';
  const worst = [...cells].filter((cell) => cell.count > 0).sort((a, b) => a.row - b.row || b.column - a.column)[0];
  if (worst === undefined) return 'No third party stands in this grid.';
  return `${count(total)} third-party clients by impact and exposure; ${count(worst.count)} with ${impacts[worst.row] ?? 'unknown'} impact and exposure ${exposures[worst.column] ?? 'unknown'}.`;
}
