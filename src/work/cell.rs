//! A cell of a table: one value with its type, and how it is compared, matched, written and sent.
//!
//! Knows nothing of tables, rows or entities.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Value, json};

pub use crate::formats::text::guard_formula;
use crate::model::time::{Expiry, Millis, iso};

/// A value in a table. `Unknown` is a value of its own: never blank, zero or "no" (ux.md 0.6).
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nobody said.
    Unknown,
    /// Known to be none (no owner, no vendor).
    Nothing,
    /// Text.
    Text(Cow<'a, str>),
    /// Whole number.
    Int(i64),
    /// Score or reach units with this many decimals.
    Decimal(f64, u8),
    /// Yes or no.
    Bool(bool),
    /// A time.
    Time(Millis),
    /// Never ends.
    Never,
    /// A number that opens rows: count, table, filter.
    Count(i64, &'static str, Cow<'a, str>),
}

/// What rows are ordered by.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey<'a> {
    /// Number (also times; never is the largest).
    Number(f64),
    /// Text, compared without case, then with it.
    Text(Cow<'a, str>),
    /// Unknown and nothing come last in both directions.
    Last,
}

impl<'a> Cell<'a> {
    /// Borrowed text.
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
    /// Owned text.
    pub fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
    /// Text or unknown.
    pub fn text_or_unknown(text: Option<&'a str>) -> Self {
        text.map_or(Self::Unknown, Self::text)
    }
    /// Time or unknown.
    pub fn time_or_unknown(time: Option<Millis>) -> Self {
        time.map_or(Self::Unknown, Self::Time)
    }
    /// An expiry with its three states.
    pub const fn expiry(expiry: Expiry) -> Self {
        match expiry {
            Expiry::Unknown => Self::Unknown,
            Expiry::Never => Self::Never,
            Expiry::At(ms) => Self::Time(ms),
        }
    }

    /// What to order by.
    pub fn sort_key(self) -> SortKey<'a> {
        match self {
            Self::Unknown | Self::Nothing => SortKey::Last,
            Self::Text(text) => SortKey::Text(text),
            Self::Int(n) | Self::Count(n, ..) | Self::Time(n) => SortKey::Number(n as f64),
            Self::Decimal(n, _) => SortKey::Number(n),
            Self::Bool(b) => SortKey::Number(f64::from(u8::from(b))),
            Self::Never => SortKey::Number(f64::MAX),
        }
    }

    /// The number behind it, for comparisons.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(n) | Self::Count(n, ..) | Self::Time(n) => Some(*n as f64),
            Self::Decimal(n, _) => Some(*n),
            Self::Never => Some(f64::MAX),
            _ => None,
        }
    }

    /// The word that filters and facets see; `None` = unknown.
    pub fn word(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Unknown => None,
            Self::Nothing => Some("none".into()),
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Bool(true) => Some("yes".into()),
            Self::Bool(false) => Some("no".into()),
            Self::Never => Some("never".into()),
            Self::Int(n) | Self::Count(n, ..) => Some(n.to_string().into()),
            Self::Decimal(n, places) => Some(decimal(*n, *places).into()),
            Self::Time(ms) => Some(iso(*ms).into()),
        }
    }

    /// The JSON answer (D45): unknown is null, never is `"never"`, times are ISO 8601 UTC.
    pub fn json(&self) -> Value {
        match self {
            Self::Unknown => Value::Null,
            Self::Nothing => json!("none"),
            Self::Text(text) => json!(text),
            Self::Int(n) => json!(n),
            Self::Decimal(n, places) => json!(rounded(*n, *places)),
            Self::Bool(b) => json!(b),
            Self::Time(ms) => json!(iso(*ms)),
            Self::Never => json!("never"),
            Self::Count(n, table, filter) => json!({ "n": n, "table": table, "filter": filter }),
        }
    }

    /// JSON of the command line: a count is its number.
    pub fn plain_json(&self) -> Value {
        if let Self::Count(n, ..) = self { json!(n) } else { self.json() }
    }

    /// The CSV field (D52): text that a spreadsheet would run gets an apostrophe, numbers stay numbers.
    pub fn csv(&self) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::Text(text) => guard_formula(text).into_owned(),
            other => other.word().unwrap_or_default().into_owned(),
        }
    }
}

/// A number with exactly this many decimals, half away from zero.
pub fn decimal(value: f64, places: u8) -> String {
    format!("{:.*}", usize::from(places), rounded(value, places))
}

fn rounded(value: f64, places: u8) -> f64 {
    let scale = 10f64.powi(i32::from(places));
    (value * scale).round() / scale
}

impl SortKey<'_> {
    /// Order in one direction; `Last` stays last in both.
    pub fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Last, Self::Last) => return Ordering::Equal,
            (Self::Last, _) => return Ordering::Greater,
            (_, Self::Last) => return Ordering::Less,
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => compare_text(a, b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if descending { order.reverse() } else { order }
    }
}

/// Order of names for people: without case first, then exact, so that it is total.
pub fn compare_text(a: &str, b: &str) -> Ordering {
    let folded = a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase));
    folded.then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_guards_text_but_not_numbers() {
        assert_eq!(Cell::text("=cmd|' /C calc'!A0").csv(), "'=cmd|' /C calc'!A0");
        assert_eq!(Cell::text("-5").csv(), "'-5", "a text cell is text even if it looks like a number");
        assert_eq!(Cell::Int(-5).csv(), "-5", "negative numbers stay numbers");
        assert_eq!(Cell::Unknown.csv(), "unknown");
    }

    #[test]
    fn unknown_sorts_last_both_ways() {
        let (unknown, one) = (Cell::Unknown.sort_key(), Cell::Int(1).sort_key());
        assert_eq!(unknown.compare(&one, false), Ordering::Greater);
        assert_eq!(unknown.compare(&one, true), Ordering::Greater);
    }

    #[test]
    fn decimals_round_half_away_from_zero() {
        assert_eq!(decimal(0.25, 1), "0.3");
        assert_eq!(decimal(1.495, 4), "1.4950");
    }
}
