//! A second, naive BR-1: relax every way until nothing changes, then try every level and threshold as the formula says.
//! Nothing of it is shared with the engine but the input and the weights.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead::model::estate::*;
use bulkhead::model::weights::Weights;
use bulkhead::model::*;
use bulkhead::reach::Unit;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    Client(u32),
    Stored(u32),
    Read(u32),
    Plane(u32),
    Everyone(u32),
    /// The audience can be called.
    Inside(u32),
    /// The call of an audience, by its place in the list as it was given.
    Call(u32, usize),
    /// A token of some scope is held, by a machine.
    Token(u32),
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Breadth {
    Fixed(i64),
    User(u32),
}

/// One grant at one atom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    pub(super) level: Privilege,
    pub(super) breadth: Breadth,
    pub(super) weight: i64,
}

/// Atom: audience and class, or tenant and nothing for a control plane.
pub(super) type AtomKey = (u32, Option<usize>);

/// What the oracle says about one unit.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    pub load: i128,
    pub crossing: i64,
    pub exposure: i128,
    pub audiences: usize,
    pub privilege: Privilege,
}

pub struct Oracle<'a> {
    pub e: &'a Estate,
    pub w: &'a Weights,
    /// Unknown checks count as failed.
    pub gateway_only: bool,
}

