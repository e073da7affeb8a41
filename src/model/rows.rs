//! What a revision holds: one struct per governed table, exactly as stored, ids as integers.
//!
//! A row never says what follows from a rule or pack (holder, privilege, status, score): that is
//! computed per revision in `work` from these rows plus assertions (decision D8).

pub use super::gateway_route::GatewayRouteRow;
use super::id::EntityId;
use super::kinds::*;
use super::time::{Expiry, Millis};

/// Where a row was read: import file (row id of `import_files`) and record number, both 1-based. 0 = not from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Origin {
    /// Row id of the import file.
    pub file: u32,
    /// Record number inside that file, from 1.
    pub record: u32,
}

/// An entry of the key table: the natural key of one entity (INV-03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Entity.
    pub id: EntityId,
    /// Kind of entity.
    pub kind: Kind,
    /// Source system.
    pub source: Source,
    /// Row id of the source instance.
    pub instance: u32,
    /// Natural key as the source spells it first (compared without case).
    pub natural_key: String,
}

/// A source instance: a tenant, a realm, a mapped system (decision D4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceRow {
    /// Row id.
    pub id: u32,
    /// Source system.
    pub source: Source,
    /// Tenant id, realm or given name.
    pub name: String,
    /// True when nobody stated it.
    pub assumed: bool,
}

/// A further name of an entity, as a source uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierRow {
    /// Entity.
    pub entity: EntityId,
    /// What kind of name.
    pub scheme: Scheme,
    /// The name.
    pub value: String,
    /// Where it was read.
    pub origin: Origin,
}

/// A party that mints tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerRow {
    /// Entity.
    pub entity: EntityId,
    /// Name for people.
    pub display_name: String,
    /// Issuer URI as in `iss`, if stated.
    pub uri: Option<String>,
    /// Tenant id or realm.
    pub tenant: Option<String>,
    /// Access token lifetime, seconds.
    pub access_token_seconds: Option<i64>,
    /// Longest session, seconds.
    pub session_seconds: Option<i64>,
    /// Longest offline session, seconds; `i64::MAX` = never ends by age.
    pub offline_seconds: Option<i64>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// An OAuth client or other non-human identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// Entity.
    pub entity: EntityId,
    /// Name for people.
    pub display_name: String,
    /// Described or only mentioned.
    pub state: RowState,
    /// What it is.
    pub kind: ClientKind,
    /// Whether it may get tokens.
    pub enabled: Tri,
    /// Publisher as the source states it.
    pub publisher: Option<String>,
    /// Whether the identity system verified the publisher.
    pub publisher_verified: Tri,
    /// Tenant that owns the registration (`appOwnerOrganizationId`).
    pub owner_tenant: Option<String>,
    /// Whether other tenants may use it.
    pub multi_tenant: Tri,
    /// Built in by the identity system itself (Keycloak's `account`, ...).
    pub built_in: bool,
    /// Stated by a file: holder, where a mapped column says so.
    pub stated_holder: Option<Holder>,
    /// Vendor named by a file, if any.
    pub vendor: EntityId,
    /// Business product named by a file, if any.
    pub application: EntityId,
    /// Environment.
    pub environment: Environment,
    /// Usable from the internet.
    pub internet: Tri,
    /// Grant types and similar flags, blank-separated, sorted.
    pub grant_types: Option<String>,
    /// When it was registered.
    pub created_at: Option<Millis>,
    /// Last use that the source reports.
    pub last_used_at: Option<Millis>,
    /// Access token lifetime of this client, seconds.
    pub access_token_seconds: Option<i64>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// A secret, key, certificate or federated subject; never its value (INV-01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// Entity.
    pub entity: EntityId,
    /// Client that uses it.
    pub client: EntityId,
    /// Kind.
    pub kind: CredentialKind,
    /// Label for people.
    pub display_name: String,
    /// Created.
    pub created_at: Option<Millis>,
    /// Valid from.
    pub activated_at: Option<Millis>,
    /// Valid until.
    pub expires_at: Expiry,
    /// Last use.
    pub last_used_at: Option<Millis>,
    /// Thumbprint of a certificate or public key, or the source's key id (decision D16).
    pub fingerprint: Option<String>,
    /// Group of credentials that hold the same value (set by the importer's run-local HMAC), as a text id.
    pub shared_value: Option<String>,
    /// Federated issuer.
    pub federated_issuer: Option<String>,
    /// Federated subject or pattern.
    pub federated_subject: Option<String>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// A boundary that accepts tokens: an API (decision D2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceRow {
    /// Entity.
    pub entity: EntityId,
    /// Name for people.
    pub display_name: String,
    /// Described or only mentioned.
    pub state: RowState,
    /// Client that is this API, if any (Entra resource service principal, Keycloak client).
    pub client: EntityId,
    /// Trust boundary stated by a file.
    pub boundary: Option<String>,
    /// Data class names stated by a file, `|`-separated, sorted; each may be `name=sensitivity`.
    pub data_classes: Option<String>,
    /// Business impact stated by a file.
    pub impact: Option<Impact>,
    /// High-risk function.
    pub high_risk: Tri,
    /// Business function stated by a file.
    pub function: Option<String>,
    /// Environment.
    pub environment: Environment,
    /// Built in by the identity system.
    pub built_in: bool,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// A named privilege at one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRow {
    /// Entity.
    pub entity: EntityId,
    /// Audience that honours it.
    pub audience: EntityId,
    /// Kind.
    pub kind: ScopeKind,
    /// The string in the token, or the role id when no file names it.
    pub value: String,
    /// Id that the source uses in assignments.
    pub source_id: Option<String>,
    /// Name for people, if other than the value.
    pub display_name: Option<String>,
    /// Described or only mentioned.
    pub state: RowState,
    /// What it stands for, blank-separated: members of a Keycloak composite role, allowed actions of a custom Entra role.
    pub implies: Option<String>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// Packed "nobody said" of a grant's times.
