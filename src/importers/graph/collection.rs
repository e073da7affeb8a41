//! Which list a page belongs to: from `@odata.context`, from the next link, or from the file's name, in this order.

use crate::model::facts::Name;
use crate::model::kinds::{RecordKind, Scheme};

use super::shape::Shape;

/// Object whose nested list a page is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parent {
    /// Service principal by object id.
    ServicePrincipal(String),
    /// Service principal or application by appId.
    AppId(String),
    /// Application by object id.
    Application(String),
    /// Activated directory role by its id.
    DirectoryRole(String),
    /// Group by its id.
    Group(String),
    /// Some object whose kind nobody said.
    Unsaid(String),
}

impl Parent {
    /// The name by which facts refer to a client; `None` for roles and groups.
    pub fn client(&self) -> Option<Name> {
        match self {
            Self::ServicePrincipal(id) => Some(Name::new(Scheme::ObjectId, id)),
            Self::AppId(id) => Some(Name::new(Scheme::ClientId, id)),
            Self::Application(id) => Some(Name::new(Scheme::AppObjectId, id)),
            _ => None,
        }
    }

    /// A name for the completeness of the parent's list.
    pub fn name(&self) -> Name {
        match self {
            Self::DirectoryRole(id) | Self::Group(id) | Self::Unsaid(id) => Name::new(Scheme::ObjectId, id),
            _ => self.client().unwrap_or_else(|| Name::new(Scheme::ObjectId, "")),
        }
    }
}

/// A list of the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collection {
    /// What its records are; `None` = look at each record.
    pub shape: Option<Shape>,
    /// What the list is to its parent.
    pub relation: Option<Relation>,
    /// Object that it belongs to.
    pub parent: Option<Parent>,
    /// True when only records of a derived type are in it, so that it can never be the whole list.
    pub cast: bool,
    /// True for one entity (`/$entity`).
    pub entity: bool,
}

/// What a nested list is to its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Owners of a client.
    Owners,
    /// Members of a directory role or group.
    Members,
    /// Federated identity credentials of an application.
    Federated,
    /// Roles that a service principal holds.
    Assignments,
    /// Who holds roles of a service principal.
    AssignedTo,
}

impl Collection {
    /// The list that this is, as far as the collection alone tells.
    pub fn list(&self) -> Option<RecordKind> {
        match (self.relation, &self.parent) {
            (Some(Relation::Owners), _) => Some(RecordKind::Owners),
            (Some(Relation::Members), Some(Parent::DirectoryRole(_))) => Some(RecordKind::DirectoryRoles),
            (Some(Relation::Members), _) => Some(RecordKind::GroupMembers),
            (Some(Relation::AssignedTo), _) => Some(RecordKind::AppRoleAssignedTo),
            _ => self.shape.and_then(|shape| shape.list()),
        }
    }

    /// From the part of an `@odata.context` after `$metadata#`.
    pub fn of_context(context: &str) -> Option<Self> {
        let (_, fragment) = context.split_once("$metadata#")?;
        Some(Self::of_path(fragment))
    }

    /// From a next link: its path says whose list it is where the context does not.
    pub fn of_link(link: &str) -> Option<Self> {
        let (_, path) = link.split_once("://")?;
        let path = path.split(['?', '#']).next()?;
        let (_, path) = path.split_once('/')?;
        let path = path.strip_prefix("v1.0/").or_else(|| path.strip_prefix("beta/"))?;
        Some(Self { cast: link.contains("$filter=") || link.contains("%24filter="), ..Self::of_path(path) })
    }

