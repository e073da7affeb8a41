//! The weights of model BR-1: every number that turns reach into reach units and a score, all in per mille.
//!
//! A pack is data (`src/defaults/br1-default.json`), so that a user may fork it; its hash stands beside every
//! figure, and figures of two packs are never compared (domain.md 3.5). Knows no graph and no clock.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::id::hex;
use super::kinds::{Holder, Impact, Privilege, Sensitivity, Tri};

/// A weight in thousandths.
pub type PerMille = i64;

/// The pack that ships with the program.
const DEFAULT_PACK: &str = include_str!("../defaults/br1-default.json");

/// Weights of the sensitivities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "one weight per word of `Sensitivity`")]
pub struct SensitivityWeights {
    pub public: PerMille,
    pub internal: PerMille,
    pub confidential: PerMille,
    pub restricted: PerMille,
    pub regulated: PerMille,
    /// Counted as confidential and flagged.
    pub unknown: PerMille,
}

/// Weights of the business impacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "one weight per word of `Impact`")]
pub struct ImpactWeights {
    pub low: PerMille,
    pub moderate: PerMille,
    pub high: PerMille,
    pub critical: PerMille,
    /// Counted as moderate and flagged.
    pub unknown: PerMille,
}

/// Weights of the privilege ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "one weight per word of `Privilege`")]
pub struct PrivilegeWeights {
    pub none: PerMille,
    pub basic: PerMille,
    pub read: PerMille,
    pub write: PerMille,
    pub admin: PerMille,
    pub impersonate: PerMille,
    pub escalate: PerMille,
}

/// One step of the breadth scale: from this many distinct principals on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreadthStep {
    /// Fewest principals of this step.
    pub from: u32,
    /// Weight.
    pub weight: PerMille,
}

/// The factor C for crossing trust boundaries, tenants and environments (domain.md 3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crossing {
    /// Added for each further trust boundary.
    pub per_boundary: PerMille,
    /// Further boundaries counted at most.
    pub boundary_cap: i64,
    /// Added for each further tenant.
    pub per_tenant: PerMille,
    /// Further tenants counted at most.
    pub tenant_cap: i64,
    /// Added when production and non-production are both reached.
    pub prod_mixed: PerMille,
    /// Atoms count from this path weight on.
    pub counts_from: PerMille,
}

/// Factor Bind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindWeights {
    /// Bearer or unknown.
    pub bearer: PerMille,
    /// A constraint is claimed (`cnf` seen), no check evidenced.
    pub claimed: PerMille,
    /// The check at the resource server is evidenced.
    pub enforced: PerMille,
}

/// One step of the life scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeStep {
    /// Longest validity of this step, seconds.
    pub up_to_seconds: i64,
    /// Weight.
    pub weight: PerMille,
}

/// Factor Hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldWeights {
    /// Own organisation or the platform itself (D25).
    pub first_party: PerMille,
    /// Third party with a verified publisher.
    pub third_party: PerMille,
    /// Third party without a verified publisher, or holder unknown.
    pub unverified_or_unknown: PerMille,
}

/// Factor Rot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotWeights {
    /// Within the SLA, due, in grace, platform-managed or not applicable.
    pub in_time: PerMille,
    /// Overdue, less than twice the SLA.
    pub late: PerMille,
    /// Age at least twice the SLA, or unknown (D39).
    pub twice_late_or_unknown: PerMille,
}

/// Factor Net.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetWeights {
    /// Usable from the own network only, with evidence.
    pub internal_evidenced: PerMille,
    /// Nobody said.
    pub unknown: PerMille,
    /// Usable from the internet.
    pub internet: PerMille,
}

/// Factor Leak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakWeights {
    /// No sign.
    pub none: PerMille,
    /// Suspected.
    pub suspected: PerMille,
    /// Confirmed and not verified as revoked.
    pub confirmed: PerMille,
}

/// Multipliers of the ways to travel (domain.md 3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "named after the modes of domain.md 3.2")]
pub struct ModeWeights {
    pub r1_direct: PerMille,
    pub r2_some_users: PerMille,
    pub r3_all_users: PerMille,
    pub r4_tenant: PerMille,
    pub r4b_principals: PerMille,
    pub r4c_bounded: PerMille,
    pub r5_shared_key: PerMille,
    pub r6_declared: PerMille,
    pub r6_observed: PerMille,
    pub r6_passthrough: PerMille,
    pub r7_exact: PerMille,
    pub r7_wildcard: PerMille,
    pub r8_owner: PerMille,
    pub r9_harvest: PerMille,
    pub r10_replay: PerMille,
}

/// A band of the score (D62).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandFrom {
    /// Lowest score of the band.
    pub from: i64,
    /// Name.
    pub name: String,
}

