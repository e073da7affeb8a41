//! Which key may judge a signature, and whether it holds: checks J03 to J10 and J12's embedded key.
//!
//! The header never chooses how it is verified: algorithms come from a fixed list, keys from files that the user gave (RFC 8725 3.1).

use serde_json::{Map, Value};

use super::compact::Compact;
use super::header_checks::word;
use super::keys::{Key, KeySet, Material};
use super::ledger::{Ledger, Severity, Verdict};
use super::shown::plain;
use super::verify::{ALGORITHMS, holds};

/// Why nobody can say whether a signature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unverified {
    /// No key file was given.
    NoKey,
    /// None of the keys is the one that the header names, or none fits.
    KeyUnknown,
    /// The key cannot be judged with.
    KeyUnusable,
    /// HS*: only who holds the shared secret can verify, and this program asks for none.
    Symmetric,
    /// An algorithm outside the list.
    Algorithm,
    /// Microsoft signs another form of the token than it sends (J10).
    ByDesign,
    /// An encrypted token: only its header can be read.
    Encrypted,
    /// Not signed: an introspection answer, a payload, or a reference token.
    NotSigned,
}

impl Unverified {
    /// The reason in a few words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoKey => "no key",
            Self::KeyUnknown => "key unknown",
            Self::KeyUnusable => "the key cannot be used",
            Self::Symmetric => "shared secret",
            Self::Algorithm => "algorithm not supported",
            Self::ByDesign => "not verifiable by design",
            Self::Encrypted => "encrypted",
            Self::NotSigned => "not signed",
        }
    }
}

/// What is known of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// It holds under this key of that file.
    Verified {
        /// RFC 7638 thumbprint of the key.
        thumbprint: String,
        /// SHA-256 of the key file, hex.
        keys_sha256: String,
    },
    /// It does not hold, or the token breaks a rule that forbids to look at it.
    Invalid,
    /// Nobody can say.
    Unverifiable(Unverified),
}

/// Judges the signature of a token that was taken apart, and notes J03 to J10 and the embedded key of J12.
pub fn check_signature(compact: &Compact<'_>, sets: &[KeySet], ledger: &mut Ledger) -> Signature {
    let Some(header) = &compact.header else { return Signature::Invalid };
    let alg = match header.get("alg") {
        Some(Value::String(alg)) => alg.as_str(),
        Some(_) => return refused(ledger, "The header's “alg” is no text."),
        None => return refused(ledger, "The header has no “alg”."),
    };
    if alg.eq_ignore_ascii_case("none") {
        return refused(ledger, "The header says alg none: anybody can write such a token.");
    }
    ledger.note(3, Verdict::Pass, format!("alg is {}.", word(alg)));
    mixed_keys(alg, sets, ledger);
    let symmetric = alg.len() >= 2 && alg[..2].eq_ignore_ascii_case("hs");
    if symmetric {
        return shared_secret(header, sets, ledger);
    }
    if !ALGORITHMS.contains(&alg) {
        ledger.note(4, Verdict::Warn, format!("{} is not in the list of algorithms that are verified.", word(alg)));
        return Signature::Unverifiable(Unverified::Algorithm);
    }
    ledger.note(4, Verdict::Pass, format!("{alg} is in the list."));
    if alg == "EdDSA" {
        ledger.note(4, Verdict::Info, "EdDSA is the older name; RFC 9864 says Ed25519.");
    }
    if compact.broken {
        return Signature::Invalid;
    }
    let found = if sets.iter().all(KeySet::is_empty) {
        ledger.note(6, Verdict::Unverifiable, "Not verified: no key. Give the issuer's JWKS file.");
        Signature::Unverifiable(Unverified::NoKey)
    } else {
        by_keys(alg, header, compact, sets, ledger)
    };
    let found = by_design(header, compact, found, ledger);
    embedded(alg, header, compact, sets, &found, ledger);
    found
}

fn refused(ledger: &mut Ledger, seen: &str) -> Signature {
    ledger.note(3, Verdict::Fail, seen);
    Signature::Invalid
}

