//! Writing one revision: rows in batches under the next number, then one small transaction that moves the head.
//!
//! A draft hands its batches to a task that owns the writing connection, so that the caller prepares the next batch
//! while SQLite writes the last one. A draft that is dropped without a commit is taken back by that task; a process
//! that dies leaves a mark, and the next start takes it back (decision D11).

mod rows;
mod writing;

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Map, Value as Json};
use sha2::Digest;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Executor, Row};
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};

use self::rows::TableDraft;
pub use self::rows::{LentTable, RowWriter};
pub(crate) use self::writing::digest_of;
use self::writing::{Closing, Job, next_ids, write};
use super::cells::Value;
use super::connect::told;
use super::log::{KindCount, LogEntry};
use super::table::{self, Table};
use crate::model::id::hex;
use crate::model::kinds::Action;
use crate::model::time::Millis;

/// Statements that wait for SQLite.
const WAITING: usize = 40;
/// Ids of one closing statement.
const CLOSE_ROWS: usize = 8_192;

/// What the log says about a revision; the rest of the entry is computed.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// When, UTC milliseconds.
    pub at: Millis,
    /// Name of who does it.
    pub actor: String,
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: String,
    /// What it is done to, one line for people.
    pub subject: String,
    /// Counts per kind.
    pub counts: Vec<KindCount>,
    /// Further facts; integers below 2^53, texts, lists and objects of them.
    pub detail: Map<String, Json>,
    /// Export time that this revision brings, with whether it is assumed; `None` = that of the revision before.
    pub as_of: Option<(Millis, bool)>,
}

fn drafts(next: Vec<i64>) -> Vec<TableDraft> {
    next.into_iter().zip(table::ALL).map(|(next, table)| TableDraft::new(next, table)).collect()
}

/// A revision being written.
pub struct Draft {
    number: i64,
    tables: Vec<TableDraft>,
    /// Id up to which keys were promised when a table was handed out.
    promised: i64,
    jobs: mpsc::Sender<Job>,
    task: Option<tokio::task::JoinHandle<Result<()>>>,
}

impl Draft {
    /// Starts the next revision. Waits for nothing: the caller brings the guard of the one writing connection.
    pub(crate) async fn start(mut connection: OwnedMutexGuard<SqliteConnection>, path: PathBuf) -> Result<Self> {
        let row = connection.fetch_one("select ifnull(max(number), 0) from revisions").await.map_err(|error| told(&path, error))?;
        let number = row.try_get::<i64, _>(0)? + 1;
        let tables = drafts(next_ids(&mut connection).await.map_err(|error| told(&path, error))?);
        let (jobs, receiver) = mpsc::channel(WAITING);
        let task = tokio::spawn(write(connection, path, number, receiver));
        Ok(Self { number, tables, promised: 0, jobs, task: Some(task) })
    }

    /// Number of the revision.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Row id that the next row of a table gets.
    pub fn next_id(&self, table: &'static Table) -> i64 {
        self.tables[table::number(table)].next
    }

    /// Rows inserted so far into a table.
    pub fn inserted(&self, table: &'static Table) -> u64 {
        self.tables[table::number(table)].inserted
    }

