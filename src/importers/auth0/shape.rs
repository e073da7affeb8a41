//! What an object of Auth0's is, by its fields. Knows Auth0's words; states no fact.

use crate::importers::listed::tree::Tree;
use crate::model::kinds::RecordKind;

/// Kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An application.
    Client,
    /// What an application may ask of an API.
    ClientGrant,
    /// What a user consented to.
    UserGrant,
    /// An API.
    ResourceServer,
    /// A key of an application.
    Credential,
    /// Understood, and nothing that is asked here; why.
    Unused(&'static str),
    /// An error reply.
    Error,
    /// None of these.
    Unknown,
}

impl Shape {
    /// The list that such an object counts for.
    pub const fn list(self) -> RecordKind {
        match self {
            Self::Client => RecordKind::Auth0Clients,
            Self::ClientGrant => RecordKind::Auth0ClientGrants,
            Self::UserGrant => RecordKind::Auth0UserGrants,
            Self::ResourceServer => RecordKind::Auth0ResourceServers,
            Self::Credential => RecordKind::Auth0Credentials,
            Self::Unused(_) | Self::Error | Self::Unknown => RecordKind::Stated,
        }
    }

    /// What the object is, by its fields.
    pub fn of(tree: &Tree) -> Self {
        let has = |keys: &[&str]| keys.iter().all(|key| tree.has(key));
        let any = |keys: &[&str]| keys.iter().any(|key| tree.has(key));
        if has(&["statusCode", "error"]) {
            Self::Error
        } else if has(&["clientID", "user_id"]) {
            Self::UserGrant
        } else if has(&["client_id", "audience"]) && any(&["scope", "allow_all_scopes"]) {
            Self::ClientGrant
        } else if has(&["credential_type"]) && any(&["id", "kid"]) {
            Self::Credential
        } else if any(&["identifier"]) && any(&["name", "scopes", "token_lifetime", "signing_alg"]) {
            Self::ResourceServer
        } else if (has(&["name"]) && any(&["grant_types", "external_client_id"]))
            || (any(&["name", "client_id"]) && any(&["app_type", "is_first_party", "oidc_conformant", "jwt_configuration"]))
        {
            Self::Client
        } else if has(&["device_name"]) && any(&["client_id", "user_id"]) {
            Self::Unused("refresh tokens by device, which do not say what they may do")
        } else if has(&["name"]) && any(&["permissions"]) {
            Self::Unused("roles of people")
        } else {
            Self::Unknown
        }
    }
}

/// Host of the tenant in the identifier of its Management API.
pub fn tenant_of(identifier: &str) -> Option<String> {
    let host = identifier.strip_prefix("https://")?.strip_suffix("/api/v2/")?;
    (!host.is_empty() && !host.contains('/') && !super::text::is_placeholder(host)).then(|| host.to_ascii_lowercase())
}
