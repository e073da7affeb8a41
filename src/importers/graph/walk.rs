//! Walks the items of one file: which list each page is, what each record is, and who reads it.

use std::rc::Rc;

use crate::formats::decode;
use crate::formats::json::{Container, Item, Limits, Record, Rules};
use crate::importers::FileInput;
use crate::model::kinds::{PrincipalKind, RecordKind};

use super::codes;
use super::collection::{Collection, Parent, Relation};
use super::objects::{
    Application, DelegatedGrant, DirectoryObject, DirectoryRole, Federated, Organization, RoleAssigned, RoleDefinition, RoleHeld,
    ServicePrincipal,
};
use super::page::{Header, Open, Shared, headers, relates};
use super::people::object_shape;
use super::reading::Reading;
use super::shape::{Probe, Shape};
use super::wire;

/// How Graph and the tools around it wrap records. `data` is AzureHound's list, looked through so that it is recognised.
pub const RULES: Rules = Rules {
    lists: &["value", "data"],
    wrappers: &["body", "responses"],
    limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 },
};

/// Users, groups and role assignments can only be judged when the rest of the set is known, so they are read in a
/// second pass over the files that hold them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Everything else.
    First,
    /// Only those.
    Late,
}

/// See the module.
pub struct Walk<'f> {
    file: &'f dyn FileInput,
    by_name: Collection,
    /// The collection of records outside any page.
    loose: Rc<Collection>,
    pass: Pass,
    open: Vec<Open>,
    opened: usize,
    /// Headers of all containers in order, read ahead once if a page does not start with its context.
    ahead: Option<Vec<Header>>,
    /// The last closed page that named a next one: the page after it may not say again whose it is.
    before: Option<(Header, Rc<Collection>)>,
    last: Option<Shape>,
    /// True when the file holds records for the second pass.
    pub has_late: bool,
    /// Error replies of Graph in the file.
    pub error_replies: u32,
}

impl<'f> Walk<'f> {
    /// Starts a file.
    pub fn new(file: &'f dyn FileInput, pass: Pass) -> Self {
        let by_name = Collection::of_file_name(file.name());
        Self {
            file,
            loose: Rc::new(Collection { shape: None, ..by_name.clone() }),
            by_name,
            pass,
            open: Vec::new(),
            opened: 0,
            ahead: None,
            before: None,
            last: None,
            has_late: false,
            error_replies: 0,
        }
    }

    /// Takes an item; false to stop.
    pub fn item(&mut self, item: Item<'_>, reading: &mut Reading<'_>) -> bool {
        match item {
            Item::Open(container) => {
                self.open.push(Open::new(container, self.opened));
                self.opened += 1;
            }
            Item::List(_) => {}
            Item::Field { key, value, .. } => {
                if let Some(open) = self.open.last_mut() {
                    open.header.note(key, value);
                    if key.eq_ignore_ascii_case("error") && value != b"null" {
                        self.error_replies += 1;
                        reading.pages.error();
                    }
                }
            }
            Item::Record(record) => return self.record(&record, reading),
            Item::Close(_) => {
                if let Some(open) = self.open.pop() {
                    self.close(open, reading);
                }
            }
        }
        true
    }

    fn close(&mut self, open: Open, reading: &mut Reading<'_>) {
        let mut collection = match &open.collection {
            Some(collection) => (**collection).clone(),
            None => open.header.collection(self.before.as_ref(), &self.by_name),
        };
        if let (None, Some(Relation::AssignedTo), Shared::One(resource)) = (&collection.parent, collection.relation, &open.resource) {
            // Graph's own context does not say at which API it was asked; the rows do.
            collection.parent = Some(Parent::ServicePrincipal(resource.clone()));
        }
        let parent = collection.parent.as_ref().filter(|parent| !matches!(parent, Parent::Unsaid(_))).map(Parent::name);
        if open.rejects > 0
            && let Some(list) = collection.list().or_else(|| open.lists.keys().copied().next())
        {
            reading.pages.rejected(list, parent.clone(), open.rejects);
        }
        if open.container == Container::Page {
            self.before = open.header.next.is_some().then(|| (open.header.clone(), Rc::new(collection.clone())));
        }
        if self.pass == Pass::Late {
            return;
        }
        // Definitions and activated roles do not list who holds them: only assignments can prove that a role ended.
        if matches!(collection.shape, Some(Shape::RoleDefinition | Shape::DirectoryRole)) {
            return;
        }
        match open.container {
            Container::Page => {
                let own = collection.list().or_else(|| (open.lists.len() == 1).then(|| open.lists.keys().copied().next()).flatten());
                // An empty page that does not say whose it is says nothing.
                if let Some(list) = own.filter(|list| open.records > 0 || parent.is_some() || !super::pages::is_nested(*list)) {
                    let context = open.header.context.as_deref().unwrap_or_default();
                    reading.pages.page(list, parent, context, open.header.next.is_some(), collection.cast);
                }
                if open.lists.len() > 1 {
                    open.lists.keys().for_each(|list| reading.pages.mixed(*list));
                }
            }
            Container::Array if open.records > 0 => {
                if open.lists.len() > 1 {
                    open.lists.keys().for_each(|list| reading.pages.mixed(*list));
                } else if let Some(list) = open.lists.keys().next() {
                    reading.pages.array(*list, parent, open.records);
                }
            }
            Container::Array | Container::Wrapper => {}
        }
    }

