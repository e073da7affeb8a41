//! Scores after facts about some APIs or scopes changed: only units that can notice it are scored again.
//!
//! Most clients have grants that lead nowhere else. What they reach is what these grants open, so a change at an API on which
//! they have no grant is nothing to them. Everybody else is scored again. Knows nothing of what changed but two estates.

use rayon::prelude::*;

use super::all::{AllScores, score_some};
use crate::model::estate::{ClientIx, Estate, EstateAudience, EstateScope};
use crate::model::weights::Weights;
use crate::reach::{Graph, View};

/// What was scored before: the same clients, grants and ways, with other facts about audiences and scopes.
pub struct Before<'a> {
    /// Audiences, by the same indices.
    pub audiences: &'a [EstateAudience],
    /// Scopes, by the same indices.
    pub scopes: &'a [EstateScope],
    /// Clients of which, or of whose credentials, something else is known now.
    pub clients: &'a [ClientIx],
    /// Graph as attested.
    pub graph: &'a Graph,
    /// Graph of the reading "gateway only", if a gateway was recorded.
    pub gateway_graph: Option<&'a Graph>,
    /// Scores.
    pub scores: AllScores,
}

/// Scores everything that may score otherwise than before; the rest is taken over. Answers what
/// [`super::score_all_in_both`] answers for the new estate.
pub fn score_again(before: Before<'_>, estate: &Estate, weights: &Weights, attested: &Graph, gateway_only: Option<&Graph>) -> AllScores {
    if before.gateway_graph.is_some() != gateway_only.is_some()
        || before.audiences.len() != estate.audiences.len()
        || before.scopes.len() != estate.scopes.len()
    {
        return super::score_all_in_both(estate, weights, attested, gateway_only);
    }
    let stale = stale(&before, estate, [Some(attested), gateway_only]);
    let mut scores = before.scores;
    score_some(&View::new(estate, weights, attested), &mut scores, &stale);
    if let Some(graph) = gateway_only {
        let mut beside = scores.clone();
        score_some(&View::new(estate, weights, graph), &mut beside, &stale);
        scores.put_beside(&beside, estate, &stale);
    }
    scores
}

/// Clients that may score otherwise.
fn stale(before: &Before<'_>, estate: &Estate, now: [Option<&Graph>; 2]) -> Vec<bool> {
    let changed: Vec<bool> = before.audiences.iter().zip(&estate.audiences).map(|(old, new)| old != new).collect();
    let graphs = || [Some(before.graph), before.gateway_graph].into_iter().chain(now).flatten();
    // Of every scope whether a grant of it may open something else now, or leads to where something may have changed.
    let scopes: Vec<bool> = before
        .scopes
        .iter()
        .zip(&estate.scopes)
        .enumerate()
        .map(|(at, (old, new))| {
            let escalates = old.escalation.is_some() || new.escalation.is_some();
            old != new || escalates || changed[new.audience as usize] || graphs().any(|graph| graph.leads_on(at as u32))
        })
        .collect();
    let mut stale: Vec<bool> = (0..estate.clients.len())
        .into_par_iter()
        .map(|at| {
            let client = &estate.clients[at];
            let grants = client.grants_from as usize..client.grants_to as usize;
            estate.grants[grants].iter().any(|grant| scopes[grant.scope as usize])
                || graphs().any(|graph| graph.meets_others(estate, at as ClientIx))
        })
        .collect();
    for client in before.clients {
        stale[*client as usize] = true;
    }
    stale
}
