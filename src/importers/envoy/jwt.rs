//! Requirements of the filter jwt_authn: providers, any of, all of, and what lets requests without a token pass. Words and defaults are
//! those of Envoy's API reference, extensions.filters.http.jwt_authn.v3.

use crate::formats::text::quoted;
use crate::importers::gateways::checks::{Checks, G1, G2, G4, G5};
use crate::importers::gateways::field;
use crate::importers::listed::configuration::known_texts;
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::{Fail, Pass, Unknown};

/// Deepest requirement that is followed.
const DEEPEST: usize = 16;

/// What a requirement asks for, and whether a request without a token may pass.
struct Asked {
    checks: Option<Checks>,
    optional: bool,
}

/// What a requirement of a filter checks.
pub fn requirement(filter: &Tree, requirement: &Tree) -> Checks {
    let asked = ask(filter, requirement, 0);
    match asked {
        Asked { checks: Some(mut checks), optional: true } => {
            checks.fails_open("It fails open: allow_missing lets requests without a token pass.");
            checks
        }
        Asked { checks: Some(checks), optional: false } => checks,
        Asked { checks: None, optional: true } => Checks::all(Fail, "It fails open: allow_missing lets requests without a token pass."),
        Asked { checks: None, optional: false } => Checks::all(Fail, "The rule of jwt_authn requires nothing: every request passes."),
    }
}

fn ask(filter: &Tree, requirement: &Tree, depth: usize) -> Asked {
    if depth > DEEPEST {
        return Asked { checks: Some(Checks::unknown()), optional: false };
    }
    if ["allow_missing", "allow_missing_or_failed"].iter().any(|word| !is_absent(field(requirement, word))) {
        return Asked { checks: None, optional: true };
    }
    if !is_absent(field(requirement, "extract_only_without_validation")) {
        let checks = Checks::all(Fail, "extract_only_without_validation reads the token and checks nothing of it.");
        return Asked { checks: Some(checks), optional: false };
    }
    if let Some(name) = field(requirement, "provider_name").key() {
        return Asked { checks: Some(provider(filter, name, None)), optional: false };
    }
    let own = field(requirement, "provider_and_audiences");
    if let Some(name) = field(own, "provider_name").key() {
        return Asked { checks: Some(provider(filter, name, Some(own.at("audiences")))), optional: false };
    }
    for (word, any) in [("requires_any", true), ("requires_all", false)] {
        let parts = field(requirement, word).at("requirements");
        if parts.many().is_empty() {
            continue;
        }
        let asked: Vec<Asked> = parts.many().iter().map(|part| ask(filter, part, depth + 1)).collect();
        // Of several ways in, one that asks for nothing is enough; of several that have to be passed, it changes nothing.
        let optional = if any { asked.iter().any(|asked| asked.optional) } else { asked.iter().all(|asked| asked.optional) };
        let checks = asked.into_iter().filter_map(|asked| asked.checks).reduce(|a, b| if any { a.or(b) } else { a.and(b) });
        return Asked { checks, optional };
    }
    Asked { checks: None, optional: false }
}

/// Whether a field is not there; an empty object is.
fn is_absent(tree: &Tree) -> bool {
    matches!(tree, Tree::Null)
}

/// What a provider checks; a requirement may ask for audience values of its own.
fn provider(filter: &Tree, name: &str, own: Option<&Tree>) -> Checks {
    let provider = filter.at("providers").at(name);
    if is_absent(provider) {
        let mut checks = Checks::unknown();
        checks.tell(format!("The provider {} does not stand in the configuration.", quoted(name)));
        return checks;
    }
    of_provider(provider, own, name)
}

/// What a provider checks, in the words of the filter and of Envoy Gateway.
pub fn of_provider(provider: &Tree, own: Option<&Tree>, name: &str) -> Checks {
    let mut checks = Checks::all(Pass, format!("The token is checked with the keys of {}.", quoted(name)));
    let keys = ["remote_jwks", "local_jwks", "remoteJWKS", "localJWKS"];
    if keys.iter().all(|word| is_absent(field(provider, word))) {
        checks.because(G1, Unknown, "Where its keys come from does not stand in the configuration.");
    }
    let (issuers, left_out) = known_texts(provider.at("issuer"));
    if issuers.is_empty() {
        let (result, why) = if left_out {
            (Unknown, "Its issuer is a placeholder.".to_owned())
        } else {
            (Fail, format!("{} names no issuer: a token of any issuer with these keys passes.", quoted(name)))
        };
        checks.because(G2, result, why);
    }
    checks.issuers = issuers;
    let (audiences, left_out) = known_texts(own.filter(|own| !own.many().is_empty()).unwrap_or(provider.at("audiences")));
    if audiences.is_empty() {
        let (result, why) = if left_out {
            (Unknown, "Its audience is a placeholder.".to_owned())
        } else {
            (Fail, format!("{} names no audience: a token of this issuer for any other API passes.", quoted(name)))
        };
        checks.because(G4, result, why);
    }
    checks.audiences = audiences;
    checks.set(G5, Fail);
    if field(provider, "require_expiration").flag() != Some(true) && !provider.has("remoteJWKS") {
        checks.tell("A token that names no end passes, because require_expiration is not set.");
    }
    checks
}
