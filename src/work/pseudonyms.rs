//! Persons as `P-1`, `P-2` … for packs that leave the house (decision D51). The same inventory gives the same numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::model::kinds::ClientKind;

use super::answers::Answers;
use super::cell::{Cell, guard_formula};

/// Who is who.
pub struct Pseudonyms {
    by_name: HashMap<String, String>,
    /// Clients that are a person's own access: their names and identifiers name the person.
    holders: HashMap<String, String>,
    /// Pseudonym, id, name; in the order of ids.
    list: Vec<(String, String, String)>,
}

/// Columns that name persons, by table.
const COLUMNS: &[(&str, &[&str])] = &[
    ("clients", &["owner"]),
    ("credentials", &["owner"]),
    ("rotations", &["owner"]),
    ("audiences", &["owner"]),
    ("grants", &["principal"]),
    ("principals", &["name", "key"]),
    ("owners", &["name", "contact"]),
    ("vendors", &["contact"]),
    ("third_parties", &["contact"]),
];

/// Columns that name clients, by table: some clients are a person's own access.
const CLIENT_COLUMNS: &[(&str, &[&str])] = &[
    ("clients", &["name", "client_id"]),
    ("credentials", &["client"]),
    ("rotations", &["client"]),
    ("grants", &["client"]),
    ("units", &["name"]),
];

fn stands_in(columns: &[(&str, &[&str])], table: &str, field: &str) -> bool {
    columns.iter().any(|(known, fields)| *known == table && fields.contains(&field))
}

impl Pseudonyms {
    /// Numbers all principals, owners, contacts and holders of personal access tokens by order of id.
    pub fn new(answers: &Answers) -> Self {
        let mut persons: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (row, view) in answers.rows.principals.iter().zip(&answers.principals) {
            let key = answers.index.natural_key(&answers.rows, row.entity).unwrap_or_default().to_owned();
            persons.entry(view.id.clone()).or_default().extend([row.display_name.clone(), key]);
        }
        for view in &answers.owners {
            let contact = view.row.and_then(|row| answers.rows.owners[row as usize].contact.clone());
            persons.entry(view.id.clone()).or_default().extend(std::iter::once(view.name.clone()).chain(contact));
        }
        for view in &answers.vendors {
            if let Some(contact) = &view.contact {
                persons.entry(format!("contact of {}", view.id)).or_default().push(contact.clone());
            }
        }
        let holders: BTreeMap<&str, [&str; 2]> = answers
            .clients
            .iter()
            .map(|view| (view, &answers.rows.clients[view.row as usize]))
            .filter(|(_, row)| row.kind == ClientKind::PatHolder)
            .map(|(view, row)| {
                let key = answers.index.natural_key(&answers.rows, row.entity).unwrap_or_default();
                (view.id.as_str(), [row.display_name.as_str(), key])
            })
            .collect();
        for (id, names) in &holders {
            persons.entry((*id).to_owned()).or_default().push(names[0].to_owned());
        }
        let (mut by_name, mut holder_names, mut list) = (HashMap::new(), HashMap::new(), Vec::new());
        for (at, (id, names)) in persons.into_iter().enumerate() {
            let pseudonym = format!("P-{}", at + 1);
            for name in holders.get(id.as_str()).into_iter().flatten().filter(|name| !name.is_empty()) {
                holder_names.entry((*name).to_owned()).or_insert_with(|| pseudonym.clone());
            }
            list.push((pseudonym.clone(), id, names.first().cloned().unwrap_or_default()));
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                // Two people may share a name; the first by id keeps it, both stand in the list.
                by_name.entry(name).or_insert_with(|| pseudonym.clone());
            }
        }
        Self { by_name, holders: holder_names, list }
    }

    /// The cell as it goes into the pack.
    pub fn apply<'a>(&self, table: &str, field: &str, cell: Cell<'a>) -> Cell<'a> {
        match cell {
            Cell::Text(text) if stands_in(COLUMNS, table, field) => Cell::owned(self.of(&text)),
            Cell::Text(text) if stands_in(CLIENT_COLUMNS, table, field) => self.client(&text).map_or(Cell::Text(text), Cell::owned),
            other => other,
        }
    }

    /// The name of a thing in the list of differences; `kind` is its table.
    pub fn named<'a>(&self, kind: &str, cell: Cell<'a>) -> Cell<'a> {
        match cell {
            Cell::Text(text) if matches!(kind, "owners" | "principals") => Cell::owned(self.of(&text)),
            Cell::Text(text) => self.client(&text).map_or(Cell::Text(text), Cell::owned),
            other => other,
        }
    }

    /// A client's name, or `client · credential`, with the pseudonym of its holder; `None` = it is nobody's own access.
    fn client(&self, text: &str) -> Option<String> {
        if let Some(known) = self.holders.get(text) {
            return Some(known.clone());
        }
        let (client, rest) = text.split_once(" · ")?;
        self.holders.get(client).map(|known| format!("{known} · {rest}"))
    }

    /// Puts pseudonyms into an explanation: where a text is a holder's name, and where sentences around it repeat that name.
    pub fn explanation(&self, explanation: &mut Value) {
        let mut met = BTreeSet::new();
        self.meet(explanation, &mut met);
        if !met.is_empty() {
            self.rename(explanation, &met);
        }
    }

    fn meet<'a>(&'a self, value: &Value, met: &mut BTreeSet<&'a str>) {
        match value {
            Value::String(text) => {
                // Either the whole text is a name, or it ends like `credential tok-1006 of NAME`.
                let ends = std::iter::once(text.as_str()).chain(text.match_indices(" of ").map(|(at, of)| &text[at + of.len()..]));
                met.extend(ends.filter_map(|end| self.holders.get_key_value(end)).map(|(name, _)| name.as_str()));
            }
            Value::Array(list) => list.iter().for_each(|value| self.meet(value, met)),
            Value::Object(fields) => fields.values().for_each(|value| self.meet(value, met)),
            _ => {}
        }
    }

    fn rename(&self, value: &mut Value, met: &BTreeSet<&str>) {
        match value {
            Value::String(text) => {
                // The longest name first, which a shorter one may be the start of.
                let mut names: Vec<&&str> = met.iter().filter(|name| text.contains(**name)).collect();
                names.sort_by_key(|name| std::cmp::Reverse(name.len()));
                for name in names {
                    *text = text.replace(*name, &self.holders[*name]);
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|value| self.rename(value, met)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.rename(value, met)),
            _ => {}
        }
    }

    /// The pseudonym of a name, or of several joined by commas.
    fn of(&self, text: &str) -> String {
        if let Some(known) = self.by_name.get(text) {
            return known.clone();
        }
        let parts: Vec<&str> = text.split(", ").map(|part| self.by_name.get(part).map_or("P-unlisted", String::as_str)).collect();
        parts.join(", ")
    }

    /// The list of names, for a file of its own.
    pub fn csv(&self) -> String {
        let mut out = String::from("\u{FEFF}pseudonym,id,name\r\n");
        for (pseudonym, id, name) in &self.list {
            let quote = |text: &str| format!("\"{}\"", guard_formula(text).replace('"', "\"\""));
            out.push_str(&format!("{pseudonym},{},{}\r\n", quote(id), quote(name)));
        }
        out
    }
}
