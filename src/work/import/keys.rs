//! Writes the keys of new entities and scopes, and states all other names as identifiers.
//!
//! Ids are given out before (`settle`); here is only what they are called by.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::{Context, Result};

use super::cells::Said;
use super::known::Known;
use super::names::{Alias, NO_ALIAS, Names, name_of_key, natural_key};
use super::reading::{Reading, Slot};
use super::settle::{Entities, NewKeys, Who};
use super::spool::Spool;
use crate::model::kinds::*;
use crate::store::Store;
use crate::store::cells::{Field, Value};
use crate::store::draft::LentTable;
use crate::store::table;

/// New entities whose keys are made at once; bounds the texts that are held.
const KEYS_AT_ONCE: usize = 200_000;

/// What writing the keys needs beside the names.
pub struct KeyTexts {
    texts: Spool,
    /// Texts that only the inventory has.
    old: HashMap<Alias, Box<str>>,
    slots: Vec<Slot>,
}

impl KeyTexts {
    /// Gives back what was taken out of a reading.
    pub fn give_back(self, reading: &mut Reading) {
        reading.texts = self.texts;
    }
}

impl NewKeys {
    /// States all names that are not keys as identifiers, and takes out of the reading what writing the keys needs.
    ///
    /// # Errors
    /// The inventory or what was read cannot be read.
    pub async fn prepare(&self, store: &Store, head: i64, reading: &mut Reading, known: &Known, who: &Who) -> Result<KeyTexts> {
        // Names that the inventory has are only there; those of new entities of known parties are looked up again.
        // The first name of a party is its root, so a party that the inventory knows has an old root.
        let old = self.parties.iter().any(|(_, best)| who.names.root_of(*best) < known.names);
        let old = if old { old_texts(store, head, known, who, &mut *reading).await? } else { HashMap::new() };
        let Reading { texts, statements, .. } = &mut *reading;
        let identifiers = &mut statements[table::number(&table::IDENTIFIERS)];
        let mut statement = Vec::new();
        texts.each(|record| {
            let name = name_text(record)?;
            identify(&who.names, &who.entities, &name, false, &mut statement, |statement| identifiers.push(statement));
            Ok(())
        })?;
        let empty = Spool::new(reading.texts.path().to_owned(), 0);
        Ok(KeyTexts { texts: std::mem::replace(&mut reading.texts, empty), old, slots: reading.slots.clone() })
    }

    /// Writes the keys, and waits until others can read them.
    ///
    /// # Errors
    /// The inventory cannot be read or written.
    pub async fn write(&self, store: &Store, texts: &mut KeyTexts, who: &Who, keys: &mut LentTable) -> Result<()> {
        write_keys(texts, who, &self.parties, keys).await?;
        keys.sync().await?;
        if !self.scopes.is_empty() {
            self.write_scopes(store, texts, who, keys).await?;
            keys.sync().await?;
        }
        Ok(())
    }

    async fn write_scopes(&self, store: &Store, texts: &KeyTexts, who: &Who, keys: &mut LentTable) -> Result<()> {
        let audiences: BTreeSet<u32> = self.scopes.iter().map(|(_, _, audience)| *audience).collect();
        let audience_keys = store.natural_keys(&audiences.into_iter().collect::<Vec<_>>()).await?;
        for (id, chosen, audience) in &self.scopes {
            let name = who.scopes.get(*chosen);
            let kind = if name.by_id { "id" } else { name.kind.as_str() };
            let audience_key = audience_keys.get(audience).map_or("", String::as_str);
            let source = texts.slots[usize::from(who.names.slot(name.audience))].source;
            let written = keys
                .insert(&[
                    Kind::Scope.put(),
                    source.put(),
                    Value::Int(i64::from(who.entities.instance[*id as usize])),
                    Value::Int(0),
                    Value::Text(format!("{audience_key}/{kind}/{}", name.text).into()),
                ])
                .await?;
            anyhow::ensure!(written == i64::from(*id), "key {written} was to be {id}");
        }
        Ok(())
    }
}

/// A text of a name, with where it was read: file of the set and record.
struct NameText<'a> {
    alias: Alias,
    file: u32,
    record: u32,
    text: &'a str,
}

fn name_text(record: &[u8]) -> Result<NameText<'_>> {
    let mut rest = record;
    let alias = u32::from_le_bytes(super::cells::take(&mut rest)?);
    let file = u32::from_le_bytes(super::cells::take(&mut rest)?);
    let record = u32::from_le_bytes(super::cells::take(&mut rest)?);
    Ok(NameText { alias, file, record, text: std::str::from_utf8(rest)? })
}

