//! Keycloak realm exports: whole realms, partial exports, directory exports with users files, lists of clients.
//!
//! Two passes: the first keeps roles, scopes and clients in a compact form and checks every file to its end; the
//! second streams users. So users may be as many as they like, and the order of keys and files does not matter.
//! Field names and their meaning: Keycloak's admin REST API, `RealmRepresentation` (Apache-2.0).

mod certificate;
mod client;
mod codes;
mod collect;
mod complete;
mod node;
mod parse;
mod realm;
mod state;
mod users;
mod view;

use std::collections::BTreeMap;

use self::collect::Collector;
use self::node::{Node, Vault};
use self::parse::{Streamed, Taker};
use self::realm::Part;
use self::state::Stater;
use self::view::View;
use crate::formats::Fault;
use crate::formats::decode::Decoder;
use crate::formats::text::quoted;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Problem, ProblemSeverity, Sink};
use crate::model::kinds::Source;

/// See the module.
pub struct Keycloak;

impl Importer for Keycloak {
    fn name(&self) -> &'static str {
        "keycloak"
    }

    fn source(&self) -> Source {
        Source::Keycloak
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        recognise(&sample.text)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut scans = Vec::with_capacity(files.len());
        for (index, file) in files.iter().enumerate() {
            scans.push(scan(index, *file, options, sink)?);
        }
        let mut realms: BTreeMap<&str, Vec<&Part>> = BTreeMap::new();
        for part in scans.iter().flat_map(|scan| &scan.parts) {
            realms.entry(part.realm.as_deref().unwrap_or_default()).or_default().push(part);
        }
        let views: BTreeMap<&str, View<'_>> = realms.iter().map(|(realm, parts)| (*realm, View::over(realm, parts))).collect();
        for (index, file) in files.iter().enumerate() {
            let scan = &scans[index];
            sink.file(index);
            if scan.secrets > 0 {
                sink.secrets_dropped(scan.secrets);
            }
            for warning in &scan.warnings {
                sink.problem(warning.clone());
            }
            for part in &scan.parts {
                let realm = part.realm.as_deref().unwrap_or_default();
                let mut stater = Stater { sink, view: &views[realm], slot: slot(realm) };
                stater.part(part);
                complete::state(&realms[realm], part, options, &stater.slot, sink);
                if sink.cancelled() {
                    return Err(ReadStop::Cancelled);
                }
            }
            if scan.parts.iter().any(|part| part.users > 0) {
                read_users(index, *file, scan, &views, sink)?;
            }
        }
        Ok(())
    }
}

fn slot(realm: &str) -> InstanceSlot {
    InstanceSlot { source: Source::Keycloak, name: Some(realm.to_owned()) }
}

/// What the first pass found in a file.
struct Scan {
    parts: Vec<Part>,
    /// Secret values dropped.
    secrets: u64,
    warnings: Vec<Problem>,
}

fn broken(file: usize, error: &serde_json::Error) -> ReadStop {
    let position = (error.line() > 0).then(|| format!("line {}, column {}", error.line(), error.column()));
    // The parser's own words end with the place, which is told beside them.
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    ReadStop::refused(file, codes::NOT_JSON, position, format!("This file cannot be read as JSON: {}.", quoted(words)))
}

fn open<'f>(index: usize, file: &'f dyn FileInput) -> Result<impl std::io::Read + 'f, ReadStop> {
    file.open().and_then(Decoder::new).map_err(|error| ReadStop::broken(index, Fault::of_io(&error, None)))
}

fn scan(index: usize, file: &dyn FileInput, options: &ReadOptions, sink: &mut dyn Sink) -> Result<Scan, ReadStop> {
    let input = open(index, file)?;
    // Both closures need the sink, one to read and one to write, and never at the same time.
    let sink = std::cell::RefCell::new(sink);
    let cancelled = || sink.borrow().cancelled();
    let mut share = |secret: &str| sink.borrow_mut().shared_value(secret);
    let mut vault = Vault { dropped: 0, private_keys: 0, cancelled: false, sharing: false, share: &mut share };
    let mut collector = Collector::new(&cancelled);
    if let Err(error) = parse::read(input, &mut vault, &mut collector) {
        return Err(if vault.cancelled { ReadStop::Cancelled } else { broken(index, &error) });
    }
    let Collector { mut parts, strangers, stranger_keys, .. } = collector;
    if parts.is_empty() {
        let message =
            format!("This file holds no realm, no users and no clients of Keycloak; its first object has: {}.", quoted(&stranger_keys));
        return Err(ReadStop::refused(index, codes::NOT_KEYCLOAK, None, message));
    }
    let named = realm_and_number(file.name());
    for part in &mut parts {
        part.users_file = named.as_ref().and_then(|(_, number)| *number).filter(|_| part.head.is_none());
        part.realm = part.realm.take().or_else(|| options.instance.clone()).or_else(|| named.as_ref().map(|(realm, _)| realm.clone()));
        if part.realm.is_none() {
            let message = "This list of clients does not say which realm it belongs to; state it with --instance REALM.".to_owned();
            return Err(ReadStop::refused(index, codes::NO_REALM, None, message));
        }
    }
    let mut warnings = Vec::new();
    let mut warn = |code: &str, message: String| {
        warnings.push(Problem { code: code.to_owned(), severity: ProblemSeverity::Warning, record: 0, position: None, message });
    };
    if vault.private_keys > 0 {
        warn(
            codes::PRIVATE_KEYS,
            format!(
                "This file holds the realm's private keys ({}). They were dropped here, but whoever has the file can sign tokens of the realm.",
                vault.private_keys
            ),
        );
    }
    if strangers > 0 {
        warn(codes::NOT_KEYCLOAK, format!("{strangers} objects of this file are no realm and no client; they were left out."));
    }
    Ok(Scan { parts, secrets: vault.dropped, warnings })
}

