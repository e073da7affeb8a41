//! Answers after people stated something: what the statements cannot touch is taken over from the answers before.
//!
//! Grants, principals, vendors' clients and most scores do not depend on what is said of one API or one owner. Statements that
//! reach further (holders, vendors, ways, SLAs) are left to `build`. Both give the same answers (`tests/it/restated.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock};

use crate::blast;
use crate::model::estate::{ClientIx, EstateAudience};
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::{AssertionRow, RevisionRows};
use crate::policy::exposure;
use crate::policy::sla::RotationStatus;
use crate::policy::token_profiles::TokenProfile;
use crate::policy::ways;
use crate::reach::Graph;

use super::clients::ClientFacts;
use super::estate::Parts;
use super::owners::Ownerships;
use super::{Answers, audiences, gateways, scopes, vendors};

/// Answers without their rows, which are read further in the meantime.
pub struct Kept {
    answers: Answers,
    assertions: Vec<AssertionRow>,
    keys: usize,
}

/// What statements touch.
#[derive(Default)]
struct Touched {
    /// Facts about audiences or levels of scopes.
    audiences: bool,
    /// Owners of anything.
    owners: bool,
    /// Clients, or clients of credentials.
    clients: BTreeSet<ClientIx>,
}

impl Answers {
    /// Takes the rows out, to be read further.
    pub fn keep(mut self) -> (RevisionRows, Kept) {
        let rows = std::mem::take(&mut self.rows);
        let kept = Kept { assertions: rows.assertions.clone(), keys: rows.keys.len(), answers: self };
        (rows, kept)
    }
}

impl Kept {
    /// The answers for rows that [`crate::store::Store::rows_since`] made of the ones that were taken out.
    pub fn restated(self, rows: RevisionRows) -> Answers {
        let same = rows.keys.len() == self.keys && rows.as_of == self.answers.clock;
        match same.then(|| touched(&self.answers, &rows, &self.assertions)).flatten() {
            Some(touched) => again(self.answers, rows, &touched),
            None => {
                let clock = rows.as_of;
                Answers::new(rows, self.answers.files, clock)
            }
        }
    }
}

/// What changed between the statements before and those of the rows; `None` when it may reach further than this module looks.
fn touched(answers: &Answers, rows: &RevisionRows, before: &[AssertionRow]) -> Option<Touched> {
    let by_key = |list: &[AssertionRow]| -> BTreeMap<(EntityId, String), AssertionRow> {
        list.iter().map(|row| ((row.subject, row.attribute.clone()), row.clone())).collect()
    };
    let (old, new) = (by_key(before), by_key(&rows.assertions));
    let changed = old.keys().chain(new.keys()).filter(|key| old.get(key) != new.get(key)).collect::<BTreeSet<_>>();
    let mut touched = Touched::default();
    for (subject, attribute) in changed {
        let kind = answers.index.kind(rows, *subject)?;
        let client = |entity: EntityId| answers.view(entity).map(|at| at as ClientIx);
        match (kind, attribute.as_str()) {
            (Kind::Audience, "owner") => (touched.owners, touched.audiences) = (true, true),
            (Kind::Audience, attribute) if ways::parse_edge_attribute(attribute).is_none() => touched.audiences = true,
            (Kind::Scope, "privilege") => touched.audiences = true,
            (Kind::Client, "owner" | "environment") => {
                touched.owners = true;
                touched.clients.insert(client(*subject)?);
            }
            (Kind::Credential, "owner") => {
                touched.owners = true;
                touched.clients.insert(client(rows.credentials[answers.index.row(*subject)?].client)?);
            }
            (Kind::Client, attribute) if TokenProfile::name_of(attribute).is_some() => {}
            _ => return None,
        }
    }
    Some(touched)
}

fn again(mut before: Answers, rows: RevisionRows, touched: &Touched) -> Answers {
    before.index.restate(&rows);
    let ownerships = touched.owners.then(|| Ownerships::new(&rows, &before.index));
    let graphs = (std::mem::take(&mut before.graph), before.gateway_graph.take());
    let (old_audiences, old_scopes) = (before.estate.audiences.clone(), before.estate.scopes.clone());
    let mut stale = touched.clients.clone();
    before.estate.revision = rows.revision;
    if let Some(ownerships) = &ownerships {
        restate_clients(&mut before, &rows, ownerships, &touched.clients);
    }
    if touched.audiences {
        let unchanged = Ownerships::default();
        let owners = ownerships.as_ref().unwrap_or(&unchanged);
        let mut audiences = audiences::audiences(&rows, &before.index, owners, before.clock);
        before.routes = gateways::lay_over(&rows, &before.index, &before.files, &mut audiences, before.clock);
        restate_audiences(&mut before, &rows, audiences, ownerships.is_some());
        stale.extend(restate_rotations(&mut before, &rows, &old_audiences));
    }
    if let Some(mut ownerships) = ownerships {
        ownerships.count(before.clients.iter().map(|view| rows.clients[view.row as usize].entity));
        before.owners = ownerships.owners;
    }
    let (estate, weights) = (&before.estate, &before.weights);
    let graph = Graph::new(estate, weights);
    let gateway_graph = Graph::gateway_only(estate, weights);
    let potential_graph = Graph::potential(estate, weights);
    let stale: Vec<ClientIx> = stale.into_iter().collect();
    let scored = blast::Before {
        audiences: &old_audiences,
        scopes: &old_scopes,
        clients: &stale,
        graph: &graphs.0,
        gateway_graph: graphs.1.as_ref(),
        scores: std::mem::take(&mut before.scores),
    };
    let scores = blast::score_again(scored, estate, weights, &graph, gateway_graph.as_ref());
    Answers {
        rows,
        scores,
        graph,
        gateway_graph,
        potential_graph,
        selections: Mutex::default(),
        pairs: Default::default(),
        crossings: OnceLock::new(),
        profiles: OnceLock::new(),
        ..before
    }
}

