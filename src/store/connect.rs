//! The one place that opens connections to an inventory, and the checks that come before the first of them.
//!
//! The header of the file is read as plain bytes first: whether it is ours, and not newer than us, is known before
//! SQLite sees it, so a foreign or newer file is never touched.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use crate::error::Told;

/// "BLKH": says that a SQLite file is an inventory of ours.
pub const APPLICATION_ID: u32 = 0x424c_4b48;

/// How long to wait for another process before saying that it holds the inventory.
pub const LOCK_WAIT: Duration = Duration::from_secs(5);

/// What an inventory is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Reading and writing; one process at a time.
    ReadWrite,
    /// Reading only; never changes the file.
    ReadOnly,
}

/// The file beside an inventory with this suffix.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// What the first bytes of an inventory say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Schema version (`user_version`).
    pub version: u32,
}

/// Reads and judges the header without opening the file as a database.
///
/// # Errors
/// Not there, not SQLite, not ours, or made by a newer Bulkhead (`newest` is the version that this one knows).
pub fn check_header(path: &Path, newest: u32) -> Result<Header> {
    let mut bytes = [0u8; 100];
    let mut file = File::open(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            Told::refusal(
                "BH-INV-001",
                format!("There is no inventory at {}.", path.display()),
                "Nothing was opened or made.",
                "Check the path, or make a new inventory.",
            )
        } else {
            Told::failure(
                "BH-INV-002",
                format!("{} cannot be read.", name_of(path)),
                "Nothing was changed.",
                "Check that you may read the file and that the disk is there.",
            )
            .details(error.to_string())
        }
    })?;
    let mut got = 0;
    while got < bytes.len() {
        match file.read(&mut bytes[got..]).context("reading the header of the inventory")? {
            0 => break,
            n => got += n,
        }
    }
    if got < bytes.len() || &bytes[..16] != b"SQLite format 3\0" {
        return Err(Told::refusal(
            "BH-INV-003",
            format!("{} is not an inventory: it is no SQLite file.", name_of(path)),
            "Nothing was changed.",
            "Choose another file. If this was an inventory, restore it from a backup.",
        )
        .into());
    }
    let number = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    if number(68) != APPLICATION_ID {
        return Err(Told::refusal(
            "BH-INV-004",
            format!("{} is a SQLite file of another program.", name_of(path)),
            "Nothing was changed.",
            "Choose an inventory that Bulkhead made.",
        )
        .details(format!("application id {:08x}, expected {APPLICATION_ID:08x}", number(68)))
        .into());
    }
    let version = number(60);
    if version > newest {
        return Err(Told::refusal(
            "BH-INV-005",
            format!("{} was written by a newer Bulkhead.", name_of(path)),
            "Nothing was changed; opening it here could lose what the newer version added.",
            "Open it with the newer version.",
        )
        .details(format!("inventory format {version}, this version knows up to {newest}"))
        .into());
    }
    Ok(Header { version })
}

/// Whether files can be made beside the inventory and it can be written.
///
/// # Errors
/// The folder or the file is read-only.
pub fn check_writable(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let read_only = |path: &Path| std::fs::metadata(path).map(|meta| meta.permissions().readonly()).unwrap_or(false);
    if read_only(folder) || read_only(path) {
        return Err(Told::refusal(
            "BH-INV-006",
            format!("{} cannot be written: it or its folder is read-only.", name_of(path)),
            "Nothing was changed.",
            "Open it for reading only, or copy it to a folder that you may write to.",
        )
        .into());
    }
    Ok(())
}

/// Takes the advisory lock beside the inventory; it is held until the file is dropped.
///
/// # Errors
/// Another process held it for [`LOCK_WAIT`], or the lock file cannot be made.
pub async fn lock(path: &Path, wait: Duration) -> Result<File> {
    let lock_path = beside(path, "-lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    private(&mut options);
    let file = options.open(&lock_path).map_err(|error| {
        Told::failure(
            "BH-INV-006",
            format!("{} cannot be written: no file can be made in its folder.", name_of(path)),
            "Nothing was changed.",
            "Open it for reading only, or copy it to a folder that you may write to.",
        )
        .details(error.to_string())
    })?;
    const STEP: Duration = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::WouldBlock) if waited < wait => {
                tokio::time::sleep(STEP).await;
                waited += STEP;
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(Told::refusal(
                    "BH-INV-007",
                    format!("{} is in use by another Bulkhead.", name_of(path)),
                    "Nothing was changed; only one program can write to an inventory at a time.",
                    "Close the other one, or open the inventory for reading only.",
                )
                .details(format!("waited {} s for the lock", wait.as_secs()))
                .into());
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(error).context("taking the lock of the inventory"),
        }
    }
}

/// Lets only the owner read and write a new file.
#[cfg(unix)]
pub fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

/// Elsewhere the folder's own protection applies.
#[cfg(not(unix))]
pub fn private(_options: &mut OpenOptions) {}

/// Opens a connection with the settings that every connection has.
///
/// # Errors
/// SQLite cannot open the file; a damaged file is told as such.
pub async fn connect(path: &Path, mode: OpenMode) -> Result<SqliteConnection> {
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(LOCK_WAIT)
        .statement_cache_capacity(64)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-16000");
    options = match mode {
        OpenMode::ReadWrite => options
            .page_size(8192)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // A checkpoint each 4,000 pages keeps the log small without stopping a bulk import too often.
            .pragma("wal_autocheckpoint", "2000")
            .pragma("journal_size_limit", "16777216"),
        OpenMode::ReadOnly => {
            let wal = std::fs::metadata(beside(path, "-wal")).map(|meta| meta.len()).unwrap_or(0);
            // In a folder that cannot be written SQLite cannot make its shared memory file; without a write-ahead log
            // there is nothing to share, so the file may be taken as unchangeable.
            options.read_only(true).immutable(wal == 0 && check_writable(path).is_err())
        }
    };
    SqliteConnection::connect_with(&options).await.map_err(|error| told(path, error))
}

/// Whether SQLite says that the file is damaged.
fn is_damage(error: &sqlx::Error) -> bool {
    // 11 SQLITE_CORRUPT, 26 SQLITE_NOTADB; extended codes keep them in the low byte.
    error
        .as_database_error()
        .and_then(|error| error.code())
        .and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

/// An error of SQLite as people read it.
pub fn told(path: &Path, error: sqlx::Error) -> anyhow::Error {
    if is_damage(&error) {
        return damaged(path, &error.to_string());
    }
    let code =
        error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok()).map_or(0, |code| code & 0xff);
    match code {
        // SQLITE_FULL
        13 => Told::failure(
            "BH-INV-009",
            "The disk is full.",
            "The inventory is as it was before; what was being written is removed at the next start.",
            "Free some space and try again.",
        )
        .details(error.to_string())
        .into(),
        // SQLITE_BUSY
        5 => Told::refusal(
            "BH-INV-007",
            format!("{} is in use by another program.", name_of(path)),
            "Nothing was changed.",
            "Close the other program and try again.",
        )
        .details(error.to_string())
        .into(),
        _ => anyhow::Error::new(error),
    }
}

/// The answer to a damaged file.
pub fn damaged(path: &Path, details: &str) -> anyhow::Error {
    Told::failure(
        "BH-INV-008",
        format!("{} is damaged.", name_of(path)),
        "It was not opened and not repaired, so nothing more is lost.",
        "Restore a backup (files beside it whose name contains `before`), or import the exports again into a new inventory.",
    )
    .details(details.chars().take(400).collect::<String>())
    .into()
}
