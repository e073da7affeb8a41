//! Proving that the log and the governed rows are as they were written.

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::Store;
use super::cells::{CellKind, Cells};
use super::draft::digest_of;
use super::log::GENESIS;
use super::read::{Which, scan};
use super::table::{self, Table};
use crate::model::id::hex;

/// What the verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// True when nothing is wrong.
    pub ok: bool,
    /// Entries of the log.
    pub entries: i64,
    /// Hash of the newest entry; note it elsewhere to be able to find a cut tail.
    pub head_hash: String,
    /// The first entry that is not as it was written, or whose rows are not.
    pub first_broken: Option<i64>,
    /// Every fault, in the order of the entries.
    pub faults: Vec<String>,
    /// What this cannot find.
    pub limits: Vec<String>,
}

/// Hashes of one revision's rows in one table.
#[derive(Default)]
struct Parts {
    inserted: Option<Sha256>,
    closed: Option<Sha256>,
}

impl Store {
    /// Recomputes every hash of the chain and every digest from the rows, each table once.
    ///
    /// # Errors
    /// The file cannot be read. A fault in the log is no error: it is in the verdict.
    pub async fn verify_log(&self) -> Result<Verdict> {
        let mut faults: Vec<(i64, String)> = Vec::new();
        let entries = self.log(i64::MIN, i64::MAX).await?;
        let mut expected_number = 1;
        let mut prev = GENESIS.to_owned();
        for entry in &entries {
            if entry.number != expected_number {
                let missing = if entry.number - expected_number == 1 {
                    format!("Entry {expected_number} is missing.")
                } else {
                    format!("Entries {expected_number} to {} are missing.", entry.number - 1)
                };
                faults.push((expected_number, missing));
            } else if entry.prev != prev {
                faults.push((entry.number, format!("Entry {} does not follow the entry before it.", entry.number)));
            }
            if entry.expected_hash() != entry.hash {
                faults.push((entry.number, format!("Entry {} was changed after it was written.", entry.number)));
            }
            expected_number = entry.number + 1;
            prev.clone_from(&entry.hash);
        }

        let head = entries.last().map_or(0, |entry| entry.number);
        let digests = self.digests(head, &mut faults).await?;
        for entry in &entries {
            let found = usize::try_from(entry.number).ok().and_then(|at| digests.get(at));
            if found.is_some_and(|found| *found != entry.digest) {
                faults
                    .push((entry.number, format!("The rows that revision {} wrote or closed are not as they were written.", entry.number)));
            }
        }
        faults.sort_by_key(|(number, _)| *number);
        Ok(Verdict {
            ok: faults.is_empty(),
            entries: entries.len() as i64,
            head_hash: prev,
            first_broken: faults.first().map(|(number, _)| *number),
            faults: faults.into_iter().map(|(_, fault)| fault).collect(),
            limits: vec![
                "Entries cut off at the end, or a file replaced as a whole, can only be found by comparing the newest hash with one noted elsewhere, such as in an audit pack.".to_owned(),
                "The names behind the ids of those who acted are recorded, not proved.".to_owned(),
            ],
        })
    }

    /// Digest of each revision up to `head` (index 0 is unused), from the rows.
    async fn digests(&self, head: i64, faults: &mut Vec<(i64, String)>) -> Result<Vec<String>> {
        let count = usize::try_from(head).unwrap_or(0) + 1;
        let mut all: Vec<Vec<(Option<String>, Option<String>)>> = vec![Vec::with_capacity(table::ALL.len()); count];
        let mut connection = self.reader().await?;
        for table in table::ALL {
            let mut parts: Vec<Parts> = Vec::new();
            parts.resize_with(count, Parts::default);
            let mut stray: Option<i64> = None;
            scan(&mut connection, table, Which::All, |row, cells| {
                skip_row(table, cells)?;
                // The row ends with LF, which is what is left to read now.
                let encoded = &row.encoded[..=row.encoded.len() - cells.rest().len()];
                match usize::try_from(row.since).ok().and_then(|since| parts.get_mut(since)) {
                    Some(parts) if row.since >= 1 => parts.inserted.get_or_insert_with(Sha256::new).update(encoded),
                    _ => stray = Some(stray.unwrap_or(row.since).min(row.since)),
                }
                if let Some(until) = row.until {
                    match usize::try_from(until).ok().and_then(|until| parts.get_mut(until)) {
                        Some(parts) if until >= 1 => parts.closed.get_or_insert_with(Sha256::new).update(format!("{}\n", row.id)),
                        _ => stray = Some(stray.unwrap_or(until).min(until)),
                    }
                }
                Ok(())
            })
            .await?;
            // While a revision is being written, rows of the number after the head are no fault.
            if let Some(number) = stray
                && !(number == head + 1 && self.is_writing().await?)
            {
                faults.push((number, format!("Table {} has rows of revision {number}, which is not in the log.", table.name)));
            }
            for (revision, parts) in all.iter_mut().zip(parts) {
                revision.push((parts.inserted.map(|hasher| hex(&hasher.finalize())), parts.closed.map(|hasher| hex(&hasher.finalize()))));
            }
        }
        self.give_back(connection);
        Ok(all.iter().map(|parts| digest_of(parts.iter().map(|(inserted, closed)| (inserted.as_deref(), closed.as_deref())))).collect())
    }

    async fn is_writing(&self) -> Result<bool> {
        use sqlx::Executor;
        let mut connection = self.reader().await?;
        let mark = connection.fetch_optional("select 1 from meta where name = 'unfinished'").await?;
        self.give_back(connection);
        Ok(mark.is_some())
    }
}

/// Reads over the columns of a row.
fn skip_row(table: &Table, cells: &mut Cells<'_>) -> Result<()> {
    for column in table.columns {
        match column.kind {
            CellKind::Int => {
                cells.int()?;
            }
            CellKind::Text => {
                cells.text()?;
            }
        }
    }
    Ok(())
}
