//! How the comparison reads: exposure, lifetimes, lists of names.

use crate::blast::whatif::Factors;
use crate::work::cell::decimal;

/// `× .60` with two decimals and without a leading zero.
pub(super) fn times(factors: &Factors) -> String {
    format!("× {}", short(product(factors), 2))
}

/// The product of six factors, not yet limited.
pub(super) fn product(factors: &Factors) -> f64 {
    factors.iter().fold(1.0, |product, (factor, _)| product * *factor as f64 / 1000.0)
}

/// A figure below one without its zero.
pub(super) fn short(value: f64, places: u8) -> String {
    let text = decimal(value, places);
    text.strip_prefix("0.").map_or(text.clone(), |rest| format!(".{rest}"))
}

/// `5 minutes`, `1 hour`, `90 days`.
pub(super) fn span(seconds: i64) -> String {
    let (n, word) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3600 == 0 => (s / 3600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// `cart, location, payment` and how many more.
pub(super) fn list(names: &[&str]) -> String {
    const MOST: usize = 4;
    let more = names.len().saturating_sub(MOST);
    let shown = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// `one`, `two`, ... up to six, then figures; with a capital where a sentence begins.
pub(super) fn number(n: usize, begins: bool) -> String {
    let word = ["none", "one", "two", "three", "four", "five", "six"].get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned());
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if begins => first.to_uppercase().chain(letters).collect(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_spans_read_as_people_write_them() {
        assert_eq!(
            [span(300), span(3600), span(5400), span(86_400 * 90), span(61)],
            ["5 minutes", "1 hour", "90 minutes", "90 days", "61 seconds"]
        );
        assert_eq!([short(0.65, 4), short(1.5405, 4), short(0.0, 2)], [".6500", "1.5405", ".00"]);
        assert_eq!(list(&["a", "b", "c", "d", "e"]), "a, b, c, d and 1 more");
        assert_eq!([number(3, true), number(7, true), number(2, false)], ["Three", "7", "two"]);
    }
}
