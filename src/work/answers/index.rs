//! Finds entities, keys, names and assertions of a revision quickly. Plain look-ups, no judgement.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::model::id::{EntityId, hex, public_digest};
use crate::model::kinds::*;
use crate::model::rows::{AssertionRow, RevisionRows};

/// "Not there" in a dense table.
pub const ABSENT: u32 = u32::MAX;

/// Position of some entities in a list. Dense, because entity ids are small and given out without gaps.
#[derive(Debug, Default)]
pub struct Places(Vec<u32>);

impl Places {
    /// Each entity stands where it comes.
    pub fn new(entities: impl Iterator<Item = EntityId>) -> Self {
        let mut places = Self::default();
        for (at, entity) in entities.enumerate() {
            places.put(entity, at as u32);
        }
        places
    }

    fn put(&mut self, entity: EntityId, at: u32) {
        let slot = entity.0 as usize;
        if slot >= self.0.len() {
            self.0.resize(slot + 1, ABSENT);
        }
        self.0[slot] = at;
    }

    /// Where an entity stands.
    #[inline]
    pub fn get(&self, entity: &EntityId) -> Option<&u32> {
        self.0.get(entity.0 as usize).filter(|at| **at != ABSENT)
    }
}

/// Look-ups over the rows of one revision.
#[derive(Debug, Default)]
pub struct Index {
    /// Entity id -> index in `RevisionRows::keys`.
    keys: Places,
    instances: HashMap<u32, (Source, String)>,
    /// Public id of each key, in the order of `RevisionRows::keys`.
    public: Vec<[u8; 16]>,
    /// Entity id -> index in the vector of its kind's rows.
    row_of: Places,
    /// Subject -> its assertions, oldest first.
    assertions: HashMap<EntityId, Vec<u32>>,
    /// Entity id -> which of the ranges.
    identifiers: Places,
    identifier_ranges: Vec<Range<u32>>,
}

impl Index {
    /// Builds the look-ups.
    pub fn new(rows: &RevisionRows) -> Self {
        let instances: HashMap<u32, (Source, String)> =
            rows.instances.iter().map(|instance| (instance.id, (instance.source, instance.name.clone()))).collect();
        let public = rows.keys.par_iter().map(|key| {
            let instance = instances.get(&key.instance).map_or("", |(_, name)| name.as_str());
            public_digest(key.kind, key.source, instance, &key.natural_key.to_lowercase())
        });
        let public = public.collect();
        let mut index = Self { keys: Places::new(rows.keys.iter().map(|key| key.id)), instances, public, ..Self::default() };
        let mut place = |entities: &mut dyn Iterator<Item = EntityId>| {
            for (at, entity) in entities.enumerate() {
                index.row_of.put(entity, at as u32);
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
        place(&mut rows.gateway_routes.iter().map(|row| row.entity));
        index.restate(rows);
        let mut from = 0;
        while from < rows.identifiers.len() {
            let entity = rows.identifiers[from].entity;
            let to = from + rows.identifiers[from..].iter().take_while(|row| row.entity == entity).count();
            index.identifiers.put(entity, index.identifier_ranges.len() as u32);
            index.identifier_ranges.push(from as u32..to as u32);
            from = to;
        }
        index
    }

    /// Looks at the assertions again, after they changed.
    pub(super) fn restate(&mut self, rows: &RevisionRows) {
        self.assertions.clear();
        for (at, assertion) in rows.assertions.iter().enumerate() {
            self.assertions.entry(assertion.subject).or_default().push(at as u32);
        }
    }

    /// Index of the entity's row in the vector of its kind.
    pub fn row(&self, entity: EntityId) -> Option<usize> {
        self.row_of.get(&entity).filter(|_| entity.is_some()).map(|at| *at as usize)
    }

    /// Source and instance name of an entity.
    pub fn instance<'a>(&'a self, rows: &RevisionRows, entity: EntityId) -> Option<(Source, u32, &'a str)> {
        let key = &rows.keys[self.key_at(entity)?];
        self.instances.get(&key.instance).map(|(source, name)| (*source, key.instance, name.as_str()))
    }

    /// Kind of an entity.
    pub fn kind(&self, rows: &RevisionRows, entity: EntityId) -> Option<Kind> {
        Some(rows.keys[self.key_at(entity)?].kind)
    }

    /// Natural key of an entity.
    pub fn natural_key<'a>(&self, rows: &'a RevisionRows, entity: EntityId) -> Option<&'a str> {
        Some(rows.keys[self.key_at(entity)?].natural_key.as_str())
    }

    /// The id that leaves the inventory.
    pub fn public_id(&self, rows: &RevisionRows, entity: EntityId) -> String {
        debug_assert_eq!(self.public.len(), rows.keys.len());
        self.key_at(entity).map_or_else(|| format!("entity-{}", entity.0), |at| hex(&self.public[at]))
    }

    /// [`Index::public_id`] as bytes, which sort alike; zeros for an entity without key.
    pub fn public_bytes(&self, entity: EntityId) -> [u8; 16] {
        self.key_at(entity).map_or([0; 16], |at| self.public[at])
    }

    /// The newest assertion about a subject; an empty value withdraws it.
    pub fn assertion<'a>(&self, rows: &'a RevisionRows, subject: EntityId, attribute: &str) -> Option<&'a AssertionRow> {
        let of_subject = self.assertions.get(&subject)?;
        let newest = of_subject.iter().rev().map(|at| &rows.assertions[*at as usize]).find(|row| row.attribute == attribute)?;
        Some(newest).filter(|assertion| !assertion.value.is_empty())
    }

    /// Further names of an entity.
    pub fn identifiers<'a>(&self, rows: &'a RevisionRows, entity: EntityId) -> &'a [crate::model::rows::IdentifierRow] {
        let range = self.identifiers.get(&entity).map(|at| &self.identifier_ranges[*at as usize]);
        range.map_or(&[], |range| &rows.identifiers[range.start as usize..range.end as usize])
    }

    fn key_at(&self, entity: EntityId) -> Option<usize> {
        self.keys.get(&entity).map(|at| *at as usize)
    }
}
