//! The token pattern of an application or client (domain.md 2.7): how many of its audiences one stolen token or grant opens. Pure.

use std::collections::BTreeSet;

use serde::Serialize;

/// How audiences are distributed over units that work alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// At most one audience.
    NotApplicable,
    /// Nobody said, and the source cannot tell.
    Unknown,
    /// One unit covers everything.
    Single,
    /// Every unit covers exactly one audience, and all are covered.
    Multiple,
    /// Everything else.
    Hybrid,
}

impl Pattern {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "n/a",
            Self::Unknown => "unknown",
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::Hybrid => "hybrid",
        }
    }
}

/// The pattern of units over `audiences` things; `None` = the units are not known.
pub fn pattern(audiences: usize, units: Option<&[Vec<usize>]>) -> Pattern {
    if audiences <= 1 {
        return Pattern::NotApplicable;
    }
    let Some(units) = units.filter(|units| !units.is_empty()) else { return Pattern::Unknown };
    let sets: Vec<BTreeSet<usize>> = units.iter().map(|unit| unit.iter().copied().collect()).collect();
    if sets.iter().any(|set| set.len() == audiences) {
        return Pattern::Single;
    }
    let covered: BTreeSet<usize> = sets.iter().flatten().copied().collect();
    if covered.len() == audiences && sets.iter().all(|set| set.len() == 1) { Pattern::Multiple } else { Pattern::Hybrid }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_domain() {
        for (audiences, units, expected) in [
            (1, Some(vec![vec![0]]), Pattern::NotApplicable),
            (3, None, Pattern::Unknown),
            (3, Some(vec![vec![0, 1, 2], vec![0]]), Pattern::Single),
            (3, Some(vec![vec![0], vec![1], vec![2]]), Pattern::Multiple),
            (3, Some(vec![vec![0], vec![1]]), Pattern::Hybrid),
            (3, Some(vec![vec![0, 1], vec![2]]), Pattern::Hybrid),
        ] {
            assert_eq!(pattern(audiences, units.as_deref()), expected, "{units:?}");
        }
    }
}
