//! Looking at files before they are imported: what each is and why, what it would become, what would not be stored, what
//! is wrong with it. Reads the files whole with the importers themselves, so that it cannot promise what they do not do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, anyhow};

use super::counting::{Counted, Counting};
use super::files::DiskFile;
use super::{ImportOptions, Progress, check_source, expected, gather, recognise, stopped};
use crate::formats::decode;
use crate::formats::text::quoted;
use crate::importers::mapping::{Mapping, is_secret_column};
use crate::importers::{ALL, FileInput, ReadOptions, ReadStop, csv};
use crate::model::facts::{Problem, ProblemSeverity};
use crate::model::kinds::{Completeness, Source};
use crate::model::time::iso_date;
use crate::store::Store;
use crate::store::imports::ImportFileRow;
use crate::work::wire::{CheckedFile, CheckedList, Equation, ImportCheck, KindCount, ProblemKind};

const PHASES: u32 = 2;

/// What a file was taken for.
struct Taken {
    importer: Option<usize>,
    reason: String,
    /// What a table's columns become, and whether a saved profile says so; without one it is a guess.
    mapping: Option<(Mapping, bool)>,
}

/// Says what each file is and would become, without importing anything.
///
/// # Errors
/// A path cannot be read, an unknown source was asked for, or the user stopped it.
pub async fn check(store: &Store, paths: &[PathBuf], options: &ImportOptions, progress: &Arc<dyn Progress>) -> Result<ImportCheck> {
    check_source(options)?;
    progress.phase(1, PHASES, "Finding and hashing files");
    let files = gather(paths, progress).await?;
    progress.phase(2, PHASES, "Reading");
    let (work, progress, said) = (files.clone(), Arc::clone(progress), options.clone());
    let (taken, counted) = tokio::task::spawn_blocking(move || {
        let taken: Vec<Taken> = work.iter().map(|file| take(file, &said)).collect();
        count(&work, &taken, &said, &progress).map(|counted| (taken, counted))
    })
    .await
    .map_err(|error| anyhow!("reading the files failed: {error}"))??;
    let head = store.head().await?;
    let earlier = store.import_files(1, head).await?;
    let mut at_of: BTreeMap<i64, String> = BTreeMap::new();
    for revision in earlier.iter().map(|file| file.revision).collect::<BTreeSet<_>>() {
        at_of.insert(revision, iso_date(store.entry(revision).await?.at));
    }
    let when = |revision: i64| format!("revision {revision} on {}", at_of.get(&revision).map_or("an unknown day", String::as_str));
    let mut found: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut checked = Vec::new();
    for ((file, taken), counted) in files.iter().zip(&taken).zip(&counted) {
        for (list, seen) in &counted.lists {
            *found.entry(list).or_default() += seen.records;
        }
        let already = earlier.iter().rfind(|known| known.sha256 == file.sha256).map(|known| when(known.revision));
        let previous = previous(&earlier, taken, counted).map(|(revision, files, read)| {
            let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
            format!("{}: {files}, {read} records", when(revision))
        });
        checked.push(checked_file(file, taken, counted, already, previous));
    }
    checked.sort_by(|a, b| a.name.cmp(&b.name));
    let can_import =
        checked.iter().any(|file| file.source.is_some() && !file.problems.iter().any(|kind| kind.severity == ProblemSeverity::Refused));
    Ok(ImportCheck { can_import, files: checked, expected: expected::compare(&options.expected, &found) })
}

fn take(file: &DiskFile, options: &ImportOptions) -> Taken {
    let (importer, reason) = recognise(file, options.source.as_deref());
    // A table shows what its columns would become: by a profile that fits, else by a guess that a person must confirm.
    let mapping = importer.filter(|at| ALL[*at].name() == "csv").and_then(|_| csv::mapping_for(file, &options.mappings).ok());
    Taken { importer, reason, mapping }
}

