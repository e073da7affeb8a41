//! The comparison as the window and the command line show it.

use anyhow::Result;

use crate::blast::whatif::{Comparison, Factors, Grouping, Scorer, compare};
use crate::model::Privilege;
use crate::model::time::iso;
use crate::policy::sharing::SharingVerdict;
use crate::work::answers::Answers;
use crate::work::blast_map;
use crate::work::wire::*;

use super::study::{Strategy, Study};
use super::subject::Layer;
use super::verdict::{enough, host_text, must_split};
use super::words::{list, number, product, span, times};

/// Pairs that travel to the window; a client with a hundred APIs has thousands.
const PAIRS: usize = 200;

/// Compares the tokens of a subject.
///
/// # Errors
/// No such subject, or a grouping that names what it does not hold.
pub fn what_if(answers: &Answers, request: &WhatIfRequest) -> Result<WhatIf> {
    let study = Study::new(answers, request)?;
    let subject = &study.subject;
    let mut scorer = study.scorer();
    let shown = study.shown()?;
    let token = request.token.map_or(shown.found.worst_score_part, |at| (at as usize).min(shown.found.parts.len() - 1));
    let today = &study.strategies[0];
    let splits: Vec<SplitLine> = study
        .splits
        .by_count
        .iter()
        .enumerate()
        .filter_map(|(at, split)| {
            let split = split.as_ref()?;
            let found = compare(&mut scorer, &Grouping::of(split.parts.clone()), &study.together)?;
            Some(SplitLine {
                tokens: at as u32 + 1,
                groups: split.parts.iter().map(|part| study.names(part)).collect(),
                worst_reach: found.worst_reach,
                worst_score: found.worst_score,
                mean_reach: found.mean_reach,
                containment: found.containment,
                obeys: split.obeys,
            })
        })
        .collect();
    let host = crate::blast::score_unit_with(&answers.reach_view(), &subject.unit);
    let items = (0..subject.items.len()).map(|at| item(&study, &mut scorer, at)).collect();
    Ok(WhatIf {
        revision: answers.rows.revision,
        as_of: iso(answers.clock),
        subject: subject.wire.clone(),
        name: subject.name.clone(),
        layer: study.layer.as_str().to_owned(),
        tokens_of: if subject.machine { "machine" } else { "user" }.to_owned(),
        scored_as: scored_as(&study, &subject.exposure, subject.lifetime_seconds),
        exposure: (product(&subject.exposure) * 1e4).round() / 1e4,
        assumed: subject.exposure.iter().any(|(_, assumed)| *assumed),
        patterns: subject
            .patterns
            .iter()
            .map(|one| PatternLine { layer: one.layer.as_str().to_owned(), pattern: one.pattern.as_str().to_owned(), why: one.why.clone() })
            .collect(),
        items,
        strategies: study.strategies.iter().map(|strategy| line(&study, strategy)).collect(),
        pairs: study
            .judged
            .iter()
            .take(PAIRS)
            .map(|((a, b), sharing)| PairLine {
                a: study.id(*a).to_owned(),
                b: study.id(*b).to_owned(),
                verdict: if sharing.verdict() == SharingVerdict::Violated { "violated" } else { "unknown" }.to_owned(),
                fails: sharing.fails.iter().map(|criterion| criterion.as_str().to_owned()).collect(),
                unknown: sharing.unknown.iter().map(|criterion| criterion.as_str().to_owned()).collect(),
            })
            .collect(),
        must_split: must_split(&study),
        enough: enough(&study),
        host: host_text(&study, &host),
        host_reach: host.reach_units(),
        host_score: host.blast_score(),
        floor: study.splits.floor as f64 / 1e4,
        minimal: study.splits.minimal.map(|count| count as u32),
        recommended: study.splits.recommended.as_ref().map(|split| split.parts.len() as u32),
        search: study.splits.search.as_str().to_owned(),
        compared: study.splits.compared,
        today: map(&study, &scorer, today, today.found.worst_score_part),
        after: map(&study, &scorer, shown, token),
        splits,
        notes: subject.notes.clone(),
    })
}

