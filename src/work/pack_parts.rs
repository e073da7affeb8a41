//! The contents of a pack's members, written from one revision's answers.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::audit::writer::Member;
use crate::model::id::hex;
use crate::model::time::iso;
use crate::reach::Unit;
use crate::store::imports::ImportFileRow;

use super::answers::Answers;
use super::blast_page;
use super::cell::{Cell, guard_formula};
use super::pseudonyms::Pseudonyms;
use super::table::Table;
use super::tables;

/// Tables of `03_population`.
pub const POPULATION: &[&str] = &["audiences", "clients", "credentials", "grants", "owners", "principals", "scopes", "vendors"];
/// Explanations of the largest units by reach (decision D50); every vendor is added.
const EXPLAINED: usize = 1_000;
/// Units explained at a time, so that memory stays flat and a cancel is seen.
const BATCH: usize = 64;

/// A table with every column and where each row was read; answers the number of rows.
///
/// # Errors
/// Writing failed.
pub fn table_csv(answers: &Answers, name: &str, orders: &mut Orders, persons: Option<&Pseudonyms>, out: &mut dyn Write) -> Result<u64> {
    let Some(table) = tables::of_answers(answers, name) else { anyhow::bail!("there is no table {name}") };
    let table: &dyn Table = table.as_ref();
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let fields: Vec<&str> = table.info().columns.iter().map(|column| column.field.as_str()).collect();
    writer.write_record(std::iter::once("id").chain(fields.iter().copied()).chain(["read_from"]))?;
    let order = orders.take(answers, table, name);
    for &row in &order {
        let row = row as usize;
        writer.write_field(guard_formula(&table.id(row)).as_bytes())?;
        for (column, field) in fields.iter().enumerate() {
            let cell = table.cell(row, column);
            let cell = match persons {
                Some(persons) => persons.apply(name, field, cell),
                None => cell,
            };
            writer.write_field(cell.csv())?;
        }
        writer.write_field(guard_formula(&read_from(answers, name, row)).as_bytes())?;
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    Ok(order.len() as u64)
}

/// Orders of tables that were found for the content hash and are used once more for the members.
#[derive(Debug, Default)]
pub struct Orders(BTreeMap<&'static str, Vec<u32>>);

impl Orders {
    fn take(&mut self, answers: &Answers, table: &dyn Table, name: &str) -> Vec<u32> {
        self.0.remove(name).unwrap_or_else(|| by_id(answers, table, name))
    }
}

/// Rows in the order of their public ids, which no import order changes.
fn by_id(answers: &Answers, table: &dyn Table, name: &str) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..table.len() as u32).collect();
    match name {
        // Sorted by id already.
        "clients" | "audiences" | "scopes" | "vendors" => {}
        "grants" => {
            let key = |row: &u32| {
                let grant = &answers.rows.grants[*row as usize];
                let principal = answers.index.row(grant.principal).map_or("", |at| answers.principals[at].id.as_str());
                (answers.view(grant.client), answers.view(grant.scope), grant.mode, principal)
            };
            rows.par_sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        }
        _ => rows.sort_by_cached_key(|row| table.id(*row as usize)),
    }
    rows
}

fn read_from(answers: &Answers, name: &str, row: usize) -> String {
    let origin = match name {
        "clients" => answers.rows.clients[answers.clients[row].row as usize].origin,
        "credentials" => answers.rows.credentials[answers.credentials[row].row as usize].origin,
        "audiences" => answers.rows.audiences[answers.audiences[row].row as usize].origin,
        "scopes" => answers.rows.scopes[answers.scopes[row].row as usize].origin,
        "grants" => answers.rows.grants[row].origin,
        "principals" => answers.rows.principals[row].origin,
        "owners" => match answers.owners[row].row {
            Some(row) => answers.rows.owners[row as usize].origin,
            None => return "asserted".to_owned(),
        },
        _ => return "derived".to_owned(),
    };
    answers.source_text(origin).unwrap_or_else(|| "not from a file".to_owned())
}

/// SHA-256 over the governed population by natural keys in order (decision D12): it does not depend on file order.
pub fn content_hash(answers: &Answers) -> (String, Orders) {
    let (mut hash, mut orders) = (Sha256::new(), Orders::default());
    for name in POPULATION {
        let Some(table) = tables::of_answers(answers, name) else { continue };
        let table: &dyn Table = table.as_ref();
        hash.update(name.as_bytes());
        let order = by_id(answers, table, name);
        for row in &order {
            for column in 0..table.info().columns.len() {
                let cell = table.cell(*row as usize, column);
                match cell.word() {
                    Some(word) => {
                        hash.update([1]);
                        hash.update((word.len() as u64).to_le_bytes());
                        hash.update(word.as_bytes());
                    }
                    None => hash.update([0]),
                }
            }
        }
        orders.0.insert(name, order);
    }
    (hex(&hash.finalize()), orders)
}

