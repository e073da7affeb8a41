//! The frame's facts: which inventory, which revision, what it holds; settings and the verdict on the log.

use std::path::Path;

use anyhow::Result;

use crate::model::time::iso;
use crate::policy::Packs;
use crate::store::Store;
use crate::store::log::LogEntry;

use super::answers::Answers;
use super::table::Table;
use super::tables;
use super::wire::{InventoryKind, Job, LogVerdict, RevisionLine, Settings, Status};

/// Revisions that the picker lists.
const LISTED: i64 = 200;

/// Status with no inventory open.
pub fn closed(account: &str, jobs: Vec<Job>) -> Status {
    Status {
        inventory: InventoryKind::None,
        inventory_name: String::new(),
        inventory_path: None,
        revision: 0,
        head: 0,
        as_of: None,
        as_of_assumed: false,
        read_only: false,
        counts: Vec::new(),
        revisions: Vec::new(),
        jobs,
        log_verdict: None,
        recovered: None,
        actor: account.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Status of an open inventory. Counts appear once the answers are computed, so that the frame shows at once.
///
/// # Errors
/// The file cannot be read.
pub async fn of_store(store: &Store, path: &Path, viewing: Option<i64>, answers: Option<&Answers>) -> Result<Status> {
    let head = store.head().await?;
    let revision = viewing.unwrap_or(head);
    let entries = store.log((head - LISTED + 1).max(1), head).await?;
    let shown = entries.iter().find(|entry| entry.number == revision);
    Ok(Status {
        inventory: InventoryKind::User,
        inventory_name: path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        inventory_path: Some(path.display().to_string()),
        revision,
        head,
        as_of: shown.and_then(|entry| entry.as_of).map(iso),
        as_of_assumed: shown.is_some_and(|entry| entry.as_of_assumed),
        read_only: store.is_read_only(),
        counts: answers.map_or_else(Vec::new, counts),
        revisions: entries.iter().rev().map(line).collect(),
        ..closed("", Vec::new())
    })
}

/// Rows per table, for the tabs.
pub fn counts(answers: &Answers) -> Vec<(String, u32)> {
    tables::ANSWERED
        .iter()
        .filter_map(|name| tables::of_answers(answers, name).map(|table: Box<dyn Table + '_>| ((*name).to_owned(), table.len() as u32)))
        .collect()
}

fn line(entry: &LogEntry) -> RevisionLine {
    RevisionLine {
        number: entry.number,
        at: iso(entry.at),
        as_of: entry.as_of.map(iso),
        action: entry.action.as_str().to_owned(),
        title: entry.subject.clone(),
        can_undo: Store::can_undo(entry),
    }
}

/// Recomputes the whole chain and every digest.
///
/// # Errors
/// The file cannot be read.
pub async fn log_verdict(store: &Store) -> Result<LogVerdict> {
    let verdict = store.verify_log().await?;
    Ok(LogVerdict {
        ok: verdict.ok,
        entries: verdict.entries,
        head_hash: verdict.head_hash,
        first_broken: verdict.first_broken,
        faults: verdict.faults,
        limits: verdict.limits,
    })
}

/// Settings as the page shows them.
///
/// # Errors
/// The file cannot be read.
pub async fn settings(store: &Store, answers: &Answers, account: &str) -> Result<Settings> {
    let mut boundaries: Vec<String> = answers.audiences.iter().filter_map(|view| view.boundary.value.clone()).collect();
    boundaries.sort();
    boundaries.dedup();
    let mut classes: Vec<(String, String)> = answers
        .estate
        .audiences
        .iter()
        .flat_map(|audience| &audience.classes)
        .map(|class| (class.name.clone(), class.sensitivity.map_or("unknown", |s| s.as_str()).to_owned()))
        .collect();
    classes.sort();
    classes.dedup();
    Ok(Settings {
        theme: store.setting("theme").await?.unwrap_or_else(|| "system".to_owned()),
        actor_name: store.setting("actor_name").await?.unwrap_or_else(|| account.to_owned()),
        sla: super::rotations_page::policy(answers),
        boundaries,
        classes,
        weights: answers.weights.pack.clone(),
        permission_classes: Packs::shipped().heads().first().map(|(_, head)| head.pack.clone()).unwrap_or_default(),
    })
}
