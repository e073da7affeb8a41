//! The change proposal: what would have to change in the source systems so that a subject's tokens become those of a strategy.
//!
//! A text and a document for people and their tools. Nothing is changed by it, here or anywhere; importing the state that it describes
//! gives the numbers that it promises (a test holds that).

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::blast::whatif::Comparison;
use crate::error::Told;
use crate::model::estate::ClientIx;
use crate::model::time::iso;
use crate::model::{GrantMode, ScopeKind, Source};
use crate::policy::token_profiles::{Binding, TokenProfile};
use crate::work::answers::Answers;
use crate::work::answers::token_profiles::client_grants;
use crate::work::governance::{self, Form, Names, ProfileEntry};
use crate::work::wire::{ChangeProposal, WhatIfRequest};

use super::proposal_sources::{SourceChange, source_change};
use super::proposal_text::markdown;
use super::study::{Strategy, Study};
use super::subject::Layer;
use super::verdict::host_text;

/// Version of the document.
pub const FORMAT: u32 = 1;

/// The whole proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the document's fields are its documentation, and the guide lists them")]
pub struct Proposal {
    pub bulkhead_proposal: u32,
    pub revision: i64,
    pub as_of: String,
    pub subject: ProposedSubject,
    pub layer: &'static str,
    pub strategy: String,
    pub today: Measures,
    pub promised: Measures,
    pub tokens: Vec<ProposedToken>,
    pub sources: Vec<SourceChange>,
    pub needs: Vec<String>,
    pub stays: String,
    pub note: &'static str,
}

/// Whose tokens they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "see Proposal")]
pub struct ProposedSubject {
    pub unit: String,
    pub id: String,
    pub name: String,
}

/// The measures of one state.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "see Proposal")]
pub struct Measures {
    pub tokens: usize,
    pub worst_score: f64,
    pub worst_reach: f64,
    pub mean_reach: f64,
    pub pairs_against_rule: usize,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "see Proposal")]
pub struct ProposedToken {
    pub name: String,
    pub audiences: Vec<ProposedAudience>,
    /// RFC 6749 3.3: the scopes to ask for, blank-separated; empty where the source asks in another way.
    pub scope: String,
    /// RFC 8707: the resource values to ask for; empty where the source knows none.
    pub resource: Vec<String>,
    pub binding: Option<String>,
    pub lifetime_seconds: Option<i64>,
    pub score: f64,
    pub reach: f64,
}

/// An API of a token.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "see Proposal")]
pub struct ProposedAudience {
    pub id: String,
    pub name: String,
    /// What a token for it names.
    pub identifier: String,
    pub scopes: Vec<String>,
}

/// What one client is to hold in one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Share {
    /// Name of the token.
    pub token: String,
    /// API's key in the source, then its scopes.
    pub audiences: Vec<(String, Vec<ShareScope>)>,
}

/// A scope as its source calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShareScope {
    pub value: String,
    pub source_id: Option<String>,
    pub kind: ScopeKind,
    pub application: bool,
}

/// A client of the subject, as its source calls it.
pub(super) struct ProposedClient {
    pub source: Source,
    pub instance: String,
    /// Its key in the source.
    pub key: String,
    pub name: String,
    pub shares: Vec<Share>,
}

/// Builds the document and its texts.
///
/// # Errors
/// No such subject, or a grouping that names what it does not hold.
pub fn proposal(answers: &Answers, request: &WhatIfRequest) -> Result<ChangeProposal> {
    let study = Study::new(answers, request)?;
    let strategy = study.shown()?;
    let names = token_names(&study, strategy);
    let document = document(&study, strategy, &names);
    Ok(ChangeProposal {
        file_stem: format!("{}-proposal", slug(&study.subject.name)),
        markdown: markdown(&document),
        json: serde_json::to_string_pretty(&document)? + "\n",
        map: if study.layer == Layer::Access { map(&study, strategy, &names)? } else { String::new() },
    })
}

/// One of the texts of a proposal.
///
/// # Errors
/// An unknown format, or token profiles of a proposal that has none.
pub fn text(proposal: &ChangeProposal, format: &str) -> Result<String> {
    Ok(match format {
        "markdown" | "md" => proposal.markdown.clone(),
        "json" => proposal.json.clone(),
        "map" | "yaml" | "yml" if !proposal.map.is_empty() => proposal.map.clone(),
        _ => {
            return Err(Told::refusal(
                "BH-WIF-014",
                "There is no such form of a proposal.",
                "Nothing was written.",
                "Use .md, .json, or for access tokens .map.yaml.",
            )
            .into());
        }
    })
}

/// Writes a proposal's text under its name at the end only.
///
/// # Errors
/// The folder cannot be written.
pub fn write(path: &Path, text: &str) -> Result<()> {
    crate::work::questions::breach_text::write(path, text)
}

fn measures(found: &Comparison) -> Measures {
    Measures {
        tokens: found.parts.len(),
        worst_score: found.worst_score,
        worst_reach: found.worst_reach,
        mean_reach: found.mean_reach,
        pairs_against_rule: found.against_rule.len(),
    }
}

