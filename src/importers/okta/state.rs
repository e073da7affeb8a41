//! States clients and what they prove themselves with, servers and their scopes. Knows Okta's fields and the sink.

use std::collections::BTreeSet;

use super::index::{Index, is_active};
use super::shape::{is_placeholder, linked};
use super::{NO_APP, codes};
use crate::formats::text::quoted;
use crate::importers::listed::reading::Reading;
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// Apps of Okta's own that do not begin with `okta_`.
const OWN_APPS: &[&str] = &["saasure", "flow", "ldap_interface", "partner_portal"];

/// Name of the org's own APIs as an audience.
pub const ORG: &str = "okta-org";

/// What a file has stated already, so that it need not be stated with each record.
#[derive(Debug, Default)]
pub struct Told {
    /// Instances whose org is stated.
    pub orgs: BTreeSet<InstanceSlot>,
    /// Permissions at the org's own APIs.
    pub scopes: BTreeSet<(InstanceSlot, ScopeKind, String)>,
}

/// States the records of a set.
pub struct Stater<'s, 'i> {
    /// The set.
    pub reading: Reading<'s>,
    /// What the first pass found.
    pub index: &'i Index,
    /// Instance of the current record.
    pub slot: InstanceSlot,
    /// Offset of the current record.
    pub offset: u64,
    /// Secrets in the current record.
    pub secrets: u64,
    /// What this file has stated.
    pub told: Told,
    /// Grants by an administrator to clients that the set does not describe, in this file.
    pub unknown_apps: u64,
}