impl Oracle<'_> {
    pub(super) fn grants(&self, client: u32) -> &[EstateGrant] {
        let c = &self.e.clients[client as usize];
        &self.e.grants[c.grants_from as usize..c.grants_to as usize]
    }

    pub(super) fn apps(&self, client: u32) -> impl Iterator<Item = &EstateGrant> {
        self.grants(client).iter().filter(|g| g.mode == GrantMode::Application)
    }

    pub(super) fn scope(&self, grant: &EstateGrant) -> &EstateScope {
        &self.e.scopes[grant.scope as usize]
    }

    fn tenant(&self, scope: u32) -> u32 {
        self.e.audiences[self.e.scopes[scope as usize].audience as usize].tenant
    }

    pub(super) fn sharing(&self, client: u32, only: Option<u32>) -> BTreeSet<u32> {
        let mut out = BTreeSet::new();
        for (ix, mine) in self.e.credentials.iter().enumerate().filter(|(_, k)| k.client == client && k.shared_group != 0) {
            if only.is_none_or(|o| o == ix as u32) {
                out.extend(self.e.credentials.iter().filter(|k| k.shared_group == mine.shared_group).map(|k| k.client));
            }
        }
        for edge in self.e.edges.iter().filter(|d| d.kind == ReachEdgeKind::Shared && d.evidence != Evidence::Inferred) {
            if edge.from == client {
                out.insert(edge.to);
            }
            if edge.to == client {
                out.insert(edge.from);
            }
        }
        out.remove(&client);
        out
    }

    /// Where methods lead: (target, tenant) of each that a set of scopes gives.
    pub(super) fn methods(&self, held: &[(u32, bool)]) -> Vec<(EscalationTarget, u32)> {
        let mut out = Vec::new();
        for (scope, narrowed) in held {
            if let Some((_, target)) = &self.e.scopes[*scope as usize].escalation {
                out.push((if *narrowed { EscalationTarget::Bounded } else { *target }, self.tenant(*scope)));
            }
        }
        for (_, scopes, target) in &self.e.escalation_sets {
            if !scopes.is_empty() && scopes.iter().all(|s| held.contains(&(*s, false))) {
                out.push((*target, self.tenant(*scopes.iter().min().unwrap())));
            }
        }
        out
    }

    fn by_method(&self, target: EscalationTarget, tenant: u32) -> Option<(Place, i64)> {
        match target {
            EscalationTarget::Bounded => None,
            EscalationTarget::Principals => Some((Place::Everyone(tenant), self.w.modes.r4b_principals)),
            _ => Some((Place::Plane(tenant), self.w.modes.r4_tenant)),
        }
    }

    /// All ways out of a place.
    fn ways(&self, place: Place) -> Vec<(Place, i64)> {
        let m = &self.w.modes;
        let mut out = Vec::new();
        match place {
            Place::Client(c) => {
                for g in self.apps(c) {
                    out.extend(self.rooms(self.scope(g).audience, self.scope(g).privilege).into_iter().map(|place| (place, 1000)));
                    out.push((Place::Token(g.scope), 1000));
                }
                let held: Vec<(u32, bool)> = self.apps(c).map(|g| (g.scope, g.narrowed)).collect();
                let methods = self.methods(&held);
                out.extend(methods.iter().filter_map(|(target, tenant)| self.by_method(*target, *tenant)));
                for k in &self.e.credentials {
                    if let Some((from, wildcard)) = k.federated_from
                        && from == c
                    {
                        out.push((Place::Client(k.client), if wildcard { m.r7_wildcard } else { m.r7_exact }));
                    }
                }
                let mut owned: Vec<u32> = Vec::new();
                for (ix, other) in self.e.clients.iter().enumerate() {
                    if other.owner_clients.contains(&c) {
                        owned.push(ix as u32);
                    }
                }
                for d in self.e.edges.iter().filter(|d| d.from == c && d.evidence != Evidence::Inferred) {
                    match d.kind {
                        ReachEdgeKind::Federation => out.push((Place::Client(d.to), if d.wildcard { m.r7_wildcard } else { m.r7_exact })),
                        ReachEdgeKind::OwnerControl => owned.push(d.to),
                        _ => {}
                    }
                }
                for o in owned {
                    out.push((Place::Client(o), m.r8_owner));
                    if !methods.is_empty() {
                        out.push((Place::Client(o), m.r4c_bounded));
                    }
                }
            }
            Place::Stored(c) => {
                out.push((Place::Client(c), 1000));
                out.extend(self.sharing(c, None).into_iter().map(|mate| (Place::Client(mate), m.r5_shared_key)));
            }
            Place::Read(a) => {
                let harvest = self.e.audiences[a as usize].harvest.iter().filter(|(_, evidence)| *evidence != Evidence::Inferred);
                out.extend(harvest.map(|(c, _)| (Place::Stored(*c), m.r9_harvest)));
            }
            Place::Inside(_) | Place::Call(..) | Place::Token(_) => {}
            Place::Plane(t) | Place::Everyone(t) => {
                for (a, _) in self.e.audiences.iter().enumerate().filter(|(_, a)| a.tenant == t) {
                    out.extend(self.rooms(a as u32, Privilege::Impersonate).into_iter().map(|place| (place, 1000)));
                    // Acting as anyone gets a token of that audience, whatever is declared there: see `verdict`.
                }
                if matches!(place, Place::Plane(_)) {
                    for (c, _) in self.e.clients.iter().enumerate().filter(|(_, c)| c.tenant == t) {
                        out.push((Place::Client(c as u32), 1000));
                    }
                }
            }
        }
        match place {
            Place::Inside(a) => {
                for (ix, call) in self.e.audiences[a as usize].downstream.iter().enumerate() {
                    out.extend(self.call_weight(call).map(|weight| (Place::Call(a, ix), weight)));
                }
            }
            Place::Call(a, ix) => {
                let (grants, least) = self.call(a, ix);
                out.extend(grants.iter().flat_map(|(_, g)| self.rooms(self.scope(g).audience, self.scope(g).privilege)).map(|p| (p, 1000)));
                out.extend(least.into_iter().flat_map(|(b, level)| self.rooms(b, level)).map(|p| (p, 1000)));
            }
            Place::Token(scope) => {
                let lands = self.replayed(scope);
                out.extend(lands.into_iter().flat_map(|(b, _, level)| self.rooms(b, level)).map(|p| (p, self.w.modes.r10_replay)));
            }
            Place::Plane(t) | Place::Everyone(t) => {
                for a in (0..self.e.audiences.len() as u32).filter(|a| self.e.audiences[*a as usize].tenant == t) {
                    for (b, _, level) in self.anyone(a) {
                        out.extend(self.rooms(b, level).into_iter().map(|p| (p, self.w.modes.r10_replay)));
                    }
                }
            }
            _ => {}
        }
        out
    }

    fn close(&self, places: &mut BTreeMap<Place, i64>) -> bool {
        let before = places.clone();
        loop {
            let mut changed = false;
            for (place, weight) in places.clone() {
                for (to, multiplier) in self.ways(place) {
                    let arrives = weight * multiplier / 1000;
                    if arrives >= self.w.drop_below && places.get(&to).is_none_or(|there| *there < arrives) {
                        places.insert(to, arrives);
                        changed = true;
                    }
                }
            }
            if !changed {
                return *places != before;
            }
        }
    }

    pub fn verdict(&self, unit: &Unit) -> Verdict {
        let mut holds: BTreeMap<AtomKey, Vec<Hold>> = BTreeMap::new();
        let mut places: BTreeMap<Place, i64> = BTreeMap::new();
        let hosts: Vec<u32> = match unit {
            Unit::Client(c) => vec![*c],
            Unit::Vendor(v) => self.e.vendors[*v as usize].clients.clone(),
            Unit::Application(a) => self.e.applications[*a as usize].clients.clone(),
            _ => Vec::new(),
        };
        for c in &hosts {
            places.insert(Place::Client(*c), 1000);
            places.insert(Place::Stored(*c), 1000);
        }
        let mut consents: Vec<(u32, EstateGrant, Option<u32>)> = Vec::new();
        for c in &hosts {
            consents.extend(self.grants(*c).iter().filter(|g| g.mode != GrantMode::Application).map(|g| (*c, *g, None)));
        }
        match unit {
            Unit::Credential(k) => {
                let owner = self.e.credentials[*k as usize].client;
                places.insert(Place::Client(owner), 1000);
                places.extend(self.sharing(owner, Some(*k)).into_iter().map(|c| (Place::Client(c), self.w.modes.r5_shared_key)));
            }
            Unit::Standing(c, p) => {
                let mine = |g: &&EstateGrant| g.mode == GrantMode::DelegatedAll || (g.mode != GrantMode::Application && g.principal == *p);
                consents.extend(self.grants(*c).iter().filter(mine).map(|g| (*c, *g, Some(*p))));
            }
            Unit::Token(token) => {
                let held: Vec<(u32, bool)> = token.scopes.iter().map(|s| (*s, token.narrowed.contains(s))).collect();
                for scope in &token.scopes {
                    let s = &self.e.scopes[*scope as usize];
                    for atom in self.atoms(*scope) {
                        let most = match s.breadth {
                            BreadthHint::SelfOnly => self.w.breadth_self,
                            BreadthHint::Selected => self.w.breadth_selected,
                            BreadthHint::All => self.w.breadth_all,
                        };
                        let most = if token.narrowed.contains(scope) { most.min(self.w.breadth_selected) } else { most };
                        let hold = Hold { level: s.privilege, breadth: Breadth::Fixed(token.breadth.min(most)), weight: 1000 };
                        holds.entry(atom).or_default().push(hold);
                    }
                    places.extend(self.rooms(s.audience, s.privilege).into_iter().map(|place| (place, 1000)));
                    if token.breadth == 1000 {
                        places.insert(Place::Token(*scope), 1000);
                    } else {
                        self.carry(*scope, Breadth::Fixed(token.breadth), &mut holds, &mut places);
                    }
                }
                if token.breadth == 1000 {
                    places.extend(self.methods(&held).into_iter().filter_map(|(target, tenant)| self.by_method(target, tenant)));
                }
            }
            _ => {}
        }
        for (client, g, only) in &consents {
            let s = self.scope(g);
            let who = only.unwrap_or(g.principal);
            let facts = self.e.principals.get(who as usize);
            let privileged = facts.is_some_and(|p| p.privileged);
            let mut breadths = Vec::new();
            if g.mode == GrantMode::DelegatedAll && only.is_none() {
                breadths.push(Breadth::Fixed(1000));
            } else {
                breadths.push(if facts.is_some_and(|p| p.members.is_none()) { Breadth::Fixed(1000) } else { Breadth::User(who) });
                if privileged && s.privilege >= Privilege::Admin {
                    breadths.push(Breadth::Fixed(1000));
                }
            }
            for atom in self.atoms(g.scope) {
                holds.entry(atom).or_default().extend(breadths.iter().map(|b| Hold { level: s.privilege, breadth: *b, weight: 1000 }));
            }
            places.extend(self.rooms(s.audience, s.privilege).into_iter().map(|place| (place, 1000)));
            self.carry(g.scope, breadths[0], &mut holds, &mut places);
            // A privileged user of the same client uses its grants for all users as well.
            let brings = g.mode == GrantMode::DelegatedAll
                && only.is_none()
                && consents
                    .iter()
                    .any(|(c, other, _)| c == client && self.e.principals.get(other.principal as usize).is_some_and(|p| p.privileged));
            if (privileged || brings)
                && let Some((_, target)) = &s.escalation
            {
                let target = if g.narrowed { EscalationTarget::Bounded } else { *target };
                if let Some((place, weight)) = self.by_method(target, self.tenant(g.scope)) {
                    let there = places.entry(place).or_insert(0);
                    *there = (*there).max(weight);
                }
            }
        }
        self.close(&mut places);
        assert!(!self.close(&mut places), "MP10: closing twice changes nothing");
        for (place, weight) in &places {
            match place {
                Place::Client(c) => {
                    for g in self.apps(*c) {
                        let s = self.scope(g);
                        let breadth = self.app_breadth(g);
                        for atom in self.atoms(g.scope) {
                            let hold = Hold { level: s.privilege, breadth: Breadth::Fixed(breadth), weight: *weight };
                            holds.entry(atom).or_default().push(hold);
                        }
                    }
                }
                Place::Plane(t) | Place::Everyone(t) => {
                    for atom in self.all_atoms(*t) {
                        let hold = Hold { level: Privilege::Impersonate, breadth: Breadth::Fixed(1000), weight: *weight };
                        holds.entry(atom).or_default().push(hold);
                    }
                    if matches!(place, Place::Plane(_)) {
                        let hold = Hold { level: Privilege::Escalate, breadth: Breadth::Fixed(1000), weight: *weight };
                        holds.entry((*t, None)).or_default().push(hold);
                    }
                }
                Place::Call(a, ix) => {
                    let (grants, least) = self.call(*a, *ix);
                    for (_, g) in grants {
                        let breadth = Breadth::Fixed(self.call_breadth(&g));
                        for atom in self.atoms(g.scope) {
                            holds.entry(atom).or_default().push(Hold { level: self.scope(&g).privilege, breadth, weight: *weight });
                        }
                    }
                    if let Some((b, level)) = least {
                        for c in 0..self.e.audiences[b as usize].classes.len() {
                            holds.entry((b, Some(c))).or_default().push(Hold { level, breadth: Breadth::Fixed(1000), weight: *weight });
                        }
                    }
                }
                Place::Token(scope) => {
                    let weight = weight * self.w.modes.r10_replay / 1000;
                    for (_, atom, level) in self.replayed(*scope).into_iter().filter(|_| weight >= self.w.drop_below) {
                        holds.entry(atom).or_default().push(Hold { level, breadth: Breadth::Fixed(1000), weight });
                    }
                }
                _ => {}
            }
            if let Place::Plane(t) | Place::Everyone(t) = place {
                let weight = weight * self.w.modes.r10_replay / 1000;
                let theirs = (0..self.e.audiences.len() as u32).filter(|a| self.e.audiences[*a as usize].tenant == *t);
                for (_, atom, level) in theirs.flat_map(|a| self.anyone(a)).filter(|_| weight >= self.w.drop_below) {
                    holds.entry(atom).or_default().push(Hold { level, breadth: Breadth::Fixed(1000), weight });
                }
            }
        }
        self.sum(&holds, self.exposure(unit))
    }
}
