//! What importers state, taken in: names become numbers, facts become statements on spools, records are counted.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use hmac::{Hmac, Mac};
use rand_core::{OsRng, RngCore};
use sha2::Sha256;

use super::Progress;
use super::cells::{Made, Said, write};
use super::names::{Alias, NO_ALIAS, Names, SlotIx};
use super::scopes::Scopes;
use super::spool::Spool;
use crate::model::facts::*;
use crate::model::id::hex;
use crate::model::kinds::*;
use crate::model::rows::{Origin, UNKNOWN_MS};
use crate::model::time::Millis;
use crate::store::spool_path;
use crate::store::table::{self, Table};

/// Most problems kept for one file; more are counted.
const MOST_PROBLEMS: usize = 1_000;
/// Records between two looks at the progress.
const STEP: u64 = 4_096;

/// A source instance as files speak of it.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Source system.
    pub source: Source,
    /// Name, if a file or the inventory says so.
    pub name: Option<String>,
    /// Instance of the inventory that it was made from.
    pub instance: Option<u32>,
    /// Whether a record of this import belongs to it.
    pub used: bool,
}

/// What was counted and told of a file.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Records read.
    pub read: u64,
    /// Records stated; those found twice in the set are taken off at the end.
    pub accepted: u64,
    /// Records found twice.
    pub merged: u64,
    /// Unusable records.
    pub rejected: u64,
    /// Records understood and not used.
    pub ignored: u64,
    /// Secret values dropped.
    pub secrets_dropped: u64,
    /// What to tell.
    pub problems: Vec<Problem>,
    /// More than told.
    pub more_problems: u32,
    /// Export time that the file states.
    pub exported_at: Option<Millis>,
    /// Weakest completeness of its lists.
    pub completeness: Option<Completeness>,
    /// Records of each list, by the list's number.
    pub lists: Vec<u64>,
    /// First slot that its records belong to.
    pub slot: Option<SlotIx>,
}

/// A grant before it has ids.
pub const GRANT_BYTES: usize = 40;

/// What the files of a set say, so far.
pub struct Reading {
    /// All names.
    pub names: Names,
    /// All scopes.
    pub scopes: Scopes,
    /// All slots.
    pub slots: Vec<Slot>,
    /// Statements, by the number of their table.
    pub statements: Vec<Spool>,
    /// Grants.
    pub grants: Spool,
    /// Identities of accepted records.
    pub records: Spool,
    /// Texts of names that the inventory does not have.
    pub texts: Spool,
    /// Files of the set.
    pub files: Vec<Tally>,
    /// Completeness by slot, list and parent.
    pub complete: BTreeMap<(SlotIx, RecordKind, Alias), (Completeness, String)>,
    /// Records rejected by slot and list.
    pub rejected: BTreeMap<(SlotIx, RecordKind), u64>,
    /// Names of instances found in records: source -> name -> name for people.
    pub instance_names: BTreeMap<Source, BTreeMap<String, (String, Option<String>)>>,
    /// Credentials that share a value: first and last of their names.
    pub shared: HashMap<String, (String, String)>,
    /// Where records go that do not say where they belong, until it is known: the inventory's only instance of a source.
    pub guess: BTreeMap<Source, SlotIx>,
    /// Which file of the set each file of the running importer is.
    pub file_map: Vec<usize>,
    progress: Arc<dyn Progress>,
    secret_key: [u8; 32],
    file: usize,
    record: u32,
    list: RecordKind,
    slot: SlotIx,
    last_slot: Option<InstanceSlot>,
    identity: Option<u128>,
    open: bool,
    scratch: Vec<u8>,
    seen: u64,
    last_client: Memo,
    last_audience: Memo,
    last_principal: Memo,
}

/// The last name at one place of a grant; lists come grouped, so it is often the next one too.
#[derive(Default)]
struct Memo {
    slot: SlotIx,
    scheme: Option<Scheme>,
    value: String,
    alias: Alias,
}

