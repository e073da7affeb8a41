//! The filter text of grid and command line (a subset of ux.md 3.2): parsed here once for both.
//!
//! `kind:workload,agent -holder:platform owner:none age_days>365 name~svc-* created_at:2026-01-01..2026-06-30 "finance"`.
//! Terms are joined by AND, values of one term by OR. Free words search names and ids. No regular expressions.

use winnow::Parser;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, delimited, opt, preceded, repeat, separated, terminated};
use winnow::error::ModalResult;
use winnow::token::{any, take_while};

use crate::model::time::{DAY_MS, Millis};

use super::cell::Cell;

/// One condition of a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// Free word, lower case: name or id contains it.
    #[allow(missing_docs, reason = "said above")]
    Word { word: String, not: bool },
    /// `field op values`, negated by a leading minus.
    #[allow(missing_docs, reason = "said above")]
    Field { field: String, op: Op, values: Vec<String>, not: bool },
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `:` equals one of the values, or lies in `a..b`.
    Is,
    /// `~` matches with `*` for any text.
    Like,
    /// `>`.
    Above,
    /// `<`.
    Below,
}

/// Why a filter text is not one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// For people.
    pub message: String,
    /// Byte position in the text.
    pub at: usize,
    /// The nearest known field, if the field is unknown.
    pub nearest: Option<String>,
}

/// Parses a filter text; `fields` are the names that the table knows.
///
/// # Errors
/// A syntax fault with its place, or an unknown field with the nearest known one.
pub fn parse(text: &str, fields: &[&str]) -> Result<Vec<Term>, Fault> {
    let mut rest = text;
    let terms = terms.parse_next(&mut rest).unwrap_or_default();
    if !rest.trim().is_empty() {
        return Err(Fault { message: "This part of the filter cannot be read.".to_owned(), at: text.len() - rest.len(), nearest: None });
    }
    for term in &terms {
        if let Term::Field { field, .. } = term
            && !fields.contains(&field.as_str())
        {
            return Err(Fault {
                message: format!("There is no field “{field}” here."),
                at: text.find(field.as_str()).unwrap_or(0),
                nearest: nearest(field, fields),
            });
        }
    }
    Ok(terms)
}

fn terms(input: &mut &str) -> ModalResult<Vec<Term>> {
    preceded(multispace0, repeat(0.., terminated(term, multispace0))).parse_next(input)
}

fn term(input: &mut &str) -> ModalResult<Term> {
    (opt('-'), alt((field_term, word_term)))
        .map(|(minus, mut term)| {
            if minus.is_some() {
                match &mut term {
                    Term::Word { not, .. } | Term::Field { not, .. } => *not = true,
                }
            }
            term
        })
        .parse_next(input)
}

fn field_term(input: &mut &str) -> ModalResult<Term> {
    let field = take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_');
    let op = alt((':'.value(Op::Is), '~'.value(Op::Like), '>'.value(Op::Above), '<'.value(Op::Below)));
    (field, op, separated(1.., value, ','))
        .map(|(field, op, values): (&str, Op, Vec<String>)| Term::Field { field: field.to_lowercase(), op, values, not: false })
        .parse_next(input)
}

fn word_term(input: &mut &str) -> ModalResult<Term> {
    value.map(|word| Term::Word { word: word.to_lowercase(), not: false }).parse_next(input)
}

fn value(input: &mut &str) -> ModalResult<String> {
    alt((quoted, take_while(1.., |c: char| !c.is_whitespace() && c != ',' && c != '"').map(str::to_owned))).parse_next(input)
}

fn quoted(input: &mut &str) -> ModalResult<String> {
    let inside = repeat(0.., alt((preceded('\\', any), any.verify(|c| *c != '"')))).fold(String::new, |mut text, c| {
        text.push(c);
        text
    });
    delimited('"', inside, '"').parse_next(input)
}

/// Writes a value so that [`parse`] reads it back as one value.
pub fn quote(value: &str) -> String {
    let plain = !value.is_empty() && !value.starts_with('-') && value.chars().all(|c| c.is_alphanumeric() || "_-.@/|:".contains(c));
    if plain && !value.contains("..") { value.to_owned() } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) }
}

impl Term {
    /// Whether a cell fulfils a field condition. `now` is the as-of time that `90d` counts back from.
    pub fn matches(&self, cell: &Cell<'_>, now: Millis) -> bool {
        let Self::Field { op, values, not, .. } = self else { return true };
        let hit = values.iter().any(|value| match op {
            Op::Is => is(cell, value, now),
            Op::Like => cell.word().is_some_and(|word| like(&word.to_lowercase(), &value.to_lowercase())),
            Op::Above => compare(cell, value, now).is_some_and(std::cmp::Ordering::is_gt),
            Op::Below => compare(cell, value, now).is_some_and(std::cmp::Ordering::is_lt),
        });
        hit != *not
    }
}

