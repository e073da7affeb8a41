//! The names that a table's texts are, and what a row states before its record exists.

use crate::formats::text::display;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// An audience of a table's own system is known by the name that stands there; one of Entra or Keycloak by its client
/// id or identifier URI. `scheme:value` states the scheme, as in `tenant:storefront` for a realm itself.
pub fn audience_name(text: &str, generic: bool) -> (String, Scheme) {
    if let Some((scheme, value)) = text.split_once(':').and_then(|(word, value)| Some((Scheme::parse(word)?, value)))
        && !value.is_empty()
        && !value.starts_with("//")
    {
        return (value.to_owned(), scheme);
    }
    let scheme = match (generic, text.contains("://")) {
        (true, _) => Scheme::Name,
        (false, true) => Scheme::Uri,
        (false, false) => Scheme::ClientId,
    };
    (text.to_owned(), scheme)
}

/// A mail address is a user name, anything else a plain name.
pub fn owner_name(owner: &str) -> Name {
    Name::new(if owner.contains('@') { Scheme::Upn } else { Scheme::Name }, owner)
}

/// What a row says of an owner by naming one.
pub fn owner_fact(owner: &str, kind: OwnerKind) -> OwnerFact {
    OwnerFact {
        names: vec![owner_name(owner)],
        kind,
        display_name: Some(display(owner).into_owned()),
        contact: owner.contains('@').then(|| display(owner).into_owned()),
        status: None,
        client: None,
    }
}

/// What a row states and what makes it the same as another row.
pub struct Stated {
    /// What makes it the same as another row.
    pub identity: String,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Grants.
    pub grants: Vec<Grant>,
}

impl Stated {
    /// Facts without grants.
    pub fn facts(identity: String, facts: Vec<Fact>) -> Self {
        Self { identity, facts, grants: Vec::new() }
    }
}

/// A grant until its record exists.
#[allow(missing_docs, reason = "fields are those of the fact")]
pub struct Grant {
    pub client: String,
    pub audience: (Scheme, String),
    pub scope: (ScopeKind, String),
    pub mode: GrantMode,
    pub principal: Option<String>,
    pub granted_at: Option<Millis>,
    pub expires_at: Expiry,
}

impl Grant {
    /// States it in the current record.
    pub fn state(&self, sink: &mut dyn Sink) {
        sink.grant(&GrantFact {
            client: (Scheme::ClientId, &self.client),
            audience: (self.audience.0, &self.audience.1),
            scope: ScopeRef::Value(self.scope.0, &self.scope.1),
            mode: self.mode,
            principal: self.principal.as_deref().map(|principal| (Scheme::Upn, principal)),
            principal_kind: if self.mode == GrantMode::DelegatedGroup { PrincipalKind::Group } else { PrincipalKind::User },
            origin_kind: GrantOrigin::Declared,
            narrowed: false,
            granted_at: self.granted_at,
            expires_at: self.expires_at,
        });
    }
}
