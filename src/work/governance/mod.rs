//! The governance file: what files and people say of audiences, ways and applications as one YAML or JSON file that teams keep in version
//! control (domain.md 6.1). Written sorted, so the same inventory gives the same bytes; read whole or not at all.
//!
//! What packs propose is not in it: the file holds what somebody stated. Reading a file states only what differs from what is known, so
//! reading back what was written changes nothing.

mod file;
mod known;
mod names;
mod plan;

use anyhow::{Context, Result};

use crate::error::Told;
use crate::formats::yaml;
use crate::model::time::Millis;
use crate::store::Store;

use super::answers::Answers;
use super::wire::{MapFault, MapPlan};

pub use file::{FORMAT, Form, ProfileEntry};
pub use names::Names;
pub use plan::Plan;

/// Whether a file is a governance file by its name: it lies beside exports and is no export itself.
pub fn is_map(name: &str) -> bool {
    let name = name.to_lowercase();
    [".map.yaml", ".map.yml", ".map.json"].iter().any(|ending| name.ends_with(ending))
}

/// The governance file of a revision.
///
/// # Errors
/// A value that the format does not know, which tests rule out.
pub fn export(answers: &Answers, form: Form) -> Result<String> {
    file::write(&known::document(answers), form)
}

/// A governance file of token profiles only.
///
/// # Errors
/// A value that the format does not know, which tests rule out.
pub fn write_profiles(profiles: Vec<ProfileEntry>, form: Form) -> Result<String> {
    #[derive(serde::Serialize)]
    struct Profiles {
        bulkhead_map: u32,
        profiles: Vec<ProfileEntry>,
    }
    let document = Profiles { bulkhead_map: FORMAT, profiles };
    match form {
        Form::Yaml => yaml::write(&document),
        Form::Json => Ok(serde_json::to_string_pretty(&document)? + "\n"),
    }
}

/// The bytes of a governance file; more than the limit is read just far enough to be refused.
///
/// # Errors
/// The file cannot be read.
pub fn read(path: &std::path::Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    file.take(yaml::MOST_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("read {}", path.display()))?;
    Ok(bytes)
}

/// SHA-256 of a file's bytes, in hex: what was looked at is what is taken.
pub fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    crate::model::id::hex(&sha2::Sha256::digest(bytes))
}

/// Compares a file with a revision: what it would state, and every fault in it.
///
/// # Errors
/// The file is not of the form at all; the first fault is told with its line.
pub fn plan(answers: &Answers, bytes: &[u8]) -> Result<Plan> {
    let document: file::Read = yaml::read(bytes).map_err(|fault| {
        let place = if fault.line == 0 { String::new() } else { format!("line {}: ", fault.line) };
        Told::refusal(
            "BH-MAP-001",
            "The governance file cannot be read.",
            "Nothing was changed.",
            "Mend the place that the details name. `bulkhead map export` writes a file of the right form.",
        )
        .details(format!("{place}{}", fault.what))
    })?;
    if document.bulkhead_map != FORMAT {
        return Err(Told::refusal(
            "BH-MAP-002",
            "The governance file is of another version.",
            "Nothing was changed.",
            format!("Begin it with bulkhead_map: {FORMAT}."),
        )
        .into());
    }
    Ok(plan::plan(answers, &document))
}

/// States what a plan holds, as one revision; a plan with a fault states nothing.
///
/// # Errors
/// A fault in the plan, or the file cannot be written.
pub async fn apply(store: &Store, plan: &Plan, actor: &str, reason: &str, now: Millis) -> Result<i64> {
    if !plan.faults.is_empty() {
        return Err(refusal(&plan.faults).into());
    }
    if plan.changes.is_empty() {
        return store.head().await;
    }
    Ok(store.assert(&plan.changes, actor, reason, now).await?.number)
}

/// Every fault of a file, as one refusal.
fn refusal(faults: &[MapFault]) -> Told {
    const SHOWN: usize = 20;
    let mut lines: Vec<String> =
        faults.iter().take(SHOWN).map(|fault| format!("line {}: {}: {}", fault.line, fault.subject, fault.what)).collect();
    if faults.len() > SHOWN {
        lines.push(format!("and {} more", faults.len() - SHOWN));
    }
    let what = if faults.len() == 1 {
        "The governance file has a fault.".to_owned()
    } else {
        format!("The governance file has {} faults.", faults.len())
    };
    Told::refusal("BH-MAP-003", what, "Nothing was changed: a file is taken whole or not at all.", "Mend the places that the details name.")
        .details(lines.join("; "))
}

impl Plan {
    /// The plan as answers show it.
    pub fn wire(&self, answers: &Answers, digest: String) -> MapPlan {
        MapPlan {
            revision: answers.rows.revision,
            digest,
            changes: self.lines.clone(),
            unchanged: self.unchanged,
            faults: self.faults.clone(),
        }
    }
}
