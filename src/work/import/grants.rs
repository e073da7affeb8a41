//! Grants: merged a range of clients at a time, written in the order of their index.

use std::sync::Arc;

use anyhow::{Context, Result};
use rayon::prelude::*;

use super::merge::{Merge, Named, windows};
use super::names::NO_ALIAS;
use super::settle::Who;
use super::spool::{Spool, distribute};
use super::stopped;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::store::draft::RowWriter;
use crate::store::log::KindCount;
use crate::store::table::{self, GRANTS, StoredRow};

/// Grants worked on at once: about 40 MB.
const AT_ONCE: u64 = 250_000;
/// Absorbed clients whose grants are read at once.
const CLIENTS_AT_ONCE: u32 = 4_096;

type Key = (EntityId, EntityId, GrantMode, EntityId);

const fn key(row: &GrantRow) -> Key {
    (row.client, row.scope, row.mode, row.principal)
}

/// Two statements of one grant: the wider and longer reading stands, so that the order of files does not matter.
fn unite(into: &mut GrantRow, other: &GrantRow) {
    into.origin_kind = into.origin_kind.min(other.origin_kind);
    into.narrowed &= other.narrowed;
    if other.granted_at != UNKNOWN_MS && (into.granted_at == UNKNOWN_MS || other.granted_at < into.granted_at) {
        into.granted_at = other.granted_at;
    }
    into.expires_at = into.expires_at.max(other.expires_at);
    into.held_by |= other.held_by;
}

fn same_content(a: &GrantRow, b: &GrantRow) -> bool {
    (a.origin_kind, a.narrowed, a.granted_at, a.expires_at) == (b.origin_kind, b.narrowed, b.granted_at, b.expires_at)
}

/// Grants as they were read, with what turns their names into ids.
#[derive(Clone, Copy)]
pub struct Stated<'a> {
    /// Who is who.
    pub who: &'a Who,
    /// Row id of the first file of this import.
    pub first_file: i64,
}

impl Stated<'_> {
    /// Id of the client of a kept grant.
    fn client(&self, record: &[u8]) -> Result<u32> {
        Ok(self.who.of(Kind::Client, word(record, 0)?))
    }

    /// Ends of ranges of clients, so that none has too many grants; `known` = rows of the inventory, spread evenly.
    /// Notes whom the grants name, if that is asked for.
    ///
    /// # Errors
    /// A grant cannot be read.
    pub fn ranges(&self, grants: &mut Spool, known: u64, mut named: Option<&mut Named>) -> Result<Vec<u32>> {
        let ids = self.who.entities.kind.len();
        let mut sizes = vec![0u32; ids + 1];
        grants.each(|record| {
            let client = self.client(record)?;
            sizes[client as usize] += 1;
            if let Some(named) = named.as_deref_mut() {
                named.add(client);
                named.add(self.who.of_scope(word(record, 4)?));
                named.add(self.principal(word(record, 8)?));
            }
            Ok(())
        })?;
        let share = if ids > 0 { known.div_ceil(ids as u64) } else { 0 };
        let mut ends: Vec<u32> = Vec::new();
        let mut size = 0u64;
        for (id, own) in sizes.iter().enumerate() {
            if size > 0 && size + u64::from(*own) + share > AT_ONCE {
                ends.push(id as u32);
                size = 0;
            }
            size += u64::from(*own) + share;
        }
        ends.push(u32::MAX);
        Ok(ends)
    }

    /// The grants of each range by themselves.
    ///
    /// # Errors
    /// A grant cannot be read or kept again.
    pub fn distribute(&self, grants: &mut Spool, ends: &[u32]) -> Result<Vec<Spool>> {
        distribute(grants, ends.len(), 24 << 20, |record| {
            let client = self.client(record)?;
            Ok(ends.partition_point(|end| *end <= client))
        })
    }

    /// The grants of one range in the order of their index, each once.
    ///
    /// # Errors
    /// A grant cannot be read.
    pub fn rows(&self, spool: &mut Spool) -> Result<Vec<GrantRow>> {
        let mut stated: Vec<GrantRow> = Vec::with_capacity(spool.records() as usize);
        spool.each(|record| {
            stated.push(self.row(record)?);
            Ok(())
        })?;
        stated.par_sort_unstable_by_key(|row| (key(row), row.origin));
        stated.dedup_by(|next, first| {
            let same = key(next) == key(first);
            if same {
                unite(first, next);
            }
            same
        });
        Ok(stated)
    }

    fn principal(&self, alias: u32) -> u32 {
        if alias == NO_ALIAS { 0 } else { self.who.of(Kind::Principal, alias) }
    }

    /// A kept grant with the ids of its entities.
    fn row(&self, record: &[u8]) -> Result<GrantRow> {
        let time =
            |at: usize| Ok::<_, anyhow::Error>(i64::from_le_bytes(record.get(at..at + 8).context("a kept grant is cut")?.try_into()?));
        let byte = |at: usize| record.get(at).copied().map(i64::from).context("a kept grant is cut");
        Ok(GrantRow {
            client: EntityId(self.client(record)?),
            scope: EntityId(self.who.of_scope(word(record, 4)?)),
            mode: GrantMode::from_code(byte(12)?).context("a kept grant has no mode")?,
            principal: EntityId(self.principal(word(record, 8)?)),
            origin_kind: GrantOrigin::from_code(byte(13)?).context("a kept grant has no origin")?,
            narrowed: byte(14)? != 0,
            held_by: 1 << (byte(15)? & 15),
            granted_at: time(24)?,
            expires_at: time(32)?,
            origin: Origin { file: u32::try_from(self.first_file)? + word(record, 16)?, record: word(record, 20)? },
        })
    }
}

