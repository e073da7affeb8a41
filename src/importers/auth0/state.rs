//! States applications, APIs and grants. Knows Auth0's fields and the sink.

use std::collections::BTreeSet;

use super::codes;
use super::index::{Index, key_of};
use super::shape::{Shape, tenant_of};
use super::text::is_placeholder;
use crate::formats::text::quoted;
use crate::importers::listed::reading::Reading;
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// Stands for the tenant's one issuer inside an instance.
const TENANT: &str = "auth0-tenant";
/// What a grant without scopes gives: a token for the API, and no permission in it.
const NO_SCOPE: &str = "(none)";
/// All scopes of an API that no file describes.
const ALL_SCOPES: &str = "*";
/// Kinds of application that only carry a sign-in to a product.
const SSO_ADD_ONS: &[&str] = &[
    "rms",
    "box",
    "cloudbees",
    "concur",
    "dropbox",
    "mscrm",
    "echosign",
    "egnyte",
    "newrelic",
    "office365",
    "salesforce",
    "sentry",
    "sharepoint",
    "slack",
    "springcm",
    "zendesk",
    "zoom",
    "sso_integration",
    "oag",
];

/// Why a record cannot be stated.
pub enum Unusable {
    /// It lacks this.
    Lacks(&'static str),
    /// A field still holds a placeholder.
    Placeholder(&'static str, String),
    /// Nobody says whose it is.
    NoParent,
}

/// Outcome of a record: the reason why it is not used, if so.
type Outcome = Result<Option<&'static str>, Unusable>;

fn wanted<'t>(tree: &'t Tree, field: &'static str) -> Result<&'t str, Unusable> {
    match tree.at(field).raw() {
        Some(text) if is_placeholder(text) => Err(Unusable::Placeholder(field, quoted(text))),
        Some(text) if text.len() <= 4096 => Ok(text),
        _ => Err(Unusable::Lacks(field)),
    }
}

/// States the records of a file.
pub struct Stater<'s, 'i> {
    /// The set.
    pub reading: Reading<'s>,
    /// What the first pass found.
    pub index: &'i Index,
    /// Whether the tenant is stated in this file.
    pub told: bool,
}

impl Stater<'_, '_> {
    /// States one record; true if its list is known.
    pub fn state(&mut self, slot: &InstanceSlot, shape: Shape, tree: &Tree, offset: Option<u64>) {
        let identity = identity(shape, tree);
        self.reading.begin(slot, shape.list(), identity.as_deref(), offset, tree.secrets());
        let (what, outcome) = match shape {
            Shape::Client => ("application", self.client(tree)),
            Shape::ClientGrant => ("client grant", self.client_grant(tree)),
            Shape::UserGrant => ("user grant", self.user_grant(tree)),
            Shape::ResourceServer => ("API", self.resource_server(tree)),
            Shape::Credential => ("credential", self.credential(tree)),
            Shape::Unused(reason) => ("", Ok(Some(reason))),
            Shape::Error => ("", Ok(Some("error replies of Auth0"))),
            Shape::Unknown => {
                let message = "Nothing tells what this record is: it has none of the fields of the objects of Auth0 that are read.";
                return self.reading.reject(codes::NOT_KNOWN, message.to_owned());
            }
        };
        match outcome {
            Ok(None) => {
                self.tell_tenant();
                self.reading.accept();
            }
            Ok(Some(reason)) => self.reading.ignore(reason),
            Err(Unusable::Lacks(field)) => {
                self.reading.reject(codes::UNUSABLE, format!("This {what} was not stored: it has no usable {field}."));
            }
            Err(Unusable::Placeholder(field, text)) => self.reading.reject(
                codes::PLACEHOLDER,
                format!(
                    "This {what} was not stored: its {field} still holds a placeholder of the Deploy CLI ({text}). Import replies of the Management API, or export without AUTH0_PRESERVE_KEYWORDS."
                ),
            ),
            Err(Unusable::NoParent) => {
                self.reading.reject(codes::NO_PARENT, format!("This {what} was not stored: no application of this set names it."));
            }
        }
    }

    /// States the tenant's issuer, once per file, with what the whole set says of lifetimes.
    fn tell_tenant(&mut self) {
        if std::mem::replace(&mut self.told, true) {
            return;
        }
        let host = self.index.tenant.clone();
        if let Some(host) = &host {
            self.reading.fact(Fact::InstanceName { name: host.clone(), display_name: None });
        }
        self.reading.fact(Fact::Issuer(IssuerFact {
            names: vec![Name::new(Scheme::Name, TENANT)],
            display_name: Some(host.clone().unwrap_or_else(|| "Auth0 tenant".to_owned())),
            uri: host.as_ref().map(|host| format!("https://{host}/")),
            tenant: host,
            access_token_seconds: self.index.access_seconds,
            session_seconds: None,
            offline_seconds: self.index.refresh_seconds,
        }));
    }

    fn client(&mut self, tree: &Tree) -> Outcome {
        if tree.at("global").flag() == Some(true) {
            return Ok(Some("the tenant's global client, which is no application"));
        }
        if tree.at("app_type").text().is_some_and(|kind| SSO_ADD_ONS.contains(&kind)) {
            return Ok(Some("sign-in add-ons for products, which get no tokens"));
        }
        let Some(key) = key_of(tree) else {
            if tree.has("client_id") {
                wanted(tree, "client_id")?;
            }
            wanted(tree, "name")?;
            return Err(Unusable::Lacks("name"));
        };
        let kind = kind_of(tree);
        let mut names = vec![key.clone()];
        if let (Scheme::ClientId, Some(label)) = (key.scheme, tree.at("name").raw())
            && self.index.is_name_of_one(label)
        {
            names.push(Name::new(Scheme::Name, label));
        }
        let first_party = if tree.at("external_client_id").text().is_some() { Some(false) } else { tree.at("is_first_party").flag() };
        self.reading.fact(Fact::Client(ClientFact {
            names,
            display_name: tree.at("name").display().or_else(|| Some(key.value.clone())),
            kind,
            stated_holder: first_party.map(|own| if own { Holder::FirstParty } else { Holder::ThirdParty }),
            grant_types: grant_types(tree),
            created_at: tree.at("created_at").happened(),
            ..ClientFact::default()
        }));
        let method = tree.at("token_endpoint_auth_method").text();
        let own_keys = !tree.at("client_authentication_methods").pairs().is_empty();
        // An application that describes itself at its own address has no secret here.
        let by_default = method.is_none()
            && !own_keys
            && !tree.has("external_client_id")
            && matches!(kind, Some(ClientKind::ServiceAccount | ClientKind::Confidential));
        if method.is_some_and(|method| method.starts_with("client_secret")) || by_default {
            let mut fact = credential(&key, CredentialKind::ClientSecret, format!("{}/client_secret/current", key.value));
            fact.display_name = Some("Client secret".to_owned());
            // Auth0 never ends a secret by itself.
            fact.expires_at = Expiry::Never;
            self.reading.fact(Fact::Credential(fact));
        }
        for (method, held) in tree.at("client_authentication_methods").pairs() {
            let kind = if method == "private_key_jwt" { CredentialKind::Jwk } else { CredentialKind::Certificate };
            for id in held.at("credentials").many().iter().filter_map(|one| one.at("id").key()) {
                let mut fact = credential(&key, kind, id.to_owned());
                fact.display_name = (!self.index.describes(id)).then(|| format!("Key {}", quoted(id)));
                self.reading.fact(Fact::Credential(fact));
            }
        }
        Ok(None)
    }

    fn credential(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "id")?;
        let client = self.index.credential_of(tree).ok_or(Unusable::NoParent)?;
        let kind = if tree.at("credential_type").text() == Some("public_key") { CredentialKind::Jwk } else { CredentialKind::Certificate };
        let created = tree.at("created_at").happened();
        let mut fact = credential(&client, kind, id.to_owned());
        fact.display_name = tree.at("name").display().or_else(|| Some(format!("Key {}", quoted(id))));
        (fact.created_at, fact.activated_at) = (created, created);
        fact.expires_at = if tree.at("expires_at").text().is_some() { tree.at("expires_at").ends() } else { Expiry::Never };
        fact.fingerprint = tree.at("kid").key().map(str::to_owned);
        self.reading.fact(Fact::Credential(fact));
        Ok(None)
    }

    fn resource_server(&mut self, tree: &Tree) -> Outcome {
        let identifier = wanted(tree, "identifier")?;
        let system = tree.at("is_system").flag() == Some(true);
        self.reading.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Uri, identifier)],
            display_name: tree.at("name").display().or_else(|| Some(identifier.to_owned())),
            built_in: Some(system || tenant_of(identifier).is_some()),
            ..AudienceFact::default()
        }));
        for scope in tree.at("scopes").many() {
            let Some(value) = scope.at("value").key() else { continue };
            self.reading.fact(Fact::Scope(ScopeFact {
                audience: Name::new(Scheme::Uri, identifier),
                kind: ScopeKind::Scope,
                value: value.to_owned(),
                source_id: None,
                display_name: scope.at("description").display(),
                implies: None,
            }));
        }
        // At the tenant's own APIs "all" means the user's own account only.
        let open = |who: &str| tree.path(&["subject_type_authorization", who, "policy"]).text() == Some("allow_all") && !system;
        let index = self.index;
        let scopes = index.scopes.get(identifier).into_iter().flatten();
        for (client, uses) in &index.clients {
            for scope in scopes.clone() {
                if open("client") && uses.machine {
                    self.give(client, identifier, scope, GrantMode::Application, None, GrantOrigin::PreAuthorized);
                }
                if open("user") && uses.login {
                    self.give(client, identifier, scope, GrantMode::DelegatedAll, None, GrantOrigin::PreAuthorized);
                }
            }
        }
        Ok(None)
    }

    fn client_grant(&mut self, tree: &Tree) -> Outcome {
        let client = self.index.client(wanted(tree, "client_id")?, tree.has("id"));
        let audience = wanted(tree, "audience")?;
        let mode = if tree.at("subject_type").text() == Some("user") { GrantMode::DelegatedAll } else { GrantMode::Application };
        let index = self.index;
        let mut scopes: BTreeSet<&str> = tree.at("scope").texts().collect();
        if tree.at("allow_all_scopes").flag() == Some(true) {
            match index.scopes.get(audience) {
                Some(all) => scopes.extend(all.iter().map(String::as_str)),
                None => drop(scopes.insert(ALL_SCOPES)),
            }
        }
        if scopes.is_empty() {
            scopes.insert(NO_SCOPE);
        }
        if tenant_of(audience).is_some() {
            self.reading.fact(Fact::Audience(AudienceFact {
                names: vec![Name::new(Scheme::Uri, audience)],
                rank: 1,
                display_name: Some("Auth0 Management API".to_owned()),
                built_in: Some(true),
                ..AudienceFact::default()
            }));
        }
        for scope in scopes {
            self.give(&client, audience, scope, mode, None, GrantOrigin::Assignment);
        }
        Ok(None)
    }

    fn user_grant(&mut self, tree: &Tree) -> Outcome {
        let client = Name::new(Scheme::ClientId, wanted(tree, "clientID")?);
        let user = wanted(tree, "user_id")?;
        let audience = wanted(tree, "audience")?;
        let mut scopes: Vec<&str> = tree.at("scope").texts().collect();
        if scopes.is_empty() {
            scopes.push(NO_SCOPE);
        }
        for scope in scopes {
            self.give(&client, audience, scope, GrantMode::DelegatedOne, Some(user), GrantOrigin::Consent);
        }
        Ok(None)
    }

    fn give(&mut self, client: &Name, audience: &str, scope: &str, mode: GrantMode, user: Option<&str>, origin_kind: GrantOrigin) {
        self.reading.grant(&GrantFact {
            client: (client.scheme, &client.value),
            audience: (Scheme::Uri, audience),
            scope: ScopeRef::Value(ScopeKind::Scope, scope),
            mode,
            principal: user.map(|id| (Scheme::ObjectId, id)),
            principal_kind: if user.is_some() { PrincipalKind::User } else { PrincipalKind::Unknown },
            origin_kind,
            narrowed: false,
            granted_at: None,
            expires_at: Expiry::Never,
        });
    }
}