fn is(cell: &Cell<'_>, value: &str, now: Millis) -> bool {
    match value {
        "unknown" => matches!(cell, Cell::Unknown),
        "none" => matches!(cell, Cell::Nothing) || cell.number() == Some(0.0),
        _ => {
            if let Some((from, to)) = value.split_once("..") {
                return (from.is_empty() || compare(cell, from, now).is_some_and(std::cmp::Ordering::is_ge))
                    && (to.is_empty() || compare(cell, to, now).is_some_and(std::cmp::Ordering::is_le));
            }
            match cell {
                Cell::Text(text) => same_text(text, value),
                Cell::Time(ms) => time_bound(value, now).is_some_and(|(from, to)| (from..=to).contains(ms)),
                Cell::Int(_) | Cell::Count(..) | Cell::Decimal(..) => value.parse::<f64>().is_ok_and(|n| cell.number() == Some(n)),
                _ => cell.word().is_some_and(|word| word.eq_ignore_ascii_case(value)),
            }
        }
    }
}

/// Equal without case; most texts are ASCII and need no copy for that.
fn same_text(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { a.to_lowercase() == b.to_lowercase() }
}

fn compare(cell: &Cell<'_>, value: &str, now: Millis) -> Option<std::cmp::Ordering> {
    let left = cell.number()?;
    if let Cell::Time(ms) = cell {
        let (from, to) = time_bound(value, now)?;
        // A day is an interval: later than its end, earlier than its start, else equal.
        return Some(if *ms > to {
            std::cmp::Ordering::Greater
        } else if *ms < from {
            std::cmp::Ordering::Less
        } else {
            std::cmp::Ordering::Equal
        });
    }
    value.parse::<f64>().ok().map(|right| left.total_cmp(&right))
}

/// `2026-01-01` = that UTC day; `2026-01` = that month; `90d` = the moment 90 days before now.
fn time_bound(value: &str, now: Millis) -> Option<(Millis, Millis)> {
    if let Some(days) = value.strip_suffix('d').and_then(|days| days.parse::<i64>().ok()) {
        let at = now - days * DAY_MS;
        return Some((at, at));
    }
    let month = value.len() == 7;
    let text = if month { format!("{value}-01") } else { value.to_owned() };
    let day = chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
    let end = if month { day.checked_add_months(chrono::Months::new(1))? } else { day.succ_opt()? };
    let ms = |date: chrono::NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    Some((ms(day), ms(end) - 1))
}

/// Wildcard match, `*` = any text; both sides lower case.
fn like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

fn nearest(field: &str, fields: &[&str]) -> Option<String> {
    fields.iter().map(|known| (distance(field, known), *known)).min().filter(|(d, _)| *d <= 3).map(|(_, known)| known.to_owned())
}

/// Edit distance; field names are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (corner + usize::from(ca != *cb)).min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[&str] = &["kind", "owner", "age_days", "name", "created_at", "holder"];

    #[test]
    fn reads_every_form() {
        let terms = parse(r#"kind:workload,agent -holder:platform age_days>365 name~svc-* "two words" -word"#, FIELDS).expect("valid");
        assert_eq!(terms.len(), 6);
        assert_eq!(terms[0], Term::Field { field: "kind".into(), op: Op::Is, values: vec!["workload".into(), "agent".into()], not: false });
        assert_eq!(terms[4], Term::Word { word: "two words".into(), not: false });
        assert_eq!(terms[5], Term::Word { word: "word".into(), not: true });
    }

    #[test]
    fn names_the_nearest_field() {
        let fault = parse("onwer:none", FIELDS).expect_err("unknown field");
        assert_eq!(fault.nearest.as_deref(), Some("owner"));
    }

    #[test]
    fn ranges_days_and_unknown() {
        let now = 1_800_000_000_000;
        let check = |text: &str, cell: Cell<'_>| parse(text, FIELDS).expect("valid")[0].matches(&cell, now);
        assert!(check("age_days:10..20", Cell::Int(20)));
        assert!(!check("age_days:10..20", Cell::Int(21)));
        assert!(check("created_at<90d", Cell::Time(now - 100 * DAY_MS)), "earlier than 90 days ago");
        assert!(check("owner:unknown", Cell::Unknown));
        assert!(!check("owner:none", Cell::Unknown), "unknown is not none");
        assert!(check("name~*mail*", Cell::text("My Mail App")));
        assert!(!check("name~mail*", Cell::text("My Mail App")));
    }

    #[test]
    fn quote_round_trips() {
        for text in ["plain", "two words", "a\"b\\c", "-lead", "x,y", "", "Tidemark Sync", "a..b"] {
            let terms = parse(&format!("name:{}", quote(text)), FIELDS).expect("valid");
            assert_eq!(terms, vec![Term::Field { field: "name".into(), op: Op::Is, values: vec![text.to_owned()], not: false }]);
        }
    }
}
