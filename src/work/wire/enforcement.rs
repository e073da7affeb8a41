//! Enforcement and the governance file: the coverage matrix, recording a check, and what a file would change.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::frame::Link;

/// Command `enforcement {gateway}`: the coverage matrix of one gateway. `gateway` null = the first; empty = APIs without a gateway.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct EnforcementMatrix {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub gateways: Vec<GatewayLine>,
    /// The gateway whose APIs follow; empty = without a gateway.
    pub gateway: String,
    pub checks: Vec<CheckHead>,
    pub rows: Vec<EnforcementRow>,
    /// APIs of the gateway that are not in `rows`, because a page holds 500.
    pub more: u32,
    /// Routes that the configuration of this gateway names; those that fit no API come first.
    pub routes: Vec<RouteLine>,
    /// Routes of the gateway that are not in `routes`, because a page holds 500.
    pub more_routes: u32,
    /// Per business product: what its APIs prove together (domain.md 6.6).
    pub applications: Vec<TriadRow>,
}

/// A gateway and what its APIs say together; the name is empty for APIs without one.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct GatewayLine {
    pub name: String,
    pub audiences: u32,
    /// enforced, uneven, gateway_only, unknown.
    pub verdict: String,
    /// Mean coverage of its APIs, whole percent; null when nothing applies.
    pub coverage: Option<u32>,
    pub failed: u32,
    /// Checks of its APIs where what was recorded and what a configuration shows differ.
    pub contradictions: u32,
    /// Routes that its configuration names, and those of them that fit no API.
    pub routes: u32,
    pub unmatched: u32,
    pub link: Link,
}

/// A route of a gateway.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct RouteLine {
    pub id: String,
    pub name: String,
    pub service: Option<String>,
    /// Methods, hosts and paths that it answers for, in words.
    pub answers_for: String,
    /// Public ids and names of the APIs behind it; empty = no API of the inventory fits.
    pub apis: Vec<RouteApi>,
    /// stated, audience, address, name; null = no API fits.
    pub matched: Option<String>,
    /// G1 to G5.
    pub checks: Vec<String>,
    /// What the configuration says, in sentences.
    pub told: Vec<String>,
    pub issuers: Vec<String>,
    pub audiences: Vec<String>,
    pub scopes: Vec<String>,
}

/// An API behind a route.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct RouteApi {
    pub id: String,
    pub name: String,
}

/// A column of the matrix.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CheckHead {
    pub check: String,
    pub question: String,
}

/// One API.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct EnforcementRow {
    pub id: String,
    pub name: String,
    pub sensitivity: Option<String>,
    pub reachable_without_gateway: Option<bool>,
    /// In the order of `checks`.
    pub cells: Vec<CheckCell>,
    /// Whole percent; null when nothing applies.
    pub coverage: Option<u32>,
    /// enforced, gateway_only, failed, partial, unknown.
    pub verdict: String,
}

/// One check of one API.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CheckCell {
    /// What counts: unknown, pass, fail, partial, not_applicable.
    pub result: String,
    /// What was recorded, if anything.
    pub recorded: Option<String>,
    /// Why it counts otherwise than recorded; empty when it does not.
    pub why: String,
    pub method: Option<String>,
    pub checked: Option<String>,
    pub valid_until: Option<String>,
    pub evidence: Option<String>,
    pub by: Option<String>,
    /// What configurations of gateways show; null when no route leads here, and for checks of the API itself.
    pub observed: Option<ObservedCheck>,
    /// What was recorded and what a configuration shows differ; the worse of the two counts.
    pub contradiction: bool,
}

/// What configurations of gateways show of one check.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ObservedCheck {
    pub result: String,
    /// Why it counts otherwise; empty when it does not.
    pub why: String,
    pub checked: Option<String>,
    pub valid_until: Option<String>,
    pub evidence: Option<String>,
    /// Routes that lead to the API, by name.
    pub routes: Vec<String>,
    /// What was found on them, each sentence once.
    pub told: Vec<String>,
}

/// One API that a business product uses.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TriadRow {
    pub application: String,
    pub audience: String,
    pub audience_id: String,
    /// No credential of the product opens this API together with one that may not share a token with it; null = not known.
    pub token_scoped: Option<bool>,
    pub gateway_validates: bool,
    pub api_authorises: bool,
    /// What is missing, in words; empty when nothing is.
    pub missing: String,
}

/// Command `enforcement_record`: one record for every chosen check of every chosen API, as one revision; answers the new revision.
#[derive(Debug, Clone, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct RecordRequest {
    /// Public ids of audiences.
    pub ids: Vec<String>,
    /// G1 to A5.
    pub checks: Vec<String>,
    /// A result; empty takes earlier records back.
    pub result: String,
    #[serde(default)]
    pub method: String,
    #[serde(default)]
    pub checked: String,
    #[serde(default)]
    pub valid_until: String,
    #[serde(default)]
    pub evidence: String,
    #[serde(default)]
    pub by: String,
    pub reason: String,
}

/// Command `map_check {handle}` and `map_import {handle, reason}`: what a governance file changes.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct MapPlan {
    #[ts(type = "number")]
    pub revision: i64,
    /// SHA-256 of the file that was looked at.
    pub digest: String,
    pub changes: Vec<MapChange>,
    /// Statements of the file that are known already.
    pub unchanged: u32,
    pub faults: Vec<MapFault>,
}

/// One statement that a file makes; `before` null = unknown, `after` null = taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct MapChange {
    pub line: u32,
    pub subject: String,
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// One fault of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct MapFault {
    pub line: u32,
    pub subject: String,
    pub what: String,
}
