//! Errors as people read them: four parts (ux.md 3.8) and a code where somebody acts on it.
//!
//! Inside the core `anyhow::Result` carries context; a [`Told`] attached to it says what the user should read.

use serde::Serialize;

/// What kind of trouble it is; the window and the exit code differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Not possible in this state; shown calmly.
    Refusal,
    /// Something broke.
    Failure,
    /// The user stopped it.
    Cancelled,
}

/// The four parts of an error.
#[derive(Debug, Clone, Serialize, ts_rs::TS)]
pub struct Told {
    /// Stable code such as `BH-INV-003`.
    pub code: String,
    /// Refusal, failure or cancelled.
    pub trouble: Trouble,
    /// What failed.
    pub what: String,
    /// What it means for the data.
    pub meaning: String,
    /// What to do.
    pub remedy: String,
    /// Details for support; never a secret.
    pub details: String,
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n  {}\n  {}", self.what, self.meaning, self.remedy)?;
        if self.details.is_empty() { write!(f, "\n  ({})", self.code) } else { write!(f, "\n  ({}: {})", self.code, self.details) }
    }
}

impl std::error::Error for Told {}

impl Told {
    /// A calm "not possible".
    pub fn refusal(code: &str, what: impl Into<String>, meaning: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            trouble: Trouble::Refusal,
            what: what.into(),
            meaning: meaning.into(),
            remedy: remedy.into(),
            details: String::new(),
        }
    }

    /// Something broke.
    pub fn failure(code: &str, what: impl Into<String>, meaning: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { trouble: Trouble::Failure, ..Self::refusal(code, what, meaning, remedy) }
    }

    /// The user stopped it.
    pub fn cancelled(what: impl Into<String>) -> Self {
        Self {
            trouble: Trouble::Cancelled,
            ..Self::refusal("BH-JOB-001", what, "Nothing was changed.", "Start it again when you are ready.")
        }
    }

    /// Adds details.
    #[must_use]
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// The four parts of any error; one without them is an unexpected failure.
    pub fn of(error: &anyhow::Error) -> Self {
        error.downcast_ref::<Self>().cloned().unwrap_or_else(|| {
            Self::failure(
                "BH-GEN-001",
                "Something unexpected failed.",
                "Your inventory was not changed by this.",
                "Try again; if it happens again, report the details.",
            )
            .details(format!("{error:#}"))
        })
    }
}
