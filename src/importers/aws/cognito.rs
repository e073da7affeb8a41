//! States app clients and resource servers of Cognito user pools, and what identity pools turn sign-ins into. A user pool is
//! an issuer of its own and never names its account, so it is an instance of its own. Source: Cognito developer guide,
//! "Scopes, M2M, and APIs with resource servers" and "Identity pools authentication flow".

use super::codes;
use super::state::*;
use crate::formats::text::quoted;
use crate::importers::listed::outcome::{Done, Outcome, credential, wanted};
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// Name of a user pool's own APIs as an audience.
const POOL: &str = "cognito-user-pool";
/// What a signed-in person may do with the own account; each sign-in without OAuth gives it.
const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";
/// Scopes of the pool itself.
const OWN: &[&str] = &["openid", "email", "phone", "profile", SELF_SERVICE];
/// Days that a refresh token lives when nobody says otherwise.
const REFRESH_DAYS: i64 = 30;
/// Flow in which nobody signs in.
const MACHINE: &str = "client_credentials";

/// Seconds of a validity, by its unit.
fn seconds(tree: &Tree, token: &str, unit: &str) -> Option<i64> {
    let count = tree.at(&format!("{token}Validity")).whole().filter(|count| *count > 0)?;
    let unit = tree.path(&["TokenValidityUnits", token]).text().unwrap_or(unit);
    let one = match unit {
        "seconds" => 1,
        "minutes" => 60,
        "hours" => 3600,
        "days" => 86_400,
        _ => return None,
    };
    count.checked_mul(one)
}

/// Life of a client's refresh tokens, seconds. A life of 0 is the standard one.
pub fn refresh_seconds(tree: &Tree) -> i64 {
    seconds(tree, "RefreshToken", "days").unwrap_or(REFRESH_DAYS * 86_400)
}

impl Stater<'_, '_> {
    /// States the pool as an issuer, once per file.
    fn tell_pool(&mut self) {
        if !self.told.issuers.insert(self.slot.clone()) {
            return;
        }
        let pool = self.instance().to_owned();
        let uri = pool.split_once('_').map(|(region, _)| {
            let end = if region.starts_with("cn-") { ".cn" } else { "" };
            format!("https://cognito-idp.{region}.amazonaws.com{end}/{pool}")
        });
        self.reading.fact(Fact::Issuer(IssuerFact {
            names: vec![Name::new(Scheme::Name, POOL)],
            display_name: Some(format!("Cognito user pool {}", quoted(&pool))),
            uri,
            tenant: Some(pool.clone()),
            offline_seconds: self.index.refresh_seconds(&pool),
            ..IssuerFact::default()
        }));
    }

    fn tell_pool_api(&mut self) {
        if self.told.audiences.insert((self.slot.clone(), POOL.to_owned())) {
            let display = format!("Cognito user pool {}", quoted(self.instance()));
            self.reading.fact(Fact::Audience(AudienceFact {
                names: vec![Name::new(Scheme::Name, POOL)],
                display_name: Some(display),
                built_in: Some(true),
                ..AudienceFact::default()
            }));
        }
    }

    /// An app client, as a list or by itself.
    pub fn pool_client(&mut self, tree: &Tree, details: bool) -> Outcome {
        let id = wanted(tree, "ClientId")?;
        wanted(tree, "UserPoolId")?;
        self.tell_pool();
        let client = Name::new(Scheme::ClientId, id);
        let mut fact =
            ClientFact { names: vec![client.clone()], rank: 1, display_name: tree.at("ClientName").display(), ..ClientFact::default() };
        if !details {
            self.reading.fact(Fact::Client(fact));
            return Ok(Done::Accepted);
        }
        let oauth = tree.at("AllowedOAuthFlowsUserPoolClient").flag() == Some(true);
        let flows: Vec<&str> = if oauth { tree.at("AllowedOAuthFlows").texts().collect() } else { Vec::new() };
        let sign_ins: Vec<&str> = tree.at("ExplicitAuthFlows").texts().filter(|flow| !flow.ends_with("REFRESH_TOKEN_AUTH")).collect();
        let machine = flows.contains(&MACHINE);
        let people = flows.iter().any(|flow| *flow != MACHINE);
        let secret = tree.has("ClientSecret");
        fact.rank = 0;
        fact.kind = Some(match (machine && !people, secret) {
            (true, _) => ClientKind::ServiceAccount,
            (false, true) => ClientKind::Confidential,
            (false, false) => ClientKind::Public,
        });
        fact.enabled = Some(Tri::Yes);
        fact.grant_types = grant_types(&flows, &sign_ins);
        fact.created_at = tree.at("CreationDate").happened();
        fact.access_token_seconds = seconds(tree, "AccessToken", "hours");
        self.reading.fact(Fact::Client(fact));
        if secret {
            // A second secret can have been added at any time since, and the reply does not date them.
            let name = key_id(format!("{id}/client_secret"));
            let mut fact = credential(&client, CredentialKind::ClientSecret, vec![name]);
            fact.display_name = Some("Client secret".to_owned());
            self.reading.fact(Fact::Credential(fact));
        }
        let mut scopes: Vec<&str> = if oauth { tree.at("AllowedOAuthScopes").texts().collect() } else { Vec::new() };
        if !sign_ins.is_empty() && !scopes.contains(&SELF_SERVICE) {
            self.pool_grant(&client, SELF_SERVICE, GrantMode::DelegatedAll);
        }
        scopes.sort_unstable();
        scopes.dedup();
        for scope in scopes {
            if people {
                self.pool_grant(&client, scope, GrantMode::DelegatedAll);
            }
            // A client by itself gets scopes of the pool's APIs only.
            if machine && !OWN.contains(&scope) {
                self.pool_grant(&client, scope, GrantMode::Application);
            }
        }
        Ok(Done::Accepted)
    }

