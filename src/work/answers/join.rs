//! The second half of building the estate: effective grants, usable credentials, exposure and declared ways.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rayon::prelude::*;

use crate::model::estate::*;
use crate::model::id::{EntityId, hex};
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::model::time::Millis;
use crate::policy::sla::{self, Rotation, RotationFacts, RotationStatus, SlaPack, SlaTerms};
use crate::policy::{Packs, exposure};

use super::estate::Parts;
use super::index::Places;
use super::views::*;
use super::ways::StatedWay;

/// Effective grants, grouped by client in view order.
pub struct Grants {
    /// All of them.
    pub list: Vec<EstateGrant>,
    /// By row of the client.
    ranges: Vec<Range<u32>>,
}

impl Grants {
    /// Effective grants of a client view.
    pub fn of(&self, client: &ClientView) -> &[EstateGrant] {
        let range = self.range(client);
        &self.list[range.start as usize..range.end as usize]
    }

    fn range(&self, client: &ClientView) -> Range<u32> {
        self.ranges.get(client.row as usize).cloned().unwrap_or(0..0)
    }
}

/// Grants of some clients, before they are put together with those of others.
struct Share {
    list: Vec<EstateGrant>,
    /// Row of each client with its part of the list.
    ranges: Vec<(u32, Range<u32>)>,
    /// Grants of each scope, and grants and clients of each audience, ended ones too.
    of_scope: Vec<u32>,
    of_audience: Vec<(u32, u32)>,
}

