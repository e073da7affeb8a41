//! Commands that change something or write a file.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::json;

use crate::error::Told;
use crate::importers::mapping::Mapping;
use crate::model::kinds::{Completeness, Source};
use crate::work::jobs::Jobs;
use crate::work::wire::{CheckedFile, ImportResult};
use crate::work::{clock, import, statements};

use super::args::{Import, Set};
use super::print;
use super::session::{Session, say};

/// Imports a set, or only checks it.
pub(super) async fn import(ctx: &Session, args: &Import) -> Result<i32> {
    let config = ctx.config()?;
    let options = import::ImportOptions {
        source: args.source.clone(),
        instance: args.instance.clone(),
        completeness: if args.full { Some(Completeness::Full) } else { args.partial.then_some(Completeness::Partial) },
        mappings: args.map.iter().map(|path| read_mapping(path)).collect::<Result<_>>()?,
        profiles_dir: Some(config.data_dir.join("profiles")),
        as_of: ctx.as_of,
        actor: config.account,
        now: clock::now(),
    };
    let jobs = Jobs::default();
    let job = jobs.start("import", "import");
    let shown = show_progress(&job);
    if args.check {
        let path = ctx.path()?;
        let store = if path.exists() { Some(ctx.open(false).await?) } else { None };
        let check = import::check(store.as_ref(), &args.paths, &options, job.clone()).await?;
        shown.abort();
        if ctx.json {
            say(&serde_json::to_string_pretty(&check)?)?;
        } else {
            for file in &check.files {
                say(&checked(file))?;
            }
        }
        return Ok(if check.can_import { 0 } else { 1 });
    }
    let store = ctx.open(true).await?;
    let result = import::import(&store, &args.paths, &options, job.clone()).await;
    shown.abort();
    store.close().await?;
    let result = result?;
    let stored = result.files.iter().any(|file| file.equation.accepted + file.equation.merged + file.equation.ignored > 0);
    if ctx.json {
        say(&serde_json::to_string_pretty(&result)?)?;
    } else {
        say(&imported(&result))?;
    }
    Ok(if stored { 0 } else { 1 })
}

/// A line of progress on standard error, if somebody looks.
fn show_progress(job: &Arc<crate::work::jobs::JobHandle>) -> tokio::task::JoinHandle<()> {
    let job = job.clone();
    tokio::spawn(async move {
        if !std::io::stderr().is_terminal() {
            return;
        }
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(400)).await;
            let view = job.view();
            let done = view.total.map_or_else(String::new, |total| format!(" {} %", 100 * view.done / total.max(1)));
            eprint!("\r\u{1b}[K{} of {}: {}{done}, {} rows\r", view.phase_number, view.phases, view.phase, view.rows);
        }
    })
}

fn read_mapping(path: &Path) -> Result<Mapping> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read the mapping profile {}", path.display()))?;
    Mapping::parse(&text).map_err(|error| {
        Told::refusal("BH-MAP-001", "The mapping profile cannot be read.", "Nothing was imported.", "Compare it with the profiles in the guide.")
            .details(format!("{}: {error:#}", path.display()))
            .into()
    })
}

fn checked(file: &CheckedFile) -> String {
    let mut text = format!(
        "{}\n  {} bytes, SHA-256 {}, {}, {}\n  {}: {}",
        print::clean(&file.name),
        file.bytes,
        file.sha256,
        file.encoding,
        file.container,
        file.source.as_deref().unwrap_or("not recognised"),
        print::clean(&file.reason)
    );
    if let Some(already) = &file.already {
        text.push_str(&format!("\n  Already imported: {already}"));
    }
    if let Some(mapping) = &file.mapping {
        text.push_str(&format!("\n  Rows become {}; dates are read as {}", mapping.rows, mapping.dates));
        for column in &mapping.columns {
            let field = column.field.as_deref().unwrap_or("not stored");
            text.push_str(&format!("\n    {} -> {field} ({:.0} % sure)", print::clean(&column.column), column.confidence * 100.0));
        }
    }
    for problem in &file.problems {
        text.push_str(&format!("\n  {}: {}", problem.code, print::clean(&problem.message)));
    }
    text
}

