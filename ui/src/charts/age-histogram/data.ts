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

/** `91-180 days: 61 in time, 23 late`. */
export function sayBucket(one: AgeBucket): string {
  const parts: string[] = [];
  if (one.in_time > 0) parts.push(`${count(one.in_time)} in time`);
  if (one.late > 0) parts.push(`${count(one.late)} late`);
  if (one.unknown > 0) parts.push(`${count(one.unknown)} unknown`);
  const unit = one.label === 'unknown' ? 'age unknown' : `${one.label} days`;
  return `${unit}: ${parts.length === 0 ? 'none' : parts.join(', ')}`;
}
