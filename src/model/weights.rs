//! The numbers of model BR-1 (domain.md 3.2, 3.4, 3.5) as data: weights and mode multipliers, all per mille.
//!
//! Knows nothing of files or packs; `policy` may build another set, [`Weights::default`] is `br1-default`.

use super::kinds::{Impact, Privilege, Sensitivity};

/// Ways to travel (domain.md 3.2). `R6` and `R10` are named, but not evaluated yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[allow(missing_docs, reason = "domain.md 3.2 describes each")]
pub enum Mode {
    R1,
    R2,
    R3,
    R4,
    R4b,
    R4c,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
}

impl Mode {
    /// The code that people read, `R4b`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R4b => "R4b",
            Self::R4c => "R4c",
            Self::R5 => "R5",
            Self::R6 => "R6",
            Self::R7 => "R7",
            Self::R8 => "R8",
            Self::R9 => "R9",
            Self::R10 => "R10",
        }
    }

    /// Whether scores contain this mode; the others are told as "not evaluated".
    pub const fn evaluated(self) -> bool {
        !matches!(self, Self::R6 | Self::R10)
    }
}

/// Multipliers of the modes, per mille of the weight of the path so far.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[allow(missing_docs, reason = "each names its mode")]
pub struct ModeWeights {
    pub direct: i64,
    pub escalation: i64,
    pub principals: i64,
    pub bounded: i64,
    pub shared: i64,
    pub federated_exact: i64,
    pub federated_wildcard: i64,
    pub ownership: i64,
    pub harvest: i64,
    /// Paths below this are dropped.
    pub drop_below: i64,
}

/// How the crossing factor C grows (domain.md 3.4).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[allow(missing_docs, reason = "domain.md 3.4 gives the formula")]
pub struct CrossingWeights {
    pub per_boundary: i64,
    pub most_boundaries: i64,
    pub per_tenant: i64,
    pub most_tenants: i64,
    pub environments: i64,
    /// Atoms reached with at least this path weight count.
    pub threshold: i64,
}

/// The weights of BR-1.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Weights {
    /// Name and version of the pack, `br1-default 1.0`.
    pub name: String,
    /// public, internal, confidential, restricted, regulated.
    pub sensitivity: [i64; 5],
    /// Unknown sensitivity, flagged.
    pub sensitivity_unknown: i64,
    /// low, moderate, high, critical.
    pub impact: [i64; 4],
    /// Unknown impact, flagged.
    pub impact_unknown: i64,
    /// none .. escalate.
    pub privilege: [i64; 7],
    /// Breadth of 1, 2-9, 10-99, 100-999 and 1,000 or more principals.
    pub breadth: [i64; 5],
    /// Breadth of an application grant with hint `self`, `selected`, `all`.
    pub breadth_application: [i64; 3],
    /// Bearer or unknown, constraint claimed, constraint enforced.
    pub bind: [i64; 3],
    /// Life up to 15 min, 1 h, 24 h, 30 d, 90 d, 365 d, longer or never (or unknown, flagged).
    pub life: [i64; 7],
    /// First party, third party, third party unverified or holder unknown.
    pub hold: [i64; 3],
    /// Within SLA, overdue, overdue twice the SLA or age unknown.
    pub rot: [i64; 3],
    /// Internal only, unknown, internet.
    pub net: [i64; 3],
    /// None, suspected, confirmed.
    pub leak: [i64; 3],
    /// Smallest and largest exposure X.
    pub exposure_limits: [i64; 2],
    /// Reach units at which the score is 63 (K), per mille.
    pub k: i64,
    /// Mode multipliers.
    pub modes: ModeWeights,
    /// Crossing.
    pub crossing: CrossingWeights,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            name: "br1-default 1.0".to_owned(),
            sensitivity: [50, 200, 500, 800, 1000],
            sensitivity_unknown: 500,
            impact: [100, 300, 600, 1000],
            impact_unknown: 300,
            privilege: [0, 150, 400, 650, 850, 950, 1000],
            breadth: [300, 500, 700, 850, 1000],
            breadth_application: [300, 500, 1000],
            bind: [1000, 850, 500],
            life: [500, 600, 750, 900, 1000, 1100, 1250],
            hold: [1000, 1250, 1400],
            rot: [1000, 1100, 1200],
            net: [900, 1000, 1100],
            leak: [1000, 1250, 1500],
            exposure_limits: [200, 3000],
            k: 600,
            modes: ModeWeights {
                direct: 1000,
                escalation: 900,
                principals: 900,
                bounded: 700,
                shared: 1000,
                federated_exact: 700,
                federated_wildcard: 900,
                ownership: 800,
                harvest: 900,
                drop_below: 50,
            },
            crossing: CrossingWeights {
                per_boundary: 150,
                most_boundaries: 4,
                per_tenant: 100,
                most_tenants: 3,
                environments: 200,
                threshold: 500,
            },
        }
    }
}

impl Weights {
    /// Weight of a sensitivity.
    pub const fn sensitivity(&self, sensitivity: Option<Sensitivity>) -> i64 {
        match sensitivity {
            Some(known) => self.sensitivity[known as usize - 1],
            None => self.sensitivity_unknown,
        }
    }

    /// Weight of a business impact.
    pub const fn impact(&self, impact: Option<Impact>) -> i64 {
        match impact {
            Some(known) => self.impact[known as usize - 1],
            None => self.impact_unknown,
        }
    }

    /// Weight of a privilege.
    pub const fn privilege(&self, privilege: Privilege) -> i64 {
        self.privilege[privilege as usize]
    }

    /// Breadth of a number of distinct principals; 0 for none.
    pub const fn breadth_of(&self, principals: u32) -> i64 {
        match principals {
            0 => 0,
            1 => self.breadth[0],
            2..=9 => self.breadth[1],
            10..=99 => self.breadth[2],
            100..=999 => self.breadth[3],
            _ => self.breadth[4],
        }
    }
}
