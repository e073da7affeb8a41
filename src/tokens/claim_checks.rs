//! What the claims say and lack: checks J16 to J18, J21 to J23 and J25. The time is an argument.

use serde_json::{Map, Value};

use crate::model::time::{Millis, iso};

use super::SKEW_MS;
use super::claims::{Claims, Dialect, time};
use super::known::{Known, Named};
use super::ledger::{Ledger, Severity, Verdict};
use super::shown::{period, plain};

/// Longest lifetime of a bearer token that is not remarked on, seconds (BH-TOK-004).
const BEARER_SECONDS: i64 = 3_600;
/// The same for an audience that is marked as a high-risk function.
const HIGH_RISK_SECONDS: i64 = 900;
const DAY_SECONDS: i64 = 86_400;

/// State of a token at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeState {
    /// It does not say when it ends.
    #[default]
    Unknown,
    /// Its `nbf` lies ahead.
    NotYet,
    /// In use.
    Live,
    /// Its `exp` has passed. That is a state, no fault of the signature.
    Expired,
}

impl TimeState {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotYet => "not_yet",
            Self::Live => "live",
            Self::Expired => "expired",
        }
    }
}

/// J16. An accepted dialect excuses names, never a missing issuer, audience or end.
pub fn required(payload: &Map<String, Value>, claims: &Claims, accepted: bool, ledger: &mut Ledger) {
    let there = |name: &str| payload.get(name).is_some_and(|value| !value.is_null() && value.as_str() != Some(""));
    for name in ["iss", "exp", "aud"] {
        if !there(name) {
            let note = if name == "aud" && claims.dialect == Dialect::Cognito {
                " Cognito writes none: the API cannot tell whose it is."
            } else {
                ""
            };
            ledger.note(16, Verdict::Fail, format!("{name} is missing.{note}"));
        }
    }
    if claims.issuer.as_ref().is_some_and(|issuer| !issuer.starts_with("https://")) && claims.dialect != Dialect::GoogleServiceAccount {
        ledger.note(16, Verdict::Warn, "iss is no https address.");
    }
    let excused = if accepted { Verdict::Info } else { Verdict::Warn };
    for name in ["sub", "iat", "jti"] {
        if !there(name) {
            ledger.note(16, excused, format!("{name} is missing."));
        }
    }
    match &claims.client {
        None => ledger.note(16, excused, "client_id is missing, and none of azp, appid and cid is there."),
        Some(client) if client.claim != "client_id" => {
            ledger.note(16, excused, format!("client_id is missing; {} says it instead.", client.claim));
        }
        Some(_) => {}
    }
    ledger.note(16, Verdict::Pass, "Every claim that RFC 9068 demands is there.");
}

/// J17.
pub fn issuer(payload: &Map<String, Value>, claims: &Claims, known: Option<&Known>, key_issuers: &[&str], ledger: &mut Ledger) {
    let Some(issuer) = &claims.issuer else { return };
    let tenant = payload.get("tid").and_then(Value::as_str).filter(|_| matches!(claims.dialect, Dialect::EntraV1 | Dialect::EntraV2));
    if tenant.is_some_and(|tenant| !issuer.to_lowercase().contains(&tenant.to_lowercase())) {
        ledger.note(17, Verdict::Warn, "iss and tid name different tenants.");
    }
    if !key_issuers.is_empty() {
        if key_issuers.contains(&issuer.as_str()) {
            ledger.note(17, Verdict::Pass, "iss is the issuer that the keys belong to.");
        } else {
            ledger.note(17, Verdict::Fail, "The keys belong to another issuer than iss says.");
        }
    }
    match known {
        None => ledger.note(17, Verdict::Unverifiable, "No inventory to compare the issuer with."),
        Some(known) if known.is_issuer(issuer) => ledger.note(17, Verdict::Pass, "iss is exactly an issuer of the inventory."),
        Some(known) if known.nearly_issuer(issuer) => {
            ledger.note(17, Verdict::Warn, "iss differs from an issuer of the inventory by a trailing slash; APIs compare exactly.");
        }
        Some(known) if known.has_issuers() => ledger.note(17, Verdict::Warn, "iss is no issuer of the inventory."),
        Some(_) => ledger.note(17, Verdict::Unverifiable, "The inventory knows no issuer to compare with."),
    }
}