    /// From a file name such as `servicePrincipals-<id>-owners.json` or `owners/applications_<id>.json`.
    pub fn of_file_name(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let relation = [
            ("approleassignedto", Relation::AssignedTo),
            ("approleassignments", Relation::Assignments),
            ("federatedidentitycredentials", Relation::Federated),
            ("owners", Relation::Owners),
            ("members", Relation::Members),
        ]
        .into_iter()
        .find(|(word, _)| lower.contains(word))
        .map(|(_, relation)| relation);
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let parent = find_guid(name).filter(|_| relation.is_some()).map(|id| {
            let id = id.to_owned();
            match relation {
                Some(Relation::Assignments | Relation::AssignedTo) => Parent::ServicePrincipal(id),
                Some(Relation::Federated) => Parent::Application(id),
                _ if has(&["serviceprincipal", "service-principal", "service_principal", "enterpriseapp"]) => Parent::ServicePrincipal(id),
                _ if has(&["directoryrole", "directory-role"]) => Parent::DirectoryRole(id),
                _ if has(&["application", "appregistration", "app-registration"]) => Parent::Application(id),
                _ if has(&["group"]) => Parent::Group(id),
                _ => Parent::Unsaid(id),
            }
        });
        let shape = match relation {
            Some(Relation::Assignments | Relation::AssignedTo) => Some(Shape::AppRoleAssignment),
            Some(Relation::Federated) => Some(Shape::Federated),
            Some(_) => None,
            None if has(&["serviceprincipal", "service-principal", "service_principal", "enterpriseapp", "enterprise-app", "sp-list"]) => {
                Some(Shape::ServicePrincipal)
            }
            None if has(&["application", "appregistration", "app-registration", "app-list", "app-get"]) => Some(Shape::Application),
            None => None,
        };
        Self { shape, relation, parent, ..Self::default() }
    }

    /// From `servicePrincipals('id')/owners`, `servicePrincipals/id/owners`, `applications(id,appId)/$entity` and their like.
    fn of_path(path: &str) -> Self {
        let mut out = Self::default();
        let mut parent: Option<Parent> = None;
        let mut last_set = String::new();
        for segment in split_path(path) {
            let (word, inside) = match segment.split_once('(') {
                Some((word, rest)) => (word, rest.strip_suffix(')').unwrap_or(rest)),
                None => (segment, ""),
            };
            if word.eq_ignore_ascii_case("$entity") {
                out.entity = true;
                continue;
            }
            if word.to_ascii_lowercase().starts_with("microsoft.graph.") {
                out.cast = true;
                if let Some(shape) = Shape::of_type(word) {
                    out.shape = Some(shape);
                }
                continue;
            }
            if is_id(word) {
                parent = parent_of(&last_set, word);
                continue;
            }
            out.relation = match word.to_ascii_lowercase().as_str() {
                "owners" => Some(Relation::Owners),
                "members" => Some(Relation::Members),
                "federatedidentitycredentials" => Some(Relation::Federated),
                "approleassignments" => Some(Relation::Assignments),
                "approleassignedto" => Some(Relation::AssignedTo),
                "directory" | "reports" | "rolemanagement" | "auditlogs" => continue,
                _ => None,
            };
            out.shape = Shape::of_set(word);
            last_set = word.to_owned();
            // A key in brackets is quoted or a pair; a list of selected fields is neither.
            if let Some(app_id) = key_pair(inside) {
                parent = Some(Parent::AppId(app_id.to_owned()));
            } else if let Some(id) = inside.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
                parent = parent_of(word, id);
            }
        }
        if out.relation.is_some() {
            out.parent = parent;
        }
        if matches!(out.relation, Some(Relation::Owners | Relation::Members)) {
            // The type of each record decides, not the name of the list.
            out.shape = None;
        }
        out
    }
}

