//! `token inspect`: offline inspection. Prints verdicts and names, never a token.

use std::fs::File;
use std::path::Path;

use anyhow::Result;
use serde_json::to_value;
use zeroize::Zeroizing;

use crate::error::Told;
use crate::model::time::Millis;
use crate::work::answers::Answers;
use crate::work::token_inspector::{Options, inspect_text, read_keys, read_text};
use crate::work::wire::{TokenInspection, TokenKind, TokenParty, TokenProposal, TokenReport};
use crate::work::{clock, statements};

use super::print::{clean, plain_table};
use super::session::{Session, say};
use super::token_args::Inspect;

/// Inspects what the files or standard input hold.
pub(super) async fn inspect(ctx: &Session, args: &Inspect) -> Result<i32> {
    let text = read(&args.files)?;
    let keys = args.jwks.iter().map(|path| read_keys(path, args.issuer.as_deref())).collect::<Result<Vec<_>>>()?;
    let as_of = ctx.as_of.unwrap_or_else(clock::now);
    // Without an inventory tokens can still be inspected; only what compares says that it cannot.
    let answers = if ctx.path()?.exists() { Some(ctx.answers().await?) } else { None };
    let options = Options { keys, accepted: args.accept_dialect.clone(), as_of };
    let found = inspect_text(&text, &options, answers.as_ref());
    drop(text);
    let kept = if args.keep { keep(ctx, answers.as_ref(), &found, args.reason.as_deref()).await? } else { None };
    if ctx.json {
        let mut fields = to_value(&found)?;
        if let (Some(fields), Some((revision, profiles))) = (fields.as_object_mut(), kept) {
            fields.insert("kept".to_owned(), serde_json::json!({ "revision": revision, "profiles": profiles }));
        }
        ctx.answer(found.revision.unwrap_or(0), as_of, fields)?;
        return Ok(0);
    }
    print(args, &found, as_of)?;
    match (args.keep, kept) {
        (true, Some((revision, profiles))) => say(&format!("\nKept {profiles} token profiles, revision {revision}."))?,
        (true, None) => say("\nNothing was kept. --reason WHY confirms what stands under \"would be kept\".")?,
        _ => {}
    }
    Ok(0)
}

fn read(files: &[std::path::PathBuf]) -> Result<Zeroizing<String>> {
    if files.is_empty() || files == [Path::new("-")] {
        return read_text(std::io::stdin().lock());
    }
    let mut all = Zeroizing::new(String::new());
    for file in files {
        let open = File::open(file).map_err(|error| {
            // The name itself may be a token; then it must not be repeated.
            let looks_like_token = file.to_string_lossy().len() > 80 || file.to_string_lossy().starts_with("ey");
            let details = if looks_like_token { String::new() } else { format!("{}: {error}", file.display()) };
            Told::refusal(
                "BH-TOK-105",
                "A file with tokens cannot be read.",
                "No token was inspected.",
                "Name a file, or give the token on standard input. A token on the command line stays in the history of the shell.",
            )
            .details(details)
        })?;
        let text = read_text(open)?;
        if files.len() == 1 {
            return Ok(text);
        }
        all.push_str(&text);
        all.push('\n');
    }
    Ok(all)
}

/// States the proposed profiles if a reason confirms it: the revision and how many.
async fn keep(ctx: &Session, answers: Option<&Answers>, found: &TokenInspection, reason: Option<&str>) -> Result<Option<(i64, usize)>> {
    let (Some(answers), Some(reason)) = (answers, reason) else { return Ok(None) };
    let proposals: Vec<&TokenProposal> = found.kinds.iter().filter_map(|kind| kind.profile.as_ref()).collect();
    let mut taken = std::collections::BTreeSet::new();
    let mut changes = Vec::new();
    for proposal in proposals {
        // Two kinds of one client may begin with the same name.
        let names = std::iter::once(proposal.name.clone()).chain((2..).map(|number| format!("{} {number}", proposal.name)));
        let name = names.into_iter().find(|name| taken.insert((proposal.client.clone(), name.clone()))).unwrap_or_default();
        changes.push(statements::change(answers, "clients", &proposal.client, &format!("profile:{name}"), &proposal.value)?);
    }
    if changes.is_empty() {
        return Ok(None);
    }
    let store = ctx.open(true).await?;
    let entry = store.assert(&changes, &ctx.config()?.account, reason, clock::now()).await?;
    store.close().await?;
    Ok(Some((entry.number, changes.len())))
}

