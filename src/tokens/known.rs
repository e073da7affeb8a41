//! What an inventory knows, as far as a token can be compared with it. Plain look-ups; who fills them knows the inventory, this module not.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::ScopeClaim;

/// A client or audience of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Public id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Of an audience: marked as high-risk function.
    pub high_risk: bool,
}

/// Look-ups of one revision.
#[derive(Debug, Clone, Default)]
pub struct Known {
    issuers: BTreeSet<String>,
    audiences: BTreeMap<String, Vec<Named>>,
    clients: BTreeMap<String, Vec<Named>>,
    scopes: BTreeSet<(String, String)>,
}

fn add(list: &mut BTreeMap<String, Vec<Named>>, identifier: &str, named: Named) {
    let entry = list.entry(identifier.to_lowercase()).or_default();
    if let Err(at) = entry.binary_search(&named) {
        entry.insert(at, named);
    }
}

impl Known {
    /// An issuer by the URL that tokens name.
    pub fn add_issuer(&mut self, issuer: &str) {
        self.issuers.insert(issuer.to_owned());
    }

    /// An audience by one of the identifiers that tokens name.
    pub fn add_audience(&mut self, identifier: &str, named: Named) {
        add(&mut self.audiences, identifier, named);
    }

    /// A client by its client id.
    pub fn add_client(&mut self, identifier: &str, named: Named) {
        add(&mut self.clients, identifier, named);
    }

    /// A scope of an audience, by the audience's public id.
    pub fn add_scope(&mut self, audience: &str, value: &str) {
        self.scopes.insert((audience.to_owned(), value.to_owned()));
    }

    /// Whether the URL is exactly that of a known issuer; a trailing slash counts (J17).
    pub fn is_issuer(&self, issuer: &str) -> bool {
        self.issuers.contains(issuer)
    }

    /// A known issuer that differs in nothing but a trailing slash.
    pub fn nearly_issuer(&self, issuer: &str) -> bool {
        let other = issuer.strip_suffix('/').map_or_else(|| format!("{issuer}/"), str::to_owned);
        self.issuers.contains(&other)
    }

    /// Whether there is any issuer to compare with.
    pub fn has_issuers(&self) -> bool {
        !self.issuers.is_empty()
    }

    /// Audiences with this identifier, without case (formats.md 0.5).
    pub fn audiences(&self, identifier: &str) -> &[Named] {
        self.audiences.get(&identifier.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// Clients with this client id, without case.
    pub fn clients(&self, identifier: &str) -> &[Named] {
        self.clients.get(&identifier.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// Whether an audience publishes what a token carries. A role at a client counts at that client's API only.
    pub fn publishes(&self, audience: &str, scope: &ScopeClaim) -> bool {
        let here = scope.at.is_empty() || self.audiences(&scope.at).iter().any(|named| named.id == audience);
        here && self.has_scope(audience, &scope.value)
    }

    /// Whether an audience has a scope of this value.
    fn has_scope(&self, audience: &str, value: &str) -> bool {
        self.scopes.contains(&(audience.to_owned(), value.to_owned()))
    }
}
