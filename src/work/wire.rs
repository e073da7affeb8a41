//! Wire shapes: requests and answers of the one `rpc` door and of `--json`, as the window sees them; `cargo xtask gen` turns them into `ui/src/api/gen.ts`.
//!
//! Ids are strings, counts are numbers that fit, unknown is null. Every answer that shows data names its revision and as-of time.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::error::Told;
use crate::importers::mapping::Mapping;
use crate::model::facts::Problem;

/// State of the frame: which inventory, which revision, what runs. Command `status`, no arguments.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "the names are the documentation of this wire shape")]
pub struct Status {
    /// `none` = no inventory is open (first run), `user`, `demo`.
    pub inventory: InventoryKind,
    pub inventory_name: String,
    /// Folder and file for people; null when none is open.
    pub inventory_path: Option<String>,
    #[ts(type = "number")]
    pub revision: i64,
    #[ts(type = "number")]
    pub head: i64,
    /// ISO 8601 UTC; null with no import yet.
    pub as_of: Option<String>,
    /// True when nobody stated the export time.
    pub as_of_assumed: bool,
    pub read_only: bool,
    /// Rows per table for the frame and the tabs: table name, count.
    pub counts: Vec<(String, u32)>,
    /// Newest first, at most 200.
    pub revisions: Vec<RevisionLine>,
    pub jobs: Vec<Job>,
    /// `verified to N`, or what is broken.
    pub log_verdict: Option<String>,
    /// What the last start rolled back, if anything.
    pub recovered: Option<String>,
    pub actor: String,
    pub version: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "words of the wire")]
pub enum InventoryKind {
    None,
    User,
    Demo,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct RevisionLine {
    #[ts(type = "number")]
    pub number: i64,
    pub at: String,
    pub as_of: Option<String>,
    /// create, import, assert, undo, seal
    pub action: String,
    /// One line for people.
    pub title: String,
    pub can_undo: bool,
}

/// A long task. Command `job {id}`; `job_cancel {id}`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Job {
    pub id: String,
    /// `import`, `pack`, `verify`, `demo`.
    pub kind: String,
    pub title: String,
    pub phase: String,
    pub phase_number: u32,
    pub phases: u32,
    #[ts(type = "number")]
    pub done: u64,
    #[ts(type = "number | null")]
    pub total: Option<u64>,
    #[ts(type = "number")]
    pub rows: u64,
    /// `running`, `cancelling`, `done`, `cancelled`, `failed`.
    pub state: String,
    pub error: Option<Told>,
    /// Answer of the finished job: ImportResult, PackResult, VerifyResult.
    #[ts(type = "unknown")]
    pub result: Option<Value>,
}

/// A column of a table. Command `tables` -> TableInfo[].
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ColumnInfo {
    /// Field name used in `--filter`, `--sort`, CSV and JSON.
    pub field: String,
    pub title: String,
    pub kind: ColumnKind,
    /// Shown without being asked for.
    pub default: bool,
    /// Width in pixels at 100 %.
    pub width: u32,
    /// Values for a facet (closed lists only), in order.
    pub choices: Vec<String>,
    pub help: String,
}

/// How a cell is drawn and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "words of the wire")]
pub enum ColumnKind {
    /// Name that opens the row's panel; drawn 500.
    Name,
    Text,
    /// Monospace, cut in the middle.
    Id,
    Number,
    /// Number whose cell is `{count, table, filter}` and opens rows.
    Count,
    /// Score 0-100 with one decimal; drawn `73 / 100`.
    Score,
    /// Reach units, four decimals.
    Units,
    /// ISO time; drawn `20 Nov 2026`.
    Time,
    /// Whole days.
    Days,
    /// One of `choices`.
    Word,
    /// Privilege with its letter.
    Privilege,
    /// true, false, null.
    Bool,
}

/// A table of the grid. `name`: clients credentials audiences scopes grants principals owners vendors imports files problems
/// units rotations third_parties drift log packs.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TableInfo {
    pub name: String,
    pub title: String,
    /// Singular word for one row.
    pub row_word: String,
    pub columns: Vec<ColumnInfo>,
    /// e.g. `-blast_score` ; sorts end with the row id.
    pub default_sort: String,
    /// Filter text that is applied at first and shown as chips, e.g. `-holder:platform`.
    pub default_filter: String,
}

