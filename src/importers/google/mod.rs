//! Google Workspace and Google Cloud: which apps users let in (Directory API, GAM, Reports API), domain-wide delegation,
//! service accounts with their keys, and policies of resources. Formats.md 5 describes the files.
//!
//! Two passes over the set: the first notes revocations and last uses, the second states records, so the order of files and
//! rows does not matter.

mod cloud;
mod codes;
mod index;
mod read;
mod scopes;
mod shape;
mod state;
mod table;
mod workspace;

use std::collections::BTreeSet;

use self::index::Index;
use self::read::State;
use self::shape::{RULES, Shape};
use self::table::Table;
use crate::formats::decode;
use crate::formats::json::{Item, Splitter};
use crate::importers::listed::lists::Lists;
use crate::importers::listed::pages::Pages;
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::{Met, Record, first_keys, walk};
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{RecordKind, Source};

/// See the module.
pub struct Google;

impl Importer for Google {
    fn name(&self) -> &'static str {
        "google"
    }

    fn source(&self) -> Source {
        Source::Google
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        recognise(sample)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let (mut index, mut customers) = (Index::default(), BTreeSet::new());
        let mut tables = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            let table = table_of(at, *file)?;
            tables.push(table);
            if table.is_none() {
                look(at, *file, &mut index, &mut customers, sink)?;
            }
        }
        // A set of several customers is told apart by nothing but events, so only one customer gives its name.
        let customer = customers.first().filter(|_| customers.len() == 1).cloned();
        let slot = InstanceSlot { source: Source::Google, name: options.instance.clone().or(customer) };
        let (mut lists, mut pages) = (Lists::default(), Pages::default());
        for ((at, file), table) in files.iter().enumerate().zip(tables) {
            let state = State { at, slot: slot.clone(), index: &index };
            match table {
                Some(table) => state.table(*file, table, &mut lists, sink)?,
                None => state.replies(*file, &mut lists, &mut pages, sink)?,
            }
        }
        pages.tell(&mut lists, &|key| match key.1 {
            RecordKind::GoogleTokens => Some("it holds tokens of one user, and no file says who else has some".to_owned()),
            RecordKind::GoogleTokenEvents => Some("events reach back for about half a year only".to_owned()),
            _ => None,
        });
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

/// What a file lists if it is a table; `None` for JSON.
fn table_of(at: usize, file: &dyn FileInput) -> Result<Option<Table>, ReadStop> {
    let mut start = [0u8; 8192];
    let mut filled = 0;
    if let Ok(mut input) = file.open() {
        while filled < start.len() {
            match std::io::Read::read(&mut input, &mut start[filled..]) {
                Ok(read) if read > 0 => filled += read,
                _ => break,
            }
        }
    }
    let text = decode::sample(&start[..filled]);
    if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) || text.trim().is_empty() {
        return Ok(None);
    }
    match Table::of_text(file.name(), &text) {
        Some(table) => Ok(Some(table)),
        None => {
            let first = crate::formats::text::quoted(text.lines().next().unwrap_or_default());
            let message = format!("This table lists no tokens, apps or delegations of Google; its columns are: {first}.");
            Err(ReadStop::refused(at, codes::NOT_GOOGLE, None, message))
        }
    }
}

/// First look at a file of replies: whether anything in it is Google's, customers, revocations.
fn look(at: usize, file: &dyn FileInput, index: &mut Index, customers: &mut BTreeSet<String>, sink: &mut dyn Sink) -> Result<(), ReadStop> {
    let (mut records, mut known, mut first, mut key_file) = (0u64, 0u64, String::new(), false);
    walk(at, file, RULES, sink, &mut |met, _| {
        let Met::Record(Record { tree, .. }) = met else { return };
        records += 1;
        let Ok(tree) = tree else { return };
        let shape = Shape::of(&tree);
        key_file |= shape == Shape::KeyFile;
        if shape == Shape::Event {
            index.note(&tree);
            customers.extend(tree.path(&["id", "customerId"]).key().map(str::to_owned));
        }
        if shape == Shape::Unknown {
            if first.is_empty() {
                first = first_keys(&tree);
            }
        } else {
            known += 1;
        }
    })?;
    if key_file {
        let message = "This file is a key or client secret itself. Nothing of it was kept; delete it if it is no longer needed, and import the list of keys instead.";
        return Err(ReadStop::refused(at, codes::KEY_FILE, None, message.to_owned()));
    }
    if records > 0 && known == 0 {
        let found = if first.is_empty() { "no object".to_owned() } else { crate::formats::text::quoted(&first) };
        let message = format!("This file holds no token, event, key or policy of Google; its first object has: {found}.");
        return Err(ReadStop::refused(at, codes::NOT_GOOGLE, None, message));
    }
    Ok(())
}

/// Looks at the header of a table, or at the first record of a reply.
fn recognise(sample: &Sample) -> Option<Recognised> {
    let text = sample.text.trim_start_matches('\u{feff}').trim_start();
    let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    if !text.starts_with(['{', '[']) {
        return match Table::of_text(&sample.name, text)? {
            Table::Tokens | Table::CountedTokens => found(92, "It is a table of tokens as GAM prints it."),
            Table::Delegations => found(75, "It is a table of clients with domain-wide delegation."),
            Table::Apps => found(80, "It is a list of apps of Google's admin console."),
        };
    }
    let mut splitter = Splitter::new(text.as_bytes(), RULES);
    let mut seen = 0;
    while let Ok(Some(item)) = splitter.next() {
        let Item::Record(record) = item else { continue };
        seen += 1;
        let Ok(tree) = serde_json::from_slice::<Tree>(record.bytes) else { break };
        return match Shape::of(&tree) {
            Shape::Unknown if seen < 20 => continue,
            Shape::Unknown => None,
            Shape::Unused(_) => found(70, "It holds events of Google's Reports API."),
            Shape::Token | Shape::TokensByUser => found(92, "It holds tokens of Google's Directory API."),
            Shape::Event => found(93, "It holds token events of Google's Reports API."),
            Shape::Key => found(94, "It lists keys of Google service accounts."),
            Shape::ServiceAccount => found(90, "It lists Google service accounts."),
            Shape::KeyFile => found(90, "It is a key or client secret, as Google hands them out."),
            Shape::Policy => {
                let roles = text.contains("\"roles/") || tree.has("resource");
                found(if roles { 88 } else { 60 }, "It is a policy of Google Cloud.")
            }
            Shape::Error if tree.path(&["error", "errors"]).many().is_empty() && !tree.at("error").has("status") => None,
            Shape::Error => found(60, "It is an error reply of Google."),
        };
    }
    let has = |key: &str| text.contains(key);
    let key = has("\"private_key\"") && has("service_account");
    (has("admin#reports#activit") || has("admin#directory#token") || has("\"validBeforeTime\"") || key)
        .then(|| Recognised { confidence: 85, reason: "It holds fields of Google's replies.".to_owned() })
}
