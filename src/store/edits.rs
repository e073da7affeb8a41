//! Revisions that people make: assertions, undo, and the seal of a pack.

use std::collections::HashSet;

use anyhow::Result;
use serde_json::{Map, json};
use sqlx::AssertSqlSafe;

use super::Store;
use super::cells::Value;
use super::draft::{Draft, NewEntry};
use super::log::{KindCount, LogEntry};
use super::read::{Scan, Which, values};
use super::table::{self, ASSERTIONS, StoredRow, Table};
use crate::error::Told;
use crate::model::id::EntityId;
use crate::model::kinds::Action;
use crate::model::rows::AssertionRow;
use crate::model::time::Millis;

/// What a person states about one attribute of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionChange {
    /// Subject; [`EntityId::NONE`] for the inventory itself.
    pub subject: EntityId,
    /// Attribute word, see [`AssertionRow::attribute`].
    pub attribute: String,
    /// New value; `None` withdraws what was stated before.
    pub value: Option<String>,
    /// When to look at it again.
    pub review_at: Option<Millis>,
}

/// A pack that was built and sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Revision that the pack shows.
    pub revision: i64,
    /// Label for people.
    pub label: String,
    /// SHA-256 of the pack's `SHA256SUMS`.
    pub sha256sums: String,
    /// Content hash of the revision (decision D12).
    pub content_hash: String,
}

impl Store {
    /// States, changes or withdraws values of any number of subjects: one revision for the whole set. What is stated
    /// already is left alone; a set that changes nothing makes no revision and answers the newest entry.
    ///
    /// # Errors
    /// Reading only, a subject that does not exist, or the file cannot be written.
    pub async fn assert(&self, changes: &[AssertionChange], actor: &str, reason: &str, now: Millis) -> Result<LogEntry> {
        let mut draft = self.begin().await?;
        let done = self.write_assertions(&mut draft, changes, actor, reason, now).await;
        let count = match done {
            Ok(count) => count,
            Err(error) => {
                draft.abandon().await?;
                return Err(error);
            }
        };
        if count == KindCount::default_for("assertion") {
            draft.abandon().await?;
            let head = self.head().await?;
            return self.entry(head).await;
        }
        let subject = if let [change] = changes { change.attribute.clone() } else { format!("{} statements", changes.len()) };
        draft
            .commit(NewEntry {
                at: now,
                actor: actor.to_owned(),
                action: Action::Assert,
                reason: reason.to_owned(),
                subject,
                counts: vec![count],
                detail: Map::new(),
                as_of: None,
            })
            .await
    }

    async fn write_assertions(
        &self,
        draft: &mut Draft,
        changes: &[AssertionChange],
        actor: &str,
        reason: &str,
        now: Millis,
    ) -> Result<KindCount> {
        let mut count = KindCount::default_for("assertion");
        let mut visible = std::collections::HashMap::new();
        let mut connection = self.reader().await?;
        super::read::scan(&mut connection, &ASSERTIONS, Which::At(draft.number() - 1), |raw, cells| {
            let row = AssertionRow::get(cells)?;
            visible.insert((row.subject, row.attribute), (raw.id, row.value, row.review_at));
            Ok(())
        })
        .await?;
        // Of two statements about the same thing in one set the later one holds.
        let mut last = std::collections::BTreeMap::new();
        for change in changes {
            if change.subject.is_some() {
                let there = sqlx::query("select 1 from keys where id = ?")
                    .bind(i64::from(change.subject.0))
                    .fetch_optional(&mut connection)
                    .await?;
                if there.is_none() {
                    return Err(Told::refusal(
                        "BH-INV-014",
                        "A subject of these statements does not exist.",
                        "Nothing was changed.",
                        "Choose a subject that the inventory lists.",
                    )
                    .into());
                }
            }
            last.insert((change.subject, change.attribute.as_str()), change);
        }
        self.give_back(connection);
        for change in last.into_values() {
            let before = visible.get(&(change.subject, change.attribute.clone()));
            if let Some((_, value, review_at)) = before
                && Some(value) == change.value.as_ref()
                && *review_at == change.review_at
            {
                continue;
            }
            if let Some((id, ..)) = before {
                draft.close(&ASSERTIONS, *id).await?;
            }
            match (&change.value, before.is_some()) {
                (Some(_), true) => count.changed += 1,
                (Some(_), false) => count.added += 1,
                (None, true) => count.removed += 1,
                (None, false) => {}
            }
            if let Some(value) = &change.value {
                let row = AssertionRow {
                    subject: change.subject,
                    attribute: change.attribute.clone(),
                    value: value.clone(),
                    reason: reason.to_owned(),
                    actor: actor.to_owned(),
                    at: now,
                    review_at: change.review_at,
                };
                draft.insert(&ASSERTIONS, &row.put()).await?;
            }
        }
        Ok(count)
    }

    /// Records that a pack of a revision was sealed; the next entry of the log.
    ///
    /// # Errors
    /// Reading only, or the file cannot be written.
    pub async fn seal(&self, seal: &Seal, actor: &str, now: Millis) -> Result<LogEntry> {
        let detail =
            json!({ "revision": seal.revision, "label": seal.label, "sha256sums": seal.sha256sums, "content_hash": seal.content_hash });
        self.begin()
            .await?
            .commit(NewEntry {
                at: now,
                actor: actor.to_owned(),
                action: Action::Seal,
                reason: String::new(),
                subject: format!("Pack of revision {}", seal.revision),
                counts: Vec::new(),
                detail: detail.as_object().cloned().unwrap_or_default(),
                as_of: None,
            })
            .await
    }

