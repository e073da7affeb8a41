//! The compact form of a JWS or JWE (RFC 7515 3.1, RFC 7516 3.1): its parts, decoded strictly. Judges form only: checks J01 and J02.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::ledger::{Ledger, Verdict};
use super::strict_json;

/// Longest token, bytes (domain.md 5.1).
pub const TOKEN_BYTES: usize = 64 * 1024;
/// Longest decoded header, bytes.
pub const HEADER_BYTES: usize = 8 * 1024;

/// What a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Three parts.
    Jws,
    /// Five parts.
    Jwe,
    /// Begins like a JWT but has another number of parts.
    Broken,
    /// No JWT: a reference token or anything else.
    Opaque,
}

/// The shape of a token.
pub fn shape(token: &str) -> Shape {
    let parts = token.split('.').count();
    // `{"` in base64url begins with `ey`; whatever begins so claims to be a JWT.
    let begins = token.starts_with("ey");
    match parts {
        3 if begins || json_object(token) || token.starts_with('.') => Shape::Jws,
        5 if begins || json_object(token) || token.starts_with('.') => Shape::Jwe,
        _ if begins && parts <= 9 && token.len() > 20 => Shape::Broken,
        _ => Shape::Opaque,
    }
}

fn json_object(token: &str) -> bool {
    let first = token.split('.').next().unwrap_or_default();
    URL_SAFE_NO_PAD.decode(first).is_ok_and(|bytes| bytes.trim_ascii_start().first() == Some(&b'{'))
}

/// A JWS in compact form with its parts. Header and payload may be missing when they cannot be read; the ledger says why.
pub struct Compact<'a> {
    /// Header and payload as they were received: what is signed (RFC 7515 5.2).
    pub signed: &'a str,
    /// The signature part, still encoded.
    pub signature: &'a str,
    /// Header object.
    pub header: Option<Map<String, Value>>,
    /// Payload object.
    pub payload: Option<Map<String, Value>>,
    /// Form or header break the rules, so that no signature can be checked.
    pub broken: bool,
}

/// Takes a token apart and notes J01 and J02.
pub fn take_apart<'a>(token: &'a str, ledger: &mut Ledger) -> Compact<'a> {
    let mut parts = token.split('.');
    let (first, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let mut compact = Compact { signed: "", signature: third.unwrap_or_default(), header: None, payload: None, broken: false };
    let count = token.split('.').count();
    if count != 3 {
        ledger.note(1, Verdict::Fail, format!("{count} parts; a signed token has exactly three."));
        compact.broken = true;
    }
    let second = second.unwrap_or_default();
    if count == 3 {
        compact.signed = &token[..first.len() + 1 + second.len()];
    }
    let mut passed = !compact.broken;
    let header = part("header", first, ledger);
    let payload = part("payload", second, ledger);
    let signature = part("signature", compact.signature, ledger);
    passed &= header.is_some() && payload.is_some() && signature.is_some();
    // An empty payload is a JWS, though no JWT: the signature can still be judged.
    compact.broken |= header.is_none() || signature.is_none() || (payload.is_none() && !second.is_empty());
    if passed {
        ledger.note(1, Verdict::Pass, "Three parts, each strict base64url.");
    }
    if let Some(bytes) = header {
        if bytes.len() > HEADER_BYTES {
            ledger.note(1, Verdict::Fail, format!("The header has {} bytes; at most {HEADER_BYTES} are read.", bytes.len()));
            compact.broken = true;
        } else {
            compact.header = object("header", &bytes, ledger);
            compact.broken |= compact.header.is_none();
        }
    }
    if let Some(bytes) = payload {
        compact.payload = object("payload", &bytes, ledger);
    }
    if compact.header.is_some() && compact.payload.is_some() {
        ledger.note(2, Verdict::Pass, "Header and payload are JSON objects without double names.");
    }
    compact
}

/// The header of a JWE, which is all of it that can be read without the recipient's key.
pub fn jwe_header(token: &str, ledger: &mut Ledger) -> Option<Map<String, Value>> {
    let bytes = part("header", token.split('.').next().unwrap_or_default(), ledger)?;
    (bytes.len() <= HEADER_BYTES).then(|| object("header", &bytes, ledger)).flatten()
}

fn part(name: &str, text: &str, ledger: &mut Ledger) -> Option<Zeroizing<Vec<u8>>> {
    if text.is_empty() {
        ledger.note(1, Verdict::Fail, format!("The {name} is empty."));
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().map(Zeroizing::new);
    if bytes.is_none() {
        let why = if text.contains('=') { "it is padded" } else { "a character or its last bits do not belong there" };
        ledger.note(1, Verdict::Fail, format!("The {name} is not strict base64url: {why}."));
    }
    bytes
}

fn object(name: &str, bytes: &[u8], ledger: &mut Ledger) -> Option<Map<String, Value>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        ledger.note(2, Verdict::Fail, format!("The {name} is not UTF-8."));
        return None;
    };
    match strict_json::parse(text) {
        Ok(parsed) => {
            if !parsed.twice.is_empty() {
                let names: Vec<String> = parsed.twice.iter().take(5).map(|name| super::shown::plain(name)).collect();
                ledger.note(2, Verdict::Fail, format!("The {name} holds a member twice: {}.", names.join(", ")));
            }
            match parsed.value {
                Value::Object(map) => Some(map),
                _ => {
                    ledger.note(2, Verdict::Fail, format!("The {name} is JSON, but no object."));
                    None
                }
            }
        }
        Err(fault) => {
            ledger.note(2, Verdict::Fail, format!("The {name} cannot be read: {fault}."));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told_apart() {
        for (token, wanted) in [
            ("eyJhbGciOiJub25lIn0.e30.c2ln", Shape::Jws),
            ("eyJhbGciOiJkaXIifQ..a.b.c", Shape::Jwe),
            ("eyJhbGciOiJub25lIn0.e30eyJhbGciOiJub25lIn0", Shape::Broken),
            ("example.opaque.reference", Shape::Opaque),
            ("tok_live_of_nobody", Shape::Opaque),
        ] {
            assert_eq!(shape(token), wanted, "{token}");
        }
    }
}
