//! Which APIs a token names and what it may do there: checks J19 and J20.

use serde_json::{Map, Value};

use super::claims::Claims;
use super::known::{Known, Named};
use super::ledger::{Ledger, Verdict};
use super::shown::{listed, plain};

/// Names that only an authorization server answers to: they say no API.
const TENANT_WIDE: [&str; 3] = ["account", "*", "broker"];

/// J19. Gives back the audiences of the inventory that the token names, without doubles, by name.
pub fn audiences(payload: &Map<String, Value>, claims: &Claims, known: Option<&Known>, ledger: &mut Ledger) -> Vec<Named> {
    let mut mapped: Vec<Named> =
        known.into_iter().flat_map(|known| claims.audiences.iter().flat_map(|name| known.audiences(name))).cloned().collect();
    mapped.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    mapped.dedup();
    if claims.audiences.iter().all(String::is_empty) {
        let seen = if payload.contains_key("aud") { "aud is empty" } else { "aud is missing" };
        ledger.note(19, Verdict::Fail, format!("{seen}: nothing says which API it is for (BH-AUD-003)."));
        return mapped;
    }
    let unbounded = claims.audiences.iter().find(|name| TENANT_WIDE.contains(&name.as_str()) || Some(*name) == claims.issuer.as_ref());
    if let Some(name) = unbounded {
        let verdict = if claims.audiences.len() == 1 { Verdict::Fail } else { Verdict::Warn };
        ledger.note(19, verdict, format!("aud holds {}, which names no API (BH-AUD-003).", plain(name)));
    }
    // Two identifiers of one API are one audience; what nobody mapped counts as its own.
    let unmapped = claims.audiences.iter().filter(|name| known.is_none_or(|known| known.audiences(name).is_empty())).count();
    let count = mapped.len() + unmapped;
    if count > 1 {
        ledger.note(19, Verdict::Warn, format!("{count} audiences: a leak at one API opens the others (BH-AUD-001)."));
    }
    match known {
        None => ledger.note(19, Verdict::Info, "No inventory to look the audiences up in."),
        Some(_) if unmapped > 0 => {
            let names = claims.audiences.iter().filter(|name| known.is_some_and(|known| known.audiences(name).is_empty()));
            ledger.note(19, Verdict::Warn, format!("The inventory knows no audience {} (BH-AUD-004).", listed(names)));
        }
        Some(_) => ledger.note(19, Verdict::Pass, format!("Names {}.", listed(mapped.iter().map(|audience| &audience.name)))),
    }
    mapped
}

/// J20.
pub fn scopes(claims: &Claims, known: Option<&Known>, mapped: &[Named], ledger: &mut Ledger) {
    if claims.scopes.is_empty() {
        return ledger.note(20, Verdict::Info, "It carries no scope, role or permission: APIs decide by client or user alone.");
    }
    let unbounded = claims.scopes.iter().find(|scope| matches!(scope.value.as_str(), "*" | "*:*" | "full" | ".default"));
    if let Some(scope) = unbounded {
        ledger.note(20, Verdict::Warn, format!("{} stands for everything (BH-AUD-007).", plain(&scope.value)));
    }
    let Some(known) = known.filter(|_| !mapped.is_empty()) else {
        let seen = format!("{} scopes, roles or permissions; no audience of the inventory to compare them with.", claims.scopes.len());
        return ledger.note(20, Verdict::Unverifiable, seen);
    };
    // Groups say who somebody is; APIs may read them as rights, but nobody publishes them as scopes.
    let compared = claims.scopes.iter().filter(|scope| {
        !matches!(scope.claim.as_str(), "groups" | "wids" | "cognito:groups" | "authorization_details")
            && !matches!(scope.value.as_str(), "openid" | "profile" | "email" | "address" | "phone" | "offline_access")
    });
    let foreign: Vec<&String> =
        compared.filter(|scope| !mapped.iter().any(|audience| known.publishes(&audience.id, scope))).map(|scope| &scope.value).collect();
    if foreign.is_empty() {
        ledger.note(20, Verdict::Pass, format!("{} scopes, roles or permissions, all known at its audiences.", claims.scopes.len()));
    } else {
        ledger.note(20, Verdict::Warn, format!("Not known at its audiences: {} (BH-AUD-004).", listed(foreign.into_iter())));
    }
}
