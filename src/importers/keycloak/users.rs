//! States users, one by one as they are read: a service account's permissions, the consents that a person gave.

use super::node::Node;
use super::realm::read_role_mappings;
use super::state::Stater;
use crate::importers::keycloak::codes;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

impl Stater<'_, '_, '_> {
    /// States one user: a service account's permissions, or the consents that a person gave.
    pub fn user(&mut self, user: &Node) {
        let id = user.at("id").text();
        let username = user.at("username").text();
        let identity = id.clone().or_else(|| username.clone());
        let record_identity = identity.as_ref().map(|identity| format!("user/{identity}"));
        if let Some(client_id) = user.at("serviceAccountClientId").text() {
            self.sink.record(&self.slot, RecordKind::RealmUsers, record_identity.as_deref());
            self.service_account(user, &client_id);
            return self.sink.fate(RecordFate::Accepted);
        }
        let consents = user.at("clientConsents").many();
        let record = self.sink.record(&self.slot, RecordKind::RealmConsents, record_identity.as_deref());
        if consents.is_empty() {
            return self.sink.fate(RecordFate::Ignored);
        }
        if identity.is_none() {
            let message = "This user gave consents but has neither an id nor a name; the consents were not stored.".to_owned();
            self.problem(ProblemSeverity::Rejected, codes::RECORD_UNUSABLE, record, message);
            return self.sink.fate(RecordFate::Rejected);
        }
        let mut names: Vec<Name> = id.iter().map(|id| Name::new(Scheme::Uuid, id)).collect();
        names.extend(username.iter().map(|name| Name::new(Scheme::Upn, name)));
        let principal = names[0].clone();
        self.sink.fact(Fact::Principal(PrincipalFact {
            names,
            rank: 0,
            kind: PrincipalKind::User,
            display_name: username,
            status: Some(match user.at("enabled").flag() {
                Some(true) => PersonStatus::Active,
                Some(false) => PersonStatus::Disabled,
                None => PersonStatus::Unknown,
            }),
            member_count: None,
        }));
        for consent in consents {
            self.consent(consent, &principal, record);
        }
        self.sink.fate(RecordFate::Accepted);
    }

    fn service_account(&mut self, user: &Node, client_id: &str) {
        let mapped = *user.at("realmRoles") != Node::Null || *user.at("clientRoles") != Node::Null;
        let roles = self.view.roles_of_user(mapped.then(|| read_role_mappings(user)), &user.at("groups").names());
        for permit in self.view.service_account_permits(client_id, roles) {
            self.sink.grant(&GrantFact {
                client: (Scheme::ClientId, client_id),
                audience: (permit.audience.0, &permit.audience.1),
                scope: ScopeRef::Value(permit.kind, &permit.value),
                mode: GrantMode::Application,
                principal: None,
                principal_kind: PrincipalKind::Unknown,
                origin_kind: GrantOrigin::ServiceAccountRole,
                narrowed: false,
                granted_at: None,
                expires_at: Expiry::Never,
            });
        }
    }

    fn consent(&mut self, consent: &Node, principal: &Name, record: u32) {
        let Some(client_id) = consent.at("clientId").text() else {
            let message = "A consent of this user names no client; it was not stored.".to_owned();
            return self.problem(ProblemSeverity::Warning, codes::RECORD_UNUSABLE, record, message);
        };
        let granted_at = consent.at("createdDate").whole().filter(|at| *at > 0);
        for name in consent.at("grantedClientScopes").names() {
            for permit in self.view.scope_permits(&name) {
                self.sink.grant(&GrantFact {
                    client: (Scheme::ClientId, &client_id),
                    audience: (permit.audience.0, &permit.audience.1),
                    scope: ScopeRef::Value(permit.kind, &permit.value),
                    mode: GrantMode::DelegatedOne,
                    principal: Some((principal.scheme, &principal.value)),
                    principal_kind: PrincipalKind::User,
                    origin_kind: GrantOrigin::Consent,
                    narrowed: false,
                    granted_at,
                    expires_at: Expiry::Never,
                });
            }
        }
    }
}
