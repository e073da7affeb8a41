//! A selection of a table as a file for people: CSV, XLSX or JSON, always with a scope that says what it is a copy of (ux.md 3.5).
//!
//! CSV and JSON have their scope in a sibling file, XLSX in its first sheet. Nothing is written when the rows are not those that were
//! on the screen. Knows tables and files, no store and no window.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Style, Workbook, Worksheet};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::error::Told;
use crate::model::id::hex;
use crate::model::time::{Millis, iso};

use super::cell::Cell;
use super::table::{self, Selection, Table};

/// Rows of data on one sheet: the format's 1,048,576 less the head.
const SHEET_ROWS: usize = 1_048_575;
/// Longest text of one cell of a sheet, in characters; the format's own limit.
const SHEET_TEXT: usize = 32_767;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// UTF-8 with byte order mark, RFC 4180, formulas guarded.
    Csv,
    /// Sheets with typed cells and no formulas.
    Xlsx,
    /// One object for each row.
    Json,
}

impl Format {
    /// csv, xlsx, json.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// What a file is a copy of.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Name of the inventory.
    pub inventory: String,
    /// The made-up estate.
    pub demo: bool,
    /// Revision on screen.
    pub revision: i64,
    /// What ages count to; `None` = the table has none.
    pub as_of: Option<Millis>,
    /// Filter text; empty = all rows.
    pub filter: String,
    /// Sort text; empty = the table's own.
    pub sort: String,
    /// Rows were picked by hand out of those of the filter.
    pub picked: bool,
    /// When it was written.
    pub created: Millis,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The table and, for CSV and JSON, its scope.
    pub files: Vec<PathBuf>,
    /// Rows without heads.
    pub rows: usize,
    /// Sheets of rows; 0 for CSV and JSON.
    pub sheets: usize,
    /// Texts that were cut because a sheet holds no longer ones.
    pub cut: usize,
    /// Digest of the table file; for XLSX that of the same rows as CSV, because a file cannot hold its own.
    pub sha256: String,
}

