//! Scores of token parts. A part is scored once, whoever asks.

use hashbrown::HashMap;

use crate::blast::UnitScore;
use crate::blast::all::Desk;
use crate::model::estate::{AudienceIx, Estate, ScopeIx};
use crate::reach::{Token, Unit, View};

/// One audience and what is needed there; the smallest thing that a split moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Audience.
    pub audience: AudienceIx,
    /// Scopes needed there, ascending.
    pub scopes: Vec<ScopeIx>,
}

/// Six factors of exposure, per mille, each with its "assumed" flag.
type Factors = [(i64, bool); 6];

/// What is known of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartFigures {
    /// Score of the token that covers it.
    pub score: UnitScore,
}

impl PartFigures {
    /// Reach units in 10^-15.
    pub(crate) const fn reach(&self) -> i128 {
        self.score.reach_wide()
    }
}

/// Scores parts of one set of items.
pub struct Scorer<'a> {
    view: View<'a>,
    items: &'a [Item],
    breadth: i64,
    exposure: Factors,
    desk: Desk,
    known: HashMap<(Vec<u16>, Factors), PartFigures>,
}

impl<'a> Scorer<'a> {
    /// A scorer for tokens of this breadth (1000 = machine token) and exposure.
    pub fn new(view: View<'a>, items: &'a [Item], breadth: i64, exposure: Factors) -> Self {
        let desk = Desk::new(&view);
        Self { view, items, breadth, exposure, desk, known: HashMap::new() }
    }

    /// Number of items.
    pub const fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is nothing to split.
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items.
    pub const fn items(&self) -> &'a [Item] {
        self.items
    }

    /// The estate.
    pub(crate) const fn estate(&self) -> &'a Estate {
        self.view.estate
    }

    /// Exposure that a part inherits.
    pub const fn exposure(&self) -> Factors {
        self.exposure
    }

    /// The token unit of a part; for its explanation and its picture.
    pub fn unit(&self, part: &[usize], exposure: Option<Factors>) -> Unit {
        let scopes = part.iter().flat_map(|item| self.items[*item].scopes.iter().copied()).collect();
        let name = "token".to_owned();
        Unit::Token(Token { name, scopes, breadth: self.breadth, exposure: exposure.unwrap_or(self.exposure) })
    }

    /// Figures of a part, given as ascending item numbers.
    pub fn part(&mut self, part: &[usize], exposure: Option<Factors>) -> PartFigures {
        let key = (part.iter().map(|item| *item as u16).collect(), exposure.unwrap_or(self.exposure));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let unit = self.unit(part, exposure);
        let figures = PartFigures { score: self.desk.score(&self.view, &unit) };
        self.known.insert(key, figures);
        figures
    }
}
