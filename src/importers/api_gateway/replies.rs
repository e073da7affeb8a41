//! Replies of the command line: routes of an HTTP API, resources of a REST API, authorizers of both.

use super::authorizers::{Authorizer, Authorizers, missing, open};
use crate::importers::gateways::Place;
use crate::importers::gateways::checks::Checks;
use crate::importers::listed::tree::Tree;

/// Elements of a reply, of either kind of API.
fn items(tree: &Tree) -> impl Iterator<Item = &Tree> {
    tree.at("Items").many().iter().chain(tree.at("items").many())
}

/// Whether a document is one of these replies.
pub fn is_reply(tree: &Tree) -> bool {
    tree.has("Items") || tree.has("items")
}

/// How many authorizers a reply holds.
pub fn authorizers(tree: &Tree) -> usize {
    items(tree).filter(|one| one.has("AuthorizerType") || one.has("authorizerUri") || one.has("providerARNs")).count()
}

/// The routes of a reply; `stem` names the API, which replies do not.
pub fn routes(tree: &Tree, stem: &str, authorizers: &Authorizers) -> Vec<(Place, Checks)> {
    let mut all = Vec::new();
    for route in tree.at("Items").many() {
        let Some(key) = route.at("RouteKey").key() else { continue };
        let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
        let kind = route.at("AuthorizationType").text().unwrap_or("NONE");
        let scopes = route.at("AuthorizationScopes").texts().map(str::to_owned).collect();
        let checks = of(kind, route.at("AuthorizerId").key(), scopes, authorizers);
        all.push((place(stem, method, path), checks));
    }
    for resource in tree.at("items").many() {
        let path = resource.at("path").text().unwrap_or("/");
        for (method, settings) in resource.at("resourceMethods").pairs() {
            let checks = match settings.at("authorizationType").text() {
                Some(kind) => {
                    let scopes = settings.at("authorizationScopes").texts().map(str::to_owned).collect();
                    of(kind, settings.at("authorizerId").key(), scopes, authorizers)
                }
                None => {
                    let mut checks = Checks::unknown();
                    checks.tell("The reply does not say who may call it; ask again with --embed methods.");
                    checks
                }
            };
            all.push((place(stem, method, path), checks));
        }
    }
    all
}

fn place(stem: &str, method: &str, path: &str) -> Place {
    Place {
        key: format!("{stem} {method} {path}"),
        name: format!("{method} {path}"),
        service: Some(stem.to_owned()),
        paths: vec![path.to_owned()],
        methods: if method == "ANY" { Vec::new() } else { vec![method.to_owned()] },
        ..Place::default()
    }
}

fn of(kind: &str, id: Option<&str>, scopes: Vec<String>, authorizers: &Authorizers) -> Checks {
    match kind {
        "NONE" => open(),
        "AWS_IAM" => Authorizer::Signed.checks(scopes),
        _ => match id {
            Some(id) => authorizers.get(id).map_or_else(|| missing(id), |authorizer| authorizer.checks(scopes)),
            None if kind == "CUSTOM" => Authorizer::Function.checks(scopes),
            None => missing(kind),
        },
    }
}
