//! Delegated grants and app role assignments: the hot path of an import, one grant per scope.

use std::collections::BTreeSet;

use crate::formats::text;
use crate::model::facts::{GrantFact, ScopeRef};
use crate::model::kinds::{GrantMode, GrantOrigin, PrincipalKind, RecordKind, Scheme, ScopeKind};
use crate::model::time::Expiry;

use super::collection::Relation;
use super::objects::{DelegatedGrant, PreAuthorized, RoleAssigned};
use super::reading::{Reading, happened};

/// Scopes of one grant that are compared one by one; longer lists are sorted.
const FEW_SCOPES: usize = 64;

/// "Default access": the client may use the API and has no permission at it.
const DEFAULT_ACCESS: &str = "00000000-0000-0000-0000-000000000000";

impl Reading<'_> {
    /// An oauth2PermissionGrant as a record of its own.
    pub fn delegated_grant(&mut self, grant: &DelegatedGrant<'_>) {
        let (client, resource) = (grant.client_id.get().unwrap_or_default(), grant.resource_id.get().unwrap_or_default());
        match grant.id.get() {
            Some(id) => self.begin(RecordKind::Oauth2PermissionGrants, &["grant", id]),
            None => {
                let principal = grant.principal_id.get().unwrap_or("all");
                self.begin(RecordKind::Oauth2PermissionGrants, &["grant", client, resource, principal]);
            }
        }
        self.dropped(grant.secrets);
        self.tenant(&grant.odata_id);
        match self.delegated(grant) {
            Ok(0) => self.ignore("delegated grants without any scope"),
            Ok(_) => self.accept(),
            Err(field) => self.lacks("delegated grant", field),
        }
    }

    /// States the grants of an oauth2PermissionGrant; gives their number, or the field that is missing.
    pub fn delegated(&mut self, grant: &DelegatedGrant<'_>) -> Result<usize, &'static str> {
        let client = grant.client_id.key().ok_or("clientId")?;
        let resource = grant.resource_id.key().ok_or("resourceId")?;
        let (mode, principal) = if grant.consent_type.is("AllPrincipals") {
            (GrantMode::DelegatedAll, None)
        } else if grant.consent_type.is("Principal") {
            (GrantMode::DelegatedOne, Some(grant.principal_id.key().ok_or("principalId")?))
        } else {
            return Err("consentType");
        };
        let scopes = grant.scope.0.as_deref().unwrap_or_default();
        // Split before any limit: a cut list would lose grants silently (decision D22).
        if scopes.split_whitespace().any(|scope| scope.len() > text::KEY_BYTES) {
            return Err("scope");
        }
        if let Some(principal) = principal {
            self.named.insert(principal);
        }
        let mut fact = GrantFact {
            client: (Scheme::ObjectId, client),
            audience: (Scheme::ObjectId, resource),
            scope: ScopeRef::Value(ScopeKind::Scope, ""),
            mode,
            principal: principal.map(|principal| (Scheme::ObjectId, principal)),
            principal_kind: PrincipalKind::User,
            origin_kind: GrantOrigin::Consent,
            narrowed: false,
            granted_at: None,
            expires_at: Expiry::Never,
        };
        let mut count = 0;
        let mut state = |scope| {
            fact.scope = ScopeRef::Value(ScopeKind::Scope, scope);
            self.sink.grant(&fact);
            count += 1;
        };
        // Exports repeat scopes in one row.
        let mut seen: [&str; FEW_SCOPES] = [""; FEW_SCOPES];
        let mut split = scopes.split_whitespace();
        let mut filled = 0;
        for scope in split.by_ref() {
            if seen[..filled].contains(&scope) {
                continue;
            }
            state(scope);
            seen[filled] = scope;
            filled += 1;
            if filled == FEW_SCOPES {
                break;
            }
        }
        if filled == FEW_SCOPES {
            let rest: BTreeSet<&str> = split.filter(|scope| !seen.contains(scope)).collect();
            rest.into_iter().for_each(state);
        }
        Ok(count)
    }

    /// An appRoleAssignment as a record of its own.
    pub fn app_role_assignment(&mut self, assigned: &RoleAssigned<'_>, relation: Option<Relation>) {
        let list = if relation == Some(Relation::AssignedTo) { RecordKind::AppRoleAssignedTo } else { RecordKind::AppRoleAssignments };
        let part = |text: &super::wire::Text<'_>| text.get().unwrap_or_default().to_ascii_lowercase();
        match assigned.id.get() {
            // The same row comes from the client's and from the resource's side with one id.
            Some(id) => self.begin(list, &["assignment", id]),
            None => {
                let (principal, resource, role) = (part(&assigned.principal_id), part(&assigned.resource_id), part(&assigned.app_role_id));
                self.begin(list, &["assignment", &principal, &resource, &role]);
            }
        }
        self.dropped(assigned.secrets);
        self.tenant(&assigned.odata_id);
        match self.assigned(assigned) {
            Ok(()) => self.accept(),
            Err(Left::Ignored(reason)) => self.ignore(reason),
            Err(Left::Lacks(field)) => self.lacks("app role assignment", field),
        }
    }

    /// States the grant of an appRoleAssignment.
    pub fn assigned(&mut self, assigned: &RoleAssigned<'_>) -> Result<(), Left> {
        let role = assigned.app_role_id.key().ok_or(Left::Lacks("appRoleId"))?;
        let principal = assigned.principal_id.key().ok_or(Left::Lacks("principalId"))?;
        let resource = assigned.resource_id.key().ok_or(Left::Lacks("resourceId"))?;
        if assigned.deleted.get().is_some() {
            return Err(Left::Ignored("deleted app role assignments"));
        }
        if assigned.principal_type.is("User") || assigned.principal_type.is("Group") {
            return Err(Left::Ignored("app roles of users and groups are access to an app, not a permission of a client"));
        }
        if !assigned.principal_type.is("ServicePrincipal") {
            return Err(Left::Lacks("principalType"));
        }
        if role == DEFAULT_ACCESS {
            return Err(Left::Ignored("default access without any permission (all-zero app role)"));
        }
        let granted = if assigned.created.get().is_some() { &assigned.created } else { &assigned.created_before };
        self.sink.grant(&GrantFact {
            client: (Scheme::ObjectId, principal),
            audience: (Scheme::ObjectId, resource),
            scope: ScopeRef::Id(ScopeKind::AppRole, role),
            mode: GrantMode::Application,
            principal: None,
            principal_kind: PrincipalKind::Unknown,
            origin_kind: GrantOrigin::Assignment,
            narrowed: false,
            granted_at: happened(granted),
            expires_at: Expiry::Never,
        });
        Ok(())
    }

    /// States that a client may use scopes of an application for all users without consent.
    pub fn pre_authorized(&mut self, audience: (Scheme, &str), entry: &PreAuthorized<'_>) {
        let Some(client) = entry.app_id.key() else { return };
        let ids = if entry.ids.len() > 0 { &entry.ids } else { &entry.ids_before };
        for id in ids.iter().filter_map(|id| id.key()) {
            self.sink.grant(&GrantFact {
                client: (Scheme::ClientId, client),
                audience,
                scope: ScopeRef::Id(ScopeKind::Scope, id),
                mode: GrantMode::DelegatedAll,
                principal: None,
                principal_kind: PrincipalKind::Unknown,
                origin_kind: GrantOrigin::PreAuthorized,
                narrowed: false,
                granted_at: None,
                expires_at: Expiry::Never,
            });
        }
    }
}

/// Why an assignment states no grant.
pub enum Left {
    /// Understood and not used.
    Ignored(&'static str),
    /// Lacks a field.
    Lacks(&'static str),
}
