//! Two CSV files, nodes and edges, with one column for each property; lists are joined by `; `. Rules of D52: byte order mark, CRLF,
//! formula guard for texts, numbers stay numbers. What is unknown or does not apply is empty, because graph tools take any word for a value.

use std::io::{self, Write};

use crate::formats::text::guard_formula;

use super::{EDGE_PROPERTIES, Edge, NODE_PROPERTIES, Node, Pen, Property, Value};

/// Writes nodes to one output and edges to another.
pub struct Tables<N: Write, E: Write> {
    nodes: csv::Writer<N>,
    edges: csv::Writer<E>,
}

/// Byte order mark.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

fn writer<W: Write>(mut out: W) -> io::Result<csv::Writer<W>> {
    out.write_all(MARK)?;
    Ok(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out))
}

impl<N: Write, E: Write> Tables<N, E> {
    /// A pen.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn new(nodes: N, edges: E) -> io::Result<Self> {
        Ok(Self { nodes: writer(nodes)?, edges: writer(edges)? })
    }
}

fn row<W: Write>(
    out: &mut csv::Writer<W>,
    first: &[&str],
    columns: &[Property],
    properties: &[(&'static str, Value<'_>)],
) -> io::Result<()> {
    for text in first {
        out.write_field(guard_formula(text).as_bytes())?;
    }
    for (name, _) in columns {
        match properties.iter().find(|(known, _)| known == name).map(|(_, value)| value) {
            None => out.write_field("")?,
            Some(Value::Text(text)) => out.write_field(guard_formula(text).as_bytes())?,
            Some(Value::Number(number)) => out.write_field(number.to_string())?,
            Some(Value::Flag(flag)) => out.write_field(if *flag { "yes" } else { "no" })?,
            Some(Value::List(list)) => out.write_field(guard_formula(&list.join("; ")).as_bytes())?,
        }
    }
    Ok(out.write_record(None::<&[u8]>)?)
}

fn head<W: Write>(out: &mut csv::Writer<W>, first: &[&str], columns: &[Property]) -> io::Result<()> {
    Ok(out.write_record(first.iter().copied().chain(columns.iter().map(|(name, _)| *name)))?)
}

impl<N: Write, E: Write> Pen for Tables<N, E> {
    fn begin(&mut self) -> io::Result<()> {
        head(&mut self.nodes, &["id", "kind", "name"], NODE_PROPERTIES)?;
        head(&mut self.edges, &["start", "end", "kind"], EDGE_PROPERTIES)
    }

    fn node(&mut self, node: &Node<'_>) -> io::Result<()> {
        row(&mut self.nodes, &[&node.id, node.kind, &node.name], NODE_PROPERTIES, &node.properties)
    }

    fn edge(&mut self, edge: &Edge<'_>) -> io::Result<()> {
        row(&mut self.edges, &[&edge.start, &edge.end, edge.kind], EDGE_PROPERTIES, &edge.properties)
    }

    fn end(&mut self) -> io::Result<()> {
        self.nodes.flush()?;
        self.edges.flush()
    }
}
