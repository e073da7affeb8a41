//! What the reach engine sees: the visible rows of a revision plus everything that packs and people say about
//! them, as dense indices. Built by `work::estate`; `reach` and `blast` know nothing else.
//!
//! All weights are per mille, so that sums are exact to the last step (domain.md 3.4).

use super::kinds::*;

/// Dense index of a client in [`Estate::clients`].
pub type ClientIx = u32;
/// Dense index of an audience in [`Estate::audiences`].
pub type AudienceIx = u32;
/// Dense index of a scope in [`Estate::scopes`].
pub type ScopeIx = u32;
/// Dense index of a principal; `NO_PRINCIPAL` = none.
pub type PrincipalIx = u32;
/// "No principal" of a grant.
pub const NO_PRINCIPAL: PrincipalIx = u32::MAX;

/// A data class of an audience: the second half of an atom (D31).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataClass {
    /// Name; `unclassified` when nobody said.
    pub name: String,
    /// Sensitivity; `None` = unknown, counted as confidential and flagged.
    pub sensitivity: Option<Sensitivity>,
}

/// An audience with everything that weights it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateAudience {
    /// Stable key for ordering and output (public id).
    pub id: String,
    /// Name.
    pub name: String,
    /// Trust boundary; `None` = unassigned, which counts as one boundary in C (D30).
    pub boundary: Option<String>,
    /// Tenant (index into [`Estate::tenants`]).
    pub tenant: u32,
    /// Its data classes, at least one (`unclassified`).
    pub classes: Vec<DataClass>,
    /// Business impact; `None` = unknown, counted as moderate.
    pub impact: Option<Impact>,
    /// Business function per class (well-known audiences have one per class, D32); same length as `classes`.
    pub functions: Vec<String>,
    /// Environment.
    pub environment: Environment,
    /// Client that is this API.
    pub client: Option<ClientIx>,
    /// Clients whose credentials its data holds (harvest, R9), with how that is known.
    pub harvest: Vec<(ClientIx, Evidence)>,
    /// Gateway in front of it, by name; `None` = none recorded.
    pub gateway: Option<String>,
    /// What each check does at the time that ages count to, by [`CheckId`]: expired evidence is unknown.
    pub checks: [CheckResult; CheckId::ALL.len()],
    /// Calls that this API makes for its callers (R6).
    pub downstream: Vec<EstateDownstream>,
}

impl EstateAudience {
    /// What one check does.
    pub const fn check(&self, id: CheckId) -> CheckResult {
        self.checks[id as usize]
    }
}

/// A call that an API makes for whoever calls it (R6): on behalf of the caller, or with the very token that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EstateDownstream {
    /// Where it leads.
    pub to: DownstreamTo,
    /// The token is passed on unchanged.
    pub passthrough: bool,
    /// How it is known; an inferred one never scores.
    pub evidence: Evidence,
}

/// Where a downstream call leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DownstreamTo {
    /// To everything that this client, as which the API acts, was granted.
    Client(ClientIx),
    /// To this API, with what the calling API's own client was granted there.
    Audience(AudienceIx),
}

/// What an escalation permission captures (domain.md 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationTarget {
    /// Owned or named objects only.
    Bounded,
    /// All principals of the tenant (R4b).
    Principals,
    /// All clients of the tenant.
    ClientsAll,
    /// The whole tenant.
    Realm,
}

/// A classified scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateScope {
    /// Public id.
    pub id: String,
    /// Value.
    pub value: String,
    /// Audience.
    pub audience: AudienceIx,
    /// Level.
    pub privilege: Privilege,
    /// Breadth.
    pub breadth: BreadthHint,
    /// Indices of the audience's classes that it opens; empty = all of them.
    pub classes: Vec<u16>,
    /// Escalation method id and target, if one permission alone suffices.
    pub escalation: Option<(String, EscalationTarget)>,
    /// True when the level rests on a default or lexical guess.
    pub assumed: bool,
    /// `offline_access` and its like: sets the standing unit's life.
    pub offline: bool,
    /// A scope that acts only on what the signed-in user may: true for delegated kinds.
    pub delegated_kind: bool,
}

/// One effective grant of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EstateGrant {
    /// Scope.
    pub scope: ScopeIx,
    /// Principal.
    pub principal: PrincipalIx,
    /// Mode.
    pub mode: GrantMode,
    /// Narrowed to some objects: breadth hint selected.
    pub narrowed: bool,
    /// Row number in `RevisionRows::grants`.
    pub row: u32,
}