/// Why a record cannot be stated.
pub enum Unusable {
    /// It lacks this.
    Lacks(&'static str),
    /// A field is still a placeholder.
    Placeholder(&'static str),
    /// Nobody says whose it is.
    NoParent(&'static str),
}

/// What became of a record.
pub enum Done {
    /// Stated.
    Accepted,
    /// Not used, and why.
    Ignored(&'static str),
}

/// Outcome of a record.
pub type Outcome = Result<Done, Unusable>;

/// A key field of a record: there, and no placeholder.
pub fn wanted<'t>(tree: &'t Tree, field: &'static str) -> Result<&'t str, Unusable> {
    match tree.at(field).key() {
        None => Err(Unusable::Lacks(field)),
        Some(text) if is_placeholder(text) => Err(Unusable::Placeholder(field)),
        Some(text) => Ok(text),
    }
}

/// A parent's id in a record's links.
pub fn parent<'t>(tree: &'t Tree, after: &'static str, hint: &'static str) -> Result<&'t str, Unusable> {
    match linked(tree, after) {
        Ok(Some(id)) => Ok(id),
        Ok(None) => Err(Unusable::NoParent(hint)),
        Err(()) => Err(Unusable::Placeholder("_links")),
    }
}

impl Stater<'_, '_> {
    /// Name of the current instance, empty when nobody says it.
    pub fn org(&self) -> &str {
        self.slot.name.as_deref().unwrap_or_default()
    }

    /// Starts the record; `identity` says which object it is.
    pub fn begin(&mut self, list: RecordKind, identity: Option<&str>) {
        self.reading.begin(&self.slot, list, identity, Some(self.offset), self.secrets);
    }

    /// Ends the record.
    pub fn end(&mut self, what: &str, outcome: Outcome) {
        match outcome {
            Ok(Done::Accepted) => self.reading.accept(),
            Ok(Done::Ignored(reason)) => self.reading.ignore(reason),
            Err(Unusable::Lacks(field)) => {
                self.reading.reject(codes::UNUSABLE, format!("This {what} was not stored: it has no usable {field}."));
            }
            Err(Unusable::Placeholder(field)) => self.reading.reject(
                codes::PLACEHOLDER,
                format!("This {what} was not stored: its {field} is a placeholder, as in Okta's documentation, and no value."),
            ),
            Err(Unusable::NoParent(hint)) => {
                self.reading.reject(codes::NO_PARENT, format!("This {what} was not stored: {hint}."));
            }
        }
    }

    /// States the org's own server and APIs, once per file and instance.
    pub fn tell_org(&mut self) {
        if !self.told.orgs.insert(self.slot.clone()) {
            return;
        }
        let of = |what: &str| self.slot.name.as_ref().map_or_else(|| what.to_owned(), |host| format!("{what} of {host}"));
        let (server, apis) = (of("Org authorization server"), of("Okta APIs"));
        self.reading.fact(Fact::Issuer(IssuerFact {
            names: vec![Name::new(Scheme::Name, ORG)],
            display_name: Some(server),
            uri: self.slot.name.as_ref().map(|host| format!("https://{host}")),
            tenant: self.slot.name.clone(),
            ..IssuerFact::default()
        }));
        self.reading.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Name, ORG)],
            display_name: Some(apis),
            built_in: Some(true),
            ..AudienceFact::default()
        }));
    }

    /// States a permission at the org's own APIs, once per file and instance: no export lists them.
    pub fn tell_org_scope(&mut self, kind: ScopeKind, value: &str) {
        let key = (self.slot.clone(), kind, value.to_owned());
        if self.told.scopes.contains(&key) {
            return;
        }
        self.told.scopes.insert(key);
        self.reading.fact(Fact::Scope(ScopeFact {
            audience: Name::new(Scheme::Name, ORG),
            kind,
            value: value.to_owned(),
            source_id: None,
            display_name: None,
            implies: None,
        }));
    }

    /// Name of a client, whichever of its two ids is given.
    pub fn client_name(&self, id: &str) -> Name {
        let id = self.index.client_of(self.org(), id).map_or(id, |uses| uses.client_id.as_str());
        Name::new(Scheme::ClientId, id)
    }

    /// An app of `/api/v1/apps`.
    pub fn app(&mut self, tree: &Tree) -> Outcome {
        let app_id = wanted(tree, "id")?;
        let own = tree.path(&["credentials", "oauthClient"]);
        let settings = tree.path(&["settings", "oauthClient"]);
        let kind_name = tree.at("name").text().unwrap_or_default();
        let built_in = OWN_APPS.contains(&kind_name) || (kind_name.starts_with("okta_") && kind_name != "okta_org2org");
        let is_oauth = own.at("client_id").key().is_some() || !settings.pairs().is_empty();
        if !is_oauth && !built_in {
            return Ok(Done::Ignored(match tree.at("signOnMode").text() {
                Some("OPENID_CONNECT") => "apps of Okta's catalogue whose OAuth settings Okta does not export",
                Some(_) => "apps that sign in by SAML, password or link and get no tokens",
                None => "directories and other apps that nobody signs in to",
            }));
        }
        let client_id = own.at("client_id").key().unwrap_or(app_id);
        let mut names = vec![Name::new(Scheme::ClientId, client_id)];
        if client_id != app_id {
            names.push(Name::new(Scheme::ClientId, app_id));
        }
        let kind = kind_of(settings);
        self.reading.fact(Fact::Client(ClientFact {
            names,
            display_name: tree.at("label").display().or_else(|| Some(client_id.to_owned())),
            kind,
            enabled: enabled(tree),
            built_in: Some(built_in),
            grant_types: grant_types(settings),
            created_at: tree.at("created").happened(),
            ..ClientFact::default()
        }));
        let method = own.at("token_endpoint_auth_method").text();
        if kind == Some(ClientKind::Public) && method.is_some_and(|method| method.starts_with("client_secret")) {
            let label = quoted(tree.at("label").text().unwrap_or(client_id));
            self.reading.warn(
                codes::SECRET_IN_PUBLIC,
                format!("\"{label}\" runs on people's devices and is given a client secret there, which no device can keep."),
            );
        }
        self.keys_of(client_id, settings, tree.at("lastUpdated").happened());
        Ok(Done::Accepted)
    }

    /// A client of `/oauth2/v1/clients`.
    pub fn client(&mut self, tree: &Tree) -> Outcome {
        let client_id = wanted(tree, "client_id")?;
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, client_id)],
            rank: 1,
            display_name: tree.at("client_name").display(),
            kind: kind_of(tree),
            grant_types: grant_types(tree),
            created_at: tree.at("client_id_issued_at").happened(),
            ..ClientFact::default()
        }));
        self.keys_of(client_id, tree, None);
        Ok(Done::Accepted)
    }

    /// Keys in a client's own settings: a set, or an address where it stands. `changed` = when the client was last changed.
    fn keys_of(&mut self, client_id: &str, settings: &Tree, changed: Option<Millis>) {
        for key in settings.path(&["jwks", "keys"]).many() {
            self.state_key(client_id, key, changed);
        }
        if let Some(url) = settings.at("jwks_uri").text().filter(|url| !is_placeholder(url)) {
            let mut fact = credential(client_id, CredentialKind::Jwk, &format!("{client_id}/jwk/uri"));
            fact.display_name = Some(format!("Keys at {}", quoted(url)));
            // What stands there may change at any time and says no end.
            fact.expires_at = Expiry::Unknown;
            self.reading.fact(Fact::Credential(fact));
        }
    }

    fn state_key(&mut self, client_id: &str, key: &Tree, changed: Option<Millis>) {
        let kid = key.at("kid").key();
        let Some(id) = kid.or_else(|| key.at("id").key()) else { return };
        let mut fact = credential(client_id, CredentialKind::Jwk, &format!("{client_id}/jwk/{id}"));
        fact.display_name = Some(format!("Key {}", quoted(id)));
        fact.fingerprint = kid.map(str::to_owned);
        dated(&mut fact, key, changed);
        self.reading.fact(Fact::Credential(fact));
    }

    /// A secret of `/credentials/secrets`.
    pub fn secret(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "id")?;
        let app = match parent(tree, "apps", NO_APP) {
            Err(Unusable::NoParent(hint)) => parent(tree, "api-services", hint)?,
            app => app?,
        };
        let client = self.client_name(app);
        let mut fact = credential(&client.value, CredentialKind::ClientSecret, id);
        fact.display_name = Some("Client secret".to_owned());
        dated(&mut fact, tree, None);
        self.reading.fact(Fact::Credential(fact));
        Ok(Done::Accepted)
    }

    /// One key, or the set of keys, of `/credentials/jwks`.
    pub fn keys(&mut self, tree: &Tree) -> Outcome {
        let set = tree.path(&["jwks", "keys"]).many().iter().chain(tree.at("keys").many());
        let keys: Vec<&Tree> = if tree.has("kty") { vec![tree] } else { set.collect() };
        let mut app = None;
        for key in keys.iter().copied().chain([tree]) {
            match linked(key, "apps") {
                Ok(Some(id)) => app = app.or(Some(id)),
                Ok(None) => {}
                Err(()) => return Err(Unusable::Placeholder("_links")),
            }
        }
        let client = self.client_name(app.ok_or(Unusable::NoParent(NO_APP))?);
        for key in keys {
            self.state_key(&client.value, key, None);
        }
        Ok(Done::Accepted)
    }

    /// A custom authorization server: an issuer, and what takes its tokens. Okta allows one audience for each.
    pub fn server(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "id")?;
        let issuer = wanted(tree, "issuer")?;
        let names = vec![Name::new(Scheme::ObjectId, id), Name::new(Scheme::Uri, issuer)];
        let label = tree.at("name").display().unwrap_or_else(|| id.to_owned());
        let server = self.index.server_of(self.org(), id).cloned().unwrap_or_default();
        self.reading.fact(Fact::Issuer(IssuerFact {
            names: names.clone(),
            display_name: Some(label.clone()),
            uri: Some(issuer.to_owned()),
            tenant: self.slot.name.clone(),
            access_token_seconds: server.access_seconds,
            session_seconds: None,
            offline_seconds: server.refresh_seconds,
        }));
        let audiences: Vec<String> = tree.at("audiences").texts().map(quoted).collect();
        let display = if audiences.is_empty() { label } else { format!("{} ({label})", audiences.join(", ")) };
        self.reading.fact(Fact::Audience(AudienceFact { names, display_name: Some(display), ..AudienceFact::default() }));
        Ok(Done::Accepted)
    }

    /// A scope of a custom authorization server.
    pub fn scope(&mut self, tree: &Tree) -> Outcome {
        let name = wanted(tree, "name")?;
        let server = parent(tree, "authorizationServers", "its links do not say which authorization server it belongs to")?;
        self.reading.fact(Fact::Scope(ScopeFact {
            audience: Name::new(Scheme::ObjectId, server),
            kind: ScopeKind::Scope,
            value: name.to_owned(),
            source_id: tree.at("id").key().map(str::to_owned),
            display_name: tree.at("displayName").display().or_else(|| tree.at("description").display()),
            implies: None,
        }));
        Ok(Done::Accepted)
    }
}