pub const UNKNOWN_MS: Millis = i64::MIN;
/// Packed "never ends" of a grant.
pub const NEVER_MS: Millis = i64::MAX;

/// One scope granted to one client; the audience is the scope's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantRow {
    /// Client.
    pub client: EntityId,
    /// Scope.
    pub scope: EntityId,
    /// Mode.
    pub mode: GrantMode,
    /// User or group of a delegated grant, else none.
    pub principal: EntityId,
    /// What made it.
    pub origin_kind: GrantOrigin,
    /// Narrowed to some objects (directory scope, selected resources).
    pub narrowed: bool,
    /// When it was granted; [`UNKNOWN_MS`] = not said. Packed because an estate has millions of these rows.
    pub granted_at: Millis,
    /// When it ends; [`UNKNOWN_MS`] = not said, [`NEVER_MS`] = never.
    pub expires_at: Millis,
    /// Lists that hold this row (bits of [`RecordKind`]).
    pub held_by: u16,
    /// Where it was read.
    pub origin: Origin,
}

/// A user or group that a grant, ownership or role names (decision D18).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalRow {
    /// Entity.
    pub entity: EntityId,
    /// Kind.
    pub kind: PrincipalKind,
    /// Name for people.
    pub display_name: String,
    /// Still there.
    pub status: PersonStatus,
    /// Members, for a group whose members a file lists.
    pub member_count: Option<i64>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// A person, team or client that answers for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRow {
    /// Entity.
    pub entity: EntityId,
    /// Kind.
    pub kind: OwnerKind,
    /// Name for people.
    pub display_name: String,
    /// Mail address or similar.
    pub contact: Option<String>,
    /// Still there.
    pub status: PersonStatus,
    /// The client, when a client owns a client (mode R8).
    pub client: EntityId,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// Who answers for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnershipRow {
    /// Client, credential, audience, scope or vendor.
    pub subject: EntityId,
    /// Owner.
    pub owner: EntityId,
    /// In which role.
    pub role: OwnershipRole,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// An outside party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorRow {
    /// Entity.
    pub entity: EntityId,
    /// Name for people.
    pub display_name: String,
    /// Security contact.
    pub contact: Option<String>,
    /// Contract reference or state.
    pub contract: Option<String>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// A declared or observed way from one thing to another (domain.md 2.2 ReachEdge).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachEdgeRow {
    /// Kind.
    pub kind: ReachEdgeKind,
    /// Where it starts: audience (harvest, obo, passthrough) or client.
    pub from: EntityId,
    /// Client or audience that it leads to.
    pub to: EntityId,
    /// How it is known.
    pub evidence: Evidence,
    /// Subject pattern of a federation.
    pub subject_pattern: Option<String>,
    /// Lists that hold this row.
    pub held_by: i64,
    /// Where it was read.
    pub origin: Origin,
}

/// What a person stated about a subject, laid over what was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionRow {
    /// Subject; `EntityId::NONE` for a statement about the inventory itself (SLA class, settings).
    pub subject: EntityId,
    /// Attribute word: `owner`, `boundary`, `data_class`, `impact`, `high_risk`, `function`, `environment`, `holder`, `vendor`, `sla:<kind>`, `privilege`.
    pub attribute: String,
    /// Value as text.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// When, as UTC milliseconds.
    pub at: Millis,
    /// When to look again.
    pub review_at: Option<Millis>,
}

/// All visible rows of one revision. Vectors are sorted by entity (grants by client, scope, mode, principal).
#[derive(Debug, Clone, Default)]
pub struct RevisionRows {
    /// Revision number that these rows show.
    pub revision: i64,
    /// Newest stated or assumed export time up to it.
    pub as_of: Millis,
    /// True when the as-of time rests on an import time that no file and nobody stated.
    pub as_of_assumed: bool,
    /// Instances.
    pub instances: Vec<InstanceRow>,
    /// Keys of all entities that any row below names.
    pub keys: Vec<KeyRow>,
    /// Further names.
    pub identifiers: Vec<IdentifierRow>,
    /// Issuers.
    pub issuers: Vec<IssuerRow>,
    /// Clients.
    pub clients: Vec<ClientRow>,
    /// Credentials.
    pub credentials: Vec<CredentialRow>,
    /// Audiences.
    pub audiences: Vec<AudienceRow>,
    /// Scopes.
    pub scopes: Vec<ScopeRow>,
    /// Grants.
    pub grants: Vec<GrantRow>,
    /// Principals.
    pub principals: Vec<PrincipalRow>,
    /// Owners.
    pub owners: Vec<OwnerRow>,
    /// Ownerships.
    pub ownerships: Vec<OwnershipRow>,
    /// Vendors.
    pub vendors: Vec<VendorRow>,
    /// Declared edges.
    pub reach_edges: Vec<ReachEdgeRow>,
    /// Routes of gateways.
    pub gateway_routes: Vec<GatewayRouteRow>,
    /// Assertions, in the order they were made.
    pub assertions: Vec<AssertionRow>,
    /// First revision of each client, credential (entity id, revision), sorted by entity: "first seen".
    pub first_seen: Vec<(EntityId, i64)>,
    /// As-of time of each revision, sorted by revision.
    pub revision_as_of: Vec<(i64, Millis)>,
}
