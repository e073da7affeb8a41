//! The same files again: when nothing else was imported since, they can say nothing new, so they are not read again
//! (domain.md 2.4: same file hash, same profile and same parser mean no new facts and one log entry).

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::files::DiskFile;
use super::{ImportOptions, MOST_LISTED, Written};
use crate::model::id::hex;
use crate::model::kinds::*;
use crate::model::time::Millis;
use crate::store::Store;
use crate::store::cells::{Field, Value};
use crate::store::draft::{Draft, NewEntry};
use crate::store::log::LogEntry;
use crate::store::table;
use crate::work::wire::{Equation, ImportResult, ImportedFile};

/// Hash of everything that decides what an import of these files says: their bytes, what the user said, the version of
/// the importers. Names of files count too, because importers may guess from them.
pub fn set_hash(files: &[DiskFile], options: &ImportOptions) -> Result<String> {
    let mut hasher = Sha256::new();
    let said = serde_json::json!([
        env!("CARGO_PKG_VERSION"),
        options.source,
        options.instance,
        options.completeness.map(Completeness::as_str),
        serde_json::to_value(&options.mappings)?,
        options.as_of,
        options.expected,
    ]);
    hasher.update(said.to_string());
    for file in files {
        hasher.update(format!("\n{} {}", file.sha256, file.name));
    }
    Ok(hex(&hasher.finalize()))
}

/// The last import, if it was of this very set and nothing that an import writes has changed since.
///
/// # Errors
/// The inventory cannot be read.
pub async fn earlier(store: &Store, head: i64, set: &str) -> Result<Option<LogEntry>> {
    for number in (1..=head).rev() {
        let entry = store.entry(number).await?;
        match entry.action {
            Action::Assert | Action::Seal => {}
            Action::Import => return Ok((entry.detail.get("set").and_then(|known| known.as_str()) == Some(set)).then_some(entry)),
            Action::Create | Action::Undo => return Ok(None),
        }
    }
    Ok(None)
}

/// Writes the files of an earlier import once more: what was counted and told of them is what would be now.
///
/// # Errors
/// The inventory cannot be read or written.
pub(super) async fn write(
    store: &Store,
    files: &[DiskFile],
    options: &ImportOptions,
    entry: &LogEntry,
    draft: &mut Draft,
) -> Result<Written> {
    let known = store.import_files(entry.number, entry.number).await?;
    let instances = store.instance_names(entry.number).await?;
    let mut result = ImportResult {
        revision: 0,
        as_of: None,
        changed: false,
        files: Vec::new(),
        totals: Equation::default(),
        changes: Vec::new(),
        orphans: entry.detail.get("orphans").and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        milliseconds: 0,
        drift: None,
    };
    let mut as_of: Option<(Millis, bool)> = None;
    for file in files {
        let row = known.iter().find(|row| row.sha256 == file.sha256).context("a file of the earlier import is not recorded")?;
        let (exported_at, assumed) = match row.exported_at {
            Some(time) if !row.exported_assumed => (time, false),
            _ => (options.now, true),
        };
        let problems: Vec<_> = store.problems(row.id).await?.into_iter().map(|(_, problem)| problem).collect();
        let refused = problems.iter().any(|problem| problem.severity == crate::model::facts::ProblemSeverity::Refused);
        if !refused && as_of.is_none_or(|(newest, _)| exported_at > newest || (exported_at == newest && !assumed)) {
            as_of = Some((exported_at, assumed));
        }
        let id = draft
            .insert(
                &table::IMPORT_FILES,
                &[
                    file.name.put(),
                    row.sha256.put(),
                    row.bytes.put(),
                    row.importer.put(),
                    row.source.put(),
                    row.instance.map(i64::from).put(),
                    row.completeness.put(),
                    row.read.put(),
                    row.accepted.put(),
                    row.merged.put(),
                    row.rejected.put(),
                    row.ignored.put(),
                    row.secrets_dropped.put(),
                    Some(exported_at).put(),
                    assumed.put(),
                ],
            )
            .await?;
        for problem in &problems {
            let cells = [
                Value::Int(id),
                Value::Int(problem.severity as i64),
                problem.code.put(),
                problem.record.put(),
                problem.position.put(),
                problem.message.put(),
            ];
            draft.insert(&table::IMPORT_PROBLEMS, &cells).await?;
        }
        let equation = Equation {
            read: row.read.unsigned_abs(),
            accepted: row.accepted.unsigned_abs(),
            merged: row.merged.unsigned_abs(),
            rejected: row.rejected.unsigned_abs(),
            ignored: row.ignored.unsigned_abs(),
        };
        result.totals.read += equation.read;
        result.totals.accepted += equation.accepted;
        result.totals.merged += equation.merged;
        result.totals.rejected += equation.rejected;
        result.totals.ignored += equation.ignored;
        let listed = problems.len().min(MOST_LISTED);
        result.files.push(ImportedFile {
            name: file.name.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            source: row.importer.clone(),
            instance: row.instance.and_then(|instance| instances.get(&instance).cloned()),
            completeness: row.completeness.as_str().to_owned(),
            equation,
            secrets_dropped: row.secrets_dropped.unsigned_abs(),
            more_warnings: u32::try_from(problems.len() - listed).unwrap_or(u32::MAX),
            warnings: problems.into_iter().take(listed).collect(),
        });
    }
    for scope in store.import_scopes(entry.number, entry.number).await? {
        let cells = [scope.instance.put(), scope.list.put(), scope.parent.put(), scope.completeness.put(), scope.reason.put()];
        draft.insert(&table::IMPORT_SCOPES, &cells).await?;
    }
    let entry = NewEntry {
        at: options.now,
        actor: options.actor.clone(),
        action: Action::Import,
        reason: options.reason.clone(),
        subject: entry.subject.clone(),
        counts: Vec::new(),
        detail: entry.detail.clone(),
        as_of,
    };
    Ok(Written { entry, result })
}
