//! Auth0 as the Deploy CLI writes it (`tenant.yaml`, or a folder with one JSON file for each object) and as its
//! Management API answers. Formats.md 3 describes the files.
//!
//! Two passes: the first notes names, scopes and lifetimes of the whole set, the second states records. Files of the
//! Deploy CLI know applications by name only, and hold no tenant: it is read from a Management API identifier.

mod codes;
mod files;
mod index;
mod shape;
mod state;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use self::files::{Met, walk};
use self::index::Index;
use self::shape::Shape;
use self::state::Stater;
use crate::importers::listed::lists::{ListKey, Lists};
use crate::importers::listed::reading::{Codes, Reading, Tally};
use crate::importers::listed::walk::first_keys;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Name, Sink};
use crate::model::kinds::{Completeness, RecordKind, Source};

/// See the module.
pub struct Auth0;

impl Importer for Auth0 {
    fn name(&self) -> &'static str {
        "auth0"
    }

    fn source(&self) -> Source {
        Source::Auth0
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        files::recognise(sample)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut index = Index::default();
        for (at, file) in files.iter().enumerate() {
            let (mut records, mut known, mut first) = (0u64, 0u64, String::new());
            walk(at, *file, sink, &mut |met, _| {
                let Met::Record { tree, .. } = met else {
                    known += u64::from(matches!(met, Met::Section(_)));
                    return;
                };
                records += 1;
                let Ok(tree) = tree else { return };
                let shape = Shape::of(&tree);
                if shape == Shape::Unknown {
                    if first.is_empty() {
                        first = first_keys(&tree);
                    }
                    return;
                }
                known += 1;
                index.note(shape, &tree);
            })?;
            if records > 0 && known == 0 {
                let found = if first.is_empty() { "no object".to_owned() } else { crate::formats::text::quoted(&first) };
                let message = format!("This file holds no application, API or grant of Auth0; its first object has: {found}.");
                return Err(ReadStop::refused(at, codes::NOT_AUTH0, None, message));
            }
        }
        let (mut lists, mut pages) = (Lists::default(), Pages::default());
        for (at, file) in files.iter().enumerate() {
            state_file(at, *file, &index, &mut lists, &mut pages, sink)?;
        }
        pages.tell(&mut lists);
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

fn slot() -> InstanceSlot {
    InstanceSlot { source: Source::Auth0, name: None }
}

/// One open container.
#[derive(Default)]
struct Held {
    records: u64,
    lists: BTreeSet<(RecordKind, Option<Name>)>,
    page: bool,
    next: bool,
    total: Option<i64>,
    start: i64,
}

const CODES: Codes = Codes { ignored: codes::IGNORED, more: codes::MORE };

fn state_file(
    at: usize,
    file: &dyn FileInput,
    index: &Index,
    lists: &mut Lists,
    pages: &mut Pages,
    sink: &mut dyn Sink,
) -> Result<(), ReadStop> {
    sink.file(at);
    lists.open_file(at);
    let (mut tally, mut told, mut open) = (Tally::default(), false, vec![Held::default()]);
    let (mut errors, mut guessed_records) = (0u32, 0u32);
    walk(at, file, sink, &mut |met, sink| match met {
        Met::Open { page } => open.push(Held { page, ..Held::default() }),
        Met::Field { key, value } => {
            if let Some(held) = open.last_mut() {
                match key.as_str() {
                    "total" => held.total = value.whole(),
                    "start" => held.start = value.whole().unwrap_or(0),
                    "next" => held.next = value.text().is_some(),
                    _ => {}
                }
            }
        }
        Met::Section(list) => lists.state(
            (slot(), list, None),
            Completeness::Unknown,
            "a file of the Deploy CLI does not say what was left out of it".to_owned(),
        ),
        Met::Secrets(count) => sink.secrets_dropped(count),
        Met::Close => {
            let Some(held) = open.pop() else { return };
            for (list, parent) in held.lists.clone() {
                if held.page {
                    pages.page(at, list, &held);
                } else {
                    lists.array((slot(), list, parent), held.records);
                }
            }
        }
        Met::Record { tree, offset, alone, section, guessed } => {
            guessed_records += u32::from(guessed);
            let mut reading = Reading::new(sink, CODES, std::mem::take(&mut tally));
            let tree = match tree {
                Ok(tree) => tree,
                Err(why) => {
                    reading.begin(&slot(), RecordKind::Stated, None, offset, 0);
                    reading.reject(codes::UNUSABLE, format!("This record was not stored: {why}."));
                    tally = reading.pause();
                    return;
                }
            };
            let shape = Shape::of(&tree);
            errors += u32::from(shape == Shape::Error);
            let mut stater = Stater { reading, index, told };
            stater.state(&slot(), shape, &tree, offset);
            (told, tally) = (stater.told, stater.reading.pause());
            let list = shape.list();
            let parent = if shape == Shape::Credential { index.credential_of(&tree) } else { None };
            if let Some(held) = open.last_mut() {
                held.records += 1;
            }
            if list == RecordKind::Stated || section || (shape == Shape::Credential && parent.is_none()) {
                return;
            }
            if alone {
                lists.alone((slot(), list, parent));
            } else if let Some(held) = open.last_mut() {
                held.lists.insert((list, parent));
            }
        }
    })?;
    let mut reading = Reading::new(sink, CODES, tally);
    reading.warn_replies(codes::ERROR_REPLY, "Auth0", errors);
    reading.warn_guessed(codes::ENCODING, guessed_records);
    reading.close_file();
    if errors > 0 {
        pages.error(at);
    }
    lists.close_file(errors > 0);
    Ok(())
}

#[derive(Default)]
struct PageTally {
    pages: u64,
    next: u64,
    /// First row and number of rows of each page: one that is there twice counts once.
    rows: BTreeSet<(u64, u64)>,
    total: Option<i64>,
    files: BTreeSet<usize>,
    /// An error reply stands in one of the files in place of a page.
    error: bool,
}

/// Pages of the Management API: with totals, or with a mark for the next one.
#[derive(Default)]
struct Pages(BTreeMap<RecordKind, PageTally>);

impl Pages {
    fn page(&mut self, file: usize, list: RecordKind, page: &Held) {
        let tally = self.0.entry(list).or_default();
        tally.pages += 1;
        tally.next += u64::from(page.next);
        tally.rows.insert((u64::try_from(page.start).unwrap_or(0), page.records));
        tally.total = tally.total.max(page.total);
        tally.files.insert(file);
    }

    /// An error reply stands in a file.
    fn error(&mut self, file: usize) {
        for tally in self.0.values_mut() {
            tally.error |= tally.files.contains(&file);
        }
    }

    fn tell(self, lists: &mut Lists) {
        for (list, tally) in self.0 {
            let (completeness, reason) = tally.judge();
            let key: ListKey = (slot(), list, None);
            for file in &tally.files {
                lists.open_file(*file);
                lists.state(key.clone(), completeness, reason.clone());
            }
        }
    }
}

impl PageTally {
    fn judge(&self) -> (Completeness, String) {
        let Self { pages, next, total, error, .. } = *self;
        if error {
            return (Completeness::Partial, "an error reply stands in its file in place of a page".to_owned());
        }
        let (mut rows, mut covered) = (0u64, 0u64);
        for (start, count) in &self.rows {
            let end = start.saturating_add(*count);
            rows += end.saturating_sub(covered.max(*start));
            covered = covered.max(end);
        }
        match total.and_then(|total| u64::try_from(total).ok()) {
            Some(total) if rows >= total => (Completeness::Full, format!("{rows} of {total} rows that the reply counts are there")),
            Some(total) => (Completeness::Partial, format!("{rows} of {total} rows are there")),
            None if next >= pages => {
                (Completeness::Partial, format!("page {pages} of ?: every page names a next one that is not in the set"))
            }
            None if next + 1 == pages && pages > 1 => (Completeness::Full, format!("all {pages} pages are there")),
            None => (Completeness::Unknown, "the reply counts no rows, so a page before it may be missing".to_owned()),
        }
    }
}
