//! Text to tokens: one token, a line each, `Authorization` lines of a log, JSON lists, token answers and introspection answers.
//!
//! Every line ends as a token, a refusal or an ignored line; the counts add up. Texts of tokens are wiped when they are let go.

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::compact::TOKEN_BYTES;
use super::strict_json;

/// Most tokens of one run (domain.md 5.1).
pub const TOKENS: usize = 200_000;

/// One thing to inspect.
pub enum Given {
    /// The text of a token, and the scheme of the header that it stood in.
    Token {
        /// Trimmed text.
        text: Zeroizing<String>,
        /// It came as `DPoP …`, not as `Bearer …`.
        dpop: bool,
    },
    /// What an introspection endpoint answered (RFC 7662), or a payload without its token.
    Claims(Map<String, Value>),
}

/// A line that holds something that is not inspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Line or place in the list, from 1.
    pub place: u64,
    /// Why.
    pub why: String,
}

/// What a text holds.
#[derive(Default)]
pub struct Items {
    /// Place from 1, and what stands there.
    pub given: Vec<(u64, Given)>,
    /// What was refused.
    pub refused: Vec<Refused>,
    /// Lines without a token.
    pub ignored: u64,
}

impl Items {
    fn token(&mut self, place: u64, text: &str, dpop: bool) {
        if self.given.len() >= TOKENS {
            self.refuse(place, "More than 200,000 tokens in one run.");
        } else if text.len() > TOKEN_BYTES {
            self.refuse(place, "Longer than 64 KiB.");
        } else {
            self.given.push((place, Given::Token { text: Zeroizing::new(text.to_owned()), dpop }));
        }
    }

    fn refuse(&mut self, place: u64, why: impl Into<String>) {
        self.refused.push(Refused { place, why: why.into() });
    }

    /// Everything that stood in the text: inspected, refused and ignored.
    pub fn read(&self) -> u64 {
        (self.given.len() + self.refused.len()) as u64 + self.ignored
    }

    fn value(&mut self, place: u64, mut value: Value) {
        match &mut value {
            Value::String(text) => self.token(place, text.trim(), false),
            Value::Object(map) => {
                let mut found = false;
                for name in ["access_token", "id_token", "refresh_token", "token"] {
                    if let Some(text) = map.get(name).and_then(Value::as_str) {
                        self.token(place, text.trim(), false);
                        found = true;
                    }
                }
                if found {
                    wipe(&mut value);
                } else if ["active", "iss", "aud", "exp", "scope", "client_id"].iter().any(|name| map.contains_key(*name)) {
                    if self.given.len() < TOKENS {
                        self.given.push((place, Given::Claims(std::mem::take(map))));
                    } else {
                        self.refuse(place, "More than 200,000 tokens in one run.");
                    }
                } else if map.contains_key("signatures") || map.contains_key("protected") {
                    self.refuse(place, "A token in JSON form; APIs take the compact form only (RFC 7519 7.2).");
                } else {
                    self.ignored += 1;
                }
                return;
            }
            _ => self.ignored += 1,
        }
        wipe(&mut value);
    }
}

/// Overwrites every text of a value.
pub fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        _ => {}
    }
}

/// Finds what can be inspected in a text.
pub fn read(text: &str) -> Items {
    let mut items = Items::default();
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['[', '{']) {
        match strict_json::parse(text) {
            Ok(parsed) if parsed.twice.is_empty() => {
                match parsed.value {
                    Value::Array(list) => {
                        for (at, value) in list.into_iter().enumerate() {
                            items.value(at as u64 + 1, value);
                        }
                    }
                    value => items.value(1, value),
                }
                return items;
            }
            // One object after another, a line each, is read below.
            Err(_) if text.lines().filter(|line| !line.trim().is_empty()).nth(1).is_some() => {}
            Ok(mut parsed) => {
                wipe(&mut parsed.value);
                items.refuse(1, "The JSON holds a member twice in one object, which libraries read differently.");
                return items;
            }
            Err(fault) => {
                items.refuse(1, format!("The JSON cannot be read: {fault}."));
                return items;
            }
        }
    }
    if let Some(whole) = wrapped(text) {
        items.token(1, &whole, false);
        return items;
    }
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() {
            one_line(at as u64 + 1, line, &mut items);
        }
    }
    items
}

/// One token that a terminal or mail broke over several lines.
fn wrapped(text: &str) -> Option<Zeroizing<String>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let whole_line = |line: &&str| line.split('.').filter(|part| !part.is_empty()).count() >= 3;
    let alphabet = |line: &&str| line.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if lines.len() < 2 || !lines[0].starts_with("ey") || lines.iter().any(whole_line) || !lines.iter().all(alphabet) {
        return None;
    }
    let whole = Zeroizing::new(lines.concat());
    (whole.matches('.').count() == 2).then_some(whole)
}

