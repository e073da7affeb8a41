//! What if: one token, many, or something in between (domain.md 3.8, 3.10), and the smallest cut that brings a unit under a limit.
//!
//! Every figure is a full recomputation by the score's own code: a part of a split is a token unit, a cut is an overlay. Pure; what may
//! share a token is handed in as a table, because the rule is policy and this module knows none.

mod cut;
mod parts;
mod split;
mod strategies;

pub use cut::{CutAnswer, CutFound, CutKind, CutStep, smallest_cut};
pub use parts::{Factors, Item, PartFigures, Scorer, Terms, standing_exposure};
pub use split::{SearchKind, Split, Splits, Together, split};
pub use strategies::{Comparison, Grouping, compare, grouped_by};
