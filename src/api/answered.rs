//! The answers of the revision on screen: built once, beside whoever waits for them.
//!
//! Knows when answers are built, not what is in them.

use std::sync::Arc;

use anyhow::Result;
use tokio::sync::Mutex;

use crate::work::answers::Answers;
use crate::work::inventory::Store;

/// Answers of the revision last asked for. One build at a time.
#[derive(Default)]
pub struct Answered(Mutex<Option<Arc<Answers>>>);

impl Answered {
    /// The answers of a revision if they are there already; never waits for them.
    pub fn known(&self, revision: i64) -> Option<Arc<Answers>> {
        self.0.try_lock().ok()?.clone().filter(|answers| answers.rows.revision == revision)
    }

    /// The answers of a revision, built now if they are not there.
    ///
    /// # Errors
    /// Those of reading the rows.
    pub async fn of(&self, store: &Store, revision: i64) -> Result<Arc<Answers>> {
        let mut kept = self.0.lock().await;
        if let Some(answers) = kept.as_ref().filter(|answers| answers.rows.revision == revision) {
            return Ok(answers.clone());
        }
        // The old ones make room first: two sets of a large estate would be twice the memory. Their rows are used again where
        // people only stated something since.
        let known = match kept.take() {
            // Asked first, because whoever still holds the old ones makes this a copy.
            Some(before) if store.only_stated(before.rows.revision, revision).await? => {
                let rows = Arc::try_unwrap(before).map_or_else(|held| held.rows.clone(), |answers| answers.rows);
                store.rows_since(rows, revision).await?
            }
            _ => None,
        };
        let answers = Arc::new(match known {
            Some(rows) => Answers::of_rows(store, rows, None).await?,
            None => Answers::of_store(store, revision, None).await?,
        });
        *kept = Some(answers.clone());
        Ok(answers)
    }
}
