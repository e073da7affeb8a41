//! The claims of a token in one form, whatever the dialect calls them (domain.md 5.3, formats.md 10). Reads, never judges.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Most scopes and audiences that are read of one token; more is told by their count.
pub const LISTED: usize = 2_000;

/// Whose way of writing access tokens this is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// None that is known.
    #[default]
    Unknown,
    /// The standard.
    Rfc9068,
    /// Microsoft Entra ID, version 1.0.
    EntraV1,
    /// Microsoft Entra ID, version 2.0.
    EntraV2,
    /// Okta.
    Okta,
    /// Auth0.
    Auth0,
    /// Keycloak.
    Keycloak,
    /// Amazon Cognito.
    Cognito,
    /// A service account of Google that signs for itself.
    GoogleServiceAccount,
}

impl Dialect {
    /// Name for people; empty when unknown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Rfc9068 => "RFC 9068",
            Self::EntraV1 => "Entra ID v1",
            Self::EntraV2 => "Entra ID v2",
            Self::Okta => "Okta",
            Self::Auth0 => "Auth0",
            Self::Keycloak => "Keycloak",
            Self::Cognito => "Amazon Cognito",
            Self::GoogleServiceAccount => "Google service account",
        }
    }
}

/// The client that a token was issued to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientClaim {
    /// Its id.
    pub id: String,
    /// Claim that says so.
    pub claim: &'static str,
}

/// One scope, role or permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeClaim {
    /// Value as APIs see it.
    pub value: String,
    /// Claim that holds it.
    pub claim: String,
    /// The client whose role it is (Keycloak `resource_access`), else empty.
    pub at: String,
}

/// Claims that domain.md 5.5 allows to keep, in one form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claims {
    /// `iss`.
    pub issuer: Option<String>,
    /// `aud` as a list, doubles dropped, sorted; empty when missing.
    pub audiences: Vec<String>,
    /// Client.
    pub client: Option<ClientClaim>,
    /// There is a subject.
    pub has_subject: bool,
    /// The subject is the client itself.
    pub subject_is_client: bool,
    /// Scopes, roles and permissions, sorted.
    pub scopes: Vec<ScopeClaim>,
    /// `iat`, milliseconds.
    pub issued: Option<i64>,
    /// `nbf`, milliseconds.
    pub not_before: Option<i64>,
    /// `exp`, milliseconds.
    pub expires: Option<i64>,
    /// SHA-256 of `jti`.
    pub token_id: Option<[u8; 32]>,
    /// Kinds of `cnf`, sorted.
    pub bound_by: Vec<String>,
    /// Client ids of the `act` chain, the nearest first.
    pub actors: Vec<String>,
    /// Dialect.
    pub dialect: Dialect,
}

impl Claims {
    /// Reads a payload; `typ` is the header's.
    pub fn read(payload: &Map<String, Value>, typ: Option<&str>) -> Self {
        let text = |name: &str| payload.get(name).and_then(Value::as_str);
        let dialect = dialect(payload, typ);
        let client = client(payload, dialect);
        let subject = text("sub");
        let mut claims = Self {
            issuer: text("iss").map(str::to_owned),
            audiences: words(payload.get("aud"), false),
            has_subject: subject.is_some(),
            subject_is_client: subject.is_some() && subject == client.as_ref().map(|client| client.id.as_str()),
            scopes: scopes(payload),
            issued: time(payload, "iat"),
            not_before: time(payload, "nbf"),
            expires: time(payload, "exp"),
            token_id: text("jti").map(|id| Sha256::digest(id).into()),
            bound_by: payload.get("cnf").and_then(Value::as_object).map(|cnf| cnf.keys().cloned().collect()).unwrap_or_default(),
            actors: actors(payload),
            dialect,
            client,
        };
        claims.bound_by.sort();
        claims
    }

    /// Lifetime in seconds: `exp` less `iat`, else less `nbf`.
    pub fn lifetime_seconds(&self) -> Option<i64> {
        Some((self.expires? - self.issued.or(self.not_before)?) / 1000)
    }
}

/// A NumericDate in milliseconds (RFC 7519 2); fractions are allowed.
pub fn time(payload: &Map<String, Value>, name: &str) -> Option<i64> {
    let number = payload.get(name)?.as_f64()?;
    // Beyond the year 9999 no date can be shown; before 1970 no token was issued.
    (0.0..=253_402_300_799.0).contains(&number).then_some((number * 1000.0) as i64)
}

