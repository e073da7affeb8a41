// Picture data of the age histogram: how old is what we hold, in time or late.
import { count } from '../../kit/format';
import type { ChartTable } from '../table';

export type AgeBucket = { label: string; in_time: number; late: number; unknown: number };

export function tableOf(buckets: readonly AgeBucket[]): ChartTable {
  return {
    columns: [
      { title: 'Age, days', number: false },
      { title: 'In time', number: true },
      { title: 'Late', number: true },
      { title: 'Unknown', number: true },
    ],
    rows: buckets.map((one) => [one.label, count(one.in_time), count(one.late), count(one.unknown)]),
  };
}

/** The finding in one sentence. */
export function say(buckets: readonly AgeBucket[]): string {
  const sum = (pick: (one: AgeBucket) => number) => buckets.reduce((total, one) => total + pick(one), 0);
  const late = sum((one) => one.late);
  const unknown = sum((one) => one.unknown);
  const known = late + sum((one) => one.in_time);
  return `${count(late)} of ${count(known)} credentials of known age are late; the age of ${count(unknown)} is unknown.`;
}
