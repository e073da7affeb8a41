//! What the page Blast radius shows for one unit: figures, reach sets, flood map, and "why 73?".

use std::collections::BTreeSet;

use anyhow::Result;

use crate::blast::{self, Explanation, PotentialReach};
use crate::error::Told;
use crate::model::time::iso;
use crate::reach::{Reading, Unit};

use super::answers::Answers;
use super::blast_map::map;
use super::blast_siblings;
use super::cell::decimal;
use super::figures::{link, thousands};
use super::filter::quote;
use super::wire::*;

/// Word of the second reading.
pub(super) const GATEWAY_ONLY: &str = "gateway_only";
/// More audiences than this are told in the page's own lists, because a filter is a text that people read.
const NAMED: usize = 100;
/// Shares and paths that travel to the window; the rest is in the export.
const LISTED: usize = 40;

/// The engine's unit behind a subject.
///
/// # Errors
/// A refusal when there is no such unit at this revision.
pub fn unit(answers: &Answers, subject: &BlastSubject) -> Result<Unit> {
    let found = match subject.unit.as_str() {
        "client" => answers.clients.binary_search_by(|view| view.id.as_str().cmp(&subject.id)).ok().map(|at| Unit::Client(at as u32)),
        "credential" => answers.credentials.iter().find(|view| view.id == subject.id).and_then(|view| view.unit).map(Unit::Credential),
        "application" => answers.estate.applications.iter().position(|a| a.id == subject.id).map(|at| Unit::Application(at as u32)),
        "standing" => blast_siblings::standing(answers, &subject.id),
        "token" => blast_siblings::token(answers, &subject.id),
        "vendor" => answers.vendors.iter().position(|view| view.id == subject.id).map(|at| Unit::Vendor(at as u32)),
        _ => None,
    };
    found.ok_or_else(|| {
        Told::refusal(
            "BH-BLA-001",
            "There is no such unit of compromise in this revision.",
            "Ended credentials and things of other revisions have no blast radius.",
            "Choose a client, a usable credential, an application or a vendor.",
        )
        .into()
    })
}

/// The consent of a client that reaches most, as a subject.
///
/// # Errors
/// A refusal when nobody consented to it.
pub fn widest_consent(answers: &Answers, client: &str) -> Result<BlastSubject> {
    let found = answers.clients.binary_search_by(|view| view.id.as_str().cmp(client)).ok();
    let consent = found.and_then(|at| blast_siblings::widest_consent(answers, at as u32, &Unit::Client(at as u32)));
    consent.map(|sibling| sibling.subject).ok_or_else(|| {
        Told::refusal(
            "BH-BLA-002",
            "Nobody consented to this client.",
            "It has application permissions only, or none, so there is no consent to steal.",
            "Ask for the client or one of its credentials.",
        )
        .into()
    })
}

/// Explains one unit.
pub fn explain(answers: &Answers, unit: &Unit) -> Explanation {
    blast::explain_with(&answers.reach_view(), unit)
}