/// Segments between slashes outside brackets: field lists hold slashes of their own.
fn split_path(path: &str) -> Vec<&str> {
    let (mut depth, mut from, mut out) = (0u32, 0, Vec::new());
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                out.push(&path[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(&path[from..]);
    out.retain(|segment| !segment.is_empty());
    out
}

fn key_pair(inside: &str) -> Option<&str> {
    let (key, value) = inside.split_once('=')?;
    key.trim().eq_ignore_ascii_case("appId").then(|| value.trim().trim_matches('\''))
}

fn parent_of(set: &str, id: &str) -> Option<Parent> {
    let id = id.to_owned();
    Some(match set.to_ascii_lowercase().as_str() {
        "serviceprincipals" => Parent::ServicePrincipal(id),
        "applications" => Parent::Application(id),
        "directoryroles" => Parent::DirectoryRole(id),
        "groups" => Parent::Group(id),
        _ => Parent::Unsaid(id),
    })
}

/// Whether this is a GUID, the form of all Entra object ids.
pub fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn find_guid(text: &str) -> Option<&str> {
    (0..text.len()).find_map(|at| text.get(at..at + 36).filter(|candidate| is_id(candidate)))
}

/// The tenant in an `@odata.id`: `https://graph.microsoft.com/v2/<tenant>/...`.
pub fn tenant_of(odata_id: &str) -> Option<&str> {
    let (_, path) = odata_id.split_once("://")?;
    let mut segments = path.split('/').skip(1);
    let (version, tenant) = (segments.next()?, segments.next()?);
    (version.eq_ignore_ascii_case("v2") && is_id(tenant)).then_some(tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0d2eb848-da5f-4131-b739-941150b3a43d";

    fn context(fragment: &str) -> Collection {
        Collection::of_context(&format!("https://graph.microsoft.com/v1.0/$metadata#{fragment}")).expect("a context")
    }

    #[test]
    fn contexts_name_the_list_and_its_parent() {
        assert_eq!(context("servicePrincipals").list(), Some(RecordKind::ServicePrincipals));
        assert_eq!(context("servicePrincipals(id,appRoles)").shape, Some(Shape::ServicePrincipal));
        assert_eq!(context("applications(id,owners(id,displayName))").list(), Some(RecordKind::Applications));
        assert!(context("applications(id,appId)/$entity").entity);
        assert!(
            context("servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal").cast,
            "a derived type is never the whole list"
        );
        assert_eq!(context("oauth2PermissionGrants").list(), Some(RecordKind::Oauth2PermissionGrants));
        let to = context(&format!("servicePrincipals('{A}')/appRoleAssignedTo"));
        assert_eq!((to.list(), to.parent), (Some(RecordKind::AppRoleAssignedTo), Some(Parent::ServicePrincipal(A.to_owned()))));
        let federated = context(&format!("applications(appId='{A}')/federatedIdentityCredentials"));
        assert_eq!((federated.shape, federated.parent), (Some(Shape::Federated), Some(Parent::AppId(A.to_owned()))));
        assert_eq!(context("roleManagement/directory/roleAssignments").shape, Some(Shape::RoleAssignment));
        assert_eq!(context("roleManagement/directory/roleAssignments(roleDefinition())").shape, Some(Shape::RoleAssignment));
        assert_eq!(context("directoryObjects"), Collection::default(), "says nothing about whose they are");
        assert!(matches!(context("reports/servicePrincipalSignInActivities").shape, Some(Shape::Unused(_))));
        assert!(matches!(context("auditLogs/directoryAudits").shape, Some(Shape::Unused(_))));
    }

    #[test]
    fn next_links_name_the_parent() {
        let link = Collection::of_link(&format!("https://graph.microsoft.com/v1.0/servicePrincipals/{A}/appRoleAssignedTo?$skiptoken=x"))
            .expect("a link");
        assert_eq!((link.list(), link.parent), (Some(RecordKind::AppRoleAssignedTo), Some(Parent::ServicePrincipal(A.to_owned()))));
        let owners =
            Collection::of_link(&format!("https://graph.microsoft.com/beta/applications/{A}/owners?$skiptoken=x")).expect("a link");
        assert_eq!((owners.relation, owners.parent, owners.shape), (Some(Relation::Owners), Some(Parent::Application(A.to_owned())), None));
        assert!(Collection::of_link("https://graph.microsoft.com/v1.0/servicePrincipals?$filter=x&$skiptoken=y").expect("a link").cast);
    }

    #[test]
    fn file_names_are_the_last_resort() {
        let owners = Collection::of_file_name(&format!("servicePrincipals-{A}-owners.json"));
        assert_eq!((owners.relation, owners.parent), (Some(Relation::Owners), Some(Parent::ServicePrincipal(A.to_owned()))));
        assert_eq!(Collection::of_file_name(&format!("owners-{A}.json")).parent, Some(Parent::Unsaid(A.to_owned())), "whose, nobody says");
        assert_eq!(Collection::of_file_name("graph-applications-credentials.json").shape, Some(Shape::Application));
        assert_eq!(Collection::of_file_name("grants.json"), Collection::default());
    }

    #[test]
    fn tenants_come_from_odata_ids() {
        assert_eq!(tenant_of(&format!("https://graph.microsoft.com/v2/{A}/oauth2PermissionGrants/x")), Some(A));
        assert_eq!(tenant_of("https://graph.microsoft.com/v1.0/servicePrincipals/x"), None);
    }
}
