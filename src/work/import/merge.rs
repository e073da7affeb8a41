//! From statements to rows: what several records say about one thing becomes one row, and only differences to the
//! visible row are written. One code for all tables; grants, of which there are millions, have their own.

use std::mem::take;
use std::sync::Arc;

use anyhow::Result;

use super::cells::{Made, Said, read, read_made};
use super::lists::Lists;
use super::reading::Reading;
use super::settle::{Entities, Who};
use super::spool::distribute;
use super::{Progress, stopped};
use crate::model::kinds::*;
use crate::store::Store;
use crate::store::cells::Value;
use crate::store::draft::Draft;
use crate::store::drift::changed_columns;
use crate::store::log::KindCount;
use crate::store::read::values;
use crate::store::table::{self, Table};

/// Rows and statements worked on at once; bounds memory.
const AT_ONCE: u64 = 24_000;
/// Ranks are kept as one character each, from this one on.
const FIRST_RANK: u8 = b'0';

/// Entities that a visible row names: what keeps a placeholder.
#[derive(Debug, Default)]
pub struct Named(Vec<u64>);

impl Named {
    /// Adds one.
    pub fn add(&mut self, id: u32) {
        let word = id as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (id % 64);
    }
    /// Whether it was added.
    pub fn has(&self, id: u32) -> bool {
        self.0.get(id as usize / 64).is_some_and(|word| word & (1 << (id % 64)) != 0)
    }
}

/// Everything that merging needs to know.
pub struct Merge<'a> {
    /// Inventory.
    pub store: &'a Store,
    /// Its head.
    pub head: i64,
    /// What was read.
    pub reading: &'a mut Reading,
    /// Who is who.
    pub who: Arc<Who>,
    /// Complete lists.
    pub lists: &'a mut Lists,
    /// The revision being written.
    pub draft: &'a mut Draft,
    /// Whether to stop.
    pub progress: Arc<dyn Progress>,
    /// Named so far.
    pub named: Named,
    /// Row id of the first file of this import.
    pub first_file: i64,
    /// What changed.
    pub counts: Vec<KindCount>,
    /// Visible rows that stand only because others name them.
    pub orphans: u32,
}

/// Numbers of the columns that have a meaning of their own.
struct Columns {
    anchor: usize,
    display_name: Option<usize>,
    state: Option<usize>,
    ranks: Option<usize>,
    held_by: Option<usize>,
    file: usize,
    shared_value: Option<usize>,
    /// Columns that statements fill.
    said: usize,
}

impl Columns {
    fn of(table: &Table) -> Self {
        let file = table.column("file").unwrap_or(table.columns.len());
        let ranks = table.column("ranks");
        let held_by = table.column("held_by");
        Self {
            anchor: table.refs[0],
            display_name: table.column("display_name"),
            state: table.column("state"),
            ranks,
            held_by,
            file,
            shared_value: table.column("shared_value"),
            said: ranks.or(held_by).unwrap_or(file),
        }
    }
}

/// What is known of a row from one place. Those of one key come together by sorting.
struct Entry {
    key: Key,
    place: Place,
    made: Made,
    row: Vec<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The visible row with this id.
    Visible(i64),
    /// A statement of this import.
    Said,
    /// Only a reference.
    Named,
}

impl Entry {
    /// A row that is neither stated nor only named.
    const NOT_MADE: Made = Made { rank: 0, file: 0, record: 0, list: 0 };
    /// A row that is carried over from an absorbed entity.
    const CARRIED: Made = Made { rank: u8::MAX, file: u32::MAX, record: 0, list: 0 };
}

/// What becomes of a group: the row as it is to stand, without a name for people if nobody gave one.
struct Outcome {
    existing: Option<(i64, Vec<Value>)>,
    row: Option<Vec<Value>>,
    /// Further visible rows of the same key: they close.
    superseded: Vec<i64>,
}

/// What a row of a table is called in counts.
pub fn count_word(table: &Table) -> &'static str {
    match (table.kind, table.name) {
        (Some(kind), _) => kind.as_str(),
        (None, "grants") => "grant",
        (None, "ownerships") => "ownership",
        (None, "reach_edges") => "reach_edge",
        (None, other) => other,
    }
}

/// Whether rows of a kind can stand only because others name them.
const fn can_be_placeholder(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::Client | Kind::Audience | Kind::Scope | Kind::Principal | Kind::Owner | Kind::Vendor))
}

