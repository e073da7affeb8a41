// Picture data of the score trend: percentiles of the blast score of clients at each revision, as steps. Pure arithmetic.
import type { ChartTable } from '../table';

/** `scores` are the 10 %, 50 % and 90 % percentiles and the maximum, 0..100. */
export type TrendPoint = { revision: number; as_of: string; scores: [number, number, number, number] };

export const BANDS = ['Contained', 'Limited', 'Material', 'Wide', 'Extreme'];

export type Plot = { left: number; top: number; width: number; height: number };

/** Milliseconds of an ISO time; undated points share the place of the first. */
function timeOf(point: TrendPoint): number {
  const time = Date.parse(point.as_of);
  return Number.isNaN(time) ? 0 : time;
}

/** Where each point stands from left to right: by time, or evenly where all share one time. */
export function placesOf(points: readonly TrendPoint[], plot: Plot): number[] {
  const times = points.map(timeOf);
  const first = Math.min(...times);
  const last = Math.max(...times);
  return points.map((_, at) => {
    const share = last > first ? ((times[at] ?? first) - first) / (last - first) : points.length > 1 ? at / (points.length - 1) : 0;
    return Math.round(plot.left + share * plot.width);
  });
}

export function heightOf(score: number, plot: Plot): number {
  return Math.round((plot.top + plot.height * (1 - Math.min(100, Math.max(0, score)) / 100)) * 2) / 2;
}

/** A revision holds until the next one: a line goes level, then upright. */
export function stepPath(xs: readonly number[], ys: readonly number[]): string {
  return xs.map((x, at) => (at === 0 ? `M${x} ${ys[at]}` : `H${x} V${ys[at]}`)).join(' ');
}

/** The area between two step lines. */
export function bandPath(xs: readonly number[], above: readonly number[], below: readonly number[]): string {
  const back = xs.map((_, at) => xs.length - 1 - at).map((at) => (at === xs.length - 1 ? `L${xs[at]} ${below[at]}` : `V${below[at]} H${xs[at]}`));
  return `${stepPath(xs, above)} ${back.join(' ')} Z`;
}

/** Tops of labels that stand at least `apart` from each other, kept in order from top to bottom. */
export function spread(tops: readonly number[], apart: number, lowest: number): number[] {
  const order = tops.map((top, at) => ({ top, at })).sort((a, b) => a.top - b.top);
  let previous = -Infinity;
  for (const one of order) {
    one.top = Math.max(one.top, previous + apart);
    previous = one.top;
  }
  let next = lowest + apart;
  for (const one of [...order].reverse()) {
    one.top = Math.min(one.top, next - apart);
    next = one.top;
  }
  const result = tops.slice();
  for (const one of order) result[one.at] = one.top;
  return result;
}

export function tableOf(points: readonly TrendPoint[]): ChartTable {
  return {
    columns: ['Revision', 'As of', '10 %', 'Median', '90 %', 'Maximum'].map((title, at) => ({ title, number: at !== 1 })),
    rows: points.map((one) => [String(one.revision), one.as_of.slice(0, 10), ...one.scores.map((score) => score.toFixed(1))]),
  };
}

/** The finding in one sentence: where the median and the maximum went. */
export function say(points: readonly TrendPoint[]): string {
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined) return 'No earlier revision to compare with.';
  const word = (from: number, to: number) => (Math.round(to) < Math.round(from) ? 'fell' : Math.round(to) > Math.round(from) ? 'rose' : 'stayed');
  const part = (name: string, at: number) => {
    const from = first.scores[at] ?? 0;
    const to = last.scores[at] ?? 0;
    const how = word(from, to);
    return how === 'stayed' ? `${name} stayed at ${Math.round(to)} / 100` : `${name} ${how} from ${Math.round(from)} to ${Math.round(to)} / 100`;
  };
  return `From revision ${first.revision} to ${last.revision} the ${part('median score', 1)} and the ${part('maximum', 3)}.`;
}
