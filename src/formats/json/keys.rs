//! Keys of objects: each may stand only once in its object, however it is spelled.

use std::io::Read;

use super::super::{Fault, FaultKind};
use super::Splitter;

/// A key of an object that is still kept: its hash and its place including the quotes.
#[derive(Clone, Copy)]
pub struct Key {
    hash: u64,
    /// Offset of the opening quote.
    pub from: u64,
    /// Offset behind the closing quote.
    pub to: u64,
}

/// Keys up to this count are compared as they come; larger objects are sorted when they close.
const FEW_KEYS: usize = 24;
impl<R: Read> Splitter<R> {
    /// Takes a key and its colon, and checks it against the keys of its object, which start at `level`.
    pub(super) fn key(&mut self, level: usize) -> Result<Key, Fault> {
        if self.input.token()? != b'"' {
            return self.input.unexpected("a key in quotes");
        }
        let from = self.input.offset();
        let escaped = self.input.string()?;
        let to = self.input.offset();
        let quoted = self.input.bytes(from, to);
        if quoted.len() > self.rules.limits.key_bytes + 2 {
            return self.input.fault_at(from, FaultKind::Limit, format!("A key is longer than {} bytes.", self.rules.limits.key_bytes));
        }
        let hash = if escaped { hash(&unescaped(quoted)) } else { hash(&quoted[1..quoted.len() - 1]) };
        let key = Key { hash, from, to };
        let seen = &self.keys[level..];
        if seen.len() < FEW_KEYS && seen.iter().any(|other| other.hash == hash && self.same_text(*other, key)) {
            return self.input.fault_at(from, FaultKind::Syntax, "One object holds this key twice.");
        }
        self.keys.push(key);
        if self.input.token()? != b':' {
            return self.input.unexpected("a colon");
        }
        self.input.at += 1;
        Ok(key)
    }

    fn same_text(&self, a: Key, b: Key) -> bool {
        unescaped(self.input.bytes(a.from, a.to)) == unescaped(self.input.bytes(b.from, b.to))
    }

    /// Forgets the keys of an object that closed, after looking for twins if it has many.
    pub(super) fn close_keys(&mut self, level: usize) -> Result<(), Fault> {
        if self.keys.len() - level > FEW_KEYS {
            let mut texts: Vec<(Vec<u8>, u64)> =
                self.keys[level..].iter().map(|key| (unescaped(self.input.bytes(key.from, key.to)), key.from)).collect();
            texts.sort_unstable();
            if let Some(twin) = texts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return self.input.fault_at(twin[1].1, FaultKind::Syntax, "One object holds this key twice.");
            }
        }
        self.keys.truncate(level);
        Ok(())
    }
}

/// The bytes of a quoted key, escapes resolved so that two spellings of one key are the same.
pub fn unescaped(quoted: &[u8]) -> Vec<u8> {
    let inner = &quoted[1..quoted.len() - 1];
    if inner.contains(&b'\\') {
        // A lone surrogate has no text; such a key stays as written, which still compares exactly.
        if let Ok(text) = serde_json::from_slice::<String>(quoted) {
            return text.into_bytes();
        }
    }
    inner.to_vec()
}

/// A quick mix for comparing few keys; equal hashes are compared byte by byte.
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    for eight in bytes.chunks(8) {
        let mut word = [0u8; 8];
        word[..eight.len()].copy_from_slice(eight);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    hash
}
