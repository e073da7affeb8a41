// Picture data of the due calendar: how many credentials come due in each of the next months.
import { count } from '../../kit/format';
import type { ChartTable } from '../table';

/** `month` is `2026-11`. */
export type DueMonth = { month: string; due: number };

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11` as name and year; a text of another form stands as it is. */
export function monthName(month: string): { name: string; year: string } {
  const found = /^(\d{4})-(\d{2})$/.exec(month);
  const name = NAMES[Number(found?.[2] ?? 0) - 1];
  return name === undefined ? { name: month, year: '' } : { name, year: found?.[1] ?? '' };
}

export function tableOf(months: readonly DueMonth[]): ChartTable {
  return {
    columns: [
      { title: 'Month', number: false },
      { title: 'Due', number: true },
    ],
    rows: months.map((one) => [`${monthName(one.month).name} ${monthName(one.month).year}`.trim(), count(one.due)]),
  };
}

/** The finding in one sentence. */
export function say(months: readonly DueMonth[]): string {
  const total = months.reduce((sum, one) => sum + one.due, 0);
  const peak = months.reduce<DueMonth | null>((best, one) => (best === null || one.due > best.due ? one : best), null);
  if (peak === null || total === 0) return 'No credential comes due in these months.';
  const { name, year } = monthName(peak.month);
  return `${count(total)} credentials come due in ${months.length} months; most, ${count(peak.due)}, in ${name} ${year}.`;
}
