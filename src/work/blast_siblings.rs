//! The other units of a subject: its widest credential and consent, its client, application and vendor, side by side.

use crate::blast;
use crate::model::GrantMode;
use crate::model::estate::NO_PRINCIPAL;
use crate::reach::Unit;

use super::answers::Answers;
use super::answers::token_profiles::ProfileView;
use super::wire::{BlastSibling, BlastSubject};

/// A consent by the ids of client and principal; the second is `one-user` for an unnamed user of the grants for all users.
pub(super) fn standing(answers: &Answers, id: &str) -> Option<Unit> {
    let (client, who) = id.split_once(' ')?;
    let client = answers.clients.binary_search_by(|view| view.id.as_str().cmp(client)).ok()? as u32;
    let principal = match who {
        ONE_USER => NO_PRINCIPAL,
        who => answers.estate.principals.iter().position(|principal| principal.id == who)? as u32,
    };
    consented(answers, client).any(|found| found == principal).then_some(Unit::Standing(client, principal))
}

/// Whose consents a client holds; an unnamed user for grants for all users.
fn consented(answers: &Answers, client: u32) -> impl Iterator<Item = u32> + '_ {
    let facts = &answers.estate.clients[client as usize];
    let grants = &answers.estate.grants[facts.grants_from as usize..facts.grants_to as usize];
    grants.iter().filter_map(|grant| match grant.mode {
        GrantMode::Application => None,
        GrantMode::DelegatedAll => Some(NO_PRINCIPAL),
        GrantMode::DelegatedOne | GrantMode::DelegatedGroup => Some(grant.principal),
    })
}

/// Stands for an unnamed user in the id of a consent.
const ONE_USER: &str = "one-user";

/// A declared profile by the id of its client and its name.
pub(super) fn profile<'a>(answers: &'a Answers, id: &str) -> Option<&'a ProfileView> {
    let (client, name) = id.split_once(' ')?;
    let client = answers.clients.binary_search_by(|view| view.id.as_str().cmp(client)).ok()? as u32;
    answers.profiles().list.iter().find(|view| view.client == client && view.name == name)
}

/// A token by the id of its client and the name of its profile.
pub(super) fn token(answers: &Answers, id: &str) -> Option<Unit> {
    profile(answers, id).map(|view| Unit::Token(view.token.clone()))
}

/// A profile as a subject.
pub fn token_subject(answers: &Answers, view: &ProfileView) -> BlastSubject {
    BlastSubject { unit: "token".to_owned(), id: format!("{} {}", answers.clients[view.client as usize].id, view.name) }
}

/// Declared tokens of a client, the widest first, among them the chosen one.
fn tokens(answers: &Answers, client: u32, chosen: &BlastSubject) -> Vec<BlastSibling> {
    const SHOWN: usize = 4;
    let view = answers.reach_view();
    let mut all: Vec<(i64, BlastSibling)> = answers
        .profiles()
        .of(&[client])
        .map(|profile| {
            let score = blast::score_unit_with(&view, &Unit::Token(profile.token.clone()));
            let subject = token_subject(answers, profile);
            (score.reach_exact(), BlastSibling { subject, name: profile.name.clone(), score: Some(score.blast_score()) })
        })
        .collect();
    all.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.name.cmp(&other.name)));
    let at = all.iter().position(|(_, sibling)| sibling.subject == *chosen);
    if let Some(at) = at.filter(|at| *at >= SHOWN) {
        all.swap(at, SHOWN - 1);
    }
    all.into_iter().take(SHOWN).map(|(_, sibling)| sibling).collect()
}

