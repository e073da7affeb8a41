//! The naive half of X: the weakest link over everything that opens something (D37-D40), asked one by one.

use bulkhead::model::estate::*;
use bulkhead::model::*;
use bulkhead::reach::Unit;

use super::oracle::Oracle;

impl Oracle<'_> {
    fn opens(&self, client: u32) -> bool {
        let owns = self.e.clients.iter().any(|c| c.owner_clients.contains(&client));
        let trusted = self.e.credentials.iter().any(|k| k.federated_from.is_some_and(|(from, _)| from == client));
        let declared = self.e.edges.iter().any(|d| {
            d.from == client
                && d.evidence != Evidence::Inferred
                && matches!(d.kind, ReachEdgeKind::Federation | ReachEdgeKind::OwnerControl)
        });
        let held: Vec<(u32, bool)> = self.apps(client).map(|g| (g.scope, g.narrowed)).collect();
        owns || trusted || declared || self.apps(client).any(|g| self.of_use(g)) || !self.methods(&held).is_empty()
    }

    /// A grant that opens data, or that is a method by itself.
    fn of_use(&self, grant: &EstateGrant) -> bool {
        self.scope(grant).privilege > Privilege::None || self.scope(grant).escalation.is_some()
    }

    fn credential(&self, ix: u32) -> i128 {
        let k = &self.e.credentials[ix as usize];
        let c = &self.e.clients[k.client as usize];
        [k.life.0, c.hold.0, k.rot.0, c.net, k.leak].iter().fold(1000, |x, f| x * i128::from(*f))
    }

    pub(super) fn exposure(&self, unit: &Unit) -> i128 {
        let mut all: Vec<i128> = Vec::new();
        let hosts: Vec<(u32, Option<u32>)> = match unit {
            Unit::Client(c) => vec![(*c, None)],
            Unit::Vendor(v) => self.e.vendors[*v as usize].clients.iter().map(|c| (*c, None)).collect(),
            Unit::Application(a) => self.e.applications[*a as usize].clients.iter().map(|c| (*c, None)).collect(),
            Unit::Standing(c, p) => vec![(*c, Some(*p))],
            Unit::Credential(k) => {
                let group = self.e.credentials[*k as usize].shared_group;
                all.push(self.credential(*k));
                let mates = self.e.credentials.iter().enumerate().filter(|(_, o)| group != 0 && o.shared_group == group);
                all.extend(mates.map(|(ix, _)| self.credential(ix as u32)));
                Vec::new()
            }
            Unit::Token(token) => {
                all.push(token.exposure.iter().fold(1, |x, f| x * i128::from(f.0)));
                Vec::new()
            }
        };
        for (c, only) in hosts {
            let facts = &self.e.clients[c as usize];
            if only.is_none() {
                let mut mine = 0;
                for (ix, k) in self.e.credentials.iter().enumerate().filter(|(_, k)| k.client == c) {
                    mine += 1;
                    let _ = k;
                    if self.opens(c) || self.sharing(c, Some(ix as u32)).iter().any(|mate| self.opens(*mate)) {
                        all.push(self.credential(ix as u32));
                    }
                }
                if mine == 0 && (self.opens(c) || self.sharing(c, None).iter().any(|mate| self.opens(*mate))) {
                    let (life, rot) = if facts.managed { (750, 1000) } else { (1250, 1200) };
                    all.push([life, facts.hold.0, rot, facts.net, 1000].iter().fold(1000, |x, f| x * i128::from(*f)));
                }
            }
            let consents: Vec<&EstateGrant> = self
                .grants(c)
                .iter()
                .filter(|g| g.mode != GrantMode::Application)
                .filter(|g| only.is_none_or(|p| g.mode == GrantMode::DelegatedAll || g.principal == p))
                .collect();
            if consents.iter().any(|g| self.of_use(g)) {
                let offline = consents.iter().any(|g| self.scope(g).offline);
                let [session, refresh] = facts.delegated_life;
                let life = if offline { session.0.max(refresh.0) } else { session.0 };
                all.push([life, facts.hold.0, 1000, facts.net, 1000].iter().fold(1000, |x, f| x * i128::from(*f)));
            }
        }
        let scale = 10i128.pow(15);
        all.into_iter().max().unwrap_or(1000 * scale).clamp(200 * scale, 3000 * scale)
    }
}
