//! Commands that change: statements, undo, settings, the revision on screen, the demo.

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Told;
use crate::work::wire::{InventoryKind, SetRequest};
use crate::work::{clock, demo_inventory, statements};

use super::Host;

pub(super) async fn set(host: &Host, request: SetRequest) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    let change = statements::change(&answers, &request.table, &request.id, &request.field, &request.value)?;
    let actor = host.actor(&open.store).await?;
    let entry = open.store.assert(&[change], &actor, &request.reason, clock::now()).await?;
    Ok(json!({ "revision": entry.number }))
}

#[derive(Debug, Deserialize)]
pub(super) struct UndoRequest {
    revision: i64,
    #[serde(default)]
    reason: String,
}

pub(super) async fn undo(host: &Host, request: UndoRequest) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let actor = host.actor(&open.store).await?;
    let entry = open.store.undo(request.revision, &actor, &request.reason, clock::now()).await?;
    Ok(json!({ "revision": entry.number }))
}

#[derive(Debug, Deserialize)]
pub(super) struct RevisionRequest {
    revision: Option<i64>,
}

pub(super) async fn set_revision(host: &Host, request: RevisionRequest) -> Result<Value> {
    let open = host.opened().await?;
    let mut open = open.write().await;
    let head = open.store.head().await?;
    if let Some(revision) = request.revision {
        open.store.entry(revision).await?;
    }
    open.viewing = request.revision.filter(|revision| *revision != head);
    Ok(json!({ "revision": request.revision.unwrap_or(head) }))
}

#[derive(Debug, Deserialize)]
pub(super) struct SettingRequest {
    field: String,
    value: String,
    #[serde(default)]
    reason: String,
}

/// Settings that nobody governs; everything else is a statement with a log entry.
const PLAIN: &[&str] = &["theme", "actor_name"];

pub(super) async fn settings_set(host: &Host, request: SettingRequest) -> Result<Value> {
    // Looked at first: a refused setting must not make an inventory.
    let plain = PLAIN.contains(&request.field.as_str());
    if !plain && !request.field.starts_with("sla:") {
        return Err(Told::refusal(
            "BH-API-008",
            "There is no such setting.",
            "Nothing was changed.",
            "Use theme, actor_name or sla:<kind>.",
        )
        .into());
    }
    let change = if plain { None } else { Some(statements::sla_change(&request.field, &request.value)?) };
    let open = host.opened_or_created().await?;
    let open = open.read().await;
    let Some(change) = change else {
        let value: String = request.value.chars().filter(|c| !c.is_control()).take(120).collect();
        open.store.set_setting(&request.field, &value).await?;
        return Ok(json!({ "revision": open.store.head().await? }));
    };
    let actor = host.actor(&open.store).await?;
    let entry = open.store.assert(&[change], &actor, &request.reason, clock::now()).await?;
    Ok(json!({ "revision": entry.number }))
}

pub(super) async fn inventory_open(host: &Host) -> Result<Value> {
    let path = host.user_inventory();
    if !path.exists() {
        return Err(Told::refusal(
            "BH-INV-011",
            "There is no inventory of yours yet.",
            "The demo stays open.",
            "Import export files to start one.",
        )
        .into());
    }
    host.open_inventory(&path, InventoryKind::User).await?;
    Ok(json!({}))
}

/// Makes the demo's inventory from its export files, by the real import (D47), and opens it.
pub(super) async fn demo_open(host: &std::sync::Arc<Host>) -> Result<Value> {
    let job = host.jobs.start("demo", "Open the demo");
    let answer = json!({ "job": job.view().id });
    let host = host.clone();
    tokio::spawn(async move {
        let done = async {
            let path = host.demo_inventory();
            host.close().await;
            if !path.exists() {
                demo_inventory::make(&path, &host.config.account, &job).await?;
            }
            host.open_inventory(&path, InventoryKind::Demo).await?;
            Ok(json!({ "inventory": "demo" }))
        };
        job.end(done.await);
    });
    Ok(answer)
}

pub(super) async fn demo_delete(host: &Host) -> Result<Value> {
    let demo = host.demo_inventory();
    let shown = match host.opened().await {
        Ok(open) => open.read().await.path == demo,
        Err(_) => false,
    };
    if shown {
        host.close().await;
    }
    demo_inventory::delete(&demo)?;
    let user = host.user_inventory();
    if shown && user != demo && user.exists() {
        host.open_inventory(&user, InventoryKind::User).await?;
    }
    Ok(json!({}))
}
