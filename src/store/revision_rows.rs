//! All visible rows of a revision, as the rest of the program sees them.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use sqlx::sqlite::SqliteConnection;

use super::Store;
use super::cells::{Cells, Field};
use super::log::LogEntry;
use super::read::{Scan, Which, rows, scan};
use super::table;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;

/// Sorts unless the rows stand in order already, which they do after a first import.
fn sorted<R, K: Ord>(mut rows: Vec<R>, key: impl Fn(&R) -> K) -> Vec<R> {
    if !rows.is_sorted_by_key(&key) {
        rows.sort_by_key(key);
    }
    rows
}

/// A set of entities as bits.
struct Named(Vec<u64>);

impl Named {
    fn add(&mut self, id: EntityId) {
        let word = id.0 as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (id.0 % 64);
    }
    fn has(&self, id: EntityId) -> bool {
        self.0.get(id.0 as usize / 64).is_some_and(|word| word & (1 << (id.0 % 64)) != 0)
    }
}

impl Store {
    /// All rows that are visible at a revision, sorted as [`RevisionRows`] says.
    ///
    /// # Errors
    /// No such revision, or the file cannot be read.
    pub async fn rows(&self, revision: i64) -> Result<RevisionRows> {
        let entry = self.entry(revision).await?;
        let last = self.row_count(&table::GRANTS).await?;
        let half = last / 2;
        // Packing rows is SQLite's work and unpacking them ours; both go on side by side on connections of their own. The
        // grants are half of all bytes.
        let (one, two, three, four) = (self.reader().await?, self.reader().await?, self.reader().await?, self.reader().await?);
        let first = tokio::spawn(grants(one, revision, (0, half), last));
        let second = tokio::spawn(grants(two, revision, (half, last), last - half));
        let names = tokio::spawn(names(three, revision));
        let rest = tokio::spawn(rest(four, revision));
        let ((mut grants, one), (others, two), (names, three), (mut all, four)) =
            (first.await??, second.await??, names.await??, rest.await??);
        for connection in [one, two, three, four] {
            self.give_back(connection);
        }
        grants.extend_from_slice(&others);
        drop(others);
        all.keys = names.keys;
        all.first_seen = names.first_seen;
        all.instances = names.instances;
        all.identifiers = names.identifiers;
        all.grants = sorted(grants, |row| (row.client, row.scope, row.mode, row.principal));
        self.dated(&mut all, &entry).await?;
        Ok(all)
    }

    /// All rows that are visible at a revision, from those of an earlier one: where people only stated something in between, nothing
    /// but statements differs, and reading those takes no time. `None` when something else happened.
    ///
    /// # Errors
    /// No such revision, or the file cannot be read.
    pub async fn rows_since(&self, known: RevisionRows, revision: i64) -> Result<Option<RevisionRows>> {
        if known.revision > revision {
            return Ok(None);
        }
        let between = self.log(known.revision + 1, revision).await?;
        if !only_statements(&between, known.revision, revision) {
            return Ok(None);
        }
        let mut all = known;
        let mut connection = self.reader().await?;
        let before = std::mem::replace(&mut all.assertions, rows(&mut connection, revision).await?);
        self.give_back(connection);
        let subjects = |rows: &[AssertionRow]| rows.iter().map(|row| row.subject).filter(|id| id.is_some()).collect::<BTreeSet<_>>();
        let (old, new) = (subjects(&before), subjects(&all.assertions));
        if new.iter().any(|id| all.keys.binary_search_by_key(id, |key| key.id).is_err()) {
            // A subject that no row named before: its key was left out.
            return Ok(None);
        }
        if old.difference(&new).any(|id| !describes(&all, *id)) {
            keep_named(&mut all);
        }
        all.revision_as_of.extend(between.iter().map(|entry| (entry.number, entry.as_of.unwrap_or(entry.at))));
        if let Some(entry) = between.last() {
            date(&mut all, entry);
        }
        Ok(Some(all))
    }

