//! BloodHound's OpenGraph JSON: `{"metadata": {"source_kind": …}, "graph": {"nodes": […], "edges": […]}}`.
//!
//! Its rules, from the schema of its ingest: a node has an id and at least one kind, an edge matches both ends by id and has a kind of
//! letters, digits and `_`; properties are texts, numbers, booleans or lists of one of them, never objects and never null.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Edge, Node, Pen, Value};

/// Kind that every node has beside its own, so that BloodHound can tell and delete what came from here.
const SOURCE_KIND: &str = "Bulkhead";
/// Before our own kinds, so that they meet no other collector's.
const PREFIX: &str = "BH_";

/// Writes OpenGraph.
pub struct OpenGraph<W: Write> {
    out: W,
    some: bool,
    in_edges: bool,
}

impl<W: Write> OpenGraph<W> {
    /// A pen.
    pub const fn new(out: W) -> Self {
        Self { out, some: false, in_edges: false }
    }

    fn separate(&mut self) -> io::Result<()> {
        let comma = std::mem::replace(&mut self.some, true);
        self.out.write_all(if comma { b",\n" } else { b"\n" })
    }

    fn turn_to_edges(&mut self) -> io::Result<()> {
        if !self.in_edges {
            self.in_edges = true;
            self.some = false;
            self.out.write_all(b"\n],\"edges\":[")?;
        }
        Ok(())
    }
}

/// Properties as one object; the name stands in it twice, as BloodHound's own nodes have it.
struct Object<'a> {
    name: Option<&'a str>,
    list: &'a [(&'static str, Value<'a>)],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(name) = self.name {
            map.serialize_entry("name", name)?;
            map.serialize_entry("displayname", name)?;
        }
        for (key, value) in self.list {
            match value {
                Value::Text(text) => map.serialize_entry(key, text)?,
                Value::Number(number) => map.serialize_entry(key, number)?,
                Value::Flag(flag) => map.serialize_entry(key, flag)?,
                Value::List(list) => map.serialize_entry(key, list)?,
            }
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct NodeOut<'a> {
    id: &'a str,
    kinds: [&'a str; 2],
    properties: Object<'a>,
}

#[derive(serde::Serialize)]
struct End<'a> {
    match_by: &'static str,
    value: &'a str,
}

#[derive(serde::Serialize)]
struct EdgeOut<'a> {
    start: End<'a>,
    end: End<'a>,
    kind: &'a str,
    properties: Object<'a>,
}

impl<W: Write> Pen for OpenGraph<W> {
    fn begin(&mut self) -> io::Result<()> {
        write!(self.out, "{{\"metadata\":{{\"source_kind\":\"{SOURCE_KIND}\"}},\"graph\":{{\"nodes\":[")
    }

    fn node(&mut self, node: &Node<'_>) -> io::Result<()> {
        self.separate()?;
        let kind = format!("{PREFIX}{}", node.kind);
        let properties = Object { name: Some(&node.name), list: &node.properties };
        serde_json::to_writer(&mut self.out, &NodeOut { id: &node.id, kinds: [&kind, SOURCE_KIND], properties })?;
        Ok(())
    }

    fn edge(&mut self, edge: &Edge<'_>) -> io::Result<()> {
        self.turn_to_edges()?;
        self.separate()?;
        let kind = format!("{PREFIX}{}", edge.kind);
        let end = |value| End { match_by: "id", value };
        let properties = Object { name: None, list: &edge.properties };
        serde_json::to_writer(&mut self.out, &EdgeOut { start: end(&edge.start), end: end(&edge.end), kind: &kind, properties })?;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.turn_to_edges()?;
        self.out.write_all(b"\n]}}\n")?;
        self.out.flush()
    }
}
