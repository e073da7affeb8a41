//! What policies check, laid together from the service down to an operation. Words and defaults are those of Azure's policy reference:
//! validate-jwt, validate-azure-ad-token, check-header, choose, include-fragment, base, return-response.

use std::collections::BTreeMap;

use super::scope::Scope;
use crate::formats::markup::Element;
use crate::formats::text::quoted;
use crate::importers::gateways::checks::{Checks, G1, G2, G3, G4, G5};
use crate::importers::listed::configuration::has_variable;
use crate::model::kinds::CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};

/// Deepest inclusion that is followed.
const DEEPEST: usize = 8;

/// Policies of a set by what they are for.
#[derive(Default)]
pub struct Policies(BTreeMap<Scope, (usize, Vec<Element>)>);

/// What a sequence of statements does.
struct Flow {
    checks: Option<Checks>,
    /// Whether it ends the request.
    ends: bool,
}

impl Policies {
    /// Adds one with the file that holds it.
    pub fn add(&mut self, file: usize, scope: Scope, elements: Vec<Element>) {
        self.0.entry(scope).or_insert((file, elements));
    }

    /// What there are policies for, with their files.
    pub fn scopes(&self) -> impl Iterator<Item = (&Scope, usize)> {
        self.0.iter().map(|(scope, (file, _))| (scope, *file))
    }

    /// Whether there is one.
    pub fn has(&self, scope: &Scope) -> bool {
        self.0.contains_key(scope)
    }

    fn inbound(&self, scope: &Scope) -> Option<&[Element]> {
        let (_, elements) = self.0.get(scope)?;
        let policies = elements.iter().find(|element| element.name == "policies")?;
        Some(policies.child("inbound").map_or(&[][..], |inbound| &inbound.children))
    }

    /// What is checked of requests to an API or operation; `subscription` = whether a key is asked for.
    pub fn checks(&self, scope: &Scope, subscription: Option<bool>) -> Checks {
        let flow = self.of(scope, 0);
        let mut checks = match flow.checks {
            Some(checks) => checks,
            None if flow.ends => Checks::all(NotApplicable, "The policy answers every request itself; nothing behind it is reached."),
            None if subscription == Some(true) => {
                Checks::all(NotApplicable, "No token is checked here: the gateway asks for a subscription key.")
            }
            None => Checks::all(Fail, "No policy checks a token: every request passes."),
        };
        if subscription == Some(true) && checks.results[G1] != NotApplicable {
            checks.tell("A subscription key is asked for too.");
        }
        checks
    }

    fn of(&self, scope: &Scope, depth: usize) -> Flow {
        match self.inbound(scope) {
            Some(statements) => self.sequence(statements, scope, depth),
            // Without a policy of its own it has that of the one above.
            None => self.above(scope, depth),
        }
    }

    fn above(&self, scope: &Scope, depth: usize) -> Flow {
        let above = match scope {
            Scope::Operation(api, _) => Scope::Api(api.clone()),
            Scope::Api(_) | Scope::Product(_) => Scope::Service,
            Scope::Service | Scope::Fragment(_) => return Flow { checks: None, ends: false },
        };
        let known = self.has(&above) || matches!(above, Scope::Api(_));
        if depth > DEEPEST || !known {
            let mut checks = Checks::unknown();
            checks.tell("It takes in the policies above it (base), and those are not in this set.");
            return Flow { checks: Some(checks), ends: false };
        }
        self.of(&above, depth + 1)
    }

    /// Statements that are all passed, one after another.
    fn sequence(&self, statements: &[Element], scope: &Scope, depth: usize) -> Flow {
        let mut all = Flow { checks: None, ends: false };
        for statement in statements {
            let flow = self.statement(statement, scope, depth);
            all.checks = match (all.checks.take(), flow.checks) {
                (Some(known), Some(more)) => Some(known.and(more)),
                (known, more) => known.or(more),
            };
            if flow.ends {
                all.ends = true;
                break;
            }
        }
        all
    }

    fn statement(&self, statement: &Element, scope: &Scope, depth: usize) -> Flow {
        let found = |checks| Flow { checks: Some(checks), ends: false };
        match statement.name.as_str() {
            "base" => self.above(scope, depth),
            "validate-jwt" => found(validate_jwt(statement)),
            "validate-azure-ad-token" => found(validate_azure_ad_token(statement)),
            "check-header" if statement.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("authorization")) => {
                found(Checks::all(Fail, "check-header only tests that an Authorization header is there."))
            }
            "return-response" | "mock-response" => Flow { checks: None, ends: true },
            "choose" => self.choose(statement, scope, depth),
            "include-fragment" => {
                let id = statement.attribute("fragment-id").unwrap_or_default();
                match self.0.get(&Scope::Fragment(id.to_owned())) {
                    Some((_, elements)) if depth < DEEPEST => {
                        let inside = elements.iter().find(|element| element.name == "fragment").map_or(&[][..], |one| &one.children);
                        self.sequence(inside, scope, depth + 1)
                    }
                    _ => {
                        let mut checks = Checks::unknown();
                        checks.tell(format!("It includes the fragment {}, which is not in this set.", quoted(id)));
                        found(checks)
                    }
                }
            }
            _ => Flow { checks: None, ends: false },
        }
    }

    /// One branch is taken, which one hangs on the request.
    fn choose(&self, choose: &Element, scope: &Scope, depth: usize) -> Flow {
        let branches: Vec<&Element> = choose.all("when").chain(choose.all("otherwise")).collect();
        let complete = choose.child("otherwise").is_some();
        let flows: Vec<Flow> = branches.iter().map(|branch| self.sequence(&branch.children, scope, depth)).collect();
        if flows.iter().all(|flow| flow.checks.is_none()) {
            return Flow { checks: None, ends: complete && flows.iter().all(|flow| flow.ends) };
        }
        // A branch that ends the request lets nothing through.
        let through = flows.into_iter().filter(|flow| !flow.ends || flow.checks.is_some());
        let none = || Checks::all(Fail, "Under a condition no token is checked.");
        let mut all: Vec<Checks> = through.map(|flow| flow.checks.unwrap_or_else(none)).collect();
        if !complete {
            all.push(none());
        }
        let together = all.into_iter().reduce(Checks::beside);
        Flow { checks: together, ends: false }
    }
}

