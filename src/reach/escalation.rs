//! R4 and R4b: whoever changes who may do what gets the rest of the tenant.
//!
//! R4 (targets `realm`, `clients_all`) enters the control plane: every client of the tenant, every audience at
//! `impersonate`, and the control plane itself at `escalate`. R4b (`principals`) gives every audience at `impersonate`.
//! A narrowed grant of a method is bounded. What a control plane leads to is the same for everyone who enters it, so
//! it is condensed once into a [`Plane`]: the best load of each atom over all clients of the tenant, and the ways out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::View;
use super::atoms::AtomIx;
use super::direct::{Hit, application_breadth};
use super::journey::Journey;
use super::mode::Mode;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::estate::{AudienceIx, ClientIx, EscalationTarget, EstateGrant, ScopeIx};
use crate::model::{GrantMode, Privilege};

/// Something that a client of the tenant gives, and which client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gift {
    /// What is compared: a load without path, or a level.
    value: i64,
    level: Privilege,
    breadth: i64,
    assumed: bool,
    client: ClientIx,
    edge: Edge,
}

/// The best gift and the best of another client, so that one client can be taken out without counting again.
#[derive(Debug, Clone, Copy, Default)]
struct BestTwo {
    first: Option<Gift>,
    second: Option<Gift>,
}

impl BestTwo {
    fn offer(&mut self, gift: Gift) {
        let rank = |g: &Gift| (g.value, std::cmp::Reverse((g.client, g.edge)));
        match &mut self.first {
            Some(first) if first.client == gift.client => {
                if rank(&gift) > rank(first) {
                    *first = gift;
                }
            }
            Some(first) if rank(&gift) > rank(first) => self.second = self.first.replace(gift),
            None => self.first = Some(gift),
            Some(_) => {
                if self.second.as_ref().is_none_or(|second| rank(&gift) > rank(second)) {
                    self.second = Some(gift);
                }
            }
        }
    }

    fn without(&self, client: Option<ClientIx>) -> Option<&Gift> {
        self.first.as_ref().filter(|g| Some(g.client) != client).or(self.second.as_ref())
    }
}

/// What the clients of a tenant give at one atom: by load, by load that is no assumption, by level.
#[derive(Debug, Clone, Copy, Default)]
struct Given {
    load: BestTwo,
    known: BestTwo,
    level: BestTwo,
}

/// A control plane, condensed.
#[derive(Debug, Clone, Default)]
pub struct Plane {
    atoms: Vec<(AtomIx, Given)>,
    /// Places outside the tenant that a client of it leads to: harvested data and other control planes.
    places: Vec<(Node, BestTwo)>,
    /// Ways from clients of the tenant to clients of others.
    ways: Vec<(ClientIx, ClientIx, Edge)>,
}

impl Plane {
    /// Condenses a tenant, leaving some clients out.
    fn new(view: &View, tenant: u32, without: &[ClientIx]) -> Self {
        let mut atoms: Vec<Given> = vec![Given::default(); view.graph.atoms.len()];
        let mut places: BTreeMap<Node, BestTwo> = BTreeMap::new();
        let mut ways = Vec::new();
        let mut scout = Scout::default();
        for (ix, _) in view.estate.clients.iter().enumerate().filter(|(_, c)| c.tenant == tenant) {
            let ix = ix as ClientIx;
            if without.binary_search(&ix).is_ok() {
                continue;
            }
            for grant in view.grants(ix).iter().filter(|g| g.mode == GrantMode::Application) {
                let scope = &view.estate.scopes[grant.scope as usize];
                if scope.privilege == Privilege::None {
                    continue;
                }
                let breadth = application_breadth(view, grant);
                let edge = Edge::observed(Mode::R3, view.weights.modes.r3_all_users, Cause::Grant(grant.scope, grant.row));
                for atom in view.graph.atoms.of_scope(grant.scope) {
                    let (s, known) = view.graph.atoms.get(*atom).weight(scope.privilege);
                    let rest = view.weights.privilege(scope.privilege) * breadth;
                    let gift = Gift { value: s * rest, level: scope.privilege, breadth, assumed: scope.assumed, client: ix, edge };
                    let given = &mut atoms[*atom as usize];
                    given.load.offer(gift);
                    given.level.offer(Gift { value: scope.privilege as i64, ..gift });
                    if !scope.assumed && known > 0 {
                        given.known.offer(Gift { value: known * rest, ..gift });
                    }
                }
            }
            if view.graph.travels(ix) {
                scout.of(view, ix);
                let leaves = |node: &Node| match node {
                    Node::Read(audience) => view.estate.audiences[*audience as usize].tenant != tenant,
                    Node::Plane(t) | Node::Principals(t) => *t != tenant,
                    _ => false,
                };
                for (node, edge) in scout.found.iter().filter(|(node, _)| leaves(node)) {
                    let value = edge.multiplier;
                    let gift = Gift { value, level: Privilege::None, breadth: 0, assumed: false, client: ix, edge: *edge };
                    places.entry(*node).or_default().offer(gift);
                }
                let out = view.graph.ways(ix).iter().filter(|(_, edge)| scout.method || !View::needs_method(edge));
                ways.extend(out.filter(|(to, _)| view.estate.clients[*to as usize].tenant != tenant).map(|(to, edge)| (ix, *to, *edge)));
            }
        }
        let atoms = atoms.into_iter().enumerate().filter(|(_, given)| given.level.first.is_some());
        Self { atoms: atoms.map(|(ix, given)| (ix as AtomIx, given)).collect(), places: places.into_iter().collect(), ways }
    }
}

