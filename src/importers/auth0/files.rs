//! Opens files in whatever form they come: YAML of the Deploy CLI, its JSON files, replies of the Management API.
//! Knows containers, no meaning of an object.

use std::io::Read;

use super::codes;
use super::shape::Shape;
use super::text::quote_placeholders;
use crate::formats::decode::Decoder;
use crate::formats::json::{Item, Limits, Rules, Splitter};
use crate::formats::text::quoted;
use crate::formats::{Fault, yaml};
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::{self as listed, first_keys, walk_input};
use crate::importers::{FileInput, ReadStop, Recognised, Sample};
use crate::model::facts::Sink;
use crate::model::kinds::RecordKind;

/// Named lists of the Management API; `body` of recorders.
const RULES: Rules = Rules {
    lists: &["clients", "client_grants", "resource_servers", "grants", "credentials", "device_credentials", "roles", "value"],
    wrappers: &["body"],
    limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 },
};

/// Lists of `tenant.yaml` that are read; all others are settings.
const SECTIONS: &[(&str, RecordKind)] = &[
    ("clients", RecordKind::Auth0Clients),
    ("resourceServers", RecordKind::Auth0ResourceServers),
    ("clientGrants", RecordKind::Auth0ClientGrants),
];

/// What a walk over a file meets.
pub enum Met {
    /// A container begins.
    Open {
        /// It is a page with a named list.
        page: bool,
    },
    /// A field of a page beside its list.
    Field {
        /// Its name.
        key: String,
        /// Its value.
        value: Tree,
    },
    /// A list of `tenant.yaml` begins.
    Section(RecordKind),
    /// Secrets outside of records.
    Secrets(u64),
    /// The innermost container ends.
    Close,
    /// A record.
    Record {
        /// The record, or why it cannot be read.
        tree: Result<Tree, String>,
        /// Where it stands, if that is known.
        offset: Option<u64>,
        /// It stands by itself.
        alone: bool,
        /// It stands in a list of `tenant.yaml`.
        section: bool,
        /// Its text was read as Windows-1252.
        guessed: bool,
    },
}

