//! One token from text to verdicts: runs every check in its order.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::model::time::Millis;

use super::audience_checks;
use super::claim_checks::{self, TimeState};
use super::claims::Claims;
use super::compact::{self, Shape};
use super::header_checks;
use super::input::Given;
use super::keys::KeySet;
use super::known::{Known, Named};
use super::ledger::{Ledger, Verdict};
use super::personal;
use super::reference;
use super::shown::{ShownClaim, shown};
use super::signature::{Signature, Unverified, check_signature};

/// What a token is compared with.
#[derive(Default)]
pub struct Asked<'a> {
    /// Key files.
    pub keys: &'a [KeySet],
    /// The inventory, if there is one.
    pub known: Option<&'a Known>,
    /// Issuers whose dialect is accepted, so that J15 and J16 do not fire for names (domain.md 5.3).
    pub accepted: &'a [String],
    /// Time of inspection.
    pub as_of: Millis,
}

/// What was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A signed token.
    Jws,
    /// An encrypted token.
    Jwe,
    /// Begins like a JWT and is none.
    Broken,
    /// A reference token.
    Reference,
    /// An introspection answer.
    Introspection,
    /// A payload without header and signature.
    Payload,
}

impl Form {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jws => "jws",
            Self::Jwe => "jwe",
            Self::Broken => "broken",
            Self::Reference => "reference",
            Self::Introspection => "introspection",
            Self::Payload => "payload",
        }
    }
}

/// The verdict over all checks. Never `valid` while nobody checked the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overall {
    /// A check among J01 to J14 failed.
    Invalid,
    /// Nobody can say whether it is genuine.
    NotVerified,
    /// The signature holds; other checks doubt or failed.
    ValidWithFindings,
    /// The signature holds and no check doubts.
    Valid,
}

impl Overall {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::NotVerified => "not_verified",
            Self::ValidWithFindings => "valid_with_findings",
            Self::Valid => "valid",
        }
    }
}

/// All that is known of one token. Holds no text of the token.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Line or place in the list, from 1.
    pub place: u64,
    /// Form.
    pub form: Form,
    /// SHA-256 of the whole token text; `None` for answers and payloads.
    pub fingerprint: Option<[u8; 32]>,
    /// Signature.
    pub signature: Signature,
    /// State at the time of inspection.
    pub state: TimeState,
    /// Verdicts.
    pub ledger: Ledger,
    /// Claims in one form.
    pub claims: Claims,
    /// Header's `alg` and `typ`.
    pub header: (Option<String>, Option<String>),
    /// A machine's own token; `None` = nobody can tell.
    pub machine: Option<bool>,
    /// Audiences of the inventory that it names.
    pub mapped: Vec<Named>,
    /// Header and claims for people.
    pub shown: Vec<ShownClaim>,
    /// SHA-256 of the payload, to tell a replay from a reissue (J26).
    pub payload_digest: Option<[u8; 32]>,
}

impl Inspection {
    /// The verdict over all checks.
    pub fn overall(&self) -> Overall {
        if self.signature == Signature::Invalid || self.ledger.invalid() {
            return Overall::Invalid;
        }
        match &self.signature {
            Signature::Verified { .. } if self.ledger.has_findings() => Overall::ValidWithFindings,
            Signature::Verified { .. } => Overall::Valid,
            _ => Overall::NotVerified,
        }
    }
}

/// Inspects one thing. Whatever it holds, it ends in verdicts, never in an error.
pub fn inspect(place: u64, given: &Given, asked: &Asked<'_>) -> Inspection {
    let mut ledger = Ledger::default();
    let mut found = match given {
        Given::Claims(payload) => claims_only(payload, asked, &mut ledger),
        Given::Token { text, dpop } => {
            let mut found = match compact::shape(text) {
                Shape::Jws => jws(text, asked, &mut ledger),
                Shape::Jwe => jwe(text, &mut ledger),
                Shape::Broken => {
                    compact::take_apart(text, &mut ledger);
                    bare(Form::Broken, Signature::Invalid)
                }
                Shape::Opaque => reference_token(text, &mut ledger),
            };
            found.fingerprint = Some(Sha256::digest(text.as_bytes()).into());
            if *dpop && found.form == Form::Jws && found.claims.bound_by.is_empty() {
                ledger.note(23, Verdict::Warn, "It was sent as DPoP, but holds no cnf, so no API can check the binding.");
            }
            found
        }
    };
    found.place = place;
    found.ledger = ledger;
    found
}

fn bare(form: Form, signature: Signature) -> Inspection {
    Inspection {
        place: 0,
        form,
        fingerprint: None,
        signature,
        state: TimeState::Unknown,
        ledger: Ledger::default(),
        claims: Claims::default(),
        header: (None, None),
        machine: None,
        mapped: Vec::new(),
        shown: Vec::new(),
        payload_digest: None,
    }
}

