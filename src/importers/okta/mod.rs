//! Okta as its Management API answers: apps, their secrets, keys and scope grants, custom authorization servers with
//! scopes and policies, roles of clients, API services, API tokens, refresh tokens, service accounts. Formats.md 4
//! describes the files.
//!
//! Two passes over the set: the first notes how clients get tokens and whom policies let in, the second states records,
//! so the order of files and rows does not matter. What is kept in between grows with the number of clients, scopes and
//! policies, not with that of grants, tokens or people.

mod access;
mod codes;
mod index;
mod shape;
mod state;

use std::collections::BTreeSet;

use self::index::Index;
use self::shape::Shape;
use self::state::{Done, Stater, Told};
use crate::formats::json::{Item, Limits, Rules, Splitter};
use crate::importers::listed::lists::{ListKey, Lists};
use crate::importers::listed::reading::{Codes, Reading, Tally};
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::{Met, Record, first_keys, walk};
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{RecordKind, Source};

/// Why a secret or key is of nobody.
const NO_APP: &str = "its links do not say which app it belongs to";

/// How replies are wrapped: bare arrays, `value` of Windows PowerShell, `body` of recorders.
const RULES: Rules =
    Rules { lists: &["value"], wrappers: &["body"], limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 } };

/// See the module.
pub struct Okta;

impl Importer for Okta {
    fn name(&self) -> &'static str {
        "okta"
    }

    fn source(&self) -> Source {
        Source::Okta
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        recognise(&sample.text)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut hosts = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            hosts.push(hosts_of(at, *file, sink)?);
        }
        let all: BTreeSet<&String> = hosts.iter().flatten().collect();
        let fallback = |at: usize| {
            let only = |set: &BTreeSet<&String>| (set.len() == 1).then(|| set.first().map(|host| (*host).clone())).flatten();
            only(&hosts[at].iter().collect()).or_else(|| only(&all)).or_else(|| options.instance.clone())
        };
        let mut index = Index::default();
        for (at, file) in files.iter().enumerate() {
            let fallback = fallback(at);
            walk(at, *file, RULES, sink, &mut |met, _| {
                if let Met::Record(Record { tree: Ok(tree), .. }) = met {
                    let org = shape::host(&tree).or_else(|| fallback.clone()).unwrap_or_default();
                    index.note(Shape::of(&tree), &tree, &org);
                }
            })?;
        }
        let mut lists = Lists::default();
        for (at, file) in files.iter().enumerate() {
            state_file(at, *file, fallback(at), &index, &mut lists, sink)?;
        }
        if options.completeness.is_none() {
            tell_missing(&index, &mut lists);
        }
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

/// First look at a file: the orgs that it names, and whether anything in it is Okta's.
fn hosts_of(at: usize, file: &dyn FileInput, sink: &mut dyn Sink) -> Result<BTreeSet<String>, ReadStop> {
    let (mut hosts, mut records, mut known, mut first) = (BTreeSet::new(), 0u64, 0u64, String::new());
    walk(at, file, RULES, sink, &mut |met, _| {
        let Met::Record(Record { tree, .. }) = met else { return };
        records += 1;
        let Ok(tree) = tree else { return };
        if Shape::of(&tree).is_known() {
            known += 1;
            hosts.extend(shape::host(&tree));
        } else if first.is_empty() {
            first = first_keys(&tree);
        }
    })?;
    if records > 0 && known == 0 {
        let found = if first.is_empty() { "no object".to_owned() } else { crate::formats::text::quoted(&first) };
        let message = format!("This file holds no app, grant, token or authorization server of Okta; its first object has: {found}.");
        return Err(ReadStop::refused(at, codes::NOT_OKTA, None, message));
    }
    Ok(hosts)
}

/// One open container: how many records, and of which lists.
#[derive(Default)]
struct Held {
    records: u64,
    lists: BTreeSet<ListKey>,
}

