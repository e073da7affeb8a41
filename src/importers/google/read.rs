//! The second pass over one file: states its records and what its lists prove.

use std::collections::BTreeSet;

use super::codes;
use super::index::Index;
use super::shape::{RULES, Shape};
use super::state::{Stater, Told};
use super::table::{Line, Table, columns, identity};
use super::workspace::Token;
use crate::formats::csv::Row;
use crate::formats::text::quoted;
use crate::importers::csv::open as open_csv;
use crate::importers::listed::lists::{ListKey, Lists};
use crate::importers::listed::outcome::{Done, end};
use crate::importers::listed::pages::Pages;
use crate::importers::listed::reading::{Codes, Reading, Tally};
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::{Met, Record, walk};
use crate::importers::{FileInput, ReadStop};
use crate::model::facts::{InstanceSlot, Name, Sink};
use crate::model::kinds::{Completeness, RecordKind, Scheme};

const CODES: Codes = Codes { ignored: codes::IGNORED, more: codes::MORE };
const UNUSABLE: [&str; 2] = [codes::UNUSABLE, codes::SPOILED];

/// Start of a file's name that tells whose policy it holds.
const POLICY_FILE: &str = "iam-policy-";

/// One open container.
#[derive(Default)]
struct Held {
    records: u64,
    page: bool,
    next: bool,
    named: BTreeSet<usize>,
    lists: BTreeSet<ListKey>,
}

/// The second pass over one file.
pub struct State<'i> {
    /// Which file.
    pub at: usize,
    /// Customer of all records.
    pub slot: InstanceSlot,
    /// What the first pass found.
    pub index: &'i Index,
}

impl<'i> State<'i> {
    fn stater<'s>(&self, sink: &'s mut dyn Sink, tally: Tally, told: Told) -> Stater<'s, 'i> {
        Stater { reading: Reading::new(sink, CODES, tally), index: self.index, slot: self.slot.clone(), told }
    }

    /// A table.
    pub fn table(&self, file: &dyn FileInput, table: Table, lists: &mut Lists, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        sink.file(self.at);
        lists.open_file(self.at);
        let (mut csv, guessed) = open_csv(file).map_err(|fault| ReadStop::broken(self.at, fault))?;
        let columns = columns(csv.header().fields());
        let mut stater = self.stater(sink, Tally::default(), Told::default());
        if let Some(message) = guessed {
            stater.reading.warn_file(codes::ENCODING, message);
        }
        let mut row = Row::default();
        let list = table.list();
        while csv.next_row(&mut row).map_err(|fault| ReadStop::broken(self.at, fault))? {
            if stater.reading.sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            let line = Line { columns: &columns, row: &row };
            let identity = identity(table, &line);
            stater.reading.begin(&self.slot, list, identity.as_deref(), Some(row.offset), 0);
            let outcome = stater.row(table, &line);
            end(&mut stater.reading, UNUSABLE, "row", outcome);
        }
        lists.state((self.slot.clone(), list, None), Completeness::Unknown, "a table does not say whether it is whole".to_owned());
        self.close(stater, 0, 0, lists);
        Ok(())
    }

    /// Replies of the APIs and of `gcloud`.
    pub fn replies(&self, file: &dyn FileInput, lists: &mut Lists, pages: &mut Pages, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        sink.file(self.at);
        lists.open_file(self.at);
        let (mut told, mut tally, mut open) = (Told::default(), Tally::default(), vec![Held::default()]);
        let (mut errors, mut guessed) = (0u32, 0u32);
        walk(self.at, file, RULES, sink, &mut |met, sink| match met {
            Met::Open { page } => open.push(Held { page, ..Held::default() }),
            Met::Field { key, value } => {
                if let Some(held) = open.last_mut() {
                    held.next |= key == "nextPageToken" && value.text().is_some();
                }
            }
            Met::List(list) => {
                if let Some(held) = open.last_mut() {
                    held.named.insert(list);
                }
            }
            Met::Close => {
                let Some(held) = open.pop() else { return };
                for key in held.lists {
                    if held.page {
                        pages.page(self.at, key, held.named.clone(), held.next);
                    } else {
                        lists.array(key, held.records);
                    }
                }
            }
            Met::Record(record) => {
                guessed += u32::from(record.guessed);
                let mut stater = self.stater(sink, std::mem::take(&mut tally), std::mem::take(&mut told));
                let alone = record.alone;
                let (shape, key) = self.record(&mut stater, record, file.name());
                errors += u32::from(shape == Shape::Error);
                if let Some(held) = open.last_mut() {
                    held.records += 1;
                }
                match key {
                    Some(key) if alone && shape == Shape::Policy => {
                        lists.state(key, Completeness::Full, "a reply about one resource holds its whole policy".to_owned());
                    }
                    Some(key) if alone => lists.alone(key),
                    Some(key) => {
                        if let Some(held) = open.last_mut() {
                            held.lists.insert(key);
                        }
                    }
                    None => {}
                }
                (told, tally) = (stater.told, stater.reading.pause());
            }
        })?;
        if errors > 0 {
            pages.error(self.at);
        }
        let stater = self.stater(sink, tally, told);
        self.close(stater, errors, guessed, lists);
        Ok(())
    }

    fn record(&self, stater: &mut Stater<'_, '_>, record: Record, file: &str) -> (Shape, Option<ListKey>) {
        let offset = Some(record.offset);
        let tree = match record.tree {
            Ok(tree) => tree,
            Err(why) => {
                stater.reading.begin(&self.slot, RecordKind::Stated, None, offset, 0);
                stater.reading.reject(codes::UNUSABLE, format!("This record was not stored: {why}."));
                return (Shape::Unknown, None);
            }
        };
        let shape = Shape::of(&tree);
        let list = shape.list();
        if shape == Shape::TokensByUser {
            let mut first = tree.secrets();
            for (user, tokens) in tree.pairs() {
                for token in tokens.many() {
                    stater.reading.begin(
                        &self.slot,
                        list,
                        token_identity(token, Some(user)).as_deref(),
                        offset,
                        std::mem::take(&mut first),
                    );
                    let outcome = stater.token(&token_of(token, Some(user)));
                    end(&mut stater.reading, UNUSABLE, "token", outcome);
                }
            }
            return (shape, Some((self.slot.clone(), list, None)));
        }
        let id = match shape {
            Shape::Token => token_identity(&tree, None),
            Shape::Key => tree.at("name").key().map(|name| format!("{}/{name}", list.as_str())),
            Shape::ServiceAccount => tree.at("email").key().map(|email| format!("{}/{email}", list.as_str())),
            Shape::Event => event_identity(&tree),
            _ => None,
        };
        let resource = resource_of(&tree, file);
        stater.reading.begin(&self.slot, list, id.as_deref(), offset, tree.secrets());
        let (what, outcome) = match shape {
            Shape::Token => ("token", stater.token(&token_of(&tree, None))),
            Shape::Event => ("event", stater.event(&tree)),
            Shape::ServiceAccount => ("service account", stater.service_account(&tree)),
            Shape::Key => ("key", stater.key(&tree)),
            Shape::Policy => ("policy", stater.policy(&tree, resource.as_deref())),
            Shape::Unused(reason) => ("", Ok(Done::Ignored(reason))),
            Shape::Error => ("", Ok(Done::Ignored("error replies of Google"))),
            Shape::Unknown | Shape::KeyFile | Shape::TokensByUser => {
                let message = "Nothing tells what this record is: it has none of the fields of the replies of Google that are read.";
                stater.reading.reject(codes::NOT_KNOWN, message.to_owned());
                return (shape, None);
            }
        };
        let usable = outcome.is_ok();
        end(&mut stater.reading, UNUSABLE, what, outcome);
        let parent = match shape {
            Shape::Key => tree.at("name").key().and_then(super::cloud::account_of).map(|email| Name::new(Scheme::ClientId, email)),
            Shape::Policy => resource.map(|resource| Name::new(Scheme::Uri, resource)),
            _ => None,
        };
        let known = usable && list != RecordKind::Stated && (parent.is_some() || !matches!(shape, Shape::Key | Shape::Policy));
        (shape, known.then(|| (self.slot.clone(), list, parent)))
    }

    fn close(&self, mut stater: Stater<'_, '_>, errors: u32, guessed: u32, lists: &mut Lists) {
        let Told { limited, people, .. } = std::mem::take(&mut stater.told);
        let reading = &mut stater.reading;
        if limited > 0 {
            let what = if limited == 1 { "1 binding has a condition".to_owned() } else { format!("{limited} bindings have conditions") };
            reading.warn_file(codes::LIMITED, format!("{what}, which is not worked out: what is shown is the most that may be done."));
        }
        if people > 0 {
            let what = if people == 1 {
                "1 member of a binding is a person, group or domain and was".to_owned()
            } else {
                format!("{people} members of bindings are people, groups or domains and were")
            };
            reading.warn_file(codes::PEOPLE, format!("{what} left out: here clients are asked for."));
        }
        reading.warn_replies(codes::ERROR_REPLY, "Google", errors);
        reading.warn_guessed(codes::ENCODING, guessed);
        reading.close_file();
        lists.close_file(errors > 0);
    }
}

