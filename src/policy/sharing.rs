//! The sharing rule (domain.md 6.2): which two audiences may be named by one token. Pure; knows words, no inventory.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Sensitivity;

/// Sensitivity as far as the rule tells it apart: public and internal are one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the tiers of domain.md 6.2")]
pub enum Tier {
    Low,
    Confidential,
    Restricted,
    Regulated,
}

impl Tier {
    /// The tier of a sensitivity.
    pub const fn of(sensitivity: Sensitivity) -> Self {
        match sensitivity {
            Sensitivity::Public | Sensitivity::Internal => Self::Low,
            Sensitivity::Confidential => Self::Confidential,
            Sensitivity::Restricted => Self::Restricted,
            Sensitivity::Regulated => Self::Regulated,
        }
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
            Self::Regulated => "regulated",
        }
    }
}

/// What the rule asks about an audience; `None` = nobody said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharingFacts {
    /// Trust boundary.
    pub boundary: Option<String>,
    /// Highest sensitivity tier of its data.
    pub tier: Option<Tier>,
    /// Accountable owners.
    pub owner: Option<String>,
    /// High-risk function.
    pub high_risk: Option<bool>,
}

/// A part of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the criteria of domain.md 6.2")]
pub enum Criterion {
    Boundary,
    Tier,
    Owner,
    HighRisk,
}

impl Criterion {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boundary => "boundary",
            Self::Tier => "tier",
            Self::Owner => "owner",
            Self::HighRisk => "high_risk",
        }
    }
}

/// What the rule says of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SharingVerdict {
    /// Every criterion is met.
    Allowed,
    /// At least one criterion is known to fail.
    Violated,
    /// None is known to fail, and at least one cannot be judged: never good enough to share.
    Unknown,
}

/// The judgement of one pair.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sharing {
    /// Criteria that fail.
    pub fails: BTreeSet<Criterion>,
    /// Criteria that nobody can judge.
    pub unknown: BTreeSet<Criterion>,
}

impl Sharing {
    /// The verdict.
    pub fn verdict(&self) -> SharingVerdict {
        if !self.fails.is_empty() {
            SharingVerdict::Violated
        } else if !self.unknown.is_empty() {
            SharingVerdict::Unknown
        } else {
            SharingVerdict::Allowed
        }
    }
}

/// Whether one token may name both. What is not known equals nothing, not even itself.
pub fn may_share(one: &SharingFacts, other: &SharingFacts) -> Sharing {
    let mut sharing = Sharing::default();
    let mut judge = |criterion, equal: Option<bool>| match equal {
        Some(true) => {}
        Some(false) => {
            sharing.fails.insert(criterion);
        }
        None => {
            sharing.unknown.insert(criterion);
        }
    };
    judge(Criterion::Boundary, same(one.boundary.as_ref(), other.boundary.as_ref()));
    judge(Criterion::Tier, same(one.tier.as_ref(), other.tier.as_ref()));
    judge(Criterion::Owner, same(one.owner.as_ref(), other.owner.as_ref()));
    judge(
        Criterion::HighRisk,
        match (one.high_risk, other.high_risk) {
            (Some(true), _) | (_, Some(true)) => Some(false),
            (Some(false), Some(false)) => Some(true),
            _ => None,
        },
    );
    sharing
}

fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> Option<bool> {
    Some(one? == other?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(boundary: &str, tier: Tier, owner: &str, high_risk: bool) -> SharingFacts {
        SharingFacts { boundary: Some(boundary.to_owned()), tier: Some(tier), owner: Some(owner.to_owned()), high_risk: Some(high_risk) }
    }

    #[test]
    fn each_criterion_fails_by_itself() {
        let cart = known("Commerce", Tier::Low, "Basket crew", false);
        assert_eq!(may_share(&cart, &cart).verdict(), SharingVerdict::Allowed);
        for (other, fails) in [
            (known("Geo", Tier::Low, "Basket crew", false), Criterion::Boundary),
            (known("Commerce", Tier::Restricted, "Basket crew", false), Criterion::Tier),
            (known("Commerce", Tier::Low, "Map crew", false), Criterion::Owner),
            (known("Commerce", Tier::Low, "Basket crew", true), Criterion::HighRisk),
        ] {
            for sharing in [may_share(&cart, &other), may_share(&other, &cart)] {
                assert_eq!((sharing.verdict(), sharing.fails), (SharingVerdict::Violated, BTreeSet::from([fails])));
            }
        }
    }

    #[test]
    fn unknown_never_satisfies_the_rule() {
        let nobody = SharingFacts::default();
        let sharing = may_share(&nobody, &nobody);
        assert_eq!((sharing.verdict(), sharing.unknown.len()), (SharingVerdict::Unknown, 4), "unassigned does not equal unassigned");
        let risky = SharingFacts { high_risk: Some(true), ..SharingFacts::default() };
        assert_eq!(may_share(&nobody, &risky).verdict(), SharingVerdict::Violated, "one failure is enough, whatever else is unknown");
    }

    #[test]
    fn public_and_internal_are_one_tier() {
        assert_eq!(Tier::of(Sensitivity::Public), Tier::of(Sensitivity::Internal));
        assert!(Tier::of(Sensitivity::Internal) < Tier::of(Sensitivity::Confidential));
    }
}
