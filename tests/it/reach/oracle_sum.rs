//! The naive half of L and C: atoms, their weights, and every level and threshold tried.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead::model::*;

use super::oracle::{AtomKey, Breadth, Hold, Oracle, Verdict};

impl Oracle<'_> {
    pub(super) fn atoms(&self, scope: u32) -> Vec<AtomKey> {
        let s = &self.e.scopes[scope as usize];
        let all = self.e.audiences[s.audience as usize].classes.len();
        let named: BTreeSet<usize> = s.classes.iter().map(|c| usize::from(*c)).filter(|c| *c < all).collect();
        if named.is_empty() {
            (0..all).map(|c| (s.audience, Some(c))).collect()
        } else {
            named.into_iter().map(|c| (s.audience, Some(c))).collect()
        }
    }

    pub(super) fn all_atoms(&self, tenant: u32) -> Vec<AtomKey> {
        let of = |a: u32| (0..self.e.audiences[a as usize].classes.len()).map(move |c| (a, Some(c)));
        (0..self.e.audiences.len() as u32).filter(|a| self.e.audiences[*a as usize].tenant == tenant).flat_map(of).collect()
    }

    pub(super) fn weight_of(&self, atom: AtomKey, level: Privilege) -> i64 {
        let (a, Some(class)) = atom else { return 1000 };
        let audience = &self.e.audiences[a as usize];
        let s = self.w.sensitivity(audience.classes[class].sensitivity).0;
        if level >= Privilege::Write { s.max(self.w.impact(audience.impact).0) } else { s }
    }

    pub(super) fn loads(&self, holds: &[Hold], atom: AtomKey) -> i64 {
        let mut best = 0;
        for level in Privilege::ALL {
            for threshold in holds.iter().map(|h| h.weight) {
                let counted = holds.iter().filter(|h| h.level >= *level && h.weight >= threshold);
                let mut users = BTreeSet::new();
                let mut breadth = 0;
                for hold in counted {
                    match hold.breadth {
                        Breadth::Fixed(b) => breadth = breadth.max(b),
                        Breadth::User(user) => {
                            users.insert(user);
                        }
                    }
                }
                let members: u32 =
                    users.iter().map(|u| self.e.principals.get(*u as usize).and_then(|p| p.members).unwrap_or(1).max(1)).sum();
                breadth = breadth.max(self.w.breadth_of(members as usize));
                best = best.max(self.weight_of(atom, *level) * self.w.privilege(*level) * breadth * threshold);
            }
        }
        best
    }

    pub(super) fn sum(&self, holds: &BTreeMap<AtomKey, Vec<Hold>>, exposure: i128) -> Verdict {
        let mut load = 0i128;
        let mut audiences = BTreeSet::new();
        let (mut boundaries, mut tenants, mut prod, mut other) = (BTreeSet::new(), BTreeSet::new(), false, false);
        let mut privilege = Privilege::None;
        for (atom, holds) in holds {
            let mine = self.loads(holds, *atom);
            load += i128::from(mine);
            let real: Vec<&Hold> = holds.iter().filter(|h| h.level > Privilege::None).collect();
            if mine == 0 {
                continue;
            }
            privilege = privilege.max(real.iter().map(|h| h.level).max().unwrap());
            let far = real.iter().any(|h| h.weight >= 500);
            match atom {
                (t, None) => {
                    if far {
                        tenants.insert(*t);
                    }
                }
                (a, Some(_)) => {
                    audiences.insert(*a);
                    let audience = &self.e.audiences[*a as usize];
                    if far {
                        boundaries.insert(audience.boundary.clone());
                        tenants.insert(audience.tenant);
                        prod |= audience.environment == Environment::Prod;
                        other |= matches!(audience.environment, Environment::Stage | Environment::Test | Environment::Dev);
                    }
                }
            }
        }
        let further = |n: usize, cap: i64| (n as i64 - 1).clamp(0, cap);
        let mixed = if prod && other { 200 } else { 0 };
        let crossing = 1000 + 150 * further(boundaries.len(), 4) + 100 * further(tenants.len(), 3) + mixed;
        Verdict { load, crossing, exposure, audiences: audiences.len(), privilege }
    }
}
