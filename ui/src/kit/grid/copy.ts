// Rows as text for the clipboard: tab-separated, or CSV that a spreadsheet cannot take for a formula.
import { plainText } from '../clean';
import { cellText, type CellValue, type GridColumn, type GridRow } from './column';

const RISKY = /^[=+\-@\t\r\0]/;

/** A cell of a CSV: typed numbers stay numbers, text that a spreadsheet might run gets an apostrophe (RFC 4180 quoting). */
export function csvCell(value: CellValue): string {
  if (value === null || value === undefined) return 'unknown';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return String(value.n);
  const safe = RISKY.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(columns: GridColumn[], rows: GridRow[]): string {
  const lines = [columns.map((column) => csvCell(column.title)), ...rows.map((row) => columns.map((_, at) => csvCell(row.cells[at] ?? null)))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

export function tsv(columns: GridColumn[], rows: GridRow[]): string {
  return rows.map((row) => columns.map((column, at) => plainText(cellText(column.kind, row.cells[at] ?? null), Infinity)).join('\t')).join('\n');
}
