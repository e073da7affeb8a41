//! The flood map as the window gets it: the plan of the estate, or of one trust boundary that is entered.

use anyhow::Result;

use crate::blast::Explanation;
use crate::error::Told;
use crate::pictures;

use super::answers::Answers;
use super::blast_page::{explain_reading, unit};
use super::wire::*;

/// The plan of the estate or of one trust boundary, flooded by a unit or dry.
///
/// # Errors
/// Those of [`unit()`]; a boundary that no audience has.
pub fn flooded(answers: &Answers, request: &FloodMapRequest) -> Result<FloodMap> {
    let explanation = match &request.subject {
        Some(subject) => Some(explain_reading(answers, &unit(answers, subject)?, &request.reading)),
        None => None,
    };
    let Some(boundary) = &request.boundary else { return Ok(map(answers, explanation.as_ref())) };
    let boundary = Some(boundary.as_str()).filter(|name| !name.is_empty());
    if !answers.estate.audiences.iter().any(|audience| audience.boundary.as_deref() == boundary) {
        return Err(Told::refusal(
            "BH-BLA-003",
            "There is no such trust boundary in this revision.",
            "Nothing is drawn.",
            "Go back to all boundaries.",
        )
        .into());
    }
    let layout = pictures::compartment_map(&answers.estate, &answers.weights, boundary);
    Ok(draw(answers, &layout, explanation.as_ref()))
}

/// The flood map of the whole estate.
pub(super) fn map(answers: &Answers, explanation: Option<&Explanation>) -> FloodMap {
    draw(answers, &pictures::flood_map(&answers.estate, &answers.weights), explanation)
}

/// The flood map of the wire, from the picture.
fn draw(answers: &Answers, layout: &pictures::Layout, explanation: Option<&Explanation>) -> FloodMap {
    let flooded = pictures::flood(layout, explanation);
    FloodMap {
        audiences: answers.estate.audiences.len() as u32,
        raised: flooded.raised,
        folded: flooded.folded,
        compartments: flooded
            .compartments
            .into_iter()
            .map(|compartment| Compartment {
                name: compartment.name,
                boundary: compartment.boundary,
                x: compartment.x,
                y: compartment.y,
                width: compartment.width,
                height: compartment.height,
                audiences: compartment.audiences,
                reached: compartment.reached,
                gateway_only: compartment.gateway_only,
                privilege: compartment.privilege.as_str().to_owned(),
                cells: compartment.cells.into_iter().map(map_cell).collect(),
            })
            .collect(),
    }
}

fn map_cell(cell: pictures::MapCell) -> MapCell {
    MapCell {
        id: cell.id,
        things: cell.things,
        name: cell.name,
        sensitivity: cell.sensitivity.map(|s| s.as_str().to_owned()),
        x: cell.x,
        y: cell.y,
        width: cell.width,
        height: cell.height,
        privilege: cell.privilege.as_str().to_owned(),
        steps: u32::from(cell.steps),
        gateway_only: cell.gateway_only,
        load: cell.load,
    }
}
