//! Importing a set of files: read, find out who is who, write what differs as one revision.
//!
//! While files are read, only hashes of names stay in memory and what they say goes to spools; when all are read and
//! it is known which names mean the same, the spools are merged with the visible rows, a range of ids at a time. So
//! several files can refer to each other in any order, and memory does not grow with them.

pub mod cells;
pub mod check;
pub mod counting;
pub mod expected;
pub mod files;
mod first_grants;
pub mod grants;
mod keys;
pub mod known;
pub mod lists;
pub mod merge;
pub mod names;
mod parties;
pub mod reading;
pub mod repeat;
pub mod scopes;
pub mod settle;
pub mod spool;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::json;

use crate::error::Told;
use crate::importers::mapping::Mapping;
use crate::importers::{ALL, FileInput, Importer, ReadOptions, ReadStop};
use crate::model::facts::{Problem, ProblemSeverity};
use crate::model::kinds::*;
use crate::model::time::{Millis, iso};
use crate::store::Store;
use crate::store::draft::{Draft, NewEntry};
use crate::work::wire::ImportResult;
pub use check::check;
pub use expected::Expected;
use files::DiskFile;
use known::Known;
use lists::Lists;
use reading::Reading;

/// Problems of one file that a result lists; the rest is in the inventory.
const MOST_LISTED: usize = 200;

/// What the user said about an import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// `--source`: word of an importer; `None` = each file is recognised.
    pub source: Option<String>,
    /// `--instance`.
    pub instance: Option<String>,
    /// `--full` or `--partial`.
    pub completeness: Option<Completeness>,
    /// `--map`.
    pub mappings: Vec<Mapping>,
    /// `--expect`: what a person says that the source holds.
    pub expected: Vec<Expected>,
    /// `--as-of`: export time where a file states none.
    pub as_of: Option<Millis>,
    /// Who imports.
    pub actor: String,
    /// Why, for the log.
    pub reason: String,
    /// Now, UTC milliseconds.
    pub now: Millis,
}

/// How far a long task is, and whether to stop. Called from several threads.
pub trait Progress: Send + Sync {
    /// A new phase begins; `number` from 1.
    fn phase(&self, number: u32, phases: u32, name: &str);
    /// Records or tables done in this phase.
    fn advance(&self, done: u64, total: Option<u64>);
    /// True when the user stopped it.
    fn cancelled(&self) -> bool;
}

/// Progress that nobody looks at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn phase(&self, _: u32, _: u32, _: &str) {}
    fn advance(&self, _: u64, _: Option<u64>) {}
    fn cancelled(&self) -> bool {
        false
    }
}

const PHASES: u32 = 5;

fn stopped() -> anyhow::Error {
    Told::cancelled("The import was stopped.").into()
}

/// Which importer reads a file, and why.
fn recognise(file: &DiskFile, forced: Option<&str>) -> (Option<usize>, String) {
    if let Some(name) = forced {
        return match ALL.iter().position(|importer| importer.name() == name) {
            Some(at) => (Some(at), "chosen with the import".to_owned()),
            None => (None, format!("there is no source {}", crate::formats::text::quoted(name))),
        };
    }
    let mut best: Option<(usize, u8, String)> = None;
    for (at, importer) in ALL.iter().enumerate() {
        if let Some(found) = importer.recognise(&file.sample)
            && best.as_ref().is_none_or(|(_, confidence, _)| found.confidence > *confidence)
        {
            best = Some((at, found.confidence, found.reason));
        }
    }
    best.map_or((None, "no importer knows this kind of file".to_owned()), |(at, _, reason)| (Some(at), reason))
}

/// Names of the importers, for help and errors.
pub fn sources() -> Vec<&'static str> {
    ALL.iter().map(|importer| importer.name()).collect()
}

fn check_source(options: &ImportOptions) -> Result<()> {
    if let Some(name) = &options.source
        && !ALL.iter().any(|importer| importer.name() == name)
    {
        return Err(Told::refusal(
            "BH-IMP-004",
            format!("There is no source {}.", crate::formats::text::quoted(name)),
            "Nothing was imported.",
            format!("Use one of: {}.", sources().join(", ")),
        )
        .into());
    }
    Ok(())
}

async fn gather(paths: &[PathBuf], progress: &Arc<dyn Progress>) -> Result<Vec<DiskFile>> {
    let (paths, progress) = (paths.to_vec(), Arc::clone(progress));
    let files =
        tokio::task::spawn_blocking(move || files::gather(&paths, &|| progress.cancelled())).await.context("looking for files")??;
    if files.is_empty() {
        return Err(Told::refusal(
            "BH-IMP-002",
            "There are no files to import there.",
            "Nothing was imported.",
            "Choose export files, or a folder that holds some.",
        )
        .into());
    }
    Ok(files)
}

