//! What must be known of other records before one can be stated: how clients get tokens, which scopes a server has, whom
//! a policy lets in. Filled by a first pass over all files of the set, so that their order does not matter.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Shape, linked, server_of};
use crate::importers::listed::tree::Tree;

/// Seconds of a life without an end.
const FOR_EVER: i64 = i64::MAX;
/// Grant types with which nobody signs in.
const MACHINE: &str = "client_credentials";
/// Grant types that only continue or exchange what another one began.
const FOLLOWING: &[&str] =
    &[MACHINE, "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:jwt-bearer"];

/// How a client gets tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uses {
    /// Its client id.
    pub client_id: String,
    /// For itself.
    pub machine: bool,
    /// For people who sign in.
    pub login: bool,
    /// It proves itself with a secret.
    pub secret: bool,
    /// It is an OAuth client of the org's own making, so a policy for all clients lets it in.
    pub own: bool,
}

/// Whom a policy lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// It is in force.
    pub active: bool,
    /// All clients of the org.
    pub all: bool,
    /// Clients by id.
    pub clients: BTreeSet<String>,
    /// Its server.
    pub server: String,
}

/// A custom authorization server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// A file describes the server itself.
    pub described: bool,
    /// Names of its scopes.
    pub scopes: BTreeSet<String>,
    /// Longest life of an access token that a rule allows, seconds.
    pub access_seconds: Option<i64>,
    /// Longest life of a refresh token that a rule allows, seconds.
    pub refresh_seconds: Option<i64>,
    /// Its policies in the set.
    pub policies: BTreeSet<String>,
    /// Policies of which a rule is in the set.
    pub ruled: BTreeSet<String>,
}

/// See the module. The first part of a key is the instance, empty when no record says it.
#[derive(Debug, Default)]
pub struct Index {
    clients: BTreeMap<(String, String), Uses>,
    servers: BTreeMap<(String, String), Server>,
    policies: BTreeMap<String, Policy>,
    /// Clients whose secrets or keys a file lists.
    pub with_secrets: BTreeSet<(String, String)>,
}

impl Index {
    /// Notes a record of the first pass.
    pub fn note(&mut self, shape: Shape, tree: &Tree, org: &str) {
        match shape {
            Shape::App => {
                let settings = tree.path(&["settings", "oauthClient"]);
                let own = tree.path(&["credentials", "oauthClient"]);
                let Some(id) = tree.at("id").key() else { return };
                let client_id = own.at("client_id").key().unwrap_or(id);
                let method = own.at("token_endpoint_auth_method").text().or_else(|| settings.at("token_endpoint_auth_method").text());
                let oauth = own.at("client_id").key().is_some() || !settings.pairs().is_empty();
                self.client(org, [id, client_id], settings, method, oauth);
            }
            Shape::Client => {
                if let Some(id) = tree.at("client_id").key() {
                    self.client(org, [id, id], tree, tree.at("token_endpoint_auth_method").text(), true);
                }
            }
            Shape::ApiService => {
                if let Some(id) = tree.at("id").key() {
                    self.uses(org, id, Uses { client_id: id.to_owned(), machine: true, login: false, secret: true, own: false });
                }
            }
            Shape::Secret => {
                let app = linked(tree, "apps").ok().flatten().or_else(|| linked(tree, "api-services").ok().flatten());
                if let Some(app) = app {
                    self.with_secrets.insert((org.to_owned(), app.to_owned()));
                }
            }
            Shape::Server => {
                if let Some(id) = tree.at("id").key() {
                    self.server(org, id).described = true;
                }
            }
            Shape::Scope => {
                if let (Ok(Some(id)), Some(name)) = (linked(tree, "authorizationServers"), tree.at("name").key()) {
                    let name = name.to_owned();
                    self.server(org, id).scopes.insert(name);
                }
            }
            Shape::Policy => self.policy(tree, org),
            Shape::Rule => {
                if let Ok(Some(id)) = linked(tree, "authorizationServers") {
                    let minutes = |key: &str| tree.path(&["actions", "token", key]).whole().and_then(|minutes| minutes.checked_mul(60));
                    let access = minutes("accessTokenLifetimeMinutes");
                    let refresh = minutes("refreshTokenLifetimeMinutes").map(|seconds| if seconds > 0 { seconds } else { FOR_EVER });
                    let policy = linked(tree, "policies").ok().flatten().map(str::to_owned);
                    let server = self.server(org, id);
                    server.ruled.extend(policy);
                    server.access_seconds = server.access_seconds.max(access);
                    server.refresh_seconds = server.refresh_seconds.max(refresh);
                }
            }
            _ => {}
        }
    }

