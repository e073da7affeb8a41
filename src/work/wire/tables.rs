//! Tables: columns, windows of rows, facets.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

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
