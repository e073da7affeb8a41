//! The graph of an estate: only what grants do not say already. Grants are read from the estate itself.

use std::sync::OnceLock;

use super::atoms::Atoms;
use super::condensed::Crowd;
use super::journey::Closures;
use super::mode::Mode;
use super::overlay::Overlay;
use super::trail::Edge;
use super::{bounded, federated, harvest, ownership, shared};
use crate::model::estate::{ClientIx, Estate, EstateGrant};
use crate::model::weights::Weights;
use crate::model::{Evidence, GrantMode, Privilege};

/// Built once per estate and weight pack; holds no reference to either, so it may be kept beside them.
#[derive(Debug, Default)]
pub struct Graph {
    /// Atoms.
    pub atoms: Atoms,
    /// Ways from client to client (R4c, R7, R8): first of each client, one past the last at the end.
    ways_from: Vec<u32>,
    ways: Vec<(ClientIx, Edge)>,
    /// Clients of each shared group of credentials, as (client, credential), sorted.
    pub(crate) groups: shared::Groups,
    /// Whose credentials lie in the data of each audience: client, evidence, whether others use them too.
    pub(crate) lying: Vec<Vec<(ClientIx, Evidence, bool)>>,
    /// Audiences with harvest edges.
    pub(crate) harvested: Vec<bool>,
    /// Scopes that are part of an AND set.
    pub(crate) in_set: Vec<bool>,
    /// Clients from which a held credential leads further than to the atoms of its grants.
    travels: Vec<bool>,
    /// Crowds, condensed when first entered: clients of each tenant, clients whose credentials each audience holds.
    pub(crate) planes: Vec<OnceLock<Crowd>>,
    pub(crate) harvests: Vec<OnceLock<Crowd>>,
}

impl Graph {
    /// Builds the graph; linear in clients, grants and edges.
    pub fn new(estate: &Estate, weights: &Weights) -> Self {
        let mut ways: Vec<(ClientIx, ClientIx, Edge)> = Vec::new();
        federated::ways(estate, weights, &mut ways);
        ownership::ways(estate, weights, &mut ways);
        bounded::ways(estate, weights, &mut ways);
        ways.sort_unstable();
        ways.dedup();
        let mut ways_from = vec![0u32; estate.clients.len() + 1];
        for (from, _, _) in &ways {
            ways_from[*from as usize + 1] += 1;
        }
        for ix in 1..ways_from.len() {
            ways_from[ix] += ways_from[ix - 1];
        }
        let mut in_set = vec![false; estate.scopes.len()];
        for scope in estate.escalation_sets.iter().flat_map(|(_, scopes, _)| scopes) {
            if let Some(flag) = in_set.get_mut(*scope as usize) {
                *flag = true;
            }
        }
        let harvested = harvest::harvested(estate);
        // One byte per scope answers for every grant whether holding it leads further.
        let leads: Vec<bool> = estate
            .scopes
            .iter()
            .zip(&in_set)
            .map(|(s, in_set)| *in_set || s.escalation.is_some() || (s.privilege >= Privilege::Read && harvested[s.audience as usize]))
            .collect();
        let travels = estate
            .clients
            .iter()
            .enumerate()
            .map(|(ix, client)| {
                ways_from[ix] != ways_from[ix + 1]
                    || estate.grants[client.grants_from as usize..client.grants_to as usize]
                        .iter()
                        .any(|g| leads[g.scope as usize] && g.mode == GrantMode::Application)
            })
            .collect();
        let groups = shared::Groups::new(estate);
        Self {
            atoms: Atoms::new(estate, weights),
            lying: harvest::lying(estate, &groups),
            ways_from,
            ways: ways.into_iter().map(|(_, to, edge)| (to, edge)).collect(),
            groups,
            harvested,
            in_set,
            travels,
            planes: (0..estate.tenants.len()).map(|_| OnceLock::new()).collect(),
            harvests: (0..estate.audiences.len()).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Ways from a client to other clients.
    pub(crate) fn ways(&self, client: ClientIx) -> &[(ClientIx, Edge)] {
        &self.ways[self.ways_from[client as usize] as usize..self.ways_from[client as usize + 1] as usize]
    }

    /// Whether a held credential of this client leads to other clients without any grant (it owns them or is trusted by them).
    pub(crate) fn leads_to_clients(&self, client: ClientIx) -> bool {
        self.ways(client).iter().any(|(_, edge)| !View::needs_method(edge))
    }

    /// Other clients that use a credential, as far as rows or declarations say.
    pub(crate) fn mates<'a>(&'a self, estate: &'a Estate, credential: u32) -> impl Iterator<Item = ClientIx> + 'a {
        let held = &estate.credentials[credential as usize];
        let same = self.groups.of(held.shared_group).iter().map(|m| m.1).filter(|c| *c != held.client);
        same.chain(self.groups.declared(held.client).iter().map(|d| d.1))
    }

    /// Other clients that are declared to share a credential with a client.
    pub(crate) fn declared_mates(&self, client: ClientIx) -> impl Iterator<Item = ClientIx> + '_ {
        self.groups.declared(client).iter().map(|d| d.1)
    }

    /// Other credentials with the same value or key.
    pub(crate) fn sharing<'a>(&'a self, estate: &Estate, credential: u32) -> impl Iterator<Item = u32> + 'a {
        let group = estate.credentials[credential as usize].shared_group;
        self.groups.of(group).iter().map(|m| m.2).filter(move |c| *c != credential)
    }

    /// Whether a held credential of this client leads further than to the atoms of its grants.
    pub(crate) fn travels(&self, client: ClientIx) -> bool {
        self.travels[client as usize]
    }
}

