//! R10, replay: an API behind a gateway that does not check whom a token is meant for takes every token that its gateway lets in.
//!
//! A token for any audience behind the gateway will do, also one that is meant for this very API. Where the API does not look
//! at scopes either (A3), the token does there whatever the API declares; an API without scope checks can at least be read.
//! Where it does, only scopes of the same name count. Whether a check fails is a question of the [`Reading`].
//!
//! A token that a unit holds as an application is one of a machine and spans everyone; consents span their principals.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use super::direct::{Hit, pack};
use super::downstream;
use super::journey::{Journey, START};
use super::mode::Mode;
use super::reading::Reading;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::estate::{AudienceIx, Estate, PrincipalIx, ScopeIx};
use crate::model::{CheckId, Evidence, Privilege};

/// Stands for "no gateway that lets anything through".
pub(crate) const NO_GATE: u32 = u32::MAX;

/// An API that takes any token of its gateway.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub audience: AudienceIx,
    /// Highest privilege that it declares, read or more.
    pub level: Privilege,
    /// No scope that is classified for certain says so.
    pub assumed: bool,
}

/// Which tokens are accepted where they are not meant for.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    /// Names of the gateways with something open behind them, sorted.
    pub gateways: Vec<String>,
    /// Gateway of each audience, by its place in `gateways`; [`NO_GATE`] where nothing is open.
    gate: Vec<u32>,
    /// Behind each gateway: APIs that check neither audience nor scope.
    open: Vec<Vec<Open>>,
    /// For each scope: scopes of the same name at APIs behind the same gateway that do not check the audience.
    named: Vec<Vec<ScopeIx>>,
}

impl Replay {
    pub(crate) fn new(estate: &Estate, reading: Reading) -> Self {
        let unchecked = |ix: usize| reading.fails(estate.audiences[ix].check(CheckId::A1));
        let by_name = |ix: usize| !reading.fails(estate.audiences[ix].check(CheckId::A3));
        let names: BTreeSet<&str> =
            estate.audiences.iter().enumerate().filter(|(ix, _)| unchecked(*ix)).filter_map(|(_, a)| a.gateway.as_deref()).collect();
        let gateways: Vec<String> = names.into_iter().map(str::to_owned).collect();
        if gateways.is_empty() {
            return Self::default();
        }
        let gate_of = |name: Option<&String>| name.and_then(|n| gateways.binary_search(n).ok()).map_or(NO_GATE, |g| g as u32);
        let gate: Vec<u32> = estate.audiences.iter().map(|a| gate_of(a.gateway.as_ref())).collect();
        let highest = downstream::declared(estate);
        let mut open = vec![Vec::new(); gateways.len()];
        for (ix, gate) in gate.iter().enumerate().filter(|(ix, gate)| **gate != NO_GATE && unchecked(*ix) && !by_name(*ix)) {
            let (level, assumed) = highest[ix];
            open[*gate as usize].push(Open { audience: ix as AudienceIx, level, assumed });
        }
        let gated = |ix: &usize| gate[estate.scopes[*ix].audience as usize];
        let mut targets: BTreeMap<(u32, &str), Vec<ScopeIx>> = BTreeMap::new();
        for ix in (0..estate.scopes.len()).filter(|ix| gated(ix) != NO_GATE) {
            let audience = estate.scopes[ix].audience as usize;
            if unchecked(audience) && by_name(audience) {
                targets.entry((gated(&ix), estate.scopes[ix].value.as_str())).or_default().push(ix as ScopeIx);
            }
        }
        let mut named = vec![Vec::new(); if targets.is_empty() { 0 } else { estate.scopes.len() }];
        for (ix, named) in named.iter_mut().enumerate() {
            let (gate, scope) = (gated(&ix), &estate.scopes[ix]);
            if let Some(same) = targets.get(&(gate, scope.value.as_str())) {
                named.extend(same.iter().copied().filter(|other| estate.scopes[*other as usize].audience != scope.audience));
            }
        }
        Self { gateways, gate, open, named }
    }

    /// The gateway in front of an audience, if any token that it lets in is good for something else.
    pub(crate) fn gate(&self, audience: AudienceIx) -> Option<u32> {
        self.gate.get(audience as usize).copied().filter(|gate| *gate != NO_GATE && !self.open[*gate as usize].is_empty())
    }

