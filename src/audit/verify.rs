//! Verifies a pack without an inventory: container, members, sums, signature and the log's chain.
//!
//! A pack is hostile until it is verified: members are read as bounded streams and never written anywhere.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use anyhow::Result;
use ed25519_dalek::pkcs8::{DecodePublicKey, EncodePublicKey};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::model::id::hex;

use super::{EVENTS, FORM, HEAD, MANIFEST, SIGNATURE, SIGNER, SUMS};

/// Members at most.
const MOST_MEMBERS: usize = 10_000;
/// Unpacked bytes of one member at most.
const LARGEST_MEMBER: u64 = 16 << 30;
/// Unpacked bytes for each packed one at most; deflate cannot honestly exceed about 1,030.
const LARGEST_RATIO: u64 = 1_100;
/// Bytes of a member that is kept in memory (sums, manifest, log).
const LARGEST_KEPT: u64 = 512 << 20;

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// True = holds, false = does not, `None` = not applicable.
    pub holds: Option<bool>,
    /// What was checked.
    pub what: String,
    /// What was found.
    pub found: String,
}

/// The verdict on a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// Fingerprint of the signer: SHA-256 of the DER public key.
    pub signer: Option<String>,
}

impl Verdict {
    /// True when nothing that was checked fails.
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.holds != Some(false))
    }

    /// `intact and signed`, `intact, unsigned` or `damaged`.
    pub fn word(&self) -> &'static str {
        match (self.ok(), &self.signer) {
            (false, _) => "damaged",
            (true, Some(_)) => "intact and signed",
            (true, None) => "intact, unsigned",
        }
    }
}

/// Checks a pack. `expected_signer`: the fingerprint that the auditor received by another channel.
///
/// # Errors
/// The bytes cannot be read. A damaged pack is a verdict, not an error.
pub fn verify<R: Read + Seek>(mut pack: R, expected_signer: Option<&str>) -> Result<Verdict> {
    let mut verdict = Verdict { checks: Vec::new(), signer: None };
    let container = container(&mut pack)?;
    verdict.check("The container's own bytes", container.is_none(), container.unwrap_or_else(|| "as they were sealed".to_owned()));
    pack.seek(SeekFrom::Start(0))?;
    let mut archive = match ZipArchive::new(&mut pack) {
        Ok(archive) => archive,
        Err(error) => {
            verdict.check("The archive", false, format!("cannot be read: {error}"));
            return Ok(verdict);
        }
    };
    let members = read_members(&mut archive, &mut verdict);
    let kept = |name: &str| members.get(name).and_then(|member| member.kept.as_deref());
    let Some(sums) = kept(SUMS) else {
        verdict.check(SUMS, false, "is missing: nothing in this pack can be trusted");
        return Ok(verdict);
    };
    compare_sums(sums, &members, &mut verdict);
    compare_manifest(kept(MANIFEST), &members, &mut verdict);
    signature(sums, kept(SIGNATURE), kept(SIGNER), expected_signer, &mut verdict);
    chain(kept(EVENTS), kept(HEAD), &mut verdict);
    Ok(verdict)
}

impl Verdict {
    fn check(&mut self, what: &str, holds: bool, found: impl Into<String>) {
        self.checks.push(Check { holds: Some(holds), what: what.to_owned(), found: found.into() });
    }
}

/// What is wrong with the bytes around the members, if anything.
fn container<R: Read + Seek>(pack: &mut R) -> Result<Option<String>> {
    let length = pack.seek(SeekFrom::End(0))?;
    let head = super::writer::comment_head();
    let Some(before) = length.checked_sub(64) else { return Ok(Some("the file is too short to be a pack".to_owned())) };
    pack.seek(SeekFrom::Start(before.saturating_sub(head.len() as u64)))?;
    let mut tail = Vec::new();
    pack.take(64 + head.len() as u64).read_to_end(&mut tail)?;
    if !tail.starts_with(head.as_bytes()) {
        return Ok(Some("the seal at its end is missing: it is no pack of this form, or it was cut or repacked".to_owned()));
    }
    pack.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    std::io::copy(&mut pack.take(before), &mut hash)?;
    let same = tail.ends_with(hex(&hash.finalize()).as_bytes());
    Ok((!same).then(|| "changed since the pack was sealed; the checks below name the file if it is one".to_owned()))
}

