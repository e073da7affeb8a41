//! The detail panel of one row.

use serde::Serialize;
use ts_rs::TS;

use super::blast::BlastSubject;
use super::frame::Link;
use super::tables::ColumnKind;

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
