//! Small tables read from the store when asked: log, imports, files, problems, packs, drift.

use std::collections::HashMap;

use anyhow::Result;

use crate::model::kinds::{Action, DriftWord};
use crate::model::time::iso_date;
use crate::store::Store;
use crate::store::drift::Difference;
use crate::store::imports::ImportFileRow;
use crate::store::log::LogEntry;

use super::answers::Answers;
use super::cell::Cell;
use super::drift_words;
use super::table::{Table, column};
use super::tables::memory::MemoryTable;
use super::tables::{self, words};
use super::wire::{ColumnInfo, ColumnKind, TableInfo};

/// Names of the tables here.
pub const STORED: &[&str] = &["imports", "files", "problems", "drift", "log", "packs"];

/// Columns of every table of the door.
pub fn infos() -> Vec<TableInfo> {
    let empty = Answers::new(crate::model::rows::RevisionRows::default(), HashMap::new(), 0);
    let answered =
        tables::ANSWERED.iter().filter_map(|name| tables::of_answers(&empty, name).map(|table: Box<dyn Table + '_>| table.info().clone()));
    answered.chain(STORED.iter().map(|name| info(name))).collect()
}

/// A table of the store, as of a revision.
///
/// # Errors
/// The file cannot be read.
pub async fn of_store(store: &Store, name: &str, revision: i64, answers: Option<&Answers>) -> Result<Option<MemoryTable>> {
    let rows = match name {
        "log" => store.log(1, revision).await?.iter().map(log_row).collect(),
        "imports" => {
            let files = store.import_files(1, revision).await?;
            store
                .log(1, revision)
                .await?
                .iter()
                .filter(|entry| entry.action == Action::Import)
                .map(|entry| import_row(entry, &files))
                .collect()
        }
        "files" => store.import_files(1, revision).await?.iter().map(file_row).collect(),
        "problems" => problems(store, revision).await?,
        "packs" => store.log(1, revision).await?.iter().filter(|entry| entry.action == Action::Seal).map(pack_row).collect(),
        "drift" => drift(store, revision, answers).await?,
        _ => return Ok(None),
    };
    Ok(Some(MemoryTable { info: info(name), rows }))
}

fn info(name: &str) -> TableInfo {
    let (title, row_word, columns, sort): (&str, &str, Vec<ColumnInfo>, &str) = match name {
        "log" => (
            "Activity log",
            "entry",
            vec![
                column("number", "Entry", ColumnKind::Number, 70),
                column("at", "Time", ColumnKind::Time, 160),
                column("actor", "Person", ColumnKind::Text, 130),
                column("action", "Action", ColumnKind::Word, 90).choices(&words(Action::ALL, |w| w.as_str())),
                column("name", "Object", ColumnKind::Name, 280),
                column("changes", "Changes", ColumnKind::Text, 260),
                column("reason", "Reason", ColumnKind::Text, 200),
                column("hash", "Hash", ColumnKind::Id, 120),
                column("digest", "Digest of rows", ColumnKind::Id, 120).hidden(),
                column("as_of", "As of", ColumnKind::Time, 110).hidden(),
            ],
            "-number",
        ),
        "imports" => (
            "Imports",
            "import",
            vec![
                column("number", "Revision", ColumnKind::Number, 80),
                column("at", "Imported", ColumnKind::Time, 160),
                column("name", "Set", ColumnKind::Name, 280),
                column("files", "Files", ColumnKind::Count, 70),
                column("read", "Read", ColumnKind::Number, 90),
                column("accepted", "Accepted", ColumnKind::Number, 90),
                column("merged", "Merged", ColumnKind::Number, 80),
                column("rejected", "Rejected", ColumnKind::Number, 80),
                column("ignored", "Ignored", ColumnKind::Number, 80),
                column("problems", "Problems", ColumnKind::Text, 90).hidden(),
                column("changes", "Changes", ColumnKind::Text, 260),
                column("as_of", "As of", ColumnKind::Time, 110),
                column("actor", "Person", ColumnKind::Text, 130).hidden(),
            ],
            "-number",
        ),
        "files" => (
            "Import files",
            "file",
            vec![
                column("name", "File", ColumnKind::Name, 260),
                column("revision", "Revision", ColumnKind::Number, 80),
                column("importer", "Read by", ColumnKind::Word, 90),
                column("completeness", "Completeness", ColumnKind::Word, 110).choices(&["full", "partial", "unknown"]),
                column("read", "Read", ColumnKind::Number, 90),
                column("accepted", "Accepted", ColumnKind::Number, 90),
                column("merged", "Merged", ColumnKind::Number, 80),
                column("rejected", "Rejected", ColumnKind::Number, 80),
                column("ignored", "Ignored", ColumnKind::Number, 80),
                column("secrets_dropped", "Secrets dropped", ColumnKind::Number, 110),
                column("exported_at", "Exported", ColumnKind::Time, 110),
                column("bytes", "Bytes", ColumnKind::Number, 100).hidden(),
                column("sha256", "SHA-256", ColumnKind::Id, 200).hidden(),
            ],
            "-revision,name",
        ),
        "problems" => (
            "Problems",
            "problem",
            vec![
                column("severity", "Severity", ColumnKind::Word, 90).choices(&["refused", "rejected", "warning"]),
                column("name", "What", ColumnKind::Name, 420),
                column("file", "File", ColumnKind::Text, 220),
                column("record", "Record", ColumnKind::Number, 80),
                column("position", "Where", ColumnKind::Text, 140),
                column("code", "Code", ColumnKind::Id, 110),
                column("revision", "Revision", ColumnKind::Number, 80),
            ],
            "-revision,file,record",
        ),
        "packs" => (
            "Audit packs",
            "pack",
            vec![
                column("number", "Entry", ColumnKind::Number, 80),
                column("at", "Sealed", ColumnKind::Time, 160),
                column("name", "Pack", ColumnKind::Name, 260),
                column("revision", "Revision", ColumnKind::Number, 80),
                column("sha256sums", "SHA-256 of SHA256SUMS", ColumnKind::Id, 220),
                column("content_hash", "Content hash", ColumnKind::Id, 220),
                column("actor", "Person", ColumnKind::Text, 130),
            ],
            "-number",
        ),
        _ => (
            "Drift",
            "change",
            vec![
                column("kind", "Kind", ColumnKind::Word, 110),
                column("change", "Change", ColumnKind::Word, 90).choices(&["added", "removed", "changed"]),
                column("name", "Object", ColumnKind::Name, 260),
                column("meaning", "Meaning", ColumnKind::Word, 150).choices(&words(DriftWord::ALL, |w| w.as_str())),
                column("words", "In words", ColumnKind::Text, 420),
                column("columns", "What changed", ColumnKind::Text, 200),
            ],
            "kind,change,name",
        ),
    };
    TableInfo {
        name: name.to_owned(),
        title: title.to_owned(),
        row_word: row_word.to_owned(),
        columns,
        default_sort: sort.to_owned(),
        default_filter: String::new(),
    }
}

/// `clients + 12 − 1 ~ 3`.
fn changes(entry: &LogEntry) -> Cell<'static> {
    if entry.counts.is_empty() {
        return Cell::Nothing;
    }
    let parts: Vec<String> = entry
        .counts
        .iter()
        .map(|count| {
            let mut text = count.kind.replace('_', " ");
            for (n, sign) in [(count.added, "+"), (count.removed, "−"), (count.changed, "~")] {
                if n > 0 {
                    text.push_str(&format!(" {sign}{n}"));
                }
            }
            text
        })
        .collect();
    Cell::owned(parts.join(", "))
}

fn text(text: &str) -> Cell<'static> {
    if text.is_empty() { Cell::Nothing } else { Cell::owned(text.to_owned()) }
}