/// Command `rows`: a window of a table. Answer [`Rows`].
#[derive(Debug, Clone, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct RowsRequest {
    pub table: String,
    #[serde(default)]
    pub filter: String,
    /// `field` or `-field`, comma-separated, at most three.
    #[serde(default)]
    pub sort: String,
    /// Fields; empty = the default columns.
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// A window of rows.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Rows {
    #[ts(type = "number")]
    pub revision: i64,
    /// Rows of the filter.
    pub total: u32,
    /// Rows of the table without filter.
    pub population: u32,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    /// Set when the filter text has a fault; the rows are then those of no filter.
    pub filter_error: Option<FilterError>,
}

/// One row: `id` names it for the panel and for selection.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Row {
    pub id: String,
    /// null = unknown; string, number, bool, or for Count `{n, table, filter}`.
    #[ts(type = "Cell[]")]
    pub cells: Vec<Value>,
}

/// A fault in a filter text.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct FilterError {
    pub message: String,
    pub at: u32,
    pub nearest: Option<String>,
}

/// Command `facets {table, filter}` -> Facet[].
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Facet {
    pub field: String,
    pub title: String,
    /// Value (null = unknown), count; top 20, the rest in `others`.
    pub values: Vec<(Option<String>, u32)>,
    pub others: u32,
}

/// Command `panel {table, id}`: everything about one row.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Panel {
    /// `client`, `credential`, ...
    pub kind: String,
    pub id: String,
    pub title: String,
    pub subtitle: String,
    /// Facts in order, grouped.
    pub sections: Vec<PanelSection>,
    /// Blast subject, if the row can be a unit: pass to `blast`.
    pub blast_subject: Option<BlastSubject>,
    /// Fields that `set` accepts for it: field, current value, choices.
    pub editable: Vec<EditableField>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PanelSection {
    pub title: String,
    pub note: String,
    pub facts: Vec<PanelFact>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PanelFact {
    pub label: String,
    /// Text to show; null = unknown.
    pub value: Option<String>,
    pub kind: ColumnKind,
    /// observed, asserted, derived, unknown or empty.
    pub mark: String,
    /// Opens these rows, if set.
    pub link: Option<Link>,
    /// e.g. `realm-demo.json, record 212, revision 38`.
    pub source: Option<String>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct EditableField {
    pub field: String,
    pub title: String,
    pub value: Option<String>,
    /// Empty = free text.
    pub choices: Vec<String>,
    pub help: String,
}

/// Rows behind a number.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Link {
    pub table: String,
    pub filter: String,
    /// Row to open the panel of, if the link is to one object.
    pub id: Option<String>,
}

/// A figure with population, unknowns and the rows behind it.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Figure {
    pub label: String,
    /// Already formatted for reading, e.g. `38` or `100`.
    pub value: String,
    /// `of 412`, `/ 100`.
    pub population: String,
    pub note: String,
    pub unknown: String,
    /// `+ 4`, with the word better, worse or no change; empty without an earlier revision.
    pub change: String,
    pub link: Option<Link>,
}