struct Found {
    sha256: String,
    bytes: u64,
    kept: Option<Vec<u8>>,
}

fn read_members<R: Read + Seek>(archive: &mut ZipArchive<R>, verdict: &mut Verdict) -> BTreeMap<String, Found> {
    let mut members = BTreeMap::new();
    if archive.len() > MOST_MEMBERS {
        verdict.check("The number of files", false, format!("{} files are more than a pack has", archive.len()));
        return members;
    }
    for at in 0..archive.len() {
        let mut entry = match archive.by_index(at) {
            Ok(entry) => entry,
            Err(error) => {
                verdict.check(&format!("File {}", at + 1), false, format!("cannot be read: {error}"));
                continue;
            }
        };
        let name = clean(entry.name());
        let plain = entry.enclosed_name().is_some() && !entry.is_symlink() && !entry.is_dir();
        if !plain {
            verdict.check(&name, false, "is not a plain file inside the pack");
            continue;
        }
        let limit = LARGEST_MEMBER.min(entry.compressed_size().saturating_mul(LARGEST_RATIO).saturating_add(1 << 20));
        let keep = matches!(name.as_str(), SUMS | SIGNATURE | SIGNER | MANIFEST | EVENTS | HEAD);
        match read_one(&mut entry, limit, keep) {
            Ok(found) => {
                if members.insert(name.clone(), found).is_some() {
                    verdict.check(&name, false, "stands in the pack twice");
                }
            }
            Err(error) => verdict.check(&name, false, format!("cannot be unpacked: {error}")),
        }
    }
    members
}

fn read_one(entry: &mut impl Read, limit: u64, keep: bool) -> Result<Found> {
    let (mut hash, mut bytes, mut kept, mut buffer) = (Sha256::new(), 0u64, Vec::new(), vec![0; 1 << 16]);
    loop {
        let n = entry.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        bytes += n as u64;
        anyhow::ensure!(bytes <= limit, "it unpacks to more than {limit} bytes");
        hash.update(&buffer[..n]);
        if keep {
            anyhow::ensure!(bytes <= LARGEST_KEPT, "it is larger than a file of its kind can be");
            kept.extend_from_slice(&buffer[..n]);
        }
    }
    Ok(Found { sha256: hex(&hash.finalize()), bytes, kept: keep.then_some(kept) })
}

fn compare_sums(sums: &[u8], members: &BTreeMap<String, Found>, verdict: &mut Verdict) {
    let text = String::from_utf8_lossy(sums);
    let mut listed: BTreeMap<String, &str> = BTreeMap::new();
    for line in text.lines() {
        match line.split_once("  ") {
            Some((sum, path)) if sum.len() == 64 => {
                listed.insert(clean(path), sum);
            }
            _ => verdict.check(SUMS, false, format!("has a line that is none: {}", clean(line))),
        }
    }
    let mut same = 0;
    for (path, sum) in &listed {
        match members.get(path) {
            None => verdict.check(path, false, "is listed and missing"),
            Some(found) if &found.sha256 != sum => verdict.check(path, false, "was changed: its SHA-256 is not the listed one"),
            Some(_) => same += 1,
        }
    }
    for path in members.keys().filter(|path| !listed.contains_key(*path) && !matches!(path.as_str(), SUMS | SIGNATURE)) {
        verdict.check(path, false, "was added: it is not listed");
    }
    verdict.check("Files against SHA256SUMS", same == listed.len(), format!("{same} of {} files are as listed", listed.len()));
}

