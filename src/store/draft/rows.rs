//! Rows of one table of a draft: taken cell by cell, hashed, and made into statements of many rows.
//!
//! Knows the declaration of its table and the next entity id; knows no connection.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use sqlx::Arguments;
use sqlx::sqlite::SqliteArguments;
use tokio::sync::{mpsc, oneshot};

use super::super::cells::{CellKind, Value, push_int, push_text};
use super::super::table::Table;
use super::writing::{Job, Sql};

/// Most values of one statement, which makes some 300 to 1,400 rows. Measured for 1,000,000 grants: 1 row 36 s, 64 rows 1.4 s, 512
/// rows 0.77 s, 2,048 rows 0.69 s; the same through `json_each` with 10,000 rows 2.4 s. SQLite takes 32,766, but keeps room for each
/// value of each prepared statement: 27,000 cost an import of 1,000,000 grants 25 MB more.
const STATEMENT_VALUES: usize = 7_000;

/// The rows of one table that wait for their statement.
pub(super) struct TableDraft {
    pub(super) next: i64,
    /// Columns that hold entity ids, as bits, and those of them where 0 means none.
    refs: u32,
    optional: u32,
    pub(super) hasher: Option<Sha256>,
    bytes: Vec<u8>,
    arguments: SqliteArguments,
    pending: usize,
    pub(super) closing: Vec<i64>,
    pub(super) closed: bool,
    pub(super) inserted: u64,
    sql: Option<Sql>,
}

impl TableDraft {
    pub(super) fn new(next: i64, table: &Table) -> Self {
        let refs = table.refs.iter().fold(0, |bits, at| bits | (1 << at));
        // The principal of a grant is 0 for none, because a null would not take part in uniqueness.
        let optional = if table.name == "grants" { 1 << 3 } else { 0 };
        Self {
            next,
            refs,
            optional,
            hasher: None,
            bytes: Vec::new(),
            arguments: SqliteArguments::default(),
            pending: 0,
            closing: Vec::new(),
            closed: false,
            inserted: 0,
            sql: None,
        }
    }
}

