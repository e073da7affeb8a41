//! A realm as all files of the set describe it together: what a role stands for and what a client may put into tokens.

use std::collections::{BTreeMap, BTreeSet};

use super::client::{Client, is_built_in_client};
use super::realm::{Aud, ClientScope, Head, Part, RoleKey, default_role_name, is_built_in_realm_role};
use crate::model::kinds::{Scheme, ScopeKind};

/// Client scopes that say something about a signed-in person or about the token itself; a service account's token
/// grants nothing by them.
const SIGN_IN_SCOPES: &[&str] = &[
    "acr",
    "address",
    "basic",
    "email",
    "microprofile-jwt",
    "offline_access",
    "openid",
    "organization",
    "phone",
    "profile",
    "roles",
    "service_account",
    "web-origins",
];

/// Built-in client scopes that only carry mappers (`include.in.token.scope` is false).
const NAMELESS_SCOPES: &[&str] = &["acr", "basic", "role_list", "roles", "service_account", "web-origins"];

/// A permission: audience, kind and value of a scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permit {
    /// Scheme and value of the audience's name.
    pub audience: (Scheme, String),
    /// Kind of the scope.
    pub kind: ScopeKind,
    /// Value of the scope.
    pub value: String,
}

/// A realm over all parts.
pub struct View<'p> {
    /// Realm name.
    pub realm: String,
    /// Its own settings, from the first part that has them.
    pub head: Head,
    composites: BTreeMap<&'p RoleKey, &'p [RoleKey]>,
    /// Client scopes by name.
    pub scopes: BTreeMap<&'p str, &'p ClientScope>,
    /// Clients by client id.
    pub clients: BTreeMap<&'p str, &'p Client>,
    client_maps: BTreeMap<&'p str, BTreeSet<&'p RoleKey>>,
    scope_maps: BTreeMap<&'p str, BTreeSet<&'p RoleKey>>,
    groups: BTreeMap<&'p str, &'p BTreeSet<RoleKey>>,
    /// Client ids that are audiences: they declare roles, are bearer-only, or a mapper names them.
    pub audiences: BTreeSet<&'p str>,
    /// Every role that a login client with full scope may carry (decision D54), in order.
    pub full_scope: Vec<RoleKey>,
}

