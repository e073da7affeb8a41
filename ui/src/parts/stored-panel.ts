// Panels of tables that the core keeps as records (imports, files, problems, drift, log, packs): their facts are their columns.
import type { Panel, PanelFact, TableInfo } from '../api/gen';
import { isCount } from '../api/cell';
import { cellText, type GridColumn, type GridRow } from '../kit/grid/column';

const STORED = ['imports', 'files', 'problems', 'drift', 'log', 'packs'];

export function isStored(table: string): boolean {
  return STORED.includes(table);
}

export function storedPanel(info: TableInfo, columns: GridColumn[], row: GridRow): Panel {
  const value = (field: string) => row.cells[columns.findIndex((column) => column.field === field)] ?? null;
  const facts: PanelFact[] = columns.map((column, at) => {
    const cell = row.cells[at] ?? null;
    return {
      label: column.title, value: cell === null ? null : column.kind === 'time' || column.kind === 'id' ? String(cell) : cellText(column.kind, cell), kind: column.kind, mark: '',
      link: isCount(cell) ? { table: cell.table, filter: cell.filter, id: null } : null, source: null,
    };
  });
  const name = value('name');
  const revision = info.name === 'imports' ? value('number') : value('revision');
  const rows = (label: string, table: string): PanelFact => ({ label, value: 'open', kind: 'text', mark: '', link: { table, filter: `revision:${String(revision)}`, id: null }, source: null });
  return {
    kind: info.row_word, id: row.id, title: typeof name === 'string' ? name : row.id, subtitle: info.row_word,
    sections: [
      { title: 'Facts', note: '', facts },
      ...(info.name === 'imports' && revision !== null ? [{ title: 'Rows of this import', note: '', facts: [rows('Files', 'files'), rows('Problems', 'problems')] }] : []),
    ],
    blast_subject: null, editable: [],
  };
}
