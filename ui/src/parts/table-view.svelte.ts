// One table on a page: its place in the route (filter, sort, row), its windows of rows, its facets and its selection.
// The route is the memory, so back and forward restore what was seen; columns, widths and density are remembered per table.
import type { Facet, FilterError, Row, TableInfo } from '../api/gen';
import { inventory } from '../api/inventory.svelte';
import { rpc } from '../api/rpc';
import { filterText, parseFilter, toggleValue, without } from '../kit/filter/terms';
import { count, plural } from '../kit/format';
import type { Density, GridColumn } from '../kit/grid/column';
import { Selection } from '../kit/grid/selection.svelte';
import { parseSort } from '../kit/grid/sort';
import { RowWindows } from '../kit/grid/windows.svelte';
import { route, to } from '../kit/route.svelte';

const FACETS_KEY = 'bulkhead.facets';
const DENSITY_KEY = 'bulkhead.density';

export class TableView {
  readonly #name: () => string;
  /** Row that the keyboard is on, from 0. */
  active = $state(0);
  windows = $state.raw(new RowWindows<Row>(async () => ({ total: 0, rows: [] })));
  selection = $state.raw(new Selection());
  population = $state(0);
  fault = $state.raw<FilterError | null>(null);
  facets = $state.raw<Facet[]>([]);
  facetsShown = $state(localStorage.getItem(FACETS_KEY) !== 'no');
  density = $state<Density>((localStorage.getItem(DENSITY_KEY) as Density | null) ?? 'compact');
  #fields = $state.raw<Record<string, string[]>>({});
  #widths = $state.raw<Record<string, Record<string, number>>>({});

  readonly info: TableInfo | undefined = $derived.by(() => inventory.table(this.#name()));
  /** The filter as text; the table's own one when the route says nothing. */
  readonly filter: string = $derived.by(() => route.query.get('f') ?? this.info?.default_filter ?? '');
  readonly sort: string = $derived.by(() => route.query.get('sort') ?? this.info?.default_sort ?? '');
  /** Row whose panel is open. */
  readonly chosen: string | null = $derived.by(() => route.query.get('id'));

  readonly columns: GridColumn[] = $derived.by(() => {
    const info = this.info;
    if (!info) return [];
    const chosen = this.#fields[info.name] ?? stored(`bulkhead.columns.${info.name}`);
    const known = chosen?.flatMap((field) => info.columns.find((column) => column.field === field) ?? []);
    const shown = known && known.length > 0 ? known : info.columns.filter((column) => column.default);
    return shown.map((column) => ({ ...column, help: column.help }));
  });

  constructor(name: () => string) {
    this.#name = name;
    // New rows when the question changes: table, filter, sort, columns, or the data itself.
    $effect(() => {
      const info = this.info;
      const question = { table: info?.name ?? '', filter: this.filter, sort: this.sort, columns: this.columns.map((column) => column.field) };
      void inventory.version;
      if (!info) return;
      const windows = new RowWindows<Row>(async (offset, limit) => {
        const answer = await rpc('rows', { ...question, offset, limit });
        if (windows === this.windows) {
          this.population = answer.population;
          this.fault = answer.filter_error;
        }
        return { total: answer.total, rows: answer.rows };
      });
      this.windows = windows;
      this.selection = new Selection();
      windows.want(0, 0);
      return () => windows.close();
    });
    $effect(() => {
      void [this.info?.name, this.filter, this.sort];
      this.active = 0;
    });
    $effect(() => {
      const info = this.info;
      const filter = this.filter;
      void inventory.version;
      if (!info || !this.facetsShown) return;
      let late = false;
      void readFacets(info.name, filter).then((facets) => {
        if (!late) this.facets = facets;
      }, () => {
        if (!late) this.facets = [];
      });
      return () => {
        late = true;
      };
    });
  }

  get widths(): Record<string, number> {
    return this.#widths[this.#name()] ?? {};
  }
  get total(): number {
    return Math.max(0, this.windows.total);
  }
  get isReady(): boolean {
    return this.windows.total >= 0;
  }

  /** Words for the status bar: rows of how many, the row, the order. */
  get status(): string[] {
    const info = this.info;
    if (!info || !this.isReady) return [];
    const words = [`${count(this.total)} of ${plural(this.population, info.row_word)}`];
    if (this.total > 0) words.push(`Row ${count(Math.max(0, this.active) + 1)} of ${count(this.total)}`);
    if (this.selection.all) words.push(`${count(this.total)} rows selected by filter`);
    else if (this.selection.size > 0) words.push(`${count(this.selection.size)} selected`);
    const keys = parseSort(this.sort).map((key) => `${info.columns.find((column) => column.field === key.field)?.title.toLowerCase() ?? key.field}${key.down ? ', largest first' : ''}`);
    if (keys.length > 0) words.push(`Sorted by ${keys.join(', then ')}, then id`);
    return words;
  }

  setFilter(text: string): void {
    this.#place({ f: text, id: null });
  }
  setSort(sort: string): void {
    this.#place({ sort });
  }
  toggle(field: string, value: string | null): void {
    const terms = parseFilter(this.filter) ?? [];
    this.setFilter(filterText(toggleValue(terms, field, value ?? 'unknown')));
  }
  open(id: string | null): void {
    this.#place({ id });
  }
  /** Opens the panel of the next (1) or previous (-1) row. */
  async step(by: number): Promise<void> {
    const next = this.active + by;
    if (next < 0 || next >= this.total) return;
    await this.windows.load(next, next);
    const row = this.windows.at(next);
    if (typeof row === 'string') return;
    this.active = next;
    this.open(row.id);
  }
  showFacets(shown: boolean): void {
    this.facetsShown = shown;
    localStorage.setItem(FACETS_KEY, shown ? 'yes' : 'no');
  }
  setDensity(density: Density): void {
    this.density = density;
    localStorage.setItem(DENSITY_KEY, density);
  }
  setColumns(fields: string[] | null): void {
    const name = this.#name();
    if (fields) localStorage.setItem(`bulkhead.columns.${name}`, JSON.stringify(fields));
    else localStorage.removeItem(`bulkhead.columns.${name}`);
    this.#fields = { ...this.#fields, [name]: fields ?? [] };
  }
  setWidth(field: string, pixels: number | null): void {
    const name = this.#name();
    const own = { ...this.#widths[name] };
    if (pixels === null) delete own[field];
    else own[field] = pixels;
    this.#widths = { ...this.#widths, [name]: own };
  }
  /** All rows of the filter, or the selected ones, as CSV made by the core. */
  async csv(): Promise<string> {
    const { text } = await rpc('table_csv', { table: this.#name(), filter: this.filter, sort: this.sort, columns: this.columns.map((column) => column.field) });
    return text;
  }

  #place(change: Record<string, string | null>): void {
    const query: Record<string, string | null> = Object.fromEntries(route.query);
    route.replace(to(route.path, { ...query, ...change }));
  }
}

/** Counts per value. A field that is filtered counts what choosing another of its values would give. */
async function readFacets(table: string, filter: string): Promise<Facet[]> {
  const facets = await rpc('facets', { table, filter });
  const terms = parseFilter(filter) ?? [];
  const filtered = facets.filter((facet) => without(terms, facet.field).length !== terms.length);
  const wider = await Promise.all(filtered.map(async (facet) => {
    const others = await rpc('facets', { table, filter: filterText(without(terms, facet.field)) });
    return others.find((other) => other.field === facet.field) ?? facet;
  }));
  return facets.map((facet) => wider.find((each) => each.field === facet.field) ?? facet);
}

function stored(key: string): string[] | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : null;
  } catch {
    return null;
  }
}
