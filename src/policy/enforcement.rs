//! Enforcement checks as people record them (domain.md 6.3, 6.4): their text form, what a record is worth at a given time, and what an
//! API's checks say together. Pure: no clock, no inventory; a time is an argument.
//!
//! The text form is the one that assertions hold: `pass; method=test_run; checked=2026-11-02; evidence=run 4711; by=API guild`.
//! Reading and writing are inverse to each other.

use chrono::NaiveDate;

use crate::model::kinds::{CheckId, CheckMethod, CheckResult, Sensitivity};
use crate::model::time::{DAY_MS, Millis, iso_date, utc_day};

/// Days that a test, review or configuration export proves something when the record names no end (domain.md 6.3).
pub const VALID_DAYS: i64 = 180;
/// Days that an attestation proves something.
pub const ATTESTED_DAYS: i64 = 90;
/// Attribute prefix of a check: `check:A1`.
pub const CHECK: &str = "check:";

/// What one person recorded about one check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckRecord {
    /// What was found.
    pub result: Option<CheckResult>,
    /// How.
    pub method: Option<CheckMethod>,
    /// UTC day on which it was looked at, as days since 1970-01-01.
    pub checked: Option<i64>,
    /// Last UTC day on which it proves something, as days since 1970-01-01.
    pub valid_until: Option<i64>,
    /// SHA-256 of the artefact, or a reference to it.
    pub evidence: Option<String>,
    /// Who found it.
    pub by: Option<String>,
}

/// Why a record does not read well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> String {
    all.iter().map(|member| word(*member)).collect::<Vec<_>>().join(", ")
}

/// A UTC day `2026-11-02` as days since 1970-01-01.
pub fn parse_day(text: &str) -> Option<i64> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok().filter(|_| text.trim().len() == 10)?;
    Some(utc_day(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()))
}

/// The UTC day as `2026-11-02`.
pub fn day_text(day: i64) -> String {
    iso_date(day * DAY_MS)
}

/// Whether a text can stand between semicolons.
pub(super) fn plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.chars().any(|c| c == ';' || c.is_control())
}

impl CheckRecord {
    /// Reads the text form. Every part is there once; days are `2026-11-02`.
    ///
    /// # Errors
    /// An unknown word, a part that is no part of a check, a day that is none, or an end before its beginning; the text says which.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut parts = text.split(';').map(str::trim);
        let word = parts.next().unwrap_or_default();
        let result = CheckResult::parse(word)
            .ok_or_else(|| Unreadable(format!("a result is one of {}", words(CheckResult::ALL, |w| w.as_str()))))?;
        let mut record = Self { result: Some(result), ..Self::default() };
        let mut seen = Vec::new();
        for part in parts.filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| Unreadable("a part of a check is name=value".to_owned()))?;
            let (name, value) = (name.trim(), value.trim());
            if seen.contains(&name) {
                return Err(Unreadable(format!("{name} stands there twice")));
            }
            seen.push(name);
            record.set(name, value)?;
        }
        record.in_order()?;
        Ok(record)
    }

    /// Sets one part by its name.
    ///
    /// # Errors
    /// No such part, or a value that it does not take.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Unreadable> {
        let day = || parse_day(value).ok_or_else(|| Unreadable(format!("{name} is a day such as 2026-11-02")));
        let text = || {
            let fits = plain(value);
            fits.then(|| value.to_owned()).ok_or_else(|| Unreadable(format!("{name} is a text without semicolon and line break")))
        };
        match name {
            "method" => {
                let method = CheckMethod::parse(value);
                self.method =
                    Some(method.ok_or_else(|| Unreadable(format!("method is one of {}", words(CheckMethod::ALL, |w| w.as_str()))))?);
            }
            "checked" => self.checked = Some(day()?),
            "valid_until" => self.valid_until = Some(day()?),
            "evidence" => self.evidence = Some(text()?),
            "by" => self.by = Some(text()?),
            _ => return Err(Unreadable("a check has the parts method, checked, valid_until, evidence and by".to_owned())),
        }
        Ok(())
    }

    /// Whether its days are in order.
    ///
    /// # Errors
    /// It ends before it was checked.
    pub fn in_order(&self) -> Result<(), Unreadable> {
        match (self.checked, self.valid_until) {
            (Some(checked), Some(until)) if until < checked => Err(Unreadable("valid_until lies before checked".to_owned())),
            _ => Ok(()),
        }
    }

    /// What a pass still lacks to count: method, day and evidence (domain.md 6.3); empty for any other result.
    pub fn lacks(&self) -> Vec<&'static str> {
        if self.result != Some(CheckResult::Pass) {
            return Vec::new();
        }
        let mut lacks = Vec::new();
        for (name, there) in [("method", self.method.is_some()), ("checked", self.checked.is_some()), ("evidence", self.evidence.is_some())]
        {
            if !there {
                lacks.push(name);
            }
        }
        lacks
    }

    /// The last day on which it proves something: as stated, else by its method; `None` without a day.
    pub fn ends(&self) -> Option<i64> {
        let days = if self.method == Some(CheckMethod::Attestation) { ATTESTED_DAYS } else { VALID_DAYS };
        self.valid_until.or_else(|| self.checked.map(|checked| checked + days))
    }
}

