//! Blast radius BR-1 (domain.md 3.4-3.6): load, crossing, exposure, score, explanation, counterfactuals.
//!
//! Integers to the last step: loads are sums of products of per mille, and only the last `exp` is floating point
//! (one software implementation for all platforms). The explanation is made by the code that makes the score:
//! the same [`Journey`](crate::reach::Journey), with a trail. Knows `model` and `reach`; no file, no clock.
//!
//! A score takes what is recorded: inferred edges and unknown enforcement are not in it. `gateway_only_score` counts unknown
//! enforcement as failed (D43); what inferred edges would add is told as potential reach.

mod again;
mod all;
mod assumptions;
mod changes;
mod crossing;
mod explain;
mod exposure;
mod path;
mod portfolio;
mod potential;
mod revocation;
mod routes;
mod score;
mod sets;
mod shares;
mod tally;
mod text;
mod ways;
pub mod whatif;
mod words;

pub use again::{Before, score_again};
pub use all::{AllScores, score_all, score_all_in_both, score_all_with, score_unit, score_unit_with};
pub use assumptions::Assumption;
pub use changes::Change;
pub use crossing::Crossings;
pub use explain::{AtomLine, Explanation, FactorLine, UnitName, explain, explain_with};
pub use exposure::{Easing, Exposure, FACTORS, Weakest};
pub use path::PathEdge;
pub use portfolio::Portfolio;
pub use potential::PotentialReach;
pub use revocation::{Revocation, revocation_order};
pub use routes::{RouteLine, route_lines};
pub use score::UnitScore;
pub use sets::{ReachedAudience, ReachedClass, ReachedFunction};
