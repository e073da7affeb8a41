// The state that the whole window shares: which inventory, which revision, which tables, what runs. Read it anywhere; change it by its verbs.
import type { Job, Status, TableInfo, Told } from './gen';
import { rpc, type Started, toldOf } from './rpc';

let status = $state.raw<Status | null>(null);
let tables = $state.raw<TableInfo[]>([]);
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
  get trouble() {
    return trouble;
  },
  get version() {
    return version;
  },
  /** True when there is nothing to show yet: no inventory, or one without an import. */
  get isEmpty() {
    return status === null || status.inventory === 'none' || !status.counts.some(([, n]) => n > 0);
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
      status = next;
      trouble = null;
      if (moved) version += 1;
      if (next.jobs.some(busy)) timer = setTimeout(() => void inventory.refresh(), 500);
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

/** Follows a job to its end; `tell` hears of every step. Answers the finished job. */
export async function follow(started: Started, tell: (job: Job) => void): Promise<Job> {
  let now = await rpc('job', { id: started.job });
  tell(now);
  void inventory.refresh();
  while (busy(now)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    now = await rpc('job', { id: now.id });
    tell(now);
  }
  await inventory.changed();
  return now;
}
