//! Reads files of replies for systems whose objects need to know nothing of each other: recognise each object by its fields, state it,
//! count it, and tell how complete its list is. Knows no vendor's words; those come as [`Replies`].

use std::collections::BTreeSet;

use super::lists::Lists;
use super::reading::{Codes, Reading, Tally};
use super::tree::Tree;
use super::walk::{Met, first_keys, walk};
use crate::formats::json::{Item, Rules, Splitter};
use crate::formats::text::quoted;
use crate::importers::{FileInput, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{Completeness, RecordKind, Source};

/// The file holds nothing of the system that is read; refused.
pub const NOTHING_OF_IT: &str = "BH-IMP-921";
/// A record lacks a field that it needs, or cannot be read.
pub const UNUSABLE: &str = "BH-IMP-922";
/// A value is still a placeholder.
pub const PLACEHOLDER: &str = "BH-IMP-923";
/// Nothing tells what the record is.
pub const NOT_KNOWN: &str = "BH-IMP-924";
/// Error replies stand among the records.
pub const ERROR_REPLY: &str = "BH-IMP-930";
/// Records were understood and not used; why and how many.
pub const IGNORED: &str = "BH-IMP-931";
/// More problems of one code than are listed.
pub const MORE: &str = "BH-IMP-932";
/// Text is no UTF-8 and was read as Windows-1252.
pub const ENCODING: &str = "BH-IMP-933";
/// The file is neither XML nor YAML nor JSON, or over a limit; refused.
pub const NOT_READABLE: &str = "BH-IMP-934";

/// Codes for what is counted.
pub const CODES: Codes = Codes { ignored: IGNORED, more: MORE };

/// What an object is, by its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One of a list.
    Of(RecordKind),
    /// Understood, and nothing that is asked here; why.
    Unused(&'static str),
    /// An error reply.
    Error,
    /// None of these.
    Unknown,
}

/// Why a record cannot be stated.
#[derive(Debug)]
pub enum Unusable {
    /// It lacks this.
    Lacks(&'static str),
    /// A field is still a placeholder.
    Placeholder(&'static str),
}

/// What became of a record: a reason when it is not used.
pub type Outcome = Result<Option<&'static str>, Unusable>;

/// A key field of a record: there, and no placeholder.
///
/// # Errors
/// It is not.
pub fn wanted<'t>(tree: &'t Tree, field: &'static str) -> Result<&'t str, Unusable> {
    match tree.at(field).key() {
        None => Err(Unusable::Lacks(field)),
        Some(text) if super::configuration::has_variable(text) => Err(Unusable::Placeholder(field)),
        Some(text) => Ok(text),
    }
}

/// An id that may be a number or a text.
pub fn id_of(tree: &Tree) -> Option<String> {
    tree.whole().map(|number| number.to_string()).or_else(|| tree.key().map(str::to_owned))
}

/// A system's words.
pub trait Replies: Sync {
    /// Source of its keys.
    fn source(&self) -> Source;
    /// Name for people.
    fn title(&self) -> &'static str;
    /// How its replies are wrapped.
    fn rules(&self) -> Rules;
    /// What an object is; `list` = name of the list that it stands in, if that has one.
    fn shape(&self, tree: &Tree, list: Option<&str>) -> Shape;
    /// The instance that an object belongs to, if it says so.
    fn instance(&self, tree: &Tree) -> Option<String>;
    /// What makes two objects of a list the same.
    fn identity(&self, list: RecordKind, tree: &Tree) -> Option<String>;
    /// States an object.
    ///
    /// # Errors
    /// It lacks something.
    fn state(&self, list: RecordKind, tree: &Tree, reading: &mut Reading<'_>) -> Outcome;
    /// What one object of a list is called.
    fn word(&self, list: RecordKind) -> &'static str;
    /// How sure a list makes that a file is of this system, and why.
    fn sure(&self, list: RecordKind) -> (u8, &'static str);
}

/// Looks at the first records of a sample that say what they are.
pub fn recognise(replies: &dyn Replies, sample: &Sample) -> Option<Recognised> {
    let text = sample.text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut splitter = Splitter::new(text.as_bytes(), replies.rules());
    let mut looked = 0;
    while let Ok(Some(item)) = splitter.next() {
        let Item::Record(record) = item else { continue };
        let Ok(tree) = serde_json::from_slice::<Tree>(record.bytes) else { break };
        let within = record.list.map(|at| replies.rules().lists[at]);
        if let Shape::Of(list) = replies.shape(&tree, within) {
            let (confidence, reason) = replies.sure(list);
            return Some(Recognised { confidence, reason: reason.to_owned() });
        }
        looked += 1;
        if looked == 20 {
            break;
        }
    }
    None
}

/// One open container.
#[derive(Default)]
struct Held {
    records: u64,
    lists: BTreeSet<RecordKind>,
    page: bool,
    next: bool,
    total: Option<i64>,
}

/// Reads all files of a set.
///
/// # Errors
/// A file that is unusable, or a cancel.
pub fn read(replies: &dyn Replies, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
    let mut names = Vec::with_capacity(files.len());
    for (at, file) in files.iter().enumerate() {
        if sink.cancelled() {
            return Err(ReadStop::Cancelled);
        }
        names.push(names_of(replies, at, *file, sink)?);
    }
    let all: BTreeSet<&String> = names.iter().flatten().collect();
    let mut lists = Lists::default();
    for (at, file) in files.iter().enumerate() {
        // A record that names no instance belongs to the only one that its file, else its set, names.
        let only = |set: &BTreeSet<&String>| (set.len() == 1).then(|| set.first().map(|name| (*name).clone())).flatten();
        let fallback = only(&names[at].iter().collect()).or_else(|| only(&all));
        state_file(replies, at, *file, fallback.as_deref(), &mut lists, sink)?;
    }
    lists.tell(options.completeness, sink);
    Ok(())
}

/// First look: the instances that a file names, and whether anything in it is of the system.
fn names_of(replies: &dyn Replies, at: usize, file: &dyn FileInput, sink: &mut dyn Sink) -> Result<BTreeSet<String>, ReadStop> {
    let (mut names, mut records, mut known, mut first) = (BTreeSet::new(), 0u64, 0u64, String::new());
    walk(at, file, replies.rules(), sink, &mut |met, _| {
        let Met::Record(record) = met else { return };
        records += 1;
        let within = record.list.map(|at| replies.rules().lists[at]);
        let Ok(tree) = record.tree else { return };
        if replies.shape(&tree, within) == Shape::Unknown {
            if first.is_empty() {
                first = first_keys(&tree);
            }
            return;
        }
        known += 1;
        names.extend(replies.instance(&tree));
    })?;
    if records > 0 && known == 0 {
        let found = if first.is_empty() { "no object".to_owned() } else { quoted(&first) };
        let message = format!("This file holds no object of {} that is read; its first object has: {found}.", replies.title());
        return Err(ReadStop::refused(at, NOTHING_OF_IT, None, message));
    }
    Ok(names)
}

fn state_file(
    replies: &dyn Replies,
    at: usize,
    file: &dyn FileInput,
    fallback: Option<&str>,
    lists: &mut Lists,
    sink: &mut dyn Sink,
) -> Result<(), ReadStop> {
    sink.file(at);
    lists.open_file(at);
    let slot_of = |name: Option<String>| InstanceSlot { source: replies.source(), name: name.or_else(|| fallback.map(str::to_owned)) };
    let (mut tally, mut open) = (Tally::default(), vec![Held::default()]);
    let (mut errors, mut guessed) = (0u32, 0u32);
    walk(at, file, replies.rules(), sink, &mut |met, sink| match met {
        Met::Open { page } => open.push(Held { page, ..Held::default() }),
        Met::List(_) => {}
        Met::Field { key, value } => {
            if let Some(held) = open.last_mut() {
                match key.as_str() {
                    "total" | "total_count" => held.total = value.whole(),
                    "next" | "next_cursor" | "nextPageToken" | "next_page_token" => held.next |= value.text().is_some(),
                    "response_metadata" => held.next |= value.at("next_cursor").text().is_some(),
                    _ => {}
                }
            }
        }
        Met::Close => {
            let Some(held) = open.pop() else { return };
            for list in &held.lists {
                let key = (slot_of(None), *list, None);
                match held.total.and_then(|total| u64::try_from(total).ok()) {
                    _ if held.next => lists.state(key, Completeness::Partial, "it names a next page".to_owned()),
                    Some(total) if held.page && held.records >= total => {
                        lists.state(key, Completeness::Full, format!("{} of {total} rows that the reply counts are there", held.records));
                    }
                    Some(total) if held.page => {
                        lists.state(key, Completeness::Partial, format!("{} of {total} rows are there", held.records))
                    }
                    _ => lists.array(key, held.records),
                }
            }
        }
        Met::Record(record) => {
            guessed += u32::from(record.guessed);
            let within = record.list.map(|at| replies.rules().lists[at]);
            let mut reading = Reading::new(sink, CODES, std::mem::take(&mut tally));
            let Some(tree) = usable(&mut reading, &slot_of(None), record.tree, record.offset) else {
                tally = reading.pause();
                return;
            };
            let shape = replies.shape(&tree, within);
            errors += u32::from(shape == Shape::Error);
            let slot = slot_of(replies.instance(&tree));
            state_one(replies, &mut reading, &slot, shape, &tree, Some(record.offset));
            if let Some(held) = open.last_mut() {
                held.records += 1;
                if let (Shape::Of(list), false) = (shape, record.alone) {
                    held.lists.insert(list);
                }
            }
            if let (Shape::Of(list), true) = (shape, record.alone) {
                lists.alone((slot_of(None), list, None));
            }
            tally = reading.pause();
        }
    })?;
    let mut reading = Reading::new(sink, CODES, tally);
    reading.warn_replies(ERROR_REPLY, replies.title(), errors);
    reading.warn_guessed(ENCODING, guessed);
    reading.close_file();
    lists.close_file(errors > 0);
    Ok(())
}

fn usable(reading: &mut Reading<'_>, slot: &InstanceSlot, tree: Result<Tree, String>, offset: u64) -> Option<Tree> {
    match tree {
        Ok(tree) => Some(tree),
        Err(why) => {
            reading.begin(slot, RecordKind::Stated, None, Some(offset), 0);
            reading.reject(UNUSABLE, format!("This record was not stored: {why}."));
            None
        }
    }
}

/// States one record of a known shape.
pub fn state_one(replies: &dyn Replies, reading: &mut Reading<'_>, slot: &InstanceSlot, shape: Shape, tree: &Tree, offset: Option<u64>) {
    let list = if let Shape::Of(list) = shape { list } else { RecordKind::Stated };
    let identity = if let Shape::Of(list) = shape { replies.identity(list, tree) } else { None };
    let identity = identity.map(|identity| format!("{}/{identity}", list.as_str()));
    reading.begin(slot, list, identity.as_deref(), offset, tree.secrets());
    match shape {
        Shape::Of(list) => match replies.state(list, tree, reading) {
            Ok(None) => reading.accept(),
            Ok(Some(reason)) => reading.ignore(reason),
            Err(Unusable::Lacks(field)) => {
                reading.reject(UNUSABLE, format!("This {} was not stored: it has no usable {field}.", replies.word(list)));
            }
            Err(Unusable::Placeholder(field)) => {
                reading.reject(PLACEHOLDER, format!("This {} was not stored: its {field} is still a placeholder.", replies.word(list)));
            }
        },
        Shape::Unused(reason) => reading.ignore(reason),
        Shape::Error => reading.ignore("error replies"),
        Shape::Unknown => {
            let title = replies.title();
            reading.reject(
                NOT_KNOWN,
                format!("Nothing tells what this record is: it has none of the fields of the objects of {title} that are read."),
            );
        }
    }
}
