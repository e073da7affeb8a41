//! A table of rows served in windows: filter, sort, facets and CSV for grid, command line and pack alike.
//!
//! Knows cells and filters, not what the tables are about (`work::tables`) and not where rows are stored.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::time::Millis;

use super::cell::{Cell, SortKey, guard_formula};
use super::filter::{self, Term};
use super::wire::{ColumnInfo, ColumnKind, Facet, FilterError, Row, Rows, TableInfo};

/// Largest window that is served at once.
pub const MAX_WINDOW: u32 = 500;

/// Something with rows and typed columns.
pub trait Table: Sync {
    /// Columns, default sort and default filter.
    fn info(&self) -> &TableInfo;
    /// Rows without filter.
    fn len(&self) -> usize;
    /// Whether it has no rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Stable public id of a row.
    fn id(&self, row: usize) -> String;
    /// A value.
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;
    /// A small integer that orders and equals the column's text, where the table knows one: makes sorting a million rows quick.
    fn rank(&self, _row: usize, _column: usize) -> Option<u32> {
        None
    }
}

/// Rows of a table that fulfil a filter, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Row numbers.
    pub rows: Vec<u32>,
    /// Set when the filter text was faulty; `rows` are then all rows.
    pub fault: Option<filter::Fault>,
}

/// Filters and sorts. A faulty filter selects everything and says so; unknown sort fields are passed over.
pub fn select(table: &dyn Table, filter: &str, sort: &str, now: Millis) -> Selection {
    let fields: Vec<&str> = table.info().columns.iter().map(|c| c.field.as_str()).collect();
    let (terms, fault) = match filter::parse(filter, &fields) {
        Ok(terms) => (terms, None),
        Err(fault) => (Vec::new(), Some(fault)),
    };
    let terms: Vec<(Option<usize>, Term)> = terms
        .into_iter()
        .map(|term| match &term {
            Term::Field { field, .. } => (fields.iter().position(|known| known == field), term),
            Term::Word { .. } => (None, term),
        })
        .collect();
    let searched: Vec<usize> =
        (0..fields.len()).filter(|&c| matches!(table.info().columns[c].kind, ColumnKind::Name | ColumnKind::Id)).collect();
    let mut rows: Vec<u32> = if terms.is_empty() {
        (0..table.len() as u32).collect()
    } else {
        (0..table.len() as u32).into_par_iter().filter(|&row| fulfils(table, row as usize, &terms, &searched, now)).collect()
    };
    order(table, &mut rows, if sort.is_empty() { &table.info().default_sort } else { sort });
    Selection { rows, fault }
}

fn fulfils(table: &dyn Table, row: usize, terms: &[(Option<usize>, Term)], searched: &[usize], now: Millis) -> bool {
    terms.iter().all(|(column, term)| match (column, term) {
        (Some(column), term) => term.matches(&table.cell(row, *column), now),
        (None, Term::Word { word, not }) => {
            let hit = searched.iter().any(|&c| table.cell(row, c).word().is_some_and(|text| text.to_lowercase().contains(word.as_str())))
                || table.id(row).starts_with(word.as_str());
            hit != *not
        }
        (None, Term::Field { .. }) => true,
    })
}

/// Sorts row numbers by up to three `field` / `-field`; every order ends with the row number, which follows the id.
fn order(table: &dyn Table, rows: &mut [u32], sort: &str) {
    let columns: Vec<(usize, bool)> = sort
        .split(',')
        .filter(|part| !part.is_empty())
        .take(3)
        .filter_map(|part| {
            let (field, descending) = part.strip_prefix('-').map_or((part, false), |field| (field, true));
            table.info().columns.iter().position(|c| c.field == field).map(|column| (column, descending))
        })
        .collect();
    if columns.is_empty() {
        return;
    }
    let keys = |row: u32| -> Vec<SortKey<'_>> {
        columns
            .iter()
            .map(|&(column, _)| match table.rank(row as usize, column) {
                Some(u32::MAX) => SortKey::Last,
                Some(rank) => SortKey::Number(f64::from(rank)),
                None => table.cell(row as usize, column).sort_key(),
            })
            .collect()
    };
    if let Some(&first) = rows.first()
        && columns.iter().all(|&(column, _)| table.rank(first as usize, column).is_some())
    {
        // Ranks in every column, as grants have them: a million rows sort as small numbers, without a list for each row.
        let mut keyed: Vec<([u32; 3], u32)> = rows.par_iter().map(|&row| (rank_key(table, row, &columns), row)).collect();
        keyed.par_sort_unstable();
        for (slot, (_, row)) in rows.iter_mut().zip(keyed) {
            *slot = row;
        }
        return;
    }
    if let [(column, descending)] = columns[..]
        && rows
            .first()
            .is_some_and(|&row| table.rank(row as usize, column).is_some() || table.cell(row as usize, column).number().is_some())
    {
        // One numeric column is the usual case; plain numbers sort several times faster than key lists.
        let mut keyed: Vec<(f64, u32)> = rows.par_iter().map(|&row| (number_key(table, row, column, descending), row)).collect();
        keyed.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (slot, (_, row)) in rows.iter_mut().zip(keyed) {
            *slot = row;
        }
        return;
    }
    let mut keyed: Vec<(Vec<SortKey<'_>>, u32)> = rows.par_iter().map(|&row| (keys(row), row)).collect();
    keyed.par_sort_unstable_by(|a, b| {
        for (i, &(_, descending)) in columns.iter().enumerate() {
            let order = a.0[i].compare(&b.0[i], descending);
            if order.is_ne() {
                return order;
            }
        }
        a.1.cmp(&b.1)
    });
    let sorted: Vec<u32> = keyed.into_iter().map(|(_, row)| row).collect();
    rows.copy_from_slice(&sorted);
}

