// From a link of the core (table, filter, row) to a place in the window. Every table can be opened; those with a page of their own open there.
import type { CountCell } from '../api/cell';
import type { BlastSubject, Link } from '../api/gen';
import { quote } from '../kit/filter/terms';
import { to } from '../kit/route.svelte';

export function linkTo(link: Link): string {
  return rowsOf(link.table, link.filter, link.id);
}

export function countTo(cell: CountCell): string {
  return rowsOf(cell.table, cell.filter, null);
}

/** The rows of a table under a filter; `id` opens that row's panel. */
export function rowsOf(table: string, filter: string, id: string | null = null): string {
  if (table === 'log') return to(['activity'], { f: filter, id });
  return to(['inventory', table], { f: filter, id });
}

/** The APIs of a trust boundary; empty = those without one. */
export function boundaryRows(boundary: string): string {
  return rowsOf('audiences', boundary === '' ? 'boundary:unknown' : `boundary:${quote(boundary)}`);
}

export function blastOf(subject: BlastSubject): string {
  return to(['blast', subject.unit, subject.id]);
}
