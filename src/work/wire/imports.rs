//! Imports: chosen files, check, result.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::frame::Link;

use crate::importers::mapping::Mapping;
use crate::model::facts::{Problem, ProblemSeverity};
use crate::model::kinds::DriftWord;

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

/// Command `import_check {handles, source?, instance?, completeness?, mappings?, expected?}` -> job; result of it. The same
/// shape is `import --check`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ImportCheck {
    pub files: Vec<CheckedFile>,
    pub can_import: bool,
    /// What a person expects, beside what was found.
    pub expected: Vec<ExpectedCount>,
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
    /// Imported earlier: revision and day.
    pub already: Option<String>,
    /// The last import of this source: revision, day, files, records.
    pub previous: Option<String>,
    /// Tables only: what the columns become.
    pub mapping: Option<Mapping>,
    /// True when the mapping is a guess that nobody confirmed; an import needs a confirmed one.
    pub guessed: bool,
    /// Records; those that stand twice in the set are found when it is imported, so `merged` is 0.
    #[serde(flatten)]
    pub equation: Equation,
    #[ts(type = "number")]
    pub secrets_dropped: u64,
    /// What would be stored, by kind of row.
    pub becomes: Vec<KindCount>,
    pub lists: Vec<CheckedList>,
    /// What would not be stored, in sentences.
    pub not_stored: Vec<String>,
    /// Problems by kind, the worst first.
    pub problems: Vec<ProblemKind>,
}

/// Statements of one kind.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct KindCount {
    pub kind: String,
    #[ts(type = "number")]
    pub count: u64,
}

/// A list of the source in one file.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CheckedList {
    pub list: String,
    #[ts(type = "number")]
    pub records: u64,
    pub completeness: String,
    pub reason: String,
    /// Why it looks cut at the end of a page, if it does.
    pub page_cap: Option<String>,
}

/// Problems of one kind in one file.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ProblemKind {
    pub severity: ProblemSeverity,
    pub code: String,
    #[ts(type = "number")]
    pub count: u64,
    /// The first of them.
    pub example: Problem,
}

/// A count that a person expects, beside the one that was found.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ExpectedCount {
    /// Word of a list, or `records`.
    pub list: String,
    #[ts(type = "number")]
    pub expected: u64,
    #[ts(type = "number")]
    pub found: u64,
    pub holds: bool,
    pub told: String,
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
    /// What the changes mean; null while nobody looked.
    pub drift: Option<DriftWords>,
}

/// Changes of one revision in words that matter (ux.md 7).
#[derive(Debug, Clone, Default, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DriftWords {
    /// Revision that it was compared with; null when there was none.
    #[ts(type = "number | null")]
    pub compared_with: Option<i64>,
    /// Words that occurred, in the order of their weight.
    pub words: Vec<DriftLineOfWord>,
    /// Added rows that say nothing about a change, because their list was imported for the first time.
    pub first_seen: u32,
    /// One sentence that says what was compared, or why nothing was.
    pub note: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DriftLineOfWord {
    pub word: DriftWord,
    pub title: String,
    pub count: u32,
    /// Rows behind the count.
    pub link: Link,
    /// The first of them.
    pub examples: Vec<DriftExample>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DriftExample {
    pub text: String,
    pub link: Option<Link>,
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
