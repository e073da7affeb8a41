//! Crowds: clients that are always entered together (all of a tenant, all whose credentials lie in one place), condensed.
//!
//! Whoever enters a crowd gets the best load of each atom over its clients and all ways out of them. That is counted once
//! per estate, and used by every unit that gets there; under a what-if, clients that it changes are taken out and visited
//! on their own. The clients of the winners are noted on the trail, so that an explanation can name them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::View;
use super::atoms::AtomIx;
use super::direct::{Hit, application_breadth};
use super::escalation::Scout;
use super::journey::Journey;
use super::mode::Mode;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::estate::ClientIx;
use crate::model::{GrantMode, Privilege};

/// Something that a client of the crowd gives, and which client.
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

/// What the clients of a crowd give at one atom: by load, by load that is no assumption, by level.
#[derive(Debug, Clone, Copy, Default)]
struct Given {
    load: BestTwo,
    known: BestTwo,
    level: BestTwo,
}

/// A crowd, condensed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crowd {
    atoms: Vec<(AtomIx, Given)>,
    /// Places that a client of it leads to: harvested data and control planes.
    places: Vec<(Node, BestTwo)>,
    /// Ways from clients of it to clients.
    ways: Vec<(ClientIx, ClientIx, Edge)>,
}

impl Crowd {
    /// Condenses some clients. What stays inside `home` is left out: whoever holds that tenant has it already.
    fn new(view: &View, clients: impl Iterator<Item = ClientIx>, home: Option<u32>) -> Self {
        let mut atoms: Vec<Given> = vec![Given::default(); view.graph.atoms.len()];
        let mut places: BTreeMap<Node, BestTwo> = BTreeMap::new();
        let mut ways = Vec::new();
        let mut scout = Scout::default();
        let inside = |tenant: u32| home == Some(tenant);
        for client in clients {
            for grant in view.grants(client).iter().filter(|g| g.mode == GrantMode::Application) {
                let scope = &view.estate.scopes[grant.scope as usize];
                if scope.privilege == Privilege::None {
                    continue;
                }
                let breadth = application_breadth(view, grant);
                let edge = Edge::observed(Mode::R3, view.weights.modes.r3_all_users, Cause::Grant(grant.scope, grant.row));
                for atom in view.graph.atoms.of_scope(grant.scope) {
                    let (s, known) = view.graph.atoms.get(*atom).weight(scope.privilege);
                    let rest = view.weights.privilege(scope.privilege) * breadth;
                    let gift = Gift { value: s * rest, level: scope.privilege, breadth, assumed: scope.assumed, client, edge };
                    let given = &mut atoms[*atom as usize];
                    given.load.offer(gift);
                    given.level.offer(Gift { value: scope.privilege as i64, ..gift });
                    if !scope.assumed && known > 0 {
                        given.known.offer(Gift { value: known * rest, ..gift });
                    }
                }
            }
            if !view.graph.travels(client) {
                continue;
            }
            scout.of(view, client);
            let stays = |node: &Node| match node {
                Node::Read(audience) | Node::Inside(audience) => inside(view.estate.audiences[*audience as usize].tenant),
                Node::Plane(tenant) | Node::Principals(tenant) => inside(*tenant),
                _ => false,
            };
            for (node, edge) in scout.found.iter().filter(|(node, _)| !stays(node)) {
                let gift = Gift { value: edge.multiplier, level: Privilege::None, breadth: 0, assumed: false, client, edge: *edge };
                places.entry(*node).or_default().offer(gift);
            }
            let out = view.graph.ways(client).iter().filter(|(_, edge)| scout.method || !View::needs_method(edge));
            let out = out.filter(|(to, _)| !inside(view.estate.clients[*to as usize].tenant));
            ways.extend(out.map(|(to, edge)| (client, *to, *edge)));
        }
        let atoms = atoms.into_iter().enumerate().filter(|(_, given)| given.level.first.is_some());
        Self { atoms: atoms.map(|(ix, given)| (ix as AtomIx, given)).collect(), places: places.into_iter().collect(), ways }
    }
}

/// How a crowd is entered.
pub(crate) struct Gate<'a> {
    /// Place whose crowd it is.
    pub node: Node,
    /// Where its condensed form is kept.
    pub kept: &'a OnceLock<Crowd>,
    /// Tenant that is held anyway.
    pub home: Option<u32>,
    /// Clients to take out, ascending.
    pub without: &'a [ClientIx],
    /// Arrival at any client of it.
    pub at: Arrival,
}

impl Journey {
    /// Goes through a crowd. `clients` lists it, `pass` notes on the trail how one of its clients was entered.
    pub(crate) fn through<I: Iterator<Item = ClientIx>>(
        &mut self,
        view: &View,
        gate: &Gate,
        clients: impl Fn() -> I,
        pass: impl Fn(&mut Self, ClientIx),
    ) {
        let plain = View { overlay: super::graph::no_change(), ..*view };
        let afresh;
        let crowd = if gate.without.len() <= 1 {
            gate.kept.get_or_init(|| Crowd::new(&plain, clients(), gate.home))
        } else {
            let list = || clients().filter(|client| gate.without.binary_search(client).is_err());
            afresh = self.crowd_without(gate, || Crowd::new(&plain, list(), gate.home));
            &*afresh
        };
        let (skip, at) = (gate.without.first().copied(), gate.at);
        for (atom, given) in &crowd.atoms {
            for best in [&given.load, &given.known, &given.level] {
                let Some(gift) = best.without(skip) else { continue };
                let hit = Hit {
                    level: gift.level,
                    breadth: gift.breadth,
                    weight: at.weight * gift.edge.multiplier / 1000,
                    assumed: gift.assumed,
                    steps: at.steps + 1,
                    node: Node::Client(gift.client),
                    mode: Mode::R3,
                    cause: gift.edge.cause,
                    principals: 0,
                };
                self.hit(view, *atom, hit);
                if self.trail.is_some() {
                    pass(self, gift.client);
                }
            }
        }
        for (node, best) in &crowd.places {
            if let Some(gift) = best.without(skip) {
                pass(self, gift.client);
                self.push(view, *node, at, Node::Client(gift.client), gift.edge);
            }
        }
        for (from, to, edge) in crowd.ways.iter().filter(|(from, _, _)| Some(*from) != skip) {
            pass(self, *from);
            self.push(view, Node::Client(*to), at, Node::Client(*from), *edge);
        }
    }

    fn crowd_without(&mut self, gate: &Gate, count: impl FnOnce() -> Crowd) -> Arc<Crowd> {
        if let Some((_, _, crowd)) = self.crowds_without.iter().find(|(node, c, _)| *node == gate.node && c == gate.without) {
            return Arc::clone(crowd);
        }
        let crowd = Arc::new(count());
        self.crowds_without.push((gate.node, gate.without.to_vec(), Arc::clone(&crowd)));
        crowd
    }
}
