//! The smallest cut: the fewest grants to remove or narrow, or ways to close, that bring a unit under a limit.
//!
//! Removing never raises a score (MP2), so a set that is not enough makes every part of it not enough: that bounds the search. Narrowing is
//! weaker than removing, so the fewest are looked for among removals, and each removal is then weakened as far as the limit allows. Every
//! answer is a full recomputation under an overlay.

use crate::blast::all::Desk;
use crate::blast::changes;
use crate::blast::explain::UnitName;
use crate::blast::path::Guide;
use crate::blast::score::UnitScore;
use crate::blast::ways::{self, Way};
use crate::model::Privilege;
use crate::model::estate::{ClientIx, ScopeIx};
use crate::reach::{AtomIx, GrantCut, Journey, Overlay, Unit, View, Winner};

use super::split::SearchKind;

/// Most candidates that are searched exactly.
const EXACT: usize = 16;
/// Most scores that an exact search computes before it gives way to the greedy one.
const BUDGET: u32 = 20_000;
/// Candidates that the greedy search tries in each step.
const WIDTH: usize = 24;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutKind {
    /// A scope is taken away.
    Remove,
    /// A scope is granted at a lower level only.
    Narrow,
    /// A way is closed.
    Close,
}

impl CutKind {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Narrow => "narrow",
            Self::Close => "close",
        }
    }
}

/// One step of a cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutStep {
    /// What it does.
    pub kind: CutKind,
    /// In words.
    pub action: String,
    /// The scope, if it is about one.
    pub scope: Option<ScopeIx>,
    /// The level that remains, if it is narrowed.
    pub level: Option<Privilege>,
}

/// A cut that is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutFound {
    /// Steps, those about the heaviest first.
    pub steps: Vec<CutStep>,
    /// Score after all of them.
    pub after: UnitScore,
    /// Whether fewer steps could not do.
    pub search: SearchKind,
    /// Nothing that opens anything is left.
    pub everything: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CutAnswer {
    /// It is under the limit as it is.
    Already,
    /// These steps are enough.
    Found(CutFound),
    /// Even without everything that may be cut it stays above; the score that is left.
    NotReachable(UnitScore),
}

enum Candidate {
    Scope(ScopeIx),
    Way(Way),
}

/// One chosen candidate; a scope may be left at a level.
#[derive(Clone, Copy)]
struct Chosen {
    candidate: usize,
    level: Option<Privilege>,
}

struct Search<'a> {
    view: View<'a>,
    unit: &'a Unit,
    holders: Vec<ClientIx>,
    candidates: Vec<Candidate>,
    desk: Desk,
    limit: i64,
    asked: u32,
}

impl Search<'_> {
    fn score(&mut self, chosen: &[Chosen]) -> UnitScore {
        let (mut grants, mut cuts) = (Vec::new(), Vec::new());
        for one in chosen {
            match (&self.candidates[one.candidate], one.level) {
                (Candidate::Scope(scope), None) => grants.push(GrantCut::Scope(*scope)),
                (Candidate::Scope(scope), Some(level)) => grants.push(GrantCut::CapScope(*scope, level)),
                (Candidate::Way(way), _) => cuts.extend(way.cuts()),
            }
        }
        self.asked += 1;
        let clients = if grants.is_empty() { Vec::new() } else { self.holders.clone() };
        let overlay = Overlay::grants(clients, grants).and_cut(cuts);
        self.desk.score(&self.view.under(&overlay), self.unit)
    }

    /// Under the limit means that the score, as shown, is no higher.
    fn enough(&self, score: &UnitScore) -> bool {
        score.blast_tenths() <= self.limit
    }
}

fn removals(candidates: impl Iterator<Item = usize>) -> Vec<Chosen> {
    candidates.map(|candidate| Chosen { candidate, level: None }).collect()
}

/// Finds the fewest steps that bring a unit to a limit (tenths of a score). Scopes in `keep` are not touched.
pub fn smallest_cut(view: &View, unit: &Unit, limit: i64, keep: &[ScopeIx]) -> CutAnswer {
    let mut journey = Journey::new(view, true);
    journey.travel(view, unit);
    let mut won: Vec<(AtomIx, Winner)> = journey.trail.iter().flat_map(|trail| &trail.winners).map(|(atom, w)| (*atom, *w)).collect();
    won.sort_unstable_by_key(|(atom, winner)| (std::cmp::Reverse(winner.load), *atom));
    let name = UnitName::of(view.estate, unit);
    let guide = Guide { view: *view, unit, name: &name, journey: &journey };
    let holders = changes::holders(&guide);
    let scopes = changes::scopes(&guide, &holders).into_iter().filter(|scope| !keep.contains(scope)).map(Candidate::Scope);
    let (edges, replays) = ways::carried(&guide, &won);
    let candidates: Vec<Candidate> = scopes.chain(edges.into_iter().chain(replays).map(Candidate::Way)).collect();
    let mut search = Search { view: *view, unit, holders, candidates, desk: Desk::new(view), limit, asked: 0 };

    let today = search.score(&[]);
    if search.enough(&today) {
        return CutAnswer::Already;
    }
    let all = search.score(&removals(0..search.candidates.len()));
    if !search.enough(&all) {
        return CutAnswer::NotReachable(all);
    }
    // The order of effect makes the search short and the answer stable; what changes nothing alone may still matter together.
    let mut order: Vec<(i128, usize)> = Vec::new();
    if search.candidates.len() <= 4 * WIDTH {
        order.extend((0..search.candidates.len()).map(|at| (search.score(&removals(at..at + 1)).reach_wide(), at)));
        order.sort_unstable();
    } else {
        order.extend((0..search.candidates.len()).map(|at| (0, at)));
    }
    let order: Vec<usize> = order.into_iter().map(|(_, at)| at).collect();
    let exact = if order.len() <= EXACT { fewest(&mut search, &order) } else { None };
    let (chosen, kind) = match exact {
        Some(chosen) => (chosen, SearchKind::Exact),
        None => (greedy(&mut search, &order), SearchKind::Heuristic),
    };
    let chosen = weaken(&mut search, chosen);
    let after = search.score(&chosen);
    let everything = after.reach_wide() == 0;
    let steps = chosen.iter().map(|one| step(&guide, &search.candidates[one.candidate], one.level)).collect();
    CutAnswer::Found(CutFound { steps, after, search: kind, everything })
}

