//! Drift in words: which of the rows that differ between two revisions mean something that a person must look at.
//!
//! The rules stand in `policy::drift`; here they get what stood before and what stands now, put together from the rows
//! of the later revision and the rows that differ, and each finding gets its sentence. No SQL.

mod consents;
mod credentials;
mod names;
mod own_scopes;
mod parties;
pub mod told;

use std::collections::{BTreeMap, HashSet};

use crate::formats::text::quoted;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::store::drift::{Difference, Drift, DriftLine};
use crate::store::table::StoredRow;

use super::answers::Answers;
pub use names::Names;

/// What one differing row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// As which word.
    pub word: DriftWord,
    /// One sentence; names in it are imported text.
    pub sentence: String,
    /// What to open: a client, credential, audience or whatever lost its owner.
    pub opens: EntityId,
}

/// Meanings by position of the line.
#[derive(Debug, Default)]
pub struct Meanings {
    /// Position in `Drift::lines` -> what it means.
    pub of_line: BTreeMap<usize, Meaning>,
    /// Added rows that were not judged, because no row of their list was known before.
    pub first_seen: u32,
}

/// Judges all lines of a drift whose later revision is that of the answers.
pub fn judge(answers: &Answers, drift: &Drift) -> Meanings {
    let mut judge = Judge { answers, drift, names: Names::new(answers, drift), known: HashSet::new(), found: Meanings::default() };
    judge.known = judge.known_lists();
    judge.consents();
    judge.third_parties();
    judge.owners();
    judge.credentials();
    judge.own_scopes();
    judge.found
}

/// A list of an instance, in a table: what an added row is compared with.
type List = (&'static str, u32, i64);

struct Judge<'a> {
    answers: &'a Answers,
    drift: &'a Drift,
    names: Names<'a>,
    known: HashSet<List>,
    found: Meanings,
}

impl<'a> Judge<'a> {
    fn lines<R: StoredRow>(&self) -> impl Iterator<Item = (usize, &'a DriftLine)> + use<'a, R> {
        self.drift.lines.iter().enumerate().filter(|(_, line)| line.table == R::TABLE.name)
    }

    fn tell(&mut self, line: usize, word: DriftWord, opens: EntityId, sentence: String) {
        self.found.of_line.entry(line).or_insert(Meaning { word, sentence, opens });
    }

    fn instance(&self, entity: EntityId) -> u32 {
        self.answers.index.instance(&self.answers.rows, entity).map_or(0, |(_, instance, _)| instance)
    }

    /// Lists that held a row before: rows of today that no line added, and rows that a line changed or removed.
    fn known_lists(&self) -> HashSet<List> {
        let rows = &self.answers.rows;
        let mut known = HashSet::new();
        let mut add = |table: &'static str, of: EntityId, held_by: i64| {
            let instance = self.instance(of);
            for bit in (0..16).map(|bit| 1 << bit).filter(|bit| held_by & bit != 0) {
                known.insert((table, instance, bit));
            }
        };
        let added: HashSet<EntityId> = self
            .drift
            .lines
            .iter()
            .filter(|line| line.difference == Difference::Added && line.table != "grants")
            .map(|line| line.entity)
            .collect();
        for row in rows.clients.iter().filter(|row| !added.contains(&row.entity)) {
            add("clients", row.entity, row.held_by);
        }
        for row in rows.credentials.iter().filter(|row| !added.contains(&row.entity)) {
            add("credentials", row.client, row.held_by);
        }
        let new: HashSet<GrantKey> = self
            .lines::<GrantRow>()
            .filter(|(_, line)| line.difference == Difference::Added)
            .filter_map(|(_, line)| line.row_after::<GrantRow>())
            .map(|row| grant_key(&row))
            .collect();
        let mut last: Option<(EntityId, i64)> = None;
        for row in &rows.grants {
            let one = (row.client, i64::from(row.held_by));
            // Grants stand by client, so most repeat the one before.
            if last != Some(one) && (new.is_empty() || !new.contains(&grant_key(row))) {
                add("grants", row.client, one.1);
                last = Some(one);
            }
        }
        for line in &self.drift.lines {
            if let Some(row) = line.row_before::<ClientRow>() {
                add("clients", row.entity, row.held_by);
            } else if let Some(row) = line.row_before::<CredentialRow>() {
                add("credentials", row.client, row.held_by);
            } else if let Some(row) = line.row_before::<GrantRow>() {
                add("grants", row.client, i64::from(row.held_by));
            }
        }
        known
    }

    /// Whether an added row comes from a list that was known; counts those that do not.
    fn comparable(&mut self, table: &'static str, of: EntityId, held_by: i64) -> bool {
        let instance = self.instance(of);
        let known = (0..16).map(|bit| 1i64 << bit).any(|bit| held_by & bit != 0 && self.known.contains(&(table, instance, bit)));
        self.found.first_seen += u32::from(!known);
        known
    }

    /// Name of an entity for a sentence.
    fn name(&self, entity: EntityId) -> String {
        self.names.of(entity, true).map_or_else(|| "something unknown".to_owned(), |name| quoted(&name))
    }
}

type GrantKey = (EntityId, EntityId, GrantMode, EntityId);

const fn grant_key(row: &GrantRow) -> GrantKey {
    (row.client, row.scope, row.mode, row.principal)
}
