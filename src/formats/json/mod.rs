//! Splits a JSON text into records while it is read: every container of formats.md 0.2, hard limits, exact positions.
//!
//! Objects and arrays at *page level* are looked through: a page `{"value": [..]}`, a bare array, a named list, pages one
//! after another, lines of objects, arrays of pages (`jq -s`), recorder wrappers. What stands inside a list is a record
//! and comes out as its bytes. The whole text is checked against the grammar, keys included: a key twice in one object
//! is a fault, because no reader can know which value was meant. Memory is bounded by [`Limits::record_bytes`].

mod ahead;
mod input;
mod keys;
mod value;

use std::collections::HashSet;
use std::collections::VecDeque;
use std::io::Read;

pub use self::ahead::split_ahead;
use self::input::Input;
use self::keys::{Key, unescaped};
use super::{Fault, FaultKind};

/// Bounds on what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open objects and arrays at once (decision D22); at most 64.
    pub nesting: u32,
    /// Bytes of one record, or of the fields of an object that may still turn out to be a page.
    pub record_bytes: usize,
    /// Bytes of one key.
    pub key_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 }
    }
}

/// Which fields of an object at page level are looked through. Keys are compared without ASCII case.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Arrays under these keys are lists of records: `value`, `clients`.
    pub lists: &'static [&'static str],
    /// Objects or arrays under these keys are page level again: `body` of a recorder, `responses` of a batch.
    pub wrappers: &'static [&'static str],
    /// Bounds.
    pub limits: Limits,
}

/// What kind of thing at page level was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// An array at page level; its elements are records or pages.
    Array,
    /// An object with a list in it.
    Page,
    /// An object with a wrapper key in it.
    Wrapper,
}

/// A record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its JSON text; its grammar is checked, its encoding is not.
    pub bytes: &'a [u8],
    /// Number in the file, from 1.
    pub number: u32,
    /// Offset of its first byte in the decoded text.
    pub offset: u64,
    /// Index into [`Rules::lists`] of the list it stands in; `None` in a bare array or by itself.
    pub list: Option<usize>,
    /// True when it stands by itself at the top: a single object, or one of a row of objects (NDJSON).
    pub alone: bool,
}

/// What the splitter meets, in the order of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// A container begins. Containers nest (an array of pages).
    Open(Container),
    /// A field of the innermost open page or wrapper that is not looked through; may come before or after its records.
    Field {
        /// Key as written, unescaped.
        key: &'a str,
        /// JSON text of the value.
        value: &'a [u8],
        /// Offset of the value in the decoded text.
        offset: u64,
    },
    /// A list of the innermost open page begins: index into [`Rules::lists`].
    List(usize),
    /// A record of the innermost open container.
    Record(Record<'a>),
    /// The innermost open container ends.
    Close(Container),
}

#[derive(Debug, Clone, Copy)]
enum Out {
    Open(Container),
    Field { key: (u64, u64), value: (u64, u64) },
    List(usize),
    Record { from: u64, to: u64, list: Option<usize>, alone: bool },
    Close(Container),
}

enum Frame {
    Array { first: bool },
    List { first: bool, list: usize },
    Object { first: bool, container: Container, keys: HashSet<Vec<u8>> },
}

/// Most fields before its list that an object at page level may have.
const MANY_FIELDS: usize = 10_000;

/// See the module.
pub struct Splitter<R> {
    input: Input<R>,
    rules: Rules,
    frames: Vec<Frame>,
    pending: VecDeque<Out>,
    keys: Vec<Key>,
    /// Where the keys of each open object start in `keys`.
    levels: Vec<usize>,
    numbered: u32,
    key_text: String,
}

impl<R: Read> Splitter<R> {
    /// `reader` gives UTF-8 without byte order mark, as [`super::decode::Decoder`] does.
    pub fn new(reader: R, rules: Rules) -> Self {
        Self {
            input: Input::new(reader, rules.limits.record_bytes),
            rules,
            frames: Vec::new(),
            pending: VecDeque::new(),
            keys: Vec::new(),
            levels: Vec::new(),
            numbered: 0,
            key_text: String::new(),
        }
    }

