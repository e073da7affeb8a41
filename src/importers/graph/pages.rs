//! How complete each list of a set is (decision D21): pages with a next link must be exactly one fewer than pages; a bare
//! array proves nothing, a single object is a part, an error reply between pages makes the lists of its file partial.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{InstanceSlot, Name, Sink};
use crate::model::kinds::{Completeness, RecordKind};

/// One list of one parent.
type List = (RecordKind, Option<Name>);

#[derive(Default)]
struct Tally {
    pages: u32,
    next: u32,
    cast: bool,
}

/// See the module.
#[derive(Default)]
pub struct Pages {
    /// Pages by list and by the text of their context: two queries of one list are two collections.
    pages: BTreeMap<(List, String), Tally>,
    stated: BTreeMap<List, (Completeness, String)>,
    /// Files that hold a part of each list, so that each can show how complete it is.
    files: BTreeMap<List, BTreeSet<usize>>,
    file: usize,
    /// Lists in the file that is being read.
    in_file: BTreeSet<List>,
    errors_in_file: bool,
    alone_in_file: BTreeMap<RecordKind, u32>,
}

/// Lengths at which tools cut lists when nobody asks for the next page.
const ROUND: &[u32] = &[20, 30, 50, 100, 200, 999, 1000];

impl Pages {
    /// A file begins or is taken up again.
    pub fn open_file(&mut self, index: usize) {
        self.file = index;
    }

    /// A page `{"value": [..]}` ended.
    pub fn page(&mut self, list: RecordKind, parent: Option<Name>, context: &str, has_next: bool, cast: bool) {
        let list = (list, parent);
        self.in_file.insert(list.clone());
        self.files.entry(list.clone()).or_default().insert(self.file);
        let tally = self.pages.entry((list, context.to_owned())).or_default();
        tally.pages += 1;
        tally.next += u32::from(has_next);
        tally.cast |= cast;
    }

    /// A bare array ended.
    pub fn array(&mut self, list: RecordKind, parent: Option<Name>, length: u32) {
        let reason = if ROUND.contains(&length) {
            format!("a bare array does not say whether more follows, and exactly {length} records are a common page size")
        } else {
            "a bare array does not say whether more follows".to_owned()
        };
        self.in_file.insert((list, parent.clone()));
        self.state((list, parent), Completeness::Unknown, reason);
    }

    /// Records of several lists stand in one page or array.
    pub fn mixed(&mut self, list: RecordKind) {
        self.in_file.insert((list, None));
        self.state((list, None), Completeness::Unknown, "records of several lists stand in one page".to_owned());
    }

    /// A record stood by itself.
    pub fn alone(&mut self, list: RecordKind) {
        self.in_file.insert((list, None));
        *self.alone_in_file.entry(list).or_default() += 1;
    }

    /// Records of a list were rejected: what they describe exists, so nothing may be taken for removed.
    pub fn rejected(&mut self, list: RecordKind, parent: Option<Name>, count: u32) {
        let reason =
            if count == 1 { "one of its records was rejected".to_owned() } else { format!("{count} of its records were rejected") };
        self.state((list, parent), Completeness::Unknown, reason);
    }

    /// A role is held by somebody whom no file describes: a client may be behind it, now or in an earlier import.
    pub fn holder_unknown(&mut self) {
        self.state((RecordKind::DirectoryRoles, None), Completeness::Unknown, "no file says who holds some of the roles".to_owned());
    }

    /// An error reply stood where a page should.
    pub fn error(&mut self) {
        self.errors_in_file = true;
    }

    /// A nested list was cut by Graph.
    pub fn nested_cut(&mut self, list: RecordKind, parent: Name, reason: &str) {
        self.state((list, Some(parent)), Completeness::Partial, reason.to_owned());
    }

