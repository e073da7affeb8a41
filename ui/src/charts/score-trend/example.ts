// Thirty revisions in which the median falls from 35 to 27 and the maximum reaches 100.
import type { TrendPoint } from './data';

const MEDIANS = [35, 35, 36, 35, 34, 34, 34, 33, 34, 34, 33, 32, 32, 31, 31, 32, 31, 30, 31, 30, 29, 30, 30, 29, 29, 28, 28, 27, 27, 27];

export const example: TrendPoint[] = MEDIANS.map((median, at) => ({
  revision: 12 + at,
  as_of: new Date(Date.UTC(2026, 1, 2 + Math.round(at * 10.03))).toISOString(),
  scores: [Math.max(5, 9 - Math.floor(at / 8)), median, 86 - Math.floor(at / 4) + (at % 3), at < 9 ? 98 : 100],
}));
