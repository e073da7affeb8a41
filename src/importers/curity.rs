//! Curity Identity Server: clients of a configuration backup (XML). Formats.md 7 describes the files.

use crate::formats::markup::{self, Element};
use crate::formats::text::{display, is_mask, quoted};
use crate::importers::listed::configuration::{has_variable, text_of};
use crate::importers::listed::given::{Given, credential};
use crate::importers::listed::lists::Lists;
use crate::importers::listed::reading::{Reading, Tally};
use crate::importers::listed::replies;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// Tokens that name no API.
const SERVER: &str = "curity";
/// What a client without scopes gets.
const NO_SCOPE: &str = "(none)";
/// Capabilities with which a client gets tokens for itself.
const MACHINE: &[&str] = &["client-credentials", "token-exchange", "oauth-token-exchange", "assertion"];
/// Capabilities with which people let it act for them.
const PEOPLE: &[&str] =
    &["code", "implicit", "hybrid", "resource-owner-password-credentials", "device-authorization", "backchannel-authentication"];

/// See the module.
pub struct Curity;

impl Importer for Curity {
    fn name(&self) -> &'static str {
        "curity"
    }

    fn source(&self) -> Source {
        Source::Curity
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let has = |word: &str| sample.text.contains(word);
        let own = has("curity.se/ns/") || has("<client-store>") || (has("<config-backed>") && has("<client>"));
        let markup = sample.text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
        (own && markup).then(|| Recognised { confidence: 88, reason: "It is a configuration of the Curity Identity Server.".to_owned() })
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut all = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            let text = text_of(at, *file)?;
            let elements = markup::read(text.trim_start_matches('\u{feff}')).map_err(|fault| {
                let position = (fault.line > 0).then(|| format!("line {}", fault.line));
                ReadStop::refused(at, replies::NOT_READABLE, position, format!("This configuration cannot be read: {}.", fault.what))
            })?;
            if !elements.iter().any(|element| !clients(element).is_empty()) {
                let first = elements.first().map(|element| element.name.clone()).unwrap_or_default();
                let message = format!("This file holds no client of the Curity Identity Server; it begins with {}.", quoted(&first));
                return Err(ReadStop::refused(at, replies::NOTHING_OF_IT, None, message));
            }
            all.push(elements);
        }
        let slot = InstanceSlot { source: Source::Curity, name: None };
        let mut lists = Lists::default();
        for (at, elements) in all.iter().enumerate() {
            sink.file(at);
            lists.open_file(at);
            let mut reading = Reading::new(sink, replies::CODES, Tally::default());
            for client in elements.iter().flat_map(clients) {
                state(&mut reading, &slot, client);
            }
            reading.close_file();
            let key = (slot.clone(), RecordKind::CurityClients, None);
            lists.state(key, Completeness::Unknown, "a backup does not say what was left out of it".to_owned());
            lists.close_file(false);
        }
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

/// The clients below an element: those that have an id and something that only clients have.
fn clients(element: &Element) -> Vec<&Element> {
    let mut all = Vec::new();
    element.walk(&mut |one| {
        if one.name == "client" && one.child("id").is_some() {
            all.push(one);
        }
    });
    all
}

/// Secrets in the clear; a hash, which begins with `$`, is none that could be used.
fn secrets(client: &Element) -> u64 {
    let mut count = 0;
    client.walk(&mut |one| {
        let names = ["secret", "password", "symmetric-key", "private-key"];
        let text = one.text.as_str();
        count += u64::from(names.contains(&one.name.as_str()) && !text.is_empty() && !text.starts_with('$') && !is_mask(text));
    });
    count
}

fn state(reading: &mut Reading<'_>, slot: &InstanceSlot, client: &Element) {
    let id = client.text_of("id").and_then(crate::formats::text::key);
    let identity = id.map(|id| format!("curityClients/{id}"));
    reading.begin(slot, RecordKind::CurityClients, identity.as_deref(), None, secrets(client));
    let Some(id) = id else {
        return reading.reject(replies::UNUSABLE, "This client was not stored: it has no usable id.".to_owned());
    };
    if has_variable(id) {
        return reading.reject(replies::PLACEHOLDER, "This client was not stored: its id is still a placeholder.".to_owned());
    }
    let capabilities: Vec<&str> =
        client.child("capabilities").map_or_else(Vec::new, |one| one.children.iter().map(|child| child.name.as_str()).collect());
    let machine = capabilities.iter().any(|one| MACHINE.contains(one));
    let people = capabilities.iter().any(|one| PEOPLE.contains(one));
    let public = client.child("no-authentication").is_some();
    reading.fact(Fact::Client(ClientFact {
        names: vec![Name::new(Scheme::ClientId, id)],
        display_name: Some(display(client.text_of("client-name").unwrap_or(id)).into_owned()),
        kind: Some(match () {
            () if public => ClientKind::Public,
            () if machine && !people => ClientKind::ServiceAccount,
            () => ClientKind::Confidential,
        }),
        enabled: Some(if client.text_of("enabled") == Some("false") { Tri::No } else { Tri::Yes }),
        grant_types: (!capabilities.is_empty()).then(|| capabilities.join(" ")),
        access_token_seconds: client.text_of("access-token-ttl").and_then(|text| text.parse().ok()),
        ..ClientFact::default()
    }));
    for (name, kind, label, until) in [
        ("secret", CredentialKind::ClientSecret, "Client secret", Expiry::Never),
        ("asymmetric-key", CredentialKind::Jwk, "Key of the client", Expiry::Unknown),
        ("symmetric-key", CredentialKind::ClientSecret, "Symmetric key", Expiry::Unknown),
        ("mutual-tls", CredentialKind::Certificate, "Client certificate", Expiry::Unknown),
        ("mutual-tls-by-proxy", CredentialKind::Certificate, "Client certificate", Expiry::Unknown),
    ] {
        if client.child(name).is_some() {
            let mut fact = credential(id, kind, &format!("{id}/{name}/current"), label);
            fact.expires_at = until;
            reading.fact(Fact::Credential(fact));
        }
    }
    // Repeated elements are a list. A client is among its own audiences when people sign in to it.
    let mut audiences: Vec<(Scheme, &str)> = client
        .texts_of("audience")
        .filter(|audience| *audience != id && !has_variable(audience))
        .map(|audience| (Scheme::Uri, audience))
        .collect();
    if audiences.is_empty() {
        reading.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Name, SERVER)],
            rank: 1,
            display_name: Some("APIs that trust this Curity server".to_owned()),
            built_in: Some(true),
            ..AudienceFact::default()
        }));
        audiences.push((Scheme::Name, SERVER));
    }
    let mut scopes: Vec<&str> = client.texts_of("scope").collect();
    if scopes.is_empty() {
        scopes.push(NO_SCOPE);
    }
    for audience in audiences {
        for (_, mode) in [(machine, GrantMode::Application), (people, GrantMode::DelegatedAll)].into_iter().filter(|(is, _)| *is) {
            let given = Given {
                client: id,
                audience,
                kind: ScopeKind::Scope,
                mode,
                principal: None,
                origin: if client.child("user-consent").is_some() { GrantOrigin::Consent } else { GrantOrigin::PreAuthorized },
                narrowed: false,
                since: None,
                until: Expiry::Never,
            };
            scopes.iter().for_each(|scope| given.of(reading, scope));
        }
    }
    reading.accept();
}