    /// The next item; `None` at the end of the text.
    ///
    /// # Errors
    /// A fault of the text, the reader or a limit; nothing can be read after it.
    #[allow(clippy::should_implement_trait, reason = "items borrow from the splitter, which Iterator cannot say")]
    pub fn next(&mut self) -> Result<Option<Item<'_>>, Fault> {
        while self.pending.is_empty() {
            self.input.release();
            if !self.advance()? {
                return Ok(None);
            }
        }
        let Some(out) = self.pending.pop_front() else { return Ok(None) };
        Ok(Some(match out {
            Out::Open(container) => Item::Open(container),
            Out::List(list) => Item::List(list),
            Out::Close(container) => Item::Close(container),
            Out::Record { from, to, list, alone } => {
                self.numbered = self.numbered.saturating_add(1);
                Item::Record(Record { bytes: self.input.bytes(from, to), number: self.numbered, offset: from, list, alone })
            }
            Out::Field { key, value } => {
                self.key_text = String::from_utf8_lossy(&unescaped(self.input.bytes(key.0, key.1))).into_owned();
                Item::Field { key: &self.key_text, value: self.input.bytes(value.0, value.1), offset: value.0 }
            }
        }))
    }

    /// Line and column of an offset inside the item last returned.
    pub fn position(&self, offset: u64) -> super::Position {
        self.input.position(offset)
    }

    /// Queues at least one item; false at the end of the text.
    fn advance(&mut self) -> Result<bool, Fault> {
        match self.frames.last_mut() {
            None => match self.input.peek_token()? {
                None => return Ok(false),
                Some(b'{' | b'[') => self.page_level(true)?,
                // PowerShell writes `null` for an empty result.
                Some(b'n') => self.input.scalar()?,
                Some(_) => return self.input.unexpected("an object or an array"),
            },
            Some(Frame::Array { first }) => {
                let was_first = std::mem::replace(first, false);
                if self.ends_array(was_first)? {
                    self.frames.pop();
                    self.pending.push_back(Out::Close(Container::Array));
                } else {
                    self.page_level(false)?;
                }
            }
            Some(Frame::List { first, list }) => {
                let (was_first, list) = (std::mem::replace(first, false), *list);
                if self.ends_array(was_first)? {
                    self.frames.pop();
                } else {
                    self.record(Some(list), false)?;
                }
            }
            Some(Frame::Object { .. }) => self.next_field()?,
        }
        Ok(true)
    }

    /// Takes the comma before the next element, or the bracket that ends the array.
    fn ends_array(&mut self, first: bool) -> Result<bool, Fault> {
        match self.input.token()? {
            b']' => {
                self.input.at += 1;
                Ok(true)
            }
            b',' if !first => {
                self.input.at += 1;
                if self.input.token()? == b']' {
                    return self.input.unexpected("a value after the comma");
                }
                Ok(false)
            }
            _ if first => Ok(false),
            _ => self.input.unexpected("a comma or `]`"),
        }
    }

    /// A value at page level: an array is opened, an object is opened or is a record, anything else is a record.
    fn page_level(&mut self, top: bool) -> Result<(), Fault> {
        match self.input.token()? {
            b'[' => {
                self.open_nested()?;
                self.input.at += 1;
                self.frames.push(Frame::Array { first: true });
                self.pending.push_back(Out::Open(Container::Array));
                Ok(())
            }
            b'{' => self.probe(top),
            _ => self.record(None, top),
        }
    }

    fn open_nested(&self) -> Result<(), Fault> {
        if self.frames.len() + self.levels.len() >= self.rules.limits.nesting as usize {
            return self
                .input
                .fault(FaultKind::Limit, format!("Objects and arrays are nested deeper than {} levels.", self.rules.limits.nesting));
        }
        Ok(())
    }

    fn record(&mut self, list: Option<usize>, alone: bool) -> Result<(), Fault> {
        self.input.token()?;
        self.release();
        let from = self.input.offset();
        self.skip_value()?;
        self.pending.push_back(Out::Record { from, to: self.input.offset(), list, alone });
        Ok(())
    }

    /// Reads an object that may be a page: once a list or wrapper shows, it is opened; if none does, it is a record.
    fn probe(&mut self, top: bool) -> Result<(), Fault> {
        self.open_nested()?;
        self.release();
        let from = self.input.offset();
        self.input.at += 1;
        let level = self.keys.len();
        let mut fields = Vec::new();
        if self.input.token()? != b'}' {
            loop {
                let key = self.key(level)?;
                match self.looked_through(key)? {
                    Some(through) => {
                        let keys = self.keys[level..].iter().map(|key| unescaped(self.input.bytes(key.from, key.to))).collect();
                        self.keys.truncate(level);
                        let container = if matches!(through, Through::List(_)) { Container::Page } else { Container::Wrapper };
                        self.pending.push_back(Out::Open(container));
                        self.pending.extend(fields);
                        self.frames.push(Frame::Object { first: false, container, keys });
                        return self.look_through(through);
                    }
                    None => {
                        let value = self.input.offset();
                        self.skip_value()?;
                        if fields.len() < MANY_FIELDS {
                            fields.push(Out::Field { key: (key.from, key.to), value: (value, self.input.offset()) });
                        }
                    }
                }
                match self.input.token()? {
                    b',' => self.input.at += 1,
                    b'}' => break,
                    _ => return self.input.unexpected("a comma or `}`"),
                }
            }
        }
        self.input.at += 1;
        self.close_keys(level)?;
        self.pending.push_back(Out::Record { from, to: self.input.offset(), list: None, alone: top });
        Ok(())
    }

    /// The next field of an open page or wrapper.
    fn next_field(&mut self) -> Result<(), Fault> {
        let token = self.input.token()?;
        let Some(Frame::Object { first, container, .. }) = self.frames.last_mut() else { return Ok(()) };
        let (was_first, container) = (std::mem::replace(first, false), *container);
        match token {
            b'}' => {
                self.input.at += 1;
                self.frames.pop();
                self.pending.push_back(Out::Close(container));
                return Ok(());
            }
            b',' if !was_first => self.input.at += 1,
            _ if was_first => {}
            _ => return self.input.unexpected("a comma or `}`"),
        }
        self.input.token()?;
        self.input.release();
        let level = self.keys.len();
        let key = self.key(level)?;
        self.keys.truncate(level);
        let text = unescaped(self.input.bytes(key.from, key.to));
        if let Some(Frame::Object { keys, .. }) = self.frames.last_mut() {
            if keys.len() >= MANY_FIELDS {
                return self.input.fault_at(key.from, FaultKind::Limit, "An object around a list has more than 10,000 fields.");
            }
            if !keys.insert(text) {
                return self.input.fault_at(key.from, FaultKind::Syntax, "One object holds this key twice.");
            }
        }
        if let Some(through) = self.looked_through(key)? {
            return self.look_through(through);
        }
        let value = self.input.offset();
        self.skip_value()?;
        self.pending.push_back(Out::Field { key: (key.from, key.to), value: (value, self.input.offset()) });
        Ok(())
    }

    /// Whether the value after this key is looked through; stops before the value.
    fn looked_through(&mut self, key: Key) -> Result<Option<Through>, Fault> {
        let first = self.input.token()?;
        if !matches!(first, b'[' | b'{') {
            return Ok(None);
        }
        let quoted = self.input.bytes(key.from, key.to);
        let text = &quoted[1..quoted.len() - 1];
        let place = |names: &[&str]| names.iter().position(|name| name.as_bytes().eq_ignore_ascii_case(text));
        Ok(match (first, place(self.rules.lists)) {
            (b'[', Some(list)) => Some(Through::List(list)),
            _ => place(self.rules.wrappers).map(|_| Through::Wrapper),
        })
    }

    fn look_through(&mut self, through: Through) -> Result<(), Fault> {
        match through {
            Through::List(list) => {
                self.open_nested()?;
                self.input.at += 1;
                self.frames.push(Frame::List { first: true, list });
                self.pending.push_back(Out::List(list));
                Ok(())
            }
            Through::Wrapper => self.page_level(true),
        }
    }

    /// Drops what was handed out; what is still queued points into kept bytes.
    fn release(&mut self) {
        if self.pending.is_empty() {
            self.input.release();
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Through {
    List(usize),
    Wrapper,
}

#[cfg(test)]
mod tests;
