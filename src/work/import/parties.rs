//! Which entity stands behind each party, for each kind that its names were used for.
//!
//! Asked several times for every grant, so it is two look-ups in arrays. Knows names only by their numbers, and nothing
//! of where entities come from.

use super::names::{Alias, NO_ALIAS, Names};

/// One kind of a party.
#[derive(Debug, Clone, Copy)]
pub struct Party {
    /// Entity, 0 for none yet.
    pub entity: u32,
    /// Name that becomes the natural key.
    pub best: Alias,
    /// How good that name is; lower is better.
    pub order: u8,
    /// Whether the inventory does not have the entity yet.
    pub is_new: bool,
}

/// All parties.
pub struct Parties {
    /// By name: where the kinds of its party begin, if it is the first name of one.
    first: Vec<u32>,
    /// The kinds of each party in the order of their codes.
    list: Vec<Party>,
}

impl Parties {
    /// A place for each kind that the names of each party were used for. The names are settled.
    pub fn new(names: &Names) -> Self {
        let mut places = 0;
        let first = (0..names.len() as Alias)
            .map(|alias| {
                let own = places;
                if names.root_of(alias) == alias {
                    places += names.kinds(alias).count_ones();
                }
                own
            })
            .collect();
        Self { first, list: vec![Party { entity: 0, best: NO_ALIAS, order: u8::MAX, is_new: true }; places as usize] }
    }

    fn place(&self, names: &Names, root: Alias, kind: u8) -> Option<usize> {
        let (kinds, bit) = (names.kinds(root), 1u16 << kind);
        (kinds & bit != 0).then(|| self.first[root as usize] as usize + (kinds & (bit - 1)).count_ones() as usize)
    }

    /// A kind of the party with this first name.
    pub fn get(&self, names: &Names, root: Alias, kind: u8) -> Option<&Party> {
        self.list.get(self.place(names, root, kind)?).filter(|party| party.best != NO_ALIAS)
    }

    /// As [`Parties::get`], to be changed.
    pub fn get_mut(&mut self, names: &Names, root: Alias, kind: u8) -> Option<&mut Party> {
        let at = self.place(names, root, kind)?;
        self.list.get_mut(at).filter(|party| party.best != NO_ALIAS)
    }

    /// Says that a party has a name that means something for a kind.
    pub fn called(&mut self, names: &Names, root: Alias, kind: u8, alias: Alias, order: u8) {
        if let Some(party) = self.place(names, root, kind).and_then(|at| self.list.get_mut(at))
            && (party.best == NO_ALIAS || order < party.order)
        {
            party.best = alias;
            party.order = order;
        }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Party> {
        self.list.iter().filter(|party| party.best != NO_ALIAS)
    }
}
