//! The questions: replay, crosses, breach, path, portfolio.

use anyhow::Result;
use serde_json::{Value, to_value};

use crate::error::Told;
use crate::work::answers::Answers;
use crate::work::cell::decimal;
use crate::work::questions::{breach, breach_text, crosses, paths, portfolio, replay};
use crate::work::subjects;
use crate::work::wire::{BlastSubject, PathEnd};

use super::print::{clean, plain_table};
use super::question_args::{BreachArgs, CrossesArgs, PathArgs, ReplayArgs};
use super::session::{Session, say};

fn answer(ctx: &Session, answers: &Answers, value: Value) -> Result<i32> {
    ctx.answer(answers.rows.revision, answers.clock, value)?;
    Ok(0)
}

fn unit_word(table: &str) -> &'static str {
    match table {
        "clients" => "client",
        "credentials" => "credential",
        "audiences" => "audience",
        _ => "vendor",
    }
}

/// Every API that would accept the tokens of a subject.
pub(super) async fn replay(ctx: &Session, args: &ReplayArgs) -> Result<i32> {
    let answers = ctx.answers().await?;
    let (table, id) = subjects::one(&answers, &["clients", "vendors", "credentials"], &args.subject)?;
    let found = replay::replay(&answers, &BlastSubject { unit: unit_word(&table).to_owned(), id })?;
    if ctx.json {
        return answer(ctx, &answers, to_value(found)?);
    }
    say(&clean(&found.sentence))?;
    for group in &found.groups {
        say(&format!("\n{}: {}", group.title, group.total))?;
        let rows = group.audiences.iter().map(|line| {
            vec![
                line.name.clone(),
                line.boundary.clone(),
                line.privilege.clone().unwrap_or_else(|| "unknown".to_owned()),
                line.reason.clone(),
            ]
        });
        say(&plain_table(&["API", "Boundary", "Privilege", "Why"], rows.collect()))?;
    }
    say(&format!("\n{} APIs searched, revision {}", found.searched, found.revision))?;
    Ok(0)
}

/// Who crosses trust boundaries: all pairs, or one.
pub(super) async fn crosses(ctx: &Session, args: &CrossesArgs) -> Result<i32> {
    let answers = ctx.answers().await?;
    let (Some(a), Some(b)) = (&args.a, &args.b) else {
        let found = crosses::crosses(&answers);
        if ctx.json {
            return answer(ctx, &answers, to_value(found)?);
        }
        say(&clean(&found.sentence))?;
        let rows = found.pairs.iter().map(|pair| vec![pair.a.clone(), pair.b.clone(), pair.direct.to_string(), pair.over_all.to_string()]);
        say(&plain_table(&["Boundary", "Boundary", "By own grants", "Over any way"], rows.collect()))?;
        say(&format!("{} pairs that nobody crosses; {} clients searched, revision {}", found.uncrossed, found.searched, found.revision))?;
        return Ok(0);
    };
    let found = crosses::bridges(&answers, a, b, args.limit as usize)?;
    if ctx.json {
        return answer(ctx, &answers, to_value(found)?);
    }
    say(&clean(&found.sentence))?;
    let side = |list: &[crate::work::wire::BridgeSide], more: u32| {
        let names: Vec<String> = list.iter().take(3).map(|side| format!("{} ({} {})", side.name, side.mode, side.privilege)).collect();
        let rest = list.len().saturating_sub(3) as u32 + more;
        if rest > 0 { format!("{} + {rest}", names.join(", ")) } else { names.join(", ") }
    };
    let rows = found.clients.iter().map(|line| {
        vec![
            line.name.clone(),
            if line.direct { "own grants" } else { "over other ways" }.to_owned(),
            side(&line.a, line.a_more),
            side(&line.b, line.b_more),
            line.owner.clone().unwrap_or_else(|| "none".to_owned()),
        ]
    });
    say(&plain_table(&["Client", "Bridges by", &found.a, &found.b, "Owner"], rows.collect()))?;
    if found.more > 0 {
        say(&format!("{} more; --limit shows them", found.more))?;
    }
    Ok(0)
}

/// Assume a vendor is breached.
pub(super) async fn breach(ctx: &Session, args: &BreachArgs) -> Result<i32> {
    let answers = ctx.answers().await?;
    let (_, id) = subjects::one(&answers, &["vendors"], &args.vendor)?;
    let found = breach::breach(&answers, &id)?;
    if let Some(out) = &args.out {
        let format = out.extension().and_then(|ending| breach_text::Format::parse(&ending.to_string_lossy())).ok_or_else(|| {
            Told::refusal("BH-CLI-010", "The ending of the file names no format.", "Nothing was written.", "Use .html, .md or .json.")
        })?;
        breach_text::write(out, &breach_text::render(&found, format)?)?;
    }
    if ctx.json {
        return answer(ctx, &answers, to_value(found)?);
    }
    say(&clean(&found.sentence))?;
    say("\nWhom to call")?;
    let unknown = || "unknown".to_owned();
    let rows = found
        .people
        .iter()
        .take(20)
        .map(|p| vec![p.name.clone(), p.contact.clone().unwrap_or_else(unknown), p.roles.join(", "), p.clients.to_string()]);
    say(&plain_table(&["Name", "Contact", "Role", "Clients"], rows.collect()))?;
    say("\nWhat to revoke, in this order")?;
    let rows = found.revocations.iter().take(args.limit as usize).map(|step| {
        vec![
            step.number.to_string(),
            step.name.clone(),
            format!("{}, {}", step.source, step.instance),
            step.grants.to_string(),
            step.remaining.map_or_else(|| "not computed".to_owned(), |units| decimal(units, 4)),
        ]
    });
    say(&plain_table(&["Step", "Client", "Source", "Grants", "Reach that remains"], rows.collect()))?;
    for tail in &found.tails {
        say(&format!("\n{}, {}: {}", clean(&tail.source), clean(&tail.instance), tail.text))?;
    }
    say(&format!("\n{} clients of others to rotate afterwards", found.rotations.len()))?;
    let rows = found.rotations.iter().take(20).map(|r| vec![r.name.clone(), r.credentials.to_string(), r.reason.clone()]);
    say(&plain_table(&["Client", "Credentials", "Why"], rows.collect()))?;
    match &args.out {
        Some(out) => say(&format!("\nWritten to {}", out.display()))?,
        None => say("\n--out FILE writes the whole page (.html, .md, .json).")?,
    }
    Ok(0)
}