/// A weight pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Name and version.
    pub pack: String,
    /// Where the numbers come from.
    pub basis: String,
    /// K of the saturating map, per mille of a reach unit.
    pub k: PerMille,
    /// Paths that fall below this weight are dropped.
    pub drop_below: PerMille,
    /// Sensitivity.
    pub sensitivity: SensitivityWeights,
    /// Business impact.
    pub impact: ImpactWeights,
    /// Privilege.
    pub privilege: PrivilegeWeights,
    /// Breadth by number of distinct principals, ascending.
    pub breadth: Vec<BreadthStep>,
    /// All users, application permission, group of unknown size, privileged user for admin scopes.
    pub breadth_all: PerMille,
    /// Application permission on selected objects (D36).
    pub breadth_selected: PerMille,
    /// Application permission on the client's own objects (D36).
    pub breadth_self: PerMille,
    /// Factor C.
    pub crossing: Crossing,
    /// Factor Bind.
    pub bind: BindWeights,
    /// Factor Life by total validity, ascending.
    pub life: Vec<LifeStep>,
    /// Longer than the last step, or never ends.
    pub life_longer: PerMille,
    /// Validity unknown; flagged.
    pub life_unknown: PerMille,
    /// Federated and platform-managed credentials (D37).
    pub life_platform: PerMille,
    /// Factor Hold.
    pub hold: HoldWeights,
    /// Factor Rot.
    pub rot: RotWeights,
    /// Factor Net.
    pub net: NetWeights,
    /// Factor Leak.
    pub leak: LeakWeights,
    /// Lower bound of X.
    pub exposure_min: PerMille,
    /// Upper bound of X.
    pub exposure_max: PerMille,
    /// Ways to travel.
    pub modes: ModeWeights,
    /// Bands, ascending.
    pub bands: Vec<BandFrom>,
}

impl Default for Weights {
    fn default() -> Self {
        Self::parse(DEFAULT_PACK).expect("the shipped weight pack is checked by a test of this file")
    }
}

