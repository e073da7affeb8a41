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
use crate::store::cells::{Field, Value};
use crate::store::draft::{Draft, NewEntry};
use crate::store::table;
use crate::work::wire::{Equation, ImportResult, ImportedFile, KindChange};
pub use check::check;
pub use expected::Expected;
use files::DiskFile;
use first_grants::FirstGrants;
use known::Known;
use lists::Lists;
use merge::{Merge, Named};
use names::Names;
use reading::Reading;
use settle::{NewKeys, Who};

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

    /// Writes keys and everything but the first grants.
    async fn keys_and_tables(&self, merge: &mut Merge<'_>, head: i64, known: &Known, new_keys: &NewKeys, known_grants: u64) -> Result<()> {
        let who = Arc::clone(&merge.who);
        let mut texts = new_keys.prepare(self.store, head, merge.reading, known, &who).await?;
        let mut keys = merge.draft.lend(&table::KEYS);
        let (tell, told) = tokio::sync::oneshot::channel();
        let writing = async {
            let done = new_keys.write(self.store, &mut texts, &who, &mut keys).await;
            // Whoever needs a key that is not there goes on without and is stopped by the error.
            let _ = tell.send(());
            done
        };
        self.progress.phase(4, PHASES, "Comparing and writing");
        let (keys_written, merged) = tokio::join!(writing, self.tables(merge, known_grants, told));
        merge.draft.give_back(keys);
        texts.give_back(merge.reading);
        keys_written.and(merged)
    }

    /// Merges all tables; those whose rows may be called by their key wait until the keys can be read.
    async fn tables(&self, merge: &mut Merge<'_>, known_grants: u64, keys: tokio::sync::oneshot::Receiver<()>) -> Result<()> {
        if known_grants > 0 {
            merge.grants(known_grants).await?;
        }
        // Those that name others come before those that are named, so that placeholders are known to be needed.
        let without_keys = [&table::IDENTIFIERS, &table::REACH_EDGES, &table::OWNERSHIPS, &table::SCOPES];
        let others = [
            &table::CREDENTIALS,
            &table::OWNERS,
            &table::AUDIENCES,
            &table::CLIENTS,
            &table::PRINCIPALS,
            &table::VENDORS,
            &table::ISSUERS,
            &table::GATEWAY_ROUTES,
        ];
        let all = without_keys.len() + others.len();
        let mut keys = Some(keys);
        for (at, table) in without_keys.into_iter().chain(others).enumerate() {
            if at == without_keys.len()
                && let Some(keys) = keys.take()
            {
                let _ = keys.await;
            }
            if self.progress.cancelled() {
                return Err(stopped());
            }
            merge.table(table).await?;
            self.progress.advance(at as u64 + 1, Some(all as u64));
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "each is one stage's result")]
    async fn write(
        &self,
        draft: &mut Draft,
        head: i64,
        reading: &mut Reading,
        known: &Known,
        new_instances: &[settle::NewInstance],
        mut lists: Lists,
    ) -> Result<(Written, Vec<(u32, RecordKind)>)> {
        let (entities, new_keys) = settle::settle(reading, known, new_instances, draft).await?;
        // Names and scopes only mean something together with their entities from here on.
        let (names, scopes) = (std::mem::replace(&mut reading.names, Names::new()), std::mem::take(&mut reading.scopes));
        let who = Arc::new(Who { names, scopes, entities });
        let first_file = draft.next_id(&table::IMPORT_FILES);
        let mut merge = Merge {
            store: self.store,
            head,
            reading: &mut *reading,
            who: Arc::clone(&who),
            lists: &mut lists,
            draft: &mut *draft,
            progress: Arc::clone(self.progress),
            named: Named::default(),
            first_file,
            counts: Vec::new(),
            orphans: 0,
        };
        merge.draft.promise(new_keys.end);
        // Where no grant is known yet, they are written beside everything else, from here on.
        let known_grants = self.store.row_count(&table::GRANTS).await?.unsigned_abs();
        let first = if known_grants == 0 { Some(FirstGrants::begin(&mut merge)?) } else { None };
        let written = self.keys_and_tables(&mut merge, head, known, &new_keys, known_grants).await;
        // The thread is waited for in any case: it holds a part of the draft.
        let ended = match first {
            Some(first) => first.end(&mut merge).await,
            None => Ok(()),
        };
        if written.is_err() || ended.is_err() {
            // A writer that stopped tells why.
            merge.draft.sync().await?;
        }
        written?;
        ended?;
        let (mut counts, orphans) = (std::mem::take(&mut merge.counts), merge.orphans);
        drop(merge);
        counts.sort_by(|a, b| a.kind.cmp(&b.kind));
        let doubtful = lists.doubtful();
        self.progress.phase(5, PHASES, "Finishing");
        if self.progress.cancelled() {
            return Err(stopped());
        }
        let mut result = ImportResult {
            revision: 0,
            as_of: None,
            changed: !counts.is_empty(),
            files: Vec::new(),
            totals: Equation::default(),
            changes: counts
                .iter()
                .map(|count| KindChange {
                    kind: count.kind.clone(),
                    added: count.added,
                    removed: count.removed,
                    changed: count.changed,
                    link: None,
                })
                .collect(),
            orphans,
            milliseconds: 0,
            drift: None,
        };
        let mut as_of: Option<(Millis, bool)> = None;
        for (file, tally) in self.files.iter().zip(&reading.files) {
            let at = result.files.len();
            let importer = self.importers[at].0.map(|at| ALL[at]);
            let refused = tally.problems.iter().any(|problem| problem.severity == ProblemSeverity::Refused);
            let slot = tally.slot.map(|slot| &reading.slots[usize::from(slot)]);
            let instance = slot.and_then(|slot| slot.instance);
            let (exported_at, assumed) = match (tally.exported_at, self.options.as_of) {
                (Some(time), _) | (None, Some(time)) => (time, false),
                (None, None) => (self.options.now, true),
            };
            if !refused && as_of.is_none_or(|(newest, _)| exported_at > newest || (exported_at == newest && !assumed)) {
                as_of = Some((exported_at, assumed));
            }
            let equation = Equation {
                read: tally.read,
                accepted: tally.accepted,
                merged: tally.merged,
                rejected: tally.rejected,
                ignored: tally.ignored,
            };
            ensure!(
                equation.read == equation.accepted + equation.merged + equation.rejected + equation.ignored,
                "the records of file {} do not add up",
                file.sha256
            );
            let completeness = tally.completeness.unwrap_or(Completeness::Unknown);
            let n = |value: u64| Value::Int(i64::try_from(value).unwrap_or(i64::MAX));
            let row = draft
                .insert(
                    &table::IMPORT_FILES,
                    &[
                        file.name.put(),
                        file.sha256.put(),
                        n(file.bytes),
                        importer.map(|importer| importer.name().to_owned()).put(),
                        slot.map(|slot| slot.source).put(),
                        instance.map(i64::from).put(),
                        completeness.put(),
                        n(equation.read),
                        n(equation.accepted),
                        n(equation.merged),
                        n(equation.rejected),
                        n(equation.ignored),
                        n(tally.secrets_dropped),
                        Some(exported_at).put(),
                        assumed.put(),
                    ],
                )
                .await?;
            for problem in &tally.problems {
                draft
                    .insert(
                        &table::IMPORT_PROBLEMS,
                        &[
                            Value::Int(row),
                            Value::Int(problem.severity as i64),
                            problem.code.put(),
                            problem.record.put(),
                            problem.position.put(),
                            problem.message.put(),
                        ],
                    )
                    .await?;
            }
            result.totals.read += equation.read;
            result.totals.accepted += equation.accepted;
            result.totals.merged += equation.merged;
            result.totals.rejected += equation.rejected;
            result.totals.ignored += equation.ignored;
            let name = instance.and_then(|instance| {
                let new = new_instances.iter().find(|new| new.instance == instance).map(|new| new.name.clone());
                new.or_else(|| known.instances.iter().find(|(known, ..)| *known == instance).map(|(_, _, name, ..)| name.clone()))
            });
            let listed = tally.problems.len().min(MOST_LISTED);
            result.files.push(ImportedFile {
                name: file.name.clone(),
                sha256: file.sha256.clone(),
                bytes: file.bytes,
                source: importer.map(|importer| importer.name().to_owned()),
                instance: name,
                completeness: completeness.as_str().to_owned(),
                equation,
                secrets_dropped: tally.secrets_dropped,
                warnings: tally.problems[..listed].to_vec(),
                more_warnings: tally.more_problems.saturating_add(u32::try_from(tally.problems.len() - listed).unwrap_or(u32::MAX)),
            });
        }
        for said in &lists.said {
            // The parent of a nested list is kept as the entity that it is best known as.
            let parent =
                [Kind::Client, Kind::Audience, Kind::Principal].into_iter().map(|kind| who.of(kind, said.parent)).find(|id| *id != 0);
            draft
                .insert(
                    &table::IMPORT_SCOPES,
                    &[
                        Value::Int(i64::from(said.instance)),
                        said.list.put(),
                        parent.map(i64::from).put(),
                        said.completeness.put(),
                        said.reason.put(),
                    ],
                )
                .await?;
        }
        let subject = match self.files {
            [file] => file.name.clone(),
            files => format!("{} files", files.len()),
        };
        let totals = result.totals;
        let detail = json!({
            "files": self.files.len(), "orphans": orphans,
            "read": totals.read, "accepted": totals.accepted, "merged": totals.merged, "rejected": totals.rejected, "ignored": totals.ignored,
        });
        let entry = NewEntry {
            at: self.options.now,
            actor: self.options.actor.clone(),
            action: Action::Import,
            reason: self.options.reason.clone(),
            subject,
            counts,
            detail: detail.as_object().cloned().unwrap_or_default(),
            as_of,
        };
        // A second attempt starts from the same names.
        if let Ok(who) = Arc::try_unwrap(who) {
            (reading.names, reading.scopes) = (who.names, who.scopes);
        }
        Ok((Written { entry, result }, doubtful))
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
