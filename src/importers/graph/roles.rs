//! Directory roles held by service principals: application grants at the audience "Entra directory" (decision D57).

use std::collections::BTreeSet;

use crate::model::facts::{AudienceFact, Fact, GrantFact, Name, ScopeFact, ScopeRef};
use crate::model::kinds::{GrantMode, GrantOrigin, PrincipalKind, RecordKind, Scheme, ScopeKind};
use crate::model::time::Expiry;

use super::codes;
use super::objects::{DirectoryObject, DirectoryRole, RoleDefinition, RoleHeld};
use super::people::object_shape;
use super::reading::Reading;
use super::shape::Shape;

/// Name of the audience that stands for the tenant's directory.
pub const DIRECTORY: &str = "entra-directory";

const OF_PEOPLE: &str = "directory roles of users are not permissions of a client";
const UNKNOWN_HOLDER: &str =
    "directory roles whose holder is no service principal of this set (add servicePrincipals, or export with $expand=principal)";
const OF_GROUP: &str = "directory roles of groups whose service principals no file lists (add groups/<id>/members)";

impl Reading<'_> {
    /// A roleAssignment. Comes last, when all service principals and group members of the set are known.
    pub fn role_assignment(&mut self, held: &RoleHeld<'_>) {
        let (role, principal) = (held.role_id.key().unwrap_or_default(), held.principal_id.key().unwrap_or_default());
        let lower = principal.to_ascii_lowercase();
        match held.id.get() {
            Some(id) => self.begin(RecordKind::DirectoryRoles, &["roleAssignment", id]),
            None => self.begin(RecordKind::DirectoryRoles, &["roleAssignment", &role.to_ascii_lowercase(), &lower]),
        }
        self.dropped(held.secrets);
        self.tenant(&held.odata_id);
        if role.is_empty() || principal.is_empty() {
            return self.lacks("role assignment", if role.is_empty() { "roleDefinitionId" } else { "principalId" });
        }
        let stated = held.principal.0.as_ref().map(object_shape);
        let holders: Vec<String> = if stated == Some(Shape::ServicePrincipal) || self.service_principals.contains(principal) {
            vec![principal.to_owned()]
        } else if let Some(members) = self.group_members.get(&lower) {
            members.iter().cloned().collect()
        } else {
            if stated == Some(Shape::User) {
                return self.ignore(OF_PEOPLE);
            }
            self.pages.holder_unknown();
            return self.ignore(if stated == Some(Shape::Group) { OF_GROUP } else { UNKNOWN_HOLDER });
        };
        if let Some(object) = held.principal.0.as_ref().filter(|_| stated == Some(Shape::ServicePrincipal)) {
            self.mentioned(object);
        }
        let narrowed =
            [&held.directory_scope, &held.app_scope].into_iter().any(|scope| scope.get().is_some_and(|scope| scope.trim() != "/"));
        self.directory();
        if let Some(definition) = &held.definition.0 {
            self.defined(definition);
        }
        for holder in holders {
            self.holds(&holder, role, narrowed);
        }
        self.accept();
    }

    /// A roleDefinition.
    pub fn role_definition(&mut self, definition: &RoleDefinition<'_>) {
        let id = definition.id.key().or_else(|| definition.template_id.key()).unwrap_or_default().to_ascii_lowercase();
        self.begin(RecordKind::DirectoryRoles, &["roleDefinition", &id]);
        self.dropped(definition.secrets);
        self.tenant(&definition.odata_id);
        if id.is_empty() {
            return self.lacks("role definition", "id");
        }
        self.directory();
        self.defined(definition);
        self.accept();
    }

    /// An activated role, with its members if they were expanded.
    pub fn directory_role(&mut self, role: &DirectoryRole<'_>) {
        let id = role.id.key().unwrap_or_default();
        let lower = id.to_ascii_lowercase();
        self.begin(RecordKind::DirectoryRoles, &["directoryRole", &lower]);
        self.dropped(role.secrets);
        self.tenant(&role.odata_id);
        if id.is_empty() {
            return self.lacks("directory role", "id");
        }
        self.directory();
        // Member lists name the role by its own id, assignments by its template.
        let value = role.display_name.key().or_else(|| role.template_id.key()).unwrap_or(id);
        for source_id in [Some(id), role.template_id.key()].into_iter().flatten() {
            self.role_scope(value, source_id, role.display_name.display(), None);
        }
        let mut groups = 0;
        for member in role.members.iter().map(|member| &member.0) {
            match (object_shape(member), member.id.key()) {
                (Shape::ServicePrincipal, Some(holder)) => {
                    self.mentioned(member);
                    self.holds(holder, id, false);
                }
                (Shape::Group, _) => groups += 1,
                _ => {}
            }
        }
        if groups > 0 {
            self.warn(codes::PART_LEFT_OUT, format!("{groups} groups hold this role; export roleManagement/directory/roleAssignments and groups/<id>/members to count their service principals."));
        }
        let name = Name::new(Scheme::ObjectId, id);
        self.expanded(RecordKind::DirectoryRoles, &name, role.members.len(), &role.members_next);
        self.accept();
    }

    /// A member of a directory role as a record of its own. Groups come last, when their members are known.
    pub fn role_member(&mut self, member: &DirectoryObject<'_>, role: &str) {
        let id = member.id.key().unwrap_or_default();
        let lower = id.to_ascii_lowercase();
        self.begin(RecordKind::DirectoryRoles, &["roleMember", &role.to_ascii_lowercase(), &lower]);
        self.dropped(member.secrets);
        self.tenant(&member.odata_id);
        if id.is_empty() {
            return self.lacks("member of a directory role", "id");
        }
        let holders: BTreeSet<String> = match object_shape(member) {
            Shape::ServicePrincipal => {
                self.mentioned(member);
                BTreeSet::from([id.to_owned()])
            }
            Shape::Group => match self.group_members.get(&lower) {
                Some(members) => members.clone(),
                None => return self.ignore(OF_GROUP),
            },
            Shape::User => return self.ignore(OF_PEOPLE),
            _ => return self.lacks("member of a directory role", "type"),
        };
        self.directory();
        for holder in holders {
            self.holds(&holder, role, false);
        }
        self.accept();
    }

    fn directory(&mut self) {
        self.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Name, DIRECTORY)],
            rank: 1,
            display_name: Some("Entra directory".to_owned()),
            is_client: false,
            built_in: Some(true),
            ..AudienceFact::default()
        }));
    }

    fn defined(&mut self, definition: &RoleDefinition<'_>) {
        let ids: BTreeSet<&str> = [definition.id.key(), definition.template_id.key()].into_iter().flatten().collect();
        let Some(value) = definition.display_name.key().or_else(|| ids.first().copied()) else { return };
        // What a custom role allows is only in its actions; built-in roles are known by name.
        let actions: BTreeSet<&str> =
            definition.permissions.iter().flat_map(|permission| permission.0.actions.iter()).filter_map(|action| action.key()).collect();
        let implies =
            (definition.built_in.0 == Some(false) && !actions.is_empty()).then(|| actions.into_iter().collect::<Vec<_>>().join(" "));
        for id in ids {
            self.role_scope(value, id, definition.display_name.display(), implies.clone());
        }
    }

    fn role_scope(&mut self, value: &str, source_id: &str, display_name: Option<String>, implies: Option<String>) {
        self.fact(Fact::Scope(ScopeFact {
            audience: Name::new(Scheme::Name, DIRECTORY),
            kind: ScopeKind::DirectoryRole,
            value: value.to_owned(),
            source_id: Some(source_id.to_owned()),
            display_name,
            implies,
        }));
    }

    fn holds(&mut self, holder: &str, role: &str, narrowed: bool) {
        self.sink.grant(&GrantFact {
            client: (Scheme::ObjectId, holder),
            audience: (Scheme::Name, DIRECTORY),
            scope: ScopeRef::Id(ScopeKind::DirectoryRole, role),
            mode: GrantMode::Application,
            principal: None,
            principal_kind: PrincipalKind::Unknown,
            origin_kind: GrantOrigin::DirectoryRole,
            narrowed,
            granted_at: None,
            expires_at: Expiry::Never,
        });
    }
}