/// An estate, its weights and its graph, under an overlay.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Estate.
    pub estate: &'a Estate,
    /// Weights.
    pub weights: &'a Weights,
    /// Graph of that estate.
    pub graph: &'a Graph,
    /// Changes laid over it.
    pub overlay: &'a Overlay,
    /// Closures that were computed before, for scoring everything.
    pub(crate) closures: Option<&'a Closures>,
}

static NO_CHANGE: Overlay = Overlay::none();

/// The overlay that changes nothing.
pub(crate) const fn no_change() -> &'static Overlay {
    &NO_CHANGE
}

impl<'a> View<'a> {
    /// The estate as it is.
    pub fn new(estate: &'a Estate, weights: &'a Weights, graph: &'a Graph) -> Self {
        Self { estate, weights, graph, overlay: &NO_CHANGE, closures: None }
    }

    /// The estate under a what-if.
    pub const fn under(self, overlay: &'a Overlay) -> Self {
        Self { overlay, closures: None, ..self }
    }

    /// With closures that were computed for this very view.
    pub(crate) const fn with_closures(self, closures: &'a Closures) -> Self {
        Self { closures: Some(closures), ..self }
    }

    /// Whether a grant opens anything under the overlay: data, or a way by an escalation method.
    pub(crate) fn opens(&self, client: ClientIx, grant: &EstateGrant) -> bool {
        self.level(client, grant).is_some_and(|(level, works)| {
            level > Privilege::None || (works && self.estate.scopes[grant.scope as usize].escalation.is_some())
        })
    }

    /// Grants of a client.
    pub(crate) fn grants(&self, client: ClientIx) -> &'a [EstateGrant] {
        let client = &self.estate.clients[client as usize];
        &self.estate.grants[client.grants_from as usize..client.grants_to as usize]
    }

    /// Level of a grant under the overlay, and whether escalation methods of its scope still work.
    #[inline]
    pub(crate) fn level(&self, client: ClientIx, grant: &EstateGrant) -> Option<(Privilege, bool)> {
        let scope = &self.estate.scopes[grant.scope as usize];
        if self.overlay.touches(client) { self.overlay.level(client, grant.scope, scope) } else { Some((scope.privilege, true)) }
    }

    /// Whether a way counts only for clients that hold an escalation method.
    pub(crate) fn needs_method(edge: &Edge) -> bool {
        edge.mode == Some(Mode::R4c)
    }
}