    fn record(&mut self, record: &Record<'_>, reading: &mut Reading<'_>) -> bool {
        self.settle();
        let collection = match self.open.last_mut() {
            Some(open) => {
                open.records += 1;
                open.collection.clone()
            }
            None => None,
        };
        let collection = collection.unwrap_or_else(|| Rc::clone(&self.loose));
        reading.at(record.offset);
        let rejects = reading.rejects;
        let list = self.read(record, &collection, reading);
        if let Some(open) = self.open.last_mut() {
            open.rejects += reading.rejects - rejects;
        }
        if reading.foreign.is_some() {
            return false;
        }
        if let (Some(list), Pass::First) = (list, self.pass) {
            match self.open.last_mut() {
                Some(open) if !record.alone => *open.lists.entry(list).or_default() += 1,
                _ => reading.pages.alone(list),
            }
        }
        true
    }

    /// Decides which list the innermost container is, at its first record.
    fn settle(&mut self) {
        let Some(open) = self.open.last() else { return };
        if open.collection.is_some() {
            return;
        }
        let collection = if open.container == Container::Array {
            Rc::clone(&self.loose)
        } else {
            let mut header = open.header.clone();
            if open.container == Container::Page && header.says_nothing() {
                // The context or next link may stand behind the records; PowerShell does not keep the order of keys.
                let file = self.file;
                if let Some(whole) = self.ahead.get_or_insert_with(|| headers(file)).get(open.ordinal) {
                    header = whole.clone();
                }
            }
            Rc::new(header.collection(self.before.as_ref(), &self.by_name))
        };
        if let Some(open) = self.open.last_mut() {
            open.collection = Some(collection);
        }
    }

