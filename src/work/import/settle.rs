//! When all files are read: which instances they are of, which names are one party, and which entity each party is.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};

use super::cells::Said;
use super::known::Known;
use super::names::{Alias, NO_ALIAS, Names, key_order};
use super::parties::Parties;
use super::reading::Reading;
use super::scopes::Scopes;
use crate::model::facts::{Problem, ProblemSeverity};
use crate::model::kinds::*;
use crate::store::cells::{Field, Value};
use crate::store::draft::Draft;
use crate::store::table;

/// An instance that this import makes or names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInstance {
    /// Number.
    pub instance: u32,
    /// Source.
    pub source: Source,
    /// Name.
    pub name: String,
    /// Name for people.
    pub display_name: Option<String>,
    /// True when nobody stated it.
    pub assumed: bool,
    /// Row that it replaces: the instance had an assumed name before.
    pub replaces: Option<i64>,
}

/// Lets records that do not say where they belong go to the only instance of their source from the start, so that their
/// names need not be known twice.
pub fn guess(reading: &mut Reading, known: &Known, stated: Option<&str>) {
    for source in Source::ALL {
        let mut of_source = known.instances.iter().filter(|(_, other, ..)| other == source);
        if let (Some((_, _, name, ..)), None) = (of_source.next(), of_source.next())
            && stated.is_none_or(|stated| stated.eq_ignore_ascii_case(name))
        {
            let slot = reading.slot(*source, Some(name));
            reading.guess.insert(*source, slot);
        }
    }
}

/// Whether the files themselves say that a guess was wrong.
pub fn guessed_wrong(reading: &Reading, known: &Known) -> bool {
    reading.guess.keys().any(|source| {
        let known = known.instances.iter().find(|(_, other, ..)| other == source);
        let found = reading.instance_names.get(source);
        matches!((known, found), (Some((_, _, name, false, _)), Some(found)) if !found.contains_key(&name.to_ascii_lowercase()))
    })
}

/// Gives each slot its instance and unites the names of slots that are one (decision D4).
pub fn instances(reading: &mut Reading, known: &mut Known, stated: Option<&str>) -> Vec<NewInstance> {
    let mut new: Vec<NewInstance> = Vec::new();
    for at in 0..reading.slots.len() {
        let slot = reading.slots[at].clone();
        if slot.instance.is_some() || !slot.used {
            continue;
        }
        let found = reading.instance_names.get(&slot.source).and_then(|names| names.values().next().cloned());
        let of_source: Vec<_> = known.instances.iter().filter(|(_, source, ..)| *source == slot.source).cloned().collect();
        let (name, display_name, assumed) = match (&slot.name, found, stated) {
            (Some(name), ..) => (name.clone(), None, false),
            (None, Some((name, display_name)), _) => (name, display_name, false),
            (None, None, Some(name)) => (name.to_owned(), None, false),
            (None, None, None) => match of_source.as_slice() {
                [(_, _, name, assumed, _)] => (name.clone(), None, *assumed),
                _ => ("default".to_owned(), None, true),
            },
        };
        let same = |other: &str| other.eq_ignore_ascii_case(&name);
        let instance = if let Some((instance, ..)) = of_source.iter().find(|(_, _, other, ..)| same(other)) {
            *instance
        } else if let Some(made) = new.iter().find(|made| made.source == slot.source && same(&made.name)) {
            made.instance
        } else if let (None, false, [(instance, _, _, true, row)]) = (&slot.name, assumed, of_source.as_slice()) {
            // The only instance of this source had no name yet; now it has one, and its keys stay.
            new.push(NewInstance { instance: *instance, source: slot.source, name, display_name, assumed: false, replaces: Some(*row) });
            *instance
        } else {
            known.last_instance += 1;
            new.push(NewInstance { instance: known.last_instance, source: slot.source, name, display_name, assumed, replaces: None });
            known.last_instance
        };
        reading.slots[at].instance = Some(instance);
        if let Some(into) = (0..reading.slots.len()).find(|&other| other != at && reading.slots[other].instance == Some(instance)) {
            let (from, into) = if into < at { (at, into) } else { (into, at) };
            reading.names.merge_slots(from as u16, into as u16);
        }
    }
    for source in reading.guess.keys() {
        let known = known.instances.iter().find(|(_, other, ..)| other == source);
        let found = reading.instance_names.get(source).and_then(|names| names.values().next());
        // The only instance of this source had no name yet; now it has one, and its keys stay.
        if let (Some((instance, _, _, true, row)), Some((name, display_name))) = (known, found) {
            new.push(NewInstance {
                instance: *instance,
                source: *source,
                name: name.clone(),
                display_name: display_name.clone(),
                assumed: false,
                replaces: Some(*row),
            });
        }
    }
    for (source, names) in &reading.instance_names {
        if names.len() > 1 {
            let list = names.values().map(|(name, _)| crate::formats::text::quoted(name)).collect::<Vec<_>>().join(", ");
            let problem = Problem {
                code: "BH-IMP-020".to_owned(),
                severity: ProblemSeverity::Warning,
                record: 0,
                position: None,
                message: format!(
                    "The files name {} instances of {source} ({list}); records that do not say where they belong were put into the first. Import each instance by itself.",
                    names.len()
                ),
            };
            if let Some(file) = reading.files.first_mut() {
                file.problems.push(problem);
            }
        }
    }
    new
}

