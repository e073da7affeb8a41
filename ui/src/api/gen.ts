// Written by `cargo xtask gen` from src/work/wire; do not edit.
import type { Cell } from './cell';

/** State of the frame: which inventory, which revision, what runs. Command `status`, no arguments. */
export type Status = {
  /** `none` = no inventory is open (first run), `user`, `demo`. */
  inventory: InventoryKind;
  inventory_name: string;
  /** Folder and file for people; null when none is open. */
  inventory_path: string | null;
  revision: number;
  head: number;
  /** ISO 8601 UTC; null with no import yet. */
  as_of: string | null;
  /** True when nobody stated the export time. */
  as_of_assumed: boolean;
  read_only: boolean;
  /** Rows per table for the frame and the tabs: table name, count. */
  counts: Array<[string, number]>;
  /** Newest first, at most 200. */
  revisions: Array<RevisionLine>;
  jobs: Array<Job>;
  /** `verified to N`, or what is broken. */
  log_verdict: string | null;
  /** What the last start rolled back, if anything. */
  recovered: string | null;
  actor: string;
  version: string;
};

export type InventoryKind = "none" | "user" | "demo";

export type RevisionLine = {
  number: number;
  at: string;
  as_of: string | null;
  /** create, import, assert, undo, seal */
  action: string;
  /** One line for people. */
  title: string;
  can_undo: boolean;
};

/** A long task. Command `job {id}`; `job_cancel {id}`. */
export type Job = {
  id: string;
  /** `import`, `pack`, `verify`, `demo`. */
  kind: string;
  title: string;
  phase: string;
  phase_number: number;
  phases: number;
  done: number;
  total: number | null;
  rows: number;
  /** `running`, `cancelling`, `done`, `cancelled`, `failed`. */
  state: string;
  error: Told | null;
  /** Answer of the finished job: ImportResult, PackResult, VerifyResult. */
  result: unknown;
};

/** A column of a table. Command `tables` -> TableInfo[]. */
export type ColumnInfo = {
  /** Field name used in `--filter`, `--sort`, CSV and JSON. */
  field: string;
  title: string;
  kind: ColumnKind;
  /** Shown without being asked for. */
  default: boolean;
  /** Width in pixels at 100 %. */
  width: number;
  /** Values for a facet (closed lists only), in order. */
  choices: Array<string>;
  help: string;
};

/** How a cell is drawn and compared. */
export type ColumnKind = "name" | "text" | "id" | "number" | "count" | "score" | "units" | "time" | "days" | "word" | "privilege" | "bool";

/**
 * A table of the grid. `name`: clients credentials audiences scopes grants principals owners vendors imports files problems
 * units rotations third_parties drift log packs.
 */
export type TableInfo = {
  name: string;
  title: string;
  /** Singular word for one row. */
  row_word: string;
  columns: Array<ColumnInfo>;
  /** e.g. `-blast_score` ; sorts end with the row id. */
  default_sort: string;
  /** Filter text that is applied at first and shown as chips, e.g. `-holder:platform`. */
  default_filter: string;
};

/** Command `rows`: a window of a table. Answer [`Rows`]. */
export type RowsRequest = {
  table: string;
  filter: string;
  /** `field` or `-field`, comma-separated, at most three. */
  sort: string;
  /** Fields; empty = the default columns. */
  columns: Array<string>;
  offset: number;
  /** At most 500. */
  limit: number;
};

/** A window of rows. */
export type Rows = {
  revision: number;
  /** Rows of the filter. */
  total: number;
  /** Rows of the table without filter. */
  population: number;
  columns: Array<string>;
  rows: Array<Row>;
  /** Set when the filter text has a fault; the rows are then those of no filter. */
  filter_error: FilterError | null;
};

/** One row: `id` names it for the panel and for selection. */
export type Row = {
  id: string;
  /** null = unknown; string, number, bool, or for Count `{n, table, filter}`. */
  cells: Cell[];
};

/** A fault in a filter text. */
export type FilterError = {
  message: string;
  at: number;
  nearest: string | null;
};

/** Command `facets {table, filter}` -> Facet[]. */
export type Facet = {
  field: string;
  title: string;
  /** Value (null = unknown), count; top 20, the rest in `others`. */
  values: Array<[string | null, number]>;
  others: number;
};

/** Command `panel {table, id}`: everything about one row. */
export type Panel = {
  /** `client`, `credential`, ... */
  kind: string;
  id: string;
  title: string;
  subtitle: string;
  /** Facts in order, grouped. */
  sections: Array<PanelSection>;
  /** Blast subject, if the row can be a unit: pass to `blast`. */
  blast_subject: BlastSubject | null;
  /** Fields that `set` accepts for it: field, current value, choices. */
  editable: Array<EditableField>;
};

export type PanelSection = {
  title: string;
  note: string;
  facts: Array<PanelFact>;
};

export type PanelFact = {
  label: string;
  /** Text to show; null = unknown. */
  value: string | null;
  kind: ColumnKind;
  /** observed, asserted, derived, unknown or empty. */
  mark: string;
  /** Opens these rows, if set. */
  link: Link | null;
  /** e.g. `realm-demo.json, record 212, revision 38`. */
  source: string | null;
};

export type EditableField = {
  field: string;
  title: string;
  value: string | null;
  /** Empty = free text. */
  choices: Array<string>;
  help: string;
};

/** Rows behind a number. */
export type Link = {
  table: string;
  filter: string;
  /** Row to open the panel of, if the link is to one object. */
  id: string | null;
};

/** A figure with population, unknowns and the rows behind it. */
export type Figure = {
  label: string;
  /** Already formatted for reading, e.g. `38` or `100`. */
  value: string;
  /** `of 412`, `/ 100`. */
  population: string;
  note: string;
  unknown: string;
  /** `+ 4`, with the word better, worse or no change; empty without an earlier revision. */
  change: string;
  link: Link | null;
};

/** Command `overview`. */
export type Overview = {
  revision: number;
  as_of: string | null;
  figures: Array<Figure>;
  do_next: Array<DoNext>;
  data_health: Array<DataHealth>;
  unknowns: Array<UnknownLine>;
  /** Score percentiles of clients at earlier revisions (10, 50, 90, max), oldest first. */
  trend: Array<TrendPoint>;
};

