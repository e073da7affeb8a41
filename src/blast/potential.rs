//! Potential reach: what a unit would reach if checks that nobody recorded fail, or if inferred edges are real.
//!
//! Shown beside a score and never part of it (domain.md 3.2): unknown is told, not guessed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::explain::UnitName;
use super::path::Guide;
use super::score::UnitScore;
use crate::model::{CheckId, CheckResult, Evidence, Privilege};
use crate::reach::{Board, Journey, Mode, Node, Unit, View, Winner};

/// An audience within potential reach only, or with more privilege there than as attested.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PotentialReach {
    /// Public id; null for the control plane of a tenant.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// Trust boundary; null = none, or a control plane.
    pub boundary: Option<String>,
    /// Highest privilege.
    pub privilege: Privilege,
    /// Highest privilege as attested; `none` = not reached.
    pub attested: Privilege,
    /// Counted in the reading "gateway only"; otherwise it rests on an inferred edge.
    pub gateway_only: bool,
    /// Ways travelled.
    pub steps: u16,
    /// What is not known.
    pub because: String,
}

/// Why the reading "gateway only" says what it says.
pub(crate) fn note(view: &View, score: &UnitScore) -> String {
    let recorded = view.estate.audiences.iter().any(|audience| audience.gateway.is_some());
    if !recorded {
        return "No gateway is recorded, so it equals the score as attested.".to_owned();
    }
    if view.gateway_only.is_none() {
        return "Not asked for here.".to_owned();
    }
    if score.gateway_only_score() == score.blast_score() {
        return "No token of it passes a gateway to an API with unknown checks.".to_owned();
    }
    "Checks of APIs that are not known to pass count as failed.".to_owned()
}

/// Audiences beyond the board of the attested reading, by name.
pub(crate) fn beyond(view: &View, unit: &Unit, name: &UnitName, attested: &Board) -> Vec<PotentialReach> {
    let gateway = view.gateway_only();
    let mut found: BTreeMap<(u32, u32), (Privilege, PotentialReach)> = BTreeMap::new();
    for (other, gateway_only) in [(view.potential(), false), (gateway, true)] {
        let Some(other) = other else { continue };
        let mut journey = Journey::new(&other, true);
        journey.travel(&other, unit);
        let mut won: Vec<(u32, Winner)> = journey.trail.iter().flat_map(|trail| &trail.winners).map(|(atom, won)| (*atom, *won)).collect();
        won.sort_unstable_by_key(|(atom, winner)| (std::cmp::Reverse(winner.load), *atom));
        let guide = Guide { view: other, unit, name, journey: &journey };
        for (atom, winner) in won {
            let cell = journey.board.cell(atom);
            let before = attested.cell(atom).privilege;
            if cell.privilege <= before {
                continue;
            }
            let facts = view.graph.atoms.get(atom);
            let known = view.estate.audiences.get(facts.audience as usize);
            let key = (facts.audience, if known.is_some() { 0 } else { facts.tenant });
            let line = || PotentialReach {
                id: known.map(|a| a.id.clone()),
                name: guide.audience(atom),
                boundary: known.and_then(|a| a.boundary.clone()),
                privilege: cell.privilege,
                attested: before,
                gateway_only,
                steps: winner.steps,
                because: because(&guide, atom, &winner),
            };
            let (most, there) = found.entry(key).or_insert_with(|| (cell.privilege, line()));
            // What the second reading counts replaces what only inferred edges give.
            if cell.privilege > *most || (gateway_only && !there.gateway_only) {
                (*most, *there) = (cell.privilege, line());
            }
        }
    }
    let mut list: Vec<PotentialReach> = found.into_values().map(|(_, line)| line).collect();
    list.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    list
}

/// The first thing on the way that nobody knows for certain.
fn because(guide: &Guide, atom: u32, winner: &Winner) -> String {
    let ways: Vec<_> = guide.journey.ways_to(winner.node).into_iter().rev().collect();
    if let Some((from, to, edge, _)) = ways.iter().find(|(_, _, edge, _)| edge.evidence == Evidence::Inferred) {
        let mode = edge.mode.map_or("", Mode::as_str);
        return format!("{mode} from {} to {} is inferred", guide.node(*from), guide.node(*to));
    }
    let replayed = ways.iter().find_map(|(_, to, edge, _)| match to {
        Node::Read(audience) | Node::Inside(audience) if edge.mode == Some(Mode::R10) => Some(*audience),
        _ => None,
    });
    let audience = replayed.or((winner.mode == Mode::R10).then_some(guide.view.graph.atoms.get(atom).audience));
    let Some(facts) = audience.and_then(|ix| guide.view.estate.audiences.get(ix as usize)) else {
        return "an unknown check on the way".to_owned();
    };
    let open: Vec<&str> = [CheckId::A1, CheckId::A3]
        .into_iter()
        .filter(|id| !matches!(facts.check(*id), CheckResult::Pass | CheckResult::NotApplicable))
        .map(CheckId::as_str)
        .collect();
    format!("{} of {} not known to pass", open.join(" and "), facts.name)
}