fn print(args: &Inspect, found: &TokenInspection, as_of: Millis) -> Result<()> {
    say(&clean(&found.sentence))?;
    say(&format!(
        "{} read: {} inspected, {} refused, {} without a token; as of {}{}",
        found.read,
        found.inspected,
        found.refused,
        found.ignored,
        crate::model::time::iso(as_of),
        found.revision.map_or_else(|| "; no inventory".to_owned(), |revision| format!("; revision {revision}"))
    ))?;
    for refused in &found.refusals {
        say(&format!("  line {}: {}", refused.place, clean(&refused.why)))?;
    }
    for keys in &found.keys {
        say(&format!("Keys: {}, {} keys, SHA-256 {}", clean(&keys.name), keys.keys, keys.sha256))?;
        keys.notes.iter().try_for_each(|note| say(&format!("  {}", clean(note))))?;
    }
    for report in found.tokens.iter().take(args.limit as usize) {
        token(report, args.all, found.inspected > 1)?;
    }
    let rest = found.inspected as usize - found.tokens.len().min(args.limit as usize);
    if rest > 0 {
        say(&format!("\n{rest} more tokens; --limit shows more, the kinds below count all"))?;
    }
    if found.inspected > 1 || args.keep {
        for (kind, number) in found.kinds.iter().zip(1..) {
            one_kind(kind, number, args.keep)?;
        }
    }
    Ok(())
}

fn party(party: &TokenParty) -> String {
    format!("{} ({})", party.claimed, party.name)
}

fn token(report: &TokenReport, all: bool, numbered: bool) -> Result<()> {
    say("")?;
    if numbered {
        say(&format!("Line {}: {}", report.place, clean(&report.sentence)))?;
    }
    if let Some(fingerprint) = &report.fingerprint {
        say(&format!("SHA-256 of the token: {fingerprint}"))?;
    }
    if let Some(client) = &report.client {
        say(&clean(&format!("Client: {}", party(client))))?;
    }
    for audience in &report.audiences {
        say(&clean(&format!("Audience: {}", party(audience))))?;
    }
    if let Some(reach) = &report.reach {
        let score = crate::work::cell::decimal(reach.score, 1);
        let whole = crate::work::cell::decimal(reach.client_score, 1);
        say(&format!("Blast radius: {score} / 100, {} APIs; its client {whole} / 100", reach.audiences))?;
    }
    if !report.accepted.is_empty() {
        say(&clean(&report.accepted))?;
    }
    let wanted = |verdict: &str| all || matches!(verdict, "fail" | "warn" | "unverifiable" | "info");
    let rows: Vec<Vec<String>> = report
        .checks
        .iter()
        .filter(|check| wanted(&check.verdict))
        .map(|check| vec![check.id.clone(), check.verdict.clone(), check.severity.clone().unwrap_or_default(), check.title.clone()])
        .collect();
    say(&plain_table(&["Check", "Verdict", "Severity", "About"], rows))?;
    for check in report.checks.iter().filter(|check| matches!(check.verdict.as_str(), "fail" | "warn" | "unverifiable")) {
        say(&format!("\n{} {} ({})", check.id, check.title, check.source))?;
        check.seen.iter().try_for_each(|seen| say(&format!("  {}", clean(seen))))?;
        if check.verdict != "unverifiable" {
            say(&format!("  Why: {}\n  Do:  {}", check.why, check.remedy))?;
        }
    }
    if all && !report.claims.is_empty() {
        say("")?;
        let rows =
            report.claims.iter().map(|claim| vec![claim.part.clone(), claim.name.clone(), claim.value.clone(), claim.meaning.clone()]);
        say(&plain_table(&["Part", "Name", "Value", "Meaning"], rows.collect()))?;
    }
    Ok(())
}

fn one_kind(kind: &TokenKind, number: usize, keep: bool) -> Result<()> {
    let client = kind.client.as_ref().map_or_else(|| "no client".to_owned(), party);
    let audiences: Vec<&str> = kind.audiences.iter().map(|audience| audience.claimed.as_str()).collect();
    let lives = kind
        .lifetimes
        .map_or_else(|| "lifetime not said".to_owned(), |[least, median, most]| format!("lifetime {least}/{median}/{most} s"));
    let invalid = if kind.invalid { ", invalid" } else { "" };
    say(&clean(&format!(
        "\nKind {number}: {} tokens ({} verified{invalid}), {client}, audiences {}, {lives}, {}",
        kind.tokens,
        kind.verified,
        if audiences.is_empty() { "none".to_owned() } else { audiences.join(", ") },
        kind.binding
    )))?;
    let failures: Vec<String> = kind.failures.iter().map(|failure| format!("{} in {}", failure.word, failure.tokens)).collect();
    if !failures.is_empty() {
        say(&format!("  failed: {}", failures.join(", ")))?;
    }
    match (&kind.profile, keep) {
        (Some(profile), true) => {
            say(&clean(&format!("  would be kept as profile \"{}\":", profile.name)))?;
            profile.kept.iter().try_for_each(|line| say(&clean(&format!("    {line}"))))
        }
        (None, true) => say(&clean(&format!("  not kept: {}", kind.why_not))),
        _ => Ok(()),
    }
}
