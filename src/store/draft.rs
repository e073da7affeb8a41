//! Writing one revision: rows in batches under the next number, then one small transaction that moves the head.
//!
//! A draft hands its batches to a task that owns the writing connection, so that the caller prepares the next batch
//! while SQLite writes the last one. A draft that is dropped without a commit is taken back by that task; a process
//! that dies leaves a mark, and the next start takes it back (decision D11).

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments, AssertSqlSafe, Connection, Executor, Row};
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};

use super::cells::{CellKind, Value, push_int, push_text};
use super::connect::told;
use super::log::{GENESIS, KindCount, LogEntry, counts_json, jcs};
use super::recover::take_back;
use super::table::{self, Table};
use crate::model::id::hex;
use crate::model::kinds::Action;
use crate::model::time::Millis;

/// Most values of one statement, which makes some 300 to 1,400 rows. Measured for 1,000,000 grants: 1 row 36 s, 64 rows 1.4 s, 512
/// rows 0.77 s, 2,048 rows 0.69 s; the same through `json_each` with 10,000 rows 2.4 s. SQLite takes 32,766, but keeps room for each
/// value of each prepared statement: 27,000 cost an import of 1,000,000 grants 25 MB more.
const STATEMENT_VALUES: usize = 7_000;
/// Statements that wait for SQLite.
const WAITING: usize = 40;
/// Rows after which a transaction is committed, so that the write-ahead log stays small.
const TRANSACTION_ROWS: usize = 100_000;
/// Ids of one closing statement.
const CLOSE_ROWS: usize = 8_192;
/// Row ids looked through at once when the closed ones are hashed.
const CLOSED_WINDOW: i64 = 65_536;

/// SQLite would look for the key of every entity that a row names, which is a third of its work on grants. Keys have no
/// gaps and are never removed, so a draft compares each id with the next one instead ([`RowWriter::int`]).
const OFF: &str = "pragma foreign_keys = off";

/// Batches need not reach the disk one by one: nobody can see them, and a power cut leaves the mark of an unfinished revision or
/// nothing. In the write-ahead log they come before the last transaction, which waits for the disk again.
const SOON: &str = "pragma synchronous = normal";
const AT_ONCE: &str = "pragma synchronous = full";

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

/// Text of a statement; built from table declarations only.
type Sql = Arc<str>;

enum Job {
    /// `last` is the id that SQLite has to give to the last row.
    Insert {
        sql: Sql,
        arguments: SqliteArguments,
        rows: usize,
        whole: bool,
        last: i64,
    },
    Close {
        table: &'static Table,
        ids: Vec<i64>,
    },
    Barrier(oneshot::Sender<()>),
    StartOver(oneshot::Sender<Vec<i64>>),
    Commit(Box<Closing>, oneshot::Sender<Result<LogEntry>>),
}

struct Closing {
    entry: NewEntry,
    /// Per table: digest of inserted rows (none when nothing was inserted), whether rows were closed.
    parts: Vec<(Option<String>, bool)>,
}

struct TableDraft {
    next: i64,
    /// Columns that hold entity ids, as bits, and those of them where 0 means none.
    refs: u32,
    optional: u32,
    hasher: Option<Sha256>,
    bytes: Vec<u8>,
    arguments: SqliteArguments,
    pending: usize,
    closing: Vec<i64>,
    closed: bool,
    inserted: u64,
    sql: Option<Sql>,
}

