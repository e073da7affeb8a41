//! What a subject's tokens are made of: its APIs with the scopes it needs there, what exposes a token, and how today's tokens cut it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::blast::whatif::{Factors, Grouping, Item, standing_exposure};
use crate::error::Told;
use crate::model::estate::{ClientIx, EstateGrant, ScopeIx};
use crate::model::{CheckId, CheckResult, GrantMode, Privilege};
use crate::policy::sharing::{SharingFacts, Tier};
use crate::policy::token_pattern::{Pattern, pattern};
use crate::reach::Unit;
use crate::work::answers::Answers;
use crate::work::answers::token_profiles::{self, client_grants};
use crate::work::wire::BlastSubject;

use super::units;

/// Whether access tokens or what they are made from is compared (domain.md 2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Access tokens.
    Access,
    /// Refresh tokens and client credentials.
    Standing,
}

impl Layer {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Standing => "standing",
        }
    }

    /// The layer of a word; access tokens when nothing is said.
    ///
    /// # Errors
    /// Another word.
    pub fn parse(word: &str) -> Result<Self> {
        match word {
            "" | "access" => Ok(Self::Access),
            "standing" => Ok(Self::Standing),
            other => Err(Told::refusal(
                "BH-WIF-001",
                format!("There is no layer “{}”.", other.chars().take(40).collect::<String>()),
                "Nothing was compared.",
                "Use access or standing.",
            )
            .into()),
        }
    }
}

/// One layer's pattern and the facts behind it.
pub(super) struct LayerPattern {
    pub layer: Layer,
    pub pattern: Pattern,
    pub why: String,
}

/// A subject, ready to be split.
pub(super) struct Subject {
    pub unit: Unit,
    pub wire: BlastSubject,
    pub name: String,
    pub clients: Vec<ClientIx>,
    /// By name of the audience, then id.
    pub items: Vec<Item>,
    /// Machine tokens (application grants); otherwise tokens of one user.
    pub machine: bool,
    pub breadth: i64,
    pub exposure: Factors,
    pub lifetime_seconds: Option<i64>,
    pub facts: Vec<SharingFacts>,
    pub today: Grouping,
    /// How its tokens are cut is not known; `today` counts one for everything.
    pub today_unknown: bool,
    pub patterns: [LayerPattern; 2],
    /// Days after which a credential of it is rotated; `None` = nobody here does.
    pub max_age_days: Option<i64>,
    pub notes: Vec<String>,
}

impl Subject {
    /// Reads a subject at a layer.
    ///
    /// # Errors
    /// There is no such client or application, or it holds no grant that opens anything.
    pub fn read(answers: &Answers, wire: &BlastSubject, layer: Layer) -> Result<Self> {
        let unit = crate::work::blast_page::unit(answers, wire)?;
        let (clients, name) = match unit {
            Unit::Client(client) => (vec![client], answers.client_name(client as usize).to_owned()),
            Unit::Application(at) => {
                let application = &answers.estate.applications[at as usize];
                (application.clients.clone(), application.name.clone())
            }
            _ => {
                return Err(Told::refusal(
                    "BH-WIF-002",
                    "Only a client or an application has tokens to compare.",
                    "Nothing was compared.",
                    "Choose the client that the credential belongs to.",
                )
                .into());
            }
        };
        let grants = || clients.iter().flat_map(|client| client_grants(answers, *client));
        let opens = |scope: ScopeIx| {
            let facts = &answers.estate.scopes[scope as usize];
            facts.privilege > Privilege::None || facts.escalation.is_some()
        };
        let machine = grants().any(|grant| grant.mode == GrantMode::Application && opens(grant.scope));
        let mine = |mode: GrantMode| (mode == GrantMode::Application) == machine;
        let items = items(answers, || grants().filter(|grant| mine(grant.mode) && opens(grant.scope)));
        if items.is_empty() {
            return Err(Told::refusal(
                "BH-WIF-003",
                format!("{name} holds no grant that opens anything."),
                "There is nothing to split.",
                "Choose a client that reaches an API by itself.",
            )
            .into());
        }
        let mut notes = Vec::new();
        let others = grants().filter(|grant| !mine(grant.mode) && opens(grant.scope)).count();
        if others > 0 {
            notes.push(format!("{others} delegated grants are in users' tokens, which are not compared here."));
        }
        let replayed: Vec<&str> = items
            .iter()
            .map(|item| &answers.estate.audiences[item.audience as usize])
            .filter(|audience| audience.checks[CheckId::A1 as usize] == CheckResult::Fail)
            .map(|audience| audience.name.as_str())
            .collect();
        if !replayed.is_empty() && items.len() > 1 {
            let (accepts, it) = if replayed.len() == 1 { ("accepts", "it") } else { ("accept", "they") };
            let (list, s) = (super::words::list(&replayed), if it == "it" { "s" } else { "" });
            notes.push(format!(
                "{list} {accepts} tokens that name other APIs (A1 failed): a split contains less until {it} check{s} the audience."
            ));
        }
        let weights = &answers.weights;
        let (access_exposure, lifetime_seconds) = token_profiles::access_exposure(answers, &clients);
        let exposure = match layer {
            Layer::Standing => standing_exposure(&answers.reach_view(), &unit),
            Layer::Access => access_exposure,
        };
        if layer == Layer::Access {
            notes.extend(profile_notes(answers, &clients, machine));
        }
        let access = units::access(answers, &clients, &items, machine);
        let standing = units::standing(answers, &clients, &items, machine);
        let patterns = [(Layer::Access, &access), (Layer::Standing, &standing)].map(|(layer, units)| LayerPattern {
            layer,
            pattern: pattern(items.len(), (!units.unknown).then_some(&units.today.parts)),
            why: units.why.clone(),
        });
        let units = match layer {
            Layer::Access => access,
            Layer::Standing => standing,
        };
        if units.unknown && items.len() > 1 {
            notes.push(match clients[..] {
                [_] => "How its tokens are cut today is not known; they are counted as one token for everything.".to_owned(),
                _ => "How the tokens are cut today is not known of every client; there one token for each client is counted.".to_owned(),
            });
        }
        Ok(Self {
            wire: wire.clone(),
            name,
            machine,
            breadth: if machine { weights.breadth_all } else { weights.breadth_of(1) },
            exposure,
            lifetime_seconds,
            facts: items.iter().map(|item| facts(answers, item)).collect(),
            today: units.today,
            today_unknown: units.unknown && items.len() > 1,
            patterns,
            max_age_days: max_age(answers, &clients),
            notes,
            clients,
            unit,
            items,
        })
    }
}