/// J05: a token that claims a shared secret is never called verified, and it is an attack where the key is a public one.
fn shared_secret(header: &Map<String, Value>, sets: &[KeySet], ledger: &mut Ledger) -> Signature {
    let kid = header.get("kid").and_then(Value::as_str);
    let public = |key: &&Key| !matches!(key.material, Material::Symmetric | Material::Unusable(_));
    let keys = || sets.iter().flat_map(|set| &set.keys);
    let named = keys().filter(public).any(|key| key.kid.is_some() && key.kid.as_deref() == kid);
    let only_public = keys().next().is_some() && keys().all(|key| public(&key));
    if named || only_public {
        let why = if named { "its kid names a public key" } else { "the issuer's file holds public keys only" };
        ledger.note(5, Verdict::Fail, format!("Algorithm confusion: the header claims a shared secret (HS), but {why}."));
        return Signature::Invalid;
    }
    if twins(kid, sets) {
        ledger.note(6, Verdict::Fail, "Two keys of one file have the kid of the header.");
        return Signature::Invalid;
    }
    ledger.note(5, Verdict::Warn, "HS needs the shared secret. It is never verified here: who can verify can also sign.");
    Signature::Unverifiable(Unverified::Symmetric)
}

/// J09: shared secrets in a file of public keys, and one key for two families.
fn mixed_keys(alg: &str, sets: &[KeySet], ledger: &mut Ledger) {
    for set in sets {
        let secrets = set.keys.iter().filter(|key| key.material == Material::Symmetric).count();
        if secrets > 0 {
            let mixed = secrets < set.keys.len();
            let verdict = if mixed && alg.to_ascii_lowercase().starts_with("hs") { Verdict::Fail } else { Verdict::Warn };
            let seen = format!("{} holds {secrets} shared secrets; in a published key file everybody can sign with them.", set.name);
            ledger.note_raised(9, verdict, Severity::Critical, seen);
        }
        let mut families: Vec<(&str, &str)> = set
            .keys
            .iter()
            .filter(|key| !key.thumbprint.is_empty())
            .filter_map(|key| Some((key.thumbprint.as_str(), key.alg.as_deref()?.get(..2)?)))
            .collect();
        families.sort_unstable();
        families.dedup();
        if families.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            ledger.note(9, Verdict::Fail, format!("{} lists one key for two families of algorithms.", set.name));
        }
    }
    if !sets.is_empty() {
        ledger.note(9, Verdict::Pass, "No key of the files serves two families.");
    }
}

fn twins(kid: Option<&str>, sets: &[KeySet]) -> bool {
    kid.is_some() && sets.iter().any(|set| set.keys.iter().filter(|key| key.kid.as_deref() == kid).count() > 1)
}

/// J06 to J08: the keys that may judge, their strength, the verdict.
fn by_keys(alg: &str, header: &Map<String, Value>, compact: &Compact<'_>, sets: &[KeySet], ledger: &mut Ledger) -> Signature {
    let all = || sets.iter().flat_map(|set| set.keys.iter().map(move |key| (set, key)));
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.as_str()),
        Some(_) => {
            ledger.note(6, Verdict::Fail, "The header's kid is no text.");
            return Signature::Invalid;
        }
    };
    let mut candidates: Vec<(&KeySet, &Key)> = Vec::new();
    if let Some(kid) = kid {
        if twins(Some(kid), sets) {
            ledger.note(6, Verdict::Fail, "Two keys of one file have the kid of the header, so it does not choose.");
            return Signature::Invalid;
        }
        candidates.extend(all().filter(|(_, key)| key.kid.as_deref() == Some(kid)));
        candidates.dedup_by(|a, b| a.1 == b.1);
        if candidates.is_empty() {
            ledger.note(6, Verdict::Unverifiable, "No key of the files has the kid of the header. The file may be older than the key.");
            return Signature::Unverifiable(Unverified::KeyUnknown);
        }
        let faults: Vec<String> = candidates.iter().filter_map(|(_, key)| key.unfit(alg)).collect();
        if faults.len() == candidates.len() {
            ledger.note(6, Verdict::Fail, format!("The key of this kid may not judge it: {}.", faults.join("; ")));
            return Signature::Invalid;
        }
        candidates.retain(|(_, key)| key.unfit(alg).is_none());
        ledger.note(6, Verdict::Pass, format!("The kid chooses one key: {}.", candidates[0].1.size()));
    } else {
        candidates.extend(all().filter(|(_, key)| key.unfit(alg).is_none()));
        if candidates.is_empty() {
            let seen = "The header names no kid, and no key of the files fits its algorithm.";
            ledger.note(6, Verdict::Unverifiable, seen);
            return Signature::Unverifiable(Unverified::KeyUnknown);
        }
        ledger.note(6, Verdict::Warn, format!("The header names no kid; each of {} fitting keys was tried.", candidates.len()));
    }
    judged(alg, compact, &candidates, ledger)
}

