//! Entries of the activity log and their hash chain (INV-15).
//!
//! `hash = SHA-256("bulkhead.audit.v1" LF previous hash LF JCS(event without hash))`. The first entry's previous hash
//! is 64 zeros. The digest inside an event covers the rows that the revision wrote and closed, so the chain covers the
//! data and not only the story about it.

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::model::id::hex;
use crate::model::kinds::Action;
use crate::model::time::{Millis, iso};

/// Previous hash of the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// How many rows of a kind a revision added, removed and changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindCount {
    /// `client`, `grant`, `ownership`, ...
    pub kind: String,
    /// New ones.
    pub added: u32,
    /// Closed without a successor.
    pub removed: u32,
    /// Closed and written again with other content.
    pub changed: u32,
}

/// An entry of the log, which is a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// Number of the revision, gapless from 1.
    pub number: i64,
    /// When, UTC milliseconds.
    pub at: Millis,
    /// Id of who did it (`A-1`); this is what the chain covers.
    pub actor: String,
    /// Name of who did it, as recorded (decision D59).
    pub actor_name: String,
    /// What was done.
    pub action: Action,
    /// Why.
    pub reason: String,
    /// What it was done to, one line for people.
    pub subject: String,
    /// Counts per kind, only kinds that changed.
    pub counts: Vec<KindCount>,
    /// Further facts of the action (label and hashes of a seal, equation of an import).
    pub detail: Map<String, Json>,
    /// Newest export time up to this revision.
    pub as_of: Option<Millis>,
    /// True when nobody stated that time.
    pub as_of_assumed: bool,
    /// Digest of the rows written and closed.
    pub digest: String,
    /// Hash of the entry before.
    pub prev: String,
    /// Hash of this entry.
    pub hash: String,
}

impl LogEntry {
    /// The event that is hashed, as JCS text (RFC 8785); a pack replays the chain from these lines.
    pub fn event(&self) -> String {
        jcs(&json!({
            "action": self.action.as_str(),
            "actor": self.actor,
            "as_of": self.as_of.map(iso),
            "as_of_assumed": self.as_of_assumed,
            "at": iso(self.at),
            "counts": counts_json(&self.counts),
            "detail": self.detail,
            "digest": self.digest,
            "number": self.number,
            "prev": self.prev,
            "reason": self.reason,
            "subject": self.subject,
        }))
    }

    /// The hash that this entry must have.
    pub fn expected_hash(&self) -> String {
        chain_hash(&self.prev, &self.event())
    }
}

/// Hash of an event after the entry with hash `prev`.
pub fn chain_hash(prev: &str, event: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"bulkhead.audit.v1\n");
    hasher.update(prev.as_bytes());
    hasher.update(b"\n");
    hasher.update(event.as_bytes());
    hex(&hasher.finalize())
}

/// Counts as they stand in an event: kind -> [added, removed, changed].
pub(crate) fn counts_json(counts: &[KindCount]) -> Json {
    Json::Object(counts.iter().map(|count| (count.kind.clone(), json!([count.added, count.removed, count.changed]))).collect())
}

/// Inverse of [`counts_json`].
pub(crate) fn counts_from(json: &Json) -> Vec<KindCount> {
    let number = |value: &Json, at: usize| value.get(at).and_then(Json::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    json.as_object()
        .map(|map| {
            map.iter()
                .map(|(kind, value)| KindCount {
                    kind: kind.clone(),
                    added: number(value, 0),
                    removed: number(value, 1),
                    changed: number(value, 2),
                })
                .collect()
        })
        .unwrap_or_default()
}

/// Canonical JSON (RFC 8785) for values whose numbers are integers below 2^53: members sorted by UTF-16 code units, no
/// blanks, the escapes that `serde_json` writes (which are those of the RFC).
pub fn jcs(value: &Json) -> String {
    let mut out = String::new();
    write_jcs(value, &mut out);
    out
}

fn write_jcs(value: &Json, out: &mut String) {
    match value {
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_jcs(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            let mut sorted: Vec<(&String, &Json)> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (at, (name, member)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Json::String(name.clone()).to_string());
                out.push(':');
                write_jcs(member, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chain must be computable by anybody with the words of INV-15: these bytes were hashed by another program.
    #[test]
    fn the_event_is_canonical_and_its_hash_is_that_of_the_rule() {
        let entry = LogEntry {
            number: 1,
            at: 1_700_000_000_123,
            actor: "A-1".into(),
            actor_name: "anna".into(),
            action: Action::Create,
            reason: "first".into(),
            subject: "é\u{1}\"".into(),
            counts: vec![KindCount { kind: "grant".into(), added: 2, removed: 0, changed: 1 }],
            detail: Map::new(),
            as_of: None,
            as_of_assumed: true,
            digest: GENESIS.into(),
            prev: GENESIS.into(),
            hash: String::new(),
        };
        let zeros = GENESIS;
        let event = format!(
            r#"{{"action":"create","actor":"A-1","as_of":null,"as_of_assumed":true,"at":"2023-11-14T22:13:20.123Z","counts":{{"grant":[2,0,1]}},"detail":{{}},"digest":"{zeros}","number":1,"prev":"{zeros}","reason":"first","subject":"é\u0001\""}}"#
        );
        assert_eq!(entry.event(), event);
        assert_eq!(entry.expected_hash(), "470fa89b45cd9d16072d70dbc4b835c8b8633a55652e1459dde90a0ab4efbb98");
    }

    #[test]
    fn members_are_sorted_by_utf_16() {
        assert_eq!(
            jcs(&json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7})),
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
        );
    }
}
