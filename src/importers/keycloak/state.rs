//! States what a realm's objects say: facts and grants, record by record. Knows the sink, no file.

use std::collections::BTreeSet;

use super::client::{Client, Proof, Secret};
use super::node::Dropped;
use super::realm::{Aud, ClientScope, Part, Role, RoleKey, is_built_in_realm_role};
use super::view::{Permit, View};
use crate::formats::text::quoted;
use crate::importers::keycloak::codes;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::{Expiry, Millis};

/// States records of one realm into a sink.
pub struct Stater<'s, 'v, 'p> {
    /// Where facts go.
    pub sink: &'s mut dyn Sink,
    /// The realm as the set describes it.
    pub view: &'v View<'p>,
    /// Instance: the realm.
    pub slot: InstanceSlot,
}

impl Stater<'_, '_, '_> {
    /// States everything of a part but its users.
    pub fn part(&mut self, part: &Part) {
        if part.head.is_some() {
            self.realm();
        }
        for scope in &part.scopes {
            match scope {
                Ok(scope) => self.client_scope(scope),
                Err(why) => self.rejected(RecordKind::Realm, "client scope", why),
            }
        }
        for role in &part.roles {
            match role {
                Ok(role) => self.role(role),
                Err(why) => self.rejected(RecordKind::Realm, "role", why),
            }
        }
        for client in &part.clients {
            match client {
                Ok(client) => self.client(client),
                Err(why) => self.rejected(RecordKind::RealmClients, "client", why),
            }
        }
    }

    fn rejected(&mut self, list: RecordKind, what: &str, why: &str) {
        let record = self.sink.record(&self.slot, list, None);
        self.problem(ProblemSeverity::Rejected, codes::RECORD_UNUSABLE, record, format!("This {what} was not stored: {why}."));
        self.sink.fate(RecordFate::Rejected);
    }

    pub(super) fn problem(&mut self, severity: ProblemSeverity, code: &str, record: u32, message: String) {
        self.sink.problem(Problem { code: code.to_owned(), severity, record, position: None, message });
    }

    fn realm(&mut self) {
        let realm = self.view.realm.clone();
        let head = &self.view.head;
        self.sink.record(&self.slot, RecordKind::Realm, Some(&format!("realm/{realm}")));
        self.sink.fact(Fact::Issuer(IssuerFact {
            names: vec![Name::new(Scheme::Tenant, &realm)],
            display_name: Some(head.display_name.clone().unwrap_or_else(|| realm.clone())),
            uri: head.uri.clone(),
            tenant: Some(realm.clone()),
            access_token_seconds: head.access_token_seconds,
            session_seconds: head.session_seconds,
            offline_seconds: head.offline_seconds,
        }));
        // Realm roles and scopes without an audience are honoured by whoever reads them, so they belong to the realm (D28).
        self.sink.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Tenant, &realm)],
            display_name: Some(realm),
            ..AudienceFact::default()
        }));
        self.sink.fate(RecordFate::Accepted);
    }

    fn client_scope(&mut self, scope: &ClientScope) {
        let record = self.sink.record(&self.slot, RecordKind::Realm, Some(&format!("scope/{}", scope.name)));
        if !scope.is_permission() {
            return self.sink.fate(RecordFate::Ignored);
        }
        for audience in &scope.audiences {
            self.mapped_audience(audience, &format!("Client scope \"{}\"", quoted(&scope.name)), record);
        }
        for permit in self.view.scope_permits(&scope.name) {
            self.scope(&permit, scope.id.clone(), scope.description.clone(), None);
        }
        self.sink.fate(RecordFate::Accepted);
    }

    fn role(&mut self, role: &Role) {
        let (container, name) = &role.key;
        self.sink.record(&self.slot, RecordKind::Realm, Some(&format!("role/{container}/{name}")));
        let implied = self.view.implied_in_container(&role.key);
        // Blanks inside a role name would read as a separator.
        let implies = implied.iter().map(|(_, inner)| inner.replace(' ', "%20")).collect::<Vec<_>>().join(" ");
        let permit = self.view.role_permit(&role.key);
        self.scope(&permit, role.id.clone(), role.description.clone(), Some(implies).filter(|text| !text.is_empty()));
        self.sink.fate(RecordFate::Accepted);
    }

    fn scope(&mut self, permit: &Permit, id: Option<String>, description: Option<String>, implies: Option<String>) {
        self.sink.fact(Fact::Scope(ScopeFact {
            audience: Name::new(permit.audience.0, &permit.audience.1),
            kind: permit.kind,
            value: permit.value.clone(),
            source_id: id,
            display_name: description,
            implies,
        }));
    }

    fn client(&mut self, client: &Client) {
        let id = client.client_id.as_str();
        let record = self.sink.record(&self.slot, RecordKind::RealmClients, Some(&format!("client/{id}")));
        if client.saml {
            return self.sink.fate(RecordFate::Ignored);
        }
        let built_in = client.is_built_in(&self.view.realm);
        let mut names = vec![Name::new(Scheme::ClientId, id)];
        names.extend(client.id.as_ref().map(|uuid| Name::new(Scheme::Uuid, uuid)));
        let display_name = client.name.clone().unwrap_or_else(|| id.to_owned());
        if !client.bearer_only {
            self.sink.fact(Fact::Client(client_fact(client, names.clone(), &display_name, built_in)));
        }
        if self.view.audiences.contains(id) {
            self.sink.fact(Fact::Audience(AudienceFact {
                names,
                display_name: Some(display_name),
                is_client: !client.bearer_only,
                built_in: Some(built_in),
                ..AudienceFact::default()
            }));
        }
        self.credentials(client);
        if client.private_parts > 0 {
            self.sink.secrets_dropped(client.private_parts);
            let message = format!("The key set of client \"{}\" holds private keys; they were dropped.", quoted(id));
            self.problem(ProblemSeverity::Warning, codes::PRIVATE_KEYS, record, message);
        }
        if !client.placeholders.is_empty() {
            let message = format!(
                "Client \"{}\" still holds template variables in {}; these values are unknown.",
                quoted(id),
                client.placeholders.join(", ")
            );
            self.problem(ProblemSeverity::Warning, codes::PLACEHOLDER, record, message);
        }
        if !client.bearer_only {
            self.client_grants(client, record);
        }
        self.sink.fate(RecordFate::Accepted);
    }

    /// What every token of the client carries, whoever it stands for.
    fn client_grants(&mut self, client: &Client, record: u32) {
        let view = self.view;
        let mut delegated = BTreeSet::new();
        if client.is_login() {
            if client.full_scope {
                for role in &view.full_scope {
                    let permit = view.role_permit(role);
                    self.grant(client, &permit, GrantMode::DelegatedAll, GrantOrigin::FullScope);
                    delegated.insert(permit);
                }
            } else {
                for role in view.mapped_roles(client).iter().filter(|role| !is_everyones(&view.realm, role)) {
                    let permit = view.role_permit(role);
                    self.grant(client, &permit, GrantMode::DelegatedAll, GrantOrigin::Assignment);
                    delegated.insert(permit);
                }
            }
        }
        let dedicated = |held: &BTreeSet<Permit>| view.dedicated_permits(client, held);
        if client.is_login() && !client.consent_required {
            let mut held = view.default_permits(client, false);
            held.extend(delegated.iter().cloned());
            let extra = dedicated(&held);
            for permit in view.default_permits(client, false).iter().filter(|permit| !delegated.contains(*permit)).chain(&extra) {
                self.grant(client, permit, GrantMode::DelegatedAll, GrantOrigin::DefaultScope);
            }
        }
        if client.service_account {
            let held = view.default_permits(client, true);
            for permit in held.iter().chain(&dedicated(&held)) {
                self.grant(client, permit, GrantMode::Application, GrantOrigin::DefaultScope);
            }
        }
        // Whatever is granted: the audience that a mapper names is kept, also when no such client exists.
        for audience in &client.audiences {
            self.mapped_audience(audience, &format!("Client \"{}\"", quoted(&client.client_id)), record);
            if let Some(permit) = dedicated(&BTreeSet::new()).into_iter().find(|permit| permit.audience.1 == audience.name().1) {
                self.dedicated_scope(client, &permit);
            }
        }
    }

    /// A custom `aud` value is declared nowhere else than in the mapper that adds it; a client that does not exist is told.
    fn mapped_audience(&mut self, audience: &Aud, who: &str, record: u32) {
        let (scheme, value) = audience.name();
        let known = self.view.clients.contains_key(value);
        match audience {
            Aud::Custom(_) if scheme == Scheme::Uri || !known => self.sink.fact(Fact::Audience(AudienceFact {
                names: vec![Name::new(scheme, value)],
                display_name: Some(value.to_owned()),
                ..AudienceFact::default()
            })),
            Aud::Client(_) if !known => {
                let message =
                    format!("{who} adds the audience \"{}\" to tokens, but no client of this realm has that name.", quoted(value));
                self.problem(ProblemSeverity::Warning, codes::DANGLING_AUDIENCE, record, message);
            }
            _ => {}
        }
    }

    fn dedicated_scope(&mut self, client: &Client, permit: &Permit) {
        self.scope(permit, None, Some(format!("Dedicated scope of {}", client.client_id)), None);
    }

    fn grant(&mut self, client: &Client, permit: &Permit, mode: GrantMode, origin_kind: GrantOrigin) {
        self.sink.grant(&GrantFact {
            client: (Scheme::ClientId, &client.client_id),
            audience: (permit.audience.0, &permit.audience.1),
            scope: ScopeRef::Value(permit.kind, &permit.value),
            mode,
            principal: None,
            principal_kind: PrincipalKind::Unknown,
            origin_kind,
            narrowed: false,
            granted_at: None,
            expires_at: Expiry::Never,
        });
    }

    fn credentials(&mut self, client: &Client) {
        if let Some(secret) = &client.secret {
            self.secret(client, secret, "current", "Client secret");
        }
        if let Some(secret) = &client.rotated {
            self.secret(client, secret, "rotated", "Rotated client secret");
        }
        for (slot, proof) in client.proofs.iter().enumerate() {
            let mut fact = credential(client, CredentialKind::Jwk, &slot.to_string());
            match proof {
                Proof::JwksUrl(url) => fact.display_name = Some(format!("Keys at {url}")),
                Proof::Key(kid) => {
                    fact.display_name = Some(kid.as_ref().map_or_else(|| "Public key".to_owned(), |kid| format!("Key {kid}")));
                    fact.fingerprint = kid.clone();
                    if let Some(kid) = kid {
                        fact.names = vec![Name::new(Scheme::KeyId, format!("{}/jwk/{kid}", client.client_id))];
                    }
                }
                Proof::Certificate(base64) => {
                    fact = credential(client, CredentialKind::Certificate, &slot.to_string());
                    let certificate = super::certificate::read(base64);
                    fact.display_name = Some("Certificate".to_owned());
                    fact.fingerprint = certificate.as_ref().map(|certificate| certificate.thumbprint.clone());
                    if let Some((from, until)) = certificate.and_then(|certificate| certificate.validity) {
                        (fact.created_at, fact.activated_at, fact.expires_at) = (Some(from), Some(from), Expiry::At(until));
                    }
                }
                Proof::Subject(subject) => {
                    fact = credential(client, CredentialKind::Certificate, &slot.to_string());
                    fact.display_name = Some(format!("Certificate of {subject}"));
                }
                Proof::Federated { issuer, subject } => {
                    fact = credential(client, CredentialKind::Federated, &slot.to_string());
                    fact.display_name = Some("Federated token".to_owned());
                    (fact.federated_issuer, fact.federated_subject) = (issuer.clone(), subject.clone());
                    fact.expires_at = Expiry::Never;
                }
            }
            self.sink.fact(Fact::Credential(fact));
        }
    }

    fn secret(&mut self, client: &Client, secret: &Secret, slot: &str, label: &str) {
        let mut fact = credential(client, CredentialKind::ClientSecret, slot);
        let created = secret.created.and_then(millis_of_seconds);
        fact.display_name = Some(label.to_owned());
        (fact.created_at, fact.activated_at) = (created, created);
        // Without a rotation policy Keycloak never ends a secret by itself.
        fact.expires_at = secret.expires.and_then(millis_of_seconds).map_or(Expiry::Never, Expiry::At);
        match &secret.value {
            Dropped::Value(group) => fact.shared_value = group.clone(),
            Dropped::Masked | Dropped::Placeholder => {}
        }
        self.sink.fact(Fact::Credential(fact));
    }
}