/// Where the application grants of a client lead, apart from atoms. The same questions as `settle_client`, for condensing.
#[derive(Default)]
struct Scout {
    found: Vec<(Node, Edge)>,
    method: bool,
    held: Vec<ScopeIx>,
}

impl Scout {
    fn of(&mut self, view: &View, client: ClientIx) {
        self.found.clear();
        self.held.clear();
        self.method = false;
        for grant in view.grants(client).iter().filter(|g| g.mode == GrantMode::Application) {
            let scope = &view.estate.scopes[grant.scope as usize];
            let cause = Cause::Grant(grant.scope, grant.row);
            if scope.privilege >= Privilege::Read && view.graph.harvested[scope.audience as usize] {
                let edge = Edge::observed(Mode::R3, view.weights.modes.r3_all_users, cause);
                self.found.push((Node::Read(scope.audience), edge));
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
        let plain = View { overlay: super::graph::no_change(), ..*view };
        let afresh;
        let plane = if changed.len() <= 1 {
            view.graph.planes[tenant as usize].get_or_init(|| Plane::new(&plain, tenant, &[]))
        } else {
            afresh = self.plane_without(&plain, tenant, &changed);
            &*afresh
        };
        let skip = changed.first().copied();
        let r3 = view.weights.modes.r3_all_users;
        let via = Edge::observed(Mode::R4, 1000, Cause::Rows);
        let passing = Arrival { weight: at.weight, steps: at.steps + 1, from: Some((here, via)) };
        for (atom, given) in &plane.atoms {
            for best in [&given.load, &given.known, &given.level] {
                let Some(gift) = best.without(skip) else { continue };
                let hit = Hit {
                    level: gift.level,
                    breadth: gift.breadth,
                    weight: at.weight * r3 / 1000,
                    assumed: gift.assumed,
                    steps: at.steps + 2,
                    node: Node::Client(gift.client),
                    mode: Mode::R3,
                    cause: gift.edge.cause,
                    principals: 0,
                };
                self.hit(view, *atom, hit);
                if self.trail.is_some() {
                    self.pass(Node::Client(gift.client), passing);
                }
            }
        }
        for (node, best) in &plane.places {
            if let Some(gift) = best.without(skip) {
                self.pass(Node::Client(gift.client), passing);
                self.push(view, *node, passing, Node::Client(gift.client), gift.edge);
            }
        }
        for (from, to, edge) in plane.ways.iter().filter(|(from, _, _)| Some(*from) != skip) {
            self.pass(Node::Client(*from), passing);
            self.push(view, Node::Client(*to), passing, Node::Client(*from), *edge);
        }
        for client in changed {
            self.push(view, Node::Client(client), at, here, via);
        }
    }

    fn plane_without(&mut self, plain: &View, tenant: u32, clients: &[ClientIx]) -> Arc<Plane> {
        if let Some((_, _, plane)) = self.planes_without.iter().find(|(t, c, _)| *t == tenant && c == clients) {
            return Arc::clone(plane);
        }
        let plane = Arc::new(Plane::new(plain, tenant, clients));
        self.planes_without.push((tenant, clients.to_vec(), Arc::clone(&plane)));
        plane
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
            if view.graph.harvested[ix] {
                self.push(view, Node::Read(ix as AudienceIx), at, here, Edge::observed(mode, 1000, Cause::Rows));
            }
        }
    }
}

fn is_of(view: &View, client: ClientIx, tenant: u32) -> bool {
    view.estate.clients.get(client as usize).is_some_and(|c| c.tenant == tenant)
}
