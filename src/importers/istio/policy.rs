//! What RequestAuthentication and AuthorizationPolicy mean together (Istio's security reference): the first checks a token that is there,
//! only the second asks for one.

use super::mesh::{Mesh, Object, Workload};
use super::requests::Requests;
use crate::formats::text::quoted;
use crate::importers::gateways::checks::{Checks, G2, G4, G5};
use crate::importers::listed::configuration::{has_variable, known_texts};
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::{Fail, Pass, Unknown};

/// Requests of a route; nothing in a list = all.
#[derive(Debug, Clone, Default)]
pub struct At {
    /// Paths.
    pub paths: Vec<Requests>,
    /// Hosts.
    pub hosts: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
}

/// Whether requests of a route have to bring a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    All,
    Some,
    None,
}

/// What is checked of requests of a route at a workload.
pub fn checks(mesh: &Mesh, workload: &Workload, at: &At) -> Checks {
    let here: Vec<&Object> = mesh.policies.iter().filter(|policy| mesh.holds(policy, workload)).collect();
    let of = |action: &str| -> Vec<&Object> {
        let is = |policy: &&&Object| policy.tree.path(&["spec", "action"]).text().unwrap_or("ALLOW") == action;
        here.iter().filter(is).copied().collect()
    };
    let (allow, deny, custom) = (of("ALLOW"), of("DENY"), of("CUSTOM"));
    let rules: Vec<&Tree> = mesh
        .authentications
        .iter()
        .filter(|authentication| mesh.holds(authentication, workload))
        .flat_map(|authentication| authentication.tree.path(&["spec", "jwtRules"]).many())
        .collect();
    // A token of any of the issuers is taken.
    let token = rules.iter().map(|rule| of_rule(rule)).reduce(Checks::or);
    let mut checks = match token {
        Some(mut checks) => {
            let asked = asked_by_deny(&deny, at).max_of(asked_by_allow(&allow, at));
            match asked {
                Asked::All => {}
                Asked::Some => {
                    checks.at_most_partial();
                    checks.told.insert(0, format!("Only some requests have to bring a token{}.", exceptions(&deny)));
                }
                Asked::None => checks.fails_open(
                    "It fails open: RequestAuthentication lets requests without a token pass, and no AuthorizationPolicy asks for one.",
                ),
            }
            checks
        }
        None => Checks::all(Fail, "No RequestAuthentication of this set holds here: no token is checked."),
    };
    claims(&allow, &mut checks);
    if let Some(policy) = custom.first() {
        let provider = policy.tree.path(&["spec", "provider", "name"]).text().unwrap_or("a provider");
        checks.or_unknown(format!("{} decides about requests too; what it checks does not stand in the manifests.", quoted(provider)));
    }
    if !allow.is_empty() && allow.iter().all(|policy| policy.tree.path(&["spec", "rules"]).many().is_empty()) {
        checks.tell("Its ALLOW policies have no rule, which lets nobody in.");
    }
    checks
}

impl Asked {
    fn max_of(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Some, _) | (_, Self::Some) => Self::Some,
            _ => Self::None,
        }
    }
}

fn of_rule(rule: &Tree) -> Checks {
    let issuer = rule.at("issuer").text();
    let mut checks = Checks::all(Pass, format!("A token is checked with the keys of {}.", quoted(issuer.unwrap_or("its issuer"))));
    match issuer {
        Some(issuer) if has_variable(issuer) => {
            checks.told.clear();
            checks.because(G2, Unknown, format!("An issuer is still a placeholder ({}).", quoted(issuer)));
        }
        Some(issuer) => checks.issuers.push(issuer.to_owned()),
        None => checks.because(G2, Unknown, "A rule names no issuer."),
    }
    let (audiences, left_out) = known_texts(rule.at("audiences"));
    if audiences.is_empty() {
        let (result, why) = if left_out {
            (Unknown, "An audience is a placeholder.".to_owned())
        } else {
            (
                Fail,
                format!(
                    "audiences is empty for {}: a token of this issuer for any other API passes.",
                    quoted(issuer.unwrap_or("an issuer"))
                ),
            )
        };
        checks.because(G4, result, why);
    }
    checks.audiences = audiences;
    checks.set(G5, Fail);
    checks
}

/// Whether a rule's `to` holds requests of a route: all of them, some, or none.
fn to(rule: &Tree, at: &At) -> Asked {
    let operations = rule.at("to").many();
    if operations.is_empty() {
        return Asked::All;
    }
    let mut best = Asked::None;
    for operation in operations.iter().map(|to| to.at("operation")) {
        let mut this = Asked::All;
        let mut narrow = |found: Asked| {
            this = match (this, found) {
                (Asked::None, _) | (_, Asked::None) => Asked::None,
                (Asked::Some, _) | (_, Asked::Some) => Asked::Some,
                _ => Asked::All,
            };
        };
        narrow(listed(operation.at("paths"), at));
        narrow(match listed_if_any(operation.at("notPaths"), at) {
            Some(Asked::All) => Asked::None,
            Some(Asked::Some) => Asked::Some,
            Some(Asked::None) | None => Asked::All,
        });
        for (field, mine) in [("hosts", &at.hosts), ("methods", &at.methods)] {
            let wanted: Vec<&str> = operation.at(field).texts().collect();
            if !wanted.is_empty() && !wanted.contains(&"*") {
                let inside = mine.iter().filter(|one| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(one))).count();
                narrow(if mine.is_empty() || (inside > 0 && inside < mine.len()) {
                    Asked::Some
                } else if inside == 0 {
                    Asked::None
                } else {
                    Asked::All
                });
            }
        }
        if ["notHosts", "notMethods", "ports", "notPorts"].iter().any(|field| !operation.at(field).many().is_empty()) {
            narrow(Asked::Some);
        }
        best = best.max_of(this);
    }
    best
}

