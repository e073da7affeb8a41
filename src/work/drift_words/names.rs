//! Names of what differs: as they are in the later revision, else as they last were.

use std::collections::HashMap;

use crate::model::id::EntityId;
use crate::store::drift::Drift;
use crate::work::answers::Answers;

/// Finds names.
pub struct Names<'a> {
    answers: &'a Answers,
    former: HashMap<EntityId, &'a str>,
}

impl<'a> Names<'a> {
    /// Gathers the names of what is not there any more.
    pub fn new(answers: &'a Answers, drift: &'a Drift) -> Self {
        // Rows that describe one entity have one identifying cell.
        let described = drift.lines.iter().filter(|line| line.key.len() == 1);
        let former =
            described.filter_map(|line| Some((line.entity, line.text_before("value").or_else(|| line.text_before("display_name"))?)));
        Self { answers, former: former.collect() }
    }

    /// Name of an entity, imported text; with `former`, what is gone is called by its last name.
    pub fn of(&self, entity: EntityId, former: bool) -> Option<String> {
        let key = || self.answers.index.natural_key(&self.answers.rows, entity).map(str::to_owned);
        let now = self.answers.entity_name(entity).filter(|name| !name.is_empty());
        now.or_else(key).or_else(|| self.former.get(&entity).filter(|_| former).map(|name| (*name).to_owned()))
    }
}