fn texts(element: Option<&Element>, name: &str) -> (Vec<String>, bool) {
    let all: Vec<&str> = element.into_iter().flat_map(|element| element.texts_of(name)).collect();
    let known: Vec<String> =
        all.iter().filter(|text| !has_variable(text) && !text.starts_with('@')).map(|text| (*text).to_owned()).collect();
    let left_out = known.len() < all.len();
    (known, left_out)
}

fn switched(element: &Element, attribute: &str, default: bool) -> bool {
    element.attribute(attribute).map_or(default, |value| value.eq_ignore_ascii_case("true"))
}

/// Audience values, and what it means when there are none.
fn audiences(checks: &mut Checks, statement: &Element, none: &str) {
    let (mut known, mut left_out) = texts(statement.child("audiences"), "audience");
    for claim in statement.child("required-claims").into_iter().flat_map(|claims| claims.all("claim")) {
        let (values, hidden) = texts(Some(claim), "value");
        match claim.attribute("name") {
            Some("aud") => {
                known.extend(values);
                left_out |= hidden;
            }
            Some(name) => {
                let between = if claim.attribute("match") == Some("any") { "|" } else { "+" };
                checks.scopes.push(if values.is_empty() { name.to_owned() } else { format!("{name}={}", values.join(between)) });
            }
            None => {}
        }
    }
    if !known.is_empty() {
        checks.set(G4, Pass);
    } else if left_out {
        checks.because(G4, Unknown, "The audience is a named value or an expression, so what is asked for is not known.");
    } else {
        checks.because(G4, Fail, none);
    }
    checks.audiences = known;
    checks.set(G5, Fail);
    if checks.scopes.is_empty() {
        checks.tell("No claim is asked for (required-claims).");
    }
}

fn validate_jwt(statement: &Element) -> Checks {
    let mut checks = Checks::all(Pass, "validate-jwt checks the token.");
    let configuration: Vec<&str> = statement.all("openid-config").filter_map(|one| one.attribute("url")).collect();
    let keys =
        ["issuer-signing-keys", "decryption-keys"].iter().any(|name| statement.child(name).is_some_and(|one| !one.children.is_empty()));
    if !switched(statement, "require-signed-tokens", true) {
        checks.because(G1, Fail, "require-signed-tokens is false: a token without a signature passes.");
    } else if configuration.is_empty() && !keys {
        checks.because(G1, Unknown, "Neither openid-config nor issuer-signing-keys says which keys are used.");
    }
    let (issuers, left_out) = texts(statement.child("issuers"), "issuer");
    let of_configuration =
        configuration.iter().filter(|url| !has_variable(url)).map(|url| url.trim_end_matches("/.well-known/openid-configuration"));
    checks.issuers = if issuers.is_empty() { of_configuration.map(str::to_owned).collect() } else { issuers };
    if checks.issuers.is_empty() {
        if left_out || !configuration.is_empty() {
            checks.because(G2, Unknown, "The issuer is a named value, so what is compared is not known.");
        } else {
            checks.because(G2, Fail, "No issuer is compared: a token of any issuer with these keys passes.");
        }
    }
    if !switched(statement, "require-expiration-time", true) {
        checks.because(G3, Partial, "require-expiration-time is false: a token that names no end passes.");
    }
    audiences(&mut checks, statement, "audiences is empty: a token of this issuer for any other API passes.");
    checks
}

fn validate_azure_ad_token(statement: &Element) -> Checks {
    let mut checks = Checks::all(Pass, "validate-azure-ad-token checks the token.");
    match statement.attribute("tenant-id") {
        Some("common" | "organizations" | "consumers") => {
            checks.because(G2, Fail, "tenant-id names no tenant: a token of any tenant of Entra passes.");
        }
        Some(tenant) if has_variable(tenant) || tenant.starts_with('@') => {
            checks.because(G2, Unknown, "The tenant is a named value, so what is compared is not known.");
        }
        Some(tenant) => checks.issuers.push(format!("https://login.microsoftonline.com/{tenant}/v2.0")),
        None => checks.because(G2, Unknown, "No tenant is named."),
    }
    audiences(&mut checks, statement, "audiences is empty: a token of this tenant for any other API passes.");
    let (clients, _) = texts(statement.child("client-application-ids"), "application-id");
    if !clients.is_empty() {
        checks.tell(format!("Only these clients are let in: {}.", quoted(&clients.join(", "))));
    }
    checks
}
