// One typed call for every command of the core, and the error that it throws.
import { host } from '../platform/choose';
import type {
  BarTree, Blast, BlastSubject, Breach, Bridges, ChangeProposal, Crosses, CutResult, EnforcementMatrix, Facet, FloodMap, FloodMapRequest, Job, LogVerdict, MapPlan, Mapping, Matrix, MatrixRequest, Overview, Panel, PathEnd, Paths, PickedFile, PortfolioAnswer, Preflight, QuestionForms, RecordRequest, Replay, Rotations, Rows, RowsRequest, Sankey,
  SetRequest, Settings, SigningKey, Status, SubjectHit, TableInfo, ThirdParties, TierMap, TokenInspection, Told, WhatIf, WhatIfPlan, WhatIfRequest,
} from './gen';

/** How a set of files is read; unset = as the files say. */
export type ImportOptions = {
  handles: string[];
  source: string | null;
  instance: string | null;
  completeness: string | null;
  as_of: string | null;
  /** For CSV files: what the user confirmed; saved as profiles when the import runs. */
  mappings: Mapping[];
  /** Counts that the source's console shows, by list. */
  expected: { list: string; count: number }[];
  reason: string;
};

/** A long task was begun; `job` tells how far it is. */
export type Started = { job: string };

type Nothing = Record<string, never>;

/** Every command with what it takes and what it answers. */
export interface Commands {
  status: { args: Nothing; answer: Status };
  tables: { args: Nothing; answer: TableInfo[] };
  rows: { args: RowsRequest; answer: Rows };
  facets: { args: { table: string; filter: string }; answer: Facet[] };
  panel: { args: { table: string; id: string }; answer: Panel };
  table_csv: { args: { table: string; filter: string; sort: string; columns: string[] }; answer: { text: string } };
  table_export: {
    args: { table: string; filter: string; sort: string; columns: string[]; ids: string[]; format: 'csv' | 'xlsx' | 'json'; expected: number; handle: string };
    answer: Started;
  };
  set: { args: SetRequest; answer: { revision: number } };
  set_many: { args: { table: string; ids: string[]; field: string; value: string; reason: string }; answer: { revision: number } };
  enforcement: { args: { gateway: string | null }; answer: EnforcementMatrix };
  enforcement_record: { args: RecordRequest; answer: { revision: number } };
  map_check: { args: { handle: string }; answer: MapPlan };
  map_import: { args: { handle: string; reason: string; digest: string }; answer: { revision: number; changes: number; unchanged: number } };
  map_export: { args: { handle: string }; answer: { name: string; bytes: number; revision: number } };
  questions: { args: Nothing; answer: QuestionForms };
  replay: { args: { subject: BlastSubject }; answer: Replay };
  crosses: { args: Nothing; answer: Crosses };
  bridges: { args: { a: string; b: string }; answer: Bridges };
  breach: { args: { id: string }; answer: Breach };
  breach_export: { args: { id: string; format: 'html' | 'markdown' | 'json'; handle: string }; answer: { name: string; bytes: number } };
  paths: { args: { from: PathEnd; to: PathEnd }; answer: Paths };
  portfolio: { args: Nothing; answer: PortfolioAnswer };
  what_if: { args: WhatIfRequest; answer: WhatIf };
  smallest_cut: { args: { subject: BlastSubject; limit: number | null; keep: string[] }; answer: CutResult };
  plans: { args: Nothing; answer: { plans: WhatIfPlan[] } };
  plan_save: { args: { name: string; what_if: WhatIfRequest | null; reason: string }; answer: { revision: number } };
  change_proposal: { args: WhatIfRequest; answer: ChangeProposal };
  proposal_export: { args: { what_if: WhatIfRequest; format: 'markdown' | 'json' | 'map'; handle: string }; answer: { name: string; bytes: number } };
  graph_export: { args: { handle: string; format: string }; answer: Started };
  overview: { args: Nothing; answer: Overview };
  blast: { args: { subject: BlastSubject; reading?: string }; answer: Blast };
  flood_map: { args: FloodMapRequest; answer: FloodMap };
  matrix: { args: MatrixRequest; answer: Matrix };
  sankey: { args: { by: 'vendor' | 'owner' | 'holder'; width: 'grants' | 'reach' }; answer: Sankey };
  bar_tree: { args: { subject: BlastSubject; reading?: string }; answer: BarTree };
  tier_map: { args: { subject: BlastSubject; reading?: string }; answer: TierMap };
  picture_export: { args: { handle: string; kind: 'svg' | 'png'; data: string }; answer: { name: string; bytes: number } };
  search_subjects: { args: { text: string }; answer: SubjectHit[] };
  rotations: { args: Nothing; answer: Rotations };
  third_parties: { args: Nothing; answer: ThirdParties };
  import_check: { args: ImportOptions; answer: Started };
  import_run: { args: ImportOptions; answer: Started };
  job: { args: { id: string }; answer: Job };
  job_cancel: { args: { id: string }; answer: { cancelling: boolean } };
  pick_files: { args: { purpose: string; folder: boolean }; answer: PickedFile[] };
  pack_preflight: { args: { profile: string }; answer: Preflight };
  pack_build: { args: { profile: string; passphrase: string | null; handle: string }; answer: Started };
  pack_verify: { args: { handle: string }; answer: Started };
  keys: { args: Nothing; answer: SigningKey };
  key_new: { args: { passphrase: string }; answer: SigningKey };
  log_verify: { args: Nothing; answer: LogVerdict };
  settings: { args: Nothing; answer: Settings };
  settings_set: { args: { field: string; value: string; reason: string }; answer: unknown };
  demo_open: { args: Nothing; answer: unknown };
  demo_delete: { args: Nothing; answer: unknown };
  inventory_open: { args: Nothing; answer: unknown };
  token_inspect: { args: { text?: string; handles?: string[]; keys?: string[]; issuer?: string; accepted?: string[] }; answer: TokenInspection };
  token_forget: { args: Nothing; answer: { held: boolean } };
  undo: { args: { revision: number; reason: string }; answer: unknown };
  set_revision: { args: { revision: number | null }; answer: unknown };
}

/** What went wrong, in four parts. */
export class ApiError extends Error {
  readonly told: Told;

  constructor(told: Told) {
    super(told.what);
    this.name = 'ApiError';
    this.told = told;
  }
}

export async function rpc<C extends keyof Commands>(command: C, args: Commands[C]['args']): Promise<Commands[C]['answer']> {
  try {
    return (await host().rpc(command, args)) as Commands[C]['answer'];
  } catch (trouble) {
    throw asApiError(trouble, command);
  }
}

/** The four parts of anything that was thrown. */
export function toldOf(trouble: unknown): Told {
  return asApiError(trouble, 'window').told;
}

function asApiError(trouble: unknown, where: string): ApiError {
  if (trouble instanceof ApiError) return trouble;
  if (isTold(trouble)) return new ApiError(trouble);
  const details = trouble instanceof Error ? trouble.message : String(trouble);
  return new ApiError({
    code: 'BH-WIN-001',
    trouble: 'failure',
    what: 'The window could not get an answer.',
    meaning: 'Your inventory was not changed by this.',
    remedy: 'Try again; if it happens again, report the details.',
    details: `${where}: ${details}`,
  });
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && 'code' in value && 'what' in value && 'remedy' in value;
}
