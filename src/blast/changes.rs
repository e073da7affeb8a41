//! Counterfactuals: what the score would be without an atom, a grant, a way or a factor. Each is a full recomputation,
//! so they do not add up. The best three that somebody could really do are "what would lower it most".

use std::collections::BTreeMap;

use serde::Serialize;

use super::exposure::{BIND, Easing, Exposure, HOLD, LEAK, LIFE, NET, ROT, weakest};
use super::path::Guide;
use super::score::{UnitScore, reach, rounded, score, tenths};
use super::tally::{Sums, Tally};
use super::ways::{Way, carried};
use super::words::count;
use crate::model::Privilege;
use crate::model::estate::{AudienceIx, ClientIx, ScopeIx};
use crate::reach::{AtomIx, Board, Cause, Cut, GrantCut, Journey, Overlay, THE_TOKEN, Unit, Winner};

/// How many atoms, audiences, scopes and ways are asked about at most, each.
const MOST: usize = 8;

/// One single change and what it would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// `atom`, `audience`, `read_only`, `scope`, `way`, `check`, `factor`.
    pub kind: &'static str,
    /// What is changed.
    pub action: String,
    /// What that means or leaves.
    pub detail: String,
    /// BlastScore after it, one decimal.
    pub score: f64,
    /// New score less the score of today; negative is better.
    pub difference: f64,
    /// Reach units after it.
    pub reach_units: f64,
    /// Reach units that it removes.
    pub reach_removed: f64,
    /// Somebody could do this; otherwise it only measures.
    pub possible: bool,
}

struct Question {
    kind: &'static str,
    action: String,
    detail: String,
    /// An atom that is not counted.
    without: Option<AtomIx>,
    overlay: Overlay,
    easing: Easing,
    possible: bool,
}

/// Asks everything worth asking. The second value orders changes exactly: RU x X, which does not saturate.
pub(crate) fn ask(guide: &Guide, won: &[(AtomIx, Winner)], sums: &Sums, exposure: &Exposure, today: &UnitScore) -> Vec<(Change, i128)> {
    let mut questions = Vec::new();
    measures(guide, won, &mut questions);
    access(guide, won, &mut questions);
    ways(guide, won, &mut questions);
    factors(guide, exposure, &mut questions);
    let mut journey = Journey::new(&guide.view, false);
    let mut tally = Tally::default();
    let before = rounded(reach(sums.load, sums.crossing), 10i128.pow(11));
    questions
        .into_iter()
        .map(|question| {
            let view = guide.view.under(&question.overlay);
            let (sums, left) = if question.without.is_some() {
                let board = &guide.journey.board;
                (tally.sums_without(&view, board, question.without), Some(left(guide, board, question.without)))
            } else if question.overlay.is_empty() {
                (*sums, None)
            } else {
                journey.travel(&view, guide.unit);
                (tally.sums(&view, &journey.board), Some(left(guide, &journey.board, None)))
            };
            let (exposure, _) = weakest(&view, guide.unit, &question.easing);
            let units = reach(sums.load, sums.crossing);
            let x = exposure.value(view.weights);
            let after = tenths(score(units, x, view.weights));
            let shown = rounded(units, 10i128.pow(11));
            let detail = match (question.detail.is_empty(), left) {
                (true, Some(left)) => left,
                _ => question.detail,
            };
            let change = Change {
                kind: question.kind,
                action: question.action,
                detail,
                score: after as f64 / 10.0,
                difference: (after - today.blast_tenths()) as f64 / 10.0,
                reach_units: shown as f64 / 1e4,
                reach_removed: (before - shown) as f64 / 1e4,
                possible: question.possible,
            };
            (change, units.saturating_mul(x))
        })
        .collect()
}

/// The three possible changes that leave least; one per action, and none that changes nothing.
pub(crate) fn best(asked: &[(Change, i128)]) -> Vec<Change> {
    let mut possible: Vec<&(Change, i128)> =
        asked.iter().filter(|(change, _)| change.possible && (change.difference < 0.0 || change.reach_removed > 0.0)).collect();
    possible.sort_by(|a, b| (a.1, &a.0.action).cmp(&(b.1, &b.0.action)));
    possible.dedup_by(|b, a| a.1 == b.1 && a.0.kind != "factor" && b.0.kind != "factor");
    possible.into_iter().take(3).map(|(change, _)| change.clone()).collect()
}

/// `leaves cart, location, product`.
fn left(guide: &Guide, board: &Board, without: Option<AtomIx>) -> String {
    // By audience or, for control planes, by atom: names are looked up for the three that are shown.
    let mut by_place: BTreeMap<(u32, AtomIx), i64> = BTreeMap::new();
    for atom in board.touched().iter().filter(|atom| Some(**atom) != without) {
        let audience = guide.view.graph.atoms.get(*atom).audience;
        let first = if audience == u32::MAX { *atom } else { guide.view.graph.atoms.audience(audience).start };
        *by_place.entry((audience, first)).or_default() += board.cell(*atom).load;
    }
    let mut places: Vec<(i64, (u32, AtomIx))> = by_place.into_iter().map(|(place, load)| (load, place)).collect();
    places.sort_by_key(|(load, place)| (std::cmp::Reverse(*load), *place));
    if places.is_empty() {
        return "leaves nothing".to_owned();
    }
    let shown: Vec<String> = places.iter().take(3).map(|(_, (_, atom))| guide.audience(*atom)).collect();
    let more = if places.len() > 3 { format!(" and {} more", places.len() - 3) } else { String::new() };
    format!("leaves {}{more}", shown.join(", "))
}

