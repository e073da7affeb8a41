//! Identifiers that Graph gives as bytes.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::wire::Blank;

/// Bytes as base64 (Graph), hexadecimal (Azure CLI) or a list of numbers (Windows PowerShell).
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Bytes(pub Option<Vec<u8>>);

impl Blank for Bytes {
    fn blank(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Take;
        impl<'de> Visitor<'de> for Take {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes as text or a list of numbers")
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Bytes(None))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Bytes(decode_bytes(text)))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Bytes(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut out = Vec::new();
                while let Some(byte) = list.next_element::<u8>()? {
                    out.push(byte);
                }
                Ok(Bytes((!out.is_empty()).then_some(out)))
            }
        }
        deserializer.deserialize_any(Take)
    }
}

fn decode_bytes(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.len().is_multiple_of(2) && text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect();
    }
    // An identifier that is no base64 is one all the same: old portals stored labels here.
    base64::engine::general_purpose::STANDARD.decode(text).ok().or_else(|| Some(text.as_bytes().to_vec()))
}
