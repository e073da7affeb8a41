//! The smallest cut of a subject, with the limit that applies to it when none is given.

use anyhow::Result;

use crate::blast::whatif::{CutAnswer, smallest_cut};
use crate::error::Told;
use crate::model::estate::ScopeIx;
use crate::model::time::iso;
use crate::model::{Environment, Holder};
use crate::reach::Unit;
use crate::work::answers::Answers;
use crate::work::blast_page;
use crate::work::cell::decimal;
use crate::work::wire::{BlastSubject, CutLine, CutResult};

/// The limit of a unit when nobody names one: 80 in production, 60 for a third party, 40 elsewhere.
fn default_limit(answers: &Answers, unit: &Unit) -> (f64, &'static str) {
    let clients: Vec<u32> = match unit {
        Unit::Credential(at) => vec![answers.estate.credentials[*at as usize].client],
        Unit::Standing(client, _) => vec![*client],
        other => other.hosts(&answers.estate).to_vec(),
    };
    let view = |client: &u32| &answers.clients[*client as usize];
    if matches!(unit, Unit::Vendor(_)) || clients.iter().any(|client| view(client).holder.value == Some(Holder::ThirdParty)) {
        return (60.0, "default for third parties");
    }
    let elsewhere =
        |client: &u32| matches!(view(client).environment.value, Some(Environment::Stage | Environment::Test | Environment::Dev));
    if !clients.is_empty() && clients.iter().all(elsewhere) {
        (40.0, "default outside production")
    } else {
        (80.0, "default in production")
    }
}

/// The fewest steps that bring a subject to a limit. `keep` names scopes that must stay, by value or by value at an audience (`value@audience`).
///
/// # Errors
/// No such subject, a limit outside 0-100, or a scope that the subject does not hold.
pub fn cut(answers: &Answers, subject: &BlastSubject, limit: Option<f64>, keep: &[String]) -> Result<CutResult> {
    let unit = blast_page::unit(answers, subject)?;
    let (limit, limit_reason) = match limit {
        Some(limit) if (0.0..=100.0).contains(&limit) => (limit, "as asked"),
        Some(_) => {
            return Err(
                Told::refusal("BH-WIF-009", "A limit is a score from 0 to 100.", "Nothing was searched.", "Give --limit 60.").into()
            );
        }
        None => default_limit(answers, &unit),
    };
    let view = answers.reach_view();
    let kept = keep.iter().map(|word| scopes(answers, word)).collect::<Result<Vec<_>>>()?.concat();
    let before = crate::blast::score_unit_with(&view, &unit);
    let answer = smallest_cut(&view, &unit, (limit * 10.0).round() as i64, &kept);
    let name = crate::blast::UnitName::of(&answers.estate, &unit).name;
    let mut result = CutResult {
        revision: answers.rows.revision,
        as_of: iso(answers.clock),
        subject: subject.clone(),
        name,
        limit,
        limit_reason: limit_reason.to_owned(),
        score: before.blast_score(),
        reach: before.reach_units(),
        verdict: String::new(),
        steps: Vec::new(),
        after_score: before.blast_score(),
        after_reach: before.reach_units(),
        search: None,
        text: String::new(),
    };
    let shown = decimal(limit, 1);
    match answer {
        CutAnswer::Already => {
            result.verdict = "already".to_owned();
            result.text = format!("{} / 100 is not above {shown}: nothing needs to be removed.", decimal(result.score, 1));
        }
        CutAnswer::NotReachable(left) => {
            result.verdict = "not_reachable".to_owned();
            (result.after_score, result.after_reach) = (left.blast_score(), left.reach_units());
            result.text = format!(
                "Not reachable by removing grants: without everything that may be removed it stays at {} / 100. \
                 Shorten its life, bind its tokens, or let less stay.",
                decimal(result.after_score, 1)
            );
        }
        CutAnswer::Found(found) => {
            result.verdict = "found".to_owned();
            result.search = Some(found.search.as_str().to_owned());
            (result.after_score, result.after_reach) = (found.after.blast_score(), found.after.reach_units());
            result.steps = found
                .steps
                .into_iter()
                .map(|step| {
                    let scope = step.scope.map(|ix| &answers.estate.scopes[ix as usize]);
                    CutLine {
                        kind: step.kind.as_str().to_owned(),
                        action: step.action,
                        scope: scope.map(|scope| scope.value.clone()),
                        audience: scope.map(|scope| answers.estate.audiences[scope.audience as usize].name.clone()),
                        level: step.level.map(|level| level.as_str().to_owned()),
                    }
                })
                .collect();
            let count = result.steps.len();
            let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
            let fewest = if result.search.as_deref() == Some("exact") { "fewer cannot do it" } else { "found step by step; fewer may do" };
            let nothing = if found.everything { " That leaves nothing that it can do." } else { "" };
            result.text = format!(
                "{steps} from {} to {} / 100 (limit {shown}); {fewest}.{nothing}",
                decimal(result.score, 1),
                decimal(result.after_score, 1)
            );
        }
    }
    Ok(result)
}

/// Scopes of a value, at every audience or at one.
fn scopes(answers: &Answers, word: &str) -> Result<Vec<ScopeIx>> {
    let (value, audience) = word.rsplit_once('@').map_or((word, None), |(value, audience)| (value, Some(audience.to_lowercase())));
    let named = |scope: &crate::model::estate::EstateScope| {
        scope.value == value
            && audience.as_ref().is_none_or(|name| answers.estate.audiences[scope.audience as usize].name.to_lowercase() == *name)
    };
    let found: Vec<ScopeIx> =
        answers.estate.scopes.iter().enumerate().filter(|(_, scope)| named(scope)).map(|(ix, _)| ix as ScopeIx).collect();
    if found.is_empty() {
        return Err(Told::refusal(
            "BH-WIF-010",
            format!("There is no scope “{}”.", word.chars().take(80).collect::<String>()),
            "Nothing was searched.",
            "Write its value as `bulkhead list scopes` shows it, or value@API.",
        )
        .into());
    }
    Ok(found)
}
