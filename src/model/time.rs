//! Points in time: milliseconds UTC, and expiry with its three states. No clock is read here.

use chrono::{DateTime, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// Milliseconds of one day.
pub const DAY_MS: i64 = 86_400_000;

/// When something ends: never, at a time, or nobody said (formats.md 0.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Expiry {
    /// The source does not say.
    #[default]
    Unknown,
    /// The source says that it never ends.
    Never,
    /// It ends at this time.
    At(Millis),
}

impl Expiry {
    /// Storage form: null is unknown, `i64::MAX` is never.
    pub const fn to_sql(self) -> Option<i64> {
        match self {
            Self::Unknown => None,
            Self::Never => Some(i64::MAX),
            Self::At(ms) => Some(ms),
        }
    }
    /// Inverse of [`Expiry::to_sql`].
    pub const fn from_sql(value: Option<i64>) -> Self {
        match value {
            None => Self::Unknown,
            Some(i64::MAX) => Self::Never,
            Some(ms) => Self::At(ms),
        }
    }
}

/// UTC calendar day number since 1970-01-01 (floor).
pub const fn utc_day(ms: Millis) -> i64 {
    ms.div_euclid(DAY_MS)
}

/// ISO 8601 UTC with Z; milliseconds only when they are not zero.
pub fn iso(ms: Millis) -> String {
    match DateTime::from_timestamp_millis(ms) {
        Some(time) if ms.rem_euclid(1000) == 0 => time.to_rfc3339_opts(SecondsFormat::Secs, true),
        Some(time) => time.to_rfc3339_opts(SecondsFormat::Millis, true),
        None => "out of range".to_owned(),
    }
}

/// Calendar day `2026-11-20` of a time.
pub fn iso_date(ms: Millis) -> String {
    iso(ms).chars().take(10).collect()
}

/// Parses `2026-11-20` to the end of that UTC day, or a full RFC 3339 time (decision D23).
pub fn parse_as_of(text: &str) -> Option<Millis> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day.and_hms_milli_opt(23, 59, 59, 999)?.and_utc().timestamp_millis());
    }
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_millis())
}