/// The same subject as other units, so that splitting is judged against loss of the host too (domain.md 3.1).
pub(super) fn siblings(answers: &Answers, unit: &Unit, subject: &BlastSubject) -> Vec<BlastSibling> {
    let client = match unit {
        Unit::Client(ix) | Unit::Standing(ix, _) => Some(*ix),
        Unit::Credential(ix) => Some(answers.estate.credentials[*ix as usize].client),
        Unit::Token(_) => profile(answers, &subject.id).map(|view| view.client),
        _ => None,
    };
    let mut list = Vec::new();
    if let Some(client) = client {
        list.extend(tokens(answers, client, subject));
        list.extend(widest_consent(answers, client, unit));
        let facts = &answers.estate.clients[client as usize];
        // The credential that reaches most stands for the others; all are in the client's panel.
        let most = (facts.credentials_from..facts.credentials_to).max_by_key(|ix| {
            (
                matches!(unit, Unit::Credential(chosen) if chosen == ix),
                answers.scores.credentials[*ix as usize].reach_exact(),
                std::cmp::Reverse(*ix),
            )
        });
        if let Some(ix) = most {
            let credential = &answers.estate.credentials[ix as usize];
            list.push(BlastSibling {
                subject: BlastSubject { unit: "credential".to_owned(), id: credential.id.clone() },
                name: credential.name.clone(),
                score: Some(answers.scores.credentials[ix as usize].blast_score()),
            });
        }
        list.push(BlastSibling {
            subject: BlastSubject { unit: "client".to_owned(), id: facts.id.clone() },
            name: facts.name.clone(),
            score: Some(answers.scores.clients[client as usize].blast_score()),
        });
    }
    let application = match unit {
        Unit::Application(ix) => Some(*ix),
        _ => client.and_then(|client| answers.estate.applications.iter().position(|a| a.clients.contains(&client))).map(|at| at as u32),
    };
    if let Some(application) = application {
        let facts = &answers.estate.applications[application as usize];
        list.push(BlastSibling {
            subject: BlastSubject { unit: "application".to_owned(), id: facts.id.clone() },
            name: facts.name.clone(),
            score: Some(answers.scores.applications[application as usize].blast_score()),
        });
    }
    let vendor = match unit {
        Unit::Vendor(ix) => Some(*ix),
        _ => client.and_then(|client| answers.estate.clients[client as usize].vendor),
    };
    if let Some(vendor) = vendor {
        let facts = &answers.estate.vendors[vendor as usize];
        list.push(BlastSibling {
            subject: BlastSubject { unit: "vendor".to_owned(), id: facts.id.clone() },
            name: facts.name.clone(),
            score: Some(answers.scores.vendors[vendor as usize].blast_score()),
        });
    }
    list
}

/// The consent that reaches most, or the chosen one, as a unit beside its client. Consents of more users than this are not
/// compared, because each is scored on request (D33); then that of an unnamed user or the first one stands for them.
pub(super) fn widest_consent(answers: &Answers, client: u32, chosen: &Unit) -> Option<BlastSibling> {
    const COMPARED: usize = 50;
    let mut who: Vec<u32> = consented(answers, client).collect();
    who.sort_unstable();
    who.dedup();
    let unnamed = who.last().copied().filter(|who| *who == NO_PRINCIPAL);
    who.truncate(COMPARED);
    who.extend(unnamed.filter(|_| who.last() != Some(&NO_PRINCIPAL)));
    let view = answers.reach_view();
    let scored = who.into_iter().map(|principal| {
        let unit = Unit::Standing(client, principal);
        let score = blast::score_unit_with(&view, &unit);
        (unit == *chosen, score, principal)
    });
    let (_, score, principal) = scored.max_by_key(|(chosen, score, who)| (*chosen, score.reach_exact(), std::cmp::Reverse(*who)))?;
    let who = answers.estate.principals.get(principal as usize);
    let name = who.and_then(|_| answers.rows.principals.get(principal as usize)).map_or("one user", |row| row.display_name.as_str());
    let id = format!("{} {}", answers.clients[client as usize].id, who.map_or(ONE_USER, |who| who.id.as_str()));
    Some(BlastSibling {
        subject: BlastSubject { unit: "standing".to_owned(), id },
        name: format!("Consent of {name}"),
        score: Some(score.blast_score()),
    })
}
