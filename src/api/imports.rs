//! Commands of the page Imports: check a set, run it as a job.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json, to_value};
use tokio::sync::RwLock;

use crate::error::Told;
use crate::model::kinds::Completeness;
use crate::model::time::{Millis, parse_as_of};
use crate::work::drift_words::told;
use crate::work::import::{self, Expected, ImportOptions, Progress};
use crate::work::inventory::Store;
use crate::work::profiles::Mapping;
use crate::work::wire::{DriftWords, ImportResult};
use crate::work::{clock, profiles};

use super::Host;
use super::host::Open;

/// What the page says about a set.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImportRequest {
    handles: Vec<String>,
    source: Option<String>,
    instance: Option<String>,
    /// `full` or `partial`; empty = what the files prove.
    completeness: Option<String>,
    /// Day of the export, if the user states it.
    as_of: Option<String>,
    /// Mappings that the user confirmed; they are saved as profiles.
    mappings: Vec<Mapping>,
    /// What the user says that the source holds.
    expected: Vec<Expected>,
    reason: String,
}

impl ImportRequest {
    fn as_of(&self) -> Result<Option<Millis>> {
        Ok(match self.as_of.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(parse_as_of(text).ok_or_else(|| {
                Told::refusal("BH-IMP-030", "The export day is not a date.", "Nothing was imported.", "Write it as 2026-11-20.")
            })?),
            None => None,
        })
    }

    fn options(&self, host: &Host, paths: &[std::path::PathBuf], actor: String) -> Result<ImportOptions> {
        let as_of = self.as_of()?;
        let mut mappings = self.mappings.clone();
        mappings.extend(profiles::for_set(paths, &host.profiles_dir()));
        Ok(ImportOptions {
            source: self.source.clone().filter(|text| !text.is_empty()),
            instance: self.instance.clone().filter(|text| !text.is_empty()),
            completeness: self.completeness.as_deref().and_then(Completeness::parse).filter(|c| *c != Completeness::Unknown),
            mappings,
            expected: self.expected.clone(),
            as_of,
            actor,
            reason: self.reason.clone(),
            now: clock::now(),
        })
    }
}

fn title(paths: &[std::path::PathBuf]) -> String {
    let names: Vec<String> = paths.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned()).collect();
    match names.as_slice() {
        [one] => one.clone(),
        several => format!("{} files", several.len()),
    }
}

/// Looks at the files: format, encoding, what will be stored and what not. A job, because files can be large.
pub(super) async fn check(host: &Arc<Host>, request: ImportRequest) -> Result<Value> {
    let paths = host.picked(&request.handles)?;
    // Looked at first: a refused request must not make an inventory.
    request.as_of()?;
    let open = host.opened_or_created().await?;
    let store = open.read().await.store.clone();
    let options = request.options(host, &paths, host.actor(&store).await?)?;
    let job = host.jobs.start("check", format!("Check {}", title(&paths)));
    let answer = json!({ "job": job.view().id });
    tokio::spawn(async move {
        let progress: Arc<dyn Progress> = job.clone();
        let done = import::check(&store, &paths, &options, &progress).await;
        job.end(done.and_then(|check| Ok(to_value(check)?)));
    });
    Ok(answer)
}

/// Imports the files as one revision.
pub(super) async fn run(host: &Arc<Host>, request: ImportRequest) -> Result<Value> {
    let paths = host.picked(&request.handles)?;
    // Looked at first: a refused request must not make an inventory.
    request.as_of()?;
    // The demo is a made-up estate in a file of its own (D47): real exports never go into it.
    host.leave_demo().await?;
    let open = host.opened_or_created().await?;
    let store = open.read().await.store.clone();
    let options = request.options(host, &paths, host.actor(&store).await?)?;
    for mapping in &request.mappings {
        profiles::save(&host.profiles_dir(), mapping)?;
    }
    let job = host.jobs.start("import", format!("Import {}", title(&paths)));
    let answer = json!({ "job": job.view().id });
    tokio::spawn(async move {
        let done = match import::import(&store, &paths, &options, job.clone()).await {
            Ok(result) => Ok(with_drift(&open, &store, result).await),
            Err(error) => Err(error),
        };
        job.end(done.and_then(|result| Ok(to_value(result)?)));
    });
    Ok(answer)
}

/// Says what the changes mean. The import is committed by then, so trouble here is told in the result and is none of its own.
async fn with_drift(open: &RwLock<Open>, store: &Store, mut result: ImportResult) -> ImportResult {
    let told = async {
        if let Some(note) = told::nothing_to_compare(store, result.revision, result.changed).await? {
            return Ok(note);
        }
        // The window asks for these answers next; when an older revision is on screen they are built for this alone.
        let open = open.read().await;
        if open.revision().await? == result.revision {
            return told::told(store, open.answers().await?.as_ref()).await;
        }
        told::of_import(store, result.revision, result.changed).await
    };
    result.drift =
        Some(told.await.unwrap_or_else(|error: anyhow::Error| DriftWords { note: Told::of(&error).what, ..DriftWords::default() }));
    result
}