/// Clients whose grants the unit holds directly.
pub(crate) fn holders(guide: &Guide) -> Vec<ClientIx> {
    let estate = guide.view.estate;
    match guide.unit {
        Unit::Client(_) | Unit::Vendor(_) | Unit::Application(_) => guide.unit.hosts(estate).to_vec(),
        Unit::Standing(client, _) => vec![*client],
        Unit::Credential(ix) => {
            std::iter::once(estate.credentials[*ix as usize].client).chain(guide.view.graph.mates(estate, *ix)).collect()
        }
        Unit::Token(_) => vec![THE_TOKEN],
    }
}

/// Scopes that the unit holds directly.
pub(crate) fn scopes(guide: &Guide, holders: &[ClientIx]) -> Vec<ScopeIx> {
    if let Unit::Token(token) = guide.unit {
        return token.scopes.clone();
    }
    let mut scopes: Vec<ScopeIx> = holders.iter().flat_map(|client| guide.view.grants(*client)).map(|g| g.scope).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Without each of the largest atoms: how much rests on it, not a thing to do.
fn measures(guide: &Guide, won: &[(AtomIx, Winner)], out: &mut Vec<Question>) {
    for (atom, _) in won.iter().take(MOST) {
        let class = &guide.view.graph.atoms.class_names[guide.view.graph.atoms.get(*atom).class_name as usize];
        out.push(Question {
            kind: "atom",
            action: format!("Without {} at {}", class, guide.audience(*atom)),
            detail: String::new(),
            without: Some(*atom),
            overlay: Overlay::none(),
            easing: Easing::default(),
            possible: false,
        });
    }
}

/// Without the unit's own grants at an audience, without one scope, read-only there and everywhere.
fn access(guide: &Guide, won: &[(AtomIx, Winner)], out: &mut Vec<Question>) {
    let view = &guide.view;
    let holders = holders(guide);
    let held = scopes(guide, &holders);
    let token = matches!(guide.unit, Unit::Token(_));
    // Order by what the own grants and the ways that start with them carry.
    let mut by_scope: BTreeMap<ScopeIx, i64> = BTreeMap::new();
    for (atom, winner) in won {
        for scope in first_scopes(guide, *atom, winner, &held) {
            *by_scope.entry(scope).or_default() += winner.load;
        }
    }
    let audience_of = |scope: ScopeIx| view.estate.scopes[scope as usize].audience;
    let mut by_audience: BTreeMap<AudienceIx, (i64, u32)> = BTreeMap::new();
    for (scope, load) in &by_scope {
        let entry = by_audience.entry(audience_of(*scope)).or_default();
        *entry = (entry.0 + load, entry.1 + 1);
    }
    let mut audiences: Vec<(AudienceIx, (i64, u32))> = by_audience.into_iter().collect();
    audiences.sort_by_key(|(ix, (load, _))| (std::cmp::Reverse(*load), *ix));
    let question = |kind, action, cuts| Question {
        kind,
        action,
        detail: String::new(),
        without: None,
        overlay: Overlay::grants(holders.clone(), cuts),
        easing: Easing::default(),
        possible: true,
    };
    let several = held.iter().any(|s| audience_of(*s) != audience_of(held[0]));
    for (audience, _) in audiences.iter().take(MOST) {
        let name = &view.estate.audiences[*audience as usize].name;
        let action = if token && several { format!("Give {name} its own token") } else { format!("Remove all access to {name}") };
        out.push(question("audience", action, vec![GrantCut::Audience(*audience)]));
        let changes = held.iter().any(|s| audience_of(*s) == *audience && view.estate.scopes[*s as usize].privilege > Privilege::Read);
        if changes {
            out.push(question("read_only", format!("Make {name} read-only"), vec![GrantCut::Cap(Some(*audience), Privilege::Read)]));
        }
    }
    if held.iter().any(|s| view.estate.scopes[*s as usize].privilege > Privilege::Read) {
        out.push(question("read_only", "Make everything read-only".to_owned(), vec![GrantCut::Cap(None, Privilege::Read)]));
    }
    let mut scopes: Vec<(ScopeIx, i64)> = by_scope.into_iter().collect();
    scopes.sort_by_key(|(ix, load)| (std::cmp::Reverse(*load), *ix));
    for (scope, _) in scopes.into_iter().take(MOST) {
        // The only scope at its audience was asked about with the audience.
        if held.iter().filter(|s| audience_of(**s) == audience_of(scope)).count() > 1 {
            let facts = &view.estate.scopes[scope as usize];
            let action = format!("Remove {} at {}", facts.value, view.estate.audiences[facts.audience as usize].name);
            out.push(question("scope", action, vec![GrantCut::Scope(scope)]));
        }
    }
}

/// Scopes of the unit with which the winning path of an atom starts.
fn first_scopes(guide: &Guide, atom: AtomIx, winner: &Winner, held: &[ScopeIx]) -> Vec<ScopeIx> {
    let scope_of = |cause: Cause| match cause {
        Cause::Grant(scope, _) | Cause::Scope(scope) => vec![scope],
        Cause::Set(set) => guide.view.estate.escalation_sets[set as usize].1.clone(),
        Cause::Consents => held
            .iter()
            .copied()
            .filter(|s| {
                guide.view.estate.scopes[*s as usize].privilege >= winner.level && guide.view.graph.atoms.of_scope(*s).contains(&atom)
            })
            .collect(),
        Cause::Rows | Cause::Credential(_) => Vec::new(),
    };
    let first = guide.journey.ways_to(winner.node).last().map_or(winner.cause, |(_, _, edge, _)| edge.cause);
    let mut first = scope_of(first);
    first.retain(|s| held.contains(s));
    first
}

/// Without each way that is no grant and carries a winning path.
fn ways(guide: &Guide, won: &[(AtomIx, Winner)], out: &mut Vec<Question>) {
    let (ways, replayed) = carried(guide, won);
    for way in ways.into_iter().take(MOST) {
        out.push(Question {
            kind: "way",
            action: way.action(guide),
            detail: String::new(),
            without: None,
            overlay: Overlay::cut(way.cuts()),
            easing: Easing::default(),
            possible: true,
        });
    }
    checks(guide, &replayed, out);
}

/// With the audience check that an API lacks.
fn checks(guide: &Guide, replayed: &[Way], out: &mut Vec<Question>) {
    let ask = |action: String, cuts: Vec<Cut>| Question {
        kind: "check",
        action,
        detail: String::new(),
        without: None,
        overlay: Overlay::cut(cuts),
        easing: Easing::default(),
        possible: true,
    };
    if replayed.len() > 1 {
        let all = replayed.iter().flat_map(|way| way.cuts()).collect();
        out.push(ask(format!("Check the audience of tokens at {}", count(replayed.len(), "API")), all));
    }
    for way in replayed.iter().take(MOST) {
        out.push(ask(way.action(guide), way.cuts()));
    }
}

/// Each factor on its own.
fn factors(guide: &Guide, exposure: &Exposure, out: &mut Vec<Question>) {
    let w = guide.view.weights;
    let value = |factor: usize| exposure.factors[factor].0;
    let user_token = matches!(guide.unit, Unit::Token(_) | Unit::Standing(..));
    let mut ask = |easing: Easing, possible: bool, action: &str, detail: String| {
        let (action, overlay) = (action.to_owned(), Overlay::none());
        out.push(Question { kind: "factor", action, detail, without: None, overlay, easing, possible });
    };
    let becomes = |weight: i64| format!("factor {} instead of today's", super::words::per_mille(weight));
    if value(BIND) > w.bind.enforced {
        // Who steals a secret or a host has the key as well; only a stolen token is stopped by this.
        let detail = "sender constraint enforced".to_owned();
        ask(Easing::cap(BIND, w.bind.enforced), user_token, "Check the key at the APIs", detail);
    }
    if value(BIND) != w.bind.bearer {
        let easing = Easing { bind: Some(w.bind.bearer), ..Easing::default() };
        ask(easing, false, "Plain bearer", "without any constraint".to_owned());
    }
    if let Some(step) = w.life.first().filter(|step| user_token && step.weight < value(LIFE)) {
        let action = format!("Shorten its lifetime to {}", count((step.up_to_seconds / 60) as usize, "minute"));
        ask(Easing::cap(LIFE, step.weight), true, &action, becomes(step.weight));
    }
    let quarter = w.life_of(90 * 86_400);
    if !user_token && quarter < value(LIFE) {
        ask(Easing::cap(LIFE, quarter), true, "Let its credentials live at most 90 days", becomes(quarter));
    }
    if !user_token && w.life_platform < value(LIFE) {
        let mut easing = Easing::cap(LIFE, w.life_platform);
        easing.at_most[ROT] = Some(w.rot.in_time);
        let detail = "no secret that lasts".to_owned();
        ask(easing, true, "Use a managed or federated identity instead of secrets", detail);
    }
    if value(ROT) > w.rot.in_time {
        ask(Easing::cap(ROT, w.rot.in_time), true, "Rotate its late credentials", becomes(w.rot.in_time));
    }
    if value(NET) > w.net.internal_evidenced {
        let easing = Easing::cap(NET, w.net.internal_evidenced);
        ask(easing, true, "Allow it from your own network only", becomes(w.net.internal_evidenced));
    }
    if value(LEAK) > w.leak.none {
        ask(Easing::cap(LEAK, w.leak.none), true, "Revoke what leaked and verify it", becomes(w.leak.none));
    }
    if value(HOLD) > w.hold.first_party {
        ask(Easing::cap(HOLD, w.hold.first_party), false, "Held in house", becomes(w.hold.first_party));
    }
}
