//! Shares of the score: score x w_a / L, in tenths, by largest remainder, so that they add up to the score as shown.

/// Splits `total` tenths in proportion to the loads; ties go to the earlier one.
pub(crate) fn shares(total: i64, loads: &[i64]) -> Vec<i64> {
    let sum: i128 = loads.iter().map(|l| i128::from(*l)).sum();
    if sum == 0 {
        return vec![0; loads.len()];
    }
    let part = |load: i64| i128::from(total) * i128::from(load);
    let mut out: Vec<i64> = loads.iter().map(|l| (part(*l) / sum) as i64).collect();
    let mut order: Vec<usize> = (0..loads.len()).collect();
    order.sort_by_key(|ix| (std::cmp::Reverse(part(loads[*ix]) % sum), *ix));
    let left = total - out.iter().sum::<i64>();
    for ix in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        out[ix] += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_score_as_it_is_shown() {
        assert_eq!(shares(730, &[650, 320, 195, 20]), [401, 197, 120, 12], "the golden example of domain.md 3.6");
        assert_eq!(shares(1000, &[1, 1, 1]), [334, 333, 333]);
        assert_eq!(shares(0, &[5]), [0]);
        assert_eq!(shares(10, &[0, 0]), [0, 0], "nothing reached, nothing shared");
    }
}
