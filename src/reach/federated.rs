//! R7, federated trust: whoever is the subject of a federated credential is its client for the asking.
//!
//! Issuer and subject must name a client of the estate (D35); a wildcard subject lets more callers in, so it weighs more.

use super::mode::Mode;
use super::reading::Reading;
use super::trail::{Cause, Edge};
use crate::model::ReachEdgeKind;
use crate::model::estate::{ClientIx, Estate};
use crate::model::weights::Weights;

pub(crate) fn ways(estate: &Estate, weights: &Weights, reading: Reading, out: &mut Vec<(ClientIx, ClientIx, Edge)>) {
    let multiplier = |wildcard| if wildcard { weights.modes.r7_wildcard } else { weights.modes.r7_exact };
    for (ix, credential) in estate.credentials.iter().enumerate() {
        if let Some((from, wildcard)) = credential.federated_from {
            out.push((from, credential.client, Edge::observed(Mode::R7, multiplier(wildcard), Cause::Credential(ix as u32))));
        }
    }
    for edge in estate.edges.iter().filter(|e| e.kind == ReachEdgeKind::Federation && reading.counts(e.evidence)) {
        let way = Edge { mode: Some(Mode::R7), multiplier: multiplier(edge.wildcard), evidence: edge.evidence, cause: Cause::Rows };
        out.push((edge.from, edge.to, way));
    }
}
