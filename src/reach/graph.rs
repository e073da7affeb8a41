//! The graph of an estate: only what grants do not say already. Grants are read from the estate itself.

use std::sync::OnceLock;

use super::atoms::Atoms;
use super::condensed::Crowd;
use super::journey::Closures;
use super::mode::Mode;
use super::overlay::Overlay;
use super::reading::Reading;
use super::replay::Replay;
use super::trail::{Edge, Node};
use super::{bounded, downstream, federated, harvest, ownership, shared};
use crate::model::estate::{ClientIx, Estate, EstateDownstream, EstateGrant};
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
    /// Calls that each audience makes (R6).
    pub(crate) calls: Vec<Vec<EstateDownstream>>,
    /// Highest privilege that each audience declares, read or more, and whether that is assumed.
    pub(crate) declared: Vec<(Privilege, bool)>,
    /// Which tokens are accepted where they are not meant for (R10).
    pub(crate) replay: Replay,
    /// Scopes whose tokens lead further than to their atoms.
    pub(crate) onward: Vec<bool>,
    /// How evidence is read.
    pub reading: Reading,
    /// Scopes that are part of an AND set.
    pub(crate) in_set: Vec<bool>,
    /// Clients from which a held credential leads further than to the atoms of its grants.
    travels: Vec<bool>,
    /// Crowds, condensed when first entered: clients of each tenant, clients whose credentials each audience holds.
    pub(crate) planes: Vec<OnceLock<Crowd>>,
    pub(crate) harvests: Vec<OnceLock<Crowd>>,
}

impl Graph {
    /// Builds the graph of the reading "as attested"; linear in clients, grants and edges.
    pub fn new(estate: &Estate, weights: &Weights) -> Self {
        Self::of_reading(estate, weights, Reading::Attested)
    }

    /// Builds the graph of the reading "gateway only"; `None` when no gateway is recorded, because then it is the same (D43).
    pub fn gateway_only(estate: &Estate, weights: &Weights) -> Option<Self> {
        let recorded = estate.audiences.iter().any(|audience| audience.gateway.is_some());
        recorded.then(|| Self::of_reading(estate, weights, Reading::GatewayOnly))
    }

    /// Builds the graph of the reading "potential"; `None` when no edge is inferred.
    pub fn potential(estate: &Estate, weights: &Weights) -> Option<Self> {
        let inferred = |evidence: Evidence| evidence == Evidence::Inferred;
        let any = estate.edges.iter().any(|edge| inferred(edge.evidence))
            || estate
                .audiences
                .iter()
                .any(|a| a.harvest.iter().any(|h| inferred(h.1)) || a.downstream.iter().any(|d| inferred(d.evidence)));
        any.then(|| Self::of_reading(estate, weights, Reading::Potential))
    }

    /// Builds the graph of a reading.
    pub fn of_reading(estate: &Estate, weights: &Weights, reading: Reading) -> Self {
        let mut ways: Vec<(ClientIx, ClientIx, Edge)> = Vec::new();
        federated::ways(estate, weights, reading, &mut ways);
        ownership::ways(estate, weights, reading, &mut ways);
        bounded::ways(estate, weights, reading, &mut ways);
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
        let harvested = harvest::harvested(estate, reading);
        let calls = downstream::calls(estate, reading);
        let replay = Replay::new(estate, reading);
        // One byte per scope answers for every grant whether its tokens lead further.
        let onward: Vec<bool> = estate
            .scopes
            .iter()
            .enumerate()
            .map(|(ix, scope)| {
                let audience = scope.audience as usize;
                harvested[audience] || !calls[audience].is_empty() || replay.concerns(ix as u32, scope.audience)
            })
            .collect();
        let leads: Vec<bool> = estate.scopes.iter().enumerate().map(|(ix, s)| onward[ix] || in_set[ix] || s.escalation.is_some()).collect();
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
        let groups = shared::Groups::new(estate, reading);
        Self {
            atoms: Atoms::new(estate, weights),
            lying: harvest::lying(estate, &groups, reading),
            ways_from,
            ways: ways.into_iter().map(|(_, to, edge)| (to, edge)).collect(),
            groups,
            harvested,
            calls,
            declared: downstream::declared(estate),
            replay,
            onward,
            reading,
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

    /// Places that an audience opens when it is reached with this level.
    pub(crate) fn rooms(&self, audience: u32, level: Privilege) -> impl Iterator<Item = Node> + use<> {
        let read = (level >= Privilege::Read && self.harvested[audience as usize]).then_some(Node::Read(audience));
        let inside = (level > Privilege::None && !self.calls[audience as usize].is_empty()).then_some(Node::Inside(audience));
        read.into_iter().chain(inside)
    }

    /// Places that a machine's token with this scope opens elsewhere.
    pub(crate) fn tokens(&self, scope: u32, audience: u32) -> impl Iterator<Item = Node> + use<> {
        let gate = self.replay.gate(audience).map(|gate| Node::Gate(gate, false));
        let named = (!self.replay.named(scope).is_empty()).then_some(Node::Named(scope, false));
        gate.into_iter().chain(named)
    }

    /// Name of a gateway of the graph.
    pub fn gateway(&self, gate: u32) -> &str {
        self.replay.gateways.get(gate as usize).map_or("", String::as_str)
    }

    /// The calls that an audience makes in this reading.
    pub fn calls(&self, audience: u32) -> &[EstateDownstream] {
        &self.calls[audience as usize]
    }

    /// Whether a grant of this scope can lead further than to its atoms without an escalation method of its own.
    pub(crate) fn leads_on(&self, scope: u32) -> bool {
        self.onward[scope as usize] || self.in_set[scope as usize]
    }

    /// Whether a client leads to others without any grant, or shares a credential with them.
    pub(crate) fn meets_others(&self, estate: &Estate, client: ClientIx) -> bool {
        !self.ways(client).is_empty() || self.groups.shares(estate, client)
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
    /// The graph of the reading "gateway only", if a gateway is recorded.
    pub gateway_only: Option<&'a Graph>,
    /// The graph of the reading "potential", if an edge is inferred.
    pub potential: Option<&'a Graph>,
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
        Self { estate, weights, graph, overlay: &NO_CHANGE, gateway_only: None, potential: None, closures: None }
    }

    /// Beside the graphs of the other readings.
    pub const fn beside(self, gateway_only: Option<&'a Graph>, potential: Option<&'a Graph>) -> Self {
        Self { gateway_only, potential, ..self }
    }

    /// The same estate and changes in the reading "gateway only".
    pub fn gateway_only(&self) -> Option<Self> {
        self.gateway_only.map(|graph| self.over(graph))
    }

    /// The same estate and changes in the reading "potential".
    pub fn potential(&self) -> Option<Self> {
        self.potential.map(|graph| self.over(graph))
    }

    const fn over(&self, graph: &'a Graph) -> Self {
        Self { graph, gateway_only: None, potential: None, closures: None, ..*self }
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
