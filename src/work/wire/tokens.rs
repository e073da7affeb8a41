//! The page Token inspector and `token inspect`. No raw token and no signature is in any of these shapes, and no value that domain.md 5.5
//! does not allow.

use serde::Serialize;
use ts_rs::TS;

use super::blast::BlastSubject;
use super::questions::ReplayGroup;

/// Command `token_inspect`: what was given, what is wrong with it, and what may be kept of it.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenInspection {
    /// Revision that the tokens were compared with; null without an inventory.
    #[ts(type = "number | null")]
    pub revision: Option<i64>,
    /// Time of inspection.
    pub as_of: String,
    /// Tokens and lines that were read: inspected, refused and ignored together.
    pub read: u32,
    pub inspected: u32,
    pub refused: u32,
    /// Lines without a token.
    pub ignored: u32,
    /// The answer in a sentence.
    pub sentence: String,
    /// Verdicts and how many tokens have each, worst first.
    pub verdicts: Vec<TokenCount>,
    /// Key files that were used.
    pub keys: Vec<TokenKeys>,
    /// Why lines were refused, the first of them.
    pub refusals: Vec<TokenRefusal>,
    /// The first tokens in full.
    pub tokens: Vec<TokenReport>,
    /// Tokens that are counted and not listed.
    pub more: u32,
    /// Tokens by issuer, client, audiences and scopes, most first.
    pub kinds: Vec<TokenKind>,
    /// Kinds that are not listed.
    pub more_kinds: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenCount {
    /// `invalid`, `not_verified`, `valid_with_findings`, `valid`; or an id of a check.
    pub word: String,
    pub tokens: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenKeys {
    pub name: String,
    pub sha256: String,
    pub keys: u32,
    /// Issuer that the user says they belong to.
    pub issuer: Option<String>,
    /// What should not be in such a file.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenRefusal {
    /// Line, or place in the list, from 1.
    pub place: u32,
    pub why: String,
}

/// One token.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenReport {
    /// Line, or place in the list, from 1.
    pub place: u32,
    /// `jws`, `jwe`, `broken`, `reference`, `introspection`, `payload`.
    pub form: String,
    /// `invalid`, `not_verified`, `valid_with_findings`, `valid`.
    pub verdict: String,
    /// `verified`, `invalid`, or why nobody can say: `no key`, `key unknown`, …
    pub signature: String,
    /// `unknown`, `not_yet`, `live`, `expired`.
    pub state: String,
    /// The verdict in a sentence.
    pub sentence: String,
    /// SHA-256 of the whole token, hex.
    pub fingerprint: Option<String>,
    /// How its issuer writes tokens; empty when unknown.
    pub dialect: String,
    /// A machine's own token; null when nobody can tell.
    pub machine: Option<bool>,
    /// Null without a client claim.
    pub client: Option<TokenParty>,
    pub audiences: Vec<TokenParty>,
    /// J01 to J27.
    pub checks: Vec<TokenCheck>,
    pub claims: Vec<TokenClaim>,
    /// Blast radius of this token; null when its client or audiences are not in the inventory.
    pub reach: Option<TokenReach>,
    /// Which APIs would accept it, in a sentence; empty when it names none that the inventory knows.
    pub accepted: String,
    /// The same, by reason.
    pub accepted_by: Vec<ReplayGroup>,
}

/// A client or audience that a token names.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenParty {
    /// As the token says it.
    pub claimed: String,
    /// Row of the inventory; null when it knows none, or several.
    pub id: Option<String>,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenCheck {
    /// `J01` to `J27`.
    pub id: String,
    pub title: String,
    /// `pass`, `fail`, `warn`, `info`, `not_applicable`, `unverifiable`.
    pub verdict: String,
    /// `critical`, `high`, `medium`, `low`, `info`; null when there is nothing to mind.
    pub severity: Option<String>,
    /// What was seen.
    pub seen: Vec<String>,
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// Standard and section.
    pub source: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenClaim {
    /// `header` or `payload`.
    pub part: String,
    pub name: String,
    pub meaning: String,
    /// Its value, or what is held back.
    pub value: String,
    pub held_back: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenReach {
    /// 0 to 100.
    pub score: f64,
    pub reach_units: f64,
    pub audiences: u32,
    pub data_classes: u32,
    pub privilege: String,
    /// The client as a whole, to compare with.
    pub client_score: f64,
    pub client: BlastSubject,
    pub notes: Vec<String>,
}

/// Tokens of one issuer, client, audiences and scopes.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenKind {
    pub issuer: Option<String>,
    pub client: Option<TokenParty>,
    pub audiences: Vec<TokenParty>,
    pub scopes: Vec<String>,
    /// `bearer`, or the kinds of `cnf`.
    pub binding: String,
    pub machine: Option<bool>,
    pub invalid: bool,
    pub tokens: u32,
    pub verified: u32,
    /// Shortest, middle and longest, seconds; null when none says it.
    #[ts(type = "[number, number, number] | null")]
    pub lifetimes: Option<[i64; 3]>,
    /// Failed checks and in how many tokens.
    pub failures: Vec<TokenCount>,
    /// What can be kept; null with the reason in `why_not`.
    pub profile: Option<TokenProposal>,
    /// Why nothing can be kept; empty when something can.
    pub why_not: String,
}

/// A token profile that was read from tokens and waits to be confirmed: `set` with this field and value states it.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TokenProposal {
    /// Public id of the client.
    pub client: String,
    /// Name to begin with.
    pub name: String,
    /// Value of the statement.
    pub value: String,
    /// Everything that would be kept, line by line.
    pub kept: Vec<String>,
}
