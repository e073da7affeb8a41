//! Builds and verifies audit packs: brings one revision's answers into the form of `audit`, and seals the inventory.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::audit::writer::{PackWriter, Sign};
use crate::audit::{self, page};
use crate::error::Told;
use crate::model::id::hex;
use crate::model::kinds::Action;
use crate::model::time::{Millis, iso};
use crate::policy::Packs;
use crate::store::Store;
use crate::store::edits::Seal;
use crate::store::log::LogEntry;

use super::answers::Answers;
use super::jobs::JobHandle;
use super::pack_parts;
use super::pseudonyms::Pseudonyms;
use super::signing_key::PackKey;
use super::wire::{PackResult, Preflight, PreflightLine, VerifyResult};

/// Who sees names in the pack (decision D51).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Persons as `P-1`, `P-2` …; the list of names stands in a file of its own beside the pack.
    Auditor,
    /// Names.
    Internal,
}

impl Profile {
    /// Reads `auditor` or `internal`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "auditor" => Some(Self::Auditor),
            "internal" => Some(Self::Internal),
            _ => None,
        }
    }
}

impl Sign for PackKey {
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        Self::sign(self, message)
    }
    fn public_pem(&self) -> &str {
        &self.public.pem
    }
}

/// The newest revision that is not itself a seal (decision D48).
///
/// # Errors
/// The file cannot be read.
pub async fn packed_revision(store: &Store) -> Result<LogEntry> {
    let head = store.head().await?;
    let entries = store.log(1, head).await?;
    entries.into_iter().rev().find(|entry| entry.action != Action::Seal).context("an inventory has a first entry")
}

/// What stands in the way of a pack, or will be said on its first page.
///
/// # Errors
/// The file cannot be read.
pub async fn preflight(store: &Store, answers: &Answers, now: Millis) -> Result<Preflight> {
    let entry = packed_revision(store).await?;
    let mut lines = Vec::new();
    let mut line = |verdict: &str, check: &str, detail: String, table: Option<(&str, String)>| {
        lines.push(PreflightLine {
            verdict: verdict.to_owned(),
            check: check.to_owned(),
            detail,
            link: table.map(|(table, filter)| super::figures::link(table, filter)),
        });
    };
    let files = store.import_files(1, entry.number).await?;
    if files.is_empty() {
        line("stop", "Imports", "nothing was imported yet".to_owned(), None);
    }
    let (mut read, mut sum, mut rejected) = (0, 0, 0);
    for file in &files {
        read += file.read;
        sum += file.accepted + file.merged + file.rejected + file.ignored;
        rejected += file.rejected;
    }
    let equal = read == sum;
    line(
        if equal { "pass" } else { "stop" },
        "Counts reconcile",
        format!("{read} read = {sum} accepted, merged, rejected or ignored"),
        Some(("files", String::new())),
    );
    let refused = files.iter().filter(|file| file.importer.is_none()).count();
    let verdict = if rejected == 0 && refused == 0 { "pass" } else { "warn" };
    line(verdict, "Rejected records", format!("{rejected} records, {refused} whole files"), Some(("problems", String::new())));
    let partial = files.iter().filter(|file| file.completeness != crate::model::Completeness::Full).count();
    line(
        if partial == 0 { "pass" } else { "warn" },
        "Completeness",
        format!("{partial} of {} files are not known to be whole", files.len()),
        Some(("files", "-completeness:full".to_owned())),
    );
    let age = entry.as_of.map(|at| (now - at) / crate::model::time::DAY_MS);
    line(
        if age.is_some_and(|days| days <= 30) { "pass" } else { "warn" },
        "Freshness",
        age.map_or_else(|| "no export time is known".to_owned(), |days| format!("the newest export is {days} days old")),
        None,
    );
    let unclassed = super::figures::count(answers, "audiences", "sensitivity:unknown");
    line(
        if unclassed == 0 { "pass" } else { "warn" },
        "Unknown sensitivity",
        format!("{unclassed} audiences, counted as confidential"),
        Some(("audiences", "sensitivity:unknown".to_owned())),
    );
    let verdict = store.verify_log().await?;
    line(
        if verdict.ok { "pass" } else { "stop" },
        "Log chain",
        if verdict.ok { format!("whole, {} entries", verdict.entries) } else { verdict.faults.join("; ") },
        Some(("log", String::new())),
    );
    let last = store.entry(store.head().await?).await?;
    line(
        if now >= last.at { "pass" } else { "warn" },
        "Clock",
        if now >= last.at { "not behind the last entry".to_owned() } else { "behind the last entry of the log".to_owned() },
        None,
    );
    let can_build = lines.iter().all(|line| line.verdict != "stop");
    Ok(Preflight { revision: u32::try_from(entry.number).unwrap_or(u32::MAX), as_of: entry.as_of.map(iso), lines, can_build })
}

/// How a pack is to be made.
pub struct Order<'a> {
    /// File to write; must not exist.
    pub out: &'a Path,
    /// Who sees names.
    pub profile: Profile,
    /// Signs it; `None` = unsigned.
    pub key: Option<&'a PackKey>,
    /// Who asks for it.
    pub actor: &'a str,
    /// When; stands in the log entry of the seal only.
    pub now: Millis,
}

