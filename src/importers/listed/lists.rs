//! How complete each list of a set is (decision D21), collected while files are read and told at the end: the weakest
//! statement per list and parent holds, whatever the order of files.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{InstanceSlot, Name, Sink};
use crate::model::kinds::{Completeness, RecordKind};

/// One list of one instance, or of one object in it.
pub type ListKey = (InstanceSlot, RecordKind, Option<Name>);

/// Lengths at which lists are cut when nobody asks for the next page.
const ROUND: &[u64] = &[20, 30, 50, 100, 200, 1000];

/// See the module.
#[derive(Default)]
pub struct Lists {
    said: BTreeMap<ListKey, (Completeness, String)>,
    files: BTreeMap<ListKey, BTreeSet<usize>>,
    in_file: BTreeSet<ListKey>,
    /// Records that stood by themselves in the file.
    alone: BTreeMap<ListKey, u64>,
    file: usize,
}

impl Lists {
    /// A file begins.
    pub fn open_file(&mut self, index: usize) {
        self.file = index;
    }

    /// A record stood by itself, in no list.
    pub fn alone(&mut self, key: ListKey) {
        *self.alone.entry(key).or_default() += 1;
    }

    /// A bare array ended that held so many records of a list, among `length` in all.
    pub fn array(&mut self, key: ListKey, length: u64) {
        let reason = if ROUND.contains(&length) {
            format!("{length} records are exactly a common page size, and a bare array does not say whether more follows")
        } else {
            "a bare array does not say whether more follows".to_owned()
        };
        self.state(key, Completeness::Unknown, reason);
    }

    /// Something else is known about a list.
    pub fn state(&mut self, key: ListKey, completeness: Completeness, reason: String) {
        self.in_file.insert(key.clone());
        self.files.entry(key.clone()).or_default().insert(self.file);
        match self.said.get(&key) {
            // Of two reasons for the same, the first in the alphabet stays, so that the order of files does not show.
            Some((old, why)) if (rank(*old), why) <= (rank(completeness), &reason) => {}
            _ => {
                self.said.insert(key, (completeness, reason));
            }
        }
    }

    /// The file ended; `errors` = an error reply stood in it in place of a page.
    pub fn close_file(&mut self, errors: bool) {
        let alone = std::mem::take(&mut self.alone);
        let together =
            |key: &ListKey| alone.iter().filter(|(other, _)| other.0 == key.0 && other.1 == key.1).map(|(_, count)| count).sum::<u64>();
        let counts: Vec<(ListKey, u64)> = alone.keys().map(|key| (key.clone(), together(key))).collect();
        for (key, count) in counts {
            if count == 1 {
                self.state(key, Completeness::Partial, "a single object is only a part of its list".to_owned());
            } else {
                self.state(key, Completeness::Unknown, "lines of objects do not say whether more follows".to_owned());
            }
        }
        let keys = std::mem::take(&mut self.in_file);
        if errors {
            for key in keys {
                self.state(key, Completeness::Partial, "an error reply stands in its file in place of a page".to_owned());
            }
            self.in_file.clear();
        }
    }

    /// Whether any file holds a part of a list.
    pub fn holds(&self, slot: &InstanceSlot, list: RecordKind) -> bool {
        self.said.keys().any(|key| key.0 == *slot && key.1 == list)
    }

    /// Instances of which a list was met, each with the files that hold it.
    pub fn instances_of(&self, list: RecordKind) -> BTreeMap<InstanceSlot, BTreeSet<usize>> {
        let mut found: BTreeMap<InstanceSlot, BTreeSet<usize>> = BTreeMap::new();
        for (key, files) in self.files.iter().filter(|(key, _)| key.1 == list) {
            found.entry(key.0.clone()).or_default().extend(files);
        }
        found
    }

    /// A list that these files call for is not in the set, or only a part of it.
    pub fn missing(&mut self, files: &BTreeSet<usize>, key: ListKey, reason: &str) {
        for file in files {
            self.open_file(*file);
            self.state(key.clone(), Completeness::Partial, reason.to_owned());
        }
    }

    /// Tells the sink, at the end of the set; `stated` = what the user said of the set.
    pub fn tell(self, stated: Option<Completeness>, sink: &mut dyn Sink) {
        for (key, (completeness, reason)) in &self.said {
            let told = match stated {
                Some(stated) => (stated, format!("stated as {stated} for this import")),
                None => (*completeness, reason.clone()),
            };
            for file in self.files.get(key).into_iter().flatten() {
                sink.file(*file);
                sink.completeness(&key.0, key.1, key.2.as_ref(), told.0, &told.1);
            }
        }
    }
}

/// Partial is weaker than unknown: it is known that something is missing.
const fn rank(completeness: Completeness) -> u8 {
    match completeness {
        Completeness::Partial => 0,
        Completeness::Unknown => 1,
        Completeness::Full => 2,
    }
}
