//! Scores of one unit, and of every client, credential and vendor of an estate in one parallel pass.

use rayon::prelude::*;

use super::exposure::{Easing, weakest};
use super::score::UnitScore;
use super::tally::Tally;
use crate::model::estate::{ClientIx, Estate};
use crate::model::weights::Weights;
use crate::reach::{Graph, Journey, Unit, View};

/// Scores of all units, by the indices of the estate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllScores {
    /// By client.
    pub clients: Vec<UnitScore>,
    /// By credential.
    pub credentials: Vec<UnitScore>,
    /// By vendor.
    pub vendors: Vec<UnitScore>,
}

/// Working memory of one thread.
pub(crate) struct Desk {
    pub journey: Journey,
    tally: Tally,
}

impl Desk {
    pub(crate) fn new(view: &View) -> Self {
        Self { journey: Journey::new(view, false), tally: Tally::default() }
    }

    pub(crate) fn score(&mut self, view: &View, unit: &Unit) -> UnitScore {
        self.journey.travel(view, unit);
        self.write(view, unit)
    }

    /// The score of a unit whose journey has just ended.
    fn write(&mut self, view: &View, unit: &Unit) -> UnitScore {
        let sums = self.tally.sums(view, &self.journey.board);
        let (exposure, known) = weakest(view, unit, &Easing::default());
        UnitScore::new(&sums, exposure.value(view.weights), known, self.journey.escalation, view.weights)
    }

    /// A client and its credentials. A credential that nobody else uses reaches what a held credential of its client
    /// reaches, so the journeys share their first half.
    fn client(&mut self, view: &View, client: ClientIx, out: &mut Part) {
        let facts = &view.estate.clients[client as usize];
        let journey = &mut self.journey;
        journey.begin_client(view, client);
        for credential in facts.credentials_from..facts.credentials_to {
            if view.graph.mates(view.estate, credential).next().is_none() {
                let score = self.write(view, &Unit::Credential(credential));
                out.credentials.push((credential, score));
            }
        }
        self.journey.add_host(view, client);
        let score = self.write(view, &Unit::Client(client));
        out.clients.push(score);
        for credential in facts.credentials_from..facts.credentials_to {
            if view.graph.mates(view.estate, credential).next().is_some() {
                let score = self.score(view, &Unit::Credential(credential));
                out.credentials.push((credential, score));
            }
        }
    }
}

#[derive(Default)]
struct Part {
    clients: Vec<UnitScore>,
    credentials: Vec<(u32, UnitScore)>,
}

/// Scores everything.
pub fn score_all(estate: &Estate, weights: &Weights) -> AllScores {
    score_all_with(estate, weights, &Graph::new(estate, weights))
}

/// Scores everything over a graph that is kept.
pub fn score_all_with(estate: &Estate, weights: &Weights, graph: &Graph) -> AllScores {
    const CLIENTS_PER_TASK: usize = 256;
    let plain = View::new(estate, weights, graph);
    let closures = Journey::closures(&plain);
    let view = plain.with_closures(&closures);
    let tasks = estate.clients.len().div_ceil(CLIENTS_PER_TASK);
    let parts: Vec<Part> = (0..tasks)
        .into_par_iter()
        .map_init(
            || Desk::new(&view),
            |desk, task| {
                let from = task * CLIENTS_PER_TASK;
                let to = (from + CLIENTS_PER_TASK).min(estate.clients.len());
                let credentials = (estate.clients[to - 1].credentials_to - estate.clients[from].credentials_from) as usize;
                let mut part = Part { clients: Vec::with_capacity(to - from), credentials: Vec::with_capacity(credentials) };
                (from..to).for_each(|client| desk.client(&view, client as ClientIx, &mut part));
                part
            },
        )
        .collect();
    let vendors = (0..estate.vendors.len() as u32)
        .into_par_iter()
        .map_init(|| Desk::new(&view), |desk, vendor| desk.score(&view, &Unit::Vendor(vendor)))
        .collect();
    let mut all = AllScores { clients: Vec::with_capacity(estate.clients.len()), credentials: Vec::new(), vendors };
    let mut credentials = Vec::with_capacity(estate.credentials.len());
    for part in parts {
        all.clients.extend(part.clients);
        credentials.extend(part.credentials);
    }
    credentials.sort_unstable_by_key(|(ix, _)| *ix);
    all.credentials = credentials.into_iter().map(|(_, score)| score).collect();
    all
}

/// Scores one unit.
pub fn score_unit(estate: &Estate, weights: &Weights, unit: &Unit) -> UnitScore {
    score_unit_with(&View::new(estate, weights, &Graph::new(estate, weights)), unit)
}

/// Scores one unit over a graph that is kept, or under a what-if.
pub fn score_unit_with(view: &View, unit: &Unit) -> UnitScore {
    Desk::new(view).score(view, unit)
}
