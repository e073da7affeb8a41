//! The Sankey: where most access flows, for estates of a middle size: group of clients, API, sensitivity. Three columns of at most
//! twelve places, the last of a full column being all others. Pure: who belongs to which group is handed in.
//!
//! Places are stable: each column is ordered by its flow, then by name, with the others last; sensitivities stand from high to low.

use std::collections::HashMap;

/// Most places of a column.
pub const MOST: usize = 12;
/// Width of the field that places are laid out in.
pub const HEIGHT: f64 = 1000.0;
/// Room between two places of a column.
const GAP: f64 = 30.0;
/// Least height of a place and of a flow, so that none vanishes.
const LEAST: f64 = 2.0;

/// A place of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What it stands for; `None` = all others of the column.
    pub thing: Option<u32>,
    /// How many things are in it.
    pub things: u32,
    /// Flow through it.
    pub value: u64,
    /// Top and height in the field.
    pub y: f64,
    /// Height.
    pub height: f64,
}

/// A flow between two places of neighbouring columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Column of its start: 0 or 1.
    pub column: usize,
    /// Place in that column.
    pub from: usize,
    /// Place in the next one.
    pub to: usize,
    /// How much flows.
    pub value: u64,
    /// Top at its start.
    pub y_from: f64,
    /// Top at its end.
    pub y_to: f64,
    /// Height.
    pub height: f64,
}

/// The picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sankey {
    /// Places from the top, by column.
    pub columns: [Vec<Place>; 3],
    /// Flows by column, start and end.
    pub flows: Vec<Flow>,
    /// All that flows.
    pub total: u64,
}