impl Reading {
    /// Nothing read yet; what does not fit in memory goes to files beside the inventory.
    pub fn new(inventory: &Path, files: usize, progress: Arc<dyn Progress>) -> Self {
        const MB: usize = 1 << 20;
        let statements = table::ALL
            .iter()
            .map(|table| {
                let limit = if matches!(table.name, "clients" | "credentials") { 8 * MB } else { 2 * MB };
                Spool::new(spool_path(inventory, table.name), limit)
            })
            .collect();
        let mut secret_key = [0u8; 32];
        OsRng.fill_bytes(&mut secret_key);
        Self {
            names: Names::new(),
            scopes: Scopes::default(),
            slots: Vec::new(),
            statements,
            grants: Spool::new(spool_path(inventory, "all-grants"), 24 * MB),
            records: Spool::new(spool_path(inventory, "all-records"), 8 * MB),
            texts: Spool::new(spool_path(inventory, "all-texts"), 8 * MB),
            files: vec![Tally::default(); files],
            complete: BTreeMap::new(),
            rejected: BTreeMap::new(),
            instance_names: BTreeMap::new(),
            shared: HashMap::new(),
            guess: BTreeMap::new(),
            file_map: Vec::new(),
            progress,
            secret_key,
            file: 0,
            record: 0,
            list: RecordKind::Rows,
            slot: 0,
            last_slot: None,
            identity: None,
            open: false,
            scratch: Vec::new(),
            seen: 0,
            last_client: Memo::default(),
            last_audience: Memo::default(),
            last_principal: Memo::default(),
        }
    }

    /// Number of a slot; names of instances are compared without case.
    pub fn slot(&mut self, source: Source, name: Option<&str>) -> SlotIx {
        let found = self.slots.iter().position(|slot| {
            slot.source == source
                && match (&slot.name, name) {
                    (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
                    (None, None) => true,
                    _ => false,
                }
        });
        let guess = self.guess.get(&source).copied().filter(|_| name.is_none());
        if let Some(guess) = guess {
            return guess;
        }
        found.unwrap_or_else(|| {
            self.slots.push(Slot { source, name: name.map(str::to_owned), instance: None, used: false });
            self.slots.len() - 1
        }) as SlotIx
    }

    /// Ends what is open; called after each importer.
    pub fn finish(&mut self) {
        if self.open {
            self.fate(RecordFate::Accepted);
        }
    }

    fn made(&self, rank: u8) -> Made {
        Made { rank, file: self.file as u32, record: self.record, list: self.list as u8 }
    }

    fn keep_text(&mut self, alias: Alias, text: &str) {
        self.scratch.clear();
        self.scratch.extend_from_slice(&alias.to_le_bytes());
        self.scratch.extend_from_slice(&(self.file as u32).to_le_bytes());
        self.scratch.extend_from_slice(&self.record.to_le_bytes());
        self.scratch.extend_from_slice(text.as_bytes());
        self.texts.push(&self.scratch);
    }

    fn name(&mut self, kind: Kind, scheme: Scheme, value: &str) -> Alias {
        let (alias, new) = self.names.intern(self.slot, kind, scheme, value);
        if new {
            self.keep_text(alias, value);
        }
        alias
    }

    /// A name that says which object is meant, without saying what it is.
    fn mention(&mut self, kind: Kind, name: &Name) -> Alias {
        let (alias, new) = self.names.mention(self.slot, kind, name.scheme, &name.value);
        if new {
            self.keep_text(alias, &name.value);
        }
        alias
    }

    fn named(&mut self, kind: Kind, name: &Name) -> Alias {
        self.name(kind, name.scheme, &name.value)
    }

    fn optional_name(&mut self, kind: Kind, name: Option<&str>) -> Alias {
        name.filter(|name| !name.is_empty()).map_or(NO_ALIAS, |name| self.name(kind, Scheme::Name, name))
    }

    /// All names of one entity; they are one party from now on.
    fn party(&mut self, kind: Kind, names: &[Name]) -> Option<Alias> {
        let mut first = None;
        for name in names.iter().filter(|name| !name.value.is_empty()) {
            let alias = self.named(kind, name);
            match first {
                None => first = Some(alias),
                Some(first) => self.names.unite(first, alias),
            }
        }
        first
    }

    fn state(&mut self, table: &Table, rank: u8, cells: &[Said<'_>]) {
        let made = self.made(rank);
        let mut scratch = std::mem::take(&mut self.scratch);
        write(&mut scratch, made, cells);
        self.statements[table::number(table)].push(&scratch);
        self.scratch = scratch;
    }

    fn grant_name(&mut self, place: fn(&mut Self) -> &mut Memo, kind: Kind, (scheme, value): (Scheme, &str)) -> Alias {
        let slot = self.slot;
        let memo = place(self);
        if memo.scheme == Some(scheme) && memo.slot == slot && memo.value == value {
            return memo.alias;
        }
        let alias = self.name(kind, scheme, value);
        let memo = place(self);
        memo.slot = slot;
        memo.scheme = Some(scheme);
        memo.value.clear();
        memo.value.push_str(value);
        memo.alias = alias;
        alias
    }
}

/// A list as text, one value a line, cut at the limit of a display text.
fn lines(list: &[String]) -> Option<String> {
    let clean: Vec<String> = list.iter().map(|value| value.replace(['\n', '\r'], " ")).collect();
    (!clean.is_empty()).then(|| crate::formats::text::display(&clean.join("\n")).into_owned())
}
fn int(value: Option<i64>) -> Said<'static> {
    value.map_or(Said::Nothing, Said::Int)
}
fn text(value: &Option<String>) -> Said<'_> {
    value.as_deref().filter(|text| !text.is_empty()).map_or(Said::Nothing, Said::Text)
}
fn flag(value: Option<bool>) -> Said<'static> {
    value.map_or(Said::Nothing, |yes| Said::Int(i64::from(yes)))
}
/// A word that a fact states; a stated "unknown" says nothing.
macro_rules! word {
    ($value:expr) => {
        $value.map_or(Said::Nothing, |word| if word.code() == 0 { Said::Nothing } else { Said::Int(word.code()) })
    };
}

