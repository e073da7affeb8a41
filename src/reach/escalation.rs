//! R4 and R4b: whoever changes who may do what gets the rest of the tenant.
//!
//! R4 (targets `realm`, `clients_all`) enters the control plane: every client of the tenant, every audience at
//! `impersonate`, and the control plane itself at `escalate`. R4b (`principals`) gives every audience at `impersonate`.
//! A narrowed grant of a method is bounded. What a control plane leads to is the same for everyone who enters it, so
//! it is condensed once (`condensed`).

use super::View;
use super::condensed::Gate;
use super::direct::Hit;
use super::journey::Journey;
use super::mode::Mode;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::estate::{AudienceIx, ClientIx, EscalationTarget, EstateGrant, ScopeIx};
use crate::model::{GrantMode, Privilege};

/// Where the application grants of a client lead, apart from atoms. The same questions as `settle_client`, for condensing.
#[derive(Default)]
pub(crate) struct Scout {
    pub found: Vec<(Node, Edge)>,
    pub method: bool,
    held: Vec<ScopeIx>,
}

impl Scout {
    pub(crate) fn of(&mut self, view: &View, client: ClientIx) {
        self.found.clear();
        self.held.clear();
        self.method = false;
        for grant in view.grants(client).iter().filter(|g| g.mode == GrantMode::Application) {
            let scope = &view.estate.scopes[grant.scope as usize];
            let cause = Cause::Grant(grant.scope, grant.row);
            if view.graph.onward[grant.scope as usize] && scope.privilege > Privilege::None {
                let edge = Edge::observed(Mode::R3, view.weights.modes.r3_all_users, cause);
                let nodes = view.graph.rooms(scope.audience, scope.privilege).chain(view.graph.tokens(grant.scope, scope.audience));
                self.found.extend(nodes.map(|node| (node, edge)));
            }
            if let Some((_, target)) = &scope.escalation {
                self.method = true;
                self.found.extend(way(view, tenant_of(view, grant.scope), narrowed(*target, grant.narrowed), cause));
            }
            if view.graph.in_set[grant.scope as usize] && !grant.narrowed {
                self.held.push(grant.scope);
            }
        }
        for (set, target) in sets(view, &self.held) {
            self.method = true;
            self.found.extend(way(view, tenant_of_set(view, set), target, Cause::Set(set)));
        }
    }
}

/// The way that a method opens; a bounded one opens none by itself (D35).
fn way(view: &View, tenant: u32, target: EscalationTarget, cause: Cause) -> Option<(Node, Edge)> {
    let modes = &view.weights.modes;
    match target {
        EscalationTarget::Bounded => None,
        EscalationTarget::Principals => Some((Node::Principals(tenant), Edge::observed(Mode::R4b, modes.r4b_principals, cause))),
        EscalationTarget::ClientsAll | EscalationTarget::Realm => {
            Some((Node::Plane(tenant), Edge::observed(Mode::R4, modes.r4_tenant, cause)))
        }
    }
}

impl View<'_> {
    /// Whether a client holds all permissions of some AND set under the overlay.
    pub(crate) fn holds_set(&self, client: ClientIx) -> bool {
        let part = |g: &&EstateGrant| g.mode == GrantMode::Application && self.graph.in_set[g.scope as usize] && !g.narrowed;
        let works = |g: &&EstateGrant| self.level(client, g).is_some_and(|(_, works)| works);
        let held: Vec<ScopeIx> = self.grants(client).iter().filter(part).filter(works).map(|g| g.scope).collect();
        sets(self, &held).next().is_some()
    }
}