/// Explanations of the largest clients and credentials by reach and of every vendor and application, one JSON object a line.
///
/// # Errors
/// Writing failed, or `go_on` says stop.
pub fn explanations(answers: &Answers, persons: Option<&Pseudonyms>, out: &mut dyn Write, go_on: &dyn Fn() -> Result<()>) -> Result<u64> {
    let mut units: Vec<(i64, Unit)> = Vec::new();
    units.extend(answers.scores.clients.iter().enumerate().map(|(at, score)| (score.reach_exact(), Unit::Client(at as u32))));
    units.extend(answers.scores.credentials.iter().enumerate().map(|(at, score)| (score.reach_exact(), Unit::Credential(at as u32))));
    units.sort_by_key(|(reach, unit)| (std::cmp::Reverse(*reach), order_of(unit)));
    units.truncate(EXPLAINED);
    units.extend((0..answers.scores.vendors.len()).map(|at| (0, Unit::Vendor(at as u32))));
    units.extend((0..answers.scores.applications.len()).map(|at| (0, Unit::Application(at as u32))));
    let line = |unit: &Unit| -> Result<String> {
        let mut explanation = serde_json::to_value(blast_page::explain(answers, unit))?;
        if let Some(persons) = persons {
            persons.explanation(&mut explanation);
        }
        Ok(serde_json::to_string(&explanation)?)
    };
    for batch in units.chunks(BATCH) {
        go_on()?;
        let lines: Vec<String> = batch.par_iter().map(|(_, unit)| line(unit)).collect::<Result<_>>()?;
        for line in lines {
            writeln!(out, "{line}")?;
        }
    }
    Ok(units.len() as u64)
}

fn order_of(unit: &Unit) -> (u8, u32) {
    match unit {
        Unit::Client(at) => (0, *at),
        Unit::Credential(at) => (1, *at),
        Unit::Vendor(at) => (2, *at),
        _ => (3, 0),
    }
}

/// Every import file that the revision rests on.
///
/// # Errors
/// Writing failed.
pub fn imports_csv(answers: &Answers, files: &[ImportFileRow], out: &mut dyn Write) -> Result<u64> {
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record([
        "revision",
        "file",
        "sha256",
        "bytes",
        "source",
        "instance",
        "completeness",
        "exported_at",
        "exported_assumed",
        "read",
        "accepted",
        "merged",
        "rejected",
        "ignored",
        "secrets_dropped",
    ])?;
    for file in files {
        let instance = answers.rows.instances.iter().find(|instance| Some(instance.id) == file.instance);
        writer.write_record([
            file.revision.to_string(),
            guard_formula(&file.name).into_owned(),
            file.sha256.clone(),
            file.bytes.to_string(),
            file.importer.clone().unwrap_or_else(|| "not recognised".to_owned()),
            instance.map_or_else(|| "unknown".to_owned(), |instance| guard_formula(&instance.name).into_owned()),
            file.completeness.as_str().to_owned(),
            file.exported_at.map_or_else(|| "unknown".to_owned(), iso),
            if file.exported_assumed { "yes" } else { "no" }.to_owned(),
            file.read.to_string(),
            file.accepted.to_string(),
            file.merged.to_string(),
            file.rejected.to_string(),
            file.ignored.to_string(),
            file.secrets_dropped.to_string(),
        ])?;
    }
    writer.flush()?;
    Ok(files.len() as u64)
}

/// Place of the sentence in a row of the table Drift.
const DRIFT_WORDS: usize = 4;

