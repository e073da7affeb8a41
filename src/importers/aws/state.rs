//! States records one by one: starts and ends them, tells what stands once per file. Knows the sink and AWS's accounts.

use std::collections::BTreeSet;

use super::index::Index;
use super::policy::service_of;
use crate::importers::listed::outcome::credential;
use crate::importers::listed::reading::Reading;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// What a file has stated already, and what is told of it at its end.
#[derive(Debug, Default)]
pub struct Told {
    /// Accounts and pools whose issuer is stated.
    pub issuers: BTreeSet<InstanceSlot>,
    /// APIs that are stated.
    pub audiences: BTreeSet<(InstanceSlot, String)>,
    /// Permissions that are stated.
    pub scopes: BTreeSet<(InstanceSlot, ScopeKind, String)>,
    /// Clients whose limits are not worked out.
    pub limited: u32,
    /// Attached policies without a document.
    pub missing: BTreeSet<String>,
    /// Callers that are gone or not understood.
    pub gone: u32,
    /// Users with a password and nothing else to sign in with.
    pub no_mfa: u32,
}

/// States the records of a set.
pub struct Stater<'s, 'i> {
    /// The set.
    pub reading: Reading<'s>,
    /// What the first pass found.
    pub index: &'i Index,
    /// Account or pool of the current record.
    pub slot: InstanceSlot,
    /// What this file has stated.
    pub told: Told,
}

/// Name of a user inside its account.
pub fn user_name(user: &str) -> Name {
    Name::new(Scheme::Name, format!("user/{user}"))
}

/// A key name of a credential.
pub fn key_id(text: impl Into<String>) -> Name {
    Name::new(Scheme::KeyId, text)
}

impl Stater<'_, '_> {
    /// Account or pool of the record, empty when nobody says it.
    pub fn instance(&self) -> &str {
        self.slot.name.as_deref().unwrap_or_default()
    }

    /// States the account as an issuer, once per file.
    pub fn tell_account(&mut self) {
        if !self.told.issuers.insert(self.slot.clone()) {
            return;
        }
        self.reading.fact(Fact::Issuer(IssuerFact {
            names: vec![Name::new(Scheme::Name, "aws")],
            display_name: Some(self.slot.name.as_ref().map_or_else(|| "AWS account".to_owned(), |id| format!("AWS account {id}"))),
            tenant: self.slot.name.clone(),
            ..IssuerFact::default()
        }));
    }

    /// States a permission of AWS's APIs that a client holds for itself, and the API and permission once per file.
    pub fn give(&mut self, client: &Name, kind: ScopeKind, action: &str, narrowed: bool) {
        let service = if kind == ScopeKind::DirectoryRole { "aws" } else { service_of(action) };
        if self.told.audiences.insert((self.slot.clone(), service.to_owned())) {
            let display = if service == "aws" { "All AWS services".to_owned() } else { format!("AWS {service}") };
            self.reading.fact(Fact::Audience(AudienceFact {
                names: vec![Name::new(Scheme::Name, service)],
                display_name: Some(display),
                built_in: Some(true),
                ..AudienceFact::default()
            }));
        }
        let key = (self.slot.clone(), kind, action.to_owned());
        if !self.told.scopes.contains(&key) {
            self.told.scopes.insert(key);
            self.reading.fact(Fact::Scope(ScopeFact {
                audience: Name::new(Scheme::Name, service),
                kind,
                value: action.to_owned(),
                source_id: None,
                display_name: None,
                implies: None,
            }));
        }
        self.reading.grant(&GrantFact {
            client: (client.scheme, &client.value),
            audience: (Scheme::Name, service),
            scope: ScopeRef::Value(kind, action),
            mode: GrantMode::Application,
            principal: None,
            principal_kind: PrincipalKind::Unknown,
            origin_kind: GrantOrigin::Assignment,
            narrowed,
            granted_at: None,
            expires_at: Expiry::Never,
        });
    }

    /// States that a client may become another one.
    pub fn way(&mut self, from: &Name, to: &str, account: Option<&str>, pattern: Option<String>) {
        let other = account.filter(|account| Some(*account) != self.slot.name.as_deref());
        self.reading.fact(Fact::ReachEdge(ReachEdgeFact {
            kind: ReachEdgeKind::Federation,
            from_kind: Kind::Client,
            from: from.clone(),
            to_kind: Kind::Client,
            to: Name::new(Scheme::ClientId, to),
            to_slot: other.map(|account| InstanceSlot { source: Source::Aws, name: Some(account.to_owned()) }),
            evidence: Evidence::Declared,
            subject_pattern: pattern,
        }));
    }

    /// States temporary keys that an issuer's subjects may ask for.
    pub fn federated(&mut self, client: &Name, issuer: &str, subject: &str) {
        let name = key_id(format!("{}/federated/{issuer}/{subject}", client.value));
        let mut fact = credential(client, CredentialKind::Federated, vec![name]);
        fact.federated_issuer = Some(crate::formats::text::display(issuer).into_owned());
        fact.federated_subject = Some(crate::formats::text::display(subject).into_owned());
        self.reading.fact(Fact::Credential(fact));
    }
}

/// A time as part of a name.
pub fn stamp(at: Option<Millis>) -> String {
    at.map_or_else(|| "undated".to_owned(), |ms| (ms / 1000).to_string())
}
