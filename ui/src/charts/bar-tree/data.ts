// What makes up a score: the rows of the tree, the arcs of the rings and the table, from one answer of the core. Knows nothing of pages.
import type { BarTree, TreePart } from '../../api/gen';
import { plural } from '../../kit/format';
import type { ChartTable } from '../table';

export type { BarTree, TreePart };

/** A part with its place in the tree. `key` names the way to it and is stable as long as the parts are. */
export type Placed = { part: TreePart; level: number; key: string; position: number; siblings: number; parent: string | null };

/** Every part that is in sight: the first level, and what is below open parts. */
export function rowsOfTree(tree: BarTree, isOpen: (key: string) => boolean): Placed[] {
  const rows: Placed[] = [];
  const walk = (parts: readonly TreePart[], level: number, parent: string | null) => {
    parts.forEach((part, at) => {
      const key = parent === null ? String(at) : `${parent}.${at}`;
      rows.push({ part, level, key, position: at + 1, siblings: parts.length, parent });
      if (part.parts.length > 0 && isOpen(key)) walk(part.parts, level + 1, key);
    });
  };
  walk(tree.parts, 1, null);
  return rows;
}

export type Arc = Placed & { from: number; to: number };

/** Turns (0..1) of every part on three rings; the parts of an arc lie outside of it. */
export function arcsOf(tree: BarTree): Arc[] {
  const total = tree.parts.reduce((sum, part) => sum + part.share, 0);
  if (total <= 0) return [];
  let turn = 0;
  const ends = new Map<string, number>();
  return rowsOfTree(tree, () => true).map((row) => {
    const from = row.parent === null ? turn : (ends.get(row.parent) ?? 0);
    const to = from + row.part.share / total;
    if (row.parent === null) turn = to;
    else ends.set(row.parent, to);
    ends.set(row.key, from);
    return { ...row, from, to };
  });
}

/** The path of a ring segment between two radii around a middle. */
export function arcPath(middle: number, inner: number, outer: number, from: number, to: number): string {
  // A full turn has no end that differs from its start, so it is drawn a hair short.
  const end = Math.min(to, from + 0.9999);
  const point = (radius: number, turn: number) => {
    const angle = turn * 2 * Math.PI - Math.PI / 2;
    return `${(middle + radius * Math.cos(angle)).toFixed(2)} ${(middle + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const large = end - from > 0.5 ? 1 : 0;
  return `M${point(outer, from)} A${outer} ${outer} 0 ${large} 1 ${point(outer, end)} L${point(inner, end)} A${inner} ${inner} 0 ${large} 0 ${point(inner, from)} Z`;
}

/** Points of the score, one decimal. */
export function points(share: number): string {
  return share.toFixed(1);
}

const KINDS = ['API', 'privilege', 'scope'] as const;

/** `others (12)` on the level of APIs are APIs; a leaf that is no scope is told by what the step means. */
export function sayPart(tree: BarTree, row: Placed): string {
  const share = tree.blast_score > 0 ? Math.round((row.part.share / tree.blast_score) * 100) : 0;
  return `${KINDS[row.level - 1] ?? 'part'} ${row.part.name}: ${points(row.part.share)} points, ${share} % of the score`;
}

/** The finding of the picture in one sentence. */
export function sayTree(tree: BarTree): string {
  const first = tree.parts[0];
  if (first === undefined) return 'This unit reaches nothing, so there is nothing to take apart.';
  return `${points(tree.blast_score)} points from ${plural(tree.parts.length, 'part')}; the largest is ${first.name} with ${points(first.share)}.`;
}

/** Every end of the tree as a row: they add up to the score. */
export function tableOf(tree: BarTree): ChartTable {
  const rows: string[][] = [];
  for (const api of tree.parts) {
    if (api.parts.length === 0) rows.push([api.name, 'several', 'several', points(api.share)]);
    for (const level of api.parts) {
      if (level.parts.length === 0) rows.push([api.name, level.name, 'several', points(level.share)]);
      for (const leaf of level.parts) rows.push([api.name, level.name, leaf.name, points(leaf.share)]);
    }
  }
  return {
    columns: [{ title: 'API', number: false }, { title: 'Privilege', number: false }, { title: 'By', number: false }, { title: 'Points', number: true }],
    rows,
  };
}

/** Step of the ramp for a part: that of its privilege; an API has that of the highest one in it. */
export function rampOf(row: Placed, levelOf: (word: string) => number, parentStep: number): number {
  if (row.level === 1) return row.part.parts.reduce((most, part) => Math.max(most, levelOf(part.name)), 0);
  return row.level === 2 ? levelOf(row.part.name) : parentStep;
}
