//! States who may do what: consents, refresh tokens, roles of clients, API services, API tokens, rules of servers.

use super::index::{Policy, Uses, is_active, is_org};
use super::shape::{is_placeholder, linked, server_of};
use super::state::{Done, ORG, Outcome, Stater, Unusable, credential, enabled, parent, wanted};
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// What an API token may do: everything that its user may.
const RIGHTS_OF_USER: &str = "rights-of-the-user";

/// Scopes that only tell about a person who signs in; a client by itself is not given them.
const SIGN_IN: &[&str] = &["openid", "profile", "email", "address", "phone", "offline_access", "device_sso"];

/// For whom something is granted.
type Whose<'t> = (GrantMode, Option<&'t str>, PrincipalKind);

/// What is granted, where, and when.
struct Given<'t> {
    audience: (Scheme, &'t str),
    kind: ScopeKind,
    scope: &'t str,
    origin: GrantOrigin,
    since: Option<Millis>,
    until: Expiry,
    narrowed: bool,
}

const EVERYONE: Whose<'static> = (GrantMode::DelegatedAll, None, PrincipalKind::Everyone);
const ITSELF: Whose<'static> = (GrantMode::Application, None, PrincipalKind::Unknown);

/// End of a grant or token: when it was switched off, else what it says itself.
fn until(tree: &Tree, own: Expiry) -> Expiry {
    if is_active(tree) {
        return own;
    }
    // Switched off at some time before the export; the beginning of time is before every export.
    Expiry::At(tree.at("lastUpdated").happened().or(tree.at("created").happened()).unwrap_or(0))
}

/// The audience behind an issuer: the org's own APIs, or what takes a custom server's tokens.
fn audience_of(issuer: &str) -> (Scheme, &str) {
    server_of(issuer).map_or((Scheme::Name, ORG), |id| (Scheme::ObjectId, id))
}

impl Stater<'_, '_> {
    fn give(&mut self, client: &str, whose: Whose<'_>, given: &Given<'_>) {
        let (mode, principal, principal_kind) = whose;
        if given.audience == (Scheme::Name, ORG) {
            self.tell_org_scope(given.kind, given.scope);
        }
        self.reading.grant(&GrantFact {
            client: (Scheme::ClientId, client),
            audience: given.audience,
            scope: ScopeRef::Value(given.kind, given.scope),
            mode,
            principal: principal.map(|id| (Scheme::ObjectId, id)),
            principal_kind,
            origin_kind: given.origin,
            narrowed: given.narrowed,
            granted_at: given.since,
            expires_at: given.until,
        });
    }

    /// A consent of an administrator or a user.
    pub fn grant(&mut self, tree: &Tree) -> Outcome {
        let client = self.client_name(wanted(tree, "clientId")?).value;
        let scope = wanted(tree, "scopeId")?;
        let issuer = wanted(tree, "issuer")?;
        let user = if tree.at("source").text() == Some("END_USER") { Some(wanted(tree, "userId")?) } else { None };
        if is_org(issuer) {
            self.tell_org();
        }
        let given = Given {
            audience: audience_of(issuer),
            kind: ScopeKind::Scope,
            scope,
            origin: GrantOrigin::Consent,
            since: tree.at("created").happened(),
            until: until(tree, Expiry::Never),
            narrowed: false,
        };
        if let Some(user) = user {
            self.give(&client, (GrantMode::DelegatedOne, Some(user), PrincipalKind::User), &given);
            return Ok(Done::Accepted);
        }
        let index = self.index;
        let uses = index.client_of(self.org(), &client);
        if uses.is_none() {
            self.unknown_apps += 1;
        }
        if uses.is_some_and(|uses| uses.machine) {
            self.give(&client, ITSELF, &given);
        }
        if uses.is_none_or(|uses| uses.login || !uses.machine) {
            self.give(&client, EVERYONE, &given);
        }
        Ok(Done::Accepted)
    }

