//! The flood map: the estate as a ship's plan. Each trust boundary is a compartment, each audience a cell in it.
//!
//! Area by weight: business impact x highest sensitivity, at least .20. Everything is ordered by weight, then by name or
//! id, in one field of 1600 x 900; cells are kept as fractions of their compartment less its head, so that every map of
//! every size has the same places. Above 2,000 audiences the compartments come first and cells on entering one; a compartment
//! of more than that draws the heaviest and one cell for all others.

use std::collections::BTreeMap;

use serde::Serialize;

use super::treemap::{Rect, squarify};
use crate::blast::{Explanation, PotentialReach, ReachedAudience};
use crate::model::estate::{Estate, EstateAudience};
use crate::model::weights::Weights;
use crate::model::{Privilege, Sensitivity};

/// The field in which everything is laid out.
pub const FIELD: Rect = Rect { x: 0.0, y: 0.0, width: 1600.0, height: 900.0 };
/// Height of a compartment's head in the field.
pub const HEAD: f64 = 40.0;
/// More audiences than this are not drawn at once.
pub const MOST_CELLS: usize = 2000;
/// Smallest weight of a cell, and what each compartment has in addition for its head; 10^-6.
const LEAST: i64 = 200_000;
const FOR_HEAD: i64 = 180_000;
/// What an audience without trust boundary stands in.
const UNASSIGNED: &str = "unassigned";

/// A cell's place.
#[derive(Debug, Clone, PartialEq)]
struct CellPlace {
    /// Public id; empty for the cell of all others.
    id: String,
    /// Ids of the audiences that the cell of all others stands for.
    others: Vec<String>,
    name: String,
    sensitivity: Option<Sensitivity>,
    place: Rect,
}

/// A compartment's place.
#[derive(Debug, Clone, PartialEq)]
struct CompartmentPlace {
    boundary: Option<String>,
    place: Rect,
    audiences: u32,
    cells: Vec<CellPlace>,
}

/// Where everything stands. The same estate gives the same layout, whatever the order of its rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    compartments: Vec<CompartmentPlace>,
    audiences: u32,
    raised: u32,
    folded: bool,
}

/// A laid-out estate, flooded by one unit or dry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FloodMap {
    /// Heaviest first.
    pub compartments: Vec<Compartment>,
    /// Audiences of the estate.
    pub audiences: u32,
    /// Cells raised to the smallest weight that can be drawn.
    pub raised: u32,
    /// Too many audiences: compartments have no cells until one is entered.
    pub folded: bool,
}

/// A trust boundary. Places are in field units.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "place in the field")]
pub struct Compartment {
    /// Name; `unassigned` for audiences without one.
    pub name: String,
    /// Trust boundary; null for audiences without one.
    pub boundary: Option<String>,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Audiences in it.
    pub audiences: u32,
    /// Audiences that the unit reaches.
    pub reached: u32,
    /// Further audiences that it would reach if only the gateway checked.
    pub gateway_only: u32,
    /// Highest privilege at an audience that is reached; where none is, that of the reading "gateway only"; `none` = dry.
    pub privilege: Privilege,
    /// Heaviest first; empty when folded.
    pub cells: Vec<MapCell>,
}

/// An audience. Places are fractions 0..1 of the compartment less its head.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "place in the compartment")]
pub struct MapCell {
    /// Public id; empty for a cell that stands for several.
    pub id: String,
    /// Audiences that it stands for; 1 = itself.
    pub things: u32,
    /// Name.
    pub name: String,
    /// Highest known sensitivity of its data; null = unknown.
    pub sensitivity: Option<Sensitivity>,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Highest privilege; `none` = dry.
    pub privilege: Privilege,
    /// Ways travelled on the shortest winning path; 0 when dry.
    pub steps: u16,
    /// Reached only if the gateway were the only check.
    pub gateway_only: bool,
    /// Load of its atoms.
    pub load: f64,
}

/// Lays an estate out.
pub fn flood_map(estate: &Estate, weights: &Weights) -> Layout {
    lay_out(estate, weights, estate.audiences.len() > MOST_CELLS, |_| true)
}

