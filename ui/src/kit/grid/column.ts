// A column of the grid, and how its cells read as text.
import { count, cutMiddle, day, days, units, wordText } from '../format';

export type CellKind =
  | 'name' | 'text' | 'id' | 'number' | 'count' | 'score' | 'units' | 'time' | 'days' | 'word' | 'privilege' | 'bool';

export type CountValue = { n: number; table: string; filter: string };
export type CellValue = string | number | boolean | null | CountValue;

export type GridColumn = { field: string; title: string; kind: CellKind; width: number; help: string };
export type GridRow = { id: string; cells: CellValue[] };
export type Density = 'compact' | 'normal' | 'roomy';

/** Row heights in pixels at 100 %. */
export const ROW_HEIGHT: Record<Density, number> = { compact: 24, normal: 32, roomy: 40 };

const AT_THE_END: readonly CellKind[] = ['number', 'count', 'score', 'units', 'days'];
const GROWS: readonly CellKind[] = ['name', 'text'];

export function isEndAligned(kind: CellKind): boolean {
  return AT_THE_END.includes(kind);
}

/** A wide column of times shows the minute too, as the log needs it. */
export function showsMinutes(column: GridColumn): boolean {
  return column.kind === 'time' && column.width >= 150;
}

/** What a value of a kind needs, in pixels at 100 %; names, texts and words are cut instead. */
const NEEDS: Record<CellKind, number> = {
  name: 120, text: 64, word: 64, id: 96, bool: 48, number: 48, count: 48, score: 76, units: 68, days: 88, time: 100, privilege: 104,
};
/** How far a column that can be cut may shrink below what it asks for, so that the numbers at the end stay in sight. */
const SHRINKS: Partial<Record<CellKind, number>> = { name: 0.55, text: 0.55, word: 0.65, id: 0.5 };

/** Least width in pixels at 100 %, never less than the heading and a value need. */
export function leastWidth(column: GridColumn): number {
  const asked = column.width * (SHRINKS[column.kind] ?? 0);
  return Math.ceil(Math.max(asked, column.title.length * 6.6 + 18, showsMinutes(column) ? 172 : NEEDS[column.kind]));
}

/** The tracks of a row, as a value for grid-template-columns; what is left over goes to those that asked for more, names and texts first. */
export function tracks(columns: GridColumn[], widths: Record<string, number>, sorted: string[]): string {
  const each = columns.map((column) => {
    const own = widths[column.field];
    if (own !== undefined) return `${own / 16}rem`;
    // The arrow of a sorted heading needs room of its own.
    const least = Math.max(leastWidth(column), sorted.includes(column.field) ? Math.ceil(column.title.length * 7) + (sorted.length > 1 ? 48 : 38) : 0);
    return `minmax(${least / 16}rem, ${GROWS.includes(column.kind) ? Math.max(least, column.width) : Math.round(Math.max(least, column.width) / 4)}fr)`;
  });
  return ['1.75rem', ...each].join(' ');
}

/** What a cell says, as one string: for copying, for accessible names, and for what is drawn. */
export function cellText(kind: CellKind, value: CellValue): string {
  if (value === null || value === undefined) return 'unknown';
  if (typeof value === 'object') return count(value.n);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') {
    if (kind === 'time') return day(value);
    if (kind === 'word' || kind === 'privilege') return wordText(value);
    return value;
  }
  switch (kind) {
    case 'score':
      return `${Math.round(value)} / 100`;
    case 'units':
      return units(value);
    case 'days':
      return value === 0 ? '0 days' : days(value);
    case 'number':
    case 'count':
    case 'name':
    case 'text':
    case 'id':
    case 'time':
    case 'word':
    case 'privilege':
    case 'bool':
      return Number.isInteger(value) ? count(value) : String(value);
  }
}

/** An id with its middle left out, for the width that a column has. */
export function shortId(text: string, width: number): string {
  return cutMiddle(text, Math.max(9, Math.floor((width - 12) / 7.4)));
}
