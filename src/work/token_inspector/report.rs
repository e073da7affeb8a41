//! An inspection in words: what the window and the command line show of one token and of one kind.

use crate::model::id::hex;
use crate::tokens::{ClaimSet, Inspection, Kind, Known, Named, Overall, ScopeClaim, Signature, TimeState, Unverified, Verdict};
use crate::work::answers::Answers;
use crate::work::wire::{TokenCheck, TokenClaim, TokenCount, TokenKind, TokenParty, TokenReport};

use super::{profiles, reach};

/// A verdict behind a count: `3 invalid`.
pub fn verdict_words(verdict: Overall) -> &'static str {
    match verdict {
        Overall::Invalid => "invalid",
        Overall::NotVerified => "not verified",
        Overall::ValidWithFindings => "valid with findings",
        Overall::Valid => "valid",
    }
}

/// One token in full.
pub fn token(found: &Inspection, answers: Option<&Answers>, known: Option<&Known>, with_reach: bool) -> TokenReport {
    let beside = answers.zip(known).filter(|_| with_reach && found.overall() != Overall::Invalid);
    let (accepted, accepted_by) = beside.map_or_else(Default::default, |(answers, known)| reach::accepted_by(found, answers, known));
    TokenReport {
        place: found.place as u32,
        form: found.form.as_str().to_owned(),
        verdict: found.overall().as_str().to_owned(),
        signature: match &found.signature {
            Signature::Verified { .. } => "verified".to_owned(),
            Signature::Invalid => "invalid".to_owned(),
            Signature::Unverifiable(why) => why.as_str().to_owned(),
        },
        state: found.state.as_str().to_owned(),
        sentence: sentence(found),
        fingerprint: found.fingerprint.map(|digest| hex(&digest)),
        dialect: found.claims.dialect.as_str().to_owned(),
        machine: found.machine,
        client: found.claims.client.as_ref().map(|client| party(&client.id, known.map(|known| known.clients(&client.id)))),
        audiences: found.claims.audiences.iter().map(|name| party(name, known.map(|known| known.audiences(name)))).collect(),
        checks: found.ledger.findings().iter().map(check).collect(),
        claims: found
            .shown
            .iter()
            .map(|claim| TokenClaim {
                part: claim.part.to_owned(),
                name: claim.name.clone(),
                meaning: claim.meaning.to_owned(),
                value: claim.value.clone(),
                held_back: claim.held_back,
            })
            .collect(),
        reach: beside.and_then(|(answers, known)| reach::blast_radius(found, answers, known)),
        accepted,
        accepted_by,
    }
}

fn sentence(found: &Inspection) -> String {
    let failed = found.ledger.findings().iter().filter(|finding| finding.verdict == Verdict::Fail).count();
    let doubts = found.ledger.findings().iter().filter(|finding| finding.verdict == Verdict::Warn).count();
    let lead = match (found.overall(), &found.signature) {
        (Overall::Invalid, _) => "Invalid: do not trust it.".to_owned(),
        (Overall::Valid, _) => "The signature holds, and nothing is wrong with it.".to_owned(),
        (Overall::ValidWithFindings, _) => "The signature holds.".to_owned(),
        (_, Signature::Unverifiable(Unverified::NotSigned)) => "Not signed: it is believed as it was given.".to_owned(),
        (_, Signature::Unverifiable(why)) => format!("Not verified: {}.", why.as_str()),
        _ => "Not verified.".to_owned(),
    };
    let time = match found.state {
        TimeState::Expired => " It has expired.",
        TimeState::NotYet => " It is not valid yet.",
        TimeState::Live => " It is live.",
        TimeState::Unknown => "",
    };
    let counts = match (failed, doubts) {
        (0, 0) => String::new(),
        (0, 1) => " 1 check doubts.".to_owned(),
        (0, doubts) => format!(" {doubts} checks doubt."),
        (1, 0) => " 1 check failed.".to_owned(),
        (failed, 0) => format!(" {failed} checks failed."),
        (failed, doubts) => format!(" {failed} failed and {doubts} doubting checks."),
    };
    format!("{lead}{time}{counts}")
}

fn party(claimed: &str, found: Option<&[Named]>) -> TokenParty {
    let claimed: String = claimed.chars().filter(|c| !c.is_control()).take(200).collect();
    match found {
        Some([only]) => TokenParty { claimed, id: Some(only.id.clone()), name: only.name.clone() },
        Some([]) => TokenParty { claimed, id: None, name: "not in the inventory".to_owned() },
        Some(several) => TokenParty { claimed, id: None, name: format!("{} of this id in the inventory", several.len()) },
        None => TokenParty { claimed, id: None, name: "no inventory".to_owned() },
    }
}

fn check(finding: &crate::tokens::Finding) -> TokenCheck {
    TokenCheck {
        id: finding.check.id.to_owned(),
        title: finding.check.title.to_owned(),
        verdict: finding.verdict.as_str().to_owned(),
        severity: finding.severity().map(|severity| severity.as_str().to_owned()),
        seen: finding.seen.clone(),
        why: finding.check.why.to_owned(),
        remedy: finding.check.remedy.to_owned(),
        source: finding.check.source.to_owned(),
    }
}

/// A scope for people: a role at a client says whose it is.
fn scope(scope: &ScopeClaim) -> String {
    let words = if scope.at.is_empty() { scope.value.clone() } else { format!("{}: {}", scope.at, scope.value) };
    words.chars().filter(|c| !c.is_control()).take(120).collect()
}

/// Tokens of one kind.
pub fn kind(set: &ClaimSet, kind: &Kind, answers: Option<&Answers>, known: Option<&Known>) -> TokenKind {
    let (profile, why_not) = match answers.zip(known) {
        None => (None, "There is no inventory to keep it in.".to_owned()),
        Some((answers, known)) => match profiles::propose(answers, known, set, kind) {
            Ok(proposal) => (Some(proposal), String::new()),
            Err(why) => (None, why),
        },
    };
    let held = [Overall::Valid, Overall::ValidWithFindings].iter().filter_map(|one| kind.overall.get(one)).sum::<u64>();
    TokenKind {
        issuer: set.issuer.as_ref().map(|issuer| issuer.chars().filter(|c| !c.is_control()).take(200).collect()),
        client: set.client.as_ref().map(|client| party(client, known.map(|known| known.clients(client)))),
        audiences: set.audiences.iter().take(50).map(|name| party(name, known.map(|known| known.audiences(name)))).collect(),
        scopes: set.scopes.iter().take(50).map(scope).collect(),
        binding: if set.bound_by.is_empty() { "bearer".to_owned() } else { set.bound_by.join(", ") },
        machine: set.machine,
        invalid: set.invalid,
        tokens: kind.tokens as u32,
        verified: held as u32,
        lifetimes: kind.lifetimes().map(|lives| [lives.least, lives.median, lives.most]),
        failures: kind.failures.iter().map(|(check, tokens)| TokenCount { word: format!("J{check:02}"), tokens: *tokens as u32 }).collect(),
        profile,
        why_not,
    }
}
