//! What an authorizer of API Gateway checks. The words are those of its developer guide: JWT authorizers check signature, issuer, expiry,
//! audience and scopes; Cognito authorizers check a token of a user pool; request and token authorizers run a function.

use std::collections::BTreeMap;

use crate::formats::text::quoted;
use crate::importers::gateways::checks::{Checks, G4, G5};
use crate::importers::listed::configuration::known_texts;
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::{Fail, NotApplicable, Pass, Unknown};

/// Kinds of authorizers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorizer {
    /// Checks a JWT.
    Jwt {
        /// Issuer, if it is a text.
        issuer: Option<String>,
        /// Audience values that are texts.
        audiences: Vec<String>,
        /// Whether something else stood among them.
        left_out: bool,
    },
    /// A token of a Cognito user pool.
    Cognito(Vec<String>),
    /// A function.
    Function,
    /// Signed AWS requests.
    Signed,
    /// An API key, which is no authorization.
    Key,
}

/// Authorizers of replies, by id.
#[derive(Debug, Default)]
pub struct Authorizers(BTreeMap<String, Authorizer>);

/// A value of a template, such as `{"Ref": …}`, is not known.
fn text(tree: &Tree) -> Option<String> {
    tree.text().filter(|text| !crate::importers::listed::configuration::has_variable(text)).map(str::to_owned)
}

impl Authorizer {
    /// An authorizer of an OpenAPI export, from its security scheme.
    pub fn of_scheme(scheme: &Tree) -> Option<Self> {
        let authorizer = scheme.at("x-amazon-apigateway-authorizer");
        let kind = authorizer.at("type").text().or_else(|| scheme.at("x-amazon-apigateway-authtype").text());
        match kind.unwrap_or_default().to_ascii_lowercase().as_str() {
            "jwt" => Some(Self::jwt(authorizer.at("jwtConfiguration"), "issuer", "audience")),
            "cognito_user_pools" => Some(Self::Cognito(known_texts(authorizer.at("providerARNs")).0)),
            "request" | "token" | "custom" => Some(Self::Function),
            "awssigv4" => Some(Self::Signed),
            _ if scheme.at("type").text() == Some("apiKey")
                && scheme.at("name").text().is_some_and(|name| name.eq_ignore_ascii_case("x-api-key")) =>
            {
                Some(Self::Key)
            }
            _ => None,
        }
    }

    fn jwt(configuration: &Tree, issuer: &str, audience: &str) -> Self {
        let (audiences, mut left_out) = known_texts(configuration.at(audience));
        left_out |= configuration.at(audience).many().iter().any(|one| matches!(one, Tree::Object(_)));
        Self::Jwt { issuer: text(configuration.at(issuer)), audiences, left_out }
    }

    /// What it checks, with the scopes that a route asks for.
    pub fn checks(&self, scopes: Vec<String>) -> Checks {
        match self {
            Self::Jwt { issuer, audiences, left_out } => {
                let mut checks = Checks::all(Pass, "A JWT authorizer checks the token.");
                match issuer {
                    Some(issuer) => checks.issuers.push(issuer.clone()),
                    None => checks.tell("The issuer is a value of a template."),
                }
                if audiences.is_empty() && *left_out {
                    checks.because(G4, Unknown, "The audience is a value of a template, so what is asked for is not known.");
                } else if audiences.is_empty() {
                    checks.because(G4, Fail, "The authorizer names no audience: a token of this issuer for any other API passes.");
                }
                checks.audiences.clone_from(audiences);
                checks.set(G5, Fail);
                with_scopes(checks, scopes, "No scope is asked for.")
            }
            Self::Cognito(pools) => {
                let mut checks = Checks::all(Pass, "A Cognito authorizer checks the token.");
                checks.issuers.clone_from(pools);
                checks.because(G4, Fail, "A Cognito authorizer compares no audience: a token of any client of the user pool passes.");
                checks.set(G5, Fail);
                with_scopes(checks, scopes, "No scope is asked for, so an ID token passes too.")
            }
            Self::Function => {
                let mut checks = Checks::unknown();
                checks.tell("A Lambda authorizer decides; what its code checks does not stand in the export.");
                checks
            }
            Self::Signed => Checks::all(NotApplicable, "No token is checked here: requests are signed with keys of AWS (IAM)."),
            Self::Key => Checks::all(Fail, "Only an API key is asked for, which meters callers and is no authorization."),
        }
    }
}

fn with_scopes(mut checks: Checks, scopes: Vec<String>, none: &str) -> Checks {
    if scopes.is_empty() {
        checks.tell(none);
    }
    checks.scopes = scopes;
    checks
}

/// What is checked when no authorizer is named.
pub fn open() -> Checks {
    Checks::all(Fail, "No authorizer: everybody may call it.")
}

/// What is checked by an authorizer that is not there.
pub fn missing(name: &str) -> Checks {
    let mut checks = Checks::unknown();
    checks.tell(format!("The authorizer {} is not in this set.", quoted(name)));
    checks
}

impl Authorizers {
    /// Takes those of a reply of `get-authorizers`.
    pub fn of_reply(&mut self, tree: &Tree) {
        for one in tree.at("Items").many() {
            if let (Some(id), Some(kind)) = (one.at("AuthorizerId").key(), one.at("AuthorizerType").text()) {
                let authorizer =
                    if kind == "JWT" { Authorizer::jwt(one.at("JwtConfiguration"), "Issuer", "Audience") } else { Authorizer::Function };
                self.0.insert(id.to_owned(), authorizer);
            }
        }
        for one in tree.at("items").many() {
            if let (Some(id), Some(kind)) = (one.at("id").key(), one.at("type").text()) {
                let authorizer = match kind {
                    "COGNITO_USER_POOLS" => Authorizer::Cognito(known_texts(one.at("providerARNs")).0),
                    _ => Authorizer::Function,
                };
                self.0.insert(id.to_owned(), authorizer);
            }
        }
    }

    /// One by its id.
    pub fn get(&self, id: &str) -> Option<&Authorizer> {
        self.0.get(id)
    }
}