fn log_row(entry: &LogEntry) -> (String, Vec<Cell<'static>>) {
    let cells = vec![
        Cell::Int(entry.number),
        Cell::Time(entry.at),
        text(&entry.actor_name),
        Cell::text(entry.action.as_str()),
        text(&entry.subject),
        changes(entry),
        text(&entry.reason),
        text(&entry.hash),
        text(&entry.digest),
        Cell::time_or_unknown(entry.as_of),
    ];
    (entry.number.to_string(), cells)
}

fn import_row(entry: &LogEntry, files: &[ImportFileRow]) -> (String, Vec<Cell<'static>>) {
    let of = || files.iter().filter(|file| file.revision == entry.number);
    let sum = |count: fn(&ImportFileRow) -> i64| Cell::Int(of().map(count).sum());
    let cells = vec![
        Cell::Int(entry.number),
        Cell::Time(entry.at),
        text(&entry.subject),
        Cell::Count(of().count() as i64, "files", format!("revision:{}", entry.number).into()),
        sum(|file| file.read),
        sum(|file| file.accepted),
        sum(|file| file.merged),
        sum(|file| file.rejected),
        sum(|file| file.ignored),
        Cell::Nothing,
        changes(entry),
        Cell::time_or_unknown(entry.as_of),
        text(&entry.actor_name),
    ];
    (entry.number.to_string(), cells)
}