/// Lays one compartment out over the whole field: what stands there after entering it. `None` = unassigned.
pub fn compartment_map(estate: &Estate, weights: &Weights, boundary: Option<&str>) -> Layout {
    lay_out(estate, weights, false, |audience| audience.boundary.as_deref() == boundary)
}

fn lay_out(estate: &Estate, weights: &Weights, folded: bool, shown: impl Fn(&EstateAudience) -> bool) -> Layout {
    let mut by_boundary: BTreeMap<Option<&str>, Vec<(i64, &EstateAudience)>> = BTreeMap::new();
    let mut raised = 0;
    for audience in estate.audiences.iter().filter(|a| shown(a)) {
        let weight = weight(audience, weights);
        raised += u32::from(weight < LEAST);
        by_boundary.entry(audience.boundary.as_deref()).or_default().push((weight.max(LEAST), audience));
    }
    let audiences = by_boundary.values().map(|list| list.len() as u32).sum();
    type Weighed<'a> = (i64, Option<&'a str>, Vec<(i64, &'a EstateAudience)>);
    let mut compartments: Vec<Weighed> = by_boundary
        .into_iter()
        .map(|(boundary, list)| (FOR_HEAD + list.iter().map(|(weight, _)| weight).sum::<i64>(), boundary, list))
        .collect();
    compartments.sort_by(|a, b| (b.0, a.1.unwrap_or(UNASSIGNED), a.1).cmp(&(a.0, b.1.unwrap_or(UNASSIGNED), b.1)));
    let sizes: Vec<f64> = compartments.iter().map(|(weight, _, _)| *weight as f64).collect();
    let places = squarify(&sizes, FIELD);
    let compartments = compartments
        .into_iter()
        .zip(places)
        .map(|((_, boundary, list), place)| CompartmentPlace {
            boundary: boundary.map(str::to_owned),
            place,
            audiences: list.len() as u32,
            cells: if folded { Vec::new() } else { cells(list, place) },
        })
        .collect();
    Layout { compartments, audiences, raised, folded }
}

/// Impact x highest sensitivity, 10^-6; unknown values count as the weights say.
fn weight(audience: &EstateAudience, weights: &Weights) -> i64 {
    let unknown = weights.sensitivity(None).0;
    let sensitivity = audience.classes.iter().map(|class| weights.sensitivity(class.sensitivity).0).max().unwrap_or(unknown);
    sensitivity * weights.impact(audience.impact).0
}

fn cells(mut list: Vec<(i64, &EstateAudience)>, compartment: Rect) -> Vec<CellPlace> {
    list.sort_by(|a, b| (b.0, &a.1.id).cmp(&(a.0, &b.1.id)));
    // A compartment that is hardly higher than its head still has half of itself for cells.
    let height = (compartment.height - HEAD).max(compartment.height / 2.0);
    let inside = Rect { x: 0.0, y: 0.0, width: compartment.width, height };
    let light = if list.len() > MOST_CELLS { list.split_off(MOST_CELLS - 1) } else { Vec::new() };
    let mut sizes: Vec<f64> = list.iter().map(|(weight, _)| *weight as f64).collect();
    if !light.is_empty() {
        sizes.push(light.iter().map(|(weight, _)| weight).sum::<i64>() as f64);
    }
    let most_sensitive = |audience: &EstateAudience| audience.classes.iter().filter_map(|class| class.sensitivity).max();
    let mut cells: Vec<CellPlace> = list
        .iter()
        .map(|(_, audience)| CellPlace {
            id: audience.id.clone(),
            others: Vec::new(),
            name: audience.name.clone(),
            sensitivity: most_sensitive(audience),
            place: Rect::default(),
        })
        .collect();
    if !light.is_empty() {
        cells.push(CellPlace {
            id: String::new(),
            others: light.iter().map(|(_, audience)| audience.id.clone()).collect(),
            name: format!("others ({})", light.len()),
            sensitivity: light.iter().filter_map(|(_, audience)| most_sensitive(audience)).max(),
            place: Rect::default(),
        });
    }
    for (cell, place) in cells.iter_mut().zip(squarify(&sizes, inside)) {
        cell.place = Rect {
            x: place.x / inside.width,
            y: place.y / inside.height,
            width: place.width / inside.width,
            height: place.height / inside.height,
        };
    }
    cells
}

/// Floods a layout with what a unit reaches; without a unit it stays dry. Nothing moves.
pub fn flood(layout: &Layout, explanation: Option<&Explanation>) -> FloodMap {
    let mut reached: BTreeMap<&str, &ReachedAudience> = BTreeMap::new();
    let mut by_boundary: BTreeMap<Option<&str>, (u32, Privilege)> = BTreeMap::new();
    for audience in explanation.iter().flat_map(|e| &e.audiences) {
        if let Some(id) = &audience.id {
            reached.insert(id, audience);
            let (count, privilege) = by_boundary.entry(audience.boundary.as_deref()).or_insert((0, Privilege::None));
            *count += 1;
            *privilege = (*privilege).max(audience.privilege);
        }
    }
    let beyond: BTreeMap<&str, &PotentialReach> = explanation
        .iter()
        .flat_map(|e| &e.potential)
        .filter(|reach| reach.gateway_only && reach.attested == Privilege::None)
        .filter_map(|reach| Some((reach.id.as_deref()?, reach)))
        .filter(|(id, _)| !reached.contains_key(id))
        .collect();
    let mut gateway_only: BTreeMap<Option<&str>, (u32, Privilege)> = BTreeMap::new();
    for reach in beyond.values() {
        let (count, privilege) = gateway_only.entry(reach.boundary.as_deref()).or_insert((0, Privilege::None));
        *count += 1;
        *privilege = (*privilege).max(reach.privilege);
    }
    let compartments = layout
        .compartments
        .iter()
        .map(|c| {
            let dry = (0, Privilege::None);
            let (count, privilege) = by_boundary.get(&c.boundary.as_deref()).copied().unwrap_or(dry);
            let (more, beyond_privilege) = gateway_only.get(&c.boundary.as_deref()).copied().unwrap_or(dry);
            let Rect { x, y, width, height } = rounded(c.place);
            Compartment {
                name: c.boundary.clone().unwrap_or_else(|| UNASSIGNED.to_owned()),
                boundary: c.boundary.clone(),
                x,
                y,
                width,
                height,
                audiences: c.audiences,
                reached: count,
                gateway_only: more,
                privilege: if count > 0 { privilege } else { beyond_privilege },
                cells: c.cells.iter().map(|cell| map_cell(cell, &reached, &beyond)).collect(),
            }
        })
        .collect();
    FloodMap { compartments, audiences: layout.audiences, raised: layout.raised, folded: layout.folded }
}

/// A cell with the water that stands in it; the cell of all others shows the highest of theirs.
fn map_cell(cell: &CellPlace, reached: &BTreeMap<&str, &ReachedAudience>, beyond: &BTreeMap<&str, &PotentialReach>) -> MapCell {
    let ids = || std::iter::once(&cell.id).filter(|id| !id.is_empty()).chain(&cell.others).map(String::as_str);
    let wet: Vec<&ReachedAudience> = ids().filter_map(|id| reached.get(id).copied()).collect();
    // The highest privilege; of equals the one that takes fewest steps.
    let deepest = wet.iter().max_by_key(|r| (r.privilege, std::cmp::Reverse(r.steps)));
    let dotted =
        if wet.is_empty() { ids().filter_map(|id| beyond.get(id)).max_by_key(|b| (b.privilege, std::cmp::Reverse(b.steps))) } else { None };
    let Rect { x, y, width, height } = rounded(cell.place);
    MapCell {
        id: cell.id.clone(),
        things: ids().count() as u32,
        name: cell.name.clone(),
        sensitivity: cell.sensitivity,
        x,
        y,
        width,
        height,
        privilege: deepest.map(|r| r.privilege).or(dotted.map(|b| b.privilege)).unwrap_or(Privilege::None),
        steps: deepest.map(|r| r.steps).or(dotted.map(|b| b.steps)).unwrap_or(0),
        gateway_only: dotted.is_some(),
        load: wet.iter().fold(0.0, |sum, r| sum + r.load),
    }
}

/// Six decimals are less than a thousandth of a pixel and keep the wire short.
fn rounded(place: Rect) -> Rect {
    let six = |value: f64| libm::round(value * 1e6) / 1e6;
    Rect { x: six(place.x), y: six(place.y), width: six(place.width), height: six(place.height) }
}
