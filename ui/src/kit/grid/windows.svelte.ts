// Rows in windows of 200, read when they are looked at. Newest wishes first, at most two on the way, the oldest forgotten.

export const WINDOW = 200;
const KEPT = 40;
const AT_ONCE = 2;

type Answer<Row> = { total: number; rows: Row[] };
type Held<Row> = { state: 'loading' | 'ready' | 'failed'; rows: Row[]; since: number; used: number };

export class RowWindows<Row> {
  /** Rows of the whole answer; -1 until the first window came. */
  total = $state(-1);
  /** Counts up when a window changed, so that what is drawn reads again. */
  version = $state(0);
  #read: (offset: number, limit: number) => Promise<Answer<Row>>;
  #held = new Map<number, Held<Row>>();
  #wanted: number[] = [];
  #onTheWay = 0;
  #clock = 0;
  #waiting: { until: number[]; done: () => void }[] = [];
  #closed = false;

  constructor(read: (offset: number, limit: number) => Promise<Answer<Row>>) {
    this.#read = read;
  }

  /** The row, or what stands for it. */
  at(index: number): Row | 'loading' | 'failed' {
    const held = this.#held.get(Math.floor(index / WINDOW));
    if (!held || held.state === 'loading') return 'loading';
    if (held.state === 'failed') return 'failed';
    return held.rows[index % WINDOW] ?? 'loading';
  }

  /** Milliseconds at which the window of a row was asked for; 0 = not yet. */
  askedAt(index: number): number {
    return this.#held.get(Math.floor(index / WINDOW))?.since ?? 0;
  }

  /** What is looked at now. Wishes that were not begun are dropped. */
  want(from: number, until: number): void {
    const last = this.total < 0 ? 0 : Math.max(0, this.total - 1);
    const first = Math.floor(Math.max(0, Math.min(from, last)) / WINDOW);
    const end = Math.floor(Math.max(0, Math.min(until, last)) / WINDOW);
    this.#wanted = [];
    for (let window = first; window <= end; window += 1) {
      const held = this.#held.get(window);
      if (held) held.used = ++this.#clock;
      else this.#wanted.push(window);
    }
    for (const waiting of this.#waiting) this.#wanted.push(...waiting.until.filter((window) => !this.#held.has(window)));
    this.#pump();
  }

  /** Reads every row of a range; resolves when all came or failed. */
  async load(from: number, until: number): Promise<void> {
    const windows: number[] = [];
    for (let window = Math.floor(from / WINDOW); window <= Math.floor(until / WINDOW); window += 1) windows.push(window);
    if (windows.every((window) => this.#settled(window))) return;
    await new Promise<void>((done) => {
      this.#waiting.push({ until: windows, done });
      this.#wanted.push(...windows.filter((window) => !this.#held.has(window)));
      this.#pump();
    });
  }

  /** Reads a failed window once more. */
  retry(index: number): void {
    const window = Math.floor(index / WINDOW);
    this.#held.delete(window);
    this.#wanted.push(window);
    this.version += 1;
    this.#pump();
  }

  /** No answer that is still on the way will count any more. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting) waiting.done();
    this.#waiting = [];
  }

  #settled(window: number): boolean {
    const held = this.#held.get(window);
    return held !== undefined && held.state !== 'loading';
  }

  #pump(): void {
    while (this.#onTheWay < AT_ONCE && this.#wanted.length > 0) {
      const window = this.#wanted.shift();
      if (window !== undefined && !this.#held.has(window)) void this.#fetch(window);
    }
  }

  async #fetch(window: number): Promise<void> {
    this.#onTheWay += 1;
    this.#held.set(window, { state: 'loading', rows: [], since: Date.now(), used: ++this.#clock });
    let result: Held<Row>;
    try {
      const answer = await this.#read(window * WINDOW, WINDOW);
      if (this.#closed) return;
      this.total = answer.total;
      result = { state: 'ready', rows: answer.rows, since: Date.now(), used: ++this.#clock };
    } catch {
      if (this.#closed) return;
      if (this.total < 0) this.total = 0;
      result = { state: 'failed', rows: [], since: Date.now(), used: ++this.#clock };
    } finally {
      this.#onTheWay -= 1;
    }
    this.#held.set(window, result);
    this.#forget();
    this.version += 1;
    const finished = this.#waiting.filter((waiting) => waiting.until.every((each) => this.#settled(each)));
    this.#waiting = this.#waiting.filter((waiting) => !finished.includes(waiting));
    for (const waiting of finished) waiting.done();
    this.#pump();
  }

  #forget(): void {
    if (this.#held.size <= KEPT) return;
    const kept = new Set(this.#waiting.flatMap((waiting) => waiting.until));
    const byAge = [...this.#held].filter(([window, held]) => held.state !== 'loading' && !kept.has(window)).sort((a, b) => a[1].used - b[1].used);
    for (const [window] of byAge.slice(0, this.#held.size - KEPT)) this.#held.delete(window);
  }
}