/// J18.
pub fn times(payload: &Map<String, Value>, claims: &Claims, as_of: Millis, mapped: &[Named], ledger: &mut Ledger) -> TimeState {
    for name in ["exp", "iat", "nbf", "auth_time"] {
        match payload.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::Number(_)) if time(payload, name).is_some() => {}
            Some(Value::Number(_)) => ledger.note(18, Verdict::Fail, format!("{name} is no time between 1970 and 9999.")),
            Some(_) => ledger.note(18, Verdict::Fail, format!("{name} is no number; a NumericDate is seconds as a number.")),
        }
    }
    let ahead = as_of + SKEW_MS;
    let mut state = TimeState::Unknown;
    if let Some(expires) = claims.expires {
        state = if expires + SKEW_MS <= as_of { TimeState::Expired } else { TimeState::Live };
        let word = if state == TimeState::Expired { "ended" } else { "ends" };
        ledger.note(18, Verdict::Pass, format!("It {word} at {}.", iso(expires)));
    } else {
        ledger.note_raised(18, Verdict::Warn, Severity::High, "It never says when it ends (BH-TOK-004).");
    }
    if let Some(from) = claims.not_before.filter(|from| *from > ahead) {
        state = TimeState::NotYet;
        ledger.note(18, Verdict::Fail, format!("nbf lies ahead of the time of inspection: {}.", iso(from)));
    }
    if let Some(issued) = claims.issued {
        if issued > ahead {
            ledger.note(18, Verdict::Fail, format!("iat lies ahead of the time of inspection: {}.", iso(issued)));
        }
        if claims.expires.is_some_and(|expires| issued > expires) {
            ledger.note(18, Verdict::Fail, "iat is later than exp.");
        }
    }
    if let Some(seconds) = claims.lifetime_seconds().filter(|seconds| *seconds >= 0) {
        let high_risk = mapped.iter().find(|audience| audience.high_risk);
        let most = if high_risk.is_some() { HIGH_RISK_SECONDS } else { BEARER_SECONDS };
        if seconds > most {
            let severity = if seconds > DAY_SECONDS { Severity::High } else { Severity::Medium };
            let whose = high_risk.map_or_else(String::new, |audience| format!(" for {}, a high-risk function", plain(&audience.name)));
            let seen = format!("It lives {}; at most {} is wanted{whose} (BH-TOK-004).", period(seconds), period(most));
            ledger.note_raised(18, Verdict::Warn, severity, seen);
        } else {
            ledger.note(18, Verdict::Pass, format!("It lives {}.", period(seconds)));
        }
    }
    state
}

/// J21: a machine's own token, or one of a user; `None` = nobody can tell.
pub fn machine(payload: &Map<String, Value>, claims: &Claims, ledger: &mut Ledger) -> Option<bool> {
    let text = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let entra = matches!(claims.dialect, Dialect::EntraV1 | Dialect::EntraV2);
    let has = |claim: &str| claims.scopes.iter().any(|scope| scope.claim == claim);
    let machine: Vec<&str> = [
        (claims.subject_is_client, "sub is the client"),
        (text("idtyp") == "app", "idtyp is app"),
        (text("gty") == "client-credentials", "gty is client-credentials"),
        (text("sub").ends_with("@clients"), "sub ends with @clients"),
        (text("preferred_username").starts_with("service-account-"), "the user is a service account"),
        (entra && has("roles") && !has("scp"), "roles without scp"),
    ]
    .into_iter()
    .filter_map(|(sign, word)| sign.then_some(word))
    .collect();
    let user: Vec<&str> = [
        (text("idtyp") == "user", "idtyp is user"),
        (entra && has("scp"), "scp is there"),
        (payload.contains_key("amr"), "amr says how a user logged in"),
        (payload.contains_key("auth_time"), "auth_time says when a user logged in"),
    ]
    .into_iter()
    .filter_map(|(sign, word)| sign.then_some(word))
    .collect();
    match (machine.is_empty(), user.is_empty()) {
        (false, true) => ledger.note(21, Verdict::Pass, format!("A machine's own token: {}.", machine.join(", "))),
        (true, false) => ledger.note(21, Verdict::Pass, format!("A token of a user: {}.", user.join(", "))),
        (false, false) => {
            let seen = format!("The signs contradict each other: {} but {}.", machine.join(", "), user.join(", "));
            ledger.note(21, Verdict::Warn, seen);
        }
        (true, true) => ledger.note(21, Verdict::Unverifiable, "No sign says whether a user stands behind it."),
    }
    (machine.is_empty() != user.is_empty()).then_some(user.is_empty())
}

