//! What is kept of a realm while its files are read: settings, roles, groups and client scopes in a compact form.
//!
//! Users are never kept. Knows Keycloak's field names; states no fact.

use std::collections::BTreeSet;

use super::client::Client;
use super::node::{Node, is_placeholder};
use crate::formats::text::{KEY_BYTES, display, quoted};
use crate::model::kinds::Scheme;

/// A role: its container (`""` = the realm itself) and its name.
pub type RoleKey = (String, String);

/// One object of a file: a realm, a part of it, or the clients of a bare list.
#[derive(Debug, Default)]
pub struct Part {
    /// Realm name, if the object tells it.
    pub realm: Option<String>,
    /// The realm's own settings; `None` for a users file or a bare list.
    pub head: Option<Head>,
    /// Roles, or why one is unusable.
    pub roles: Vec<Result<Role, String>>,
    /// Client scopes.
    pub scopes: Vec<Result<ClientScope, String>>,
    /// Clients.
    pub clients: Vec<Result<Client, String>>,
    /// Roles that client or client scope names may put into tokens (`scopeMappings`, `clientScopeMappings`).
    pub mappings: Vec<Mapped>,
    /// Roles of a group and of its parents, by path.
    pub groups: Vec<(String, BTreeSet<RoleKey>)>,
    /// The object holds the list `clients`, `roles`, `clientScopes`, `users`.
    pub lists: Lists,
    /// Users in the object.
    pub users: u64,
    /// Clients whose service-account user is among them.
    pub service_accounts: BTreeSet<String>,
    /// Which object of its file this is, from 0.
    pub object: u32,
    /// Number N of a file `R-users-N.json`.
    pub users_file: Option<u32>,
}

/// Which lists an object holds.
#[derive(Debug, Default, Clone, Copy)]
#[allow(missing_docs, reason = "fields are the lists of a realm export")]
pub struct Lists {
    pub clients: bool,
    pub roles: bool,
    pub client_scopes: bool,
    pub users: bool,
    /// The clients stood in a bare array, as `kcadm.sh get clients` prints them.
    pub bare: bool,
}

/// A realm's own settings.
#[derive(Debug, Default, Clone)]
#[allow(missing_docs, reason = "fields are those of the export")]
pub struct Head {
    pub display_name: Option<String>,
    pub uri: Option<String>,
    pub access_token_seconds: Option<i64>,
    pub session_seconds: Option<i64>,
    pub offline_seconds: Option<i64>,
    pub default_role: Option<String>,
    /// Before version 13: default realm roles as a list.
    pub default_roles: Vec<String>,
    pub default_scopes: Vec<String>,
}

/// A role as declared.
#[derive(Debug)]
#[allow(missing_docs, reason = "fields are those of the export")]
pub struct Role {
    pub key: RoleKey,
    pub id: Option<String>,
    pub description: Option<String>,
    pub composites: Vec<RoleKey>,
}

/// What an audience mapper adds to `aud`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aud {
    /// A client by its client id; it may not exist.
    Client(String),
    /// A custom value.
    Custom(String),
}

impl Aud {
    /// Scheme and value under which the audience is known.
    pub fn name(&self) -> (Scheme, &str) {
        match self {
            Self::Client(id) => (Scheme::ClientId, id),
            Self::Custom(uri) if uri.contains("://") || uri.starts_with("urn:") => (Scheme::Uri, uri),
            Self::Custom(id) => (Scheme::ClientId, id),
        }
    }
}

/// A client scope.
#[derive(Debug)]
#[allow(missing_docs, reason = "fields are those of the export")]
pub struct ClientScope {
    pub name: String,
    pub id: Option<String>,
    pub description: Option<String>,
    pub saml: bool,
    /// The scope's name stands in the token's `scope` claim (`include.in.token.scope`).
    pub in_token: bool,
    pub audiences: BTreeSet<Aud>,
}

impl ClientScope {
    /// Whether a token can show the scope at all: by its name or by an audience that it adds.
    pub fn is_permission(&self) -> bool {
        !self.saml && (self.in_token || !self.audiences.is_empty())
    }
}

/// Roles that a client or client scope may put into tokens.
#[derive(Debug)]
#[allow(missing_docs, reason = "fields are those of the export")]
pub struct Mapped {
    pub client: Option<String>,
    pub client_scope: Option<String>,
    pub roles: Vec<RoleKey>,
}

/// Whether Keycloak itself made this role: realm roles of every realm, and in `master` the server's administrators.
pub fn is_built_in_realm_role(realm: &str, name: &str) -> bool {
    matches!(name, "offline_access" | "uma_authorization")
        || name.eq_ignore_ascii_case(&default_role_name(realm))
        || (realm.eq_ignore_ascii_case("master") && matches!(name, "admin" | "create-realm"))
}

/// Name that Keycloak gives the role that every user has.
pub fn default_role_name(realm: &str) -> String {
    format!("default-roles-{}", realm.to_lowercase())
}

pub(super) fn key(text: Option<String>, what: &str) -> Result<String, String> {
    let text = text.ok_or_else(|| format!("{what} is missing"))?;
    if text.len() > KEY_BYTES {
        return Err(format!("{what} is longer than {KEY_BYTES} bytes"));
    }
    if is_placeholder(&text) {
        return Err(format!("{what} is still a template variable: {}", quoted(&text)));
    }
    Ok(text)
}

/// Text for people: no message keys such as `${client_account}`, no template variables.
pub(super) fn label(node: &Node) -> Option<String> {
    node.text().filter(|text| !is_placeholder(text)).map(|text| display(&text).into_owned())
}

/// Seconds that mean something: 0, negative and empty mean "as the realm says".
pub(super) fn seconds(node: &Node) -> Option<i64> {
    node.whole().filter(|seconds| *seconds > 0)
}

