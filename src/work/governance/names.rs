//! Finds audiences and clients by public id, identifier or unique name, for files with many of them: one pass over the inventory, then
//! look-ups. What has several meanings names none.

use std::collections::HashMap;

use crate::model::id::EntityId;
use crate::work::answers::Answers;

/// What one name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    One(u32),
    Several,
}

/// Names of one kind of thing.
#[derive(Debug, Default)]
struct Table {
    ids: HashMap<String, u32>,
    identifiers: HashMap<String, Meaning>,
    names: HashMap<String, Meaning>,
}

impl Table {
    fn add(&mut self, at: u32, id: &str, identifiers: impl Iterator<Item = String>, name: &str) {
        let put = |table: &mut HashMap<String, Meaning>, word: String| {
            if !word.is_empty() {
                table
                    .entry(word)
                    .and_modify(|known| {
                        if *known != Meaning::One(at) {
                            *known = Meaning::Several;
                        }
                    })
                    .or_insert(Meaning::One(at));
            }
        };
        self.ids.insert(id.to_owned(), at);
        for identifier in identifiers {
            put(&mut self.identifiers, identifier.to_lowercase());
        }
        put(&mut self.names, name.to_lowercase());
    }

    fn find(&self, text: &str) -> Result<usize, &'static str> {
        let wanted = text.trim().to_lowercase();
        if let Some(at) = self.ids.get(&wanted) {
            return Ok(*at as usize);
        }
        match self.identifiers.get(&wanted).or_else(|| self.names.get(&wanted)) {
            Some(Meaning::One(at)) => Ok(*at as usize),
            Some(Meaning::Several) => Err("several have that name; use the id"),
            None => Err("nothing is called so"),
        }
    }
}

/// Names of audiences and clients.
#[derive(Debug)]
pub struct Names {
    audiences: Table,
    clients: Table,
}

impl Names {
    /// Reads all names of a revision.
    pub fn new(answers: &Answers) -> Self {
        let mut this = Self { audiences: Table::default(), clients: Table::default() };
        let identifiers = |entity: EntityId| {
            let key = answers.index.natural_key(&answers.rows, entity).map(str::to_owned);
            key.into_iter().chain(answers.index.identifiers(&answers.rows, entity).iter().map(|row| row.value.clone()))
        };
        for (at, view) in answers.audiences.iter().enumerate() {
            let row = &answers.rows.audiences[view.row as usize];
            let all = identifiers(row.entity).chain(identifiers(row.client).filter(|_| row.client.is_some()));
            this.audiences.add(at as u32, &view.id, all, &answers.estate.audiences[at].name);
        }
        for (at, view) in answers.clients.iter().enumerate() {
            let row = &answers.rows.clients[view.row as usize];
            this.clients.add(at as u32, &view.id, identifiers(row.entity), &row.display_name);
        }
        this
    }

    /// The audience that a text names, as its index.
    ///
    /// # Errors
    /// None or several, in words.
    pub fn audience(&self, text: &str) -> Result<usize, &'static str> {
        self.audiences.find(text)
    }

    /// The client that a text names, as its index.
    ///
    /// # Errors
    /// None or several, in words.
    pub fn client(&self, text: &str) -> Result<usize, &'static str> {
        self.clients.find(text)
    }

    /// What to write for an audience so that reading finds it again: its name if that leads to it, else its id.
    pub fn of_audience(&self, answers: &Answers, at: usize) -> String {
        let name = &answers.estate.audiences[at].name;
        if self.audience(name) == Ok(at) && name.trim() == name { name.clone() } else { answers.audiences[at].id.clone() }
    }

    /// What to write for a client: its name if that leads to it, else its id.
    pub fn of_client(&self, answers: &Answers, at: usize) -> String {
        let name = answers.client_name(at);
        if self.client(name) == Ok(at) && name.trim() == name { name.to_owned() } else { answers.clients[at].id.clone() }
    }
}
