//! Who crosses? Trust boundary against trust boundary: how many clients reach both, and which.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::blast::Crossings;
use crate::error::Told;
use crate::model::Privilege;
use crate::model::estate::ClientIx;
use crate::model::time::iso;
use crate::reach::{Journey, Unit, View};
use crate::work::answers::Answers;
use crate::work::figures::link;
use crate::work::filter::quote;
use crate::work::wire::{BridgeLine, BridgeSide, Bridges, CrossedBoundary, CrossedPair, Crosses};

use super::{boundary_name, counted, plain, population, population_link};

/// Bridging clients that one answer lists.
pub const LISTED: usize = 200;
/// Audiences of one side that one line names.
const SIDE: usize = 12;

/// All pairs.
pub fn crosses(answers: &Answers) -> Crosses {
    let crossings = answers.crossings();
    let clients = population(answers);
    let n = crossings.boundaries();
    let direct = crossings.pairs(clients.iter().copied(), true);
    let over_all = crossings.pairs(clients.iter().copied(), false);
    let mut audiences = vec![0u32; n];
    for audience in 0..answers.estate.audiences.len() as u32 {
        if let Some(count) = audiences.get_mut(boundary_of(answers, audience) as usize) {
            *count += 1;
        }
    }
    let names: Vec<String> = answers.graph.atoms.boundaries.iter().map(|name| boundary_name(name.as_deref())).collect();
    let mut pairs = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            let at = a * n + b;
            if over_all[at] > 0 {
                pairs.push(CrossedPair { a: names[a].clone(), b: names[b].clone(), direct: direct[at], over_all: over_all[at] });
            }
        }
    }
    pairs.sort_by(|x, y| (y.over_all, y.direct).cmp(&(x.over_all, x.direct)).then_with(|| (&x.a, &x.b).cmp(&(&y.a, &y.b))));
    let uncrossed = (n * n.saturating_sub(1) / 2 - pairs.len()) as u32;
    let crossing = |direct: bool| clients.iter().filter(|client| crosses_any(crossings, **client, direct)).count();
    let (all, own) = (crossing(false), crossing(true));
    let searched = counted(clients.len(), "client");
    let sentence = match all {
        0 => format!("None of {searched} crosses a trust boundary as of revision {}.", answers.rows.revision),
        _ => format!(
            "{} of {searched} {} two or more trust boundaries, {} by own grants alone.",
            super::super::figures::thousands(all as u64),
            if all == 1 { "reaches" } else { "reach" },
            super::super::figures::thousands(own as u64)
        ),
    };
    Crosses {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        sentence,
        searched: clients.len() as u32,
        population: population_link(),
        boundaries: names
            .into_iter()
            .enumerate()
            .map(|(at, name)| CrossedBoundary {
                name,
                audiences: audiences[at],
                direct: direct[at * n + at],
                over_all: over_all[at * n + at],
            })
            .collect(),
        pairs,
        uncrossed,
    }
}

fn crosses_any(crossings: &Crossings, client: ClientIx, direct: bool) -> bool {
    (0..crossings.boundaries() as u32).filter(|boundary| crossings.reaches(client, *boundary, direct)).nth(1).is_some()
}

fn boundary_of(answers: &Answers, audience: u32) -> u32 {
    let atom = answers.graph.atoms.audience(audience).start;
    answers.graph.atoms.get(atom).boundary
}

/// The number of a boundary, by its name without case.
fn number(answers: &Answers, name: &str) -> Result<u32> {
    let wanted = name.to_lowercase();
    let names = &answers.graph.atoms.boundaries;
    names.iter().position(|known| boundary_name(known.as_deref()).to_lowercase() == wanted).map(|at| at as u32).ok_or_else(|| {
        let all: Vec<String> = names.iter().map(|name| plain(&boundary_name(name.as_deref()))).collect();
        Told::refusal(
            "BH-QUE-001",
            format!("There is no trust boundary “{}” in this revision.", plain(name)),
            "Nothing was searched.",
            "Use the name of a boundary that an audience stands in; set it with `bulkhead set AUDIENCE boundary NAME`.",
        )
        .details(all.join(", "))
        .into()
    })
}