fn item(study: &Study, scorer: &mut Scorer, at: usize) -> WhatIfItem {
    let subject = &study.subject;
    let scopes = &subject.items[at].scopes;
    let facts = &subject.facts[at];
    let score = scorer.part(&[at]).score;
    let scope = |ix: &u32| &study.answers.estate.scopes[*ix as usize];
    WhatIfItem {
        id: study.id(at).to_owned(),
        name: study.name(at).to_owned(),
        boundary: facts.boundary.clone(),
        tier: facts.tier.map(|tier| tier.as_str().to_owned()),
        owner: facts.owner.clone(),
        high_risk: facts.high_risk,
        privilege: scopes.iter().map(|ix| scope(ix).privilege).max().unwrap_or(Privilege::None).as_str().to_owned(),
        scopes: scopes.iter().map(|ix| scope(ix).value.clone()).collect(),
        reach: score.reach_units(),
        score: score.blast_score(),
    }
}

/// `bearer, 1 hour, × .60`; at the standing layer by what its credentials are.
fn scored_as(study: &Study, factors: &Factors, lifetime: Option<i64>) -> String {
    let weights = &study.answers.weights;
    let binding = match factors[0].0 {
        b if b == weights.bind.bearer => "bearer",
        b if b == weights.bind.enforced => "key enforced",
        _ => "key claimed",
    };
    match (study.layer, lifetime) {
        (Layer::Standing, _) => format!("its weakest credential or refresh token, {}", times(factors)),
        (Layer::Access, Some(seconds)) => format!("{binding}, {}, {}", span(seconds), times(factors)),
        (Layer::Access, None) => format!("{binding}, lifetime unknown, {}", times(factors)),
    }
}

fn line(study: &Study, strategy: &Strategy) -> StrategyLine {
    let Strategy { grouping, found, .. } = strategy;
    let worst = &grouping.parts[found.worst_score_part];
    let all = study.subject.items.len();
    let worst_name = if worst.len() == all && all > 1 {
        if all == 2 { "both".to_owned() } else { format!("all {}", number(all, false)) }
    } else {
        list(&worst.iter().map(|item| study.name(*item)).collect::<Vec<_>>())
    };
    let count = |parts: &Option<usize>| parts.is_some_and(|count| count == grouping.parts.len());
    StrategyLine {
        key: strategy.key.to_owned(),
        title: strategy.title.clone(),
        tokens: grouping
            .parts
            .iter()
            .zip(&grouping.terms)
            .zip(&found.parts)
            .map(|((part, terms), figures)| TokenLine {
                audiences: part.iter().map(|item| study.id(*item).to_owned()).collect(),
                names: study.names(part),
                reach: figures.score.reach_units(),
                score: figures.score.blast_score(),
                band: figures.score.band(&study.answers.weights).to_owned(),
                scored_as: terms.exposure.filter(|exposure| *exposure != study.subject.exposure).map(|exposure| times(&exposure)),
            })
            .collect(),
        worst: found.worst_score_part as u32,
        worst_name,
        worst_score: found.worst_score,
        worst_reach: found.worst_reach,
        mean_reach: found.mean_reach,
        containment: found.containment,
        functions_lost: found.functions_lost as u32,
        rotations_a_year: study.subject.max_age_days.map(|days| (grouping.parts.len() as f64 * 3650.0 / days as f64).round() / 10.0),
        against_rule: found.against_rule.len() as u32,
        pairs: (all * all.saturating_sub(1) / 2) as u32,
        assumed: strategy.key == "today" && study.subject.today_unknown,
        recommended: strategy.key != "today"
            && study.splits.recommended.as_ref().is_some_and(|best| best.parts.len() == grouping.parts.len())
            && study.obeys(strategy),
        fewest: strategy.key != "today" && count(&study.splits.minimal) && reaches_floor(study, found),
    }
}

fn reaches_floor(study: &Study, found: &Comparison) -> bool {
    found.worst_reach * 100.0 <= study.splits.floor as f64 / 1e4 * 105.0 + 1e-9
}

fn map(study: &Study, scorer: &Scorer, strategy: &Strategy, token: usize) -> TokenMap {
    let part = &strategy.grouping.parts[token];
    let unit = scorer.unit(part, &strategy.grouping.terms[token]);
    let explanation = crate::blast::explain_with(&study.answers.reach_view(), &unit);
    TokenMap {
        strategy: strategy.key.to_owned(),
        token: token as u32,
        names: study.names(part),
        score: explanation.blast_score,
        band: explanation.band.clone(),
        reach: explanation.reach_units,
        boundaries: explanation.score.boundaries,
        map: blast_map::map(study.answers, Some(&explanation)),
    }
}