    /// A refresh token: a credential, and what its user consented to.
    pub fn token(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "id")?;
        let client = wanted(tree, if tree.has("clientId") { "clientId" } else { "client_id" })?;
        let client = self.client_name(client).value;
        let user = wanted(tree, "userId")?;
        let issuer = wanted(tree, "issuer")?;
        if is_org(issuer) {
            self.tell_org();
        }
        let until = until(tree, tree.at("expiresAt").ends());
        let created = tree.at("created").happened();
        let mut fact = credential(&client, CredentialKind::RefreshToken, id);
        fact.display_name = Some("Refresh token".to_owned());
        (fact.created_at, fact.activated_at, fact.expires_at) = (created, created, until);
        self.reading.fact(Fact::Credential(fact));
        for scope in tree.at("scopes").texts() {
            let given = Given {
                audience: audience_of(issuer),
                kind: ScopeKind::Scope,
                scope,
                origin: GrantOrigin::Consent,
                since: created,
                until,
                narrowed: false,
            };
            self.give(&client, (GrantMode::DelegatedOne, Some(user), PrincipalKind::User), &given);
        }
        Ok(Done::Accepted)
    }

    /// An administrator's role that a client holds.
    pub fn role(&mut self, tree: &Tree) -> Outcome {
        if tree.at("assignmentType").text() != Some("CLIENT") {
            return Ok(Done::Ignored("roles of people and groups"));
        }
        let client = parent(tree, "clients", "its links do not say which client holds it")?;
        let client = self.client_name(client).value;
        // A custom role is known by its label; the type only says that it is one.
        let kind = wanted(tree, "type")?;
        let role = if kind == "CUSTOM" { wanted(tree, "label")? } else { kind };
        self.tell_org();
        let given = Given {
            audience: (Scheme::Name, ORG),
            kind: ScopeKind::DirectoryRole,
            scope: role,
            origin: GrantOrigin::DirectoryRole,
            since: tree.at("created").happened(),
            until: until(tree, Expiry::Never),
            narrowed: tree.has("resource-set"),
        };
        self.give(&client, ITSELF, &given);
        Ok(Done::Accepted)
    }

    /// A service of Okta's catalogue that calls Okta's APIs from outside.
    pub fn api_service(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "id")?;
        let since = tree.at("createdAt").happened();
        self.tell_org();
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, id)],
            display_name: tree.at("name").display().or_else(|| tree.at("type").display()),
            kind: Some(ClientKind::ServiceAccount),
            enabled: Some(Tri::Yes),
            publisher: tree.at("name").display().or_else(|| tree.at("type").display()),
            stated_holder: Some(Holder::ThirdParty),
            grant_types: Some("client_credentials".to_owned()),
            created_at: since,
            ..ClientFact::default()
        }));
        for scope in tree.at("grantedScopes").texts() {
            let given = Given {
                audience: (Scheme::Name, ORG),
                kind: ScopeKind::Scope,
                scope,
                origin: GrantOrigin::Consent,
                since,
                until: Expiry::Never,
                narrowed: false,
            };
            self.give(id, ITSELF, &given);
        }
        Ok(Done::Accepted)
    }

    /// An API token: whoever has it is its user at all of Okta's APIs. Its end moves with each use. Only administrators
    /// can make one, and their rights are over everybody, so it counts as the token's own and not as one person's.
    pub fn api_token(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "id")?;
        let user = wanted(tree, "userId")?;
        let created = tree.at("created").happened();
        let until = until(tree, tree.at("expiresAt").ends());
        let label = tree.at("name").display().unwrap_or_else(|| format!("API token {id}"));
        self.tell_org();
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, id)],
            display_name: Some(label.clone()),
            kind: Some(ClientKind::PatHolder),
            enabled: enabled(tree),
            created_at: created,
            ..ClientFact::default()
        }));
        let mut fact = credential(id, CredentialKind::ApiKey, id);
        fact.display_name = Some(label);
        (fact.created_at, fact.activated_at, fact.expires_at) = (created, created, until);
        self.reading.fact(Fact::Credential(fact));
        let given = Given {
            audience: (Scheme::Name, ORG),
            kind: ScopeKind::ApiKeyRight,
            scope: RIGHTS_OF_USER,
            origin: GrantOrigin::Assignment,
            since: created,
            until,
            narrowed: false,
        };
        self.give(id, ITSELF, &given);
        self.owned_by(id, user, OwnerKind::Person);
        Ok(Done::Accepted)
    }

    /// An account in an app that Okta's privileged access looks after.
    pub fn service_account(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "id")?;
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, id)],
            display_name: tree.at("name").display().or_else(|| tree.at("username").display()),
            kind: Some(ClientKind::ServiceAccount),
            created_at: tree.at("created").happened(),
            ..ClientFact::default()
        }));
        for (field, kind) in [("ownerUserIds", OwnerKind::Person), ("ownerGroupIds", OwnerKind::Team)] {
            for owner in tree.at(field).texts() {
                self.owned_by(id, owner, kind);
            }
        }
        Ok(Done::Accepted)
    }

    fn owned_by(&mut self, client: &str, owner: &str, kind: OwnerKind) {
        let name = Name::new(Scheme::ObjectId, owner);
        self.reading.fact(Fact::Owner(OwnerFact {
            names: vec![name.clone()],
            kind,
            display_name: Some(owner.to_owned()),
            contact: None,
            status: None,
            client: None,
        }));
        self.reading.fact(Fact::Ownership(OwnershipFact {
            subject_kind: Kind::Client,
            subject: Name::new(Scheme::ClientId, client),
            owner: name,
            role: OwnershipRole::Accountable,
        }));
    }

    /// A rule of an authorization server's policy: the clients of the policy get the scopes of the rule. Which rule Okta
    /// takes hangs on their order and on the person, so this is the most that a client may get.
    pub fn rule(&mut self, tree: &Tree) -> Outcome {
        let server = parent(tree, "authorizationServers", "its links do not say which authorization server it belongs to")?;
        let policy = parent(tree, "policies", "its links do not say which policy it belongs to")?;
        let index = self.index;
        let policy = index.policy_of(policy).ok_or(Unusable::NoParent("the policy that it belongs to is not in this set"))?;
        if !policy.active || !is_active(tree) {
            return Ok(Done::Ignored("rules and policies that are switched off"));
        }
        let known = index.server_of(self.org(), server);
        let mut scopes: Vec<&str> = tree.path(&["conditions", "scopes", "include"]).texts().collect();
        if scopes.contains(&"*") {
            scopes = known.into_iter().flat_map(|server| &server.scopes).map(String::as_str).collect();
            if scopes.is_empty() {
                return Err(Unusable::NoParent("it allows all scopes of its authorization server, and no file of this set lists them"));
            }
        }
        scopes.sort_unstable();
        scopes.dedup();
        let grants: Vec<&str> = tree.path(&["conditions", "grantTypes", "include"]).texts().collect();
        let machine = grants.contains(&"client_credentials");
        let login = grants.iter().any(|grant| !matches!(*grant, "client_credentials" | "refresh_token"));
        let people = people(tree);
        let org = self.org().to_owned();
        for uses in allowed(policy, index.clients(&org)) {
            for scope in &scopes {
                let given = Given {
                    audience: (Scheme::ObjectId, server),
                    kind: ScopeKind::Scope,
                    scope,
                    origin: GrantOrigin::Assignment,
                    since: None,
                    until: Expiry::Never,
                    narrowed: false,
                };
                if machine && uses.machine && !SIGN_IN.contains(scope) {
                    self.give(&uses.client_id, ITSELF, &given);
                }
                if login && uses.login {
                    for whose in &people {
                        self.give(&uses.client_id, *whose, &given);
                    }
                }
            }
        }
        Ok(Done::Accepted)
    }

    /// Parent of a nested list: whose file it is.
    pub fn list_parent(&self, list: RecordKind, tree: &Tree) -> Option<Name> {
        let id = |field: &str| tree.at(field).key().filter(|id| !is_placeholder(id));
        match list {
            RecordKind::OktaUserGrants => id("userId").map(|user| Name::new(Scheme::ObjectId, user)),
            RecordKind::OktaGrants => id("clientId").map(|client| self.client_name(client)),
            RecordKind::OktaTokens => id("clientId").or_else(|| id("client_id")).map(|client| self.client_name(client)),
            RecordKind::OktaSecrets | RecordKind::OktaKeys => {
                let keys = tree.path(&["jwks", "keys"]).many().iter().chain(tree.at("keys").many());
                let app = keys.chain([tree]).find_map(|key| linked(key, "apps").ok().flatten());
                app.or_else(|| linked(tree, "api-services").ok().flatten()).map(|app| self.client_name(app))
            }
            RecordKind::OktaClientRoles if tree.at("assignmentType").text() != Some("CLIENT") => None,
            RecordKind::OktaClientRoles => linked(tree, "clients").ok().flatten().map(|client| self.client_name(client)),
            RecordKind::OktaScopes => linked(tree, "authorizationServers").ok().flatten().map(|server| Name::new(Scheme::ObjectId, server)),
            // A file lists the rules of one policy; only with those of all its policies a server's grants may be complete.
            RecordKind::OktaPolicies => {
                let policy = linked(tree, "policies").ok().flatten().filter(|_| tree.at("type").text() == Some("RESOURCE_ACCESS"))?;
                let server = linked(tree, "authorizationServers").ok().flatten()?;
                let known = self.index.server_of(self.org(), server)?;
                let whole = !known.policies.is_empty() && known.policies.is_subset(&known.ruled);
                Some(Name::new(Scheme::ObjectId, if whole { server } else { policy }))
            }
            _ => None,
        }
    }
}

