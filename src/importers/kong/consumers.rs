//! Consumers of Kong and their credentials: who is known to the gateway, and by what. Values of keys never come near a fact.

use super::estate::Consumer;
use crate::formats::text::{display, is_mask};
use crate::importers::gateways::codes;
use crate::importers::listed::configuration::has_variable;
use crate::importers::listed::reading::Reading;
use crate::importers::listed::tree::Tree;
use crate::model::facts::{ClientFact, CredentialFact, Fact, InstanceSlot, Name};
use crate::model::kinds::{ClientKind, CredentialKind, RecordKind, Scheme};
use crate::model::time::Expiry;

/// Lists of credentials, what each holds, its name for people, and the field whose value is a secret under a name that says otherwise.
const CREDENTIALS: &[(&str, CredentialKind, &str, &str)] = &[
    ("keyauth_credentials", CredentialKind::ApiKey, "API key", "key"),
    ("keyauth_enc_credentials", CredentialKind::ApiKey, "API key", "key"),
    ("basicauth_credentials", CredentialKind::Password, "Password", ""),
    ("hmacauth_credentials", CredentialKind::ClientSecret, "HMAC secret", ""),
    // The key of a JWT credential is the value of the claim that names it; formats.md 0.5 has it dropped.
    ("jwt_secrets", CredentialKind::ClientSecret, "JWT secret", "key"),
    ("mtls_auth_credentials", CredentialKind::Certificate, "Client certificate", ""),
    ("oauth2_credentials", CredentialKind::ClientSecret, "OAuth 2.0 client secret", ""),
];

/// States a consumer as one record.
pub fn state(reading: &mut Reading<'_>, slot: &InstanceSlot, consumer: &Consumer) {
    let tree = &consumer.tree;
    let hidden: u64 = CREDENTIALS
        .iter()
        .filter(|(.., field)| !field.is_empty())
        .flat_map(|(list, .., field)| tree.at(list).many().iter().map(move |credential| credential.at(field)))
        .filter(|value| value.text().is_some_and(|text| !is_mask(text) && !has_variable(text)))
        .count() as u64;
    let name = consumer.names.first().filter(|name| !has_variable(name));
    let identity = name.map(|name| format!("gatewayConsumers/{name}"));
    reading.begin(slot, RecordKind::GatewayConsumers, identity.as_deref(), None, hidden);
    let Some(name) = name else {
        return reading.reject(codes::UNUSABLE, "This consumer was not stored: it has no usable username, custom_id or id.".to_owned());
    };
    if tree.pairs().iter().all(|(field, _)| !CREDENTIALS.iter().any(|(list, ..)| list == field)) {
        return reading.ignore("consumers without a credential of their own");
    }
    let key = Name::new(Scheme::ClientId, name);
    reading.fact(Fact::Client(ClientFact {
        names: vec![key.clone()],
        display_name: Some(display(name).into_owned()),
        kind: Some(ClientKind::Confidential),
        created_at: tree.at("created_at").happened(),
        ..ClientFact::default()
    }));
    for (list, kind, title, _) in CREDENTIALS {
        for (at, credential) in tree.at(list).many().iter().enumerate() {
            let id = credential.at("id").key().map_or_else(|| format!("{name}/{list}/{}", at + 1), str::to_owned);
            let created = credential.at("created_at").happened();
            let public = *list == "jwt_secrets" && credential.at("algorithm").text().is_some_and(|algorithm| !algorithm.starts_with("HS"));
            reading.fact(Fact::Credential(CredentialFact {
                names: vec![Name::new(Scheme::KeyId, id)],
                client: key.clone(),
                kind: if public { CredentialKind::Jwk } else { *kind },
                display_name: Some(label(credential, title)),
                created_at: created,
                activated_at: created,
                expires_at: ends(credential),
                last_used_at: None,
                fingerprint: None,
                shared_value: None,
                federated_issuer: None,
                federated_subject: None,
            }));
        }
    }
    reading.accept();
}

fn label(credential: &Tree, title: &str) -> String {
    let name = ["name", "username", "subject_name"].iter().find_map(|field| credential.at(field).display());
    name.map_or_else(|| title.to_owned(), |name| format!("{title} {name}"))
}

/// Only a key with a time to live ends; from when it counts is said by the dumps of the Admin API alone.
fn ends(credential: &Tree) -> Expiry {
    match (credential.at("ttl").whole(), credential.at("created_at").happened()) {
        (None | Some(0), _) => Expiry::Never,
        (Some(seconds), Some(created)) => Expiry::At(created.saturating_add(seconds.saturating_mul(1000))),
        (Some(_), None) => Expiry::Unknown,
    }
}
