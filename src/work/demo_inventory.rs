//! The demo's inventory: a file of its own, made from the demo's export files by the real import (decision D47).

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::error::Told;
use crate::store::Store;

use super::answers::Answers;
use super::governance;
use super::import::{self, ImportOptions};
use super::jobs::JobHandle;
use super::wire::ImportResult;
use super::{clock, demo};

/// Makes the demo's inventory at a path.
///
/// # Errors
/// There is such a file, or the import fails; nothing is left then.
pub async fn make(path: &Path, actor: &str, job: &Arc<JobHandle>) -> Result<ImportResult> {
    let folder = tempfile::tempdir().context("make a folder for the demo's files")?;
    demo::write(folder.path())?;
    let paths = vec![folder.path().to_owned()];
    let options = ImportOptions {
        mappings: demo::mappings()?,
        as_of: Some(demo::DEMO_AS_OF_MS),
        actor: actor.to_owned(),
        reason: "demo".to_owned(),
        now: clock::now(),
        ..ImportOptions::default()
    };
    let store = Store::create(path, actor, clock::now()).await?;
    let result = async {
        let result = import::import(&store, &paths, &options, job.clone()).await?;
        state_map(&store, actor).await?;
        Ok(result)
    }
    .await;
    store.close().await?;
    match result {
        Ok(result) => Ok(result),
        Err(error) => {
            delete(path)?;
            Err(error)
        }
    }
}

/// States what the demo's governance file says.
async fn state_map(store: &Store, actor: &str) -> Result<()> {
    let answers = Answers::of_store(store, store.head().await?, None).await?;
    let plan = governance::plan(&answers, demo::MAP.text.as_bytes())?;
    let told = || Told::failure("BH-GEN-001", "The demo's governance file does not fit.", "The demo was not made.", "Report this.");
    governance::apply(store, &plan, actor, "what the Storefront teams recorded", clock::now()).await.map_err(|error| {
        let details = Told::of(&error).details;
        anyhow::Error::new(told().details(details))
    })?;
    Ok(())
}

/// Deletes a demo inventory and what SQLite keeps beside it.
///
/// # Errors
/// A file cannot be removed.
pub fn delete(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).context("delete the demo's inventory"),
        }
    }
    Ok(())
}
