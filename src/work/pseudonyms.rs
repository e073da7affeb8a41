//! Persons as `P-1`, `P-2` … for packs that leave the house (decision D51). The same inventory gives the same numbers.

use std::collections::{BTreeMap, HashMap};

use super::answers::Answers;
use super::cell::{Cell, guard_formula};

/// Who is who.
pub struct Pseudonyms {
    by_name: HashMap<String, String>,
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

impl Pseudonyms {
    /// Numbers all principals, owners and contacts by order of id.
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
        let (mut by_name, mut list) = (HashMap::new(), Vec::new());
        for (at, (id, names)) in persons.into_iter().enumerate() {
            let pseudonym = format!("P-{}", at + 1);
            list.push((pseudonym.clone(), id, names.first().cloned().unwrap_or_default()));
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                // Two people may share a name; the first by id keeps it, both stand in the list.
                by_name.entry(name).or_insert_with(|| pseudonym.clone());
            }
        }
        Self { by_name, list }
    }

    /// The cell as it goes into the pack.
    pub fn apply<'a>(&self, table: &str, field: &str, cell: Cell<'a>) -> Cell<'a> {
        let personal = COLUMNS.iter().any(|(known, fields)| *known == table && fields.contains(&field));
        match cell {
            Cell::Text(text) if personal => Cell::owned(self.of(&text)),
            other => other,
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
