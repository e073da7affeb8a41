//! What differs between two revisions.

use std::collections::BTreeMap;

use anyhow::Result;

use super::Store;
use super::cells::{Cells, Value, push_value};
use super::read::{Which, scan, values};
use super::table::{self, PROVENANCE, StoredRow, Table};
use crate::model::id::EntityId;

/// How a thing differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Only in the later revision.
    Added,
    /// Only in the earlier revision, or kept in view by a reference alone.
    Removed,
    /// In both, with other content.
    Changed,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftLine {
    /// Table: `clients`, `grants`, ...
    pub table: &'static str,
    /// How it differs.
    pub difference: Difference,
    /// The entity that it is or belongs to: a grant's client, an ownership's subject.
    pub entity: EntityId,
    /// The identifying cells: entity id; (client, scope, mode, principal) of a grant; (subject, owner, role); ...
    pub key: Vec<Value>,
    /// Columns with other content, of a changed one.
    pub columns: Vec<&'static str>,
    /// All cells in the earlier revision, in the order of the table's columns; empty when added.
    pub before: Vec<Value>,
    /// All cells in the later revision; empty when removed.
    pub after: Vec<Value>,
}

impl DriftLine {
    /// The row of the earlier revision; `None` when it was not there, or is a row of another table.
    pub fn row_before<R: StoredRow>(&self) -> Option<R> {
        self.row(&self.before)
    }

    /// The row of the later revision; `None` when it is not there, or is a row of another table.
    pub fn row_after<R: StoredRow>(&self) -> Option<R> {
        self.row(&self.after)
    }

    /// The text that stood in a column of the earlier revision.
    pub fn text_before(&self, column: &str) -> Option<&str> {
        let table = table::ALL.iter().find(|table| table.name == self.table)?;
        match self.before.get(table.column(column)?) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn row<R: StoredRow>(&self, values: &[Value]) -> Option<R> {
        if self.table != R::TABLE.name || values.len() != R::TABLE.columns.len() {
            return None;
        }
        let mut bytes = Vec::new();
        for (column, value) in R::TABLE.columns.iter().zip(values) {
            push_value(&mut bytes, column.kind, value);
        }
        R::get(&mut Cells::new(&bytes)).ok()
    }
}

/// What differs from one revision to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Earlier revision.
    pub from: i64,
    /// Later revision.
    pub to: i64,
    /// Lines by table, then key. Tables of imports and keys are left out.
    pub lines: Vec<DriftLine>,
}

/// Columns whose content differs for people, by name.
pub(crate) fn changed_columns(table: &Table, before: &[Value], after: &[Value]) -> Vec<&'static str> {
    table
        .columns
        .iter()
        .zip(before.iter().zip(after))
        .filter(|(column, (a, b))| a != b && !PROVENANCE.contains(&column.name))
        .map(|(column, _)| column.name)
        .collect()
}

/// Lists that hold a row; `None` in a table whose rows no list holds.
fn held_by(table: &Table, row: &[Value]) -> Option<i64> {
    match row.get(table.column("held_by")?) {
        Some(Value::Int(bits)) => Some(*bits),
        _ => None,
    }
}

impl Store {
    /// What differs between two revisions; `from` may be 0 for an empty inventory. Where a row comes from and which
    /// lists hold it is no difference.
    ///
    /// # Errors
    /// No such revision, or the file cannot be read.
    pub async fn drift(&self, from: i64, to: i64) -> Result<Drift> {
        let (from, to) = (from.min(to), from.max(to));
        self.entry(to).await?;
        let mut connection = self.reader().await?;
        let mut lines = Vec::new();
        for table in table::ALL.iter().filter(|table| table.versioned) {
            let mut found: BTreeMap<Vec<Value>, (Vec<Value>, Vec<Value>)> = BTreeMap::new();
            scan(&mut connection, table, Which::TouchedAfter(from), |row, cells| {
                let values = values(table, cells)?;
                let visible = |at: i64| row.since <= at && row.until.is_none_or(|until| until > at);
                let (before, after) = (visible(from), visible(to));
                if before != after {
                    let key = table.key.iter().filter_map(|&at| values.get(at).cloned()).collect();
                    let entry = found.entry(key).or_default();
                    if before {
                        entry.0 = values;
                    } else {
                        entry.1 = values;
                    }
                }
                Ok(())
            })
            .await?;
            for (key, (before, after)) in found {
                let (difference, columns) = match (before.is_empty(), after.is_empty()) {
                    (true, _) => (Difference::Added, Vec::new()),
                    (_, true) => (Difference::Removed, Vec::new()),
                    // No list holds it any more; only a reference keeps it in view.
                    _ if held_by(table, &before) != Some(0) && held_by(table, &after) == Some(0) => (Difference::Removed, Vec::new()),
                    _ => (Difference::Changed, changed_columns(table, &before, &after)),
                };
                // A row that a reference kept in view was told as removed when its last list let it go.
                let was_gone = difference == Difference::Removed && held_by(table, &before) == Some(0);
                if was_gone || (difference == Difference::Changed && columns.is_empty()) {
                    continue;
                }
                let row = if after.is_empty() { &before } else { &after };
                let entity = table.refs.first().and_then(|&at| row.get(at)).map_or(EntityId::NONE, table::entity);
                lines.push(DriftLine { table: table.name, difference, entity, key, columns, before, after });
            }
        }
        self.give_back(connection);
        Ok(Drift { from, to, lines })
    }
}