    /// Whether people only stated something after an earlier revision, up to a later one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn only_stated(&self, earlier: i64, later: i64) -> Result<bool> {
        if earlier > later {
            return Ok(false);
        }
        Ok(only_statements(&self.log(earlier + 1, later).await?, earlier, later))
    }

    /// Says which revision the rows show, and leaves out keys that none of them names.
    async fn dated(&self, all: &mut RevisionRows, entry: &LogEntry) -> Result<()> {
        date(all, entry);
        all.revision_as_of =
            self.log(1, entry.number).await?.into_iter().map(|entry| (entry.number, entry.as_of.unwrap_or(entry.at))).collect();
        keep_named(all);
        Ok(())
    }
}

/// Whether these entries are all those between two revisions, and none of them brought or removed anything but statements.
fn only_statements(between: &[LogEntry], earlier: i64, later: i64) -> bool {
    between.len() as i64 == later - earlier && between.iter().all(|entry| matches!(entry.action, Action::Assert | Action::Seal))
}

fn date(all: &mut RevisionRows, entry: &LogEntry) {
    all.revision = entry.number;
    all.as_of = entry.as_of.unwrap_or(entry.at);
    all.as_of_assumed = entry.as_of.is_none() || entry.as_of_assumed;
}

fn keep_named(all: &mut RevisionRows) {
    let named = named(all);
    all.keys.retain(|key| named.has(key.id));
    all.first_seen.retain(|(id, _)| named.has(*id));
}

/// Whether a row of its own describes an entity; then the key is named whatever people state.
fn describes(all: &RevisionRows, id: EntityId) -> bool {
    all.clients.binary_search_by_key(&id, |row| row.entity).is_ok()
        || all.audiences.binary_search_by_key(&id, |row| row.entity).is_ok()
        || all.scopes.binary_search_by_key(&id, |row| row.entity).is_ok()
        || all.credentials.binary_search_by_key(&id, |row| row.entity).is_ok()
}

/// Cells of a grant, several of its small numbers in one: half of the time of reading a million of them is spent in writing
/// numbers as text. Ids stay far below 2^31.
const PACKED_GRANT: &str = "concat(client * 4294967296 + scope, ' ', principal * 4294967296 + held_by * 65536 + mode * 4096 \
     + origin_kind * 16 + narrowed, ' ', granted_at, ' ', expires_at, ' ', file * 4294967296 + record, ' ', char(10))";

/// Visible grants among a range of row ids, with room for as many as are to stand in the list at last.
async fn grants(
    mut connection: SqliteConnection,
    revision: i64,
    range: (i64, i64),
    room: i64,
) -> Result<(Vec<GrantRow>, SqliteConnection)> {
    let mut rows = Vec::with_capacity(usize::try_from(room)?);
    let halves = |packed: i64| ((packed as u64 >> 32) as u32, packed as u32);
    Scan::of(&mut connection, &table::GRANTS, PACKED_GRANT, Which::At(revision), range)
        .overlapped(|window| {
            let Some(mut cells) = window.cells()? else { return Ok(()) };
            while !cells.is_empty() {
                let (client, scope) = halves(i64::get(&mut cells)?);
                let (principal, small) = halves(i64::get(&mut cells)?);
                let granted_at = cells.int()?.unwrap_or(UNKNOWN_MS);
                let expires_at = cells.int()?.unwrap_or(UNKNOWN_MS);
                let (file, record) = halves(i64::get(&mut cells)?);
                cells.end()?;
                rows.push(GrantRow {
                    client: EntityId(client),
                    scope: EntityId(scope),
                    mode: GrantMode::from_code(i64::from(small >> 12 & 15)).context("a stored grant has no mode")?,
                    principal: EntityId(principal),
                    origin_kind: GrantOrigin::from_code(i64::from(small >> 4 & 255)).context("a stored grant has no origin")?,
                    narrowed: small & 1 != 0,
                    granted_at,
                    expires_at,
                    held_by: (small >> 16) as u16,
                    origin: Origin { file, record },
                });
            }
            Ok(())
        })
        .await?;
    Ok((rows, connection))
}

