//! `bulkhead import`: checks or imports a set, and prints what was found, stored and changed.

use std::sync::Arc;

use anyhow::Result;

use crate::model::kinds::Completeness;
use crate::work::clock;
use crate::work::drift_words::told;
use crate::work::import::{self, expected};
use crate::work::inventory::Store;
use crate::work::jobs::Jobs;
use crate::work::profiles::{self, Mapping};
use crate::work::wire::{CheckedFile, DriftWords, ImportCheck, ImportResult};

use super::args::Import;
use super::change::show_progress;
use super::print;
use super::session::{Session, say};

/// Imports a set, or only checks it.
pub(super) async fn import(ctx: &Session, args: &Import) -> Result<i32> {
    let config = ctx.config()?;
    let mut mappings: Vec<Mapping> = args.map.iter().map(|path| profiles::read(path)).collect::<Result<_>>()?;
    for mapping in &mappings {
        profiles::save(&config.data_dir.join("profiles"), mapping)?;
    }
    mappings.extend(profiles::for_set(&args.paths, &config.data_dir.join("profiles")));
    let options = import::ImportOptions {
        source: args.source.clone(),
        instance: args.instance.clone(),
        completeness: if args.full { Some(Completeness::Full) } else { args.partial.then_some(Completeness::Partial) },
        mappings,
        expected: args.expect.iter().map(|text| expected::parse(text)).collect::<Result<_>>()?,
        as_of: ctx.as_of,
        actor: config.account,
        reason: String::new(),
        now: clock::now(),
    };
    let jobs = Jobs::default();
    let job = jobs.start("import", "import");
    let shown = show_progress(&job);
    if args.check {
        let path = ctx.path()?;
        let elsewhere = tempfile::tempdir()?;
        let store = if path.exists() {
            ctx.open(false).await?
        } else {
            Store::create(&elsewhere.path().join("check.inventory"), "check", clock::now()).await?
        };
        let progress: Arc<dyn import::Progress> = job.clone();
        let check = import::check(&store, &args.paths, &options, &progress).await?;
        store.close().await?;
        shown.abort();
        if ctx.json {
            say(&serde_json::to_string_pretty(&check)?)?;
        } else {
            say(&checked(&check))?;
        }
        return Ok(if check.can_import { 0 } else { 1 });
    }
    let store = ctx.open(true).await?;
    let result = import::import(&store, &args.paths, &options, job.clone()).await;
    shown.abort();
    let mut result = match result {
        Ok(result) => result,
        Err(error) => {
            store.close().await?;
            return Err(error);
        }
    };
    let drift = told::of_import(&store, result.revision, result.changed).await;
    store.close().await?;
    result.drift = Some(drift?);
    let stored = result.files.iter().any(|file| file.equation.accepted + file.equation.merged + file.equation.ignored > 0);
    if ctx.json {
        say(&serde_json::to_string_pretty(&result)?)?;
    } else {
        say(&imported(&result))?;
    }
    Ok(if stored { 0 } else { 1 })
}

fn checked(check: &ImportCheck) -> String {
    let mut lines: Vec<String> = check.files.iter().flat_map(checked_file).collect();
    for count in &check.expected {
        lines.push(format!("{}{}", if count.holds { "" } else { "Differs: " }, count.told));
    }
    lines.push(if check.can_import { "Nothing was stored: this was a check." } else { "None of these files can be imported." }.to_owned());
    lines.join("\n")
}

fn checked_file(file: &CheckedFile) -> Vec<String> {
    let e = &file.equation;
    let mut lines = vec![
        print::clean(&file.name),
        format!("  {} bytes, SHA-256 {}, {}, {}", file.bytes, file.sha256, file.encoding, file.container),
        format!("  {}: {}", file.source.as_deref().unwrap_or("not recognised"), print::clean(&file.reason)),
    ];
    lines.extend(file.already.iter().map(|text| format!("  Already imported: {text}")));
    lines.extend(file.previous.iter().map(|text| format!("  Last import of this source: {text}")));
    if let Some(mapping) = &file.mapping {
        let guess = if file.guessed { "; this is a guess, an import needs a profile (--map)" } else { "" };
        lines.push(format!("  Rows become {}; dates are read as {}{guess}", mapping.rows, mapping.dates));
        for column in &mapping.columns {
            let field = column.field.as_deref().unwrap_or("not stored");
            lines.push(format!("    {} -> {field} ({:.0} % sure)", print::clean(&column.column), column.confidence * 100.0));
        }
    }
    if e.read > 0 {
        lines.push(format!("  {} read = {} usable + {} rejected + {} ignored", e.read, e.accepted, e.rejected, e.ignored));
        let kinds: Vec<String> = file.becomes.iter().map(|kind| format!("{} {}", kind.count, kind.kind.replace('_', " "))).collect();
        lines.push(format!("  Would be stored: {}", if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") }));
    }
    for list in &file.lists {
        lines.push(format!("  List {}: {} records, {}: {}", list.list, list.records, list.completeness, print::clean(&list.reason)));
        lines.extend(list.page_cap.iter().map(|told| format!("    {told}")));
    }
    lines.extend(file.not_stored.iter().map(|told| format!("  Not stored: {}", print::clean(told))));
    for kind in &file.problems {
        let times = if kind.count > 1 { format!(", {} times; the first", kind.count) } else { String::new() };
        let record = if kind.example.record == 0 { String::new() } else { format!(" record {}", kind.example.record) };
        let place = kind.example.position.as_deref().map_or_else(String::new, |place| format!(" ({})", print::clean(place)));
        lines.push(format!("  {}{times}{record}: {}{place}", kind.code, print::clean(&kind.example.message)));
    }
    lines
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
    if let Some(drift) = &result.drift {
        text.push_str(&drifted(drift));
    }
    text.push_str(&format!(
        "Revision {}, as of {}, {} ms",
        result.revision,
        result.as_of.as_deref().unwrap_or("unknown"),
        result.milliseconds
    ));
    text
}

/// Changes in words; each count can be listed.
fn drifted(drift: &DriftWords) -> String {
    let mut text = String::new();
    if drift.compared_with.is_some() {
        text.push_str(&format!("{}\n", drift.note));
    }
    for word in &drift.words {
        text.push_str(&format!("  {}: {}\n", word.title, word.count));
        for example in &word.examples {
            text.push_str(&format!("    {}\n", print::clean(&example.text)));
        }
        if word.count as usize > word.examples.len() {
            let more = word.count as usize - word.examples.len();
            text.push_str(&format!("    and {more} more; bulkhead list drift --filter meaning:{}\n", word.word));
        }
    }
    text
}
