//! The ways and the parts of one unit as the window gets them: places and shares of the pictures, with sources and the rows behind them.

use anyhow::Result;

use crate::pictures::{self, NODE, Tier};

use super::answers::Answers;
use super::blast_page::{explain_reading, step, unit};
use super::figures::link;
use super::filter::quote;
use super::wire::*;

/// By which ways one unit gets at what it reaches, in a reading: `gateway_only`, else as attested.
///
/// # Errors
/// Those of [`unit()`].
pub fn tiers(answers: &Answers, subject: &BlastSubject, reading: &str) -> Result<TierMap> {
    let unit = unit(answers, subject)?;
    let explanation = explain_reading(answers, &unit, reading);
    let map = pictures::tier_map(&explanation);
    Ok(TierMap {
        columns: map.tiers.iter().map(|tier| tier.title().to_owned()).collect(),
        nodes: map.nodes.iter().map(|node| tier_node(answers, &map.tiers, node)).collect(),
        edges: map
            .edges
            .iter()
            .map(|edge| TierEdge {
                from: edge.from,
                to: edge.to,
                step: edge.step.as_ref().map(|edge| step(answers, edge)),
                steps: edge.steps,
                share: edge.share,
            })
            .collect(),
        paths: map
            .paths
            .into_iter()
            .map(|path| TierPath {
                nodes: path.nodes,
                edges: path.edges,
                privilege: path.privilege.as_str().to_owned(),
                share: path.share,
                atoms: path.atoms,
            })
            .collect(),
        objects: map.objects,
        groups: map.groups,
        height: map.height,
        node: NODE,
    })
}

/// What makes up the score of one unit, in a reading: `gateway_only`, else as attested.
///
/// # Errors
/// Those of [`unit()`].
pub fn parts(answers: &Answers, subject: &BlastSubject, reading: &str) -> Result<BarTree> {
    let explanation = explain_reading(answers, &unit(answers, subject)?, reading);
    let parts: Vec<TreePart> = pictures::bar_tree(&explanation).into_iter().map(tree_part).collect();
    Ok(BarTree { blast_score: explanation.blast_score, atoms: explanation.atoms.len() as u32, parts })
}

fn tree_part(part: pictures::Part) -> TreePart {
    TreePart {
        name: part.name,
        things: part.things,
        share: part.tenths as f64 / 10.0,
        link: part.audience.map(|id| link("audiences", format!("key:{}", quote(&id)))),
        parts: part.parts.into_iter().map(tree_part).collect(),
    }
}

/// A node opens rows only if they are exactly what it stands for: one API, found by its public id.
fn tier_node(answers: &Answers, tiers: &[Tier], node: &pictures::TierNode) -> TierNode {
    let known = |id: &&String| answers.estate.audiences.iter().any(|audience| audience.id == **id);
    let opens = node.audience.as_ref().filter(known).filter(|_| tiers.get(node.column as usize) == Some(&Tier::Audience));
    TierNode {
        column: node.column,
        name: node.name.clone(),
        sensitivity: node.sensitivity.map(|s| s.as_str().to_owned()),
        things: node.things,
        share: node.share,
        y: node.y,
        link: opens.map(|id| link("audiences", format!("key:{}", quote(id)))),
    }
}
