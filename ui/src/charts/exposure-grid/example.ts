// 94 third-party clients; six of them with critical impact and tenant-wide consent.
import type { GridCell } from './data';

export const impacts = ['critical', 'high', 'moderate', 'low', 'unknown'];
export const exposures = ['one user', 'some users', 'all users', 'application'];

const COUNTS = [
  [0, 1, 2, 6],
  [3, 7, 4, 5],
  [11, 9, 6, 3],
  [12, 8, 5, 1],
  [4, 3, 3, 1],
];

export const cells: GridCell[] = COUNTS.flatMap((line, row) => line.map((count, column) => ({ row, column, count })));
