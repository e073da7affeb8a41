//! Commands of the page What if: the comparison, the smallest cut, saved plans and change proposals.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json, to_value};

use crate::error::Told;
use crate::work::clock;
use crate::work::what_if::{self, plans, proposal};
use crate::work::wire::{BlastSubject, WhatIfRequest};

use super::Host;
use super::questions::ask;

pub(super) async fn what_if(host: &Host, request: WhatIfRequest) -> Result<Value> {
    ask(host, move |answers| Ok(to_value(what_if::what_if(answers, &request)?)?)).await
}

#[derive(Deserialize)]
pub(super) struct CutRequest {
    subject: BlastSubject,
    #[serde(default)]
    limit: Option<f64>,
    /// Scopes that must stay, `value` or `value@API`.
    #[serde(default)]
    keep: Vec<String>,
}

pub(super) async fn smallest_cut(host: &Host, request: CutRequest) -> Result<Value> {
    ask(host, move |answers| Ok(to_value(what_if::cut(answers, &request.subject, request.limit, &request.keep)?)?)).await
}

pub(super) async fn plans(host: &Host) -> Result<Value> {
    ask(host, |answers| Ok(json!({ "plans": plans::list(answers) }))).await
}

#[derive(Deserialize)]
pub(super) struct PlanRequest {
    name: String,
    /// What to save; without it the plan is taken back.
    #[serde(default)]
    what_if: Option<WhatIfRequest>,
    #[serde(default)]
    reason: String,
}

pub(super) async fn plan_save(host: &Host, request: PlanRequest) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    let change = match &request.what_if {
        Some(what_if) => plans::save(&answers, what_if, &request.name)?,
        None => plans::delete(&answers, &request.name)?,
    };
    let actor = host.actor(&open.store).await?;
    let entry = open.store.assert(&[change], &actor, &request.reason, clock::now()).await?;
    Ok(json!({ "revision": entry.number }))
}

pub(super) async fn change_proposal(host: &Host, request: WhatIfRequest) -> Result<Value> {
    ask(host, move |answers| Ok(to_value(proposal::proposal(answers, &request)?)?)).await
}

#[derive(Deserialize)]
pub(super) struct ProposalExport {
    what_if: WhatIfRequest,
    /// markdown, json or map (the token profiles as a governance file).
    format: String,
    /// Handle of the file to write, from the host's save dialog.
    handle: String,
}

pub(super) async fn proposal_export(host: &Arc<Host>, request: ProposalExport) -> Result<Value> {
    let path = host
        .picked(&[request.handle])?
        .pop()
        .ok_or_else(|| Told::refusal("BH-API-002", "No file was chosen.", "Nothing was written.", "Choose where to save it."))?;
    let text = ask(host, move |answers| proposal::text(&proposal::proposal(answers, &request.what_if)?, &request.format)).await?;
    let bytes = text.len();
    proposal::write(&path, &text)?;
    Ok(json!({ "bytes": bytes, "name": path.file_name().map(|name| name.to_string_lossy().into_owned()) }))
}
