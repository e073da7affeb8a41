//! What an object of Okta's is, by its fields; and whose it is, by its links. Knows Okta's words; states no fact.

use crate::importers::listed::tree::Tree;
use crate::model::kinds::RecordKind;

/// Kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// `/api/v1/apps`
    App,
    /// `/oauth2/v1/clients`
    Client,
    /// `/api/v1/apps/{id}/grants`, `/api/v1/users/{id}/grants`
    Grant,
    /// `/api/v1/apps/{id}/credentials/secrets`
    Secret,
    /// One key of `/api/v1/apps/{id}/credentials/jwks`
    Key,
    /// The whole of it: `{"jwks":{"keys":[..]}}`
    Keys,
    /// `/api/v1/apps/{id}/tokens`
    Token,
    /// `/oauth2/v1/clients/{id}/roles`
    Role,
    /// `/api/v1/authorizationServers`
    Server,
    /// `/api/v1/authorizationServers/{id}/scopes`
    Scope,
    /// `/api/v1/authorizationServers/{id}/policies`
    Policy,
    /// `/api/v1/authorizationServers/{id}/policies/{id}/rules`
    Rule,
    /// `/api/v1/api-tokens`
    ApiToken,
    /// `/integrations/api/v1/api-services`
    ApiService,
    /// `/privileged-access/api/v1/service-accounts`
    ServiceAccount,
    /// Understood, and nothing that is asked here; why.
    Unused(&'static str),
    /// An error reply.
    Error,
    /// None of these.
    Unknown,
}

impl Shape {
    /// The list that such an object counts for.
    pub const fn list(self) -> RecordKind {
        match self {
            Self::App => RecordKind::OktaApps,
            Self::Client => RecordKind::OktaClients,
            Self::Grant => RecordKind::OktaGrants,
            Self::Secret => RecordKind::OktaSecrets,
            Self::Key | Self::Keys => RecordKind::OktaKeys,
            Self::Token => RecordKind::OktaTokens,
            Self::Role => RecordKind::OktaClientRoles,
            Self::Server => RecordKind::OktaAuthorizationServers,
            Self::Scope => RecordKind::OktaScopes,
            Self::Policy | Self::Rule => RecordKind::OktaPolicies,
            Self::ApiToken => RecordKind::OktaApiTokens,
            Self::ApiService => RecordKind::OktaApiServices,
            Self::ServiceAccount => RecordKind::OktaServiceAccounts,
            Self::Unused(_) | Self::Error | Self::Unknown => RecordKind::Stated,
        }
    }

    /// What the object is, by its fields.
    pub fn of(tree: &Tree) -> Self {
        let has = |keys: &[&str]| keys.iter().all(|key| tree.has(key));
        let any = |keys: &[&str]| keys.iter().any(|key| tree.has(key));
        let kind = tree.at("type").text();
        if has(&["errorCode", "errorSummary"]) {
            Self::Error
        } else if has(&["id", "signOnMode"]) && any(&["label", "name"]) {
            Self::App
        } else if has(&["scopeId"]) && any(&["clientId", "issuer"]) {
            Self::Grant
        } else if has(&["id", "status"]) && any(&["client_secret", "secret_hash"]) && !any(&["client_id", "client_name"]) {
            Self::Secret
        } else if has(&["kty", "kid"]) {
            Self::Key
        } else if any(&["client_id"]) && any(&["client_name", "application_type", "client_id_issued_at"]) {
            Self::Client
        } else if !tree.path(&["jwks", "keys"]).many().is_empty() || tree.at("keys").many().iter().any(|key| key.has("kty")) {
            Self::Keys
        } else if has(&["grantedScopes", "type"]) {
            Self::ApiService
        } else if has(&["audiences", "issuer"]) {
            Self::Server
        } else if any(&["tokenWindow"]) || has(&["clientName", "userId", "expiresAt"]) {
            Self::ApiToken
        } else if has(&["scopes", "userId"]) && any(&["clientId", "client_id"]) {
            Self::Token
        } else if has(&["assignmentType", "type"]) {
            Self::Role
        } else if has(&["name", "consent", "metadataPublish"]) {
            Self::Scope
        } else if kind == Some("OAUTH_AUTHORIZATION_POLICY") {
            Self::Policy
        } else if kind == Some("RESOURCE_ACCESS") {
            Self::Rule
        } else if has(&["username"]) && any(&["ownerUserIds", "ownerGroupIds", "containerOrn"]) {
            Self::ServiceAccount
        } else if has(&["id", "profile"]) && tree.at("profile").has("login") {
            Self::Unused("people; only whom grants and tokens name is kept, by id")
        } else if has(&["id", "profile", "type"]) && kind.is_some_and(|kind| kind.ends_with("_GROUP")) {
            Self::Unused("groups")
        } else {
            Self::Unknown
        }
    }

