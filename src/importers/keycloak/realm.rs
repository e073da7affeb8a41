//! What is kept of a realm while its files are read: roles, client scopes and clients in a compact form.
//!
//! Users are never kept. Knows Keycloak's field names; states no fact.

use std::collections::BTreeSet;

use super::node::{Dropped, Node, is_placeholder};
use crate::formats::text::{KEY_BYTES, display, quoted};
use crate::model::kinds::Scheme;

/// Names of the clients that Keycloak makes in every realm.
const BUILT_IN_CLIENTS: &[&str] = &["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];

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

/// A secret of a client: what stood there and its times in seconds.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "fields are those of the export")]
pub struct Secret {
    pub value: Dropped,
    pub created: Option<i64>,
    pub expires: Option<i64>,
}

/// How a client proves itself other than with a secret.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// Keys behind an address.
    JwksUrl(String),
    /// One public key of a key set in the file, by its key id.
    Key(Option<String>),
    /// A certificate in the file, base64 of its DER bytes.
    Certificate(String),
    /// A certificate by its subject.
    Subject(String),
    /// A token of another issuer.
    Federated {
        /// Issuer or identity provider.
        issuer: Option<String>,
        /// Subject of that token.
        subject: Option<String>,
    },
}

/// A client without its secrets.
#[derive(Debug)]
#[allow(missing_docs, reason = "fields are those of the export")]
pub struct Client {
    pub client_id: String,
    pub id: Option<String>,
    pub name: Option<String>,
    pub enabled: Option<bool>,
    pub saml: bool,
    pub bearer_only: bool,
    pub public: bool,
    pub service_account: bool,
    pub consent_required: bool,
    pub full_scope: bool,
    /// OAuth grant types, sorted.
    pub grant_types: Vec<&'static str>,
    pub access_token_seconds: Option<i64>,
    pub secret: Option<Secret>,
    pub rotated: Option<Secret>,
    pub proofs: Vec<Proof>,
    /// Default client scopes; `None` = not said, the realm's defaults hold.
    pub default_scopes: Option<Vec<String>>,
    pub audiences: BTreeSet<Aud>,
    /// Before version 13: the client's own default roles.
    pub default_roles: Vec<String>,
    /// Realm told by a built-in client's own address.
    pub told_realm: Option<String>,
    /// Fields that still hold a template variable.
    pub placeholders: Vec<&'static str>,
    /// Private key parts found in a key set that should be public.
    pub private_parts: u64,
}

impl Client {
    /// Whether a person can sign in through it.
    pub fn is_login(&self) -> bool {
        !self.bearer_only
            && self.grant_types.iter().any(|grant| !matches!(*grant, "client_credentials" | "refresh_token" | "token_exchange"))
    }

    /// Whether Keycloak itself made it.
    pub fn is_built_in(&self, realm: &str) -> bool {
        is_built_in_client(&self.client_id)
            || (realm.eq_ignore_ascii_case("master") && self.bearer_only && self.client_id.ends_with("-realm"))
    }
}