fn words(value: Option<&Value>, split: bool) -> Vec<String> {
    let mut list: Vec<String> = match value {
        Some(Value::String(text)) if split => text.split_ascii_whitespace().map(str::to_owned).collect(),
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    list.sort();
    list.dedup();
    list.truncate(LISTED);
    list
}

fn dialect(payload: &Map<String, Value>, typ: Option<&str>) -> Dialect {
    let text = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let has = |name: &str| payload.contains_key(name);
    let issuer = text("iss");
    if issuer.starts_with("https://sts.windows.net/") || (has("appid") && text("ver") == "1.0") {
        Dialect::EntraV1
    } else if issuer.starts_with("https://login.microsoftonline.") || (has("azp") && text("ver") == "2.0") {
        Dialect::EntraV2
    } else if has("cid") && (has("scp") || payload.get("ver") == Some(&Value::from(1))) {
        Dialect::Okta
    } else if issuer.starts_with("https://cognito-idp.") {
        Dialect::Cognito
    } else if issuer.ends_with(".gserviceaccount.com") && text("sub") == issuer {
        Dialect::GoogleServiceAccount
    } else if has("realm_access") || has("resource_access") || matches!(text("typ"), "Bearer" | "ID" | "Refresh" | "Offline") {
        Dialect::Keycloak
    } else if has("gty") || text("sub").ends_with("@clients") || issuer.ends_with(".auth0.com/") {
        Dialect::Auth0
    } else if typ.is_some_and(|typ| matches!(typ.to_ascii_lowercase().as_str(), "at+jwt" | "application/at+jwt")) {
        Dialect::Rfc9068
    } else {
        Dialect::Unknown
    }
}

fn client(payload: &Map<String, Value>, dialect: Dialect) -> Option<ClientClaim> {
    for claim in ["client_id", "appid", "azp", "cid"] {
        if let Some(id) = payload.get(claim).and_then(Value::as_str).filter(|id| !id.is_empty()) {
            return Some(ClientClaim { id: id.to_owned(), claim });
        }
    }
    let subject = payload.get("sub").and_then(Value::as_str)?;
    if dialect == Dialect::GoogleServiceAccount {
        return Some(ClientClaim { id: subject.to_owned(), claim: "sub" });
    }
    subject.strip_suffix("@clients").map(|id| ClientClaim { id: id.to_owned(), claim: "sub" })
}

/// J20: every form in which a token carries what it may do.
fn scopes(payload: &Map<String, Value>) -> Vec<ScopeClaim> {
    let mut found = Vec::new();
    let mut add = |claim: &str, at: &str, list: Vec<String>| {
        found.extend(list.into_iter().map(|value| ScopeClaim { value, claim: claim.to_owned(), at: at.to_owned() }));
    };
    for (claim, split) in [("scope", true), ("scp", true), ("roles", false), ("permissions", false), ("groups", false), ("wids", false)] {
        add(claim, "", words(payload.get(claim), split));
    }
    add("cognito:groups", "", words(payload.get("cognito:groups"), false));
    if let Some(realm) = payload.get("realm_access") {
        add("realm_access.roles", "", words(realm.get("roles"), false));
    }
    for (client, access) in payload.get("resource_access").and_then(Value::as_object).into_iter().flatten() {
        add("resource_access.roles", client, words(access.get("roles"), false));
    }
    for detail in payload.get("authorization_details").and_then(Value::as_array).into_iter().flatten() {
        add("authorization_details", "", words(detail.get("type"), false));
    }
    found.sort();
    found.dedup();
    found.truncate(LISTED);
    found
}

/// Client ids along `act` (RFC 8693 4.1), the nearest actor first.
fn actors(payload: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = payload.get("act");
    while let Some(act) = next.and_then(Value::as_object) {
        let id = ["client_id", "azp", "sub"].iter().find_map(|name| act.get(*name).and_then(Value::as_str));
        found.push(id.unwrap_or("unnamed").to_owned());
        next = act.get("act");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(payload: Value) -> Claims {
        Claims::read(payload.as_object().unwrap_or(&Map::new()), None)
    }

    #[test]
    fn every_dialect_names_its_client() {
        for (payload, dialect, client) in [
            (json!({"iss": "https://sts.windows.net/t/", "appid": "a1", "ver": "1.0"}), Dialect::EntraV1, "a1"),
            (json!({"iss": "https://login.microsoftonline.com/t/v2.0", "azp": "a2", "ver": "2.0"}), Dialect::EntraV2, "a2"),
            (json!({"iss": "https://example.okta.com", "cid": "c1", "scp": ["a"]}), Dialect::Okta, "c1"),
            (json!({"iss": "https://example.auth0.com/", "sub": "m2m@clients", "gty": "client-credentials"}), Dialect::Auth0, "m2m"),
            (json!({"typ": "Bearer", "azp": "web", "realm_access": {"roles": ["admin"]}}), Dialect::Keycloak, "web"),
            (json!({"iss": "https://cognito-idp.eu-west-1.amazonaws.com/p", "client_id": "c"}), Dialect::Cognito, "c"),
        ] {
            let claims = read(payload);
            assert_eq!((claims.dialect, claims.client.map(|client| client.id)), (dialect, Some(client.to_owned())));
        }
    }

    #[test]
    fn scopes_are_found_in_every_form() {
        let claims = read(json!({
            "scope": "b a a", "scp": ["c"], "roles": ["R"], "permissions": ["p"], "realm_access": {"roles": ["realm"]},
            "resource_access": {"cart": {"roles": ["read"]}}, "authorization_details": [{"type": "payment"}], "aud": ["y", "x", "y"],
            "exp": 10.5, "iat": 4
        }));
        let values: Vec<&str> = claims.scopes.iter().map(|scope| scope.value.as_str()).collect();
        assert_eq!(values, ["R", "a", "b", "c", "p", "payment", "read", "realm"]);
        assert_eq!((claims.audiences, claims.expires), (vec!["x".to_owned(), "y".to_owned()], Some(10_500)));
    }

    #[test]
    fn an_actor_chain_is_followed() {
        let claims = read(json!({"act": {"client_id": "agent", "act": {"sub": "tool"}}}));
        assert_eq!(claims.actors, ["agent", "tool"]);
    }
}
