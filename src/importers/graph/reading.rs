//! The state of one import set while its files are read: the sink, what is known of other records, and what to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

use hashbrown::HashSet;

use crate::formats::text;
use crate::formats::time::Stamp;
use crate::model::facts::{Fact, InstanceSlot, Name, Problem, ProblemSeverity, RecordFate, Sink};
use crate::model::kinds::{RecordKind, Source};
use crate::model::time::{Expiry, Millis};

use super::codes;
use super::collection::tenant_of;
use super::pages::Pages;
use super::wire::{REMNANT, Text};

/// Problems with one code that are listed for one file; the rest is counted.
const LISTED: u32 = 100;

/// Objects of which only the existence is remembered, as 64-bit marks of their ids.
#[derive(Default)]
pub struct Marks(HashSet<u64>);

impl Marks {
    /// Remembers an id.
    pub fn insert(&mut self, id: &str) {
        self.0.insert(mark(id));
    }
    /// Whether an id was met.
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(&mark(id))
    }
}

fn mark(id: &str) -> u64 {
    // SipHash with fixed keys: two of a million ids meet with odds of one in 37 million.
    let mut hasher = std::hash::DefaultHasher::new();
    // Longer ids than GUIDs do not occur; of one that does, the end tells it from others as well as the start.
    let mut folded = [0u8; 40];
    let tail = id.trim().as_bytes().last_chunk::<40>().map_or(id.trim().as_bytes(), |tail| &tail[..]);
    folded[..tail.len()].copy_from_slice(tail);
    folded.make_ascii_lowercase();
    hasher.write(&folded);
    hasher.finish()
}

/// See the module.
pub struct Reading<'s> {
    /// Where facts go.
    pub sink: &'s mut dyn Sink,
    slot: InstanceSlot,
    number: u32,
    offset: u64,
    identity: String,
    /// How complete the lists are.
    pub pages: Pages,
    /// Service principals met so far.
    pub service_principals: Marks,
    /// Users that a delegated grant names.
    pub named: Marks,
    /// Service principals in groups whose members a file lists, by group id in lower case.
    pub group_members: BTreeMap<String, BTreeSet<String>>,
    ignored: BTreeMap<&'static str, u32>,
    rejected: BTreeMap<&'static str, u32>,
    tenants: BTreeSet<String>,
    windows_1252: Option<u32>,
    /// Records accepted, rejected or ignored in this file so far.
    pub records: u32,
    /// Records rejected in this set so far.
    pub rejects: u32,
    /// Set when the file cannot be used.
    pub foreign: Option<&'static str>,
}

impl<'s> Reading<'s> {
    /// Starts a set.
    pub fn new(sink: &'s mut dyn Sink) -> Self {
        Self {
            sink,
            slot: InstanceSlot { source: Source::Entra, name: None },
            number: 0,
            offset: 0,
            identity: String::new(),
            pages: Pages::default(),
            service_principals: Marks::default(),
            named: Marks::default(),
            group_members: BTreeMap::new(),
            ignored: BTreeMap::new(),
            rejected: BTreeMap::new(),
            tenants: BTreeSet::new(),
            windows_1252: None,
            records: 0,
            rejects: 0,
            foreign: None,
        }
    }

    /// Which instance the facts belong to.
    pub fn slot(&self) -> &InstanceSlot {
        &self.slot
    }

    /// Switches to a file.
    pub fn open(&mut self, index: usize) {
        self.sink.file(index);
        self.pages.open_file(index);
        self.records = 0;
    }

    /// Notes where the record that comes next stands.
    pub fn at(&mut self, offset: u64) {
        self.offset = offset;
    }

    /// Starts a record. `identity` says which source object it is; the parts are joined with `:`. A part that is empty
    /// says nothing, so the record is only its own.
    pub fn begin(&mut self, list: RecordKind, identity: &[&str]) {
        self.identity.clear();
        let identity = if identity.iter().any(|part| part.is_empty()) { &[] } else { identity };
        for part in identity {
            if !self.identity.is_empty() {
                self.identity.push(':');
            }
            self.identity.push_str(part);
        }
        let identity = (!self.identity.is_empty()).then_some(self.identity.as_str());
        self.number = self.sink.record(&self.slot, list, identity);
        self.records += 1;
    }

    /// States a fact.
    pub fn fact(&mut self, fact: Fact) {
        self.sink.fact(fact);
    }

    /// The record's facts were stated.
    pub fn accept(&mut self) {
        self.sink.fate(RecordFate::Accepted);
    }