/// What is told of the profiles of some clients, apart from their figures.
fn profile_notes(answers: &Answers, clients: &[ClientIx], machine: bool) -> Vec<String> {
    let all = answers.profiles();
    let mut notes: Vec<String> = Vec::new();
    for view in all.of(clients) {
        notes.extend(view.notes.iter().map(|note| format!("Profile {}: {note}", view.name)));
        if view.machine != machine {
            notes.push(format!("Profile {} is a token of a user, which is not compared here.", view.name));
        }
    }
    let unreadable = all.unreadable.iter().filter(|(client, ..)| clients.contains(client));
    notes.extend(unreadable.map(|(_, name, fault)| format!("Profile {name} cannot be read and is left out: {fault}.")));
    notes
}

/// One item for each audience, by name.
fn items<'a, I: Iterator<Item = &'a EstateGrant>>(answers: &Answers, grants: impl Fn() -> I) -> Vec<Item> {
    let narrow = token_profiles::narrowed(grants());
    let mut by_audience: BTreeMap<u32, BTreeSet<ScopeIx>> = BTreeMap::new();
    for grant in grants() {
        by_audience.entry(answers.estate.scopes[grant.scope as usize].audience).or_default().insert(grant.scope);
    }
    let item = |(audience, scopes): (u32, BTreeSet<ScopeIx>)| Item {
        audience,
        narrowed: scopes.iter().copied().filter(|scope| narrow.binary_search(scope).is_ok()).collect(),
        scopes: scopes.into_iter().collect(),
    };
    let mut items: Vec<Item> = by_audience.into_iter().map(item).collect();
    let name = |item: &Item| answers.estate.audiences[item.audience as usize].name.to_lowercase();
    items.sort_by_cached_key(|item| (name(item), item.audience));
    items
}

fn facts(answers: &Answers, item: &Item) -> SharingFacts {
    let view = &answers.audiences[item.audience as usize];
    SharingFacts {
        boundary: view.boundary.value.clone(),
        tier: view.sensitivity.map(Tier::of),
        owner: view.owner.value.clone(),
        high_risk: view.high_risk.value,
    }
}

/// The shortest term that a credential of its clients has; `None` where all are managed or federated.
fn max_age(answers: &Answers, clients: &[ClientIx]) -> Option<i64> {
    let credentials = clients.iter().flat_map(|client| {
        let range = &answers.clients[*client as usize].credentials;
        &answers.credentials[range.start as usize..range.end as usize]
    });
    let mut terms: Vec<Option<i64>> = credentials.map(|credential| credential.rotation.max_age_days).collect();
    if terms.is_empty() && clients.iter().any(|client| !answers.estate.clients[*client as usize].managed) {
        let sla = answers.sla();
        let default = sla.policies.iter().find(|policy| policy.kinds.contains(&crate::model::CredentialKind::ClientSecret));
        terms.push(default.and_then(|policy| policy.terms.max_age_days));
    }
    terms.into_iter().flatten().min()
}
