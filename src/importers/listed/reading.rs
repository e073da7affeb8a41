//! The records of one set while its files are read: starts and ends them, and tells what was counted per file.

use std::collections::BTreeMap;

use crate::model::facts::{Fact, GrantFact, InstanceSlot, Problem, ProblemSeverity, RecordFate, Sink};
use crate::model::kinds::RecordKind;

/// Problems with one code that are listed for one file; the rest is counted.
const LISTED: u32 = 100;

/// Codes that an importer gives to what is counted here.
#[derive(Debug, Clone, Copy)]
pub struct Codes {
    /// Records were understood and not used.
    pub ignored: &'static str,
    /// More problems of one code than are listed.
    pub more: &'static str,
}

/// See the module.
pub struct Reading<'s> {
    /// Where facts go.
    pub sink: &'s mut dyn Sink,
    codes: Codes,
    number: u32,
    offset: Option<u64>,
    tally: Tally,
}

/// What was counted in a file so far.
#[derive(Debug, Default)]
pub struct Tally {
    ignored: BTreeMap<&'static str, u32>,
    told: BTreeMap<&'static str, u32>,
}

impl<'s> Reading<'s> {
    /// Takes up a file where `tally` was left.
    pub fn new(sink: &'s mut dyn Sink, codes: Codes, tally: Tally) -> Self {
        Self { sink, codes, number: 0, offset: None, tally }
    }

    /// Leaves the file for now.
    pub fn pause(self) -> Tally {
        self.tally
    }

    /// Starts a record that stands at an offset, where that is known; see [`Sink::record`].
    pub fn begin(&mut self, slot: &InstanceSlot, list: RecordKind, identity: Option<&str>, offset: Option<u64>, secrets: u64) {
        self.offset = offset;
        self.number = self.sink.record(slot, list, identity);
        if secrets > 0 {
            self.sink.secrets_dropped(secrets);
        }
    }

    /// States a fact of the record.
    pub fn fact(&mut self, fact: Fact) {
        self.sink.fact(fact);
    }

    /// States a grant of the record.
    pub fn grant(&mut self, grant: &GrantFact<'_>) {
        self.sink.grant(grant);
    }

    /// The record's facts were stated.
    pub fn accept(&mut self) {
        self.sink.fate(RecordFate::Accepted);
    }

    /// The record is understood and not used; told once per file with the count.
    pub fn ignore(&mut self, reason: &'static str) {
        *self.tally.ignored.entry(reason).or_default() += 1;
        self.sink.fate(RecordFate::Ignored);
    }

    /// The record is wanted but unusable.
    pub fn reject(&mut self, code: &'static str, message: String) {
        let position = self.offset.map(|offset| format!("byte {offset}"));
        self.tell(ProblemSeverity::Rejected, code, self.number, position, message);
        self.sink.fate(RecordFate::Rejected);
    }

    /// Warns about the current record.
    pub fn warn(&mut self, code: &'static str, message: String) {
        self.tell(ProblemSeverity::Warning, code, self.number, None, message);
    }

    /// Tells how many replies of a vendor are errors, if any: what they stand for is missing, not absent.
    pub fn warn_replies(&mut self, code: &'static str, vendor: &str, errors: u32) {
        if errors > 0 {
            let replies =
                if errors == 1 { format!("1 reply of {vendor} is an error") } else { format!("{errors} replies of {vendor} are errors") };
            self.warn_file(
                code,
                format!("{replies} (too many requests, or not allowed): what was asked for is missing here, not absent there."),
            );
        }
    }

    /// Tells how many records were read by a guessed encoding, if any.
    pub fn warn_guessed(&mut self, code: &'static str, records: u32) {
        if records > 0 {
            self.warn_file(
                code,
                format!("{records} records are no valid UTF-8 and were read as Windows-1252; check names with letters outside English."),
            );
        }
    }

    /// Warns about the file.
    pub fn warn_file(&mut self, code: &'static str, message: String) {
        self.tell(ProblemSeverity::Warning, code, 0, None, message);
    }

    fn tell(&mut self, severity: ProblemSeverity, code: &'static str, record: u32, position: Option<String>, message: String) {
        let count = self.tally.told.entry(code).or_default();
        *count += 1;
        if *count <= LISTED {
            self.sink.problem(Problem { code: code.to_owned(), severity, record, position, message });
        }
    }

    /// The file ended: tells what was counted in it.
    pub fn close_file(&mut self) {
        let mut lines = Vec::new();
        for (reason, count) in std::mem::take(&mut self.tally.ignored) {
            let records = if count == 1 { "1 record was".to_owned() } else { format!("{count} records were") };
            lines.push((self.codes.ignored, format!("{records} ignored: {reason}.")));
        }
        for (code, count) in std::mem::take(&mut self.tally.told) {
            if count > LISTED {
                lines.push((self.codes.more, format!("{} more problems with code {code} are not listed.", count - LISTED)));
            }
        }
        for (code, message) in lines {
            self.sink.problem(Problem { code: code.to_owned(), severity: ProblemSeverity::Warning, record: 0, position: None, message });
        }
    }
}