/// What a number column holds when nobody said anything.
fn default_of(table: &Table, column: &str) -> Value {
    match (table.name, column) {
        ("principals", "kind") => Value::Int(PrincipalKind::Unknown.code()),
        ("owners", "kind") => Value::Int(OwnerKind::Person.code()),
        ("clients", "kind") => Value::Int(ClientKind::Unknown.code()),
        (_, "enabled" | "publisher_verified" | "multi_tenant" | "environment" | "internet" | "high_risk" | "status" | "built_in") => {
            Value::Int(0)
        }
        _ => Value::Null,
    }
}

fn held(row: &[Value], columns: &Columns) -> i64 {
    match columns.held_by.and_then(|at| row.get(at)) {
        Some(Value::Int(bits)) => *bits,
        _ => 0,
    }
}

fn id_of(value: Option<&Value>) -> u32 {
    value.map_or(0, |value| table::entity(value).0)
}

impl Merge<'_> {
    /// Merges the statements of one table with its visible rows.
    ///
    /// # Errors
    /// The inventory cannot be read or written; a spool cannot be read.
    pub async fn table(&mut self, table: &'static Table) -> Result<()> {
        let columns = Columns::of(table);
        let number = table::number(table);
        let rows = self.store.row_count(table).await?.unsigned_abs();
        let statements = self.reading.statements[number].records();
        let last = self.who.entities.kind.len() as u32;
        let parts = (rows + statements).div_ceil(AT_ONCE).max(1) as usize;
        let width = last.div_ceil(parts as u32).max(1);
        let mut count = KindCount::default_for(count_word(table));
        let carried = if rows > 0 { self.carried(table, &columns).await? } else { Vec::new() };

        let who = Arc::clone(&self.who);
        let entities = &who.entities;
        let mut spools = distribute(&mut self.reading.statements[number], parts, 4 << 20, |record| {
            let mut rest = record;
            read_made(&mut rest)?;
            let mut said = Said::Nothing;
            for _ in 0..=columns.anchor {
                said = read(&mut rest)?;
            }
            Ok((id_of(Some(&who.value(said))) / width) as usize)
        })?;
        for (part, spool) in spools.iter_mut().enumerate() {
            if self.progress.cancelled() {
                return Err(stopped());
            }
            let (from, to) = (part as u32 * width, (part as u32 + 1).saturating_mul(width));
            let mut entries: Vec<Entry> = Vec::with_capacity(spool.records() as usize);
            if rows > 0 {
                for (id, row) in self.store.open_rows(table, self.head, columns.anchor, from, to, |cells| values(table, cells)).await? {
                    if !entities.absorbed.contains_key(&id_of(row.get(columns.anchor))) {
                        let key = Key::of(table, &mapped(table, entities, &row));
                        entries.push(Entry { key, place: Place::Visible(id), made: Entry::NOT_MADE, row });
                    }
                }
            }
            for row in carried.iter().filter(|row| (from..to).contains(&id_of(row.get(columns.anchor)))) {
                // The row under its old id is closed; it lives on unless the survivor is described anyway.
                entries.push(Entry { key: Key::of(table, row), place: Place::Said, made: Entry::CARRIED, row: row.clone() });
            }
            spool.each(|record| {
                let mut rest = record;
                let made = read_made(&mut rest)?;
                let mut row = Vec::with_capacity(table.columns.len());
                for _ in 0..columns.said {
                    row.push(who.value(read(&mut rest)?));
                }
                entries.push(Entry { key: Key::of(table, &row), place: Place::Said, made, row });
                Ok(())
            })?;
            if can_be_placeholder(table.kind) {
                for id in from.max(1)..to.min(last) {
                    if self.named.has(id)
                        && table.kind.is_some_and(|kind| kind as u8 == entities.kind[id as usize])
                        && !entities.absorbed.contains_key(&id)
                    {
                        entries.push(Entry { key: Key::Entity(id), place: Place::Named, made: Entry::NOT_MADE, row: Vec::new() });
                    }
                }
            }
            entries.sort_by(|a, b| a.key.cmp(&b.key).then(a.place.cmp(&b.place)).then(a.made.cmp(&b.made)));
            let outcomes = entries.chunk_by_mut(|a, b| a.key == b.key).map(|group| self.outcome(table, &columns, group)).collect();
            self.write(table, &columns, outcomes, &mut count).await?;
        }
        if table.name != "identifiers" && count.added + count.removed + count.changed > 0 {
            self.counts.push(count);
        }
        Ok(())
    }

    /// Closes the rows of absorbed entities and answers them as rows of their survivors (decision D7).
    async fn carried(&mut self, table: &'static Table, columns: &Columns) -> Result<Vec<Vec<Value>>> {
        let mut carried = Vec::new();
        let who = Arc::clone(&self.who);
        let entities = &who.entities;
        let here = |id: &u32| table.kind.is_none_or(|kind| kind as u8 == entities.kind[*id as usize]);
        for (from, to) in windows(entities.absorbed.keys().copied().filter(here), AT_ONCE as u32) {
            for (id, row) in self.store.open_rows(table, self.head, columns.anchor, from, to, |cells| values(table, cells)).await? {
                if !entities.absorbed.contains_key(&id_of(row.get(columns.anchor))) {
                    continue;
                }
                self.draft.close(table, id).await?;
                let placeholder = columns.held_by.is_some() && held(&row, columns) == 0;
                if !placeholder {
                    carried.push(mapped(table, entities, &row));
                }
            }
        }
        Ok(carried)
    }

    /// What becomes of everything that is known of one row: the visible one first, then statements, the strongest first.
    fn outcome(&mut self, table: &'static Table, columns: &Columns, group: &mut [Entry]) -> Outcome {
        // Only tables of entities have placeholders, and their key is the entity.
        let entity = match group.first().map(|entry| &entry.key) {
            Some(Key::Entity(id)) if can_be_placeholder(table.kind) => *id,
            _ => 0,
        };
        let is_visible = |entry: &Entry| matches!(entry.place, Place::Visible(_));
        let (visible, others) = group.split_at_mut(group.partition_point(is_visible));
        let (said, _) = others.split_at_mut(others.partition_point(|entry| entry.place == Place::Said));
        // Two visible rows of one key come together when entities turn out to be one: the newest stands for both.
        let mut visible = visible.iter_mut().filter_map(|entry| match entry.place {
            Place::Visible(id) => Some((id, take(&mut entry.row))),
            _ => None,
        });
        let existing = visible.next_back();
        let superseded: Vec<i64> = visible.map(|(id, _)| id).collect();
        // A row that is only carried over brings its own origin and holders.
        if let (None, [Entry { made: Entry::CARRIED, row, .. }]) = (&existing, &mut *said) {
            return Outcome { existing: None, row: Some(take(row)), superseded };
        }
        let (said, _) = said.split_at_mut(said.partition_point(|entry| entry.made.rank != u8::MAX));
        let before = existing.as_ref().map(|(_, row)| mapped(table, &self.who.entities, row));
        let described: i64 =
            if columns.held_by.is_some() { said.iter().fold(0, |bits, entry| bits | (1 << (entry.made.list & 15))) } else { 0 };
        let anchor = before
            .as_ref()
            .map_or_else(|| id_of(said.first().and_then(|entry| entry.row.get(columns.anchor))), |row| id_of(row.get(columns.anchor)));
        let had = before.as_ref().map_or(0, |row| held(row, columns));
        let covered = self.covered(table, before.as_ref(), anchor);
        let kept = had & !covered;
        if columns.held_by.is_none() {
            // Identifiers are held by their entity, not by a list.
            let row = before
                .clone()
                .or_else(|| said.first_mut().map(|entry| self.with_origin(table, columns, take(&mut entry.row), Some(entry.made), 0)));
            return Outcome { existing, row, superseded };
        }
        if before.is_some() {
            let instance = self.who.entities.instance.get(anchor as usize).copied().unwrap_or(0);
            self.lists.note(instance, table::number(table), had, kept | described == 0);
        }
        if kept | described == 0 {
            return Outcome { existing, row: self.placeholder(table, columns, before, entity), superseded };
        }
        let row = match before {
            // Nothing new was said, but one of several lists holds it no more.
            Some(mut row) if said.is_empty() => {
                if let Some(at) = columns.held_by {
                    row[at] = Value::Int(kept);
                }
                row
            }
            before => {
                let base = before.filter(|_| kept != 0 && columns.ranks.is_some());
                self.described(table, columns, base.as_deref(), said, kept | described)
            }
        };
        Outcome { existing, row: Some(row), superseded }
    }

    /// Bits of complete lists that could have held a row.
    fn covered(&self, table: &Table, row: Option<&Vec<Value>>, anchor: u32) -> i64 {
        if !self.lists.any() {
            return 0;
        }
        let party = |id: u32| self.who.entities.party.get(id as usize).map_or(0, |party| self.lists.of_parent(*party));
        let parent = match (table.name, row) {
            ("credentials", Some(row)) => party(id_of(row.get(1))) | party(anchor),
            _ => party(anchor),
        };
        self.lists.of_instance(self.who.entities.instance.get(anchor as usize).copied().unwrap_or(0)) | parent
    }

    /// A row that stands only because others name it; what was known of it before stays readable in history only.
    fn placeholder(&self, table: &'static Table, columns: &Columns, before: Option<Vec<Value>>, entity: u32) -> Option<Vec<Value>> {
        if entity == 0 || !self.named.has(entity) {
            return None;
        }
        if let Some(before) = before
            && held(&before, columns) == 0
        {
            return Some(before);
        }
        let mut row: Vec<Value> = table.columns.iter().map(|column| default_of(table, column.name)).collect();
        row[columns.anchor] = Value::Int(i64::from(entity));
        let names = &self.who.names;
        let party = self.who.entities.party[entity as usize];
        match table.kind {
            Some(Kind::Scope) => {
                let scope = self.who.scope_of(entity)?;
                row[1] = Value::Int(i64::from(self.who.entities.audience[entity as usize]));
                row[2] = Value::Int(scope.kind.code());
                row[3] = Value::Text(scope.text.as_ref().into());
                row[4] = if scope.by_id { Value::Text(scope.text.as_ref().into()) } else { Value::Null };
            }
            Some(Kind::Principal) => {
                if let Some(hint) = names.principal_hint(party) {
                    row[1] = Value::Int(hint.code());
                }
            }
            Some(Kind::Audience) => {
                let client = self.who.of(Kind::Client, party);
                if client != 0 {
                    row[3] = Value::Int(i64::from(client));
                }
            }
            _ => {}
        }
        if let Some(at) = columns.state {
            row[at] = Value::Int(RowState::Unresolved.code());
        }
        if let Some(at) = columns.ranks {
            row[at] = Value::Text("-".repeat(columns.said).into());
        }
        #[allow(clippy::needless_range_loop, reason = "the number of the column names other things too")]
        for at in columns.said.max(columns.ranks.map_or(0, |at| at + 1))..row.len() {
            row[at] = Value::Int(0);
        }
        Some(row)
    }

    /// The row that statements make, laid over what other lists said before.
    fn described(&self, table: &'static Table, columns: &Columns, base: Option<&[Value]>, said: &mut [Entry], held_by: i64) -> Vec<Value> {
        let mut row = Vec::with_capacity(table.columns.len());
        let mut ranks = String::with_capacity(columns.said);
        let base_ranks = match base.zip(columns.ranks).and_then(|(base, at)| base.get(at)) {
            Some(Value::Text(text)) => text.as_bytes(),
            _ => &[],
        };
        for at in 0..columns.said {
            let new = said.iter_mut().find(|said| said.row[at] != Value::Null).map(|said| (said.made.rank, take(&mut said.row[at])));
            // A statement that is made again replaces what it said before, also where it says nothing now.
            let old = base_ranks
                .get(at)
                .filter(|&&rank| rank != b'-' && !said.iter().any(|said| FIRST_RANK + said.made.rank.min(60) == rank))
                .zip(base.map(|base| &base[at]));
            let (rank, value) = match (new, old) {
                (Some((rank, _)), Some((&old, value))) if old < FIRST_RANK + rank.min(60) => (old, value.clone()),
                (Some((rank, value)), _) => (FIRST_RANK + rank.min(60), value),
                (None, Some((&rank, value))) => (rank, value.clone()),
                (None, None) => (b'-', default_of(table, table.columns[at].name)),
            };
            ranks.push(char::from(rank));
            row.push(value);
        }
        if let Some(at) = columns.state {
            row[at] = Value::Int(RowState::Observed.code());
        }
        if let Some(at) = columns.shared_value {
            // The group of an import has no meaning outside it; what is kept is which credential is the first of them.
            row[at] = match &row[at] {
                Value::Text(group) => match self.reading.shared.get(&**group) {
                    Some((first, last)) if first != last => Value::Text(first.as_str().into()),
                    _ => Value::Null,
                },
                other => other.clone(),
            };
        }
        if columns.ranks.is_some() {
            row.push(Value::Text(ranks.into()));
        }
        self.with_origin(table, columns, row, said.first().map(|said| said.made), held_by)
    }

    /// Adds the columns that say where a row comes from.
    fn with_origin(&self, table: &Table, columns: &Columns, mut row: Vec<Value>, made: Option<Made>, held_by: i64) -> Vec<Value> {
        if columns.held_by.is_some() {
            row.push(Value::Int(held_by));
        }
        let (file, record) = made
            .filter(|made| made.file != u32::MAX)
            .map_or((0, 0), |made| (self.first_file + i64::from(made.file), i64::from(made.record)));
        row.push(Value::Int(file));
        row.push(Value::Int(record));
        debug_assert_eq!(row.len(), table.columns.len());
        row
    }

    /// Writes what differs, and notes whom the rows name.
    async fn write(&mut self, table: &'static Table, columns: &Columns, mut outcomes: Vec<Outcome>, count: &mut KindCount) -> Result<()> {
        if let Some(at) = columns.display_name {
            let is_open = |outcome: &Outcome| outcome.row.as_ref().is_some_and(|row| row[at] == Value::Null);
            // A scope may have no name for people; everything else is called by its key.
            if table.name != "scopes" {
                let nameless: Vec<u32> = outcomes
                    .iter()
                    .filter(|outcome| is_open(outcome))
                    .filter_map(|outcome| outcome.row.as_ref())
                    .map(|row| id_of(row.get(columns.anchor)))
                    .collect();
                let keys = if nameless.is_empty() { Default::default() } else { self.store.natural_keys(&nameless).await? };
                for row in outcomes.iter_mut().filter_map(|outcome| outcome.row.as_mut()).filter(|row| row[at] == Value::Null) {
                    let key = keys.get(&id_of(row.get(columns.anchor))).map_or("", String::as_str);
                    row[at] = Value::Text(key.into());
                }
            }
        }
        for outcome in outcomes {
            if let Some(row) = &outcome.row {
                self.orphans += u32::from(can_be_placeholder(table.kind) && held(row, columns) == 0);
                // What an identifier names is described elsewhere, or it is no reason to keep it in view.
                for &at in table.refs.iter().filter(|_| table.name != "identifiers") {
                    if at != columns.anchor || !can_be_placeholder(table.kind) {
                        self.named.add(id_of(row.get(at)));
                    }
                }
            }
            for id in outcome.superseded {
                self.draft.close(table, id).await?;
            }
            match (outcome.existing, outcome.row) {
                (None, Some(row)) => {
                    self.draft.insert(table, &row).await?;
                    count.added += 1;
                }
                (Some((id, before)), None) => {
                    self.draft.close(table, id).await?;
                    // One that only a reference kept was counted when its last list let it go.
                    count.removed += u32::from(columns.held_by.is_none() || held(&before, columns) != 0);
                }
                (Some((id, before)), Some(mut row)) => {
                    let changed = !changed_columns(table, &before, &row).is_empty();
                    let same = |name: Option<usize>| name.is_none_or(|at| before[at] == row[at]);
                    if changed || !same(columns.held_by) || !same(columns.ranks) {
                        if !changed {
                            // What it says is not new, so it stays where it was first read.
                            row[columns.file..table.columns.len()].clone_from_slice(&before[columns.file..table.columns.len()]);
                        }
                        self.draft.close(table, id).await?;
                        self.draft.insert(table, &row).await?;
                        // What no list holds any more is gone for people, although a reference keeps it in view.
                        if held(&before, columns) != 0 && columns.held_by.is_some() && held(&row, columns) == 0 {
                            count.removed += 1;
                        } else {
                            count.changed += u32::from(changed);
                        }
                    }
                }
                (None, None) => {}
            }
        }
        Ok(())
    }
}

