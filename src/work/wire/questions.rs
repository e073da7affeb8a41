//! The page Questions: replay, who crosses, vendor breach, path from A to B, portfolio.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::blast::{BlastSubject, PathLine};
use super::frame::Link;

/// Command `questions`: what can be asked about in this revision.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct QuestionForms {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    /// Names of the trust boundaries; `unassigned` among them.
    pub boundaries: Vec<String>,
    /// Names of the data classes.
    pub data_classes: Vec<String>,
    /// Vendors with clients, by name.
    pub vendors: Vec<NamedCount>,
    /// Clients that questions search: enabled, not the platform's, not only an API.
    pub clients: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct NamedCount {
    pub id: String,
    pub name: String,
    pub count: u32,
}

/// Command `replay {subject}`: every API that would accept the tokens of a client or credential.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Replay {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub subject: BlastSubject,
    pub name: String,
    /// The answer in a sentence.
    pub sentence: String,
    /// APIs that were looked at.
    pub searched: u32,
    pub groups: Vec<ReplayGroup>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReplayGroup {
    /// `named`, `check_failed`, `check_unknown`.
    pub key: String,
    pub title: String,
    /// What the group means.
    pub meaning: String,
    /// APIs in it.
    pub total: u32,
    /// Their rows; null when there are too many to name in a filter, or none.
    pub link: Option<Link>,
    /// The first of them.
    pub audiences: Vec<ReplayLine>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReplayLine {
    pub id: String,
    pub name: String,
    pub boundary: String,
    /// Highest privilege that the token has there; null where nobody knows.
    pub privilege: Option<String>,
    pub reason: String,
}

/// Command `crosses` (no boundaries): how many clients reach both of each pair.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Crosses {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub sentence: String,
    /// Clients searched, and their rows.
    pub searched: u32,
    pub population: Link,
    pub boundaries: Vec<CrossedBoundary>,
    /// Pairs that at least one client crosses, most first.
    pub pairs: Vec<CrossedPair>,
    /// Pairs that nobody crosses.
    pub uncrossed: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CrossedBoundary {
    pub name: String,
    pub audiences: u32,
    /// Clients that reach it by their own grants.
    pub direct: u32,
    /// Clients that reach it over any way.
    pub over_all: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CrossedPair {
    pub a: String,
    pub b: String,
    /// Clients whose own grants reach both.
    pub direct: u32,
    /// Clients that reach both over any way.
    pub over_all: u32,
}

/// Command `bridges {a, b}`: who reaches both of two boundaries.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Bridges {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub a: String,
    pub b: String,
    pub sentence: String,
    pub searched: u32,
    pub population: Link,
    pub direct: u32,
    pub over_all: u32,
    /// The bridging clients by reach, largest first.
    pub clients: Vec<BridgeLine>,
    /// More than listed.
    pub more: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BridgeLine {
    pub id: String,
    pub name: String,
    pub owner: Option<String>,
    pub holder: String,
    /// Its own grants reach both sides.
    pub direct: bool,
    pub reach_units: f64,
    /// Usable credentials and their rows.
    pub credentials: u32,
    pub credential_rows: Link,
    pub a: Vec<BridgeSide>,
    pub b: Vec<BridgeSide>,
    /// More audiences of each side than listed.
    pub a_more: u32,
    pub b_more: u32,
    /// Own grants at audiences of either side, and their rows.
    pub grants: u32,
    pub grant_rows: Option<Link>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BridgeSide {
    pub id: String,
    pub name: String,
    pub privilege: String,
    /// Mode of the last way to it.
    pub mode: String,
    /// Ways travelled; 1 = directly.
    pub steps: u32,
}

/// Where a path begins or ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PathEnd {
    /// From: client, credential, vendor. To: audience, data_class, boundary, client, vendor.
    pub kind: String,
    /// Public id; of a data class or boundary its name.
    pub id: String,
}

/// Command `paths {from, to}`: the heaviest distinct paths.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Paths {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub from: PathEnd,
    pub to: PathEnd,
    pub from_name: String,
    pub to_name: String,
    pub sentence: String,
    /// Places that were searched.
    pub places: u32,
    /// More paths than listed.
    pub more: bool,
    pub paths: Vec<PathLine>,
}

/// Command `portfolio`: measures of domain.md 3.9 for each kind of unit.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PortfolioAnswer {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    /// Name and hash of the weights; numbers of other weights are not comparable.
    pub weights: String,
    pub kinds: Vec<PortfolioKind>,
    /// Where token profiles say what the tokens are.
    pub containment: Vec<ContainmentLine>,
    pub benchmarks: Vec<Benchmark>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PortfolioKind {
    /// `client`, `credential`, `vendor`, `application`.
    pub unit: String,
    pub units: u32,
    pub link: Link,
    pub sum: f64,
    pub max: f64,
    pub mean: Option<f64>,
    pub score_sum: f64,
    pub score_max: f64,
    pub bands: Vec<BandCount>,
    pub expected_reach: Option<f64>,
    /// 0..1; null for 20 units or fewer.
    pub top_ten_share: Option<f64>,
    pub gini: Option<f64>,
    pub crossing: u32,
    pub crossing_link: Link,
    pub escalating: u32,
    pub escalating_link: Link,
    /// Sum and mean at the import before, with the same weights; null when there is none.
    pub previous: Option<PortfolioBefore>,
}

/// How much of an application or client its worst token reaches.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ContainmentLine {
    pub subject: BlastSubject,
    pub name: String,
    /// Declared tokens.
    pub tokens: u32,
    pub worst_token: String,
    /// Above 0, at most 1.
    pub ratio: f64,
    pub limit: f64,
    pub above: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PortfolioBefore {
    #[ts(type = "number")]
    pub revision: i64,
    pub units: u32,
    pub sum: f64,
    pub max: f64,
    pub expected_reach: Option<f64>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BandCount {
    pub band: String,
    pub units: u32,
    pub link: Link,
}

/// A measure beside what others reported. Their figures are text and never a target.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Benchmark {
    /// K1, K2, K3.
    pub key: String,
    pub title: String,
    /// Ours, or `not evaluated` with the reason.
    pub ours: String,
    /// What other organisations reported, with its population.
    pub others: String,
    pub link: Option<Link>,
}
