//! What people recorded about how an API is enforced: its gateway, its ten checks and what each is worth at the clock time.
//!
//! Knows assertions and the policy that judges them; knows no scores.

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::RevisionRows;
use crate::model::time::Millis;
use crate::policy::enforcement::{self, CheckRecord, Checks};

use super::estate::stated;
use super::index::Index;

/// Enforcement of one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enforcement {
    /// Gateway in front of it, by name.
    pub gateway: Option<String>,
    /// Whether it can be called past the gateway.
    pub reachable_without_gateway: Option<bool>,
    /// What was recorded, in the order of the checks; `by` falls back to who stated it.
    pub records: Vec<Option<CheckRecord>>,
    /// What each record is worth at the clock time.
    pub checks: Checks,
    /// Why a record counts otherwise than recorded; empty when it counts as recorded.
    pub why: [&'static str; 10],
}

impl Default for Enforcement {
    fn default() -> Self {
        Self {
            gateway: None,
            reachable_without_gateway: None,
            records: vec![None; 10],
            checks: [CheckResult::Unknown; 10],
            why: [enforcement::effective(None, None, 0).why; 10],
        }
    }
}

impl Enforcement {
    /// Reads the statements about an audience.
    pub fn of(rows: &RevisionRows, index: &Index, entity: EntityId, sensitivity: Option<Sensitivity>, clock: Millis) -> Self {
        let mut this = Self {
            gateway: stated(rows, index, entity, "gateway").map(str::to_owned),
            reachable_without_gateway: stated(rows, index, entity, "reachable_without_gateway").map(|word| word == "yes"),
            ..Self::default()
        };
        if rows.assertions.is_empty() {
            return this;
        }
        for &check in CheckId::ALL {
            let Some(assertion) = index.assertion(rows, entity, &enforcement::check_attribute(check)) else { continue };
            // What was stated was checked when it was stated; a text of another version that no longer parses counts as unknown.
            let Ok(mut record) = CheckRecord::parse(&assertion.value) else { continue };
            let place = enforcement::at(check);
            let worth = enforcement::effective(Some(&record), sensitivity, clock);
            record.by.get_or_insert_with(|| assertion.actor.clone());
            (this.checks[place], this.why[place]) = (worth.result, worth.why);
            this.records[place] = Some(record);
        }
        this
    }

    /// The next day on which a result that counts stops counting, as days since 1970-01-01.
    pub fn next_end(&self) -> Option<i64> {
        let counting =
            self.records.iter().zip(&self.checks).filter(|(_, result)| matches!(result, CheckResult::Pass | CheckResult::Partial));
        counting.filter_map(|(record, _)| record.as_ref()?.ends()).min()
    }
}
