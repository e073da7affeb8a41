//! The files that imports read, and what was to be told about them.

use anyhow::Result;

use super::Store;
use super::cells::Field;
use super::read::{Which, scan};
use super::table::{IMPORT_FILES, IMPORT_PROBLEMS, IMPORT_SCOPES, INSTANCES};
use crate::model::facts::{Problem, ProblemSeverity};
use crate::model::id::EntityId;
use crate::model::kinds::{Completeness, RecordKind, Source};
use crate::model::time::Millis;

/// A file that an import read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the import result")]
pub struct ImportFileRow {
    /// Row id; [`crate::model::rows::Origin::file`] names it.
    pub id: u32,
    /// Revision of the import.
    pub revision: i64,
    pub name: String,
    pub sha256: String,
    pub bytes: i64,
    /// Importer that read it; `None` = nobody recognised it.
    pub importer: Option<String>,
    pub source: Option<Source>,
    /// Instance, if it belongs to one.
    pub instance: Option<u32>,
    pub completeness: Completeness,
    pub read: i64,
    pub accepted: i64,
    pub merged: i64,
    pub rejected: i64,
    pub ignored: i64,
    pub secrets_dropped: i64,
    pub exported_at: Option<Millis>,
    /// True when the time of import stands for the export time.
    pub exported_assumed: bool,
}

/// How complete a list was in an import (decision D10).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ImportScopeRow {
    pub revision: i64,
    pub instance: u32,
    pub list: RecordKind,
    /// The object whose nested list it is.
    pub parent: EntityId,
    pub completeness: Completeness,
    pub reason: String,
}

impl Store {
    /// Files read by the imports of revisions `from..=to`, in the order in which they were read.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn import_files(&self, from: i64, to: i64) -> Result<Vec<ImportFileRow>> {
        let head = self.head().await?;
        let mut connection = self.reader().await?;
        let mut files = Vec::new();
        scan(&mut connection, &IMPORT_FILES, Which::At(to.min(head)), |row, cells| {
            let file = ImportFileRow {
                id: u32::try_from(row.id)?,
                revision: row.since,
                name: Field::get(cells)?,
                sha256: Field::get(cells)?,
                bytes: Field::get(cells)?,
                importer: Field::get(cells)?,
                source: Field::get(cells)?,
                instance: cells.int()?.map(u32::try_from).transpose()?,
                completeness: Field::get(cells)?,
                read: Field::get(cells)?,
                accepted: Field::get(cells)?,
                merged: Field::get(cells)?,
                rejected: Field::get(cells)?,
                ignored: Field::get(cells)?,
                secrets_dropped: Field::get(cells)?,
                exported_at: Field::get(cells)?,
                exported_assumed: Field::get(cells)?,
            };
            if file.revision >= from {
                files.push(file);
            }
            Ok(())
        })
        .await?;
        self.give_back(connection);
        Ok(files)
    }

    /// What was to be told about a file (0 = all files up to the head), with the file's row id, in the order in which it was found.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn problems(&self, file: u32) -> Result<Vec<(u32, Problem)>> {
        let head = self.head().await?;
        let mut connection = self.reader().await?;
        let mut problems = Vec::new();
        scan(&mut connection, &IMPORT_PROBLEMS, Which::At(head), |_, cells| {
            let of: u32 = Field::get(cells)?;
            let severity = match i64::get(cells)? {
                0 => ProblemSeverity::Warning,
                1 => ProblemSeverity::Rejected,
                _ => ProblemSeverity::Refused,
            };
            let code = Field::get(cells)?;
            let record = Field::get(cells)?;
            let position = Field::get(cells)?;
            let message = Field::get(cells)?;
            if file == 0 || file == of {
                problems.push((of, Problem { code, severity, record, position, message }));
            }
            Ok(())
        })
        .await?;
        self.give_back(connection);
        Ok(problems)
    }

    /// How complete the lists of the imports of revisions `from..=to` were.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn import_scopes(&self, from: i64, to: i64) -> Result<Vec<ImportScopeRow>> {
        let head = self.head().await?;
        let mut connection = self.reader().await?;
        let mut scopes = Vec::new();
        scan(&mut connection, &IMPORT_SCOPES, Which::At(to.min(head)), |row, cells| {
            let scope = ImportScopeRow {
                revision: row.since,
                instance: Field::get(cells)?,
                list: Field::get(cells)?,
                parent: Field::get(cells)?,
                completeness: Field::get(cells)?,
                reason: Field::get(cells)?,
            };
            if scope.revision >= from {
                scopes.push(scope);
            }
            Ok(())
        })
        .await?;
        self.give_back(connection);
        Ok(scopes)
    }

    /// Names of the instances at a revision, by their numbers.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn instance_names(&self, revision: i64) -> Result<std::collections::HashMap<u32, String>> {
        let mut connection = self.reader().await?;
        let mut names = std::collections::HashMap::new();
        scan(&mut connection, &INSTANCES, Which::At(revision), |_, cells| {
            let instance = Field::get(cells)?;
            cells.int()?;
            names.insert(instance, Field::get(cells)?);
            cells.text()?;
            cells.int()?;
            Ok(())
        })
        .await?;
        self.give_back(connection);
        Ok(names)
    }
}