/// The page for one unit in a reading: `gateway_only`, else as attested. In the reading "gateway only" the explanation is that of its score.
///
/// # Errors
/// Those of [`unit()`].
pub fn blast(answers: &Answers, subject: &BlastSubject, reading: &str) -> Result<Blast> {
    let reading = if reading == GATEWAY_ONLY { Reading::GatewayOnly } else { Reading::Attested };
    let unit = unit(answers, subject)?;
    let attested = explain(answers, &unit);
    let scores = (attested.blast_score, attested.gateway_only_score, attested.gateway_only_note.clone());
    let beyond = attested.potential.clone();
    let other = answers.reach_view().gateway_only().filter(|_| reading == Reading::GatewayOnly);
    let explanation = match other {
        Some(view) => blast::Explanation { gateway_only_note: scores.2.clone(), ..blast::explain_with(&view, &unit) },
        None => attested,
    };
    let map = map(answers, Some(&explanation));
    Ok(Blast {
        reading: if reading == Reading::GatewayOnly { GATEWAY_ONLY } else { "attested" }.to_owned(),
        attested_score: scores.0,
        gateway_only_score: scores.1,
        gateway_only_note: scores.2,
        more_potential: beyond.len().saturating_sub(NAMED) as u32,
        potential: beyond
            .iter()
            .take(NAMED)
            .map(|reach| PotentialLine {
                id: reach.id.clone().unwrap_or_default(),
                name: reach.name.clone(),
                privilege: reach.privilege.as_str().to_owned(),
                attested: reach.attested.as_str().to_owned(),
                gateway_only: reach.gateway_only,
                because: reach.because.clone(),
            })
            .collect(),
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        subject: subject.clone(),
        name: name(answers, &unit, subject, &explanation),
        siblings: blast_siblings::siblings(answers, &unit, subject),
        figures: figures(answers, &explanation, (scores.0, scores.1), &beyond),
        audiences: explanation
            .audiences
            .iter()
            .map(|reached| ReachedAudience {
                id: reached.id.clone().unwrap_or_default(),
                name: reached.name.clone(),
                boundary: reached
                    .boundary
                    .clone()
                    .unwrap_or_else(|| if reached.id.is_some() { "unassigned" } else { "control plane" }.to_owned()),
                privilege: reached.privilege.as_str().to_owned(),
                steps: u32::from(reached.steps),
                share: reached.share,
            })
            .collect(),
        data_classes: explanation
            .data_classes
            .iter()
            .map(|class| {
                // The rows behind the number are those that this unit reaches, not every audience that holds the class.
                let ids = audiences_of(&explanation, &class.name);
                ReachedClass {
                    name: class.name.clone(),
                    sensitivity: class.sensitivity.map(|s| s.as_str().to_owned()),
                    audiences: ids.len() as u32,
                    link: link("audiences", keys(&ids)),
                }
            })
            .collect(),
        functions: explanation
            .functions
            .iter()
            .map(|function| ReachedFunction {
                name: function.name.clone(),
                impact: function.impact.map(|impact| impact.as_str().to_owned()),
                privilege: function.privilege.as_str().to_owned(),
            })
            .collect(),
        map,
        explanation: view(answers, &explanation),
    })
}

/// Audiences where a data class is reached. The control plane of a tenant is none of them, because it has no row.
fn audiences_of<'a>(explanation: &'a Explanation, class: &str) -> BTreeSet<&'a str> {
    explanation.atoms.iter().filter(|atom| atom.data_class == class).filter_map(|atom| atom.audience_id.as_deref()).collect()
}

/// The filter for exactly these audiences.
pub(super) fn keys(ids: &BTreeSet<&str>) -> String {
    if ids.is_empty() {
        return "key:none".to_owned();
    }
    format!("key:{}", ids.iter().map(|id| quote(id)).collect::<Vec<_>>().join(","))
}

/// Explains one unit in a reading: `gateway_only`, else as attested.
pub(super) fn explain_reading(answers: &Answers, unit: &Unit, reading: &str) -> Explanation {
    let other = answers.reach_view().gateway_only().filter(|_| reading == GATEWAY_ONLY);
    other.map_or_else(|| explain(answers, unit), |view| blast::explain_with(&view, unit))
}

fn name(answers: &Answers, unit: &Unit, subject: &BlastSubject, explanation: &Explanation) -> String {
    match unit {
        Unit::Credential(ix) => {
            let credential = &answers.estate.credentials[*ix as usize];
            format!("{} · {}", answers.client_name(credential.client as usize), credential.name)
        }
        Unit::Token(token) => match blast_siblings::profile(answers, &subject.id) {
            Some(view) => format!("{} · token {}", answers.client_name(view.client as usize), view.name),
            None => token.name.clone(),
        },
        _ => explanation.unit.name.clone(),
    }
}