impl Head {
    /// Reads the realm's own fields.
    pub fn read(realm: &str, node: &Node) -> Self {
        let base = label(node.at("attributes").at("frontendUrl")).filter(|url| url.contains("://"));
        Self {
            display_name: label(node.at("displayName")),
            uri: base.map(|url| format!("{}/realms/{realm}", url.trim_end_matches('/'))),
            access_token_seconds: seconds(node.at("accessTokenLifespan")),
            session_seconds: seconds(node.at("ssoSessionMaxLifespan")),
            offline_seconds: match node.at("offlineSessionMaxLifespanEnabled").flag() {
                Some(false) => Some(i64::MAX),
                Some(true) => seconds(node.at("offlineSessionMaxLifespan")),
                None => None,
            },
            default_role: node.at("defaultRole").at("name").text(),
            default_roles: node.at("defaultRoles").names(),
            default_scopes: node.at("defaultDefaultClientScopes").names(),
        }
    }
}

/// Reads `roles`: `realm` is a list, `client` an object of lists by client id.
pub fn read_roles(node: &Node) -> Vec<Result<Role, String>> {
    let realm = node.at("realm").many().iter().map(|role| read_role("", role));
    let client = node.at("client").pairs().iter().flat_map(|(id, list)| list.many().iter().map(move |role| read_role(id, role)));
    realm.chain(client).collect()
}

fn read_role(container: &str, node: &Node) -> Result<Role, String> {
    let name = key(node.at("name").text(), "the role's name")?;
    let composites = node.at("composites");
    let realm = composites.at("realm").names().into_iter().map(|role| (String::new(), role));
    let client = composites.at("client").pairs().iter().flat_map(|(id, list)| list.names().into_iter().map(move |role| (id.clone(), role)));
    Ok(Role {
        key: (container.to_owned(), name),
        id: node.at("id").text(),
        description: label(node.at("description")),
        composites: realm.chain(client).collect(),
    })
}

/// Reads one element of `clientScopes`.
pub fn read_scope(node: &Node) -> Result<ClientScope, String> {
    Ok(ClientScope {
        name: key(node.at("name").text(), "the client scope's name")?,
        id: node.at("id").text(),
        description: label(node.at("description")),
        saml: is_saml(node),
        in_token: node.at("attributes").at("include.in.token.scope").flag().unwrap_or(true),
        audiences: read_audiences(node),
    })
}

pub(super) fn is_saml(node: &Node) -> bool {
    node.at("protocol").text().is_some_and(|protocol| protocol.eq_ignore_ascii_case("saml"))
}

/// Values that the protocol mappers of a client or client scope add to `aud`. A mapper works only with
/// `access.token.claim` = `"true"`; a client audience wins over a custom one.
pub(super) fn read_audiences(node: &Node) -> BTreeSet<Aud> {
    let mut found = BTreeSet::new();
    for mapper in node.at("protocolMappers").many() {
        let config = mapper.at("config");
        if config.at("access.token.claim").flag() != Some(true) {
            continue;
        }
        match mapper.at("protocolMapper").text().as_deref() {
            Some("oidc-audience-mapper") => {
                let client = label(config.at("included.client.audience")).map(Aud::Client);
                found.extend(client.or_else(|| label(config.at("included.custom.audience")).map(Aud::Custom)));
            }
            Some("oidc-hardcoded-claim-mapper") if config.at("claim.name").text().as_deref() == Some("aud") => {
                let value = label(config.at("claim.value")).unwrap_or_default();
                match serde_json::from_str::<Vec<String>>(&value) {
                    Ok(list) => found.extend(list.into_iter().filter(|value| !value.is_empty()).map(Aud::Custom)),
                    Err(_) if !value.is_empty() => {
                        found.insert(Aud::Custom(value));
                    }
                    Err(_) => {}
                }
            }
            _ => {}
        }
    }
    found
}

/// Reads `scopeMappings` (realm roles) and `clientScopeMappings` (roles of the client that is the key).
pub fn read_mappings(realm: &Node, clients: &Node) -> Vec<Mapped> {
    let read = |container: &str, node: &Node| Mapped {
        client: node.at("client").text(),
        client_scope: node.at("clientScope").text().or_else(|| node.at("clientTemplate").text()),
        roles: node.at("roles").names().into_iter().map(|role| (container.to_owned(), role)).collect(),
    };
    let mut out: Vec<Mapped> = realm.many().iter().map(|node| read("", node)).collect();
    for (container, list) in clients.pairs() {
        out.extend(list.many().iter().map(|node| read(container, node)));
    }
    out
}

/// Role mappings of a user or group: realm roles, then client roles.
pub fn read_role_mappings(node: &Node) -> BTreeSet<RoleKey> {
    let mut roles: BTreeSet<RoleKey> = node.at("realmRoles").names().into_iter().map(|role| (String::new(), role)).collect();
    for (client, list) in node.at("clientRoles").pairs() {
        roles.extend(list.names().into_iter().map(|role| (client.clone(), role)));
    }
    roles
}

/// Flattens the tree of groups; a member of a group also has the roles of the groups above it.
pub fn read_groups(nodes: &[Node], above: &str, inherited: &BTreeSet<RoleKey>, out: &mut Vec<(String, BTreeSet<RoleKey>)>) {
    for node in nodes {
        let Some(name) = node.at("name").text() else { continue };
        let path = node.at("path").text().unwrap_or_else(|| format!("{above}/{name}"));
        let mut roles = read_role_mappings(node);
        roles.extend(inherited.iter().cloned());
        read_groups(node.at("subGroups").many(), &path, &roles, out);
        if !roles.is_empty() {
            out.push((path, roles));
        }
    }
}
