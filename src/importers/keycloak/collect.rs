//! First pass over a file: everything but its users, in compact form, one [`Part`] per object.

use super::client::read_client;
use super::node::Node;
use super::parse::{Streamed, Taker};
use super::realm::{Head, Lists, Part, read_groups, read_mappings, read_roles, read_scope};

/// Keys that only a realm has; one of them makes an object with `realm` more than a users file.
const REALM_KEYS: &[&str] =
    &["clients", "roles", "clientScopes", "accessTokenLifespan", "enabled", "keycloakVersion", "components", "defaultRole"];

/// Collects the parts of one file.
pub struct Collector<'c> {
    /// Finished objects.
    pub parts: Vec<Part>,
    /// Objects that are nothing of Keycloak's: how many, and the keys of the first.
    pub strangers: u64,
    /// Keys of the first stranger.
    pub stranger_keys: String,
    current: Part,
    objects: u32,
    cancelled: &'c dyn Fn() -> bool,
}

impl<'c> Collector<'c> {
    /// Starts a file.
    pub fn new(cancelled: &'c dyn Fn() -> bool) -> Self {
        Self { parts: Vec::new(), strangers: 0, stranger_keys: String::new(), current: Part::default(), objects: 0, cancelled }
    }

    /// A client that stood as an object of its own belongs to the one part of all such clients of the file.
    fn bare_client(&mut self, node: &Node) {
        if !self.parts.last().is_some_and(|part| part.lists.bare) {
            self.parts.push(Part { lists: Lists { clients: true, bare: true, ..Lists::default() }, object: u32::MAX, ..Part::default() });
        }
        if let Some(part) = self.parts.last_mut() {
            let client = read_client(node);
            if let Ok(client) = &client {
                part.realm = part.realm.take().or_else(|| client.told_realm.clone());
            }
            part.clients.push(client);
        }
    }
}

impl Taker for Collector<'_> {
    fn element(&mut self, list: Streamed, node: &Node) -> bool {
        match list {
            Streamed::Clients => self.current.clients.push(read_client(node)),
            Streamed::ClientScopes => self.current.scopes.push(read_scope(node)),
            Streamed::Users => {
                self.current.users += 1;
                self.current.service_accounts.extend(node.at("serviceAccountClientId").text());
            }
        }
        !(self.cancelled)()
    }

    fn object(&mut self, rest: &Node) {
        let mut part = std::mem::take(&mut self.current);
        part.object = self.objects;
        self.objects += 1;
        let has = |key: &str| *rest.at(key) != Node::Null;
        let realm = rest.at("realm").text();
        if realm.is_none() && has("clientId") && !has("clients") {
            return self.bare_client(rest);
        }
        part.lists = Lists {
            clients: rest.at("clients").flag() == Some(true),
            roles: has("roles"),
            client_scopes: rest.at("clientScopes").flag() == Some(true),
            users: rest.at("users").flag() == Some(true),
            bare: false,
        };
        if realm.is_none() && !(part.lists.clients || part.lists.roles || part.lists.users || part.lists.client_scopes) {
            self.strangers += 1;
            if self.stranger_keys.is_empty() {
                self.stranger_keys = rest.pairs().iter().map(|(key, _)| key.as_str()).take(5).collect::<Vec<_>>().join(", ");
            }
            return;
        }
        part.realm = realm.or_else(|| part.clients.iter().flatten().find_map(|client| client.told_realm.clone()));
        if REALM_KEYS.iter().any(|key| has(key)) {
            part.head = Some(Head::read(part.realm.as_deref().unwrap_or_default(), rest));
        }
        part.roles = read_roles(rest.at("roles"));
        part.mappings = read_mappings(rest.at("scopeMappings"), rest.at("clientScopeMappings"));
        read_groups(rest.at("groups").many(), "", &std::collections::BTreeSet::new(), &mut part.groups);
        self.parts.push(part);
    }

    fn users_only(&self) -> bool {
        false
    }
}
