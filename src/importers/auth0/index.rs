//! What must be known of other records before one can be stated: names, scopes and lifetimes of the whole set. Filled by a
//! first pass over all files, so that their order does not matter.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Shape, tenant_of};
use super::text::is_placeholder;
use crate::importers::listed::tree::Tree;
use crate::model::facts::Name;
use crate::model::kinds::Scheme;

/// Seconds of a life without an end.
const FOR_EVER: i64 = i64::MAX;

/// How an application gets tokens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uses {
    /// For itself.
    pub machine: bool,
    /// For people who sign in.
    pub login: bool,
}

/// What must be known of other records before one can be stated.
#[derive(Debug, Default)]
pub struct Index {
    /// Applications that files of the Deploy CLI know by name only.
    by_name: BTreeSet<String>,
    /// Client ids by name, to find a name that is used once.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// How each application gets tokens.
    pub clients: BTreeMap<Name, Uses>,
    /// Which application names a credential.
    credentials: BTreeMap<String, Name>,
    /// Credentials that have a record of their own.
    described: BTreeSet<String>,
    /// Scopes of each API.
    pub scopes: BTreeMap<String, BTreeSet<String>>,
    /// Host of the tenant.
    pub tenant: Option<String>,
    /// Longest life of an access token, seconds.
    pub access_seconds: Option<i64>,
    /// Longest life of a refresh token, seconds.
    pub refresh_seconds: Option<i64>,
}

impl Index {
    /// Notes a record of the first pass.
    pub fn note(&mut self, shape: Shape, tree: &Tree) {
        for field in ["audience", "identifier"] {
            if let Some(tenant) = tree.at(field).text().and_then(tenant_of) {
                // Of several the first in the alphabet, so that the order of files does not show.
                self.tenant = Some(self.tenant.take().map_or(tenant.clone(), |known| known.min(tenant)));
            }
        }
        match shape {
            Shape::Client => {
                let Some(name) = key_of(tree) else { return };
                match (name.scheme, tree.at("name").raw()) {
                    (Scheme::Name, _) => {
                        self.by_name.insert(name.value.clone());
                    }
                    (_, Some(label)) => {
                        self.ids.entry(label.to_owned()).or_default().insert(name.value.clone());
                    }
                    _ => {}
                }
                for (_, method) in tree.at("client_authentication_methods").pairs() {
                    for credential in method.at("credentials").many() {
                        if let Some(id) = credential.at("id").key() {
                            self.credentials.insert(id.to_owned(), name.clone());
                        }
                    }
                }
                let types: Vec<&str> = tree.at("grant_types").texts().collect();
                let machine = types.contains(&"client_credentials");
                let login = types.iter().any(|one| !matches!(*one, "client_credentials" | "refresh_token"));
                let uses = self.clients.entry(name).or_default();
                (uses.machine, uses.login) = (uses.machine | machine, uses.login | login);
                self.refresh_seconds = self.refresh_seconds.max(refresh_seconds(tree.at("refresh_token")));
            }
            Shape::Credential => self.described.extend(tree.at("id").key().map(str::to_owned)),
            Shape::ResourceServer => {
                let Some(identifier) = tree.at("identifier").key() else { return };
                let scopes = self.scopes.entry(identifier.to_owned()).or_default();
                scopes.extend(tree.at("scopes").many().iter().filter_map(|scope| scope.at("value").key()).map(str::to_owned));
                self.access_seconds = self.access_seconds.max(tree.at("token_lifetime").whole());
            }
            _ => {}
        }
    }

    /// Whether a name, which files of the Deploy CLI use as a key, is that of one application with an id.
    pub fn is_name_of_one(&self, name: &str) -> bool {
        self.by_name.contains(name) && self.ids.get(name).is_some_and(|ids| ids.len() == 1)
    }

    /// Whether a credential has a record of its own, which knows its name better.
    pub fn describes(&self, credential: &str) -> bool {
        self.described.contains(credential)
    }

    /// The application that names a credential.
    pub fn credential_of(&self, tree: &Tree) -> Option<Name> {
        self.credentials.get(tree.at("id").key()?).cloned()
    }

    /// The application behind a grant's `client_id`, which in files of the Deploy CLI is a name.
    pub fn client(&self, id: &str, has_own_id: bool) -> Name {
        let by_id = Name::new(Scheme::ClientId, id);
        if self.by_name.contains(id) || !(has_own_id || self.clients.contains_key(&by_id)) {
            return Name::new(Scheme::Name, id);
        }
        by_id
    }
}

/// Key of an application: its client id, or its name where the file has none.
pub fn key_of(tree: &Tree) -> Option<Name> {
    match tree.at("client_id").key() {
        Some(id) if !is_placeholder(id) => Some(Name::new(Scheme::ClientId, id)),
        _ => tree.at("name").raw().filter(|name| name.len() <= 4096 && !is_placeholder(name)).map(|name| Name::new(Scheme::Name, name)),
    }
}

/// How long a refresh token may live; words about an infinite life win over numbers beside them.
fn refresh_seconds(policy: &Tree) -> Option<i64> {
    let never = policy.at("expiration_type").text() == Some("non-expiring") || policy.at("infinite_token_lifetime").flag() == Some(true);
    if never { Some(FOR_EVER) } else { policy.at("token_lifetime").whole() }
}
