//! Which names mean the same thing: every name that a source uses becomes a small number, and names that are stated
//! together are united into a party. An entity is a kind and a party.
//!
//! Only hashes are kept, 16 bytes for a name, so that an estate with millions of names stays small. The hash is keyed
//! with numbers made for this import alone: a file cannot be written so that two of its names collide.

use std::hash::{Hash, Hasher};

use hashbrown::HashTable;
use rand_core::{OsRng, RngCore};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::model::kinds::{Kind, PrincipalKind, Scheme};

/// Number of a name.
pub type Alias = u32;
/// Number of a source instance as files speak of it; several may turn out to be one.
pub type SlotIx = u16;
/// No name.
pub const NO_ALIAS: Alias = u32::MAX;

/// Ids that a source gives out once, whatever they name; other names only mean something within a kind of entity.
const fn is_global(scheme: Scheme) -> bool {
    matches!(scheme, Scheme::ClientId | Scheme::ObjectId | Scheme::AppObjectId | Scheme::Uuid)
}

/// Kind inside which a name means something; 0 = in all.
pub const fn class(kind: Kind, scheme: Scheme) -> u8 {
    if is_global(scheme) { 0 } else { kind as u8 }
}

/// Which name of a party becomes its natural key: the lowest.
pub const fn key_order(scheme: Scheme) -> u8 {
    match scheme {
        Scheme::ClientId => 0,
        Scheme::KeyId => 1,
        Scheme::Name => 2,
        Scheme::Uuid => 3,
        Scheme::ObjectId => 4,
        Scheme::AppObjectId => 5,
        Scheme::Uri => 6,
        Scheme::Tenant => 7,
        Scheme::Upn => 8,
    }
}

/// The natural key that a name makes. Schemes that people do not take for the name itself are said before it.
pub fn natural_key(scheme: Scheme, value: &str) -> String {
    match scheme {
        Scheme::ClientId | Scheme::KeyId | Scheme::Name => value.to_owned(),
        _ => format!("{}:{value}", scheme.as_str()),
    }
}

