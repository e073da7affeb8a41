//! Everything that can be asked of one revision, computed once: rows, look-ups, estate, scores and views.
//!
//! Immutable; pages, command line and packs all read from it, so that they cannot disagree.

pub mod audiences;
pub mod build;
pub mod clients;
pub mod enforcement;
pub mod estate;
pub mod gateways;
pub mod index;
mod join;
pub mod owners;
mod ranks;
pub mod restate;
pub mod scopes;
pub mod token_profiles;
pub mod vendors;
pub mod views;
pub mod ways;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use crate::blast::{AllScores, Crossings, UnitScore};
use crate::model::estate::Estate;
use crate::model::id::EntityId;
use crate::model::kinds::{Completeness, Kind, Source};
use crate::model::rows::{GrantRow, Origin, RevisionRows};
use crate::model::time::Millis;
use crate::model::weights::Weights;
use crate::pictures::Pairs;
use crate::reach::Graph;

use super::table::Selection;
use index::{ABSENT, Index};
use ranks::NameRanks;
use views::*;

/// An import file as tables name it.
#[derive(Debug, Clone)]
pub struct FileLine {
    /// Row id of `import_files`.
    pub id: u32,
    /// Revision of its import.
    pub revision: i64,
    /// Name as it was when imported.
    pub name: String,
    /// Digest of its bytes, hex.
    pub sha256: String,
    /// Importer that read it.
    pub importer: Option<String>,
    /// Instance that it belongs to.
    pub instance: Option<u32>,
    /// How complete its lists are.
    pub completeness: Completeness,
    /// When it was exported, or imported where that is not known.
    pub exported_at: Option<Millis>,
}

impl FileLine {
    /// Whether the importer of a source read it.
    pub fn importer_is(&self, source: Source) -> bool {
        self.importer.as_deref() == Some(source.as_str())
    }
}

/// All answers of one revision at one clock time.
pub struct Answers {
    /// Visible rows.
    pub rows: RevisionRows,
    /// Look-ups.
    pub index: Index,
    /// The time that ages count to (D23).
    pub clock: Millis,
    /// What the engine sees.
    pub estate: Estate,
    /// Scores of all units.
    pub scores: AllScores,
    /// Weights in force.
    pub weights: Weights,
    /// The reach graph, built once and used by every explanation.
    pub graph: Graph,
    /// The graph of the reading "gateway only", if a gateway is recorded.
    pub gateway_graph: Option<Graph>,
    /// The graph of the reading "potential", if an edge is inferred.
    pub potential_graph: Option<Graph>,
    /// Clients, index = estate index.
    pub clients: Vec<ClientView>,
    /// Credentials of any status, grouped by client.
    pub credentials: Vec<CredentialView>,
    /// Audiences, index = estate index.
    pub audiences: Vec<AudienceView>,
    /// Scopes, index = estate index.
    pub scopes: Vec<ScopeView>,
    /// Principals, index = row index.
    pub principals: Vec<PrincipalView>,
    /// Owners.
    pub owners: Vec<OwnerView>,
    /// Vendors, index = estate index.
    pub vendors: Vec<VendorView>,
    /// Routes of gateways, by gateway and id.
    pub routes: Vec<gateways::RouteView>,
    /// Ways that people stated, in a stable order.
    pub stated_ways: Vec<ways::StatedWay>,
    /// Import files, by row id.
    pub files: HashMap<u32, FileLine>,
    /// Entity -> index in `clients`, `audiences` or `scopes`, whichever it is.
    pub(crate) view_of: Vec<u32>,
    /// Position of each client, audience and scope in name order: makes sorting a million grants quick.
    pub(crate) name_ranks: NameRanks,
    /// Filtered and sorted row lists by table, filter and sort.
    pub(crate) selections: Mutex<Vec<(String, Arc<Selection>)>>,
    /// The matrix by reach and by vendor, collected when it is first looked at, so that entering a cell only bins.
    pub(crate) pairs: [OnceLock<Pairs>; 2],
    /// Boundaries that each client reaches, once somebody asks.
    pub(crate) crossings: OnceLock<Crossings>,
    /// Declared token profiles, once somebody asks.
    pub(crate) profiles: OnceLock<token_profiles::Profiles>,
}

impl Answers {
    /// View index of a client, audience or scope entity.
    pub fn view(&self, entity: EntityId) -> Option<usize> {
        self.view_of.get(entity.0 as usize).copied().filter(|at| *at != ABSENT).map(|at| at as usize)
    }

