// The map as a table: every cell is a row, the deepest water first.
import { fraction } from '../../kit/format';
import type { ChartTable } from '../table';
import { letterOf, levelOf, stateOf, type FloodMap } from './data';

export type MapRow = { id: string; cells: string[] };

export const MAP_COLUMNS: ChartTable['columns'] = [
  { title: 'API', number: false },
  { title: 'Trust boundary', number: false },
  { title: 'Highest data class', number: false },
  { title: 'Privilege', number: false },
  { title: 'Steps', number: true },
  { title: 'Reading', number: false },
  { title: 'Load', number: true },
];

/** There is nothing to say, which is not the same as unknown. */
const NOTHING = '–';

/** Rows by load, then privilege, then name, so that the table does not move between two drawings of one revision. */
export function mapRows(map: FloodMap): MapRow[] {
  const cells = map.compartments.flatMap((one) => one.cells.map((cell) => ({ cell, boundary: one.name })));
  cells.sort(
    (a, b) =>
      b.cell.load - a.cell.load ||
      levelOf(b.cell.privilege) - levelOf(a.cell.privilege) ||
      (a.cell.name < b.cell.name ? -1 : a.cell.name > b.cell.name ? 1 : 0) ||
      (a.cell.id < b.cell.id ? -1 : 1),
  );
  return cells.map(({ cell, boundary }) => {
    const state = stateOf(cell);
    const dry = state === 'dry';
    return {
      id: cell.id,
      cells: [
        cell.name,
        boundary,
        cell.sensitivity ?? 'unknown',
        dry ? 'not reached' : `${letterOf(cell.privilege)} ${cell.privilege}`,
        dry ? NOTHING : String(cell.steps),
        dry ? NOTHING : state === 'gateway' ? 'gateway only' : 'as attested',
        dry || state === 'gateway' ? NOTHING : fraction(cell.load, 3),
      ],
    };
  });
}
