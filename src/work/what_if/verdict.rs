//! What a comparison means, in sentences: why it must be split, how many tokens are enough, and what no split changes.

use std::collections::BTreeSet;

use crate::blast::UnitScore;
use crate::policy::sharing::Criterion;

use super::study::Study;
use super::words::{list, number, short};

/// Names the failing criteria and the APIs that they part.
pub(super) fn must_split(study: &Study) -> String {
    if study.judged.is_empty() {
        return String::new();
    }
    let failing = |criterion: Criterion| study.judged.values().any(|sharing| sharing.fails.contains(&criterion));
    let facts = &study.subject.facts;
    // One API for each value, the first by name.
    let apart = |of: &dyn Fn(usize) -> Option<String>| {
        let mut seen = BTreeSet::new();
        let firsts: Vec<&str> =
            (0..facts.len()).filter(|at| of(*at).is_some_and(|value| seen.insert(value))).map(|at| study.name(at)).collect();
        list(&firsts)
    };
    let mut parts = Vec::new();
    if failing(Criterion::Boundary) {
        parts.push(format!("boundary differs ({})", apart(&|at| facts[at].boundary.clone())));
    }
    if failing(Criterion::Tier) {
        parts.push(format!("sensitivity differs ({})", apart(&|at| facts[at].tier.map(|tier| tier.as_str().to_owned()))));
    }
    if failing(Criterion::Owner) {
        parts.push(format!("owner differs ({})", apart(&|at| facts[at].owner.clone())));
    }
    let risky: Vec<&str> = (0..facts.len()).filter(|at| facts[*at].high_risk == Some(true)).map(|at| study.name(at)).collect();
    if failing(Criterion::HighRisk) && !risky.is_empty() {
        let is = if risky.len() == 1 { "is" } else { "are" };
        parts.push(format!("{} {is} high-risk", list(&risky)));
    }
    let unknown: BTreeSet<Criterion> = study.judged.values().flat_map(|sharing| sharing.unknown.iter().copied()).collect();
    if !unknown.is_empty() {
        let words: Vec<String> = unknown.iter().map(|criterion| criterion.as_str().replace('_', " ")).collect();
        parts.push(format!("{} not stated everywhere, and unknown never allows sharing", words.join(", ")));
    }
    format!("{}.", parts.join("; "))
}

pub(super) fn enough(study: &Study) -> String {
    let all = study.subject.items.len();
    if all == 1 {
        return "One API: there is nothing to split.".to_owned();
    }
    let mut text = match &study.splits.recommended {
        Some(best) if best.parts.len() == 1 => "One token obeys the sharing rule.".to_owned(),
        Some(best) => format!("{} is the smallest number that obeys the sharing rule.", number(best.parts.len(), true)),
        None => "No split obeys the sharing rule under these decisions.".to_owned(),
    };
    let floor = short(study.splits.floor as f64 / 1e4, 4);
    match study.splits.minimal {
        Some(count) => {
            text.push_str(&format!(" {} already reach{} the floor of {floor}", number(count, true), if count == 1 { "es" } else { "" }));
            if let Some(best) = study.splits.recommended.as_ref().filter(|best| best.parts.len() < all && best.parts.len() >= count) {
                text.push_str(&format!("; a {} token changes only the mean", ordinal(best.parts.len() + 1)));
            }
            text.push('.');
        }
        None => text.push_str(&format!(" No split of up to six reaches the floor of {floor}.")),
    }
    text
}

fn ordinal(n: usize) -> String {
    let words = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
    words.get(n).map_or_else(|| format!("{n}th"), |word| (*word).to_owned())
}

pub(super) fn host_text(study: &Study, host: &UnitScore) -> String {
    let what = if study.subject.clients.len() == 1 { "the host that holds all tokens" } else { "the hosts that hold all tokens" };
    format!(
        "loss of {what} stays {} units and {} / 100 in every row.",
        short(host.reach_units(), 4),
        crate::work::cell::decimal(host.blast_score(), 1)
    )
}
