//! "Why 73?": everything that made a score, made by the code that makes the score (domain.md 3.6).

use serde::Serialize;

use super::assumptions::{self, Assumption};
use super::changes::{self, Change};
use super::exposure::{Easing, Exposure, FACTORS, Weakest, weakest};
use super::path::{Guide, PathEdge};
use super::potential::{self, PotentialReach};
use super::score::{UnitScore, reach};
use super::sets::{ReachedAudience, ReachedClass, ReachedFunction, sets};
use super::shares::shares;
use super::tally::{Sums, Tally};
use super::words::{count, fact, per_mille};
use crate::model::estate::Estate;
use crate::model::weights::Weights;
use crate::model::{Impact, Privilege, Sensitivity};
use crate::reach::{Atom, AtomIx, Graph, Journey, Unit, View, Winner};

/// Which unit an explanation is of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitName {
    /// `client`, `credential`, `vendor`, `application`, `standing`, `token`.
    pub kind: &'static str,
    /// Public id; for `standing` those of client and principal.
    pub id: String,
    /// Name for people.
    pub name: String,
}

impl UnitName {
    /// Names a unit.
    pub fn of(estate: &Estate, unit: &Unit) -> Self {
        let (kind, id, name) = match unit {
            Unit::Client(ix) => ("client", estate.clients[*ix as usize].id.clone(), estate.clients[*ix as usize].name.clone()),
            Unit::Credential(ix) => {
                let facts = &estate.credentials[*ix as usize];
                ("credential", facts.id.clone(), facts.name.clone())
            }
            Unit::Application(ix) => {
                let facts = &estate.applications[*ix as usize];
                ("application", facts.id.clone(), facts.name.clone())
            }
            Unit::Vendor(ix) => ("vendor", estate.vendors[*ix as usize].id.clone(), estate.vendors[*ix as usize].name.clone()),
            Unit::Standing(client, principal) => {
                let client = &estate.clients[*client as usize];
                let who = match estate.principals.get(*principal as usize) {
                    Some(principal) => principal.id.clone(),
                    None => "one user".to_owned(),
                };
                ("standing", format!("{} {who}", client.id), client.name.clone())
            }
            Unit::Token(token) => ("token", String::new(), token.name.clone()),
        };
        Self { kind, id, name }
    }
}

/// One atom of the reach.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtomLine {
    /// Public id of the audience; null for the control plane of a tenant.
    pub audience_id: Option<String>,
    /// Name of the audience or control plane.
    pub audience: String,
    /// Data class.
    pub data_class: String,
    /// Its sensitivity; null = unknown.
    pub sensitivity: Option<Sensitivity>,
    /// Business impact; null = unknown.
    pub impact: Option<Impact>,
    /// Business function that the class belongs to; null = unknown, or the control plane of a tenant.
    pub function: Option<String>,
    /// Level that counts.
    pub privilege: Privilege,
    /// s, p, b and m of the load, per mille.
    pub weights: [i64; 4],
    /// The load in words: `regulated 1.00 × write .65`.
    pub basis: String,
    /// w_a, 0..1.
    pub load: f64,
    /// Share of the score; all shares add up to the score.
    pub share: f64,
    /// Some of the load rests on an assumption.
    pub assumed: bool,
    /// Ways travelled.
    pub steps: u16,
    /// The winning path.
    pub path: Vec<PathEdge>,
}

/// A line of the running column from load to score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FactorLine {
    /// Load, Crossing, Binding, Lifetime, Holder, Rotation, Network, Leak, Limit, Score.
    pub name: &'static str,
    /// The fact behind it.
    pub fact: String,
    /// What it multiplies by; null for the first and last line.
    pub factor: Option<f64>,
    /// Value after this line.
    pub running: f64,
    /// The fact is assumed.
    pub assumed: bool,
}

