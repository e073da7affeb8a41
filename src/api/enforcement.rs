//! Commands of the page Enforcement: the matrix, recording checks, and files for people and other tools.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json, to_value};

use crate::error::Told;
use crate::work::wire::RecordRequest;
use crate::work::{clock, enforcement_page, governance, graph_export, statements};

use super::Host;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MatrixRequest {
    gateway: Option<String>,
}

pub(super) async fn matrix(host: &Host, request: MatrixRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(enforcement_page::matrix(&answers, request.gateway.as_deref()))?)
}

pub(super) async fn record(host: &Host, request: RecordRequest) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    let changes = enforcement_page::record(&answers, &request)?;
    let actor = host.actor(&open.store).await?;
    let entry = open.store.assert(&changes, &actor, &request.reason, clock::now()).await?;
    Ok(json!({ "revision": entry.number }))
}

/// One field of many rows, as one revision.
#[derive(Debug, Deserialize)]
pub(super) struct SetManyRequest {
    table: String,
    ids: Vec<String>,
    field: String,
    value: String,
    reason: String,
}

pub(super) async fn set_many(host: &Host, request: SetManyRequest) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    let changes: Vec<_> = request
        .ids
        .iter()
        .map(|id| statements::change(&answers, &request.table, id, &request.field, &request.value))
        .collect::<Result<_>>()?;
    let actor = host.actor(&open.store).await?;
    let entry = open.store.assert(&changes, &actor, &request.reason, clock::now()).await?;
    Ok(json!({ "revision": entry.number }))
}

#[derive(Debug, Deserialize)]
pub(super) struct FileRequest {
    /// Handle of a file from the host's dialog.
    handle: String,
    #[serde(default)]
    reason: String,
    /// SHA-256 of the bytes that were looked at; empty = the file was not looked at before.
    #[serde(default)]
    digest: String,
}

pub(super) fn picked(host: &Host, handle: String) -> Result<PathBuf> {
    let none = || Told::refusal("BH-API-002", "No file was chosen.", "Nothing was done.", "Choose a file.");
    Ok(host.picked(&[handle])?.pop().ok_or_else(none)?)
}

pub(super) async fn map_check(host: &Host, request: FileRequest) -> Result<Value> {
    let path = picked(host, request.handle)?;
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    let bytes = governance::read(&path)?;
    Ok(to_value(governance::plan(&answers, &bytes)?.wire(&answers, governance::digest(&bytes)))?)
}

pub(super) async fn map_import(host: &Host, request: FileRequest) -> Result<Value> {
    let path = picked(host, request.handle)?;
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    let bytes = governance::read(&path)?;
    if !request.digest.is_empty() && request.digest != governance::digest(&bytes) {
        return Err(Told::refusal(
            "BH-MAP-004",
            "The file was changed since it was looked at.",
            "Nothing was stated.",
            "Choose the file again and look at what it states now.",
        )
        .into());
    }
    let plan = governance::plan(&answers, &bytes)?;
    let actor = host.actor(&open.store).await?;
    let revision = governance::apply(&open.store, &plan, &actor, &request.reason, clock::now()).await?;
    Ok(json!({ "revision": revision, "changes": plan.changes.len(), "unchanged": plan.unchanged }))
}

pub(super) async fn map_export(host: &Arc<Host>, request: FileRequest) -> Result<Value> {
    let path = picked(host, request.handle)?;
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    let form = governance::Form::of_name(&path.to_string_lossy());
    let text = governance::export(&answers, form)?;
    std::fs::write(&path, &text).with_context(|| format!("write {}", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(json!({ "name": name, "bytes": text.len(), "revision": answers.rows.revision }))
}

#[derive(Debug, Deserialize)]
pub(super) struct GraphRequest {
    /// Handle of the file to write, from the host's save dialog.
    handle: String,
    /// opengraph, graphml or csv.
    format: String,
}

/// Writes the reach graph, as a job, because an estate may have millions of grants.
pub(super) async fn graph_export(host: &Arc<Host>, request: GraphRequest) -> Result<Value> {
    let format = graph_export::Format::parse(&request.format)
        .ok_or_else(|| Told::refusal("BH-EXP-002", "There is no such format.", "Nothing was written.", "Use opengraph, graphml or csv."))?;
    let path = picked(host, request.handle)?;
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    let job = host.jobs.start("export", "Export the reach graph");
    let answer = json!({ "job": job.view().id });
    tokio::task::spawn_blocking(move || {
        let written = graph_export::write(&answers, format, &path);
        job.end(written.map(|written| {
            let names: Vec<_> = written.files.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy()).collect();
            json!({ "names": names, "nodes": written.size.nodes, "edges": written.size.edges })
        }));
    });
    Ok(answer)
}
