//! Mapping profiles: what the columns of a generic CSV become. A small file, saved and reused; columns are guessed, never silently.

use serde::{Deserialize, Serialize};

/// A mapping profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Mapping {
    /// Name of the profile.
    pub name: String,
    /// What a row is: `clients`, `credentials`, `grants`, `audiences`, `owners`, `vendors`, `reach_edges`.
    pub rows: String,
    /// Source instance that the rows belong to.
    pub source_name: String,
    /// Order of ambiguous dates: `ymd`, `dmy`, `mdy`.
    pub dates: String,
    /// Columns in file order.
    pub columns: Vec<MappedColumn>,
}

/// What one column becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct MappedColumn {
    /// Header text.
    pub column: String,
    /// Our field, or null = not stored.
    pub field: Option<String>,
    /// 0..1 for a guess, 1 for a saved choice.
    #[serde(default)]
    pub confidence: f64,
    /// Up to three sample values, secrets masked; not saved.
    #[serde(default)]
    pub samples: Vec<String>,
}
