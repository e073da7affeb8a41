//! The inventory file: the only SQL of the project. Revisions, versioned rows, hash-chained log.
//!
//! One process writes at a time and one revision after the other; readers see complete revisions only. Knows no clock
//! (time is an argument), no export format and no rule: it keeps what it is given and proves that it kept it.

pub mod cells;
pub mod connect;
mod content;
pub mod draft;
pub mod drift;
pub mod edits;
pub mod imports;
pub mod log;
pub mod migrate;
pub mod read;
pub mod recover;
mod revision_rows;
pub mod table;
pub mod verify;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex as StdMutex};

use anyhow::{Context, Result};
use serde_json::Map;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use tokio::sync::Mutex;

pub use connect::OpenMode;
use connect::{APPLICATION_ID, beside, check_header, check_writable, connect, told};
use draft::{Draft, NewEntry};
use log::{LogEntry, counts_from};
pub use recover::Recovery;

use crate::error::Told;
use crate::model::kinds::Action;
use crate::model::time::Millis;

/// An open inventory.
pub struct Store {
    path: PathBuf,
    mode: OpenMode,
    /// The one writing connection; held by a draft from its start to its end, so a second writer waits.
    writer: Option<Arc<Mutex<SqliteConnection>>>,
    readers: StdMutex<Vec<SqliteConnection>>,
    /// Held for as long as the inventory is open for writing.
    _lock: Option<File>,
}

impl Store {
    /// Makes a new inventory with its first entry and opens it. The file appears under its name only when it is whole.
    ///
    /// # Errors
    /// There is such a file already, the folder cannot be written, or another process holds it.
    pub async fn create(path: &Path, actor: &str, now: Millis) -> Result<Self> {
        if path.exists() {
            return Err(Told::refusal(
                "BH-INV-010",
                format!("There is already a file {}.", path.display()),
                "It was not touched.",
                "Open it, or choose another name.",
            )
            .into());
        }
        check_writable(path)?;
        let lock = connect::lock(path, connect::LOCK_WAIT).await?;
        let unfinished = beside(path, ".new");
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(beside(&unfinished, suffix));
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        connect::private(&mut options);
        options.open(&unfinished).with_context(|| format!("making the inventory {}", path.display()))?;
        let mut connection = connect(&unfinished, OpenMode::ReadWrite).await?;
        connection.execute(sqlx::raw_sql(AssertSqlSafe(format!("pragma application_id = {APPLICATION_ID}")))).await?;
        migrate::migrate(&mut connection, &unfinished, 0, migrate::STEPS).await?;
        let writer = Arc::new(Mutex::new(connection));
        let draft = Draft::start(Arc::clone(&writer).lock_owned().await, unfinished.clone()).await?;
        draft
            .commit(NewEntry {
                at: now,
                actor: actor.to_owned(),
                action: Action::Create,
                reason: String::new(),
                subject: "New inventory".to_owned(),
                counts: Vec::new(),
                detail: Map::new(),
                as_of: None,
            })
            .await?;
        // Closing writes the log back into the file, so that one file is the whole inventory when it gets its name.
        let connection = Arc::try_unwrap(writer).map_err(|_| anyhow::anyhow!("the new inventory is still being written"))?.into_inner();
        connection.close().await?;
        std::fs::rename(&unfinished, path).with_context(|| format!("giving {} its name", path.display()))?;
        drop(lock);
        Ok(Self::open(path, OpenMode::ReadWrite).await?.0)
    }