impl<'p> View<'p> {
    /// Joins the parts of one realm; the first part wins where two describe the same thing.
    pub fn over(realm: &str, parts: &[&'p Part]) -> Self {
        let mut view = Self {
            realm: realm.to_owned(),
            head: parts.iter().find_map(|part| part.head.clone()).unwrap_or_default(),
            composites: BTreeMap::new(),
            scopes: BTreeMap::new(),
            clients: BTreeMap::new(),
            client_maps: BTreeMap::new(),
            scope_maps: BTreeMap::new(),
            groups: BTreeMap::new(),
            audiences: BTreeSet::new(),
            full_scope: Vec::new(),
        };
        for part in parts {
            for role in part.roles.iter().flatten() {
                view.composites.entry(&role.key).or_insert(&role.composites);
            }
            for scope in part.scopes.iter().flatten() {
                view.scopes.entry(&scope.name).or_insert(scope);
            }
            for client in part.clients.iter().flatten() {
                view.clients.entry(&client.client_id).or_insert(client);
            }
            for mapped in &part.mappings {
                if let Some(client) = &mapped.client {
                    view.client_maps.entry(client).or_default().extend(&mapped.roles);
                }
                if let Some(scope) = &mapped.client_scope {
                    view.scope_maps.entry(scope).or_default().extend(&mapped.roles);
                }
            }
            for (path, roles) in &part.groups {
                view.groups.entry(path).or_insert(roles);
            }
        }
        view.find_audiences();
        view
    }

    fn find_audiences(&mut self) {
        let mut found: BTreeSet<&'p str> =
            self.composites.keys().map(|(container, _)| container.as_str()).filter(|id| !id.is_empty()).collect();
        found.extend(self.clients.values().filter(|client| client.bearer_only && !client.saml).map(|client| client.client_id.as_str()));
        let mapped =
            self.clients.values().flat_map(|client| &client.audiences).chain(self.scopes.values().flat_map(|scope| &scope.audiences));
        found.extend(mapped.filter_map(|audience| match audience.name() {
            (Scheme::ClientId, id) => Some(id),
            _ => None,
        }));
        self.audiences = found;
        self.full_scope = self
            .composites
            .keys()
            .filter(|(container, name)| match container.as_str() {
                "" => !is_built_in_realm_role(&self.realm, name),
                id => !self.is_built_in(id),
            })
            .map(|key| (*key).clone())
            .collect();
    }

    /// Whether a client id is one that Keycloak made in this realm.
    pub fn is_built_in(&self, client_id: &str) -> bool {
        self.clients.get(client_id).map_or_else(|| is_built_in_client(client_id), |client| client.is_built_in(&self.realm))
    }

    /// The roles themselves and everything that they contain; cycles are allowed.
    pub fn expand(&self, roles: impl IntoIterator<Item = RoleKey>) -> BTreeSet<RoleKey> {
        let mut found = BTreeSet::new();
        let mut todo: Vec<RoleKey> = roles.into_iter().collect();
        while let Some(role) = todo.pop() {
            if let Some(composites) = self.composites.get(&role) {
                todo.extend(composites.iter().filter(|inner| !found.contains(*inner)).cloned());
            }
            found.insert(role);
        }
        found
    }

    /// Roles that a composite role contains inside its own container, itself left out.
    pub fn implied_in_container(&self, role: &RoleKey) -> BTreeSet<RoleKey> {
        self.expand([role.clone()]).into_iter().filter(|inner| inner.0 == role.0 && inner != role).collect()
    }

    /// Roles of a user: its own, those of its groups, else those that every new user has.
    pub fn roles_of_user(&self, own: Option<BTreeSet<RoleKey>>, groups: &[String]) -> BTreeSet<RoleKey> {
        let mut roles = own.unwrap_or_else(|| self.default_roles());
        for path in groups {
            roles.extend(self.groups.get(path.as_str()).into_iter().copied().flatten().cloned());
        }
        self.expand(roles)
    }

    fn default_roles(&self) -> BTreeSet<RoleKey> {
        let mut roles: BTreeSet<RoleKey> = self.head.default_roles.iter().map(|role| (String::new(), role.clone())).collect();
        for client in self.clients.values() {
            roles.extend(client.default_roles.iter().map(|role| (client.client_id.clone(), role.clone())));
        }
        if roles.is_empty() {
            roles.insert((String::new(), self.head.default_role.clone().unwrap_or_else(|| default_role_name(&self.realm))));
        }
        roles
    }

    /// Default client scopes of a client, by name.
    pub fn default_scopes<'s>(&'s self, client: &'s Client) -> &'s [String] {
        client.default_scopes.as_deref().unwrap_or(&self.head.default_scopes)
    }

    /// Without full scope: the roles that may stand in the client's tokens. Its own roles always may.
    pub fn mapped_roles(&self, client: &Client) -> BTreeSet<RoleKey> {
        let mut roles: BTreeSet<RoleKey> =
            self.client_maps.get(client.client_id.as_str()).into_iter().flatten().map(|role| (*role).clone()).collect();
        for scope in self.default_scopes(client) {
            roles.extend(self.scope_maps.get(scope.as_str()).into_iter().flatten().map(|role| (*role).clone()));
        }
        roles.extend(self.composites.keys().filter(|role| role.0 == client.client_id).map(|role| (*role).clone()));
        self.expand(roles)
    }

    /// What a service account may use: its roles, cut by what its client may put into tokens.
    pub fn service_account_permits(&self, client_id: &str, roles: BTreeSet<RoleKey>) -> BTreeSet<Permit> {
        let kept = match self.clients.get(client_id) {
            Some(client) if !client.full_scope => {
                let mapped = self.mapped_roles(client);
                roles.into_iter().filter(|role| mapped.contains(role)).collect()
            }
            _ => roles,
        };
        kept.iter().map(|role| self.role_permit(role)).collect()
    }

    /// The permission that a role is.
    pub fn role_permit(&self, role: &RoleKey) -> Permit {
        let (kind, audience) = match role.0.as_str() {
            "" => (ScopeKind::RealmRole, (Scheme::Tenant, self.realm.clone())),
            id => (ScopeKind::ClientRole, (Scheme::ClientId, id.to_owned())),
        };
        Permit { audience, kind, value: role.1.clone() }
    }

    /// The permissions that a client scope is: one at each audience that it adds, else one at the realm.
    pub fn scope_permits(&self, name: &str) -> Vec<Permit> {
        let permit = |audience| Permit { audience, kind: ScopeKind::Scope, value: name.to_owned() };
        match self.scopes.get(name) {
            Some(scope) if !scope.is_permission() => Vec::new(),
            Some(scope) if !scope.audiences.is_empty() => scope
                .audiences
                .iter()
                .map(|audience| {
                    let (scheme, value) = audience.name();
                    permit((scheme, value.to_owned()))
                })
                .collect(),
            // A list of clients alone does not describe its scopes; these of every realm put no name into the token.
            None if NAMELESS_SCOPES.contains(&name) => Vec::new(),
            _ => vec![permit((Scheme::Tenant, self.realm.clone()))],
        }
    }

    /// Permissions that every token of the client carries by its default client scopes. `service` leaves out what
    /// only tells about a signed-in person.
    pub fn default_permits(&self, client: &Client, service: bool) -> BTreeSet<Permit> {
        let tells_only_of_people = |name: &&String| {
            SIGN_IN_SCOPES.contains(&name.as_str()) && self.scopes.get(name.as_str()).is_none_or(|scope| scope.audiences.is_empty())
        };
        let names = self.default_scopes(client).iter().filter(|name| !(service && tells_only_of_people(name)));
        names.flat_map(|name| self.scope_permits(name)).collect()
    }

    /// Audiences that the client's own mappers add and that no permission in `held` names: the token opens them,
    /// and nobody says as what. Keycloak calls the container of these mappers the client's dedicated scope.
    pub fn dedicated_permits(&self, client: &Client, held: &BTreeSet<Permit>) -> Vec<Permit> {
        client
            .audiences
            .iter()
            .map(Aud::name)
            .filter(|(scheme, value)| !held.iter().any(|permit| permit.audience.0 == *scheme && permit.audience.1 == *value))
            .map(|(scheme, value)| Permit {
                audience: (scheme, value.to_owned()),
                kind: ScopeKind::Scope,
                value: format!("{}-dedicated", client.client_id),
            })
            .collect()
    }
}