impl std::fmt::Display for CheckRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.result.unwrap_or(CheckResult::Unknown).as_str())?;
        if let Some(method) = self.method {
            write!(f, "; method={method}")?;
        }
        for (name, day) in [("checked", self.checked), ("valid_until", self.valid_until)] {
            if let Some(day) = day {
                write!(f, "; {name}={}", day_text(day))?;
            }
        }
        for (name, text) in [("evidence", &self.evidence), ("by", &self.by)] {
            if let Some(text) = text {
                write!(f, "; {name}={text}")?;
            }
        }
        Ok(())
    }
}

/// What a record is worth at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    /// The result that counts.
    pub result: CheckResult,
    /// Why it counts so, in words; empty when it counts as recorded.
    pub why: &'static str,
}

/// What a record is worth at a time, at an API whose most sensitive data is of this class.
///
/// A pass counts only with method, day and evidence, until its last day, and not by attestation alone where data is restricted or
/// regulated. A fail stays a fail until somebody records another result, because time mends nothing.
pub fn effective(record: Option<&CheckRecord>, sensitivity: Option<Sensitivity>, as_of: Millis) -> Effective {
    let unknown = |why| Effective { result: CheckResult::Unknown, why };
    let Some(record) = record else { return unknown("nobody recorded it") };
    let result = record.result.unwrap_or(CheckResult::Unknown);
    let today = utc_day(as_of);
    if record.checked.is_some_and(|checked| checked > today) {
        return unknown("checked after this day");
    }
    if matches!(result, CheckResult::Unknown | CheckResult::Fail) {
        return Effective { result, why: "" };
    }
    let end = if result == CheckResult::NotApplicable { record.valid_until } else { record.ends() };
    if end.is_some_and(|end| end < today) {
        return unknown("the evidence has expired");
    }
    if !record.lacks().is_empty() {
        return unknown("a pass without method, day and evidence");
    }
    if result == CheckResult::Pass && record.method == Some(CheckMethod::Attestation) && sensitivity >= Some(Sensitivity::Restricted) {
        return unknown("attestation alone does not pass at restricted or regulated data");
    }
    Effective { result, why: "" }
}

/// What counts of a check that people recorded and a gateway's configuration shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The result that counts, and why if not as recorded.
    pub worth: Effective,
    /// Both are known and say different things.
    pub contradiction: bool,
}

/// How bad a known result is; unknown has no place among them.
const fn badness(result: CheckResult) -> u8 {
    match result {
        CheckResult::Unknown => 0,
        CheckResult::NotApplicable => 1,
        CheckResult::Pass => 2,
        CheckResult::Partial => 3,
        CheckResult::Fail => 4,
    }
}

/// Lays what people recorded beside what a configuration shows: neither overwrites the other. The worse of the two counts, because a
/// statement mends no gateway and a configuration disproves no failed test; one that is unknown says nothing.
pub fn judge(stated: Effective, observed: Option<Effective>) -> Judged {
    let Some(observed) = observed else { return Judged { worth: stated, contradiction: false } };
    match (stated.result, observed.result) {
        (_, CheckResult::Unknown) => Judged { worth: stated, contradiction: false },
        (CheckResult::Unknown, _) => Judged { worth: observed, contradiction: false },
        (said, seen) if said == seen => Judged { worth: stated, contradiction: false },
        (said, seen) if badness(seen) > badness(said) => Judged {
            worth: Effective { result: seen, why: "the gateway's configuration shows otherwise than what was recorded" },
            contradiction: true,
        },
        (said, _) => {
            let why = "what was recorded is worse than what the gateway's configuration shows";
            Judged { worth: Effective { result: said, why }, contradiction: true }
        }
    }
}

/// Effective results of one API, in the order of [`CheckId::ALL`].
pub type Checks = [CheckResult; 10];

/// The checks that a gateway makes before it lets a token through (domain.md 1: gateway validation).
pub const GATEWAY: &[CheckId] = &[CheckId::G1, CheckId::G2, CheckId::G3, CheckId::G4];
/// The checks that make an API authorise for itself (domain.md 6.6).
pub const API: &[CheckId] = &[CheckId::A1, CheckId::A3, CheckId::A4];

/// Place of a check in [`Checks`].
pub const fn at(check: CheckId) -> usize {
    check as usize
}

/// What an API's checks say together (domain.md 6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Gateway and API both check, by evidence.
    Enforced,
    /// The gateway checks, the API proves nothing: a valid token is a pass for everything behind it.
    GatewayOnly,
    /// A check of the API itself failed.
    Failed,
    /// Some checks are known, not enough for another word.
    Partial,
    /// Nothing counts.
    Unknown,
}