/// Control planes and sets of principals that some method of the estate leads to.
pub(crate) fn entered(view: &View) -> Vec<Node> {
    let methods = view.estate.scopes.iter().enumerate();
    let single = methods.filter_map(|(ix, s)| s.escalation.as_ref().map(|(_, target)| (tenant_of(view, ix as ScopeIx), *target)));
    let sets = view.estate.escalation_sets.iter().enumerate().filter(|(_, set)| !set.1.is_empty());
    let all = single.chain(sets.map(|(ix, set)| (tenant_of_set(view, ix as u32), set.2)));
    let mut nodes: Vec<Node> = all.filter_map(|(tenant, target)| way(view, tenant, target, Cause::Rows).map(|(node, _)| node)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

const fn narrowed(target: EscalationTarget, narrowed: bool) -> EscalationTarget {
    if narrowed { EscalationTarget::Bounded } else { target }
}

fn tenant_of(view: &View, scope: ScopeIx) -> u32 {
    view.estate.audiences[view.estate.scopes[scope as usize].audience as usize].tenant
}

/// The tenant of a set: that of its first permission by id; a set names permissions of one system.
fn tenant_of_set(view: &View, set: u32) -> u32 {
    view.estate.escalation_sets[set as usize].1.iter().min().map_or(0, |scope| tenant_of(view, *scope))
}

/// AND sets of which every permission is held.
fn sets<'a>(view: &'a View, held: &'a [ScopeIx]) -> impl Iterator<Item = (u32, EscalationTarget)> + 'a {
    let all = view.estate.escalation_sets.iter().enumerate().filter(|_| !held.is_empty());
    all.filter(|(_, (_, scopes, _))| !scopes.is_empty() && scopes.iter().all(|s| held.contains(s))).map(|(ix, set)| (ix as u32, set.2))
}

impl Journey {
    /// Uses the method of a grant.
    pub(crate) fn escalate(&mut self, view: &View, grant: &EstateGrant, at: Arrival, here: Node) {
        self.escalate_scope(view, grant.scope, grant.narrowed, Cause::Grant(grant.scope, grant.row), at, here);
    }

    /// Uses the method of a scope, if it has one.
    pub(crate) fn escalate_scope(&mut self, view: &View, scope: ScopeIx, narrow: bool, cause: Cause, at: Arrival, here: Node) {
        let Some((_, target)) = &view.estate.scopes[scope as usize].escalation else { return };
        let target = narrowed(*target, narrow);
        self.note_method(target, at);
        if let Some((node, edge)) = way(view, tenant_of(view, scope), target, cause) {
            self.push(view, node, at, here, edge);
        }
    }

    /// Uses the methods that need several permissions at once; tells whether there was one.
    pub(crate) fn escalate_by_sets(&mut self, view: &View, at: Arrival, here: Node) -> bool {
        let held = std::mem::take(&mut self.held);
        let mut any = false;
        for (set, target) in sets(view, &held) {
            any = true;
            self.note_method(target, at);
            if let Some((node, edge)) = way(view, tenant_of_set(view, set), target, Cause::Set(set)) {
                self.push(view, node, at, here, edge);
            }
        }
        self.held = held;
        any
    }

    /// Only what the unit itself holds is noted; what it gets to by others' methods shows on the board.
    fn note_method(&mut self, target: EscalationTarget, at: Arrival) {
        if at.steps == 0 {
            self.escalation = self.escalation.max(Some(target));
        }
    }

    /// The control plane of a tenant is held.
    pub(crate) fn settle_plane(&mut self, view: &View, tenant: u32, at: Arrival) {
        let here = Node::Plane(tenant);
        self.act_for_all(view, tenant, here, at);
        let cause = Cause::Rows;
        let own = Hit {
            level: Privilege::Escalate,
            breadth: view.weights.breadth_all,
            weight: at.weight,
            assumed: false,
            steps: at.steps,
            node: here,
            mode: Mode::R4,
            cause,
            principals: 0,
        };
        self.hit(view, view.graph.atoms.control_plane(tenant), own);

        let changed: Vec<ClientIx> = view.overlay.clients().iter().copied().filter(|c| is_of(view, *c, tenant)).collect();
        let via = Edge::observed(Mode::R4, 1000, Cause::Rows);
        if self.log.is_some() {
            for client in (0..view.estate.clients.len() as ClientIx).filter(|client| is_of(view, *client, tenant)) {
                self.push(view, Node::Client(client), at, here, via);
            }
            return;
        }
        let passing = Arrival { weight: at.weight, steps: at.steps + 1, from: Some((here, via)) };
        let gate = Gate { node: here, kept: &view.graph.planes[tenant as usize], home: Some(tenant), without: &changed, at: passing };
        let clients = || (0..view.estate.clients.len() as ClientIx).filter(|client| is_of(view, *client, tenant));
        self.through(view, &gate, clients, |journey, client| journey.pass(Node::Client(client), passing));
        for client in changed {
            self.push(view, Node::Client(client), at, here, via);
        }
    }

    /// Every principal of a tenant can be acted for.
    pub(crate) fn settle_principals(&mut self, view: &View, tenant: u32, at: Arrival) {
        self.act_for_all(view, tenant, Node::Principals(tenant), at);
    }

    fn act_for_all(&mut self, view: &View, tenant: u32, here: Node, at: Arrival) {
        let mode = if matches!(here, Node::Plane(_)) { Mode::R4 } else { Mode::R4b };
        let audiences = view.estate.audiences.iter().enumerate().filter(|(_, a)| a.tenant == tenant);
        for (ix, _) in audiences {
            for atom in view.graph.atoms.audience(ix as AudienceIx) {
                let hit = Hit {
                    level: Privilege::Impersonate,
                    breadth: view.weights.breadth_all,
                    weight: at.weight,
                    assumed: false,
                    steps: at.steps + 1,
                    node: here,
                    mode,
                    cause: Cause::Rows,
                    principals: 0,
                };
                self.hit(view, atom, hit);
            }
            let edge = Edge::observed(mode, 1000, Cause::Rows);
            self.go_in(view, ix as AudienceIx, Privilege::Impersonate, at, here, edge);
            if let Some(gate) = view.graph.replay.gate(ix as AudienceIx) {
                self.push(view, Node::Gate(gate, false), at, here, edge);
            }
        }
    }
}

fn is_of(view: &View, client: ClientIx, tenant: u32) -> bool {
    view.estate.clients.get(client as usize).is_some_and(|c| c.tenant == tenant)
}