fn document(study: &Study, strategy: &Strategy, names: &[String]) -> Proposal {
    let answers = study.answers;
    let subject = &study.subject;
    let shares = |client: &ClientIx| share(study, strategy, names, *client);
    let clients: Vec<ProposedClient> = subject.clients.iter().filter_map(shares).collect();
    let host = crate::blast::score_unit_with(&answers.reach_view(), &subject.unit);
    Proposal {
        bulkhead_proposal: FORMAT,
        revision: answers.rows.revision,
        as_of: iso(answers.clock),
        subject: ProposedSubject { unit: subject.wire.unit.clone(), id: subject.wire.id.clone(), name: subject.name.clone() },
        layer: study.layer.as_str(),
        strategy: strategy.title.clone(),
        today: measures(&study.strategies[0].found),
        promised: measures(&strategy.found),
        tokens: names.iter().enumerate().map(|(at, name)| token(study, strategy, &clients, at, name)).collect(),
        sources: clients.iter().map(|client| source_change(client, study.layer)).collect(),
        needs: needs(study, strategy),
        stays: host_text(study, &host),
        note: "Nothing is changed by this file. Whoever owns the systems decides and changes them there.",
    }
}

/// What a token for an API names: its key in the source.
fn identifier(study: &Study, item: usize) -> String {
    let answers = study.answers;
    let view = &answers.audiences[study.subject.items[item].audience as usize];
    let row = &answers.rows.audiences[view.row as usize];
    // A URI identifies a resource best (RFC 8707 2); without one the source's own key does.
    let uri = view.identifiers.split(' ').find(|identifier| identifier.contains("://"));
    uri.map(str::to_owned).or_else(|| answers.index.natural_key(&answers.rows, row.entity).map(str::to_owned)).unwrap_or_default()
}

fn token(study: &Study, strategy: &Strategy, clients: &[ProposedClient], at: usize, name: &str) -> ProposedToken {
    let part = &strategy.grouping.parts[at];
    let figures = &strategy.found.parts[at];
    let asked = strategy.asked.get(at);
    let carried = strategy.grouping.terms[at].scopes.as_ref();
    let audiences: Vec<ProposedAudience> = part
        .iter()
        .map(|item| ProposedAudience {
            id: study.id(*item).to_owned(),
            name: study.name(*item).to_owned(),
            identifier: identifier(study, *item),
            scopes: study.subject.items[*item]
                .scopes
                .iter()
                .filter(|scope| carried.is_none_or(|carried| carried.contains(scope)))
                .map(|scope| study.answers.estate.scopes[*scope as usize].value.clone())
                .collect(),
        })
        .collect();
    let scopes: BTreeSet<&str> = audiences.iter().flat_map(|audience| audience.scopes.iter().map(String::as_str)).collect();
    // Roles of Keycloak are not asked for by their names, and Entra takes one resource at a time: their steps say how.
    let by_name = !clients.iter().any(|client| matches!(client.source, Source::Keycloak | Source::Entra));
    ProposedToken {
        name: name.to_owned(),
        scope: if by_name && study.layer == Layer::Access { scopes.into_iter().collect::<Vec<_>>().join(" ") } else { String::new() },
        resource: if by_name && study.layer == Layer::Access {
            audiences.iter().map(|audience| audience.identifier.clone()).collect()
        } else {
            Vec::new()
        },
        audiences,
        binding: asked.and_then(|asked| asked.binding.clone()),
        lifetime_seconds: asked.and_then(|asked| asked.lifetime_seconds),
        score: figures.score.blast_score(),
        reach: figures.score.reach_units(),
    }
}

/// What one client holds of each token; `None` when it holds nothing of the subject's APIs.
fn share(study: &Study, strategy: &Strategy, names: &[String], client: ClientIx) -> Option<ProposedClient> {
    let answers = study.answers;
    let row = &answers.rows.clients[answers.clients[client as usize].row as usize];
    let (source, _, instance) = answers.index.instance(&answers.rows, row.entity)?;
    let key = answers.index.natural_key(&answers.rows, row.entity).unwrap_or_default().to_owned();
    let grants = client_grants(answers, client);
    let mine = |mode: GrantMode| (mode == GrantMode::Application) == study.subject.machine;
    let held = |item: usize| {
        let item = &study.subject.items[item];
        let audience = answers.rows.audiences[answers.audiences[item.audience as usize].row as usize].entity;
        let scopes: Vec<ShareScope> = item
            .scopes
            .iter()
            .filter(|scope| grants.iter().any(|grant| grant.scope == **scope && mine(grant.mode)))
            .map(|scope| {
                let row = &answers.rows.scopes[answers.scopes[*scope as usize].row as usize];
                ShareScope {
                    value: row.value.clone(),
                    source_id: row.source_id.clone(),
                    kind: row.kind,
                    application: study.subject.machine,
                }
            })
            .collect();
        (answers.index.natural_key(&answers.rows, audience).unwrap_or_default().to_owned(), scopes)
    };
    let shares: Vec<Share> = names
        .iter()
        .zip(&strategy.grouping.parts)
        .map(|(token, part)| Share {
            token: token.clone(),
            audiences: part.iter().map(|item| held(*item)).filter(|(_, scopes)| !scopes.is_empty()).collect(),
        })
        .filter(|share| !share.audiences.is_empty())
        .collect();
    (!shares.is_empty()).then(|| ProposedClient {
        source,
        instance: instance.to_owned(),
        key,
        name: answers.client_name(client as usize).to_owned(),
        shares,
    })
}

