//! Generic CSV: any system whose exports have no importer of their own, read with a mapping profile.
//!
//! A file is read only with a profile that fits its columns; without one it is refused and the guess is told. Which
//! fields a kind of rows has stands in [`super::fields`]; what a row states stands in `rows`.

mod cells;
mod guess;
mod rows;
mod stated;

use std::io::Read;

pub use self::guess::guess;
use self::rows::Reader;
use super::mapping::{Mapping, is_secret_column, plain};
use crate::formats::csv::{CsvReader, Limits, Row};
use crate::formats::decode::{Decoder, Encoding, survey};
use crate::formats::text::quoted;
use crate::formats::{Fault, csv::sniff_delimiter};
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Problem, ProblemSeverity, Sink};
use crate::model::kinds::{Completeness, RecordKind, Source};

/// No profile fits.
pub const NO_PROFILE: &str = "BH-IMP-402";
/// The profile does not cover the file's columns.
pub const PROFILE_DIFFERS: &str = "BH-IMP-403";
/// A row has no usable key.
pub const ROW_UNUSABLE: &str = "BH-IMP-404";
/// A value is not understood and left unknown.
pub const VALUE_UNKNOWN: &str = "BH-IMP-405";
/// The encoding was guessed.
pub const ENCODING_GUESSED: &str = "BH-IMP-406";
/// Times without a zone were read as UTC.
pub const ZONE_ASSUMED: &str = "BH-IMP-407";

/// Rows that are looked at for a guess.
const GUESS_ROWS: usize = 50;

/// See the module.
pub struct Csv;

impl Importer for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn source(&self) -> Source {
        Source::Generic
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let named = sample.name.to_lowercase();
        let by_name = named.ends_with(".csv") || named.ends_with(".tsv");
        let text = sample.text.trim_start();
        let line = text.lines().find(|line| !line.starts_with("#TYPE ") && !line.is_empty())?;
        if text.starts_with(['{', '[', '<']) || line.chars().any(|c| c.is_control() && c != '\t') {
            return None;
        }
        let columns = line.matches(sniff_delimiter(line.as_bytes()) as char).count() + 1;
        match (by_name, columns) {
            (true, _) => Some(Recognised { confidence: 50, reason: format!("It is a table with {columns} columns.") }),
            (false, 3..) => Some(Recognised { confidence: 20, reason: format!("Its first line has {columns} columns.") }),
            _ => None,
        }
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        // Profiles are chosen for all files first, so that nothing is stated before every file is known to be readable.
        let mut chosen = Vec::with_capacity(files.len());
        for (index, file) in files.iter().enumerate() {
            chosen.push(choose(index, *file, &options.mappings)?);
        }
        for (index, (file, mapping)) in files.iter().zip(chosen).enumerate() {
            sink.file(index);
            read_file(index, *file, mapping, options, sink)?;
        }
        Ok(())
    }
}

/// The first profile that fits the file's columns exactly, else the first whose mapped columns are all there.
fn fitting<'m>(headers: &[String], mappings: &'m [Mapping]) -> Option<&'m Mapping> {
    let has = |column: &str| headers.iter().any(|header| plain(header) == plain(column));
    let covers = |mapping: &&Mapping| mapping.columns.iter().filter(|one| one.field.is_some()).all(|one| has(&one.column));
    mappings.iter().find(|mapping| mapping.fits(headers)).or_else(|| mappings.iter().find(covers))
}

fn choose<'m>(index: usize, file: &dyn FileInput, mappings: &'m [Mapping]) -> Result<&'m Mapping, ReadStop> {
    let preview = preview(file, GUESS_ROWS).map_err(|fault| ReadStop::broken(index, fault))?;
    let Some(mapping) = fitting(&preview.headers, mappings) else {
        return Err(ReadStop::refused(index, NO_PROFILE, None, told_guess(&guess(file.name(), &preview.headers, &preview.rows))));
    };
    mapping.check().map_err(|told| ReadStop::refused(index, NO_PROFILE, None, told.what))?;
    Ok(mapping)
}

/// The profile that a file would be read with and `true`, else a guess for a person to confirm and `false`.
///
/// # Errors
/// The file is no CSV.
pub fn mapping_for(file: &dyn FileInput, mappings: &[Mapping]) -> Result<(Mapping, bool), Fault> {
    let preview = preview(file, GUESS_ROWS)?;
    Ok(match fitting(&preview.headers, mappings) {
        Some(mapping) => (mapping.clone(), true),
        None => (guess(file.name(), &preview.headers, &preview.rows), false),
    })
}

