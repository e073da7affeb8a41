//! Bringing an inventory to the newest form: one step at a time, each in a transaction, each after a backup.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use super::connect::{beside, check_header, told};

/// One step: from version `n` (its index) to `n + 1`.
pub type Step = &'static str;

/// All steps in order; the index of the last plus one is the newest version.
pub const STEPS: &[Step] = &[include_str!("../../migrations/0001_inventory.sql")];

/// How many backups made before migrations are kept.
const KEPT_BACKUPS: usize = 5;

/// Applies the steps that are missing; answers the backups that were made.
///
/// # Errors
/// A step or a backup fails; the file is then as it was before that step.
pub async fn migrate(connection: &mut SqliteConnection, path: &Path, from: u32, steps: &[Step]) -> Result<Vec<PathBuf>> {
    let mut backups = Vec::new();
    for (index, step) in steps.iter().enumerate().skip(from as usize) {
        if index > 0 {
            backups.push(back_up(connection, path, index as u32).await?);
        }
        let mut transaction = connection.begin().await.map_err(|error| told(path, error))?;
        transaction.execute(sqlx::raw_sql(*step)).await.map_err(|error| told(path, error))?;
        transaction
            .execute(sqlx::raw_sql(AssertSqlSafe(format!("pragma user_version = {}", index + 1))))
            .await
            .map_err(|error| told(path, error))?;
        transaction.commit().await.map_err(|error| told(path, error))?;
    }
    if (from as usize) < steps.len() {
        // The header check of the next start reads the file itself, not the write-ahead log.
        connection.execute(sqlx::raw_sql("pragma wal_checkpoint(truncate)")).await.map_err(|error| told(path, error))?;
    }
    Ok(backups)
}

/// A consistent copy of the inventory as it is now, beside it; it appears under its name only when it is whole.
///
/// # Errors
/// The copy cannot be written or is not an inventory of that version.
pub async fn back_up(connection: &mut SqliteConnection, path: &Path, version: u32) -> Result<PathBuf> {
    let last = beside(path, &format!(".before-{}", version + 1));
    let unfinished = beside(path, &format!(".before-{}.unfinished", version + 1));
    let _ = std::fs::remove_file(&unfinished);
    // VACUUM INTO fills an empty file that exists; made first so that nobody else may read it.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    super::connect::private(&mut options);
    options.open(&unfinished).context("making the backup file")?;
    let target = unfinished.to_str().context("the path of the inventory is not Unicode")?.to_owned();
    sqlx::query("vacuum into ?").bind(target).execute(connection).await.map_err(|error| told(path, error))?;
    std::fs::File::open(&unfinished).and_then(|file| file.sync_all()).context("writing the backup to disk")?;
    check_header(&unfinished, version)?;
    std::fs::rename(&unfinished, &last).context("giving the backup its name")?;
    forget_old(path);
    Ok(last)
}

/// Removes the oldest backups, so that a long life of upgrades does not fill the disk.
fn forget_old(path: &Path) {
    let mut versions: Vec<u32> =
        (2..=STEPS.len() as u32 + 1).filter(|version| beside(path, &format!(".before-{version}")).exists()).collect();
    versions.sort_unstable();
    let surplus = versions.len().saturating_sub(KEPT_BACKUPS);
    for version in versions.into_iter().take(surplus) {
        let _ = std::fs::remove_file(beside(path, &format!(".before-{version}")));
    }
}
