//! From tokens of one kind to a token profile that waits to be confirmed. It holds what domain.md 5.5 allows and less: no fingerprint, no
//! subject, no id of a token.

use crate::model::estate::{AudienceIx, ClientIx};
use crate::model::time::iso;
use crate::policy::token_profiles::{Binding, Observed, TokenProfile, is_name};
use crate::tokens::{ClaimSet, Kind, Known, Overall};
use crate::work::answers::Answers;
use crate::work::wire::TokenProposal;

/// Most words of a kind that are kept each.
const WORDS: usize = 16;

/// The client of the inventory that a client id means: exactly one, or nobody knows.
pub fn client(answers: &Answers, known: &Known, claimed: &str) -> Option<ClientIx> {
    let [only] = known.clients(claimed) else { return None };
    answers.clients.binary_search_by(|view| view.id.as_str().cmp(&only.id)).ok().map(|at| at as ClientIx)
}

/// Audiences of the inventory that some identifiers mean, ascending.
pub fn audiences(answers: &Answers, known: &Known, claimed: &[String]) -> Vec<AudienceIx> {
    let ids = claimed.iter().flat_map(|name| known.audiences(name));
    let mut found: Vec<AudienceIx> = ids
        .filter_map(|named| answers.audiences.binary_search_by(|view| view.id.as_str().cmp(&named.id)).ok())
        .map(|at| at as AudienceIx)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The profile of a claim set; `seen` is what its tokens showed.
pub fn profile(answers: &Answers, known: &Known, set: &ClaimSet, lifetime: Option<i64>, seen: Option<Observed>) -> TokenProfile {
    let named = audiences(answers, known, &set.audiences);
    let ids: Vec<String> = named.iter().map(|at| answers.audiences[*at as usize].id.clone()).collect();
    let published = set.scopes.iter().filter(|scope| ids.iter().any(|id| known.publishes(id, scope)));
    TokenProfile {
        scopes: published.map(|scope| scope.value.clone()).collect(),
        audiences: ids,
        lifetime_seconds: lifetime.filter(|seconds| *seconds > 0),
        binding: if set.bound_by.is_empty() { Binding::Bearer } else { Binding::Claimed },
        observed: seen,
        ..TokenProfile::default()
    }
    .in_order()
}

/// What can be kept of a kind.
///
/// # Errors
/// Why nothing can be, in a sentence.
pub fn propose(answers: &Answers, known: &Known, set: &ClaimSet, kind: &Kind) -> Result<TokenProposal, String> {
    if set.invalid {
        return Err("These tokens are invalid, so they say nothing about the client that they name.".to_owned());
    }
    let claimed = set.client.as_deref().ok_or("The tokens name no client.")?;
    let client =
        client(answers, known, claimed).ok_or("The inventory knows no such client, or several. Import its identity system first.")?;
    let named = audiences(answers, known, &set.audiences);
    if named.is_empty() {
        return Err("The inventory knows none of the audiences. Import the APIs first.".to_owned());
    }
    let seen = Observed {
        tokens: kind.tokens,
        verified: [Overall::Valid, Overall::ValidWithFindings].iter().filter_map(|one| kind.overall.get(one)).sum(),
        issuer: set.issuer.as_deref().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect(),
        algorithms: kind.algorithms.iter().take(WORDS).cloned().collect(),
        issued: kind.issued.map_or_else(Vec::new, |(first, last)| vec![iso(first), iso(last)]),
        keys_sha256: kind.keys.iter().take(WORDS).cloned().collect(),
    };
    let profile = profile(answers, known, set, kind.lifetimes().map(|lives| lives.most), Some(seen));
    if profile.scopes.is_empty() && !set.scopes.is_empty() {
        return Err("None of the scopes is known at the audiences, so a profile would claim more or less than the tokens do.".to_owned());
    }
    TokenProfile::parse(&profile.text()).map_err(|fault| format!("It cannot be kept: {fault}."))?;
    let value = profile.text();
    Ok(TokenProposal {
        client: answers.clients[client as usize].id.clone(),
        name: name(answers, client, &named, set.machine),
        kept: kept(answers, &profile, &named),
        value,
    })
}

/// A name that the client has no profile of yet, so that nothing is replaced unseen.
fn name(answers: &Answers, client: ClientIx, named: &[AudienceIx], machine: Option<bool>) -> String {
    let first: String =
        answers.estate.audiences[named[0] as usize].name.chars().filter(|c| !c.is_control() && *c != ':').take(30).collect();
    let more = if named.len() > 1 { format!(" and {} more", named.len() - 1) } else { String::new() };
    let whose = if machine == Some(false) { " for users" } else { "" };
    let base = format!("{}{more}{whose}, observed", first.trim());
    let base = if is_name(&base) { base } else { "observed".to_owned() };
    let taken = |name: &str| answers.profiles().of(&[client]).any(|view| view.name == name);
    let numbered = (2..).map(|number| format!("{base} {number}"));
    std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
}

/// Everything that the statement would hold.
fn kept(answers: &Answers, profile: &TokenProfile, named: &[AudienceIx]) -> Vec<String> {
    let names: Vec<&str> = named.iter().map(|at| answers.estate.audiences[*at as usize].name.as_str()).collect();
    let mut lines = vec![format!("Audiences: {}", names.join(", "))];
    lines.push(match profile.scopes.as_slice() {
        [] => "Scopes: none were in the tokens; all that the client was granted there counts".to_owned(),
        scopes => format!("Scopes: {}", scopes.join(", ")),
    });
    lines.push(
        profile.lifetime_seconds.map_or_else(|| "Lifetime: not said".to_owned(), |seconds| format!("Longest lifetime: {seconds} seconds")),
    );
    lines.push(match profile.binding {
        Binding::Bearer => "Binding: bearer".to_owned(),
        _ => "Binding: a key is claimed".to_owned(),
    });
    if let Some(seen) = &profile.observed {
        lines.push(format!("Read from: {} tokens, {} with a signature that held", seen.tokens, seen.verified));
        if !seen.issuer.is_empty() {
            lines.push(format!("Issuer: {}", seen.issuer));
        }
        if !seen.algorithms.is_empty() {
            lines.push(format!("Algorithms: {}", seen.algorithms.join(", ")));
        }
        if let [first, last] = seen.issued.as_slice() {
            lines.push(format!("Issued: {first} to {last}"));
        }
        lines.extend(seen.keys_sha256.iter().map(|hash| format!("Key file, SHA-256: {hash}")));
    }
    lines
}