    fn pool_grant(&mut self, client: &Name, scope: &str, mode: GrantMode) {
        let index = self.index;
        let own = if OWN.contains(&scope) { None } else { index.own_scope(self.instance(), scope) };
        let (audience, value) = match own {
            Some((identifier, name)) => ((Scheme::Uri, identifier), name),
            None => {
                self.tell_pool_api();
                ((Scheme::Name, POOL), scope)
            }
        };
        self.reading.grant(&GrantFact {
            client: (client.scheme, &client.value),
            audience,
            scope: ScopeRef::Value(ScopeKind::Scope, value),
            mode,
            principal: None,
            principal_kind: if mode == GrantMode::Application { PrincipalKind::Unknown } else { PrincipalKind::Everyone },
            origin_kind: GrantOrigin::Assignment,
            narrowed: false,
            granted_at: None,
            expires_at: Expiry::Never,
        });
    }

    /// An API of a user pool with its scopes.
    pub fn resource_server(&mut self, tree: &Tree) -> Outcome {
        let identifier = wanted(tree, "Identifier")?;
        wanted(tree, "UserPoolId")?;
        self.tell_pool();
        let name = Name::new(Scheme::Uri, identifier);
        self.reading.fact(Fact::Audience(AudienceFact {
            names: vec![name.clone()],
            display_name: tree.at("Name").display().or_else(|| tree.at("Identifier").display()),
            ..AudienceFact::default()
        }));
        for scope in tree.at("Scopes").many() {
            let Some(value) = scope.at("ScopeName").key() else { continue };
            self.reading.fact(Fact::Scope(ScopeFact {
                audience: name.clone(),
                kind: ScopeKind::Scope,
                value: value.to_owned(),
                source_id: None,
                display_name: scope.at("ScopeDescription").display(),
                implies: None,
            }));
        }
        Ok(Done::Accepted)
    }

    /// An identity pool: whoever signed in at one of its providers gets keys of its roles.
    pub fn identity_pool(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "IdentityPoolId")?;
        let client = Name::new(Scheme::ClientId, id);
        let open = tree.at("AllowUnauthenticatedIdentities").flag();
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![client.clone()],
            display_name: tree.at("IdentityPoolName").display(),
            kind: Some(ClientKind::Workload),
            internet: (open == Some(true)).then_some(Tri::Yes),
            ..ClientFact::default()
        }));
        if open == Some(true) {
            let pool = quoted(tree.at("IdentityPoolName").text().unwrap_or(id));
            self.reading.warn(codes::ANYBODY, format!("Identity pool \"{pool}\" gives keys of its role for guests to anybody who asks."));
        }
        for provider in tree.at("CognitoIdentityProviders").many() {
            if let (Some(issuer), Some(app)) = (provider.at("ProviderName").key(), provider.at("ClientId").key()) {
                self.federated(&client, &format!("https://{issuer}"), app);
            }
        }
        for (issuer, app) in tree.at("SupportedLoginProviders").pairs() {
            self.federated(&client, &format!("https://{issuer}"), app.text().unwrap_or("*"));
        }
        for provider in tree.at("OpenIdConnectProviderARNs").texts().chain(tree.at("SamlProviderARNs").texts()) {
            let issuer = provider.split_once(":oidc-provider/").map_or_else(|| provider.to_owned(), |(_, host)| format!("https://{host}"));
            self.federated(&client, &issuer, "*");
        }
        Ok(Done::Accepted)
    }

    /// Roles of an identity pool.
    pub fn identity_pool_roles(&mut self, tree: &Tree) -> Outcome {
        let client = Name::new(Scheme::ClientId, wanted(tree, "IdentityPoolId")?);
        self.tell_account();
        for (_, role) in tree.at("Roles").pairs() {
            if let Some(role) = role.key() {
                self.way(&client, role, super::arn::account_of(role), None);
            }
        }
        Ok(Done::Accepted)
    }
}

fn grant_types(flows: &[&str], sign_ins: &[&str]) -> Option<String> {
    let mut types: Vec<&str> = flows.iter().map(|flow| if *flow == "code" { "authorization_code" } else { flow }).collect();
    if sign_ins.iter().any(|flow| flow.contains("PASSWORD") || *flow == "ADMIN_NO_SRP_AUTH" || flow.contains("ADMIN_USER")) {
        types.push("password");
    }
    types.sort_unstable();
    types.dedup();
    (!types.is_empty()).then(|| types.join(" "))
}
