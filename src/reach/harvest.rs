//! R9, harvest: data that holds credentials (repositories, vaults, tickets, CI variables) leads to the clients they belong to.
//!
//! Needs `read` at the audience. An inferred edge never scores. What lies there is a stored credential, so R5 follows from it.

use super::View;
use super::journey::Journey;
use super::mode::Mode;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::Evidence;
use crate::model::estate::{AudienceIx, Estate};

/// Which audiences hold credentials of clients.
pub(crate) fn harvested(estate: &Estate) -> Vec<bool> {
    estate.audiences.iter().map(|a| a.harvest.iter().any(|(_, evidence)| *evidence != Evidence::Inferred)).collect()
}

impl Journey {
    /// The data of an audience can be read.
    pub(crate) fn settle_read(&mut self, view: &View, audience: AudienceIx, at: Arrival) {
        for (client, evidence) in &view.estate.audiences[audience as usize].harvest {
            if *evidence != Evidence::Inferred {
                let edge =
                    Edge { mode: Some(Mode::R9), multiplier: view.weights.modes.r9_harvest, evidence: *evidence, cause: Cause::Rows };
                self.push(view, Node::Secrets(*client), at, Node::Read(audience), edge);
            }
        }
    }
}
