//! R9, harvest: data that holds credentials (repositories, vaults, tickets, CI variables) leads to the clients they belong to.
//!
//! Needs `read` at the audience. An inferred edge never scores. What lies there is a stored credential, so R5 follows from it.

use super::View;
use super::condensed::Gate;
use super::journey::Journey;
use super::mode::Mode;
use super::reading::Reading;
use super::shared::Groups;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::Evidence;
use crate::model::estate::{AudienceIx, ClientIx, Estate};

/// Which audiences hold credentials of clients.
pub(crate) fn harvested(estate: &Estate, reading: Reading) -> Vec<bool> {
    estate.audiences.iter().map(|a| a.harvest.iter().any(|(_, evidence)| reading.counts(*evidence))).collect()
}

impl Journey {
    /// The data of an audience can be read: everyone whose credentials lie there is entered at once.
    pub(crate) fn settle_read(&mut self, view: &View, audience: AudienceIx, at: Arrival) {
        let here = Node::Read(audience);
        let multiplier = view.weights.modes.r9_harvest;
        let weight = at.weight * multiplier / 1000;
        if weight < view.weights.drop_below {
            return;
        }
        let edge = |evidence| Edge { mode: Some(Mode::R9), multiplier, evidence, cause: Cause::Rows };
        let lying = &view.graph.lying[audience as usize];
        if self.log.is_some() {
            for (client, evidence, _) in lying {
                self.push(view, Node::Secrets(*client), at, here, edge(*evidence));
            }
            return;
        }
        let closed = |client: ClientIx| !view.overlay.allows_edge(Some(Mode::R9), here, Node::Secrets(client));
        let without: Vec<ClientIx> = match view.overlay.is_empty() {
            true => Vec::new(),
            false => lying.iter().map(|l| l.0).filter(|client| view.overlay.touches(*client) || closed(*client)).collect(),
        };
        // Stored credentials that others use too lead on by R5, and what a what-if changes is visited on its own.
        for (client, evidence, shares) in lying {
            if *shares || without.binary_search(client).is_ok() {
                self.push(view, Node::Secrets(*client), at, here, edge(*evidence));
            }
        }
        let arrival = |from, edge: Edge| Arrival { weight, steps: at.steps + 1, from: Some((from, edge)) };
        let passing = |client: ClientIx| arrival(Node::Secrets(client), Edge::silent());
        let gate = Gate { node: here, kept: &view.graph.harvests[audience as usize], home: None, without: &without, at: passing(0) };
        self.through(
            view,
            &gate,
            || lying.iter().map(|l| l.0),
            |journey, client| {
                if let Ok(ix) = lying.binary_search_by_key(&client, |l| l.0) {
                    journey.pass(Node::Secrets(client), arrival(here, edge(lying[ix].1)));
                    journey.pass(Node::Client(client), passing(client));
                }
            },
        );
    }
}

/// Clients whose credentials lie in the data of each audience, ascending, with the best evidence and whether others use them too.
pub(crate) fn lying(estate: &Estate, groups: &Groups, reading: Reading) -> Vec<Vec<(ClientIx, Evidence, bool)>> {
    let of = |harvest: &[(ClientIx, Evidence)]| {
        let mut clients: Vec<_> = harvest.iter().copied().filter(|(_, evidence)| reading.counts(*evidence)).collect();
        clients.sort_unstable();
        clients.dedup_by_key(|(client, _)| *client);
        clients.into_iter().map(|(client, evidence)| (client, evidence, groups.shares(estate, client))).collect()
    };
    estate.audiences.iter().map(|audience| of(&audience.harvest)).collect()
}