/// Writes the rows of a selection; `expected` is how many the user saw.
///
/// # Errors
/// A faulty filter, another number of rows than expected, or a file that cannot be written. Then there is no new file.
pub fn write(
    table: &dyn Table,
    selection: &Selection,
    columns: &[usize],
    scope: &Scope,
    format: Format,
    path: &Path,
    expected: usize,
) -> Result<Written> {
    if selection.fault.is_some() || selection.rows.len() != expected {
        return Err(Told::refusal(
            "BH-EXP-004",
            format!("The file would hold {} rows, the screen showed {expected}.", selection.rows.len()),
            "Nothing was written.",
            "Look at the table again, then export.",
        )
        .into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(|| format!("write in {}", folder.display()))?;
    let mut written = Written { files: vec![path.to_owned()], rows: selection.rows.len(), sheets: 0, cut: 0, sha256: String::new() };
    match format {
        Format::Csv => {
            let mut out = Hashing { to: BufWriter::new(file.as_file_mut()), hash: Sha256::new() };
            out.write_all("\u{feff}".as_bytes())?;
            table::csv(table, selection, columns, &mut out)?;
            out.flush()?;
            written.sha256 = hex(&out.hash.finalize());
        }
        Format::Json => {
            let mut out = Hashing { to: BufWriter::new(file.as_file_mut()), hash: Sha256::new() };
            json(table, selection, columns, &mut out)?;
            out.flush()?;
            written.sha256 = hex(&out.hash.finalize());
        }
        Format::Xlsx => {
            let mut out = Hashing { to: std::io::sink(), hash: Sha256::new() };
            table::csv(table, selection, columns, &mut out)?;
            written.sha256 = hex(&out.hash.finalize());
            let mut book = workbook(table, selection, columns, scope, &mut written, folder)?;
            book.save_to_writer(file.as_file_mut())?;
        }
    }
    let mut sibling = None;
    if format != Format::Xlsx {
        let lines = scope_lines(table, columns, scope, &written, path);
        let beside = path.with_extension(if format == Format::Csv { "scope.csv" } else { "scope.json" });
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        if format == Format::Csv {
            file.write_all("\u{feff}".as_bytes())?;
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file.as_file_mut());
            for (name, value) in &lines {
                writer.write_record([*name, crate::formats::text::guard_formula(value).as_ref()])?;
            }
            writer.flush()?;
        } else {
            let object: Map<String, Value> = lines.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
            serde_json::to_writer_pretty(file.as_file_mut(), &object)?;
        }
        sibling = Some((file, beside));
    }
    // Both are whole before either has its name.
    file.persist(path).with_context(|| format!("write {}", path.display()))?;
    if let Some((file, beside)) = sibling {
        file.persist(&beside).with_context(|| format!("write {}", beside.display()))?;
        written.files.push(beside);
    }
    Ok(written)
}

/// Passes bytes on and knows their digest.
struct Hashing<W> {
    to: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = self.to.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        Ok(taken)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// The scope, line by line, in the order in which people read it.
fn scope_lines(table: &dyn Table, columns: &[usize], scope: &Scope, written: &Written, path: &Path) -> Vec<(&'static str, String)> {
    let info = table.info();
    let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    let mut lines = vec![
        ("inventory", scope.inventory.clone()),
        ("data", if scope.demo { "demo, made up" } else { "imported" }.to_owned()),
        ("revision", scope.revision.to_string()),
        ("as_of", scope.as_of.map_or_else(|| "not counted from a date".to_owned(), iso)),
        ("table", info.name.clone()),
        ("filter", or(&scope.filter, "none: all rows")),
        ("sort", or(&scope.sort, &info.default_sort)),
        ("rows", written.rows.to_string()),
        ("of_rows", table.len().to_string()),
        ("picked", if scope.picked { "rows picked by hand" } else { "all rows of the filter" }.to_owned()),
        ("columns", columns.iter().map(|&c| info.columns[c].field.as_str()).collect::<Vec<_>>().join(",")),
        ("created_at", iso(scope.created)),
        ("app", format!("Bulkhead {}", env!("CARGO_PKG_VERSION"))),
    ];
    if written.sheets == 0 {
        lines.push(("file", path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()));
        lines.push(("sha256", written.sha256.clone()));
    } else {
        lines.push(("sheets", written.sheets.to_string()));
        lines.push(("sha256_of_rows_as_csv", written.sha256.clone()));
        if written.cut > 0 {
            lines.push(("texts_cut", written.cut.to_string()));
        }
    }
    lines
}

fn json(table: &dyn Table, selection: &Selection, columns: &[usize], out: &mut dyn Write) -> Result<()> {
    let info = table.info();
    writeln!(out, "[")?;
    for (at, &row) in selection.rows.iter().enumerate() {
        let mut object = Map::new();
        object.insert("id".to_owned(), json!(table.id(row as usize)));
        for &column in columns {
            object.insert(info.columns[column].field.clone(), table.cell(row as usize, column).plain_json());
        }
        serde_json::to_writer(&mut *out, &object)?;
        writeln!(out, "{}", if at + 1 < selection.rows.len() { "," } else { "" })?;
    }
    writeln!(out, "]")?;
    Ok(())
}

/// The scope first, then one sheet, or numbered ones where there are more rows than one holds.
fn workbook(
    table: &dyn Table,
    selection: &Selection,
    columns: &[usize],
    scope: &Scope,
    written: &mut Written,
    folder: &Path,
) -> Result<Workbook> {
    let info = table.info();
    let mut book = Workbook::new();
    // Rows of a million clients do not stay in memory; what is put aside lies beside the file and is gone when it is written.
    book.set_tempdir(folder)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_timestamp(scope.created.div_euclid(1000))?));
    let head = Style::new().set_bold();
    let date = Style::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    book.add_worksheet().set_name("Scope")?;
    let chunks: Vec<&[u32]> = if selection.rows.is_empty() { vec![&[]] } else { selection.rows.chunks(SHEET_ROWS).collect() };
    written.sheets = chunks.len();
    for (number, rows) in chunks.iter().enumerate() {
        let sheet = book.add_worksheet_with_constant_memory()?;
        let title: String = info.title.chars().filter(|c| c.is_alphanumeric() || *c == ' ').take(24).collect();
        sheet.set_name(if chunks.len() == 1 { title } else { format!("{title} {}", number + 1) })?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, &column) in columns.iter().enumerate() {
            sheet.set_column_width(at as u16 + 1, f64::from(info.columns[column].width) / 7.0)?;
        }
        sheet.set_column_width(0, 24)?;
        sheet.autofilter(0, 0, rows.len() as u32, columns.len() as u16)?;
        sheet.write_string_with_format(0, 0, "id", &head)?;
        for (at, &column) in columns.iter().enumerate() {
            sheet.write_string_with_format(0, at as u16 + 1, &info.columns[column].field, &head)?;
        }
        for (line, &row) in rows.iter().enumerate() {
            let line = line as u32 + 1;
            text(sheet, line, 0, &table.id(row as usize), &mut written.cut)?;
            for (at, &column) in columns.iter().enumerate() {
                cell(sheet, line, at as u16 + 1, &table.cell(row as usize, column), &date, &mut written.cut)?;
            }
        }
    }
    let lines = scope_lines(table, columns, scope, written, Path::new(""));
    let first = book.worksheet_from_name("Scope")?;
    first.set_column_width(0, 24)?;
    first.set_column_width(1, 80)?;
    for (line, (name, value)) in lines.iter().enumerate() {
        first.write_string_with_format(line as u32, 0, *name, &head)?;
        first.write_string(line as u32, 1, value.chars().take(SHEET_TEXT).collect::<String>())?;
    }
    Ok(book)
}