impl Parts<'_> {
    /// Grants that have not ended, with scope and principal as indices; counts them on scopes and audiences.
    pub(super) fn grants(
        &self,
        clients: &[ClientView],
        scope_ix: &Places,
        scopes: &mut [ScopeView],
        audiences: &mut [AudienceView],
    ) -> Grants {
        let rows = self.rows;
        for scope in scopes.iter() {
            audiences[scope.audience as usize].scopes += 1;
        }
        let audience_of: Vec<u32> = scopes.iter().map(|scope| scope.audience).collect();
        // Clients are joined a share at a time on all cores; the shares are put together in their order.
        let share = clients.len().div_ceil(rayon::current_num_threads() * 4).max(1);
        let shares: Vec<Share> = clients.par_chunks(share).map(|clients| self.share(clients, scope_ix, &audience_of)).collect();
        let mut grants = Grants { list: Vec::with_capacity(rows.grants.len()), ranges: vec![0..0; rows.clients.len()] };
        for share in shares {
            let before = grants.list.len() as u32;
            grants.list.extend_from_slice(&share.list);
            for (row, range) in share.ranges {
                grants.ranges[row as usize] = before + range.start..before + range.end;
            }
            scopes.iter_mut().zip(share.of_scope).for_each(|(scope, n)| scope.grants += n);
            for (audience, (n, clients)) in audiences.iter_mut().zip(share.of_audience) {
                audience.grants += n;
                audience.clients += clients;
            }
        }
        grants
    }

    fn share(&self, clients: &[ClientView], scope_ix: &Places, audience_of: &[u32]) -> Share {
        let rows = self.rows;
        let audiences = audience_of.iter().max().map_or(0, |last| *last as usize + 1);
        let mut share = Share {
            list: Vec::with_capacity(clients.iter().map(|client| client.grants.len()).sum()),
            ranges: Vec::with_capacity(clients.len()),
            of_scope: vec![0; audience_of.len()],
            of_audience: vec![(0, 0); audiences],
        };
        let mut touched: Vec<u32> = Vec::new();
        for client in clients {
            let from = share.list.len() as u32;
            touched.clear();
            for row in client.grants.clone() {
                let grant = &rows.grants[row as usize];
                let Some(&scope) = scope_ix.get(&grant.scope) else { continue };
                let audience = audience_of[scope as usize];
                share.of_scope[scope as usize] += 1;
                share.of_audience[audience as usize].0 += 1;
                touched.push(audience);
                if grant.expires_at != UNKNOWN_MS && grant.expires_at < self.clock {
                    continue;
                }
                let principal = if grant.principal.is_some() {
                    self.index.row(grant.principal).map_or(NO_PRINCIPAL, |at| at as u32)
                } else {
                    NO_PRINCIPAL
                };
                share.list.push(EstateGrant { scope, principal, mode: grant.mode, narrowed: grant.narrowed, row });
            }
            touched.sort_unstable();
            touched.dedup();
            for audience in &touched {
                share.of_audience[*audience as usize].1 += 1;
            }
            share.ranges.push((client.row, from..share.list.len() as u32));
        }
        share
    }

    /// Views of all credentials grouped by client, and the usable ones as the engine sees them with their range per client.
    pub(super) fn credentials(
        &self,
        clients: &mut [ClientView],
        client_ix: &Places,
        sensitivity: &(dyn Fn(&ClientView) -> Option<Sensitivity> + Sync),
    ) -> (Vec<CredentialView>, Vec<EstateCredential>, Vec<Range<u32>>) {
        let rows = self.rows;
        let mut of_client: Vec<(u32, [u8; 16], u32)> = rows
            .credentials
            .iter()
            .enumerate()
            .filter_map(|(at, row)| Some((*client_ix.get(&row.client)?, self.index.public_bytes(row.entity), at as u32)))
            .collect();
        of_client.par_sort_unstable();
        let groups = shared_groups(rows);
        let rotations = self.rotations();
        let subjects = self.federated_subjects(client_ix);
        // What comes from all grants of a client is looked up once per client that has a credential.
        let mut holders: Vec<(Holder, Option<Sensitivity>)> = vec![(Holder::Unknown, None); clients.len()];
        holders.par_iter_mut().zip(&*clients).enumerate().for_each(|(at, (facts, client))| {
            if of_client.binary_search_by(|(known, ..)| known.cmp(&(at as u32))).is_ok() {
                *facts = (client.holder.value.unwrap_or(Holder::Unknown), sensitivity(client));
            }
        });
        let made: Vec<(CredentialView, Option<EstateCredential>)> = of_client
            .par_iter()
            .map(|(client, id, at)| {
                let row = &rows.credentials[*at as usize];
                let id = hex(id);
                let (holder, sensitivity) = holders[*client as usize];
                let rotation = rotations.of(row, holder, sensitivity);
                let group = groups.get(at).copied().unwrap_or_default();
                let unit = (rotation.status != RotationStatus::Ended).then(|| EstateCredential {
                    id: id.clone(),
                    name: row.display_name.clone(),
                    client: *client,
                    kind: row.kind,
                    life: exposure::life_factor(self.weights, row.kind, row.activated_at.or(row.created_at), row.expires_at),
                    rot: exposure::rot_factor(self.weights, &rotation),
                    leak: self.weights.leak.none,
                    shared_group: group,
                    federated_from: row
                        .federated_subject
                        .as_deref()
                        .and_then(|subject| subjects.get(&subject.to_lowercase()).map(|from| (*from, subject.contains('*')))),
                });
                let rotation_owner = self.ownerships.rotates(row.entity, row.client);
                (CredentialView { row: *at, id, client: *client, rotation, unit: None, shared: group != 0, rotation_owner }, unit)
            })
            .collect();
        let (mut views, mut units, mut ranges) = (Vec::with_capacity(made.len()), Vec::new(), Vec::with_capacity(clients.len()));
        let mut made = made.into_iter().peekable();
        for (client_at, client) in clients.iter_mut().enumerate() {
            let (from, unit_from) = (views.len() as u32, units.len() as u32);
            while let Some((mut view, unit)) = made.next_if(|(view, _)| view.client == client_at as u32) {
                if let Some(unit) = unit {
                    view.unit = Some(units.len() as u32);
                    units.push(unit);
                }
                views.push(view);
            }
            client.credentials = from..views.len() as u32;
            ranges.push(unit_from..units.len() as u32);
        }
        (views, units, ranges)
    }

    /// What decides about rotation, for all credentials.
    pub(super) fn rotations(&self) -> Rotations<'_> {
        Rotations { rows: self.rows, slas: sla_pack(self.rows), clock: self.clock }
    }

    /// Names of clients that a federated subject of the same inventory could be (R7): issuer and subject must match (D35).
    fn federated_subjects(&self, client_ix: &Places) -> HashMap<String, u32> {
        let mut subjects = HashMap::new();
        let issuers: Vec<&str> = self.rows.credentials.iter().filter_map(|row| row.federated_issuer.as_deref()).collect();
        let known: Vec<&str> = self.rows.issuers.iter().filter_map(|row| row.uri.as_deref()).collect();
        if !issuers.iter().any(|issuer| known.contains(issuer)) {
            return subjects;
        }
        for row in &self.rows.clients {
            let Some(&ix) = client_ix.get(&row.entity) else { continue };
            if let Some(key) = self.index.natural_key(self.rows, row.entity) {
                subjects.insert(key.to_lowercase(), ix);
            }
            for identifier in self.index.identifiers(self.rows, row.entity) {
                subjects.insert(identifier.value.to_lowercase(), ix);
            }
        }
        subjects
    }

    /// Clients with exposure facts and ranges.
    pub(super) fn estate_clients(
        &self,
        clients: &[ClientView],
        grants: &Grants,
        ranges: &[Range<u32>],
        client_ix: &Places,
    ) -> Vec<EstateClient> {
        let tenants: HashMap<u32, u32> = self.rows.instances.iter().enumerate().map(|(at, i)| (i.id, at as u32)).collect();
        // A source with several issuers gives the longest life of them, and none if one of them does not say it.
        let mut lives: HashMap<u32, [Option<i64>; 2]> = HashMap::new();
        for row in &self.rows.issuers {
            let Some((_, instance, _)) = self.index.instance(self.rows, row.entity) else { continue };
            let own = [row.session_seconds, row.offline_seconds];
            let longer = |(a, b): (Option<i64>, Option<i64>)| a.zip(b).map(|(a, b)| a.max(b));
            lives.entry(instance).and_modify(|so_far| *so_far = [longer((so_far[0], own[0])), longer((so_far[1], own[1]))]).or_insert(own);
        }
        clients
            .par_iter()
            .enumerate()
            .map(|(at, view)| {
                let row = &self.rows.clients[view.row as usize];
                let (source, instance, _) = self.index.instance(self.rows, row.entity).unwrap_or((Source::Generic, 0, ""));
                let [session, offline] = lives.get(&instance).copied().unwrap_or_default();
                let range = grants.range(view);
                let name = if row.display_name.is_empty() {
                    self.index.natural_key(self.rows, row.entity).unwrap_or_default().to_owned()
                } else {
                    row.display_name.clone()
                };
                let owner_clients =
                    self.ownerships.owner_clients(self.rows, row.entity).into_iter().filter_map(|e| client_ix.get(&e).copied()).collect();
                EstateClient {
                    id: view.id.clone(),
                    name,
                    tenant: tenants.get(&instance).copied().unwrap_or_default(),
                    hold: exposure::hold_factor(self.weights, view.holder.value.unwrap_or(Holder::Unknown), row.publisher_verified),
                    net: exposure::net_factor(self.weights, row.internet, false),
                    delegated_life: exposure::delegated_life(self.weights, source, session, offline),
                    environment: view.environment.value.unwrap_or(Environment::Unknown),
                    enabled: row.enabled != Tri::No,
                    owner_clients,
                    vendor: view.vendor,
                    managed: row.kind == ClientKind::ManagedIdentity,
                    grants_from: range.start,
                    grants_to: range.end,
                    credentials_from: ranges[at].start,
                    credentials_to: ranges[at].end,
                }
            })
            .collect()
    }

    /// Declared ways: between clients, and out of audiences (harvested credentials and downstream calls).
    pub(super) fn edges(&self, all: &[StatedWay], client_ix: &Places, audience_ix: &Places) -> Ways {
        let mut ways = Ways::default();
        // An API is an audience or the client that it is; a way may name either.
        let api_of: HashMap<EntityId, u32> = self
            .rows
            .audiences
            .iter()
            .filter(|row| row.client.is_some())
            .filter_map(|row| Some((row.client, *audience_ix.get(&row.entity)?)))
            .collect();
        let api = |entity: &EntityId| audience_ix.get(entity).or_else(|| api_of.get(entity)).copied();
        for row in all {
            match row.kind {
                ReachEdgeKind::Harvest => {
                    if let (Some(at), Some(&to)) = (api(&row.from), client_ix.get(&row.to)) {
                        ways.harvest.push((at, (to, row.evidence)));
                    }
                }
                ReachEdgeKind::Obo | ReachEdgeKind::Passthrough => {
                    let to = audience_ix.get(&row.to).map(|to| DownstreamTo::Audience(*to));
                    let to = to.or_else(|| client_ix.get(&row.to).map(|to| DownstreamTo::Client(*to)));
                    if let (Some(at), Some(to)) = (api(&row.from), to) {
                        let passthrough = row.kind == ReachEdgeKind::Passthrough;
                        ways.downstream.push((at, EstateDownstream { to, passthrough, evidence: row.evidence }));
                    }
                }
                ReachEdgeKind::OwnerControl | ReachEdgeKind::Federation | ReachEdgeKind::Shared => {
                    if let (Some(&from), Some(&to)) = (client_ix.get(&row.from), client_ix.get(&row.to)) {
                        let wildcard = row.subject.as_deref().is_some_and(|pattern| pattern.contains('*'));
                        ways.clients.push(EstateEdge { from, to, kind: row.kind, wildcard, evidence: row.evidence });
                    }
                }
                // Replay follows from checks, not from pairs.
                ReachEdgeKind::Replay => {}
            }
        }
        ways.clients.sort_unstable();
        ways
    }
}

