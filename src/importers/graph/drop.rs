//! Drops what the allow-list does not name, and counts the secrets in it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::formats::text::is_mask;

/// Fields that hold a secret wherever they stand (formats.md 0.5), in lower case.
pub fn is_secret(key: &str) -> bool {
    matches!(
        key,
        "secrettext"
            | "hint"
            | "clientsecret"
            | "client_secret"
            | "secret"
            | "privatekey"
            | "private_key"
            | "password"
            | "passphrase"
            | "accesstoken"
            | "access_token"
            | "refreshtoken"
            | "refresh_token"
            | "token"
    )
}

/// A key in lower case without allocation; keys too long to be wanted are empty.
pub struct Folded {
    bytes: [u8; 64],
    length: usize,
}

impl Default for Folded {
    fn default() -> Self {
        Self { bytes: [0; 64], length: 0 }
    }
}

impl Folded {
    /// The key.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl<'de> DeserializeSeed<'de> for &mut Folded {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for &mut Folded {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        self.length = if key.len() <= self.bytes.len() { key.len() } else { 0 };
        for (to, from) in self.bytes.iter_mut().zip(key.bytes().take(self.length)) {
            *to = from.to_ascii_lowercase();
        }
        Ok(())
    }
}

/// Drops a value and counts the secrets in it.
pub struct Drop {
    /// Whether the field is named like a secret.
    pub secret: bool,
}

impl<'de> DeserializeSeed<'de> for Drop {
    type Value = u32;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u32, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Drop {
    type Value = u32;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<u32, E> {
        Ok(u32::from(self.secret && !is_mask(text)))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<u32, E> {
        Ok(0)
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<u32, E> {
        Ok(u32::from(self.secret))
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<u32, E> {
        Ok(u32::from(self.secret))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<u32, E> {
        Ok(u32::from(self.secret))
    }
    fn visit_unit<E: Error>(self) -> Result<u32, E> {
        Ok(0)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u32, A::Error> {
        let mut dropped = 0;
        while let Some(inside) = list.next_element_seed(Drop { secret: self.secret })? {
            dropped += inside;
        }
        // A key as a list of bytes is one secret.
        Ok(if self.secret { dropped.min(1) } else { dropped })
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u32, A::Error> {
        let mut dropped = 0;
        let mut folded = Folded::default();
        while map.next_key_seed(&mut folded)?.is_some() {
            dropped += map.next_value_seed(Drop { secret: is_secret(folded.as_str()) })?;
        }
        Ok(dropped)
    }
}