    /// Reads one record; gives the list that it counts for.
    fn read(&mut self, record: &Record<'_>, collection: &Collection, reading: &mut Reading<'_>) -> Option<RecordKind> {
        let text = match decode::record_text(record.bytes) {
            Ok((text, guessed)) => {
                if guessed && self.pass == Pass::First {
                    reading.guessed_1252();
                }
                text
            }
            Err(_) => {
                if self.pass == Pass::First {
                    reading.begin(collection.list().unwrap_or(RecordKind::Stated), &[]);
                    reading.reject(codes::MIXED_ENCODING, "This record holds two encodings; any reading would garble some of its names.");
                }
                return collection.list();
            }
        };
        if relates(collection.relation) {
            return self.related(&text, collection, reading);
        }
        let mut shape = collection.shape;
        if shape.is_none() {
            // Records of one kind come in a row; the two kinds that come in millions are tried before they are probed.
            match self.last {
                Some(Shape::DelegatedGrant) => {
                    if let Ok(grant) = wire::read::<DelegatedGrant<'_>>(&text)
                        && grant.consent_type.get().is_some()
                        && grant.resource_id.get().is_some()
                    {
                        if self.pass == Pass::First {
                            reading.delegated_grant(&grant);
                        }
                        return Some(RecordKind::Oauth2PermissionGrants);
                    }
                }
                Some(Shape::AppRoleAssignment) => {
                    if let Ok(assigned) = wire::read::<RoleAssigned<'_>>(&text)
                        && assigned.app_role_id.get().is_some()
                        && assigned.principal_id.get().is_some()
                    {
                        return self.assignment(&assigned, collection, reading);
                    }
                }
                _ => {}
            }
            match wire::read::<Probe<'_>>(&text) {
                Ok(probe) => shape = Some(probe.shape()),
                Err(error) => {
                    if self.pass == Pass::First {
                        reading.unreadable(None, &error);
                    }
                    return None;
                }
            }
        }
        let mut shape = shape.unwrap_or(Shape::Unknown);
        if shape == Shape::Undecided {
            shape = self
                .by_name
                .shape
                .filter(|shape| matches!(shape, Shape::ServicePrincipal | Shape::Application))
                .unwrap_or(Shape::Undecided);
        }
        self.last = Some(shape);
        self.by_shape(shape, &text, collection, reading);
        shape.list()
    }

    fn assignment(&mut self, assigned: &RoleAssigned<'_>, collection: &Collection, reading: &mut Reading<'_>) -> Option<RecordKind> {
        if let (Some(open), Some(resource)) = (self.open.last_mut(), assigned.resource_id.key()) {
            open.resource.meet(resource);
        }
        if self.pass == Pass::First {
            reading.app_role_assignment(assigned, collection.relation);
        }
        Some(if collection.relation == Some(Relation::AssignedTo) { RecordKind::AppRoleAssignedTo } else { RecordKind::AppRoleAssignments })
    }

    fn by_shape(&mut self, shape: Shape, text: &str, collection: &Collection, reading: &mut Reading<'_>) {
        let late = matches!(shape, Shape::RoleAssignment | Shape::User | Shape::Group);
        self.has_late |= late;
        if late != (self.pass == Pass::Late) {
            return;
        }
        let list = collection.list().or(shape.list());
        macro_rules! read {
            ($ty:ident, $value:ident => $then:expr) => {
                match wire::read::<$ty<'_>>(text) {
                    Ok($value) => $then,
                    Err(error) => reading.unreadable(list, &error),
                }
            };
        }
        match shape {
            Shape::DelegatedGrant => read!(DelegatedGrant, grant => reading.delegated_grant(&grant)),
            Shape::AppRoleAssignment => read!(RoleAssigned, assigned => drop(self.assignment(&assigned, collection, reading))),
            Shape::ServicePrincipal => read!(ServicePrincipal, sp => reading.service_principal(&sp)),
            Shape::Application => read!(Application, app => reading.application(&app)),
            Shape::Federated => read!(Federated, federated => reading.federated_record(&federated, collection.parent.as_ref())),
            Shape::RoleAssignment => read!(RoleHeld, held => reading.role_assignment(&held)),
            Shape::RoleDefinition => read!(RoleDefinition, definition => reading.role_definition(&definition)),
            Shape::DirectoryRole => read!(DirectoryRole, role => reading.directory_role(&role)),
            Shape::Organization => read!(Organization, organization => reading.organization(&organization)),
            Shape::User => read!(DirectoryObject, user => reading.principal(&user, PrincipalKind::User)),
            Shape::Group => read!(DirectoryObject, group => reading.principal(&group, PrincipalKind::Group)),
            Shape::ErrorReply => {
                self.error_replies += 1;
                reading.pages.error();
                reading.begin(RecordKind::Stated, &[]);
                reading.ignore("error replies of Microsoft Graph");
            }
            Shape::Unused(reason) => {
                reading.begin(RecordKind::Stated, &[]);
                reading.ignore(reason);
            }
            Shape::Foreign(reason) => reading.foreign = Some(reason),
            Shape::Undecided => {
                reading.begin(RecordKind::Stated, &[]);
                reading.reject(
                    codes::NOT_KNOWN,
                    "This may be a service principal or an application. Keep @odata.context, select servicePrincipalType or publisherDomain too, or put servicePrincipals or applications into the file name.",
                );
            }
            Shape::Unknown => {
                reading.begin(RecordKind::Stated, &[]);
                reading.reject(
                    codes::NOT_KNOWN,
                    "Nothing tells what this record is: it has none of the fields of the Graph objects that are read.",
                );
            }
        }
    }

    /// An owner or member; which object it belongs to stands in the collection.
    fn related(&mut self, text: &str, collection: &Collection, reading: &mut Reading<'_>) -> Option<RecordKind> {
        let list = collection.list();
        let object = match wire::read::<DirectoryObject<'_>>(text) {
            Ok(object) => object,
            Err(error) => {
                if self.pass == Pass::First {
                    reading.unreadable(list, &error);
                }
                return list;
            }
        };
        let (shape, first) = (object_shape(&object), self.pass == Pass::First);
        if shape == Shape::Unknown && matches!(wire::read::<Probe<'_>>(text).map(|probe| probe.shape()), Ok(Shape::ErrorReply)) {
            self.by_shape(Shape::ErrorReply, text, collection, reading);
            return None;
        }
        match (collection.relation, &collection.parent) {
            (Some(Relation::Members), Some(Parent::DirectoryRole(role))) => {
                let late = shape == Shape::Group;
                self.has_late |= late;
                if late != first {
                    reading.role_member(&object, role);
                }
            }
            (Some(Relation::Members), Some(Parent::Group(group))) => match shape {
                Shape::ServicePrincipal if first => reading.group_member(&object, group),
                Shape::User | Shape::Group => {
                    self.has_late = true;
                    if !first {
                        reading.principal(&object, if shape == Shape::User { PrincipalKind::User } else { PrincipalKind::Group });
                    }
                }
                _ if first => {
                    reading.begin(RecordKind::GroupMembers, &[]);
                    reading.ignore("members of groups that are neither users nor service principals");
                }
                _ => {}
            },
            (Some(Relation::Members), _) if first => {
                reading.begin(RecordKind::GroupMembers, &[]);
                reading.reject(
                    codes::NO_PARENT,
                    "Neither @odata.context nor the file name says which role or group this is a member of. Name the file directoryRoles-<id>-members.json or groups-<id>-members.json.",
                );
            }
            _ if first => reading.owner_record(&object, collection.parent.as_ref()),
            _ => {}
        }
        list
    }
}