/// Ranges that hold all the ids, none wider than `width`: some reads of many rows instead of one read for each id.
pub fn windows(ids: impl Iterator<Item = u32>, width: u32) -> Vec<(u32, u32)> {
    let mut windows: Vec<(u32, u32)> = Vec::new();
    for id in ids {
        match windows.last_mut() {
            Some((from, to)) if id - *from < width => *to = id + 1,
            _ => windows.push((id, id + 1)),
        }
    }
    windows
}

/// What makes two statements speak of one row.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The entity that a row describes.
    Entity(u32),
    /// Several values.
    Values(Vec<Value>),
}

impl Key {
    fn of(table: &Table, row: &[Value]) -> Self {
        match table.key {
            [at] => Self::Entity(id_of(row.get(*at))),
            several => Self::Values(several.iter().filter_map(|&at| row.get(at)).map(folded).collect()),
        }
    }
}

/// A value without case, for comparing keys.
fn folded(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.to_ascii_lowercase().into()),
        other => other.clone(),
    }
}

/// A row whose ids are those of survivors.
fn mapped(table: &Table, entities: &Entities, row: &[Value]) -> Vec<Value> {
    let mut row = row.to_vec();
    if !entities.absorbed.is_empty() {
        for &at in table.refs {
            if let Value::Int(id) = row[at] {
                row[at] = Value::Int(i64::from(entities.survivor(id as u32)));
            }
        }
    }
    row
}
