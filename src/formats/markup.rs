//! Elements, attributes and text of an XML file as configurations write it, within limits on size, depth and count. No DTD, no entity
//! but the five of XML and numbers, nothing from outside.
//!
//! Policies of Azure API Management hold expressions, `@(…)` and `@{…}`, whose quotes, `<` and `&` stand as they are, so they are no
//! well-formed XML; such an expression is read to its closing bracket. Knows no entity and no file name.

/// Largest text, bytes.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Deepest nesting.
const MOST_DEPTH: usize = 64;
/// Most elements.
const MOST_ELEMENTS: usize = 500_000;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkupFault {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong.
    pub what: &'static str,
}

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Name without a namespace prefix.
    pub name: String,
    /// Attributes in file order.
    pub attributes: Vec<(String, String)>,
    /// Text directly inside, without blanks around it.
    pub text: String,
    /// Elements inside.
    pub children: Vec<Element>,
}

impl Element {
    /// Value of an attribute, not empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// First element inside with a name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements directly inside with a name.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Text of the first element inside with a name, not empty.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }

    /// Texts of all elements directly inside with a name, not empty.
    pub fn texts_of<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e str> {
        self.all(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }

    /// Calls `each` for this element and all inside, outer ones first.
    pub fn walk<'e>(&'e self, each: &mut dyn FnMut(&'e Self)) {
        each(self);
        for child in &self.children {
            child.walk(each);
        }
    }
}

/// Reads a text; the elements at its top.
///
/// # Errors
/// Over a limit, or no markup; the first fault is told with its line.
pub fn read(text: &str) -> Result<Vec<Element>, MarkupFault> {
    if text.len() > MOST_BYTES {
        return Err(MarkupFault { line: 0, what: "the file is larger than 16 MiB" });
    }
    let mut reader = Reader { text, at: 0, elements: 0 };
    let mut open: Vec<Element> = vec![Element::default()];
    while let Some(place) = reader.rest().find('<') {
        let before = &reader.rest()[..place];
        // An expression may hold signs that look like markup.
        if let Some(start) = expression_in(before) {
            let begin = reader.at + start;
            reader.at = begin + expression_end(&text[begin..]).ok_or_else(|| reader.fault("an expression is not closed"))?;
            push_text(&mut open, &text[reader.at.min(begin)..reader.at]);
            continue;
        }
        push_text(&mut open, before);
        reader.at += place;
        let rest = reader.rest();
        if let Some(inside) = rest.strip_prefix("<!--") {
            let end = inside.find("-->").ok_or_else(|| reader.fault("a comment is not closed"))?;
            reader.at += 4 + end + 3;
        } else if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let end = inside.find("]]>").ok_or_else(|| reader.fault("a CDATA section is not closed"))?;
            if let Some(top) = open.last_mut() {
                top.text.push_str(&inside[..end]);
            }
            reader.at += 9 + end + 3;
        } else if rest.starts_with("<?") {
            reader.at += rest.find("?>").ok_or_else(|| reader.fault("an instruction is not closed"))? + 2;
        } else if rest.starts_with("<!") {
            return Err(reader.fault("a document type is not read"));
        } else if let Some(inside) = rest.strip_prefix("</") {
            let end = inside.find('>').ok_or_else(|| reader.fault("a tag is not closed"))?;
            let name = local(inside[..end].trim()).to_owned();
            let mut done = open.pop().unwrap_or_default();
            let Some(outer) = open.last_mut().filter(|_| done.name == name) else {
                return Err(reader.fault("an element is closed that is not open"));
            };
            done.text = done.text.trim().to_owned();
            outer.children.push(done);
            reader.at += 2 + end + 1;
        } else {
            let (element, closed) = reader.tag()?;
            reader.elements += 1;
            if reader.elements > MOST_ELEMENTS {
                return Err(reader.fault("there are more than 500,000 elements"));
            }
            if open.len() > MOST_DEPTH {
                return Err(reader.fault("elements are nested more than 64 levels"));
            }
            match open.last_mut() {
                Some(outer) if closed => outer.children.push(element),
                _ => open.push(element),
            }
        }
    }
    if open.len() > 1 {
        return Err(reader.fault("the file ends inside an element"));
    }
    let top = open.pop().unwrap_or_default();
    if top.children.is_empty() {
        return Err(MarkupFault { line: 1, what: "there is no element" });
    }
    Ok(top.children)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    elements: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn fault(&self, what: &'static str) -> MarkupFault {
        MarkupFault { line: self.text[..self.at].matches('\n').count() as u64 + 1, what }
    }