/// Why a score is what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Model.
    pub model: &'static str,
    /// Revision of the estate.
    pub revision: i64,
    /// Unit.
    pub unit: UnitName,
    /// False when it belongs to a disabled client: scored as if it were enabled again (D40).
    pub enabled: bool,
    /// Weight pack and its SHA-256.
    pub weights: String,
    /// Hash of the weight pack.
    pub weights_hash: String,
    /// L.
    pub load: f64,
    /// C.
    pub crossing: f64,
    /// RU, four decimals.
    pub reach_units: f64,
    /// X within its limits, four decimals.
    pub exposure: f64,
    /// ReachScore, one decimal.
    pub reach_score: f64,
    /// BlastScore as attested, one decimal.
    pub blast_score: f64,
    /// BlastScore in the reading "gateway only", one decimal.
    pub gateway_only_score: f64,
    /// Why that is what it is.
    pub gateway_only_note: String,
    /// Band of the blast score.
    pub band: String,
    /// Audiences, by share.
    pub audiences: Vec<ReachedAudience>,
    /// Data classes, by sensitivity.
    pub data_classes: Vec<ReachedClass>,
    /// Business functions, by privilege.
    pub functions: Vec<ReachedFunction>,
    /// Audiences that it reaches, or reaches with more privilege, only if checks that nobody recorded fail or inferred edges are
    /// real; by name. Never part of the score as attested.
    pub potential: Vec<PotentialReach>,
    /// Every atom, largest load first.
    pub atoms: Vec<AtomLine>,
    /// From load to score.
    pub factors: Vec<FactorLine>,
    /// Whose exposure counts (weakest link).
    pub weakest: String,
    /// The best three single changes.
    pub changes: Vec<Change>,
    /// Everything that was asked, in the order of asking.
    pub counterfactuals: Vec<Change>,
    /// What had to be assumed, and how much of the score rests on it.
    pub assumptions: Vec<Assumption>,
    /// Share of the score that rests on assumptions, per mille.
    pub assumed_per_mille: u16,
    /// The numbers as a list shows them.
    #[serde(skip)]
    pub score: UnitScore,
}

/// Explains one unit.
pub fn explain(estate: &Estate, weights: &Weights, unit: &Unit) -> Explanation {
    explain_with(&View::new(estate, weights, &Graph::new(estate, weights)), unit)
}

/// Explains one unit over a graph that is kept.
pub fn explain_with(view: &View, unit: &Unit) -> Explanation {
    let (estate, weights) = (view.estate, view.weights);
    let mut journey = Journey::new(view, true);
    journey.travel(view, unit);
    let sums = Tally::default().sums(view, &journey.board);
    let (exposure, known) = weakest(view, unit, &Easing::default());
    let mut score = UnitScore::new(&sums, exposure.value(weights), known, journey.escalation, weights);
    if let Some(other) = view.gateway_only() {
        score = score.beside(&super::score_unit_with(&other, unit));
    }

    let mut won: Vec<(AtomIx, Winner)> = journey.trail.iter().flat_map(|trail| &trail.winners).map(|(atom, w)| (*atom, *w)).collect();
    won.sort_unstable_by_key(|(atom, winner)| (std::cmp::Reverse(winner.load), *atom));
    let loads: Vec<i64> = won.iter().map(|(_, winner)| winner.load).collect();
    let shares = shares(score.blast_tenths(), &loads);
    let name = UnitName::of(estate, unit);
    let guide = Guide { view: *view, unit, name: &name, journey: &journey };
    let lines: Vec<AtomLine> = won.iter().zip(&shares).map(|((atom, winner), share)| line(&guide, *atom, winner, *share)).collect();
    let (audiences, data_classes, functions) = sets(view, &journey, &won, &lines);
    let counterfactuals = changes::ask(&guide, &won, &sums, &exposure, &score);
    let assumptions = assumptions::list(&guide, &won, &sums, &exposure, &score);
    Explanation {
        model: "BR-1",
        revision: estate.revision,
        enabled: enabled(estate, unit),
        weights: weights.pack.clone(),
        weights_hash: weights.hash(),
        load: score.load(),
        crossing: score.crossing(),
        reach_units: score.reach_units(),
        exposure: score.exposure(),
        reach_score: score.reach_score(),
        blast_score: score.blast_score(),
        gateway_only_score: score.gateway_only_score(),
        gateway_only_note: potential::note(view, &score),
        band: score.band(weights).to_owned(),
        potential: potential::beyond(view, unit, &name, &journey.board),
        audiences,
        data_classes,
        functions,
        factors: column(view, won.len(), &sums, &exposure, &score),
        weakest: weakest_name(estate, exposure.of),
        changes: changes::best(&counterfactuals),
        counterfactuals: counterfactuals.into_iter().map(|(change, _)| change).collect(),
        assumptions,
        assumed_per_mille: score.assumed_per_mille,
        atoms: lines,
        unit: name,
        score,
    }
}

fn enabled(estate: &Estate, unit: &Unit) -> bool {
    match unit {
        Unit::Client(client) | Unit::Standing(client, _) => estate.clients[*client as usize].enabled,
        Unit::Credential(ix) => estate.clients[estate.credentials[*ix as usize].client as usize].enabled,
        Unit::Vendor(_) | Unit::Application(_) | Unit::Token(_) => true,
    }
}