/// Which entity each party and scope is.
pub struct Entities {
    pub(super) parties: Parties,
    /// Entity of each scope, by the number of its first name.
    scope_entity: Vec<u32>,
    /// Best name of each scope, by its entity.
    scope_name: HashMap<u32, u32>,
    /// Kind code by entity id.
    pub kind: Vec<u8>,
    /// Instance by entity id.
    pub instance: Vec<u32>,
    /// First name of the party by entity id; of a scope, of its audience's party.
    pub party: Vec<Alias>,
    /// Audience of a scope, by entity id; 0 for others.
    pub audience: Vec<u32>,
    /// Entities that are absorbed by another one (decision D7).
    pub absorbed: BTreeMap<u32, u32>,
    /// First id that this import gave out.
    pub first_new: u32,
}

impl Entities {
    fn of(&self, names: &Names, kind: Kind, alias: Alias) -> u32 {
        if alias == NO_ALIAS {
            return 0;
        }
        self.parties.get(names, names.root_of(alias), kind as u8).map_or(0, |party| party.entity)
    }

    /// The entity that stands for another one now.
    pub fn survivor(&self, entity: u32) -> u32 {
        self.absorbed.get(&entity).copied().unwrap_or(entity)
    }

    fn put(&mut self, id: u32, kind: u8, instance: u32, party: Alias, audience: u32) {
        let at = id as usize;
        if self.kind.len() <= at {
            self.kind.resize(at + 1, 0);
            self.instance.resize(at + 1, 0);
            self.party.resize(at + 1, NO_ALIAS);
            self.audience.resize(at + 1, 0);
        }
        self.kind[at] = kind;
        self.instance[at] = instance;
        self.party[at] = party;
        self.audience[at] = audience;
    }
}

/// Names and scopes with the entities that they mean: what turns statements into rows.
pub struct Who {
    /// Settled names.
    pub names: Names,
    /// Settled scopes.
    pub scopes: Scopes,
    /// What they mean.
    pub entities: Entities,
}

impl Who {
    /// Entity of a kind with a name, 0 for none.
    pub fn of(&self, kind: Kind, alias: Alias) -> u32 {
        self.entities.of(&self.names, kind, alias)
    }

    /// Entity of a scope.
    pub fn of_scope(&self, scope: u32) -> u32 {
        self.entities.scope_entity[self.scopes.root(scope) as usize]
    }