impl Sink for Reading {
    fn file(&mut self, index: usize) {
        self.finish();
        self.file = self.file_map.get(index).copied().unwrap_or(index);
        // A file may be taken up again, for records that need to know the rest of the set.
        self.record = u32::try_from(self.files[self.file].read).unwrap_or(u32::MAX);
    }

    fn record(&mut self, slot: &InstanceSlot, list: RecordKind, identity: Option<&str>) -> u32 {
        self.finish();
        // Most records belong where the last one did.
        if self.last_slot.as_ref() != Some(slot) {
            self.slot = self.slot(slot.source, slot.name.as_deref());
            self.last_slot = Some(slot.clone());
        }
        self.slots[usize::from(self.slot)].used = true;
        self.record += 1;
        self.list = list;
        self.identity = identity.map(|identity| self.names.hash((self.slot, list as u8), identity));
        self.open = true;
        let tally = &mut self.files[self.file];
        tally.slot.get_or_insert(self.slot);
        let list = list as usize;
        if tally.lists.len() <= list {
            tally.lists.resize(list + 1, 0);
        }
        tally.lists[list] += 1;
        self.seen += 1;
        if self.seen.is_multiple_of(STEP) {
            self.progress.advance(self.seen, None);
        }
        self.record
    }

    fn fact(&mut self, fact: Fact) {
        match fact {
            Fact::InstanceName { name, display_name } => {
                let source = self.slots.get(usize::from(self.slot)).map_or(Source::Generic, |slot| slot.source);
                self.instance_names.entry(source).or_default().entry(name.to_ascii_lowercase()).or_insert((name, display_name));
            }
            Fact::Issuer(fact) => {
                let Some(alias) = self.party(Kind::Issuer, &fact.names) else { return };
                self.state(
                    &table::ISSUERS,
                    0,
                    &[
                        Said::Entity(Kind::Issuer, alias),
                        text(&fact.display_name),
                        text(&fact.uri),
                        text(&fact.tenant),
                        int(fact.access_token_seconds),
                        int(fact.session_seconds),
                        int(fact.offline_seconds),
                    ],
                );
            }
            Fact::Client(fact) => {
                let Some(alias) = self.party(Kind::Client, &fact.names) else { return };
                let vendor = self.optional_name(Kind::Vendor, fact.vendor.as_deref());
                let application = self.optional_name(Kind::Application, fact.application.as_deref());
                self.state(
                    &table::CLIENTS,
                    fact.rank,
                    &[
                        Said::Entity(Kind::Client, alias),
                        text(&fact.display_name),
                        Said::Nothing,
                        word!(fact.kind),
                        word!(fact.enabled),
                        text(&fact.publisher),
                        word!(fact.publisher_verified),
                        text(&fact.owner_tenant),
                        word!(fact.multi_tenant),
                        flag(fact.built_in),
                        word!(fact.stated_holder),
                        Said::Entity(Kind::Vendor, vendor),
                        Said::Entity(Kind::Application, application),
                        word!(fact.environment),
                        word!(fact.internet),
                        text(&fact.grant_types),
                        int(fact.created_at),
                        int(fact.last_used_at),
                        int(fact.access_token_seconds),
                    ],
                );
            }
            Fact::Credential(fact) => {
                let Some(alias) = self.party(Kind::Credential, &fact.names) else { return };
                let client = self.named(Kind::Client, &fact.client);
                if let (Some(group), Some(name)) = (&fact.shared_value, fact.names.first()) {
                    let name = name.value.to_ascii_lowercase();
                    let (first, last) = self.shared.entry(group.clone()).or_insert_with(|| (name.clone(), name.clone()));
                    if name < *first {
                        *first = name;
                    } else if name > *last {
                        *last = name;
                    }
                }
                self.state(
                    &table::CREDENTIALS,
                    0,
                    &[
                        Said::Entity(Kind::Credential, alias),
                        Said::Entity(Kind::Client, client),
                        Said::Int(fact.kind.code()),
                        text(&fact.display_name),
                        int(fact.created_at),
                        int(fact.activated_at),
                        int(fact.expires_at.to_sql()),
                        int(fact.last_used_at),
                        text(&fact.fingerprint),
                        text(&fact.shared_value),
                        text(&fact.federated_issuer),
                        text(&fact.federated_subject),
                    ],
                );
            }
            Fact::Audience(fact) => {
                let Some(alias) = self.party(Kind::Audience, &fact.names) else { return };
                self.state(
                    &table::AUDIENCES,
                    fact.rank,
                    &[
                        Said::Entity(Kind::Audience, alias),
                        text(&fact.display_name),
                        Said::Nothing,
                        if fact.is_client { Said::IfThere(Kind::Client, alias) } else { Said::Nothing },
                        text(&fact.boundary),
                        text(&fact.data_classes),
                        fact.impact.map_or(Said::Nothing, |impact| Said::Int(impact.code())),
                        word!(fact.high_risk),
                        text(&fact.function),
                        word!(fact.environment),
                        flag(fact.built_in),
                    ],
                );
            }
            Fact::Scope(fact) => {
                let audience = self.named(Kind::Audience, &fact.audience);
                let scope = self.scopes.intern(&self.names, audience, ScopeRef::Value(fact.kind, &fact.value));
                if let Some(id) = fact.source_id.as_deref().filter(|id| !id.is_empty()) {
                    let by_id = self.scopes.intern(&self.names, audience, ScopeRef::Id(fact.kind, id));
                    self.scopes.unite(scope, by_id);
                }
                self.state(
                    &table::SCOPES,
                    0,
                    &[
                        Said::Scope(scope),
                        Said::Entity(Kind::Audience, audience),
                        Said::Int(fact.kind.code()),
                        Said::Text(&fact.value),
                        text(&fact.source_id),
                        text(&fact.display_name),
                        Said::Nothing,
                        text(&fact.implies),
                    ],
                );
            }
            Fact::Principal(fact) => {
                let Some(alias) = self.party(Kind::Principal, &fact.names) else { return };
                self.state(
                    &table::PRINCIPALS,
                    fact.rank,
                    &[
                        Said::Entity(Kind::Principal, alias),
                        Said::Int(fact.kind.code()),
                        text(&fact.display_name),
                        word!(fact.status),
                        int(fact.member_count),
                    ],
                );
            }
            Fact::Owner(fact) => {
                let Some(alias) = self.party(Kind::Owner, &fact.names) else { return };
                let client = fact.client.as_ref().map_or(NO_ALIAS, |client| self.named(Kind::Client, client));
                self.state(
                    &table::OWNERS,
                    0,
                    &[
                        Said::Entity(Kind::Owner, alias),
                        Said::Int(fact.kind.code()),
                        text(&fact.display_name),
                        text(&fact.contact),
                        word!(fact.status),
                        Said::Entity(Kind::Client, client),
                    ],
                );
            }
            Fact::Ownership(fact) => {
                let subject = self.named(fact.subject_kind, &fact.subject);
                let owner = self.named(Kind::Owner, &fact.owner);
                self.state(
                    &table::OWNERSHIPS,
                    0,
                    &[Said::Entity(fact.subject_kind, subject), Said::Entity(Kind::Owner, owner), Said::Int(fact.role.code())],
                );
            }
            Fact::Vendor(fact) => {
                if fact.name.is_empty() {
                    return;
                }
                let alias = self.name(Kind::Vendor, Scheme::Name, &fact.name);
                self.state(
                    &table::VENDORS,
                    0,
                    &[Said::Entity(Kind::Vendor, alias), Said::Text(&fact.name), text(&fact.contact), text(&fact.contract)],
                );
            }
            Fact::GatewayRoute(fact) => {
                let Some(alias) = self.party(Kind::GatewayRoute, &fact.names) else { return };
                let lists = [&fact.hosts, &fact.paths, &fact.methods, &fact.issuers, &fact.audiences, &fact.scopes, &fact.told]
                    .map(|list| lines(list));
                let [hosts, paths, methods, issuers, audiences, scopes, told] = &lists;
                let mut cells =
                    vec![Said::Entity(Kind::GatewayRoute, alias), text(&fact.display_name), text(&fact.gateway), text(&fact.service)];
                cells.extend([hosts, paths, methods, issuers, audiences, scopes].map(text));
                cells.extend(fact.checks.map(|result| Said::Int(result.code())));
                cells.push(text(told));
                self.state(&table::GATEWAY_ROUTES, 0, &cells);
            }
            Fact::ReachEdge(fact) => {
                let from = self.named(fact.from_kind, &fact.from);
                // The way may lead into another system: its end is then a name of that instance.
                let own = self.slot;
                if let Some(other) = &fact.to_slot {
                    self.slot = self.slot(other.source, other.name.as_deref());
                    self.slots[usize::from(self.slot)].used = true;
                }
                let to = self.named(fact.to_kind, &fact.to);
                self.slot = own;
                self.state(
                    &table::REACH_EDGES,
                    0,
                    &[
                        Said::Int(fact.kind.code()),
                        Said::Entity(fact.from_kind, from),
                        Said::Entity(fact.to_kind, to),
                        Said::Int(fact.evidence.code()),
                        text(&fact.subject_pattern),
                    ],
                );
            }
        }
    }

