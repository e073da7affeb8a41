//! APIs that everyone meets: proposed trust boundary, impact and data classes, and which permission names open which class
//! (D29, D31, D32). A proposal never overrides what a file or a person said; that order is kept where the estate is built.

use std::collections::HashMap;

use serde::Deserialize;

use crate::model::{Impact, ScopeKind, Sensitivity, Source};

use super::Packs;
use super::curated::Pattern;

/// Natural key under which directory role assignments of Entra ID hang.
pub const ENTRA_DIRECTORY: &str = "entra-directory";

/// A proposed data class of a well-known audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WellKnownClass {
    /// Name.
    pub name: String,
    /// Sensitivity; `None` = unknown.
    pub sensitivity: Option<Sensitivity>,
    /// Business function; empty = the audience's display name.
    pub function: String,
    roots: Vec<Pattern>,
}

/// A well-known audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WellKnown {
    /// Key used by rules (`msgraph`, `exchange`, `keycloak-realm-management`).
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Source system.
    pub source: Source,
    /// Application ids or client ids, lower case.
    pub ids: Vec<String>,
    /// Trust boundary; `None` = not proposed.
    pub boundary: Option<String>,
    /// Business impact; `None` = not proposed.
    pub impact: Option<Impact>,
    /// Data classes, at least one.
    pub classes: Vec<WellKnownClass>,
}

impl WellKnown {
    /// Indices of the classes that a permission opens: by the first part of its name, else the rest class (D31).
    /// Several classes only if the audience has no rest class and nothing fits.
    pub fn classes_of(&self, value: &str) -> Vec<usize> {
        let lower = value.to_lowercase();
        let root = lower.split('.').next().unwrap_or_default();
        let opens = |class: &WellKnownClass| class.roots.iter().any(|p| p.matches(root) || p.matches(&lower));
        if let Some(at) = self.classes.iter().position(opens) {
            return vec![at];
        }
        match self.classes.iter().position(|class| class.roots.is_empty()) {
            Some(rest) => vec![rest],
            None => (0..self.classes.len()).collect(),
        }
    }
}