fn listed_if_any(patterns: &Tree, at: &At) -> Option<Asked> {
    (!patterns.many().is_empty()).then(|| listed(patterns, at))
}

/// How many of a route's requests a list of paths holds; an empty list holds all.
fn listed(patterns: &Tree, at: &At) -> Asked {
    let patterns: Vec<Requests> = patterns.texts().map(Requests::of).collect();
    if patterns.is_empty() {
        return Asked::All;
    }
    let paths = if at.paths.is_empty() { &[Requests::All][..] } else { &at.paths };
    let of = |path: &Requests| {
        let found: Vec<bool> = patterns.iter().filter_map(|pattern| pattern.covers(path)).collect();
        if found.contains(&true) {
            Asked::All
        } else if found.is_empty() {
            Asked::None
        } else {
            Asked::Some
        }
    };
    let each: Vec<Asked> = paths.iter().map(of).collect();
    match () {
        () if each.iter().all(|asked| *asked == Asked::All) => Asked::All,
        () if each.iter().all(|asked| *asked == Asked::None) => Asked::None,
        () => Asked::Some,
    }
}

/// DENY for requests without a verified token asks for one.
fn asked_by_deny(policies: &[&Object], at: &At) -> Asked {
    let mut asked = Asked::None;
    for rule in policies.iter().flat_map(|policy| policy.tree.path(&["spec", "rules"]).many()) {
        let without = |source: &Tree| source.path(&["source", "notRequestPrincipals"]).texts().any(|name| name == "*");
        if !rule.at("from").many().iter().any(without) {
            continue;
        }
        let mut this = to(rule, at);
        // Under a condition it holds for some requests only.
        if !rule.at("when").many().is_empty() && this == Asked::All {
            this = Asked::Some;
        }
        asked = asked.max_of(this);
    }
    asked
}

/// ALLOW asks for a token when every rule that lets a request in does.
fn asked_by_allow(policies: &[&Object], at: &At) -> Asked {
    let rules: Vec<&Tree> = policies.iter().flat_map(|policy| policy.tree.path(&["spec", "rules"]).many()).collect();
    if policies.is_empty() {
        return Asked::None;
    }
    if rules.is_empty() {
        // Nobody gets in at all, with a token or without.
        return Asked::All;
    }
    let letting_in: Vec<&Tree> = rules.into_iter().filter(|rule| to(rule, at) != Asked::None).collect();
    let with_token = letting_in.iter().filter(|rule| by_token(rule)).count();
    match with_token {
        n if n == letting_in.len() => Asked::All,
        0 => Asked::None,
        _ => Asked::Some,
    }
}

/// Whether a rule lets in only who brings a verified token.
fn by_token(rule: &Tree) -> bool {
    let sources = rule.at("from").many();
    let principal = !sources.is_empty() && sources.iter().all(|source| !source.path(&["source", "requestPrincipals"]).many().is_empty());
    let claim = |condition: &Tree| {
        condition.at("key").text().is_some_and(|key| key.starts_with("request.auth.")) && !condition.at("values").many().is_empty()
    };
    principal || rule.at("when").many().iter().any(claim)
}

/// Claims that ALLOW policies ask for; audience values among them are a check of the audience.
fn claims(policies: &[&Object], checks: &mut Checks) {
    let rules: Vec<&Tree> = policies.iter().flat_map(|policy| policy.tree.path(&["spec", "rules"]).many()).collect();
    let mut all_by_audience = !rules.is_empty();
    for rule in rules {
        let mut by_audience = false;
        for condition in rule.at("when").many() {
            let Some(key) = condition.at("key").text().and_then(|key| key.strip_prefix("request.auth.")) else { continue };
            let values: Vec<String> = condition.at("values").texts().map(str::to_owned).collect();
            if values.is_empty() {
                continue;
            }
            match key {
                "audiences" | "claims[aud]" => {
                    by_audience = true;
                    checks.audiences.extend(values);
                }
                key => {
                    let claim = key.strip_prefix("claims[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(key);
                    checks.scopes.push(format!("{claim}={}", values.join("|")));
                }
            }
        }
        all_by_audience &= by_audience;
    }
    if all_by_audience && checks.results[G4] == Fail && checks.results[G2] != Fail {
        checks.because(G4, Pass, "An AuthorizationPolicy compares the audience.");
    }
}

/// Paths that policies leave out, in words.
fn exceptions(policies: &[&Object]) -> String {
    let rules = policies.iter().flat_map(|policy| policy.tree.path(&["spec", "rules"]).many());
    let paths: Vec<&str> = rules.flat_map(|rule| rule.at("to").many()).flat_map(|to| to.path(&["operation", "notPaths"]).texts()).collect();
    if paths.is_empty() { String::new() } else { format!("; not those to {}", quoted(&paths.join(", "))) }
}
