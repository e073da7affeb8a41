//! The task that owns the writing connection: batches under way, then the last transaction with the entry.
//!
//! Knows SQL and the order of things in a file; knows nothing of what the rows say.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, ensure};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};

use super::super::connect::told;
use super::super::log::{GENESIS, LogEntry, counts_json, jcs};
use super::super::recover::take_back;
use super::super::table::{self, Table};
use super::NewEntry;
use crate::model::id::hex;

/// Rows after which a transaction is committed, so that the write-ahead log stays small.
const TRANSACTION_ROWS: usize = 100_000;

/// Row ids looked through at once when the closed ones are hashed.
const CLOSED_WINDOW: i64 = 65_536;

/// SQLite would look for the key of every entity that a row names, which is a third of its work on grants. Keys have no
/// gaps and are never removed, so a draft compares each id with the next one instead ([`super::RowWriter::int`]).
const OFF: &str = "pragma foreign_keys = off";

/// Batches need not reach the disk one by one: nobody can see them, and a power cut leaves the mark of an unfinished revision or
/// nothing. In the write-ahead log they come before the last transaction, which waits for the disk again.
const SOON: &str = "pragma synchronous = normal";
const AT_ONCE: &str = "pragma synchronous = full";

/// Text of a statement; built from table declarations only.
pub(super) type Sql = Arc<str>;

/// What the task is asked for.
pub(super) enum Job {
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

/// What the last transaction needs.
pub(super) struct Closing {
    pub(super) entry: NewEntry,
    /// Per table: digest of inserted rows (none when nothing was inserted), whether rows were closed.
    pub(super) parts: Vec<(Option<String>, bool)>,
}

/// The row id that each table gives out next, in the order of the tables.
pub(super) async fn next_ids(connection: &mut SqliteConnection) -> Result<Vec<i64>, sqlx::Error> {
    let mut next = Vec::with_capacity(table::ALL.len());
    for table in table::ALL {
        let sql = format!("select ifnull(max(id), 0) + 1 from {}", table.name);
        next.push(connection.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?);
    }
    Ok(next)
}

/// The writing task: owns the connection until the revision is committed or taken back.
pub(super) async fn write(
    mut guard: OwnedMutexGuard<SqliteConnection>,
    path: PathBuf,
    number: i64,
    mut jobs: mpsc::Receiver<Job>,
) -> Result<()> {
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