impl Merge<'_> {
    /// Merges the grants that were read with the visible ones; `rows` = grants that the inventory has.
    ///
    /// # Errors
    /// The inventory cannot be read or written; a spool cannot be read.
    pub async fn grants(&mut self, rows: u64) -> Result<()> {
        let who = Arc::clone(&self.who);
        let grants = Stated { who: &who, first_file: self.first_file };
        let ends = grants.ranges(&mut self.reading.grants, rows, None)?;
        let mut count = KindCount::default_for("grant");
        let carried = self.carried_grants().await?;
        let mut spools = grants.distribute(&mut self.reading.grants, &ends)?;
        let mut from = 0;
        for (at, spool) in spools.iter_mut().enumerate() {
            if self.progress.cancelled() {
                return Err(stopped());
            }
            self.progress.advance(at as u64, Some(ends.len() as u64));
            let to = ends[at];
            let stated = grants.rows(spool)?;
            let mut open: Vec<(i64, GrantRow, GrantRow)> = Vec::new();
            for (id, row) in self.store.open_rows(&GRANTS, self.head, 0, from, to, GrantRow::get).await? {
                if !who.entities.absorbed.contains_key(&row.client.0) {
                    open.push((id, row, self.moved(row)));
                }
            }
            open.extend(carried.iter().filter(|(_, _, moved)| (from..to).contains(&moved.client.0)).copied());
            open.sort_unstable_by_key(|(id, _, moved)| (key(moved), *id));
            self.write_grants(&stated, &open, &mut count).await?;
            from = to;
        }
        if count.added + count.removed + count.changed > 0 {
            self.counts.push(count);
        }
        Ok(())
    }

    /// A row with the ids of survivors.
    fn moved(&self, row: GrantRow) -> GrantRow {
        if self.who.entities.absorbed.is_empty() {
            return row;
        }
        let survivor = |id: EntityId| EntityId(self.who.entities.survivor(id.0));
        GrantRow { client: survivor(row.client), scope: survivor(row.scope), principal: survivor(row.principal), ..row }
    }

    /// Rows of absorbed clients: they belong to another range now.
    async fn carried_grants(&self) -> Result<Vec<(i64, GrantRow, GrantRow)>> {
        let mut carried = Vec::new();
        let who = Arc::clone(&self.who);
        let entities = &who.entities;
        let clients = entities.absorbed.keys().copied().filter(|id| entities.kind[*id as usize] == Kind::Client as u8);
        for (from, to) in windows(clients, CLIENTS_AT_ONCE) {
            for (id, row) in self.store.open_rows(&GRANTS, self.head, 0, from, to, GrantRow::get).await? {
                if entities.absorbed.contains_key(&row.client.0) {
                    carried.push((id, row, self.moved(row)));
                }
            }
        }
        Ok(carried)
    }

    async fn write_grants(&mut self, stated: &[GrantRow], open: &[(i64, GrantRow, GrantRow)], count: &mut KindCount) -> Result<()> {
        let (mut s, mut o) = (0, 0);
        while s < stated.len() || o < open.len() {
            let next = match (stated.get(s), open.get(o)) {
                (Some(a), Some((_, _, b))) => key(a).min(key(b)),
                (Some(a), None) => key(a),
                (None, Some((_, _, b))) => key(b),
                (None, None) => break,
            };
            let new = stated.get(s).filter(|row| key(row) == next);
            s += usize::from(new.is_some());
            let first = o;
            while open.get(o).is_some_and(|(_, _, row)| key(row) == next) {
                o += 1;
            }
            // Several open rows of one grant come together when entities turn out to be one.
            let known = &open[first..o];
            let mut base: Option<GrantRow> = None;
            for (_, _, row) in known {
                match &mut base {
                    None => base = Some(*row),
                    Some(base) => unite(base, row),
                }
            }
            let wanted = self.wanted(new, base);
            if let Some(row) = &wanted {
                self.named.add(row.client.0);
                self.named.add(row.scope.0);
                self.named.add(row.principal.0);
            }
            match (known, wanted) {
                ([(_, before, moved)], Some(row)) if before == moved && same_content(before, &row) && before.held_by == row.held_by => {}
                (known, wanted) => {
                    for (id, ..) in known {
                        self.draft.close(&GRANTS, *id).await?;
                    }
                    if let Some(mut row) = wanted {
                        let mut changed = known.is_empty();
                        if let Some((_, before, moved)) = known.first() {
                            changed = before != moved || !same_content(before, &row);
                            if !changed {
                                row.origin = before.origin;
                            }
                        }
                        self.draft.insert_with(&GRANTS, |writer| cells(&row, writer)).await?;
                        if known.is_empty() {
                            count.added += 1;
                        } else {
                            count.changed += u32::from(changed);
                        }
                    } else if !known.is_empty() {
                        count.removed += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// The grant as it is to stand.
    fn wanted(&mut self, new: Option<&GrantRow>, base: Option<GrantRow>) -> Option<GrantRow> {
        let Some(mut base) = base else { return new.copied() };
        let mut covered = 0;
        if self.lists.any() {
            let instance = self.who.entities.instance[base.client.0 as usize];
            let party = |id: u32| self.who.entities.party.get(id as usize).map_or(0, |party| self.lists.of_parent(*party));
            // The list of those that an API was assigned to is the API's, as are the policies of an Okta authorization
            // server, which have the same bit; all other lists are the client's.
            let assigned_to = RecordKind::AppRoleAssignedTo.bit();
            covered = self.lists.of_instance(instance) | (party(base.client.0) & !assigned_to) | (party(base.scope.0) & assigned_to);
            let kept = i64::from(base.held_by) & !covered;
            self.lists.note(instance, table::number(&GRANTS), i64::from(base.held_by), new.is_none() && kept == 0);
        }
        base.held_by = (i64::from(base.held_by) & !covered) as u16;
        match (new, base.held_by) {
            (None, 0) => None,
            (None, _) => Some(base),
            (Some(new), 0) => Some(*new),
            (Some(new), held) => {
                // Lists that were not read again still say what they said; a list that was says it anew.
                let mut row = *new;
                if held & !new.held_by != 0 {
                    unite(&mut row, &base);
                }
                row.held_by |= held;
                Some(row)
            }
        }
    }
}

/// Cells of a grant in the order of the table's columns.
pub fn cells(row: &GrantRow, cells: &mut RowWriter<'_>) {
    let time = |ms: i64| if ms == UNKNOWN_MS { None } else { Some(ms) };
    cells.int(Some(i64::from(row.client.0)));
    cells.int(Some(i64::from(row.scope.0)));
    cells.int(Some(row.mode.code()));
    cells.int(Some(i64::from(row.principal.0)));
    cells.int(Some(row.origin_kind.code()));
    cells.int(Some(i64::from(row.narrowed)));
    cells.int(time(row.granted_at));
    cells.int(time(row.expires_at));
    cells.int(Some(i64::from(row.held_by)));
    cells.int(Some(i64::from(row.origin.file)));
    cells.int(Some(i64::from(row.origin.record)));
}

fn word(record: &[u8], at: usize) -> Result<u32> {
    Ok(u32::from_le_bytes(record.get(at..at + 4).context("a kept grant is cut")?.try_into()?))
}