fn imported(result: &ImportResult) -> String {
    let mut text = String::new();
    for file in &result.files {
        let e = &file.equation;
        text.push_str(&format!(
            "{}\n  {} read = {} accepted + {} merged + {} rejected + {} ignored; {}, {}; {} secrets dropped\n",
            print::clean(&file.name),
            e.read,
            e.accepted,
            e.merged,
            e.rejected,
            e.ignored,
            file.source.as_deref().unwrap_or("not recognised"),
            file.completeness,
            file.secrets_dropped
        ));
        for problem in file.warnings.iter().take(5) {
            let record = if problem.record == 0 { String::new() } else { format!(" record {}:", problem.record) };
            text.push_str(&format!("  {}{record} {}\n", problem.code, print::clean(&problem.message)));
        }
        let more = file.warnings.len().saturating_sub(5) + file.more_warnings as usize;
        if more > 0 {
            text.push_str(&format!("  and {more} more; bulkhead list problems shows them\n"));
        }
    }
    let t = &result.totals;
    text.push_str(&format!(
        "Set: {} read = {} accepted + {} merged + {} rejected + {} ignored\n",
        t.read, t.accepted, t.merged, t.rejected, t.ignored
    ));
    if !result.changed {
        text.push_str("Nothing changed since the last import.\n");
    }
    for change in &result.changes {
        text.push_str(&format!("  {:<14} {} added, {} removed, {} changed\n", change.kind, change.added, change.removed, change.changed));
    }
    if result.orphans > 0 {
        text.push_str(&format!("{} references lead to things that no file describes; they are kept as orphans\n", result.orphans));
    }
    text.push_str(&format!("Revision {}, as of {}, {} ms", result.revision, result.as_of.as_deref().unwrap_or("unknown"), result.milliseconds));
    text
}

/// One statement, or many from a CSV file: all of those that hold are one revision, the others are told.
pub(super) async fn set(ctx: &Session, args: &Set) -> Result<i32> {
    let store = ctx.open(true).await?;
    let answers = ctx.answers_of(&store).await?;
    let lines: Vec<(String, String, String)> = match &args.file {
        Some(path) => read_statements(path)?,
        None => vec![(
            args.subject.clone().unwrap_or_default(),
            args.field.clone().unwrap_or_default(),
            args.value.clone().unwrap_or_default(),
        )],
    };
    let (mut changes, mut rejected) = (Vec::new(), Vec::new());
    for (at, (subject, field, value)) in lines.iter().enumerate() {
        match statements::by_name(&answers, subject, field, value) {
            Ok(change) => changes.push(change),
            Err(error) if args.file.is_none() => return Err(error),
            Err(error) => rejected.push((at + 1, Told::of(&error))),
        }
    }
    let accepted = changes.len();
    let revision = if changes.is_empty() {
        store.head().await?
    } else {
        store.assert(&changes, &ctx.config()?.account, &args.reason, clock::now()).await?.number
    };
    store.close().await?;
    if ctx.json {
        let rejected: Vec<_> = rejected.iter().map(|(row, told)| json!({ "row": row, "error": told })).collect();
        ctx.answer(revision, answers.clock, json!({ "accepted": accepted, "rejected": rejected }))?;
    } else {
        say(&format!("Revision {revision}: {accepted} statements"))?;
        for (row, told) in &rejected {
            say(&format!("  row {row} rejected: {} {}", print::clean(&told.what), told.remedy))?;
        }
    }
    Ok(if accepted > 0 || rejected.is_empty() { 0 } else { 1 })
}

fn read_statements(path: &Path) -> Result<Vec<(String, String, String)>> {
    let text = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let text = String::from_utf8(text).map_err(|_| {
        Told::refusal("BH-SET-008", "The file is not UTF-8.", "Nothing was changed.", "Save it as CSV UTF-8 and try again.")
    })?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header.trim().eq_ignore_ascii_case(name));
    let (Some(subject), Some(field), Some(value)) = (column("subject"), column("field"), column("value")) else {
        return Err(Told::refusal(
            "BH-SET-009",
            "The file lacks a column.",
            "Nothing was changed.",
            "Give it the columns subject, field and value in the first line.",
        )
        .into());
    };
    let cell = |record: &csv::StringRecord, at: usize| record.get(at).unwrap_or_default().trim().trim_start_matches('\'').to_owned();
    reader
        .records()
        .map(|record| {
            let record = record?;
            Ok((cell(&record, subject), cell(&record, field), cell(&record, value)))
        })
        .collect()
}

/// Takes a revision back.
pub(super) async fn undo(ctx: &Session, revision: i64, reason: &str) -> Result<i32> {
    let store = ctx.open(true).await?;
    let entry = store.undo(revision, &ctx.config()?.account, reason, clock::now()).await?;
    store.close().await?;
    if ctx.json {
        ctx.answer(entry.number, entry.as_of.unwrap_or_default(), json!({ "undone": revision }))?;
    } else {
        say(&format!("Revision {}: revision {revision} was taken back", entry.number))?;
    }
    Ok(0)
}

/// Writes the demo's export files.
pub(super) fn demo(ctx: &Session, dir: &PathBuf) -> Result<i32> {
    let files = crate::work::demo::write(dir)?;
    if ctx.json {
        let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        say(&serde_json::to_string_pretty(&json!({ "files": names, "as_of": crate::model::time::iso(crate::work::demo::DEMO_AS_OF) }))?)?;
    } else {
        for file in &files {
            say(&file.display().to_string())?;
        }
        say(&format!("Import them with: bulkhead --as-of {} import {}", crate::model::time::iso_date(crate::work::demo::DEMO_AS_OF), dir.display()))?;
    }
    Ok(0)
}
