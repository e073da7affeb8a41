//! Short forms of the facts that small importers state: a credential, an owner, grants of one client at one audience.

use super::reading::Reading;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// A credential of a client, named by a key of its own, with nothing known of it yet.
pub fn credential(client: &str, kind: CredentialKind, key: &str, label: &str) -> CredentialFact {
    CredentialFact {
        display_name: Some(crate::formats::text::display(label).into_owned()),
        ..CredentialFact::new(Name::new(Scheme::ClientId, client), kind, key)
    }
}

/// Says who answers for a client.
pub fn owned_by(reading: &mut Reading<'_>, client: &str, owner: &str, kind: OwnerKind) {
    let name = Name::new(Scheme::ObjectId, owner);
    reading.fact(Fact::Owner(OwnerFact {
        names: vec![name.clone()],
        kind,
        display_name: Some(crate::formats::text::display(owner).into_owned()),
        contact: None,
        status: None,
        client: None,
    }));
    reading.fact(Fact::Ownership(OwnershipFact {
        subject_kind: Kind::Client,
        subject: Name::new(Scheme::ClientId, client),
        owner: name,
        role: OwnershipRole::Accountable,
    }));
}

/// What all grants of a record have in common.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Client.
    pub client: &'a str,
    /// Audience by its name.
    pub audience: (Scheme, &'a str),
    /// What its scopes are.
    pub kind: ScopeKind,
    /// For whom it acts.
    pub mode: GrantMode,
    /// The one person or group, by id.
    pub principal: Option<&'a str>,
    /// What made it.
    pub origin: GrantOrigin,
    /// Whether it is for some objects only.
    pub narrowed: bool,
    /// When.
    pub since: Option<Millis>,
    /// Until when.
    pub until: Expiry,
}

impl Given<'_> {
    /// States the grant of one scope.
    pub fn of(&self, reading: &mut Reading<'_>, scope: &str) {
        reading.grant(&GrantFact {
            client: (Scheme::ClientId, self.client),
            audience: self.audience,
            scope: ScopeRef::Value(self.kind, scope),
            mode: self.mode,
            principal: self.principal.map(|id| (Scheme::ObjectId, id)),
            principal_kind: if self.principal.is_some() { PrincipalKind::User } else { PrincipalKind::Unknown },
            origin_kind: self.origin,
            narrowed: self.narrowed,
            granted_at: self.since,
            expires_at: self.until,
        });
    }
}
