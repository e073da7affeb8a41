//! What if: compare tokens, the smallest cut, plans and proposals.

use anyhow::Result;
use serde_json::{json, to_value};

use crate::error::Told;
use crate::work::answers::Answers;
use crate::work::cell::decimal;
use crate::work::clock;
use crate::work::subjects;
use crate::work::what_if::{self, plans, proposal};
use crate::work::wire::{BlastSubject, CutResult, TokenGroup, WhatIf, WhatIfPlan, WhatIfRequest};

use super::ask::resolve;
use super::print::{clean, plain_table};
use super::session::{Session, say};
use super::what_if_args::{CutArgs, PlansArgs, WhatIfArgs};

/// A client, or an application if no client is called so.
fn subject(answers: &Answers, text: &str) -> Result<BlastSubject> {
    match subjects::one(answers, &["clients"], text) {
        Ok((_, id)) => Ok(BlastSubject { unit: "client".to_owned(), id }),
        Err(error) => subjects::application(answers, text).map_err(|_| error),
    }
}

/// `payment, cart; binding=enforced; lifetime=5m`.
fn group(text: &str) -> Result<TokenGroup> {
    let told = |what: String| {
        Told::refusal("BH-WIF-015", what, "Nothing was compared.", "Write --token 'payment, cart; binding=enforced; lifetime=5m'.")
    };
    let mut parts = text.split(';');
    let words = parts.next().unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    let mut group = TokenGroup { audiences: words.map(str::to_owned).collect(), ..TokenGroup::default() };
    if group.audiences.is_empty() {
        return Err(told("A token names no API.".to_owned()).into());
    }
    for part in parts {
        match part.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
            Some(("binding", word)) => group.binding = Some(word.to_owned()),
            Some(("lifetime", span)) => {
                group.lifetime_seconds = Some(seconds(span).ok_or_else(|| told(format!("“{}” is no span of time.", clean(span))))?);
            }
            _ => return Err(told(format!("“{}” is no property of a token.", clean(part.trim()))).into()),
        }
    }
    Ok(group)
}

/// `300`, `5m`, `1h`, `90d` in seconds.
fn seconds(span: &str) -> Option<i64> {
    let (digits, unit) = span.split_at(span.find(|c: char| !c.is_ascii_digit()).unwrap_or(span.len()));
    let factor = match unit.trim() {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(factor)
}

fn pair(text: &str) -> Result<(String, String)> {
    text.split_once(',').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned())).ok_or_else(|| {
        Told::refusal("BH-WIF-016", "A pair names two APIs.", "Nothing was compared.", "Write --apart 'cart, product'.").into()
    })
}

/// Compares ways to cut a subject's tokens; saves a plan or writes a proposal when asked.
pub(super) async fn what_if(ctx: &Session, args: &WhatIfArgs) -> Result<i32> {
    let store = ctx.open(args.save.is_some()).await?;
    let answers = ctx.answers_of(&store).await?;
    let request = WhatIfRequest {
        subject: args.subject.as_deref().map(|text| subject(&answers, text)).transpose()?,
        layer: args.layer.map_or_else(String::new, |layer| layer.as_str().to_owned()),
        groups: args.token.iter().map(|text| group(text)).collect::<Result<_>>()?,
        apart: args.apart.iter().map(|text| pair(text)).collect::<Result<_>>()?,
        may_join: args.may_join.iter().map(|text| pair(text)).collect::<Result<_>>()?,
        shown: args.strategy.clone(),
        token: None,
        plan: args.plan.clone(),
    };
    let found = what_if::what_if(&answers, &request)?;
    let mut done = Vec::new();
    if let Some(name) = &args.save {
        let change = plans::save(&answers, &request, name)?;
        let entry = store.assert(&[change], &ctx.config()?.account, &args.reason, clock::now()).await?;
        done.push(format!("Saved as plan {name} in revision {}. Nothing else was changed.", entry.number));
    }
    store.close().await?;
    if let Some(path) = &args.proposal {
        let form = path.extension().map_or_else(|| "markdown".to_owned(), |end| end.to_string_lossy().to_lowercase());
        let made = proposal::proposal(&answers, &request)?;
        if path.as_os_str() == "-" {
            say(made.markdown.trim_end())?;
            return Ok(0);
        }
        proposal::write(path, &proposal::text(&made, &form)?)?;
        done.push(format!("Wrote {}. Nothing was changed in any system.", path.display()));
    }
    if ctx.json {
        ctx.answer(answers.rows.revision, answers.clock, json!({ "what_if": to_value(&found)?, "done": done }))?;
        return Ok(0);
    }
    print(&found)?;
    for line in done {
        say(&clean(&line))?;
    }
    Ok(0)
}

