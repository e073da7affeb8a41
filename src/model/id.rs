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
/// `[kind, source, instance, natural_key]`, as 32 hex digits (domain.md 2.1).
pub fn public_id(kind: Kind, source: Source, instance: &str, natural_key: &str) -> String {
    // JCS of an array of strings is what serde_json writes: no spaces, minimal escapes (RFC 8785 3.2.2.2).
    let array = serde_json::json!([kind.as_str(), source.as_str(), instance, natural_key]).to_string();
    hex(&Sha256::digest(array.as_bytes())[..16])
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
}
