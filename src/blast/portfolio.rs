//! Portfolio measures (domain.md 3.9): what many units of one kind come to together.

use serde::Serialize;

use super::score::UnitScore;
use crate::model::weights::Weights;

/// Most units that the share of the largest names.
const LARGEST: usize = 10;
/// The share of the ten largest says something only of more units than this.
const SHARE_FROM: usize = 20;

/// Measures of the units of one kind; never of mixed kinds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Portfolio {
    /// Units.
    pub units: u32,
    /// Sum of reach units.
    pub sum: f64,
    /// Largest reach units.
    pub max: f64,
    /// Plain mean of reach units; null without units.
    pub mean: Option<f64>,
    /// Sum of blast scores.
    pub score_sum: f64,
    /// Highest blast score.
    pub score_max: f64,
    /// Units per band of the blast score, lowest band first.
    pub bands: Vec<(String, u32)>,
    /// Reach lost on average when one unit is stolen, likelihood proportional to exposure: sum(X x RU) / sum(X). Null without units.
    pub expected_reach: Option<f64>,
    /// Share of the ten largest in the sum, 0..1; null for 20 units or fewer, or when nothing is reached.
    pub top_ten_share: Option<f64>,
    /// Gini coefficient of reach units, 0 = all equal. Null when nothing is reached. A low one is not good by itself.
    pub gini: Option<f64>,
    /// Units that reach more than one trust boundary.
    pub crossing: u32,
    /// Units that hold a way of escalation or get to a control plane.
    pub escalating: u32,
}

impl Portfolio {
    /// Measures some units.
    pub fn of<'a>(scores: impl IntoIterator<Item = &'a UnitScore>, weights: &Weights) -> Self {
        let mut reach = Vec::new();
        let (mut score_sum, mut score_max, mut crossing, mut escalating) = (0i64, 0i64, 0u32, 0u32);
        let (mut exposed, mut weighted) = (0.0, 0.0);
        let mut bands: Vec<(String, u32)> = weights.bands.iter().map(|band| (band.name.clone(), 0)).collect();
        for score in scores {
            reach.push(score.reach_exact());
            score_sum += score.blast_tenths();
            score_max = score_max.max(score.blast_tenths());
            crossing += u32::from(score.boundaries > 1);
            escalating += u32::from(score.escalation.is_some());
            exposed += score.exposure();
            weighted += score.exposure() * score.reach_units();
            if let Some(band) = bands.iter_mut().find(|band| band.0 == score.band(weights)) {
                band.1 += 1;
            }
        }
        reach.sort_unstable();
        let sum: i128 = reach.iter().map(|units| i128::from(*units)).sum();
        let units = |exact: i128| exact as f64 / 1e4;
        let largest: i128 = reach.iter().rev().take(LARGEST).map(|units| i128::from(*units)).sum();
        Self {
            units: reach.len() as u32,
            sum: units(sum),
            max: units(i128::from(reach.last().copied().unwrap_or(0))),
            mean: (!reach.is_empty()).then(|| units(sum) / reach.len() as f64),
            score_sum: score_sum as f64 / 10.0,
            score_max: score_max as f64 / 10.0,
            bands,
            expected_reach: (exposed > 0.0).then(|| weighted / exposed),
            top_ten_share: (reach.len() > SHARE_FROM && sum > 0).then(|| largest as f64 / sum as f64),
            gini: gini(&reach, sum),
            crossing,
            escalating,
        }
    }
}

/// sum_i (2i - n - 1) x RU_i / (n x sum RU), RU ascending, i from 1.
fn gini(ascending: &[i64], sum: i128) -> Option<f64> {
    let n = ascending.len() as i128;
    let spread: i128 = ascending.iter().zip(1..).map(|(units, i): (&i64, i128)| (2 * i - n - 1) * i128::from(*units)).sum();
    (sum > 0).then(|| spread as f64 / (n * sum) as f64)
}