fn print(found: &WhatIf) -> Result<()> {
    let tokens = if found.layer == "access" { "access tokens" } else { "credentials and refresh tokens" };
    say(&format!("{}: {tokens} of {}, scored as {}", clean(&found.name), found.tokens_of, found.scored_as))?;
    for pattern in &found.patterns {
        say(&format!("  {:<9} {} ({})", pattern.layer, pattern.pattern, clean(&pattern.why)))?;
    }
    say("")?;
    let rows = found.strategies.iter().map(|line| {
        let mut title = line.title.clone();
        for (marked, word) in [(line.recommended, "recommended"), (line.fewest, "fewest"), (line.assumed, "if one token")] {
            if marked {
                title.push_str(&format!(" ({word})"));
            }
        }
        let holds: Vec<String> = line.tokens.iter().take(4).map(|token| format!("{{{}}}", token.names.join(", "))).collect();
        let more = if line.tokens.len() > 4 { format!(" + {}", line.tokens.len() - 4) } else { String::new() };
        vec![
            title,
            line.tokens.len().to_string(),
            format!("{} {}", line.worst_name, decimal(line.worst_score, 1)),
            decimal(line.worst_reach, 4),
            decimal(line.mean_reach, 4),
            line.containment.map_or_else(|| "n/a".to_owned(), |ratio| decimal(ratio, 3)),
            line.functions_lost.to_string(),
            line.rotations_a_year.map_or_else(|| "n/a".to_owned(), |n| decimal(n, 1)),
            format!("{} of {}", line.against_rule, line.pairs),
            format!("{}{more}", holds.join(", ")),
        ]
    });
    let head = ["Strategy", "Tokens", "Worst", "Worst reach", "Mean reach", "Contained", "Lost", "Rotations", "Against rule", "Hold"];
    say(&plain_table(&head, rows.collect()))?;
    if !found.must_split.is_empty() {
        say(&clean(&format!("Must split: {} {}", found.must_split, found.enough)))?;
    } else {
        say(&clean(&found.enough))?;
    }
    say(&clean(&format!("What no split changes: {}", found.host)))?;
    for note in &found.notes {
        say(&clean(note))?;
    }
    say(&format!("{} search over {} partitions, revision {}", found.search, found.compared, found.revision))
}

/// The fewest steps that bring a unit to a limit.
pub(super) async fn cut(ctx: &Session, args: &CutArgs) -> Result<i32> {
    let answers = ctx.answers().await?;
    let subject = resolve(&answers, &args.subject, args.unit)?;
    let found = what_if::cut(&answers, &subject, args.limit, &args.keep)?;
    if ctx.json {
        ctx.answer(answers.rows.revision, answers.clock, to_value(found)?)?;
        return Ok(0);
    }
    print_cut(&found)?;
    Ok(0)
}

fn print_cut(found: &CutResult) -> Result<()> {
    say(&format!("{}: {} / 100, limit {} ({})", clean(&found.name), decimal(found.score, 1), decimal(found.limit, 1), found.limit_reason))?;
    for (at, step) in found.steps.iter().enumerate() {
        say(&format!("  {}. {}", at + 1, clean(&step.action)))?;
    }
    say(&clean(&found.text))
}

/// Saved plans, or one taken back.
pub(super) async fn plans(ctx: &Session, args: &PlansArgs) -> Result<i32> {
    let store = ctx.open(args.delete.is_some()).await?;
    let answers = ctx.answers_of(&store).await?;
    if let Some(name) = &args.delete {
        let change = plans::delete(&answers, name)?;
        let entry = store.assert(&[change], &ctx.config()?.account, &args.reason, clock::now()).await?;
        store.close().await?;
        if ctx.json {
            ctx.answer(entry.number, answers.clock, json!({ "deleted": name }))?;
        } else {
            say(&format!("Revision {}: plan {} is taken back.", entry.number, clean(name)))?;
        }
        return Ok(0);
    }
    store.close().await?;
    let list = plans::list(&answers);
    if ctx.json {
        ctx.answer(answers.rows.revision, answers.clock, json!({ "plans": list }))?;
        return Ok(0);
    }
    let rows = list.iter().map(|plan: &WhatIfPlan| {
        let by = plan.by.clone().unwrap_or_default();
        let at = plan.saved_at.as_deref().unwrap_or_default().chars().take(10).collect();
        vec![plan.name.clone(), plan.subject.unit.clone(), plan.layer.clone(), plan.tokens.len().to_string(), at, by]
    });
    say(&plain_table(&["Plan", "Unit", "Layer", "Tokens", "Saved", "By"], rows.collect()))?;
    say(&format!("{} plans, revision {}", list.len(), answers.rows.revision))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_written_as_people_would() {
        let token = group("payment, cart ; binding=enforced; lifetime=5m").unwrap();
        assert_eq!(
            (token.audiences, token.binding.as_deref(), token.lifetime_seconds),
            (vec!["payment".into(), "cart".into()], Some("enforced"), Some(300))
        );
        for wrong in ["", "; binding=bearer", "payment; bound=yes", "payment; lifetime=soon", "payment; lifetime=99999999999999999999d"] {
            assert!(group(wrong).is_err(), "{wrong}");
        }
    }
}
