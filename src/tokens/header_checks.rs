//! What a header may and may not hold: checks J11 to J15.

use serde_json::{Map, Value};

use super::ledger::{Ledger, Verdict};
use super::shown::plain;

/// Longest kid that is plain, characters.
const KID_CHARACTERS: usize = 256;

/// A word of a header for people.
pub fn word(text: &str) -> String {
    plain(&text.chars().take(24).collect::<String>())
}

/// Notes J11 to J14.
pub fn check_header(header: &Map<String, Value>, ledger: &mut Ledger) {
    critical(header, ledger);
    bring_along(header, ledger);
    key_id(header, ledger);
    packing(header, ledger);
}

/// J11, RFC 7515 4.1.11.
fn critical(header: &Map<String, Value>, ledger: &mut Ledger) {
    let Some(listed) = header.get("crit") else {
        return ledger.note(11, Verdict::Pass, "Nothing is marked as critical.");
    };
    let names: Option<Vec<&str>> =
        listed.as_array().filter(|list| !list.is_empty()).and_then(|list| list.iter().map(Value::as_str).collect());
    match names {
        None => ledger.note(11, Verdict::Fail, "“crit” is no list of names."),
        Some(names) => {
            let absent: Vec<String> = names.iter().filter(|name| !header.contains_key(**name)).map(|name| word(name)).collect();
            if !absent.is_empty() {
                ledger.note(11, Verdict::Fail, format!("“crit” lists what is not in the header: {}.", absent.join(", ")));
            }
            let names: Vec<String> = names.iter().map(|name| word(name)).collect();
            ledger.note(11, Verdict::Fail, format!("“crit” demands extensions that are not understood: {}.", names.join(", ")));
        }
    }
}

/// J12: keys and addresses of keys in the header.
fn bring_along(header: &Map<String, Value>, ledger: &mut Ledger) {
    let proof = header.get("typ").and_then(Value::as_str).is_some_and(|typ| typ.eq_ignore_ascii_case("dpop+jwt"));
    let found: Vec<&str> = ["jku", "x5u", "jwk", "x5c"].into_iter().filter(|name| header.contains_key(*name)).collect();
    if found.is_empty() {
        return ledger.note(12, Verdict::Pass, "The header brings no key along and points to none.");
    }
    if proof && found == ["jwk"] {
        return ledger.note(12, Verdict::Info, "A DPoP proof brings its key along by design (RFC 9449 4.2); it is no access token.");
    }
    let names = found.join(", ");
    ledger.note(12, Verdict::Warn, format!("The header holds {names}. Nothing of it was used or fetched; no API may trust it either."));
}

/// J13.
fn key_id(header: &Map<String, Value>, ledger: &mut Ledger) {
    let Some(kid) = header.get("kid") else { return };
    let Some(kid) = kid.as_str() else { return ledger.note(13, Verdict::Warn, "kid is no text.") };
    let mut faults = Vec::new();
    if kid.chars().count() > KID_CHARACTERS {
        faults.push("it is longer than 256 characters");
    }
    if kid.contains("..") || kid.starts_with('/') || kid.starts_with("./") || kid.contains('\\') {
        faults.push("it looks like a path");
    }
    if kid.contains("://") {
        faults.push("it looks like an address");
    }
    if kid.contains(['\'', '"', '`', ';', '|', '$']) {
        faults.push("it holds quotes or signs that a database or shell acts on");
    }
    if kid.chars().any(char::is_control) {
        faults.push("it holds control characters");
    }
    if faults.is_empty() {
        ledger.note(13, Verdict::Pass, "kid is a plain name.");
    } else {
        ledger.note(13, Verdict::Warn, format!("kid is not plain: {}.", faults.join(", ")));
    }
}

/// J14.
fn packing(header: &Map<String, Value>, ledger: &mut Ledger) {
    let mut passed = true;
    if header.get("b64").is_some_and(|b64| *b64 != Value::Bool(true)) {
        passed = false;
        ledger.note(14, Verdict::Fail, "b64 is not true: the payload is signed in another form than a JWT's (RFC 7797 7).");
    }
    if header.contains_key("zip") {
        passed = false;
        ledger.note(14, Verdict::Fail, "zip: a signed token is never compressed.");
    }
    if header.get("cty").and_then(Value::as_str).is_some_and(|cty| cty.eq_ignore_ascii_case("jwt")) {
        passed = false;
        ledger.note(14, Verdict::Unverifiable, "The payload is another JWT (cty JWT). Inspect the inner one by itself.");
    }
    if passed {
        ledger.note(14, Verdict::Pass, "Plain payload.");
    }
}

/// J15: the type that RFC 9068 demands of access tokens.
pub fn check_type(header: &Map<String, Value>, accepted: bool, dialect: &str, ledger: &mut Ledger) {
    let typ = header.get("typ").and_then(Value::as_str).unwrap_or_default();
    let plain_type = typ.to_ascii_lowercase();
    if matches!(plain_type.as_str(), "at+jwt" | "application/at+jwt") {
        return ledger.note(15, Verdict::Pass, "typ says access token.");
    }
    let seen = if typ.is_empty() { "typ is missing".to_owned() } else { format!("typ is {}", word(typ)) };
    let verdict = if accepted { Verdict::Info } else { Verdict::Warn };
    let note = if accepted { "its dialect was accepted for this issuer" } else { "an API that follows RFC 9068 refuses it" };
    let dialect = if dialect.is_empty() { String::new() } else { format!(" (as {dialect} writes it)") };
    ledger.note(15, verdict, format!("{seen}{dialect}; {note}."));
}
