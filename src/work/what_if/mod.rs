//! What if: a client or application with its tokens as they are and as they might be, the smallest cut, saved plans, and change proposals.
//!
//! Everything is computed from one revision and changes nothing; only saving a plan writes, and that is a statement.

mod cut;
mod grouping;
mod page;
pub mod plans;
pub mod proposal;
mod proposal_sources;
mod proposal_text;
mod study;
mod subject;
mod units;
mod verdict;
mod words;

pub use cut::cut;
pub use page::what_if;