/// Command `overview`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Overview {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub figures: Vec<Figure>,
    pub do_next: Vec<DoNext>,
    pub data_health: Vec<DataHealth>,
    pub unknowns: Vec<UnknownLine>,
    /// Score percentiles of clients at earlier revisions (10, 50, 90, max), oldest first.
    pub trend: Vec<TrendPoint>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DoNext {
    pub action: String,
    pub at: String,
    pub touches: String,
    /// Reach units removed, full recomputation without it.
    pub reach_removed: f64,
    pub owner: Option<String>,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DataHealth {
    pub source: String,
    pub completeness: String,
    pub age_days: Option<i32>,
    pub read: u32,
    pub rejected: u32,
    pub note: String,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct UnknownLine {
    pub fact: String,
    pub unknown: u32,
    pub population: u32,
    pub counted_as: String,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TrendPoint {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: String,
    /// 10 %, 50 %, 90 %, maximum.
    pub scores: [f64; 4],
}

/// What to take the blast radius of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BlastSubject {
    /// `client`, `credential`, `vendor`.
    pub unit: String,
    /// Public id.
    pub id: String,
}

/// Command `blast {subject}`: everything the page shows for one unit.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Blast {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub subject: BlastSubject,
    pub name: String,
    /// The same subject as other units: unit, id, name, score.
    pub siblings: Vec<BlastSibling>,
    pub figures: Vec<Figure>,
    pub audiences: Vec<ReachedAudience>,
    pub data_classes: Vec<ReachedClass>,
    pub functions: Vec<ReachedFunction>,
    pub map: FloodMap,
    pub explanation: ExplanationView,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BlastSibling {
    pub subject: BlastSubject,
    pub name: String,
    pub score: Option<f64>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReachedAudience {
    pub id: String,
    pub name: String,
    pub boundary: String,
    pub privilege: String,
    pub steps: u32,
    pub share: f64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReachedClass {
    pub name: String,
    pub sensitivity: Option<String>,
    pub audiences: u32,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReachedFunction {
    pub name: String,
    pub impact: Option<String>,
    pub privilege: String,
}

/// The estate as a ship's plan, in a field of 1600 x 900 (DESIGN.md, flood map). Command `flood_map` (no subject) gives a dry one.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct FloodMap {
    pub compartments: Vec<Compartment>,
    pub audiences: u32,
    /// Cells raised to the smallest weight that can be drawn.
    pub raised: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Compartment {
    pub name: String,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Audiences in it; more than `cells` when the map is folded to boundaries.
    pub audiences: u32,
    pub reached: u32,
    pub gateway_only: u32,
    pub cells: Vec<MapCell>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct MapCell {
    /// Audience id; opens its panel in table `audiences`.
    pub id: String,
    pub name: String,
    /// Highest data class by sensitivity, for the second line; null = unknown.
    pub sensitivity: Option<String>,
    /// Fractions 0..1 of the compartment less its head.
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// `none` = dry, else basic .. escalate.
    pub privilege: String,
    /// Steps of the shortest winning path; 0 when dry.
    pub steps: u32,
    pub gateway_only: bool,
    /// Load of its atoms, 0..n.
    pub load: f64,
}

/// "Why 73?" (ux.md 6.4, domain.md 3.6), ready to read; all numbers were computed by the score's own code.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ExplanationView {
    pub blast_score: f64,
    pub reach_score: f64,
    pub reach_units: f64,
    pub gateway_only_score: Option<f64>,
    pub band: String,
    pub shares: Vec<ShareLine>,
    /// More atoms than listed.
    pub more_shares: u32,
    pub load: f64,
    pub factors: Vec<FactorLine>,
    pub changes: Vec<ChangeLine>,
    pub unknowns: Vec<String>,
    /// Share of the score that rests on assumptions, per cent.
    pub assumed_percent: f64,
    pub paths: Vec<PathLine>,
    pub weights: String,
    /// The same as plain text.
    pub text: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ShareLine {
    pub audience: String,
    pub data_class: String,
    pub basis: String,
    pub load: f64,
    pub share: f64,
    pub steps: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct FactorLine {
    pub name: String,
    pub fact: String,
    pub factor: Option<f64>,
    pub running: f64,
    pub assumed: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ChangeLine {
    pub action: String,
    pub detail: String,
    pub new_score: f64,
    pub difference: f64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PathLine {
    pub target: String,
    pub steps: Vec<PathStep>,
    pub weight_per_mille: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PathStep {
    pub from: String,
    pub to: String,
    /// R1.. mode
    pub mode: String,
    /// What the edge means in words.
    pub meaning: String,
    /// observed, declared, ...
    pub evidence: String,
    /// File and record.
    pub source: Option<String>,
}

/// Command `search_subjects {text}` -> SubjectHit[] (at most 50): for the subject picker and the palette.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SubjectHit {
    pub table: String,
    pub id: String,
    pub name: String,
    pub kind: String,
    pub source: String,
    pub subject: Option<BlastSubject>,
}

/// Command `rotations`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Rotations {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub figures: Vec<Figure>,
    /// Buckets of D44 with counts by status group.
    pub ageing: Vec<AgeBucket>,
    /// Twelve months from the as-of month: month `2026-11`, due count.
    pub due_calendar: Vec<DueMonth>,
    pub policy: Vec<SlaLine>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct AgeBucket {
    pub label: String,
    pub in_time: u32,
    pub late: u32,
    pub unknown: u32,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DueMonth {
    pub month: String,
    pub due: u32,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SlaLine {
    pub kind: String,
    pub max_age_days: Option<u32>,
    pub grace_days: u32,
    pub warn_days: u32,
    pub note: String,
}

/// Command `third_parties`: impact x exposure grid; rows come from table `third_parties`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ThirdParties {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub figures: Vec<Figure>,
    /// Row labels top (most impact) to bottom.
    pub impacts: Vec<String>,
    /// Column labels left to right (most exposed last).
    pub exposures: Vec<String>,
    pub cells: Vec<GridCell>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct GridCell {
    pub row: u32,
    pub column: u32,
    pub count: u32,
    pub link: Link,
}

/// Command `pick_files` (native dialog, host only) and drops give handles, never free paths.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PickedFile {
    pub handle: String,
    pub name: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub folder: bool,
}

/// Command `import_check {handles, source?, instance?, completeness?, mapping?}` -> job; result of it. The same shape is `import --check`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ImportCheck {
    pub files: Vec<CheckedFile>,
    pub can_import: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CheckedFile {
    pub name: String,
    pub sha256: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub encoding: String,
    pub container: String,
    /// Importer, or null when not recognised.
    pub source: Option<String>,
    pub reason: String,
    /// Imported earlier: revision and time.
    pub already: Option<String>,
    /// CSV only: what the columns become.
    pub mapping: Option<Mapping>,
    pub problems: Vec<Problem>,
}

/// Result of an import job; also the JSON of `import`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ImportResult {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    /// False when nothing changed: no row was written.
    pub changed: bool,
    pub files: Vec<ImportedFile>,
    pub totals: Equation,
    /// kind -> added, removed, changed.
    pub changes: Vec<KindChange>,
    pub orphans: u32,
    pub milliseconds: u32,
}

/// read = accepted + merged + rejected + ignored, always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Equation {
    #[ts(type = "number")]
    pub read: u64,
    #[ts(type = "number")]
    pub accepted: u64,
    #[ts(type = "number")]
    pub merged: u64,
    #[ts(type = "number")]
    pub rejected: u64,
    #[ts(type = "number")]
    pub ignored: u64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ImportedFile {
    pub name: String,
    pub sha256: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub source: Option<String>,
    pub instance: Option<String>,
    pub completeness: String,
    #[serde(flatten)]
    pub equation: Equation,
    #[ts(type = "number")]
    pub secrets_dropped: u64,
    pub warnings: Vec<Problem>,
    /// More problems than listed.
    pub more_warnings: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct KindChange {
    pub kind: String,
    pub added: u32,
    pub removed: u32,
    pub changed: u32,
    pub link: Option<Link>,
}

/// Command `keys`: the signing key beside the inventory.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SigningKey {
    pub exists: bool,
    pub fingerprint: Option<String>,
    pub public_pem: Option<String>,
    pub path: Option<String>,
}

/// Command `pack_preflight`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Preflight {
    pub revision: u32,
    pub as_of: Option<String>,
    pub lines: Vec<PreflightLine>,
    pub can_build: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PreflightLine {
    /// pass, warn, stop
    pub verdict: String,
    pub check: String,
    pub detail: String,
    pub link: Option<Link>,
}

/// Result of `pack_build {profile, passphrase?}` (job; the save dialog is the host's).
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PackResult {
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub sha256: String,
    pub files: u32,
    pub signed: bool,
    pub signer: Option<String>,
    #[ts(type = "number")]
    pub revision: i64,
}

/// Result of `pack_verify {handle}` (job) and of `pack verify --json`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct VerifyResult {
    /// `intact and signed`, `intact, unsigned`, `damaged`.
    pub verdict: String,
    pub ok: bool,
    pub path: String,
    pub signer: Option<String>,
    pub checks: Vec<PreflightLine>,
    /// What a pass proves and what it does not.
    pub proves: Vec<String>,
}

/// Command `log_verify`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct LogVerdict {
    pub ok: bool,
    #[ts(type = "number")]
    pub entries: i64,
    pub head_hash: String,
    /// First broken entry and how.
    #[ts(type = "number | null")]
    pub first_broken: Option<i64>,
    pub faults: Vec<String>,
    /// What this cannot find.
    pub limits: Vec<String>,
}

/// Command `settings`; `settings_set {field, value, reason}` where field is `theme`, `actor_name`, `sla:<kind>`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Settings {
    /// system, light, dark, high_contrast
    pub theme: String,
    pub actor_name: String,
    pub sla: Vec<SlaLine>,
    pub boundaries: Vec<String>,
    pub classes: Vec<(String, String)>,
    pub weights: String,
    pub permission_classes: String,
}

/// Command `set {table, id, field, value, reason}`: an assertion; answers the new revision.
#[derive(Debug, Clone, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SetRequest {
    pub table: String,
    pub id: String,
    pub field: String,
    pub value: String,
    pub reason: String,
}
