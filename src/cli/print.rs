//! Plain text for terminals: aligned tables and lines. Imported text is cleaned so that it cannot steer the terminal.

use std::fmt::Write as _;

use crate::work::cell::Cell;
use crate::work::table::{Selection, Table};
use crate::work::wire::ColumnKind;

/// Widest column in characters.
const MAX_WIDTH: usize = 44;

/// Imported text for a terminal: control, bidirectional and zero-width characters become visible marks.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            let _ = write!(out, "[U+{:04X}]", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that do not show or that change how others show.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn shown(cell: &Cell<'_>, kind: ColumnKind) -> String {
    match (cell, kind) {
        (Cell::Time(ms), _) => crate::model::time::iso_date(*ms),
        (Cell::Unknown, _) => "unknown".to_owned(),
        (cell, ColumnKind::Score) => cell.word().map(|word| format!("{word} / 100")).unwrap_or_default(),
        (cell, _) => clean(&cell.word().unwrap_or_default()),
    }
}

/// Rows of a selection as an aligned table, with the count below.
pub fn table(table: &dyn Table, selection: &Selection, columns: &[usize], limit: usize) -> String {
    let info = table.info();
    let rows: Vec<Vec<String>> = selection
        .rows
        .iter()
        .take(limit)
        .map(|&row| columns.iter().map(|&c| cut(&shown(&table.cell(row as usize, c), info.columns[c].kind))).collect())
        .collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, &c)| rows.iter().map(|row| row[at].chars().count()).chain([info.columns[c].title.chars().count()]).max().unwrap_or(0))
        .collect();
    let right = |c: usize| {
        matches!(info.columns[c].kind, ColumnKind::Number | ColumnKind::Count | ColumnKind::Score | ColumnKind::Units | ColumnKind::Days)
    };
    let mut out = String::new();
    let mut line = |values: &[&str]| {
        let mut text = String::new();
        for (at, value) in values.iter().enumerate() {
            let pad = " ".repeat(widths[at].saturating_sub(value.chars().count()));
            if right(columns[at]) {
                text.push_str(&pad);
                text.push_str(value);
            } else {
                text.push_str(value);
                text.push_str(&pad);
            }
            text.push_str("  ");
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    let titles: Vec<&str> = columns.iter().map(|&c| info.columns[c].title.as_str()).collect();
    line(&titles);
    for row in &rows {
        let values: Vec<&str> = row.iter().map(String::as_str).collect();
        line(&values);
    }
    let total = selection.rows.len();
    let title = info.title.to_lowercase();
    let _ = if rows.len() < total {
        writeln!(out, "{title}: {} of {total} rows; --limit shows more", rows.len())
    } else if total == table.len() {
        writeln!(out, "{title}: {total} rows")
    } else {
        writeln!(out, "{title}: {total} of {} rows", table.len())
    };
    out
}

/// Rows of texts under titles, aligned; a line says so when there are none.
pub fn plain_table(titles: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return "  none".to_owned();
    }
    let rows: Vec<Vec<String>> = rows.into_iter().map(|row| row.iter().map(|cell| cut(&clean(cell))).collect()).collect();
    let titles: Vec<String> = titles.iter().map(|title| cut(&clean(title))).collect();
    let lines = || std::iter::once(&titles).chain(&rows);
    let widths: Vec<usize> =
        (0..titles.len()).map(|at| lines().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in lines() {
        let mut line = String::from("  ");
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.chars().count()) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.trim_end().to_owned()
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_WIDTH { text.to_owned() } else { text.chars().take(MAX_WIDTH - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn hostile_text_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mred"), "a[U+001B][31mred");
        assert_eq!(clean("pay\u{202e}cnyS"), "pay[U+202E]cnyS");
    }
}