/// Declared ways of an estate.
#[derive(Default)]
pub(super) struct Ways {
    /// Between clients.
    pub clients: Vec<EstateEdge>,
    /// Credentials that lie in the data of an audience: audience, client, how it is known.
    pub harvest: Vec<(u32, (u32, Evidence))>,
    /// Calls that an audience makes.
    pub downstream: Vec<(u32, EstateDownstream)>,
}

/// Judges the age of credentials.
pub(super) struct Rotations<'a> {
    rows: &'a RevisionRows,
    slas: SlaPack,
    clock: Millis,
}

impl Rotations<'_> {
    /// Where a credential stands, given the holder of its client and the most sensitive data that the client may reach.
    pub(super) fn of(&self, row: &CredentialRow, holder: Holder, sensitivity: Option<Sensitivity>) -> Rotation {
        let find = |list: &[(i64, Millis)], revision: i64| list.binary_search_by_key(&revision, |(at, _)| *at).ok().map(|at| list[at].1);
        let first = self.rows.first_seen.binary_search_by_key(&row.entity, |(entity, _)| *entity).ok();
        let seen = first.and_then(|at| find(&self.rows.revision_as_of, self.rows.first_seen[at].1));
        let known = row.activated_at.or(row.created_at);
        let facts = RotationFacts {
            kind: row.kind,
            anchor: known.or(seen),
            anchor_known: known.is_some(),
            expires: row.expires_at,
            holder,
            sensitivity,
            assigned: None,
        };
        sla::rotation_status(&self.slas, &facts, self.clock)
    }
}

