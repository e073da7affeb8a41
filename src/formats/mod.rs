//! Bytes to records: encodings, JSON containers, CSV dialects, dates. Knows no system, no entity and no file name; bounds come before parsing.
//!
//! The order for a JSON export is [`decode::Decoder`] over the raw bytes, then [`json::split_ahead`]; for CSV it is
//! [`decode::survey`] over the whole file, then [`csv::CsvReader`] over a decoder with the encoding found.

pub mod csv;
pub mod decode;
pub mod json;
pub mod markup;
pub mod text;
pub mod time;
pub mod yaml;

/// Where in a decoded text something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Bytes before it, counted in the text as UTF-8 without a byte order mark.
    pub byte: u64,
    /// Line, from 1.
    pub line: u64,
    /// Column in bytes, from 1.
    pub column: u64,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}, byte {}", self.line, self.column, self.byte)
    }
}

/// What kind of fault makes a file unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The text breaks the rules of its format.
    Syntax,
    /// The text ends too early.
    CutOff,
    /// A limit on size or nesting was passed.
    Limit,
    /// The bytes are no text of the encoding they claim.
    Encoding,
    /// The bytes could not be read.
    Read,
}

impl FaultKind {
    /// Stable code of a problem made from such a fault.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Syntax => "BH-IMP-101",
            Self::CutOff => "BH-IMP-102",
            Self::Limit => "BH-IMP-103",
            Self::Encoding => "BH-IMP-104",
            Self::Read => "BH-IMP-105",
        }
    }
}

/// Why a file cannot be read to its end. Such a file is refused as a whole (decision D20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Kind.
    pub kind: FaultKind,
    /// One sentence for people, without imported text beyond a single character.
    pub what: String,
    /// Where, if known.
    pub at: Option<Position>,
}

impl Fault {
    /// A fault at a place.
    pub fn new(kind: FaultKind, what: impl Into<String>, at: Option<Position>) -> Self {
        Self { kind, what: what.into(), at }
    }

    /// The fault behind an error of a reader: one of [`decode`]'s, or a failed read.
    pub fn of_io(error: &std::io::Error, at: Option<Position>) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<decode::BadText>()) {
            // The offset in the raw bytes is the one that leads there.
            Some(bad) => Self::new(FaultKind::Encoding, bad.to_string(), None),
            None => Self::new(FaultKind::Read, format!("The file could not be read to its end: {error}."), at),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.at {
            Some(at) => write!(f, "{} ({at})", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for Fault {}
