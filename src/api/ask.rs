//! Commands that read: each unpacks its request, asks `work`, and packs the answer.

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json, to_value};

use crate::error::Told;
use crate::work::table::{self, Table};
use crate::work::wire::{BlastSubject, FloodMapRequest, MatrixRequest, RowsRequest};
use crate::work::{
    blast_map, blast_page, blast_tiers, lists, matrix_page, overview, panel, rotations_page, sankey_page, status, subjects, tables,
    third_parties_page,
};

use super::Host;

pub(super) async fn status(host: &Host) -> Result<Value> {
    let jobs = host.jobs.all().iter().map(|job| job.view()).collect();
    let Ok(open) = host.opened().await else {
        return Ok(to_value(status::closed(&host.config.account, jobs))?);
    };
    let open = open.read().await;
    let answered = open.known_answers().await;
    let mut status = status::of_store(&open.store, &open.path, open.viewing, answered.as_deref()).await?;
    status.inventory = open.kind;
    status.recovered.clone_from(&open.recovered);
    status.jobs = jobs;
    status.actor.clone_from(&host.config.account);
    Ok(to_value(status)?)
}

pub(super) fn tables() -> Result<Value> {
    Ok(to_value(lists::infos())?)
}

/// Runs something over a table by name, whichever part of the core it comes from.
async fn with_table<T>(
    host: &Host,
    name: &str,
    run: impl FnOnce(&dyn Table, &table::Selection, i64) -> Result<T>,
    filter: &str,
    sort: &str,
) -> Result<T> {
    let open = host.opened().await?;
    let open = open.read().await;
    if tables::ANSWERED.contains(&name) {
        let answers = open.answers().await?;
        let table = tables::of_answers(&answers, name).ok_or_else(|| no_table(name))?;
        let selection = answers.selection(table.as_ref(), filter, sort);
        return run(table.as_ref(), &selection, answers.rows.revision);
    }
    let revision = open.revision().await?;
    // Drift names what changed; the other lists need no answers and come at once.
    let names = if name == "drift" { Some(open.answers().await?) } else { None };
    let Some(table) = lists::of_store(&open.store, name, revision, names.as_deref()).await? else {
        return Err(no_table(name).into());
    };
    let selection = table::select(&table, filter, sort, crate::work::clock::now());
    run(&table, &selection, revision)
}

pub(super) fn no_table(name: &str) -> Told {
    let name: String = name.chars().take(40).filter(char::is_ascii_graphic).collect();
    Told::refusal(
        "BH-API-005",
        format!("There is no table “{name}”."),
        "Nothing was read.",
        "Ask for one of the tables that the command `tables` lists.",
    )
}

pub(super) async fn rows(host: &Host, request: RowsRequest) -> Result<Value> {
    let answer = with_table(
        host,
        &request.table,
        |table, selection, revision| {
            let columns = table::columns_of(table.info(), &request.columns);
            Ok(table::window(table, selection, &columns, request.offset, request.limit, revision))
        },
        &request.filter,
        &request.sort,
    )
    .await?;
    Ok(to_value(answer)?)
}

#[derive(Debug, Deserialize)]
pub(super) struct FacetsRequest {
    table: String,
    #[serde(default)]
    filter: String,
}

pub(super) async fn facets(host: &Host, request: FacetsRequest) -> Result<Value> {
    let fields = tables::facet_fields(&request.table);
    let answer =
        with_table(host, &request.table, |table, selection, _| Ok(table::facets(table, selection, fields)), &request.filter, "").await?;
    Ok(to_value(answer)?)
}

#[derive(Debug, Deserialize)]
pub(super) struct CsvRequest {
    table: String,
    #[serde(default)]
    filter: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    columns: Vec<String>,
    /// Only these rows, if given.
    #[serde(default)]
    ids: Vec<String>,
}

/// Largest text that is handed to the clipboard; more goes through a file (ux.md 4.11).
const CLIPBOARD_ROWS: usize = 5000;

pub(super) async fn table_csv(host: &Host, request: CsvRequest) -> Result<Value> {
    with_table(
        host,
        &request.table,
        |table, selection, _| {
            let mut selection = selection.clone();
            if !request.ids.is_empty() {
                selection.rows.retain(|row| request.ids.contains(&table.id(*row as usize)));
            }
            if selection.rows.len() > CLIPBOARD_ROWS {
                return Err(Told::refusal(
                    "BH-API-006",
                    format!("{} rows are too many for the clipboard.", selection.rows.len()),
                    "Nothing was copied.",
                    format!("Narrow the filter to {CLIPBOARD_ROWS} rows, or use `bulkhead list {} --csv`.", request.table),
                )
                .into());
            }
            let mut text = Vec::new();
            table::csv(table, &selection, &table::columns_of(table.info(), &request.columns), &mut text)?;
            Ok(json!({ "text": String::from_utf8_lossy(&text), "rows": selection.rows.len() }))
        },
        &request.filter,
        &request.sort,
    )
    .await
}

#[derive(Debug, Deserialize)]
pub(super) struct PanelRequest {
    table: String,
    id: String,
}

pub(super) async fn panel(host: &Host, request: PanelRequest) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    Ok(to_value(panel::panel(&answers, &request.table, &request.id)?)?)
}

#[derive(Debug, Deserialize)]
pub(super) struct BlastRequest {
    subject: BlastSubject,
    /// `gateway_only`; anything else is as attested.
    #[serde(default)]
    reading: String,
}

pub(super) async fn blast(host: &Host, request: BlastRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(blast_page::blast(&answers, &request.subject, &request.reading)?)?)
}

pub(super) async fn tier_map(host: &Host, request: BlastRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(blast_tiers::tiers(&answers, &request.subject, &request.reading)?)?)
}

pub(super) async fn bar_tree(host: &Host, request: BlastRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(blast_tiers::parts(&answers, &request.subject, &request.reading)?)?)
}

pub(super) async fn matrix(host: &Host, request: MatrixRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(matrix_page::matrix(&answers, &request))?)
}

#[derive(Debug, Deserialize)]
pub(super) struct SankeyRequest {
    /// vendor, owner or holder.
    by: String,
    /// grants or reach.
    width: String,
}

pub(super) async fn sankey(host: &Host, request: SankeyRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    let drawn = tokio::task::spawn_blocking(move || sankey_page::page(&answers, &request.by, &request.width)).await??;
    Ok(to_value(drawn)?)
}

pub(super) async fn flood_map(host: &Host, request: FloodMapRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(blast_map::flooded(&answers, &request)?)?)
}

#[derive(Debug, Deserialize)]
pub(super) struct SearchRequest {
    text: String,
}

pub(super) async fn search_subjects(host: &Host, request: SearchRequest) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(subjects::search(&answers, &request.text, 50))?)
}

pub(super) async fn overview(host: &Host) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    Ok(to_value(overview::overview(&open.store, &answers).await?)?)
}

pub(super) async fn rotations(host: &Host) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(rotations_page::rotations(&answers))?)
}

pub(super) async fn third_parties(host: &Host) -> Result<Value> {
    let open = host.opened().await?;
    let answers = open.read().await.answers().await?;
    Ok(to_value(third_parties_page::third_parties(&answers))?)
}

pub(super) async fn log_verify(host: &Host) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    Ok(to_value(status::log_verdict(&open.store).await?)?)
}

pub(super) async fn settings(host: &Host) -> Result<Value> {
    let open = host.opened().await?;
    let open = open.read().await;
    let answers = open.answers().await?;
    Ok(to_value(status::settings(&open.store, &answers, &host.config.account).await?)?)
}
