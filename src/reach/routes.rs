//! Routes: the heaviest distinct ways from a unit to something, one by one.
//!
//! A journey keeps the best way only. A search of routes asks the same journey for every way out of each place (it logs
//! them instead of travelling them), and so knows no way of its own. Then it walks the places best first: what a partial
//! route weighs, times the most that can be left of it, so only places that lead to the goal are touched, and routes come
//! out heaviest first. A route visits no place twice.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use hashbrown::HashMap;

use super::View;
use super::atoms::AtomIx;
use super::journey::{Journey, START};
use super::mode::Mode;
use super::trail::{Edge, Node, Winner};
use super::unit::Unit;
use crate::model::estate::AudienceIx;

/// Routes that a search answers at most.
pub const MOST_ROUTES: usize = 50;
/// Partial routes that a search looks at; after that it says that it did not end.
const MOST_LOOKS: usize = 400_000;
/// Certainty of "nothing is lost" in the estimate of what is left of a weight.
const WHOLE: u64 = 1_000_000_000;

/// What a search looks for: any of these atoms, or any of these places.
#[derive(Debug, Clone, Default)]
pub struct Goal {
    /// Atoms.
    pub atoms: Vec<AtomIx>,
    /// Places, such as "a credential of this client is held".
    pub places: Vec<Node>,
}

/// One way of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteStep {
    /// Place before.
    pub from: Node,
    /// Place after.
    pub to: Node,
    /// The way.
    pub edge: Edge,
    /// Weight of the route after it, per mille.
    pub weight: i64,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Ways between places, in order; silent ones are left out.
    pub steps: Vec<RouteStep>,
    /// The atom at its end and the last way to it; `None` when it ends at a place.
    pub last: Option<(AtomIx, Winner)>,
    /// Weight of the whole route, per mille.
    pub weight: i64,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    /// Heaviest first, then shortest; at most [`MOST_ROUTES`].
    pub found: Vec<Route>,
    /// There are more, or the search was cut.
    pub more: bool,
    /// Places that were searched.
    pub places: usize,
}

/// Every way out of one place.
#[derive(Debug, Default)]
pub(crate) struct Log {
    wanted: Vec<bool>,
    ways: Vec<(Node, Node, Edge)>,
    hits: Vec<(AudienceIx, Mode, AtomIx, Winner)>,
}

impl Log {
    pub(crate) fn way(&mut self, from: Node, to: Node, edge: Edge) {
        self.ways.push((from, to, edge));
    }

    /// Of several grants by the same mode at the same audience the strongest stands for all.
    pub(crate) fn hit(&mut self, atom: AtomIx, audience: AudienceIx, winner: Winner) {
        if winner.load == 0 || !self.wanted.get(atom as usize).is_some_and(|wanted| *wanted) {
            return;
        }
        match self.hits.iter_mut().find(|h| h.0 == audience && h.1 == winner.mode && h.3.node == winner.node) {
            Some(known) => {
                if (winner.weight, winner.load) > (known.3.weight, known.3.load)
                    || (winner.weight == known.3.weight && winner.beats(&known.3))
                {
                    *known = (audience, winner.mode, atom, winner);
                }
            }
            None => self.hits.push((audience, winner.mode, atom, winner)),
        }
    }

    /// The logged ways in an order that shuffled rows do not change; of equal ones the strongest.
    fn take(&mut self) -> Ways {
        let rank = |w: &(Node, Node, Edge)| (w.0, w.1, w.2.mode, Reverse(w.2.multiplier), w.2);
        self.ways.sort_by_key(rank);
        self.ways.dedup_by(|b, a| (a.0, a.1, a.2.mode) == (b.0, b.1, b.2.mode));
        self.hits.sort_by_key(|h| (h.0, h.1, h.3.node));
        (std::mem::take(&mut self.ways), self.hits.drain(..).map(|(_, _, atom, winner)| (atom, winner)).collect())
    }
}

type Ways = (Vec<(Node, Node, Edge)>, Vec<(AtomIx, Winner)>);

/// A way out of a place, to another place or to the goal itself.
#[derive(Debug, Clone, Copy)]
enum Out {
    Place(usize, Node, Edge),
    Atom(AtomIx, Winner),
    /// The place itself is wanted.
    Here,
}

impl Out {
    fn multiplier(&self) -> u64 {
        let per_mille = match self {
            Self::Place(_, _, edge) => edge.multiplier,
            Self::Atom(_, winner) => winner.weight,
            Self::Here => 1000,
        };
        u64::try_from(per_mille).unwrap_or(0)
    }
}

/// Places that a unit gets to, and every way out of them.
struct Chart {
    nodes: Vec<Node>,
    outs: Vec<Vec<Out>>,
    /// The most that is left of a weight from each place to the goal, in parts of [`WHOLE`]; 0 = it does not lead there.
    left: Vec<u64>,
}

impl Chart {
    fn new(view: &View, unit: &Unit, goal: &Goal) -> Self {
        let mut journey = Journey::new(view, false);
        let mut wanted = vec![false; view.graph.atoms.len()];
        for atom in &goal.atoms {
            wanted[*atom as usize] = true;
        }
        journey.log = Some(Log { wanted, ..Log::default() });
        let ends: HashSet<Node> = goal.places.iter().copied().collect();
        let mut chart = Self { nodes: vec![Node::Unit], outs: Vec::new(), left: Vec::new() };
        let mut number: HashMap<Node, usize> = HashMap::from_iter([(Node::Unit, 0)]);
        while let Some(node) = chart.nodes.get(chart.outs.len()).copied() {
            journey.clear();
            if node == Node::Unit {
                journey.start(view, unit);
                journey.count_consents(view);
            } else {
                journey.settle(view, node, START);
            }
            let (ways, hits) = journey.log.as_mut().map(Log::take).unwrap_or_default();
            let mut outs = Vec::with_capacity(ways.len() + hits.len());
            if ends.contains(&node) {
                outs.push(Out::Here);
            }
            outs.extend(hits.into_iter().map(|(atom, winner)| Out::Atom(atom, winner)));
            for (from, to, edge) in ways {
                let next = chart.nodes.len();
                let at = *number.entry(to).or_insert(next);
                if at == next {
                    chart.nodes.push(to);
                }
                outs.push(Out::Place(at, from, edge));
            }
            chart.outs.push(outs);
        }
        chart.look_back();
        chart
    }