/// What has to be true besides, so that the promised numbers hold.
fn needs(study: &Study, strategy: &Strategy) -> Vec<String> {
    let mut needs = Vec::new();
    for (at, asked) in strategy.asked.iter().enumerate() {
        let names: Vec<&str> = strategy.grouping.parts[at].iter().map(|item| study.name(*item)).collect();
        match asked.binding.as_deref().and_then(Binding::parse) {
            Some(Binding::Enforced) => needs.push(format!(
                "{}: the APIs check the key that the token is bound to; record check G5 or A5 as passed with its evidence.",
                names.join(", ")
            )),
            Some(Binding::Claimed) => needs.push(format!("{}: the token names the key that it is bound to (cnf).", names.join(", "))),
            _ => {}
        }
        if let Some(seconds) = asked.lifetime_seconds {
            needs.push(format!("{}: the token lives {} at most.", names.join(", "), super::words::span(seconds)));
        }
    }
    if study.layer == Layer::Standing {
        needs.push("Each new client has a credential of its own, of the same kind and term as today's, kept in another place.".to_owned());
    }
    needs
}

/// The token profiles of the proposal as a governance file, with those of today that are no more taken back.
fn map(study: &Study, strategy: &Strategy, names: &[String]) -> Result<String> {
    let answers = study.answers;
    let words = Names::new(answers);
    let mut entries = Vec::new();
    for client in &study.subject.clients {
        let name = words.of_client(answers, *client as usize);
        let Some(shares) = share(study, strategy, names, *client) else { continue };
        let kept: BTreeSet<&str> = shares.shares.iter().map(|share| share.token.as_str()).collect();
        let gone = answers.profiles().of(std::slice::from_ref(client)).filter(|view| view.machine == study.subject.machine);
        for view in gone.filter(|view| !kept.contains(view.name.as_str())) {
            entries.push(ProfileEntry { client: name.clone(), profile: view.name.clone(), ..ProfileEntry::default() });
        }
        for share in &shares.shares {
            let at = names.iter().position(|name| *name == share.token).unwrap_or_default();
            let asked = strategy.asked.get(at).cloned().unwrap_or_default();
            let scopes: BTreeSet<String> =
                share.audiences.iter().flat_map(|(_, scopes)| scopes.iter().map(|scope| scope.value.clone())).collect();
            let part = strategy.grouping.parts[at].iter().filter(|item| holds(answers, study, **item, *client));
            let profile = TokenProfile {
                audiences: part.map(|item| words.of_audience(answers, study.subject.items[*item].audience as usize)).collect(),
                scopes: scopes.into_iter().collect(),
                lifetime_seconds: asked.lifetime_seconds,
                binding: asked.binding.as_deref().and_then(Binding::parse).unwrap_or_default(),
                ..TokenProfile::default()
            };
            entries.push(ProfileEntry::of(name.clone(), share.token.clone(), &profile));
        }
    }
    governance::write_profiles(entries, Form::Yaml)
}

/// Whether a client holds a scope at an item.
fn holds(answers: &Answers, study: &Study, item: usize, client: ClientIx) -> bool {
    let scopes = &study.subject.items[item].scopes;
    client_grants(answers, client).iter().any(|grant| scopes.contains(&grant.scope))
}

/// A short name for each token: its APIs, or its number where those are many.
fn token_names(study: &Study, strategy: &Strategy) -> Vec<String> {
    let mut seen = BTreeSet::new();
    strategy
        .grouping
        .parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let names: Vec<String> = part.iter().map(|item| short_name(study, *item)).filter(|name| !name.is_empty()).collect();
            let joined = names.join("-");
            let name = if (1..=3).contains(&names.len()) && joined.len() <= 48 { joined } else { format!("token-{}", at + 1) };
            if seen.insert(name.clone()) { name } else { format!("{name}-{}", at + 1) }
        })
        .collect()
}

/// The source's own key where it is a word, else the name for people.
fn short_name(study: &Study, item: usize) -> String {
    let answers = study.answers;
    let view = &answers.audiences[study.subject.items[item].audience as usize];
    let key = answers.index.natural_key(&answers.rows, answers.rows.audiences[view.row as usize].entity).unwrap_or_default();
    let is_word = !key.is_empty() && key.len() <= 20 && key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    slug(if is_word { key } else { study.name(item) })
}

/// Letters, digits and single dashes.
pub(super) fn slug(name: &str) -> String {
    let text: String = name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    text.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-").chars().take(60).collect()
}
