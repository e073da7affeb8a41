//! Many tokens: repeats (J26), and one line for each set of issuer, client, audiences and scopes (domain.md 5.4). Keeps no token, only digests.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::claims::ScopeClaim;
use super::inspect::{Inspection, Overall};
use super::ledger::Verdict;
use super::signature::Signature;

/// Shortest, middle and longest lifetime, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Shortest.
    pub least: i64,
    /// Lower median.
    pub median: i64,
    /// Longest.
    pub most: i64,
}

/// Who issued what to whom: what makes tokens of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimSet {
    /// A check among J01 to J14 failed; such tokens say nothing about the client that they name.
    pub invalid: bool,
    /// `iss`.
    pub issuer: Option<String>,
    /// Client id.
    pub client: Option<String>,
    /// `aud`.
    pub audiences: Vec<String>,
    /// Scopes, roles and permissions.
    pub scopes: Vec<ScopeClaim>,
    /// Kinds of `cnf`.
    pub bound_by: Vec<String>,
    /// A machine's own token.
    pub machine: Option<bool>,
}

impl ClaimSet {
    /// The claim set of one token.
    pub fn of(found: &Inspection) -> Self {
        let claims = &found.claims;
        Self {
            invalid: found.overall() == Overall::Invalid,
            issuer: claims.issuer.clone(),
            client: claims.client.as_ref().map(|client| client.id.clone()),
            audiences: claims.audiences.clone(),
            scopes: claims.scopes.clone(),
            bound_by: claims.bound_by.clone(),
            machine: found.machine,
        }
    }
}

/// Tokens of one set.
#[derive(Debug, Clone, Default)]
pub struct Kind {
    /// Tokens.
    pub tokens: u64,
    /// By verdict.
    pub overall: BTreeMap<Overall, u64>,
    /// Check number to tokens that failed it.
    pub failures: BTreeMap<usize, u64>,
    /// SHA-256 of the key files that verified some of them.
    pub keys: std::collections::BTreeSet<String>,
    /// `alg` of their headers.
    pub algorithms: std::collections::BTreeSet<String>,
    /// Public ids of the audiences of the inventory that they name.
    pub mapped: std::collections::BTreeSet<String>,
    /// Earliest and latest `iat`, milliseconds.
    pub issued: Option<(i64, i64)>,
    lifetimes: Vec<i64>,
}

impl Kind {
    /// Lifetimes of those that say it.
    pub fn lifetimes(&self) -> Option<Lifetimes> {
        let mut sorted = self.lifetimes.clone();
        sorted.sort_unstable();
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        Some(Lifetimes { least, median: sorted[(sorted.len() - 1) / 2], most })
    }
}

/// A run over many tokens.
#[derive(Debug, Default)]
pub struct Bulk {
    seen: HashSet<[u8; 32]>,
    ids: HashMap<(Option<String>, [u8; 32]), [u8; 32]>,
    families: BTreeMap<String, String>,
    /// Sets and what they hold, in a fixed order.
    pub kinds: BTreeMap<ClaimSet, Kind>,
}

impl Bulk {
    /// Takes the next token and notes what only its neighbours show: J26, and a key of two families (J09).
    pub fn take(&mut self, found: &mut Inspection) {
        let repeated = found.fingerprint.is_some_and(|fingerprint| !self.seen.insert(fingerprint));
        if repeated {
            found.ledger.note(26, Verdict::Warn, "The same token stands in the input more than once: somebody may have replayed it.");
        }
        if let (Some(id), Some(payload)) = (found.claims.token_id, found.payload_digest) {
            let earlier = self.ids.insert((found.claims.issuer.clone(), id), payload);
            match earlier {
                Some(other) if other != payload => {
                    found.ledger.note(
                        26,
                        Verdict::Warn,
                        "Its jti was used before with another payload: ids are reused, or tokens are forged.",
                    );
                }
                _ if !repeated => found.ledger.note(26, Verdict::Pass, "Its jti was not used before in this input."),
                _ => {}
            }
        }
        if let (Signature::Verified { thumbprint, .. }, (Some(alg), _)) = (&found.signature, &found.header) {
            let family = alg.get(..2).unwrap_or_default();
            let first = self.families.entry(thumbprint.clone()).or_insert_with(|| family.to_owned());
            if first != family {
                found.ledger.note(9, Verdict::Fail, format!("Its key also verified tokens of the family {first}."));
            }
        }
        self.count(found);
    }

    fn count(&mut self, found: &Inspection) {
        let claims = &found.claims;
        let kind = self.kinds.entry(ClaimSet::of(found)).or_default();
        kind.tokens += 1;
        *kind.overall.entry(found.overall()).or_default() += 1;
        for (at, finding) in found.ledger.findings().iter().enumerate() {
            if finding.verdict == Verdict::Fail {
                *kind.failures.entry(at + 1).or_default() += 1;
            }
        }
        if let Signature::Verified { keys_sha256, .. } = &found.signature {
            kind.keys.insert(keys_sha256.clone());
        }
        kind.algorithms.extend(found.header.0.clone());
        kind.mapped.extend(found.mapped.iter().map(|audience| audience.id.clone()));
        if let Some(issued) = claims.issued {
            let (first, last) = kind.issued.unwrap_or((issued, issued));
            kind.issued = Some((first.min(issued), last.max(issued)));
        }
        kind.lifetimes.extend(claims.lifetime_seconds().filter(|seconds| *seconds > 0));
    }
}
