//! Outside parties that came, and owners that went.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::formats::text::quoted;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::policy::drift as rule;
use crate::store::drift::Difference;
use crate::work::answers::clients::ClientFacts;
use crate::work::answers::owners::Ownerships;

use super::Judge;

impl Judge<'_> {
    pub(super) fn third_parties(&mut self) {
        let lines: Vec<(usize, Option<ClientRow>)> = self
            .lines::<ClientRow>()
            .filter(|(_, line)| line.difference != Difference::Removed)
            .map(|(at, line)| (at, line.row_before()))
            .collect();
        if lines.is_empty() {
            return;
        }
        let answers = self.answers;
        let ownerships = Ownerships::default();
        let facts = ClientFacts::new(&answers.rows, &answers.index, &ownerships);
        for (at, before) in lines {
            let entity = self.drift.lines[at].entity;
            let Some(view) = answers.view(entity).filter(|at| answers.is_client(entity, *at)).map(|at| &answers.clients[at]) else {
                continue;
            };
            let now = view.holder.value.unwrap_or(Holder::Unknown);
            let row = &answers.rows.clients[view.row as usize];
            let was = before.as_ref().map(|row| facts.holder(row).0);
            // One that was only mentioned before is not new, only described now.
            let described_now = before.as_ref().is_some_and(|row| row.state == RowState::Unresolved);
            if (was.is_none() && !self.comparable("clients", entity, row.held_by)) || described_now || !rule::new_third_party(was, now) {
                continue;
            }
            let vendor = view.vendor.map_or_else(String::new, |at| format!(", {}", quoted(&answers.vendors[at as usize].name)));
            let sentence = match was {
                None => format!("{} is new and its credentials are held by a third party{vendor}.", self.name(entity)),
                Some(was) => {
                    format!("{} is held by a third party now{vendor}; before: {}.", self.name(entity), was.as_str().replace('_', " "))
                }
            };
            self.tell(at, DriftWord::NewThirdParty, entity, sentence);
        }
    }

    pub(super) fn owners(&mut self) {
        let owner_before: HashMap<EntityId, OwnerRow> =
            self.lines::<OwnerRow>().filter_map(|(_, line)| line.row_before::<OwnerRow>()).map(|row| (row.entity, row)).collect();
        let removed: Vec<(usize, OwnershipRow)> = self
            .lines::<OwnershipRow>()
            .filter(|(_, line)| line.difference == Difference::Removed)
            .filter_map(|(at, line)| Some((at, line.row_before::<OwnershipRow>()?)))
            .collect();
        let left: Vec<(usize, OwnerRow)> = self
            .lines::<OwnerRow>()
            .filter_map(|(at, line)| Some((at, line.row_before::<OwnerRow>()?, line.row_after::<OwnerRow>()?)))
            .filter(|(_, before, after)| rule::answers(before.status) && !rule::answers(after.status))
            .map(|(at, _, after)| (at, after))
            .collect();
        if removed.is_empty() && left.is_empty() {
            return;
        }
        let answers = self.answers;
        let counts = |role: OwnershipRole| matches!(role, OwnershipRole::Accountable | OwnershipRole::Technical);
        let added: HashSet<(EntityId, EntityId, OwnershipRole)> = self
            .lines::<OwnershipRow>()
            .filter(|(_, line)| line.difference == Difference::Added)
            .filter_map(|(_, line)| line.row_after::<OwnershipRow>())
            .map(|row| (row.subject, row.owner, row.role))
            .collect();
        // Subject -> owners that could answer before, and that can now.
        let mut sums: HashMap<EntityId, (usize, usize)> = HashMap::new();
        let taken: HashSet<(EntityId, EntityId, OwnershipRole)> =
            removed.iter().map(|(_, row)| (row.subject, row.owner, row.role)).collect();
        let gone = |row: &OwnershipRow| taken.contains(&(row.subject, row.owner, row.role));
        for row in answers.rows.ownerships.iter().filter(|row| counts(row.role)) {
            let status =
                answers.index.row(row.owner).and_then(|at| answers.rows.owners.get(at)).map_or(PersonStatus::Unknown, |row| row.status);
            let was = owner_before.get(&row.owner).map_or(status, |row| row.status);
            let sum = sums.entry(row.subject).or_default();
            sum.0 += usize::from(rule::answers(was) && !added.contains(&(row.subject, row.owner, row.role)) && !gone(row));
            sum.1 += usize::from(rule::answers(status) && !gone(row));
        }
        for (_, row) in removed.iter().filter(|(_, row)| counts(row.role)) {
            let now = answers.index.row(row.owner).and_then(|at| answers.rows.owners.get(at)).map(|row| row.status);
            let was = owner_before.get(&row.owner).map(|row| row.status).or(now).unwrap_or(PersonStatus::Unknown);
            sums.entry(row.subject).or_default().0 += usize::from(rule::answers(was));
        }
        let stated = |subject: EntityId| answers.index.assertion(&answers.rows, subject, "owner").is_some();
        let orphaned = |subject: EntityId| {
            let (before, now) = sums.get(&subject).copied().unwrap_or_default();
            rule::owner_vanished(before, now) && !stated(subject) && answers.index.row(subject).is_some()
        };
        for (at, row) in removed.iter().filter(|(_, row)| counts(row.role) && orphaned(row.subject)) {
            let owner = owner_before.get(&row.owner).map_or_else(|| self.name(row.owner), |row| quoted(&row.display_name));
            let sentence = format!("{} has no owner any more: {owner} is no longer listed.", self.name(row.subject));
            self.tell(*at, DriftWord::OwnerVanished, row.subject, sentence);
        }
        for (at, owner) in left {
            let subjects: BTreeSet<EntityId> = answers
                .rows
                .ownerships
                .iter()
                .filter(|row| row.owner == owner.entity && counts(row.role) && orphaned(row.subject))
                .map(|row| row.subject)
                .collect();
            let Some(first) = subjects.first() else { continue };
            let names: Vec<String> = subjects.iter().take(3).map(|subject| self.name(*subject)).collect();
            let more = if subjects.len() > 3 { format!(" and {} more", subjects.len() - 3) } else { String::new() };
            let verb = if subjects.len() == 1 { "has" } else { "have" };
            let sentence =
                format!("{} {verb} no owner any more{more}: {} is {}.", names.join(", "), quoted(&owner.display_name), owner.status);
            self.tell(at, DriftWord::OwnerVanished, *first, sentence);
        }
    }
}