export type DoNext = {
  action: string;
  at: string;
  touches: string;
  /** Reach units removed, full recomputation without it. */
  reach_removed: number;
  owner: string | null;
  link: Link;
};

export type DataHealth = {
  source: string;
  completeness: string;
  age_days: number | null;
  read: number;
  rejected: number;
  note: string;
  link: Link;
};

export type UnknownLine = {
  fact: string;
  unknown: number;
  population: number;
  counted_as: string;
  link: Link;
};

export type TrendPoint = {
  revision: number;
  as_of: string;
  /** 10 %, 50 %, 90 %, maximum. */
  scores: [number, number, number, number];
};

/** What to take the blast radius of. */
export type BlastSubject = {
  /** `client`, `credential`, `application`, `vendor`, `standing` (id: client and principal), `token`. */
  unit: string;
  /** Public id. */
  id: string;
};

/** Command `blast {subject, reading}`: everything the page shows for one unit. */
export type Blast = {
  revision: number;
  as_of: string | null;
  subject: BlastSubject;
  /** `attested` or `gateway_only`: which reading the map, sets and explanation show. */
  reading: string;
  /** Scores of both readings. */
  attested_score: number;
  gateway_only_score: number;
  /** Why the reading "gateway only" is what it is. */
  gateway_only_note: string;
  /** Within reach only if unknown checks fail or inferred edges are real; never part of a score as attested. */
  potential: Array<PotentialLine>;
  more_potential: number;
  name: string;
  /** The same subject as other units: unit, id, name, score. */
  siblings: Array<BlastSibling>;
  figures: Array<Figure>;
  audiences: Array<ReachedAudience>;
  data_classes: Array<ReachedClass>;
  functions: Array<ReachedFunction>;
  map: FloodMap;
  explanation: ExplanationView;
};

/** An API within potential reach, or with more privilege there. */
export type PotentialLine = {
  /** Empty for the control plane of a tenant. */
  id: string;
  name: string;
  privilege: string;
  /** As attested; `none` = not reached. */
  attested: string;
  /** Counted in the reading "gateway only". */
  gateway_only: boolean;
  because: string;
};

export type BlastSibling = {
  subject: BlastSubject;
  name: string;
  score: number | null;
};

export type ReachedAudience = {
  id: string;
  name: string;
  boundary: string;
  privilege: string;
  steps: number;
  share: number;
};

export type ReachedClass = {
  name: string;
  sensitivity: string | null;
  audiences: number;
  link: Link;
};

export type ReachedFunction = {
  name: string;
  impact: string | null;
  privilege: string;
};

/** Command `bar_tree {subject, reading}`: what makes up a score, as parts that add up to it on every level. */
export type BarTree = {
  blast_score: number;
  /** Atoms (API and data class) behind all parts. */
  atoms: number;
  /** APIs, largest first. */
  parts: Array<TreePart>;
};

/** An API, then a privilege held there, then the scopes that give it. */
export type TreePart = {
  name: string;
  /** Things that it stands for; 1 = itself. */
  things: number;
  /** Points of the score. */
  share: number;
  /** The rows behind it; null where it is none of the inventory's. */
  link: Link | null;
  /** Largest first; empty at the end of the tree. */
  parts: Array<TreePart>;
};

/** Command `flood_map`: the plan of the estate, dry without a subject. */
export type FloodMapRequest = {
  subject: BlastSubject | null;
  /** `gateway_only`; anything else is as attested. */
  reading: string;
  /** Only this trust boundary, over the whole field; empty = audiences without one; null = the whole estate. */
  boundary: string | null;
};

/** The estate as a ship's plan, in a field of 1600 x 900 (DESIGN.md, flood map). */
export type FloodMap = {
  compartments: Array<Compartment>;
  audiences: number;
  /** Cells raised to the smallest weight that can be drawn. */
  raised: number;
  /** Too many audiences: compartments have no cells until one is entered. */
  folded: boolean;
};

export type Compartment = {
  /** `unassigned` for audiences without a trust boundary. */
  name: string;
  /** Trust boundary; null = none. */
  boundary: string | null;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Audiences in it; more than `cells` when the map is folded to boundaries. */
  audiences: number;
  reached: number;
  gateway_only: number;
  /** Highest privilege at an audience that is reached; where none is, that of the reading "gateway only"; `none` = dry. */
  privilege: string;
  cells: Array<MapCell>;
};

export type MapCell = {
  /** Audience id; opens its panel in table `audiences`. Empty for a cell that stands for several. */
  id: string;
  /** Audiences that it stands for; 1 = itself. */
  things: number;
  name: string;
  /** Highest data class by sensitivity, for the second line; null = unknown. */
  sensitivity: string | null;
  /** Fractions 0..1 of the compartment less its head. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** `none` = dry, else basic .. escalate. */
  privilege: string;
  /** Steps of the shortest winning path; 0 when dry. */
  steps: number;
  gateway_only: boolean;
  /** Load of its atoms, 0..n. */
  load: number;
};

/** "Why 73?" (ux.md 6.4, domain.md 3.6), ready to read; all numbers were computed by the score's own code. */
export type ExplanationView = {
  blast_score: number;
  reach_score: number;
  reach_units: number;
  band: string;
  shares: Array<ShareLine>;
  /** More atoms than listed. */
  more_shares: number;
  load: number;
  factors: Array<FactorLine>;
  changes: Array<ChangeLine>;
  unknowns: Array<string>;
  /** Share of the score that rests on assumptions, per cent. */
  assumed_percent: number;
  paths: Array<PathLine>;
  weights: string;
  /** The same as plain text. */
  text: string;
};

export type ShareLine = {
  audience: string;
  data_class: string;
  basis: string;
  load: number;
  share: number;
  steps: number;
};

export type FactorLine = {
  name: string;
  fact: string;
  factor: number | null;
  running: number;
  assumed: boolean;
};

export type ChangeLine = {
  action: string;
  detail: string;
  new_score: number;
  difference: number;
};

export type PathLine = {
  target: string;
  steps: Array<PathStep>;
  weight_per_mille: number;
};

export type PathStep = {
  from: string;
  to: string;
  /** R1.. mode */
  mode: string;
  /** What the edge means in words. */
  meaning: string;
  /** observed, declared, ... */
  evidence: string;
  /** File and record. */
  source: string | null;
};

