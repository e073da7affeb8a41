//! Methods on paths of an OpenAPI export with the security that each names.

use super::authorizers::{Authorizer, missing, open};
use crate::importers::gateways::Place;
use crate::importers::gateways::checks::Checks;
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::NotApplicable;

/// Methods of OpenAPI, and the one that stands for all.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"];

/// The routes of an export; `stem` names the API when its title is a value of a template.
pub fn routes(tree: &Tree, stem: &str) -> Vec<(Place, Checks)> {
    let title = tree.path(&["info", "title"]).display().unwrap_or_else(|| stem.to_owned());
    let (hosts, bases) = addresses(tree);
    let schemes = [tree.path(&["components", "securitySchemes"]), tree.at("securityDefinitions")];
    let scheme = |name: &str| schemes.iter().map(|all| all.at(name)).find(|one| !matches!(one, Tree::Null));
    let mut all = Vec::new();
    for (path, item) in tree.at("paths").pairs() {
        for (method, operation) in item.pairs().iter().filter(|(method, _)| METHODS.contains(&method.as_str())) {
            let word = if method.starts_with("x-") { "ANY".to_owned() } else { method.to_uppercase() };
            let integration = operation.path(&["x-amazon-apigateway-integration", "type"]).text();
            let security = if operation.has("security") { operation.at("security") } else { tree.at("security") };
            let checks = if word == "OPTIONS" && integration.is_some_and(|kind| kind.eq_ignore_ascii_case("mock")) {
                Checks::all(NotApplicable, "The gateway answers pre-flight requests itself.")
            } else {
                let mut checks = of_security(security, &scheme);
                if operation.has("x-amazon-apigateway-policy") || tree.has("x-amazon-apigateway-policy") {
                    checks.tell("A resource policy says who may call it; it is not looked at.");
                }
                checks
            };
            let place = Place {
                key: format!("{title} {word} {path}"),
                name: format!("{word} {path}"),
                gateway: None,
                service: Some(title.clone()),
                hosts: hosts.clone(),
                paths: bases.iter().map(|base| format!("{base}{path}")).collect(),
                methods: if word == "ANY" { Vec::new() } else { vec![word] },
            };
            all.push((place, checks));
        }
    }
    all
}

/// Hosts and base paths of an API; an empty base path if none is known.
fn addresses(tree: &Tree) -> (Vec<String>, Vec<String>) {
    let (mut hosts, mut bases) = (Vec::new(), Vec::new());
    for server in tree.at("servers").many() {
        let mut url = server.at("url").text().unwrap_or_default().to_owned();
        for (name, variable) in server.at("variables").pairs() {
            url = url.replace(&format!("{{{name}}}"), variable.at("default").text().unwrap_or_default());
        }
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let (host, base) = rest.split_once('/').map_or((rest, ""), |(host, base)| (host, base));
        if !host.is_empty() {
            hosts.push(host.to_owned());
            bases.push(if base.trim_matches('/').is_empty() { String::new() } else { format!("/{}", base.trim_matches('/')) });
        }
    }
    if let Some(host) = tree.at("host").text() {
        hosts.push(host.to_owned());
        bases.push(tree.at("basePath").text().unwrap_or_default().trim_end_matches('/').to_owned());
    }
    bases.sort();
    bases.dedup();
    if bases.is_empty() {
        bases.push(String::new());
    }
    (hosts, bases)
}

/// Of a list one is enough; all names inside one have to be passed.
fn of_security<'t>(security: &'t Tree, scheme: &dyn Fn(&str) -> Option<&'t Tree>) -> Checks {
    let mut ways = Vec::new();
    for way in security.many() {
        let mut together: Option<Checks> = None;
        for (name, scopes) in way.pairs() {
            let checks = match (scheme(name), name.as_str()) {
                // SAM writes a scheme that does not exist for "no authorizer".
                (None, "NONE") => open(),
                (None, name) => missing(name),
                (Some(found), name) => match Authorizer::of_scheme(found) {
                    Some(Authorizer::Key) => Authorizer::Key.checks(Vec::new()),
                    Some(authorizer) => authorizer.checks(scopes.texts().map(str::to_owned).collect()),
                    None => missing(name),
                },
            };
            together = Some(match together {
                Some(known) => known.and(checks),
                None => checks,
            });
        }
        ways.push(together.unwrap_or_else(open));
    }
    ways.into_iter().reduce(Checks::or).unwrap_or_else(open)
}
