//! What the inventory already knows: its names, so that a new file's references find their entities.

use anyhow::{Context, Result};

use super::names::{Alias, NO_ALIAS, name_of_key};
use super::reading::Reading;
use crate::model::facts::ScopeRef;
use crate::model::kinds::*;
use crate::store::Store;
use crate::store::cells::Field;
use crate::store::table;

/// Entities of the inventory, by id (index 0 is unused).
#[derive(Debug, Default)]
pub struct Known {
    /// Kind code, 0 where there is no such id.
    pub kind: Vec<u8>,
    /// Instance.
    pub instance: Vec<u32>,
    /// Scheme of the natural key, 0 for scopes.
    pub scheme: Vec<u8>,
    /// First name; for a scope its number among the scopes.
    pub name: Vec<Alias>,
    /// Largest instance number ever given out.
    pub last_instance: u32,
    /// Visible instances: number, source, name, assumed, row id.
    pub instances: Vec<(u32, Source, String, bool, i64)>,
    /// Names that the inventory has: those below this number.
    pub names: Alias,
}

impl Known {
    fn put(&mut self, id: i64, kind: Kind, instance: u32, scheme: i64, name: Alias) -> Result<()> {
        let at = usize::try_from(id)?;
        if self.kind.len() <= at {
            self.kind.resize(at + 1, 0);
            self.instance.resize(at + 1, 0);
            self.scheme.resize(at + 1, 0);
            self.name.resize(at + 1, NO_ALIAS);
        }
        self.kind[at] = kind as u8;
        self.instance[at] = instance;
        self.scheme[at] = u8::try_from(scheme)?;
        self.name[at] = name;
        Ok(())
    }

    /// Reads all names of an inventory at its head into a reading that is still empty.
    ///
    /// # Errors
    /// The inventory cannot be read.
    pub async fn load(store: &Store, head: i64, reading: &mut Reading) -> Result<Self> {
        let mut known = Self::default();
        store
            .each_row(&table::INSTANCES, i64::MAX, |raw, cells| {
                let instance: u32 = Field::get(cells)?;
                let source: Source = Field::get(cells)?;
                let name: String = Field::get(cells)?;
                cells.text()?;
                let assumed: bool = Field::get(cells)?;
                known.last_instance = known.last_instance.max(instance);
                if raw.until.is_none() && raw.since <= head {
                    known.instances.push((instance, source, name, assumed, raw.id));
                }
                Ok(())
            })
            .await?;
        known.instances.sort();
        let mut slots = vec![0; known.last_instance as usize + 1];
        for (instance, source, name, ..) in &known.instances {
            // Two instances of one name cannot be: the name is how an instance is found again.
            let slot = reading.slot(*source, Some(name));
            reading.slots[usize::from(slot)].instance = Some(*instance);
            slots[*instance as usize] = slot;
        }
        store
            .each_row(&table::KEYS, head, |raw, cells| {
                let kind: Kind = Field::get(cells)?;
                cells.int()?;
                let instance: u32 = Field::get(cells)?;
                let scheme = i64::get(cells)?;
                let key = cells.text()?.unwrap_or_default();
                let mut name = NO_ALIAS;
                if let Some(scheme) = Scheme::from_code(scheme) {
                    let slot = slots.get(instance as usize).copied().context("a key names an instance that is not there")?;
                    name = reading.names.intern(slot, kind, scheme, name_of_key(scheme, key)).0;
                }
                known.put(raw.id, kind, instance, scheme, name)
            })
            .await?;
        store
            .each_row(&table::IDENTIFIERS, head, |raw, cells| {
                let entity = i64::get(cells)? as usize;
                let scheme: Scheme = Field::get(cells)?;
                let value = cells.text()?.unwrap_or_default();
                cells.int()?;
                cells.int()?;
                let kind = known.kind.get(entity).and_then(|&kind| Kind::from_code(i64::from(kind)));
                if let (None, Some(kind)) = (raw.until, kind) {
                    let slot = slots[known.instance[entity] as usize];
                    let (alias, _) = reading.names.mention(slot, kind, scheme, value);
                    reading.names.unite(known.name[entity], alias);
                }
                Ok(())
            })
            .await?;
        // Closed scopes too: one that comes back must find its key again.
        store
            .each_row(&table::SCOPES, head, |_, cells| {
                let entity = i64::get(cells)? as usize;
                let audience = i64::get(cells)? as usize;
                let kind: ScopeKind = Field::get(cells)?;
                let value = cells.text()?.unwrap_or_default();
                let source_id = cells.text()?;
                cells.text()?;
                let state: RowState = Field::get(cells)?;
                cells.text()?;
                for _ in 0..3 {
                    cells.int()?;
                }
                let Some(&audience) = known.name.get(audience).filter(|&&name| name != NO_ALIAS) else { return Ok(()) };
                let (names, scopes) = (&reading.names, &mut reading.scopes);
                let by_id = source_id.map(|id| scopes.intern(names, audience, ScopeRef::Id(kind, id)));
                let name = match (state, by_id) {
                    (RowState::Unresolved, Some(by_id)) => by_id,
                    _ => scopes.intern(names, audience, ScopeRef::Value(kind, value)),
                };
                if let Some(by_id) = by_id {
                    scopes.unite(name, by_id);
                }
                scopes.get_mut(name).entity = u32::try_from(entity)?;
                if let Some(known) = known.name.get_mut(entity) {
                    *known = name;
                }
                Ok(())
            })
            .await?;
        known.names = u32::try_from(reading.names.len())?;
        Ok(known)
    }
}