    /// Opens an inventory. What it is and whether it is ours is checked before anything else; for writing, an
    /// unfinished revision is taken back and told.
    ///
    /// # Errors
    /// Each its own [`Told`]: not there, not SQLite, another program's, newer, read-only folder, held by another
    /// process, damaged. Nothing is touched in any of these.
    pub async fn open(path: &Path, mode: OpenMode) -> Result<(Self, Recovery)> {
        let header = check_header(path, migrate::STEPS.len() as u32)?;
        let mut recovery = Recovery::default();
        let lock = match mode {
            OpenMode::ReadWrite => {
                check_writable(path)?;
                Some(connect::lock(path, connect::LOCK_WAIT).await?)
            }
            OpenMode::ReadOnly => None,
        };
        // The last connection that closes removes the write-ahead log; one that is left says that nobody closed.
        recovery.unclean_stop = std::fs::metadata(beside(path, "-wal")).is_ok_and(|meta| meta.len() > 0);
        let mut connection = connect(path, mode).await?;
        if mode == OpenMode::ReadWrite {
            sweep_spools(path);
            if recovery.unclean_stop {
                quick_check(&mut connection, path).await?;
            }
            recovery.backups = migrate::migrate(&mut connection, path, header.version, migrate::STEPS).await?;
            let mark: Option<SqliteRow> =
                connection.fetch_optional("select value from meta where name = 'unfinished'").await.map_err(|error| told(path, error))?;
            if let Some(mark) = mark {
                let number: i64 = mark
                    .try_get::<String, _>(0)?
                    .parse()
                    .map_err(|_| connect::damaged(path, "the mark of an unfinished revision is no number"))?;
                let (removed, reopened) = recover::take_back(&mut connection, number).await.map_err(|error| told(path, error))?;
                recovery.unfinished = Some(number);
                recovery.rows_removed = removed;
                recovery.rows_reopened = reopened;
            }
        } else if header.version < migrate::STEPS.len() as u32 {
            return Err(Told::refusal(
                "BH-INV-011",
                "This inventory has an older form.",
                "It was not changed, because it was opened for reading only.",
                "Open it for writing once; a backup is made before it is brought up to date.",
            )
            .into());
        }
        let store = Self { path: path.to_owned(), mode, writer: None, readers: StdMutex::new(Vec::new()), _lock: lock };
        let store = match mode {
            OpenMode::ReadWrite => Self { writer: Some(Arc::new(Mutex::new(connection))), ..store },
            OpenMode::ReadOnly => {
                store.give_back(connection);
                store
            }
        };
        // The first use of the pages that everything else needs: damage there is told now, not at the first click.
        store.head().await.map_err(|error| if error.is::<Told>() { error } else { connect::damaged(path, &format!("{error:#}")) })?;
        Ok((store, recovery))
    }

    /// Closes the inventory properly. Dropping it does too, but not before the caller goes on.
    ///
    /// # Errors
    /// The file could not be written.
    pub async fn close(self) -> Result<()> {
        let Self { path, writer, readers, _lock, .. } = self;
        let readers = readers.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        for reader in readers {
            reader.close().await.map_err(|error| told(&path, error))?;
        }
        if let Some(writer) = writer {
            // A draft still being taken back holds the connection; wait for it.
            drop(writer.lock().await);
            if let Ok(writer) = Arc::try_unwrap(writer) {
                writer.into_inner().close().await.map_err(|error| told(&path, error))?;
            }
        }
        Ok(())
    }

    /// The inventory file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it was opened for.
    pub const fn mode(&self) -> OpenMode {
        self.mode
    }

    /// Whether a revision is being written now; a second writer waits for it.
    pub fn is_busy(&self) -> bool {
        self.writer.as_ref().is_some_and(|writer| writer.try_lock().is_err())
    }

    /// A reading connection; give it back with [`Store::give_back`].
    pub(crate) async fn reader(&self) -> Result<SqliteConnection> {
        let kept = self.readers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        match kept {
            Some(connection) => Ok(connection),
            // Readers go through a table once: a large cache would only hold memory.
            None => {
                let mut connection = connect(&self.path, OpenMode::ReadOnly).await?;
                connection.execute(sqlx::raw_sql("pragma cache_size = -4000")).await?;
                Ok(connection)
            }
        }
    }

    /// Keeps a reading connection for the next reader.
    pub(crate) fn give_back(&self, connection: SqliteConnection) {
        let mut readers = self.readers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if readers.len() < 4 {
            readers.push(connection);
        }
    }

    /// True when it was opened for reading only.
    pub const fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    /// Starts the next revision; waits while another one is being written (decision D11).
    ///
    /// # Errors
    /// The inventory is open for reading only, or cannot be read.
    pub async fn begin(&self) -> Result<Draft> {
        let writer = self.writer.as_ref().ok_or_else(read_only)?;
        let guard = Arc::clone(writer).lock_owned().await;
        Draft::start(guard, self.path.clone()).await
    }