fn told_guess(mapping: &Mapping) -> String {
    let known: Vec<String> = mapping
        .columns
        .iter()
        .filter_map(|one| Some(format!("{} from \"{}\" ({:.0} %)", one.field.as_deref()?, quoted(&one.column), one.confidence * 100.0)))
        .collect();
    let dates = if mapping.dates == "ask" { " The order of day and month must be chosen." } else { "" };
    format!(
        "No saved mapping profile fits the columns of this file, and columns are never mapped silently. A guess: rows are {}; {}.{dates}",
        mapping.rows,
        if known.is_empty() { "no column was recognised".to_owned() } else { known.join(", ") }
    )
}

/// The first rows of a CSV file, for a guess.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Column names as written.
    pub headers: Vec<String>,
    /// Cells of the first rows.
    pub rows: Vec<Vec<String>>,
}

/// Reads the header and up to `rows` rows.
///
/// # Errors
/// The file is no CSV.
pub fn preview(file: &dyn FileInput, rows: usize) -> Result<Preview, Fault> {
    let (mut csv, _) = open(file)?;
    let headers: Vec<String> = csv.header().fields().map(str::to_owned).collect();
    let mut out = Preview { headers, rows: Vec::new() };
    let mut row = Row::default();
    while out.rows.len() < rows && csv.next_row(&mut row)? {
        out.rows.push(row.fields().map(str::to_owned).collect());
    }
    Ok(out)
}

/// A CSV reader over the decoded file, and the offset at which its encoding had to be guessed.
pub(in crate::importers) fn open(file: &dyn FileInput) -> Result<(CsvReader<impl Read + '_>, Option<String>), Fault> {
    let fault = |error: std::io::Error| Fault::of_io(&error, None);
    let found = survey(file.open().map_err(fault)?).map_err(fault)?;
    let guessed = match (found.not_utf8_at, found.found.guessed()) {
        (Some(at), _) => {
            Some(format!("This file is no UTF-8 (byte {at}); it was read as {}. Check names with accents.", Encoding::Windows1252.as_str()))
        }
        (None, true) => Some(format!("This file has no byte order mark; it was read as {}.", found.found.encoding.as_str())),
        (None, false) => None,
    };
    let decoder = Decoder::with(file.open().map_err(fault)?, found.found).map_err(fault)?;
    Ok((CsvReader::open(decoder, Limits::default())?, guessed))
}

fn read_file(index: usize, file: &dyn FileInput, mapping: &Mapping, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
    let (mut csv, guessed) = open(file).map_err(|fault| ReadStop::broken(index, fault))?;
    let headers: Vec<String> = csv.header().fields().map(str::to_owned).collect();
    let warn = |code: &str, message: String| Problem {
        code: code.to_owned(),
        severity: ProblemSeverity::Warning,
        record: 0,
        position: None,
        message,
    };
    if let Some(message) = guessed {
        sink.problem(warn(ENCODING_GUESSED, message));
    }
    let known = |header: &String| mapping.columns.iter().any(|one| plain(&one.column) == plain(header));
    let new: Vec<String> = headers.iter().filter(|header| !known(header)).map(|header| format!("\"{}\"", quoted(header))).collect();
    if !new.is_empty() {
        let message =
            format!("The profile \"{}\" does not know these columns, so they were left out: {}.", quoted(&mapping.name), new.join(", "));
        sink.problem(warn(PROFILE_DIFFERS, message));
    }
    let slot = InstanceSlot {
        source: mapping.slot_source().unwrap_or(Source::Generic),
        name: Some(mapping.source_name.trim().to_owned()).filter(|name| !name.is_empty()),
    };
    let secrets: Vec<usize> = headers.iter().enumerate().filter(|(_, header)| is_secret_column(header)).map(|(at, _)| at).collect();
    let mut reader = Reader::new(mapping, &headers, slot.clone(), sink);
    let mut row = Row::default();
    loop {
        match csv.next_row(&mut row) {
            Ok(true) => reader.row(&row, &secrets),
            Ok(false) => break,
            Err(fault) => return Err(ReadStop::broken(index, fault)),
        }
        if reader.sink.cancelled() {
            return Err(ReadStop::Cancelled);
        }
    }
    let zone_assumed = reader.zone_assumed;
    if zone_assumed > 0 {
        let message = format!("{zone_assumed} times name no zone; they were read as UTC.");
        sink.problem(warn(ZONE_ASSUMED, message));
    }
    match options.completeness {
        Some(stated) => sink.completeness(&slot, RecordKind::Rows, None, stated, "stated with the import"),
        None => sink.completeness(&slot, RecordKind::Rows, None, Completeness::Unknown, "a table does not say whether it is whole"),
    }
    Ok(())
}
