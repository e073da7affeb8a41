//! The part that measures the engine from inside: it runs in a process of its own, so that its memory is its own.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use bulkhead::blast::{explain_with, score_all_with};
use bulkhead::reach::{Graph, Unit, View};
use bulkhead::store::{OpenMode, Store};
use bulkhead::work::answers::Answers;
use bulkhead::work::tables;
use serde_json::json;

use super::child;

/// Opens an inventory, measures reading, scoring, explaining and tables, and prints one JSON object.
pub fn run(inventory: &Path) -> Result<bool> {
    let runtime = tokio::runtime::Runtime::new().context("start worker threads")?;
    let (store, _) = runtime.block_on(Store::open(inventory, OpenMode::ReadOnly))?;
    let head = runtime.block_on(store.head())?;
    let started = Instant::now();
    let rows = runtime.block_on(store.rows(head))?;
    let rows_seconds = started.elapsed().as_secs_f64();
    drop(rows);
    let started = Instant::now();
    let answers = runtime.block_on(Answers::of_store(&store, head, None))?;
    let answers_seconds = started.elapsed().as_secs_f64();

    let started = Instant::now();
    let graph = Graph::new(&answers.estate, &answers.weights);
    let graph_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let scores = score_all_with(&answers.estate, &answers.weights, &graph);
    let score_seconds = started.elapsed().as_secs_f64();

    let largest = (0..scores.clients.len()).max_by(|a, b| scores.clients[*a].load().total_cmp(&scores.clients[*b].load()).then(b.cmp(a)));
    let largest = largest.context("the inventory holds no client")?;
    let view = View::new(&answers.estate, &answers.weights, &graph);
    let started = Instant::now();
    let explanation = explain_with(&view, &Unit::Client(u32::try_from(largest)?));
    let explain_ms = started.elapsed().as_secs_f64() * 1e3;

    let grants = tables::of_answers(&answers, "grants").context("there is a table of grants")?;
    let started = Instant::now();
    let sorted = answers.selection(grants.as_ref(), "", "-privilege,client");
    let sort_ms = started.elapsed().as_secs_f64() * 1e3;
    let started = Instant::now();
    let filtered = answers.selection(grants.as_ref(), "privilege:write", "");
    let filter_ms = started.elapsed().as_secs_f64() * 1e3;
    println!(
        "{}",
        json!({
            "clients": answers.rows.clients.len(), "credentials": answers.rows.credentials.len(), "grants": answers.rows.grants.len(),
            "units_scored": scores.clients.len() + scores.credentials.len() + scores.vendors.len(),
            "rows_seconds": rows_seconds, "answers_seconds": answers_seconds, "graph_seconds": graph_seconds, "score_seconds": score_seconds,
            "explain_ms": explain_ms, "explained_atoms": explanation.atoms.len(), "sort_ms": sort_ms, "sorted_rows": sorted.rows.len(),
            "filter_ms": filter_ms, "filtered_rows": filtered.rows.len(), "peak_bytes": child::peak("self"),
        })
    );
    Ok(true)
}