impl TableDraft {
    /// Takes one row; answers its id and whether there are enough rows for a statement.
    pub(super) fn put(&mut self, table: &Table, number: i64, entities: i64, cells: impl FnOnce(&mut RowWriter<'_>)) -> Result<(i64, bool)> {
        let id = self.next;
        self.next += 1;
        self.inserted += 1;
        push_int(&mut self.bytes, Some(id));
        push_int(&mut self.bytes, Some(number));
        let (refs, optional) = (self.refs, self.optional);
        let mut writer =
            RowWriter { arguments: &mut self.arguments, bytes: &mut self.bytes, column: 1, refs, optional, entities, dangling: None };
        cells(&mut writer);
        let dangling = writer.dangling;
        ensure!(dangling.is_none(), "row {id} of {} names the entity {dangling:?}, which is not there", table.name);
        self.bytes.push(b'\n');
        self.pending += 1;
        Ok((id, self.pending == statement_rows(table)))
    }

    /// The statement that writes the rows taken so far, if there are any.
    pub(super) fn pending_rows(&mut self, table: &Table, number: i64) -> Option<Job> {
        if self.pending == 0 {
            return None;
        }
        let rows = std::mem::take(&mut self.pending);
        // The next statement will have as many arguments.
        let mut next = SqliteArguments::default();
        next.reserve(self.arguments.len(), 0);
        let arguments = std::mem::replace(&mut self.arguments, next);
        self.hasher.get_or_insert_with(Sha256::new).update(&self.bytes);
        self.bytes.clear();
        let whole = rows == statement_rows(table);
        let sql = match &self.sql {
            Some(sql) if whole => Arc::clone(sql),
            _ => {
                let sql: Sql = insert_sql(table, number, rows).into();
                if whole {
                    self.sql = Some(Arc::clone(&sql));
                }
                sql
            }
        };
        Some(Job::Insert { sql, arguments, rows, whole, last: self.next - 1 })
    }
}

/// What a part of a draft says when its writer is gone; [`super::Draft::sync`] tells why.
const ENDED: &str = "the writing task ended early";

/// A table of a draft in other hands ([`super::Draft::lend`]).
pub struct LentTable {
    pub(super) table: &'static Table,
    pub(super) number: i64,
    pub(super) entities: i64,
    pub(super) draft: TableDraft,
    pub(super) jobs: mpsc::Sender<Job>,
}

impl LentTable {
    /// Writes a row, as [`super::Draft::insert_with`]. Waits while the writer is busy, so not on a thread that runs tasks.
    ///
    /// # Errors
    /// The writer stopped; the draft knows why.
    pub fn insert_with(&mut self, cells: impl FnOnce(&mut RowWriter<'_>)) -> Result<()> {
        let (_, full) = self.draft.put(self.table, self.number, self.entities, cells)?;
        if full && let Some(job) = self.draft.pending_rows(self.table, self.number) {
            self.jobs.blocking_send(job).ok().context(ENDED)?;
        }
        Ok(())
    }

    /// Writes a row given as values, as [`super::Draft::insert`].
    ///
    /// # Errors
    /// The writer stopped; the draft knows why.
    pub async fn insert(&mut self, values: &[Value]) -> Result<i64> {
        let (id, full) = self.draft.put(self.table, self.number, self.entities, |row| row.values(self.table, values))?;
        if full && let Some(job) = self.draft.pending_rows(self.table, self.number) {
            self.jobs.send(job).await.ok().context(ENDED)?;
        }
        Ok(id)
    }

    /// Row id that the next row gets.
    pub const fn next_id(&self) -> i64 {
        self.draft.next
    }

    /// Writes everything that is buffered and waits until others can read it.
    ///
    /// # Errors
    /// The writer stopped; the draft knows why.
    pub async fn sync(&mut self) -> Result<()> {
        if let Some(job) = self.draft.pending_rows(self.table, self.number) {
            self.jobs.send(job).await.ok().context(ENDED)?;
        }
        let (reply, done) = oneshot::channel();
        self.jobs.send(Job::Barrier(reply)).await.ok().context(ENDED)?;
        done.await.ok().context(ENDED)
    }
}

/// Takes the cells of one row in the order of the table's columns.
pub struct RowWriter<'a> {
    arguments: &'a mut SqliteArguments,
    bytes: &'a mut Vec<u8>,
    /// Bit of the next column.
    column: u32,
    refs: u32,
    optional: u32,
    /// Id that the next entity will get: ids below it are there.
    entities: i64,
    /// An id in the row that no entity has.
    dangling: Option<i64>,
}

impl RowWriter<'_> {
    /// Next cell: an integer.
    pub fn int(&mut self, value: Option<i64>) {
        push_int(self.bytes, value);
        if self.refs & self.column != 0
            && let Some(id) = value
            && !(1..self.entities).contains(&id)
            && !(id == 0 && self.optional & self.column != 0)
        {
            self.dangling = Some(id);
        }
        self.column <<= 1;
        // Encoding an integer or a null cannot fail; a failure would show as a wrong number of arguments.
        let _ = self.arguments.add(value);
    }
    /// All cells, given as values.
    pub(super) fn values(&mut self, table: &Table, values: &[Value]) {
        for (column, value) in table.columns.iter().zip(values) {
            match (column.kind, value) {
                (CellKind::Int, Value::Int(int)) => self.int(Some(*int)),
                (CellKind::Text, Value::Text(text)) => self.shared(text),
                (CellKind::Int, _) => self.int(None),
                (CellKind::Text, _) => self.text(None),
            }
        }
    }
    /// Next cell: a text that need not be copied.
    fn shared(&mut self, text: &Arc<str>) {
        push_text(self.bytes, Some(text));
        self.column <<= 1;
        let _ = self.arguments.add(Arc::clone(text));
    }
    /// Next cell: a text.
    pub fn text(&mut self, value: Option<&str>) {
        push_text(self.bytes, value);
        self.column <<= 1;
        let _ = self.arguments.add(value.map(Arc::<str>::from));
    }
}

/// Rows of a whole statement of a table.
const fn statement_rows(table: &Table) -> usize {
    STATEMENT_VALUES / table.columns.len()
}

/// `insert` of some rows of a table. SQLite numbers rows as the draft does: one more than the largest id there is.
fn insert_sql(table: &Table, number: i64, rows: usize) -> String {
    let mut sql = format!("insert into {} (since", table.name);
    for column in table.columns {
        sql.push(',');
        sql.push_str(column.name);
    }
    sql.push_str(") values ");
    let mut one = format!("({number}");
    one.push_str(&",?".repeat(table.columns.len()));
    one.push(')');
    for at in 0..rows {
        if at > 0 {
            sql.push(',');
        }
        sql.push_str(&one);
    }
    sql
}
