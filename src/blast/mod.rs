//! Blast radius BR-1 (domain.md 3.4-3.6): load, crossing, exposure, score, explanation, counterfactuals.
//!
//! Integers to the last step: loads are sums of products of per mille, and only the last `exp` is floating point
//! (one software implementation for all platforms). The explanation is made by the code that makes the score:
//! the same [`Journey`](crate::reach::Journey), with a trail. Knows `model` and `reach`; no file, no clock.
//!
//! A score takes what is recorded: inferred edges, unknown enforcement and the modes R6 and R10 are not in it, and
//! `gateway_only_score` is `None` = "not evaluated" until R10 exists (D43).

mod all;
mod assumptions;
mod changes;
mod explain;
mod exposure;
mod path;
mod score;
mod sets;
mod shares;
mod tally;
mod text;
mod words;

pub use all::{AllScores, score_all, score_all_with, score_unit, score_unit_with};
pub use assumptions::Assumption;
pub use changes::Change;
pub use explain::{AtomLine, Explanation, FactorLine, UnitName, explain, explain_with};
pub use exposure::{Easing, Exposure, FACTORS, Weakest};
pub use path::PathEdge;
pub use score::UnitScore;
pub use sets::{ReachedAudience, ReachedClass, ReachedFunction};
