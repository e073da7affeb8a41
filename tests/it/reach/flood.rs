//! The flood map: places that never move, areas that tell the truth, water where the unit gets.

use bulkhead::blast::explain;
use bulkhead::model::estate::*;
use bulkhead::model::*;
use bulkhead::pictures::{Compartment, FloodMap, HEAD, MOST_CELLS, compartment_map, flood, flood_map};
use bulkhead::reach::Unit;
use proptest::prelude::*;

use super::world::*;

fn dry(estate: &Estate) -> FloodMap {
    flood(&flood_map(estate, &weights()), None)
}

/// Many audiences from numbers: boundary, sensitivity, impact.
fn many(numbers: &[(u8, u8, u8)]) -> Estate {
    let mut world = World::new();
    for (n, (boundary, sensitivity, impact)) in numbers.iter().enumerate() {
        let sensitivity = Sensitivity::ALL[usize::from(*sensitivity) % 5];
        let impact = Impact::ALL[usize::from(*impact) % 4];
        let audience = world.audience(&format!("api {n}"), &format!("wall {}", boundary % 7), sensitivity, impact);
        if boundary % 5 == 0 {
            world.estate.audiences[audience as usize].boundary = None;
        }
    }
    world.build()
}

/// A cell in field units, as corners.
fn corners(compartment: &Compartment, cell: usize) -> [f64; 4] {
    let (cell, height) = (&compartment.cells[cell], (compartment.height - HEAD).max(compartment.height / 2.0));
    let (x, y) = (cell.x * compartment.width, cell.y * height);
    [x, y, x + cell.width * compartment.width, y + cell.height * height]
}

fn apart(a: [f64; 4], b: [f64; 4]) -> bool {
    let hair = 1e-2;
    a[2] <= b[0] + hair || b[2] <= a[0] + hair || a[3] <= b[1] + hair || b[3] <= a[1] + hair
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cells_do_not_overlap_and_areas_are_in_proportion(numbers in prop::collection::vec(any::<(u8, u8, u8)>(), 1..60)) {
        let estate = many(&numbers);
        let map = dry(&estate);
        let w = weights();
        let cell_weight = |id: &str| {
            let facts = estate.audiences.iter().find(|a| a.id == id).unwrap();
            ((w.sensitivity(facts.classes[0].sensitivity).0 * w.impact(facts.impact).0) as f64 / 1e6).max(0.2)
        };
        let weigh = |c: &Compartment| 0.18 + c.cells.iter().map(|cell| cell_weight(&cell.id)).sum::<f64>();
        let total: f64 = map.compartments.iter().map(weigh).sum();
        let field = 1600.0 * 900.0;
        let boxes: Vec<[f64; 4]> = map.compartments.iter().map(|c| [c.x, c.y, c.x + c.width, c.y + c.height]).collect();
        for (n, compartment) in map.compartments.iter().enumerate() {
            prop_assert!((compartment.width * compartment.height / field - weigh(compartment) / total).abs() < 1e-6, "{}", compartment.name);
            prop_assert!(boxes[n][0] >= 0.0 && boxes[n][1] >= 0.0 && boxes[n][2] <= 1600.001 && boxes[n][3] <= 900.001);
            prop_assert!(boxes[..n].iter().all(|other| apart(boxes[n], *other)), "compartments overlap");
            let sum: f64 = compartment.cells.iter().map(|cell| cell_weight(&cell.id)).sum();
            for ix in 0..compartment.cells.len() {
                let cell = &compartment.cells[ix];
                prop_assert!((cell.width * cell.height - cell_weight(&cell.id) / sum).abs() < 1e-5, "{}", cell.name);
                prop_assert!((0..ix).all(|other| apart(corners(compartment, ix), corners(compartment, other))), "cells overlap");
            }
        }
        prop_assert_eq!(map.compartments.iter().map(|c| c.cells.len()).sum::<usize>(), estate.audiences.len());
    }

    #[test]
    fn places_follow_ids_and_not_the_order_of_rows(numbers in prop::collection::vec(any::<(u8, u8, u8)>(), 1..60), turn in any::<u8>()) {
        let estate = many(&numbers);
        let mut turned = estate.clone();
        let by = usize::from(turn) % turned.audiences.len();
        turned.audiences.rotate_left(by);
        prop_assert_eq!(dry(&estate), dry(&turned));
    }
}

