//! The Sankey of the estate as the window gets it: places with names, and the rows behind every place and flow.

use std::collections::HashMap;

use anyhow::Result;

use crate::error::Told;
use crate::model::{Holder, Privilege, Sensitivity};
use crate::pictures::{Place, sankey};

use super::answers::Answers;
use super::figures::link;
use super::filter::quote;
use super::wire::{Link, Sankey, SankeyFlow, SankeyPlace};

/// Sensitivities from high to low, unknown last.
const RANKS: [Option<Sensitivity>; 6] = [
    Some(Sensitivity::Regulated),
    Some(Sensitivity::Restricted),
    Some(Sensitivity::Confidential),
    Some(Sensitivity::Internal),
    Some(Sensitivity::Public),
    None,
];

/// What clients are grouped by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Vendor,
    Owner,
    Kind,
}

/// Groups with their names and filters of `grants`; a filter is empty where the grants table cannot tell.
struct Groups {
    of: Vec<u32>,
    names: Vec<String>,
    filters: Vec<String>,
}

fn groups(answers: &Answers, by: Group) -> Groups {
    let mut known: HashMap<String, u32> = HashMap::new();
    let mut found = Groups { of: Vec::with_capacity(answers.clients.len()), names: Vec::new(), filters: Vec::new() };
    for (at, view) in answers.clients.iter().enumerate() {
        let vendor = answers.estate.clients[at].vendor.and_then(|vendor| answers.vendors.get(vendor as usize));
        let (name, filter) = match by {
            Group::Vendor => match vendor {
                Some(vendor) => (vendor.name.clone(), format!("vendor_key:{}", quote(&vendor.id))),
                None => ("no vendor".to_owned(), "vendor_key:none".to_owned()),
            },
            Group::Owner => (view.owner.value.clone().unwrap_or_else(|| "nobody".to_owned()), String::new()),
            Group::Kind => match view.holder.value {
                Some(Holder::ThirdParty) => ("third party".to_owned(), "holder:third_party".to_owned()),
                Some(holder) => (holder.as_str().replace('_', " "), format!("holder:{}", holder.as_str())),
                None => ("holder unknown".to_owned(), "holder:unknown".to_owned()),
            },
        };
        let next = found.names.len() as u32;
        let number = *known.entry(format!("{name}\u{0}{filter}")).or_insert(next);
        if number == next {
            found.names.push(name);
            found.filters.push(filter);
        }
        found.of.push(number);
    }
    found
}

/// The picture: `by` is `vendor`, `owner` or `holder`; `width` is `grants` or `reach`.
///
/// # Errors
/// Other words.
pub fn page(answers: &Answers, by: &str, width: &str) -> Result<Sankey> {
    let told = || {
        Told::refusal(
            "BH-SAN-001",
            "There is no such picture.",
            "Nothing was drawn.",
            "Group by vendor, owner or holder; width grants or reach.",
        )
    };
    let group = match by {
        "vendor" | "" => Group::Vendor,
        "owner" => Group::Owner,
        "holder" => Group::Kind,
        _ => return Err(told().into()),
    };
    let loads = match width {
        "grants" | "" => false,
        "reach" => true,
        _ => return Err(told().into()),
    };
    let groups = groups(answers, group);
    let rank_of = |sensitivity: Option<Sensitivity>| RANKS.iter().position(|rank| *rank == sensitivity).unwrap_or(RANKS.len() - 1) as u32;
    let weights = &answers.weights;
    // What one grant opens by itself, in thousandths: its level at the most sensitive data of its API.
    let load = |scope: usize, audience: usize| {
        let level = answers.estate.scopes[scope].privilege;
        if level == Privilege::None {
            return 0;
        }
        let data = answers.audiences[audience].sensitivity.unwrap_or(Sensitivity::Confidential);
        (weights.privilege(level) * weights.sensitivity(Some(data)).0 / 1000).max(1) as u64
    };
    let flows = answers.rows.grants.iter().filter_map(|grant| {
        let client = answers.view(grant.client)?;
        let (scope, audience) = answers.grant_scope(grant)?;
        let value = if loads { load(scope, audience) } else { 1 };
        (value > 0).then(|| (groups.of[client], audience as u32, rank_of(answers.audiences[audience].sensitivity), value))
    });
    let names = |group: u32| groups.names[group as usize].clone();
    let audiences = |audience: u32| answers.estate.audiences[audience as usize].name.clone();
    let picture = sankey(flows, [&names, &audiences], |rank| rank);
    let filter = |column: usize, place: &Place| -> Option<String> {
        let thing = place.thing?;
        Some(match column {
            0 => Some(groups.filters[thing as usize].clone()).filter(|filter| !filter.is_empty())?,
            1 => format!("audience_key:{}", quote(&answers.estate.audiences[thing as usize].id)),
            _ => format!("sensitivity:{}", RANKS[thing as usize].map_or("unknown", Sensitivity::as_str)),
        })
    };
    let name = |column: usize, place: &Place| match (column, place.thing) {
        (_, None) => format!("{} others", place.things),
        (0, Some(thing)) => groups.names[thing as usize].clone(),
        (1, Some(thing)) => answers.estate.audiences[thing as usize].name.clone(),
        (_, Some(thing)) => RANKS[thing as usize].map_or("unknown", Sensitivity::as_str).to_owned(),
    };
    let rows = |filter: Option<String>| -> Option<Link> { filter.map(|filter| link("grants", filter)) };
    let columns = [0, 1, 2].map(|column| {
        picture.columns[column]
            .iter()
            .map(|place| SankeyPlace {
                name: name(column, place),
                things: place.things,
                value: place.value,
                y: place.y,
                height: place.height,
                link: rows(filter(column, place)),
            })
            .collect::<Vec<_>>()
    });
    let flows = picture
        .flows
        .iter()
        .map(|flow| {
            let ends = (&picture.columns[flow.column][flow.from], &picture.columns[flow.column + 1][flow.to]);
            let both = filter(flow.column, ends.0).zip(filter(flow.column + 1, ends.1)).map(|(a, b)| format!("{a} {b}"));
            SankeyFlow {
                column: flow.column as u32,
                from: flow.from as u32,
                to: flow.to as u32,
                value: flow.value,
                y_from: flow.y_from,
                y_to: flow.y_to,
                height: flow.height,
                link: rows(both),
            }
        })
        .collect();
    let [left, middle, right] = columns;
    Ok(Sankey { revision: answers.rows.revision, columns: vec![left, middle, right], flows, total: picture.total })
}
