//! Scores of one unit, and of every client, credential, vendor and application of an estate in one parallel pass.

use rayon::prelude::*;

use super::exposure::{Easing, weakest};
use super::score::UnitScore;
use super::tally::{Sums, Tally};
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
    /// By application.
    pub applications: Vec<UnitScore>,
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
        self.weigh(view, unit, &sums)
    }

    fn weigh(&self, view: &View, unit: &Unit, sums: &Sums) -> UnitScore {
        let (exposure, known) = weakest(view, unit, &Easing::default());
        UnitScore::new(sums, exposure.value(view.weights), known, self.journey.escalation, view.weights)
    }

    /// A client and its credentials. A credential that nobody else uses reaches what a held credential of its client
    /// reaches, so these journeys share their first half and its sums.
    fn client(&mut self, view: &View, client: ClientIx, score: &mut UnitScore, credentials: &mut [UnitScore]) {
        let facts = &view.estate.clients[client as usize];
        let mine = || (facts.credentials_from..facts.credentials_to).enumerate();
        let shared = |credential: u32| view.graph.mates(view.estate, credential).next().is_some();
        self.journey.begin_client(view, client);
        if mine().any(|(_, credential)| !shared(credential)) {
            let sums = self.tally.sums(view, &self.journey.board);
            for (ix, credential) in mine().filter(|(_, credential)| !shared(*credential)) {
                credentials[ix] = self.weigh(view, &Unit::Credential(credential), &sums);
            }
        }
        self.journey.add_host(view, client);
        *score = self.write(view, &Unit::Client(client));
        for (ix, credential) in mine().filter(|(_, credential)| shared(*credential)) {
            credentials[ix] = self.score(view, &Unit::Credential(credential));
        }
    }
}

/// Scores everything.
pub fn score_all(estate: &Estate, weights: &Weights) -> AllScores {
    score_all_with(estate, weights, &Graph::new(estate, weights))
}

/// Scores everything in both readings; `gateway_only` is the graph of the second, if a gateway is recorded.
pub fn score_all_in_both(estate: &Estate, weights: &Weights, attested: &Graph, gateway_only: Option<&Graph>) -> AllScores {
    let mut scores = score_all_with(estate, weights, attested);
    if let Some(graph) = gateway_only {
        let beside = score_all_with(estate, weights, graph);
        scores.put_beside(&beside, estate, &vec![true; estate.clients.len()]);
    }
    scores
}

/// Scores everything over a graph that is kept. Credentials must be grouped by client in the order of clients.
pub fn score_all_with(estate: &Estate, weights: &Weights, graph: &Graph) -> AllScores {
    let nothing = |count| vec![UnitScore::NOTHING; count];
    let mut scores = AllScores {
        clients: nothing(estate.clients.len()),
        credentials: nothing(estate.credentials.len()),
        vendors: nothing(estate.vendors.len()),
        applications: nothing(estate.applications.len()),
    };
    score_some(&View::new(estate, weights, graph), &mut scores, &vec![true; estate.clients.len()]);
    scores
}

/// Scores the units of the chosen clients into lists that have a place for every unit.
pub(super) fn score_some(plain: &View, scores: &mut AllScores, chosen: &[bool]) {
    const CLIENTS_PER_TASK: usize = 256;
    let estate = plain.estate;
    let closures = Journey::closures(plain);
    let view = plain.with_closures(&closures);
    // Each task writes into its own part of both lists, so that nothing is held twice.
    let mut tasks = Vec::with_capacity(estate.clients.len().div_ceil(CLIENTS_PER_TASK));
    let mut rest = scores.credentials.as_mut_slice();
    for (task, scores) in scores.clients.chunks_mut(CLIENTS_PER_TASK).enumerate() {
        let from = task * CLIENTS_PER_TASK;
        let facts = &estate.clients[from..from + scores.len()];
        let count = facts.iter().map(|c| (c.credentials_to - c.credentials_from) as usize).sum();
        let (mine, others) = std::mem::take(&mut rest).split_at_mut(count);
        rest = others;
        tasks.push((from, scores, mine));
    }
    tasks.into_par_iter().for_each_init(
        || Desk::new(&view),
        |desk, (from, scores, mut credentials)| {
            for (ix, score) in scores.iter_mut().enumerate() {
                let facts = &estate.clients[from + ix];
                let count = (facts.credentials_to - facts.credentials_from) as usize;
                let (mine, others) = std::mem::take(&mut credentials).split_at_mut(count);
                credentials = others;
                if chosen[from + ix] {
                    desk.client(&view, (from + ix) as ClientIx, score, mine);
                }
            }
        },
    );
    let any = |unit: &Unit| is_chosen(estate, chosen, unit);
    let several = |scores: &mut [UnitScore], unit: fn(u32) -> Unit| {
        scores.par_iter_mut().enumerate().for_each_init(
            || Desk::new(&view),
            |desk, (at, score)| {
                let unit = unit(at as u32);
                if any(&unit) {
                    *score = desk.score(&view, &unit);
                }
            },
        );
    };
    several(&mut scores.vendors, Unit::Vendor);
    several(&mut scores.applications, Unit::Application);
}

/// Whether a vendor or application has a chosen client, or none at all.
fn is_chosen(estate: &Estate, chosen: &[bool], unit: &Unit) -> bool {
    let hosts = unit.hosts(estate);
    hosts.is_empty() || hosts.iter().any(|client| chosen[*client as usize])
}

impl AllScores {
    /// Sets the chosen units beside their scores in the reading "gateway only".
    pub(super) fn put_beside(&mut self, other: &Self, estate: &Estate, chosen: &[bool]) {
        for (at, client) in estate.clients.iter().enumerate().filter(|(at, _)| chosen[*at]) {
            self.clients[at] = self.clients[at].beside(&other.clients[at]);
            for credential in client.credentials_from as usize..client.credentials_to as usize {
                self.credentials[credential] = self.credentials[credential].beside(&other.credentials[credential]);
            }
        }
        let any = |unit: &Unit| is_chosen(estate, chosen, unit);
        for at in (0..self.vendors.len()).filter(|at| any(&Unit::Vendor(*at as u32))) {
            self.vendors[at] = self.vendors[at].beside(&other.vendors[at]);
        }
        for at in (0..self.applications.len()).filter(|at| any(&Unit::Application(*at as u32))) {
            self.applications[at] = self.applications[at].beside(&other.applications[at]);
        }
    }
}

/// Scores one unit.
pub fn score_unit(estate: &Estate, weights: &Weights, unit: &Unit) -> UnitScore {
    score_unit_with(&View::new(estate, weights, &Graph::new(estate, weights)), unit)
}

/// Scores one unit over a graph that is kept, or under a what-if; in both readings if the view has both.
pub fn score_unit_with(view: &View, unit: &Unit) -> UnitScore {
    let score = Desk::new(view).score(view, unit);
    view.gateway_only().map_or(score, |other| score.beside(&Desk::new(&other).score(&other, unit)))
}
