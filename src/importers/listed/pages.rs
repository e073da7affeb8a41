//! Pages of named lists where a page says that a next one exists and never how many there are (formats.md 0.2).

use std::collections::{BTreeMap, BTreeSet};

use super::lists::{ListKey, Lists};
use crate::model::kinds::Completeness;

#[derive(Default)]
struct Tally {
    pages: u64,
    next: u64,
    files: BTreeSet<usize>,
    /// An error reply stands in one of the files in place of a page.
    error: bool,
}

/// Pages of the lists of a set, by the name under which they stand: `Roles` is no page of `RoleDetailList`.
#[derive(Default)]
pub struct Pages(BTreeMap<(ListKey, BTreeSet<usize>), Tally>);

impl Pages {
    /// A page of a list ended.
    pub fn page(&mut self, file: usize, key: ListKey, named: BTreeSet<usize>, next: bool) {
        let tally = self.0.entry((key, named)).or_default();
        tally.pages += 1;
        tally.next += u64::from(next);
        tally.files.insert(file);
    }

    /// An error reply stands in a file.
    pub fn error(&mut self, file: usize) {
        for tally in self.0.values_mut() {
            tally.error |= tally.files.contains(&file);
        }
    }

    /// Says of each list what its pages prove; `lacks` names what else a list needs to be whole.
    pub fn tell(self, lists: &mut Lists, lacks: &dyn Fn(&ListKey) -> Option<String>) {
        for ((key, _), Tally { pages, next, files, error }) in self.0 {
            let (completeness, reason) = if error {
                (Completeness::Partial, "an error reply stands in its file in place of a page".to_owned())
            } else if next > 0 && (pages == 1 || next >= pages) {
                (Completeness::Partial, format!("page {pages} of ?: it names a next one that is not in the set"))
            } else if let Some(reason) = lacks(&key) {
                (Completeness::Partial, reason)
            } else if next > 0 {
                (Completeness::Full, format!("all {pages} pages are there"))
            } else {
                (Completeness::Full, "the reply names no next page".to_owned())
            };
            for file in files {
                lists.open_file(file);
                lists.state(key.clone(), completeness, reason.clone());
            }
        }
    }
}