    /// Writes a row; `cells` calls the writer once for each column, in order. Answers the row id.
    ///
    /// # Errors
    /// An earlier batch could not be written.
    pub async fn insert_with(&mut self, table: &'static Table, cells: impl FnOnce(&mut RowWriter<'_>)) -> Result<i64> {
        let at = table::number(table);
        let entities = self.entities();
        let (id, full) = self.tables[at].put(table, self.number, entities, cells)?;
        if full {
            self.flush(at).await?;
        }
        Ok(id)
    }

    /// Writes a row given as values.
    ///
    /// # Errors
    /// As for [`Draft::insert_with`]; also when the number of values is not that of the columns.
    pub async fn insert(&mut self, table: &'static Table, values: &[Value]) -> Result<i64> {
        ensure!(values.len() == table.columns.len(), "{} cells for the {} columns of {}", values.len(), table.columns.len(), table.name);
        self.insert_with(table, |row| row.values(table, values)).await
    }

    /// Closes a row: it is visible up to the revision before this one.
    ///
    /// # Errors
    /// An earlier batch could not be written.
    pub async fn close(&mut self, table: &'static Table, id: i64) -> Result<()> {
        let at = table::number(table);
        let draft = &mut self.tables[at];
        draft.closed = true;
        draft.closing.push(id);
        if draft.closing.len() == CLOSE_ROWS {
            self.flush_closing(at).await?;
        }
        Ok(())
    }

    async fn send(&mut self, job: Job) -> Result<()> {
        if self.jobs.send(job).await.is_ok() {
            return Ok(());
        }
        Err(self.failure().await)
    }

    /// The error for which the writing task stopped.
    async fn failure(&mut self) -> anyhow::Error {
        match self.task.take() {
            Some(task) => match task.await {
                Ok(Err(error)) => error,
                Ok(Ok(())) => anyhow!("the writing task ended early"),
                Err(error) => anyhow!("the writing task failed: {error}"),
            },
            None => anyhow!("the revision was ended before"),
        }
    }

    async fn flush_closing(&mut self, at: usize) -> Result<()> {
        let ids = std::mem::take(&mut self.tables[at].closing);
        if ids.is_empty() {
            return Ok(());
        }
        self.send(Job::Close { table: table::ALL[at], ids }).await
    }

    async fn flush(&mut self, at: usize) -> Result<()> {
        // Rows that others refer to must be there before those.
        for first in [table::number(&table::KEYS), table::number(&table::IMPORT_FILES)] {
            if first != at {
                self.flush_one(first).await?;
            }
        }
        self.flush_one(at).await
    }

    async fn flush_one(&mut self, at: usize) -> Result<()> {
        // First the closing: the successor of a row may only stand when the row is closed.
        self.flush_closing(at).await?;
        match self.tables[at].pending_rows(table::ALL[at], self.number) {
            Some(job) => self.send(job).await,
            None => Ok(()),
        }
    }

    /// Lets rows name entities below `end` whose keys are not written yet. The commit makes sure that they were.
    pub fn promise(&mut self, end: u32) {
        self.promised = i64::from(end);
    }

    /// First id that no row may name.
    fn entities(&self) -> i64 {
        self.promised.max(self.tables[table::number(&table::KEYS)].next)
    }

    /// Hands out a table, to be filled by somebody else; nothing else may be done to it until it is given back.
    pub fn lend(&mut self, table: &'static Table) -> LentTable {
        let entities = self.entities();
        let empty = TableDraft::new(0, table);
        let draft = std::mem::replace(&mut self.tables[table::number(table)], empty);
        LentTable { table, number: self.number, entities, draft, jobs: self.jobs.clone() }
    }

    /// Takes a table back.
    pub fn give_back(&mut self, lent: LentTable) {
        self.tables[table::number(lent.table)] = lent.draft;
    }

    /// Writes everything that is buffered and waits for it.
    ///
    /// # Errors
    /// A batch could not be written.
    pub async fn sync(&mut self) -> Result<()> {
        for at in 0..self.tables.len() {
            self.flush(at).await?;
        }
        let (reply, done) = oneshot::channel();
        self.send(Job::Barrier(reply)).await?;
        match done.await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.failure().await),
        }
    }

    /// Moves the head to this revision and appends its entry, in one transaction.
    ///
    /// # Errors
    /// Something could not be written; the revision is then taken back.
    pub async fn commit(mut self, entry: NewEntry) -> Result<LogEntry> {
        let entities = self.tables[table::number(&table::KEYS)].next;
        ensure!(self.promised <= entities, "keys up to {} were promised, {entities} is the next", self.promised);
        for at in 0..self.tables.len() {
            self.flush(at).await?;
        }
        let parts = self.tables.iter_mut().map(|draft| (draft.hasher.take().map(|hasher| hex(&hasher.finalize())), draft.closed)).collect();
        let (reply, done) = oneshot::channel();
        self.send(Job::Commit(Box::new(Closing { entry, parts }), reply)).await?;
        let Ok(result) = done.await else { return Err(self.failure().await) };
        // The next writer finds the connection free when this returns.
        self.abandon().await?;
        result
    }

    /// Takes everything back and begins the same revision again; nobody else can write in between.
    ///
    /// # Errors
    /// The file could not be written.
    pub async fn start_over(&mut self) -> Result<()> {
        let (reply, done) = oneshot::channel();
        self.send(Job::StartOver(reply)).await?;
        let Ok(next) = done.await else { return Err(self.failure().await) };
        self.tables = drafts(next);
        Ok(())
    }

    /// Takes everything back and waits for it.
    ///
    /// # Errors
    /// The file could not be written; the next start tries again.
    pub async fn abandon(mut self) -> Result<()> {
        let task = self.task.take();
        drop(self);
        match task {
            Some(task) => task.await.context("the writing task failed")?,
            None => Ok(()),
        }
    }
}
