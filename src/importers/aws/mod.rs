//! AWS as its command line answers: users, roles, groups and policies of an account, its credential report, access keys and
//! other credentials of users, Cognito user pools and identity pools. Formats.md 6 describes the files.
//!
//! Two passes over the set: the first notes policies, groups, trust and keys, the second states records, so the order of
//! files and rows does not matter. What is kept in between grows with the number of clients and policies.

mod arn;
mod codes;
mod cognito;
mod iam;
mod index;
mod policy;
mod read;
mod report;
mod shape;
mod state;

use std::collections::BTreeSet;
use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use self::index::Index;
use self::read::State;
use self::report::{Line, Report};
use self::shape::{RULES, Shape, instance_of};
use crate::formats::csv::{CsvReader, Limits, Row};
use crate::formats::decode;
use crate::formats::json::{Item, Splitter};
use crate::importers::csv::open as open_csv;
use crate::importers::listed::lists::Lists;
use crate::importers::listed::pages::Pages;
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::{Met, Record, first_keys, walk};
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::Sink;
use crate::model::kinds::{RecordKind, Source};
use crate::model::time::Millis;

/// See the module.
pub struct Aws;

impl Importer for Aws {
    fn name(&self) -> &'static str {
        "aws"
    }

    fn source(&self) -> Source {
        Source::Aws
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        recognise(&sample.text)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut index = Index::default();
        let mut accounts = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            accounts.push(look(at, *file, &mut index, sink)?);
        }
        let all: BTreeSet<&String> = accounts.iter().flatten().collect();
        let fallback = |at: usize| {
            let only = |set: &BTreeSet<&String>| (set.len() == 1).then(|| set.first().map(|account| (*account).clone())).flatten();
            only(&accounts[at].iter().collect()).or_else(|| only(&all)).or_else(|| options.instance.clone())
        };
        for (at, file) in files.iter().enumerate() {
            if is_table(*file) {
                continue;
            }
            let fallback = fallback(at);
            walk(at, *file, RULES, sink, &mut |met, _| match met {
                Met::List(list) => index.note_list(list, fallback.as_deref().unwrap_or_default()),
                Met::Record(Record { tree: Ok(tree), list, .. }) => {
                    let shape = Shape::of(&tree, list);
                    let instance = instance_of(shape, &tree).map(str::to_owned).or_else(|| fallback.clone());
                    index.note(shape, &tree, instance.as_deref().unwrap_or_default());
                }
                _ => {}
            })?;
        }
        index.finish();
        let (mut lists, mut pages) = (Lists::default(), Pages::default());
        for (at, file) in files.iter().enumerate() {
            let state = State { at, fallback: fallback(at), index: &index };
            if is_table(*file) {
                state.table(*file, &mut lists, sink)?;
            } else {
                state.replies(*file, &mut lists, &mut pages, sink)?;
            }
        }
        pages.tell(&mut lists, &|key| match key.1 {
            RecordKind::AwsUsers | RecordKind::AwsRoles => index.lacks(key.0.name.as_deref().unwrap_or_default()),
            _ => None,
        });
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

/// Whether a file is a table and no JSON.
fn is_table(file: &dyn FileInput) -> bool {
    let mut start = [0u8; 512];
    let Ok(mut input) = file.open() else { return false };
    let read = std::io::Read::read(&mut input, &mut start).unwrap_or(0);
    let text = decode::sample(&start[..read]);
    text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase().starts_with(['u', '"', '#', 's'])
}

/// First look at a file: the accounts that it names, and whether anything in it is AWS's.
fn look(at: usize, file: &dyn FileInput, index: &mut Index, sink: &mut dyn Sink) -> Result<BTreeSet<String>, ReadStop> {
    let mut accounts = BTreeSet::new();
    if is_table(file) {
        let (csv, _) = open_csv(file).map_err(|fault| ReadStop::broken(at, fault))?;
        let mut report = Report::open(csv).map_err(|missing| no_report(at, &missing))?;
        let mut row = Row::default();
        while report.next(&mut row).map_err(|fault| ReadStop::broken(at, fault))? {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            note_row(&report.line(&row), index, &mut accounts);
        }
        return Ok(accounts);
    }
    let (mut records, mut known, mut first) = (0u64, 0u64, String::new());
    let mut broken = None;
    walk(at, file, RULES, sink, &mut |met, _| {
        if let Met::List(list) = met {
            known += u64::from(Shape::of_list(list) != Shape::Unknown);
        }
        let Met::Record(Record { tree, list, .. }) = met else { return };
        records += 1;
        let Ok(tree) = tree else { return };
        let shape = Shape::of(&tree, list);
        if shape == Shape::Report {
            match rows_of(&tree) {
                Ok((mut report, _)) => {
                    let mut row = Row::default();
                    while report.next(&mut row).unwrap_or(false) {
                        note_row(&report.line(&row), index, &mut accounts);
                    }
                }
                Err(why) => broken = Some(why),
            }
        }
        if shape == Shape::Unknown {
            if first.is_empty() {
                first = first_keys(&tree);
            }
            return;
        }
        known += 1;
        let pool = matches!(shape, Shape::PoolClient | Shape::PoolClientDetails | Shape::ResourceServer);
        accounts.extend(instance_of(shape, &tree).filter(|_| !pool).map(str::to_owned));
    })?;
    if let Some(missing) = broken {
        return Err(no_report(at, &missing));
    }
    if known == 0 && records > 0 {
        let found = if first.is_empty() { "no object".to_owned() } else { crate::formats::text::quoted(&first) };
        let message = format!("This file holds no user, role, key or user pool of AWS; its first object has: {found}.");
        return Err(ReadStop::refused(at, codes::NOT_AWS, None, message));
    }
    Ok(accounts)
}

