//! Scopes of an import: known by value and kind, or by the id that a source uses, always at one audience.

use hashbrown::HashTable;

use super::names::{Alias, Names};
use crate::model::facts::ScopeRef;
use crate::model::kinds::ScopeKind;

/// One way in which a scope was named.
pub struct ScopeName {
    /// A name of its audience.
    pub audience: Alias,
    /// True when `text` is the id that the source uses, not the value.
    pub by_id: bool,
    /// Kind; of one named by id what it becomes when no file describes it.
    pub kind: ScopeKind,
    /// Value or id.
    pub text: Box<str>,
    /// Entity in the inventory, 0 for none yet.
    pub entity: u32,
    /// Another name of the same scope, or itself.
    parent: u32,
}

/// All scopes of an import and of the inventory.
#[derive(Default)]
pub struct Scopes {
    names: Vec<ScopeName>,
    hashes: Vec<u128>,
    table: HashTable<u32>,
}

impl Scopes {
    /// Number of a scope's name.
    pub fn intern(&mut self, names: &Names, audience: Alias, scope: ScopeRef<'_>) -> u32 {
        let (by_id, kind, text) = match scope {
            ScopeRef::Id(kind, id) => (true, kind, id),
            ScopeRef::Value(kind, value) => (false, kind, value),
        };
        // The id alone names a scope; of one value a scope and an app role may both exist (decision D6).
        let hash = names.hash((audience, if by_id { 0 } else { kind as u8 }), text);
        let hashes = &self.hashes;
        if let Some(&found) = self.table.find(hash as u64, |&at| hashes[at as usize] == hash) {
            return found;
        }
        let at = self.names.len() as u32;
        self.names.push(ScopeName { audience, by_id, kind, text: text.into(), entity: 0, parent: at });
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash as u64, at, |&at| hashes[at as usize] as u64);
        at
    }

    /// How many names there are.
    #[allow(clippy::len_without_is_empty, reason = "nobody asks whether there is no scope")]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// A name.
    pub fn get(&self, at: u32) -> &ScopeName {
        &self.names[at as usize]
    }

    /// A name, to note its entity.
    pub fn get_mut(&mut self, at: u32) -> &mut ScopeName {
        &mut self.names[at as usize]
    }

    /// First name of a scope.
    pub fn root(&self, mut at: u32) -> u32 {
        while self.names[at as usize].parent != at {
            at = self.names[at as usize].parent;
        }
        at
    }

    /// Says that two names mean the same scope.
    pub fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (first, second) = if a < b { (a, b) } else { (b, a) };
        self.names[second as usize].parent = first;
    }

    /// Once it is known which audiences are one: unites the names that say the same of the same audience.
    pub fn settle(&mut self, names: &Names) {
        let mut order: Vec<u32> = (0..self.names.len() as u32).collect();
        let key = |name: &ScopeName| {
            (names.root_of(name.audience), name.by_id, if name.by_id { 0 } else { name.kind as u8 }, name.text.to_ascii_lowercase())
        };
        order.sort_by_cached_key(|&at| key(&self.names[at as usize]));
        for pair in order.windows(2) {
            if key(&self.names[pair[0] as usize]) == key(&self.names[pair[1] as usize]) {
                self.unite(pair[0], pair[1]);
            }
        }
        for at in 0..self.names.len() as u32 {
            self.names[at as usize].parent = self.root(at);
        }
        self.table = HashTable::new();
        self.hashes = Vec::new();
    }
}
