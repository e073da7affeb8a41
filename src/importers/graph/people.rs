//! Owners, members, users, groups and the tenant itself.

use crate::model::facts::{Fact, Name, OwnerFact, OwnershipFact, PrincipalFact};
use crate::model::kinds::{Kind, OwnerKind, OwnershipRole, PersonStatus, PrincipalKind, RecordKind, Scheme};

use super::codes;
use super::collection::Parent;
use super::objects::{DirectoryObject, Organization};
use super::reading::{Reading, names};
use super::shape::Shape;
use super::wire::{Flag, Many, Text, Whole};

/// What a directory object is.
pub fn object_shape(object: &DirectoryObject<'_>) -> Shape {
    if let Some(shape) = object.odata_type.get().and_then(Shape::of_type) {
        return shape;
    }
    if object.app_id.get().is_some() || object.sp_type.get().is_some() {
        Shape::ServicePrincipal
    } else if object.upn.get().is_some() {
        Shape::User
    } else if object.security_enabled.0.is_some() {
        Shape::Group
    } else {
        Shape::Unknown
    }
}

fn status(enabled: Flag) -> Option<PersonStatus> {
    enabled.0.map(|enabled| if enabled { PersonStatus::Active } else { PersonStatus::Disabled })
}

impl Reading<'_> {
    /// Owners expanded inside an application or service principal.
    pub fn owners_of(&mut self, client: &Name, list: &Many<Whole<DirectoryObject<'_>>>, next: &Text<'_>) {
        for entry in list.iter() {
            if !self.owned_by(client, &entry.0) {
                self.warn(codes::PART_LEFT_OUT, "An owner that is neither a user nor a service principal, or has no id, was left out.");
            }
        }
        self.expanded(RecordKind::Owners, client, list.len(), next);
    }

    /// An owner as a record of its own.
    pub fn owner_record(&mut self, object: &DirectoryObject<'_>, parent: Option<&Parent>) {
        let (id, of) =
            (object.id.key().unwrap_or_default().to_ascii_lowercase(), parent.map(|parent| parent.name().value.to_ascii_lowercase()));
        self.begin(RecordKind::Owners, &["owner", of.as_deref().unwrap_or_default(), &id]);
        self.dropped(object.secrets);
        self.tenant(&object.odata_id);
        let Some(client) = parent.and_then(Parent::client) else {
            return self.reject(
                codes::NO_PARENT,
                "Neither @odata.context nor the file name says whose owner this is. Export with $expand=owners, or name the file servicePrincipals-<id>-owners.json or applications-<id>-owners.json.",
            );
        };
        if self.owned_by(&client, object) { self.accept() } else { self.lacks("owner", "id and type") }
    }

    /// States that an object owns a client: it may change it, so it answers for it technically.
    fn owned_by(&mut self, client: &Name, object: &DirectoryObject<'_>) -> bool {
        let Some(id) = object.id.key() else { return false };
        let owner = Name::new(Scheme::ObjectId, id);
        let (kind, behind) = match object_shape(object) {
            Shape::User => (OwnerKind::Person, None),
            Shape::ServicePrincipal => match self.mentioned(object) {
                Some(name) => (OwnerKind::Client, Some(name)),
                None => return false,
            },
            Shape::Group => (OwnerKind::Team, None),
            _ => return false,
        };
        let person = kind == OwnerKind::Person;
        self.fact(Fact::Owner(OwnerFact {
            names: names(&[(Scheme::ObjectId, Some(id)), (Scheme::Upn, object.upn.key().filter(|_| person))]),
            kind,
            display_name: object.display_name.display().or_else(|| object.upn.display()),
            contact: if person { object.mail.display().or_else(|| object.upn.display()) } else { None },
            status: if person { status(object.enabled) } else { None },
            client: behind,
        }));
        self.fact(Fact::Ownership(OwnershipFact {
            subject_kind: Kind::Client,
            subject: client.clone(),
            owner,
            role: OwnershipRole::Technical,
        }));
        true
    }

    /// A user or group; a human is kept only if a delegated grant names them (decision D18).
    pub fn principal(&mut self, object: &DirectoryObject<'_>, kind: PrincipalKind) {
        let id = object.id.key().unwrap_or_default();
        let lower = id.to_ascii_lowercase();
        self.begin(RecordKind::GroupMembers, &["principal", &lower]);
        self.dropped(object.secrets);
        self.tenant(&object.odata_id);
        if id.is_empty() {
            return self.lacks(if kind == PrincipalKind::User { "user" } else { "group" }, "id");
        }
        if !self.named.contains(id) {
            return self.ignore("users and groups that no delegated grant names");
        }
        self.fact(Fact::Principal(PrincipalFact {
            names: names(&[(Scheme::ObjectId, Some(id)), (Scheme::Upn, object.upn.key())]),
            rank: 1,
            kind,
            display_name: object.display_name.display().or_else(|| object.upn.display()),
            status: status(object.enabled),
            member_count: None,
        }));
        self.accept();
    }

    /// A service principal as member of a group: roles that the group holds are its own (decision D57).
    pub fn group_member(&mut self, object: &DirectoryObject<'_>, group: &str) {
        let (group, id) = (group.to_ascii_lowercase(), object.id.key().unwrap_or_default().to_ascii_lowercase());
        self.begin(RecordKind::GroupMembers, &["member", &group, &id]);
        self.dropped(object.secrets);
        match self.mentioned(object) {
            Some(_) => {
                self.group_members.entry(group).or_default().insert(id);
                self.accept();
            }
            None => self.lacks("group member", "id"),
        }
    }

    /// The tenant.
    pub fn organization(&mut self, organization: &Organization<'_>) {
        let id = organization.id.key().unwrap_or_default();
        let lower = id.to_ascii_lowercase();
        self.begin(RecordKind::Organization, &["organization", &lower]);
        self.dropped(organization.secrets);
        if id.is_empty() {
            return self.lacks("organization", "id");
        }
        self.fact(Fact::InstanceName { name: id.to_owned(), display_name: organization.display_name.display() });
        self.accept();
    }
}
