//! Routes in words: the steps of a search, named like the paths of an explanation.

use super::explain::UnitName;
use super::path::{Guide, PathEdge};
use crate::reach::{AtomIx, Journey, Routes, Unit, View};

/// A route for people.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteLine {
    /// The atom at its end; `None` when it ends at a place.
    pub atom: Option<AtomIx>,
    /// Its steps.
    pub steps: Vec<PathEdge>,
    /// Weight, per mille.
    pub weight: i64,
}

/// Names the steps of found routes.
pub fn route_lines(view: &View, unit: &Unit, routes: &Routes) -> Vec<RouteLine> {
    let name = UnitName::of(view.estate, unit);
    let mut journey = Journey::new(view, true);
    journey.travel(view, unit);
    let guide = Guide { view: *view, unit, name: &name, journey: &journey };
    routes
        .found
        .iter()
        .map(|route| {
            let mut steps: Vec<PathEdge> =
                route.steps.iter().map(|step| guide.edge(step.from, guide.node(step.to), &step.edge, step.weight)).collect();
            steps.extend(route.last.as_ref().and_then(|(atom, winner)| guide.last(*atom, winner)));
            RouteLine { atom: route.last.as_ref().map(|(atom, _)| *atom), steps, weight: route.weight }
        })
        .collect()
}
