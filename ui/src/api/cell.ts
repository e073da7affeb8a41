// What stands in a cell of a table; kept by hand because it is a union that the core writes as free JSON.

/** A number and the rows behind it. */
export type CountCell = { n: number; table: string; filter: string };

/** null = unknown. */
export type Cell = string | number | boolean | null | CountCell;

export function isCount(cell: Cell | undefined): cell is CountCell {
  return typeof cell === 'object' && cell !== null;
}