/// SLA in force: the pack, changed by statements about the inventory itself (`sla:<kind>`).
pub fn sla_pack(rows: &RevisionRows) -> SlaPack {
    let mut pack = Packs::shipped().sla.clone();
    for assertion in rows.assertions.iter().filter(|assertion| !assertion.subject.is_some() && !assertion.value.is_empty()) {
        let Some(kind) = assertion.attribute.strip_prefix("sla:").and_then(CredentialKind::parse) else { continue };
        let grace = pack.terms_of(kind).map_or(7, |policy| policy.terms.grace_days);
        // What was stated was checked when it was stated; a text of another version that no longer parses changes nothing.
        if let Ok(terms) = SlaTerms::parse(&assertion.value, grace, pack.warn_days) {
            pack = pack.with_kind(kind, terms);
        }
    }
    pack
}

/// Credentials that hold one value or key: row index -> group number from 1 (mode R5).
fn shared_groups(rows: &RevisionRows) -> HashMap<u32, u32> {
    let mut by_value: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (at, row) in rows.credentials.iter().enumerate() {
        // One certificate may stand twice at one client (sign and verify); that is not sharing.
        for value in [row.fingerprint.as_deref(), row.shared_value.as_deref()].into_iter().flatten() {
            by_value.entry(value).or_default().push(at as u32);
        }
    }
    let mut groups = HashMap::new();
    let mut next = 0;
    for list in by_value.into_values() {
        let first = rows.credentials[list[0] as usize].client;
        if list.iter().any(|at| rows.credentials[*at as usize].client != first) {
            next += 1;
            for at in list {
                groups.insert(at, next);
            }
        }
    }
    groups
}