impl TableDraft {
    fn new(next: i64, table: &Table) -> Self {
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
    fn put(&mut self, table: &Table, number: i64, entities: i64, cells: impl FnOnce(&mut RowWriter<'_>)) -> Result<(i64, bool)> {
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
    fn pending_rows(&mut self, table: &Table, number: i64) -> Option<Job> {
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

/// What a part of a draft says when its writer is gone; [`Draft::sync`] tells why.
const ENDED: &str = "the writing task ended early";

/// A table of a draft in other hands ([`Draft::lend`]).
pub struct LentTable {
    table: &'static Table,
    number: i64,
    entities: i64,
    draft: TableDraft,
    jobs: mpsc::Sender<Job>,
}

impl LentTable {
    /// Writes a row, as [`Draft::insert_with`]. Waits while the writer is busy, so not on a thread that runs tasks.
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

    /// Writes a row given as values, as [`Draft::insert`].
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

/// The row id that each table gives out next, in the order of the tables.
async fn next_ids(connection: &mut SqliteConnection) -> Result<Vec<i64>, sqlx::Error> {
    let mut next = Vec::with_capacity(table::ALL.len());
    for table in table::ALL {
        let sql = format!("select ifnull(max(id), 0) + 1 from {}", table.name);
        next.push(connection.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?);
    }
    Ok(next)
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
    fn values(&mut self, table: &Table, values: &[Value]) {
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

/// The writing task: owns the connection until the revision is committed or taken back.
async fn write(mut guard: OwnedMutexGuard<SqliteConnection>, path: PathBuf, number: i64, mut jobs: mpsc::Receiver<Job>) -> Result<()> {
    let connection: &mut SqliteConnection = &mut guard;
    let mut rows_open = 0usize;
    let mut marked = false;
    let mut in_transaction = false;
    let mut failed = None;
    for pragma in [OFF, SOON] {
        connection.execute(pragma).await.map_err(|error| told(&path, error))?;
    }
    while let Some(job) = jobs.recv().await {
        let done: Result<()> = async {
            match job {
                Job::Insert { .. } | Job::Close { .. } => {
                    if !in_transaction {
                        connection.execute("begin immediate").await?;
                        in_transaction = true;
                    }
                    if !marked {
                        sqlx::query("insert or replace into meta (name, value) values ('unfinished', ?)")
                            .bind(number.to_string())
                            .execute(&mut *connection)
                            .await?;
                        marked = true;
                    }
                    match job {
                        Job::Insert { sql, arguments, rows, whole, last } => {
                            let done = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(whole).execute(&mut *connection).await?;
                            let given = done.last_insert_rowid();
                            ensure!(given == last, "a row got the id {given} instead of {last}");
                            rows_open += rows;
                        }
                        Job::Close { table, ids } => {
                            let list = format!("[{}]", ids.iter().map(i64::to_string).collect::<Vec<_>>().join(","));
                            let sql = format!(
                                "update {} set until = ?1 where id in (select value from json_each(?2)) and until is null",
                                table.name
                            );
                            let closed =
                                sqlx::query(AssertSqlSafe(sql)).bind(number).bind(list).execute(&mut *connection).await?.rows_affected();
                            ensure!(
                                closed == ids.len() as u64,
                                "{} rows of {} were to be closed, {closed} were open",
                                ids.len(),
                                table.name
                            );
                            rows_open += ids.len();
                        }
                        Job::Barrier(_) | Job::StartOver(_) | Job::Commit(..) => {}
                    }
                    if rows_open >= TRANSACTION_ROWS {
                        connection.execute("commit").await?;
                        in_transaction = false;
                        rows_open = 0;
                    }
                }
                Job::Barrier(reply) => {
                    if in_transaction {
                        connection.execute("commit").await?;
                        in_transaction = false;
                        rows_open = 0;
                    }
                    let _ = reply.send(());
                }
                Job::StartOver(reply) => {
                    if in_transaction {
                        connection.execute("rollback").await?;
                        in_transaction = false;
                    }
                    rows_open = 0;
                    take_back(&mut *connection, number).await?;
                    connection.execute(OFF).await?;
                    marked = false;
                    let _ = reply.send(next_ids(&mut *connection).await?);
                }
                Job::Commit(closing, reply) => {
                    if in_transaction {
                        connection.execute("commit").await?;
                        in_transaction = false;
                    }
                    connection.execute(AT_ONCE).await?;
                    let entry = last_transaction(&mut *connection, number, *closing).await?;
                    marked = false;
                    let _ = reply.send(Ok(entry));
                }
            }
            Ok(())
        }
        .await;
        if let Err(error) = done {
            failed = Some(match error.downcast::<sqlx::Error>() {
                Ok(error) => told(&path, error),
                Err(error) => error,
            });
            break;
        }
    }
    if in_transaction {
        let _ = connection.execute("rollback").await;
    }
    if marked || failed.is_some() {
        // A rolled back transaction may have held the mark; looking for rows of the number is right in every case.
        take_back(&mut *connection, number).await.map_err(|error| told(&path, error))?;
    }
    for pragma in ["pragma foreign_keys = on", AT_ONCE] {
        connection.execute(pragma).await.map_err(|error| told(&path, error))?;
    }
    failed.map_or(Ok(()), Err)
}

/// Id of an actor; a new name gets the next one.
async fn actor_id(connection: &mut SqliteConnection, name: &str) -> Result<i64> {
    sqlx::query("insert into actors (name) values (?) on conflict do nothing").bind(name).execute(&mut *connection).await?;
    Ok(sqlx::query("select id from actors where name = ?").bind(name).fetch_one(&mut *connection).await?.try_get(0)?)
}

async fn last_transaction(connection: &mut SqliteConnection, number: i64, closing: Closing) -> Result<LogEntry> {
    let Closing { entry: new, parts } = closing;
    let mut closed = Vec::with_capacity(parts.len());
    for (table, (_, any)) in table::ALL.iter().zip(&parts) {
        closed.push(if *any { Some(closed_digest(connection, table, number).await?) } else { None });
    }
    let digest = digest_of(parts.iter().zip(&closed).map(|((inserted, _), closed)| (inserted.as_deref(), closed.as_deref())));
    let mut transaction = connection.begin_with("begin immediate").await?;
    let head =
        transaction.fetch_optional("select number, hash, as_of, as_of_assumed, at from revisions order by number desc limit 1").await?;
    let (last, prev, as_of, as_of_assumed) = match head {
        Some(row) => {
            (row.try_get::<i64, _>(0)?, row.try_get::<String, _>(1)?, row.try_get::<Option<i64>, _>(2)?, row.try_get::<bool, _>(3)?)
        }
        None => (0, GENESIS.to_owned(), None, true),
    };
    ensure!(last + 1 == number, "revision {number} was to follow {last}");
    let (as_of, as_of_assumed) = match (new.as_of, as_of) {
        (Some((time, assumed)), before) if before.is_none_or(|before| time >= before) => (Some(time), assumed),
        _ => (as_of, as_of_assumed),
    };
    let actor = actor_id(&mut transaction, &new.actor).await?;
    let mut entry = LogEntry {
        number,
        at: new.at,
        actor: format!("A-{actor}"),
        actor_name: new.actor,
        action: new.action,
        reason: new.reason,
        subject: new.subject,
        counts: new.counts,
        detail: new.detail,
        as_of,
        as_of_assumed,
        digest,
        prev,
        hash: String::new(),
    };
    entry.hash = entry.expected_hash();
    sqlx::query(
        "insert into revisions (number, at, actor, action, reason, subject, counts, detail, as_of, as_of_assumed, digest, prev, hash) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(entry.number)
    .bind(entry.at)
    .bind(actor)
    .bind(entry.action.code())
    .bind(&entry.reason)
    .bind(&entry.subject)
    .bind(jcs(&counts_json(&entry.counts)))
    .bind(jcs(&Json::Object(entry.detail.clone())))
    .bind(entry.as_of)
    .bind(entry.as_of_assumed)
    .bind(&entry.digest)
    .bind(&entry.prev)
    .bind(&entry.hash)
    .execute(&mut *transaction)
    .await?;
    transaction.execute("delete from meta where name = 'unfinished'").await?;
    transaction.commit().await?;
    Ok(entry)
}

/// Digest of the ids of the rows that a revision closed in a table.
async fn closed_digest(connection: &mut SqliteConnection, table: &Table, number: i64) -> Result<String> {
    let last: i64 = connection.fetch_one(AssertSqlSafe(format!("select ifnull(max(id), 0) from {}", table.name))).await?.try_get(0)?;
    let sql = format!("select group_concat(concat(id, char(10)), '') from {} where id > ?1 and id <= ?2 and until = ?3", table.name);
    let mut hasher = Sha256::new();
    let mut from = 0;
    while from < last {
        let row = sqlx::query(AssertSqlSafe(sql.as_str().to_owned()))
            .bind(from)
            .bind(from + CLOSED_WINDOW)
            .bind(number)
            .fetch_one(&mut *connection)
            .await?;
        if let Some(ids) = row.try_get::<Option<String>, _>(0)? {
            hasher.update(ids);
        }
        from += CLOSED_WINDOW;
    }
    Ok(hex(&hasher.finalize()))
}

/// The digest of a revision from its parts in the order of the tables: hash of inserted rows, hash of closed ids.
pub(crate) fn digest_of<'a>(parts: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>) -> String {
    let mut hasher = Sha256::new();
    for (table, (inserted, closed)) in table::ALL.iter().zip(parts) {
        if inserted.is_some() || closed.is_some() {
            hasher.update(format!("{} {} {}\n", table.name, inserted.unwrap_or("-"), closed.unwrap_or("-")));
        }
    }
    hex(&hasher.finalize())
}