    /// An opening tag; true when it closes itself.
    fn tag(&mut self) -> Result<(Element, bool), MarkupFault> {
        self.at += 1;
        let end =
            self.rest().find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).ok_or_else(|| self.fault("a tag is not closed"))?;
        let name = local(&self.rest()[..end]).to_owned();
        if name.is_empty() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return Err(self.fault("a tag has no name"));
        }
        self.at += end;
        let mut element = Element { name, ..Element::default() };
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.rest().starts_with("/>") {
                self.at += 2;
                return Ok((element, true));
            }
            if self.rest().starts_with('>') {
                self.at += 1;
                return Ok((element, false));
            }
            let equals = self.rest().find('=').ok_or_else(|| self.fault("a tag is not closed"))?;
            let key = self.rest()[..equals].trim();
            if key.is_empty() || key.contains(['<', '>', '"', '\'']) {
                return Err(self.fault("an attribute has no name"));
            }
            let key = local(key).to_owned();
            self.at += equals + 1;
            self.at += self.rest().len() - self.rest().trim_start().len();
            let quote =
                self.rest().chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(|| self.fault("an attribute has no quotes"))?;
            self.at += 1;
            let length = match self.rest() {
                value if value.starts_with("@(") || value.starts_with("@{") => {
                    let end = expression_end(value).ok_or_else(|| self.fault("an expression is not closed"))?;
                    end + value[end..].find(quote).ok_or_else(|| self.fault("an attribute is not closed"))?
                }
                value => value.find(quote).ok_or_else(|| self.fault("an attribute is not closed"))?,
            };
            element.attributes.push((key, unescaped(&self.rest()[..length])));
            self.at += length + 1;
        }
    }
}

fn push_text(open: &mut [Element], text: &str) {
    if let Some(top) = open.last_mut()
        && !text.trim().is_empty()
    {
        top.text.push_str(&unescaped(text));
    }
}

/// The name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Where an expression begins that is not closed before the end of a text.
fn expression_in(text: &str) -> Option<usize> {
    let trimmed = text.trim_start();
    let start = text.len() - trimmed.len();
    (trimmed.starts_with("@(") || trimmed.starts_with("@{")).then_some(start).filter(|start| expression_end(&text[*start..]).is_none())
}

/// Length of an expression that begins here, past its closing bracket; texts and characters inside are passed over.
fn expression_end(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    // The first character is the `@`.
    let mut characters = text.char_indices().skip(1).peekable();
    let mut quoted: Option<char> = None;
    while let Some((at, character)) = characters.next() {
        match (quoted, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), character) if character == open => quoted = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quoted = Some(character),
            (None, '(' | '{' | '[') => depth += 1,
            (None, ')' | '}' | ']') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + character.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}

/// The five entities of XML and numbers; anything else stays as it is.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end <= 10).map(|end| &rest[1..end]);
        let known = entity.and_then(|entity| match entity {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            number => {
                let number = number.strip_prefix('#')?;
                let code = number.strip_prefix('x').map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
                code.and_then(char::from_u32)
            }
        });
        match (known, entity) {
            (Some(character), Some(entity)) => {
                out.push(character);
                rest = &rest[entity.len() + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Element {
        let mut all = read(text).expect(text);
        assert_eq!(all.len(), 1, "{text}");
        all.remove(0)
    }

    #[test]
    fn elements_attributes_and_text() {
        let a = one("<?xml version='1.0'?><!-- x --><n:a b=\"1 &lt; 2\" c='&#x41;'> t <d/><d>e &amp; f</d><![CDATA[<g>]]></n:a>");
        assert_eq!((a.name.as_str(), a.attribute("b"), a.attribute("c")), ("a", Some("1 < 2"), Some("A")));
        assert_eq!(a.texts_of("d").collect::<Vec<_>>(), ["e & f"]);
        assert!(a.text.ends_with("<g>"));
    }

    #[test]
    fn expressions_are_read_to_their_bracket() {
        let a = one(
            "<a><when condition=\"@(x.Equals(\"p=\"\"\",y) && a < b)\"><b/></when><set v=\"@{ var s = \"}\"; if (1 > 0) { return \")\"; } }\" k=\"1\"/></a>",
        );
        assert_eq!(a.children.len(), 2);
        assert_eq!(a.children[0].children[0].name, "b");
        assert_eq!(a.children[1].attribute("k"), Some("1"));
        let text = one("<a>@(list.Count < 3 ? \"<b>\" : \"c\")</a>");
        assert!(text.children.is_empty() && text.text.contains("<b>"), "{text:?}");
    }

    #[test]
    fn what_is_no_markup_or_too_much_is_refused() {
        for (text, what) in [
            ("", "there is no element"),
            ("<a><b></a>", "an element is closed that is not open"),
            ("<a", "a tag is not closed"),
            ("<a b=c>", "an attribute has no quotes"),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a/>", "a document type is not read"),
            ("<a><b></b>", "the file ends inside an element"),
            ("<a x=\"@(\"/>", "an expression is not closed"),
            ("<a>@(", "the file ends inside an element"),
            ("< a/>", "a tag has no name"),
        ] {
            assert_eq!(read(text).expect_err(text).what, what, "{text}");
        }
        assert_eq!(read(&"<a>".repeat(100)).expect_err("deep").what, "elements are nested more than 64 levels");
        assert_eq!(read("<a>\n\n<b></c>").expect_err("line").line, 3);
    }
}
