//! Replay: for the tokens of one client or credential, every API that would accept them, and why.
//!
//! Three groups: named in the token (R1), accepted because the API's own audience check failed (R10), and perhaps accepted,
//! because nobody recorded that check. Perhaps is shown and never scored.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::error::Told;
use crate::model::estate::{AudienceIx, ClientIx};
use crate::model::time::iso;
use crate::model::{CheckId, CheckResult, GrantMode, Privilege};
use crate::reach::{Unit, View};
use crate::work::answers::Answers;
use crate::work::blast_page::{self, keys};
use crate::work::figures::{link, thousands};
use crate::work::wire::{BlastSubject, Replay, ReplayGroup, ReplayLine};

use super::{NAMED, boundary_name, counted, plain};

/// Lines of one group.
pub const LISTED: usize = 200;

/// What a token names at one audience.
#[derive(Default)]
pub(in crate::work) struct Named {
    /// Highest privilege among its scopes; `None` = nobody knows one.
    pub privilege: Option<Privilege>,
    /// Scopes.
    pub scopes: BTreeSet<String>,
    /// For users.
    pub delegated: bool,
    /// A token in hand carries it; otherwise it was granted.
    pub in_token: bool,
}

/// Which APIs would accept the tokens of a subject.
///
/// # Errors
/// A refusal when there is no such unit, or it is one that holds no tokens of its own.
pub fn replay(answers: &Answers, subject: &BlastSubject) -> Result<Replay> {
    let unit = blast_page::unit(answers, subject)?;
    let (clients, delegated): (Vec<ClientIx>, bool) = match &unit {
        Unit::Client(client) => (vec![*client], true),
        Unit::Credential(credential) => (vec![answers.estate.credentials[*credential as usize].client], false),
        Unit::Vendor(_) | Unit::Application(_) => (unit.hosts(&answers.estate).to_vec(), true),
        _ => {
            return Err(Told::refusal(
                "BH-QUE-003",
                "Replay is asked for clients, credentials, applications and vendors.",
                "Nothing was searched.",
                "Choose one of those.",
            )
            .into());
        }
    };
    let view = View::new(&answers.estate, &answers.weights, &answers.graph);
    let mut named: BTreeMap<AudienceIx, Named> = BTreeMap::new();
    for grant in clients.iter().flat_map(|client| view.grants(*client)) {
        if !delegated && grant.mode != GrantMode::Application {
            continue;
        }
        let scope = &answers.estate.scopes[grant.scope as usize];
        let entry = named.entry(scope.audience).or_default();
        entry.privilege = entry.privilege.max(Some(scope.privilege));
        entry.scopes.insert(scope.value.clone());
        entry.delegated |= grant.mode != GrantMode::Application;
    }
    let (sentence, groups) = accepted(answers, &named, "its tokens");
    Ok(Replay {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        subject: subject.clone(),
        name: name(answers, &unit),
        sentence,
        searched: answers.estate.audiences.len() as u32,
        groups,
    })
}

