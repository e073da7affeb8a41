//! The command that writes the rows of a table to a file of the user's choice.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Told;
use crate::work::table::{self, Selection, Table};
use crate::work::table_export::{self, Format, Scope, Written};
use crate::work::wire::InventoryKind;
use crate::work::{clock, lists, tables};

use super::Host;

#[derive(Debug, Deserialize)]
pub(super) struct ExportRequest {
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
    /// csv, xlsx or json.
    format: String,
    /// Rows that the screen showed; another number is refused.
    expected: u32,
    /// Handle of the file to write, from the host's save dialog.
    handle: String,
}

/// Writes the rows as a job, because a table may have millions.
pub(super) async fn table_export(host: &Arc<Host>, request: ExportRequest) -> Result<Value> {
    let format = Format::parse(&request.format)
        .ok_or_else(|| Told::refusal("BH-EXP-002", "There is no such format.", "Nothing was written.", "Use csv, xlsx or json."))?;
    let path = super::enforcement::picked(host, request.handle.clone())?;
    let open = host.opened().await?;
    let open = open.read().await;
    let revision = open.revision().await?;
    let answered = tables::ANSWERED.contains(&request.table.as_str());
    let answers = if answered || request.table == "drift" { Some(open.answers().await?) } else { None };
    let list = if answered { None } else { lists::of_store(&open.store, &request.table, revision, answers.as_deref()).await? };
    if !answered && list.is_none() {
        return Err(super::ask::no_table(&request.table).into());
    }
    let scope = Scope {
        inventory: open.path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        demo: open.kind == InventoryKind::Demo,
        revision,
        as_of: answers.as_ref().map(|answers| answers.clock),
        filter: request.filter.clone(),
        sort: request.sort.clone(),
        picked: !request.ids.is_empty(),
        created: clock::now(),
    };
    let job = host.jobs.start("export", "Export rows");
    let answer = json!({ "job": job.view().id });
    tokio::task::spawn_blocking(move || {
        job.phase(1, 1, "writing rows");
        let run = |table: &dyn Table, selection: &Selection| -> Result<Written> {
            let mut selection = selection.clone();
            if !request.ids.is_empty() {
                let ids: std::collections::HashSet<&str> = request.ids.iter().map(String::as_str).collect();
                selection.rows.retain(|row| ids.contains(table.id(*row as usize).as_str()));
            }
            let columns = table::columns_of(table.info(), &request.columns);
            table_export::write(table, &selection, &columns, &scope, format, &path, request.expected as usize)
        };
        let written = match (&list, &answers) {
            (Some(list), _) => run(list, &table::select(list, &request.filter, &request.sort, clock::now())),
            (None, Some(answers)) => match tables::of_answers(answers, &request.table) {
                Some(table) => run(table.as_ref(), &answers.selection(table.as_ref(), &request.filter, &request.sort)),
                None => Err(super::ask::no_table(&request.table).into()),
            },
            (None, None) => Err(super::ask::no_table(&request.table).into()),
        };
        job.end(written.map(|written| {
            let names: Vec<_> = written.files.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy()).collect();
            json!({ "names": names, "rows": written.rows, "sheets": written.sheets, "cut": written.cut, "sha256": written.sha256 })
        }));
    });
    Ok(answer)
}