/// Builds the pack of the newest revision that is not a seal, then seals it in the log. Same revision, same bytes.
///
/// # Errors
/// The file exists, a check of the preflight stops it, the user cancelled, or writing failed; no file is left then.
pub async fn build(store: &Store, order: &Order<'_>, job: &JobHandle) -> Result<PackResult> {
    let beside = order.out.with_extension("persons.csv");
    let taken =
        if order.out.exists() { Some(order.out) } else { (order.profile == Profile::Auditor && beside.exists()).then_some(&*beside) };
    if let Some(taken) = taken {
        return Err(Told::refusal("BH-PAK-001", "There is already a file of that name.", "It was not touched.", "Choose another name.")
            .details(taken.display().to_string())
            .into());
    }
    job.phase(1, 4, "reading");
    let entry = packed_revision(store).await?;
    let answers = Answers::of_store(store, entry.number, entry.as_of).await?;
    let preflight = preflight(store, &answers, order.now).await?;
    if let Some(stop) = preflight.lines.iter().find(|line| line.verdict == "stop") {
        return Err(Told::refusal(
            "BH-PAK-002",
            format!("The pack cannot be built: {}.", stop.check),
            "No file was written.",
            "Mend what is named, then build again.",
        )
        .details(stop.detail.clone())
        .into());
    }
    let folder = match order.out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let temporary = tempfile::Builder::new().prefix(".bulkhead-pack-").tempfile_in(folder).context("make the pack's file")?;
    let persons = (order.profile == Profile::Auditor).then(|| Pseudonyms::new(&answers));
    let (facts, written) = {
        let mut pack = PackWriter::new(temporary.reopen().context("open the pack's file")?);
        let previous = previous_seal(store, entry.number).await?;
        let (content_hash, mut orders) = pack_parts::content_hash(&answers);
        let facts = facts(&entry, order.profile, &answers, previous.as_ref(), &content_hash);
        members(store, &answers, &entry, previous.as_ref(), persons.as_ref(), &facts, &mut orders, &mut pack, job).await?;
        job.phase(4, 4, "signing");
        let written = pack.finish(&facts, order.key.map(|key| key as &dyn Sign))?;
        (content_hash, written)
    };
    stop_if_cancelled(job)?;
    let file = temporary.persist_noclobber(order.out).map_err(|error| error.error).context("give the pack its name")?;
    file.sync_all()?;
    if let Some(persons) = &persons {
        std::fs::write(&beside, persons.csv()).with_context(|| format!("write {}", beside.display()))?;
    }
    let label = order.out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let seal = Seal { revision: entry.number, label, sha256sums: written.sha256sums.clone(), content_hash: facts };
    store.seal(&seal, order.actor, order.now).await?;
    Ok(PackResult {
        path: order.out.display().to_string(),
        bytes: std::fs::metadata(order.out)?.len(),
        sha256: file_hash(order.out)?,
        files: written.members.len() as u32,
        signed: written.signed,
        signer: order.key.map(|key| key.public.fingerprint.clone()),
        revision: entry.number,
    })
}

fn stop_if_cancelled(job: &JobHandle) -> Result<()> {
    if job.cancelled() { Err(Told::cancelled("Cancelled. No pack was written.").into()) } else { Ok(()) }
}

fn file_hash(path: &Path) -> Result<String> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    std::io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

/// The last seal of an earlier revision (decision D13).
async fn previous_seal(store: &Store, revision: i64) -> Result<Option<(i64, String)>> {
    let entries = store.log(1, store.head().await?).await?;
    Ok(entries.iter().rev().filter(|entry| entry.action == Action::Seal).find_map(|entry| {
        let sealed = entry.detail.get("revision")?.as_i64()?;
        let sums = entry.detail.get("sha256sums")?.as_str()?;
        (sealed < revision).then(|| (sealed, sums.to_owned()))
    }))
}

/// What the manifest and the statement say of the whole.
fn facts(
    entry: &LogEntry,
    profile: Profile,
    answers: &Answers,
    previous: Option<&(i64, String)>,
    content_hash: &str,
) -> Map<String, Value> {
    let mut facts = Map::new();
    facts.insert("tool".to_owned(), json!(format!("bulkhead {}", env!("CARGO_PKG_VERSION"))));
    facts.insert("revision".to_owned(), json!(entry.number));
    facts.insert("as_of".to_owned(), json!(entry.as_of.map(iso)));
    facts.insert("as_of_assumed".to_owned(), json!(entry.as_of_assumed));
    facts.insert("profile".to_owned(), json!(if profile == Profile::Auditor { "auditor" } else { "internal" }));
    facts.insert("content_hash".to_owned(), json!(content_hash));
    facts.insert("chain_head".to_owned(), json!({ "number": entry.number, "hash": entry.hash }));
    facts.insert(
        "previous_pack".to_owned(),
        previous.map_or(Value::Null, |(revision, sums)| json!({ "revision": revision, "sha256sums": sums })),
    );
    facts.insert("weights".to_owned(), json!({ "pack": answers.weights.pack, "sha256": answers.weights.hash() }));
    facts.insert("policy_packs_sha256".to_owned(), json!(Packs::shipped().hash()));
    facts
}

