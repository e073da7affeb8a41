//! Walks over a JSON file of lists: what opens, what stands beside a list, the records as trees without secrets. Refuses a
//! file that cannot be read. Knows no vendor's words.

use std::io::Read;

use super::tree::Tree;
use crate::formats::json::{Container, Item, Rules, split_ahead};
use crate::formats::text::quoted;
use crate::formats::{Fault, decode};
use crate::importers::{FileInput, ReadStop};
use crate::model::facts::Sink;

/// What a walk over a file meets.
pub enum Met {
    /// A container begins.
    Open {
        /// It is a page: an object with a named list in it.
        page: bool,
    },
    /// A field of a page or wrapper beside its list.
    Field {
        /// Its name.
        key: String,
        /// Its value.
        value: Tree,
    },
    /// A named list of the innermost page begins: index into [`Rules::lists`].
    List(usize),
    /// The innermost container ends.
    Close,
    /// A record.
    Record(Record),
}

/// A record of a list.
pub struct Record {
    /// The record, or why it cannot be read.
    pub tree: Result<Tree, String>,
    /// Offset of its first byte.
    pub offset: u64,
    /// It stands by itself at the top of the file.
    pub alone: bool,
    /// Index into [`Rules::lists`] of the list it stands in; `None` in a bare array or by itself.
    pub list: Option<usize>,
    /// Its text was read as Windows-1252.
    pub guessed: bool,
}

/// Reads a file and calls `each` for what it holds.
///
/// # Errors
/// The file is no JSON of these rules or cannot be read, or the user cancelled.
pub fn walk(
    at: usize,
    file: &dyn FileInput,
    rules: Rules,
    sink: &mut dyn Sink,
    each: &mut dyn FnMut(Met, &mut dyn Sink),
) -> Result<(), ReadStop> {
    let input = file.open().map_err(|error| ReadStop::broken(at, Fault::of_io(&error, None)))?;
    walk_input(at, input, rules, sink, each)
}

/// Reads what was opened already; see [`walk`].
///
/// # Errors
/// As [`walk`].
pub fn walk_input(
    at: usize,
    input: impl Read + Send,
    rules: Rules,
    sink: &mut dyn Sink,
    each: &mut dyn FnMut(Met, &mut dyn Sink),
) -> Result<(), ReadStop> {
    let (mut cancelled, mut items) = (false, 0u32);
    let result = split_ahead(input, rules, &mut |item| {
        items = items.wrapping_add(1);
        if items % 256 == 1 && sink.cancelled() {
            cancelled = true;
            return false;
        }
        let met = match item {
            Item::Open(container) => Met::Open { page: container == Container::Page },
            Item::Close(_) => Met::Close,
            Item::List(list) => Met::List(list),
            Item::Field { key, value, .. } => match serde_json::from_slice(value) {
                Ok(value) => Met::Field { key: key.to_owned(), value },
                Err(_) => return true,
            },
            Item::Record(record) => {
                let (text, guessed) = match decode::record_text(record.bytes) {
                    Ok((text, guessed)) => (Ok(text), guessed),
                    Err(_) => (Err("it holds two encodings".to_owned()), false),
                };
                let tree = text.and_then(|text| {
                    serde_json::from_str(&text).map_err(|error| {
                        // The place inside the record would be taken for one in the file.
                        let words = error.to_string();
                        quoted(words.split(" at line ").next().unwrap_or_default())
                    })
                });
                Met::Record(Record { tree, offset: record.offset, alone: record.alone, list: record.list, guessed })
            }
        };
        each(met, sink);
        true
    });
    if cancelled {
        return Err(ReadStop::Cancelled);
    }
    result.map(|_| ()).map_err(|fault| ReadStop::broken(at, fault))
}

/// Names of the first fields of an object, for a message about a file that is none of ours.
pub fn first_keys(tree: &Tree) -> String {
    tree.pairs().iter().map(|(key, _)| key.as_str()).take(5).collect::<Vec<_>>().join(", ")
}
