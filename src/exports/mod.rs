//! The reach graph for other tools: one walk over the estate gives nodes, then edges, in a fixed order; three pens write them.
//!
//! Knows the estate, nothing of scores, files or persons: who consented is a number, never a name. Memory does not grow with the grants:
//! the grants of one client are summed up at a time.

mod graph;
mod graphml;
mod opengraph;
mod table;

use std::borrow::Cow;
use std::io;

pub use graph::{Source, walk};
pub use graphml::GraphMl;
pub use opengraph::OpenGraph;
pub use table::Tables;

/// A property's value. What is unknown is left out, because no format has a word for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// Whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Texts, sorted.
    List(Vec<&'a str>),
}

/// Type of a property, the same wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Text.
    Text,
    /// Whole number.
    Number,
    /// Yes or no.
    Flag,
    /// Texts.
    List,
}

/// A property: its name (lower case, as BloodHound asks) and type.
pub type Property = (&'static str, ValueKind);

/// Everything that a node may say, in the order of columns.
pub const NODE_PROPERTIES: &[Property] = &[
    ("clientid", ValueKind::Text),
    ("tenant", ValueKind::Text),
    ("environment", ValueKind::Text),
    ("enabled", ValueKind::Flag),
    ("boundary", ValueKind::Text),
    ("impact", ValueKind::Text),
    ("sensitivity", ValueKind::Text),
    ("credentialkind", ValueKind::Text),
    ("failedchecks", ValueKind::List),
    ("passedchecks", ValueKind::List),
];

/// Everything that an edge may say, in the order of columns.
pub const EDGE_PROPERTIES: &[Property] = &[
    ("privilege", ValueKind::Text),
    ("privilegerank", ValueKind::Number),
    ("scopes", ValueKind::List),
    ("grants", ValueKind::Number),
    ("users", ValueKind::Number),
    ("method", ValueKind::Text),
    ("evidence", ValueKind::Text),
];

/// A node. Its id is the public id of the entity; kinds without one have an id that begins with their word.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// Id.
    pub id: Cow<'a, str>,
    /// One word, letters only.
    pub kind: &'static str,
    /// Name for people.
    pub name: Cow<'a, str>,
    /// Known properties, in the order of [`NODE_PROPERTIES`].
    pub properties: Vec<(&'static str, Value<'a>)>,
}

/// An edge. No two edges have the same start, end and kind, because BloodHound would keep only one.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge<'a> {
    /// Id of the start.
    pub start: Cow<'a, str>,
    /// Id of the end.
    pub end: Cow<'a, str>,
    /// One word, letters only.
    pub kind: &'static str,
    /// Known properties, in the order of [`EDGE_PROPERTIES`].
    pub properties: Vec<(&'static str, Value<'a>)>,
}

/// Writes a graph in one format: `begin`, all nodes, all edges, `end`.
pub trait Pen {
    /// What stands before everything.
    ///
    /// # Errors
    /// The output cannot be written.
    fn begin(&mut self) -> io::Result<()>;
    /// A node.
    ///
    /// # Errors
    /// The output cannot be written.
    fn node(&mut self, node: &Node<'_>) -> io::Result<()>;
    /// An edge; the first one comes after the last node.
    ///
    /// # Errors
    /// The output cannot be written.
    fn edge(&mut self, edge: &Edge<'_>) -> io::Result<()>;
    /// What stands after everything.
    ///
    /// # Errors
    /// The output cannot be written.
    fn end(&mut self) -> io::Result<()>;
}

/// What a graph held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Nodes.
    pub nodes: u64,
    /// Edges.
    pub edges: u64,
}
