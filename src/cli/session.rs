//! What every command needs: the inventory it asks, the clock and revision it asks about, and how it answers.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::api::Config;
use crate::error::Told;
use crate::model::time::{Millis, iso, parse_as_of};
use crate::work::answers::Answers;
use crate::work::clock;
use crate::work::inventory::{OpenMode, Store};

/// One run of the command line.
pub struct Session {
    /// `--inventory`.
    pub inventory: Option<PathBuf>,
    /// `--json`.
    pub json: bool,
    /// `--as-of`.
    pub as_of: Option<Millis>,
    /// `--revision`.
    pub revision: Option<i64>,
}

/// Reads `--as-of`.
///
/// # Errors
/// Not a date (wrong usage).
pub fn clock_of(text: Option<&str>) -> Result<Option<Millis>> {
    text.map(|text| {
        parse_as_of(text).ok_or_else(|| {
            Told::refusal(
                "BH-CLI-010",
                "That is not a date.",
                "Nothing was done.",
                "Write --as-of 2026-11-20, or a time such as 2026-11-20T12:00:00Z.",
            )
            .into()
        })
    })
    .transpose()
}

impl Session {
    /// Where things are.
    ///
    /// # Errors
    /// There is no data folder for this account.
    pub fn config(&self) -> Result<Config> {
        Config::of_this_user(self.inventory.clone())
    }

    /// Path of the inventory.
    ///
    /// # Errors
    /// Those of [`Session::config`].
    pub fn path(&self) -> Result<PathBuf> {
        let config = self.config()?;
        Ok(config.inventory.unwrap_or_else(|| config.data_dir.join("bulkhead.inventory")))
    }

    /// Opens the inventory for reading, or for writing (made if missing).
    ///
    /// # Errors
    /// Those of the store; for reading, a refusal when there is none yet.
    pub async fn open(&self, write: bool) -> Result<Store> {
        let path = self.path()?;
        if !path.exists() {
            if write {
                return Store::create(&path, &self.config()?.account, clock::now()).await;
            }
            return Err(Told::refusal(
                "BH-INV-011",
                "There is no inventory yet.",
                "Nothing was read.",
                "Import export files first: bulkhead import PATH.",
            )
            .details(path.display().to_string())
            .into());
        }
        let mode = if write { OpenMode::ReadWrite } else { OpenMode::ReadOnly };
        let (store, recovery) = Store::open(&path, mode).await?;
        if let Some(told) = recovery.told() {
            eprintln!("{told}");
        }
        Ok(store)
    }

    /// Answers of the asked revision at the asked clock.
    ///
    /// # Errors
    /// Those of opening and reading.
    pub async fn answers(&self) -> Result<Answers> {
        let store = self.open(false).await?;
        let answers = self.answers_of(&store).await?;
        store.close().await?;
        Ok(answers)
    }

    /// Answers from an open store.
    ///
    /// # Errors
    /// Those of reading.
    pub async fn answers_of(&self, store: &Store) -> Result<Answers> {
        let revision = match self.revision {
            Some(revision) => store.entry(revision).await?.number,
            None => store.head().await?,
        };
        Answers::of_store(store, revision, self.as_of).await
    }

    /// Writes a JSON answer: the fields with `revision` and `as_of` first.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn answer(&self, revision: i64, as_of: Millis, fields: Value) -> Result<()> {
        let mut object = Map::new();
        object.insert("revision".to_owned(), json!(revision));
        object.insert("as_of".to_owned(), json!(iso(as_of)));
        if let Value::Object(fields) = fields {
            for (name, value) in fields {
                object.entry(name).or_insert(value);
            }
        }
        say(&serde_json::to_string_pretty(&Value::Object(object))?)
    }
}

/// A line on standard output.
///
/// # Errors
/// Standard output is closed.
pub fn say(text: &str) -> Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(())
}