/// Roles that say nothing about a client, because every user of a fresh realm has them.
fn is_everyones(realm: &str, role: &RoleKey) -> bool {
    role.0.is_empty() && is_built_in_realm_role(realm, &role.1)
}

fn client_fact(client: &Client, names: Vec<Name>, display_name: &str, built_in: bool) -> ClientFact {
    ClientFact {
        names,
        display_name: Some(display_name.to_owned()),
        kind: Some(match () {
            () if client.public => ClientKind::Public,
            () if client.service_account => ClientKind::ServiceAccount,
            () => ClientKind::Confidential,
        }),
        enabled: client.enabled.map(|enabled| if enabled { Tri::Yes } else { Tri::No }),
        built_in: Some(built_in),
        grant_types: Some(client.grant_types.join(" ")).filter(|text| !text.is_empty()),
        access_token_seconds: client.access_token_seconds,
        ..ClientFact::default()
    }
}

fn credential(client: &Client, kind: CredentialKind, slot: &str) -> CredentialFact {
    let key = format!("{}/{}/{slot}", client.client_id, kind.as_str());
    CredentialFact::new(Name::new(Scheme::ClientId, &client.client_id), kind, key)
}

fn millis_of_seconds(seconds: i64) -> Option<Millis> {
    seconds.checked_mul(1000)
}