/// Clients that a policy lets in; one that no file describes may be anything.
fn allowed<'p>(policy: &Policy, clients: impl Iterator<Item = &'p Uses>) -> Vec<Uses> {
    if policy.all {
        return clients.cloned().collect();
    }
    let known: std::collections::BTreeMap<&str, &Uses> = clients.map(|uses| (uses.client_id.as_str(), uses)).collect();
    let unknown = |id: &String| Uses { client_id: id.clone(), machine: true, login: true, secret: false, own: true };
    policy.clients.iter().map(|id| known.get(id.as_str()).map_or_else(|| unknown(id), |uses| (*uses).clone())).collect()
}

/// For whom a rule lets a client act when people sign in.
fn people(tree: &Tree) -> Vec<Whose<'_>> {
    let conditions = tree.path(&["conditions", "people"]);
    let groups: Vec<&str> = conditions.path(&["groups", "include"]).texts().collect();
    let users = conditions.path(&["users", "include"]).texts();
    if groups.contains(&"EVERYONE") {
        return vec![EVERYONE];
    }
    let mut people: Vec<Whose<'_>> = groups.into_iter().map(|id| (GrantMode::DelegatedGroup, Some(id), PrincipalKind::Group)).collect();
    people.extend(users.map(|id| (GrantMode::DelegatedOne, Some(id), PrincipalKind::User)));
    // A rule without a condition on people holds for all of them.
    if people.is_empty() { vec![EVERYONE] } else { people }
}

/// Whether a list is always that of one client, user, server or policy.
pub const fn is_nested(list: RecordKind) -> bool {
    matches!(
        list,
        RecordKind::OktaGrants
            | RecordKind::OktaUserGrants
            | RecordKind::OktaSecrets
            | RecordKind::OktaKeys
            | RecordKind::OktaTokens
            | RecordKind::OktaClientRoles
            | RecordKind::OktaScopes
            | RecordKind::OktaPolicies
    )
}
