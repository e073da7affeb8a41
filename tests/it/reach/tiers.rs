//! The tier map: columns that do not overlap, shares that add up in every column, at most sixty nodes, and old nodes keep their order.

use bulkhead::blast::{Explanation, explain};
use bulkhead::model::*;
use bulkhead::pictures::{MOST_NODES, NODE, Part, TierMap, bar_tree, tier_map};
use bulkhead::reach::Unit;
use proptest::prelude::*;

use super::world::*;

/// One client with an application grant at each API: boundary, sensitivity, privilege.
fn reach(numbers: &[(u8, u8, u8)]) -> Explanation {
    let mut world = World::new();
    let client = world.client("worker");
    for (n, (boundary, sensitivity, privilege)) in numbers.iter().enumerate() {
        let sensitivity = Sensitivity::ALL[usize::from(*sensitivity) % 5];
        let audience = world.audience(&format!("api {n:04}"), &format!("wall {boundary}"), sensitivity, Impact::High);
        let privilege = [Privilege::Read, Privilege::Write, Privilege::Admin][usize::from(*privilege) % 3];
        let scope = world.scope(audience, "use", privilege);
        world.app(client, scope);
    }
    explain(&world.build(), &weights(), &Unit::Client(client))
}

fn sound(map: &TierMap, explanation: &Explanation) -> Result<(), TestCaseError> {
    prop_assert!(map.nodes.len() <= MOST_NODES, "{} nodes", map.nodes.len());
    let total: f64 = explanation.atoms.iter().map(|atom| atom.share).sum();
    for (column, tier) in map.tiers.iter().enumerate() {
        let there: Vec<_> = map.nodes.iter().filter(|node| node.column as usize == column).collect();
        for pair in there.windows(2) {
            prop_assert!(pair[0].y + NODE <= pair[1].y, "nodes overlap");
        }
        prop_assert!(there.iter().all(|node| node.y >= 0.0 && node.y + NODE <= map.height), "outside of the frame");
        let sum: f64 = there.iter().map(|node| node.share).sum();
        prop_assert!((sum - total).abs() < 1e-6, "{} adds up to {sum} of {total}", tier.title());
    }
    for edge in &map.edges {
        prop_assert!(map.nodes[edge.from as usize].column < map.nodes[edge.to as usize].column, "edges lead to the right");
    }
    prop_assert_eq!(map.paths.iter().map(|path| path.atoms as usize).sum::<usize>(), explanation.atoms.len());
    prop_assert!(map.paths.windows(2).all(|pair| pair[0].share >= pair[1].share));
    for path in &map.paths {
        let ends: Vec<u32> = path.edges.iter().map(|at| map.edges[*at as usize].to).collect();
        prop_assert_eq!(&path.nodes[1..], &ends[..]);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn columns_are_sound_at_every_size(numbers in prop::collection::vec(any::<(u8, u8, u8)>(), 1..150)) {
        let explanation = reach(&numbers);
        sound(&tier_map(&explanation), &explanation)?;
    }

    #[test]
    fn parts_of_the_tree_add_up_on_every_level(numbers in prop::collection::vec(any::<(u8, u8, u8)>(), 1..150)) {
        fn adds_up(part: &Part) -> bool {
            part.parts.is_empty() || (part.parts.iter().map(|one| one.tenths).sum::<i64>() == part.tenths && part.parts.iter().all(adds_up))
        }
        let explanation = reach(&numbers);
        let tree = bar_tree(&explanation);
        let whole = (explanation.blast_score * 10.0).round() as i64;
        prop_assert_eq!(tree.iter().map(|part| part.tenths).sum::<i64>(), whole);
        prop_assert!(tree.iter().all(adds_up));
        let named = tree.iter().filter(|part| part.audience.is_some()).count() + tree.iter().filter(|part| part.name.starts_with("others")).map(|part| part.things as usize).sum::<usize>();
        prop_assert_eq!(named, explanation.audiences.iter().filter(|audience| audience.id.is_some()).count(), "no API is left out");
        prop_assert_eq!(tree, bar_tree(&explanation));
    }

    #[test]
    fn one_more_api_changes_no_order(numbers in prop::collection::vec(any::<(u8, u8, u8)>(), 1..20), more in any::<(u8, u8, u8)>()) {
        let before = tier_map(&reach(&numbers));
        let after = tier_map(&reach(&numbers.iter().copied().chain([more]).collect::<Vec<_>>()));
        let apis = |map: &TierMap| -> Vec<String> { map.nodes.iter().filter_map(|node| node.audience.clone()).collect() };
        let old = apis(&before);
        prop_assert_eq!(apis(&after).into_iter().filter(|id| old.contains(id)).collect::<Vec<_>>(), old);
    }
}

#[test]
fn the_shop_is_drawn_as_ever() {
    let (world, scopes) = shop();
    let estate = world.build();
    let map = tier_map(&explain(&estate, &weights(), &token(&scopes, living(600))));
    let heads: Vec<&str> = map.tiers.iter().map(|tier| tier.title()).collect();
    assert_eq!(heads, ["Unit", "API", "Privilege", "Data class", "Function"]);
    let names = |column: u32| map.nodes.iter().filter(|node| node.column == column).map(|node| node.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names(1), ["payment", "location", "cart", "product"], "most sensitive first");
    assert_eq!(names(2), ["write", "read"]);
    assert_eq!((map.groups, map.paths.len()), (0, 4));
    let first = &map.paths[0];
    assert_eq!(first.nodes.iter().map(|at| map.nodes[*at as usize].name.as_str()).collect::<Vec<_>>()[1..3], ["payment", "write"]);
}

#[test]
fn what_lies_on_the_way_has_a_column_of_its_own() {
    let mut world = World::new();
    let repo = world.audience("repo", "code", Sensitivity::Confidential, Impact::High);
    let vault = world.audience("vault", "secrets", Sensitivity::Regulated, Impact::Critical);
    let (read, open) = (world.scope(repo, "read", Privilege::Read), world.scope(vault, "open", Privilege::Admin));
    let (ci, keeper) = (world.client("ci"), world.client("keeper"));
    world.app(ci, read);
    world.app(keeper, open);
    world.estate.audiences[repo as usize].harvest.push((keeper, Evidence::Declared));
    let map = tier_map(&explain(&world.build(), &weights(), &Unit::Client(ci)));
    let way = map
        .paths
        .iter()
        .map(|path| path.nodes.iter().map(|at| map.nodes[*at as usize].name.clone()).collect::<Vec<_>>())
        .max_by_key(Vec::len);
    assert_eq!(way.unwrap()[..4], ["ci", "repo", "keeper", "vault"].map(str::to_owned), "the code is read, it holds the keeper's secret");
    let last = map.edges.iter().filter_map(|edge| edge.step.as_ref()).find(|step| step.to == "keeper").unwrap();
    assert_eq!((last.mode.as_str(), last.evidence), ("R9", Evidence::Declared));
}
