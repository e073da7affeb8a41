//! The page What if: one subject, its tokens as they are and as they might be.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::blast::{BlastSubject, FloodMap};

/// Command `what_if`: what to compare.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[allow(missing_docs, reason = "wire shape")]
pub struct WhatIfRequest {
    pub subject: Option<BlastSubject>,
    /// `access` (access tokens, the default) or `standing` (refresh tokens and credentials).
    pub layer: String,
    /// Own tokens; items that none of them holds share one more token.
    pub groups: Vec<TokenGroup>,
    /// Pairs that must not share a token, by id or name.
    pub apart: Vec<(String, String)>,
    /// Pairs that may share one although the rule says no.
    pub may_join: Vec<(String, String)>,
    /// Strategy whose token the second map shows; without it the recommended one.
    pub shown: Option<String>,
    /// Number of that token, from 0; without it the one with the highest score.
    pub token: Option<u32>,
    /// Name of a saved plan to start from.
    pub plan: Option<String>,
}

/// One token of an own grouping.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenGroup {
    /// Audiences, by id or by a name that only one item has.
    pub audiences: Vec<String>,
    /// `bearer`, `claimed`, `enforced`; null = as today.
    pub binding: Option<String>,
    #[ts(type = "number | null")]
    pub lifetime_seconds: Option<i64>,
}

/// The answer: all strategies by the same measures, the pairs that must not share, and two maps with the same places.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct WhatIf {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: String,
    pub subject: BlastSubject,
    pub name: String,
    pub layer: String,
    /// `machine` or `user`: whose tokens are compared.
    pub tokens_of: String,
    /// `bearer, 1 hour, × .60`.
    pub scored_as: String,
    pub exposure: f64,
    /// The exposure rests on an assumption.
    pub assumed: bool,
    pub patterns: Vec<PatternLine>,
    pub items: Vec<WhatIfItem>,
    pub strategies: Vec<StrategyLine>,
    /// Pairs that the sharing rule does not allow.
    pub pairs: Vec<PairLine>,
    /// Why it must be split, naming the failing criteria; empty = it need not.
    pub must_split: String,
    /// How many tokens are enough, and for what.
    pub enough: String,
    /// What no split changes.
    pub host: String,
    pub host_reach: f64,
    pub host_score: f64,
    /// Best distribution for 1, 2, ... tokens.
    pub splits: Vec<SplitLine>,
    pub floor: f64,
    pub minimal: Option<u32>,
    pub recommended: Option<u32>,
    /// `exact` or `heuristic`.
    pub search: String,
    #[ts(type = "number")]
    pub compared: u64,
    pub today: TokenMap,
    pub after: TokenMap,
    pub notes: Vec<String>,
}

/// The token pattern at one layer.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PatternLine {
    pub layer: String,
    /// `n/a`, `unknown`, `single`, `multiple`, `hybrid`.
    pub pattern: String,
    pub why: String,
}

/// An API that the subject needs.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct WhatIfItem {
    pub id: String,
    pub name: String,
    pub boundary: Option<String>,
    pub tier: Option<String>,
    pub owner: Option<String>,
    pub high_risk: Option<bool>,
    pub privilege: String,
    pub scopes: Vec<String>,
    /// Reach of a token for it alone.
    pub reach: f64,
    pub score: f64,
}

/// One strategy.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct StrategyLine {
    /// `today`, `single`, `per_api`, `by_boundary`, `by_tier`, `by_owner`, `own`, `fewest`, `recommended`.
    pub key: String,
    pub title: String,
    pub tokens: Vec<TokenLine>,
    /// Number of the token with the highest score.
    pub worst: u32,
    pub worst_name: String,
    pub worst_score: f64,
    pub worst_reach: f64,
    pub mean_reach: f64,
    pub containment: Option<f64>,
    pub functions_lost: u32,
    /// null = nobody here rotates its credentials.
    pub rotations_a_year: Option<f64>,
    pub against_rule: u32,
    pub pairs: u32,
    /// How its tokens are cut is not known: counted as one token for everything.
    pub assumed: bool,
    /// Fewest tokens that obey the sharing rule.
    pub recommended: bool,
    /// Fewest tokens that reach the floor.
    pub fewest: bool,
}

/// One token of a strategy.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenLine {
    /// Ids of its audiences.
    pub audiences: Vec<String>,
    pub names: Vec<String>,
    pub reach: f64,
    pub score: f64,
    pub band: String,
    /// Differs from how the others are scored: `enforced, 5 minutes, × .25`.
    pub scored_as: Option<String>,
}

/// Two APIs that one token must not name.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PairLine {
    pub a: String,
    pub b: String,
    /// `violated` or `unknown`.
    pub verdict: String,
    pub fails: Vec<String>,
    pub unknown: Vec<String>,
}

/// The best distribution over a number of tokens.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SplitLine {
    pub tokens: u32,
    pub groups: Vec<Vec<String>>,
    pub worst_reach: f64,
    pub worst_score: f64,
    pub mean_reach: f64,
    pub containment: Option<f64>,
    pub obeys: bool,
}

/// A token drawn on the estate.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenMap {
    pub strategy: String,
    pub token: u32,
    pub names: Vec<String>,
    pub score: f64,
    pub band: String,
    pub reach: f64,
    pub boundaries: u32,
    pub map: FloodMap,
}

/// Command `cut`: the fewest steps that bring a subject to a limit.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CutResult {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: String,
    pub subject: BlastSubject,
    pub name: String,
    pub limit: f64,
    /// Where the limit comes from.
    pub limit_reason: String,
    pub score: f64,
    pub reach: f64,
    /// `already`, `found`, `not_reachable`.
    pub verdict: String,
    pub steps: Vec<CutLine>,
    pub after_score: f64,
    pub after_reach: f64,
    /// `exact` or `heuristic`; null when nothing was searched.
    pub search: Option<String>,
    pub text: String,
}

/// One step of a cut.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct CutLine {
    /// `remove`, `narrow`, `close`.
    pub kind: String,
    pub action: String,
    pub scope: Option<String>,
    pub audience: Option<String>,
    pub level: Option<String>,
}

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct WhatIfPlan {
    pub name: String,
    pub subject: BlastSubject,
    pub layer: String,
    pub tokens: Vec<TokenGroup>,
    #[serde(default)]
    pub saved_at: Option<String>,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// What would have to change in the source systems; nothing is changed by us.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ChangeProposal {
    /// Name for a file, without ending.
    pub file_stem: String,
    pub markdown: String,
    /// The same as JSON text.
    pub json: String,
    /// Its token profiles as a governance file; empty for credentials.
    pub map: String,
}
