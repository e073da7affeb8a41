//! R1, R2 and R3: what a token, a held credential or a consent opens by itself.
//!
//! Breadth (D36): application permissions span everything their hint allows; delegated ones span the distinct
//! principals with at least the level. Known sizes of groups are added up, because nobody says who is in two of them.

use super::View;
use super::atoms::AtomIx;
use super::board::Cell;
use super::journey::{Journey, START};
use super::mode::Mode;
use super::replay::Bearer;
use super::trail::{Arrival, Cause, Edge, Node, Winner};
use super::unit::Token;
use crate::model::estate::{AudienceIx, ClientIx, EstateGrant, PrincipalIx, ScopeIx};
use crate::model::{BreadthHint, GrantMode, Privilege};

/// One load on its way to the board.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub level: Privilege,
    /// Per mille.
    pub breadth: i64,
    /// Path weight to the atom, per mille.
    pub weight: i64,
    /// The level or the breadth is assumed.
    pub assumed: bool,
    pub steps: u16,
    pub node: Node,
    pub mode: Mode,
    pub cause: Cause,
    /// 0 unless counted.
    pub principals: u32,
}

/// Breadth of an application grant.
pub(crate) fn application_breadth(view: &View, grant: &EstateGrant) -> i64 {
    let w = view.weights;
    match (view.estate.scopes[grant.scope as usize].breadth, grant.narrowed) {
        (BreadthHint::SelfOnly, _) => w.breadth_self,
        (BreadthHint::Selected, _) | (BreadthHint::All, true) => w.breadth_selected,
        (BreadthHint::All, false) => w.breadth_all,
    }
}

/// Breadth that a scope allows at most.
fn hinted(view: &View, scope: ScopeIx) -> i64 {
    match view.estate.scopes[scope as usize].breadth {
        BreadthHint::SelfOnly => view.weights.breadth_self,
        BreadthHint::Selected => view.weights.breadth_selected,
        BreadthHint::All => view.weights.breadth_all,
    }
}

/// A consent in one word, so that sorting puts equal principals together with their highest level first:
/// atom (28 bits), principal (32), 7 - level (3), assumed (1).
pub(crate) const fn pack(atom: AtomIx, principal: PrincipalIx, level: Privilege, assumed: bool) -> u64 {
    ((atom as u64) << 36) | ((principal as u64) << 4) | ((7 - level as u64) << 1) | assumed as u64
}

impl Journey {
    /// Puts a load on an atom.
    #[inline]
    pub(crate) fn hit(&mut self, view: &View, atom: AtomIx, hit: Hit) {
        let known = view.graph.atoms.get(atom);
        if hit.weight < view.weights.drop_below || (!view.overlay.is_empty() && !view.overlay.allows_atom(known.audience)) {
            return;
        }
        let (weight, certain) = known.weight(hit.level);
        let rest = view.weights.privilege(hit.level) * hit.breadth * hit.weight;
        let cell = Cell {
            load: weight * rest,
            known: if hit.assumed { 0 } else { certain * rest },
            weight: hit.weight as u16,
            privilege: hit.level,
        };
        let Hit { level, breadth, weight, steps, node, mode, cause, principals, .. } = hit;
        let winner = Winner { load: cell.load, known: cell.known, level, breadth, weight, steps, node, mode, cause, principals };
        if let Some(log) = &mut self.log {
            log.hit(atom, known.audience, winner);
            return;
        }
        self.board.add(atom, cell);
        if let Some(trail) = &mut self.trail {
            trail.note(atom, winner);
        }
    }

    /// A credential of a client is held: its application grants, and where they and the client lead.
    pub(crate) fn settle_client(&mut self, view: &View, client: ClientIx, at: Arrival) {
        let here = Node::Client(client);
        let mode = view.weights.modes.r3_all_users;
        let weight = at.weight * mode / 1000;
        self.held.clear();
        let mut method = false;
        for grant in view.grants(client).iter().filter(|g| g.mode == GrantMode::Application) {
            let Some((level, works)) = view.level(client, grant) else { continue };
            let scope = &view.estate.scopes[grant.scope as usize];
            let cause = Cause::Grant(grant.scope, grant.row);
            let breadth = application_breadth(view, grant);
            for atom in view.graph.atoms.of_scope(grant.scope) {
                let steps = at.steps + 1;
                let hit = Hit { level, breadth, weight, assumed: scope.assumed, steps, node: here, mode: Mode::R3, cause, principals: 0 };
                self.hit(view, *atom, hit);
            }
            if view.graph.onward[grant.scope as usize] && level > Privilege::None {
                self.go_on(view, grant.scope, level, at, here, Edge::observed(Mode::R3, mode, cause));
            }
            if works && scope.escalation.is_some() {
                method = true;
                self.escalate(view, grant, at, here);
            }
            if works && view.graph.in_set[grant.scope as usize] && !grant.narrowed {
                self.held.push(grant.scope);
            }
        }
        method |= self.escalate_by_sets(view, at, here);
        for (to, edge) in view.graph.ways(client) {
            if method || !View::needs_method(edge) {
                self.push(view, Node::Client(*to), at, here, *edge);
            }
        }
    }

