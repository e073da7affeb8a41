//! Grants of an inventory that has none yet: nothing to compare, so they are written on a thread of their own while keys
//! and the other tables are. They are most of the rows of a first import.

use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::task::JoinHandle;

use super::grants::{Stated, cells};
use super::merge::Merge;
use super::settle::Who;
use super::spool::Spool;
use super::{Progress, stopped};
use crate::store::draft::LentTable;
use crate::store::log::KindCount;
use crate::store::table::GRANTS;

/// What the thread works with and gives back.
struct Work {
    grants: Spool,
    table: LentTable,
    who: Arc<Who>,
    first_file: i64,
    progress: Arc<dyn Progress>,
}

/// Grants on their way.
pub struct FirstGrants(JoinHandle<(Spool, LentTable, Result<u32>)>);

impl FirstGrants {
    /// Notes whom the grants name and begins to write them.
    ///
    /// # Errors
    /// A grant cannot be read.
    pub fn begin(merge: &mut Merge<'_>) -> Result<Self> {
        let who = Arc::clone(&merge.who);
        let stated = Stated { who: &who, first_file: merge.first_file };
        let ends = stated.ranges(&mut merge.reading.grants, 0, Some(&mut merge.named))?;
        let empty = Spool::new(merge.reading.grants.path().to_owned(), 0);
        let mut work = Work {
            grants: std::mem::replace(&mut merge.reading.grants, empty),
            table: merge.draft.lend(&GRANTS),
            who,
            first_file: merge.first_file,
            progress: Arc::clone(&merge.progress),
        };
        Ok(Self(tokio::task::spawn_blocking(move || {
            let done = work.write(&ends);
            (work.grants, work.table, done)
        })))
    }

    /// Waits until all are handed to the writer.
    ///
    /// # Errors
    /// A grant cannot be read or written; the import was stopped.
    pub async fn end(self, merge: &mut Merge<'_>) -> Result<()> {
        let (grants, table, done) = self.0.await.context("writing the grants failed")?;
        merge.reading.grants = grants;
        merge.draft.give_back(table);
        let mut count = KindCount::default_for("grant");
        count.added = done?;
        if count.added > 0 {
            merge.counts.push(count);
        }
        Ok(())
    }
}

impl Work {
    fn write(&mut self, ends: &[u32]) -> Result<u32> {
        let stated = Stated { who: &self.who, first_file: self.first_file };
        let mut added = 0;
        for mut spool in stated.distribute(&mut self.grants, ends)? {
            if self.progress.cancelled() {
                return Err(stopped());
            }
            for row in stated.rows(&mut spool)? {
                self.table.insert_with(|writer| cells(&row, writer))?;
                added += 1;
            }
        }
        Ok(added)
    }
}