#[test]
fn the_shop_is_laid_out_as_ever() {
    let (mut world, [product, cart, location, payment]) = shop();
    world.audience("card vault", "PCI", Sensitivity::Restricted, Impact::High);
    let estate = world.build();
    let unit = token(&[product, cart, location, payment], living(600));
    let map = flood(&flood_map(&estate, &weights()), Some(&explain(&estate, &weights(), &unit)));
    let mut drawn = String::new();
    for c in &map.compartments {
        let (x, y, w, h) = (c.x, c.y, c.width, c.height);
        drawn.push_str(&format!("{} {x:.0},{y:.0} {w:.0}x{h:.0} {} of {} reached\n", c.name, c.reached, c.audiences));
        for cell in &c.cells {
            let (x, y, w, h) = (cell.x, cell.y, cell.width, cell.height);
            drawn.push_str(&format!("  {} {x:.3},{y:.3} {w:.3}x{h:.3} {} {} {}\n", cell.name, cell.privilege, cell.steps, cell.load));
        }
    }
    assert_eq!(
        drawn,
        "PCI 0,0 998x900 1 of 2 reached\n  \
           payment 0.000,0.000 0.676x1.000 write 1 0.65\n  \
           card vault 0.676,0.000 0.324x1.000 none 0 0\n\
         commerce 998,0 602x522 2 of 2 reached\n  \
           product 0.000,0.000 0.500x1.000 read 1 0.02\n  \
           cart 0.500,0.000 0.500x1.000 write 1 0.195\n\
         geo 998,522 602x378 1 of 1 reached\n  \
           location 0.000,0.000 1.000x1.000 read 1 0.32\n"
    );
    assert_eq!((map.audiences, map.raised, map.folded), (5, 2, false), "product and cart are lighter than can be drawn");
    let still = dry(&estate);
    let places = |map: &FloodMap| map.compartments.iter().flat_map(|c| &c.cells).map(|c| (c.id.clone(), c.x, c.y)).collect::<Vec<_>>();
    assert_eq!(places(&map), places(&still), "water moves nothing");
}

#[test]
fn above_two_thousand_audiences_the_walls_come_first() {
    let numbers: Vec<(u8, u8, u8)> = (0..=MOST_CELLS).map(|n| (n as u8, (n / 3) as u8, (n / 5) as u8)).collect();
    let estate = many(&numbers);
    let map = dry(&estate);
    assert!(map.folded && map.compartments.iter().all(|c| c.cells.is_empty()));
    assert_eq!(map.compartments.iter().map(|c| c.audiences as usize).sum::<usize>(), MOST_CELLS + 1);
    let entered = flood(&compartment_map(&estate, &weights(), Some("wall 1")), None);
    assert_eq!((entered.compartments.len(), entered.compartments[0].name.as_str()), (1, "wall 1"));
    let there = map.compartments.iter().find(|c| c.name == "wall 1").unwrap().audiences;
    assert_eq!((entered.compartments[0].cells.len() as u32, entered.compartments[0].width), (there, 1600.0));
}

#[test]
fn a_folded_wall_shows_the_deepest_water_behind_it_and_all_that_is_too_light_shares_a_cell() {
    let mut world = World::new();
    let (client, extra) = (world.client("app"), 300_u32);
    let audiences: Vec<u32> = (0..MOST_CELLS as u32 + extra)
        .map(|n| world.audience(&format!("api {n:05}"), if n == 0 { "small" } else { "big" }, Sensitivity::Internal, Impact::Low))
        .collect();
    let (first, last) = (world.scope(audiences[0], "read", Privilege::Read), world.scope(audiences[2100], "change", Privilege::Admin));
    world.app(client, first);
    world.app(client, last);
    let estate = world.build();
    let explanation = explain(&estate, &weights(), &Unit::Client(client));
    let map = flood(&flood_map(&estate, &weights()), Some(&explanation));
    let wall = |name: &str| map.compartments.iter().find(|c| c.name == name).unwrap().clone();
    assert_eq!((wall("big").reached, wall("big").privilege, wall("small").privilege), (1, Privilege::Admin, Privilege::Read));
    assert!(wall("big").cells.is_empty());
    let entered = flood(&compartment_map(&estate, &weights(), Some("big")), Some(&explanation));
    let big = &entered.compartments[0];
    assert_eq!((big.cells.len(), big.audiences, big.reached), (MOST_CELLS, MOST_CELLS as u32 + extra - 1, 1), "counts are those of all");
    let others = big.cells.iter().find(|cell| cell.id.is_empty()).expect("a cell for all others");
    assert_eq!(big.cells.iter().map(|cell| cell.things).sum::<u32>(), big.audiences, "nothing is left out");
    let wet = big.cells.iter().find(|cell| cell.privilege != Privilege::None).expect("one is reached");
    assert_eq!((wet.privilege, wet.steps), (Privilege::Admin, 1));
    assert_eq!(others.things, extra);
}

#[test]
fn what_is_reached_over_several_steps_says_so() {
    let mut world = World::new();
    let repo = world.audience("repo", "code", Sensitivity::Confidential, Impact::High);
    let vault = world.audience("vault", "secrets", Sensitivity::Regulated, Impact::Critical);
    let (read, open) = (world.scope(repo, "read", Privilege::Read), world.scope(vault, "open", Privilege::Admin));
    let (ci, keeper) = (world.client("ci"), world.client("keeper"));
    world.app(ci, read);
    world.app(keeper, open);
    world.estate.audiences[repo as usize].harvest.push((keeper, Evidence::Declared));
    let estate = world.build();
    let map = flood(&flood_map(&estate, &weights()), Some(&explain(&estate, &weights(), &Unit::Client(ci))));
    let cell = |name: &str| map.compartments.iter().flat_map(|c| &c.cells).find(|c| c.name == name).unwrap().clone();
    assert_eq!((cell("repo").steps, cell("repo").privilege), (1, Privilege::Read));
    assert_eq!((cell("vault").steps, cell("vault").privilege, cell("vault").load), (3, Privilege::Admin, 0.765));
}
