//! Compares ways to distribute audiences over tokens, side by side and by the same measures (domain.md 3.8, W1).

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{PartFigures, Scorer, Terms};
use super::split::Together;
use crate::blast::score::rounded;
use crate::model::Privilege;

/// One way to distribute items over tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grouping {
    /// Items of each token, ascending inside, in the order of their first item. An item may be in several tokens (today's tokens overlap).
    pub parts: Vec<Vec<usize>>,
    /// What a token does not inherit; by part.
    pub terms: Vec<Terms>,
}

impl Grouping {
    /// Tokens with inherited exposure, in a stable order.
    pub fn of(mut parts: Vec<Vec<usize>>) -> Self {
        parts.iter_mut().for_each(|part| part.sort_unstable());
        parts.retain(|part| !part.is_empty());
        parts.sort();
        let terms = vec![Terms::default(); parts.len()];
        Self { parts, terms }
    }

    /// One token for everything.
    pub fn single(items: usize) -> Self {
        Self::of(vec![(0..items).collect()])
    }

    /// One token for each item.
    pub fn each(items: usize) -> Self {
        Self::of((0..items).map(|item| vec![item]).collect())
    }
}

/// One token for each distinct label; an unknown label equals nothing, so its item stands alone.
pub fn grouped_by<L: Ord>(labels: &[Option<L>]) -> Grouping {
    let mut groups: BTreeMap<(bool, Option<&L>, usize), Vec<usize>> = BTreeMap::new();
    for (item, label) in labels.iter().enumerate() {
        groups.entry((label.is_none(), label.as_ref(), if label.is_none() { item } else { 0 })).or_default().push(item);
    }
    Grouping::of(groups.into_values().collect())
}

/// What a grouping means.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Figures of each token, in the order of the grouping.
    pub parts: Vec<PartFigures>,
    /// Token with the largest reach.
    pub worst_reach_part: usize,
    /// Largest reach of one token, four decimals.
    pub worst_reach: f64,
    /// Plain mean of the reach of one lost token (D42), four decimals.
    pub mean_reach: f64,
    /// Token with the highest score.
    pub worst_score_part: usize,
    /// Its score, one decimal.
    pub worst_score: f64,
    /// Largest reach of one token over that of one token for everything, three decimals; `None` when that is nothing.
    pub containment: Option<f64>,
    /// Business functions that stop when the worst-placed token is revoked.
    pub functions_lost: usize,
    /// Pairs of items that share a token here against the rule.
    pub against_rule: Vec<(usize, usize)>,
    /// Tokens that cross a trust boundary.
    pub mixed: usize,
}

/// Measures a grouping; `None` when there is nothing to measure.
pub fn compare(scorer: &mut Scorer, grouping: &Grouping, together: &Together) -> Option<Comparison> {
    let parts: Vec<PartFigures> = grouping.parts.iter().zip(&grouping.terms).map(|(part, terms)| scorer.on_terms(part, terms)).collect();
    // Ties go to the first token, so that equal estates name the same one.
    let worst = |rank: &dyn Fn(&PartFigures) -> i128| (0..parts.len()).rev().max_by_key(|at| rank(&parts[*at]));
    let worst_reach_part = worst(&PartFigures::reach)?;
    let worst_score_part = worst(&|part| i128::from(part.score.blast_tenths()))?;
    let all: Vec<usize> = (0..scorer.len()).collect();
    let whole = scorer.part(&all).reach();
    let largest = parts[worst_reach_part].reach();
    let sum: i128 = parts.iter().map(PartFigures::reach).sum();
    Some(Comparison {
        worst_reach: rounded(largest, 10i128.pow(11)) as f64 / 1e4,
        mean_reach: rounded(sum, parts.len() as i128 * 10i128.pow(11)) as f64 / 1e4,
        worst_score: parts[worst_score_part].score.blast_score(),
        containment: (whole > 0).then(|| rounded(largest * 1000, whole) as f64 / 1e3),
        functions_lost: grouping.parts.iter().map(|part| functions(scorer, part)).max().unwrap_or(0),
        against_rule: pairs(&grouping.parts).into_iter().filter(|(a, b)| !together.may(*a, *b)).collect(),
        mixed: grouping.parts.iter().filter(|part| together.mixed(part)).count(),
        parts,
        worst_reach_part,
        worst_score_part,
    })
}

/// Pairs of items that share at least one token, ascending.
fn pairs(parts: &[Vec<usize>]) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for part in parts {
        for (at, a) in part.iter().enumerate() {
            pairs.extend(part[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}

/// Distinct business functions that a token is used for: those of its audiences that it reads or changes.
fn functions(scorer: &Scorer, part: &[usize]) -> usize {
    let estate = scorer.estate();
    let mut names = BTreeSet::new();
    for item in part {
        let item = &scorer.items()[*item];
        let audience = &estate.audiences[item.audience as usize];
        for scope in item.scopes.iter().map(|scope| &estate.scopes[*scope as usize]).filter(|scope| scope.privilege >= Privilege::Read) {
            if scope.classes.is_empty() {
                names.extend(audience.functions.iter());
            } else {
                names.extend(scope.classes.iter().filter_map(|class| audience.functions.get(usize::from(*class))));
            }
        }
    }
    names.len()
}