    fn grant(&mut self, grant: &GrantFact<'_>) {
        let client = self.grant_name(|reading| &mut reading.last_client, Kind::Client, grant.client);
        let audience = self.grant_name(|reading| &mut reading.last_audience, Kind::Audience, grant.audience);
        let principal = match grant.principal {
            Some(principal) => {
                let alias = self.grant_name(|reading| &mut reading.last_principal, Kind::Principal, principal);
                self.names.hint_principal(alias, grant.principal_kind);
                alias
            }
            None => NO_ALIAS,
        };
        let scope = self.scopes.intern(&self.names, audience, grant.scope);
        let mut record = [0u8; GRANT_BYTES];
        record[0..4].copy_from_slice(&client.to_le_bytes());
        record[4..8].copy_from_slice(&scope.to_le_bytes());
        record[8..12].copy_from_slice(&principal.to_le_bytes());
        record[12] = grant.mode as u8;
        record[13] = grant.origin_kind as u8;
        record[14] = u8::from(grant.narrowed);
        record[15] = self.list as u8;
        record[16..20].copy_from_slice(&(self.file as u32).to_le_bytes());
        record[20..24].copy_from_slice(&self.record.to_le_bytes());
        record[24..32].copy_from_slice(&grant.granted_at.unwrap_or(UNKNOWN_MS).to_le_bytes());
        record[32..40].copy_from_slice(&grant.expires_at.to_sql().unwrap_or(UNKNOWN_MS).to_le_bytes());
        self.grants.push(&record);
    }