/// Realm and number in the names that Keycloak gives the files of a directory export: `R-realm.json`, `R-users-0.json`.
fn realm_and_number(name: &str) -> Option<(String, Option<u32>)> {
    let name = name.rsplit(['/', '\\']).next()?;
    let stem = name.strip_suffix(".gz").unwrap_or(name).strip_suffix(".json")?;
    let (realm, number) = match stem.strip_suffix("-realm") {
        Some(realm) => (realm, None),
        None => {
            let (realm, number) = stem.rsplit_once("-users-")?;
            (realm, Some(number.parse().ok()?))
        }
    };
    (!realm.is_empty()).then(|| (realm.to_owned(), number))
}

/// Second pass: states the users of each object with the realm that the object belongs to.
struct Users<'s, 'p> {
    sink: &'s mut dyn Sink,
    scan: &'s Scan,
    views: &'s BTreeMap<&'p str, View<'p>>,
    object: u32,
}

impl Taker for Users<'_, '_> {
    fn element(&mut self, list: Streamed, node: &Node) -> bool {
        let part = self.scan.parts.iter().find(|part| part.object == self.object);
        if let (Streamed::Users, Some(realm)) = (list, part.and_then(|part| part.realm.as_deref())) {
            Stater { sink: self.sink, view: &self.views[realm], slot: slot(realm) }.user(node);
        }
        !self.sink.cancelled()
    }

    fn object(&mut self, _rest: &Node) {
        self.object += 1;
    }

    fn users_only(&self) -> bool {
        true
    }
}

fn read_users(
    index: usize,
    file: &dyn FileInput,
    scan: &Scan,
    views: &BTreeMap<&str, View<'_>>,
    sink: &mut dyn Sink,
) -> Result<(), ReadStop> {
    let mut share = |_: &str| String::new();
    let mut vault = Vault { dropped: 0, private_keys: 0, cancelled: false, sharing: false, share: &mut share };
    let mut users = Users { sink, scan, views, object: 0 };
    match parse::read(open(index, file)?, &mut vault, &mut users) {
        Ok(()) => Ok(()),
        Err(_) if vault.cancelled => Err(ReadStop::Cancelled),
        Err(error) => Err(broken(index, &error)),
    }
}

/// Whether a key stands in the text: its name in quotes, then a colon.
fn has_key(text: &str, key: &str) -> bool {
    let quoted = format!("\"{key}\"");
    text.match_indices(&quoted).any(|(at, _)| text[at + quoted.len()..].trim_start().starts_with(':'))
}

fn recognise(text: &str) -> Option<Recognised> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let any = |keys: &[&str]| keys.iter().any(|key| has_key(text, key));
    let all = |keys: &[&str]| keys.iter().all(|key| has_key(text, key));
    let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    let of_client = ["bearerOnly", "fullScopeAllowed", "clientAuthenticatorType", "publicClient", "serviceAccountsEnabled"];
    if has_key(text, "keycloakVersion") {
        found(98, "It names the Keycloak version that wrote it.")
    } else if any(&["accessCodeLifespan", "ssoSessionMaxLifespan", "defaultDefaultClientScopes"]) && any(&["realm", "accessTokenLifespan"])
    {
        found(96, "It holds the settings of a Keycloak realm.")
    } else if all(&["realm", "users"]) && any(&["username", "serviceAccountClientId", "requiredActions"]) {
        found(92, "It holds the users of a Keycloak realm.")
    } else if all(&["realm", "clients"]) && has_key(text, "clientId") {
        found(90, "It holds a Keycloak realm with clients.")
    } else if has_key(text, "clientId") && any(&of_client) {
        found(85, "It holds clients of a Keycloak realm.")
    } else if has_key(text, "realm") && any(&["clients", "clientScopes", "roles", "users"]) {
        found(70, "It looks like a Keycloak realm.")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_directory_export_tell_realm_and_number() {
        let told = |realm: &str, number| Some((realm.to_owned(), number));
        assert_eq!(realm_and_number("out/docks-users-12.json"), told("docks", Some(12)));
        assert_eq!(realm_and_number("a-b-realm.json.gz"), told("a-b", None));
        for name in ["realm-export.json", "users-0.json", "docks-users-x.json", "-realm.json", "docks-realm.txt"] {
            assert_eq!(realm_and_number(name), None, "{name}");
        }
    }
}
