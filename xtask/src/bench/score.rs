//! The part that measures the engine from inside: it runs in a process of its own, so that its memory is its own.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use bulkhead::blast::{AllScores, explain_with, score_all_with};
use bulkhead::model::Impact;
use bulkhead::reach::{Graph, Unit, View};
use bulkhead::store::edits::AssertionChange;
use bulkhead::store::{OpenMode, Store};
use bulkhead::work::answers::Answers;
use bulkhead::work::tables;
use serde_json::json;

use super::child;

/// Opens an inventory, measures reading, scoring, explaining and tables, and prints one JSON object.
pub fn run(inventory: &Path) -> Result<bool> {
    let runtime = tokio::runtime::Runtime::new().context("start worker threads")?;
    let (store, _) = runtime.block_on(Store::open(inventory, OpenMode::ReadWrite))?;
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
    let figures = json!({
            "clients": answers.rows.clients.len(), "credentials": answers.rows.credentials.len(), "grants": answers.rows.grants.len(),
            "units_scored": scores.clients.len() + scores.credentials.len() + scores.vendors.len(),
            "rows_seconds": rows_seconds, "answers_seconds": answers_seconds, "graph_seconds": graph_seconds, "score_seconds": score_seconds,
            "explain_ms": explain_ms, "explained_atoms": explanation.atoms.len(), "sort_ms": sort_ms, "sorted_rows": sorted.rows.len(),
            "filter_ms": filter_ms, "filtered_rows": filtered.rows.len(), "graph_bytes": engine_bytes(&answers, &scores),
            "peak_bytes": child::peak("self"),
    });
    drop(grants);
    let mut figures = figures;
    figures["edit_ms"] = json!(edit(&runtime, &store, answers)?);
    println!("{figures}");
    runtime.block_on(store.close())?;
    Ok(true)
}

/// Bytes of what the engine works on: the estate's lists with their names, and the scores.
fn engine_bytes(answers: &Answers, scores: &AllScores) -> usize {
    let estate = &answers.estate;
    let names = |list: &mut dyn Iterator<Item = (&String, &String)>| list.map(|(id, name)| id.len() + name.len()).sum::<usize>();
    size_of_val(&*estate.grants)
        + size_of_val(&*estate.clients)
        + size_of_val(&*estate.credentials)
        + size_of_val(&*estate.principals)
        + size_of_val(&*estate.audiences)
        + size_of_val(&*estate.scopes)
        + names(&mut estate.clients.iter().map(|client| (&client.id, &client.name)))
        + names(&mut estate.credentials.iter().map(|credential| (&credential.id, &credential.name)))
        + size_of_val(&*scores.clients)
        + size_of_val(&*scores.credentials)
}

/// States the impact of the API that most clients use, and waits until all scores are those of the new revision: the work between a
/// person's answer and the figures on screen. The statement is taken back.
fn edit(runtime: &tokio::runtime::Runtime, store: &Store, answers: Answers) -> Result<f64> {
    let most = (0..answers.audiences.len()).max_by_key(|at| answers.audiences[*at].clients).context("the inventory holds no audience")?;
    let subject = answers.rows.audiences[answers.audiences[most].row as usize].entity;
    let statement = |value: Option<&str>| {
        [AssertionChange { subject, attribute: "impact".to_owned(), value: value.map(str::to_owned), review_at: None }]
    };
    let started = Instant::now();
    let again = runtime.block_on(async {
        let entry = store.assert(&statement(Some("critical")), "bench", "measured", 0).await?;
        let (rows, kept) = answers.keep();
        let rows = store.rows_since(rows, entry.number).await?.context("only a statement lies between")?;
        anyhow::Ok(kept.restated(rows))
    })?;
    let taken = started.elapsed().as_secs_f64() * 1e3;
    anyhow::ensure!(again.audiences[most].impact.value == Some(Impact::Critical), "the statement is in the answers");
    runtime.block_on(store.assert(&statement(None), "bench", "measured", 0))?;
    Ok(taken)
}