/** Command `tier_map {subject}`: by which ways one unit gets at what it reaches. Nodes, edges and paths refer by index. */
export type TierMap = {
  /** Heads of the columns from the left. */
  columns: Array<string>;
  nodes: Array<TierNode>;
  edges: Array<TierEdge>;
  /** Most points first. */
  paths: Array<TierPath>;
  /** Things that the nodes stand for. */
  objects: number;
  /** Nodes that stand for several things. */
  groups: number;
  /** Height of the tallest column; nodes are `node` high. Units of the picture. */
  height: number;
  node: number;
};

export type TierNode = {
  column: number;
  name: string;
  /** Highest sensitivity of the data behind it; null = unknown. */
  sensitivity: string | null;
  /** Things that it stands for; 1 = itself. */
  things: number;
  /** Points of the blast score whose way passes here. */
  share: number;
  y: number;
  /** The APIs behind it; none for what has no rows of its own. */
  link: Link | null;
};

export type TierEdge = {
  from: number;
  to: number;
  /** The step with most points; null where two nodes merely belong together. */
  step: PathStep | null;
  /** Different steps that it stands for. */
  steps: number;
  share: number;
};

export type TierPath = {
  nodes: Array<number>;
  edges: Array<number>;
  privilege: string;
  share: number;
  /** Pairs of API and data class that it stands for. */
  atoms: number;
};

/** Command `matrix {order, rows, columns}`: which clients hold grants at which APIs, binned. Ranges are `[from, to)` of the order. */
export type Matrix = {
  rows: Array<MatrixBin>;
  columns: Array<MatrixBin>;
  /** Index into `rows`, into `columns`, and how many pairs of client and API with a grant; only where there are any. */
  cells: Array<[number, number, number]>;
  /** Pairs of the range. */
  pairs: number;
  /** Of the whole estate. */
  clients: number;
  audiences: number;
};

export type MatrixBin = {
  from: number;
  to: number;
  /** First and, of several, last name. */
  first: string;
  last: string;
  /** Vendor or trust boundary of the first. */
  group: string;
  pairs: number;
  /** Filter of `grants` for the one thing in it; empty where there are several. */
  filter: string;
};

/** What part of the matrix is asked for. */
export type MatrixRequest = {
  /** `vendor` or `reach`. */
  order: string;
  rows: [number, number];
  columns: [number, number];
};

/** Command `search_subjects {text}` -> SubjectHit[] (at most 50): for the subject picker and the palette. */
export type SubjectHit = {
  table: string;
  id: string;
  name: string;
  kind: string;
  source: string;
  subject: BlastSubject | null;
};

/** Command `rotations`. */
export type Rotations = {
  revision: number;
  as_of: string | null;
  figures: Array<Figure>;
  /** Buckets of D44 with counts by status group. */
  ageing: Array<AgeBucket>;
  /** Twelve months from the as-of month: month `2026-11`, due count. */
  due_calendar: Array<DueMonth>;
  policy: Array<SlaLine>;
};

export type AgeBucket = {
  label: string;
  in_time: number;
  late: number;
  unknown: number;
  link: Link;
};

export type DueMonth = {
  month: string;
  due: number;
  link: Link;
};

export type SlaLine = {
  kind: string;
  max_age_days: number | null;
  grace_days: number;
  warn_days: number;
  note: string;
};

/** Command `third_parties`: impact x exposure grid; rows come from table `third_parties`. */
export type ThirdParties = {
  revision: number;
  as_of: string | null;
  figures: Array<Figure>;
  /** Row labels top (most impact) to bottom. */
  impacts: Array<string>;
  /** Column labels left to right (most exposed last). */
  exposures: Array<string>;
  cells: Array<GridCell>;
};

export type GridCell = {
  row: number;
  column: number;
  count: number;
  link: Link;
};

/** Command `pick_files` (native dialog, host only) and drops give handles, never free paths. */
export type PickedFile = {
  handle: string;
  name: string;
  bytes: number;
  folder: boolean;
};

/**
 * Command `import_check {handles, source?, instance?, completeness?, mappings?, expected?}` -> job; result of it. The same
 * shape is `import --check`.
 */
export type ImportCheck = {
  files: Array<CheckedFile>;
  can_import: boolean;
  /** What a person expects, beside what was found. */
  expected: Array<ExpectedCount>;
};

export type CheckedFile = {
  name: string;
  sha256: string;
  bytes: number;
  encoding: string;
  container: string;
  /** Importer, or null when not recognised. */
  source: string | null;
  reason: string;
  /** Imported earlier: revision and day. */
  already: string | null;
  /** The last import of this source: revision, day, files, records. */
  previous: string | null;
  /** Tables only: what the columns become. */
  mapping: Mapping | null;
  /** True when the mapping is a guess that nobody confirmed; an import needs a confirmed one. */
  guessed: boolean;
  secrets_dropped: number;
  /** What would be stored, by kind of row. */
  becomes: Array<KindCount>;
  lists: Array<CheckedList>;
  /** What would not be stored, in sentences. */
  not_stored: Array<string>;
  /** Problems by kind, the worst first. */
  problems: Array<ProblemKind>;
  read: number;
  accepted: number;
  merged: number;
  rejected: number;
  ignored: number;
};

/** Statements of one kind. */
export type KindCount = {
  kind: string;
  count: number;
};

/** A list of the source in one file. */
export type CheckedList = {
  list: string;
  records: number;
  completeness: string;
  reason: string;
  /** Why it looks cut at the end of a page, if it does. */
  page_cap: string | null;
};

/** Problems of one kind in one file. */
export type ProblemKind = {
  severity: ProblemSeverity;
  code: string;
  count: number;
  /** The first of them. */
  example: Problem;
};

/** A count that a person expects, beside the one that was found. */
export type ExpectedCount = {
  /** Word of a list, or `records`. */
  list: string;
  expected: number;
  found: number;
  holds: boolean;
  told: string;
};

/** Result of an import job; also the JSON of `import`. */
export type ImportResult = {
  revision: number;
  as_of: string | null;
  /** False when nothing changed: no row was written. */
  changed: boolean;
  files: Array<ImportedFile>;
  totals: Equation;
  /** kind -> added, removed, changed. */
  changes: Array<KindChange>;
  orphans: number;
  milliseconds: number;
  /** What the changes mean; null while nobody looked. */
  drift: DriftWords | null;
};