/// Differences to the previous sealed pack.
///
/// # Errors
/// Writing failed.
pub fn changes_csv(rows: Vec<(String, Vec<Cell<'static>>)>, persons: Option<&Pseudonyms>, out: &mut dyn Write) -> Result<u64> {
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(["kind", "change", "object", "meaning", "what_changed"])?;
    let n = rows.len() as u64;
    for (_, mut cells) in rows {
        if let (Some(persons), [Cell::Text(kind), _, name, ..]) = (persons, cells.as_mut_slice()) {
            *name = persons.named(kind, std::mem::replace(name, Cell::Unknown));
        }
        // The sentence repeats names of persons and is made from the columns beside it.
        writer.write_record(cells.iter().enumerate().filter(|(at, _)| *at != DRIFT_WORDS).map(|(_, cell)| cell.csv()))?;
    }
    writer.flush()?;
    Ok(n)
}

/// Ages of what has a rotation clock, by bucket.
pub fn age_buckets_csv(answers: &Answers) -> String {
    let mut out = String::from("\u{FEFF}age_days,in_time,late,unknown\r\n");
    for bucket in super::rotations_page::rotations(answers).ageing {
        out.push_str(&format!("\"{}\",{},{},{}\r\n", bucket.label, bucket.in_time, bucket.late, bucket.unknown));
    }
    out
}

/// The statement in both forms.
pub struct Statement {
    /// For the HTML page.
    pub sections: Vec<(String, Vec<(String, String)>)>,
    /// For machines.
    pub json: Value,
}

/// Scope, completeness, accuracy and known limits (domain.md 8.4). Anything not reconciled makes it qualified, never silent.
pub fn statement(answers: &Answers, files: &[ImportFileRow], facts: &Map<String, Value>) -> Statement {
    let sum = |count: fn(&ImportFileRow) -> i64| files.iter().map(count).sum::<i64>();
    let (read, accepted, merged, rejected, ignored) =
        (sum(|f| f.read), sum(|f| f.accepted), sum(|f| f.merged), sum(|f| f.rejected), sum(|f| f.ignored));
    let whole = files.iter().filter(|file| file.completeness == crate::model::Completeness::Full).count();
    let qualified = rejected > 0 || whole < files.len();
    let counts: Vec<(String, u32)> = POPULATION
        .iter()
        .filter_map(|name| tables::of_answers(answers, name).map(|table: Box<dyn Table + '_>| ((*name).to_owned(), table.len() as u32)))
        .collect();
    let limits = [
        "Scores as attested count declared and observed ways and checks that are recorded as failed; unknown checks count in the reading gateway only.",
        "Weights are expert defaults (weights.json); numbers of different weights are never compared.",
        "Delegated reach without knowledge of each user's own rights is an upper bound.",
        "Reasons in the log are as people wrote them.",
    ];
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    let sections = vec![
        ("What this is".to_owned(), facts.iter().map(|(name, value)| (name.replace('_', " "), text(value))).collect()),
        (
            "Completeness and accuracy".to_owned(),
            vec![
                ("Statement".to_owned(), if qualified { "qualified" } else { "unqualified" }.to_owned()),
                (
                    "Records".to_owned(),
                    format!("{read} read = {accepted} accepted + {merged} merged + {rejected} rejected + {ignored} ignored"),
                ),
                ("Files known to be whole".to_owned(), format!("{whole} of {}", files.len())),
            ],
        ),
        ("Population".to_owned(), counts.iter().map(|(name, n)| (name.clone(), n.to_string())).collect()),
        ("Known limits".to_owned(), limits.iter().enumerate().map(|(at, limit)| (format!("{}", at + 1), (*limit).to_owned())).collect()),
    ];
    let json = json!({
        "facts": facts,
        "statement": if qualified { "qualified" } else { "unqualified" },
        "records": { "read": read, "accepted": accepted, "merged": merged, "rejected": rejected, "ignored": ignored },
        "files": { "all": files.len(), "whole": whole },
        "population": counts.iter().map(|(name, n)| (name.clone(), json!(n))).collect::<Map<_, _>>(),
        "known_limits": limits,
    });
    Statement { sections, json }
}

/// The pack's first page: the statement and the files.
pub fn index(members: &[Member], statement: &Statement) -> Vec<(String, Vec<(String, String)>)> {
    let mut sections = statement.sections.clone();
    let files = members
        .iter()
        .map(|member| {
            let rows = member.rows.map_or_else(String::new, |rows| format!("{rows} rows, "));
            (member.path.clone(), format!("{rows}{} bytes, SHA-256 {}", member.bytes, member.sha256))
        })
        .collect();
    sections.push(("Files".to_owned(), files));
    sections
}

/// What the pack is and how to read it.
pub fn readme(facts: &Map<String, Value>) -> String {
    format!(
        "# Bulkhead audit pack\n\nEvidence about OAuth clients, credentials, audiences, scopes and grants as imported from export files, with what follows from them.\n\n- Revision {}, as of {}, profile {}.\n- Start with index.html or 01_statement.html; VERIFY.md tells how to check the pack offline.\n- CSV files are UTF-8 with a byte order mark; text that a spreadsheet would run starts with an apostrophe; `unknown` is a value.\n- `read_from` names file, record and revision of each row; 02_imports.csv holds the hashes of those files.\n- No secret, token or private key is in this pack: none was ever stored.\n",
        facts["revision"],
        facts["as_of"].as_str().unwrap_or("unknown"),
        facts["profile"].as_str().unwrap_or_default(),
    )
}