/// The list.
#[derive(Debug)]
pub struct WellKnownAudiences {
    all: Vec<WellKnown>,
    by_id: HashMap<(Source, String), usize>,
    by_key: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct RawPack {
    audience: Vec<RawAudience>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAudience {
    key: String,
    name: String,
    source: String,
    ids: Vec<String>,
    boundary: Option<String>,
    impact: Option<String>,
    classes: Vec<RawClass>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    name: String,
    sensitivity: Option<String>,
    function: String,
    #[serde(default)]
    roots: Vec<String>,
}

impl WellKnownAudiences {
    /// Reads the list.
    ///
    /// # Errors
    /// Not TOML of this shape, an unknown word, or an id or key that stands twice.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let raw: RawPack = toml::from_str(text)?;
        let mut list = Self { all: Vec::new(), by_id: HashMap::new(), by_key: HashMap::new() };
        for audience in raw.audience {
            let at = list.all.len();
            let source = Source::parse(&audience.source).ok_or_else(|| anyhow::anyhow!("source `{}`", audience.source))?;
            let ids: Vec<String> = audience.ids.iter().map(|id| id.to_lowercase()).collect();
            for id in &ids {
                anyhow::ensure!(list.by_id.insert((source, id.clone()), at).is_none(), "id `{id}` stands twice");
            }
            anyhow::ensure!(list.by_key.insert(audience.key.clone(), at).is_none(), "key `{}` stands twice", audience.key);
            anyhow::ensure!(!audience.classes.is_empty(), "`{}` has no data class", audience.key);
            list.all.push(WellKnown {
                key: audience.key,
                name: audience.name,
                source,
                ids,
                boundary: audience.boundary,
                impact: audience.impact.map(|w| Impact::parse(&w).ok_or_else(|| anyhow::anyhow!("impact `{w}`"))).transpose()?,
                classes: audience.classes.into_iter().map(class).collect::<anyhow::Result<_>>()?,
            });
        }
        Ok(list)
    }

    /// The well-known audience behind an audience's natural key.
    ///
    /// Entra: the application id of the resource, or [`ENTRA_DIRECTORY`]. Keycloak: the client id, or `tenant:<realm>` for
    /// realm roles and scopes without audience, because a client may be called as its realm; in realm `master` a client `<realm>-realm` is that realm's management.
    /// Okta: the key of the org's own APIs. Auth0: an identifier `https://<tenant>/api/v2/` is the Management API.
    /// AWS: the service prefix; one that is not listed is some service of AWS.
    pub fn of(&self, source: Source, instance: &str, natural_key: &str) -> Option<&WellKnown> {
        let key = natural_key.trim().to_lowercase();
        let master = source == Source::Keycloak && instance.eq_ignore_ascii_case("master");
        if source == Source::Keycloak && key.strip_prefix("tenant:").is_some_and(|realm| realm.eq_ignore_ascii_case(instance)) {
            return self.by_key(if master { "keycloak-master" } else { "keycloak-realm" });
        }
        if source == Source::Auth0 && key.strip_prefix("uri:https://").is_some_and(|rest| rest.ends_with("/api/v2/")) {
            return self.by_key("auth0-management");
        }
        // Every service prefix of AWS is an API of its own; resource servers of Cognito have addresses.
        if source == Source::Aws && !key.contains(':') && !self.by_id.contains_key(&(source, key.clone())) {
            return self.by_key("aws-service");
        }
        // Resources of Google Cloud have addresses; all else is named by the word in its scopes.
        if source == Source::Google && !self.by_id.contains_key(&(source, key.clone())) {
            return self.by_key(match key.strip_prefix("uri:") {
                Some(rest) if rest.contains("/organizations/") => "google-organization",
                Some(_) => "google-cloud",
                None => "google-other",
            });
        }
        if master && key.ends_with("-realm") {
            return self.by_key("keycloak-realm-management");
        }
        self.by_id.get(&(source, key)).and_then(|at| self.all.get(*at))
    }

    /// By key.
    pub fn by_key(&self, key: &str) -> Option<&WellKnown> {
        self.by_key.get(key).and_then(|at| self.all.get(*at))
    }

    /// All, in the order of the list.
    pub fn all(&self) -> &[WellKnown] {
        &self.all
    }
}

fn class(raw: RawClass) -> anyhow::Result<WellKnownClass> {
    Ok(WellKnownClass {
        sensitivity: raw.sensitivity.map(|w| Sensitivity::parse(&w).ok_or_else(|| anyhow::anyhow!("sensitivity `{w}`"))).transpose()?,
        name: raw.name,
        function: raw.function,
        roots: raw.roots.iter().map(|root| Pattern::new(root)).collect(),
    })
}

/// Name of a permission of Microsoft Graph by its id, from the shipped list.
pub fn graph_role_name(kind: ScopeKind, id: &str) -> Option<&'static str> {
    Packs::shipped().graph_names.name_of(kind, id)
}

