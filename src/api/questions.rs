//! Commands of the page Questions.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json, to_value};

use crate::error::Told;
use crate::work::answers::Answers;
use crate::work::questions::{self, breach, breach_text, crosses, paths, portfolio, replay};
use crate::work::wire::{BlastSubject, PathEnd};

use super::Host;

/// Answers of the revision on screen; questions are computed away from the threads that serve the window.
pub(super) async fn ask<T: Send + 'static>(host: &Host, run: impl FnOnce(&Answers) -> Result<T> + Send + 'static) -> Result<T> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    tokio::task::spawn_blocking(move || run(&answers)).await?
}

pub(super) async fn forms(host: &Host) -> Result<Value> {
    ask(host, |answers| Ok(to_value(questions::forms(answers))?)).await
}

#[derive(Deserialize)]
pub(super) struct ReplayRequest {
    subject: BlastSubject,
}

pub(super) async fn replay(host: &Host, request: ReplayRequest) -> Result<Value> {
    ask(host, move |answers| Ok(to_value(replay::replay(answers, &request.subject)?)?)).await
}

pub(super) async fn crosses(host: &Host) -> Result<Value> {
    ask(host, |answers| Ok(to_value(crosses::crosses(answers))?)).await
}

#[derive(Deserialize)]
pub(super) struct BridgesRequest {
    a: String,
    b: String,
}

pub(super) async fn bridges(host: &Host, request: BridgesRequest) -> Result<Value> {
    ask(host, move |answers| Ok(to_value(crosses::bridges(answers, &request.a, &request.b, crosses::LISTED)?)?)).await
}

#[derive(Deserialize)]
pub(super) struct BreachRequest {
    id: String,
}

pub(super) async fn breach(host: &Host, request: BreachRequest) -> Result<Value> {
    ask(host, move |answers| Ok(to_value(breach::breach(answers, &request.id)?)?)).await
}

#[derive(Deserialize)]
pub(super) struct BreachExport {
    id: String,
    /// html, markdown, json.
    format: String,
    /// Handle of the file to write, from the host's save dialog.
    handle: String,
}

pub(super) async fn breach_export(host: &Arc<Host>, request: BreachExport) -> Result<Value> {
    let path = host
        .picked(&[request.handle])?
        .pop()
        .ok_or_else(|| Told::refusal("BH-API-002", "No file was chosen.", "Nothing was written.", "Choose where to save it."))?;
    let format = breach_text::Format::parse(&request.format)
        .ok_or_else(|| Told::refusal("BH-QUE-006", "There is no such format.", "Nothing was written.", "Use html, markdown or json."))?;
    let text = ask(host, move |answers| breach_text::render(&breach::breach(answers, &request.id)?, format)).await?;
    let bytes = text.len();
    breach_text::write(&path, &text)?;
    Ok(json!({ "bytes": bytes, "name": path.file_name().map(|name| name.to_string_lossy().into_owned()) }))
}

#[derive(Deserialize)]
pub(super) struct PathsRequest {
    from: PathEnd,
    to: PathEnd,
}

pub(super) async fn paths(host: &Host, request: PathsRequest) -> Result<Value> {
    ask(host, move |answers| Ok(to_value(paths::paths(answers, &request.from, &request.to)?)?)).await
}

pub(super) async fn portfolio(host: &Host) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    Ok(to_value(portfolio::portfolio(&open.store, &answers).await?)?)
}