/// What makes two records the same object of Auth0.
fn identity(shape: Shape, tree: &Tree) -> Option<String> {
    let text = |field: &str| tree.at(field).text();
    let list = shape.list();
    let key = match shape {
        Shape::Client => key_of(tree).map(|name| format!("{}:{}", name.scheme.as_str(), name.value)),
        Shape::ClientGrant => Some(format!("{}/{}/{}", text("client_id")?, text("audience")?, text("subject_type").unwrap_or("client"))),
        Shape::UserGrant => Some(format!("{}/{}/{}", text("clientID")?, text("user_id")?, text("audience")?)),
        Shape::ResourceServer => text("identifier").map(str::to_owned),
        Shape::Credential => text("id").map(str::to_owned),
        _ => None,
    };
    key.map(|key| format!("{}/{key}", list.as_str()))
}

fn kind_of(tree: &Tree) -> Option<ClientKind> {
    let types: Vec<&str> = tree.at("grant_types").texts().collect();
    Some(match tree.at("app_type").text() {
        Some("non_interactive") => ClientKind::ServiceAccount,
        Some("regular_web" | "resource_server") => ClientKind::Confidential,
        Some("spa" | "native") => ClientKind::Public,
        // Applications from before there were kinds: what they may ask for tells.
        _ if tree.at("token_endpoint_auth_method").text() == Some("none") => ClientKind::Public,
        _ if types == ["client_credentials"] => ClientKind::ServiceAccount,
        _ if types.contains(&"client_credentials") => ClientKind::Confidential,
        _ => return None,
    })
}

fn grant_types(tree: &Tree) -> Option<String> {
    let short = |grant: &str| grant.rsplit([':', '/']).next().unwrap_or_default().to_owned();
    let types: BTreeSet<String> = tree.at("grant_types").texts().map(short).filter(|grant| !grant.is_empty()).collect();
    (!types.is_empty()).then(|| types.into_iter().collect::<Vec<_>>().join(" "))
}

fn credential(client: &Name, kind: CredentialKind, name: String) -> CredentialFact {
    CredentialFact::new(client.clone(), kind, name)
}