/** Changes of one revision in words that matter (ux.md 7). */
export type DriftWords = {
  /** Revision that it was compared with; null when there was none. */
  compared_with: number | null;
  /** Words that occurred, in the order of their weight. */
  words: Array<DriftLineOfWord>;
  /** Added rows that say nothing about a change, because their list was imported for the first time. */
  first_seen: number;
  /** One sentence that says what was compared, or why nothing was. */
  note: string;
};

export type DriftLineOfWord = {
  word: DriftWord;
  title: string;
  count: number;
  /** Rows behind the count. */
  link: Link;
  /** The first of them. */
  examples: Array<DriftExample>;
};

export type DriftExample = {
  text: string;
  link: Link | null;
};

/** read = accepted + merged + rejected + ignored, always. */
export type Equation = {
  read: number;
  accepted: number;
  merged: number;
  rejected: number;
  ignored: number;
};

export type ImportedFile = {
  name: string;
  sha256: string;
  bytes: number;
  source: string | null;
  instance: string | null;
  completeness: string;
  secrets_dropped: number;
  warnings: Array<Problem>;
  /** More problems than listed. */
  more_warnings: number;
  read: number;
  accepted: number;
  merged: number;
  rejected: number;
  ignored: number;
};

export type KindChange = {
  kind: string;
  added: number;
  removed: number;
  changed: number;
  link: Link | null;
};

/** Command `keys`: the signing key beside the inventory. */
export type SigningKey = {
  exists: boolean;
  fingerprint: string | null;
  public_pem: string | null;
  path: string | null;
};

/** Command `pack_preflight`. */
export type Preflight = {
  revision: number;
  as_of: string | null;
  lines: Array<PreflightLine>;
  can_build: boolean;
};

export type PreflightLine = {
  /** pass, warn, stop */
  verdict: string;
  check: string;
  detail: string;
  link: Link | null;
};

/** Result of `pack_build {profile, passphrase?}` (job; the save dialog is the host's). */
export type PackResult = {
  path: string;
  bytes: number;
  sha256: string;
  files: number;
  signed: boolean;
  signer: string | null;
  revision: number;
};

/** Result of `pack_verify {handle}` (job) and of `pack verify --json`. */
export type VerifyResult = {
  /** `intact and signed`, `intact, unsigned`, `damaged`. */
  verdict: string;
  ok: boolean;
  path: string;
  signer: string | null;
  checks: Array<PreflightLine>;
  /** What a pass proves and what it does not. */
  proves: Array<string>;
};

/** Command `log_verify`. */
export type LogVerdict = {
  ok: boolean;
  entries: number;
  head_hash: string;
  /** First broken entry and how. */
  first_broken: number | null;
  faults: Array<string>;
  /** What this cannot find. */
  limits: Array<string>;
};

/** Command `settings`; `settings_set {field, value, reason}` where field is `theme`, `actor_name`, `sla:<kind>`. */
export type Settings = {
  /** system, light, dark, high_contrast */
  theme: string;
  actor_name: string;
  sla: Array<SlaLine>;
  boundaries: Array<string>;
  classes: Array<[string, string]>;
  weights: string;
  permission_classes: string;
};

/** Command `set {table, id, field, value, reason}`: an assertion; answers the new revision. */
export type SetRequest = {
  table: string;
  id: string;
  field: string;
  value: string;
  reason: string;
};

/** Command `enforcement {gateway}`: the coverage matrix of one gateway. `gateway` null = the first; empty = APIs without a gateway. */
export type EnforcementMatrix = {
  revision: number;
  as_of: string | null;
  gateways: Array<GatewayLine>;
  /** The gateway whose APIs follow; empty = without a gateway. */
  gateway: string;
  checks: Array<CheckHead>;
  rows: Array<EnforcementRow>;
  /** APIs of the gateway that are not in `rows`, because a page holds 500. */
  more: number;
  /** Routes that the configuration of this gateway names; those that fit no API come first. */
  routes: Array<RouteLine>;
  /** Routes of the gateway that are not in `routes`, because a page holds 500. */
  more_routes: number;
  /** Per business product: what its APIs prove together (domain.md 6.6). */
  applications: Array<TriadRow>;
};

/** A gateway and what its APIs say together; the name is empty for APIs without one. */
export type GatewayLine = {
  name: string;
  audiences: number;
  /** enforced, uneven, gateway_only, unknown. */
  verdict: string;
  /** Mean coverage of its APIs, whole percent; null when nothing applies. */
  coverage: number | null;
  failed: number;
  /** Checks of its APIs where what was recorded and what a configuration shows differ. */
  contradictions: number;
  /** Routes that its configuration names, and those of them that fit no API. */
  routes: number;
  unmatched: number;
  link: Link;
};

/** A column of the matrix. */
export type CheckHead = {
  check: string;
  question: string;
};

/** One API. */
export type EnforcementRow = {
  id: string;
  name: string;
  sensitivity: string | null;
  reachable_without_gateway: boolean | null;
  /** In the order of `checks`. */
  cells: Array<CheckCell>;
  /** Whole percent; null when nothing applies. */
  coverage: number | null;
  /** enforced, gateway_only, failed, partial, unknown. */
  verdict: string;
};

/** One check of one API. */
export type CheckCell = {
  /** What counts: unknown, pass, fail, partial, not_applicable. */
  result: string;
  /** What was recorded, if anything. */
  recorded: string | null;
  /** Why it counts otherwise than recorded; empty when it does not. */
  why: string;
  method: string | null;
  checked: string | null;
  valid_until: string | null;
  evidence: string | null;
  by: string | null;
  /** What configurations of gateways show; null when no route leads here, and for checks of the API itself. */
  observed: ObservedCheck | null;
  /** What was recorded and what a configuration shows differ; the worse of the two counts. */
  contradiction: boolean;
};

/** What configurations of gateways show of one check. */
export type ObservedCheck = {
  result: string;
  /** Why it counts otherwise; empty when it does not. */
  why: string;
  checked: string | null;
  valid_until: string | null;
  evidence: string | null;
  /** Routes that lead to the API, by name. */
  routes: Array<string>;
  /** What was found on them, each sentence once. */
  told: Array<string>;
};

