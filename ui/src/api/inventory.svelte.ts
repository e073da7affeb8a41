// The state that the whole window shares: which inventory, which revision, which tables, what runs. Read it anywhere; change it by its verbs.
import type { Job, Status, TableInfo, Told } from './gen';
import { rpc, type Started, toldOf } from './rpc';

let status = $state.raw<Status | null>(null);
let tables = $state.raw<TableInfo[]>([]);
/** What verifying the log said in this session, e.g. `verified to entry 41`. */
let logWords = $state<string | null>(null);
let trouble = $state.raw<Told | null>(null);
/** Counts up whenever data may have changed, so that pages know to read again. */
let version = $state(0);
let timer: ReturnType<typeof setTimeout> | undefined;

const busy = (job: Job) => job.state === 'running' || job.state === 'cancelling' || job.state === 'queued';

export const inventory = {
  get status() {
    return status;
  },
  get tables() {
    return tables;
  },
  get logWords() {
    return status?.log_verdict ?? logWords;
  },
  setLogWords(words: string): void {
    logWords = words;
  },
  get trouble() {
    return trouble;
  },
  get version() {
    return version;
  },
  /** True when there is nothing to show yet: no inventory, or one without an import. */
  get isEmpty() {
    // Counts come later than the rest, so they cannot tell that a filled inventory is filled.
    return status === null || status.inventory === 'none' || (status.as_of === null && !status.counts.some(([, n]) => n > 0) && !status.revisions.some((line) => line.action === 'import'));
  },
  /** True while scores and counts of the revision on screen are being computed. */
  get isAnswering() {
    return status !== null && status.counts.length === 0 && status.as_of !== null;
  },
  /** True when changes are off: an old revision, or a file that cannot be written. */
  get isReadOnly() {
    return status !== null && (status.read_only || status.revision !== status.head);
  },
  count(table: string): number {
    return status?.counts.find(([name]) => name === table)?.[1] ?? 0;
  },
  table(name: string): TableInfo | undefined {
    return tables.find((table) => table.name === name);
  },
  /** Reads the state of the core; polls while a job runs. */
  async refresh(): Promise<void> {
    clearTimeout(timer);
    try {
      const next = await rpc('status', {});
      const moved = status === null || next.revision !== status.revision || next.head !== status.head || next.inventory !== status.inventory
        || next.inventory_name !== status.inventory_name;
      if (moved || tables.length === 0) tables = await rpc('tables', {});
      if (status !== null && next.inventory_path !== status.inventory_path) logWords = null;
      status = next;
      trouble = null;
      if (moved) version += 1;
      const wait = next.jobs.some(busy) ? 500 : inventory.isAnswering ? 250 : null;
      if (wait !== null) timer = setTimeout(() => void inventory.refresh(), wait);
    } catch (error) {
      trouble = toldOf(error);
    }
  },
  /** After a change: read the state and make every page read again. */
  async changed(): Promise<void> {
    await inventory.refresh();
    version += 1;
  },
};

/** Follows a job to its end; `tell` hears of every step. Answers the finished job. What only writes a file changes no answer. */
export async function follow(started: Started, tell: (job: Job) => void, changes = true): Promise<Job> {
  let now = await rpc('job', { id: started.job });
  tell(now);
  void inventory.refresh();
  while (busy(now)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    now = await rpc('job', { id: now.id });
    tell(now);
  }
  if (changes) await inventory.changed();
  else await inventory.refresh();
  return now;
}