/// Who reaches both of two boundaries.
///
/// # Errors
/// A refusal when there is no boundary of that name, or both are the same.
pub fn bridges(answers: &Answers, a: &str, b: &str, limit: usize) -> Result<Bridges> {
    let (a, b) = (number(answers, a)?, number(answers, b)?);
    if a == b {
        return Err(Told::refusal(
            "BH-QUE-002",
            "Both sides are the same trust boundary.",
            "Nothing was searched.",
            "Choose two different boundaries.",
        )
        .into());
    }
    let crossings = answers.crossings();
    let clients = population(answers);
    let both = |client: ClientIx, direct: bool| crossings.reaches(client, a, direct) && crossings.reaches(client, b, direct);
    let mut found: Vec<ClientIx> = clients.iter().copied().filter(|client| both(*client, false)).collect();
    found.sort_by_key(|client| (std::cmp::Reverse(answers.scores.clients[*client as usize].reach_exact()), *client));
    let direct = found.iter().filter(|client| both(**client, true)).count();
    let name = |boundary: u32| boundary_name(answers.graph.atoms.boundaries[boundary as usize].as_deref());
    let (a_name, b_name) = (name(a), name(b));
    let searched = counted(clients.len(), "client");
    let pair = format!("{} and {}", plain(&a_name), plain(&b_name));
    let sentence = match found.len() {
        0 => format!("None of {searched} bridges {pair} as of revision {}.", answers.rows.revision),
        n => format!(
            "{} of {searched} {} {pair}, {direct} by own grants alone.",
            super::super::figures::thousands(n as u64),
            if n == 1 { "bridges" } else { "bridge" }
        ),
    };
    let view = View::new(&answers.estate, &answers.weights, &answers.graph);
    let mut journey = Journey::new(&view, true);
    let lines = found.iter().take(limit).map(|client| line(answers, &view, &mut journey, *client, [a, b], both(*client, true))).collect();
    Ok(Bridges {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        a: a_name,
        b: b_name,
        sentence,
        searched: clients.len() as u32,
        population: population_link(),
        direct: direct as u32,
        over_all: found.len() as u32,
        clients: lines,
        more: found.len().saturating_sub(limit) as u32,
    })
}

fn line(answers: &Answers, view: &View, journey: &mut Journey, client: ClientIx, sides: [u32; 2], direct: bool) -> BridgeLine {
    let facts = &answers.estate.clients[client as usize];
    let shown = &answers.clients[client as usize];
    journey.travel(view, &Unit::Client(client));
    let mut reached: [BTreeMap<u32, (Privilege, u16, &'static str)>; 2] = Default::default();
    if let Some(trail) = &journey.trail {
        for (atom, winner) in &trail.winners {
            let place = answers.graph.atoms.get(*atom);
            let Some(side) = sides.iter().position(|side| *side == place.boundary) else { continue };
            let entry = reached[side].entry(place.audience).or_insert((Privilege::None, u16::MAX, ""));
            entry.0 = entry.0.max(journey.board.cell(*atom).privilege);
            if (winner.steps, winner.mode.as_str()) < (entry.1, entry.2) || entry.1 == u16::MAX {
                (entry.1, entry.2) = (winner.steps, winner.mode.as_str());
            }
        }
    }
    let own: Vec<u32> = own_grants(answers, client, sides);
    let mut audiences: Vec<&str> = own.iter().map(|audience| answers.audiences[*audience as usize].id.as_str()).collect();
    audiences.sort_unstable();
    audiences.dedup();
    let grant_rows = (!audiences.is_empty() && audiences.len() <= super::NAMED).then(|| {
        let list: Vec<String> = audiences.iter().map(|id| quote(id)).collect();
        link("grants", format!("client_key:{} audience_key:{}", quote(&facts.id), list.join(",")))
    });
    let side = |at: usize| -> Vec<BridgeSide> {
        let mut list: Vec<_> = reached[at].iter().collect();
        list.sort_by_key(|(audience, (privilege, steps, _))| (std::cmp::Reverse(*privilege), *steps, **audience));
        list.into_iter()
            .take(SIDE)
            .map(|(audience, (privilege, steps, mode))| BridgeSide {
                id: answers.audiences[*audience as usize].id.clone(),
                name: answers.estate.audiences[*audience as usize].name.clone(),
                privilege: privilege.as_str().to_owned(),
                mode: (*mode).to_owned(),
                steps: u32::from(*steps),
            })
            .collect()
    };
    BridgeLine {
        id: facts.id.clone(),
        name: facts.name.clone(),
        owner: shown.owner.value.clone(),
        holder: shown.holder.value.map_or("unknown", |holder| holder.as_str()).to_owned(),
        direct,
        reach_units: answers.scores.clients[client as usize].reach_units(),
        credentials: shown.credentials.end - shown.credentials.start,
        credential_rows: link("credentials", format!("client_key:{}", quote(&facts.id))),
        a: side(0),
        b: side(1),
        a_more: reached[0].len().saturating_sub(SIDE) as u32,
        b_more: reached[1].len().saturating_sub(SIDE) as u32,
        grants: own.len() as u32,
        grant_rows,
    }
}

/// The audience of each stored grant of a client that stands in one of two boundaries.
fn own_grants(answers: &Answers, client: ClientIx, sides: [u32; 2]) -> Vec<u32> {
    let range = answers.clients[client as usize].grants.clone();
    let rows = &answers.rows.grants[range.start as usize..range.end as usize];
    let audiences = rows.iter().filter_map(|grant| answers.grant_scope(grant)).map(|(_, audience)| audience as u32);
    audiences.filter(|audience| sides.contains(&boundary_of(answers, *audience))).collect()
}