fn state_file(
    at: usize,
    file: &dyn FileInput,
    fallback: Option<String>,
    index: &Index,
    lists: &mut Lists,
    sink: &mut dyn Sink,
) -> Result<(), ReadStop> {
    sink.file(at);
    lists.open_file(at);
    let (mut told, mut unknown_apps, mut errors, mut guessed_records) = (Told::default(), 0, 0u32, 0u32);
    let (mut tally, mut open) = (Tally::default(), vec![Held::default()]);
    walk(at, file, RULES, sink, &mut |met, sink| match met {
        Met::Open { .. } => open.push(Held::default()),
        Met::Close => {
            let Some(held) = open.pop() else { return };
            for key in held.lists {
                lists.array(key, held.records);
            }
        }
        Met::Field { .. } | Met::List(_) => {}
        Met::Record(Record { tree, offset, alone, guessed, .. }) => {
            guessed_records += u32::from(guessed);
            let tree = match tree {
                Ok(tree) => tree,
                Err(why) => {
                    let slot = InstanceSlot { source: Source::Okta, name: fallback.clone() };
                    let mut reading = Reading::new(sink, CODES, std::mem::take(&mut tally));
                    reading.begin(&slot, RecordKind::Stated, None, Some(offset), 0);
                    reading.reject(codes::UNUSABLE, format!("This record was not stored: {why}."));
                    tally = reading.pause();
                    return;
                }
            };
            let shape = Shape::of(&tree);
            errors += u32::from(shape == Shape::Error);
            let slot = InstanceSlot { source: Source::Okta, name: shape::host(&tree).or_else(|| fallback.clone()) };
            let reading = Reading::new(sink, CODES, std::mem::take(&mut tally));
            let secrets = tree.secrets();
            let mut stater = Stater { reading, index, slot, offset, secrets, told: std::mem::take(&mut told), unknown_apps: 0 };
            let list = state(&mut stater, shape, &tree);
            if let Some(list) = list {
                let parent = stater.list_parent(list, &tree);
                let key = (stater.slot.clone(), list, parent);
                if key.2.is_none() && access::is_nested(list) {
                    // Nobody says whose list it is, so nothing can be said of it.
                } else if alone {
                    lists.alone(key);
                } else if let Some(held) = open.last_mut() {
                    held.lists.insert(key);
                }
            }
            if let Some(held) = open.last_mut() {
                held.records += 1;
            }
            unknown_apps += stater.unknown_apps;
            told = stater.told;
            tally = stater.reading.pause();
        }
    })?;
    let mut reading = Reading::new(sink, CODES, tally);
    if unknown_apps > 0 {
        let grants = if unknown_apps == 1 {
            "1 grant by an administrator is".to_owned()
        } else {
            format!("{unknown_apps} grants by an administrator are")
        };
        reading.warn_file(
            codes::APP_UNKNOWN,
            format!(
                "{grants} for apps that no file of this set describes, which counts as delegated; if an app is a service, import its app object in the same set."
            ),
        );
    }
    reading.warn_replies(codes::ERROR_REPLY, "Okta", errors);
    reading.warn_guessed(codes::ENCODING, guessed_records);
    reading.close_file();
    lists.close_file(errors > 0);
    Ok(())
}

const CODES: Codes = Codes { ignored: codes::IGNORED, more: codes::MORE };

