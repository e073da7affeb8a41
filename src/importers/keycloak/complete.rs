//! What an export proves about being complete (decisions D10 and D21), per list of a realm.

use super::realm::Part;
use crate::importers::ReadOptions;
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{Completeness, RecordKind};

/// Users that Keycloak writes into one file of a directory export unless told otherwise (`--users-per-file`).
const USERS_PER_FILE: u64 = 50;

/// States completeness of the lists that `part` holds, or that it should hold, seen with the realm's other parts.
pub fn state(realm: &[&Part], part: &Part, options: &ReadOptions, slot: &InstanceSlot, sink: &mut dyn Sink) {
    for (list, completeness, reason) in judge(realm, part) {
        match options.completeness {
            Some(stated) => sink.completeness(slot, list, None, stated, "stated with the import"),
            None => sink.completeness(slot, list, None, completeness, &reason),
        }
    }
}

fn judge(realm: &[&Part], part: &Part) -> Vec<(RecordKind, Completeness, String)> {
    let has = |list: fn(&Part) -> bool| realm.iter().any(|part| list(part));
    let roles = has(|part| part.lists.roles);
    let scopes = has(|part| part.lists.client_scopes);
    let mut out = Vec::new();
    if part.head.is_some() || part.lists.roles || part.lists.client_scopes {
        out.push(match (roles, scopes) {
            (true, true) => (RecordKind::Realm, Completeness::Full, "a realm file lists all roles and client scopes".to_owned()),
            (false, _) => (RecordKind::Realm, Completeness::Partial, "the export holds no roles".to_owned()),
            (_, false) => (RecordKind::Realm, Completeness::Partial, "the export holds no client scopes".to_owned()),
        });
    }
    if part.lists.bare {
        out.push((RecordKind::RealmClients, Completeness::Unknown, "a bare list of clients may be a part of all".to_owned()));
    } else if part.lists.clients {
        let whole = part.head.is_some() && roles && scopes;
        let reason = if whole {
            "a realm file lists all clients"
        } else {
            "without roles and client scopes the clients' permissions are not exported"
        };
        out.push((RecordKind::RealmClients, if whole { Completeness::Full } else { Completeness::Partial }, reason.to_owned()));
    } else if part.head.is_some() && !has(|part| part.lists.clients) {
        out.push((RecordKind::RealmClients, Completeness::Partial, "the export holds no clients".to_owned()));
    }
    let (completeness, reason) = service_accounts(realm);
    out.push((RecordKind::RealmUsers, completeness, reason));
    let (completeness, reason) = consents(realm);
    out.push((RecordKind::RealmConsents, completeness, reason));
    out
}

/// Permissions of service accounts stand with their users: complete when every such client has its user in the set.
fn service_accounts(realm: &[&Part]) -> (Completeness, String) {
    if !realm.iter().any(|part| part.lists.clients && part.head.is_some()) {
        return (Completeness::Partial, "the realm file with its clients is not in the set".to_owned());
    }
    let clients = realm.iter().flat_map(|part| part.clients.iter().flatten()).filter(|client| client.service_account && !client.saml);
    let all: std::collections::BTreeSet<&str> = clients.map(|client| client.client_id.as_str()).collect();
    let missing = all.iter().filter(|id| !realm.iter().any(|part| part.service_accounts.contains(**id))).count();
    if missing == 0 {
        (Completeness::Full, "every service-account client has its user in the export".to_owned())
    } else {
        let reason =
            format!("permissions of {missing} of {} service accounts are not exported: their users are not in the export", all.len());
        (Completeness::Partial, reason)
    }
}

/// Consents stand with the people who gave them; a partial export holds no people.
fn consents(realm: &[&Part]) -> (Completeness, String) {
    if !realm.iter().any(|part| part.lists.users) {
        return (Completeness::Partial, "consents are not exported: the export holds no users".to_owned());
    }
    if realm.iter().all(|part| part.users == 0) {
        return (Completeness::Unknown, "the export's list of users is empty, so consents of people may be missing".to_owned());
    }
    if realm.iter().all(|part| part.users == part.service_accounts.len() as u64) {
        return (Completeness::Unknown, "only service accounts are in the export, so consents of people may be missing".to_owned());
    }
    let mut numbered: Vec<(u32, u64)> = realm.iter().filter_map(|part| Some((part.users_file?, part.users))).collect();
    numbered.sort_unstable();
    let Some(&(last, size)) = numbered.last() else {
        return (Completeness::Full, "the realm file lists all users".to_owned());
    };
    if numbered.iter().enumerate().any(|(place, (number, _))| u32::try_from(place) != Ok(*number)) {
        return (Completeness::Partial, format!("users files are missing between 0 and {last}"));
    }
    let first = numbered.first().map_or(size, |(_, size)| *size);
    let cut = if numbered.len() == 1 { size % USERS_PER_FILE == 0 } else { size >= first };
    if cut {
        (Completeness::Unknown, "the last users file is full, so another may be missing".to_owned())
    } else {
        (Completeness::Full, "the users files are numbered without a gap and the last is not full".to_owned())
    }
}
