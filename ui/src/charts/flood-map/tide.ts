// Two states of one estate in one picture: the later map with a tide mark wherever its water stands otherwise than before.
import type { FloodMap } from './data';

/** Differences below this are rounding. */
const LEAST = 0.0005;

/** The later map with marks; `holder` names the token that holds an audience now, empty when none does. */
export function withTides(before: FloodMap, after: FloodMap, holder: (id: string) => string): FloodMap {
  const known = new Map(before.compartments.flatMap((one) => one.cells.map((cell) => [cell.id, cell] as const)));
  return {
    ...after,
    compartments: after.compartments.map((one) => ({
      ...one,
      cells: one.cells.map((cell) => {
        const was = known.get(cell.id);
        const change = cell.load - (was?.load ?? 0);
        if (was === undefined || Math.abs(change) < LEAST) return cell;
        return { ...cell, tide: { privilege: was.privilege, change, token: holder(cell.id) } };
      }),
    })),
  };
}

/** Cells that differ. */
export function changed(map: FloodMap): number {
  return map.compartments.reduce((sum, one) => sum + one.cells.filter((cell) => cell.tide).length, 0);
}
