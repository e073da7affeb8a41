//! What is shown of each entity: the stored row plus everything that follows from packs, assertions and scores.
//!
//! Plain data; built by `build`, read by tables, panels and packs.

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::time::Millis;
use crate::policy::permissions::Classified;
use crate::policy::sla::Rotation;

use super::enforcement::Enforcement;

/// A value together with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked<T> {
    /// Value; `None` = unknown.
    pub value: Option<T>,
    /// Observed, asserted, derived or unknown.
    pub mark: Mark,
}

impl<T> Marked<T> {
    /// The asserted value if there is one, else the observed, else the derived one.
    pub fn first(asserted: Option<T>, observed: Option<T>, derived: Option<T>) -> Self {
        if asserted.is_some() {
            return Self { value: asserted, mark: Mark::Asserted };
        }
        if observed.is_some() {
            return Self { value: observed, mark: Mark::Observed };
        }
        let mark = if derived.is_some() { Mark::Derived } else { Mark::Unknown };
        Self { value: derived, mark }
    }
}

/// A client as shown. Position = index in `Estate::clients`.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// Index in `RevisionRows::clients`.
    pub row: u32,
    /// Public id.
    pub id: String,
    /// Who stores its credentials, and why we think so.
    pub holder: Marked<Holder>,
    /// Reason of the holder in words.
    pub holder_reason: String,
    /// Names of accountable owners, joined; `None` = no owner known.
    pub owner: Marked<String>,
    /// Keys of those owners as `|key|key|`.
    pub owner_keys: String,
    /// Index of the vendor in `Answers::vendors`.
    pub vendor: Option<u32>,
    /// Environment.
    pub environment: Marked<Environment>,
    /// Business product that it belongs to, by name.
    pub application: Marked<String>,
    /// Credentials of any status: range in `Answers::credentials`.
    pub credentials: std::ops::Range<u32>,
    /// Grants: range in `RevisionRows::grants`.
    pub grants: std::ops::Range<u32>,
    /// Also an audience.
    pub is_audience: bool,
    /// Has no grant, no credential, and is an audience or only published permissions (D24).
    pub api_only: bool,
}

/// A credential as shown. Grouped by client, in the order of `Estate::clients`.
#[derive(Debug, Clone)]
pub struct CredentialView {
    /// Index in `RevisionRows::credentials`.
    pub row: u32,
    /// Public id.
    pub id: String,
    /// Client, index in `Answers::clients`.
    pub client: u32,
    /// Status against its SLA.
    pub rotation: Rotation,
    /// Index in `Estate::credentials` while it is usable.
    pub unit: Option<u32>,
    /// More credentials hold the same value or key.
    pub shared: bool,
    /// Owner for rotation (else accountable).
    pub rotation_owner: Option<String>,
}

/// An audience as shown. Position = index in `Estate::audiences`.
#[derive(Debug, Clone)]
pub struct AudienceView {
    /// Index in `RevisionRows::audiences`.
    pub row: u32,
    /// Public id.
    pub id: String,
    /// Key of the pack that knows it.
    pub well_known: Option<String>,
    /// Trust boundary.
    pub boundary: Marked<String>,
    /// Data classes as one text, `name=sensitivity|…`.
    pub data_classes: Marked<String>,
    /// Highest sensitivity among its classes.
    pub sensitivity: Option<Sensitivity>,
    /// Business impact.
    pub impact: Marked<Impact>,
    /// High-risk function.
    pub high_risk: Marked<bool>,
    /// Business function.
    pub function: Marked<String>,
    /// Environment.
    pub environment: Marked<Environment>,
    /// Gateway and checks.
    pub enforcement: Enforcement,
    /// Who runs it: own, vendor, platform or unknown.
    pub operator: &'static str,
    /// Owner names.
    pub owner: Marked<String>,
    /// Identifiers as one text.
    pub identifiers: String,
    /// Scopes that it declares or that grants name.
    pub scopes: u32,
    /// Grants on its scopes.
    pub grants: u32,
    /// Clients with a grant on it.
    pub clients: u32,
}

/// A scope as shown. Position = index in `Estate::scopes`.
#[derive(Debug, Clone)]
pub struct ScopeView {
    /// Index in `RevisionRows::scopes`.
    pub row: u32,
    /// Public id.
    pub id: String,
    /// Audience, index in `Answers::audiences`.
    pub audience: u32,
    /// How it was classified.
    pub class: Classified,
    /// A person overrode the level.
    pub overridden: bool,
    /// The same bare string is honoured at another audience of the source (D6).
    pub shared: bool,
    /// Grants of it.
    pub grants: u32,
}

/// A principal as shown; same order as `RevisionRows::principals`.
#[derive(Debug, Clone)]
pub struct PrincipalView {
    /// Public id.
    pub id: String,
    /// Delegated grants for it.
    pub grants: u32,
}

/// An owner as shown; same order as `RevisionRows::owners`, then those that people asserted.
#[derive(Debug, Clone)]
pub struct OwnerView {
    /// Public id; of one that only statements name, by its name.
    pub id: String,
    /// Name.
    pub name: String,
    /// Index in `RevisionRows::owners`, if a file named it.
    pub row: Option<u32>,
    /// Clients that it is accountable for.
    pub clients: u32,
    /// Of those, how many have no other accountable owner.
    pub only_owner: u32,
}

/// An outside party with what it holds. Position = index in `Estate::vendors`.
#[derive(Debug, Clone)]
pub struct VendorView {
    /// Public id, or a proposed id `tenant:<id>`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Entity if stored.
    pub entity: EntityId,
    /// Whether the identity system verified the publisher of its clients: yes for all, no for at least one.
    pub verified: Tri,
    /// Contract reference.
    pub contract: Option<String>,
    /// Security contact.
    pub contact: Option<String>,
    /// Clients, indices in `Answers::clients`.
    pub clients: Vec<u32>,
    /// Consent kinds as one text: all users, some users, application.
    pub consent: String,
    /// Distinct users that consented; `None` = for all users.
    pub users: Option<u32>,
    /// Grants of its clients.
    pub grants: u32,
    /// Grants that reach restricted or regulated data.
    pub sensitive_grants: u32,
    /// Newest grant.
    pub newest_grant: Option<Millis>,
    /// Highest impact of an audience that it reaches directly.
    pub impact: Option<Impact>,
}