/// Who would accept tokens that name these audiences: a sentence about `what`, and the three groups.
pub(in crate::work) fn accepted(answers: &Answers, named: &BTreeMap<AudienceIx, Named>, what: &str) -> (String, Vec<ReplayGroup>) {
    let issuers: BTreeSet<u32> = named.keys().map(|audience| answers.estate.audiences[*audience as usize].tenant).collect();
    let gateways: BTreeSet<&str> = named.keys().filter_map(|audience| gateway(answers, *audience)).collect();
    let mut groups: [Vec<ReplayLine>; 3] = Default::default();
    let mut ids: [BTreeSet<&str>; 3] = Default::default();
    for (audience, facts) in named {
        let line = line(answers, *audience, facts.privilege, reason_named(facts));
        ids[0].insert(&answers.audiences[*audience as usize].id);
        groups[0].push(line);
    }
    for at in 0..answers.estate.audiences.len() as AudienceIx {
        if named.contains_key(&at) {
            continue;
        }
        let tenant = answers.estate.audiences[at as usize].tenant;
        let behind = gateway(answers, at).filter(|name| gateways.contains(name));
        let (group, reason) = match (check(answers, at, CheckId::A1), behind, issuers.contains(&tenant)) {
            // The same question as the engine's R10: behind one gateway, and no scope check in the way.
            (CheckResult::Fail | CheckResult::Partial, Some(gateway), _) => match check(answers, at, CheckId::A3) {
                CheckResult::Fail | CheckResult::Partial => (1, format!("behind {}, checks neither audience nor scope", plain(gateway))),
                _ if same_scope(answers, at, named) => {
                    (1, format!("behind {}, does not check the audience and has a scope of the same name", plain(gateway)))
                }
                CheckResult::Unknown => (2, format!("behind {}, audience check failed, scope check not recorded", plain(gateway))),
                CheckResult::Pass | CheckResult::NotApplicable => continue,
            },
            (CheckResult::Fail | CheckResult::Partial, None, true) => {
                (2, "same issuer, audience check failed, no shared gateway recorded".to_owned())
            }
            (CheckResult::Unknown, Some(gateway), _) => (2, format!("behind {}, audience check not recorded", plain(gateway))),
            (CheckResult::Unknown, None, true) => {
                (2, format!("same issuer {}, audience check not recorded", plain(&answers.estate.tenants[tenant as usize].name)))
            }
            _ => continue,
        };
        ids[group].insert(&answers.audiences[at as usize].id);
        groups[group].push(line(answers, at, None, reason));
    }
    let [mut first, failed, unknown] = groups;
    first.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let sentence = format!(
        "{} {} {what}: {} by name, {} because {} own audience check failed. {} more might; nobody recorded their check.",
        counted(first.len() + failed.len(), "API"),
        if first.len() + failed.len() == 1 { "accepts" } else { "accept" },
        thousands(first.len() as u64),
        thousands(failed.len() as u64),
        if failed.len() == 1 { "its" } else { "their" },
        thousands(unknown.len() as u64),
    );
    let [by_name, by_failure, perhaps] = ids;
    let group = |key: &str, title: &str, meaning: &str, lines: Vec<ReplayLine>, ids: &BTreeSet<&str>| ReplayGroup {
        key: key.to_owned(),
        title: title.to_owned(),
        meaning: meaning.to_owned(),
        total: lines.len() as u32,
        link: (!ids.is_empty() && ids.len() <= NAMED).then(|| link("audiences", keys(ids))),
        audiences: lines.into_iter().take(LISTED).collect(),
    };
    let groups = vec![
        if named.values().any(|facts| facts.in_token) {
            group("named", "Named in the token", "R1: the token names the API as its audience.", first, &by_name)
        } else {
            group("named", "Named in its tokens", "R1: a grant names the API, so a token for it is issued.", first, &by_name)
        },
        group(
            "check_failed",
            "Accepted because the audience check failed",
            "R10: a token for another API is taken, because a recorded check says that the API does not look at the audience.",
            failed,
            &by_failure,
        ),
        group(
            "check_unknown",
            "Perhaps accepted",
            "Same issuer or gateway, and nobody recorded whether the API checks the audience. Not in any score as attested.",
            unknown,
            &perhaps,
        ),
    ];
    (sentence, groups)
}

/// Name of a unit for people.
pub(super) fn name(answers: &Answers, unit: &Unit) -> String {
    match unit {
        Unit::Credential(ix) => {
            let credential = &answers.estate.credentials[*ix as usize];
            format!("{} · {}", answers.client_name(credential.client as usize), credential.name)
        }
        _ => crate::blast::UnitName::of(&answers.estate, unit).name,
    }
}

fn rank(line: &ReplayLine) -> (std::cmp::Reverse<Option<Privilege>>, &str, &str) {
    (std::cmp::Reverse(line.privilege.as_deref().and_then(Privilege::parse)), &line.name, &line.id)
}

fn line(answers: &Answers, audience: AudienceIx, privilege: Option<Privilege>, reason: String) -> ReplayLine {
    let facts = &answers.estate.audiences[audience as usize];
    ReplayLine {
        id: answers.audiences[audience as usize].id.clone(),
        name: facts.name.clone(),
        boundary: boundary_name(facts.boundary.as_deref()),
        privilege: privilege.map(|level| level.as_str().to_owned()),
        reason,
    }
}

fn reason_named(facts: &Named) -> String {
    let shown: Vec<String> = facts.scopes.iter().take(3).map(|scope| plain(scope)).collect();
    let more = if facts.scopes.len() > 3 { format!(" and {} more", facts.scopes.len() - 3) } else { String::new() };
    if facts.in_token {
        return if shown.is_empty() {
            "named in aud, with no scope of this API".to_owned()
        } else {
            format!("named in aud, with {}{more}", shown.join(", "))
        };
    }
    let mode = if facts.delegated { "granted for users or itself" } else { "granted to itself" };
    format!("{}{more}, {mode}", shown.join(", "))
}

/// Whether the API has a scope of the name of one that the tokens carry.
fn same_scope(answers: &Answers, audience: AudienceIx, named: &BTreeMap<AudienceIx, Named>) -> bool {
    let mut here = answers.estate.scopes.iter().filter(|s| s.audience == audience && s.privilege > Privilege::None);
    let behind = |from: &AudienceIx| gateway(answers, *from).is_some() && gateway(answers, *from) == gateway(answers, audience);
    here.any(|scope| named.iter().any(|(from, facts)| behind(from) && facts.scopes.contains(&scope.value)))
}

fn check(answers: &Answers, audience: AudienceIx, id: CheckId) -> CheckResult {
    answers.estate.audiences[audience as usize].check(id)
}

fn gateway(answers: &Answers, audience: AudienceIx) -> Option<&str> {
    answers.audiences[audience as usize].enforcement.gateway.as_deref()
}
