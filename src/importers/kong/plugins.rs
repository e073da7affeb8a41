//! What the plugins on a route check. The settings are those of Kong's plugin reference (openid-connect, jwt, oauth2,
//! oauth2-introspection, key-auth and their kin) and of the community plugins jwt-keycloak and oidc.

use super::estate::{Estate, Plugin, Route};
use crate::formats::text::quoted;
use crate::importers::gateways::checks::{Checks, G1, G2, G3, G4, G5};
use crate::importers::gateways::is_on;
use crate::importers::listed::configuration::{has_variable, known_texts};
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};

/// Plugins that know a caller by something else than a token.
const NO_TOKEN: &[(&str, &str)] = &[
    ("key-auth", "an API key"),
    ("key-auth-enc", "an API key"),
    ("basic-auth", "a password"),
    ("hmac-auth", "an HMAC signature"),
    ("ldap-auth", "a password of the directory"),
    ("ldap-auth-advanced", "a password of the directory"),
    ("mtls-auth", "a client certificate"),
    ("vault-auth", "a pair of keys of the vault"),
    ("saml", "a SAML login"),
    ("header-cert-auth", "a client certificate in a header"),
];

/// Plugins that run code of their own, which may check anything.
const OWN_CODE: &[&str] = &["pre-function", "post-function", "opa", "forward-auth", "external-auth", "jwt-signer", "upstream-oauth", "ace"];

/// Plugins that have to do with requests after somebody was let in, or with none of it.
fn may_authenticate(name: &str) -> bool {
    OWN_CODE.contains(&name)
        || ["auth", "jwt", "oidc", "openid", "token", "introspect"].iter().any(|word| name.contains(word))
            && !["upstream", "token-exchange", "auth-headers"].iter().any(|word| name.contains(word))
}

/// One way in.
struct Way<'p> {
    plugin: &'p Plugin,
    /// What it checks of a token; `None` = it asks for something else.
    checks: Option<Checks>,
    /// What it asks for.
    asks: &'static str,
}

/// What is checked on a route.
pub fn checks(estate: &Estate, route: &Route) -> Checks {
    let effective = estate.effective(route);
    if effective.iter().any(|plugin| plugin.name == "request-termination") {
        return Checks::all(
            NotApplicable,
            "request-termination answers every request at the gateway; nothing behind the route is reached.",
        );
    }
    let mut ways = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    for plugin in &effective {
        let checks = match plugin.name.as_str() {
            "openid-connect" => Some(openid_connect(&plugin.config)),
            "jwt" => Some(jwt(&plugin.config)),
            "jwt-keycloak" => Some(jwt_keycloak(&plugin.config)),
            "oidc" => Some(oidc(&plugin.config)),
            "oauth2" => Some(oauth2(&plugin.config)),
            "oauth2-introspection" => Some(introspection(&plugin.config)),
            _ => None,
        };
        let asks = NO_TOKEN.iter().find(|(name, _)| *name == plugin.name).map(|(_, asks)| *asks);
        match (checks, asks) {
            (Some(checks), _) => ways.push(Way { plugin, checks: Some(checks), asks: "a token" }),
            (None, Some(asks)) => ways.push(Way { plugin, checks: None, asks }),
            (None, None) if may_authenticate(&plugin.name) => unknown.push(&plugin.name),
            (None, None) => {}
        }
    }
    let mut together = join(estate, ways, &unknown);
    if estate.for_consumers(route).any(|plugin| ["openid-connect", "jwt", "oauth2"].contains(&plugin.name.as_str())) {
        together.tell("Another instance of the plugin holds for some consumers; what it checks for them is not looked at.");
    }
    together
}

/// The consumer that callers become whom a plugin does not know.
fn anonymous(plugin: &Plugin) -> Option<&str> {
    plugin.config.at("anonymous").text()
}