fn kind_of(settings: &Tree) -> Option<ClientKind> {
    Some(match settings.at("application_type").text()? {
        "service" => ClientKind::ServiceAccount,
        "web" => ClientKind::Confidential,
        "browser" | "native" => ClientKind::Public,
        _ => return None,
    })
}

/// Whether an app or token is switched on, as far as its status says.
pub fn enabled(tree: &Tree) -> Option<Tri> {
    tree.at("status").text().map(|_| if is_active(tree) { Tri::Yes } else { Tri::No })
}

fn grant_types(settings: &Tree) -> Option<String> {
    let mut types: Vec<&str> =
        settings.at("grant_types").texts().map(|grant| grant.strip_prefix("urn:ietf:params:oauth:grant-type:").unwrap_or(grant)).collect();
    types.sort_unstable();
    types.dedup();
    (!types.is_empty()).then(|| types.join(" "))
}

/// Times of a secret or key. Okta never ends one by itself; one that was switched off ended when it, or else what it
/// belongs to, was last changed.
fn dated(fact: &mut CredentialFact, tree: &Tree, changed: Option<Millis>) {
    let created = tree.at("created").happened();
    (fact.created_at, fact.activated_at) = (created, created);
    fact.expires_at = Expiry::Never;
    if !is_active(tree) {
        fact.expires_at = tree.at("lastUpdated").happened().or(changed).or(created).map_or(Expiry::Unknown, Expiry::At);
        fact.display_name = fact.display_name.take().map(|name| format!("{name} (inactive)"));
    }
}

/// A credential of which nothing is known yet.
pub fn credential(client_id: &str, kind: CredentialKind, name: &str) -> CredentialFact {
    CredentialFact::new(Name::new(Scheme::ClientId, client_id), kind, name)
}