    /// Whether a revision can be undone: an import, an edit or an undo.
    pub fn can_undo(entry: &LogEntry) -> bool {
        matches!(entry.action, Action::Import | Action::Assert | Action::Undo)
    }

    /// A new revision that restores what a revision changed (decision D14). Later changes of other rows stay.
    ///
    /// # Errors
    /// A seal or the first entry; a later revision changed the same rows, which is then named; nothing to restore;
    /// or the file cannot be written.
    pub async fn undo(&self, revision: i64, actor: &str, reason: &str, now: Millis) -> Result<LogEntry> {
        let undone = self.entry(revision).await?;
        if !Self::can_undo(&undone) {
            return Err(Told::refusal(
                "BH-INV-015",
                format!("Revision {revision} cannot be undone."),
                "Nothing was changed. A seal and the first entry stay, because a pack may already rest on them.",
                "Undo the revisions that changed the data instead.",
            )
            .into());
        }
        let mut draft = self.begin().await?;
        let restored = async {
            self.check_undo(revision).await?;
            let mut counts = Vec::new();
            for table in table::ALL.iter().filter(|table| table.versioned) {
                let count = self.restore(&mut draft, table, revision).await?;
                if count.added + count.removed + count.changed > 0 {
                    counts.push(count);
                }
            }
            if counts.is_empty() {
                return Err(Told::refusal(
                    "BH-INV-016",
                    format!("Revision {revision} changed no rows."),
                    "Nothing was changed.",
                    "There is nothing to undo.",
                )
                .into());
            }
            Ok(counts)
        }
        .await;
        match restored {
            Ok(counts) => {
                draft
                    .commit(NewEntry {
                        at: now,
                        actor: actor.to_owned(),
                        action: Action::Undo,
                        reason: reason.to_owned(),
                        subject: format!("Revision {revision}: {}", undone.subject),
                        counts,
                        detail: json!({ "undone": revision }).as_object().cloned().unwrap_or_default(),
                        as_of: None,
                    })
                    .await
            }
            Err(error) => {
                draft.abandon().await?;
                Err(error)
            }
        }
    }

    /// Refuses when a later revision touched what is to be restored.
    async fn check_undo(&self, revision: i64) -> Result<()> {
        let mut connection = self.reader().await?;
        for table in table::ALL.iter().filter(|table| table.versioned) {
            let same = table
                .key
                .iter()
                .map(|&at| format!("ifnull(a.{0}, 0) = ifnull(b.{0}, 0)", table.columns[at].name))
                .collect::<Vec<_>>()
                .join(" and ");
            let written = format!("select until from {} where since = ?1 and until is not null limit 1", table.name);
            let replaced = format!(
                "select b.since from {0} a join {0} b on {same} where a.until = ?1 and b.until is null and b.since <> ?1 limit 1",
                table.name
            );
            for sql in [written, replaced] {
                let row = sqlx::query(AssertSqlSafe(sql)).bind(revision).fetch_optional(&mut connection).await?;
                if let Some(row) = row {
                    let later: i64 = sqlx::Row::try_get(&row, 0)?;
                    return Err(Told::refusal(
                        "BH-INV-017",
                        format!("Revision {revision} cannot be undone, because revision {later} changed the same rows later."),
                        "Nothing was changed.",
                        format!("Undo revision {later} first."),
                    )
                    .into());
                }
            }
        }
        self.give_back(connection);
        Ok(())
    }

    async fn restore(&self, draft: &mut Draft, table: &'static Table, revision: i64) -> Result<KindCount> {
        let mut connection = self.reader().await?;
        let mut closed_keys: HashSet<Vec<Value>> = HashSet::new();
        let key = |values: &[Value]| -> Vec<Value> { table.key.iter().filter_map(|&at| values.get(at).cloned()).collect() };
        let mut closing = Vec::new();
        super::read::scan(&mut connection, table, Which::Of(revision), |raw, cells| {
            let values = values(table, cells)?;
            if raw.since == revision {
                closing.push(raw.id);
                closed_keys.insert(key(&values));
            }
            Ok(())
        })
        .await?;
        for id in &closing {
            draft.close(table, *id).await?;
        }
        let mut count = KindCount::default_for(table.kind.map_or(table.name, |kind| kind.as_str()));
        let mut windows = Scan::new(&mut connection, table, Which::Of(revision)).await?;
        while let Some(window) = windows.next().await? {
            let mut rows = Vec::new();
            window.rows(&mut |raw, cells| {
                let values = values(table, cells)?;
                if raw.until == Some(revision) {
                    rows.push(values);
                }
                Ok(())
            })?;
            for row in rows {
                if closed_keys.remove(&key(&row)) {
                    count.changed += 1;
                } else {
                    count.added += 1;
                }
                draft.insert(table, &row).await?;
            }
        }
        count.removed = u32::try_from(closed_keys.len()).unwrap_or(u32::MAX);
        self.give_back(connection);
        Ok(count)
    }
}

impl KindCount {
    /// A count of nothing yet.
    pub fn default_for(kind: &str) -> Self {
        Self { kind: kind.to_owned(), added: 0, removed: 0, changed: 0 }
    }
}
