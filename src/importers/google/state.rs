//! States records one by one: clients, scopes, people and what a file tells at its end. Knows the sink and Google's words.

use std::collections::BTreeSet;

use super::index::Index;
use super::scopes::api_of;
use crate::importers::listed::reading::Reading;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// What a file has stated already, and what is told of it at its end.
#[derive(Debug, Default)]
pub struct Told {
    /// APIs that are stated.
    pub audiences: BTreeSet<(InstanceSlot, String)>,
    /// Permissions that are stated.
    pub scopes: BTreeSet<(InstanceSlot, ScopeKind, String, String)>,
    /// The issuer is stated.
    pub issuers: BTreeSet<InstanceSlot>,
    /// Bindings with a condition.
    pub limited: u32,
    /// Members of bindings that are people, groups or domains.
    pub people: u32,
}

/// States the records of a set.
pub struct Stater<'s, 'i> {
    /// The set.
    pub reading: Reading<'s>,
    /// What the first pass found.
    pub index: &'i Index,
    /// Customer of the current record.
    pub slot: InstanceSlot,
    /// What this file has stated.
    pub told: Told,
}

/// For whom a scope is granted, and when.
pub struct Given<'t> {
    /// Mode.
    pub mode: GrantMode,
    /// The person, by id or address.
    pub user: Option<(Scheme, &'t str)>,
    /// When it was granted.
    pub since: Option<Millis>,
    /// When it ended.
    pub until: Expiry,
    /// What made it.
    pub origin: GrantOrigin,
}

impl Given<'_> {
    /// For everybody of the customer.
    pub const EVERYONE: Given<'static> =
        Given { mode: GrantMode::DelegatedAll, user: None, since: None, until: Expiry::Never, origin: GrantOrigin::Assignment };
    /// For the client itself.
    pub const ITSELF: Given<'static> =
        Given { mode: GrantMode::Application, user: None, since: None, until: Expiry::Never, origin: GrantOrigin::Assignment };
}

impl Stater<'_, '_> {
    /// States the customer as an issuer, once per file.
    pub fn tell_customer(&mut self) {
        if !self.told.issuers.insert(self.slot.clone()) {
            return;
        }
        let of = self.slot.name.as_ref().map_or_else(|| "Google".to_owned(), |id| format!("Google, customer {id}"));
        self.reading.fact(Fact::Issuer(IssuerFact {
            names: vec![Name::new(Scheme::Name, "google")],
            display_name: Some(of),
            uri: Some("https://accounts.google.com".to_owned()),
            tenant: self.slot.name.clone(),
            ..IssuerFact::default()
        }));
    }

    /// States an API and a permission there once per file, and the grant.
    pub fn give(&mut self, client: &Name, audience: &Name, display: &str, kind: ScopeKind, scope: &str, given: &Given<'_>) {
        if self.told.audiences.insert((self.slot.clone(), audience.value.clone())) {
            self.reading.fact(Fact::Audience(AudienceFact {
                names: vec![audience.clone()],
                display_name: Some(crate::formats::text::display(display).into_owned()),
                built_in: (audience.scheme == Scheme::Name).then_some(true),
                ..AudienceFact::default()
            }));
        }
        if self.told.scopes.insert((self.slot.clone(), kind, audience.value.clone(), scope.to_owned())) {
            self.reading.fact(Fact::Scope(ScopeFact {
                audience: audience.clone(),
                kind,
                value: scope.to_owned(),
                source_id: None,
                display_name: None,
                implies: None,
            }));
        }
        self.reading.grant(&GrantFact {
            client: (client.scheme, &client.value),
            audience: (audience.scheme, &audience.value),
            scope: ScopeRef::Value(kind, scope),
            mode: given.mode,
            principal: given.user,
            principal_kind: match given.mode {
                GrantMode::Application => PrincipalKind::Unknown,
                GrantMode::DelegatedAll => PrincipalKind::Everyone,
                _ => PrincipalKind::User,
            },
            origin_kind: given.origin,
            narrowed: false,
            granted_at: given.since,
            expires_at: given.until,
        });
    }

    /// Grants an OAuth scope at the API that it opens.
    pub fn give_scope(&mut self, client: &Name, scope: &str, given: &Given<'_>) {
        let api = api_of(scope);
        self.give(client, &Name::new(Scheme::Name, api), &format!("Google {api}"), ScopeKind::Scope, scope, given);
    }

    /// States a person, by id and address where both are known.
    pub fn person(&mut self, id: Option<&str>, address: Option<&str>) {
        let mut names: Vec<Name> = id.map(|id| Name::new(Scheme::ObjectId, id)).into_iter().collect();
        names.extend(address.map(|address| Name::new(Scheme::Upn, address)));
        if names.is_empty() {
            return;
        }
        self.reading.fact(Fact::Principal(PrincipalFact {
            names,
            rank: 0,
            kind: PrincipalKind::User,
            display_name: address.map(|address| crate::formats::text::display(address).into_owned()),
            status: None,
            member_count: None,
        }));
    }
}

/// The name of a client id.
pub fn client_name(id: &str) -> Name {
    Name::new(Scheme::ClientId, id)
}