fn judged(alg: &str, compact: &Compact<'_>, candidates: &[(&KeySet, &Key)], ledger: &mut Ledger) -> Signature {
    let (mut unusable, mut weak) = (Vec::new(), Vec::new());
    let mut tried = 0;
    for (set, key) in candidates {
        if let Some(why) = key.weakness() {
            weak.push(why);
            continue;
        }
        if key.too_large() {
            unusable.push("its RSA numbers are larger than the verification takes (4096 bits)".to_owned());
            continue;
        }
        match holds(alg, key, compact.signed, compact.signature) {
            Ok(true) => {
                ledger.note(7, Verdict::Pass, format!("The signature holds under a key of {}.", set.name));
                ledger.note(8, Verdict::Pass, format!("{}.", key.size()));
                return Signature::Verified { thumbprint: key.thumbprint.clone(), keys_sha256: set.sha256.clone() };
            }
            Ok(false) => tried += 1,
            Err(why) => unusable.push(why),
        }
    }
    for why in &weak {
        ledger.note(8, Verdict::Fail, format!("The key is too weak: {why}."));
    }
    if tried > 0 {
        ledger.note(7, Verdict::Fail, "The signature does not hold: header, payload or signature were changed, or it is another key's.");
        return Signature::Invalid;
    }
    if !weak.is_empty() {
        return Signature::Invalid;
    }
    for why in &unusable {
        ledger.note(7, Verdict::Unverifiable, format!("The key cannot be used: {why}."));
    }
    Signature::Unverifiable(Unverified::KeyUnusable)
}

/// J10: Microsoft hashes the header's `nonce` before it signs, so that only the API it was made for can verify.
fn by_design(header: &Map<String, Value>, compact: &Compact<'_>, found: Signature, ledger: &mut Ledger) -> Signature {
    let claim = |name: &str| compact.payload.as_ref().and_then(|payload| payload.get(name)).and_then(Value::as_str).unwrap_or_default();
    let microsoft = ["https://sts.windows.net/", "https://login.microsoftonline.com/", "https://login.microsoftonline.us/"];
    if !header.contains_key("nonce") || !microsoft.iter().any(|host| claim("iss").starts_with(host)) {
        return found;
    }
    if matches!(found, Signature::Verified { .. }) {
        return found;
    }
    ledger.note(
        10,
        Verdict::Unverifiable,
        "The header holds a nonce: such a token of Microsoft can be verified only by the API it is for.",
    );
    ledger.reset(7, "Not judged, see J10.");
    Signature::Unverifiable(Unverified::ByDesign)
}

/// J12: a token that holds only under the key that it brings along was signed by whoever wrote it.
fn embedded(alg: &str, header: &Map<String, Value>, compact: &Compact<'_>, sets: &[KeySet], found: &Signature, ledger: &mut Ledger) {
    let Some(key) = header.get("jwk").and_then(Key::embedded) else { return };
    let ours = sets.iter().flat_map(|set| &set.keys).any(|known| known.thumbprint == key.thumbprint);
    let proof = header.get("typ").and_then(Value::as_str).is_some_and(|typ| typ.eq_ignore_ascii_case("dpop+jwt"));
    if matches!(found, Signature::Verified { .. }) || ours || proof || sets.is_empty() || key.too_large() || key.unfit(alg).is_some() {
        return;
    }
    if holds(alg, &key, compact.signed, compact.signature) == Ok(true) {
        let thumb = plain(&key.thumbprint);
        ledger.note(
            12,
            Verdict::Fail,
            format!("It holds only under the key in its own header (thumbprint {thumb}): whoever wrote it signed it."),
        );
    }
}