    /// The name by which a scope is described when no record does.
    pub fn scope_of(&self, entity: u32) -> Option<&super::scopes::ScopeName> {
        self.entities.scope_name.get(&entity).map(|at| self.scopes.get(*at))
    }

    /// The value of a said cell.
    pub fn value(&self, said: Said<'_>) -> Value {
        let id = match said {
            Said::Nothing => return Value::Null,
            Said::Int(value) => return Value::Int(value),
            Said::Text(text) => return Value::Text(text.into()),
            Said::Entity(kind, alias) | Said::IfThere(kind, alias) => self.of(kind, alias),
            Said::Scope(scope) => self.of_scope(scope),
        };
        if id == 0 { Value::Null } else { Value::Int(i64::from(id)) }
    }
}

/// Keys that are to be written: entities and scopes that the inventory does not have.
pub struct NewKeys {
    /// Entity and the name that becomes its key, in the order of ids.
    pub parties: Vec<(u32, Alias)>,
    /// Scope, its best name and its audience; their ids follow those of the parties.
    pub scopes: Vec<(u32, u32, u32)>,
    /// First id after them.
    pub end: u32,
}

/// Decides which entity each party and scope is, and gives new ones their ids. Writes nothing but new instances.
///
/// # Errors
/// The inventory cannot be written, or has no more ids.
pub async fn settle(reading: &mut Reading, known: &Known, new_instances: &[NewInstance], draft: &mut Draft) -> Result<(Entities, NewKeys)> {
    for new in new_instances {
        if let Some(row) = new.replaces {
            draft.close(&table::INSTANCES, row).await?;
        }
        draft
            .insert(&table::INSTANCES, &[new.instance.put(), new.source.put(), new.name.put(), new.display_name.put(), new.assumed.put()])
            .await?;
    }
    reading.names.settle();
    reading.scopes.settle(&reading.names);
    let mut entities = Entities {
        parties: Parties::new(&reading.names),
        scope_entity: vec![0; reading.scopes.len()],
        scope_name: HashMap::new(),
        kind: Vec::new(),
        instance: Vec::new(),
        party: Vec::new(),
        audience: Vec::new(),
        absorbed: BTreeMap::new(),
        first_new: u32::try_from(draft.next_id(&table::KEYS))?,
    };
    entities.put(entities.first_new - 1, 0, 0, NO_ALIAS, 0);
    choose(reading, known, &mut entities);
    let next = give_ids(reading, known, &mut entities)?;
    let mut parties: Vec<(u32, Alias)> =
        entities.parties.all().filter(|party| party.is_new).map(|party| (party.entity, party.best)).collect();
    parties.sort_unstable();
    let scopes = settle_scopes(reading, known, &mut entities, next)?;
    let end = next.checked_add(u32::try_from(scopes.len())?).context("the inventory is full")?;
    Ok((entities, NewKeys { parties, scopes, end }))
}

/// For each party and kind the best name, and the entity that has it already.
fn choose(reading: &Reading, known: &Known, entities: &mut Entities) {
    let names = &reading.names;
    for alias in 0..names.len() as Alias {
        let (Some(scheme), class) = names.sort(alias) else { continue };
        let root = names.root_of(alias);
        let kinds = names.kinds(root);
        for kind in 1..=Kind::GatewayRoute as u8 {
            if kinds & (1 << kind) != 0 && (class == 0 || class == kind) && kind != Kind::Scope as u8 {
                entities.parties.called(names, root, kind, alias, key_order(scheme));
            }
        }
    }
    // Of several entities that turn out to be one, that with the better key stays; if none has the best, a new one is made.
    for id in 1..known.kind.len() {
        let (kind, name) = (known.kind[id], known.name[id]);
        if kind == 0 || kind == Kind::Scope as u8 || name == NO_ALIAS {
            continue;
        }
        let root = names.root_of(name);
        entities.put(id as u32, kind, known.instance[id], root, 0);
        let order = Scheme::from_code(i64::from(known.scheme[id])).map_or(u8::MAX, key_order);
        if let Some(party) = entities.parties.get_mut(names, root, kind)
            && party.entity == 0
            && order <= party.order
        {
            party.entity = id as u32;
            party.is_new = false;
        }
    }
}

