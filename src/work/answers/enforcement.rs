//! How an API is enforced: its gateway and its ten checks, as people recorded them and as configurations of gateways show them, and
//! what each is worth at the clock time.
//!
//! Knows assertions and the policy that judges them; knows no scores.

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::RevisionRows;
use crate::model::time::Millis;
use crate::policy::enforcement::{self, CheckRecord, Checks};

use super::estate::stated;
use super::gateways::Observed;
use super::index::Index;

/// Enforcement of one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enforcement {
    /// Gateway in front of it, by name: as people stated it, else as a configuration shows it.
    pub gateway: Option<String>,
    /// Gateway as people stated it.
    pub stated_gateway: Option<String>,
    /// Names of routes that lead here, as people stated them.
    pub stated_routes: Option<String>,
    /// Whether it can be called past the gateway.
    pub reachable_without_gateway: Option<bool>,
    /// What people recorded, in the order of the checks; `by` falls back to who stated it.
    pub records: Vec<Option<CheckRecord>>,
    /// What configurations of gateways show, G1 to G5; empty when no route of a gateway leads here.
    pub observed: Vec<Observed>,
    /// Routes that lead here: places in `Answers::routes`.
    pub routes: Vec<u32>,
    /// Whether what people recorded and what a configuration shows differ.
    pub contradictions: [bool; 10],
    /// What counts of each check at the clock time.
    pub checks: Checks,
    /// Why a record counts otherwise than recorded; empty when it counts as recorded.
    pub why: [&'static str; 10],
}

impl Default for Enforcement {
    fn default() -> Self {
        Self {
            gateway: None,
            stated_gateway: None,
            stated_routes: None,
            observed: Vec::new(),
            routes: Vec::new(),
            contradictions: [false; 10],
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
            stated_gateway: stated(rows, index, entity, "gateway").map(str::to_owned),
            stated_routes: stated(rows, index, entity, "gateway_routes").map(str::to_owned),
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

    /// Lays what routes of gateways show beside what people recorded; neither overwrites the other ([`enforcement::judge`]).
    pub fn observe(&mut self, observed: Vec<Observed>, gateway: Option<String>, routes: Vec<u32>) {
        for (place, seen) in observed.iter().enumerate() {
            let said = enforcement::Effective { result: self.checks[place], why: self.why[place] };
            let judged = enforcement::judge(said, Some(seen.worth));
            (self.checks[place], self.why[place], self.contradictions[place]) =
                (judged.worth.result, judged.worth.why, judged.contradiction);
        }
        if self.gateway.is_none() {
            self.gateway = gateway;
        }
        self.observed = observed;
        self.routes = routes;
    }

    /// The next day on which a result that counts stops counting, as days since 1970-01-01.
    pub fn next_end(&self) -> Option<i64> {
        let counting = |place: &usize| matches!(self.checks[*place], CheckResult::Pass | CheckResult::Partial);
        let ends = |place: usize| {
            let of = |record: Option<&CheckRecord>| record.filter(|record| record.result == Some(self.checks[place]))?.ends();
            let (said, seen) = (of(self.records[place].as_ref()), of(self.observed.get(place).map(|observed| &observed.record)));
            // Either of the two is enough while it lasts.
            said.max(seen)
        };
        (0..self.checks.len()).filter(counting).filter_map(ends).min()
    }
}
