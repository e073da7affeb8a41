//! The naive half of R6 and R10: what APIs call, and what they let in.

use std::collections::BTreeMap;

use bulkhead::model::estate::*;
use bulkhead::model::*;

use super::oracle::{AtomKey, Breadth, Hold, Oracle, Place};

/// Grants of the callee by client, and the API that is called with the least that it can do there.
type Called = (Vec<(u32, EstateGrant)>, Option<(u32, Privilege)>);

impl Oracle<'_> {
    pub(super) fn fails(&self, audience: u32, check: CheckId) -> bool {
        match self.e.audiences[audience as usize].check(check) {
            CheckResult::Fail | CheckResult::Partial => true,
            CheckResult::Unknown => self.gateway_only,
            CheckResult::Pass | CheckResult::NotApplicable => false,
        }
    }

    /// Highest privilege that an API declares; one that is called without any check of its scopes can at least be read.
    pub(super) fn declared(&self, audience: u32) -> Privilege {
        let own = self.e.scopes.iter().filter(|s| s.audience == audience).map(|s| s.privilege);
        own.max().unwrap_or(Privilege::Read).max(Privilege::Read)
    }

    /// R10: what a token with this scope does where it is not meant for: atoms and level, by audience.
    pub(super) fn replayed(&self, scope: u32) -> Vec<(u32, AtomKey, Privilege)> {
        let mine = &self.e.scopes[scope as usize];
        let Some(gateway) = &self.e.audiences[mine.audience as usize].gateway else { return Vec::new() };
        let mut out = Vec::new();
        if mine.privilege == Privilege::None {
            return out;
        }
        for b in (0..self.e.audiences.len() as u32).filter(|b| self.e.audiences[*b as usize].gateway.as_ref() == Some(gateway)) {
            if !self.fails(b, CheckId::A1) {
                continue;
            }
            if self.fails(b, CheckId::A3) {
                let classes = self.e.audiences[b as usize].classes.len();
                out.extend((0..classes).map(|c| (b, (b, Some(c)), self.declared(b))));
            } else if b != mine.audience {
                for (ix, other) in self.e.scopes.iter().enumerate().filter(|(_, s)| s.audience == b && s.value == mine.value) {
                    if other.privilege > Privilege::None {
                        out.extend(self.atoms(ix as u32).into_iter().map(|atom| (b, atom, other.privilege)));
                    }
                }
            }
        }
        out
    }

    /// The calls of an audience that count, as its own list has them.
    pub(super) fn call_weight(&self, call: &EstateDownstream) -> Option<i64> {
        match (call.passthrough, call.evidence) {
            (_, Evidence::Inferred) => None,
            (true, _) => Some(self.w.modes.r6_passthrough),
            (false, Evidence::Observed) => Some(self.w.modes.r6_observed),
            (false, _) => Some(self.w.modes.r6_declared),
        }
    }

    /// Grants that an API uses when it calls on, and the API that it can read at least.
    pub(super) fn call(&self, audience: u32, ix: usize) -> Called {
        let call = self.e.audiences[audience as usize].downstream[ix];
        let (client, only) = match call.to {
            DownstreamTo::Client(c) => (Some(c), None),
            DownstreamTo::Audience(b) => (self.e.audiences[audience as usize].client, Some(b)),
        };
        let grants = client.map_or(Vec::new(), |c| {
            let there = |g: &&EstateGrant| only.is_none_or(|b| self.scope(g).audience == b);
            self.grants(c).iter().filter(there).map(|g| (c, *g)).collect()
        });
        (grants, only.map(|b| (b, if call.passthrough { self.declared(b) } else { Privilege::Read })))
    }

    pub(super) fn rooms(&self, audience: u32, level: Privilege) -> Vec<Place> {
        let mut out = Vec::new();
        if level > Privilege::None {
            out.push(Place::Inside(audience));
        }
        if level >= Privilege::Read {
            out.push(Place::Read(audience));
        }
        out
    }

    pub(super) fn app_breadth(&self, g: &EstateGrant) -> i64 {
        match self.scope(g).breadth {
            BreadthHint::SelfOnly => 300,
            BreadthHint::Selected => 500,
            BreadthHint::All if g.narrowed => 500,
            BreadthHint::All => 1000,
        }
    }

    /// Breadth of a grant that an API uses for its caller.
    pub(super) fn call_breadth(&self, g: &EstateGrant) -> i64 {
        if g.mode == GrantMode::Application {
            return self.app_breadth(g);
        }
        let facts = self.e.principals.get(g.principal as usize);
        let everyone = g.mode == GrantMode::DelegatedAll
            || facts.is_some_and(|p| p.members.is_none() || (p.privileged && self.scope(g).privilege >= Privilege::Admin));
        if everyone { 1000 } else { self.w.breadth_of(facts.and_then(|p| p.members).unwrap_or(1).max(1) as usize) }
    }

    /// R10 with a token for an audience that nobody names a scope of: only APIs that check no scope take it.
    pub(super) fn anyone(&self, audience: u32) -> Vec<(u32, AtomKey, Privilege)> {
        let Some(gateway) = &self.e.audiences[audience as usize].gateway else { return Vec::new() };
        let behind = (0..self.e.audiences.len() as u32).filter(|b| self.e.audiences[*b as usize].gateway.as_ref() == Some(gateway));
        let open = behind.filter(|b| self.fails(*b, CheckId::A1) && self.fails(*b, CheckId::A3));
        open.flat_map(|b| (0..self.e.audiences[b as usize].classes.len()).map(move |c| (b, (b, Some(c)), self.declared(b)))).collect()
    }

    /// R10 of a token that spans less than a machine's.
    pub(super) fn carry(&self, scope: u32, breadth: Breadth, holds: &mut BTreeMap<AtomKey, Vec<Hold>>, places: &mut BTreeMap<Place, i64>) {
        let weight = self.w.modes.r10_replay;
        for (b, atom, level) in self.replayed(scope) {
            holds.entry(atom).or_default().push(Hold { level, breadth, weight });
            for place in self.rooms(b, level) {
                let there = places.entry(place).or_insert(0);
                *there = (*there).max(weight);
            }
        }
    }
}
