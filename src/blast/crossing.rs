//! Who crosses: which trust boundaries every client reaches, by its own grants and over all ways.
//!
//! One bit for each client and boundary, filled by one parallel pass of the very journeys that make the scores.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::Privilege;
use crate::model::estate::ClientIx;
use crate::reach::{Journey, Unit, View};

/// Clients that one thread takes at a time.
const CLIENTS_PER_TASK: usize = 256;

/// Boundaries by client. Boundaries are numbered as in [`Atoms::boundaries`](crate::reach::Atoms).
#[derive(Debug, Default)]
pub struct Crossings {
    boundaries: usize,
    /// Words of one set.
    words: usize,
    direct: Vec<u64>,
    over_all: Vec<u64>,
}

impl Crossings {
    /// Travels for every client.
    pub fn new(view: &View) -> Self {
        let boundaries = view.graph.atoms.boundaries.len();
        let words = boundaries.div_ceil(64).max(1);
        let clients = view.estate.clients.len();
        let mut this = Self { boundaries, words, direct: vec![0; clients * words], over_all: vec![0; clients * words] };
        let closures = Journey::closures(view);
        let view = view.with_closures(&closures);
        let per_task = CLIENTS_PER_TASK * words;
        let tasks = this.direct.par_chunks_mut(per_task).zip(this.over_all.par_chunks_mut(per_task)).enumerate();
        tasks.for_each_init(
            || Journey::new(&view, false),
            |journey, (task, (direct, over_all))| {
                for (ix, (direct, over_all)) in direct.chunks_mut(words).zip(over_all.chunks_mut(words)).enumerate() {
                    let client = (task * CLIENTS_PER_TASK + ix) as ClientIx;
                    own(&view, client, direct);
                    over_all.copy_from_slice(direct);
                    journey.travel(&view, &Unit::Client(client));
                    for atom in journey.board.touched() {
                        mark(over_all, view.graph.atoms.get(*atom).boundary);
                    }
                }
            },
        );
        this
    }

    /// Number of boundaries.
    pub const fn boundaries(&self) -> usize {
        self.boundaries
    }

    /// Whether a client reaches a boundary: by its own grants, or over any way.
    pub fn reaches(&self, client: ClientIx, boundary: u32, direct: bool) -> bool {
        let bits = if direct { &self.direct } else { &self.over_all };
        let word = bits.get(client as usize * self.words + boundary as usize / 64).copied().unwrap_or(0);
        word >> (boundary % 64) & 1 == 1
    }

    /// Counts, among these clients, who reaches both of each pair; the diagonal counts who reaches one. Row by row.
    ///
    /// Clients with the same set count together, because most clients have one of few sets.
    pub fn pairs(&self, clients: impl Iterator<Item = ClientIx>, direct: bool) -> Vec<u32> {
        let bits = if direct { &self.direct } else { &self.over_all };
        let mut sets: BTreeMap<&[u64], u32> = BTreeMap::new();
        for client in clients {
            let at = client as usize * self.words;
            *sets.entry(&bits[at..at + self.words]).or_default() += 1;
        }
        let mut counts = vec![0; self.boundaries * self.boundaries];
        let mut list = Vec::new();
        for (set, many) in sets {
            list.clear();
            list.extend((0..self.boundaries).filter(|b| set[b / 64] >> (b % 64) & 1 == 1));
            for a in &list {
                for b in &list {
                    counts[a * self.boundaries + b] += many;
                }
            }
        }
        counts
    }
}

/// Boundaries of the audiences that a client was granted something at (R1-R3).
fn own(view: &View, client: ClientIx, set: &mut [u64]) {
    for grant in view.grants(client) {
        if view.estate.scopes[grant.scope as usize].privilege > Privilege::None {
            for atom in view.graph.atoms.of_scope(grant.scope) {
                mark(set, view.graph.atoms.get(*atom).boundary);
            }
        }
    }
}

fn mark(set: &mut [u64], boundary: u32) {
    // Control planes stand in no boundary.
    if boundary != u32::MAX {
        set[boundary as usize / 64] |= 1 << (boundary % 64);
    }
}
