//! Service principals and applications: two records, one client (decisions D19, D24), and the API that they publish.
//!
//! Ranks (lower wins, decision D55): 0 what only an application knows, 1 the service principal, 2 the application, 3 a
//! mention as owner or member.

use crate::formats::text;
use crate::model::facts::{AudienceFact, ClientFact, Fact, Name, ScopeFact};
use crate::model::kinds::{ClientKind, RecordKind, Scheme, ScopeKind, Tri};

use super::collection::Parent;
use super::objects::{AppRole, Application, DelegatedScope, DirectoryObject, Federated, RoleAssigned, ServicePrincipal, VerifiedPublisher};
use super::reading::{Reading, happened, names};
use super::wire::{Flag, Many, One, Text, Whole};

/// Graph returns at most this many entries of an expanded list.
const EXPANDED: usize = 20;

fn tri(flag: Flag) -> Option<Tri> {
    flag.0.map(|yes| if yes { Tri::Yes } else { Tri::No })
}

fn multi_tenant(audience: &Text<'_>) -> Option<Tri> {
    audience.get().map(|word| if word.eq_ignore_ascii_case("AzureADMyOrg") { Tri::No } else { Tri::Yes })
}

/// Publisher and whether it is verified: the object with three nulls says "not verified", no object says nothing.
fn publisher(verified: &One<VerifiedPublisher<'_>>, stated: &Text<'_>) -> (Option<String>, Option<Tri>) {
    let name = verified.0.as_ref().and_then(|publisher| publisher.display_name.display());
    let is_verified = verified.0.as_ref().map(|publisher| if name.is_some() || publisher.id.get().is_some() { Tri::Yes } else { Tri::No });
    (name.or_else(|| stated.display()), is_verified)
}

fn of_list<T>(list: &Many<Whole<T>>, secrets: impl Fn(&T) -> u32) -> u32 {
    list.iter().map(|entry| secrets(&entry.0)).sum()
}

