//! Builds the answers of a revision: rows, then views, then the estate, then scores.
//!
//! The order matters: holders come before vendors, vendors and data classes before SLA classes, SLA before exposure.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use anyhow::Result;
use rayon::prelude::*;

use crate::blast;
use crate::model::id::EntityId;
use crate::model::rows::RevisionRows;
use crate::model::time::Millis;
use crate::model::weights::Weights;
use crate::reach::Graph;
use crate::store::Store;

use super::index::{ABSENT, Index};
use super::owners::Ownerships;
use super::views::{AudienceView, PrincipalView, ScopeView};
use super::{Answers, FileLine, NameRanks, audiences, clients, estate, gateways, scopes, vendors};

impl Answers {
    /// Computes everything for visible rows at a clock time.
    pub fn new(rows: RevisionRows, files: HashMap<u32, FileLine>, clock: Millis) -> Self {
        let weights = Weights::default();
        let index = Index::new(&rows);
        let mut ownerships = Ownerships::new(&rows, &index);
        let mut audiences = audiences::audiences(&rows, &index, &ownerships, clock);
        let routes = gateways::lay_over(&rows, &index, &files, &mut audiences, clock);
        let scopes = scopes::scopes(&rows, &index, &audiences);
        let clients = clients::clients(&rows, &index, &ownerships);
        let parts = estate::Parts { rows: &rows, index: &index, ownerships: &ownerships, weights: &weights, clock };
        let mut built = parts.build(audiences, scopes, clients);
        let view_of = view_of(&rows, &built);
        let sensitive = |scope: EntityId| is_sensitive(scope, &view_of, &built.scopes, &built.audiences);
        vendors::sum_up(&rows, &built.estate, &built.clients, &built.audiences, &sensitive, &mut built.vendors);
        ownerships.count(built.clients.iter().map(|view| rows.clients[view.row as usize].entity));
        let graph = Graph::new(&built.estate, &weights);
        let gateway_graph = Graph::gateway_only(&built.estate, &weights);
        let potential_graph = Graph::potential(&built.estate, &weights);
        let scores = blast::score_all_in_both(&built.estate, &weights, &graph, gateway_graph.as_ref());
        let principals = principals(&rows, &index);
        Self {
            index,
            clock,
            scores,
            weights,
            graph,
            gateway_graph,
            potential_graph,
            principals,
            owners: ownerships.owners,
            routes,
            stated_ways: built.stated_ways,
            files,
            view_of,
            name_ranks: NameRanks::default(),
            selections: Mutex::default(),
            pairs: Default::default(),
            crossings: OnceLock::new(),
            profiles: OnceLock::new(),
            clients: built.clients,
            credentials: built.credentials,
            audiences: built.audiences,
            scopes: built.scopes,
            vendors: built.vendors,
            estate: built.estate,
            rows,
        }
    }
}

impl Answers {
    /// Reads a revision of a store and computes everything. `clock` moves the time that ages count to (`--as-of`).
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn of_store(store: &Store, revision: i64, clock: Option<Millis>) -> Result<Self> {
        Self::of_rows(store, store.rows(revision).await?, clock).await
    }

    /// Computes everything for rows that are known already.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn of_rows(store: &Store, rows: RevisionRows, clock: Option<Millis>) -> Result<Self> {
        let files = store
            .import_files(1, rows.revision)
            .await?
            .into_iter()
            .map(|file| {
                (
                    file.id,
                    FileLine {
                        id: file.id,
                        revision: file.revision,
                        name: file.name,
                        sha256: file.sha256,
                        importer: file.importer,
                        instance: file.instance,
                        completeness: file.completeness,
                        exported_at: file.exported_at,
                    },
                )
            })
            .collect();
        let clock = clock.unwrap_or(rows.as_of);
        // Seconds of pure computing on a large estate: not on a thread that others wait for.
        Ok(tokio::task::spawn_blocking(move || Self::new(rows, files, clock)).await?)
    }
}

/// Whether the audience of a scope holds restricted or regulated data.
pub(super) fn is_sensitive(scope: EntityId, view_of: &[u32], scopes: &[ScopeView], audiences: &[AudienceView]) -> bool {
    view_of.get(scope.0 as usize).filter(|at| **at != ABSENT).is_some_and(|at| {
        let audience = scopes[*at as usize].audience as usize;
        audiences[audience].sensitivity >= Some(crate::model::Sensitivity::Restricted)
    })
}

/// Entity id -> position among clients, audiences or scopes.
fn view_of(rows: &RevisionRows, built: &estate::Built) -> Vec<u32> {
    let top = rows.keys.iter().map(|key| key.id.0).max().unwrap_or(0) as usize + 1;
    let mut view_of = vec![ABSENT; top];
    let mut place = |entity: EntityId, at: usize| {
        if let Some(slot) = view_of.get_mut(entity.0 as usize) {
            *slot = at as u32;
        }
    };
    for (at, view) in built.clients.iter().enumerate() {
        place(rows.clients[view.row as usize].entity, at);
    }
    for (at, view) in built.audiences.iter().enumerate() {
        place(rows.audiences[view.row as usize].entity, at);
    }
    for (at, view) in built.scopes.iter().enumerate() {
        place(rows.scopes[view.row as usize].entity, at);
    }
    view_of
}

fn principals(rows: &RevisionRows, index: &Index) -> Vec<PrincipalView> {
    let mut views: Vec<PrincipalView> =
        rows.principals.par_iter().map(|row| PrincipalView { id: index.public_id(rows, row.entity), grants: 0 }).collect();
    for grant in &rows.grants {
        if let Some(at) = grant.principal.is_some().then(|| index.row(grant.principal)).flatten() {
            views[at].grants += 1;
        }
    }
    views
}