/// Adds up and lays out. Each flow is (group, API, sensitivity, how much); `names` orders things of a column that have the same flow, and
/// `ranks` orders the last column.
pub fn sankey(flows: impl Iterator<Item = (u32, u32, u32, u64)>, names: [&dyn Fn(u32) -> String; 2], rank: impl Fn(u32) -> u32) -> Sankey {
    let mut sums: HashMap<(u32, u32, u32), u64> = HashMap::new();
    for (group, audience, sensitivity, value) in flows {
        *sums.entry((group, audience, sensitivity)).or_default() += value;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_unstable();
    let total = sums.iter().map(|(_, value)| value).sum();
    let column = |of: &dyn Fn(&(u32, u32, u32)) -> u32| {
        let mut by_thing: HashMap<u32, u64> = HashMap::new();
        for (key, value) in &sums {
            *by_thing.entry(of(key)).or_default() += value;
        }
        by_thing.into_iter().collect::<Vec<(u32, u64)>>()
    };
    let mut left = column(&|key| key.0);
    let mut middle = column(&|key| key.1);
    let mut right = column(&|key| key.2);
    left.sort_by_cached_key(|(thing, value)| (std::cmp::Reverse(*value), names[0](*thing), *thing));
    middle.sort_by_cached_key(|(thing, value)| (std::cmp::Reverse(*value), names[1](*thing), *thing));
    right.sort_by_key(|(thing, _)| (rank(*thing), *thing));
    let columns = [left, middle, right].map(folded);
    let at = |places: &[Place], thing: u32| {
        places.iter().position(|place| place.thing == Some(thing)).unwrap_or_else(|| places.len().saturating_sub(1))
    };
    let mut between: [HashMap<(usize, usize), u64>; 2] = [HashMap::new(), HashMap::new()];
    for ((group, audience, sensitivity), value) in &sums {
        let places = [at(&columns[0], *group), at(&columns[1], *audience), at(&columns[2], *sensitivity)];
        *between[0].entry((places[0], places[1])).or_default() += value;
        *between[1].entry((places[1], places[2])).or_default() += value;
    }
    laid_out(columns, between, total)
}

/// The largest places, and one for all others.
fn folded(things: Vec<(u32, u64)>) -> Vec<Place> {
    let place = |thing: Option<u32>, things: u32, value: u64| Place { thing, things, value, y: 0.0, height: 0.0 };
    if things.len() <= MOST {
        return things.into_iter().map(|(thing, value)| place(Some(thing), 1, value)).collect();
    }
    let (shown, rest) = things.split_at(MOST - 1);
    let mut places: Vec<Place> = shown.iter().map(|(thing, value)| place(Some(*thing), 1, *value)).collect();
    places.push(place(None, rest.len() as u32, rest.iter().map(|(_, value)| value).sum()));
    places
}

fn laid_out(mut columns: [Vec<Place>; 3], between: [HashMap<(usize, usize), u64>; 2], total: u64) -> Sankey {
    if total == 0 {
        return Sankey { columns, flows: Vec::new(), total };
    }
    // One scale for all columns, so that equal heights are equal flows.
    let most = columns.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let scale = (HEIGHT - GAP * (most - 1.0) - LEAST * most) / total as f64;
    for places in &mut columns {
        let heights: f64 = places.iter().map(|place| LEAST + place.value as f64 * scale).sum();
        let mut y = (HEIGHT - heights - GAP * (places.len() as f64 - 1.0)) / 2.0;
        for place in places.iter_mut() {
            place.height = LEAST + place.value as f64 * scale;
            place.y = y;
            y += place.height + GAP;
        }
    }
    let mut flows = Vec::new();
    for (column, links) in between.into_iter().enumerate() {
        let mut links: Vec<((usize, usize), u64)> = links.into_iter().collect();
        links.sort_unstable();
        let mut used_from = vec![0u64; columns[column].len()];
        let mut used_to = vec![0u64; columns[column + 1].len()];
        for ((from, to), value) in links {
            let part = |place: &Place, used: u64| place.y + place.height * used as f64 / place.value.max(1) as f64;
            let (start, end) = (&columns[column][from], &columns[column + 1][to]);
            flows.push(Flow {
                column,
                from,
                to,
                value,
                y_from: part(start, used_from[from]),
                y_to: part(end, used_to[to]),
                height: (value as f64 * scale).max(LEAST / 2.0),
            });
            used_from[from] += value;
            used_to[to] += value;
        }
    }
    Sankey { columns, flows, total }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(thing: u32) -> String {
        format!("{thing:04}")
    }

    fn of(flows: &[(u32, u32, u32, u64)]) -> Sankey {
        sankey(flows.iter().copied(), [&name, &name], |thing| 10 - thing)
    }

    #[test]
    fn what_flows_in_flows_out_and_the_order_of_rows_is_no_matter() {
        let flows = [(1, 7, 0, 5), (2, 7, 0, 3), (1, 8, 2, 1), (2, 9, 1, 4)];
        let found = of(&flows);
        assert_eq!(found.total, 13);
        let mut reversed = flows;
        reversed.reverse();
        assert_eq!(of(&reversed), found, "the same rows give the same picture");
        for column in 0..3 {
            assert_eq!(found.columns[column].iter().map(|place| place.value).sum::<u64>(), 13, "column {column}");
        }
        for (at, place) in found.columns[1].iter().enumerate() {
            let enters: u64 = found.flows.iter().filter(|flow| flow.column == 0 && flow.to == at).map(|flow| flow.value).sum();
            let leaves: u64 = found.flows.iter().filter(|flow| flow.column == 1 && flow.from == at).map(|flow| flow.value).sum();
            assert_eq!((enters, leaves), (place.value, place.value));
        }
        let last: Vec<Option<u32>> = found.columns[2].iter().map(|place| place.thing).collect();
        assert_eq!(last, [Some(2), Some(1), Some(0)], "the last column stands by rank, not by flow");
    }

    #[test]
    fn a_full_column_ends_with_all_others() {
        let flows: Vec<(u32, u32, u32, u64)> = (0..40).map(|at| (at, at % 5, 0, u64::from(40 - at))).collect();
        let found = of(&flows);
        let left = &found.columns[0];
        assert_eq!(left.len(), MOST);
        assert_eq!((left[MOST - 1].thing, left[MOST - 1].things), (None, 29));
        assert_eq!(left.iter().map(|place| place.value).sum::<u64>(), found.total);
        for places in &found.columns {
            let end = places.last().map_or(0.0, |place| place.y + place.height);
            assert!(places[0].y >= -0.001 && end <= HEIGHT + 0.001, "everything is inside of the field");
            assert!(places.windows(2).all(|two| two[1].y >= two[0].y + two[0].height), "nothing overlaps");
        }
    }

    #[test]
    fn nothing_flows_in_an_empty_estate() {
        let found = of(&[]);
        assert_eq!((found.total, found.flows.len()), (0, 0));
    }
}
