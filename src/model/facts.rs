//! What an importer may state about the records it reads, before anything has an id.
//!
//! An importer names entities by the names that its source uses ([`Name`]); the resolver in `work::import`
//! finds out which names belong together and gives out ids. A fact may be partial: for each field the
//! fact with the lowest `rank` that states it wins, ties go to the earlier file and record (D55).

use super::kinds::*;
use super::rows::Origin;
use super::time::{Expiry, Millis};

/// A name of an entity inside one source instance, e.g. (`object_id`, `9f1c…`). Compared without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// What kind of name it is.
    pub scheme: Scheme,
    /// The name as spelled.
    pub value: String,
}

impl Name {
    /// Shorthand.
    pub fn new(scheme: Scheme, value: impl Into<String>) -> Self {
        Self { scheme, value: value.into() }
    }
}

/// Which source instance facts belong to. `name: None` = decided at the end of the set from
/// [`Fact::InstanceName`], `--instance`, the inventory's only instance of that source, else `default` (D4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceSlot {
    /// Source system.
    pub source: Source,
    /// Tenant, realm or mapped system, if the file says so.
    pub name: Option<String>,
}

/// Something that a record states. `names` of an entity fact: all its names in this record, the best key first
/// (Entra client: `client_id` = appId, then `object_id`; Keycloak client: `client_id`, then `uuid`).
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// The instance's real name (tenant id), found in this record, with a display name if any.
    InstanceName {
        /// Tenant id, compared without case.
        name: String,
        /// Name for people.
        display_name: Option<String>,
    },
    /// An issuer.
    Issuer(IssuerFact),
    /// A client.
    Client(ClientFact),
    /// A credential.
    Credential(CredentialFact),
    /// An audience.
    Audience(AudienceFact),
    /// A scope of an audience.
    Scope(ScopeFact),
    /// A user or group.
    Principal(PrincipalFact),
    /// An owner.
    Owner(OwnerFact),
    /// Who answers for what.
    Ownership(OwnershipFact),
    /// An outside party.
    Vendor(VendorFact),
    /// A declared or observed way.
    ReachEdge(ReachEdgeFact),
    /// A route of a gateway and the checks on it.
    GatewayRoute(GatewayRouteFact),
}

/// See [`super::rows::IssuerRow`].
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct IssuerFact {
    pub names: Vec<Name>,
    pub display_name: Option<String>,
    pub uri: Option<String>,
    pub tenant: Option<String>,
    pub access_token_seconds: Option<i64>,
    pub session_seconds: Option<i64>,
    pub offline_seconds: Option<i64>,
}

/// See [`super::rows::ClientRow`].
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct ClientFact {
    pub names: Vec<Name>,
    /// Lower wins per field.
    pub rank: u8,
    pub display_name: Option<String>,
    pub kind: Option<ClientKind>,
    pub enabled: Option<Tri>,
    pub publisher: Option<String>,
    pub publisher_verified: Option<Tri>,
    pub owner_tenant: Option<String>,
    pub multi_tenant: Option<Tri>,
    pub built_in: Option<bool>,
    pub stated_holder: Option<Holder>,
    /// Vendor by name.
    pub vendor: Option<String>,
    /// Application (business product) by name.
    pub application: Option<String>,
    pub environment: Option<Environment>,
    pub internet: Option<Tri>,
    pub grant_types: Option<String>,
    pub created_at: Option<Millis>,
    pub last_used_at: Option<Millis>,
    pub access_token_seconds: Option<i64>,
}

/// See [`super::rows::CredentialRow`]. `names[0]` is unique inside the instance (a key id, or `client/kind/slot`).
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct CredentialFact {
    pub names: Vec<Name>,
    pub client: Name,
    pub kind: CredentialKind,
    pub display_name: Option<String>,
    pub created_at: Option<Millis>,
    pub activated_at: Option<Millis>,
    pub expires_at: Expiry,
    pub last_used_at: Option<Millis>,
    pub fingerprint: Option<String>,
    pub shared_value: Option<String>,
    pub federated_issuer: Option<String>,
    pub federated_subject: Option<String>,
}

impl CredentialFact {
    /// A credential of which nothing is known yet but its key.
    pub fn new(client: Name, kind: CredentialKind, key: impl Into<String>) -> Self {
        Self {
            names: vec![Name::new(Scheme::KeyId, key)],
            client,
            kind,
            display_name: None,
            created_at: None,
            activated_at: None,
            expires_at: Expiry::Unknown,
            last_used_at: None,
            fingerprint: None,
            shared_value: None,
            federated_issuer: None,
            federated_subject: None,
        }
    }
}

/// See [`super::rows::AudienceRow`]. An audience that is also a client has the client's names: the resolver
/// keeps one identity for both and two entities (kind client, kind audience).
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct AudienceFact {
    pub names: Vec<Name>,
    pub rank: u8,
    pub display_name: Option<String>,
    /// True when `names` are a client's names, so that the two are linked.
    pub is_client: bool,
    pub boundary: Option<String>,
    pub data_classes: Option<String>,
    pub impact: Option<Impact>,
    pub high_risk: Option<Tri>,
    pub function: Option<String>,
    pub environment: Option<Environment>,
    pub built_in: Option<bool>,
}

/// See [`super::rows::ScopeRow`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct ScopeFact {
    /// One name of the audience.
    pub audience: Name,
    pub kind: ScopeKind,
    pub value: String,
    pub source_id: Option<String>,
    pub display_name: Option<String>,
    pub implies: Option<String>,
}