fn note_row(line: &Line<'_>, index: &mut Index, accounts: &mut BTreeSet<String>) {
    if let Some(account) = line.account() {
        index.note_reported(account, line.user());
        accounts.insert(account.to_owned());
    }
}

fn no_report(at: usize, missing: &str) -> ReadStop {
    let message = format!("This is no credential report of IAM that can be read; it lacks: {}.", crate::formats::text::quoted(missing));
    ReadStop::refused(at, codes::COLUMNS, None, message)
}

/// A report that was inside of a reply.
type Inner = Report<Cursor<Vec<u8>>>;

/// The table inside of a reply of `get-credential-report`: base64 from the command line, plain text from libraries.
fn rows_of(tree: &Tree) -> Result<(Inner, Option<Millis>), String> {
    let content = tree.at("Content").text().ok_or_else(|| "Content".to_owned())?;
    let bytes = if content.starts_with("user,") {
        content.as_bytes().to_vec()
    } else {
        let compact: String = content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        STANDARD.decode(compact).map_err(|_| "readable Content".to_owned())?
    };
    let bytes = String::from_utf8(bytes).map_err(|_| "Content in UTF-8".to_owned())?.into_bytes();
    let csv = CsvReader::open(Cursor::new(bytes), Limits::default()).map_err(|fault| fault.what)?;
    Ok((Report::open(csv)?, tree.at("GeneratedTime").happened()))
}

/// Looks at the header of a table, or at the first list or record of a reply.
fn recognise(text: &str) -> Option<Recognised> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    if !text.starts_with(['{', '[']) {
        let header = text.lines().next().unwrap_or_default().to_ascii_lowercase().replace('"', "");
        let all = ["user", "arn", "user_creation_time", "access_key_1_active"];
        let has = |name: &&str| header.split([',', ';', '\t']).any(|column| column.trim() == *name);
        return if all.iter().all(has) { found(96, "It is a credential report of IAM.") } else { None };
    }
    let mut splitter = Splitter::new(text.as_bytes(), RULES);
    let mut named = None;
    while let Ok(Some(item)) = splitter.next() {
        let record = match item {
            Item::List(list) => {
                // Some names of lists are AWS's alone; others may be anybody's.
                match RULES.lists[list] {
                    "UserDetailList" | "RoleDetailList" | "GroupDetailList" => {
                        return found(96, "It holds the users, roles and policies of an AWS account.");
                    }
                    "AccessKeyMetadata"
                    | "ServiceSpecificCredentials"
                    | "SSHPublicKeys"
                    | "UserPoolClients"
                    | "UserPools"
                    | "IdentityPools"
                    | "OpenIDConnectProviderList"
                    | "SAMLProviderList" => return found(94, "It is a list of AWS's command line."),
                    "ClientSecrets" if text.contains("ClientSecretId") => {
                        return found(70, "It lists secrets of an app client of Cognito.");
                    }
                    _ => named = Some(list),
                }
                continue;
            }
            Item::Record(record) => record,
            _ => continue,
        };
        let Ok(tree) = serde_json::from_slice::<Tree>(record.bytes) else { break };
        let shape = Shape::of(&tree, record.list.filter(|_| tree.has("Arn") || tree.has("UserPoolId") || tree.has("UserName")));
        let of_aws = tree.at("Arn").text().is_some_and(|arn| arn.starts_with("arn:aws")) || tree.has("UserPoolId");
        return match shape {
            Shape::Unknown => continue,
            Shape::Unused(_) => None,
            Shape::Error if tree.at("__type").text().is_some() => found(60, "It is an error reply of AWS."),
            Shape::Error => None,
            _ if of_aws => found(93, "Its fields are those of replies of AWS."),
            Shape::Report => found(95, "It is a reply with a credential report of IAM."),
            Shape::IdentityPool | Shape::IdentityPoolRoles | Shape::AccessKeyUse => found(90, "Its fields are those of replies of AWS."),
            _ if named.is_some() => found(80, "It is a list as AWS's command line writes it."),
            _ => found(75, "Its fields are those of credentials of IAM."),
        };
    }
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    (has("ReportFormat")
        || has("AssumeRolePolicyDocument")
        || (has("PolicyVersionList") && has("AttachmentCount"))
        || (text.contains("\"Content\"") && text.contains("dXNlcixhcm4s")))
    .then(|| Recognised { confidence: 85, reason: "It holds fields of AWS's replies.".to_owned() })
}