/// Reads a file and calls `each` for what it holds.
///
/// # Errors
/// The file cannot be read, or the user cancelled.
pub fn walk(at: usize, file: &dyn FileInput, sink: &mut dyn Sink, each: &mut dyn FnMut(Met, &mut dyn Sink)) -> Result<(), ReadStop> {
    let told = |error: &std::io::Error| ReadStop::broken(at, Fault::of_io(error, None));
    let mut head = Vec::new();
    // Files of the Deploy CLI are small; a larger one is a reply, and is read as it streams by.
    let limit = yaml::MOST_BYTES as u64 + 1;
    let decoded = file.open().and_then(Decoder::new).map_err(|error| told(&error))?;
    decoded.take(limit).read_to_end(&mut head).map_err(|error| told(&error))?;
    let is_json = head.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['));
    let whole = (head.len() as u64) < limit;
    if !is_json {
        return walk_yaml(at, head, sink, each);
    }
    if !whole {
        drop(head);
        return walk_json(at, file.open().map_err(|error| told(&error))?, sink, each);
    }
    if let Ok(text) = std::str::from_utf8(&head)
        && text.contains("@@")
    {
        head = quote_placeholders(text).into_bytes();
    }
    walk_json(at, std::io::Cursor::new(head), sink, each)
}

fn walk_json(at: usize, input: impl Read + Send, sink: &mut dyn Sink, each: &mut dyn FnMut(Met, &mut dyn Sink)) -> Result<(), ReadStop> {
    walk_input(at, input, RULES, sink, &mut |met, sink| {
        let met = match met {
            listed::Met::Open { page } => Met::Open { page },
            listed::Met::Close => Met::Close,
            listed::Met::List(_) => return,
            listed::Met::Field { key, value } => Met::Field { key, value },
            listed::Met::Record(listed::Record { tree, offset, alone, guessed, .. }) => {
                Met::Record { tree, offset: Some(offset), alone, section: false, guessed }
            }
        };
        each(met, sink);
    })
}

fn walk_yaml(at: usize, bytes: Vec<u8>, sink: &mut dyn Sink, each: &mut dyn FnMut(Met, &mut dyn Sink)) -> Result<(), ReadStop> {
    let bytes = match std::str::from_utf8(&bytes) {
        Ok(text) => quote_placeholders(text).into_bytes(),
        Err(_) => bytes,
    };
    let tree: Tree = yaml::read(&bytes).map_err(|fault| {
        let position = (fault.line > 0).then(|| format!("line {}", fault.line));
        ReadStop::refused(
            at,
            codes::NOT_YAML,
            position,
            format!("This file cannot be read as YAML of the Deploy CLI: {}.", quoted(&fault.what)),
        )
    })?;
    if !SECTIONS.iter().any(|(section, _)| tree.has(section)) {
        let message =
            format!("This YAML holds no clients, resourceServers or clientGrants of Auth0; it has: {}.", quoted(&first_keys(&tree)));
        return Err(ReadStop::refused(at, codes::NOT_AUTH0, None, message));
    }
    let in_records = |tree: &Tree| SECTIONS.iter().map(|(section, _)| tree.at(section).secrets()).sum::<u64>() + tree.at("roles").secrets();
    let outside = tree.secrets() - in_records(&tree);
    if outside > 0 {
        each(Met::Secrets(outside), sink);
    }
    let Tree::Object(pairs) = tree else { return Ok(()) };
    for (key, value) in pairs {
        let section = SECTIONS.iter().find(|(section, _)| *section == key).map(|(_, list)| *list);
        if section.is_none() && key != "roles" {
            continue;
        }
        if let Some(list) = section {
            each(Met::Section(list), sink);
        }
        let records = if let Tree::List(records) = value { records } else { Vec::new() };
        for record in records {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            each(Met::Record { tree: Ok(record), offset: None, alone: false, section: true, guessed: false }, sink);
        }
    }
    Ok(())
}

/// Looks at a YAML's sections, or at the first record of a JSON text.
pub fn recognise(sample: &Sample) -> Option<Recognised> {
    let text = sample.text.trim_start_matches('\u{feff}');
    let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    if !text.trim_start().starts_with(['{', '[']) {
        let has = |section: &str| text.lines().any(|line| line.strip_prefix(section).is_some_and(|rest| rest.starts_with(':')));
        let own = ["resourceServers", "clientGrants", "rulesConfigs", "emailProvider", "guardianFactors", "tokenExchangeProfiles"];
        let sections = own.iter().filter(|section| has(section)).count();
        return match sections {
            0 if has("clients") && text.contains("app_type:") => found(75, "It is YAML with applications of Auth0."),
            0 => None,
            1 => found(80, "It is YAML with a section of Auth0's Deploy CLI."),
            _ => found(90, "It is a tenant.yaml of Auth0's Deploy CLI."),
        };
    }
    let quoted = quote_placeholders(text);
    let mut splitter = Splitter::new(quoted.as_bytes(), RULES);
    let mut named = false;
    while let Ok(Some(item)) = splitter.next() {
        let record = match item {
            Item::List(list) => {
                named |= matches!(RULES.lists[list], "client_grants" | "resource_servers");
                continue;
            }
            Item::Record(record) => record,
            _ => continue,
        };
        let Ok(tree) = serde_json::from_slice::<Tree>(record.bytes) else { break };
        return match Shape::of(&tree) {
            Shape::Client => found(80, "Its fields are those of applications of Auth0."),
            Shape::ResourceServer | Shape::ClientGrant if named => found(92, "It is a list of Auth0's Management API."),
            Shape::ResourceServer => found(72, "Its fields are those of APIs of Auth0."),
            Shape::ClientGrant => found(70, "Its fields are those of client grants of Auth0."),
            Shape::UserGrant => found(80, "Its fields are those of user grants of Auth0."),
            Shape::Credential => found(70, "Its fields are those of credentials of Auth0."),
            Shape::Error if tree.has("errorCode") => found(60, "It is an error reply of Auth0."),
            Shape::Error | Shape::Unused(_) | Shape::Unknown => None,
        };
    }
    if named || (text.contains("\"oidc_conformant\"") && text.contains("\"is_first_party\"")) {
        return found(75, "It holds fields of Auth0's Management API.");
    }
    None
}