fn compare_manifest(manifest: Option<&[u8]>, members: &BTreeMap<String, Found>, verdict: &mut Verdict) {
    let Some(manifest) = manifest.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok()) else {
        verdict.check(MANIFEST, false, "is missing or is no JSON");
        return;
    };
    let form = manifest["form"] == FORM;
    let empty = Vec::new();
    let files = manifest["files"].as_array().unwrap_or(&empty);
    let wrong = files.iter().find(|file| {
        let found = file["path"].as_str().and_then(|path| members.get(path));
        found.is_none_or(|found| file["sha256"] != found.sha256.as_str() || file["bytes"] != found.bytes)
    });
    match wrong {
        _ if !form => verdict.check(MANIFEST, false, "is of another form"),
        Some(file) => {
            verdict.check(MANIFEST, false, format!("disagrees with {}", clean(file["path"].as_str().unwrap_or("a file without a name"))))
        }
        None => verdict.check(MANIFEST, true, format!("agrees with {} files; revision {}", files.len(), manifest["revision"])),
    }
}

fn signature(sums: &[u8], signature: Option<&[u8]>, signer: Option<&[u8]>, expected: Option<&str>, verdict: &mut Verdict) {
    let (Some(signature), Some(signer)) = (signature, signer) else {
        if signature.is_some() || signer.is_some() {
            verdict.check("Signature", false, "only one of signature and public key is there");
        } else {
            verdict.checks.push(Check {
                holds: expected.map(|_| false),
                what: "Signature".to_owned(),
                found: "unsigned: anybody could have made this pack".to_owned(),
            });
        }
        return;
    };
    let key = std::str::from_utf8(signer).ok().and_then(|pem| VerifyingKey::from_public_key_pem(pem).ok());
    let Some(key) = key else {
        verdict.check(SIGNER, false, "holds no Ed25519 public key");
        return;
    };
    let holds = Signature::from_slice(signature).is_ok_and(|signature| key.verify_strict(sums, &signature).is_ok());
    if !holds {
        verdict.check("Signature", false, "does not fit SHA256SUMS and the public key in the pack");
        return;
    }
    let fingerprint = key.to_public_key_der().map(|der| hex(&Sha256::digest(der.as_bytes()))).unwrap_or_default();
    if let Some(expected) = expected {
        let same = expected.trim().eq_ignore_ascii_case(&fingerprint);
        verdict.check("Signer", same, if same { "is the expected one" } else { "is another one than expected" });
    }
    verdict.check("Signature", true, format!("made with the key {fingerprint}"));
    verdict.signer = Some(fingerprint);
}

/// Replays the log: each event's hash follows from the one before (INV-15) up to the head.
fn chain(events: Option<&[u8]>, head: Option<&[u8]>, verdict: &mut Verdict) {
    let (Some(events), Some(head)) = (events, head.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok())) else {
        verdict.check("Log", false, "events.jsonl or head.json is missing");
        return;
    };
    let mut prev = String::new();
    let mut number = 0;
    for line in String::from_utf8_lossy(events).lines() {
        let Ok(entry) = serde_json::from_str::<Value>(line) else {
            verdict.check("Log", false, format!("the entry after {number} is no JSON"));
            return;
        };
        let (Some(event), Some(hash)) = (entry["event"].as_str(), entry["hash"].as_str()) else {
            verdict.check("Log", false, format!("the entry after {number} has no event or hash"));
            return;
        };
        if prev.is_empty() {
            entry["prev"].as_str().unwrap_or_default().clone_into(&mut prev);
        }
        let computed = hex(&Sha256::digest(format!("bulkhead.audit.v1\n{prev}\n{event}").as_bytes()));
        number += 1;
        let stated = serde_json::from_str::<Value>(event).ok().and_then(|event| event["number"].as_i64());
        if computed != hash || stated != Some(number) {
            verdict.check("Log", false, format!("entry {number} does not follow from the one before"));
            return;
        }
        hash.clone_into(&mut prev);
    }
    let same = head["number"].as_i64() == Some(number) && head["hash"].as_str() == Some(prev.as_str());
    verdict.check(
        "Log",
        same,
        if same { format!("{number} entries replay to the head {prev}") } else { "does not end at the stated head".to_owned() },
    );
}

/// Names from a pack are hostile text.
fn clean(text: &str) -> String {
    text.chars()
        .take(200)
        .map(|c| {
            if c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}
