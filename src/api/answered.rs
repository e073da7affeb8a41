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
        // The old ones make room first: two sets of a large estate would be twice the memory. Where people only stated something
        // since, they are used again, unless somebody still holds them.
        let answers = match kept.take() {
            Some(before) if store.only_stated(before.rows.revision, revision).await? => further(store, before, revision).await?,
            _ => None,
        };
        let answers = Arc::new(match answers {
            Some(answers) => answers,
            None => Answers::of_store(store, revision, None).await?,
        });
        *kept = Some(answers.clone());
        Ok(answers)
    }
}

/// The answers after nothing but statements.
async fn further(store: &Store, before: Arc<Answers>, revision: i64) -> Result<Option<Answers>> {
    match Arc::try_unwrap(before) {
        Ok(before) => {
            let (rows, kept) = before.keep();
            let Some(rows) = store.rows_since(rows, revision).await? else { return Ok(None) };
            // Computing on a large estate takes its time: not on a thread that others wait for.
            Ok(Some(tokio::task::spawn_blocking(move || kept.restated(rows)).await?))
        }
        Err(held) => {
            let Some(rows) = store.rows_since(held.rows.clone(), revision).await? else { return Ok(None) };
            Ok(Some(Answers::of_rows(store, rows, None).await?))
        }
    }
}
