// Which rows are selected: by hand, or all rows of the filter.
import type { GridRow } from './column';

export class Selection {
  /** True = every row of the filter, also those never read. */
  all = $state(false);
  #rows = $state.raw(new Map<string, GridRow>());

  get rows(): GridRow[] {
    return [...this.#rows.values()];
  }
  get size(): number {
    return this.#rows.size;
  }
  has(id: string): boolean {
    return this.all || this.#rows.has(id);
  }
  toggle(row: GridRow): void {
    if (this.all) return this.clear();
    const next = new Map(this.#rows);
    if (!next.delete(row.id)) next.set(row.id, row);
    this.#rows = next;
  }
  add(rows: GridRow[]): void {
    this.#rows = new Map([...this.#rows, ...rows.map((row) => [row.id, row] as const)]);
  }
  selectAll(): void {
    this.#rows = new Map();
    this.all = true;
  }
  clear(): void {
    this.#rows = new Map();
    this.all = false;
  }
}
