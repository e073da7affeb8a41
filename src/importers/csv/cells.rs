//! Cells of a row to values: text, times, yes or no, words, lists. What is not understood stays unknown and is told.

use std::borrow::Cow;

use crate::formats::csv::{Row, cell_text};
use crate::formats::text::{KEY_BYTES, quoted};
use crate::formats::time::{DateOrder, Stamp, parse_ordered};
use crate::model::kinds::Tri;
use crate::model::time::{Expiry, Millis};

/// Where each mapped field stands in a row.
pub struct Columns {
    places: Vec<(String, usize)>,
    /// Order of ambiguous dates.
    pub order: DateOrder,
}

impl Columns {
    /// Finds the mapped columns among the header's names.
    pub fn new(places: Vec<(String, usize)>, order: DateOrder) -> Self {
        Self { places, order }
    }

    /// The cell of a field; `None` when it is not mapped or empty.
    pub fn cell<'r>(&self, row: &'r Row, field: &str) -> Option<Cow<'r, str>> {
        let (_, place) = self.places.iter().find(|(name, _)| name == field)?;
        let text = match cell_text(row.get(*place)) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        (!text.is_empty()).then_some(text)
    }
}

/// A key as it may be used, or why not.
///
/// # Errors
/// Words that end the sentence "This row was not stored: …".
pub fn checked_key(text: &str) -> Result<String, String> {
    if text.len() > KEY_BYTES {
        return Err(format!("a key is longer than {KEY_BYTES} bytes"));
    }
    if is_scientific(text) {
        return Err(format!(
            "\"{}\" is an id that a spreadsheet turned into a number; its digits are lost. Export again and open the file as text",
            quoted(text)
        ));
    }
    if is_secret_value(text) {
        return Err("a key column holds what looks like a secret; it was dropped".to_owned());
    }
    Ok(text.to_owned())
}

/// `1.05810E+20`: what Excel makes of a long id.
pub fn is_scientific(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let signed = exponent.strip_prefix('+');
    // Without a sign it may be a hex word such as 12e5; a spreadsheet always writes the sign or a fraction.
    number(whole) && number(fraction) && number(signed.unwrap_or(exponent)) && (signed.is_some() || digits.contains(['.', ',']))
}

/// Values whose form says that they are secrets, wherever they stand.
pub fn is_secret_value(text: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "glpat-",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "xoxb-",
        "xoxp-",
        "xoxa-",
        "sk_live_",
        "rk_live_",
        "-----BEGIN ",
        "Bearer ",
    ];
    let is_jwt = text.starts_with("eyJ") && text.matches('.').count() >= 2 && !text.contains(' ');
    is_jwt || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning) && text.len() > beginning.len() + 8)
}

/// Words that mean that nobody knows.
pub fn is_unknown(text: &str) -> bool {
    ["unknown", "?", "n/a", "na", "null", "not exported", "tbd", "-"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Yes, no or unknown; `None` for a word that is none of them.
pub fn flag(text: &str) -> Option<Tri> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["yes", "y", "true", "1", "x", "on", "enabled", "active", "verified"]) {
        Some(Tri::Yes)
    } else if is(&["no", "n", "false", "0", "off", "disabled", "inactive", "unverified", "not verified"]) {
        Some(Tri::No)
    } else if is_unknown(text) {
        Some(Tri::Unknown)
    } else {
        None
    }
}

/// A word as our lists spell it: lower case, blanks and dashes as `_`.
pub fn word(text: &str) -> String {
    let lower = text.trim().to_lowercase().replace([' ', '-'], "_");
    match lower.as_str() {
        "production" | "live" => "prod".to_owned(),
        "staging" | "preprod" => "stage".to_owned(),
        "development" => "dev".to_owned(),
        "medium" => "moderate".to_owned(),
        "personal_access_token" => "pat".to_owned(),
        "internal" | "own" => "first_party".to_owned(),
        "external" => "third_party".to_owned(),
        "secret" => "client_secret".to_owned(),
        _ => lower,
    }
}

/// A time, whether it named no zone; `None` inside = the cell says that there is none.
pub fn time(text: &str, order: DateOrder) -> Option<(Option<Millis>, bool)> {
    match parse_ordered(text, order)? {
        Stamp::At { ms, tz_assumed } => Some((Some(ms), tz_assumed)),
        Stamp::Never => Some((None, false)),
    }
}

/// An expiry: empty or unknown words are unknown, `never` is never.
pub fn expiry(text: &str, order: DateOrder) -> Option<(Expiry, bool)> {
    if is_unknown(text) {
        return Some((Expiry::Unknown, false));
    }
    let (at, assumed) = time(text, order)?;
    Some((at.map_or(Expiry::Never, Expiry::At), assumed))
}

/// A list of scopes: by blank, comma, `|`, `;` or line end, as tools join them; without repetition, in file order.
pub fn list(text: &str) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for item in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | ';')).filter(|item| !item.is_empty()) {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_a_spreadsheet_broke_are_refused_and_hex_ids_are_not() {
        for broken in ["1.05810E+20", "1,0581E+20", "9E+15", "1.5e10"] {
            assert!(is_scientific(broken) && checked_key(broken).is_err(), "{broken}");
        }
        for good in ["12e5", "deadbeef", "1e", "app-1.5", "e+5", "3.14", "2e2e"] {
            assert!(!is_scientific(good), "{good}");
        }
    }

    #[test]
    fn an_empty_expiry_is_unknown_and_never_is_said() {
        assert_eq!(expiry("never", DateOrder::Ymd), Some((Expiry::Never, false)));
        assert_eq!(expiry("n/a", DateOrder::Ymd), Some((Expiry::Unknown, false)), "not applicable is not never");
        assert_eq!(expiry("2026-12-01", DateOrder::Ymd).map(|(at, _)| at), Some(Expiry::At(1_796_083_200_000)));
        assert_eq!(expiry("03/04/2026", DateOrder::Dmy).map(|(at, _)| at), Some(Expiry::At(1_775_174_400_000)));
        assert_eq!(expiry("soon", DateOrder::Ymd), None);
    }

    #[test]
    fn scope_lists_lose_nothing() {
        assert_eq!(list("read write,admin|read;  x\ny"), ["read", "write", "admin", "x", "y"]);
    }

    #[test]
    fn secrets_are_known_by_their_form() {
        for secret in ["glpat-aaaaaaaaaaaaaaaa", "ghp_0123456789abcdef", "eyJhbGciOi.eyJzdWIi.sig", "-----BEGIN RSA PRIVATE KEY-----"] {
            assert!(is_secret_value(secret), "{secret}");
        }
        for name in ["ghp_short", "eyJ", "Bearer", "build-token-3", "eyJust a name. with. dots"] {
            assert!(!is_secret_value(name), "{name}");
        }
    }
}
