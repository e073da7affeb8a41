//! What the columns of an unknown CSV probably are: by their names first, by their values second. A guess is shown to
//! a person and never used by itself.

use super::cells::{self, is_secret_value};
use crate::formats::time::{DateOrder, parse, parse_ordered};
use crate::importers::fields::{Field, ROWS, Shape, fields};
use crate::importers::mapping::{MappedColumn, Mapping, is_secret_column, letters};

/// Names that say it all, names that usually mean it, names that contain the word.
const EXACT: f64 = 0.95;
const USUAL: f64 = 0.8;
const PART: f64 = 0.5;
/// Below this a column stays unmapped.
const ENOUGH: f64 = 0.4;

/// Guesses rows, fields and the order of dates from the header and some rows; `file` gives the profile its name.
pub fn guess(file: &str, headers: &[String], rows: &[Vec<String>]) -> Mapping {
    let mut best: Option<(f64, &str, Vec<MappedColumn>)> = None;
    for kind in ROWS {
        let columns = map_columns(fields(kind).unwrap_or_default(), headers, rows);
        let score = rate(fields(kind).unwrap_or_default(), &columns);
        if best.as_ref().is_none_or(|(top, ..)| score > *top) {
            best = Some((score, kind, columns));
        }
    }
    let (_, rows_kind, columns) = best.unwrap_or_default();
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    Mapping {
        dates: order_of_dates(fields(rows_kind).unwrap_or_default(), &columns, headers, rows).to_owned(),
        source: "generic".to_owned(),
        source_name: name.clone(),
        name,
        rows: rows_kind.to_owned(),
        columns,
    }
}

/// How well a kind of rows explains the columns: all keys must be there before anything else counts.
fn rate(known: &[Field], columns: &[MappedColumn]) -> f64 {
    let of =
        |field: &Field| columns.iter().filter(|one| one.field.as_deref() == Some(field.name)).map(|one| one.confidence).fold(0.0, f64::max);
    let keys: Vec<f64> = known.iter().filter(|field| field.key).map(of).collect();
    let missing = keys.iter().filter(|confidence| **confidence < ENOUGH).count();
    let sum: f64 = known.iter().map(of).sum();
    if missing == 0 { 10.0 + sum } else { sum - 10.0 * missing as f64 / keys.len() as f64 }
}

fn map_columns(known: &[Field], headers: &[String], rows: &[Vec<String>]) -> Vec<MappedColumn> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (column, header) in headers.iter().enumerate() {
        if is_secret_column(header) {
            continue;
        }
        for (place, field) in known.iter().enumerate() {
            let confidence = by_name(field, header) * by_values(field, column, rows);
            if confidence >= ENOUGH {
                pairs.push((confidence, column, place));
            }
        }
    }
    // The surest pair first; each column and each field once; ties go to the earlier column, then the earlier field.
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut chosen: Vec<Option<(usize, f64)>> = vec![None; headers.len()];
    let mut taken = vec![false; known.len()];
    for (confidence, column, place) in pairs {
        if chosen[column].is_none() && !taken[place] {
            chosen[column] = Some((place, confidence));
            taken[place] = true;
        }
    }
    headers
        .iter()
        .enumerate()
        .map(|(column, header)| MappedColumn {
            column: header.clone(),
            field: chosen[column].map(|(place, _)| known[place].name.to_owned()),
            confidence: chosen[column].map_or(0.0, |(_, confidence)| (confidence * 100.0).round() / 100.0),
            samples: samples(header, column, rows),
        })
        .collect()
}

fn by_name(field: &Field, header: &str) -> f64 {
    let header = letters(header);
    let name = letters(field.name);
    if header.is_empty() {
        0.0
    } else if header == name {
        EXACT
    } else if field.also.contains(&header.as_str()) {
        USUAL
    } else if header.len() > 3 && (header.contains(&name) || field.also.iter().any(|word| word.len() > 4 && header.contains(word))) {
        PART
    } else {
        0.0
    }
}

/// 1 when the values look like the field's, less when they do not, .9 when there are none to look at.
fn by_values(field: &Field, column: usize, rows: &[Vec<String>]) -> f64 {
    let cells: Vec<&str> = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    if cells.is_empty() {
        return 0.9;
    }
    let fit = cells.iter().filter(|cell| fits(field.shape, cell)).count() as f64 / cells.len() as f64;
    if field.shape == Shape::Text { 1.0 } else { 0.3 + 0.7 * fit }
}

fn fits(shape: Shape, cell: &str) -> bool {
    match shape {
        Shape::Text => true,
        Shape::Time => {
            parse(cell).is_some() || parse_ordered(cell, DateOrder::Dmy).is_some() || parse_ordered(cell, DateOrder::Mdy).is_some()
        }
        Shape::Flag => cells::flag(cell).is_some(),
        Shape::Words(words) => words.contains(&cells::word(cell).as_str()) || cells::is_unknown(cell),
    }
}

