//! Commands that change something or write a file.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::json;

use crate::error::Told;
use crate::work::jobs::Jobs;
use crate::work::{clock, demo, pack, signing_key, statements};

use super::args::{KeyAction, Set};
use super::print;
use super::session::{Session, say};

/// A line of progress on standard error, if somebody looks.
pub(super) fn show_progress(job: &Arc<crate::work::jobs::JobHandle>) -> tokio::task::JoinHandle<()> {
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

/// One statement, or many from a CSV file: all of those that hold are one revision, the others are told.
pub(super) async fn set(ctx: &Session, args: &Set) -> Result<i32> {
    let store = ctx.open(true).await?;
    let answers = ctx.answers_of(&store).await?;
    let lines: Vec<(String, String, String)> = match &args.file {
        Some(path) => read_statements(path)?,
        None => {
            vec![(args.subject.clone().unwrap_or_default(), args.field.clone().unwrap_or_default(), args.value.clone().unwrap_or_default())]
        }
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
pub(super) fn demo(ctx: &Session, dir: &Path) -> Result<i32> {
    let files = demo::write(dir)?;
    if ctx.json {
        say(&serde_json::to_string_pretty(&json!({ "folder": dir.display().to_string(), "files": files, "as_of": demo::DEMO_AS_OF }))?)?;
    } else {
        say(&format!("{files} files in {}", dir.display()))?;
        say(&format!("Import them with: bulkhead --as-of {} import {}", demo::DEMO_AS_OF, dir.display()))?;
        let map = dir.join(demo::MAP.path);
        say(&format!("Then state what its teams recorded: bulkhead map import {} --reason demo", map.display()))?;
    }
    Ok(0)
}

/// The passphrase from a file's first line, or asked for without echo.
fn passphrase(file: Option<&Path>, question: &str) -> Result<zeroize::Zeroizing<String>> {
    let text = match file {
        Some(path) => {
            let text = zeroize::Zeroizing::new(std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?);
            text.lines().next().unwrap_or_default().to_owned()
        }
        None => rpassword::prompt_password(question).context("ask for the passphrase")?,
    };
    Ok(zeroize::Zeroizing::new(text))
}

/// Builds a pack.
pub(super) async fn pack_build(ctx: &Session, out: &Path, profile: &str, passphrase_file: Option<&Path>, unsigned: bool) -> Result<i32> {
    let config = ctx.config()?;
    let profile = pack::Profile::parse(profile).unwrap_or(pack::Profile::Auditor);
    let has_key = signing_key::public(&config.data_dir)?.is_some();
    let key = if has_key && !unsigned {
        Some(signing_key::open(&config.data_dir, &passphrase(passphrase_file, "Passphrase of the signing key: ")?)?)
    } else {
        None
    };
    let store = ctx.open(true).await?;
    let jobs = Jobs::default();
    let job = jobs.start("pack", "pack");
    let shown = show_progress(&job);
    let order = pack::Order { out, profile, key: key.as_ref(), actor: &config.account, now: clock::now() };
    let result = pack::build(&store, &order, &job).await;
    shown.abort();
    store.close().await?;
    let result = result?;
    if ctx.json {
        say(&serde_json::to_string_pretty(&result)?)?;
    } else {
        say(&format!(
            "{}\n  revision {}, {} files, {} bytes, SHA-256 {}",
            result.path, result.revision, result.files, result.bytes, result.sha256
        ))?;
        say(&match &result.signer {
            Some(signer) => format!("  signed with {signer}"),
            None => "  unsigned: anybody could have made it; `bulkhead key new` makes a signing key".to_owned(),
        })?;
    }
    Ok(0)
}

/// Verifies a pack; damaged is exit code 1 (D45).
pub(super) fn pack_verify(ctx: &Session, file: &Path) -> Result<i32> {
    let result = pack::verify(file, None)?;
    if ctx.json {
        say(&serde_json::to_string_pretty(&result)?)?;
    } else {
        say(&format!("{}: {}", file.display(), result.verdict))?;
        for check in &result.checks {
            say(&format!("  {:<5} {}: {}", check.verdict, print::clean(&check.check), print::clean(&check.detail)))?;
        }
        for line in &result.proves {
            say(line)?;
        }
    }
    Ok(if result.ok { 0 } else { 1 })
}

/// Makes or shows the signing key.
pub(super) fn key(ctx: &Session, action: &KeyAction) -> Result<i32> {
    let dir = ctx.config()?.data_dir;
    let public = match action {
        KeyAction::New { passphrase_file } => {
            let first = passphrase(passphrase_file.as_deref(), "New passphrase: ")?;
            if passphrase_file.is_none() && *first != *passphrase(None, "The same again: ")? {
                return Err(Told::refusal("BH-KEY-005", "The two passphrases differ.", "No key was made.", "Start again.").into());
            }
            signing_key::new(&dir, &first)?
        }
        KeyAction::Show => signing_key::public(&dir)?.ok_or_else(|| {
            Told::refusal("BH-KEY-003", "There is no signing key.", "Packs are unsigned.", "Make one with `bulkhead key new`.")
        })?,
    };
    if ctx.json {
        say(&serde_json::to_string_pretty(&json!({ "fingerprint": public.fingerprint, "public_pem": public.pem }))?)?;
    } else {
        say(&format!("{}fingerprint {}", public.pem, public.fingerprint))?;
    }
    Ok(0)
}