/// Keys, further names and instances.
async fn names(mut kept: SqliteConnection, revision: i64) -> Result<(RevisionRows, SqliteConnection)> {
    let connection = &mut kept;
    let mut all = RevisionRows { identifiers: rows(connection, revision).await?, ..RevisionRows::default() };
    if !all.identifiers.is_sorted_by(|a, b| (a.entity, a.scheme, &a.value) <= (b.entity, b.scheme, &b.value)) {
        all.identifiers.sort_by(|a, b| (a.entity, a.scheme, &a.value).cmp(&(b.entity, b.scheme, &b.value)));
    }
    let RevisionRows { keys, first_seen, instances, .. } = &mut all;
    scan(connection, &table::KEYS, Which::At(revision), |raw, cells| {
        let (key, _) = key(raw.id, cells)?;
        if matches!(key.kind, Kind::Client | Kind::Credential) {
            first_seen.push((key.id, raw.since));
        }
        keys.push(key);
        Ok(())
    })
    .await?;
    scan(connection, &table::INSTANCES, Which::At(revision), |_, cells| {
        let id = Field::get(cells)?;
        let source = Field::get(cells)?;
        let name = Field::get(cells)?;
        cells.text()?;
        instances.push(InstanceRow { id, source, name, assumed: Field::get(cells)? });
        Ok(())
    })
    .await?;
    instances.sort_by_key(|row| row.id);
    Ok((all, kept))
}

/// All other tables.
async fn rest(mut kept: SqliteConnection, revision: i64) -> Result<(RevisionRows, SqliteConnection)> {
    let connection = &mut kept;
    let all = RevisionRows {
        issuers: sorted(rows(connection, revision).await?, |row: &IssuerRow| row.entity),
        clients: sorted(rows(connection, revision).await?, |row: &ClientRow| row.entity),
        credentials: sorted(rows(connection, revision).await?, |row: &CredentialRow| row.entity),
        audiences: sorted(rows(connection, revision).await?, |row: &AudienceRow| row.entity),
        scopes: sorted(rows(connection, revision).await?, |row: &ScopeRow| row.entity),
        principals: sorted(rows(connection, revision).await?, |row: &PrincipalRow| row.entity),
        owners: sorted(rows(connection, revision).await?, |row: &OwnerRow| row.entity),
        ownerships: sorted(rows(connection, revision).await?, |row: &OwnershipRow| (row.subject, row.owner, row.role)),
        vendors: sorted(rows(connection, revision).await?, |row: &VendorRow| row.entity),
        reach_edges: sorted(rows(connection, revision).await?, |row: &ReachEdgeRow| (row.from, row.to, row.kind)),
        gateway_routes: sorted(rows(connection, revision).await?, |row: &GatewayRouteRow| row.entity),
        assertions: rows(connection, revision).await?,
        ..RevisionRows::default()
    };
    Ok((all, kept))
}

/// A row of the key table, with the scheme of its natural key.
pub(crate) fn key(id: i64, cells: &mut Cells<'_>) -> Result<(KeyRow, i64)> {
    let kind = Field::get(cells)?;
    let source = Field::get(cells)?;
    let instance = Field::get(cells)?;
    let scheme = Field::get(cells)?;
    Ok((KeyRow { id: EntityId(u32::try_from(id)?), kind, source, instance, natural_key: Field::get(cells)? }, scheme))
}

/// Every entity that a row names.
fn named(all: &RevisionRows) -> Named {
    let mut named = Named(Vec::new());
    let mut add = |id: EntityId| named.add(id);
    all.issuers.iter().for_each(|row| add(row.entity));
    all.clients.iter().for_each(|row| [row.entity, row.vendor, row.application].into_iter().for_each(&mut add));
    all.credentials.iter().for_each(|row| [row.entity, row.client].into_iter().for_each(&mut add));
    all.audiences.iter().for_each(|row| [row.entity, row.client].into_iter().for_each(&mut add));
    all.scopes.iter().for_each(|row| [row.entity, row.audience].into_iter().for_each(&mut add));
    all.grants.iter().for_each(|row| [row.client, row.scope, row.principal].into_iter().for_each(&mut add));
    all.principals.iter().for_each(|row| add(row.entity));
    all.owners.iter().for_each(|row| [row.entity, row.client].into_iter().for_each(&mut add));
    all.ownerships.iter().for_each(|row| [row.subject, row.owner].into_iter().for_each(&mut add));
    all.vendors.iter().for_each(|row| add(row.entity));
    all.reach_edges.iter().for_each(|row| [row.from, row.to].into_iter().for_each(&mut add));
    all.gateway_routes.iter().for_each(|row| add(row.entity));
    all.assertions.iter().for_each(|row| add(row.subject));
    all.identifiers.iter().for_each(|row| add(row.entity));
    named
}