/// States one record; gives the list that it counts for.
fn state(stater: &mut Stater<'_, '_>, shape: Shape, tree: &Tree) -> Option<RecordKind> {
    let mut list = shape.list();
    if shape == Shape::Grant && tree.at("source").text() == Some("END_USER") {
        list = RecordKind::OktaUserGrants;
    }
    let id = match shape {
        Shape::Client => tree.at("client_id").key(),
        // The same kid may stand at several apps; a key's own id is Okta's.
        _ => tree.at("id").key(),
    };
    let word = list.as_str();
    let identity = id.map(|id| format!("{word}/{id}"));
    stater.begin(list, identity.as_deref());
    let (what, outcome) = match shape {
        Shape::App => ("app", stater.app(tree)),
        Shape::Client => ("client", stater.client(tree)),
        Shape::Grant => ("grant", stater.grant(tree)),
        Shape::Secret => ("secret", stater.secret(tree)),
        Shape::Key | Shape::Keys => ("key", stater.keys(tree)),
        Shape::Token => ("refresh token", stater.token(tree)),
        Shape::Role => ("role", stater.role(tree)),
        Shape::Server => ("authorization server", stater.server(tree)),
        Shape::Scope => ("scope", stater.scope(tree)),
        // What a policy lets in is stated with its rules.
        Shape::Policy => ("policy", Ok(Done::Accepted)),
        Shape::Rule => ("rule", stater.rule(tree)),
        Shape::ApiToken => ("API token", stater.api_token(tree)),
        Shape::ApiService => ("API service", stater.api_service(tree)),
        Shape::ServiceAccount => ("service account", stater.service_account(tree)),
        Shape::Unused(reason) => ("", Ok(Done::Ignored(reason))),
        Shape::Error => ("", Ok(Done::Ignored("error replies of Okta"))),
        Shape::Unknown => {
            let message = "Nothing tells what this record is: it has none of the fields of the objects of Okta that are read.";
            stater.reading.reject(codes::NOT_KNOWN, message.to_owned());
            return None;
        }
    };
    stater.end(what, outcome);
    (list != RecordKind::Stated).then_some(list)
}

/// Lists that clients and servers of the set should have, and that no file holds: what they grant is not exported, which is not none.
fn tell_missing(index: &Index, lists: &mut Lists) {
    for (slot, files) in lists.instances_of(RecordKind::OktaApps) {
        let org = slot.name.as_deref().unwrap_or_default();
        let mut missing = Vec::new();
        let (all, without) = index.without_secrets(org);
        if without > 0 {
            missing.push((RecordKind::OktaSecrets, format!("secrets of {without} of {all} clients that use one are not exported")));
        }
        if !lists.holds(&slot, RecordKind::OktaGrants) {
            missing.push((RecordKind::OktaGrants, "scope grants of apps are not exported: no file of the set holds them".to_owned()));
        }
        for (list, reason) in missing {
            lists.missing(&files, (slot.clone(), list, None), &reason);
        }
    }
    for (slot, files) in lists.instances_of(RecordKind::OktaAuthorizationServers) {
        let (all, without) = index.without_policies(slot.name.as_deref().unwrap_or_default());
        if without > 0 {
            let reason = format!("who may use {without} of {all} authorization servers is not exported: their policies are not in the set");
            lists.missing(&files, (slot.clone(), RecordKind::OktaPolicies, None), &reason);
        }
    }
}

/// Looks at the first records of a sample; of a record that the sample cuts, at its words.
fn recognise(text: &str) -> Option<Recognised> {
    let text = text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    let mut splitter = Splitter::new(text.as_bytes(), RULES);
    while let Ok(Some(item)) = splitter.next() {
        let Item::Record(record) = item else { continue };
        let Ok(tree) = serde_json::from_slice::<Tree>(record.bytes) else { break };
        match Shape::of(&tree) {
            Shape::Unknown | Shape::Unused(_) => return None,
            Shape::Error if tree.at("errorCode").text().is_some_and(|code| code.starts_with("E0")) => {
                return found(60, "It is an error reply of Okta.");
            }
            Shape::Error => return None,
            Shape::App => return found(92, "It holds apps of Okta."),
            Shape::Client => return found(60, "Its fields are those of OAuth clients as Okta lists them."),
            Shape::Key | Shape::Keys if shape::host(&tree).is_none() && !text.contains("kta") => {
                return found(40, "Its fields may be those of Okta.");
            }
            _ => return found(90, "Its fields are those of Okta's Management API."),
        }
    }
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    if has("signOnMode") && has("_links") { found(85, "It holds apps of Okta.") } else { None }
}