    /// Dijkstra from the goal backwards, rounded up, so that the estimate never hides a route.
    fn look_back(&mut self) {
        let mut into: Vec<Vec<(usize, u64)>> = vec![Vec::new(); self.nodes.len()];
        self.left = vec![0; self.nodes.len()];
        let mut heap = BinaryHeap::new();
        for (at, outs) in self.outs.iter().enumerate() {
            for out in outs {
                match out {
                    Out::Place(to, _, _) => into[*to].push((at, out.multiplier())),
                    Out::Atom(..) | Out::Here => {
                        let left = WHOLE / 1000 * out.multiplier();
                        if left > self.left[at] {
                            self.left[at] = left;
                            heap.push((left, at));
                        }
                    }
                }
            }
        }
        while let Some((left, at)) = heap.pop() {
            if left < self.left[at] {
                continue;
            }
            for (from, multiplier) in &into[at] {
                let through = (left * multiplier).div_ceil(1000);
                if through > self.left[*from] {
                    self.left[*from] = through;
                    heap.push((through, *from));
                }
            }
        }
    }
}

/// A partial route: where it stands, what it came by, and the one that it goes on from.
#[derive(Clone, Copy)]
struct Leg {
    place: usize,
    weight: i64,
    steps: u16,
    /// The leg before and the way from it, by its number among the ways out.
    before: Option<(usize, usize)>,
    done: bool,
}

impl Routes {
    /// Searches from a unit to a goal.
    pub fn search(view: &View, unit: &Unit, goal: &Goal) -> Self {
        let chart = Chart::new(view, unit, goal);
        let mut routes = Self { places: chart.nodes.len(), ..Self::default() };
        let mut legs = vec![Leg { place: 0, weight: START.weight, steps: 0, before: None, done: false }];
        let mut heap = BinaryHeap::from([(promise(START.weight, chart.left[0]), Reverse(0u16), Reverse(0usize))]);
        let mut seen = HashSet::new();
        let mut looks = 0;
        while let Some((hope, _, Reverse(ix))) = heap.pop() {
            looks += 1;
            if hope < view.weights.drop_below || hope == 0 {
                break;
            }
            if looks > MOST_LOOKS {
                routes.more = true;
                break;
            }
            let leg = legs[ix];
            if leg.done {
                let route = chart.route(&legs, ix);
                let key: Vec<_> = route
                    .steps
                    .iter()
                    .map(|s| (s.from, s.to, s.edge.mode))
                    .chain(route.last.map(|(_, w)| (w.node, w.node, Some(w.mode))))
                    .collect();
                if !seen.insert((key, route.last.map(|(atom, _)| view.graph.atoms.get(atom).audience))) {
                    continue;
                }
                if routes.found.len() == MOST_ROUTES {
                    routes.more = true;
                    break;
                }
                routes.found.push(route);
                continue;
            }
            for (number, out) in chart.outs[leg.place].iter().enumerate() {
                let weight = leg.weight * i64::try_from(out.multiplier()).unwrap_or(0) / 1000;
                let (place, left, step, done) = match out {
                    Out::Place(to, _, edge) => (*to, chart.left[*to], u16::from(edge.mode.is_some()), false),
                    Out::Atom(..) => (leg.place, WHOLE, 1, true),
                    Out::Here => (leg.place, WHOLE, 0, true),
                };
                let hope = promise(weight, left);
                if weight < view.weights.drop_below || hope < view.weights.drop_below || (!done && visited(&legs, ix, place)) {
                    continue;
                }
                let next = Leg { place, weight, steps: leg.steps + step, before: Some((ix, number)), done };
                heap.push((hope, Reverse(next.steps), Reverse(legs.len())));
                legs.push(next);
            }
        }
        routes
    }
}

/// The most that a route can weigh in the end.
fn promise(weight: i64, left: u64) -> i64 {
    let most = u128::from(weight.unsigned_abs()) * u128::from(left) / u128::from(WHOLE);
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn visited(legs: &[Leg], mut ix: usize, place: usize) -> bool {
    loop {
        if legs[ix].place == place {
            return true;
        }
        match legs[ix].before {
            Some((before, _)) => ix = before,
            None => return false,
        }
    }
}

impl Chart {
    fn route(&self, legs: &[Leg], end: usize) -> Route {
        let mut route = Route { steps: Vec::new(), last: None, weight: legs[end].weight };
        let mut ix = end;
        while let Some((before, number)) = legs[ix].before {
            match self.outs[legs[before].place][number] {
                Out::Place(to, from, edge) if edge.mode.is_some() => {
                    route.steps.push(RouteStep { from, to: self.nodes[to], edge, weight: legs[ix].weight });
                }
                Out::Atom(atom, winner) => route.last = Some((atom, Winner { weight: legs[ix].weight, ..winner })),
                Out::Place(..) | Out::Here => {}
            }
            ix = before;
        }
        route.steps.reverse();
        route
    }
}