impl Weights {
    /// Reads a pack and checks that every scale is ascending, because the score is promised to be monotone (MP1, MP5, MP7).
    ///
    /// # Errors
    /// Not JSON of this shape, or a scale that falls.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let pack: Self = serde_json::from_str(text)?;
        let s = &pack.sensitivity;
        let i = &pack.impact;
        let p = &pack.privilege;
        let scales: [Vec<PerMille>; 11] = [
            vec![0, s.public, s.internal, s.confidential, s.restricted, s.regulated, 1000],
            vec![0, i.low, i.moderate, i.high, i.critical, 1000],
            vec![0, p.none, p.basic, p.read, p.write, p.admin, p.impersonate, p.escalate, 1000],
            std::iter::once(0).chain(pack.breadth.iter().map(|step| step.weight)).chain([pack.breadth_all, 1000]).collect(),
            vec![0, pack.breadth_self, pack.breadth_selected, pack.breadth_all],
            std::iter::once(0).chain(pack.life.iter().map(|step| step.weight)).chain([pack.life_longer]).collect(),
            vec![0, pack.bind.enforced, pack.bind.claimed, pack.bind.bearer],
            vec![0, pack.hold.first_party, pack.hold.third_party, pack.hold.unverified_or_unknown],
            vec![0, pack.rot.in_time, pack.rot.late, pack.rot.twice_late_or_unknown],
            vec![0, pack.net.internal_evidenced, pack.net.unknown, pack.net.internet],
            vec![0, pack.leak.none, pack.leak.suspected, pack.leak.confirmed],
        ];
        anyhow::ensure!(scales.iter().all(|scale| scale.is_sorted()), "a scale of weight pack `{}` falls", pack.pack);
        let m = &pack.modes;
        let modes = [
            m.r1_direct,
            m.r2_some_users,
            m.r3_all_users,
            m.r4_tenant,
            m.r4b_principals,
            m.r4c_bounded,
            m.r5_shared_key,
            m.r6_declared,
            m.r6_observed,
            m.r6_passthrough,
            m.r7_exact,
            m.r7_wildcard,
            m.r8_owner,
            m.r9_harvest,
            m.r10_replay,
        ];
        anyhow::ensure!(modes.iter().all(|m| (0..=1000).contains(m)), "a mode of weight pack `{}` is not within 0 and 1000", pack.pack);
        let c = &pack.crossing;
        anyhow::ensure!(
            [c.per_boundary, c.boundary_cap, c.per_tenant, c.tenant_cap, c.prod_mixed].iter().all(|n| *n >= 0),
            "a crossing of weight pack `{}` is negative",
            pack.pack
        );
        anyhow::ensure!(pack.k > 0 && (0..=pack.exposure_max).contains(&pack.exposure_min), "bounds of weight pack `{}`", pack.pack);
        anyhow::ensure!(pack.breadth.is_sorted_by_key(|step| step.from) && pack.life.is_sorted_by_key(|step| step.up_to_seconds), "steps");
        anyhow::ensure!(pack.bands.first().is_some_and(|band| band.from == 0) && pack.bands.is_sorted_by_key(|b| b.from), "bands");
        Ok(pack)
    }

    /// SHA-256 of the pack as compact JSON in field order, hex. White space of the file does not count.
    pub fn hash(&self) -> String {
        let text = serde_json::to_string(self).expect("a struct of integers and strings turns into JSON");
        hex(&Sha256::digest(text.as_bytes()))
    }

    /// Weight of a sensitivity; the second value is true when it is assumed.
    pub fn sensitivity(&self, sensitivity: Option<Sensitivity>) -> (PerMille, bool) {
        let w = &self.sensitivity;
        match sensitivity {
            Some(Sensitivity::Public) => (w.public, false),
            Some(Sensitivity::Internal) => (w.internal, false),
            Some(Sensitivity::Confidential) => (w.confidential, false),
            Some(Sensitivity::Restricted) => (w.restricted, false),
            Some(Sensitivity::Regulated) => (w.regulated, false),
            None => (w.unknown, true),
        }
    }

    /// Weight of a business impact; the second value is true when it is assumed.
    pub fn impact(&self, impact: Option<Impact>) -> (PerMille, bool) {
        let w = &self.impact;
        match impact {
            Some(Impact::Low) => (w.low, false),
            Some(Impact::Moderate) => (w.moderate, false),
            Some(Impact::High) => (w.high, false),
            Some(Impact::Critical) => (w.critical, false),
            None => (w.unknown, true),
        }
    }

    /// Weight of a privilege.
    pub fn privilege(&self, privilege: Privilege) -> PerMille {
        let w = &self.privilege;
        match privilege {
            Privilege::None => w.none,
            Privilege::Basic => w.basic,
            Privilege::Read => w.read,
            Privilege::Write => w.write,
            Privilege::Admin => w.admin,
            Privilege::Impersonate => w.impersonate,
            Privilege::Escalate => w.escalate,
        }
    }

    /// Breadth of so many distinct principals; 0 for none.
    pub fn breadth_of(&self, principals: usize) -> PerMille {
        self.breadth.iter().take_while(|step| step.from as usize <= principals).last().map_or(0, |step| step.weight)
    }

    /// From how many principals on breadth cannot grow; sets of principals may stop there.
    pub fn breadth_cap(&self) -> usize {
        self.breadth.last().map_or(0, |step| step.from as usize)
    }

    /// Life of a total validity in seconds.
    pub fn life_of(&self, seconds: i64) -> PerMille {
        self.life.iter().find(|step| seconds <= step.up_to_seconds).map_or(self.life_longer, |step| step.weight)
    }

    /// Hold of a holder, given whether its publisher is verified; the second value is true when the holder is unknown.
    pub fn hold_of(&self, holder: Holder, publisher_verified: Tri) -> (PerMille, bool) {
        match holder {
            Holder::FirstParty | Holder::Platform => (self.hold.first_party, false),
            Holder::ThirdParty if publisher_verified == Tri::Yes => (self.hold.third_party, false),
            Holder::ThirdParty => (self.hold.unverified_or_unknown, false),
            Holder::Unknown => (self.hold.unverified_or_unknown, true),
        }
    }

    /// Name of the band of a score in tenths (`730` = 73.0).
    pub fn band_of(&self, score_tenths: i64) -> &str {
        self.bands.iter().take_while(|band| band.from * 10 <= score_tenths).last().map_or("", |band| band.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_pack_is_the_table_of_the_model() {
        let w = Weights::default();
        assert_eq!(w.pack, "br1-default 1.0");
        assert_eq!((w.sensitivity(None), w.impact(None)), ((500, true), (300, true)), "unknown is never low");
        let steps = [1, 2, 9, 10, 99, 100, 999, 1000, 5000].map(|n| w.breadth_of(n));
        assert_eq!(steps, [300, 500, 500, 700, 700, 850, 850, 1000, 1000]);
        assert_eq!(w.breadth_of(0), 0);
        let day = 86_400;
        let life = [900, 901, 3600, day, 30 * day, 90 * day, 91 * day, 365 * day, 366 * day].map(|s| w.life_of(s));
        assert_eq!(life, [500, 600, 600, 750, 900, 1000, 1100, 1100, 1250]);
        assert_eq!(w.hold_of(Holder::ThirdParty, Tri::Unknown), (1400, false));
        assert_eq!(w.hold_of(Holder::Unknown, Tri::Yes), (1400, true));
        assert_eq!(
            [0, 199, 200, 799, 800, 1000].map(|s| w.band_of(s)),
            ["Contained", "Contained", "Limited", "Wide", "Extreme", "Extreme"]
        );
    }

    #[test]
    fn the_hash_follows_the_numbers_and_not_the_white_space() {
        let w = Weights::default();
        let squeezed = Weights::parse(&serde_json::to_string(&w).unwrap()).unwrap();
        assert_eq!(w.hash(), squeezed.hash());
        let mut other = w.clone();
        other.modes.r9_harvest -= 1;
        assert_ne!(w.hash(), other.hash(), "a changed weight is another pack");
    }

    #[test]
    fn a_falling_scale_is_refused() {
        let mut w = Weights::default();
        w.privilege.admin = 100;
        assert!(Weights::parse(&serde_json::to_string(&w).unwrap()).is_err(), "more privilege must never weigh less");
    }
}