/// Ids for parties that have no entity yet, in the order in which they were first named; answers the id after them.
fn give_ids(reading: &Reading, known: &Known, entities: &mut Entities) -> Result<u32> {
    let names = &reading.names;
    let mut next = entities.first_new;
    for root in 0..names.len() as Alias {
        if names.root_of(root) != root {
            continue;
        }
        for kind in 1..=Kind::GatewayRoute as u8 {
            if let Some(party) = entities.parties.get_mut(names, root, kind)
                && party.entity == 0
            {
                party.entity = next;
                let instance = reading.slots[usize::from(names.slot(root))].instance.context("a name belongs to no instance")?;
                entities.put(next, kind, instance, root, 0);
                next = next.checked_add(1).context("the inventory is full")?;
            }
        }
    }
    for id in 1..known.kind.len().min(entities.first_new as usize) {
        let (kind, name) = (known.kind[id], known.name[id]);
        if kind != 0 && kind != Kind::Scope as u8 && name != NO_ALIAS {
            let survivor = entities.of(names, Kind::from_code(i64::from(kind)).context("a stored kind is unknown")?, name);
            if survivor != 0 && survivor != id as u32 {
                entities.absorbed.insert(id as u32, survivor);
            }
        }
    }
    Ok(next)
}

/// Entities of scopes: those of the inventory stay, placeholders named by id are absorbed once a value is known.
/// New ones get the ids from `next` on.
fn settle_scopes(reading: &Reading, known: &Known, entities: &mut Entities, next: u32) -> Result<Vec<(u32, u32, u32)>> {
    let Reading { names, scopes, .. } = reading;
    // Best name of each scope: one by value, else by id; and the entities that it has.
    let mut best: BTreeMap<u32, u32> = BTreeMap::new();
    for at in 0..scopes.len() as u32 {
        let chosen = best.entry(scopes.root(at)).or_insert(at);
        if scopes.get(*chosen).by_id && !scopes.get(at).by_id {
            *chosen = at;
        }
    }
    let mut owned: BTreeMap<u32, Vec<(u32, bool)>> = BTreeMap::new();
    for id in 1..known.kind.len() {
        if known.kind[id] == Kind::Scope as u8 && known.name[id] != NO_ALIAS {
            let name = known.name[id];
            owned.entry(scopes.root(name)).or_default().push((id as u32, scopes.get(name).by_id));
        }
    }
    let mut new = Vec::new();
    for (root, chosen) in &best {
        let name = scopes.get(*chosen);
        let audience = entities.of(names, Kind::Audience, name.audience);
        let party = names.root_of(name.audience);
        let instance = entities.instance.get(audience as usize).copied().unwrap_or(0);
        let mine = owned.get(root).map_or(&[][..], Vec::as_slice);
        // One that is keyed by value stays; a placeholder stays only while nothing better is known.
        let keep = mine.iter().filter(|(_, by_id)| !*by_id || name.by_id).min_by_key(|(id, by_id)| (*by_id, *id));
        let entity = match keep {
            Some((id, _)) => *id,
            None => {
                let id = next.checked_add(u32::try_from(new.len())?).context("the inventory is full")?;
                new.push((id, *chosen, audience));
                id
            }
        };
        entities.scope_entity[*root as usize] = entity;
        entities.scope_name.insert(entity, *chosen);
        entities.put(entity, Kind::Scope as u8, instance, party, audience);
        for (id, _) in mine {
            entities.put(*id, Kind::Scope as u8, instance, party, audience);
            if *id != entity {
                entities.absorbed.insert(*id, entity);
            }
        }
    }
    Ok(new)
}