/// Views of clients whose owner or environment was stated, and who rotates their credentials.
fn restate_clients(answers: &mut Answers, rows: &RevisionRows, ownerships: &Ownerships, touched: &BTreeSet<ClientIx>) {
    let facts = ClientFacts::new(rows, &answers.index, ownerships);
    for at in touched.iter().map(|at| *at as usize) {
        let old = answers.clients[at].clone();
        let view = facts.view(old.row as usize, old.grants.clone());
        let client = &mut answers.estate.clients[at];
        client.environment = view.environment.value.unwrap_or(Environment::Unknown);
        let entity = rows.clients[old.row as usize].entity;
        client.owner_clients = ownerships
            .owner_clients(rows, entity)
            .into_iter()
            .filter_map(|owner| answers.view_of.get(owner.0 as usize).copied().filter(|at| *at != super::ABSENT))
            .collect();
        for credential in &mut answers.credentials[old.credentials.start as usize..old.credentials.end as usize] {
            credential.rotation_owner = ownerships.rotates(rows.credentials[credential.row as usize].entity, entity);
        }
        answers.clients[at] = super::ClientView {
            vendor: old.vendor,
            credentials: old.credentials,
            is_audience: old.is_audience,
            api_only: old.api_only,
            ..view
        };
    }
}

/// Audiences and scopes as they are known now, with what grants and ways say of them as before.
fn restate_audiences(answers: &mut Answers, rows: &RevisionRows, audiences: Vec<(super::AudienceView, EstateAudience)>, new_owners: bool) {
    let scopes = scopes::scopes(rows, &answers.index, &audiences);
    let (mut views, mut facts): (Vec<_>, Vec<_>) = audiences.into_iter().unzip();
    for ((view, old), (new, known)) in
        views.iter_mut().zip(&answers.audiences).zip(facts.iter_mut().zip(std::mem::take(&mut answers.estate.audiences)))
    {
        (view.scopes, view.grants, view.clients) = (old.scopes, old.grants, old.clients);
        if !new_owners {
            view.owner = old.owner.clone();
        }
        (new.client, new.harvest, new.downstream) = (known.client, known.harvest, known.downstream);
    }
    let (mut scope_views, scope_facts): (Vec<_>, Vec<_>) = scopes.into_iter().unzip();
    for (view, old) in scope_views.iter_mut().zip(&answers.scopes) {
        view.grants = old.grants;
    }
    answers.estate.escalation_sets = scopes::escalation_sets(&views, &facts, &scope_facts);
    answers.estate.audiences = facts;
    answers.estate.scopes = scope_facts;
    answers.audiences = views;
    answers.scopes = scope_views;
    vendors::forget(&mut answers.vendors);
    let (audiences, scopes, view_of) = (&answers.audiences, &answers.scopes, &answers.view_of);
    let sensitive = |scope: EntityId| super::build::is_sensitive(scope, view_of, scopes, audiences);
    vendors::sum_up(rows, &answers.estate, &answers.clients, audiences, &sensitive, &mut answers.vendors);
}

/// Rotation terms follow the most sensitive data that a client may reach; answers the clients for which that is another now.
fn restate_rotations(answers: &mut Answers, rows: &RevisionRows, before: &[EstateAudience]) -> BTreeSet<ClientIx> {
    let most = |audience: &EstateAudience| audience.classes.iter().filter_map(|class| class.sensitivity).max();
    let changed: Vec<bool> = before.iter().zip(&answers.estate.audiences).map(|(old, new)| most(old) != most(new)).collect();
    let mut clients = BTreeSet::new();
    if !changed.contains(&true) {
        return clients;
    }
    let parts = Parts { rows, index: &answers.index, ownerships: &Ownerships::default(), weights: &answers.weights, clock: answers.clock };
    let rotations = parts.rotations();
    for (at, view) in answers.clients.iter().enumerate().filter(|(_, view)| !view.credentials.is_empty()) {
        let facts = &answers.estate.clients[at];
        let grants = &answers.estate.grants[facts.grants_from as usize..facts.grants_to as usize];
        let audience = |scope: u32| answers.estate.scopes[scope as usize].audience as usize;
        if !grants.iter().any(|grant| changed[audience(grant.scope)]) {
            continue;
        }
        clients.insert(at as ClientIx);
        let sensitivity = grants.iter().filter_map(|grant| answers.audiences[audience(grant.scope)].sensitivity).max();
        let holder = view.holder.value.unwrap_or(Holder::Unknown);
        for credential in &mut answers.credentials[view.credentials.start as usize..view.credentials.end as usize] {
            credential.rotation = rotations.of(&rows.credentials[credential.row as usize], holder, sensitivity);
            // Whether it ended is a matter of dates alone, so the units stay the same.
            debug_assert_eq!(credential.unit.is_none(), credential.rotation.status == RotationStatus::Ended);
            if let Some(unit) = credential.unit {
                answers.estate.credentials[unit as usize].rot = exposure::rot_factor(&answers.weights, &credential.rotation);
            }
        }
    }
    clients
}