fn line(guide: &Guide, atom: AtomIx, winner: &Winner, share: i64) -> AtomLine {
    let view = &guide.view;
    let facts = view.graph.atoms.get(atom);
    let audience = view.estate.audiences.get(facts.audience as usize);
    let cell = guide.journey.board.cell(atom);
    let control_plane = (Some(Sensitivity::Regulated), Some(Impact::Critical));
    let (sensitivity, impact) =
        audience.map_or(control_plane, |a| (a.classes.get(usize::from(facts.class)).and_then(|c| c.sensitivity), a.impact));
    let (s, p) = (facts.weight(winner.level).0, view.weights.privilege(winner.level));
    let path = guide.path(atom, winner);
    AtomLine {
        audience_id: audience.map(|a| a.id.clone()),
        audience: guide.audience(atom),
        data_class: view.graph.atoms.class_names[facts.class_name as usize].clone(),
        sensitivity,
        impact,
        function: view.graph.atoms.functions.get(facts.function as usize).cloned(),
        privilege: winner.level,
        weights: [s, p, winner.breadth, winner.weight],
        basis: basis(facts, sensitivity, impact, winner, view.weights),
        load: cell.load as f64 / 1e12,
        share: share as f64 / 10.0,
        assumed: cell.known < cell.load,
        // Counted on the way that is shown: a place may have been passed on two ways of one weight.
        steps: path.len() as u16,
        path,
    }
}

fn basis(atom: &Atom, sensitivity: Option<Sensitivity>, impact: Option<Impact>, winner: &Winner, weights: &Weights) -> String {
    let s = atom.weight(winner.level).0;
    let what = if s > atom.read.0 {
        format!("{} impact", impact.map_or("unknown", Impact::as_str))
    } else {
        sensitivity.map_or("unknown class", Sensitivity::as_str).to_owned()
    };
    let mut text = format!("{what} {} × {} {}", per_mille(s), winner.level, per_mille(weights.privilege(winner.level)));
    if winner.breadth != 1000 {
        text.push_str(&format!(" × breadth {}", per_mille(winner.breadth)));
    }
    if winner.weight != 1000 {
        text.push_str(&format!(" × path {}", per_mille(winner.weight)));
    }
    text
}

fn column(view: &View, atoms: usize, sums: &Sums, exposure: &Exposure, score: &UnitScore) -> Vec<FactorLine> {
    let line = |name, fact: String, factor: Option<i64>, running, assumed| FactorLine {
        name,
        fact,
        factor: factor.map(|f| f as f64 / 1000.0),
        running,
        assumed,
    };
    let ru = reach(sums.load, sums.crossing);
    let mut lines = vec![line("Load", count(atoms, "atom"), None, score.load(), sums.known < sums.load)];
    let mut crossing = vec![count(sums.crossed_boundaries as usize, "boundary")];
    if sums.crossed_tenants > 1 {
        crossing.push(count(sums.crossed_tenants as usize, "tenant"));
    }
    if sums.mixed {
        crossing.push("production and other environments".to_owned());
    }
    lines.push(line("Crossing", crossing.join(", "), Some(sums.crossing), score.reach_units(), false));
    let mut product = 1i128;
    for (ix, (factor, assumed)) in exposure.factors.iter().enumerate() {
        product = product.saturating_mul(i128::from(*factor));
        let running = ru as f64 / 1e15 * (product as f64 / 10f64.powi(3 * (ix as i32 + 1)));
        lines.push(line(FACTORS[ix], fact(view.weights, ix, (*factor, *assumed)), Some(*factor), four(running), *assumed));
    }
    let value = exposure.value(view.weights);
    if value != exposure.product() {
        let running = ru as f64 / 1e15 * (value as f64 / 1e18);
        lines.push(line("Limit", "exposure stays within its limits".to_owned(), None, four(running), false));
    }
    let k = per_mille(view.weights.k);
    lines.push(line("Score", format!("100 × (1 − e^(−{} / {k}))", four(lines[lines.len() - 1].running)), None, score.blast_score(), false));
    lines
}

/// Four decimals, half away from zero.
fn four(value: f64) -> f64 {
    libm::round(value * 1e4) / 1e4
}

fn weakest_name(estate: &Estate, of: Weakest) -> String {
    let client = |ix: u32| estate.clients[ix as usize].name.clone();
    match of {
        Weakest::Nothing => "nothing that opens anything".to_owned(),
        Weakest::Credential(ix, owner) => format!("credential {} of {}", estate.credentials[ix as usize].name, client(owner)),
        Weakest::AssumedCredential(ix) => format!("a credential of {} that is not in view", client(ix)),
        Weakest::Delegated(ix, true) => format!("refresh tokens that {} stores", client(ix)),
        Weakest::Delegated(ix, false) => format!("sessions of the users of {}", client(ix)),
        Weakest::Token => "the token".to_owned(),
    }
}
