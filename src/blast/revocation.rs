//! In which order to revoke the clients of a vendor: the largest drop of what remains first (domain.md 7.3).
//!
//! The order is greedy: at each step the client goes whose own load nobody else of the vendor has. Loads of clients are
//! those of their journeys; where several of them count together (distinct users that consented) the greedy order sees each
//! alone. What remains after a step is no estimate: it is the score of the vendor with the clients before revoked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::all::Desk;
use super::score::UnitScore;
use crate::model::estate::ClientIx;
use crate::reach::{AtomIx, Journey, Overlay, Unit, View};

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Revocation {
    /// Client to revoke.
    pub client: ClientIx,
    /// Load that only this client adds to what is left when its turn comes, as counted for the order.
    pub alone: f64,
    /// The vendor's score when this and all clients before it are revoked; computed for the first steps and the last.
    pub remaining: Option<UnitScore>,
}

/// All clients of a vendor in the order of revoking. `exact` steps get their remaining score.
pub fn revocation_order(view: &View, vendor: u32, exact: usize) -> Vec<Revocation> {
    let clients = &view.estate.vendors[vendor as usize].clients;
    let closures = Journey::closures(view);
    let fast = view.with_closures(&closures);
    let loads: Vec<Vec<(AtomIx, i64)>> = clients
        .par_iter()
        .map_init(
            || Journey::new(&fast, false),
            |journey, client| {
                journey.travel(&fast, &Unit::Client(*client));
                journey.board.touched().iter().map(|atom| (*atom, journey.board.cell(*atom).load)).collect()
            },
        )
        .collect();
    let order = greedy(&loads);
    let mut gone = Vec::new();
    let last = order.len().saturating_sub(1);
    let mut steps = Vec::with_capacity(order.len());
    for (step, (at, alone)) in order.into_iter().enumerate() {
        gone.push(clients[at]);
        let remaining = (step < exact || step == last).then(|| {
            let overlay = Overlay::revoked(gone.clone());
            Desk::new(view).score(&view.under(&overlay), &Unit::Vendor(vendor))
        });
        steps.push(Revocation { client: clients[at], alone: alone as f64 / 1e12, remaining });
    }
    steps
}

/// Positions of the lists in the order of taking them, each with the load that nobody else left has.
fn greedy(loads: &[Vec<(AtomIx, i64)>]) -> Vec<(usize, i64)> {
    // Who still offers what at each atom, weakest first, so that the strongest leaves from the end.
    let mut offers: BTreeMap<AtomIx, Vec<(i64, Reverse<usize>)>> = BTreeMap::new();
    for (at, list) in loads.iter().enumerate() {
        for (atom, load) in list {
            offers.entry(*atom).or_default().push((*load, Reverse(at)));
        }
    }
    let total: Vec<i64> = loads.iter().map(|list| list.iter().map(|(_, load)| load).sum()).collect();
    let mut alone = vec![0i64; loads.len()];
    let margin = |offers: &[(i64, Reverse<usize>)]| match offers {
        [.., second, first] => first.0 - second.0,
        [only] => only.0,
        [] => 0,
    };
    for list in offers.values_mut() {
        list.sort_unstable();
        if let Some((_, Reverse(best))) = list.last() {
            alone[*best] += margin(list);
        }
    }
    let mut left: Vec<usize> = (0..loads.len()).collect();
    let mut order = Vec::with_capacity(loads.len());
    while let Some((place, at)) = left.iter().copied().enumerate().max_by_key(|(_, at)| (alone[*at], total[*at], Reverse(*at))) {
        left.swap_remove(place);
        order.push((at, alone[at]));
        for (atom, load) in &loads[at] {
            let Some(list) = offers.get_mut(atom) else { continue };
            let before = list.last().map(|(_, Reverse(best))| *best);
            if let Some(best) = before.filter(|best| *best != at) {
                alone[best] -= margin(list);
            }
            if let Ok(place) = list.binary_search(&(*load, Reverse(at))) {
                list.remove(place);
            }
            if let Some((_, Reverse(best))) = list.last() {
                alone[*best] += margin(list);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::greedy;

    #[test]
    fn what_only_one_client_opens_goes_first_and_copies_follow() {
        // 0 and 1 open the same; 2 opens less, but alone.
        let order = greedy(&[vec![(0, 900)], vec![(0, 900)], vec![(1, 300)]]);
        assert_eq!(order, [(2, 300), (0, 0), (1, 900)], "revoking one of two equal clients drops nothing by itself");
    }

    #[test]
    fn the_second_best_is_what_remains() {
        let order = greedy(&[vec![(0, 500), (1, 100)], vec![(0, 400)], vec![(1, 90)]]);
        assert_eq!(order.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(order[0].1, 110, "100 of the first atom and 10 of the second are nobody else's");
    }
}