    fn fate(&mut self, fate: RecordFate) {
        if !self.open {
            return;
        }
        self.open = false;
        let tally = &mut self.files[self.file];
        tally.read += 1;
        match fate {
            RecordFate::Accepted => tally.accepted += 1,
            RecordFate::Rejected => {
                tally.rejected += 1;
                *self.rejected.entry((self.slot, self.list)).or_default() += 1;
            }
            RecordFate::Ignored => tally.ignored += 1,
        }
        if let (RecordFate::Accepted, Some(identity)) = (fate, self.identity.take()) {
            let mut record = [0u8; 20];
            record[..16].copy_from_slice(&identity.to_be_bytes());
            record[16..].copy_from_slice(&(self.file as u32).to_le_bytes());
            self.records.push(&record);
        }
    }

    fn problem(&mut self, problem: Problem) {
        let tally = &mut self.files[self.file];
        if tally.problems.len() < MOST_PROBLEMS {
            tally.problems.push(problem);
        } else {
            tally.more_problems += 1;
        }
    }

    fn secrets_dropped(&mut self, n: u64) {
        self.files[self.file].secrets_dropped += n;
    }

    fn completeness(&mut self, slot: &InstanceSlot, list: RecordKind, parent: Option<&Name>, completeness: Completeness, reason: &str) {
        let slot = self.slot(slot.source, slot.name.as_deref());
        let before = std::mem::replace(&mut self.slot, slot);
        let parent = parent.map_or(NO_ALIAS, |parent| self.mention(Kind::Client, parent));
        self.slot = before;
        let tally = &mut self.files[self.file];
        tally.completeness = Some(tally.completeness.map_or(completeness, |weakest| weaker(weakest, completeness)));
        let said = self.complete.entry((slot, list, parent)).or_insert_with(|| (completeness, reason.to_owned()));
        if weaker(said.0, completeness) != said.0 {
            *said = (completeness, reason.to_owned());
        }
    }

    fn exported_at(&mut self, at: Millis) {
        let tally = &mut self.files[self.file];
        tally.exported_at = Some(tally.exported_at.map_or(at, |known| known.max(at)));
    }

    fn cancelled(&self) -> bool {
        // A full disk stops the reading too; the reason is told when the spool is read.
        self.progress.cancelled() || !self.grants.is_whole() || self.statements.iter().any(|spool| !spool.is_whole())
    }

    fn shared_value(&mut self, secret: &str) -> String {
        // The key lives as long as this import, so the group says nothing about the value afterwards (decision D16).
        match Hmac::<Sha256>::new_from_slice(&self.secret_key) {
            Ok(mut mac) => {
                mac.update(secret.as_bytes());
                hex(&mac.finalize().into_bytes()[..8])
            }
            Err(_) => String::new(),
        }
    }

    fn origin(&self) -> Origin {
        Origin { file: self.file as u32 + 1, record: self.record }
    }
}

/// The weaker of two statements about one list: full only if both say so, else unknown before partial.
pub fn weaker(a: Completeness, b: Completeness) -> Completeness {
    a.min(b)
}

impl Drop for Reading {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret_key);
    }
}
