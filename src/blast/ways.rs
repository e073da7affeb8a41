//! Ways that are no grant: which of them carry what a unit reaches, what closing one is called, and what it cuts.

use std::collections::BTreeMap;

use super::path::Guide;
use crate::model::estate::AudienceIx;
use crate::reach::{AtomIx, Cut, Mode, Node, Winner};

/// Something other than a grant that a winning path goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// An edge between two places.
    Edge(Mode, Node, Node),
    /// An API that accepts tokens meant for another (R10).
    Replay(AudienceIx),
}

/// Edges, then APIs that accept what is not meant for them; each list with those that carry most first.
pub(crate) fn carried(guide: &Guide, won: &[(AtomIx, Winner)]) -> (Vec<Way>, Vec<Way>) {
    let mut carried: BTreeMap<(Mode, Node, Node), i64> = BTreeMap::new();
    let mut replayed: BTreeMap<AudienceIx, i64> = BTreeMap::new();
    for (atom, winner) in won {
        if winner.mode == Mode::R10 {
            *replayed.entry(guide.view.graph.atoms.get(*atom).audience).or_default() += winner.load;
        }
        for (from, to, edge, _) in guide.journey.ways_to(winner.node) {
            if edge.mode == Some(Mode::R10)
                && let Node::Read(audience) | Node::Inside(audience) = to
            {
                *replayed.entry(audience).or_default() += winner.load;
            }
            if let Some(mode) = edge.mode.filter(|m| matches!(m, Mode::R4c | Mode::R5 | Mode::R6 | Mode::R7 | Mode::R8 | Mode::R9)) {
                *carried.entry((mode, from, to)).or_default() += winner.load;
            }
        }
    }
    let mut carried: Vec<_> = carried.into_iter().collect();
    carried.sort_by_key(|(key, load)| (std::cmp::Reverse(*load), *key));
    let mut replayed: Vec<_> = replayed.into_iter().collect();
    replayed.sort_by_key(|(audience, load)| (std::cmp::Reverse(*load), *audience));
    (
        carried.into_iter().map(|((mode, from, to), _)| Way::Edge(mode, from, to)).collect(),
        replayed.into_iter().map(|(audience, _)| Way::Replay(audience)).collect(),
    )
}

impl Way {
    /// Closing it, in words.
    pub(crate) fn action(&self, guide: &Guide) -> String {
        let (mode, from, to) = match *self {
            Self::Edge(mode, from, to) => (mode, from, to),
            Self::Replay(audience) => {
                return format!("Check the audience of tokens at {}", guide.view.estate.audiences[audience as usize].name);
            }
        };
        let (a, b) = (guide.node(from), guide.node(to));
        match mode {
            Mode::R5 => format!("Give {a} and {b} separate credentials"),
            Mode::R6 => format!("Let {a} exchange tokens for narrower ones before it calls {b}"),
            Mode::R7 => format!("Remove the trust of {b} in {a}"),
            Mode::R9 => format!("Take the credentials of {b} out of {a}"),
            _ => format!("Remove {a} as owner of {b}"),
        }
    }

    /// Closing it. Owning is one fact for both of its modes, and stored credentials lie in one place for all who may read it.
    pub(crate) fn cuts(&self) -> Vec<Cut> {
        match *self {
            Self::Edge(Mode::R4c | Mode::R8, from, to) => vec![Cut::Edge(Mode::R8, from, to), Cut::Edge(Mode::R4c, from, to)],
            Self::Edge(mode, from, to) => vec![Cut::Edge(mode, from, to)],
            Self::Replay(audience) => vec![Cut::Replay(audience)],
        }
    }
}
