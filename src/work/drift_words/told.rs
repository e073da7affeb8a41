//! The words as an import's result tells them: counts with their rows, and the first sentences of each.

use anyhow::Result;

use crate::model::kinds::{Action, DriftWord, Kind};
use crate::store::Store;
use crate::work::answers::Answers;
use crate::work::wire::{DriftExample, DriftLineOfWord, DriftWords, Link};

use super::{Meaning, judge};

/// Sentences of each word that a result shows; the rest are rows of the table Drift.
const MOST_EXAMPLES: usize = 5;

/// Why nothing can be compared, if so: asked before answers are built, because on a large inventory that takes seconds.
///
/// # Errors
/// The inventory cannot be read.
pub async fn nothing_to_compare(store: &Store, revision: i64, changed: bool) -> Result<Option<DriftWords>> {
    let note = |text: &str| Some(DriftWords { note: text.to_owned(), ..DriftWords::default() });
    if !changed {
        return Ok(note("Nothing changed, so there is no drift."));
    }
    let earlier = store.log(1, revision - 1).await?;
    Ok(if earlier.iter().any(|entry| entry.action == Action::Import) {
        None
    } else {
        note("This is the first import; there is nothing yet that it could be compared with.")
    })
}

/// What the changes of an import mean. Builds the answers of its revision.
///
/// # Errors
/// The inventory cannot be read.
pub async fn of_import(store: &Store, revision: i64, changed: bool) -> Result<DriftWords> {
    match nothing_to_compare(store, revision, changed).await? {
        Some(note) => Ok(note),
        None => told(store, &Answers::of_store(store, revision, None).await?).await,
    }
}

/// What the changes of the revision that the answers show mean, compared with the revision before.
///
/// # Errors
/// The inventory cannot be read.
pub async fn told(store: &Store, answers: &Answers) -> Result<DriftWords> {
    let revision = answers.rows.revision;
    let drift = store.drift(revision - 1, revision).await?;
    let meanings = judge(answers, &drift);
    let mut words = Vec::new();
    for word in DriftWord::ALL {
        let of_word: Vec<&Meaning> = meanings.of_line.values().filter(|meaning| meaning.word == *word).collect();
        if of_word.is_empty() {
            continue;
        }
        let link = Link { table: "drift".to_owned(), filter: format!("meaning:{word}"), id: None };
        let examples = of_word
            .iter()
            .take(MOST_EXAMPLES)
            .map(|meaning| DriftExample { text: meaning.sentence.clone(), link: opens(answers, meaning) })
            .collect();
        let count = u32::try_from(of_word.len()).unwrap_or(u32::MAX);
        words.push(DriftLineOfWord { word: *word, title: title(*word).to_owned(), count, link, examples });
    }
    let first = match meanings.first_seen {
        0 => String::new(),
        1 => " One added row comes from a list that was not known before, so it was not compared.".to_owned(),
        n => format!(" {n} added rows come from lists that were not known before, so they were not compared."),
    };
    let found = if words.is_empty() { "none of the changes is of a kind to worry about" } else { "these changes ask for a look" };
    let note = format!("Compared with revision {}, {found}.{first}", revision - 1);
    Ok(DriftWords { compared_with: Some(revision - 1), words, first_seen: meanings.first_seen, note })
}

fn opens(answers: &Answers, meaning: &Meaning) -> Option<Link> {
    let table = match answers.index.kind(&answers.rows, meaning.opens)? {
        Kind::Client => "clients",
        Kind::Credential => "credentials",
        Kind::Audience => "audiences",
        Kind::Scope => "scopes",
        Kind::Vendor => "vendors",
        _ => return None,
    };
    Some(Link { table: table.to_owned(), filter: String::new(), id: Some(answers.index.public_id(&answers.rows, meaning.opens)) })
}

/// The word as a heading.
pub const fn title(word: DriftWord) -> &'static str {
    match word {
        DriftWord::ConsentWidened => "Consent widened",
        DriftWord::ReadBecameWrite => "Read became write",
        DriftWord::NewThirdParty => "New third party",
        DriftWord::OwnerVanished => "Owner vanished",
        DriftWord::SecretAddedOldKept => "Secret added, old one kept",
        DriftWord::ExpiryPushed => "Expiry pushed, not rotated",
        DriftWord::OwnScopeLost => "Audience lost its own scope",
    }
}