/** A route of a gateway. */
export type RouteLine = {
  id: string;
  name: string;
  service: string | null;
  /** Methods, hosts and paths that it answers for, in words. */
  answers_for: string;
  /** Public ids and names of the APIs behind it; empty = no API of the inventory fits. */
  apis: Array<RouteApi>;
  /** stated, audience, address, name; null = no API fits. */
  matched: string | null;
  /** G1 to G5. */
  checks: Array<string>;
  /** What the configuration says, in sentences. */
  told: Array<string>;
  issuers: Array<string>;
  audiences: Array<string>;
  scopes: Array<string>;
};

/** An API behind a route. */
export type RouteApi = {
  id: string;
  name: string;
};

/** One API that a business product uses. */
export type TriadRow = {
  application: string;
  audience: string;
  audience_id: string;
  /** No credential of the product opens this API together with one that may not share a token with it; null = not known. */
  token_scoped: boolean | null;
  gateway_validates: boolean;
  api_authorises: boolean;
  /** What is missing, in words; empty when nothing is. */
  missing: string;
};

/** Command `enforcement_record`: one record for every chosen check of every chosen API, as one revision; answers the new revision. */
export type RecordRequest = {
  /** Public ids of audiences. */
  ids: Array<string>;
  /** G1 to A5. */
  checks: Array<string>;
  /** A result; empty takes earlier records back. */
  result: string;
  method: string;
  checked: string;
  valid_until: string;
  evidence: string;
  by: string;
  reason: string;
};

/** Command `map_check {handle}` and `map_import {handle, reason}`: what a governance file changes. */
export type MapPlan = {
  revision: number;
  /** SHA-256 of the file that was looked at. */
  digest: string;
  changes: Array<MapChange>;
  /** Statements of the file that are known already. */
  unchanged: number;
  faults: Array<MapFault>;
};

/** One statement that a file makes; `before` null = unknown, `after` null = taken back. */
export type MapChange = {
  line: number;
  subject: string;
  field: string;
  before: string | null;
  after: string | null;
};

/** One fault of a file. */
export type MapFault = {
  line: number;
  subject: string;
  what: string;
};

/** Command `questions`: what can be asked about in this revision. */
export type QuestionForms = {
  revision: number;
  as_of: string | null;
  /** Names of the trust boundaries; `unassigned` among them. */
  boundaries: Array<string>;
  /** Names of the data classes. */
  data_classes: Array<string>;
  /** Vendors with clients, by name. */
  vendors: Array<NamedCount>;
  /** Clients that questions search: enabled, not the platform's, not only an API. */
  clients: number;
};

export type NamedCount = {
  id: string;
  name: string;
  count: number;
};

/** Command `replay {subject}`: every API that would accept the tokens of a client or credential. */
export type Replay = {
  revision: number;
  as_of: string | null;
  subject: BlastSubject;
  name: string;
  /** The answer in a sentence. */
  sentence: string;
  /** APIs that were looked at. */
  searched: number;
  groups: Array<ReplayGroup>;
};

export type ReplayGroup = {
  /** `named`, `check_failed`, `check_unknown`. */
  key: string;
  title: string;
  /** What the group means. */
  meaning: string;
  /** APIs in it. */
  total: number;
  /** Their rows; null when there are too many to name in a filter, or none. */
  link: Link | null;
  /** The first of them. */
  audiences: Array<ReplayLine>;
};

export type ReplayLine = {
  id: string;
  name: string;
  boundary: string;
  /** Highest privilege that the token has there; null where nobody knows. */
  privilege: string | null;
  reason: string;
};

/** Command `crosses` (no boundaries): how many clients reach both of each pair. */
export type Crosses = {
  revision: number;
  as_of: string | null;
  sentence: string;
  /** Clients searched, and their rows. */
  searched: number;
  population: Link;
  boundaries: Array<CrossedBoundary>;
  /** Pairs that at least one client crosses, most first. */
  pairs: Array<CrossedPair>;
  /** Pairs that nobody crosses. */
  uncrossed: number;
};

export type CrossedBoundary = {
  name: string;
  audiences: number;
  /** Clients that reach it by their own grants. */
  direct: number;
  /** Clients that reach it over any way. */
  over_all: number;
};

export type CrossedPair = {
  a: string;
  b: string;
  /** Clients whose own grants reach both. */
  direct: number;
  /** Clients that reach both over any way. */
  over_all: number;
};

/** Command `bridges {a, b}`: who reaches both of two boundaries. */
export type Bridges = {
  revision: number;
  as_of: string | null;
  a: string;
  b: string;
  sentence: string;
  searched: number;
  population: Link;
  direct: number;
  over_all: number;
  /** The bridging clients by reach, largest first. */
  clients: Array<BridgeLine>;
  /** More than listed. */
  more: number;
};

export type BridgeLine = {
  id: string;
  name: string;
  owner: string | null;
  holder: string;
  /** Its own grants reach both sides. */
  direct: boolean;
  reach_units: number;
  /** Usable credentials and their rows. */
  credentials: number;
  credential_rows: Link;
  a: Array<BridgeSide>;
  b: Array<BridgeSide>;
  /** More audiences of each side than listed. */
  a_more: number;
  b_more: number;
  /** Own grants at audiences of either side, and their rows. */
  grants: number;
  grant_rows: Link | null;
};

export type BridgeSide = {
  id: string;
  name: string;
  privilege: string;
  /** Mode of the last way to it. */
  mode: string;
  /** Ways travelled; 1 = directly. */
  steps: number;
};

/** Where a path begins or ends. */
export type PathEnd = {
  /** From: client, credential, vendor. To: audience, data_class, boundary, client, vendor. */
  kind: string;
  /** Public id; of a data class or boundary its name. */
  id: string;
};

/** Command `paths {from, to}`: the heaviest distinct paths. */
export type Paths = {
  revision: number;
  as_of: string | null;
  from: PathEnd;
  to: PathEnd;
  from_name: string;
  to_name: string;
  sentence: string;
  /** Places that were searched. */
  places: number;
  /** More paths than listed. */
  more: boolean;
  paths: Array<PathLine>;
};

