//! R6, downstream and on behalf of: an API that is called calls others, as itself or for its caller.
//!
//! Whoever may call the API at all may make it call on. What it does there is bounded by what its own client was granted;
//! that it calls an API at all means that it can read there, whatever is known of its grants. A token that is passed on
//! unchanged may do there what that API declares. The thief holds no credential and no token of the API, so only its grants
//! count: not what it owns, not its escalation methods, not its other tokens.

use super::View;
use super::direct::{Hit, application_breadth};
use super::journey::Journey;
use super::mode::Mode;
use super::reading::Reading;
use super::trail::{Arrival, Cause, Edge, Node};
use crate::model::estate::{AudienceIx, ClientIx, DownstreamTo, Estate, EstateDownstream, EstateGrant};
use crate::model::weights::Weights;
use crate::model::{Evidence, GrantMode, Privilege};

/// The calls that each API makes and that count in a reading, sorted.
pub(crate) fn calls(estate: &Estate, reading: Reading) -> Vec<Vec<EstateDownstream>> {
    let of = |calls: &[EstateDownstream]| {
        let mut calls: Vec<_> = calls.iter().copied().filter(|call| reading.counts(call.evidence)).collect();
        calls.sort_unstable();
        calls.dedup();
        calls
    };
    estate.audiences.iter().map(|audience| of(&audience.downstream)).collect()
}

/// Highest privilege that each audience declares, read or more, and whether that is assumed.
pub(crate) fn declared(estate: &Estate) -> Vec<(Privilege, bool)> {
    let mut highest = vec![(Privilege::Read, true); estate.audiences.len()];
    for scope in &estate.scopes {
        let (level, assumed) = &mut highest[scope.audience as usize];
        if scope.privilege > *level || (scope.privilege == *level && *assumed) {
            (*level, *assumed) = (scope.privilege, scope.assumed);
        }
    }
    highest
}

fn edge(weights: &Weights, call: &EstateDownstream) -> Edge {
    let multiplier = match (call.passthrough, call.evidence) {
        (true, _) => weights.modes.r6_passthrough,
        (false, Evidence::Observed) => weights.modes.r6_observed,
        (false, _) => weights.modes.r6_declared,
    };
    Edge { mode: Some(Mode::R6), multiplier, evidence: call.evidence, cause: Cause::Rows }
}

impl Journey {
    /// An API can be called.
    pub(crate) fn settle_inside(&mut self, view: &View, audience: AudienceIx, at: Arrival) {
        for (ix, call) in view.graph.calls[audience as usize].iter().enumerate() {
            self.push(view, Node::Call(audience, ix as u16), at, Node::Inside(audience), edge(view.weights, call));
        }
    }

    /// An API calls on.
    pub(crate) fn settle_call(&mut self, view: &View, audience: AudienceIx, ix: u16, at: Arrival) {
        let Some(call) = view.graph.calls[audience as usize].get(usize::from(ix)) else { return };
        let here = Node::Call(audience, ix);
        let (client, only) = match call.to {
            DownstreamTo::Client(client) => (Some(client), None),
            DownstreamTo::Audience(to) => (view.estate.audiences[audience as usize].client, Some(to)),
        };
        if let Some(to) = only {
            let (declared, assumed) = view.graph.declared[to as usize];
            let (level, assumed) = if call.passthrough { (declared, assumed) } else { (Privilege::Read, true) };
            for atom in view.graph.atoms.audience(to) {
                let (breadth, weight, steps) = (view.weights.breadth_all, at.weight, at.steps);
                let hit = Hit { level, breadth, weight, assumed, steps, node: here, mode: Mode::R6, cause: Cause::Rows, principals: 0 };
                self.hit(view, atom, hit);
            }
            self.go_in(view, to, level, at, here, Edge::silent());
        }
        let Some(client) = client else { return };
        let there = |g: &&EstateGrant| only.is_none_or(|to| view.estate.scopes[g.scope as usize].audience == to);
        for grant in view.grants(client).iter().filter(there) {
            self.call_with(view, client, grant, here, at);
        }
    }

    fn call_with(&mut self, view: &View, client: ClientIx, grant: &EstateGrant, here: Node, at: Arrival) {
        let Some((level, _)) = view.level(client, grant) else { return };
        let scope = &view.estate.scopes[grant.scope as usize];
        let modes = &view.weights.modes;
        let (mode, multiplier, breadth, unknown) = match grant.mode {
            GrantMode::Application => (Mode::R3, modes.r3_all_users, application_breadth(view, grant), false),
            GrantMode::DelegatedAll => (Mode::R3, modes.r3_all_users, view.weights.breadth_all, false),
            GrantMode::DelegatedOne | GrantMode::DelegatedGroup => {
                let facts = view.estate.principals.get(grant.principal as usize);
                let whole = facts.is_some_and(|p| p.members.is_none() || (p.privileged && level >= Privilege::Admin));
                let members = facts.and_then(|p| p.members).unwrap_or(1).max(1) as usize;
                let breadth = if whole { view.weights.breadth_all } else { view.weights.breadth_of(members) };
                (Mode::R2, modes.r2_some_users, breadth, facts.is_some_and(|p| p.members.is_none()))
            }
        };
        let cause = Cause::Grant(grant.scope, grant.row);
        let weight = at.weight * multiplier / 1000;
        for atom in view.graph.atoms.of_scope(grant.scope) {
            let (assumed, steps) = (scope.assumed || unknown, at.steps + 1);
            self.hit(view, *atom, Hit { level, breadth, weight, assumed, steps, node: here, mode, cause, principals: 0 });
        }
        self.go_in(view, scope.audience, level, at, here, Edge::observed(mode, multiplier, cause));
    }
}
