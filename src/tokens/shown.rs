//! What people see of a token: header and claims with their meaning, values only where domain.md 5.5 allows to keep them. Everything else is
//! told by kind and length, so that a screen, a terminal or a log never shows a person or a secret.

use serde_json::{Map, Value};

use crate::model::time::iso;

use super::claims::time;
use super::personal;

/// Longest value that is shown, characters.
const CHARACTERS: usize = 300;
/// Most members that are listed of one header or payload.
const MEMBERS: usize = 200;

/// A header field or claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownClaim {
    /// `header` or `payload`.
    pub part: &'static str,
    /// Its name.
    pub name: String,
    /// What it means; empty for a claim that no standard or vendor explains.
    pub meaning: &'static str,
    /// Its value, or what is held back.
    pub value: String,
    /// The value is held back.
    pub held_back: bool,
}

/// Claims that are shown: those of domain.md 5.5 and words that say how a token came to be.
const SHOWN: &[(&str, &str)] = &[
    ("iss", "Who issued it"),
    ("aud", "APIs that it is for"),
    ("client_id", "Client that it was issued to"),
    ("azp", "Client that it was issued to"),
    ("appid", "Client that it was issued to (Entra v1)"),
    ("cid", "Client that it was issued to (Okta)"),
    ("scope", "Scopes"),
    ("scp", "Scopes"),
    ("roles", "Roles or application permissions"),
    ("permissions", "Permissions (Auth0)"),
    ("realm_access", "Roles of the realm (Keycloak)"),
    ("resource_access", "Roles at clients (Keycloak)"),
    ("wids", "Directory roles of the user (Entra)"),
    ("iat", "Issued at"),
    ("nbf", "Not before"),
    ("exp", "Ends at"),
    ("ver", "Version of the token format"),
    ("typ", "Type"),
    ("token_use", "Kind of token (Cognito)"),
    ("token_type", "Kind of token"),
    ("active", "Whether the issuer still accepts it"),
    ("idtyp", "Whether an app or a user stands behind it (Entra)"),
    ("gty", "Grant that was used (Auth0)"),
    ("appidacr", "How the client proved itself: 0 not, 1 secret, 2 certificate"),
    ("azpacr", "How the client proved itself: 0 not, 1 secret, 2 certificate"),
    ("tid", "Tenant"),
    ("acr", "How the user was authenticated"),
    ("amr", "Means of authentication"),
    ("auth_time", "When the user logged in"),
    ("allowed-origins", "Web origins (Keycloak)"),
];

/// Claims that are explained but never shown.
const HIDDEN: &[(&str, &str)] = &[
    ("sub", "Who it is about"),
    ("jti", "Id of the token"),
    ("uti", "Id of the token (Entra)"),
    ("oid", "Id of the user or service principal (Entra)"),
    ("uid", "Id of the user (Okta)"),
    ("sid", "Session"),
    ("session_state", "Session"),
    ("nonce", "Ties an ID token to a request"),
    ("at_hash", "Ties an ID token to an access token"),
    ("c_hash", "Ties an ID token to a code"),
    ("cnf", "Key that the sender must prove"),
    ("act", "Who acts for the subject"),
    ("may_act", "Who may act for the subject"),
    ("groups", "Groups of the user"),
    ("cognito:groups", "Groups of the user (Cognito)"),
    ("authorization_details", "Fine-grained rights (RFC 9396)"),
    ("email", "E-mail address"),
    ("email_verified", "Whether the e-mail address was verified"),
    ("name", "Name of the user"),
    ("given_name", "Given name"),
    ("family_name", "Family name"),
    ("preferred_username", "Login name"),
    ("unique_name", "Login name (Entra)"),
    ("upn", "Login name (Entra)"),
    ("username", "Login name (Cognito)"),
    ("phone_number", "Phone number"),
    ("ipaddr", "Network address of the user (Entra)"),
    ("aio", "Internal of Entra"),
    ("rh", "Internal of Entra"),
];

const HEADER: &[(&str, &str)] = &[
    ("alg", "Signature algorithm"),
    ("typ", "Type"),
    ("kid", "Key that signed"),
    ("cty", "Type of the payload"),
    ("crit", "Extensions that must be understood"),
    ("enc", "Encryption"),
    ("zip", "Compression"),
    ("b64", "Whether the payload is encoded"),
];