/// Imports files and folders as one set: one revision, or none when nothing of it could be used.
///
/// # Errors
/// The user stopped it, no file could be used, or the inventory could not be written; the inventory is then as it was.
pub async fn import(store: &Store, paths: &[PathBuf], options: &ImportOptions, progress: Arc<dyn Progress>) -> Result<ImportResult> {
    let started = Instant::now();
    check_source(options)?;
    progress.phase(1, PHASES, "Finding and hashing files");
    let files = gather(paths, &progress).await?;
    let importers: Vec<(Option<usize>, String)> = files.iter().map(|file| recognise(file, options.source.as_deref())).collect();
    // The draft is begun first: an edit made meanwhile waits, because both would claim the next number (decision D11).
    let mut draft = store.begin().await?;
    let done = Run { store, files: &files, importers: &importers, options, progress: &progress }.run(&mut draft).await;
    match done {
        Ok(written) => {
            let entry = draft.commit(written.entry).await?;
            progress.advance(1, Some(1));
            let mut result = written.result;
            result.revision = entry.number;
            result.as_of = entry.as_of.map(iso);
            result.milliseconds = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
            Ok(result)
        }
        Err(error) => {
            draft.abandon().await?;
            Err(error)
        }
    }
}

struct Run<'a> {
    store: &'a Store,
    files: &'a [DiskFile],
    importers: &'a [(Option<usize>, String)],
    options: &'a ImportOptions,
    progress: &'a Arc<dyn Progress>,
}

struct Written {
    entry: NewEntry,
    result: ImportResult,
}