fn figures(answers: &Answers, explanation: &Explanation, scores: (f64, f64), beyond: &[PotentialReach]) -> Vec<Figure> {
    let figure = |label: &str, value: String, population: String, note: String, unknown: String| Figure {
        label: label.to_owned(),
        value,
        population,
        note,
        unknown,
        change: String::new(),
        link: None,
    };
    let score = &explanation.score;
    let of = |n: usize| format!("of {}", thousands(n as u64));
    let mut classes: Vec<&str> = answers.estate.audiences.iter().flat_map(|a| &a.classes).map(|class| class.name.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut functions: Vec<&str> = answers.estate.audiences.iter().flat_map(|a| &a.functions).map(String::as_str).collect();
    functions.sort_unstable();
    functions.dedup();
    let unknown = explanation.data_classes.iter().filter(|class| class.sensitivity.is_none()).count();
    let changed = explanation.functions.iter().filter(|f| f.privilege >= crate::model::Privilege::Write).count();
    let reached: BTreeSet<&str> = explanation.audiences.iter().filter_map(|reached| reached.id.as_deref()).collect();
    vec![
        Figure {
            link: (reached.len() <= NAMED).then(|| link("audiences", keys(&reached))),
            ..figure(
                "APIs reached",
                thousands(u64::from(score.audiences)),
                of(answers.estate.audiences.len()),
                format!("in {} boundaries", score.boundaries),
                String::new(),
            )
        },
        figure(
            "Data classes",
            thousands(u64::from(score.data_classes)),
            of(classes.len()),
            format!("{unknown} of unknown sensitivity"),
            String::new(),
        ),
        figure("Functions", thousands(u64::from(score.functions)), of(functions.len()), format!("{changed} can be changed"), String::new()),
        figure(
            "Reach",
            decimal(explanation.reach_score, 0),
            "/ 100".to_owned(),
            format!("{} units", decimal(explanation.reach_units, 4)),
            String::new(),
        ),
        figure(
            "Score as attested",
            decimal(scores.0, 0),
            "/ 100".to_owned(),
            format!("{}, {} % assumed", band(answers, scores.0), decimal(f64::from(explanation.assumed_per_mille) / 10.0, 0)),
            String::new(),
        ),
        figure("Gateway only", decimal(scores.1, 0), "/ 100".to_owned(), gateway_note(answers, scores.1, beyond), String::new()),
    ]
}

fn band(answers: &Answers, score: f64) -> &str {
    answers.weights.band_of((score * 10.0).round() as i64)
}

/// What stands under the figure of the reading "gateway only".
fn gateway_note(answers: &Answers, score: f64, beyond: &[PotentialReach]) -> String {
    if answers.gateway_graph.is_none() {
        return "no gateway recorded".to_owned();
    }
    match beyond.iter().filter(|reach| reach.gateway_only).count() {
        0 => format!("{}, nothing more", band(answers, score)),
        more => format!("{}, {} more", band(answers, score), thousands(more as u64)),
    }
}

fn view(answers: &Answers, explanation: &Explanation) -> ExplanationView {
    ExplanationView {
        blast_score: explanation.blast_score,
        reach_score: explanation.reach_score,
        reach_units: explanation.reach_units,
        band: explanation.band.clone(),
        shares: explanation
            .atoms
            .iter()
            .take(LISTED)
            .map(|atom| ShareLine {
                audience: atom.audience.clone(),
                data_class: atom.data_class.clone(),
                basis: atom.basis.clone(),
                load: atom.load,
                share: atom.share,
                steps: u32::from(atom.steps),
            })
            .collect(),
        more_shares: explanation.atoms.len().saturating_sub(LISTED) as u32,
        load: explanation.load,
        factors: explanation
            .factors
            .iter()
            .map(|line| FactorLine {
                name: line.name.to_owned(),
                fact: line.fact.clone(),
                factor: line.factor,
                running: line.running,
                assumed: line.assumed,
            })
            .collect(),
        changes: explanation
            .changes
            .iter()
            .map(|change| ChangeLine {
                action: change.action.clone(),
                detail: change.detail.clone(),
                new_score: change.score,
                difference: change.difference,
            })
            .collect(),
        unknowns: explanation
            .assumptions
            .iter()
            .map(|assumption| {
                let points = assumption.points.map_or_else(String::new, |points| format!(" (+{})", decimal(points, 1)));
                format!("{}, counted as {}{points}", assumption.fact, assumption.counted_as)
            })
            .collect(),
        assumed_percent: f64::from(explanation.assumed_per_mille) / 10.0,
        paths: explanation.atoms.iter().take(LISTED).map(|atom| path(answers, atom)).collect(),
        weights: explanation.weights.clone(),
        text: explanation.text(),
    }
}

fn path(answers: &Answers, atom: &blast::AtomLine) -> PathLine {
    PathLine {
        target: format!("{}, {}", atom.audience, atom.data_class),
        steps: atom.path.iter().map(|edge| step(answers, edge)).collect(),
        weight_per_mille: u32::try_from(atom.path.last().map_or(1000, |edge| edge.weight)).unwrap_or(0),
    }
}

/// One edge in words, with the file and record of its first grant.
pub(super) fn step(answers: &Answers, edge: &blast::PathEdge) -> PathStep {
    let grant = edge.grant_rows.first().and_then(|row| answers.rows.grants.get(*row as usize));
    PathStep {
        from: edge.from.clone(),
        to: edge.to.clone(),
        mode: edge.mode.as_str().to_owned(),
        meaning: edge.meaning.clone(),
        evidence: edge.evidence.as_str().to_owned(),
        source: grant.and_then(|grant| answers.source_text(grant.origin)),
    }
}