/// Up to three different values; secrets are not shown.
fn samples(header: &str, column: usize, rows: &[Vec<String>]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for cell in rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()) {
        let shown = if is_secret_column(header) || is_secret_value(cell) {
            "(secret, not shown)".to_owned()
        } else {
            cell.chars().take(60).collect()
        };
        if !out.contains(&shown) {
            out.push(shown);
        }
        if out.len() == 3 {
            break;
        }
    }
    out
}

/// `ymd` when nothing is ambiguous, `dmy` or `mdy` when one value proves it, else `ask`.
fn order_of_dates(known: &[Field], columns: &[MappedColumn], headers: &[String], rows: &[Vec<String>]) -> &'static str {
    let (mut seen, mut day_first, mut month_first) = (false, false, false);
    for (column, one) in columns.iter().enumerate().take(headers.len()) {
        let shape = one.field.as_deref().and_then(|name| known.iter().find(|field| field.name == name)).map(|field| field.shape);
        if shape != Some(Shape::Time) {
            continue;
        }
        for cell in rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim()) {
            if cell.is_empty() || parse(cell).is_some() {
                continue;
            }
            match (parse_ordered(cell, DateOrder::Dmy).is_some(), parse_ordered(cell, DateOrder::Mdy).is_some()) {
                (true, true) => seen = true,
                (true, false) => day_first = true,
                (false, true) => month_first = true,
                (false, false) => {}
            }
        }
    }
    match (day_first, month_first, seen) {
        (true, false, _) => "dmy",
        (false, true, _) => "mdy",
        (false, false, false) => "ymd",
        _ => "ask",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let mut lines = text.lines().map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
        (lines.next().unwrap_or_default(), lines.collect())
    }

    fn guessed(text: &str) -> Mapping {
        let (headers, rows) = table(text);
        guess("exports/tokens 2026.csv", &headers, &rows)
    }

    fn field<'m>(mapping: &'m Mapping, column: &str) -> Option<&'m str> {
        mapping.columns.iter().find(|one| one.column == column).and_then(|one| one.field.as_deref())
    }

    #[test]
    fn a_token_list_is_seen_as_credentials() {
        let mapping = guessed("App ID;Token type;Created;Expires;Last used;Secret\na;pat;2026-01-02;never;2026-11-01;CANARY-SECRET-X");
        assert_eq!(mapping.rows, "credentials");
        assert_eq!(mapping.name, "tokens 2026");
        let want = [
            ("App ID", "client_id"),
            ("Token type", "kind"),
            ("Created", "created_at"),
            ("Expires", "expires_at"),
            ("Last used", "last_used_at"),
        ];
        for (column, name) in want {
            assert_eq!(field(&mapping, column), Some(name), "{column}");
        }
        assert_eq!(field(&mapping, "Secret"), None, "secrets are never mapped");
        assert!(!format!("{mapping:?}").contains("CANARY"), "nor shown as a sample");
    }

    #[test]
    fn other_tables_are_told_apart() {
        assert_eq!(guessed("client;api;scopes;user\na;b;c;d").rows, "grants");
        assert_eq!(guessed("api;trust boundary;data class;impact\na;b;c;high").rows, "audiences");
        assert_eq!(guessed("vendor;security contact;contract\na;b;c").rows, "vendors");
        assert_eq!(guessed("subject;owner;role;status\na;b;accountable;active").rows, "owners");
        assert_eq!(guessed("kind;from;to;evidence\nharvest;b;c;declared").rows, "reach_edges");
        assert_eq!(guessed("client_id;name;enabled;vendor\na;b;yes;d").rows, "clients");
    }

    #[test]
    fn ambiguous_dates_are_asked_for_once_and_never_guessed() {
        let with = |dates: &str| guessed(&format!("client_id;kind;created\n{dates}")).dates;
        assert_eq!(with("a;pat;03/04/2026"), "ask");
        assert_eq!(with("a;pat;03/04/2026\nb;pat;13/04/2026"), "dmy", "one row proves it for the file");
        assert_eq!(with("a;pat;03/04/2026\nb;pat;04/13/2026"), "mdy");
        assert_eq!(with("a;pat;13/04/2026\nb;pat;04/13/2026"), "ask", "a file that contradicts itself");
        assert_eq!(with("a;pat;2026-04-03"), "ymd");
    }

    #[test]
    fn the_same_table_always_gives_the_same_guess() {
        let text = "id;name;type;owner;created\n1;a;pat;b;2026-01-01";
        assert_eq!(guessed(text), guessed(text));
    }
}
