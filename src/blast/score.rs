//! From sums and exposure to a score, and the score as it is kept for every unit of an estate.

use super::tally::Sums;
use crate::model::Privilege;
use crate::model::estate::EscalationTarget;
use crate::model::weights::Weights;

/// Reach units in 10^-15: L x C.
pub(crate) fn reach(load: i128, crossing: i64) -> i128 {
    load.saturating_mul(i128::from(crossing))
}

/// 100 * (1 - exp(-RU * X / K)), 0..100. The exponent is exact until here.
pub(crate) fn score(reach: i128, exposure: i128, weights: &Weights) -> f64 {
    let exponent = reach.saturating_mul(exposure) as f64 / 1e33 / (weights.k as f64 / 1000.0);
    100.0 * (1.0 - libm::exp(-exponent))
}

/// X = 1 in 10^-18.
pub(crate) const NEUTRAL: i128 = 10i128.pow(18);

/// A score in tenths, half away from zero.
pub(crate) fn tenths(score: f64) -> i64 {
    libm::round(score * 10.0) as i64
}

/// An integer divided with the half rounded away from zero; for values that are not negative.
pub(crate) const fn rounded(value: i128, divisor: i128) -> i128 {
    (value + divisor / 2) / divisor
}

/// The result for one unit. Small, because an estate has one for each client, credential and vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitScore {
    load: i64,
    reach: i64,
    crossing: u16,
    exposure: u16,
    reach_tenths: u16,
    blast_tenths: u16,
    gateway_tenths: u16,
    /// Audiences reached.
    pub audiences: u32,
    /// Data class names reached, `unclassified` included.
    pub data_classes: u32,
    /// Business functions reached with `read` or more.
    pub functions: u32,
    /// Restricted and regulated data class names reached.
    pub sensitive_classes: u32,
    /// Trust boundaries reached; unassigned is one.
    pub boundaries: u32,
    /// Highest privilege; `none` when nothing is reached.
    pub max_privilege: Privilege,
    /// Strongest escalation method that the unit holds; `realm` also when it gets to a control plane by the methods of others.
    pub escalation: Option<EscalationTarget>,
    /// Share of the score that rests on assumptions, per mille: what is lost when only known facts count.
    pub assumed_per_mille: u16,
}

impl UnitScore {
    /// The score of a unit that reaches nothing; also what stands in a list before its pass.
    pub(crate) const NOTHING: Self = Self {
        load: 0,
        reach: 0,
        crossing: 1000,
        exposure: 10_000,
        reach_tenths: 0,
        blast_tenths: 0,
        gateway_tenths: 0,
        audiences: 0,
        data_classes: 0,
        functions: 0,
        sensitive_classes: 0,
        boundaries: 0,
        max_privilege: Privilege::None,
        escalation: None,
        assumed_per_mille: 0,
    };

    pub(crate) fn new(sums: &Sums, exposure: i128, known_exposure: i128, held: Option<EscalationTarget>, weights: &Weights) -> Self {
        let by_others = sums.plane && held < Some(EscalationTarget::ClientsAll);
        let units = reach(sums.load, sums.crossing);
        let blast = score(units, exposure, weights);
        let assumed = if sums.load == sums.known && exposure == known_exposure || blast <= 0.0 {
            0
        } else {
            let known = score(reach(sums.known, sums.crossing), known_exposure, weights);
            libm::round(1000.0 * (1.0 - known / blast)).clamp(0.0, 1000.0) as u16
        };
        Self {
            load: i64::try_from(sums.load).unwrap_or(i64::MAX),
            reach: i64::try_from(rounded(units, 10i128.pow(11))).unwrap_or(i64::MAX),
            crossing: sums.crossing.clamp(0, i64::from(u16::MAX)) as u16,
            exposure: rounded(exposure, 10i128.pow(14)).clamp(0, i128::from(u16::MAX)) as u16,
            reach_tenths: tenths(score(units, NEUTRAL, weights)) as u16,
            blast_tenths: tenths(blast) as u16,
            gateway_tenths: tenths(blast) as u16,
            audiences: sums.audiences,
            data_classes: sums.classes,
            functions: sums.functions,
            sensitive_classes: sums.sensitive,
            boundaries: sums.boundaries,
            max_privilege: sums.privilege.unwrap_or(Privilege::None),
            escalation: if by_others { Some(EscalationTarget::Realm) } else { held },
            assumed_per_mille: assumed,
        }
    }

    /// L: the sum of the loads of all atoms.
    pub fn load(&self) -> f64 {
        self.load as f64 / 1e12
    }

    /// C, 1.00 or more.
    pub fn crossing(&self) -> f64 {
        f64::from(self.crossing) / 1000.0
    }

    /// Reach units L x C, four decimals. Sort by this: it does not saturate.
    pub fn reach_units(&self) -> f64 {
        self.reach as f64 / 1e4
    }

    /// X, four decimals.
    pub fn exposure(&self) -> f64 {
        f64::from(self.exposure) / 1e4
    }

    /// What could be touched, 0-100, one decimal.
    pub fn reach_score(&self) -> f64 {
        f64::from(self.reach_tenths) / 10.0
    }

    /// The blast score as attested, 0-100, one decimal.
    pub fn blast_score(&self) -> f64 {
        f64::from(self.blast_tenths) / 10.0
    }

    /// The blast score in tenths.
    pub fn blast_tenths(&self) -> i64 {
        i64::from(self.blast_tenths)
    }

    /// The reach score in tenths; the SLA selector by band uses it (D41).
    pub fn reach_tenths(&self) -> i64 {
        i64::from(self.reach_tenths)
    }

    /// The blast score in the reading "gateway only", 0-100, one decimal; that as attested where no gateway is recorded (D43).
    pub fn gateway_only_score(&self) -> f64 {
        f64::from(self.gateway_tenths) / 10.0
    }

    /// The same score beside that of the reading "gateway only".
    pub(crate) const fn beside(self, gateway_only: &Self) -> Self {
        Self { gateway_tenths: gateway_only.blast_tenths, ..self }
    }

    /// Band of the blast score: Contained .. Extreme.
    pub fn band<'w>(&self, weights: &'w Weights) -> &'w str {
        weights.band_of(self.blast_tenths())
    }

    /// Reach units in 10^-15, exact: for means and comparisons.
    pub(crate) const fn reach_wide(&self) -> i128 {
        self.load as i128 * self.crossing as i128
    }

    /// Load in 10^-12, exact.
    pub const fn load_exact(&self) -> i64 {
        self.load
    }

    /// Reach units in 10^-4.
    pub const fn reach_exact(&self) -> i64 {
        self.reach
    }
}
