//! Finds what a person means: by public id, client id or other identifier, or name (decision D3).

use anyhow::Result;

use crate::error::Told;

use super::answers::Answers;
use super::filter::quote;
use super::table::{self, Table};
use super::tables;
use super::wire::{BlastSubject, SubjectHit};

/// Tables that are searched, best first.
const SEARCHED: &[&str] = &["clients", "vendors", "audiences", "credentials", "owners"];

/// Objects whose name or id contains the text, best tables first, at most `limit`.
pub fn search(answers: &Answers, text: &str, limit: usize) -> Vec<SubjectHit> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    let filter = quote(&text.to_lowercase());
    let filter = if filter.starts_with('"') { filter } else { format!("\"{filter}\"") };
    let mut hits = Vec::new();
    for name in SEARCHED {
        let Some(table) = tables::of_answers(answers, name) else { continue };
        let selection = table::select(table.as_ref(), &filter, "", answers.clock);
        for &row in selection.rows.iter().take(limit - hits.len()) {
            hits.push(hit(table.as_ref(), name, row as usize));
        }
        if hits.len() >= limit {
            break;
        }
    }
    let wanted = text.to_lowercase();
    let named = answers.estate.applications.iter().filter(|a| a.name.to_lowercase().contains(&wanted));
    let room = limit.saturating_sub(hits.len());
    hits.extend(named.take(room).map(|application| SubjectHit {
        table: "units".to_owned(),
        id: format!("application:{}", application.id),
        name: application.name.clone(),
        kind: "application".to_owned(),
        source: String::new(),
        subject: Some(BlastSubject { unit: "application".to_owned(), id: application.id.clone() }),
    }));
    hits
}

fn hit(table: &dyn Table, name: &str, row: usize) -> SubjectHit {
    let cell = |field: &str| {
        table
            .info()
            .columns
            .iter()
            .position(|column| column.field == field)
            .and_then(|column| table.cell(row, column).word().map(|word| word.into_owned()))
    };
    let id = table.id(row);
    let unit = match name {
        "clients" => Some("client"),
        "credentials" => Some("credential"),
        "vendors" => Some("vendor"),
        _ => None,
    };
    SubjectHit {
        table: name.to_owned(),
        name: cell("name").unwrap_or_default(),
        kind: cell("kind").unwrap_or_else(|| table.info().row_word.clone()),
        source: cell("source").unwrap_or_default(),
        subject: unit.map(|unit| BlastSubject { unit: unit.to_owned(), id: id.clone() }),
        id,
    }
}

/// The one row of a table that the text names: its public id, one of its identifiers without case, or a name that only it has.
///
/// # Errors
/// Nothing or more than one fits; then the candidates are listed.
pub fn one(answers: &Answers, tables_asked: &[&str], text: &str) -> Result<(String, String)> {
    let wanted = text.to_lowercase();
    let (mut by_id, mut by_name) = (Vec::new(), Vec::new());
    for name in tables_asked {
        let Some(table) = tables::of_answers(answers, name) else { continue };
        let columns: Vec<(usize, bool)> = table
            .info()
            .columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| match column.field.as_str() {
                "name" => Some((at, false)),
                "client_id" | "identifiers" => Some((at, true)),
                _ => None,
            })
            .collect();
        for row in 0..table.len() {
            if table.id(row) == wanted {
                return Ok(((*name).to_owned(), table.id(row)));
            }
            for &(column, identifier) in &columns {
                let cell = table.cell(row, column);
                let Some(word) = cell.word() else { continue };
                let equal =
                    if identifier { word.to_lowercase().split(' ').any(|part| part == wanted) } else { word.to_lowercase() == wanted };
                if equal {
                    if identifier { &mut by_id } else { &mut by_name }.push(((*name).to_owned(), table.id(row), word.into_owned()));
                    break;
                }
            }
        }
    }
    let found = if by_id.is_empty() { by_name } else { by_id };
    match found.as_slice() {
        [(table, id, _)] => Ok((table.clone(), id.clone())),
        [] => Err(Told::refusal(
            "BH-CLI-001",
            format!("Nothing is called “{}”.", text.chars().take(80).collect::<String>()),
            "Nothing was done.",
            "Use a name, client id or id as `bulkhead list` shows it.",
        )
        .into()),
        several => {
            let list: Vec<String> = several.iter().take(10).map(|(table, id, name)| format!("{id}  {name} ({table})")).collect();
            Err(Told::refusal("BH-CLI-002", "Several things have that name.", "Nothing was done.", "Use the id of the one you mean.")
                .details(list.join("; "))
                .into())
        }
    }
}

/// The application that a text names: its public id, or its name without case.
///
/// # Errors
/// No client of the revision belongs to such an application; then the known ones are listed.
pub fn application(answers: &Answers, text: &str) -> Result<BlastSubject> {
    let applications = &answers.estate.applications;
    let wanted = text.trim().to_lowercase();
    let found = applications.iter().find(|a| a.id == text || a.name.to_lowercase() == wanted);
    found.map(|application| BlastSubject { unit: "application".to_owned(), id: application.id.clone() }).ok_or_else(|| {
        let mut names: Vec<&str> = applications.iter().map(|a| a.name.as_str()).take(20).collect();
        names.sort_unstable();
        let next = match names.as_slice() {
            [] => "State which clients a product is made of: bulkhead set CLIENT application NAME --reason R.".to_owned(),
            names => format!("Known applications: {}.", names.join(", ")),
        };
        Told::refusal("BH-SUB-004", "No application has that name.", "Nothing was computed.", next).into()
    })
}
