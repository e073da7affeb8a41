//! One container of a file while it is walked: what its header says and which list it therefore is.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::formats::decode;
use crate::formats::json::{Container, Item, Splitter};
use crate::importers::FileInput;
use crate::model::kinds::RecordKind;

use super::collection::{Collection, Relation};
use super::shape::Shape;
use super::walk::RULES;

/// The fields around a list that tell whose it is and whether more follows.
#[derive(Default, Clone)]
pub struct Header {
    /// `@odata.context`.
    pub context: Option<String>,
    /// `@odata.nextLink`.
    pub next: Option<String>,
}

/// A container that is open.
pub struct Open {
    /// What kind.
    pub container: Container,
    /// Number in the file, from 0.
    pub ordinal: usize,
    /// What its fields said so far.
    pub header: Header,
    /// Which list it is, decided at its first record.
    pub collection: Option<Rc<Collection>>,
    /// Records in it.
    pub records: u32,
    /// Records by list.
    pub lists: BTreeMap<RecordKind, u32>,
    /// Records of it that were rejected.
    pub rejects: u32,
    /// The one API that all app role assignments of the page are at.
    pub resource: Shared,
}

impl Open {
    /// A container that begins.
    pub fn new(container: Container, ordinal: usize) -> Self {
        Self {
            container,
            ordinal,
            header: Header::default(),
            collection: None,
            records: 0,
            lists: BTreeMap::new(),
            rejects: 0,
            resource: Shared::default(),
        }
    }
}

/// Whether all records of a page name the same object.
#[derive(Default, Clone, PartialEq, Eq)]
pub enum Shared {
    /// No record did yet.
    #[default]
    Unseen,
    /// All name this one.
    One(String),
    /// They name several.
    Several,
}

impl Shared {
    /// A record names an object.
    pub fn meet(&mut self, id: &str) {
        match self {
            Self::Unseen => *self = Self::One(id.to_owned()),
            Self::One(known) if !known.eq_ignore_ascii_case(id) => *self = Self::Several,
            Self::One(_) | Self::Several => {}
        }
    }
}

impl Header {
    /// Takes a field of the container.
    pub fn note(&mut self, key: &str, value: &[u8]) {
        let text = || serde_json::from_slice::<String>(value).ok().filter(|text| !text.is_empty() && text.len() <= 16 * 1024);
        if key.eq_ignore_ascii_case("@odata.context") || key.eq_ignore_ascii_case("odata.metadata") {
            self.context = text();
        } else if key.eq_ignore_ascii_case("@odata.nextLink") || key.eq_ignore_ascii_case("odata.nextLink") {
            self.next = text();
        }
    }

    /// True when nothing so far says which list this is.
    pub fn says_nothing(&self) -> bool {
        self.context.as_deref().and_then(Collection::of_context).is_none_or(|stated| stated.shape.is_none() && stated.relation.is_none())
    }

    /// Whose list a page is: from its context, its next link, the page that it follows, or the file's name.
    pub fn collection(&self, before: Option<&(Header, Rc<Collection>)>, by_name: &Collection) -> Collection {
        let header = self;
        let stated = header.context.as_deref().and_then(Collection::of_context);
        let linked = header.next.as_deref().and_then(Collection::of_link);
        let mut collection = stated.clone().unwrap_or_default();
        let follows = before.filter(|(before, _)| before.context == header.context).map(|(_, collection)| &**collection);
        let named =
            (stated.is_none() || collection.shape.is_none() || collection.shape == Some(Shape::AppRoleAssignment)).then_some(by_name);
        for other in [linked.as_ref(), follows, named].into_iter().flatten() {
            collection.cast |= other.cast;
            if collection.parent.is_none() && other.parent.is_some() {
                collection.parent = other.parent.clone();
                collection.relation = other.relation;
            }
            let by_name_only = std::ptr::eq(other, by_name);
            if collection.shape.is_none() && !relates(collection.relation) && !by_name_only {
                collection.shape = other.shape;
            }
        }
        if collection.shape == Some(Shape::AppRoleAssignment) && collection.parent.is_none() && by_name.relation.is_some() {
            // One context serves the assignments of clients and of APIs.
            collection.relation = by_name.relation;
        }
        if relates(collection.relation) {
            collection.shape = None;
        }
        collection
    }
}

/// Whether a relation's records are told by their own type.
pub const fn relates(relation: Option<Relation>) -> bool {
    matches!(relation, Some(Relation::Owners | Relation::Members))
}

/// Headers of all containers of a file in order. What cannot be read is told by the pass that is under way.
pub fn headers(file: &dyn FileInput) -> Vec<Header> {
    let mut out: Vec<Header> = Vec::new();
    let Some(decoder) = file.open().ok().and_then(|reader| decode::Decoder::new(reader).ok()) else { return out };
    let mut splitter = Splitter::new(decoder, RULES);
    let mut stack = Vec::new();
    while let Ok(Some(item)) = splitter.next() {
        match item {
            Item::Open(_) => {
                stack.push(out.len());
                out.push(Header::default());
            }
            Item::Close(_) => {
                stack.pop();
            }
            Item::Field { key, value, .. } => {
                if let Some(header) = stack.last().and_then(|at| out.get_mut(*at)) {
                    header.note(key, value);
                }
            }
            Item::List(_) | Item::Record(_) => {}
        }
    }
    out
}
