//! What is kept of a client while its realm's files are read. Knows Keycloak's field names; states no fact.

use std::collections::BTreeSet;

use super::node::{Dropped, Node, is_placeholder};
use super::realm::{Aud, is_saml, key, label, read_audiences, seconds};

/// Names of the clients that Keycloak makes in every realm.
const BUILT_IN_CLIENTS: &[&str] = &["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];

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
