//! Imports: chosen files, check, result.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::frame::Link;

use crate::importers::mapping::Mapping;
use crate::model::facts::Problem;

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
