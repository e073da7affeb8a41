//! The journey of one unit: Dijkstra over places, largest path weight first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use hashbrown::HashMap;

use super::View;
use super::atoms::AtomIx;
use super::board::{Board, Cell};
use super::condensed::Crowd;
use super::replay::Bearer;
use super::routes::Log;
use super::trail::{Arrival, Edge, Node, Trail};
use super::unit::Unit;
use crate::model::estate::{ClientIx, EscalationTarget, ScopeIx};

/// What a place leads to when it is entered with a certain weight; computed once, used by every unit that gets there.
#[derive(Debug)]
pub(crate) struct Closure {
    weight: i64,
    cells: Vec<(AtomIx, Cell)>,
}

/// Closures by place.
pub(crate) type Closures = HashMap<Node, Closure>;

/// Reusable working memory of one thread for one graph, and the result of the last journey.
#[derive(Debug)]
pub struct Journey {
    /// Loads of the reached atoms.
    pub board: Board,
    /// Winners, when the journey is for an explanation.
    pub trail: Option<Trail>,
    /// Strongest escalation method that the unit itself holds.
    pub escalation: Option<EscalationTarget>,
    arrivals: HashMap<Node, (Arrival, bool)>,
    heap: BinaryHeap<(i64, Reverse<u16>, Reverse<Node>)>,
    /// Consents of the unit, packed: see `direct`.
    pub(crate) consents: Vec<u64>,
    pub(crate) held: Vec<ScopeIx>,
    /// Consents whose tokens land at another API, packed, and from where.
    pub(crate) replayed: Vec<(u64, Node)>,
    /// Tokens that were replayed already.
    pub(crate) replayed_before: Vec<(Node, Bearer)>,
    /// Notes every way instead of travelling it, for a search of routes.
    pub(crate) log: Option<Log>,
    /// Crowds counted afresh without some clients: kept, because a what-if is asked with the same clients many times.
    pub(crate) crowds_without: Vec<(Node, Vec<ClientIx>, Arc<Crowd>)>,
}

/// Where a journey starts.
pub(crate) const START: Arrival = Arrival { weight: 1000, steps: 0, from: None };

impl Journey {
    /// Working memory for a graph; with a trail it remembers the way to each atom.
    pub fn new(view: &View, trail: bool) -> Self {
        Self {
            board: Board::new(view.graph.atoms.len()),
            trail: trail.then(Trail::default),
            escalation: None,
            arrivals: HashMap::new(),
            heap: BinaryHeap::new(),
            consents: Vec::new(),
            held: Vec::new(),
            replayed: Vec::new(),
            replayed_before: Vec::new(),
            log: None,
            crowds_without: Vec::new(),
        }
    }

    /// Forgets the last journey.
    pub(crate) fn clear(&mut self) {
        self.board.clear();
        self.arrivals.clear();
        self.heap.clear();
        self.consents.clear();
        self.replayed.clear();
        self.replayed_before.clear();
        self.escalation = None;
        if let Some(trail) = &mut self.trail {
            trail.winners.clear();
        }
    }

    /// Travels for a unit; afterwards the board holds one cell for each atom of its reach R*.
    pub fn travel(&mut self, view: &View, unit: &Unit) {
        self.clear();
        self.start(view, unit);
        self.finish(view);
    }

    /// Enters everything that is stolen with a unit.
    pub(crate) fn start(&mut self, view: &View, unit: &Unit) {
        match unit {
            Unit::Client(_) | Unit::Vendor(_) | Unit::Application(_) => {
                for client in unit.hosts(view.estate) {
                    self.start_client(view, *client);
                    self.start_host(view, *client);
                }
            }
            Unit::Credential(credential) => {
                let owner = view.estate.credentials[*credential as usize].client;
                self.start_client(view, owner);
                self.push_mates(view, *credential, START, Node::Unit);
                self.push_declared_mates(view, owner, START, Node::Unit);
            }
            Unit::Standing(client, principal) => self.start_standing(view, *client, *principal),
            Unit::Token(token) => self.start_token(view, token),
        }
    }

    /// The first half of a client's journey: what a held credential of it reaches.
    pub(crate) fn begin_client(&mut self, view: &View, client: ClientIx) {
        self.clear();
        self.start_client(view, client);
        self.finish(view);
    }

    /// The second half: what its host stores.
    pub(crate) fn add_host(&mut self, view: &View, client: ClientIx) {
        self.start_host(view, client);
        self.finish(view);
    }

    /// Starts with a held credential of a client.
    pub(crate) fn start_client(&mut self, view: &View, client: ClientIx) {
        if view.overlay.revokes(client) {
            return;
        }
        if view.graph.travels(client) || self.trail.is_some() || self.log.is_some() {
            self.enter(Node::Client(client), START);
        } else {
            // Most clients have grants and lead nowhere else: no need for a queue.
            self.settle_client(view, client, START);
        }
    }

    /// Starts with the host of a client: what it stores.
    pub(crate) fn start_host(&mut self, view: &View, client: ClientIx) {
        if view.overlay.revokes(client) {
            return;
        }
        self.start_delegated(view, client);
        if view.graph.groups.shares(view.estate, client) {
            self.enter(Node::Secrets(client), START);
        }
    }