/// The smallest set; among those of its size the one that leaves least. `None` when the search would take too long.
fn fewest(search: &mut Search, order: &[usize]) -> Option<Vec<Chosen>> {
    for size in 1..=order.len() {
        let mut best: Option<(i128, Vec<usize>)> = None;
        descend(search, order, size, &mut Vec::new(), 0, &mut best)?;
        if let Some((_, set)) = best {
            return Some(removals(set.into_iter()));
        }
    }
    None
}

fn descend(
    search: &mut Search,
    order: &[usize],
    size: usize,
    set: &mut Vec<usize>,
    from: usize,
    best: &mut Option<(i128, Vec<usize>)>,
) -> Option<()> {
    if search.asked > BUDGET {
        return None;
    }
    if set.len() == size {
        let score = search.score(&removals(set.iter().copied()));
        if search.enough(&score) && best.as_ref().is_none_or(|(reach, _)| score.reach_wide() < *reach) {
            *best = Some((score.reach_wide(), set.clone()));
        }
        return Some(());
    }
    // With everything that could still be chosen it would not be enough: nothing below can be.
    let rest = removals(set.iter().copied().chain(order[from..].iter().copied()));
    let bound = search.score(&rest);
    if !search.enough(&bound) {
        return Some(());
    }
    for at in from..=order.len().saturating_sub(size - set.len()) {
        set.push(order[at]);
        descend(search, order, size, set, at + 1, best)?;
        set.pop();
    }
    Some(())
}

/// The step that leaves least, again and again, until it is enough; then what turned out not to be needed is put back.
fn greedy(search: &mut Search, order: &[usize]) -> Vec<Chosen> {
    let mut left: Vec<usize> = order.to_vec();
    let mut set: Vec<usize> = Vec::new();
    loop {
        let score = search.score(&removals(set.iter().copied()));
        if search.enough(&score) || left.is_empty() {
            break;
        }
        let mut best: Option<(i128, usize)> = None;
        for (at, candidate) in left.iter().enumerate().take(WIDTH) {
            let reach = search.score(&removals(set.iter().copied().chain([*candidate]))).reach_wide();
            if best.is_none_or(|known| (reach, at) < known) {
                best = Some((reach, at));
            }
        }
        let Some((reach, at)) = best else { break };
        // Where none of those tried helps alone they stand in for each other: take the first and go on.
        set.push(left.remove(if reach < score.reach_wide() { at } else { 0 }));
    }
    for at in (0..set.len()).rev() {
        let without: Vec<usize> = set.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, candidate)| *candidate).collect();
        let score = search.score(&removals(without.iter().copied()));
        if search.enough(&score) {
            set = without;
        }
    }
    removals(set.into_iter())
}

/// Leaves each scope at the highest level that is still enough.
fn weaken(search: &mut Search, mut chosen: Vec<Chosen>) -> Vec<Chosen> {
    for at in 0..chosen.len() {
        let Candidate::Scope(scope) = search.candidates[chosen[at].candidate] else { continue };
        let held = search.view.estate.scopes[scope as usize].privilege;
        for level in Privilege::ALL.iter().rev().filter(|level| **level < held && **level > Privilege::None) {
            let mut weaker = chosen.clone();
            weaker[at].level = Some(*level);
            let score = search.score(&weaker);
            if search.enough(&score) {
                chosen = weaker;
                break;
            }
        }
    }
    chosen
}

fn step(guide: &Guide, candidate: &Candidate, level: Option<Privilege>) -> CutStep {
    match candidate {
        Candidate::Scope(scope) => {
            let facts = &guide.view.estate.scopes[*scope as usize];
            let audience = &guide.view.estate.audiences[facts.audience as usize].name;
            let (kind, action) = match level {
                None => (CutKind::Remove, format!("Remove {} at {audience}", facts.value)),
                Some(level) => (CutKind::Narrow, format!("Narrow {} at {audience} from {} to {level}", facts.value, facts.privilege)),
            };
            CutStep { kind, action, scope: Some(*scope), level }
        }
        Candidate::Way(way) => CutStep { kind: CutKind::Close, action: way.action(guide), scope: None, level: None },
    }
}