fn one_line(place: u64, line: &str, items: &mut Items) {
    if line.starts_with('{') {
        match strict_json::parse(line) {
            Ok(parsed) if parsed.twice.is_empty() => items.value(place, parsed.value),
            Ok(_) => items.refuse(place, "The JSON holds a member twice in one object, which libraries read differently."),
            Err(fault) => items.refuse(place, format!("The JSON cannot be read: {fault}.")),
        }
        return;
    }
    if let Some((token, dpop)) = after_scheme(line) {
        return items.token(place, token, dpop);
    }
    let trimmed = line.trim_matches(['"', '\'', ',']);
    if !trimmed.contains(char::is_whitespace) {
        return items.token(place, trimmed, false);
    }
    // A log line without the scheme: only what looks like a JWT is taken for one.
    let jwt = |word: &&str| word.starts_with("eyJ") && matches!(word.matches('.').count(), 2 | 4);
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '=' | '&' | '(' | ')' | '<' | '>'));
    let before = items.given.len() + items.refused.len();
    for word in words.filter(jwt) {
        items.token(place, word, false);
    }
    if items.given.len() + items.refused.len() == before {
        items.ignored += 1;
    }
}

/// The credentials behind `Bearer` or `DPoP` (RFC 6750 2.1, RFC 9449 7.1), and whether it was the latter.
fn after_scheme(line: &str) -> Option<(&str, bool)> {
    let lower = line.to_ascii_lowercase();
    for (scheme, dpop) in [("bearer ", false), ("dpop ", true)] {
        for (at, _) in lower.match_indices(scheme) {
            let alone = !lower[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            let rest = line[at + scheme.len()..].trim_start();
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';')).unwrap_or(rest.len());
            // `Bearer realm="x"` is a challenge, `bearer of news` is prose.
            if alone && end >= 8 && !rest[..end].contains("=\"") {
                return Some((&rest[..end], dpop));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> (Vec<String>, usize, u64) {
        let items = read(text);
        let found = items.given.iter().map(|(place, given)| match given {
            Given::Token { text, dpop } => format!("{place}:{}{}", if *dpop { "dpop:" } else { "" }, text.as_str()),
            Given::Claims(map) => format!("{place}:claims:{}", map.keys().cloned().collect::<Vec<_>>().join("+")),
        });
        (found.collect(), items.refused.len(), items.ignored)
    }

    #[test]
    fn tokens_are_found_wherever_people_keep_them() {
        for (text, wanted) in [
            ("  eyJa.eyJb.c \n", vec!["1:eyJa.eyJb.c"]),
            ("Authorization: Bearer eyJa.eyJb.c", vec!["1:eyJa.eyJb.c"]),
            ("GET /x -H \"authorization: DPoP eyJa.eyJb.c\" 200", vec!["1:dpop:eyJa.eyJb.c"]),
            ("eyJa.eyJb.c\n\neyJd.eyJe.f", vec!["1:eyJa.eyJb.c", "3:eyJd.eyJe.f"]),
            ("2026-11-20 token=eyJa.eyJb.c ok", vec!["1:eyJa.eyJb.c"]),
            (r#"["eyJa.eyJb.c","opaque-reference"]"#, vec!["1:eyJa.eyJb.c", "2:opaque-reference"]),
            (r#"{"access_token":"eyJa.eyJb.c","token_type":"Bearer"}"#, vec!["1:eyJa.eyJb.c"]),
            (r#"{"active":true,"client_id":"web"}"#, vec!["1:claims:active+client_id"]),
            ("{\"active\":true}\n{\"active\":false}", vec!["1:claims:active", "2:claims:active"]),
            ("eyJhbGciOi\nJ9.eyJb\n.c", vec!["1:eyJhbGciOiJ9.eyJb.c"]),
        ] {
            assert_eq!(texts(text).0, wanted, "{text}");
        }
    }

    #[test]
    fn every_line_is_counted_once() {
        let long = "e".repeat(TOKEN_BYTES + 1);
        let (given, refused, ignored) = texts(&format!("eyJa.eyJb.c\na line of prose\n{long}\nWWW-Authenticate: Bearer realm=\"x\""));
        assert_eq!((given.len(), refused, ignored), (1, 1, 2));
        assert_eq!(texts(r#"{"iss":"a","iss":"b"}"#), (vec![], 1, 0), "twins are refused");
        assert_eq!(texts(r#"{"payload":"e30","signatures":[]}"#).1, 1, "the JSON form is refused");
    }
}