    /// Travels until nothing is left.
    pub(crate) fn finish(&mut self, view: &View) {
        self.count_consents(view);
        while let Some((weight, Reverse(steps), Reverse(node))) = self.heap.pop() {
            let Some((arrival, settled)) = self.arrivals.get_mut(&node) else { continue };
            if *settled || arrival.weight != weight || arrival.steps != steps {
                continue;
            }
            *settled = true;
            let at = *arrival;
            if self.trail.is_none()
                && let Some(closure) = view.closures.and_then(|c| c.get(&node)).filter(|c| c.weight == weight)
            {
                for (atom, cell) in &closure.cells {
                    self.board.add(*atom, *cell);
                }
                continue;
            }
            self.settle(view, node, at);
        }
    }

    /// Goes over every way out of a place.
    pub(crate) fn settle(&mut self, view: &View, node: Node, at: Arrival) {
        match node {
            Node::Unit => {}
            Node::Inside(audience) => self.settle_inside(view, audience, at),
            Node::Call(audience, ix) => self.settle_call(view, audience, ix, at),
            Node::Gate(..) | Node::Named(..) => self.settle_replay(view, node, at),
            Node::Client(client) => self.settle_client(view, client, at),
            Node::Secrets(client) => self.settle_secrets(view, client, at),
            Node::Read(audience) => self.settle_read(view, audience, at),
            Node::Plane(tenant) => self.settle_plane(view, tenant, at),
            Node::Principals(tenant) => self.settle_principals(view, tenant, at),
        }
    }

    /// Closures of the places that many units enter, with the weight with which most of them do.
    pub(crate) fn closures(view: &View) -> Closures {
        let modes = &view.weights.modes;
        let mut closures = Closures::new();
        let mut journey = Self::new(view, false);
        let entered = super::escalation::entered(view);
        let first = entered.into_iter().map(|node| match node {
            Node::Principals(_) => (node, START.weight * modes.r4b_principals / 1000),
            _ => (node, START.weight * modes.r4_tenant / 1000),
        });
        let harvested = view.graph.harvested.iter().enumerate().filter(|(_, h)| **h);
        let then = harvested.map(|(ix, _)| (Node::Read(ix as u32), START.weight * modes.r3_all_users / 1000));
        for (node, weight) in first.chain(then) {
            // The condensed planes are closed first, so that harvested data that leads to them can use them.
            let closure = journey.closure(&view.with_closures(&closures), node, weight);
            closures.insert(node, closure);
        }
        closures
    }

    /// Everything that a place leads to when it is entered with this weight.
    fn closure(&mut self, view: &View, node: Node, weight: i64) -> Closure {
        self.clear();
        self.enter(node, Arrival { weight, ..START });
        self.finish(view);
        let mut cells: Vec<_> = self.board.touched().iter().map(|atom| (*atom, self.board.cell(*atom))).collect();
        cells.sort_unstable_by_key(|(atom, _)| *atom);
        Closure { weight, cells }
    }

    /// Goes over a way; drops it when it is too weak, closed, or no better than what is known.
    pub(crate) fn push(&mut self, view: &View, to: Node, at: Arrival, from: Node, edge: Edge) {
        let weight = at.weight * edge.multiplier / 1000;
        if weight < view.weights.drop_below || (!view.overlay.is_empty() && !view.overlay.allows_edge(edge.mode, from, to)) {
            return;
        }
        if let Some(log) = &mut self.log {
            log.way(from, to, edge);
            return;
        }
        self.enter(to, Arrival { weight, steps: at.steps + u16::from(edge.mode.is_some()), from: Some((from, edge)) });
    }

    /// Enters a place if this arrival is better: more weight, then fewer steps, then names.
    fn enter(&mut self, node: Node, arrival: Arrival) {
        if let Some(log) = &mut self.log {
            log.way(Node::Unit, node, Edge::silent());
            return;
        }
        let rank = |a: &Arrival| (a.weight, Reverse((a.steps, a.from)));
        if let Some((there, settled)) = self.arrivals.get(&node)
            && (there.weight > arrival.weight || (there.weight == arrival.weight && *settled) || rank(there) >= rank(&arrival))
        {
            return;
        }
        self.heap.push((arrival.weight, Reverse(arrival.steps), Reverse(node)));
        self.arrivals.insert(node, (arrival, false));
    }

    /// Notes that a place was passed whose ways are already covered by the place before it.
    pub(crate) fn pass(&mut self, node: Node, arrival: Arrival) {
        let known = self.arrivals.get(&node).is_some_and(|(there, _)| there.weight >= arrival.weight);
        if !known {
            self.arrivals.insert(node, (arrival, true));
        }
    }

    /// Notes a place that is only ever passed; of several ways to it the same one stands whatever the order.
    pub(crate) fn note(&mut self, node: Node, arrival: Arrival) {
        let rank = |a: &Arrival| (a.weight, Reverse((a.steps, a.from)));
        if self.arrivals.get(&node).is_none_or(|(there, _)| rank(&arrival) > rank(there)) {
            self.arrivals.insert(node, (arrival, true));
        }
    }

    /// The ways by which a place was entered, last one first: from, to, way, weight after it.
    pub fn ways_to(&self, node: Node) -> Vec<(Node, Node, Edge, i64)> {
        let mut ways = Vec::new();
        let mut here = node;
        // No place is its own ancestor, so there are no more ways than places.
        while let Some((arrival, _)) = self.arrivals.get(&here).filter(|_| ways.len() <= self.arrivals.len()) {
            let Some((from, edge)) = arrival.from else { break };
            ways.push((from, here, edge, arrival.weight));
            here = from;
        }
        ways
    }

    /// How a place was entered; `None` for the start of a journey.
    pub fn arrival(&self, node: Node) -> Option<Arrival> {
        self.arrivals.get(&node).map(|(arrival, _)| *arrival)
    }
}
