//! The matrix: no pair is lost or told twice by binning, and a bin that is entered holds what it said.

use bulkhead::model::estate::Estate;
use bulkhead::model::*;
use bulkhead::pictures::{MOST_COLUMNS, MOST_ROWS, Order, Pairs};
use proptest::prelude::*;

use super::world::*;

/// Clients with grants at APIs by number; every client has two scopes of each, which is one pair.
fn granted(clients: u16, audiences: u16, grants: &[(u16, u16)]) -> Estate {
    let mut world = World::new();
    let scopes: Vec<_> = (0..audiences)
        .map(|n| {
            let audience = world.audience(&format!("api {n:04}"), &format!("wall {}", n % 3), Sensitivity::Internal, Impact::Low);
            [world.scope(audience, "read", Privilege::Read), world.scope(audience, "write", Privilege::Write)]
        })
        .collect();
    let ids: Vec<_> = (0..clients).map(|n| world.client(&format!("client {n:05}"))).collect();
    for (client, audience) in grants {
        for scope in scopes[usize::from(audience % audiences)] {
            world.app(ids[usize::from(client % clients)], scope);
        }
    }
    world.build()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_pair_is_in_one_cell(clients in 1_u16..900, audiences in 1_u16..40, grants in prop::collection::vec(any::<(u16, u16)>(), 0..200), reach in any::<bool>()) {
        let estate = granted(clients, audiences, &grants);
        let distinct: std::collections::BTreeSet<_> = grants.iter().map(|(c, a)| (c % clients, a % audiences)).collect();
        let pairs = Pairs::of(&estate, if reach { Order::Reach } else { Order::Vendor });
        let whole = pairs.bin(0..u32::MAX, 0..u32::MAX);
        prop_assert_eq!(whole.pairs as usize, distinct.len());
        prop_assert!(whole.rows.len() <= MOST_ROWS && whole.columns.len() <= MOST_COLUMNS);
        prop_assert_eq!(whole.rows.iter().map(|bin| bin.to - bin.from).sum::<u32>(), u32::from(clients));
        for (row, column, count) in &whole.cells {
            let (r, c) = (whole.rows[*row as usize], whole.columns[*column as usize]);
            prop_assert_eq!(pairs.bin(r.from..r.to, c.from..c.to).pairs, *count, "a cell holds what it said");
        }
        prop_assert_eq!(whole.rows.iter().map(|bin| bin.pairs).sum::<u32>(), whole.pairs);
        prop_assert_eq!(whole.columns.iter().map(|bin| bin.pairs).sum::<u32>(), whole.pairs);
    }
}

#[test]
fn order_is_stated_and_stays() {
    let estate = granted(4, 3, &[(2, 0), (2, 1), (2, 2), (1, 1), (0, 1)]);
    let names = |pairs: &Pairs| pairs.rows.iter().map(|ix| estate.clients[*ix as usize].name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&Pairs::of(&estate, Order::Reach))[0], "client 00002", "most APIs first");
    assert_eq!(names(&Pairs::of(&estate, Order::Vendor))[0], "client 00000", "by name where there is no vendor");
    let empty = Pairs::of(&granted(1, 1, &[]), Order::Reach).bin(5..9, 3..4);
    assert!(empty.rows.is_empty() && empty.cells.is_empty(), "a range outside of the estate is empty");
}