/// Numbers and dates keep their type; everything else is text, also what looks like a formula or a number.
fn cell(sheet: &mut Worksheet, line: u32, at: u16, cell: &Cell<'_>, date: &Style, cut: &mut usize) -> Result<()> {
    match cell {
        Cell::Int(n) | Cell::Count(n, ..) => drop(sheet.write_number(line, at, *n as f64)?),
        Cell::Decimal(n, _) => drop(sheet.write_number(line, at, *n)?),
        Cell::Time(ms) => match ExcelDateTime::from_timestamp(ms.div_euclid(1000)) {
            Ok(time) => drop(sheet.write_datetime_with_format(line, at, &time, date)?),
            // A year that the format does not know.
            Err(_) => text(sheet, line, at, &iso(*ms), cut)?,
        },
        Cell::Unknown => text(sheet, line, at, "unknown", cut)?,
        other => text(sheet, line, at, &other.word().unwrap_or_default(), cut)?,
    }
    Ok(())
}

fn text(sheet: &mut Worksheet, line: u32, at: u16, value: &str, cut: &mut usize) -> Result<()> {
    if value.chars().nth(SHEET_TEXT).is_some() {
        *cut += 1;
        let short: String = value.chars().take(SHEET_TEXT - 1).chain(['…']).collect();
        sheet.write_string(line, at, short)?;
    } else {
        sheet.write_string(line, at, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::table::column;
    use crate::work::wire::{ColumnKind, TableInfo};

    struct People(TableInfo, Vec<(&'static str, Option<i64>)>);

    impl Table for People {
        fn info(&self) -> &TableInfo {
            &self.0
        }
        fn len(&self) -> usize {
            self.1.len()
        }
        fn id(&self, row: usize) -> String {
            format!("00{row}")
        }
        fn cell(&self, row: usize, column: usize) -> Cell<'_> {
            match (column, self.1[row].1) {
                (0, _) => Cell::text(self.1[row].0),
                (1, Some(n)) => Cell::Int(n),
                (2, Some(n)) => Cell::Time(n * 1000),
                _ => Cell::Unknown,
            }
        }
    }

    fn people() -> People {
        let info = TableInfo {
            name: "people".into(),
            title: "People".into(),
            row_word: "person".into(),
            columns: vec![
                column("name", "Name", ColumnKind::Name, 100),
                column("n", "N", ColumnKind::Number, 50),
                column("at", "At", ColumnKind::Time, 50),
            ],
            default_sort: "name".into(),
            default_filter: String::new(),
        };
        People(info, vec![("Ann, \"the\" 1st", Some(-5)), ("=cmd|' /C calc'!A0", Some(1_700_000_000)), ("Mia", None)])
    }

    fn export(format: Format, name: &str, filter: &str, expected: usize) -> (tempfile::TempDir, PathBuf, Result<Written>) {
        let (folder, people) = (tempfile::tempdir().expect("a folder"), people());
        let path = folder.path().join(name);
        let scope = Scope {
            inventory: "estate".into(),
            demo: true,
            revision: 7,
            as_of: Some(0),
            filter: filter.into(),
            sort: String::new(),
            picked: false,
            created: 1_800_000_000_000,
        };
        let written = write(&people, &table::select(&people, filter, "", 0), &[0, 1, 2], &scope, format, &path, expected);
        (folder, path, written)
    }

    fn text_of(path: &Path) -> String {
        std::fs::read_to_string(path).expect("the file is there")
    }

    #[test]
    fn csv_is_guarded_and_its_scope_names_its_digest() {
        let (_folder, path, written) = export(Format::Csv, "people.csv", "", 3);
        let written = written.expect("it is written");
        let text = text_of(&path);
        assert!(text.starts_with("\u{feff}id,name,n,at\r\n"), "{text}");
        assert!(text.contains("001,'=cmd|' /C calc'!A0,1700000000,2023-11-14T22:13:20Z\r\n"), "{text}");
        assert!(text.contains("000,\"Ann, \"\"the\"\" 1st\",-5,"), "{text}");
        assert!(text.contains("002,Mia,unknown,unknown\r\n"), "{text}");
        let scope = text_of(&written.files[1]);
        for line in [
            "data,\"demo, made up\"",
            "revision,7",
            "rows,3",
            "of_rows,3",
            "sort,name",
            "file,people.csv",
            "created_at,2027-01-15T08:00:00Z",
        ] {
            assert!(scope.contains(&format!("{line}\r\n")), "{line} in {scope}");
        }
        assert_eq!(hex(&Sha256::digest(std::fs::read(&path).unwrap())), written.sha256);
        assert!(scope.contains(&written.sha256));
    }

    #[test]
    fn json_has_one_object_for_each_row_and_null_for_unknown() {
        let (_folder, path, written) = export(Format::Json, "people.json", "n:unknown", 1);
        written.expect("it is written");
        let rows: Value = serde_json::from_str(&text_of(&path)).expect("it is JSON");
        assert_eq!(rows, json!([{ "id": "002", "name": "Mia", "n": null, "at": null }]));
    }

    #[test]
    fn a_workbook_has_its_scope_first_and_no_formula() {
        let (_folder, path, written) = export(Format::Xlsx, "people.xlsx", "", 3);
        assert_eq!(written.expect("it is written").sheets, 1);
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).expect("it is a workbook");
        let mut part = |name: &str| std::io::read_to_string(zip.by_name(name).expect(name)).expect("text");
        let book = part("xl/workbook.xml");
        assert!(book.find("\"Scope\"") < book.find("\"People\""), "{book}");
        let rows = part("xl/worksheets/sheet2.xml");
        assert!(!rows.contains("<f>") && !rows.contains("<hyperlink"), "{rows}");
        assert!(rows.contains("<t>=cmd|' /C calc'!A0</t>") && rows.contains("<t>001</t>"), "text stays text: {rows}");
        assert!(rows.contains("<v>-5</v>"), "numbers stay numbers: {rows}");
        let again = export(Format::Xlsx, "people.xlsx", "", 3);
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&again.1).unwrap(), "same rows, same time, same bytes");
    }

    #[test]
    fn another_number_of_rows_than_on_the_screen_is_refused_and_leaves_nothing() {
        for (filter, expected) in [("", 2), ("nmae:x", 3)] {
            let (folder, _, written) = export(Format::Csv, "people.csv", filter, expected);
            assert_eq!(Told::of(&written.expect_err("refused")).code, "BH-EXP-004");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