    fn client(&mut self, org: &str, [id, client_id]: [&str; 2], settings: &Tree, method: Option<&str>, own: bool) {
        let grants: Vec<&str> = settings.at("grant_types").texts().collect();
        let service = settings.at("application_type").text() == Some("service");
        let uses = Uses {
            client_id: client_id.to_owned(),
            machine: service || grants.contains(&MACHINE),
            login: !service && (grants.is_empty() || grants.iter().any(|grant| !FOLLOWING.contains(grant))),
            secret: method.is_some_and(|method| method.starts_with("client_secret")),
            own,
        };
        if id != client_id {
            self.uses(org, id, uses.clone());
        }
        self.uses(org, client_id, uses);
    }

    fn uses(&mut self, org: &str, id: &str, uses: Uses) {
        let known = self.clients.entry((org.to_owned(), id.to_owned())).or_insert_with(|| uses.clone());
        known.machine |= uses.machine;
        known.login |= uses.login;
        known.secret |= uses.secret;
        known.own |= uses.own;
    }

    fn policy(&mut self, tree: &Tree, org: &str) {
        let (Some(id), Ok(Some(server))) = (tree.at("id").key(), linked(tree, "authorizationServers")) else { return };
        let clients: BTreeSet<String> = tree.path(&["conditions", "clients", "include"]).texts().map(str::to_owned).collect();
        self.server(org, server).policies.insert(id.to_owned());
        let policy = Policy { active: is_active(tree), all: clients.contains("ALL_CLIENTS"), clients, server: server.to_owned() };
        self.policies.insert(id.to_owned(), policy);
    }

    fn server(&mut self, org: &str, id: &str) -> &mut Server {
        self.servers.entry((org.to_owned(), id.to_owned())).or_default()
    }

    /// How a client gets tokens, by its client id or its app's id.
    pub fn client_of(&self, org: &str, id: &str) -> Option<&Uses> {
        self.clients.get(&(org.to_owned(), id.to_owned()))
    }

    /// All OAuth clients that an org made, once each.
    pub fn clients(&self, org: &str) -> impl Iterator<Item = &Uses> {
        self.clients.iter().filter(move |((of, id), uses)| of == org && uses.own && *id == uses.client_id).map(|(_, uses)| uses)
    }

    /// A server, if any file says something of it.
    pub fn server_of(&self, org: &str, id: &str) -> Option<&Server> {
        self.servers.get(&(org.to_owned(), id.to_owned()))
    }

    /// How many servers of an org are described, and how many of these have no policy in the set.
    pub fn without_policies(&self, org: &str) -> (usize, usize) {
        let described = self.servers.iter().filter(|((of, _), server)| of == org && server.described);
        described.fold((0, 0), |(all, without), (_, server)| (all + 1, without + usize::from(server.policies.is_empty())))
    }

    /// How many clients of an org prove themselves with a secret, and of how many of these no file lists it.
    pub fn without_secrets(&self, org: &str) -> (usize, usize) {
        let listed: BTreeSet<&str> = self
            .with_secrets
            .iter()
            .filter(|(of, _)| of == org)
            .map(|(_, id)| self.client_of(org, id).map_or(id.as_str(), |uses| uses.client_id.as_str()))
            .collect();
        let all = self.clients.iter().filter(|((of, id), uses)| of == org && *id == uses.client_id);
        let users = all.map(|(_, uses)| uses).filter(|uses| uses.secret);
        users.fold((0, 0), |(all, without), uses| (all + 1, without + usize::from(!listed.contains(uses.client_id.as_str()))))
    }

    /// A policy by id.
    pub fn policy_of(&self, id: &str) -> Option<&Policy> {
        self.policies.get(id)
    }
}

/// Whether a status, if there is one, says that the object is in force.
pub fn is_active(tree: &Tree) -> bool {
    tree.at("status").text().is_none_or(|status| status.eq_ignore_ascii_case("ACTIVE"))
}

/// Whether an issuer is the org's own server.
pub fn is_org(issuer: &str) -> bool {
    server_of(issuer).is_none()
}
