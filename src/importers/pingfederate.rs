//! PingFederate: a bulk export of its configuration (`GET /pf-admin-api/v1/bulk/export`), also as a template with `${…}` in it, or the
//! reply about its OAuth clients. Formats.md 7 describes the files.
//!
//! A client whose scopes are not restricted may ask for every scope of the server.

use std::collections::BTreeSet;

use crate::importers::listed::configuration::{documents, has_variable, text_of};
use crate::importers::listed::given::{Given, credential};
use crate::importers::listed::lists::Lists;
use crate::importers::listed::reading::{Reading, Tally};
use crate::importers::listed::replies::{self, Outcome, Unusable, wanted};
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::first_keys;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// Tokens of the server that name no API.
const SERVER: &str = "pingfederate";
/// What a client gets when the server has no scope: a token for whatever trusts the server, and no permission in it.
const NO_SCOPE: &str = "(none)";

/// See the module.
pub struct PingFederate;

/// What the whole set says of the server.
#[derive(Default)]
struct Server {
    scopes: BTreeSet<String>,
    exclusive: BTreeSet<String>,
    access_seconds: Option<i64>,
    grant_seconds: Option<i64>,
}

impl Importer for PingFederate {
    fn name(&self) -> &'static str {
        "pingfederate"
    }

    fn source(&self) -> Source {
        Source::PingFederate
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let has = |word: &str| sample.text.contains(word);
        let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
        if has("\"pfVersion\"") && has("\"operations\"") {
            return found(94, "It is a bulk export of PingFederate.");
        }
        (has("\"clientAuth\"") && has("\"grantTypes\"")).then(|| found(85, "It holds OAuth clients of PingFederate.")).flatten()
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let (mut all, mut server) = (Vec::with_capacity(files.len()), Server::default());
        for (at, file) in files.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            let trees = documents(at, &text_of(at, *file)?)?;
            let resources: Vec<(String, Tree)> = trees.iter().flat_map(resources).collect();
            if resources.is_empty() {
                let found = trees.first().map(first_keys).unwrap_or_default();
                let message = format!(
                    "This file holds no OAuth client of PingFederate; it has: {}.",
                    crate::formats::text::quoted(if found.is_empty() { "nothing" } else { &found })
                );
                return Err(ReadStop::refused(at, replies::NOTHING_OF_IT, None, message));
            }
            resources.iter().for_each(|(kind, tree)| server.note(kind, tree));
            all.push(resources);
        }
        let slot = InstanceSlot { source: Source::PingFederate, name: None };
        let mut lists = Lists::default();
        for (at, resources) in all.iter().enumerate() {
            sink.file(at);
            lists.open_file(at);
            let mut reading = Reading::new(sink, replies::CODES, Tally::default());
            let mut told = false;
            for (kind, tree) in resources {
                one(&mut reading, &slot, kind, tree, &server, &mut told);
            }
            reading.close_file();
            if resources.iter().any(|(kind, _)| kind == "/oauth/clients") {
                let key = (slot.clone(), RecordKind::PingClients, None);
                lists.state(key, Completeness::Unknown, "an export does not say what was left out of it".to_owned());
            }
            lists.close_file(false);
        }
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

/// The resources of a document, each with its kind: operations of a bulk export, or the items of a reply about clients.
fn resources(tree: &Tree) -> Vec<(String, Tree)> {
    let mut all = Vec::new();
    for operation in tree.at("operations").many() {
        let kind = operation.at("resourceType").text().unwrap_or_default();
        all.extend(operation.at("items").many().iter().map(|item| (kind.to_owned(), item.clone())));
    }
    let clients = tree.at("items").many().iter().chain(std::iter::once(tree)).filter(|item| item.has("clientId") && item.has("grantTypes"));
    all.extend(clients.map(|item| ("/oauth/clients".to_owned(), item.clone())));
    all
}

/// A number that may stand as text.
fn number(tree: &Tree) -> Option<i64> {
    tree.whole().or_else(|| tree.text()?.parse().ok())
}

impl Server {
    fn note(&mut self, kind: &str, tree: &Tree) {
        match kind {
            "/oauth/authServerSettings" => {
                let names = |field: &str| {
                    tree.at(field).many().iter().filter_map(|scope| scope.at("name").key()).map(str::to_owned).collect::<Vec<_>>()
                };
                self.scopes.extend(names("scopes"));
                self.scopes.extend(names("scopeGroups"));
                self.exclusive.extend(names("exclusiveScopes"));
                let unit = match tree.at("persistentGrantLifetimeUnit").text() {
                    Some("MINUTES") => 60,
                    Some("HOURS") => 3600,
                    _ => 86_400,
                };
                self.grant_seconds = match number(tree.at("persistentGrantLifetime")) {
                    Some(-1) => Some(i64::MAX),
                    Some(count) if count > 0 => count.checked_mul(unit),
                    _ => None,
                };
            }
            "/oauth/accessTokenManagers" => {
                // Minutes, in the managers that PingFederate ships.
                let fields = tree.path(&["configuration", "fields"]).many();
                let life = fields
                    .iter()
                    .find(|field| field.at("name").text() == Some("Token Lifetime"))
                    .and_then(|field| number(field.at("value")));
                self.access_seconds = self.access_seconds.max(life.and_then(|minutes| minutes.checked_mul(60)));
            }
            _ => {}
        }
    }
}

