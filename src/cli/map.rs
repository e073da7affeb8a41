//! `bulkhead map`: the governance file both ways; `bulkhead export graph`: the reach graph for other tools.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::work::{clock, governance, graph_export};

use super::print;
use super::session::{Session, say};

/// Writes the governance file.
pub(super) async fn export(ctx: &Session, file: Option<&Path>) -> Result<i32> {
    let answers = ctx.answers().await?;
    let form = match file {
        Some(path) => governance::Form::of_name(&path.to_string_lossy()),
        None if ctx.json => governance::Form::Json,
        None => governance::Form::Yaml,
    };
    let text = governance::export(&answers, form)?;
    let Some(path) = file else {
        say(text.trim_end())?;
        return Ok(0);
    };
    std::fs::write(path, &text).with_context(|| format!("write {}", path.display()))?;
    if ctx.json {
        ctx.answer(answers.rows.revision, answers.clock, json!({ "path": path.display().to_string(), "bytes": text.len() }))?;
    } else {
        say(&format!("{}: {} bytes, revision {}", path.display(), text.len(), answers.rows.revision))?;
    }
    Ok(0)
}

/// Writes the reach graph.
pub(super) async fn graph(ctx: &Session, format: &str, out: &Path) -> Result<i32> {
    let answers = ctx.answers().await?;
    let format = graph_export::Format::parse(format).unwrap_or(graph_export::Format::OpenGraph);
    let written = graph_export::write(&answers, format, out)?;
    let files: Vec<String> = written.files.iter().map(|path| path.display().to_string()).collect();
    if ctx.json {
        let fields = json!({ "files": files, "nodes": written.size.nodes, "edges": written.size.edges });
        ctx.answer(answers.rows.revision, answers.clock, fields)?;
    } else {
        say(&format!(
            "{}: {} nodes, {} edges, revision {}",
            files.join(", "),
            written.size.nodes,
            written.size.edges,
            answers.rows.revision
        ))?;
    }
    Ok(0)
}

/// States what the file says; with `check` only compares. Faults are exit code 1.
pub(super) async fn import(ctx: &Session, file: &Path, reason: &str, check: bool) -> Result<i32> {
    let bytes = governance::read(file)?;
    let store = ctx.open(!check).await?;
    let answers = ctx.answers_of(&store).await?;
    let plan = governance::plan(&answers, &bytes)?;
    let revision =
        if check { answers.rows.revision } else { governance::apply(&store, &plan, &ctx.config()?.account, reason, clock::now()).await? };
    store.close().await?;
    if ctx.json {
        let wire = plan.wire(&answers, governance::digest(&bytes));
        ctx.answer(revision, answers.clock, json!({ "changes": wire.changes, "unchanged": wire.unchanged, "faults": wire.faults }))?;
    } else {
        for fault in &plan.faults {
            say(&format!("line {}: {}: {}", fault.line, print::clean(&fault.subject), print::clean(&fault.what)))?;
        }
        for change in &plan.lines {
            say(&format!(
                "line {}: {} {}: {} -> {}",
                change.line,
                print::clean(&change.subject),
                change.field,
                print::clean(change.before.as_deref().unwrap_or("unknown")),
                print::clean(change.after.as_deref().unwrap_or("taken back")),
            ))?;
        }
        let done = if check { "would change" } else { "changed" };
        say(&format!(
            "Revision {revision}: {} {done}, {} known already, {} faults",
            plan.changes.len(),
            plan.unchanged,
            plan.faults.len()
        ))?;
    }
    Ok(i32::from(!plan.faults.is_empty()))
}