    /// Whether an entity is an audience.
    pub fn is_audience(&self, entity: EntityId) -> bool {
        self.view(entity).and_then(|at| self.audiences.get(at)).is_some_and(|view| self.rows.audiences[view.row as usize].entity == entity)
    }

    /// Whether an entity is the client at a place that [`Answers::view`] found.
    pub fn is_client(&self, entity: EntityId, at: usize) -> bool {
        self.clients.get(at).is_some_and(|view| self.rows.clients[view.row as usize].entity == entity)
    }

    /// Declared token profiles.
    pub fn profiles(&self) -> &token_profiles::Profiles {
        self.profiles.get_or_init(|| token_profiles::Profiles::read(self))
    }

    /// Name of an entity for people, whatever it is.
    pub fn entity_name(&self, entity: EntityId) -> Option<String> {
        let row = self.index.row(entity)?;
        Some(match self.index.kind(&self.rows, entity)? {
            Kind::Client => self.rows.clients.get(row)?.display_name.clone(),
            Kind::Audience => self.rows.audiences.get(row)?.display_name.clone(),
            Kind::Credential => self.rows.credentials.get(row)?.display_name.clone(),
            Kind::Scope => self.rows.scopes.get(row)?.value.clone(),
            Kind::Principal => self.rows.principals.get(row)?.display_name.clone(),
            Kind::Owner => self.rows.owners.get(row)?.display_name.clone(),
            Kind::Vendor => self.rows.vendors.get(row)?.display_name.clone(),
            _ => return None,
        })
    }

    /// Estate, weights and graphs for asking the engine.
    pub fn reach_view(&self) -> crate::reach::View<'_> {
        crate::reach::View::new(&self.estate, &self.weights, &self.graph).beside(self.gateway_graph.as_ref(), self.potential_graph.as_ref())
    }

    /// Name of a client view.
    pub fn client_name(&self, client: usize) -> &str {
        &self.estate.clients[client].name
    }

    pub(crate) fn client_ranks(&self) -> &[u32] {
        self.name_ranks.clients.of(self.estate.clients.len(), |at| &self.estate.clients[at].name)
    }

    pub(crate) fn audience_ranks(&self) -> &[u32] {
        self.name_ranks.audiences.of(self.estate.audiences.len(), |at| &self.estate.audiences[at].name)
    }

    pub(crate) fn scope_ranks(&self) -> &[u32] {
        self.name_ranks.scopes.of(self.estate.scopes.len(), |at| &self.estate.scopes[at].value)
    }

    pub(crate) fn principal_ranks(&self) -> &[u32] {
        self.name_ranks.principals.of(self.rows.principals.len(), |at| &self.rows.principals[at].display_name)
    }

    /// Score of a client.
    pub fn client_score(&self, client: usize) -> &UnitScore {
        &self.scores.clients[client]
    }

    /// Score of a credential that is a unit.
    pub fn credential_score(&self, credential: usize) -> Option<&UnitScore> {
        self.credentials[credential].unit.map(|unit| &self.scores.credentials[unit as usize])
    }

    /// Rotation terms in force.
    pub fn sla(&self) -> crate::policy::sla::SlaPack {
        join::sla_pack(&self.rows)
    }

    /// Which trust boundaries every client reaches; computed once per revision.
    pub fn crossings(&self) -> &Crossings {
        self.crossings.get_or_init(|| Crossings::new(&crate::reach::View::new(&self.estate, &self.weights, &self.graph)))
    }

    /// Audience view of a grant.
    pub fn grant_scope(&self, grant: &GrantRow) -> Option<(usize, usize)> {
        let scope = self.view(grant.scope)?;
        Some((scope, self.scopes[scope].audience as usize))
    }

    /// `realm-demo.json, record 212, revision 38`.
    pub fn source_text(&self, origin: Origin) -> Option<String> {
        let file = self.files.get(&origin.file)?;
        Some(format!("{}, record {}, revision {}", file.name, origin.record, file.revision))
    }

    /// A selection, computed once per table, filter and sort; the last 32 are kept.
    pub fn selection(&self, table: &dyn super::table::Table, filter: &str, sort: &str) -> Arc<Selection> {
        let key = format!("{}\u{0}{filter}\u{0}{sort}", table.info().name);
        if let Some((_, known)) = self.cache().iter().find(|(known, _)| *known == key) {
            return known.clone();
        }
        let fresh = Arc::new(super::table::select(table, filter, sort, self.clock));
        let mut cache = self.cache();
        cache.push((key, fresh.clone()));
        if cache.len() > 32 {
            cache.remove(0);
        }
        fresh
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Vec<(String, Arc<Selection>)>> {
        self.selections.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