impl Verdict {
    /// Every word, in order.
    pub const ALL: &'static [&'static str] = &["enforced", "gateway_only", "failed", "partial", "unknown"];

    /// The word of tables, filters and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::GatewayOnly => "gateway_only",
            Self::Failed => "failed",
            Self::Partial => "partial",
            Self::Unknown => "unknown",
        }
    }

    /// Judges an API. Behind a gateway its checks G1-G4 count too; an API without one enforces alone.
    pub fn of(checks: &Checks, behind_gateway: bool) -> Self {
        let gateway = passes(checks, GATEWAY);
        let api = passes(checks, API);
        let known = |result: &CheckResult| !matches!(result, CheckResult::Unknown | CheckResult::NotApplicable);
        if api && (gateway || !behind_gateway) {
            return Self::Enforced;
        }
        let any_api = checks[5..].contains(&CheckResult::Pass);
        if gateway && !any_api {
            return Self::GatewayOnly;
        }
        if API.iter().any(|check| checks[at(*check)] == CheckResult::Fail) {
            return Self::Failed;
        }
        if checks.iter().any(known) { Self::Partial } else { Self::Unknown }
    }
}

/// Whether all of these checks pass where they apply, and at least one does apply.
pub fn passes(checks: &Checks, asked: &[CheckId]) -> bool {
    let mut one = false;
    asked.iter().all(|check| match checks[at(*check)] {
        CheckResult::Pass => {
            one = true;
            true
        }
        CheckResult::NotApplicable => true,
        CheckResult::Unknown | CheckResult::Fail | CheckResult::Partial => false,
    }) && one
}

/// Evidence-backed passes and applicable checks of an API (domain.md 6.4); what is unknown is applicable.
pub fn coverage(checks: &Checks) -> (u32, u32) {
    let passed = checks.iter().filter(|result| **result == CheckResult::Pass).count();
    let applicable = checks.iter().filter(|result| **result != CheckResult::NotApplicable).count();
    (passed as u32, applicable as u32)
}

/// What all APIs behind one gateway say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayVerdict {
    /// Every API enforces.
    Enforced,
    /// Some APIs enforce for themselves, others do not: the control plane looks unified, the back ends differ.
    Uneven,
    /// No API behind it proves a check of its own.
    GatewayOnly,
    /// Not enough is known.
    Unknown,
}

impl GatewayVerdict {
    /// Every word, in order.
    pub const ALL: &'static [&'static str] = &["enforced", "uneven", "gateway_only", "unknown"];

    /// The word of tables, filters and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::Uneven => "uneven",
            Self::GatewayOnly => "gateway_only",
            Self::Unknown => "unknown",
        }
    }

    /// Judges a gateway by the checks of the APIs behind it. Uneven: of A1, A3 and A4 one passes at some API and not at another.
    pub fn of<'a>(apis: impl Iterator<Item = &'a Checks> + Clone) -> Self {
        if apis.clone().next().is_none() {
            return Self::Unknown;
        }
        if apis.clone().all(|checks| Verdict::of(checks, true) == Verdict::Enforced) {
            return Self::Enforced;
        }
        let differs = |check: &CheckId| {
            let applies = apis.clone().map(|checks| checks[at(*check)]).filter(|result| *result != CheckResult::NotApplicable);
            applies.clone().any(|result| result == CheckResult::Pass) && applies.clone().any(|result| result != CheckResult::Pass)
        };
        if API.iter().any(differs) {
            return Self::Uneven;
        }
        if apis.clone().all(|checks| Verdict::of(checks, true) == Verdict::GatewayOnly) { Self::GatewayOnly } else { Self::Unknown }
    }
}

/// The attribute of a check.
pub fn check_attribute(check: CheckId) -> String {
    format!("{CHECK}{check}")
}

/// The check in an attribute `check:A1`.
pub fn parse_check_attribute(attribute: &str) -> Option<CheckId> {
    CheckId::parse(attribute.strip_prefix(CHECK)?)
}

/// What a check asks, for people.
pub const fn question(check: CheckId) -> &'static str {
    match check {
        CheckId::G1 => "Gateway: the signature is checked, with a pinned algorithm and the keys of the right issuer",
        CheckId::G2 => "Gateway: the issuer is compared",
        CheckId::G3 => "Gateway: expiry and not-before are checked",
        CheckId::G4 => "Gateway: the audience of the route is checked",
        CheckId::G5 => "Gateway: the token is bound to its sender (DPoP, mTLS)",
        CheckId::A1 => "API: a well-signed token for another audience is refused",
        CheckId::A2 => "API: issuer, client, subject, tenant and actor are checked",
        CheckId::A3 => "API: a token without the scope of the operation is refused",
        CheckId::A4 => "API: the object must belong to who asks",
        CheckId::A5 => "API: the token is bound to its sender (DPoP, mTLS)",
    }
}

#[cfg(test)]
mod tests;