/// Ranks of up to three columns in sort order; what has no rank stays last in both directions.
fn rank_key(table: &dyn Table, row: u32, columns: &[(usize, bool)]) -> [u32; 3] {
    let mut key = [0; 3];
    for (slot, &(column, descending)) in key.iter_mut().zip(columns) {
        *slot = match table.rank(row as usize, column) {
            None | Some(u32::MAX) => u32::MAX,
            Some(rank) if descending => u32::MAX - 1 - rank,
            Some(rank) => rank,
        };
    }
    key
}

fn number_key(table: &dyn Table, row: u32, column: usize, descending: bool) -> f64 {
    let number = match table.rank(row as usize, column) {
        Some(u32::MAX) => None,
        Some(rank) => Some(f64::from(rank)),
        None => match table.cell(row as usize, column).sort_key() {
            SortKey::Number(n) => Some(n),
            SortKey::Text(_) | SortKey::Last => None,
        },
    };
    match number {
        Some(n) if descending => -n,
        Some(n) => n,
        None => f64::INFINITY,
    }
}

/// Column numbers of the asked fields; none asked = the default ones. Unknown fields are passed over.
pub fn columns_of(info: &TableInfo, fields: &[String]) -> Vec<usize> {
    if fields.is_empty() {
        return (0..info.columns.len()).filter(|&c| info.columns[c].default).collect();
    }
    fields.iter().filter_map(|field| info.columns.iter().position(|c| &c.field == field)).collect()
}

/// A window of a selection.
pub fn window(table: &dyn Table, selection: &Selection, columns: &[usize], offset: u32, limit: u32, revision: i64) -> Rows {
    let from = (offset as usize).min(selection.rows.len());
    let to = (from + limit.min(MAX_WINDOW) as usize).min(selection.rows.len());
    Rows {
        revision,
        total: selection.rows.len() as u32,
        population: table.len() as u32,
        columns: columns.iter().map(|&c| table.info().columns[c].field.clone()).collect(),
        rows: selection.rows[from..to]
            .iter()
            .map(|&row| Row { id: table.id(row as usize), cells: columns.iter().map(|&c| table.cell(row as usize, c).json()).collect() })
            .collect(),
        filter_error: selection.fault.as_ref().map(|fault| FilterError {
            message: fault.message.clone(),
            at: fault.at as u32,
            nearest: fault.nearest.clone(),
        }),
    }
}

/// Counts per value for the columns that have few values.
pub fn facets(table: &dyn Table, selection: &Selection, fields: &[&str]) -> Vec<Facet> {
    fields
        .iter()
        .filter_map(|field| table.info().columns.iter().position(|c| c.field == *field))
        .map(|column| {
            let counts = selection
                .rows
                .par_chunks(8192)
                .map(|rows| {
                    let (mut counts, mut unknown) = (hashbrown::HashMap::<String, u32>::new(), 0);
                    for &row in rows {
                        let cell = table.cell(row as usize, column);
                        match cell.word() {
                            // A text is copied once per value, not once per row.
                            Some(word) => *counts.entry_ref(word.as_ref()).or_insert(0) += 1,
                            None => unknown += 1,
                        }
                    }
                    let mut counts: BTreeMap<Option<String>, u32> = counts.into_iter().map(|(word, n)| (Some(word), n)).collect();
                    if unknown > 0 {
                        counts.insert(None, unknown);
                    }
                    counts
                })
                .reduce(BTreeMap::new, |mut all, part| {
                    for (value, n) in part {
                        *all.entry(value).or_default() += n;
                    }
                    all
                });
            let mut values: Vec<(Option<String>, u32)> = counts.into_iter().collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let others = values.iter().skip(20).map(|(_, n)| n).sum();
            values.truncate(20);
            let info = &table.info().columns[column];
            Facet { field: info.field.clone(), title: info.title.clone(), values, others }
        })
        .collect()
}

