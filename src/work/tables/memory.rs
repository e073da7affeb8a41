//! A small table whose cells are already computed: the log, imports, files, problems, packs, drift.

use crate::work::cell::Cell;
use crate::work::table::Table;
use crate::work::wire::TableInfo;

/// Rows with ids, in the order of the info's columns.
pub struct MemoryTable {
    /// Columns.
    pub info: TableInfo,
    /// Id and cells of each row.
    pub rows: Vec<(String, Vec<Cell<'static>>)>,
}

impl Table for MemoryTable {
    fn info(&self) -> &TableInfo {
        &self.info
    }
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn id(&self, row: usize) -> String {
        self.rows[row].0.clone()
    }
    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        self.rows[row].1.get(column).cloned().unwrap_or(Cell::Unknown)
    }
}
