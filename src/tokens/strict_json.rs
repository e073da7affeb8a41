//! JSON as tokens and key files must hold it: one value, bounded depth, and every member name once per object.
//!
//! Two members of one name are read differently by different libraries (RFC 8725 2.4), so they are found instead of resolved.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting (domain.md 5.1).
pub const DEPTH: usize = 16;

/// A parsed value and the member names that some object holds twice.
pub struct Parsed {
    /// The value; of twins the first.
    pub value: Value,
    /// Names that stand twice, sorted.
    pub twice: Vec<String>,
}

/// Parses one JSON value.
///
/// # Errors
/// What is wrong, with its place, without a character of the text.
pub fn parse(text: &str) -> Result<Parsed, String> {
    let twice = RefCell::new(Vec::new());
    let mut reader = serde_json::Deserializer::from_str(text);
    let told = |error: serde_json::Error| {
        // The words of serde_json may quote the text; place and kind do not.
        let kind = match error.classify() {
            serde_json::error::Category::Eof => "it ends too early",
            serde_json::error::Category::Data => "it is nested deeper than 16 levels",
            _ => "it is not JSON",
        };
        format!("{kind} (line {}, column {})", error.line(), error.column())
    };
    let value = Node { depth: 0, twice: &twice }.deserialize(&mut reader).map_err(told)?;
    reader.end().map_err(told)?;
    let mut twice = twice.into_inner();
    twice.sort();
    twice.dedup();
    Ok(Parsed { value, twice })
}

#[derive(Clone, Copy)]
struct Node<'a> {
    depth: usize,
    twice: &'a RefCell<Vec<String>>,
}

impl<'a> Node<'a> {
    fn inner<E: Error>(self) -> Result<Node<'a>, E> {
        if self.depth == DEPTH { Err(E::custom("too deep")) } else { Ok(Self { depth: self.depth + 1, ..self }) }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(inner)?;
            if map.contains_key(&name) {
                self.twice.borrow_mut().push(name);
            } else {
                map.insert(name, value);
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_found_at_any_depth_and_however_they_are_written() {
        let parsed = parse(r#"{"a":1,"b":{"aud":"x","\u0061ud":"y"},"a":2}"#).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(parsed.twice, ["a", "aud"]);
        assert_eq!(parsed.value["a"], 1, "the first of twins is kept, so that what is shown is what was seen first");
    }

    #[test]
    fn depth_and_rest_are_bounded_and_nothing_of_the_text_is_told() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&deep(DEPTH)).is_ok());
        assert!(parse(&deep(DEPTH + 1)).is_err_and(|fault| fault.contains("16 levels")));
        assert!(parse(r#"{"a":1} {"#).is_err());
        let fault = parse(r#"{"secret": hunter2}"#).err().unwrap_or_default();
        assert!(!fault.contains("hunter") && fault.contains("line 1"), "{fault}");
    }
}