/// Lets the importers read everything into a receiver that only counts; a file that one refuses is left out and the rest
/// is read again, as an import does it (decision D20).
fn count(files: &[DiskFile], taken: &[Taken], options: &ImportOptions, progress: &Arc<dyn Progress>) -> Result<Vec<Counted>> {
    let mut refused: BTreeMap<usize, Problem> = BTreeMap::new();
    // A guess is tried, so that it can be seen what it would give.
    let guesses = taken.iter().filter_map(|one| one.mapping.as_ref()).filter(|(mapping, known)| !known && mapping.check().is_ok());
    let mappings = options.mappings.iter().cloned().chain(guesses.map(|(mapping, _)| mapping.clone())).collect();
    let read = ReadOptions { completeness: options.completeness, instance: options.instance.clone(), mappings };
    'again: loop {
        let mut counting = Counting::new(files.len(), Arc::clone(progress));
        for (at, importer) in ALL.iter().enumerate() {
            let mine: Vec<usize> =
                (0..files.len()).filter(|file| taken[*file].importer == Some(at) && !refused.contains_key(file)).collect();
            if mine.is_empty() {
                continue;
            }
            let inputs: Vec<&dyn FileInput> = mine.iter().map(|file| &files[*file] as &dyn FileInput).collect();
            counting.file_map.clone_from(&mine);
            let done = importer.read(&inputs, &read, &mut counting);
            counting.finish();
            match done {
                Ok(()) => {}
                Err(ReadStop::Cancelled) => return Err(stopped()),
                Err(ReadStop::Refused(stop)) => {
                    let file = *mine.get(stop.file).ok_or_else(|| anyhow!("an importer refused a file that it was not given"))?;
                    anyhow::ensure!(refused.insert(file, stop.problem).is_none(), "a file was refused twice");
                    continue 'again;
                }
            }
        }
        if progress.cancelled() {
            return Err(stopped());
        }
        let mut counted = counting.files;
        for (file, problem) in refused {
            counted[file] = Counted::default();
            let key = (ProblemSeverity::Refused, problem.code.clone());
            counted[file].problems.insert(key, super::counting::ProblemsOfKind { first: problem, count: 1 });
        }
        return Ok(counted);
    }
}

/// The last import of the same source: revision, files, records.
fn previous(earlier: &[ImportFileRow], taken: &Taken, counted: &Counted) -> Option<(i64, usize, i64)> {
    let importer = ALL[taken.importer?].name();
    let source = counted.slot.as_ref().map(|slot| slot.source);
    let same = |row: &&ImportFileRow| row.importer.as_deref() == Some(importer) && (source.is_none() || row.source == source);
    let newest = earlier.iter().filter(same).map(|row| row.revision).max()?;
    let of_it: Vec<&ImportFileRow> = earlier.iter().filter(same).filter(|row| row.revision == newest).collect();
    Some((newest, of_it.len(), of_it.iter().map(|row| row.read).sum()))
}

fn checked_file(file: &DiskFile, taken: &Taken, counted: &Counted, already: Option<String>, previous: Option<String>) -> CheckedFile {
    let problems: Vec<ProblemKind> = counted
        .problems
        .iter()
        .rev()
        .map(|((severity, code), kind)| ProblemKind {
            severity: *severity,
            code: code.clone(),
            count: kind.count,
            example: kind.first.clone(),
        })
        .collect();
    let lists = counted.lists.iter().map(|(list, seen)| {
        let (completeness, reason) = seen.completeness.clone().unwrap_or((Completeness::Unknown, "the file does not say it".to_owned()));
        CheckedList {
            list: (*list).to_owned(),
            records: seen.records,
            completeness: completeness.as_str().to_owned(),
            reason,
            page_cap: expected::page_cap(seen.records, completeness),
        }
    });
    CheckedFile {
        name: file.name.clone(),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        encoding: encoding(file),
        container: container(file, taken),
        source: taken.importer.map(|at| ALL[at].name().to_owned()),
        reason: taken.reason.clone(),
        already,
        previous,
        guessed: taken.mapping.as_ref().is_some_and(|(_, known)| !known),
        not_stored: not_stored(taken, counted),
        mapping: taken.mapping.as_ref().map(|(mapping, _)| mapping.clone()),
        equation: Equation {
            read: counted.read,
            accepted: counted.accepted,
            merged: 0,
            rejected: counted.rejected,
            ignored: counted.ignored,
        },
        secrets_dropped: counted.secrets,
        becomes: counted.statements.iter().map(|(kind, count)| KindCount { kind: (*kind).to_owned(), count: *count }).collect(),
        lists: lists.collect(),
        problems,
    }
}

