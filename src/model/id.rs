//! Ids: small integers inside an inventory, 128-bit deterministic ids outside it (domain.md 2.1, D3).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::kinds::{Kind, Source};

/// Number of a revision; gapless, starts at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Revision(pub i64);

/// Integer id of an entity inside one inventory file (row of the key table). 0 means none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct EntityId(pub u32);

impl EntityId {
    /// Stands for "no entity" where a column must hold an integer.
    pub const NONE: Self = Self(0);
    /// Whether this names an entity.
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }
}

/// The 128-bit id that leaves the inventory: first 16 bytes of SHA-256 over the JCS array
/// `[kind, source, instance, natural_key]` (domain.md 2.1).
pub fn public_digest(kind: Kind, source: Source, instance: &str, natural_key: &str) -> [u8; 16] {
    let mut array = String::with_capacity(32 + instance.len() + natural_key.len());
    for (lead, text) in [('[', kind.as_str()), (',', source.as_str()), (',', instance), (',', natural_key)] {
        array.push(lead);
        // JCS of a text is what serde_json writes: minimal escapes (RFC 8785 3.2.2.2). Most texts need none at all.
        if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            array.push('"');
            array.push_str(text);
            array.push('"');
        } else {
            array.push_str(&serde_json::json!(text).to_string());
        }
    }
    array.push(']');
    let mut first = [0; 16];
    first.copy_from_slice(&Sha256::digest(array.as_bytes())[..16]);
    first
}

/// [`public_digest`] as 32 hex digits: what exports and answers carry (D3).
pub fn public_id(kind: Kind, source: Source, instance: &str, natural_key: &str) -> String {
    hex(&public_digest(kind, source, instance, natural_key))
}

/// Lower-case hex of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)] as char);
        out.push(DIGITS[usize::from(byte & 15)] as char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_id_is_stable_across_versions() {
        let id = public_id(Kind::Client, Source::Entra, "default", "a");
        assert_eq!(id.len(), 32);
        assert_eq!(id, hex(&Sha256::digest(br#"["client","entra","default","a"]"#)[..16]));
    }

    /// The quick way for plain texts and the way with escapes must be one function.
    #[test]
    fn public_id_is_that_of_the_whole_array() {
        for key in ["plain", "quo\"te", "back\\slash", "line\nend", "\u{1}", "über \u{7f}", ""] {
            let array = serde_json::json!(["scope", "keycloak", key, key]).to_string();
            assert_eq!(public_id(Kind::Scope, Source::Keycloak, key, key), hex(&Sha256::digest(array.as_bytes())[..16]), "{key:?}");
        }
    }
}
