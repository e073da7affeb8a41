//! From settled names to a revision: keys, grants and tables side by side, then files, problems and the entry.
//!
//! Knows the order in which things have to be written; knows no file format.

use std::sync::Arc;

use anyhow::{Result, ensure};
use serde_json::json;

use super::first_grants::FirstGrants;
use super::known::Known;
use super::lists::Lists;
use super::merge::{Merge, Named};
use super::names::Names;
use super::reading::Reading;
use super::settle::{self, NewKeys, Who};
use super::{MOST_LISTED, PHASES, Run, Written, stopped};
use crate::importers::ALL;
use crate::model::facts::ProblemSeverity;
use crate::model::kinds::*;
use crate::model::time::Millis;
use crate::store::cells::{Field, Value};
use crate::store::draft::{Draft, NewEntry};
use crate::store::table;
use crate::work::wire::{Equation, ImportResult, ImportedFile, KindChange};

impl Run<'_> {
    /// Writes keys and everything but the first grants.
    async fn keys_and_tables(&self, merge: &mut Merge<'_>, head: i64, known: &Known, new_keys: &NewKeys, known_grants: u64) -> Result<()> {
        let who = Arc::clone(&merge.who);
        let mut texts = new_keys.prepare(self.store, head, merge.reading, known, &who).await?;
        let mut keys = merge.draft.lend(&table::KEYS);
        let (tell, told) = tokio::sync::oneshot::channel();
        let writing = async {
            let done = new_keys.write(self.store, &mut texts, &who, &mut keys).await;
            // Whoever needs a key that is not there goes on without and is stopped by the error.
            let _ = tell.send(());
            done
        };
        self.progress.phase(4, PHASES, "Comparing and writing");
        let (keys_written, merged) = tokio::join!(writing, self.tables(merge, known_grants, told));
        merge.draft.give_back(keys);
        texts.give_back(merge.reading);
        keys_written.and(merged)
    }

    /// Merges all tables; those whose rows may be called by their key wait until the keys can be read.
    async fn tables(&self, merge: &mut Merge<'_>, known_grants: u64, keys: tokio::sync::oneshot::Receiver<()>) -> Result<()> {
        if known_grants > 0 {
            merge.grants(known_grants).await?;
        }
        // Those that name others come before those that are named, so that placeholders are known to be needed.
        let without_keys = [&table::IDENTIFIERS, &table::REACH_EDGES, &table::OWNERSHIPS, &table::SCOPES];
        let others = [
            &table::CREDENTIALS,
            &table::OWNERS,
            &table::AUDIENCES,
            &table::CLIENTS,
            &table::PRINCIPALS,
            &table::VENDORS,
            &table::ISSUERS,
            &table::GATEWAY_ROUTES,
        ];
        let all = without_keys.len() + others.len();
        let mut keys = Some(keys);
        for (at, table) in without_keys.into_iter().chain(others).enumerate() {
            if at == without_keys.len()
                && let Some(keys) = keys.take()
            {
                let _ = keys.await;
            }
            if self.progress.cancelled() {
                return Err(stopped());
            }
            merge.table(table).await?;
            self.progress.advance(at as u64 + 1, Some(all as u64));
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "each is one stage's result")]
    pub(super) async fn write(
        &self,
        draft: &mut Draft,
        head: i64,
        reading: &mut Reading,
        known: &Known,
        new_instances: &[settle::NewInstance],
        mut lists: Lists,
    ) -> Result<(Written, Vec<(u32, RecordKind)>)> {
        let (entities, new_keys) = settle::settle(reading, known, new_instances, draft).await?;
        // Names and scopes only mean something together with their entities from here on.
        let (names, scopes) = (std::mem::replace(&mut reading.names, Names::new()), std::mem::take(&mut reading.scopes));
        let who = Arc::new(Who { names, scopes, entities });
        let first_file = draft.next_id(&table::IMPORT_FILES);
        let mut merge = Merge {
            store: self.store,
            head,
            reading: &mut *reading,
            who: Arc::clone(&who),
            lists: &mut lists,
            draft: &mut *draft,
            progress: Arc::clone(self.progress),
            named: Named::default(),
            first_file,
            counts: Vec::new(),
            orphans: 0,
        };
        merge.draft.promise(new_keys.end);
        // Where no grant is known yet, they are written beside everything else, from here on.
        let known_grants = self.store.row_count(&table::GRANTS).await?.unsigned_abs();
        let first = if known_grants == 0 { Some(FirstGrants::begin(&mut merge)?) } else { None };
        let written = self.keys_and_tables(&mut merge, head, known, &new_keys, known_grants).await;
        // The thread is waited for in any case: it holds a part of the draft.
        let ended = match first {
            Some(first) => first.end(&mut merge).await,
            None => Ok(()),
        };
        if written.is_err() || ended.is_err() {
            // A writer that stopped tells why.
            merge.draft.sync().await?;
        }
        written?;
        ended?;
        let (mut counts, orphans) = (std::mem::take(&mut merge.counts), merge.orphans);
        drop(merge);
        counts.sort_by(|a, b| a.kind.cmp(&b.kind));
        let doubtful = lists.doubtful();
        self.progress.phase(5, PHASES, "Finishing");
        if self.progress.cancelled() {
            return Err(stopped());
        }
        let mut result = ImportResult {
            revision: 0,
            as_of: None,
            changed: !counts.is_empty(),
            files: Vec::new(),
            totals: Equation::default(),
            changes: counts
                .iter()
                .map(|count| KindChange {
                    kind: count.kind.clone(),
                    added: count.added,
                    removed: count.removed,
                    changed: count.changed,
                    link: None,
                })
                .collect(),
            orphans,
            milliseconds: 0,
            drift: None,
        };
        let mut as_of: Option<(Millis, bool)> = None;
        for (file, tally) in self.files.iter().zip(&reading.files) {
            let at = result.files.len();
            let importer = self.importers[at].0.map(|at| ALL[at]);
            let refused = tally.problems.iter().any(|problem| problem.severity == ProblemSeverity::Refused);
            let slot = tally.slot.map(|slot| &reading.slots[usize::from(slot)]);
            let instance = slot.and_then(|slot| slot.instance);
            let (exported_at, assumed) = match (tally.exported_at, self.options.as_of) {
                (Some(time), _) | (None, Some(time)) => (time, false),
                (None, None) => (self.options.now, true),
            };
            if !refused && as_of.is_none_or(|(newest, _)| exported_at > newest || (exported_at == newest && !assumed)) {
                as_of = Some((exported_at, assumed));
            }
            let equation = Equation {
                read: tally.read,
                accepted: tally.accepted,
                merged: tally.merged,
                rejected: tally.rejected,
                ignored: tally.ignored,
            };
            ensure!(
                equation.read == equation.accepted + equation.merged + equation.rejected + equation.ignored,
                "the records of file {} do not add up",
                file.sha256
            );
            let completeness = tally.completeness.unwrap_or(Completeness::Unknown);
            let n = |value: u64| Value::Int(i64::try_from(value).unwrap_or(i64::MAX));
            let row = draft
                .insert(
                    &table::IMPORT_FILES,
                    &[
                        file.name.put(),
                        file.sha256.put(),
                        n(file.bytes),
                        importer.map(|importer| importer.name().to_owned()).put(),
                        slot.map(|slot| slot.source).put(),
                        instance.map(i64::from).put(),
                        completeness.put(),
                        n(equation.read),
                        n(equation.accepted),
                        n(equation.merged),
                        n(equation.rejected),
                        n(equation.ignored),
                        n(tally.secrets_dropped),
                        Some(exported_at).put(),
                        assumed.put(),
                    ],
                )
                .await?;
            for problem in &tally.problems {
                draft
                    .insert(
                        &table::IMPORT_PROBLEMS,
                        &[
                            Value::Int(row),
                            Value::Int(problem.severity as i64),
                            problem.code.put(),
                            problem.record.put(),
                            problem.position.put(),
                            problem.message.put(),
                        ],
                    )
                    .await?;
            }
            result.totals.read += equation.read;
            result.totals.accepted += equation.accepted;
            result.totals.merged += equation.merged;
            result.totals.rejected += equation.rejected;
            result.totals.ignored += equation.ignored;
            let name = instance.and_then(|instance| {
                let new = new_instances.iter().find(|new| new.instance == instance).map(|new| new.name.clone());
                new.or_else(|| known.instances.iter().find(|(known, ..)| *known == instance).map(|(_, _, name, ..)| name.clone()))
            });
            let listed = tally.problems.len().min(MOST_LISTED);
            result.files.push(ImportedFile {
                name: file.name.clone(),
                sha256: file.sha256.clone(),
                bytes: file.bytes,
                source: importer.map(|importer| importer.name().to_owned()),
                instance: name,
                completeness: completeness.as_str().to_owned(),
                equation,
                secrets_dropped: tally.secrets_dropped,
                warnings: tally.problems[..listed].to_vec(),
                more_warnings: tally.more_problems.saturating_add(u32::try_from(tally.problems.len() - listed).unwrap_or(u32::MAX)),
            });
        }
        for said in &lists.said {
            // The parent of a nested list is kept as the entity that it is best known as.
            let parent =
                [Kind::Client, Kind::Audience, Kind::Principal].into_iter().map(|kind| who.of(kind, said.parent)).find(|id| *id != 0);
            draft
                .insert(
                    &table::IMPORT_SCOPES,
                    &[
                        Value::Int(i64::from(said.instance)),
                        said.list.put(),
                        parent.map(i64::from).put(),
                        said.completeness.put(),
                        said.reason.put(),
                    ],
                )
                .await?;
        }
        let subject = match self.files {
            [file] => file.name.clone(),
            files => format!("{} files", files.len()),
        };
        let totals = result.totals;
        let detail = json!({
            "files": self.files.len(), "orphans": orphans,
            "read": totals.read, "accepted": totals.accepted, "merged": totals.merged, "rejected": totals.rejected, "ignored": totals.ignored,
        });
        let entry = NewEntry {
            at: self.options.now,
            actor: self.options.actor.clone(),
            action: Action::Import,
            reason: self.options.reason.clone(),
            subject,
            counts,
            detail: detail.as_object().cloned().unwrap_or_default(),
            as_of,
        };
        // A second attempt starts from the same names.
        if let Ok(who) = Arc::try_unwrap(who) {
            (reading.names, reading.scopes) = (who.names, who.scopes);
        }
        Ok((Written { entry, result }, doubtful))
    }
}