/// J22: signs of an ID token (BH-TOK-006).
pub fn id_token(payload: &Map<String, Value>, claims: &Claims, known: Option<&Known>, ledger: &mut Ledger) {
    let text = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let explicit = text("typ") == "ID" || text("token_use") == "id";
    let mut signs: Vec<&str> = ["nonce", "at_hash", "c_hash"].into_iter().filter(|name| payload.contains_key(*name)).collect();
    if payload.contains_key("auth_time") && claims.scopes.is_empty() {
        signs.push("auth_time without scope");
    }
    let own = claims.client.as_ref().is_some_and(|client| claims.audiences.contains(&client.id));
    let of_client =
        |audience: &String| known.is_some_and(|known| !known.clients(audience).is_empty() && known.audiences(audience).is_empty());
    if own || (!claims.audiences.is_empty() && claims.audiences.iter().all(of_client)) {
        signs.push("aud is a client");
    }
    if explicit {
        ledger.note(22, Verdict::Fail, "It says of itself that it is an ID token.");
    } else if signs.len() >= 2 {
        ledger.note(22, Verdict::Fail, format!("It looks like an ID token: {}.", signs.join(", ")));
    } else if let Some(sign) = signs.first() {
        ledger.note(22, Verdict::Info, format!("One sign of an ID token: {sign}."));
    } else {
        ledger.note(22, Verdict::Pass, "No sign of an ID token.");
    }
}

/// J23: whether it claims to be bound to a key.
pub fn binding(payload: &Map<String, Value>, claims: &Claims, ledger: &mut Ledger) {
    let by = |kind: &str| match kind {
        "jkt" => "a DPoP key (jkt)".to_owned(),
        "x5t#S256" => "a client certificate (x5t#S256)".to_owned(),
        other => plain(other),
    };
    let dpop = payload.get("token_type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("dpop"));
    if !claims.bound_by.is_empty() {
        let kinds: Vec<String> = claims.bound_by.iter().map(|kind| by(kind)).collect();
        ledger.note(
            23,
            Verdict::Pass,
            format!("It claims to be bound to {}. Whether APIs check that is not proved by the token.", kinds.join(", ")),
        );
    } else if dpop {
        ledger.note(23, Verdict::Warn, "Its type is DPoP, but it holds no cnf to check.");
    } else {
        ledger.note(23, Verdict::Info, "A bearer token: whoever holds it may use it.");
    }
}

/// J25: delegation.
pub fn delegation(payload: &Map<String, Value>, claims: &Claims, ledger: &mut Ledger) {
    if claims.actors.is_empty() && !payload.contains_key("may_act") {
        return;
    }
    if !claims.actors.is_empty() {
        let names: Vec<String> = claims.actors.iter().take(5).map(|name| plain(name)).collect();
        ledger.note(
            25,
            Verdict::Info,
            format!("{} acts for the subject; the chain has {}: {}.", names[0], claims.actors.len(), names.join(" for ")),
        );
    }
    if payload.contains_key("may_act") {
        ledger.note(25, Verdict::Info, "may_act: another party may act for the subject (RFC 8693 4.4).");
    }
}
