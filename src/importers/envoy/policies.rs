//! What a SecurityPolicy of Envoy Gateway checks.

use super::jwt::of_provider;
use crate::formats::text::quoted;
use crate::importers::gateways::checks::Checks;
use crate::importers::gateways::is_on;
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::{Fail, NotApplicable};

/// See the module.
pub fn checks_of(policy: &Tree) -> Checks {
    let spec = policy.at("spec");
    let name = policy.path(&["metadata", "name"]).text().unwrap_or_default();
    let providers = spec.path(&["jwt", "providers"]).many();
    let of = |provider: &Tree| of_provider(provider, None, provider.at("name").text().unwrap_or("a provider"));
    // A token of any of them passes.
    let token = providers.iter().map(of).reduce(Checks::or);
    let authorization = spec.at("authorization");
    let rules = authorization.at("rules").many();
    let default_allows = authorization.at("defaultAction").text() == Some("Allow");
    let allows: Vec<&Tree> = rules.iter().filter(|rule| rule.at("action").text() != Some("Deny")).collect();
    let by_token = |rule: &&Tree| !matches!(rule.path(&["principal", "jwt"]), Tree::Null);
    let closed = !matches!(authorization, Tree::Null) && !default_allows && allows.iter().all(by_token);
    let mut checks = match token {
        Some(mut checks) => {
            if is_on(spec.path(&["jwt", "optional"]), false) && !closed {
                checks.fails_open("It fails open: jwt.optional lets requests without a token pass.");
            }
            checks
        }
        None if !spec.at("apiKeyAuth").pairs().is_empty() => {
            Checks::all(NotApplicable, "No token is checked here: the gateway asks for an API key.")
        }
        None if !spec.at("basicAuth").pairs().is_empty() => {
            Checks::all(NotApplicable, "No token is checked here: the gateway asks for a password.")
        }
        None => Checks::all(Fail, format!("The policy {} checks no token.", quoted(name))),
    };
    if !spec.at("oidc").pairs().is_empty() {
        checks.or_unknown("oidc lets people sign in and keeps their session in a cookie.");
    }
    if !spec.at("extAuth").pairs().is_empty() {
        if is_on(spec.path(&["extAuth", "failOpen"]), false) {
            checks.tell("extAuth asks a service elsewhere, but fails open: failOpen lets requests pass when it does not answer.");
        } else {
            checks.or_unknown("extAuth asks a service elsewhere; what that checks does not stand in the configuration.");
        }
    }
    for rule in &allows {
        let jwt = rule.path(&["principal", "jwt"]);
        checks.scopes.extend(jwt.at("scopes").texts().map(str::to_owned));
        for claim in jwt.at("claims").many() {
            let values: Vec<&str> = claim.at("values").texts().collect();
            checks.scopes.push(format!("{}={}", claim.at("name").text().unwrap_or_default(), values.join("|")));
        }
    }
    if !matches!(authorization, Tree::Null) && !default_allows && allows.is_empty() {
        checks.tell("Its authorization lets nobody in: the default is Deny and no rule allows anything.");
    }
    checks
}