fn encoding(file: &DiskFile) -> String {
    if file.start.starts_with(b"PK\x03\x04") {
        return "none (packed)".to_owned();
    }
    let sniffed = decode::sniff(&file.start);
    let mark = if sniffed.mark > 0 { " with byte order mark" } else { "" };
    match file.open().and_then(decode::survey) {
        Ok(decode::Survey { not_utf8_at: Some(at), found }) => format!("{} (guessed: byte {at} is no UTF-8)", found.encoding.as_str()),
        Ok(_) if sniffed.guessed() => format!("{} (guessed: it has no mark)", sniffed.encoding.as_str()),
        _ => format!("{}{mark}", sniffed.encoding.as_str()),
    }
}

fn container(file: &DiskFile, taken: &Taken) -> String {
    let text = file.sample.text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let is_table = taken.importer.is_some_and(|at| ALL[at].name() == "csv");
    let what = match text.chars().next() {
        None => "empty".to_owned(),
        Some('{') => "JSON object".to_owned(),
        Some('[') => "JSON array".to_owned(),
        Some(_) if file.start.starts_with(b"PK\x03\x04") => "workbook or ZIP archive".to_owned(),
        Some(_) if is_table => {
            let line = text.lines().find(|line| !line.starts_with("#TYPE ")).unwrap_or_default();
            match crate::formats::csv::sniff_delimiter(line.as_bytes()) {
                b'\t' => "table, separated by tabs".to_owned(),
                b';' => "table, separated by semicolons".to_owned(),
                _ => "table, separated by commas".to_owned(),
            }
        }
        Some(_) => "text".to_owned(),
    };
    if file.is_gzip() { format!("{what}, compressed") } else { what }
}

/// What of a file will not be stored, in sentences.
fn not_stored(taken: &Taken, counted: &Counted) -> Vec<String> {
    let mut told = Vec::new();
    if let Some((mapping, _)) = &taken.mapping {
        let named = |names: &[&str]| names.iter().map(|name| format!("“{}”", quoted(name))).collect::<Vec<_>>().join(", ");
        let secret: Vec<&str> = mapping.columns.iter().map(|one| one.column.as_str()).filter(|column| is_secret_column(column)).collect();
        let left: Vec<&str> = mapping
            .columns
            .iter()
            .filter(|one| one.field.is_none() && !is_secret_column(&one.column))
            .map(|one| one.column.as_str())
            .collect();
        if !secret.is_empty() {
            let columns =
                if secret.len() == 1 { "1 column holds secrets".to_owned() } else { format!("{} columns hold secrets", secret.len()) };
            told.push(format!("{columns} ({}). Values are dropped while reading.", named(&secret)));
        }
        if !left.is_empty() {
            told.push(format!("Columns that are mapped to no field: {}.", named(&left)));
        }
    }
    match counted.secrets {
        0 => {}
        1 => told.push("1 secret value. Kept: that a secret exists, its key id and its dates.".to_owned()),
        n => told.push(format!("{n} secret values. Kept: that each exists, its key id and its dates.")),
    }
    if counted.ignored > 0 {
        told.push(format!("{} records that are understood and of no use here.", counted.ignored));
    }
    if counted.rejected > 0 {
        told.push(format!("{} records that cannot be used; the problems say why.", counted.rejected));
    }
    if taken.mapping.is_none() && counted.read > 0 && counted.slot.as_ref().is_some_and(|slot| slot.source != Source::Generic) {
        told.push("Fields that are not on this source's list of known fields.".to_owned());
    }
    told
}