impl Reading<'_> {
    /// A service principal.
    pub fn service_principal(&mut self, sp: &ServicePrincipal<'_>) {
        let (id, app_id) = (sp.id.key(), sp.app_id.key());
        let identity = id.or(app_id).unwrap_or_default().to_ascii_lowercase();
        self.begin(RecordKind::ServicePrincipals, &["servicePrincipal", &identity]);
        self.dropped(
            sp.secrets
                + of_list(&sp.passwords, |entry| entry.secrets)
                + of_list(&sp.keys, |entry| entry.secrets)
                + of_list(&sp.owners, |entry| entry.secrets)
                + of_list(&sp.federated, |entry| entry.secrets),
        );
        let names = names(&[(Scheme::ClientId, app_id), (Scheme::ObjectId, id)]);
        let Some(client) = names.first().cloned() else { return self.lacks("service principal", "id or appId") };
        if sp.deleted.get().is_some() {
            return self.ignore("deleted objects");
        }
        self.tenant(&sp.odata_id);
        if let Some(id) = id {
            self.service_principals.insert(id);
        }
        let managed = sp.sp_type.is("ManagedIdentity");
        let has_own = !managed && (sp.passwords.len() > 0 || sp.keys.iter().any(|key| !key.0.usage.is("Sign")));
        let kind = match sp.sp_type.get().map(str::to_ascii_lowercase).as_deref() {
            Some("managedidentity") => Some(ClientKind::ManagedIdentity),
            Some("serviceidentity") => Some(ClientKind::Agent),
            // What kind of client an application is, its registration says; a secret here shows a confidential one.
            _ => has_own.then_some(ClientKind::Confidential),
        };
        let (publisher, publisher_verified) = publisher(&sp.verified, &sp.publisher);
        let display_name = sp.display_name.display().or_else(|| sp.app_display_name.display());
        self.fact(Fact::Client(ClientFact {
            names: names.clone(),
            rank: 1,
            display_name: display_name.clone(),
            kind,
            enabled: tri(sp.enabled),
            publisher,
            publisher_verified,
            owner_tenant: sp.owner_tenant.key().map(str::to_owned),
            multi_tenant: multi_tenant(&sp.audience),
            created_at: happened(&sp.created),
            ..ClientFact::default()
        }));
        if sp.app_roles.len() + sp.scopes.len() > 0 {
            self.audience(&names, 1, display_name, &sp.names);
            self.scopes(&client, &sp.app_roles, &sp.scopes);
        }
        if managed {
            self.managed_credential(&client);
        } else {
            self.credentials(&client, &sp.passwords, &sp.keys);
        }
        self.owners_of(&client, &sp.owners, &sp.owners_next);
        self.federated_of(&client, &sp.federated, &sp.federated_next);
        self.nested_grants(&client, sp);
        self.accept();
    }

    /// An application registered in this tenant.
    pub fn application(&mut self, app: &Application<'_>) {
        let (id, app_id) = (app.id.key(), app.app_id.key());
        let identity = id.or(app_id).unwrap_or_default().to_ascii_lowercase();
        self.begin(RecordKind::Applications, &["application", &identity]);
        self.dropped(
            app.secrets
                + of_list(&app.passwords, |entry| entry.secrets)
                + of_list(&app.keys, |entry| entry.secrets)
                + of_list(&app.owners, |entry| entry.secrets)
                + of_list(&app.federated, |entry| entry.secrets),
        );
        let names = names(&[(Scheme::ClientId, app_id), (Scheme::AppObjectId, id)]);
        let Some(client) = names.first().cloned() else { return self.lacks("application", "id or appId") };
        if app.deleted.get().is_some() {
            return self.ignore("deleted objects");
        }
        self.tenant(&app.odata_id);
        let redirects = [&app.web, &app.spa, &app.public].map(|list| list.0.as_ref().map_or(0, |list| list.uris.len()));
        let confidential = app.passwords.len() + app.keys.len() > 0 || redirects[0] > 0;
        let kind = if confidential {
            Some(ClientKind::Confidential)
        } else {
            (app.fallback_public.0 == Some(true) || redirects[1] + redirects[2] > 0).then_some(ClientKind::Public)
        };
        let (publisher, publisher_verified) = publisher(&app.verified, &app.publisher_domain);
        self.fact(Fact::Client(ClientFact {
            names: names.clone(),
            rank: 0,
            multi_tenant: multi_tenant(&app.audience),
            kind,
            grant_types: grant_types(app, redirects),
            created_at: happened(&app.created),
            ..ClientFact::default()
        }));
        let display_name = app.display_name.display();
        self.fact(Fact::Client(ClientFact {
            names: names.clone(),
            rank: 2,
            display_name: display_name.clone(),
            publisher,
            publisher_verified,
            ..ClientFact::default()
        }));
        let empty = Many(None);
        let api = app.api.0.as_ref();
        let published = api.map_or(&empty, |api| &api.scopes);
        let published = if published.len() > 0 { published } else { &app.scopes };
        if app.app_roles.len() + published.len() > 0 {
            self.audience(&names, 2, display_name, &app.identifier_uris);
            self.scopes(&client, &app.app_roles, published);
        }
        for entry in api.map_or(&Many(None), |api| &api.pre_authorized).iter() {
            self.pre_authorized((client.scheme, &client.value), &entry.0);
        }
        self.credentials(&client, &app.passwords, &app.keys);
        self.owners_of(&client, &app.owners, &app.owners_next);
        self.federated_of(&client, &app.federated, &app.federated_next);
        self.accept();
    }

    /// A service principal that only another list mentions: its names and what else the mention says.
    pub fn mentioned(&mut self, object: &DirectoryObject<'_>) -> Option<Name> {
        let id = object.id.key()?;
        self.service_principals.insert(id);
        let names = names(&[(Scheme::ClientId, object.app_id.key()), (Scheme::ObjectId, Some(id))]);
        if names.len() > 1 || object.display_name.get().is_some() {
            self.fact(Fact::Client(ClientFact {
                names,
                rank: 3,
                display_name: object.display_name.display(),
                enabled: tri(object.enabled),
                ..ClientFact::default()
            }));
        }
        Some(Name::new(Scheme::ObjectId, id))
    }

    fn audience(&mut self, client: &[Name], rank: u8, display_name: Option<String>, identifiers: &Many<Text<'_>>) {
        let mut names = client.to_vec();
        for identifier in identifiers.iter().filter_map(Text::key) {
            // Service principal names repeat the appId beside the URIs.
            if identifier.contains(':') {
                names.push(Name::new(Scheme::Uri, identifier));
            }
        }
        self.fact(Fact::Audience(AudienceFact { names, rank, display_name, is_client: true, ..AudienceFact::default() }));
    }

    fn scopes(&mut self, audience: &Name, roles: &Many<Whole<AppRole<'_>>>, scopes: &Many<Whole<DelegatedScope<'_>>>) {
        for role in roles.iter().map(|role| &role.0) {
            self.scope(audience, ScopeKind::AppRole, &role.id, &role.value, role.display_name.display());
        }
        for scope in scopes.iter().map(|scope| &scope.0) {
            self.scope(
                audience,
                ScopeKind::Scope,
                &scope.id,
                &scope.value,
                scope.display_name.display().or_else(|| scope.user_display_name.display()),
            );
        }
    }

    fn scope(&mut self, audience: &Name, kind: ScopeKind, id: &Text<'_>, value: &Text<'_>, display_name: Option<String>) {
        let too_long = [id, value].into_iter().any(|text| text.get().is_some_and(|text| text.trim().len() > text::KEY_BYTES));
        // Roles such as msiam_access have no value: their id names them.
        match value.key().or_else(|| id.key()) {
            Some(named) if !too_long => self.fact(Fact::Scope(ScopeFact {
                audience: audience.clone(),
                kind,
                value: named.to_owned(),
                source_id: id.key().map(str::to_owned),
                display_name,
                implies: None,
            })),
            _ => self.warn(super::codes::PART_LEFT_OUT, "A permission of this API has no usable value and id; it was left out."),
        }
    }

    fn federated_of(&mut self, client: &Name, list: &Many<Whole<Federated<'_>>>, next: &Text<'_>) {
        for entry in list.iter() {
            if !self.federated(client, &entry.0) {
                self.warn(super::codes::PART_LEFT_OUT, "A federated credential without subject was left out.");
            }
        }
        self.expanded(RecordKind::FederatedIdentityCredentials, client, list.len(), next);
    }

    /// Says that an expanded list was cut, if it was: Graph stops at 20 without saying so (decision D21).
    pub fn expanded(&mut self, list: RecordKind, parent: &Name, length: usize, next: &Text<'_>) {
        if next.get().is_some() || length == EXPANDED {
            let reason = "an expanded list of exactly 20 entries was cut by Graph";
            self.pages.nested_cut(list, parent.clone(), reason);
            self.warn(
                super::codes::NESTED_CUT,
                format!("The {list} of this record hold {length} entries, where Graph stops; export the list by itself to have the rest."),
            );
        }
    }

    /// Assignments and grants that were expanded inside a service principal; they belong to its record.
    fn nested_grants(&mut self, client: &Name, sp: &ServicePrincipal<'_>) {
        let mut left_out = 0;
        for entry in sp.assignments.iter().chain(sp.assigned_to.iter()) {
            let assigned: &RoleAssigned<'_> = &entry.0;
            left_out += u32::from(matches!(self.assigned(assigned), Err(super::grants::Left::Lacks(_))));
        }
        for entry in sp.grants.iter() {
            left_out += u32::from(self.delegated(&entry.0).is_err());
        }
        if left_out > 0 {
            self.warn(super::codes::PART_LEFT_OUT, format!("{left_out} grants inside this record lack a field and were left out."));
        }
        self.expanded(RecordKind::AppRoleAssignments, client, sp.assignments.len(), &sp.assignments_next);
        self.expanded(RecordKind::AppRoleAssignedTo, client, sp.assigned_to.len(), &sp.assigned_to_next);
        self.expanded(RecordKind::Oauth2PermissionGrants, client, sp.grants.len(), &sp.grants_next);
    }

    /// A federated identity credential as a record of its own, whose application the page names.
    pub fn federated_record(&mut self, federated: &Federated<'_>, parent: Option<&Parent>) {
        let id = federated.id.key().unwrap_or_default().to_ascii_lowercase();
        self.begin(RecordKind::FederatedIdentityCredentials, &["federated", &id]);
        self.dropped(federated.secrets);
        self.tenant(&federated.odata_id);
        let Some(client) = parent.and_then(Parent::client) else {
            return self.reject(
                super::codes::NO_PARENT,
                "Neither @odata.context nor the file name says whose federated credential this is. Keep @odata.context, or name the file applications-<id>-federatedIdentityCredentials.json.",
            );
        };
        if self.federated(&client, federated) { self.accept() } else { self.lacks("federated credential", "subject") }
    }
}

/// What an application may do at the token endpoint, as far as its registration says.
fn grant_types(app: &Application<'_>, redirects: [usize; 3]) -> Option<String> {
    let implicit = app.web.0.as_ref().and_then(|web| web.implicit.0.as_ref());
    let implicit = implicit.is_some_and(|settings| settings.access.0 == Some(true) || settings.id_token.0 == Some(true));
    let mut words = Vec::new();
    if redirects.iter().any(|count| *count > 0) {
        words.push("authorization_code");
    }
    if implicit {
        words.push("implicit");
    }
    (!words.is_empty()).then(|| words.join(" "))
}