fn file_row(file: &ImportFileRow) -> (String, Vec<Cell<'static>>) {
    let cells = vec![
        text(&file.name),
        Cell::Int(file.revision),
        file.importer.as_deref().map_or(Cell::Unknown, text),
        Cell::text(file.completeness.as_str()),
        Cell::Int(file.read),
        Cell::Int(file.accepted),
        Cell::Int(file.merged),
        Cell::Int(file.rejected),
        Cell::Int(file.ignored),
        Cell::Int(file.secrets_dropped),
        Cell::time_or_unknown(file.exported_at),
        Cell::Int(file.bytes),
        text(&file.sha256),
    ];
    (file.id.to_string(), cells)
}

async fn problems(store: &Store, revision: i64) -> Result<Vec<(String, Vec<Cell<'static>>)>> {
    let mut rows = Vec::new();
    for file in store.import_files(1, revision).await? {
        for (id, problem) in store.problems(file.id).await? {
            let severity = serde_json::to_value(problem.severity)?;
            let cells = vec![
                text(severity.as_str().unwrap_or_default()),
                text(&problem.message),
                text(&file.name),
                if problem.record == 0 { Cell::Nothing } else { Cell::Int(i64::from(problem.record)) },
                problem.position.as_deref().map_or(Cell::Nothing, text),
                text(&problem.code),
                Cell::Int(file.revision),
            ];
            rows.push((format!("{}-{id}", file.id), cells));
        }
    }
    Ok(rows)
}

fn pack_row(entry: &LogEntry) -> (String, Vec<Cell<'static>>) {
    let detail = |name: &str| match entry.detail.get(name) {
        Some(serde_json::Value::String(value)) => text(value),
        Some(serde_json::Value::Number(value)) => value.as_i64().map_or(Cell::Unknown, Cell::Int),
        _ => Cell::Unknown,
    };
    let cells = vec![
        Cell::Int(entry.number),
        Cell::Time(entry.at),
        text(&format!("{}, {}", entry.subject, iso_date(entry.at))),
        detail("revision"),
        detail("sha256sums"),
        detail("content_hash"),
        text(&entry.actor_name),
    ];
    (entry.number.to_string(), cells)
}

/// Drift from the revision before to this one.
async fn drift(store: &Store, revision: i64, answers: Option<&Answers>) -> Result<Vec<(String, Vec<Cell<'static>>)>> {
    drift_between(store, revision - 1, revision, answers, true).await
}

/// What differs between two revisions, named by the answers of the newer where they know the thing. What it means is
/// told where the answers are those of the newer revision. `former`: whether what is gone is called by its last name.
///
/// # Errors
/// The file cannot be read.
pub async fn drift_between(
    store: &Store,
    from: i64,
    to: i64,
    answers: Option<&Answers>,
    former: bool,
) -> Result<Vec<(String, Vec<Cell<'static>>)>> {
    let drift = store.drift(from.max(0), to).await?;
    let names = answers.map(|answers| drift_words::Names::new(answers, &drift));
    let meanings = answers.filter(|answers| answers.rows.revision == drift.to).map(|answers| drift_words::judge(answers, &drift));
    let rows = drift.lines.iter().enumerate().map(|(at, line)| {
        let change = match line.difference {
            Difference::Added => "added",
            Difference::Removed => "removed",
            Difference::Changed => "changed",
        };
        let name = names.as_ref().and_then(|names| names.of(line.entity, former)).map_or(Cell::Unknown, Cell::owned);
        let columns = if line.columns.is_empty() { Cell::Nothing } else { Cell::owned(line.columns.join(", ")) };
        let meaning = meanings.as_ref().and_then(|meanings| meanings.of_line.get(&at));
        let word = meaning.map_or(Cell::Nothing, |meaning| Cell::text(meaning.word.as_str()));
        let sentence = meaning.map_or(Cell::Nothing, |meaning| Cell::owned(meaning.sentence.clone()));
        ((at + 1).to_string(), vec![Cell::text(line.table), Cell::text(change), name, word, sentence, columns])
    });
    Ok(rows.collect())
}
