//! Secrets that were added beside the old ones, and ends that were moved instead of rotated.

use std::collections::HashSet;

use crate::formats::text::quoted;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::model::time::{Expiry, iso_date};
use crate::policy::drift::{self as rule, Lifetime};
use crate::store::drift::Difference;

use super::Judge;

impl Judge<'_> {
    pub(super) fn credentials(&mut self) {
        let lines: Vec<(usize, Option<CredentialRow>, CredentialRow)> = self
            .lines::<CredentialRow>()
            .filter(|(_, line)| line.difference != Difference::Removed)
            .filter_map(|(at, line)| Some((at, line.row_before(), line.row_after()?)))
            .collect();
        let new: HashSet<EntityId> = lines.iter().filter(|(_, before, _)| before.is_none()).map(|(_, _, row)| row.entity).collect();
        let answers = self.answers;
        for (at, before, row) in lines {
            let client = self.name(row.client);
            let kind = row.kind.as_str().replace('_', " ");
            if let Some(before) = before {
                if rule::expiry_pushed(lifetime(&before), lifetime(&row)) {
                    let sentence = format!(
                        "The {kind} “{}” of {client} ends {} instead of {}; it was not replaced.",
                        quoted(&row.display_name),
                        end(row.expires_at),
                        end(before.expires_at)
                    );
                    self.tell(at, DriftWord::ExpiryPushed, row.entity, sentence);
                }
                continue;
            }
            if !self.comparable("credentials", row.client, row.held_by) {
                continue;
            }
            let Some(view) = answers.view(row.client).and_then(|at| answers.clients.get(at)) else { continue };
            let old: Vec<&CredentialRow> = answers.credentials[view.credentials.start as usize..view.credentials.end as usize]
                .iter()
                .map(|view| &answers.rows.credentials[view.row as usize])
                .filter(|one| !new.contains(&one.entity) && one.held_by != 0)
                .collect();
            let kept = rule::kept_beside(lifetime(&row), &old.iter().map(|row| lifetime(row)).collect::<Vec<_>>(), answers.clock);
            if kept > 0 {
                let still = if kept == 1 { "an older one still works".to_owned() } else { format!("{kept} older ones still work") };
                let sentence = format!("{client} got a new {kind} “{}” and {still}.", quoted(&row.display_name));
                self.tell(at, DriftWord::SecretAddedOldKept, row.entity, sentence);
            }
        }
    }
}

fn lifetime(row: &CredentialRow) -> Lifetime<'_> {
    Lifetime { kind: row.kind, from: row.activated_at.or(row.created_at), expires: row.expires_at, fingerprint: row.fingerprint.as_deref() }
}

fn end(expires: Expiry) -> String {
    match expires {
        Expiry::Unknown => "at an unknown time".to_owned(),
        Expiry::Never => "never".to_owned(),
        Expiry::At(ms) => format!("on {}", iso_date(ms)),
    }
}