/** Command `portfolio`: measures of domain.md 3.9 for each kind of unit. */
export type PortfolioAnswer = {
  revision: number;
  as_of: string | null;
  /** Name and hash of the weights; numbers of other weights are not comparable. */
  weights: string;
  kinds: Array<PortfolioKind>;
  /** Where token profiles say what the tokens are. */
  containment: Array<ContainmentLine>;
  benchmarks: Array<Benchmark>;
};

export type PortfolioKind = {
  /** `client`, `credential`, `vendor`, `application`. */
  unit: string;
  units: number;
  link: Link;
  sum: number;
  max: number;
  mean: number | null;
  score_sum: number;
  score_max: number;
  bands: Array<BandCount>;
  expected_reach: number | null;
  /** 0..1; null for 20 units or fewer. */
  top_ten_share: number | null;
  gini: number | null;
  crossing: number;
  crossing_link: Link;
  escalating: number;
  escalating_link: Link;
  /** Sum and mean at the import before, with the same weights; null when there is none. */
  previous: PortfolioBefore | null;
};

/** How much of an application or client its worst token reaches. */
export type ContainmentLine = {
  subject: BlastSubject;
  name: string;
  /** Declared tokens. */
  tokens: number;
  worst_token: string;
  /** Above 0, at most 1. */
  ratio: number;
  limit: number;
  above: boolean;
};

export type PortfolioBefore = {
  revision: number;
  units: number;
  sum: number;
  max: number;
  expected_reach: number | null;
};

export type BandCount = {
  band: string;
  units: number;
  link: Link;
};

/** A measure beside what others reported. Their figures are text and never a target. */
export type Benchmark = {
  /** K1, K2, K3. */
  key: string;
  title: string;
  /** Ours, or `not evaluated` with the reason. */
  ours: string;
  /** What other organisations reported, with its population. */
  others: string;
  link: Link | null;
};

/** Command `breach {id}`: everything about the breach of one vendor. `breach_export {id, format, handle}` writes it. */
export type Breach = {
  revision: number;
  as_of: string | null;
  id: string;
  name: string;
  sentence: string;
  figures: Array<Figure>;
  audiences: Array<BreachAudience>;
  data_classes: Array<BreachClass>;
  functions: Array<BreachFunction>;
  people: Array<BreachPerson>;
  /** Clients of this vendor for which nobody is known to call. */
  without_owner: number;
  order_note: string;
  /** In the order of revoking. */
  revocations: Array<RevocationStep>;
  /** What to do at each source, in its own words. */
  instructions: Array<SourceSteps>;
  /** What stays usable after revoking, per source. */
  tails: Array<TokenTail>;
  /** Credentials of others that the vendor could read or that hold the same value. */
  rotations: Array<HarvestedClient>;
  /** Facts that are not known and matter here. */
  unknowns: Array<string>;
};

export type BreachAudience = {
  /** Empty for a control plane. */
  id: string;
  name: string;
  boundary: string;
  privilege: string;
  /** Ways travelled on the best path; 1 = by its own grants. */
  direct: boolean;
  load: number;
};

export type BreachClass = {
  name: string;
  /** Null = unknown, counted as confidential. */
  sensitivity: string | null;
  privilege: string;
  audiences: number;
  link: Link | null;
};

export type BreachFunction = {
  name: string;
  impact: string | null;
  privilege: string;
};

/** Somebody to call. */
export type BreachPerson = {
  name: string;
  contact: string | null;
  /** `vendor contact`, `revocation`, `rotation`, `accountable`, `technical`, `deputy`. */
  roles: Array<string>;
  /** Clients of the vendor that they answer for. */
  clients: number;
  link: Link | null;
};

export type RevocationStep = {
  number: number;
  id: string;
  name: string;
  /** Identifier that the source uses. */
  client_id: string;
  source: string;
  instance: string;
  enabled: boolean;
  credentials: number;
  grants: number;
  owner: string | null;
  /** Load that only this client adds when its turn comes. */
  alone: number;
  /** Reach units of the vendor after this step; null where not computed. */
  remaining: number | null;
  grant_rows: Link;
};

export type SourceSteps = {
  source: string;
  instance: string;
  clients: number;
  link: Link | null;
  steps: Array<string>;
};

export type TokenTail = {
  source: string;
  instance: string;
  /** Longest access token lifetime, seconds; null = no export says it. */
  seconds: number | null;
  text: string;
};

export type HarvestedClient = {
  id: string;
  name: string;
  credentials: number;
  credential_rows: Link;
  /** Where it lies, or with whom it is shared. */
  reason: string;
  owner: string | null;
};

/** Command `sankey {by, width}`: where most access flows, from groups of clients over APIs to sensitivity. */
export type Sankey = {
  revision: number;
  /** Three columns from the left. */
  columns: Array<Array<SankeyPlace>>;
  flows: Array<SankeyFlow>;
  total: number;
};

/** A place; tops and heights are thousandths of the field. */
export type SankeyPlace = {
  name: string;
  /** More than 1 where others are folded. */
  things: number;
  value: number;
  y: number;
  height: number;
  /** Its grants; null where the grants table cannot tell. */
  link: Link | null;
};

/** A flow from a place of a column to one of the next. */
export type SankeyFlow = {
  column: number;
  from: number;
  to: number;
  value: number;
  y_from: number;
  y_to: number;
  height: number;
  link: Link | null;
};

/** Command `what_if`: what to compare. */
export type WhatIfRequest = {
  subject: BlastSubject | null;
  /** `access` (access tokens, the default) or `standing` (refresh tokens and credentials). */
  layer: string;
  /** Own tokens; items that none of them holds share one more token. */
  groups: Array<TokenGroup>;
  /** Pairs that must not share a token, by id or name. */
  apart: Array<[string, string]>;
  /** Pairs that may share one although the rule says no. */
  may_join: Array<[string, string]>;
  /** Strategy whose token the second map shows; without it the recommended one. */
  shown: string | null;
  /** Number of that token, from 0; without it the one with the highest score. */
  token: number | null;
  /** Name of a saved plan to start from. */
  plan: string | null;
};

