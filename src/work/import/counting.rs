//! A receiver that only counts: what the files of a set would become, without storing or keeping any of it. Memory does
//! not grow with the files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Progress;
use super::reading::weaker;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::rows::Origin;
use crate::model::time::Millis;

/// Records between two looks at the progress.
const STEP: u64 = 4_096;
/// Kinds of problem that are told apart; more than any importer has.
const MOST_KINDS: usize = 200;

/// Problems of one kind in one file.
#[derive(Debug, Clone)]
pub struct ProblemsOfKind {
    /// The first of them.
    pub first: Problem,
    /// How many.
    pub count: u64,
}

/// What is known of one list in one file.
#[derive(Debug, Clone, Default)]
pub struct ListSeen {
    /// Records of it.
    pub records: u64,
    /// How complete it is, and why; `None` = nothing was said.
    pub completeness: Option<(Completeness, String)>,
}

/// What one file would become.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// Records read.
    pub read: u64,
    /// Records whose facts would be stored; one that stands twice in the set counts twice here.
    pub accepted: u64,
    /// Unusable records.
    pub rejected: u64,
    /// Records understood and not used.
    pub ignored: u64,
    /// Secret values that would be dropped.
    pub secrets: u64,
    /// Statements by kind of row.
    pub statements: BTreeMap<&'static str, u64>,
    /// Lists that its records belong to, by the word of the list.
    pub lists: BTreeMap<&'static str, ListSeen>,
    /// Problems by severity and code.
    pub problems: BTreeMap<(ProblemSeverity, String), ProblemsOfKind>,
    /// Source and instance that its records belong to.
    pub slot: Option<InstanceSlot>,
    /// Export time that it states.
    pub exported_at: Option<Millis>,
}

/// See the module.
pub struct Counting {
    /// Files of the set.
    pub files: Vec<Counted>,
    /// Which file of the set each file of the running importer is.
    pub file_map: Vec<usize>,
    progress: Arc<dyn Progress>,
    file: usize,
    record: u32,
    open: bool,
    seen: u64,
}

impl Counting {
    /// Nothing counted yet.
    pub fn new(files: usize, progress: Arc<dyn Progress>) -> Self {
        Self { files: vec![Counted::default(); files], file_map: Vec::new(), progress, file: 0, record: 0, open: false, seen: 0 }
    }

    /// Ends what is open; called after each importer.
    pub fn finish(&mut self) {
        if self.open {
            self.fate(RecordFate::Accepted);
        }
    }

    fn now(&mut self) -> &mut Counted {
        &mut self.files[self.file]
    }
}

impl Sink for Counting {
    fn file(&mut self, index: usize) {
        self.finish();
        self.file = self.file_map.get(index).copied().unwrap_or(index);
        self.record = u32::try_from(self.now().read).unwrap_or(u32::MAX);
    }

    fn record(&mut self, slot: &InstanceSlot, list: RecordKind, _: Option<&str>) -> u32 {
        self.finish();
        self.record += 1;
        self.open = true;
        let now = self.now();
        if now.slot.is_none() {
            now.slot = Some(slot.clone());
        }
        now.lists.entry(list.as_str()).or_default().records += 1;
        self.seen += 1;
        if self.seen.is_multiple_of(STEP) {
            self.progress.advance(self.seen, None);
        }
        self.record
    }

    fn fact(&mut self, fact: Fact) {
        let kind = match fact {
            Fact::InstanceName { .. } => return,
            Fact::Issuer(_) => "issuers",
            Fact::Client(_) => "clients",
            Fact::Credential(_) => "credentials",
            Fact::Audience(_) => "audiences",
            Fact::Scope(_) => "scopes",
            Fact::Principal(_) => "principals",
            Fact::Owner(_) => "owners",
            Fact::Ownership(_) => "ownerships",
            Fact::Vendor(_) => "vendors",
            Fact::ReachEdge(_) => "reach_edges",
            Fact::GatewayRoute(_) => "gateway_routes",
        };
        *self.now().statements.entry(kind).or_default() += 1;
    }

    fn grant(&mut self, _: &GrantFact<'_>) {
        *self.now().statements.entry("grants").or_default() += 1;
    }

    fn fate(&mut self, fate: RecordFate) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let now = self.now();
        now.read += 1;
        match fate {
            RecordFate::Accepted => now.accepted += 1,
            RecordFate::Rejected => now.rejected += 1,
            RecordFate::Ignored => now.ignored += 1,
        }
    }

    fn problem(&mut self, problem: Problem) {
        let now = self.now();
        let key = (problem.severity, problem.code.clone());
        if let Some(known) = now.problems.get_mut(&key) {
            known.count += 1;
        } else if now.problems.len() < MOST_KINDS {
            now.problems.insert(key, ProblemsOfKind { first: problem, count: 1 });
        }
    }

    fn secrets_dropped(&mut self, n: u64) {
        self.now().secrets += n;
    }

    fn completeness(&mut self, _: &InstanceSlot, list: RecordKind, parent: Option<&Name>, completeness: Completeness, reason: &str) {
        // A nested list says something about its parent only.
        if parent.is_some() {
            return;
        }
        let seen = self.now().lists.entry(list.as_str()).or_default();
        match &seen.completeness {
            Some((known, _)) if weaker(*known, completeness) == *known => {}
            _ => seen.completeness = Some((completeness, reason.to_owned())),
        }
    }

    fn exported_at(&mut self, at: Millis) {
        let now = self.now();
        now.exported_at = Some(now.exported_at.map_or(at, |known| known.max(at)));
    }

    fn cancelled(&self) -> bool {
        self.progress.cancelled()
    }

    fn shared_value(&mut self, _: &str) -> String {
        // Nothing is compared here, so no value needs a group.
        String::new()
    }

    fn origin(&self) -> Origin {
        Origin { file: self.file as u32 + 1, record: self.record }
    }
}