fn one(reading: &mut Reading<'_>, slot: &InstanceSlot, kind: &str, tree: &Tree, server: &Server, told: &mut bool) {
    let client = kind == "/oauth/clients";
    let id = tree.at("clientId").key().filter(|_| client);
    let list = if client { RecordKind::PingClients } else { RecordKind::Stated };
    let identity = id.map(|id| format!("pingClients/{id}"));
    reading.begin(slot, list, identity.as_deref(), None, tree.secrets());
    if !client {
        return reading.ignore("settings that name no client; lifetimes and scopes of the server are laid into its clients");
    }
    if !std::mem::replace(told, true) {
        reading.fact(Fact::Issuer(IssuerFact {
            names: vec![Name::new(Scheme::Name, SERVER)],
            display_name: Some("PingFederate".to_owned()),
            access_token_seconds: server.access_seconds,
            offline_seconds: server.grant_seconds,
            ..IssuerFact::default()
        }));
        reading.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Name, SERVER)],
            rank: 1,
            display_name: Some("APIs that trust this PingFederate".to_owned()),
            built_in: Some(true),
            ..AudienceFact::default()
        }));
    }
    match state(reading, tree, server) {
        Ok(None) => reading.accept(),
        Ok(Some(reason)) => reading.ignore(reason),
        Err(Unusable::Lacks(field)) => reading.reject(replies::UNUSABLE, format!("This client was not stored: it has no usable {field}.")),
        Err(Unusable::Placeholder(field)) => {
            reading.reject(replies::PLACEHOLDER, format!("This client was not stored: its {field} is still a placeholder of a template."));
        }
    }
}

fn state(reading: &mut Reading<'_>, tree: &Tree, server: &Server) -> Outcome {
    let id = wanted(tree, "clientId")?;
    let types: Vec<&str> = tree.at("grantTypes").texts().collect();
    let machine = types.iter().any(|one| matches!(*one, "CLIENT_CREDENTIALS" | "JWT_BEARER" | "TOKEN_EXCHANGE"));
    let people = types.iter().any(|one| {
        matches!(
            *one,
            "AUTHORIZATION_CODE" | "IMPLICIT" | "RESOURCE_OWNER_CREDENTIALS" | "DEVICE_CODE" | "CIBA" | "SAML2_BEARER" | "EXTENSION"
        )
    });
    let method = tree.path(&["clientAuth", "type"]).text().unwrap_or("NONE");
    reading.fact(Fact::Client(ClientFact {
        names: vec![Name::new(Scheme::ClientId, id)],
        display_name: tree.at("name").display().or_else(|| Some(id.to_owned())),
        kind: Some(match () {
            () if method == "NONE" => ClientKind::Public,
            () if machine && !people => ClientKind::ServiceAccount,
            () => ClientKind::Confidential,
        }),
        enabled: tree.at("enabled").flag().map(|on| if on { Tri::Yes } else { Tri::No }),
        grant_types: (!types.is_empty()).then(|| types.join(" ").to_ascii_lowercase()),
        ..ClientFact::default()
    }));
    let held = match method {
        "SECRET" => Some((CredentialKind::ClientSecret, "Client secret", Expiry::Never)),
        "CERTIFICATE" => Some((CredentialKind::Certificate, "Client certificate", Expiry::Unknown)),
        "PRIVATE_KEY_JWT" => Some((CredentialKind::Jwk, "Key of the client", Expiry::Unknown)),
        _ => None,
    };
    if let Some((kind, label, until)) = held {
        let mut fact = credential(id, kind, &format!("{id}/{}/current", kind.as_str()), label);
        fact.expires_at = until;
        reading.fact(Fact::Credential(fact));
    }
    if types.contains(&"ACCESS_TOKEN_VALIDATION") {
        // It looks tokens up, so it is an API.
        reading.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::ClientId, id)],
            display_name: tree.at("name").display().or_else(|| Some(id.to_owned())),
            is_client: true,
            ..AudienceFact::default()
        }));
    }
    let texts = |field: &str| tree.at(field).texts().filter(|text| !has_variable(text)).map(str::to_owned).collect::<BTreeSet<String>>();
    let mut scopes = if tree.at("restrictScopes").flag() == Some(true) { texts("restrictedScopes") } else { server.scopes.clone() };
    scopes.extend(texts("exclusiveScopes"));
    if scopes.is_empty() {
        scopes.insert(NO_SCOPE.to_owned());
    }
    for (_, mode) in [(machine, GrantMode::Application), (people, GrantMode::DelegatedAll)].into_iter().filter(|(is, _)| *is) {
        let skips = tree.at("bypassApprovalPage").flag() == Some(true);
        let given = Given {
            client: id,
            audience: (Scheme::Name, SERVER),
            kind: ScopeKind::Scope,
            mode,
            principal: None,
            origin: if skips { GrantOrigin::PreAuthorized } else { GrantOrigin::Assignment },
            narrowed: false,
            since: None,
            until: Expiry::Never,
        };
        scopes.iter().for_each(|scope| given.of(reading, scope));
    }
    Ok(None)
}
