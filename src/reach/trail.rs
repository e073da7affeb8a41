//! The trail of a journey: by which way each place was entered and what won each atom. Kept for explanations only.

use hashbrown::HashMap;
use serde::Serialize;

use super::atoms::AtomIx;
use super::mode::Mode;
use crate::model::estate::{AudienceIx, ClientIx, ScopeIx};
use crate::model::{Evidence, Privilege};

/// A place on a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Node {
    /// What was stolen.
    Unit,
    /// A credential of a client is held: its application grants and what they open (D34).
    Client(ClientIx),
    /// The stored credentials of a client are held: the client, and whoever shares them.
    Secrets(ClientIx),
    /// Data of an audience can be read.
    Read(AudienceIx),
    /// The control plane of a tenant is held.
    Plane(u32),
    /// All principals of a tenant can be acted for.
    Principals(u32),
    /// An audience can be called, so that it calls on (R6).
    Inside(AudienceIx),
    /// A call that an audience makes, by its place among them.
    Call(AudienceIx, u16),
    /// A token that a gateway lets in is held; true for one of a user.
    Gate(u32, bool),
    /// A token with a scope of this one's name is held; true for one of a user.
    Named(ScopeIx, bool),
}

/// What a way rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The rows of both ends.
    Rows,
    /// A grant: its scope and its row, which stay the same when rows are shuffled.
    Grant(ScopeIx, u32),
    /// A scope of a token.
    Scope(ScopeIx),
    /// Delegated grants of several principals.
    Consents,
    /// An AND set of escalation, by index; held by the client that the way starts from.
    Set(u32),
    /// A credential, by index.
    Credential(u32),
}

/// A way from one place to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Mode; `None` for a step that is not a way of its own (stored credentials to their client).
    pub mode: Option<Mode>,
    /// Multiplier, per mille.
    pub multiplier: i64,
    /// How it is known.
    pub evidence: Evidence,
    /// What it rests on.
    pub cause: Cause,
}

impl Edge {
    /// A way that follows from observed rows.
    pub(crate) const fn observed(mode: Mode, multiplier: i64, cause: Cause) -> Self {
        Self { mode: Some(mode), multiplier, evidence: Evidence::Observed, cause }
    }

    /// A step that costs nothing and is not shown.
    pub(crate) const fn silent() -> Self {
        Self { mode: None, multiplier: 1000, evidence: Evidence::Observed, cause: Cause::Rows }
    }
}

/// How a place was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Path weight, per mille.
    pub weight: i64,
    /// Ways travelled.
    pub steps: u16,
    /// Place before, and the way from it; `None` at the start.
    pub from: Option<(Node, Edge)>,
}

/// What gives an atom its load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Winner {
    /// Load in 10^-12.
    pub load: i64,
    /// What of it is known.
    pub known: i64,
    /// Level that counts.
    pub level: Privilege,
    /// Breadth, per mille.
    pub breadth: i64,
    /// Path weight, per mille.
    pub weight: i64,
    /// Ways travelled, the last one to the atom included.
    pub steps: u16,
    /// Place from which the last way goes.
    pub node: Node,
    /// Mode of the last way.
    pub mode: Mode,
    /// What the last way rests on.
    pub cause: Cause,
    /// Distinct principals, where their number gave the breadth (cut at 1,000); 0 otherwise.
    pub principals: u32,
}

impl Winner {
    /// The order of winners: more load, then more of it known, fewer steps, then names; so that shuffled rows give the same path.
    pub(crate) fn beats(&self, other: &Self) -> bool {
        let rank = |w: &Self| (w.load, w.known, std::cmp::Reverse((w.steps, w.node, w.mode, w.cause)));
        rank(self) > rank(other)
    }
}

/// The trail of one journey.
#[derive(Debug, Default)]
pub struct Trail {
    /// Winner of each reached atom.
    pub winners: HashMap<AtomIx, Winner>,
}

impl Trail {
    pub(crate) fn note(&mut self, atom: AtomIx, winner: Winner) {
        if winner.load == 0 {
            return;
        }
        self.winners
            .entry(atom)
            .and_modify(|there| {
                if winner.beats(there) {
                    *there = winner;
                }
            })
            .or_insert(winner);
    }
}