    /// Number of the newest complete revision; 0 only in a file that has none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn head(&self) -> Result<i64> {
        let mut connection = self.reader().await?;
        let row = connection.fetch_one("select ifnull(max(number), 0) from revisions").await.map_err(|error| told(&self.path, error))?;
        self.give_back(connection);
        Ok(row.try_get(0)?)
    }

    /// Entries `from..=to` of the log, oldest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn log(&self, from: i64, to: i64) -> Result<Vec<LogEntry>> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(ENTRIES).bind(from).bind(to).fetch_all(&mut connection).await.map_err(|error| told(&self.path, error))?;
        self.give_back(connection);
        rows.iter().map(entry).collect()
    }

    /// One entry of the log.
    ///
    /// # Errors
    /// There is no such revision, or the file cannot be read.
    pub async fn entry(&self, revision: i64) -> Result<LogEntry> {
        self.log(revision, revision).await?.pop().ok_or_else(|| {
            Told::refusal(
                "BH-INV-012",
                format!("There is no revision {revision}."),
                "Nothing was changed.",
                "Choose a revision that the activity log lists.",
            )
            .into()
        })
    }

    /// A setting that nobody governs (theme, display name).
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn setting(&self, name: &str) -> Result<Option<String>> {
        let mut connection = self.reader().await?;
        let row =
            sqlx::query("select value from meta where name = ?").bind(format!("setting:{name}")).fetch_optional(&mut connection).await;
        let row = row.map_err(|error| told(&self.path, error))?;
        self.give_back(connection);
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Sets such a setting; waits while a revision is being written.
    ///
    /// # Errors
    /// Reading only, or the file cannot be written.
    pub async fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        let mut connection = self.writer.as_ref().ok_or_else(read_only)?.lock().await;
        sqlx::query("insert or replace into meta (name, value) values (?, ?)")
            .bind(format!("setting:{name}"))
            .bind(value)
            .execute(&mut *connection)
            .await
            .map_err(|error| told(&self.path, error))?;
        Ok(())
    }
}

const ENTRIES: &str = "select number, at, actor, name, action, reason, subject, counts, detail, as_of, as_of_assumed, digest, prev, hash \
     from revisions join actors on actors.id = revisions.actor where number between ? and ? order by number";

fn entry(row: &SqliteRow) -> Result<LogEntry> {
    Ok(LogEntry {
        number: row.try_get(0)?,
        at: row.try_get(1)?,
        actor: format!("A-{}", row.try_get::<i64, _>(2)?),
        actor_name: row.try_get(3)?,
        action: Action::from_code(row.try_get(4)?).context("a log entry has an unknown action")?,
        reason: row.try_get(5)?,
        subject: row.try_get(6)?,
        counts: counts_from(&serde_json::from_str(row.try_get(7)?)?),
        detail: serde_json::from_str(row.try_get(8)?)?,
        as_of: row.try_get(9)?,
        as_of_assumed: row.try_get(10)?,
        digest: row.try_get(11)?,
        prev: row.try_get(12)?,
        hash: row.try_get(13)?,
    })
}

/// The answer to a change of an inventory that is open for reading only.
fn read_only() -> anyhow::Error {
    Told::refusal("BH-INV-013", "The inventory is open for reading only.", "Nothing was changed.", "Open it for writing and try again.")
        .into()
}

/// Looks for damage after a stop that nobody asked for.
async fn quick_check(connection: &mut SqliteConnection, path: &Path) -> Result<()> {
    let row = connection.fetch_one("pragma quick_check(1)").await.map_err(|error| told(path, error))?;
    let verdict: String = row.try_get(0)?;
    if verdict == "ok" { Ok(()) } else { Err(connect::damaged(path, &verdict)) }
}

/// Name of the folder-private files in which an import keeps what does not fit in memory.
pub fn spool_path(path: &Path, name: &str) -> PathBuf {
    beside(path, &format!("-spool-{name}"))
}

/// Removes what an import left behind when its process was killed.
fn sweep_spools(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let start = format!("{}-spool-", name.to_string_lossy());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&start) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
