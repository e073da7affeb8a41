//! What a score takes for granted, and how many points rest on each assumption. Unknown is never read as low or as no.

use serde::Serialize;

use super::exposure::{Easing, Exposure, FACTORS, weakest};
use super::path::Guide;
use super::score::{UnitScore, reach, score, tenths};
use super::tally::Sums;
use super::words::{count, fact};
use crate::model::{GrantMode, Privilege};
use crate::reach::{AtomIx, Cause, Node, Unit, Winner};

/// One assumption.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assumption {
    /// What is not known.
    pub fact: String,
    /// What it is counted as.
    pub counted_as: String,
    /// Points of the score that are gone when the assumed part does not count; null where that cannot be computed.
    pub points: Option<f64>,
}

pub(crate) fn list(guide: &Guide, won: &[(AtomIx, Winner)], sums: &Sums, exposure: &Exposure, today: &UnitScore) -> Vec<Assumption> {
    let view = &guide.view;
    let x = exposure.value(view.weights);
    let points = |load: i128, x: i128| {
        let without = tenths(score(reach(load, sums.crossing), x, view.weights));
        Some((today.blast_tenths() - without) as f64 / 10.0)
    };
    let mut out = Vec::new();
    let mut atoms = |word: &str, what: &str, counted_as: &str, rests: &dyn Fn(AtomIx, &Winner) -> bool| {
        let mine: Vec<i64> = won
            .iter()
            .filter(|(atom, winner)| rests(*atom, winner))
            .map(|(atom, _)| guide.journey.board.cell(*atom))
            .map(|cell| cell.load - cell.known)
            .filter(|lost| *lost > 0)
            .collect();
        if !mine.is_empty() {
            let lost: i128 = mine.iter().map(|l| i128::from(*l)).sum();
            out.push(Assumption {
                fact: format!("{} {what}", count(mine.len(), word)),
                counted_as: counted_as.to_owned(),
                points: points(sums.load - lost, x),
            });
        }
    };
    atoms("data class", "of unknown sensitivity", "confidential", &|atom, winner| {
        let facts = view.graph.atoms.get(atom);
        facts.read.1 == 0 && facts.weight(winner.level).0 == facts.read.0
    });
    atoms("data class", "whose API has unknown business impact", "moderate", &|atom, winner| {
        let facts = view.graph.atoms.get(atom);
        winner.level >= Privilege::Write && facts.change.1 < facts.change.0 && facts.change.0 > facts.read.0
    });
    atoms("data class", "reached by a permission whose level is a default or a guess", "as its words or its kind say", &|_, winner| {
        scope_assumed(guide, winner)
    });
    atoms("data class", "consented to by a group of unknown size", "everyone", &|_, winner| unknown_group(guide, winner));
    for (ix, factor) in exposure.factors.iter().enumerate().filter(|(_, factor)| factor.1 && factor.0 > 1000) {
        let (eased, _) = weakest(view, guide.unit, &Easing::cap(ix, 1000));
        out.push(Assumption {
            fact: format!("{}: {}", FACTORS[ix], fact(view.weights, ix, *factor)),
            counted_as: super::words::per_mille(factor.0),
            points: points(sums.load, eased.value(view.weights)),
        });
    }
    out
}

fn scope_assumed(guide: &Guide, winner: &Winner) -> bool {
    match winner.cause {
        Cause::Grant(scope, _) | Cause::Scope(scope) => guide.view.estate.scopes[scope as usize].assumed,
        // The count of consents tells in its known part whether one of them rests on a guess.
        Cause::Consents => winner.known < winner.load,
        _ => false,
    }
}

fn unknown_group(guide: &Guide, winner: &Winner) -> bool {
    let client = match (winner.node, guide.unit) {
        (Node::Client(client), _) => client,
        (_, Unit::Standing(client, _)) => *client,
        _ => return false,
    };
    let Cause::Grant(scope, row) = winner.cause else { return false };
    let estate = guide.view.estate;
    guide
        .view
        .grants(client)
        .iter()
        .filter(|g| g.scope == scope && g.row == row && g.mode != GrantMode::Application)
        .any(|g| g.mode != GrantMode::DelegatedAll && estate.principals.get(g.principal as usize).is_some_and(|p| p.members.is_none()))
}
