// First due dates of 941 credentials over the months from the as-of date.
import type { DueMonth } from './data';

export const example: DueMonth[] = [
  { month: '2026-11', due: 108 },
  { month: '2026-12', due: 254 },
  { month: '2027-01', due: 219 },
  { month: '2027-02', due: 123 },
  { month: '2027-03', due: 31 },
  { month: '2027-04', due: 36 },
  { month: '2027-05', due: 32 },
  { month: '2027-06', due: 20 },
  { month: '2027-07', due: 21 },
  { month: '2027-08', due: 27 },
  { month: '2027-09', due: 37 },
  { month: '2027-10', due: 33 },
];
