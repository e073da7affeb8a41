//! The token inspector: reads texts and key files, runs `tokens` over them beside the inventory, and says what may be kept.
//!
//! Keeps nothing by itself. What a person confirms becomes a statement `profile:<name>` by the ordinary door (domain.md 5.4, 5.5).

mod files;
mod known;
mod profiles;
mod reach;
mod report;

use rayon::prelude::*;

use crate::model::time::{Millis, iso};
pub use crate::tokens::wipe;
use crate::tokens::{Asked, Bulk, Inspection, Items, KeySet, Overall, inspect};

use super::answers::Answers;
use super::figures::thousands;
use super::wire::{TokenCount, TokenInspection, TokenKeys, TokenRefusal};

pub use files::{read_keys, read_text};

/// Tokens that are told in full.
const LISTED: usize = 200;
/// Kinds that are told.
const KINDS: usize = 500;
/// Refused lines that are told.
const REFUSALS: usize = 100;
/// Tokens that are inspected at once before they are counted.
const AT_ONCE: usize = 2_048;
/// Tokens for which it is worked out who would accept them; of more, the kinds say it.
const ACCEPTED: usize = 10;

/// How to inspect.
#[derive(Default)]
pub struct Options {
    /// Key files.
    pub keys: Vec<KeySet>,
    /// Issuers whose dialect is accepted.
    pub accepted: Vec<String>,
    /// Time of inspection.
    pub as_of: Millis,
}

/// [`run`] over everything that can be inspected in a text.
pub fn inspect_text(text: &str, options: &Options, answers: Option<&Answers>) -> TokenInspection {
    run(&crate::tokens::read(text), options, answers)
}

/// Inspects everything that a text held, beside an inventory if there is one.
pub fn run(items: &Items, options: &Options, answers: Option<&Answers>) -> TokenInspection {
    let known = answers.map(known::of);
    let asked = Asked { keys: &options.keys, known: known.as_ref(), accepted: &options.accepted, as_of: options.as_of };
    let mut bulk = Bulk::default();
    let mut listed: Vec<Inspection> = Vec::new();
    let mut verdicts = std::collections::BTreeMap::<Overall, u32>::new();
    for part in items.given.chunks(AT_ONCE) {
        let mut found: Vec<Inspection> = part.par_iter().map(|(place, given)| inspect(*place, given, &asked)).collect();
        for one in &mut found {
            bulk.take(one);
            *verdicts.entry(one.overall()).or_default() += 1;
        }
        let room = LISTED.saturating_sub(listed.len());
        listed.extend(found.into_iter().take(room));
    }
    let inspected = items.given.len();
    let with_reach = inspected <= ACCEPTED;
    let tokens: Vec<_> = listed.iter().map(|one| report::token(one, answers, known.as_ref(), with_reach)).collect();
    let mut kinds: Vec<_> = bulk.kinds.iter().map(|(set, kind)| report::kind(set, kind, answers, known.as_ref())).collect();
    // Most tokens first; the order of the sets stays where counts are equal.
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.tokens));
    let more_kinds = kinds.len().saturating_sub(KINDS) as u32;
    kinds.truncate(KINDS);
    TokenInspection {
        revision: answers.map(|answers| answers.rows.revision),
        as_of: iso(options.as_of),
        read: items.read() as u32,
        inspected: inspected as u32,
        refused: items.refused.len() as u32,
        ignored: items.ignored as u32,
        sentence: match tokens.as_slice() {
            [] => "There is no token in it.".to_owned(),
            [only] if inspected == 1 => only.sentence.clone(),
            _ => sentence(inspected, &verdicts),
        },
        verdicts: verdicts.iter().map(|(verdict, tokens)| TokenCount { word: verdict.as_str().to_owned(), tokens: *tokens }).collect(),
        keys: options.keys.iter().map(keys).collect(),
        refusals: items
            .refused
            .iter()
            .take(REFUSALS)
            .map(|refused| TokenRefusal { place: refused.place as u32, why: refused.why.clone() })
            .collect(),
        more: (inspected - tokens.len()) as u32,
        tokens,
        kinds,
        more_kinds,
    }
}

fn sentence(inspected: usize, verdicts: &std::collections::BTreeMap<Overall, u32>) -> String {
    let parts: Vec<String> =
        verdicts.iter().map(|(verdict, tokens)| format!("{} {}", thousands(u64::from(*tokens)), report::verdict_words(*verdict))).collect();
    format!("{} tokens: {}.", thousands(inspected as u64), parts.join(", "))
}

fn keys(set: &KeySet) -> TokenKeys {
    TokenKeys {
        name: set.name.clone(),
        sha256: set.sha256.clone(),
        keys: set.len() as u32,
        issuer: set.issuer.clone(),
        notes: set.notes.clone(),
    }
}
