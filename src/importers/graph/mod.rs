//! Microsoft Entra ID as Microsoft Graph exports it: service principals, applications, grants, assignments, owners,
//! federated credentials, directory roles, the tenant. Formats.md 0 and 1 describe the files; decisions D18-D28, D55
//! and D57 what they mean.
//!
//! Knows the vendor's words and `model::facts`; no ids, no SQL, no clock, and no file but through [`FileInput`].

mod bytes;
mod clients;
mod codes;
mod collection;
mod credentials;
mod drop;
mod grants;
mod objects;
mod page;
mod pages;
mod people;
mod reading;
mod roles;
mod shape;
mod walk;
mod wire;

use crate::formats::Fault;
use crate::formats::json::{Item, Splitter, split_ahead};
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{Problem, ProblemSeverity, Sink};
use crate::model::kinds::Source;

use self::collection::Collection;
use self::reading::Reading;
use self::shape::{Probe, Shape};
use self::walk::{Pass, RULES, Walk};

/// Reads exports of Microsoft Graph.
pub struct Graph;

impl Importer for Graph {
    fn name(&self) -> &'static str {
        "entra"
    }

    fn source(&self) -> Source {
        Source::Entra
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        recognise(sample)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut reading = Reading::new(sink);
        let mut late = Vec::new();
        for (index, file) in files.iter().enumerate() {
            if read_file(&mut reading, *file, index, Pass::First)? {
                late.push(index);
            }
        }
        for index in late {
            read_file(&mut reading, files[index], index, Pass::Late)?;
        }
        let slot = reading.slot().clone();
        let pages = std::mem::take(&mut reading.pages);
        pages.tell(&slot, options.completeness, reading.sink);
        Ok(())
    }
}

/// Reads a file; true if it holds records for the late pass.
fn read_file(reading: &mut Reading<'_>, file: &dyn FileInput, index: usize, pass: Pass) -> Result<bool, ReadStop> {
    reading.open(index);
    let input = file.open().map_err(|error| ReadStop::broken(index, Fault::of_io(&error, None)))?;
    let mut walk = Walk::new(file, pass);
    let (mut cancelled, mut items) = (false, 0u32);
    let result = split_ahead(input, RULES, &mut |item| {
        items = items.wrapping_add(1);
        if items % 1024 == 1 && reading.sink.cancelled() {
            cancelled = true;
            return false;
        }
        walk.item(item, reading)
    });
    if cancelled || reading.sink.cancelled() {
        return Err(ReadStop::Cancelled);
    }
    if let Some(reason) = reading.foreign.take() {
        return Err(ReadStop::refused(index, codes::FOREIGN, None, reason.to_owned()));
    }
    let found = result.map_err(|fault| ReadStop::broken(index, fault))?;
    if pass == Pass::First {
        let mut tell = |code: &str, message: String| {
            reading.sink.problem(Problem { code: code.to_owned(), severity: ProblemSeverity::Warning, record: 0, position: None, message });
        };
        if found.guessed() {
            tell(
                codes::ENCODING_GUESSED,
                format!("The file has no byte order mark and was read as {} because of its zero bytes.", found.encoding.as_str()),
            );
        }
        if walk.error_replies > 0 {
            let count = if walk.error_replies == 1 {
                "1 reply of Microsoft Graph is an error".to_owned()
            } else {
                format!("{} replies of Microsoft Graph are errors", walk.error_replies)
            };
            tell(
                codes::ERROR_REPLY,
                format!("{count} (too many requests, or not allowed): what was asked for is missing here, not absent there."),
            );
        }
        reading.pages.close_file();
    }
    reading.close();
    Ok(walk.has_late)
}

/// Looks at the first page and record of a sample. A sample may end in the middle of a large record, so the words of
/// Graph in the text count too.
fn recognise(sample: &Sample) -> Option<Recognised> {
    let text = sample.text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let recognised = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    let mut splitter = Splitter::new(text.as_bytes(), RULES);
    let mut shape = None;
    while let (None, Ok(Some(item))) = (shape, splitter.next()) {
        match item {
            Item::Field { key, value, .. } if key.eq_ignore_ascii_case("@odata.context") => {
                let context = serde_json::from_slice::<String>(value).unwrap_or_default();
                if context.to_ascii_lowercase().contains("graph.") && Collection::of_context(&context).is_some() {
                    return recognised(95, "Its @odata.context is one of Microsoft Graph.");
                }
            }
            Item::Record(record) => {
                let text = String::from_utf8_lossy(record.bytes);
                shape = wire::read::<Probe<'_>>(&text).ok().map(|probe| probe.shape());
                if shape.is_none() && text.trim_start().starts_with('"') && wire::looks_cut(text.trim_matches('"')) {
                    return recognised(60, "Its records look like objects that ConvertTo-Json cut.");
                }
            }
            _ => {}
        }
    }
    match shape {
        Some(Shape::Unknown | Shape::Undecided) | None => {}
        Some(Shape::Foreign(_)) => return recognised(60, "It is a reply of a tool for Entra ID, in a shape that is not read."),
        Some(Shape::ErrorReply) if text.contains("innerError") || text.contains("request-id") => {
            return recognised(60, "It is an error reply of Microsoft Graph.");
        }
        Some(Shape::ErrorReply | Shape::User | Shape::Group | Shape::Federated) => {
            return recognised(30, "Its fields may be those of Microsoft Graph.");
        }
        Some(_) => return recognised(90, "Its fields are those of Microsoft Graph."),
    }
    let lower = text.to_ascii_lowercase();
    if lower.contains("https://graph.microsoft.") || lower.contains("#microsoft.graph.") {
        return recognised(80, "It names Microsoft Graph.");
    }
    let words = [
        "\"serviceprincipaltype\"",
        "\"serviceprincipalnames\"",
        "\"appownerorganizationid\"",
        "\"oauth2permissionscopes\"",
        "\"approleid\"",
        "\"passwordcredentials\"",
        "\"consenttype\"",
        "\"principaltype\"",
    ];
    if words.iter().any(|word| lower.contains(word)) {
        return recognised(70, "It holds fields of Microsoft Graph objects.");
    }
    None
}
