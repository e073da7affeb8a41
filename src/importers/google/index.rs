//! What must be known of other records before one can be stated: when tokens were revoked and apps used last. Filled by a
//! first pass over all files of the set, so that their order does not matter. Grows with the number of clients and of
//! revocations, of which only a hash and a time are kept.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::importers::listed::tree::Tree;
use crate::model::time::Millis;

/// See the module.
#[derive(Debug, Default)]
pub struct Index {
    revoked: HashMap<u64, Millis>,
    used: BTreeMap<String, Millis>,
}

/// One event of an activity. The API writes a list of them, collectors of logs split it and write one.
pub fn events(tree: &Tree) -> &[Tree] {
    tree.at("events").many()
}

/// Value of a parameter of an event.
pub fn parameter<'t>(event: &'t Tree, name: &str) -> &'t Tree {
    const NONE: &Tree = &Tree::Null;
    let found = event.at("parameters").many().iter().find(|parameter| parameter.at("name").text() == Some(name));
    found.map_or(NONE, |parameter| {
        ["value", "multiValue", "intValue", "boolValue"]
            .iter()
            .map(|key| parameter.at(key))
            .find(|value| **value != Tree::Null)
            .unwrap_or(NONE)
    })
}

/// Who did it: an id, else an address.
pub fn actor(tree: &Tree) -> Option<String> {
    let actor = tree.at("actor");
    let number = actor.at("profileId").whole().map(|id| id.to_string());
    actor.at("profileId").key().map(str::to_owned).or(number).or_else(|| actor.at("email").key().map(str::to_owned))
}

fn hash(client: &str, user: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (client.to_lowercase(), user.to_lowercase()).hash(&mut hasher);
    hasher.finish()
}

impl Index {
    /// First look at an activity.
    pub fn note(&mut self, tree: &Tree) {
        let (Some(at), Some(user)) = (tree.path(&["id", "time"]).happened(), actor(tree)) else { return };
        for event in events(tree) {
            let Some(client) = parameter(event, "client_id").key() else { continue };
            match event.at("name").text() {
                Some("revoke") => {
                    let last = self.revoked.entry(hash(client, &user)).or_insert(at);
                    *last = at.max(*last);
                }
                Some("activity") => {
                    let last = self.used.entry(client.to_owned()).or_insert(at);
                    *last = at.max(*last);
                }
                _ => {}
            }
        }
    }

    /// When a user took an app's access away, if that was after a time.
    pub fn revoked(&self, client: &str, user: &str, after: Option<Millis>) -> Option<Millis> {
        self.revoked.get(&hash(client, user)).copied().filter(|at| after.is_none_or(|after| *at >= after))
    }

    /// When an app was used last.
    pub fn used(&self, client: &str) -> Option<Millis> {
        self.used.get(client).copied()
    }
}
