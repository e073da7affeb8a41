//! GraphML 1.0, as Gephi, yEd and networkx read it: declared keys, then nodes and edges. `label` is the name that they draw.
//!
//! Characters that XML 1.0 has no place for become U+FFFD; lists are texts joined by `; `.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{EDGE_PROPERTIES, Edge, NODE_PROPERTIES, Node, Pen, Property, Value, ValueKind};

/// Writes GraphML.
pub struct GraphMl<W: Write> {
    out: W,
}

impl<W: Write> GraphMl<W> {
    /// A pen.
    pub const fn new(out: W) -> Self {
        Self { out }
    }

    fn keys(&mut self, domain: &str, first: &[Property], rest: &[Property]) -> io::Result<()> {
        for (name, kind) in first.iter().chain(rest) {
            let kind = match kind {
                ValueKind::Text | ValueKind::List => "string",
                ValueKind::Number => "long",
                ValueKind::Flag => "boolean",
            };
            writeln!(self.out, "  <key id=\"{domain}_{name}\" for=\"{domain}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")?;
        }
        Ok(())
    }

    fn data(&mut self, domain: &str, name: &str, value: &Value<'_>) -> io::Result<()> {
        let text: Cow<'_, str> = match value {
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(number) => number.to_string().into(),
            Value::Flag(flag) => if *flag { "true" } else { "false" }.into(),
            Value::List(list) => list.join("; ").into(),
        };
        write!(self.out, "<data key=\"{domain}_{name}\">{}</data>", escaped(&text))
    }
}

const FIRST: &[Property] = &[("label", ValueKind::Text), ("kind", ValueKind::Text)];
const FIRST_OF_EDGE: &[Property] = &[("label", ValueKind::Text)];

/// Text for an element or an attribute in double quotes.
fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '<' | '>' | '&' | '"' | '\r' | '\n' | '\t') && allowed(c);
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\r' | '\n' | '\t' => out.push_str(&format!("&#{};", c as u32)),
            c if allowed(c) => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
    Cow::Owned(out)
}

/// Characters of XML 1.0 (production 2).
const fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

impl<W: Write> Pen for GraphMl<W> {
    fn begin(&mut self) -> io::Result<()> {
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            self.out,
            "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">"
        )?;
        self.keys("node", FIRST, NODE_PROPERTIES)?;
        self.keys("edge", FIRST_OF_EDGE, EDGE_PROPERTIES)?;
        writeln!(self.out, "  <graph id=\"reach\" edgedefault=\"directed\">")
    }

    fn node(&mut self, node: &Node<'_>) -> io::Result<()> {
        write!(self.out, "<node id=\"{}\">", escaped(&node.id))?;
        self.data("node", "label", &Value::Text(Cow::Borrowed(&node.name)))?;
        self.data("node", "kind", &Value::Text(Cow::Borrowed(node.kind)))?;
        for (name, value) in &node.properties {
            self.data("node", name, value)?;
        }
        self.out.write_all(b"</node>\n")
    }

    fn edge(&mut self, edge: &Edge<'_>) -> io::Result<()> {
        write!(self.out, "<edge source=\"{}\" target=\"{}\">", escaped(&edge.start), escaped(&edge.end))?;
        self.data("edge", "label", &Value::Text(Cow::Borrowed(edge.kind)))?;
        for (name, value) in &edge.properties {
            self.data("edge", name, value)?;
        }
        self.out.write_all(b"</edge>\n")
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.write_all(b"  </graph>\n</graphml>\n")?;
        self.out.flush()
    }
}
