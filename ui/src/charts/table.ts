// A picture's data as a table: what every chart offers beside its drawing.

export type ChartColumn = { title: string; number: boolean };

export type ChartTable = { columns: ChartColumn[]; rows: string[][] };

/** Shading step 0 (nothing) to 3 for a count against the largest of its picture. */
export function shade(count: number, most: number): 0 | 1 | 2 | 3 {
  if (count <= 0 || most <= 0) return 0;
  const share = count / most;
  return share > 2 / 3 ? 3 : share > 1 / 3 ? 2 : 1;
}