    /// The record is understood and not used; told once per file with the count.
    pub fn ignore(&mut self, reason: &'static str) {
        *self.ignored.entry(reason).or_default() += 1;
        self.sink.fate(RecordFate::Ignored);
    }

    /// The record is wanted but unusable.
    pub fn reject(&mut self, code: &'static str, message: impl Into<String>) {
        self.rejects += 1;
        let count = self.rejected.entry(code).or_default();
        *count += 1;
        if *count <= LISTED {
            let problem = Problem {
                code: code.to_owned(),
                severity: ProblemSeverity::Rejected,
                record: self.number,
                position: Some(format!("byte {}", self.offset)),
                message: message.into(),
            };
            self.sink.problem(problem);
        }
        self.sink.fate(RecordFate::Rejected);
    }

    /// Starts and rejects a record that could not be read as an object.
    pub fn unreadable(&mut self, list: Option<RecordKind>, error: &serde_json::Error) {
        self.begin(list.unwrap_or(RecordKind::Stated), &[]);
        let message = error.to_string();
        if message.contains(REMNANT) {
            return self.reject(
                codes::CUT_BY_POWERSHELL,
                "ConvertTo-Json cut this record below its depth, so its credentials or permissions are lost. Export again with -Depth 10.",
            );
        }
        // The place inside the record that serde_json tells would be taken for one in the file.
        let what = message.split(" at line ").next().unwrap_or_default();
        self.reject(codes::UNUSABLE, format!("A value has a kind that Microsoft Graph does not give it: {}.", text::quoted(what)));
    }

    /// Rejects a record that lacks a field, or whose key is longer than 4 KiB.
    pub fn lacks(&mut self, what: &str, field: &str) {
        self.reject(codes::UNUSABLE, format!("This {what} has no usable {field}."));
    }

    /// Warns about the current record.
    pub fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        let count = self.rejected.entry(code).or_default();
        *count += 1;
        if *count <= LISTED {
            self.sink.problem(Problem {
                code: code.to_owned(),
                severity: ProblemSeverity::Warning,
                record: self.number,
                position: None,
                message: message.into(),
            });
        }
    }

    /// Counts secrets that were dropped while parsing.
    pub fn dropped(&mut self, secrets: u32) {
        if secrets > 0 {
            self.sink.secrets_dropped(u64::from(secrets));
        }
    }

    /// States the tenant that an `@odata.id` names, once per file.
    pub fn tenant(&mut self, odata_id: &Text<'_>) {
        if let Some(tenant) = odata_id.get().and_then(tenant_of)
            && self.tenants.insert(tenant.to_ascii_lowercase())
        {
            self.sink.fact(Fact::InstanceName { name: tenant.to_owned(), display_name: None });
        }
    }

    /// Notes that a record was read as Windows-1252.
    pub fn guessed_1252(&mut self) {
        self.windows_1252.get_or_insert(self.records + 1);
    }

    /// Tells what was counted in the file.
    pub fn close(&mut self) {
        let mut told = Vec::new();
        for (reason, count) in std::mem::take(&mut self.ignored) {
            told.push((
                codes::IGNORED,
                if count == 1 { format!("1 record was ignored: {reason}.") } else { format!("{count} records were ignored: {reason}.") },
            ));
        }
        for (code, count) in std::mem::take(&mut self.rejected) {
            if count > LISTED {
                told.push((codes::MORE_REJECTED, format!("{} more problems with code {code} are not listed.", count - LISTED)));
            }
        }
        if let Some(record) = self.windows_1252.take() {
            told.push((
                codes::ENCODING_GUESSED,
                format!("From record {record} on, text is no valid UTF-8 and was read as Windows-1252; check names with letters outside English."),
            ));
        }
        for (code, message) in told {
            self.sink.problem(Problem { code: code.to_owned(), severity: ProblemSeverity::Warning, record: 0, position: None, message });
        }
        self.tenants.clear();
    }
}

/// When something happened; a stand-in for "none" is unknown.
pub fn happened(text: &Text<'_>) -> Option<Millis> {
    text.time().and_then(Stamp::ms)
}

/// When something ends.
pub fn ends(text: &Text<'_>) -> Expiry {
    match text.time() {
        None => Expiry::Unknown,
        Some(Stamp::Never) => Expiry::Never,
        Some(Stamp::At { ms, .. }) => Expiry::At(ms),
    }
}

/// Names from optional keys, the best first.
pub fn names(keys: &[(crate::model::kinds::Scheme, Option<&str>)]) -> Vec<Name> {
    keys.iter().filter_map(|(scheme, key)| key.map(|key| Name::new(*scheme, key))).collect()
}