/// A usable credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateCredential {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Owner client.
    pub client: ClientIx,
    /// Kind.
    pub kind: CredentialKind,
    /// Life factor, per mille (domain.md 3.5), and whether it is assumed.
    pub life: (i64, bool),
    /// Rot factor, per mille, and whether it is assumed.
    pub rot: (i64, bool),
    /// Leak factor, per mille.
    pub leak: i64,
    /// Group of credentials that hold the same value or key (R5); equal numbers share. 0 = none.
    pub shared_group: u32,
    /// Federated subject names a client of the estate (R7): that client, and whether the subject is a wildcard.
    pub federated_from: Option<(ClientIx, bool)>,
}

/// A client with its exposure facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateClient {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Tenant.
    pub tenant: u32,
    /// Hold factor, per mille, and whether it is assumed (holder unknown).
    pub hold: (i64, bool),
    /// Net factor, per mille.
    pub net: i64,
    /// Life of its delegated standing grants, per mille, and whether assumed: without and with `offline_access`.
    pub delegated_life: [(i64, bool); 2],
    /// Environment.
    pub environment: Environment,
    /// Disabled clients are scored "if enabled again" (D40).
    pub enabled: bool,
    /// Clients that own it and may add a secret (R8).
    pub owner_clients: Vec<ClientIx>,
    /// Vendor index in [`Estate::vendors`].
    pub vendor: Option<u32>,
    /// Managed identity: the assumed credential is .75 and 1.00 (D38).
    pub managed: bool,
    /// First grant in [`Estate::grants`].
    pub grants_from: u32,
    /// One past the last grant.
    pub grants_to: u32,
    /// First credential in [`Estate::credentials`].
    pub credentials_from: u32,
    /// One past the last credential.
    pub credentials_to: u32,
}

/// A vendor and the clients it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateVendor {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Clients it holds, ascending.
    pub clients: Vec<ClientIx>,
}

/// A business product and the clients it is made of (D56).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateApplication {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its clients, ascending.
    pub clients: Vec<ClientIx>,
}

/// A tenant: one control plane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstateTenant {
    /// Public id of the instance.
    pub id: String,
    /// Name.
    pub name: String,
}

/// Everything that can be reached and everyone who can reach it. Clients, credentials and audiences are ordered by id.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// Revision.
    pub revision: i64,
    /// Tenants.
    pub tenants: Vec<EstateTenant>,
    /// Clients, sorted by id; grants and credentials are ranges.
    pub clients: Vec<EstateClient>,
    /// Credentials, grouped by client.
    pub credentials: Vec<EstateCredential>,
    /// Audiences, sorted by id.
    pub audiences: Vec<EstateAudience>,
    /// Scopes, sorted by id.
    pub scopes: Vec<EstateScope>,
    /// Grants, grouped by client.
    pub grants: Vec<EstateGrant>,
    /// Vendors, sorted by id.
    pub vendors: Vec<EstateVendor>,
    /// Applications, sorted by id.
    pub applications: Vec<EstateApplication>,
    /// Whether a principal is privileged or a group of unknown size, and its member count (1 for a user).
    pub principals: Vec<EstatePrincipal>,
    /// AND sets of escalation: method id, permission values that must all be held as application grants, target (domain.md 3.3).
    pub escalation_sets: Vec<(String, Vec<ScopeIx>, EscalationTarget)>,
    /// Declared or observed ways from client to client, in any order.
    pub edges: Vec<EstateEdge>,
}

/// A principal's breadth facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstatePrincipal {
    /// Public id.
    pub id: String,
    /// Members: 1 for a user; `None` = group of unknown size (breadth 1.00, flagged).
    pub members: Option<u32>,
    /// Known to hold an administrative role: breadth 1.00 for `admin` scopes and above, and a delegated escalation method works with its tokens.
    pub privileged: bool,
}

/// A way from one client to another that a file or a person declared or that was observed (R5, R7, R8). What follows from the
/// rows themselves (`shared_group`, `federated_from`, `owner_clients`) is not repeated here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EstateEdge {
    /// Who travels.
    pub from: ClientIx,
    /// Who is reached.
    pub to: ClientIx,
    /// `Shared`, `Federation` or `OwnerControl`; other kinds are not client to client and are ignored.
    pub kind: ReachEdgeKind,
    /// A federation whose subject is a wildcard.
    pub wildcard: bool,
    /// How it is known; an inferred edge never scores.
    pub evidence: Evidence,
}