/** One token of an own grouping. */
export type TokenGroup = {
  /** Audiences, by id or by a name that only one item has. */
  audiences: Array<string>;
  /** `bearer`, `claimed`, `enforced`; null = as today. */
  binding: string | null;
  lifetime_seconds: number | null;
};

/** The answer: all strategies by the same measures, the pairs that must not share, and two maps with the same places. */
export type WhatIf = {
  revision: number;
  as_of: string;
  subject: BlastSubject;
  name: string;
  layer: string;
  /** `machine` or `user`: whose tokens are compared. */
  tokens_of: string;
  /** `bearer, 1 hour, × .60`. */
  scored_as: string;
  exposure: number;
  /** The exposure rests on an assumption. */
  assumed: boolean;
  patterns: Array<PatternLine>;
  items: Array<WhatIfItem>;
  strategies: Array<StrategyLine>;
  /** Pairs that the sharing rule does not allow. */
  pairs: Array<PairLine>;
  /** Why it must be split, naming the failing criteria; empty = it need not. */
  must_split: string;
  /** How many tokens are enough, and for what. */
  enough: string;
  /** What no split changes. */
  host: string;
  host_reach: number;
  host_score: number;
  /** Best distribution for 1, 2, ... tokens. */
  splits: Array<SplitLine>;
  floor: number;
  minimal: number | null;
  recommended: number | null;
  /** `exact` or `heuristic`. */
  search: string;
  compared: number;
  today: TokenMap;
  after: TokenMap;
  notes: Array<string>;
};

/** The token pattern at one layer. */
export type PatternLine = {
  layer: string;
  /** `n/a`, `unknown`, `single`, `multiple`, `hybrid`. */
  pattern: string;
  why: string;
};

/** An API that the subject needs. */
export type WhatIfItem = {
  id: string;
  name: string;
  boundary: string | null;
  tier: string | null;
  owner: string | null;
  high_risk: boolean | null;
  privilege: string;
  scopes: Array<string>;
  /** Reach of a token for it alone. */
  reach: number;
  score: number;
};

/** One strategy. */
export type StrategyLine = {
  /** `today`, `single`, `per_api`, `by_boundary`, `by_tier`, `by_owner`, `own`, `fewest`, `recommended`. */
  key: string;
  title: string;
  tokens: Array<TokenLine>;
  /** Number of the token with the highest score. */
  worst: number;
  worst_name: string;
  worst_score: number;
  worst_reach: number;
  mean_reach: number;
  containment: number | null;
  functions_lost: number;
  /** null = nobody here rotates its credentials. */
  rotations_a_year: number | null;
  against_rule: number;
  pairs: number;
  /** How its tokens are cut is not known: counted as one token for everything. */
  assumed: boolean;
  /** Fewest tokens that obey the sharing rule. */
  recommended: boolean;
  /** Fewest tokens that reach the floor. */
  fewest: boolean;
};

/** One token of a strategy. */
export type TokenLine = {
  /** Ids of its audiences. */
  audiences: Array<string>;
  names: Array<string>;
  reach: number;
  score: number;
  band: string;
  /** Differs from how the others are scored: `enforced, 5 minutes, × .25`. */
  scored_as: string | null;
};

/** Two APIs that one token must not name. */
export type PairLine = {
  a: string;
  b: string;
  /** `violated` or `unknown`. */
  verdict: string;
  fails: Array<string>;
  unknown: Array<string>;
};

/** The best distribution over a number of tokens. */
export type SplitLine = {
  tokens: number;
  groups: Array<Array<string>>;
  worst_reach: number;
  worst_score: number;
  mean_reach: number;
  containment: number | null;
  obeys: boolean;
};

/** A token drawn on the estate. */
export type TokenMap = {
  strategy: string;
  token: number;
  names: Array<string>;
  score: number;
  band: string;
  reach: number;
  boundaries: number;
  map: FloodMap;
};

/** Command `cut`: the fewest steps that bring a subject to a limit. */
export type CutResult = {
  revision: number;
  as_of: string;
  subject: BlastSubject;
  name: string;
  limit: number;
  /** Where the limit comes from. */
  limit_reason: string;
  score: number;
  reach: number;
  /** `already`, `found`, `not_reachable`. */
  verdict: string;
  steps: Array<CutLine>;
  after_score: number;
  after_reach: number;
  /** `exact` or `heuristic`; null when nothing was searched. */
  search: string | null;
  text: string;
};

/** One step of a cut. */
export type CutLine = {
  /** `remove`, `narrow`, `close`. */
  kind: string;
  action: string;
  scope: string | null;
  audience: string | null;
  level: string | null;
};

/** A saved plan. */
export type WhatIfPlan = {
  name: string;
  subject: BlastSubject;
  layer: string;
  tokens: Array<TokenGroup>;
  saved_at: string | null;
  by: string | null;
  reason: string | null;
};

/** What would have to change in the source systems; nothing is changed by us. */
export type ChangeProposal = {
  /** Name for a file, without ending. */
  file_stem: string;
  markdown: string;
  /** The same as JSON text. */
  json: string;
  /** Its token profiles as a governance file; empty for credentials. */
  map: string;
};

/** Command `token_inspect`: what was given, what is wrong with it, and what may be kept of it. */
export type TokenInspection = {
  /** Revision that the tokens were compared with; null without an inventory. */
  revision: number | null;
  /** Time of inspection. */
  as_of: string;
  /** Tokens and lines that were read: inspected, refused and ignored together. */
  read: number;
  inspected: number;
  refused: number;
  /** Lines without a token. */
  ignored: number;
  /** The answer in a sentence. */
  sentence: string;
  /** Verdicts and how many tokens have each, worst first. */
  verdicts: Array<TokenCount>;
  /** Key files that were used. */
  keys: Array<TokenKeys>;
  /** Why lines were refused, the first of them. */
  refusals: Array<TokenRefusal>;
  /** The first tokens in full. */
  tokens: Array<TokenReport>;
  /** Tokens that are counted and not listed. */
  more: number;
  /** Tokens by issuer, client, audiences and scopes, most first. */
  kinds: Array<TokenKind>;
  /** Kinds that are not listed. */
  more_kinds: number;
};

export type TokenCount = {
  /** `invalid`, `not_verified`, `valid_with_findings`, `valid`; or an id of a check. */
  word: string;
  tokens: number;
};

