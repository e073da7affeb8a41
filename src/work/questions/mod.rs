//! Questions about an estate, one file each; every answer names its revision and how much was searched.
//!
//! Knows answers and the engine; computes no score of its own.

pub mod breach;
pub mod breach_text;
pub mod crosses;
mod harvested;
pub mod paths;
pub mod portfolio;
pub mod replay;
mod revoking;

use std::collections::BTreeSet;

use crate::model::estate::ClientIx;
use crate::model::time::iso;

use super::answers::Answers;
use super::figures::link;
use super::tables;
use super::wire::{Link, NamedCount, QuestionForms};

/// Clients that questions search: the population of Overview's figures.
pub const POPULATION: &str = "-holder:platform -enabled:no -api_only:yes";

/// Rows that are named one by one in a filter at most, because a filter is a text that people read.
const NAMED: usize = 100;

/// What can be asked about.
pub fn forms(answers: &Answers) -> QuestionForms {
    let classes: BTreeSet<&str> =
        answers.estate.audiences.iter().flat_map(|audience| audience.classes.iter().map(|class| class.name.as_str())).collect();
    let mut vendors: Vec<NamedCount> = answers
        .vendors
        .iter()
        .filter(|vendor| !vendor.clients.is_empty())
        .map(|vendor| NamedCount { id: vendor.id.clone(), name: vendor.name.clone(), count: vendor.clients.len() as u32 })
        .collect();
    vendors.sort_by(|a, b| super::cell::compare_text(&a.name, &b.name).then_with(|| a.id.cmp(&b.id)));
    QuestionForms {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        boundaries: answers.graph.atoms.boundaries.iter().map(|name| boundary_name(name.as_deref())).collect(),
        data_classes: classes.into_iter().map(str::to_owned).collect(),
        vendors,
        clients: population(answers).len() as u32,
    }
}

/// The clients of [`POPULATION`]: the very rows that its link opens.
fn population(answers: &Answers) -> Vec<ClientIx> {
    tables::of_answers(answers, "clients").map_or_else(Vec::new, |table| answers.selection(table.as_ref(), POPULATION, "").rows.clone())
}

fn population_link() -> Link {
    link("clients", POPULATION)
}

/// Name of a boundary for people.
fn boundary_name(name: Option<&str>) -> String {
    name.unwrap_or("unassigned").to_owned()
}

/// `1 client`, `2,514 clients`.
fn counted(number: usize, one: &str) -> String {
    let many = match one.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{one}s"),
    };
    format!("{} {}", super::figures::thousands(number as u64), if number == 1 { one } else { &many })
}

/// Imported text inside a sentence: without characters that steer what shows it.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}
