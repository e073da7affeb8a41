//! How does A reach B? The heaviest distinct paths, with what each way means and where it was read.

use anyhow::Result;

use crate::blast::{self, RouteLine};
use crate::error::Told;
use crate::model::time::iso;
use crate::reach::{AtomIx, CONTROL_PLANE, Goal, MOST_ROUTES, Node, Routes, View};
use crate::work::answers::Answers;
use crate::work::blast_page;
use crate::work::wire::{BlastSubject, PathEnd, PathLine, PathStep, Paths};

use super::{boundary_name, counted, plain, replay};

/// The paths between two things.
///
/// # Errors
/// A refusal when either end is not in this revision.
pub fn paths(answers: &Answers, from: &PathEnd, to: &PathEnd) -> Result<Paths> {
    let unit = blast_page::unit(answers, &BlastSubject { unit: from.kind.clone(), id: from.id.clone() })?;
    let (goal, to_name) = goal(answers, to)?;
    let view = View::new(&answers.estate, &answers.weights, &answers.graph);
    let routes = Routes::search(&view, &unit, &goal);
    let lines = blast::route_lines(&view, &unit, &routes);
    let from_name = replay::name(answers, &unit);
    let ends = format!("from {} to {}", plain(&from_name), plain(&to_name));
    let sentence = match lines.len() {
        0 => {
            format!("No path {ends} as of revision {}; {} searched.", answers.rows.revision, counted(routes.places, "place"))
        }
        n if routes.more => format!("More than {n} paths {ends}; these are the heaviest {n}."),
        n => format!("{} {ends}, {} searched.", counted(n, "path"), counted(routes.places, "place")),
    };
    debug_assert!(lines.len() <= MOST_ROUTES);
    Ok(Paths {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        from: from.clone(),
        to: to.clone(),
        from_name,
        to_name: to_name.clone(),
        sentence,
        places: routes.places as u32,
        more: routes.more,
        paths: lines.iter().map(|line| path(answers, line, &to_name)).collect(),
    })
}

fn goal(answers: &Answers, end: &PathEnd) -> Result<(Goal, String)> {
    let atoms = &answers.graph.atoms;
    let of = |wanted: &dyn Fn(AtomIx) -> bool| Goal {
        atoms: (0..atoms.len() as AtomIx).filter(|atom| wanted(*atom)).collect(),
        places: Vec::new(),
    };
    let held = |client: u32| vec![Node::Client(client), Node::Secrets(client)];
    let found =
        match end.kind.as_str() {
            "audience" => answers.audiences.binary_search_by(|view| view.id.as_str().cmp(&end.id)).ok().map(|at| {
                (Goal { atoms: atoms.audience(at as u32).collect(), places: Vec::new() }, answers.estate.audiences[at].name.clone())
            }),
            "data_class" => {
                let wanted = end.id.to_lowercase();
                let class = atoms.class_names.iter().position(|name| name.to_lowercase() == wanted);
                class.map(|at| (of(&|atom| atoms.get(atom).class_name == at as u32), atoms.class_names[at].clone()))
            }
            "boundary" => {
                let wanted = end.id.to_lowercase();
                let boundary = atoms.boundaries.iter().position(|name| boundary_name(name.as_deref()).to_lowercase() == wanted);
                boundary.map(|at| (of(&|atom| atoms.get(atom).boundary == at as u32), boundary_name(atoms.boundaries[at].as_deref())))
            }
            "client" => answers
                .clients
                .binary_search_by(|view| view.id.as_str().cmp(&end.id))
                .ok()
                .map(|at| (Goal { atoms: Vec::new(), places: held(at as u32) }, answers.client_name(at).to_owned())),
            "vendor" => answers.vendors.iter().position(|view| view.id == end.id).map(|at| {
                let places = answers.vendors[at].clients.iter().flat_map(|client| held(*client)).collect();
                (Goal { atoms: Vec::new(), places }, answers.vendors[at].name.clone())
            }),
            _ => None,
        };
    found.ok_or_else(|| {
        Told::refusal(
            "BH-QUE-004",
            format!("There is no {} “{}” in this revision.", plain(&end.kind.replace('_', " ")), plain(&end.id)),
            "Nothing was searched.",
            "A path ends at an audience, a data class, a boundary, a client or a vendor.",
        )
        .details(format!("“{CONTROL_PLANE}” is a data class of its own."))
        .into()
    })
}

fn path(answers: &Answers, line: &RouteLine, to_name: &str) -> PathLine {
    let target = line.atom.map_or_else(
        || to_name.to_owned(),
        |atom| {
            let facts = answers.graph.atoms.get(atom);
            let class = &answers.graph.atoms.class_names[facts.class_name as usize];
            answers
                .estate
                .audiences
                .get(facts.audience as usize)
                .map_or_else(|| class.clone(), |audience| format!("{}, {class}", audience.name))
        },
    );
    PathLine {
        target,
        steps: line
            .steps
            .iter()
            .map(|edge| PathStep {
                from: edge.from.clone(),
                to: edge.to.clone(),
                mode: edge.mode.as_str().to_owned(),
                meaning: edge.meaning.clone(),
                evidence: edge.evidence.as_str().to_owned(),
                source: edge
                    .grant_rows
                    .first()
                    .and_then(|row| answers.rows.grants.get(*row as usize))
                    .and_then(|grant| answers.source_text(grant.origin)),
            })
            .collect(),
        weight_per_mille: u32::try_from(line.weight).unwrap_or(0),
    }
}