    /// Whether it says something about clients, APIs or grants.
    pub const fn is_known(self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

/// Whether a text still holds a placeholder, as Okta's documentation writes them: `{clientId}`, `https://{yourOktaDomain}`.
pub fn is_placeholder(text: &str) -> bool {
    text.split_once('{').is_some_and(|(_, rest)| rest.contains('}'))
}

/// All addresses in an object's links; one link may be a list of them.
fn links(tree: &Tree) -> impl Iterator<Item = &str> {
    let own = tree.at("_links").pairs();
    // The object itself first: it is the surest.
    let itself = own.iter().filter(|(name, _)| name == "self");
    let others = own.iter().filter(|(name, _)| name != "self");
    itself.chain(others).flat_map(|(_, link)| link.many()).filter_map(|link| link.at("href").text())
}

/// Host of the org that an object's links or issuer name, lower case; the administrators' address is that of the org.
pub fn host(tree: &Tree) -> Option<String> {
    let of_api = |url: &&str| !is_placeholder(url) && ["/api/v1/", "/oauth2/", "/integrations/api/"].iter().any(|part| url.contains(part));
    let keys = tree.path(&["jwks", "keys"]).many().iter().chain(tree.at("keys").many());
    let link = links(tree).find(of_api).or_else(|| keys.flat_map(links).find(of_api)).or_else(|| {
        // The org's own server has an address without a path.
        tree.at("issuer").text().filter(|url| !is_placeholder(url))
    })?;
    let host = link.split_once("://")?.1.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let Some((name, domain)) = host.split_once('.') else { return Some(host).filter(|host| !host.is_empty()) };
    let of_okta = domain.starts_with("okta") && domain.ends_with(".com") || domain.ends_with("okta.com");
    Some(match name.strip_suffix("-admin") {
        Some(name) if of_okta => format!("{name}.{domain}"),
        _ => host,
    })
}

/// The part after `/<after>/` in one of the object's links: `apps` gives an app's id. `Err` = it is a placeholder.
pub fn linked<'t>(tree: &'t Tree, after: &str) -> Result<Option<&'t str>, ()> {
    let marker = format!("/{after}/");
    let found = links(tree).find_map(|url| {
        let rest = url.split_once(marker.as_str())?.1;
        Some(rest.split(['/', '?', '#']).next().unwrap_or_default()).filter(|id| !id.is_empty())
    });
    match found {
        Some(id) if is_placeholder(id) => Err(()),
        found => Ok(found),
    }
}

/// Id of the custom authorization server in an issuer's address; `None` = the org's own server.
pub fn server_of(issuer: &str) -> Option<&str> {
    let id = issuer.split_once("/oauth2/")?.1.split(['/', '?', '#']).next()?;
    (!id.is_empty() && id != "v1").then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn links_tell_the_org_and_the_parent() {
        let object = tree(
            r#"{"_links":{"logo":[{"href":"https://cdn.example/x"}],"deactivate":{"href":"https://acme-admin.okta.com/api/v1/apps/0oa1/credentials/secrets/ocs1"}}}"#,
        );
        assert_eq!(host(&object).as_deref(), Some("acme.okta.com"));
        assert_eq!(linked(&object, "apps"), Ok(Some("0oa1")));
        assert_eq!(linked(&object, "authorizationServers"), Ok(None));
        let documented = tree(r#"{"issuer":"{yourOktaDomain}","_links":{"app":{"href":"https://{yourOktaDomain}/api/v1/apps/{appId}"}}}"#);
        assert_eq!((host(&documented), linked(&documented, "apps")), (None, Err(())));
        let custom = tree(r#"{"issuer":"https://login-admin.acme.example/oauth2/aus1"}"#);
        assert_eq!(host(&custom).as_deref(), Some("login-admin.acme.example"), "only Okta's own addresses have an administrators' twin");
    }

    #[test]
    fn issuers_name_their_server() {
        assert_eq!(server_of("https://acme.okta.com"), None);
        assert_eq!(server_of("https://acme.okta.com/oauth2/default"), Some("default"));
        assert_eq!(server_of("https://acme.okta.com/oauth2/aus1/v1/token"), Some("aus1"));
        assert_eq!(server_of("https://acme.okta.com/oauth2/v1/token"), None);
    }
}