/// Names of a header and payload with their meaning, in the order of the token.
pub fn shown(header: Option<&Map<String, Value>>, payload: Option<&Map<String, Value>>, subject_is_client: bool) -> Vec<ShownClaim> {
    let mut list = Vec::new();
    for (name, value) in header.into_iter().flatten().take(MEMBERS) {
        let meaning = HEADER.iter().find(|(known, _)| known == name);
        list.push(line("header", name, meaning.map_or("", |(_, meaning)| meaning), value, meaning.is_some()));
    }
    for (name, value) in payload.into_iter().flatten().take(MEMBERS) {
        let open = SHOWN.iter().find(|(known, _)| known == name);
        let closed = HIDDEN.iter().find(|(known, _)| known == name);
        let meaning = open.or(closed).map_or("", |(_, meaning)| meaning);
        let mut entry = line("payload", name, meaning, value, open.is_some() || (name == "sub" && subject_is_client));
        if let Some(at) =
            time(payload.unwrap_or(&Map::new()), name).filter(|_| matches!(name.as_str(), "iat" | "nbf" | "exp" | "auth_time"))
        {
            entry.value = iso(at);
        }
        list.push(entry);
    }
    list
}

fn line(part: &'static str, name: &str, meaning: &'static str, value: &Value, open: bool) -> ShownClaim {
    let personal = personal::kind_of(name, value);
    let held_back = !open || personal.is_some();
    let value = if held_back { outline(value, personal.map(personal::Kind::as_str)) } else { text(value) };
    ShownClaim { part, name: plain(name), meaning, value, held_back }
}

/// What is said of a value that is held back.
fn outline(value: &Value, kind: Option<&str>) -> String {
    match value {
        Value::String(text) => format!("{}, {} characters", kind.unwrap_or("text"), text.chars().count()),
        Value::Array(list) => format!("{}, {} entries", kind.unwrap_or("list"), list.len()),
        Value::Object(map) => {
            let names: Vec<String> = map.keys().take(8).map(|name| plain(name)).collect();
            format!("{} with {}", kind.unwrap_or("object"), names.join(", "))
        }
        Value::Number(_) => kind.unwrap_or("number").to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Null => "null".to_owned(),
    }
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    cut(&text, CHARACTERS)
}

fn cut(text: &str, most: usize) -> String {
    let mut kept: String = text.chars().take(most).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        kept.push('…');
    }
    kept
}

/// Imported text inside a sentence: without control characters, at most 120 characters.
pub fn plain(text: &str) -> String {
    cut(text, 120)
}

/// The first five names and how many more there are.
pub fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&String> = names.collect();
    let first: Vec<String> = names.iter().take(5).map(|name| plain(name)).collect();
    let rest = names.len().saturating_sub(first.len());
    if rest == 0 { first.join(", ") } else { format!("{} and {rest} more", first.join(", ")) }
}

/// A length of time in the largest unit that divides it well: `90 seconds`, `15 minutes`, `1 hour`, `30 days`.
pub fn period(seconds: i64) -> String {
    let (count, unit) = match seconds {
        s if s >= 172_800 && s % 86_400 == 0 => (s / 86_400, "day"),
        s if s >= 3_600 && s % 3_600 == 0 => (s / 3_600, "hour"),
        s if s >= 120 && s % 60 == 0 => (s / 60, "minute"),
        s if s >= 604_800 => return format!("about {} days", s / 86_400),
        s => (s, "second"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn persons_secrets_and_unknown_claims_are_held_back() {
        let payload = json!({"iss": "https://idp.example", "sub": "user-17", "email": "ann@example.com", "note": "CANARY", "scope": "a b",
            "client_id": "ghp_0123456789abcdef0123", "exp": 1_700_000_000});
        let list = shown(None, payload.as_object(), false);
        let text = format!("{list:?}");
        for hidden in ["user-17", "ann@", "CANARY", "ghp_"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
        assert!(
            text.contains("https://idp.example") && text.contains("2023-11-14T22:13:20Z") && text.contains("e-mail address, 15 characters")
        );
    }

    #[test]
    fn periods_read_well() {
        let cases =
            [(1, "1 second"), (90, "90 seconds"), (900, "15 minutes"), (3_600, "1 hour"), (86_400, "24 hours"), (2_592_000, "30 days")];
        for (seconds, text) in cases {
            assert_eq!(period(seconds), text);
        }
    }
}