/// How A reaches B.
pub(super) async fn path(ctx: &Session, args: &PathArgs) -> Result<i32> {
    let answers = ctx.answers().await?;
    let (table, id) = subjects::one(&answers, &["clients", "vendors", "credentials"], &args.from)?;
    let from = PathEnd { kind: unit_word(&table).to_owned(), id };
    let found = paths::paths(&answers, &from, &end(&answers, &args.to)?)?;
    if ctx.json {
        return answer(ctx, &answers, to_value(found)?);
    }
    say(&clean(&found.sentence))?;
    for (path, number) in found.paths.iter().zip(1..) {
        say(&format!("\n{number}. weight {} to {}", decimal(f64::from(path.weight_per_mille) / 1000.0, 3), clean(&path.target)))?;
        for step in &path.steps {
            let source = step.source.as_deref().map_or_else(String::new, |source| format!("; {}", clean(source)));
            say(&format!(
                "   {} -> {}  {}: {} ({}{source})",
                clean(&step.from),
                clean(&step.to),
                step.mode,
                clean(&step.meaning),
                step.evidence
            ))?;
        }
    }
    Ok(0)
}

/// The end of a path: a data class or boundary by its name, else what a subject names.
fn end(answers: &Answers, text: &str) -> Result<PathEnd> {
    let wanted = text.to_lowercase();
    let atoms = &answers.graph.atoms;
    if let Some((kind, name)) = text.split_once(':')
        && matches!(kind, "data_class" | "boundary")
    {
        return Ok(PathEnd { kind: kind.to_owned(), id: name.to_owned() });
    }
    match subjects::one(answers, &["audiences", "clients", "vendors"], text) {
        Ok((table, id)) => Ok(PathEnd { kind: unit_word(&table).to_owned(), id }),
        Err(_) if atoms.class_names.iter().any(|name| name.to_lowercase() == wanted) => {
            Ok(PathEnd { kind: "data_class".to_owned(), id: text.to_owned() })
        }
        Err(_) if atoms.boundaries.iter().flatten().any(|name| name.to_lowercase() == wanted) => {
            Ok(PathEnd { kind: "boundary".to_owned(), id: text.to_owned() })
        }
        Err(error) => Err(error),
    }
}

/// Measures of all units, kind by kind.
pub(super) async fn portfolio(ctx: &Session) -> Result<i32> {
    let store = ctx.open(false).await?;
    let answers = ctx.answers_of(&store).await?;
    let found = portfolio::portfolio(&store, &answers).await?;
    store.close().await?;
    if ctx.json {
        return answer(ctx, &answers, to_value(found)?);
    }
    let maybe = |value: Option<f64>, places: u8| value.map_or_else(|| "not evaluated".to_owned(), |value| decimal(value, places));
    let mut rows = Vec::new();
    for kind in &found.kinds {
        rows.push(vec![
            kind.unit.clone(),
            kind.units.to_string(),
            decimal(kind.sum, 4),
            decimal(kind.max, 4),
            maybe(kind.mean, 4),
            maybe(kind.expected_reach, 4),
            maybe(kind.top_ten_share.map(|share| share * 100.0), 1),
            maybe(kind.gini, 3),
            kind.crossing.to_string(),
            kind.escalating.to_string(),
        ]);
    }
    say(&plain_table(&["Unit", "Units", "Sum", "Max", "Mean", "Expected", "Ten largest %", "Gini", "Crossing", "Escalating"], rows))?;
    say("")?;
    for kind in &found.kinds {
        let bands: Vec<String> = kind.bands.iter().map(|band| format!("{} {}", band.band, band.units)).collect();
        say(&format!("{}: {}", kind.unit, bands.join(", ")))?;
    }
    say("\nA low Gini is not good by itself: read it beside the mean.")?;
    for line in &found.containment {
        let verdict = if line.above { "above" } else { "within" };
        let (ratio, limit) = (decimal(line.ratio, 3), decimal(line.limit, 2));
        let worst = format!("its worst token {} reaches {ratio} of it, {verdict} {limit}", line.worst_token);
        say(&clean(&format!("{} {}, {} declared tokens: {worst}", line.subject.unit, line.name, line.tokens)))?;
    }
    for line in &found.benchmarks {
        say(&format!("{} {}: {} ({})", line.key, line.title, line.ours, line.others))?;
    }
    Ok(0)
}