    /// Scopes of the same name that a token with this one opens elsewhere.
    pub(crate) fn named(&self, scope: ScopeIx) -> &[ScopeIx] {
        self.named.get(scope as usize).map_or(&[], Vec::as_slice)
    }

    /// What is open behind a gateway.
    pub(crate) fn open(&self, gate: u32) -> &[Open] {
        self.open.get(gate as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether a scope is good for anything at another API.
    pub(crate) fn concerns(&self, scope: ScopeIx, audience: AudienceIx) -> bool {
        self.gate(audience).is_some() || !self.named(scope).is_empty()
    }
}

/// Where a replayed token lands: audience, atoms, level, whether that is assumed.
struct Landing<'a> {
    audience: AudienceIx,
    atoms: std::borrow::Cow<'a, [u32]>,
    level: Privilege,
    assumed: bool,
}

fn landings<'a>(view: &View<'a>, node: Node) -> Vec<Landing<'a>> {
    let (graph, estate) = (view.graph, view.estate);
    let list: Vec<Landing<'a>> = match node {
        Node::Gate(gate, _) => graph
            .replay
            .open(gate)
            .iter()
            .map(|o| Landing {
                audience: o.audience,
                atoms: graph.atoms.audience(o.audience).collect(),
                level: o.level,
                assumed: o.assumed,
            })
            .collect(),
        Node::Named(scope, _) => graph
            .replay
            .named(scope)
            .iter()
            .map(|ix| {
                let scope = &estate.scopes[*ix as usize];
                let atoms = graph.atoms.of_scope(*ix).into();
                Landing { audience: scope.audience, atoms, level: scope.privilege, assumed: scope.assumed }
            })
            .collect(),
        _ => Vec::new(),
    };
    list.into_iter().filter(|landing| landing.level > Privilege::None && view.overlay.allows_replay(landing.audience)).collect()
}

/// Whose tokens are replayed, where they are not those of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bearer {
    /// Those of one principal, counted among the others.
    Principal(PrincipalIx),
    /// Those of so many that they have a breadth of their own (per mille, and whether it is assumed).
    Span(i64, bool),
}

impl Journey {
    /// A machine's token that a gateway lets in, or one with a scope of that name, is held.
    pub(crate) fn settle_replay(&mut self, view: &View, node: Node, at: Arrival) {
        for landing in landings(view, node) {
            self.land(view, &landing, (view.weights.breadth_all, false), node, at);
            self.go_in(view, landing.audience, landing.level, at, node, edge(view));
        }
    }

    /// The tokens behind a consent, or a token that spans less than everyone.
    pub(crate) fn replay_as(&mut self, view: &View, scope: ScopeIx, bearer: Bearer, here: Node, by: Edge) {
        let audience = view.estate.scopes[scope as usize].audience;
        let gate = view.graph.replay.gate(audience).map(|gate| Node::Gate(gate, true));
        let named = (!view.graph.replay.named(scope).is_empty()).then_some(Node::Named(scope, true));
        let at = Arrival { weight: START.weight * by.multiplier / 1000, steps: 1, from: Some((here, by)) };
        for node in gate.into_iter().chain(named) {
            self.note(node, at);
            if self.replayed_before.contains(&(node, bearer)) {
                continue;
            }
            self.replayed_before.push((node, bearer));
            for landing in landings(view, node) {
                match bearer {
                    Bearer::Span(breadth, assumed) => self.land(view, &landing, (breadth, assumed), node, at),
                    Bearer::Principal(principal) => {
                        let packed = landing.atoms.iter().map(|atom| (pack(*atom, principal, landing.level, landing.assumed), node));
                        self.replayed.extend(packed);
                    }
                }
                self.go_in(view, landing.audience, landing.level, at, node, edge(view));
            }
        }
    }

    fn land(&mut self, view: &View, landing: &Landing, (breadth, assumed): (i64, bool), node: Node, at: Arrival) {
        let weight = at.weight * view.weights.modes.r10_replay / 1000;
        for atom in landing.atoms.iter() {
            let hit = Hit {
                level: landing.level,
                breadth,
                weight,
                assumed: landing.assumed || assumed,
                steps: at.steps + 1,
                node,
                mode: Mode::R10,
                cause: Cause::Rows,
                principals: 0,
            };
            self.hit(view, *atom, hit);
        }
    }
}

fn edge(view: &View) -> Edge {
    Edge { mode: Some(Mode::R10), multiplier: view.weights.modes.r10_replay, evidence: Evidence::Declared, cause: Cause::Rows }
}
