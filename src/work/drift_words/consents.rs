//! Grants that a known client did not have: wider consent, and reading that became writing.

use std::collections::{HashMap, HashSet};

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::policy::Packs;
use crate::policy::drift::{self as rule, Consent, Held};
use crate::policy::permissions::{PermissionQuery, classify};
use crate::store::drift::Difference;

use super::{GrantKey, Judge, grant_key};

impl Judge<'_> {
    pub(super) fn consents(&mut self) {
        let added: Vec<(usize, GrantRow)> = self
            .lines::<GrantRow>()
            .filter(|(_, line)| line.difference == Difference::Added)
            .filter_map(|(at, line)| Some((at, line.row_after::<GrantRow>()?)))
            .collect();
        if added.is_empty() {
            return;
        }
        let new: HashSet<GrantKey> = added.iter().map(|(_, row)| grant_key(row)).collect();
        let new_clients: HashSet<EntityId> =
            self.lines::<ClientRow>().filter(|(_, line)| line.difference == Difference::Added).map(|(_, line)| line.entity).collect();
        let gone_scopes: HashMap<EntityId, ScopeRow> =
            self.lines::<ScopeRow>().filter_map(|(_, line)| line.row_before::<ScopeRow>()).map(|row| (row.entity, row)).collect();
        let mut gone: HashMap<EntityId, Vec<GrantRow>> = HashMap::new();
        for row in self
            .lines::<GrantRow>()
            .filter(|(_, line)| line.difference != Difference::Added)
            .filter_map(|(_, line)| line.row_before::<GrantRow>())
        {
            gone.entry(row.client).or_default().push(row);
        }
        let mut before: HashMap<EntityId, Vec<Held>> = HashMap::new();
        for (at, row) in added {
            // A client that is new as a whole has widened nothing.
            if new_clients.contains(&row.client) || !self.comparable("grants", row.client, i64::from(row.held_by)) {
                continue;
            }
            let Some(now) = self.held(&row, &gone_scopes) else { continue };
            let known = before.entry(row.client).or_insert_with(|| {
                let client = self.answers.view(row.client).and_then(|at| self.answers.clients.get(at));
                let today = client.map_or(0..0, |view| view.grants.start as usize..view.grants.end as usize);
                let stayed = self.answers.rows.grants[today].iter().filter(|row| !new.contains(&grant_key(row)));
                stayed.chain(gone.get(&row.client).into_iter().flatten()).filter_map(|row| self.held(row, &gone_scopes)).collect()
            });
            let Some(consent) = rule::consent(known, now) else { continue };
            let (client, scope) = (self.name(row.client), self.name(row.scope));
            let audience = self.name(EntityId(now.audience));
            let sentence = match consent {
                Consent::ReadBecameWrite(before) => format!(
                    "{client} can now {} at {audience} ({scope}, {}); before it held {before} there at most.",
                    can(now.privilege),
                    for_whom(now.mode)
                ),
                Consent::MorePeople(before) => {
                    format!("{client} may use {scope} at {audience} {} now; before {} at most.", for_whom(now.mode), for_whom(before))
                }
                Consent::MoreScopes => {
                    format!("{client} may now also use {scope} at {audience} ({}, {}).", now.privilege, for_whom(now.mode))
                }
            };
            self.tell(at, consent.word(), row.client, sentence);
        }
    }

    fn held(&self, row: &GrantRow, gone: &HashMap<EntityId, ScopeRow>) -> Option<Held> {
        let answers = self.answers;
        if let Some(view) = answers.view(row.scope).and_then(|at| answers.scopes.get(at)) {
            let audience = answers.rows.audiences[answers.audiences[view.audience as usize].row as usize].entity;
            return Some(Held { audience: audience.0, scope: row.scope.0, mode: row.mode, privilege: view.class.privilege });
        }
        // The scope is gone; its last row says what it was.
        let scope = gone.get(&row.scope)?;
        let key = answers.view(scope.audience).and_then(|at| answers.audiences.get(at)).and_then(|view| view.well_known.as_deref());
        let query = PermissionQuery {
            source: answers.index.instance(&answers.rows, scope.audience).map_or(Source::Generic, |(source, ..)| source),
            audience_key: key,
            kind: scope.kind,
            value: &scope.value,
            delegated: scope.kind == ScopeKind::Scope,
            implies: scope.implies.as_deref(),
            overridden: None,
        };
        let privilege = classify(Packs::shipped(), &query).privilege;
        Some(Held { audience: scope.audience.0, scope: row.scope.0, mode: row.mode, privilege })
    }
}

const fn can(privilege: Privilege) -> &'static str {
    match privilege {
        Privilege::None | Privilege::Basic | Privilege::Read => "read",
        Privilege::Write => "write",
        Privilege::Admin => "administer",
        Privilege::Impersonate => "act as others",
        Privilege::Escalate => "raise its own rights",
    }
}

const fn for_whom(mode: GrantMode) -> &'static str {
    match mode {
        GrantMode::DelegatedOne => "for single users",
        GrantMode::DelegatedGroup => "for a group",
        GrantMode::DelegatedAll => "for all users",
        GrantMode::Application => "as itself",
    }
}