fn jws(text: &str, asked: &Asked<'_>, ledger: &mut Ledger) -> Inspection {
    let compact = compact::take_apart(text, ledger);
    let signature = check_signature(&compact, asked.keys, ledger);
    let mut found = bare(Form::Jws, signature);
    if let Some(header) = &compact.header {
        header_checks::check_header(header, ledger);
        let word = |name: &str| header.get(name).and_then(Value::as_str).map(header_checks::word);
        found.header = (word("alg"), word("typ"));
    }
    if let Some(payload) = &compact.payload {
        // An answer of an introspection endpoint may itself be a JWT (RFC 9701): then its claims stand one level deeper.
        let inner = payload.get("token_introspection").and_then(Value::as_object).unwrap_or(payload);
        judge(inner, compact.header.as_ref(), asked, ledger, &mut found);
    }
    found.shown = shown(compact.header.as_ref(), compact.payload.as_ref(), found.claims.subject_is_client);
    found
}

fn jwe(text: &str, ledger: &mut Ledger) -> Inspection {
    let header = compact::jwe_header(text, ledger);
    ledger.note(1, Verdict::Unverifiable, "Five parts: an encrypted token. Only its header can be read without the recipient's key.");
    let mut found = bare(Form::Jwe, Signature::Unverifiable(Unverified::Encrypted));
    if let Some(header) = &header {
        header_checks::check_header(header, ledger);
        // A JWE may be compressed, and a token inside it is usual: neither is a fault here.
        ledger.reset(14, "Inside of an encrypted token.");
        let word = |name: &str| header.get(name).and_then(Value::as_str).map(header_checks::word);
        found.header = (word("alg"), word("typ"));
    } else {
        found.signature = Signature::Invalid;
    }
    found.shown = shown(header.as_ref(), None, false);
    found
}

fn reference_token(text: &str, ledger: &mut Ledger) -> Inspection {
    let seen = match reference::hint(text) {
        Some(kind) => format!("No JWT: by its prefix a {kind}. Only its issuer can say what it may do."),
        None => "No JWT: a reference token or something else. Only its issuer can say what it may do.".to_owned(),
    };
    ledger.note(27, Verdict::Info, seen);
    bare(Form::Reference, Signature::Unverifiable(Unverified::NotSigned))
}

fn claims_only(payload: &Map<String, Value>, asked: &Asked<'_>, ledger: &mut Ledger) -> Inspection {
    let form = if payload.contains_key("active") { Form::Introspection } else { Form::Payload };
    let mut found = bare(form, Signature::Unverifiable(Unverified::NotSigned));
    if payload.get("active") == Some(&Value::Bool(false)) {
        ledger.note(27, Verdict::Info, "The issuer says that the token is not active; then it says nothing else (RFC 7662 2.2).");
    } else {
        judge(payload, None, asked, ledger, &mut found);
    }
    found.shown = shown(None, Some(payload), found.claims.subject_is_client);
    found
}

/// J15 to J25 over a payload.
fn judge(
    payload: &Map<String, Value>,
    header: Option<&Map<String, Value>>,
    asked: &Asked<'_>,
    ledger: &mut Ledger,
    found: &mut Inspection,
) {
    let typ = header.and_then(|header| header.get("typ")).and_then(Value::as_str);
    let claims = Claims::read(payload, typ);
    let accepted = claims.issuer.as_ref().is_some_and(|issuer| asked.accepted.contains(issuer));
    if let Some(header) = header {
        header_checks::check_type(header, accepted, claims.dialect.as_str(), ledger);
    }
    claim_checks::required(payload, &claims, accepted, ledger);
    let mut key_issuers: Vec<&str> = asked.keys.iter().filter_map(|set| set.issuer.as_deref()).collect();
    if let Signature::Verified { keys_sha256, .. } = &found.signature {
        // Only the file whose key judged says whose key it was.
        key_issuers = asked.keys.iter().filter(|set| set.sha256 == *keys_sha256).filter_map(|set| set.issuer.as_deref()).collect();
    }
    claim_checks::issuer(payload, &claims, asked.known, &key_issuers, ledger);
    found.mapped = audience_checks::audiences(payload, &claims, asked.known, ledger);
    found.state = claim_checks::times(payload, &claims, asked.as_of, &found.mapped, ledger);
    audience_checks::scopes(&claims, asked.known, &found.mapped, ledger);
    found.machine = claim_checks::machine(payload, &claims, ledger);
    claim_checks::id_token(payload, &claims, asked.known, ledger);
    claim_checks::binding(payload, &claims, ledger);
    personal::check_personal(payload, ledger);
    claim_checks::delegation(payload, &claims, ledger);
    found.payload_digest = serde_json::to_vec(payload).ok().map(|bytes| Sha256::digest(bytes).into());
    found.claims = claims;
}
