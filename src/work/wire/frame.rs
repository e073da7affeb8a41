//! The frame around all pages: status, jobs, figures, links.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::blast::BlastSubject;

use crate::error::Told;

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