impl Run<'_> {
    async fn run(&self, draft: &mut Draft) -> Result<Written> {
        let head = draft.number() - 1;
        let set = repeat::set_hash(self.files, self.options)?;
        if let Some(earlier) = repeat::earlier(self.store, head, &set).await? {
            self.progress.phase(PHASES, PHASES, "Finishing");
            if self.progress.cancelled() {
                return Err(stopped());
            }
            return repeat::write(self.store, self.files, self.options, &earlier, draft).await;
        }
        let mut refused: Vec<Option<Problem>> = vec![None; self.files.len()];
        let mut guess = true;
        let (mut reading, mut known) = loop {
            let (reading, known, stop) = self.read(head, &refused, guess).await?;
            match stop {
                None if guess && settle::guessed_wrong(&reading, &known) => guess = false,
                None => break (reading, known),
                Some((file, problem)) => {
                    ensure!(refused[file].is_none(), "a file was refused twice");
                    refused[file] = Some(problem);
                }
            }
        };
        for (file, (importer, reason)) in self.importers.iter().enumerate() {
            if importer.is_none() {
                reading.files[file].problems.push(Problem {
                    code: "BH-IMP-003".to_owned(),
                    severity: ProblemSeverity::Refused,
                    record: 0,
                    position: None,
                    message: format!("The file was not imported: {reason}."),
                });
            }
            if let Some(problem) = refused[file].take() {
                reading.files[file].problems.push(problem);
            }
        }
        self.tell_counts(&mut reading);
        let used = |file: usize, reading: &Reading| {
            !reading.files[file].problems.iter().any(|problem| problem.severity == ProblemSeverity::Refused)
        };
        if (0..self.files.len()).all(|file| !used(file, &reading)) {
            let reasons: Vec<String> = reading
                .files
                .iter()
                .zip(self.files)
                .filter_map(|(tally, file)| {
                    Some(format!("{}: {}", crate::formats::text::quoted(&file.name), tally.problems.last()?.message))
                })
                .take(5)
                .collect();
            return Err(Told::refusal(
                "BH-IMP-005",
                "None of these files could be imported.",
                "Nothing was changed.",
                "Look at the reasons; `how-to-export` says how to make files that can be imported.",
            )
            .details(reasons.join(" "))
            .into());
        }
        self.progress.phase(3, PHASES, "Finding out what belongs together");
        merged(&mut reading)?;
        let new_instances = settle::instances(&mut reading, &mut known, self.options.instance.as_deref());
        let mut doubted = Vec::new();
        let said_full = self.options.completeness == Some(Completeness::Full);
        loop {
            let lists = Lists::new(&reading, &doubted);
            let (written, doubtful) = self.write(draft, head, &mut reading, &known, &new_instances, lists).await?;
            if said_full || doubtful.is_empty() || !doubted.is_empty() {
                let mut written = written;
                written.entry.detail.insert("set".to_owned(), json!(set));
                return Ok(written);
            }
            // What was written is taken back; the lists that would remove most of what is known are not believed.
            for (_, list) in &doubtful {
                if let Some(file) = reading.files.iter_mut().find(|file| file.slot.is_some()) {
                    file.problems.push(Problem {
                        code: "BH-IMP-021".to_owned(),
                        severity: ProblemSeverity::Warning,
                        record: 0,
                        position: None,
                        message: format!(
                            "The list {list} looks complete but holds less than half of what is known; nothing was removed. Import it again with --full if it is right."
                        ),
                    });
                }
            }
            doubted = doubtful;
            draft.start_over().await?;
        }
    }

    /// Tells where a count differs from what a person expects, and where one looks like the end of a page.
    fn tell_counts(&self, reading: &mut Reading) {
        let mut found: BTreeMap<&'static str, u64> = BTreeMap::new();
        let warn = |file: &mut reading::Tally, code: &str, message: String| {
            file.problems.push(Problem { code: code.to_owned(), severity: ProblemSeverity::Warning, record: 0, position: None, message });
        };
        for file in &mut reading.files {
            for kind in RecordKind::ALL {
                let records = file.lists.get(*kind as usize).copied().unwrap_or(0);
                if records == 0 {
                    continue;
                }
                *found.entry(kind.as_str()).or_default() += records;
                if let Some(told) = expected::page_cap(records, file.completeness.unwrap_or(Completeness::Unknown)) {
                    warn(file, "BH-IMP-022", format!("{kind}: {told}"));
                }
            }
        }
        for differs in expected::compare(&self.options.expected, &found).iter().filter(|one| !one.holds) {
            if let Some(file) = reading.files.iter_mut().find(|file| file.slot.is_some()) {
                warn(file, "BH-IMP-023", differs.told.clone());
            }
        }
    }

    /// Reads all files but the refused ones; answers the file for which it had to stop, if any.
    async fn read(&self, head: i64, refused: &[Option<Problem>], guess: bool) -> Result<(Reading, Known, Option<(usize, Problem)>)> {
        self.progress.phase(2, PHASES, "Reading");
        let mut reading = Reading::new(self.store.path(), self.files.len(), Arc::clone(self.progress));
        let known = Known::load(self.store, head, &mut reading).await?;
        if guess {
            settle::guess(&mut reading, &known, self.options.instance.as_deref());
        }
        let options = ReadOptions {
            completeness: self.options.completeness,
            instance: self.options.instance.clone(),
            mappings: self.options.mappings.clone(),
        };
        let work: Vec<(usize, Vec<(usize, DiskFile)>)> = (0..ALL.len())
            .map(|importer| {
                let mine = (0..self.files.len()).filter(|&file| self.importers[file].0 == Some(importer) && refused[file].is_none());
                (importer, mine.map(|file| (file, self.files[file].clone())).collect())
            })
            .filter(|(_, files): &(usize, Vec<_>)| !files.is_empty())
            .collect();
        let (reading, stop) = tokio::task::spawn_blocking(move || {
            let mut stop = None;
            for (importer, files) in work {
                let importer: &dyn Importer = ALL[importer];
                reading.file_map = files.iter().map(|(file, _)| *file).collect();
                let inputs: Vec<&dyn FileInput> = files.iter().map(|(_, file)| file as &dyn FileInput).collect();
                let done = importer.read(&inputs, &options, &mut reading);
                reading.finish();
                if let Err(error) = done {
                    stop = Some((error, reading.file_map.clone()));
                    break;
                }
            }
            (reading, stop)
        })
        .await
        .map_err(|error| anyhow!("reading the files failed: {error}"))?;
        match stop {
            None if self.progress.cancelled() => Err(stopped()),
            None => Ok((reading, known, None)),
            Some((ReadStop::Cancelled, _)) => {
                let mut reading = reading;
                // A full disk stops the reading like a cancel; then that is the reason to tell.
                for spool in reading.statements.iter_mut().chain([&mut reading.grants, &mut reading.records, &mut reading.texts]) {
                    if !spool.is_whole() {
                        spool.each(|_| Ok(()))?;
                    }
                }
                Err(stopped())
            }
            Some((ReadStop::Refused(refused), map)) => {
                let file = *map.get(refused.file).context("an importer refused a file that it was not given")?;
                Ok((reading, known, Some((file, refused.problem))))
            }
        }
    }
}

/// Finds records that the set holds more than once: the first is accepted, the others are merged (decision D19).
fn merged(reading: &mut Reading) -> Result<()> {
    const AT_ONCE: u64 = 400_000;
    let parts = reading.records.records().div_ceil(AT_ONCE).max(1) as usize;
    let mut spools = spool::distribute(&mut reading.records, parts, 8 << 20, |record| Ok(usize::from(record[0]) * parts / 256))?;
    for spool in &mut spools {
        let mut records: Vec<(u128, u32)> = Vec::with_capacity(spool.records() as usize);
        spool.each(|record| {
            let mut rest = record;
            records.push((u128::from_be_bytes(cells::take(&mut rest)?), u32::from_le_bytes(cells::take(&mut rest)?)));
            Ok(())
        })?;
        // A stable sort keeps the order of reading among equals.
        records.sort_by_key(|(identity, _)| *identity);
        for pair in records.windows(2) {
            if pair[0].0 == pair[1].0 {
                let tally = &mut reading.files[pair[1].1 as usize];
                tally.accepted -= 1;
                tally.merged += 1;
            }
        }
    }
    Ok(())
}