    /// The file ended.
    pub fn close_file(&mut self) {
        for (list, count) in std::mem::take(&mut self.alone_in_file) {
            if count == 1 {
                self.state((list, None), Completeness::Partial, "a single object is only a part of its list".to_owned());
            } else {
                self.state((list, None), Completeness::Unknown, "lines of objects do not say whether more follows".to_owned());
            }
        }
        let lists = std::mem::take(&mut self.in_file);
        if std::mem::take(&mut self.errors_in_file) {
            for list in lists {
                self.state(list, Completeness::Partial, "an error reply stands in its file in place of a page".to_owned());
            }
        }
    }

    fn state(&mut self, list: List, completeness: Completeness, reason: String) {
        self.files.entry(list.clone()).or_default().insert(self.file);
        self.weaken(list, completeness, reason);
    }

    fn weaken(&mut self, list: List, completeness: Completeness, reason: String) {
        match self.stated.get(&list) {
            // Of two reasons for the same, the first in the alphabet stays, so that the order of files does not show.
            Some((old, why)) if (rank(*old), why) <= (rank(completeness), &reason) => {}
            _ => {
                self.stated.insert(list, (completeness, reason));
            }
        }
    }

    /// Tells the sink, at the end of the set.
    pub fn tell(mut self, slot: &InstanceSlot, said: Option<Completeness>, sink: &mut dyn Sink) {
        for ((list, context), tally) in std::mem::take(&mut self.pages) {
            let (completeness, reason) = judge(&list, &context, &tally);
            self.weaken(list, completeness, reason);
        }
        for ((list, parent), (mut completeness, mut reason)) in self.stated {
            if let Some(said) = said {
                completeness = said;
                reason = format!("stated as {said} for this import");
            }
            let key = (list, parent);
            for file in self.files.get(&key).into_iter().flatten() {
                sink.file(*file);
                sink.completeness(slot, key.0, key.1.as_ref(), completeness, &reason);
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

/// Whether a list is always the list of one object.
pub const fn is_nested(list: RecordKind) -> bool {
    matches!(
        list,
        RecordKind::AppRoleAssignments | RecordKind::AppRoleAssignedTo | RecordKind::Owners | RecordKind::FederatedIdentityCredentials
    )
}

fn judge((list, parent): &List, context: &str, tally: &Tally) -> (Completeness, String) {
    let Tally { pages, next, cast } = *tally;
    if cast {
        return (Completeness::Partial, "the export asked only for some of the records".to_owned());
    }
    if next >= pages {
        return (Completeness::Partial, format!("page {pages} of ?: every page names a next one that is not in the set"));
    }
    if next + 1 < pages {
        let reason = format!("{pages} pages, of which {next} name a next one: they are no single run of pages");
        return (Completeness::Unknown, reason);
    }
    if *list == RecordKind::GroupMembers && parent.is_none() {
        return (Completeness::Unknown, "users and groups are kept only where a grant names them".to_owned());
    }
    if is_nested(*list) && parent.is_none() {
        return (Completeness::Unknown, "the pages do not say whose list this is".to_owned());
    }
    // Pages without a context are judged alike: their next links tell the end all the same.
    let named = if context.is_empty() { "; no context says of which list" } else { "" };
    let there = if pages == 1 { "the only page is there".to_owned() } else { format!("all {pages} pages are there") };
    (Completeness::Full, format!("{there}{named}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pages: u32, next: u32) -> Completeness {
        judge(&(RecordKind::ServicePrincipals, None), "c", &Tally { pages, next, cast: false }).0
    }

    #[test]
    fn next_links_one_fewer_than_pages_prove_the_whole() {
        assert_eq!(judged(1, 0), Completeness::Full);
        assert_eq!(judged(3, 2), Completeness::Full);
        assert_eq!(judged(1, 1), Completeness::Partial, "the next page is not here");
        assert_eq!(judged(3, 3), Completeness::Partial);
        assert_eq!(judged(3, 1), Completeness::Unknown, "two runs of pages");
    }
}