/// Whether a client id is one of those that every realm has.
pub fn is_built_in_client(client_id: &str) -> bool {
    BUILT_IN_CLIENTS.contains(&client_id)
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

fn key(text: Option<String>, what: &str) -> Result<String, String> {
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
fn label(node: &Node) -> Option<String> {
    node.text().filter(|text| !is_placeholder(text)).map(|text| display(&text).into_owned())
}

/// Seconds that mean something: 0, negative and empty mean "as the realm says".
fn seconds(node: &Node) -> Option<i64> {
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

fn is_saml(node: &Node) -> bool {
    node.at("protocol").text().is_some_and(|protocol| protocol.eq_ignore_ascii_case("saml"))
}

/// Values that the protocol mappers of a client or client scope add to `aud`. A mapper works only with
/// `access.token.claim` = `"true"`; a client audience wins over a custom one.
fn read_audiences(node: &Node) -> BTreeSet<Aud> {
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

/// Reads one element of `clients`.
pub fn read_client(node: &Node) -> Result<Client, String> {
    let client_id = key(node.at("clientId").text(), "the client id")?;
    let attributes = node.at("attributes");
    let on = |name: &str| node.at(name).flag().unwrap_or(false);
    let attribute_on = |name: &str| attributes.at(name).flag().unwrap_or(false);
    let bearer_only = on("bearerOnly");
    let public = on("publicClient");
    let consent_required = on("consentRequired");
    let mut placeholders = Vec::new();
    for field in ["enabled", "publicClient", "bearerOnly", "serviceAccountsEnabled", "fullScopeAllowed", "standardFlowEnabled"] {
        if node.at(field).text().is_some_and(|text| is_placeholder(&text)) {
            placeholders.push(field);
        }
    }
    if *node.at("secret") == Node::Secret(Dropped::Placeholder) {
        placeholders.push("secret");
    }

    let mut grant_types = Vec::new();
    if !bearer_only {
        // A missing flag of the standard flow means that it is on: that is what Keycloak does with such a file.
        let flows = [
            ("authorization_code", node.at("standardFlowEnabled").flag().unwrap_or(true)),
            ("ciba", attribute_on("oidc.ciba.grant.enabled")),
            ("client_credentials", on("serviceAccountsEnabled")),
            ("device_code", attribute_on("oauth2.device.authorization.grant.enabled")),
            ("implicit", on("implicitFlowEnabled")),
            ("password", on("directAccessGrantsEnabled")),
            ("token_exchange", attribute_on("standard.token.exchange.enabled")),
        ];
        grant_types.extend(flows.into_iter().filter_map(|(name, enabled)| enabled.then_some(name)));
    }

    let authenticator = node.at("clientAuthenticatorType").text().unwrap_or_else(|| "client-secret".to_owned());
    let confidential = !public && !bearer_only;
    let uses_secret = confidential && matches!(authenticator.as_str(), "client-secret" | "client-secret-jwt");
    let secret = |field: &Node, created: &str, expires: &str| match field {
        Node::Secret(value) if uses_secret => {
            Some(Secret { value: value.clone(), created: seconds(attributes.at(created)), expires: seconds(attributes.at(expires)) })
        }
        _ => None,
    };
    let mut private_parts = 0;
    let proofs = if confidential { read_proofs(&authenticator, attributes, &mut private_parts) } else { Vec::new() };

    Ok(Client {
        id: node.at("id").text(),
        name: label(node.at("name")),
        enabled: node.at("enabled").flag(),
        saml: is_saml(node),
        bearer_only,
        public,
        service_account: on("serviceAccountsEnabled") && confidential,
        consent_required,
        full_scope: node.at("fullScopeAllowed").flag().unwrap_or(!consent_required),
        grant_types,
        access_token_seconds: seconds(attributes.at("access.token.lifespan")),
        secret: secret(node.at("secret"), "client.secret.creation.time", "client.secret.expiration.time"),
        rotated: secret(
            attributes.at("client.secret.rotated"),
            "client.secret.rotated.creation.time",
            "client.secret.rotated.expiration.time",
        ),
        proofs,
        default_scopes: match node.at("defaultClientScopes") {
            Node::Null => None,
            list => Some(list.names()),
        },
        audiences: read_audiences(node),
        default_roles: node.at("defaultRoles").names(),
        told_realm: told_realm(&client_id, node),
        placeholders,
        private_parts,
        client_id,
    })
}

/// The realm that the built-in clients' own addresses name: `/realms/R/account/`, `/admin/R/console/`.
fn told_realm(client_id: &str, node: &Node) -> Option<String> {
    let (before, after) = match client_id {
        "account" | "account-console" => ("/realms/", "/account"),
        "security-admin-console" => ("/admin/", "/console"),
        _ => return None,
    };
    let url = node.at("baseUrl").text()?;
    let rest = url.split_once(before)?.1;
    let realm = rest.split_once(after)?.0;
    (!realm.is_empty() && !realm.contains('/')).then(|| realm.to_owned())
}

fn read_proofs(authenticator: &str, attributes: &Node, private_parts: &mut u64) -> Vec<Proof> {
    let text = |name: &str| label(attributes.at(name));
    let mut proofs = Vec::new();
    match authenticator {
        "client-jwt" => {
            if attributes.at("use.jwks.url").flag() == Some(true) {
                proofs.extend(text("jwks.url").map(Proof::JwksUrl));
            } else if let Some(keys) = text("jwks.string").filter(|_| attributes.at("use.jwks.string").flag() != Some(false)) {
                proofs.extend(read_key_set(&keys, private_parts));
            }
            if proofs.is_empty() {
                proofs.extend(text("jwt.credential.certificate").map(Proof::Certificate));
                if proofs.is_empty() && attributes.at("jwt.credential.public.key").text().is_some() {
                    proofs.push(Proof::Key(text("jwt.credential.kid")));
                }
            }
        }
        "client-x509" => proofs.extend(text("x509.subjectdn").map(Proof::Subject)),
        "federated-jwt" => {
            proofs.push(Proof::Federated { issuer: text("jwt.credential.issuer"), subject: text("jwt.credential.sub") });
        }
        _ => {}
    }
    proofs
}

/// Key ids of a JWK set written as text; private parts are counted and left behind.
fn read_key_set(text: &str, private_parts: &mut u64) -> Vec<Proof> {
    let Ok(set) = serde_json::from_str::<serde_json::Value>(text) else { return vec![Proof::Key(None)] };
    let keys = set.get("keys").and_then(serde_json::Value::as_array).cloned().unwrap_or_else(|| vec![set]);
    keys.iter()
        .map(|key| {
            *private_parts += ["d", "p", "q", "dp", "dq", "qi", "k"].iter().filter(|part| key.get(**part).is_some()).count() as u64;
            Proof::Key(key.get("kid").and_then(serde_json::Value::as_str).map(str::to_owned))
        })
        .collect()
}
