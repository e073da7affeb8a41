//! Groupings that people make, and the table of which items may share a token.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::blast::whatif::{Factors, Grouping, Terms, Together};
use crate::error::Told;
use crate::policy::sharing::{Sharing, SharingVerdict, may_share};
use crate::policy::token_profiles::Binding;
use crate::work::answers::Answers;
use crate::work::answers::token_profiles::names;
use crate::work::wire::{TokenGroup, WhatIfRequest};

use super::subject::Subject;

/// What the sharing rule says of each pair of items that it does not allow.
pub(super) type Judged = BTreeMap<(usize, usize), Sharing>;

/// The item that a word names.
fn item(answers: &Answers, subject: &Subject, word: &str) -> Result<usize> {
    let word = word.trim();
    let found: Vec<usize> = (0..subject.items.len()).filter(|at| names(answers, subject.items[*at].audience, word)).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        _ => {
            let known: Vec<&str> =
                subject.items.iter().take(20).map(|item| answers.estate.audiences[item.audience as usize].name.as_str()).collect();
            let what = if found.is_empty() { "none of" } else { "several of" };
            Err(Told::refusal(
                "BH-WIF-004",
                format!("“{}” names {what} the APIs of {}.", word.chars().take(60).collect::<String>(), subject.name),
                "Nothing was compared.",
                format!("Use an id, or one of: {}.", known.join(", ")),
            )
            .into())
        }
    }
}

/// The own tokens of a request; what none of them holds shares one more. `None` when there are none.
pub(super) fn own(answers: &Answers, subject: &Subject, groups: &[TokenGroup]) -> Result<Option<(Grouping, Vec<TokenGroup>)>> {
    if groups.is_empty() {
        return Ok(None);
    }
    let (mut grouping, mut asked) = (Grouping::default(), Vec::new());
    for group in groups {
        let mut part = group.audiences.iter().map(|word| item(answers, subject, word)).collect::<Result<Vec<_>>>()?;
        part.sort_unstable();
        part.dedup();
        if !part.is_empty() {
            grouping.parts.push(part);
            asked.push(TokenGroup { audiences: Vec::new(), ..group.clone() });
            grouping.terms.push(Terms { exposure: eased(answers, subject, group)?, scopes: None });
        }
    }
    let rest: Vec<usize> = (0..subject.items.len()).filter(|at| !grouping.parts.iter().any(|part| part.contains(at))).collect();
    if !rest.is_empty() {
        grouping.parts.push(rest);
        grouping.terms.push(Terms::default());
    }
    Ok(Some((grouping, asked)))
}

/// Exposure of a token whose binding or lifetime is proposed.
fn eased(answers: &Answers, subject: &Subject, group: &TokenGroup) -> Result<Option<Factors>> {
    if group.binding.is_none() && group.lifetime_seconds.is_none() {
        return Ok(None);
    }
    let mut exposure = subject.exposure;
    if let Some(word) = &group.binding {
        let binding = Binding::parse(word).ok_or_else(|| {
            Told::refusal(
                "BH-WIF-005",
                format!("“{}” is no binding.", word.chars().take(40).collect::<String>()),
                "Nothing was compared.",
                "Use bearer, claimed or enforced.",
            )
        })?;
        exposure[0] = (binding.factor(&answers.weights), false);
    }
    if let Some(seconds) = group.lifetime_seconds {
        if seconds < 1 {
            return Err(
                Told::refusal("BH-WIF-006", "A lifetime is at least one second.", "Nothing was compared.", "Give it in seconds.").into()
            );
        }
        exposure[1] = (answers.weights.life_of(seconds), false);
    }
    Ok(Some(exposure))
}

/// The judgement of every pair that may not share, and the table for the search.
pub(super) fn together(answers: &Answers, subject: &Subject, request: &WhatIfRequest) -> Result<(Together, Judged)> {
    let pairs = |list: &[(String, String)]| {
        list.iter().map(|(a, b)| Ok((item(answers, subject, a)?, item(answers, subject, b)?))).collect::<Result<Vec<_>>>()
    };
    let (apart, may_join) = (pairs(&request.apart)?, pairs(&request.may_join)?);
    let facts = &subject.facts;
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let boundaries = facts
        .iter()
        .enumerate()
        .map(|(at, facts)| match &facts.boundary {
            Some(name) => {
                let next = numbers.len() as u32;
                *numbers.entry(name).or_insert(next)
            }
            // Unassigned equals nothing, not even itself.
            None => u32::MAX - at as u32,
        })
        .collect();
    let mut judged = BTreeMap::new();
    for a in 0..facts.len() {
        for b in a + 1..facts.len() {
            let sharing = may_share(&facts[a], &facts[b]);
            if sharing.verdict() != SharingVerdict::Allowed {
                judged.insert((a, b), sharing);
            }
        }
    }
    let table = Together::new(boundaries, |a, b| !judged.contains_key(&(a.min(b), a.max(b))), &apart, &may_join);
    Ok((table, judged))
}