export type TokenKeys = {
  name: string;
  sha256: string;
  keys: number;
  /** Issuer that the user says they belong to. */
  issuer: string | null;
  /** What should not be in such a file. */
  notes: Array<string>;
};

export type TokenRefusal = {
  /** Line, or place in the list, from 1. */
  place: number;
  why: string;
};

/** One token. */
export type TokenReport = {
  /** Line, or place in the list, from 1. */
  place: number;
  /** `jws`, `jwe`, `broken`, `reference`, `introspection`, `payload`. */
  form: string;
  /** `invalid`, `not_verified`, `valid_with_findings`, `valid`. */
  verdict: string;
  /** `verified`, `invalid`, or why nobody can say: `no key`, `key unknown`, … */
  signature: string;
  /** `unknown`, `not_yet`, `live`, `expired`. */
  state: string;
  /** The verdict in a sentence. */
  sentence: string;
  /** SHA-256 of the whole token, hex. */
  fingerprint: string | null;
  /** How its issuer writes tokens; empty when unknown. */
  dialect: string;
  /** A machine's own token; null when nobody can tell. */
  machine: boolean | null;
  /** Null without a client claim. */
  client: TokenParty | null;
  audiences: Array<TokenParty>;
  /** J01 to J27. */
  checks: Array<TokenCheck>;
  claims: Array<TokenClaim>;
  /** Blast radius of this token; null when its client or audiences are not in the inventory. */
  reach: TokenReach | null;
  /** Which APIs would accept it, in a sentence; empty when it names none that the inventory knows. */
  accepted: string;
  /** The same, by reason. */
  accepted_by: Array<ReplayGroup>;
};

/** A client or audience that a token names. */
export type TokenParty = {
  /** As the token says it. */
  claimed: string;
  /** Row of the inventory; null when it knows none, or several. */
  id: string | null;
  name: string;
};

export type TokenCheck = {
  /** `J01` to `J27`. */
  id: string;
  title: string;
  /** `pass`, `fail`, `warn`, `info`, `not_applicable`, `unverifiable`. */
  verdict: string;
  /** `critical`, `high`, `medium`, `low`, `info`; null when there is nothing to mind. */
  severity: string | null;
  /** What was seen. */
  seen: Array<string>;
  why: string;
  /** What to do. */
  remedy: string;
  /** Standard and section. */
  source: string;
};

export type TokenClaim = {
  /** `header` or `payload`. */
  part: string;
  name: string;
  meaning: string;
  /** Its value, or what is held back. */
  value: string;
  held_back: boolean;
};

export type TokenReach = {
  /** 0 to 100. */
  score: number;
  reach_units: number;
  audiences: number;
  data_classes: number;
  privilege: string;
  /** The client as a whole, to compare with. */
  client_score: number;
  client: BlastSubject;
  notes: Array<string>;
};

/** Tokens of one issuer, client, audiences and scopes. */
export type TokenKind = {
  issuer: string | null;
  client: TokenParty | null;
  audiences: Array<TokenParty>;
  scopes: Array<string>;
  /** `bearer`, or the kinds of `cnf`. */
  binding: string;
  machine: boolean | null;
  invalid: boolean;
  tokens: number;
  verified: number;
  /** Shortest, middle and longest, seconds; null when none says it. */
  lifetimes: [number, number, number] | null;
  /** Failed checks and in how many tokens. */
  failures: Array<TokenCount>;
  /** What can be kept; null with the reason in `why_not`. */
  profile: TokenProposal | null;
  /** Why nothing can be kept; empty when something can. */
  why_not: string;
};

/** A token profile that was read from tokens and waits to be confirmed: `set` with this field and value states it. */
export type TokenProposal = {
  /** Public id of the client. */
  client: string;
  /** Name to begin with. */
  name: string;
  /** Value of the statement. */
  value: string;
  /** Everything that would be kept, line by line. */
  kept: Array<string>;
};

/** What a difference between two revisions means for people (ux.md 7): the words that drift is told in. */
export type DriftWord = "consent_widened" | "read_became_write" | "new_third_party" | "owner_vanished" | "secret_added_old_kept" | "expiry_pushed" | "own_scope_lost";

/** What one column becomes. */
export type MappedColumn = {
  /** Header text. */
  column: string;
  /** Our field, or null = not stored. */
  field: string | null;
  /** 0..1 for a guess, 1 for a saved choice. */
  confidence: number;
  /** Up to three sample values, secrets masked; not saved. */
  samples: Array<string>;
};

/** A mapping profile. */
export type Mapping = {
  /** Name of the profile. */
  name: string;
  /** What a row is: `clients`, `credentials`, `grants`, `audiences`, `owners`, `vendors`, `reach_edges`. */
  rows: string;
  /** Source system whose entities the rows describe: `generic`, `entra`, `keycloak`, `okta`, `auth0`, `aws`, `google`. */
  source: string;
  /** Source instance that the rows belong to; empty = the source's only instance. */
  source_name: string;
  /** Order of ambiguous dates: `ymd`, `dmy`, `mdy`; `ask` = a person must choose before the file can be read. */
  dates: string;
  /** Columns in file order. */
  columns: Array<MappedColumn>;
};

/** Something to tell about a file or record. */
export type Problem = {
  /** Stable code such as `BH-IMP-014`. */
  code: string;
  /** `warning` (we went on), `rejected` (this record is not stored), `refused` (the whole file is not stored). */
  severity: ProblemSeverity;
  /** Record number in the file from 1; 0 = the file as a whole. */
  record: number;
  /** Byte offset, line or column text, if known. */
  position: string | null;
  /** One sentence, imported text already cut and cleaned. */
  message: string;
};

/** How bad a problem is. */
export type ProblemSeverity = "warning" | "rejected" | "refused";

/** The four parts of an error. */
export type Told = {
  /** Stable code such as `BH-INV-003`. */
  code: string;
  /** Refusal, failure or cancelled. */
  trouble: Trouble;
  /** What failed. */
  what: string;
  /** What it means for the data. */
  meaning: string;
  /** What to do. */
  remedy: string;
  /** Details for support; never a secret. */
  details: string;
};

/** What kind of trouble it is; the window and the exit code differ by it. */
export type Trouble = "refusal" | "failure" | "cancelled";