/// Name of a permission that a file names only by id, at a well-known audience: Graph's permissions and Entra's directory roles.
pub fn name_of_id(audience_key: &str, kind: ScopeKind, id: &str) -> Option<&'static str> {
    match audience_key {
        "msgraph" => graph_role_name(kind, id),
        "entra-directory" => Packs::shipped().directory_roles.name_of(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(key: &str, value: &str) -> Vec<String> {
        let audience = Packs::shipped().well_known.by_key(key).unwrap();
        audience.classes_of(value).into_iter().map(|at| audience.classes[at].name.clone()).collect()
    }

    #[test]
    fn graph_permissions_open_the_class_of_their_first_part() {
        for (value, class) in [
            ("Mail.Read", "mail"),
            ("MailboxSettings.ReadWrite", "mail"),
            ("Files.ReadWrite.All", "files"),
            ("Sites.Read.All", "files"),
            ("ChannelMessage.Read.All", "chat"),
            ("OnlineMeetings.Read", "chat"),
            ("Calendars.Read", "calendar and contacts"),
            ("User.Read.All", "directory"),
            ("GroupMember.Read.All", "directory"),
            ("openid", "directory"),
            ("User-PasswordProfile.ReadWrite.All", "identity control"),
            ("RoleManagement.Read.All", "identity control"),
            ("Policy.ReadWrite.ConditionalAccess", "identity control"),
            ("SecurityEvents.Read.All", "devices and security"),
            ("Acronym.Read.All", "other"),
            ("NeverHeardOf.Read.All", "other"),
        ] {
            assert_eq!(classes("msgraph", value), [class], "{value}");
        }
    }

    #[test]
    fn one_class_audiences_open_it_whatever_the_name_says() {
        assert_eq!(classes("key-vault", "user_impersonation"), ["secrets and keys"]);
        assert_eq!(classes("entra-directory", "Global Administrator"), ["identity control"]);
        assert_eq!(classes("keycloak-realm-management", "view-users"), ["users and groups"]);
        assert_eq!(classes("keycloak-realm-management", "manage-clients"), ["identity control"]);
    }

    #[test]
    fn natural_keys_lead_to_their_audience() {
        let list = &Packs::shipped().well_known;
        let key = |source, instance, natural| list.of(source, instance, natural).map(|w| w.key.as_str());
        assert_eq!(key(Source::Entra, "t", "00000003-0000-0000-C000-000000000000"), Some("msgraph"));
        assert_eq!(key(Source::Entra, "t", ENTRA_DIRECTORY), Some("entra-directory"));
        assert_eq!(key(Source::Entra, "t", "11111111-0000-0000-c000-000000000000"), None);
        assert_eq!(key(Source::Keycloak, "shop", "realm-management"), Some("keycloak-realm-management"));
        assert_eq!(key(Source::Keycloak, "master", "shop-realm"), Some("keycloak-realm-management"));
        assert_eq!(key(Source::Keycloak, "shop", "shop-realm"), None, "only master holds other realms' management");
        assert_eq!(key(Source::Keycloak, "shop", "tenant:Shop"), Some("keycloak-realm"));
        assert_eq!(key(Source::Keycloak, "shop", "shop"), None, "a client that is called as its realm is an API of its own");
        assert_eq!(key(Source::Okta, "acme.okta.com", "okta-org"), Some("okta-org"));
        assert_eq!(key(Source::Auth0, "acme.eu.auth0.com", "uri:https://acme.eu.auth0.com/api/v2/"), Some("auth0-management"));
        assert_eq!(key(Source::Auth0, "acme.eu.auth0.com", "uri:https://api.acme.example/"), None);
        assert_eq!(key(Source::Google, "C01", "gmail"), Some("google-mail"));
        assert_eq!(key(Source::Google, "C01", "uri://cloudresourcemanager.googleapis.com/organizations/1"), Some("google-organization"));
        assert_eq!(key(Source::Google, "C01", "uri://storage.googleapis.com/bucket"), Some("google-cloud"));
        assert_eq!(key(Source::Google, "C01", "fitness"), Some("google-other"));
        assert_eq!(key(Source::Aws, "111122223333", "s3"), Some("aws-data"));
        assert_eq!(key(Source::Aws, "111122223333", "a4b"), Some("aws-service"));
        assert_eq!(key(Source::Aws, "eu-west-1_X", "uri:https://api.example"), None);
        assert_eq!(key(Source::Keycloak, "master", "tenant:master"), Some("keycloak-master"));
        assert_eq!(key(Source::Generic, "x", "realm-management"), None);
    }

    #[test]
    fn ids_without_a_description_get_published_names() {
        assert_eq!(
            name_of_id("msgraph", ScopeKind::AppRole, "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"),
            Some("RoleManagement.ReadWrite.Directory")
        );
        assert_eq!(
            name_of_id("entra-directory", ScopeKind::DirectoryRole, "62E90394-69F5-4237-9190-012177145E10"),
            Some("Global Administrator")
        );
        assert_eq!(name_of_id("exchange", ScopeKind::AppRole, "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"), None);
    }
}
