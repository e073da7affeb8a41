//! Audiences that had a scope of their own and have none any more.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::formats::text::quoted;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::policy::drift as rule;
use crate::store::drift::Difference;

use super::Judge;

impl Judge<'_> {
    pub(super) fn own_scopes(&mut self) {
        if self.lines::<ScopeRow>().next().is_none() {
            return;
        }
        let answers = self.answers;
        let touched: HashSet<EntityId> = self.lines::<ScopeRow>().map(|(_, line)| line.entity).collect();
        let now: Vec<&ScopeRow> = answers.rows.scopes.iter().filter(|row| stands(row.held_by, row.state)).collect();
        let gone: Vec<ScopeRow> = self
            .lines::<ScopeRow>()
            .filter_map(|(_, line)| line.row_before::<ScopeRow>())
            .filter(|row| stands(row.held_by, row.state))
            .collect();
        let before: Vec<&ScopeRow> = now.iter().copied().filter(|row| !touched.contains(&row.entity)).chain(&gone).collect();
        let (own_before, own_now) = (self.own(&before), self.own(&now));
        let lost: BTreeSet<EntityId> = own_before
            .iter()
            .filter(|(audience, scopes)| rule::own_scope_lost(scopes.len(), own_now.get(*audience).map_or(0, Vec::len)))
            .map(|(audience, _)| *audience)
            .filter(|audience| {
                answers.index.row(*audience).and_then(|at| answers.rows.audiences.get(at)).is_some_and(|row| stands(row.held_by, row.state))
            })
            .collect();
        let lines: Vec<(usize, Difference, ScopeRow)> = self
            .lines::<ScopeRow>()
            .filter_map(|(at, line)| Some((at, line.difference, line.row_before().or_else(|| line.row_after())?)))
            .collect();
        for (at, difference, row) in lines {
            let value = quoted(&row.value);
            if difference == Difference::Added {
                let Some(audience) = lost.iter().find(|audience| **audience != row.audience && own_before[*audience].contains(&row.value))
                else {
                    continue;
                };
                let sentence = format!(
                    "{} has no scope of its own any more: {value} is now honoured by {} too.",
                    self.name(*audience),
                    self.name(row.audience)
                );
                self.tell(at, DriftWord::OwnScopeLost, *audience, sentence);
            } else if lost.contains(&row.audience) && own_before[&row.audience].contains(&row.value) {
                let sentence = format!("{} has no scope of its own any more: {value} was removed.", self.name(row.audience));
                self.tell(at, DriftWord::OwnScopeLost, row.audience, sentence);
            }
        }
    }

    /// Values that only one audience honours, by audience. Entra names the audience in the token, so there every scope is
    /// the audience's own; elsewhere the bare string counts (decision D6).
    fn own(&self, scopes: &[&ScopeRow]) -> HashMap<EntityId, Vec<String>> {
        let bare = |row: &ScopeRow| {
            self.answers.index.instance(&self.answers.rows, row.audience).is_some_and(|(source, ..)| source != Source::Entra)
        };
        let mut audiences: HashMap<&str, HashSet<EntityId>> = HashMap::new();
        for row in scopes.iter().filter(|row| bare(row)) {
            audiences.entry(&row.value).or_default().insert(row.audience);
        }
        let mut own: HashMap<EntityId, Vec<String>> = HashMap::new();
        for row in scopes {
            if !bare(row) || audiences.get(row.value.as_str()).is_none_or(|all| all.len() == 1) {
                own.entry(row.audience).or_default().push(row.value.clone());
            }
        }
        own
    }
}

/// Whether a row is there for its own sake: a list holds it, or it was never more than mentioned. One that its list let go
/// may stay in view because something still refers to it.
fn stands(held_by: i64, state: RowState) -> bool {
    held_by != 0 || state == RowState::Unresolved
}