/// Writes the keys of new parties.
async fn write_keys(known: &mut KeyTexts, who: &Who, needed: &[(u32, Alias)], keys: &mut LentTable) -> Result<()> {
    let (names, entities) = (&who.names, &who.entities);
    for part in needed.chunks(KEYS_AT_ONCE) {
        let mut wanted: Vec<(Alias, usize)> = part.iter().enumerate().map(|(at, (_, alias))| (*alias, at)).collect();
        wanted.sort_unstable();
        let mut texts: Vec<Option<Box<str>>> = part.iter().map(|(_, alias)| known.old.get(alias).cloned()).collect();
        let mut at = 0;
        // Names stand on the spool in the order of their numbers.
        known.texts.each(|record| {
            let name = name_text(record)?;
            while wanted.get(at).is_some_and(|(alias, _)| *alias < name.alias) {
                at += 1;
            }
            while let Some((alias, place)) = wanted.get(at)
                && *alias == name.alias
            {
                texts[*place] = Some(name.text.into());
                at += 1;
            }
            Ok(())
        })?;
        for ((entity, alias), text) in part.iter().zip(texts) {
            let text = text.context("a name of a new entity was not kept")?;
            let (scheme, _) = names.sort(*alias);
            let scheme = scheme.context("a name has no scheme")?;
            let source = known.slots[usize::from(names.slot(*alias))].source;
            let id = keys
                .insert(&[
                    Value::Int(i64::from(entities.kind[*entity as usize])),
                    source.put(),
                    Value::Int(i64::from(entities.instance[*entity as usize])),
                    scheme.put(),
                    Value::Text(natural_key(scheme, &text).into()),
                ])
                .await?;
            anyhow::ensure!(id == i64::from(*entity), "key {id} was to be {entity}");
        }
    }
    Ok(())
}

/// States a name as an identifier of every entity that it names and whose key it is not.
fn identify(names: &Names, entities: &Entities, name: &NameText<'_>, only_new: bool, statement: &mut Vec<u8>, mut push: impl FnMut(&[u8])) {
    let (Some(scheme), class) = names.sort(name.alias) else { return };
    let root = names.root_of(name.alias);
    for kind in Kind::ALL {
        if (class == 0 || class == *kind as u8)
            && let Some(party) = entities.parties.get(names, root, *kind as u8)
            && (party.is_new || !only_new)
            && !(party.is_new && party.best == name.alias)
        {
            let made = super::cells::Made { rank: 0, file: name.file, record: name.record, list: 0 };
            super::cells::write(statement, made, &[Said::Entity(*kind, name.alias), Said::Int(scheme.code()), Said::Text(name.text)]);
            push(statement);
        }
    }
}

/// Names of the inventory that new entities need: texts of their keys; further ones are stated at once.
async fn old_texts(store: &Store, head: i64, known: &Known, who: &Who, reading: &mut Reading) -> Result<HashMap<Alias, Box<str>>> {
    let (names, entities) = (&who.names, &who.entities);
    let mut texts = HashMap::new();
    let new_roots: HashSet<Alias> = entities.parties.all().filter(|party| party.is_new).map(|party| names.root_of(party.best)).collect();
    let mut found: Vec<(Alias, Scheme, String)> = Vec::new();
    store
        .each_row(&table::KEYS, head, |raw, cells| {
            for _ in 0..3 {
                cells.int()?;
            }
            let scheme = Scheme::from_code(i64::get(cells)?);
            let key = cells.text()?.unwrap_or_default();
            let name = known.name.get(raw.id as usize).copied().unwrap_or(NO_ALIAS);
            if let Some(scheme) = scheme
                && name != NO_ALIAS
                && new_roots.contains(&names.root_of(name))
            {
                found.push((name, scheme, name_of_key(scheme, key).to_owned()));
            }
            Ok(())
        })
        .await?;
    store
        .each_row(&table::IDENTIFIERS, head, |raw, cells| {
            let entity = i64::get(cells)? as usize;
            let scheme: Scheme = Field::get(cells)?;
            let value = cells.text()?.unwrap_or_default().to_owned();
            cells.int()?;
            cells.int()?;
            let name = known.name.get(entity).copied().unwrap_or(NO_ALIAS);
            if raw.until.is_none() && name != NO_ALIAS && new_roots.contains(&names.root_of(name)) {
                // The number of the name itself: one of its party with the same scheme.
                found.push((name, scheme, value));
            }
            Ok(())
        })
        .await?;
    let mut statement = Vec::new();
    for (name, scheme, text) in found {
        let root = names.root_of(name);
        for kind in Kind::ALL {
            let Some(party) = entities.parties.get(names, root, *kind as u8).filter(|party| party.is_new) else { continue };
            let class = super::names::class(*kind, scheme);
            if class != 0 && names.sort(name).1 != class {
                continue;
            }
            if names.sort(party.best).0 == Some(scheme) && party.best < known.names && !texts.contains_key(&party.best) {
                texts.insert(party.best, text.as_str().into());
            } else {
                let made = super::cells::Made { rank: 0, file: u32::MAX, record: 0, list: 0 };
                super::cells::write(&mut statement, made, &[Said::Entity(*kind, name), Said::Int(scheme.code()), Said::Text(&text)]);
                reading.statements[table::number(&table::IDENTIFIERS)].push(&statement);
            }
        }
    }
    Ok(texts)
}