/// Selected rows as CSV: CRLF, header of field names, formula guard for text. The byte order mark is the file writer's (D52).
pub fn csv(table: &dyn Table, selection: &Selection, columns: &[usize], out: &mut dyn std::io::Write) -> anyhow::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let info = table.info();
    writer.write_record(std::iter::once("id").chain(columns.iter().map(|&c| info.columns[c].field.as_str())))?;
    for &row in &selection.rows {
        let id = table.id(row as usize);
        writer.write_field(guard_formula(&id).as_bytes())?;
        for &column in columns {
            writer.write_field(table.cell(row as usize, column).csv())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    Ok(())
}

/// Declares a column.
pub fn column(field: &str, title: &str, kind: ColumnKind, width: u32) -> ColumnInfo {
    ColumnInfo { field: field.to_owned(), title: title.to_owned(), kind, default: true, width, choices: Vec::new(), help: String::new() }
}

impl ColumnInfo {
    /// Not shown without being asked for.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.default = false;
        self
    }
    /// Its closed list of values.
    #[must_use]
    pub fn choices(mut self, words: &[&str]) -> Self {
        self.choices = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }
    /// What it means.
    #[must_use]
    pub fn help(mut self, text: &str) -> Self {
        self.help = text.to_owned();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Numbers(TableInfo, Vec<(Option<&'static str>, i64)>);

    impl Table for Numbers {
        fn info(&self) -> &TableInfo {
            &self.0
        }
        fn len(&self) -> usize {
            self.1.len()
        }
        fn id(&self, row: usize) -> String {
            format!("id{row}")
        }
        fn cell(&self, row: usize, column: usize) -> Cell<'_> {
            match column {
                0 => Cell::text_or_unknown(self.1[row].0),
                _ => Cell::Int(self.1[row].1),
            }
        }
    }

    fn table() -> Numbers {
        let info = TableInfo {
            name: "numbers".into(),
            title: "Numbers".into(),
            row_word: "number".into(),
            columns: vec![column("name", "Name", ColumnKind::Name, 100), column("n", "N", ColumnKind::Number, 50)],
            default_sort: "-n".into(),
            default_filter: String::new(),
        };
        Numbers(info, vec![(Some("b"), 1), (None, 3), (Some("A"), 2), (Some("=x"), 3)])
    }

    #[test]
    fn sorts_with_ties_by_row_and_unknown_last() {
        let table = table();
        assert_eq!(select(&table, "", "", 0).rows, [1, 3, 2, 0], "default sort, ties keep row order");
        assert_eq!(select(&table, "", "name", 0).rows, [3, 2, 0, 1], "unknown name comes last");
        assert_eq!(select(&table, "", "-name", 0).rows, [0, 2, 3, 1], "also when descending");
        assert_eq!(select(&table, "", "-n,name", 0).rows, [3, 1, 2, 0]);
    }

    #[test]
    fn a_faulty_filter_selects_all_and_says_so() {
        let table = table();
        let selection = select(&table, "nmae:b", "", 0);
        assert_eq!(selection.rows.len(), 4);
        assert_eq!(selection.fault.and_then(|fault| fault.nearest).as_deref(), Some("name"));
    }

    #[test]
    fn facets_add_up_to_the_selection() {
        let table = table();
        let selection = select(&table, "n>1", "", 0);
        let facets = facets(&table, &selection, &["name"]);
        assert_eq!(facets[0].values.iter().map(|(_, n)| n).sum::<u32>(), 3);
        assert!(facets[0].values.contains(&(None, 1)), "unknown is a value of its own");
    }

    #[test]
    fn csv_has_header_crlf_and_guard() {
        let table = table();
        let mut out = Vec::new();
        csv(&table, &select(&table, "n:3", "name", 0), &[0, 1], &mut out).expect("writes");
        assert_eq!(String::from_utf8_lossy(&out), "id,name,n\r\nid3,'=x,3\r\nid1,unknown,3\r\n");
    }
}
