//! The three reach sets that are shown first: audiences, data classes, business functions.

use std::collections::BTreeMap;

use serde::Serialize;

use super::explain::AtomLine;
use crate::model::{Impact, Privilege, Sensitivity};
use crate::reach::{AtomIx, Journey, View, Winner};

/// A reached audience; the control plane of a tenant is one with `id` null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReachedAudience {
    /// Public id.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// Trust boundary; null = unassigned, or a control plane.
    pub boundary: Option<String>,
    /// Highest privilege.
    pub privilege: Privilege,
    /// Ways travelled on the shortest winning path.
    pub steps: u16,
    /// Largest path weight, per mille.
    pub weight: u16,
    /// Load of its atoms.
    pub load: f64,
    /// Its share of the score; all add up to it.
    pub share: f64,
}

/// A reached data class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReachedClass {
    /// Name.
    pub name: String,
    /// Highest sensitivity under that name; null = unknown, counted as confidential.
    pub sensitivity: Option<Sensitivity>,
    /// Audiences where it is reached.
    pub audiences: u32,
}

/// A reached business function.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReachedFunction {
    /// Name.
    pub name: String,
    /// Highest known impact; null = unknown, counted as moderate.
    pub impact: Option<Impact>,
    /// Highest privilege, read or more.
    pub privilege: Privilege,
}

/// Groups the atom lines (in the order of the explanation) into the three sets.
pub(crate) fn sets(
    view: &View,
    journey: &Journey,
    won: &[(AtomIx, Winner)],
    lines: &[AtomLine],
) -> (Vec<ReachedAudience>, Vec<ReachedClass>, Vec<ReachedFunction>) {
    let estate = view.estate;
    let mut audiences: BTreeMap<(u32, u32), (ReachedAudience, i64, i64)> = BTreeMap::new();
    let mut classes: BTreeMap<u32, ReachedClass> = BTreeMap::new();
    let mut functions: BTreeMap<u32, ReachedFunction> = BTreeMap::new();
    for ((atom, _), line) in won.iter().zip(lines) {
        let cell = journey.board.cell(*atom);
        let facts = view.graph.atoms.get(*atom);
        let known = estate.audiences.get(facts.audience as usize);
        let control_plane = if known.is_some() { u32::MAX } else { facts.tenant };
        let (audience, load, share) = audiences.entry((facts.audience, control_plane)).or_insert_with(|| {
            let empty = ReachedAudience {
                id: known.map(|a| a.id.clone()),
                name: line.audience.clone(),
                boundary: known.and_then(|a| a.boundary.clone()),
                privilege: Privilege::None,
                steps: u16::MAX,
                weight: 0,
                load: 0.0,
                share: 0.0,
            };
            (empty, 0, 0)
        });
        audience.privilege = audience.privilege.max(cell.privilege);
        audience.steps = audience.steps.min(line.steps);
        audience.weight = audience.weight.max(cell.weight);
        *load += cell.load;
        *share += libm::round(line.share * 10.0) as i64;
        let name = &view.graph.atoms.class_names[facts.class_name as usize];
        let sensitivity =
            known.map_or(Some(Sensitivity::Regulated), |a| a.classes.get(usize::from(facts.class)).and_then(|c| c.sensitivity));
        let class = classes.entry(facts.class_name).or_insert_with(|| ReachedClass { name: name.clone(), sensitivity: None, audiences: 0 });
        class.sensitivity = class.sensitivity.max(sensitivity);
        class.audiences += 1;
        if let Some(name) = view.graph.atoms.functions.get(facts.function as usize).filter(|_| cell.privilege >= Privilege::Read) {
            let function = functions.entry(facts.function).or_insert_with(|| ReachedFunction {
                name: name.clone(),
                impact: None,
                privilege: Privilege::None,
            });
            function.impact = function.impact.max(known.and_then(|a| a.impact));
            function.privilege = function.privilege.max(cell.privilege);
        }
    }
    let mut audiences: Vec<_> = audiences.into_iter().collect();
    audiences.sort_by_key(|(key, (_, load, share))| (std::cmp::Reverse((*share, *load)), *key));
    let audiences = audiences
        .into_iter()
        .map(|(_, (mut audience, load, share))| {
            audience.load = load as f64 / 1e12;
            audience.share = share as f64 / 10.0;
            audience
        })
        .collect();
    let mut classes: Vec<_> = classes.into_values().collect();
    classes.sort_by_key(|c| (std::cmp::Reverse(view.weights.sensitivity(c.sensitivity)), c.name.clone()));
    let mut functions: Vec<_> = functions.into_values().collect();
    functions.sort_by_key(|f| (std::cmp::Reverse((f.privilege, view.weights.impact(f.impact))), f.name.clone()));
    (audiences, classes, functions)
}
