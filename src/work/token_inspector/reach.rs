//! What a token in hand reaches: its blast radius as a unit of compromise, and every API that would accept it.

use std::collections::BTreeMap;

use crate::blast;
use crate::reach::Unit;
use crate::tokens::{ClaimSet, Inspection, Known};
use crate::work::answers::{Answers, token_profiles};
use crate::work::questions::replay::{Named, accepted};
use crate::work::wire::{BlastSubject, ReplayGroup, TokenReach};

use super::profiles;

/// Blast radius of the token, scored like a declared one: it carries no more than its client was granted.
pub fn blast_radius(found: &Inspection, answers: &Answers, known: &Known) -> Option<TokenReach> {
    let set = ClaimSet::of(found);
    let client = profiles::client(answers, known, set.client.as_deref()?)?;
    let profile = profiles::profile(answers, known, &set, found.claims.lifetime_seconds(), None);
    if profile.audiences.is_empty() || (profile.scopes.is_empty() && !set.scopes.is_empty()) {
        return None;
    }
    let view = token_profiles::view(answers, client, "this token", profile);
    let score = blast::score_unit_with(&answers.reach_view(), &Unit::Token(view.token));
    Some(TokenReach {
        score: score.blast_score(),
        reach_units: score.reach_units(),
        audiences: score.audiences,
        data_classes: score.data_classes,
        privilege: score.max_privilege.as_str().to_owned(),
        client_score: answers.client_score(client as usize).blast_score(),
        client: BlastSubject { unit: "client".to_owned(), id: answers.clients[client as usize].id.clone() },
        notes: view.notes,
    })
}

/// Every API that would accept the token, in a sentence and by reason; empty when it names none that the inventory knows.
pub fn accepted_by(found: &Inspection, answers: &Answers, known: &Known) -> (String, Vec<ReplayGroup>) {
    let mut named: BTreeMap<_, Named> = BTreeMap::new();
    for audience in profiles::audiences(answers, known, &found.claims.audiences) {
        let entry = named.entry(audience).or_default();
        entry.in_token = true;
        for scope in answers.estate.scopes.iter().filter(|scope| scope.audience == audience) {
            let id = &answers.audiences[audience as usize].id;
            if found.claims.scopes.iter().any(|carried| carried.value == scope.value && known.publishes(id, carried)) {
                entry.privilege = entry.privilege.max(Some(scope.privilege));
                entry.scopes.insert(scope.value.clone());
            }
        }
    }
    if named.is_empty() { (String::new(), Vec::new()) } else { accepted(answers, &named, "this token") }
}