#[allow(clippy::too_many_arguments, reason = "one call, in the order of the pack's numbering")]
async fn members(
    store: &Store,
    answers: &Answers,
    entry: &LogEntry,
    previous: Option<&(i64, String)>,
    persons: Option<&Pseudonyms>,
    facts: &Map<String, Value>,
    orders: &mut pack_parts::Orders,
    pack: &mut PackWriter<File>,
    job: &JobHandle,
) -> Result<()> {
    let text = |pack: &mut PackWriter<File>, path: &str, text: String| {
        pack.member(path, |out| Ok(out.write_all(text.as_bytes()).map(|()| None)?))
    };
    let files = store.import_files(1, entry.number).await?;
    let statement = pack_parts::statement(answers, &files, facts);
    text(pack, "00_README.md", pack_parts::readme(facts))?;
    text(pack, "01_statement.html", page::html("Bulkhead audit pack: statement", &statement.sections))?;
    text(pack, "01_statement.json", serde_json::to_string_pretty(&statement.json)? + "\n")?;
    pack.member("02_imports.csv", |out| pack_parts::imports_csv(answers, &files, out).map(Some))?;
    job.phase(2, 4, "population");
    for (at, name) in pack_parts::POPULATION.iter().enumerate() {
        stop_if_cancelled(job)?;
        job.done(at as u64, pack_parts::POPULATION.len() as u64);
        pack.member(&format!("03_population/{name}.csv"), |out| pack_parts::table_csv(answers, name, orders, persons, out).map(Some))?;
    }
    job.phase(3, 4, "blast radius");
    pack.member("06_blast/explanations.jsonl", |out| {
        pack_parts::explanations(answers, persons, out, &|| stop_if_cancelled(job)).map(Some)
    })?;
    pack.member("06_blast/units.csv", |out| pack_parts::table_csv(answers, "units", orders, persons, out).map(Some))?;
    text(pack, "06_blast/weights.json", serde_json::to_string_pretty(&answers.weights)? + "\n")?;
    text(pack, "07_lifecycle/age_buckets.csv", pack_parts::age_buckets_csv(answers))?;
    text(pack, "07_lifecycle/policies.json", serde_json::to_string_pretty(&answers.sla())? + "\n")?;
    pack.member("07_lifecycle/rotation.csv", |out| pack_parts::table_csv(answers, "rotations", orders, persons, out).map(Some))?;
    if let Some((sealed, _)) = previous {
        let rows = super::lists::drift_between(store, *sealed, entry.number, Some(answers), false).await?;
        pack.member("13_changes.csv", |out| pack_parts::changes_csv(rows, persons, out).map(Some))?;
    }
    let log = store.log(1, entry.number).await?;
    pack.member(audit::EVENTS, |out| {
        for entry in &log {
            writeln!(out, "{}", json!({ "event": entry.event(), "prev": entry.prev, "hash": entry.hash }))?;
        }
        Ok(Some(log.len() as u64))
    })?;
    text(pack, audit::HEAD, format!("{}\n", json!({ "number": entry.number, "hash": entry.hash })))?;
    text(pack, "VERIFY.md", page::VERIFY.to_owned())?;
    let index = pack_parts::index(pack.members(), &statement);
    text(pack, "index.html", page::html("Bulkhead audit pack", &index))
}

/// Verifies any pack, also one from another machine.
///
/// # Errors
/// The file cannot be read.
pub fn verify(path: &Path, expected_signer: Option<&str>) -> Result<VerifyResult> {
    let file = File::open(path).map_err(|error| {
        Told::refusal("BH-PAK-003", "The pack cannot be read.", "Nothing was checked.", "Choose the pack file again.")
            .details(error.to_string())
    })?;
    let verdict = audit::verify::verify(std::io::BufReader::new(file), expected_signer)?;
    let signed = verdict.signer.is_some();
    let mut proves = Vec::new();
    if verdict.ok() {
        proves.push(if signed {
            "Proven: every file is as it was when it was signed with this key, and the log replays to its head.".to_owned()
        } else {
            "Proven: the files fit their list. Anybody could have made the list: the pack is unsigned.".to_owned()
        });
    }
    proves.push("Not proven: when it was signed, who held the key (compare the fingerprint by another channel), and that the sources said the truth.".to_owned());
    Ok(VerifyResult {
        verdict: verdict.word().to_owned(),
        ok: verdict.ok(),
        path: path.display().to_string(),
        signer: verdict.signer.clone(),
        checks: verdict
            .checks
            .iter()
            .map(|check| PreflightLine {
                verdict: match check.holds {
                    Some(true) => "pass",
                    Some(false) => "stop",
                    None => "warn",
                }
                .to_owned(),
                check: check.what.clone(),
                detail: check.found.clone(),
                link: None,
            })
            .collect(),
        proves,
    })
}