/// See [`super::rows::PrincipalRow`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct PrincipalFact {
    pub names: Vec<Name>,
    pub rank: u8,
    pub kind: PrincipalKind,
    pub display_name: Option<String>,
    pub status: Option<PersonStatus>,
    pub member_count: Option<i64>,
}

/// See [`super::rows::OwnerRow`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct OwnerFact {
    pub names: Vec<Name>,
    pub kind: OwnerKind,
    pub display_name: Option<String>,
    pub contact: Option<String>,
    pub status: Option<PersonStatus>,
    /// Client behind it, when a client owns a client.
    pub client: Option<Name>,
}

/// See [`super::rows::OwnershipRow`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct OwnershipFact {
    pub subject_kind: Kind,
    pub subject: Name,
    pub owner: Name,
    pub role: OwnershipRole,
}

/// See [`super::rows::VendorRow`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct VendorFact {
    pub name: String,
    pub contact: Option<String>,
    pub contract: Option<String>,
}

/// See [`super::rows::ReachEdgeRow`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct ReachEdgeFact {
    pub kind: ReachEdgeKind,
    pub from_kind: Kind,
    pub from: Name,
    pub to_kind: Kind,
    pub to: Name,
    /// Instance that `to` belongs to; `None` = the record's own. A code host's data may hold another system's credentials.
    pub to_slot: Option<InstanceSlot>,
    pub evidence: Evidence,
    pub subject_pattern: Option<String>,
}

/// See [`super::rows::GatewayRouteRow`]. `names[0]` is unique inside the instance.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct GatewayRouteFact {
    pub names: Vec<Name>,
    pub display_name: Option<String>,
    pub gateway: Option<String>,
    pub service: Option<String>,
    pub hosts: Vec<String>,
    pub paths: Vec<String>,
    pub methods: Vec<String>,
    pub issuers: Vec<String>,
    pub audiences: Vec<String>,
    pub scopes: Vec<String>,
    /// G1 to G5.
    pub checks: [CheckResult; 5],
    /// Sentences, the weightiest first.
    pub told: Vec<String>,
}

/// How a grant names its scope at the audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeRef<'a> {
    /// By the source's id (`appRoleId`); the kind is what it becomes when no file describes it.
    Id(ScopeKind, &'a str),
    /// By its value.
    Value(ScopeKind, &'a str),
}

/// One grant; borrowed because there are millions.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "fields are those of the row")]
pub struct GrantFact<'a> {
    pub client: (Scheme, &'a str),
    pub audience: (Scheme, &'a str),
    pub scope: ScopeRef<'a>,
    pub mode: GrantMode,
    pub principal: Option<(Scheme, &'a str)>,
    /// Kind that the principal gets when no record describes it.
    pub principal_kind: PrincipalKind,
    pub origin_kind: GrantOrigin,
    pub narrowed: bool,
    pub granted_at: Option<Millis>,
    pub expires_at: Expiry,
}

/// What became of one record (decision D19); `merged` is found by the resolver, not by importers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordFate {
    /// Its facts were stated.
    Accepted,
    /// Wanted but unusable; a problem with severity `rejected` was reported.
    Rejected,
    /// Understood and not used.
    Ignored,
}

/// Something to tell about a file or record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
pub struct Problem {
    /// Stable code such as `BH-IMP-014`.
    pub code: String,
    /// `warning` (we went on), `rejected` (this record is not stored), `refused` (the whole file is not stored).
    pub severity: ProblemSeverity,
    /// Record number in the file from 1; 0 = the file as a whole.
    #[ts(type = "number")]
    pub record: u32,
    /// Byte offset, line or column text, if known.
    pub position: Option<String>,
    /// One sentence, imported text already cut and cleaned.
    pub message: String,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ProblemSeverity {
    /// Told; the record is stored.
    Warning,
    /// This record is not stored.
    Rejected,
    /// Nothing of this file is stored.
    Refused,
}

/// Receives what importers read. Implemented by the resolver of `work::import` and by test recorders.
pub trait Sink {
    /// Switches to a file of the set (index into the list that the importer was given).
    fn file(&mut self, index: usize);
    /// Starts a record (element of a source's own list) and says which list and instance it belongs to. `identity`
    /// is what makes two records the same source object (`None` = every record is its own).
    fn record(&mut self, slot: &InstanceSlot, list: RecordKind, identity: Option<&str>) -> u32;
    /// States a fact of the current record.
    fn fact(&mut self, fact: Fact);
    /// States a grant of the current record.
    fn grant(&mut self, grant: &GrantFact<'_>);
    /// Ends the current record.
    fn fate(&mut self, fate: RecordFate);
    /// Tells a problem; `record` 0 for the file.
    fn problem(&mut self, problem: Problem);
    /// Counts secret values dropped while parsing.
    fn secrets_dropped(&mut self, n: u64);
    /// Says how complete the file's list is; `parent` names the object whose nested list it is (D10). The weakest statement per list wins.
    fn completeness(&mut self, slot: &InstanceSlot, list: RecordKind, parent: Option<&Name>, completeness: Completeness, reason: &str);
    /// Export time stated by the file.
    fn exported_at(&mut self, at: Millis);
    /// True when the user cancelled; importers return early with an error.
    fn cancelled(&self) -> bool;
    /// Group id of equal secret values by an HMAC whose key lives for this import only (decision D16).
    fn shared_value(&mut self, secret: &str) -> String;
    /// Where the current record stands.
    fn origin(&self) -> Origin;
}
