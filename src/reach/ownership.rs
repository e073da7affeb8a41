//! R8, control by ownership: a client that owns another may add a secret to it. Owners that are people are no way to travel (D35).

use super::mode::Mode;
use super::reading::Reading;
use super::trail::{Cause, Edge};
use crate::model::estate::{ClientIx, Estate};
use crate::model::weights::Weights;
use crate::model::{Evidence, ReachEdgeKind};

pub(crate) fn ways(estate: &Estate, weights: &Weights, reading: Reading, out: &mut Vec<(ClientIx, ClientIx, Edge)>) {
    for (from, to, evidence) in owned(estate, reading) {
        out.push((from, to, Edge { mode: Some(Mode::R8), multiplier: weights.modes.r8_owner, evidence, cause: Cause::Rows }));
    }
}

/// Pairs of owner and owned client.
pub(crate) fn owned(estate: &Estate, reading: Reading) -> impl Iterator<Item = (ClientIx, ClientIx, Evidence)> + '_ {
    let stated = estate.edges.iter().filter(move |e| e.kind == ReachEdgeKind::OwnerControl && reading.counts(e.evidence));
    let listed = estate
        .clients
        .iter()
        .enumerate()
        .flat_map(|(to, client)| client.owner_clients.iter().map(move |from| (*from, to as ClientIx, Evidence::Observed)));
    listed.chain(stated.map(|e| (e.from, e.to, e.evidence)))
}