    /// The host of a client stores the consents of its users.
    pub(crate) fn start_delegated(&mut self, view: &View, client: ClientIx) {
        let consents = || view.grants(client).iter().filter(|g| g.mode != GrantMode::Application);
        let uses = |g: &&EstateGrant| view.level(client, g).is_some();
        let privileged = |g: &EstateGrant| view.estate.principals.get(g.principal as usize).is_some_and(|p| p.privileged);
        // A privileged user who is known to use the client brings the grants for all users along.
        let brings = consents().any(|g| privileged(g) && uses(&g));
        for grant in consents() {
            self.consent(view, client, grant, None, brings);
        }
    }

    /// One consent: the grants of one principal, and those for all users, which count as this one user (D33).
    pub(crate) fn start_standing(&mut self, view: &View, client: ClientIx, principal: PrincipalIx) {
        let held = |g: &&EstateGrant| g.mode == GrantMode::DelegatedAll || (g.mode != GrantMode::Application && g.principal == principal);
        for grant in view.grants(client).iter().filter(held) {
            self.consent(view, client, grant, Some(principal), false);
        }
    }

    fn consent(&mut self, view: &View, client: ClientIx, grant: &EstateGrant, only: Option<PrincipalIx>, brings: bool) {
        let Some((level, works)) = view.level(client, grant) else { return };
        let scope = &view.estate.scopes[grant.scope as usize];
        // A stolen consent is not the client: what later leads back to the client must not look like where it began.
        let here = if only.is_some() { Node::Unit } else { Node::Client(client) };
        let everyone = grant.mode == GrantMode::DelegatedAll && only.is_none();
        let (mode, multiplier) =
            if everyone { (Mode::R3, view.weights.modes.r3_all_users) } else { (Mode::R2, view.weights.modes.r2_some_users) };
        let principal = only.unwrap_or(grant.principal);
        let facts = view.estate.principals.get(principal as usize);
        let privileged = facts.is_some_and(|p| p.privileged);
        let unknown_size = facts.is_some_and(|p| p.members.is_none());
        let cause = Cause::Grant(grant.scope, grant.row);
        let whole = everyone || unknown_size || (privileged && level >= Privilege::Admin);
        for atom in view.graph.atoms.of_scope(grant.scope) {
            if whole {
                let weight = START.weight * multiplier / 1000;
                let assumed = scope.assumed || (unknown_size && !everyone);
                let breadth = view.weights.breadth_all;
                self.hit(view, *atom, Hit { level, breadth, weight, assumed, steps: 1, node: here, mode, cause, principals: 0 });
            }
            if !everyone && !unknown_size && level > Privilege::None {
                self.consents.push(pack(*atom, principal, level, scope.assumed));
            }
        }
        if view.graph.onward[grant.scope as usize] && level > Privilege::None {
            let edge = Edge::observed(mode, multiplier, cause);
            self.go_in(view, scope.audience, level, START, here, edge);
            // What a person may administer there says nothing about another API, so privilege does not widen it.
            let bearer = if everyone || unknown_size {
                Bearer::Span(view.weights.breadth_all, unknown_size && !everyone)
            } else {
                Bearer::Principal(principal)
            };
            self.replay_as(view, grant.scope, bearer, here, edge);
        }
        // A delegated method needs a token of somebody who may use it; who else signs in there is not known.
        if works && (privileged || (everyone && brings)) && scope.escalation.is_some() {
            self.escalate(view, grant, START, here);
        }
    }

    /// An audience can be called, and read from `read` up: where that leads.
    pub(crate) fn go_in(&mut self, view: &View, audience: AudienceIx, level: Privilege, at: Arrival, here: Node, edge: Edge) {
        for node in view.graph.rooms(audience, level) {
            self.push(view, node, at, here, edge);
        }
    }

    /// A machine's token with a scope is held: where that leads beside its atoms.
    pub(crate) fn go_on(&mut self, view: &View, scope: ScopeIx, level: Privilege, at: Arrival, here: Node, edge: Edge) {
        let audience = view.estate.scopes[scope as usize].audience;
        self.go_in(view, audience, level, at, here, edge);
        for node in view.graph.tokens(scope, audience) {
            self.push(view, node, at, here, edge);
        }
    }

