//! The readings of one estate (design.md 5): which evidence counts as a way.

use serde::Serialize;

use crate::model::{CheckResult, Evidence};

/// How recorded evidence is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// As recorded: a failed check opens R10, an unknown one does not; an inferred edge is no way.
    #[default]
    Attested,
    /// As if the gateway were the only wall: an API-side check that is not known to pass counts as failed.
    GatewayOnly,
    /// Gateway only, and inferred edges count too. Never a score: what could be, shown beside it.
    Potential,
}

impl Reading {
    /// Whether an edge that is known in this way is a way.
    pub(crate) fn counts(self, evidence: Evidence) -> bool {
        evidence != Evidence::Inferred || self == Self::Potential
    }

    /// Whether a check of an API does not hold. A partial one lets something through, so it counts as failed.
    pub(crate) fn fails(self, check: CheckResult) -> bool {
        match check {
            CheckResult::Fail | CheckResult::Partial => true,
            CheckResult::Unknown => self != Self::Attested,
            CheckResult::Pass | CheckResult::NotApplicable => false,
        }
    }
}
