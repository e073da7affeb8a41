// One import set on its way: picked, checked, run, done. The core reads the files; this only asks and remembers.
import type { ImportCheck, ImportResult, Job, Mapping, PickedFile, Told } from '../../api/gen';
import { follow } from '../../api/inventory.svelte';
import { type ImportOptions, rpc, type Started, toldOf } from '../../api/rpc';

export type Stage = 'checking' | 'checked' | 'running' | 'done' | 'cancelled' | 'failed';

export class ImportSet {
  readonly files: PickedFile[];
  stage = $state<Stage>('checking');
  job = $state.raw<Job | null>(null);
  check = $state.raw<ImportCheck | null>(null);
  result = $state.raw<ImportResult | null>(null);
  trouble = $state.raw<Told | null>(null);
  /** By file name; what the user changed of the guesses. */
  mappings = $state.raw<Record<string, Mapping>>({});
  /** What the source's console shows, by list; as typed. */
  expected = $state.raw<Record<string, string>>({});
  /** Empty = as the files say. */
  completeness = $state('');
  instance = $state('');
  asOf = $state('');
  /** True when the question changed since the last check. */
  changed = $state(false);

  constructor(files: PickedFile[]) {
    this.files = files;
  }

  get options(): ImportOptions {
    const said = (text: string) => (text.trim() === '' ? null : text.trim());
    return {
      handles: this.files.map((file) => file.handle), source: null, instance: said(this.instance), completeness: said(this.completeness),
      as_of: said(this.asOf), mappings: Object.values(this.mappings), expected: this.counts, reason: '',
    };
  }

  /** Expected counts that are numbers. */
  get counts(): { list: string; count: number }[] {
    return Object.entries(this.expected).flatMap(([list, text]) => {
      const digits = text.replaceAll(/[\s.,'_]/g, '');
      return /^\d{1,12}$/.test(digits) ? [{ list, count: Number(digits) }] : [];
    });
  }

  expect(list: string, text: string): void {
    this.expected = { ...this.expected, [list]: text };
    this.changed = true;
  }

  /** Every mapping that the user saw before pressing Import, changed or not. */
  get confirmed(): Mapping[] {
    return (this.check?.files ?? []).flatMap((file) => this.mappings[file.name] ?? file.mapping ?? []);
  }

  async runCheck(): Promise<void> {
    this.stage = 'checking';
    this.changed = false;
    await this.#run(() => rpc('import_check', this.options), (job) => {
      this.check = job.result as ImportCheck;
      this.stage = 'checked';
    });
  }

  async runImport(): Promise<void> {
    this.stage = 'running';
    await this.#run(() => rpc('import_run', { ...this.options, mappings: this.confirmed }), (job) => {
      this.result = job.result as ImportResult;
      this.stage = 'done';
    });
  }

  setMapping(file: string, mapping: Mapping): void {
    this.mappings = { ...this.mappings, [file]: mapping };
    this.changed = true;
  }

  async #run(start: () => Promise<Started>, done: (job: Job) => void): Promise<void> {
    this.trouble = null;
    try {
      const job = await follow(await start(), (step) => (this.job = step));
      if (job.state === 'done' && job.result !== null) done(job);
      else if (job.state === 'cancelled') this.stage = 'cancelled';
      else this.#fail(job.error ?? toldOf(new Error(`The job ended as ${job.state}.`)));
    } catch (error) {
      this.#fail(toldOf(error));
    }
  }

  #fail(told: Told): void {
    this.trouble = told;
    this.stage = told.trouble === 'cancelled' ? 'cancelled' : 'failed';
  }
}
