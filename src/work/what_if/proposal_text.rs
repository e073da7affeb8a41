//! A proposal as Markdown, for a ticket or a wiki. Every imported text is escaped.

use std::fmt::Write as _;

use crate::work::cell::decimal;
use crate::work::questions::breach_text::inline;

use super::proposal::{Measures, Proposal};
use super::words::{short, span};

/// A value to copy: as code where it fits, else as text that shows every character.
fn code(text: &str) -> String {
    if text.is_empty() || text.contains('`') || text.chars().any(crate::formats::text::hides) {
        return inline(text);
    }
    format!("`{text}`")
}

/// The whole text.
pub(super) fn markdown(proposal: &Proposal) -> String {
    let mut out = String::new();
    let layer = if proposal.layer == "access" { "access tokens" } else { "credentials and refresh tokens" };
    let _ = writeln!(out, "# Change proposal: {}, {layer}\n", inline(&proposal.subject.name));
    let _ = writeln!(
        out,
        "Strategy {}. Computed from revision {}, as of {}. {}\n",
        inline(&proposal.strategy),
        proposal.revision,
        proposal.as_of,
        proposal.note
    );
    let _ = writeln!(
        out,
        "| | Tokens | Worst score | Worst reach | Mean reach | Pairs against the sharing rule |\n|---|---:|---:|---:|---:|---:|"
    );
    let mut line = |name: &str, m: &Measures| {
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} |",
            m.tokens,
            decimal(m.worst_score, 1),
            short(m.worst_reach, 4),
            short(m.mean_reach, 4),
            m.pairs_against_rule
        );
    };
    line("Today", &proposal.today);
    line("Proposed", &proposal.promised);
    let _ = writeln!(out, "\nWhat no split changes: {}\n\n## Tokens", inline(&proposal.stays));
    for (at, token) in proposal.tokens.iter().enumerate() {
        let _ = writeln!(
            out,
            "\n### {}. {} ({} / 100, {} units)\n",
            at + 1,
            inline(&token.name),
            decimal(token.score, 1),
            short(token.reach, 4)
        );
        for audience in &token.audiences {
            let scopes: Vec<String> = audience.scopes.iter().map(|scope| code(scope)).collect();
            let _ = writeln!(out, "- {} ({}): {}", inline(&audience.name), code(&audience.identifier), scopes.join(", "));
        }
        if !token.scope.is_empty() {
            let resources = token.resource.iter().map(|resource| code(&format!("resource={resource}")));
            let asked: Vec<String> = std::iter::once(code(&format!("scope={}", token.scope))).chain(resources).collect();
            let _ = writeln!(out, "- Request: {} (RFC 8707)", asked.join(", "));
        }
        if let Some(seconds) = token.lifetime_seconds {
            let _ = writeln!(out, "- Lives {} at most", span(seconds));
        }
        if let Some(binding) = &token.binding {
            let _ = writeln!(out, "- Sender constraint: {binding}");
        }
    }
    for change in &proposal.sources {
        let _ = writeln!(out, "\n## In {} ({}): {}\n", source_name(change.source), inline(&change.instance), inline(&change.name));
        for (at, step) in change.steps.iter().enumerate() {
            let _ = writeln!(out, "{}. {}", at + 1, inline(step));
        }
    }
    if !proposal.needs.is_empty() {
        let _ = writeln!(out, "\n## The numbers hold if\n");
        for need in &proposal.needs {
            let _ = writeln!(out, "- {}", inline(need));
        }
    }
    out
}

fn source_name(source: &str) -> &str {
    match source {
        "entra" => "Entra ID",
        "keycloak" => "Keycloak",
        "manual" => "the inventory",
        _ => "the source system",
    }
}
