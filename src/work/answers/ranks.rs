//! Positions of names in name order, counted when first asked for: they make sorting a million grants quick.

use std::sync::OnceLock;

use rayon::prelude::*;

/// Ranks by name of what grants name.
#[derive(Debug, Default)]
pub(crate) struct NameRanks {
    pub clients: Ranks,
    pub audiences: Ranks,
    pub scopes: Ranks,
    pub principals: Ranks,
}

/// Rank of each name of a list; equal names share one.
#[derive(Debug, Default)]
pub(crate) struct Ranks(OnceLock<Vec<u32>>);

impl Ranks {
    /// The ranks of these names, which must be the same ones at every call.
    pub fn of<'a>(&self, count: usize, name: impl Fn(usize) -> &'a str + Sync) -> &[u32] {
        self.0.get_or_init(|| {
            // Letters are folded once per name, not once per comparison.
            let mut order: Vec<(String, &str, u32)> = (0..count)
                .into_par_iter()
                .map(|at| (name(at).chars().flat_map(char::to_lowercase).collect(), name(at), at as u32))
                .collect();
            order.par_sort_unstable();
            let mut ranks = vec![0; count];
            let mut rank = 0;
            for (at, (_, text, place)) in order.iter().enumerate() {
                rank += u32::from(at > 0 && order[at - 1].1 != *text);
                ranks[*place as usize] = rank;
            }
            ranks
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::cell::compare_text;

    #[test]
    fn ranks_follow_the_order_of_names() {
        let names = ["b", "A", "a", "B", "a", "\u{c4}", "", "aa"];
        let ranks = Ranks::default();
        let ranks = ranks.of(names.len(), |at| names[at]);
        for (a, of_a) in names.iter().zip(ranks) {
            for (b, of_b) in names.iter().zip(ranks) {
                assert_eq!(of_a.cmp(of_b), compare_text(a, b), "{a:?} {b:?}");
            }
        }
    }
}