/// The name that a natural key was made of.
pub fn name_of_key(scheme: Scheme, key: &str) -> &str {
    match scheme {
        Scheme::ClientId | Scheme::KeyId | Scheme::Name => key,
        _ => key.strip_prefix(scheme.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(key),
    }
}

/// All names of an import and of the inventory that it goes into.
pub struct Names {
    /// Keyed for this import.
    keyed: SipHasher13,
    /// What each slot adds to the hashes of its names.
    marks: Vec<u128>,
    table: HashTable<Alias>,
    hashes: Vec<u128>,
    /// Union-find; the root of a party is its first name.
    parent: Vec<Alias>,
    slot: Vec<SlotIx>,
    /// Scheme in the low four bits, class in the high four.
    sort: Vec<u8>,
    /// Kinds of entity that this name was used for, as bits.
    kinds: Vec<u16>,
    /// What a principal is taken for when no record describes it.
    principal: Vec<u8>,
}

struct Folding<H>(H);

impl<H: Hasher> Folding<H> {
    /// ASCII letters without case, in blocks, because names are hashed millions of times.
    fn text(&mut self, text: &str) {
        let mut block = [0u8; 64];
        for chunk in text.as_bytes().chunks(block.len()) {
            block[..chunk.len()].copy_from_slice(chunk);
            block[..chunk.len()].make_ascii_lowercase();
            self.0.write(&block[..chunk.len()]);
        }
        self.0.write_u8(0xff);
    }
}

impl Names {
    /// No names yet.
    #[allow(clippy::new_without_default, reason = "random keys are made on purpose, not by default")]
    pub fn new() -> Self {
        Self {
            keyed: SipHasher13::new_with_keys(OsRng.next_u64(), OsRng.next_u64()),
            marks: Vec::new(),
            table: HashTable::new(),
            hashes: Vec::new(),
            parent: Vec::new(),
            slot: Vec::new(),
            sort: Vec::new(),
            kinds: Vec::new(),
            principal: Vec::new(),
        }
    }

    /// How many names there are.
    #[allow(clippy::len_without_is_empty, reason = "nobody asks whether there is no name")]
    pub const fn len(&self) -> usize {
        self.parent.len()
    }

    /// Hash of anything that must be found equal again in this import.
    pub fn hash(&self, parts: impl Hash, text: &str) -> u128 {
        let mut hasher = Folding(self.keyed);
        parts.hash(&mut hasher.0);
        hasher.text(text);
        hasher.0.finish128().as_u128()
    }

    /// The part of a hash that says to which slot a name belongs; it can be taken out again.
    fn slot_mark(&mut self, slot: SlotIx) -> u128 {
        while self.marks.len() <= usize::from(slot) {
            let mut hasher = self.keyed;
            ("slot", self.marks.len()).hash(&mut hasher);
            self.marks.push(hasher.finish128().as_u128());
        }
        self.marks[usize::from(slot)]
    }

    /// The number of a name, and whether it is new.
    pub fn intern(&mut self, slot: SlotIx, kind: Kind, scheme: Scheme, value: &str) -> (Alias, bool) {
        let (alias, new) = self.mention(slot, kind, scheme, value);
        self.kinds[alias as usize] |= 1 << (kind as u16);
        (alias, new)
    }

    /// As [`Names::intern`], but does not say that there is such an entity.
    pub fn mention(&mut self, slot: SlotIx, kind: Kind, scheme: Scheme, value: &str) -> (Alias, bool) {
        let sort = (class(kind, scheme) << 4) | scheme as u8;
        let hash = self.hash(sort, value) ^ self.slot_mark(slot);
        self.intern_hash(hash, slot, sort)
    }

    fn intern_hash(&mut self, hash: u128, slot: SlotIx, sort: u8) -> (Alias, bool) {
        let hashes = &self.hashes;
        if let Some(&alias) = self.table.find(hash as u64, |&alias| hashes[alias as usize] == hash) {
            return (alias, false);
        }
        let alias = self.hashes.len() as Alias;
        self.hashes.push(hash);
        self.parent.push(alias);
        self.slot.push(slot);
        self.sort.push(sort);
        self.kinds.push(0);
        self.principal.push(0);
        let hashes = &self.hashes;
        self.table.insert_unique(hash as u64, alias, |&alias| hashes[alias as usize] as u64);
        (alias, true)
    }

    /// First name of a party.
    pub fn root(&mut self, mut alias: Alias) -> Alias {
        loop {
            let parent = self.parent[alias as usize];
            if parent == alias {
                return alias;
            }
            let above = self.parent[parent as usize];
            self.parent[alias as usize] = above;
            alias = above;
        }
    }

    /// First name of a party, without shortening the way.
    pub fn root_of(&self, mut alias: Alias) -> Alias {
        while self.parent[alias as usize] != alias {
            alias = self.parent[alias as usize];
        }
        alias
    }

    /// Says that two names mean the same.
    pub fn unite(&mut self, a: Alias, b: Alias) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            // The earlier name stays the root, so that the order of parties is the order of their first names.
            let (first, second) = if a < b { (a, b) } else { (b, a) };
            self.parent[second as usize] = first;
        }
    }

    /// Marks a name as used for a kind.
    pub fn used_for(&mut self, alias: Alias, kind: Kind) {
        self.kinds[alias as usize] |= 1 << (kind as u16);
    }

    /// Kinds that a name was used for.
    pub fn kinds(&self, alias: Alias) -> u16 {
        self.kinds[alias as usize]
    }

    /// What kind of name it is, and inside which kind it means something (0 = all).
    pub fn sort(&self, alias: Alias) -> (Option<Scheme>, u8) {
        let sort = self.sort[alias as usize];
        (Scheme::from_code(i64::from(sort & 15)), sort >> 4)
    }

    /// Slot of a name.
    pub fn slot(&self, alias: Alias) -> SlotIx {
        self.slot[alias as usize]
    }

    /// Says what a principal is, as far as a grant knows.
    pub fn hint_principal(&mut self, alias: Alias, kind: PrincipalKind) {
        let known = &mut self.principal[alias as usize];
        if *known == 0 || kind != PrincipalKind::Unknown {
            *known = kind as u8;
        }
    }

    /// What a grant said that a principal is.
    pub fn principal_hint(&self, alias: Alias) -> Option<PrincipalKind> {
        PrincipalKind::from_code(i64::from(self.principal[alias as usize]))
    }

    /// Lets the names of one slot mean what the same names mean in another.
    pub fn merge_slots(&mut self, from: SlotIx, into: SlotIx) {
        let change = self.slot_mark(from) ^ self.slot_mark(into);
        for alias in 0..self.hashes.len() {
            if self.slot[alias] == from {
                let hash = self.hashes[alias] ^ change;
                let hashes = &self.hashes;
                let found = self.table.find(hash as u64, |&other| hashes[other as usize] == hash).copied();
                self.slot[alias] = into;
                if let Some(other) = found {
                    // It is the same name; the other one speaks for both.
                    self.sort[alias] = 0;
                    self.unite(alias as Alias, other);
                }
            }
        }
    }

    /// Shortens all ways, gives every root the kinds and hints of its party, and forgets the hashes.
    pub fn settle(&mut self) {
        for alias in 0..self.parent.len() as Alias {
            let root = self.root(alias);
            self.parent[alias as usize] = root;
            if root != alias {
                self.kinds[root as usize] |= self.kinds[alias as usize];
                let hint = self.principal[alias as usize];
                if hint != 0 && (self.principal[root as usize] == 0 || self.principal[root as usize] == PrincipalKind::Unknown as u8) {
                    self.principal[root as usize] = hint;
                }
            }
        }
        self.table = HashTable::new();
        self.hashes = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stated_together_are_one_party_whatever_their_case_and_order() {
        let mut names = Names::new();
        let (a, new) = names.intern(0, Kind::Client, Scheme::ClientId, "Abc");
        let (o, _) = names.intern(0, Kind::Client, Scheme::ObjectId, "o-1");
        let (reference, _) = names.intern(0, Kind::Principal, Scheme::ObjectId, "O-1");
        assert!(new);
        assert_eq!(o, reference, "an object id means the same for every kind");
        names.unite(o, a);
        assert_eq!(names.root(reference), a);
        assert_eq!(names.intern(0, Kind::Client, Scheme::ClientId, "aBC"), (a, false));
        assert_ne!(names.intern(1, Kind::Client, Scheme::ClientId, "abc").0, a, "another instance is another thing");
        let owner = names.intern(0, Kind::Owner, Scheme::Name, "pay").0;
        assert_ne!(names.intern(0, Kind::Client, Scheme::Name, "pay").0, owner, "a display name means nothing across kinds");
    }

    #[test]
    fn slots_that_turn_out_to_be_one_instance_share_their_names() {
        let mut names = Names::new();
        let (old, _) = names.intern(0, Kind::Client, Scheme::ClientId, "abc");
        let (new, _) = names.intern(3, Kind::Client, Scheme::ClientId, "ABC");
        let (other, _) = names.intern(3, Kind::Client, Scheme::ClientId, "other");
        names.merge_slots(3, 0);
        assert_eq!(names.root(new), old);
        assert_eq!((names.root(other), names.slot(other)), (other, 0));
    }
}