fn token_of<'t>(tree: &'t Tree, user: Option<&'t str>) -> Token<'t> {
    let mut scopes: Vec<&str> = tree.at("scopes").texts().collect();
    scopes.sort_unstable();
    scopes.dedup();
    // Somebody who sorted tokens by user knew the user by an address or an id.
    let user = user.and_then(crate::formats::text::key);
    let (id, address) = match user {
        Some(user) if user.contains('@') => (None, Some(user)),
        user => (user, None),
    };
    Token {
        client: tree.at("clientId").key(),
        name: tree.at("displayText").display(),
        anonymous: tree.at("anonymous").flag(),
        native: tree.at("nativeApp").flag(),
        internal: None,
        user_id: tree.at("userKey").key().or(id),
        user: address,
        scopes,
        counted: false,
    }
}

fn token_identity(tree: &Tree, user: Option<&str>) -> Option<String> {
    let user = tree.at("userKey").key().or(user)?;
    Some(format!("googleTokens/{user}/{}", tree.at("clientId").key()?))
}

fn event_identity(tree: &Tree) -> Option<String> {
    let id = tree.at("id");
    let number = id.at("uniqueQualifier").key().map(str::to_owned).or_else(|| id.at("uniqueQualifier").whole().map(|n| n.to_string()))?;
    Some(format!("googleTokenEvents/{}/{number}", id.at("time").text()?))
}

/// The resource of a policy: it names it, else the file does.
fn resource_of(tree: &Tree, file: &str) -> Option<String> {
    if let Some(resource) = tree.at("resource").key() {
        return Some(resource.to_owned());
    }
    let stem = file.rsplit(['/', '\\']).next()?.strip_suffix(".json")?;
    let name = stem.strip_prefix(POLICY_FILE).filter(|name| !name.is_empty() && quoted(name) == *name)?;
    Some(if name.contains('@') {
        format!("//iam.googleapis.com/projects/-/serviceAccounts/{name}")
    } else {
        format!("//cloudresourcemanager.googleapis.com/projects/{name}")
    })
}
