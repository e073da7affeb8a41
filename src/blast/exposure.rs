//! Exposure X: how easily a unit is lost and how long it stays useful; the weakest link counts (D37-D40).

use crate::model::GrantMode;
use crate::model::estate::{ClientIx, PrincipalIx};
use crate::model::weights::Weights;
use crate::reach::{Unit, View};

/// Names of the six factors, in the order in which they are stored and shown.
pub const FACTORS: [&str; 6] = ["Binding", "Lifetime", "Holder", "Rotation", "Network", "Leak"];

pub(crate) const BIND: usize = 0;
pub(crate) const LIFE: usize = 1;
pub(crate) const HOLD: usize = 2;
pub(crate) const ROT: usize = 3;
pub(crate) const NET: usize = 4;
pub(crate) const LEAK: usize = 5;

/// What the exposure is that of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weakest {
    /// Nothing that opens anything.
    Nothing,
    /// This credential, as this client holds it.
    Credential(u32, ClientIx),
    /// A client with application grants and no credential in view: one is assumed (D38).
    AssumedCredential(ClientIx),
    /// The consents that a client stores; whether it holds refresh tokens for offline access.
    Delegated(ClientIx, bool),
    /// The token.
    Token,
}

/// The six factors of one credential, consent or token, per mille, each with its "assumed" flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// Bind, Life, Hold, Rot, Net, Leak.
    pub factors: [(i64, bool); 6],
    /// What it is that of.
    pub of: Weakest,
}

impl Exposure {
    /// Product of the factors in 10^-18, before the limits.
    pub fn product(&self) -> i128 {
        self.factors.iter().fold(1i128, |product, (factor, _)| product.saturating_mul(i128::from(*factor)))
    }

    /// X in 10^-18: the product within its limits.
    pub fn value(&self, weights: &Weights) -> i128 {
        let scale = 10i128.pow(15);
        self.product().clamp(i128::from(weights.exposure_min) * scale, i128::from(weights.exposure_max) * scale)
    }

    /// The same with every assumed factor no worse than neutral: what is left when only known facts count.
    pub fn known(mut self) -> Self {
        for factor in &mut self.factors {
            if factor.1 {
                factor.0 = factor.0.min(1000);
            }
        }
        self
    }
}

/// What-if about exposure: caps on factors. `None` leaves a factor as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Easing {
    /// Each factor becomes at most this.
    pub at_most: [Option<i64>; 6],
    /// Bind becomes exactly this (the only factor whose loss is worth asking for: "plain bearer").
    pub bind: Option<i64>,
}

impl Easing {
    /// One factor becomes at most this.
    pub(crate) fn cap(factor: usize, value: i64) -> Self {
        let mut easing = Self::default();
        easing.at_most[factor] = Some(value);
        easing
    }

    fn apply(&self, mut exposure: Exposure) -> Exposure {
        for (factor, cap) in exposure.factors.iter_mut().zip(self.at_most) {
            if let Some(cap) = cap.filter(|cap| *cap < factor.0) {
                *factor = (cap, false);
            }
        }
        if let Some(bind) = self.bind {
            exposure.factors[BIND] = (bind, false);
        }
        exposure
    }
}

/// The weakest link of a unit as it is, and X when only known facts count (10^-18).
pub(crate) fn weakest(view: &View, unit: &Unit, easing: &Easing) -> (Exposure, i128) {
    let mut worst = Exposure { factors: [(1000, false); 6], of: Weakest::Nothing };
    let mut known = None;
    each(view, unit, |exposure| {
        let exposure = easing.apply(exposure);
        let rank = |e: &Exposure| (e.product(), std::cmp::Reverse(e.of));
        if worst.of == Weakest::Nothing || rank(&exposure) > rank(&worst) {
            worst = exposure;
        }
        known = known.max(Some(exposure.known().value(view.weights)));
    });
    (worst, known.unwrap_or_else(|| worst.value(view.weights)))
}

fn each(view: &View, unit: &Unit, mut tell: impl FnMut(Exposure)) {
    match unit {
        Unit::Client(_) | Unit::Vendor(_) | Unit::Application(_) => {
            for client in unit.hosts(view.estate) {
                client_links(view, *client, &mut tell);
            }
        }
        Unit::Credential(credential) => {
            tell(of_credential(view, *credential));
            for other in view.graph.sharing(view.estate, *credential) {
                tell(of_credential(view, other));
            }
        }
        Unit::Standing(client, principal) => delegated(view, *client, Some(*principal), &mut tell),
        Unit::Token(token) => tell(Exposure { factors: token.exposure, of: Weakest::Token }),
    }
}

fn client_links(view: &View, client: ClientIx, tell: &mut impl FnMut(Exposure)) {
    let facts = &view.estate.clients[client as usize];
    let opens = opens(view, client);
    for credential in facts.credentials_from..facts.credentials_to {
        if opens || view.graph.mates(view.estate, credential).any(|mate| self::opens(view, mate)) {
            tell(of_credential(view, credential));
        }
    }
    let none_in_view = facts.credentials_from == facts.credentials_to;
    if none_in_view && (opens || view.graph.declared_mates(client).any(|mate| self::opens(view, mate))) {
        let w = view.weights;
        let (life, rot) = if facts.managed {
            ((w.life_platform, false), (w.rot.in_time, false))
        } else {
            ((w.life_unknown, true), (w.rot.twice_late_or_unknown, true))
        };
        let factors = [(w.bind.bearer, false), life, facts.hold, rot, (facts.net, false), (w.leak.none, false)];
        tell(Exposure { factors, of: Weakest::AssumedCredential(client) });
    }
    delegated(view, client, None, tell);
}

/// Whether a held credential of a client opens anything.
fn opens(view: &View, client: ClientIx) -> bool {
    view.graph.leads_to_clients(client)
        || view.grants(client).iter().any(|g| g.mode == GrantMode::Application && view.opens(client, g))
        || view.holds_set(client)
}

fn of_credential(view: &View, credential: u32) -> Exposure {
    let w = view.weights;
    let facts = &view.estate.credentials[credential as usize];
    let owner = &view.estate.clients[facts.client as usize];
    let factors = [(w.bind.bearer, false), facts.life, owner.hold, facts.rot, (owner.net, false), (facts.leak, false)];
    Exposure { factors, of: Weakest::Credential(credential, facts.client) }
}

fn delegated(view: &View, client: ClientIx, only: Option<PrincipalIx>, tell: &mut impl FnMut(Exposure)) {
    let facts = &view.estate.clients[client as usize];
    let (mut any, mut offline) = (false, false);
    for grant in view.grants(client).iter().filter(|g| g.mode != GrantMode::Application) {
        if only.is_some_and(|p| grant.mode != GrantMode::DelegatedAll && grant.principal != p) {
            continue;
        }
        any |= view.opens(client, grant);
        offline |= view.level(client, grant).is_some() && view.estate.scopes[grant.scope as usize].offline;
    }
    if any {
        let w = view.weights;
        // Holding a refresh token never shortens what the session alone would give.
        let [session, refresh] = facts.delegated_life;
        let life = if offline && refresh.0 >= session.0 { refresh } else { session };
        let factors = [(w.bind.bearer, false), life, facts.hold, (w.rot.in_time, false), (facts.net, false), (w.leak.none, false)];
        tell(Exposure { factors, of: Weakest::Delegated(client, offline) });
    }
}
