//! Scores of token parts. A part is scored once, whoever asks.

use hashbrown::HashMap;

use crate::blast::UnitScore;
use crate::blast::all::Desk;
use crate::blast::exposure::{Easing, weakest};
use crate::model::estate::{AudienceIx, Estate, ScopeIx};
use crate::reach::{Token, Unit, View};

/// One audience and what is needed there; the smallest thing that a split moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Audience.
    pub audience: AudienceIx,
    /// Scopes needed there, ascending.
    pub scopes: Vec<ScopeIx>,
    /// Those of them that were granted for some objects only, ascending.
    pub narrowed: Vec<ScopeIx>,
}

/// Six factors of exposure, per mille, each with its "assumed" flag.
pub type Factors = [(i64, bool); 6];

/// What a token does not inherit from its subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Terms {
    /// Exposure of its own.
    pub exposure: Option<Factors>,
    /// Scopes that it carries, where those are not all that its items need.
    pub scopes: Option<Vec<ScopeIx>>,
}

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
    known: HashMap<Vec<u16>, PartFigures>,
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
    pub fn unit(&self, part: &[usize], terms: &Terms) -> Unit {
        let needed = || part.iter().flat_map(|item| self.items[*item].scopes.iter().copied());
        let carried = |scope: &ScopeIx| terms.scopes.as_ref().is_none_or(|carried| carried.contains(scope));
        let mut narrowed: Vec<ScopeIx> = part.iter().flat_map(|item| self.items[*item].narrowed.iter().copied()).collect();
        narrowed.sort_unstable();
        Unit::Token(Token {
            name: "token".to_owned(),
            scopes: needed().filter(carried).collect(),
            narrowed,
            breadth: self.breadth,
            exposure: terms.exposure.unwrap_or(self.exposure),
        })
    }

    /// Figures of a part with inherited exposure, given as ascending item numbers.
    pub fn part(&mut self, part: &[usize]) -> PartFigures {
        let key: Vec<u16> = part.iter().map(|item| *item as u16).collect();
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let figures = self.on_terms(part, &Terms::default());
        self.known.insert(key, figures);
        figures
    }

    /// Figures of a part on terms of its own.
    pub fn on_terms(&mut self, part: &[usize], terms: &Terms) -> PartFigures {
        let unit = self.unit(part, terms);
        PartFigures { score: self.desk.score(&self.view, &unit) }
    }
}

/// The exposure of the weakest link of a unit: what a part inherits when grants are split over separate credentials.
pub fn standing_exposure(view: &View, unit: &Unit) -> Factors {
    weakest(view, unit, &Easing::default()).0.factors
}