fn join(estate: &Estate, ways: Vec<Way<'_>>, unknown: &[&str]) -> Checks {
    let own_code = |mut checks: Checks| {
        for name in unknown {
            checks.tell(format!("The plugin {} may check more; what it does does not stand in the configuration.", quoted(name)));
        }
        checks
    };
    let (asked, tolerant): (Vec<Way<'_>>, Vec<Way<'_>>) = ways.into_iter().partition(|way| anonymous(way.plugin).is_none());
    let open: Vec<String> =
        tolerant.iter().filter_map(|way| anonymous(way.plugin)).filter(|name| !estate.is_terminated(name)).map(quoted).collect();
    let others: Vec<&str> = asked.iter().chain(&tolerant).filter(|way| way.checks.is_none()).map(|way| way.asks).collect();
    let mandatory = asked.iter().filter_map(|way| way.checks.clone()).reduce(Checks::and);
    if let Some(mut checks) = mandatory {
        if let Some(way) = asked.iter().find(|way| way.checks.is_none()) {
            checks.tell(format!("Besides the token, the gateway asks for {}.", way.asks));
        }
        // Every plugin that knows no anonymous consumer has to be passed.
        return own_code(checks);
    }
    let either = tolerant.iter().filter_map(|way| way.checks.clone()).reduce(Checks::or);
    if let Some(mut checks) = either {
        if let Some(consumer) = open.first() {
            checks.fails_open(format!(
                "It fails open: a request without a good token goes on as the consumer {consumer}, and nothing ends its requests."
            ));
        } else {
            checks.tell("Requests that no plugin knows become an anonymous consumer, whose requests are ended by request-termination.");
            if let Some(other) = others.first() {
                checks.tell(format!("In place of a token, {other} is enough."));
            }
        }
        return own_code(checks);
    }
    if let Some(asks) = asked.iter().map(|way| way.asks).next() {
        return own_code(Checks::all(NotApplicable, format!("No token is checked here: the gateway asks for {asks}.")));
    }
    if let Some(consumer) = open.first() {
        let why = format!("It fails open: the gateway asks for no token, and a request without a key goes on as the consumer {consumer}.");
        return own_code(Checks::all(Fail, why));
    }
    if let Some(asks) = tolerant.iter().map(|way| way.asks).next() {
        return own_code(Checks::all(NotApplicable, format!("No token is checked here: the gateway asks for {asks}.")));
    }
    if unknown.is_empty() {
        Checks::all(Fail, "No plugin on this route checks a token: every request passes.")
    } else {
        own_code(Checks::unknown())
    }
}

/// Values of a list that must not be empty for a check; says what is missing.
fn demanded(checks: &mut Checks, check: usize, config: &Tree, field: &str, none: &str) -> Vec<String> {
    let (known, left_out) = known_texts(config.at(field));
    if !known.is_empty() {
        checks.set(check, Pass);
    } else if left_out {
        checks.because(check, Unknown, format!("{field} holds a placeholder, so what is asked for is not known."));
    } else {
        checks.because(check, Fail, none);
    }
    known
}

fn openid_connect(config: &Tree) -> Checks {
    let mut checks = Checks::all(Pass, "openid-connect checks the token.");
    let methods: Vec<&str> = config.at("auth_methods").texts().collect();
    if !methods.is_empty() && !methods.iter().any(|method| matches!(*method, "bearer" | "introspection" | "kong_oauth2" | "userinfo")) {
        checks.tell(format!("It only lets people sign in ({}); a bearer token is not taken.", quoted(&methods.join(", "))));
    }
    let skipped: Vec<&str> = config.at("ignore_signature").texts().collect();
    if !is_on(config.at("verify_signature"), true) {
        checks.because(G1, Fail, "verify_signature is off: a token with any signature passes.");
    } else if !skipped.is_empty() {
        checks.because(G1, Partial, format!("ignore_signature leaves the signature unchecked for: {}.", quoted(&skipped.join(", "))));
    }
    let (mut issuers, issuer_left_out) = known_texts(config.at("issuer"));
    let (allowed, allowed_left_out) = known_texts(config.at("issuers_allowed"));
    issuers.extend(allowed);
    let verified = is_on(config.at("verify_claims"), true);
    if !verified {
        checks.because(G2, Fail, "verify_claims is off: neither issuer nor expiry is compared.");
        checks.set(G3, Fail);
    } else if is_on(config.at("using_pseudo_issuer"), false) {
        checks.because(
            G2,
            Unknown,
            "using_pseudo_issuer is on: the issuer is a name for the configuration only, so what is compared is not known.",
        );
    } else if issuers.is_empty() {
        let why = if issuer_left_out || allowed_left_out { "The issuer is a placeholder." } else { "No issuer is configured." };
        checks.because(G2, Unknown, why);
    }
    checks.issuers = issuers;
    checks.audiences = demanded(
        &mut checks,
        G4,
        config,
        "audience_required",
        "audience_required is empty: a token of this issuer for any other API passes.",
    );
    // The outer list means any of, a text with blanks all of.
    for field in ["scopes_required", "groups_required", "roles_required"] {
        checks.scopes.extend(known_texts(config.at(field)).0);
    }
    if checks.scopes.is_empty() {
        checks.tell("No scope is asked for.");
    }
    let bound: Vec<&str> =
        ["proof_of_possession_mtls", "proof_of_possession_dpop"].iter().filter_map(|field| config.at(field).text()).collect();
    checks.set(
        G5,
        if bound.contains(&"strict") {
            Pass
        } else if bound.contains(&"optional") {
            Partial
        } else {
            Fail
        },
    );
    if bound.contains(&"optional") && !bound.contains(&"strict") {
        checks.tell("A token that is bound to its sender is checked; one that is not passes too.");
    }
    checks
}

