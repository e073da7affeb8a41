//! Finds entities, keys, names and assertions of a revision quickly. Plain look-ups, no judgement.

use std::collections::HashMap;

use crate::model::id::{EntityId, public_id};
use crate::model::kinds::*;
use crate::model::rows::{AssertionRow, RevisionRows};

/// "Not there" in a dense table.
pub const ABSENT: u32 = u32::MAX;

/// Look-ups over the rows of one revision.
#[derive(Debug, Default)]
pub struct Index {
    /// Entity id -> index in `RevisionRows::keys`.
    keys: Vec<u32>,
    instances: HashMap<u32, (Source, String)>,
    /// Entity id -> index in the vector of its kind's rows.
    row_of: Vec<u32>,
    /// (subject, attribute) -> index of the newest assertion.
    assertions: HashMap<(EntityId, String), usize>,
    /// Entity id -> range in `RevisionRows::identifiers`.
    identifiers: HashMap<EntityId, std::ops::Range<usize>>,
}

impl Index {
    /// Builds the look-ups.
    pub fn new(rows: &RevisionRows) -> Self {
        let top = rows.keys.iter().map(|key| key.id.0).max().unwrap_or(0) as usize + 1;
        let mut index = Self { keys: vec![ABSENT; top], row_of: vec![ABSENT; top], ..Self::default() };
        for (at, key) in rows.keys.iter().enumerate() {
            index.keys[key.id.0 as usize] = at as u32;
        }
        for instance in &rows.instances {
            index.instances.insert(instance.id, (instance.source, instance.name.clone()));
        }
        let mut place = |entities: &mut dyn Iterator<Item = EntityId>| {
            for (at, entity) in entities.enumerate() {
                if let Some(slot) = index.row_of.get_mut(entity.0 as usize) {
                    *slot = at as u32;
                }
            }
        };
        place(&mut rows.issuers.iter().map(|row| row.entity));
        place(&mut rows.clients.iter().map(|row| row.entity));
        place(&mut rows.credentials.iter().map(|row| row.entity));
        place(&mut rows.audiences.iter().map(|row| row.entity));
        place(&mut rows.scopes.iter().map(|row| row.entity));
        place(&mut rows.principals.iter().map(|row| row.entity));
        place(&mut rows.owners.iter().map(|row| row.entity));
        place(&mut rows.vendors.iter().map(|row| row.entity));
        for (at, assertion) in rows.assertions.iter().enumerate() {
            index.assertions.insert((assertion.subject, assertion.attribute.clone()), at);
        }
        let mut from = 0;
        while from < rows.identifiers.len() {
            let entity = rows.identifiers[from].entity;
            let to = from + rows.identifiers[from..].iter().take_while(|row| row.entity == entity).count();
            index.identifiers.insert(entity, from..to);
            from = to;
        }
        index
    }

    /// Index of the entity's row in the vector of its kind.
    pub fn row(&self, entity: EntityId) -> Option<usize> {
        self.row_of.get(entity.0 as usize).copied().filter(|at| *at != ABSENT && entity.is_some()).map(|at| at as usize)
    }

    /// Source and instance name of an entity.
    pub fn instance<'a>(&'a self, rows: &RevisionRows, entity: EntityId) -> Option<(Source, u32, &'a str)> {
        let key = &rows.keys[self.key_at(entity)?];
        self.instances.get(&key.instance).map(|(source, name)| (*source, key.instance, name.as_str()))
    }

    /// Natural key of an entity.
    pub fn natural_key<'a>(&self, rows: &'a RevisionRows, entity: EntityId) -> Option<&'a str> {
        Some(rows.keys[self.key_at(entity)?].natural_key.as_str())
    }

    /// The id that leaves the inventory.
    pub fn public_id(&self, rows: &RevisionRows, entity: EntityId) -> String {
        let Some(at) = self.key_at(entity) else { return format!("entity-{}", entity.0) };
        let key = &rows.keys[at];
        let instance = self.instances.get(&key.instance).map_or("", |(_, name)| name.as_str());
        public_id(key.kind, key.source, instance, &key.natural_key.to_lowercase())
    }

    /// The newest assertion about a subject; an empty value withdraws it.
    pub fn assertion<'a>(&self, rows: &'a RevisionRows, subject: EntityId, attribute: &str) -> Option<&'a AssertionRow> {
        // Most estates have few assertions; do not build a key string for every one of a million look-ups.
        if self.assertions.is_empty() {
            return None;
        }
        let at = *self.assertions.get(&(subject, attribute.to_owned()))?;
        Some(&rows.assertions[at]).filter(|assertion| !assertion.value.is_empty())
    }

    /// Further names of an entity.
    pub fn identifiers<'a>(&self, rows: &'a RevisionRows, entity: EntityId) -> &'a [crate::model::rows::IdentifierRow] {
        self.identifiers.get(&entity).map_or(&[], |range| &rows.identifiers[range.clone()])
    }

    fn key_at(&self, entity: EntityId) -> Option<usize> {
        self.keys.get(entity.0 as usize).copied().filter(|at| *at != ABSENT).map(|at| at as usize)
    }
}