    /// Turns the consents of the unit into loads: for each level, the distinct principals with at least that level.
    pub(crate) fn count_consents(&mut self, view: &View) {
        let mut consents = std::mem::take(&mut self.consents);
        consents.sort_unstable();
        let weight = START.weight * view.weights.modes.r2_some_users / 1000;
        self.count(view, &consents, weight, |_| (1, Node::Unit, Mode::R2, Cause::Consents));
        if !self.replayed.is_empty() {
            let mut replayed = std::mem::take(&mut self.replayed);
            replayed.sort_unstable();
            let weight = weight * view.weights.modes.r10_replay / 1000;
            // Several tokens may land at one atom; the smallest place stands for them, so that order does not matter.
            let mut places: Vec<(AtomIx, Node)> = replayed.iter().map(|(consent, node)| ((consent >> 36) as AtomIx, *node)).collect();
            places.sort_unstable();
            places.dedup_by_key(|(atom, _)| *atom);
            // Who consented there directly is within reach on the longer way too, and counts among its principals.
            let there = |consent: &&u64| places.binary_search_by_key(&((**consent >> 36) as AtomIx), |(atom, _)| *atom).is_ok();
            let mut together: Vec<u64> = consents.iter().filter(there).copied().chain(replayed.iter().map(|(c, _)| *c)).collect();
            together.sort_unstable();
            let place = |atom| places.binary_search_by_key(&atom, |(a, _)| *a).map_or(Node::Unit, |at| places[at].1);
            self.count(view, &together, weight, |atom| (2, place(atom), Mode::R10, Cause::Rows));
            replayed.clear();
            self.replayed = replayed;
        }
        consents.clear();
        self.consents = consents;
    }

    fn count(&mut self, view: &View, consents: &[u64], weight: i64, way: impl Fn(AtomIx) -> (u16, Node, Mode, Cause)) {
        let cap = view.weights.breadth_cap().min(u32::MAX as usize) as u32;
        let mut rest = consents;
        while let Some(first) = rest.first() {
            let atom = first >> 36;
            let run = rest.partition_point(|c| c >> 36 == atom);
            let (mine, others) = rest.split_at(run);
            rest = others;
            let (steps, node, mode, cause) = way(atom as AtomIx);
            // Members at each level, and those of them whose level is no assumption.
            let mut counts = [(0u32, 0u32); 8];
            let mut last = None;
            for consent in mine {
                let principal = (consent >> 4) as u32;
                if last == Some(principal) {
                    continue;
                }
                last = Some(principal);
                let members = view.estate.principals.get(principal as usize).and_then(|p| p.members).unwrap_or(1).clamp(1, cap.max(1));
                let (all, certain) = &mut counts[7 - (consent >> 1 & 7) as usize];
                *all = all.saturating_add(members);
                *certain = certain.saturating_add(if consent & 1 == 0 { members } else { 0 });
            }
            let (mut all, mut certain) = (0u32, 0u32);
            for level in Privilege::ALL.iter().rev().copied() {
                let (more, more_certain) = counts[level as usize];
                all = all.saturating_add(more);
                certain = certain.saturating_add(more_certain);
                for (principals, assumed) in [(all, all != certain), (certain, false)] {
                    if more > 0 && principals > 0 {
                        let breadth = view.weights.breadth_of(principals.min(cap) as usize);
                        let principals = principals.min(cap);
                        self.hit(view, atom as u32, Hit { level, breadth, weight, assumed, steps, node, mode, cause, principals });
                    }
                }
            }
        }
    }

    /// A token: its scopes, and where they lead.
    pub(crate) fn start_token(&mut self, view: &View, token: &Token) {
        let here = Node::Unit;
        let multiplier = view.weights.modes.r1_direct;
        let weight = START.weight * multiplier / 1000;
        self.held.clear();
        let mut scopes: Vec<ScopeIx> = token.scopes.clone();
        scopes.sort_unstable();
        scopes.dedup();
        for ix in scopes {
            let scope = &view.estate.scopes[ix as usize];
            let Some((level, works)) = view.overlay.level(super::THE_TOKEN, ix, scope) else { continue };
            let cause = Cause::Scope(ix);
            // A token never spans more than its scope does, nor more than what its client was granted.
            let narrow = token.narrowed.binary_search(&ix).is_ok();
            let widest = if narrow { view.weights.breadth_selected.min(hinted(view, ix)) } else { hinted(view, ix) };
            let breadth = token.breadth.min(widest);
            for atom in view.graph.atoms.of_scope(ix) {
                let assumed = scope.assumed;
                self.hit(view, *atom, Hit { level, breadth, weight, assumed, steps: 1, node: here, mode: Mode::R1, cause, principals: 0 });
            }
            let machine = token.breadth >= view.weights.breadth_all;
            if view.graph.onward[ix as usize] && level > Privilege::None {
                let edge = Edge::observed(Mode::R1, multiplier, cause);
                if machine {
                    self.go_on(view, ix, level, START, here, edge);
                } else {
                    self.go_in(view, scope.audience, level, START, here, edge);
                    self.replay_as(view, ix, Bearer::Span(token.breadth, false), here, edge);
                }
            }
            if works && machine {
                self.escalate_scope(view, ix, narrow, cause, START, here);
                if view.graph.in_set[ix as usize] && !narrow {
                    self.held.push(ix);
                }
            }
        }
        self.escalate_by_sets(view, START, here);
    }
}
