//! "Assume this vendor is breached": one page and one file.

use serde::Serialize;
use ts_rs::TS;

use super::frame::{Figure, Link};

/// Command `breach {id}`: everything about the breach of one vendor. `breach_export {id, format, handle}` writes it.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Breach {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub id: String,
    pub name: String,
    pub sentence: String,
    pub figures: Vec<Figure>,
    pub audiences: Vec<BreachAudience>,
    pub data_classes: Vec<BreachClass>,
    pub functions: Vec<BreachFunction>,
    pub people: Vec<BreachPerson>,
    /// Clients of this vendor for which nobody is known to call.
    pub without_owner: u32,
    pub order_note: String,
    /// In the order of revoking.
    pub revocations: Vec<RevocationStep>,
    /// What to do at each source, in its own words.
    pub instructions: Vec<SourceSteps>,
    /// What stays usable after revoking, per source.
    pub tails: Vec<TokenTail>,
    /// Credentials of others that the vendor could read or that hold the same value.
    pub rotations: Vec<HarvestedClient>,
    /// Facts that are not known and matter here.
    pub unknowns: Vec<String>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BreachAudience {
    /// Empty for a control plane.
    pub id: String,
    pub name: String,
    pub boundary: String,
    pub privilege: String,
    /// Ways travelled on the best path; 1 = by its own grants.
    pub direct: bool,
    pub load: f64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BreachClass {
    pub name: String,
    /// Null = unknown, counted as confidential.
    pub sensitivity: Option<String>,
    pub privilege: String,
    pub audiences: u32,
    pub link: Option<Link>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BreachFunction {
    pub name: String,
    pub impact: Option<String>,
    pub privilege: String,
}

/// Somebody to call.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BreachPerson {
    pub name: String,
    pub contact: Option<String>,
    /// `vendor contact`, `revocation`, `rotation`, `accountable`, `technical`, `deputy`.
    pub roles: Vec<String>,
    /// Clients of the vendor that they answer for.
    pub clients: u32,
    pub link: Option<Link>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct RevocationStep {
    pub number: u32,
    pub id: String,
    pub name: String,
    /// Identifier that the source uses.
    pub client_id: String,
    pub source: String,
    pub instance: String,
    pub enabled: bool,
    pub credentials: u32,
    pub grants: u32,
    pub owner: Option<String>,
    /// Load that only this client adds when its turn comes.
    pub alone: f64,
    /// Reach units of the vendor after this step; null where not computed.
    pub remaining: Option<f64>,
    pub grant_rows: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SourceSteps {
    pub source: String,
    pub instance: String,
    pub clients: u32,
    pub link: Option<Link>,
    pub steps: Vec<String>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenTail {
    pub source: String,
    pub instance: String,
    /// Longest access token lifetime, seconds; null = no export says it.
    #[ts(type = "number | null")]
    pub seconds: Option<i64>,
    pub text: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct HarvestedClient {
    pub id: String,
    pub name: String,
    pub credentials: u32,
    pub credential_rows: Link,
    /// Where it lies, or with whom it is shared.
    pub reason: String,
    pub owner: Option<String>,
}