fn jwt(config: &Tree) -> Checks {
    let mut checks = Checks::all(Pass, "jwt checks the signature with the key of the consumer that the token names.");
    let claim = config.at("key_claim_name").text().unwrap_or("iss");
    if claim != "iss" {
        checks.because(G2, Fail, format!("key_claim_name is {}: the issuer is not compared.", quoted(claim)));
    } else {
        checks.tell("The issuer is the name of a consumer's key, not an authorization server.");
    }
    expiry(&mut checks, config, false);
    checks.because(G4, Fail, "jwt never checks an audience.");
    checks.set(G5, Fail);
    checks.tell("No scope is asked for.");
    checks
}

/// `claims_to_verify`, which both JWT plugins have.
fn expiry(checks: &mut Checks, config: &Tree, by_default: bool) {
    let verified: Vec<&str> = config.at("claims_to_verify").texts().collect();
    let default = verified.is_empty() && by_default && !config.has("claims_to_verify");
    if !default && !verified.contains(&"exp") {
        checks.because(G3, Fail, "claims_to_verify does not name exp: a token never ends here.");
    }
}

fn jwt_keycloak(config: &Tree) -> Checks {
    let mut checks = Checks::all(Pass, "jwt-keycloak checks the signature with the keys of the realm that the token names.");
    checks.issuers = demanded(&mut checks, G2, config, "allowed_iss", "allowed_iss is empty: no issuer is compared.");
    expiry(&mut checks, config, true);
    checks.audiences =
        demanded(&mut checks, G4, config, "allowed_aud", "allowed_aud is empty: a token of this realm for any other API passes.");
    for field in ["scope", "roles", "realm_roles", "client_roles"] {
        checks.scopes.extend(known_texts(config.at(field)).0);
    }
    if checks.scopes.is_empty() {
        checks.tell("No scope and no role is asked for.");
    }
    checks.set(G5, Fail);
    checks
}

fn oidc(config: &Tree) -> Checks {
    let mut checks = Checks::unknown();
    let issuer = config.at("discovery").text();
    if is_on(config.at("bearer_jwt_auth_enable"), false) {
        checks = Checks::all(Pass, "oidc checks the token with the keys of the issuer.");
        checks.audiences = known_texts(config.at("bearer_jwt_auth_allowed_auds")).0;
        if checks.audiences.is_empty() {
            // Without a list it is the client's own id.
            checks.audiences = known_texts(config.at("client_id")).0;
        }
        if checks.audiences.is_empty() {
            checks.because(G4, Unknown, "Neither bearer_jwt_auth_allowed_auds nor client_id says which audience is asked for.");
        }
    } else if config.at("introspection_endpoint").text().is_some() {
        checks = Checks::all(Pass, "oidc asks the issuer whether the token is active.");
        checks.because(G4, Fail, "No audience is compared: an active token for any other API passes.");
    } else {
        checks.tell("oidc lets people sign in; what it does with a bearer token does not stand in the configuration.");
    }
    if issuer.is_some_and(|issuer| has_variable(issuer) || issuer.contains("{")) {
        checks.because(G2, Unknown, "The issuer is a placeholder.");
    } else if let Some(issuer) = issuer {
        checks.issuers.push(issuer.trim_end_matches("/.well-known/openid-configuration").to_owned());
    }
    if !is_on(config.at("ssl_verify"), false) && checks.results[G1] == Pass {
        checks.because(G1, Partial, "ssl_verify is off: whoever stands between gateway and issuer can answer in its place.");
    }
    if config.at("filters").text().is_some() {
        checks.at_most_partial();
        checks.tell(format!("filters leaves paths unchecked: {}.", quoted(config.at("filters").text().unwrap_or_default())));
    }
    if config.at("unauth_action").text() == Some("pass") {
        checks.fails_open("It fails open: unauth_action is pass, so a request without a good token goes on.");
    }
    if is_on(config.at("validate_scope"), false) {
        checks.scopes.extend(known_texts(config.at("scope")).0);
    }
    checks.set(G5, Fail);
    checks
}

fn oauth2(config: &Tree) -> Checks {
    let mut checks = Checks::all(Pass, "oauth2 takes tokens that Kong itself gave out.");
    if is_on(config.at("global_credentials"), false) {
        checks.because(G4, Fail, "global_credentials is on: a token of any other service behind this gateway passes.");
    }
    if config.at("token_expiration").whole() == Some(0) {
        checks.because(G3, Fail, "token_expiration is 0: its tokens never end.");
    }
    if is_on(config.at("mandatory_scope"), false) {
        checks.scopes = known_texts(config.at("scopes")).0;
    } else {
        checks.tell("No scope is asked for.");
    }
    checks.set(G5, Fail);
    checks
}

fn introspection(config: &Tree) -> Checks {
    let mut checks = Checks::all(Pass, "oauth2-introspection asks the issuer whether the token is active.");
    checks.issuers = known_texts(config.at("introspection_url")).0;
    checks.because(G4, Fail, "No audience is compared: an active token for any other API passes.");
    checks.set(G5, Fail);
    checks
}
