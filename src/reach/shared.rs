//! R5, the same secret or key: whoever holds it is every client that uses it, in any environment.
//!
//! Only stored credentials lead on: a client that is entered by a secret the thief added (R4, R8) or by a token (R7)
//! gives away no stored one, so R5 starts at [`Node::Secrets`].

use super::View;
use super::journey::Journey;
use super::mode::Mode;
use super::reading::Reading;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::estate::{ClientIx, Estate};
use crate::model::{Evidence, ReachEdgeKind};

/// Who shares credentials with whom.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// (group, client, credential), sorted; group 0 is left out.
    members: Vec<(u32, ClientIx, u32)>,
    /// Declared pairs, both ways round, sorted.
    declared: Vec<(ClientIx, ClientIx, Evidence)>,
}

impl Groups {
    pub(crate) fn new(estate: &Estate, reading: Reading) -> Self {
        let mut members: Vec<_> = estate
            .credentials
            .iter()
            .enumerate()
            .filter(|(_, c)| c.shared_group != 0)
            .map(|(ix, c)| (c.shared_group, c.client, ix as u32))
            .collect();
        members.sort_unstable();
        let mut declared: Vec<_> = estate
            .edges
            .iter()
            .filter(|e| e.kind == ReachEdgeKind::Shared && reading.counts(e.evidence))
            .flat_map(|e| [(e.from, e.to, e.evidence), (e.to, e.from, e.evidence)])
            .collect();
        declared.sort_unstable();
        declared.dedup();
        Self { members, declared }
    }

    /// Clients and credentials of a group.
    pub(crate) fn of(&self, group: u32) -> &[(u32, ClientIx, u32)] {
        if group == 0 {
            return &[];
        }
        let from = self.members.partition_point(|m| m.0 < group);
        let to = self.members.partition_point(|m| m.0 <= group);
        &self.members[from..to]
    }

    /// Declared mates of a client.
    pub(crate) fn declared(&self, client: ClientIx) -> &[(ClientIx, ClientIx, Evidence)] {
        let from = self.declared.partition_point(|d| d.0 < client);
        let to = self.declared.partition_point(|d| d.0 <= client);
        &self.declared[from..to]
    }

    /// Whether a client shares anything.
    pub(crate) fn shares(&self, estate: &Estate, client: ClientIx) -> bool {
        let owner = &estate.clients[client as usize];
        !self.declared(client).is_empty()
            || estate.credentials[owner.credentials_from as usize..owner.credentials_to as usize].iter().any(|c| c.shared_group != 0)
    }
}

impl Journey {
    /// Stored credentials are held: their client, and every client that uses one of them.
    pub(crate) fn settle_secrets(&mut self, view: &View, client: ClientIx, at: Arrival) {
        let here = Node::Secrets(client);
        self.push(view, Node::Client(client), at, here, Edge::silent());
        let owner = &view.estate.clients[client as usize];
        for credential in owner.credentials_from..owner.credentials_to {
            self.push_mates(view, credential, at, here);
        }
        self.push_declared_mates(view, client, at, here);
    }

    /// Nobody says which of a client's credentials a declared pair shares, so each may be the one.
    pub(crate) fn push_declared_mates(&mut self, view: &View, client: ClientIx, at: Arrival, here: Node) {
        for (_, to, evidence) in view.graph.groups.declared(client) {
            let edge = Edge { mode: Some(Mode::R5), multiplier: view.weights.modes.r5_shared_key, evidence: *evidence, cause: Cause::Rows };
            self.push(view, Node::Client(*to), at, here, edge);
        }
    }

    /// One credential is held: every other client that uses it.
    pub(crate) fn push_mates(&mut self, view: &View, credential: u32, at: Arrival, here: Node) {
        let held = &view.estate.credentials[credential as usize];
        for (_, mate, _) in view.graph.groups.of(held.shared_group).iter().filter(|m| m.1 != held.client) {
            let edge = Edge::observed(Mode::R5, view.weights.modes.r5_shared_key, Cause::Credential(credential));
            self.push(view, Node::Client(*mate), at, here, edge);
        }
    }
}
