//! The second pass over one file: states its records and what its lists prove.

use std::collections::BTreeSet;

use super::index::Index;
use super::report::Report;
use super::shape::{RULES, Shape, instance_of, names_next};
use super::state::{self, Stater, Told};
use super::{codes, no_report, rows_of};
use crate::formats::csv::Row;
use crate::importers::csv::open as open_csv;
use crate::importers::listed::lists::{ListKey, Lists};
use crate::importers::listed::outcome::{Done, end};
use crate::importers::listed::pages::Pages;
use crate::importers::listed::reading::{Codes, Reading, Tally};
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::{Met, Record, walk};
use crate::importers::{FileInput, ReadStop};
use crate::model::facts::{InstanceSlot, Name, Sink};
use crate::model::kinds::{Completeness, CredentialKind, RecordKind, Scheme, Source};

const CODES: Codes = Codes { ignored: codes::IGNORED, more: codes::MORE };
const UNUSABLE: [&str; 2] = [codes::UNUSABLE, codes::NO_PARENT];

/// One open container.
#[derive(Default)]
struct Held {
    records: u64,
    page: bool,
    next: bool,
    /// Named lists that stand in the page.
    named: BTreeSet<usize>,
    lists: BTreeSet<ListKey>,
}

/// The second pass over one file.
pub struct State<'i> {
    /// Which file.
    pub at: usize,
    /// Account of records that name none.
    pub fallback: Option<String>,
    /// What the first pass found.
    pub index: &'i Index,
}

impl State<'_> {
    fn slot(&self, instance: Option<&str>) -> InstanceSlot {
        InstanceSlot { source: Source::Aws, name: instance.map(str::to_owned).or_else(|| self.fallback.clone()) }
    }

    /// A credential report as a table.
    pub fn table(&self, file: &dyn FileInput, lists: &mut Lists, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        sink.file(self.at);
        lists.open_file(self.at);
        let (csv, guessed) = open_csv(file).map_err(|fault| ReadStop::broken(self.at, fault))?;
        let mut report = Report::open(csv).map_err(|missing| no_report(self.at, &missing))?;
        let mut stater = Stater {
            reading: Reading::new(sink, CODES, Tally::default()),
            index: self.index,
            slot: self.slot(None),
            told: Told::default(),
        };
        if let Some(message) = guessed {
            stater.reading.warn_file(codes::ENCODING, message);
        }
        self.rows(&mut report, &mut stater, lists)?;
        self.close(stater, 0, 0, lists);
        Ok(())
    }

    fn rows<R: std::io::Read>(&self, report: &mut Report<R>, stater: &mut Stater<'_, '_>, lists: &mut Lists) -> Result<(), ReadStop> {
        let mut row = Row::default();
        while report.next(&mut row).map_err(|fault| ReadStop::broken(self.at, fault))? {
            if stater.reading.sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            let line = report.line(&row);
            stater.slot = self.slot(line.account());
            let identity = format!("credentialReport/{}", line.identity());
            stater.reading.begin(&stater.slot, RecordKind::AwsCredentialReport, Some(&identity), Some(row.offset), 0);
            let outcome = stater.report_row(&line);
            let whole = outcome.is_ok();
            end(&mut stater.reading, UNUSABLE, "row", outcome);
            let (completeness, reason) = if whole {
                (Completeness::Full, "a credential report holds all users of its account")
            } else {
                (Completeness::Partial, "a row of the report could not be read")
            };
            lists.state((stater.slot.clone(), RecordKind::AwsCredentialReport, None), completeness, reason.to_owned());
        }
        Ok(())
    }

    /// Replies of the command line.
    pub fn replies(&self, file: &dyn FileInput, lists: &mut Lists, pages: &mut Pages, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        sink.file(self.at);
        lists.open_file(self.at);
        let (mut told, mut tally, mut open) = (Told::default(), Tally::default(), vec![Held::default()]);
        let (mut errors, mut guessed_records, mut stop) = (0u32, 0u32, None);
        walk(self.at, file, RULES, sink, &mut |met, sink| match met {
            Met::Open { page } => open.push(Held { page, ..Held::default() }),
            Met::Field { key, value } => {
                if let Some(held) = open.last_mut() {
                    held.next |= names_next(&key, &value);
                }
            }
            Met::List(list) => {
                if let Some(held) = open.last_mut() {
                    held.named.insert(list);
                }
            }
            Met::Close => {
                let Some(mut held) = open.pop() else { return };
                // An empty list says that there are none, if it is known whose it is.
                for shape in held.named.iter().map(|list| Shape::of_list(*list)) {
                    let list = shape.list();
                    if !is_nested(list)
                        && list != RecordKind::Stated
                        && !held.lists.iter().any(|key| key.1 == list)
                        && self.fallback.is_some()
                    {
                        held.lists.insert((self.slot(None), list, None));
                    }
                }
                for key in held.lists {
                    if held.page {
                        let named = held.named.iter().copied().filter(|list| Shape::of_list(*list).list() == key.1).collect();
                        pages.page(self.at, key, named, held.next);
                    } else {
                        lists.array(key, held.records);
                    }
                }
            }
            Met::Record(record) => {
                guessed_records += u32::from(record.guessed);
                let mut stater = Stater {
                    reading: Reading::new(sink, CODES, std::mem::take(&mut tally)),
                    index: self.index,
                    slot: self.slot(None),
                    told: std::mem::take(&mut told),
                };
                let alone = record.alone;
                if let Some(held) = open.last_mut() {
                    held.records += 1;
                }
                match self.record(&mut stater, record, file.name(), lists) {
                    Ok((shape, key)) => {
                        errors += u32::from(shape == Shape::Error);
                        if let Some(key) = key {
                            if alone {
                                self.alone(lists, key, shape);
                            } else if let Some(held) = open.last_mut() {
                                held.lists.insert(key);
                            }
                        }
                    }
                    Err(why) => stop = stop.take().or(Some(why)),
                }
                (told, tally) = (stater.told, stater.reading.pause());
            }
        })?;
        if let Some(stop) = stop {
            return Err(stop);
        }
        if errors > 0 {
            pages.error(self.at);
        }
        let reading = Reading::new(sink, CODES, tally);
        let stater = Stater { reading, index: self.index, slot: self.slot(None), told };
        self.close(stater, errors, guessed_records, lists);
        Ok(())
    }

    /// A reply about one object is all that there is of it.
    fn alone(&self, lists: &mut Lists, key: ListKey, shape: Shape) {
        match shape {
            Shape::PoolClientDetails | Shape::IdentityPool | Shape::IdentityPoolRoles => {
                lists.state(key, Completeness::Full, "a reply about one object holds all of it".to_owned());
            }
            _ => lists.alone(key),
        }
    }

    fn record(
        &self,
        stater: &mut Stater<'_, '_>,
        record: Record,
        file: &str,
        lists: &mut Lists,
    ) -> Result<(Shape, Option<ListKey>), ReadStop> {
        let offset = Some(record.offset);
        let tree = match record.tree {
            Ok(tree) => tree,
            Err(why) => {
                stater.reading.begin(&stater.slot, RecordKind::Stated, None, offset, 0);
                stater.reading.reject(codes::UNUSABLE, format!("This record was not stored: {why}."));
                return Ok((Shape::Unknown, None));
            }
        };
        let shape = Shape::of(&tree, record.list);
        if shape == Shape::Report {
            let (mut report, made) = rows_of(&tree).map_err(|missing| no_report(self.at, &missing))?;
            if let Some(made) = made {
                stater.reading.sink.exported_at(made);
            }
            self.rows(&mut report, stater, lists)?;
            return Ok((shape, None));
        }
        stater.slot = self.slot(instance_of(shape, &tree));
        let list = shape.list();
        let word = list.as_str();
        let identity = key_of(shape, &tree).map(|key| format!("{word}/{key}"));
        stater.reading.begin(&stater.slot, list, identity.as_deref(), offset, tree.secrets());
        let (what, outcome) = match shape {
            Shape::User => ("user", stater.user(&tree)),
            Shape::Role => ("role", stater.role(&tree)),
            Shape::Group => ("group", stater.shared(&tree)),
            Shape::Policy => ("policy", stater.shared(&tree)),
            Shape::AccessKey => ("access key", stater.access_key(&tree)),
            Shape::AccessKeyUse => ("last use", stater.access_key_use(&tree, file)),
            Shape::ServiceCredential => ("credential", stater.service_credential(&tree)),
            Shape::Certificate => {
                ("certificate", stater.uploaded(&tree, "CertificateId", CredentialKind::Certificate, "Signing certificate"))
            }
            Shape::SshKey => ("SSH key", stater.uploaded(&tree, "SSHPublicKeyId", CredentialKind::SshKey, "SSH key")),
            Shape::PoolClient => ("app client", stater.pool_client(&tree, false)),
            Shape::PoolClientDetails => ("app client", stater.pool_client(&tree, true)),
            Shape::ResourceServer => ("resource server", stater.resource_server(&tree)),
            Shape::IdentityPool => ("identity pool", stater.identity_pool(&tree)),
            Shape::IdentityPoolRoles => ("identity pool", stater.identity_pool_roles(&tree)),
            Shape::Report => ("report", Ok(Done::Accepted)),
            Shape::Unused(reason) => ("", Ok(Done::Ignored(reason))),
            Shape::Error => ("", Ok(Done::Ignored("error replies of AWS"))),
            Shape::Unknown => {
                let message = "Nothing tells what this record is: it has none of the fields of the replies of AWS that are read.";
                stater.reading.reject(codes::NOT_KNOWN, message.to_owned());
                return Ok((shape, None));
            }
        };
        let usable = outcome.is_ok();
        end(&mut stater.reading, UNUSABLE, what, outcome);
        let parent = parent_of(shape, &tree);
        let known = list != RecordKind::Stated && usable && (parent.is_some() || !is_nested(list));
        Ok((shape, known.then(|| (stater.slot.clone(), list, parent))))
    }

    fn close(&self, mut stater: Stater<'_, '_>, errors: u32, guessed: u32, lists: &mut Lists) {
        let Told { limited, missing, gone, no_mfa, .. } = std::mem::take(&mut stater.told);
        let cut = stater.index.is_cut();
        let reading = &mut stater.reading;
        if cut {
            let message = "So many users and roles may assume so many roles of their account that not all of these ways are stated.";
            reading.warn_file(codes::WAYS_CUT, message.to_owned());
        }
        let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
        if limited > 0 {
            let what = count(limited as usize, "user, role or trust has", "users, roles and trusts have");
            reading.warn_file(
                codes::LIMITED,
                format!("{what} denials, exceptions, conditions or boundaries that are not worked out: what is shown is the most that may be done."),
            );
        }
        if let Some(first) = missing.first() {
            let what = count(missing.len(), "attached policy has", "attached policies have");
            let first = crate::formats::text::quoted(first);
            reading.warn_file(
                codes::POLICY_MISSING,
                format!(
                    "{what} no document in this set, so only its name tells what it allows; the first is {first}. Export without a filter."
                ),
            );
        }
        if gone > 0 {
            let what = count(gone as usize, "caller that a role trusts is", "callers that roles trust are");
            reading
                .warn_file(codes::CALLER_GONE, format!("{what} no user, role or account by name: it was deleted, or it is none of IAM's."));
        }
        if no_mfa > 0 {
            let what = count(no_mfa as usize, "user signs", "users sign");
            reading.warn_file(codes::NO_MFA, format!("{what} in with a password and no second factor."));
        }
        reading.warn_replies(codes::ERROR_REPLY, "AWS", errors);
        reading.warn_guessed(codes::ENCODING, guessed);
        reading.close_file();
        lists.close_file(errors > 0);
    }
}

/// Whether a list is always that of one user, app client or identity pool.
const fn is_nested(list: RecordKind) -> bool {
    matches!(
        list,
        RecordKind::AwsAccessKeys
            | RecordKind::AwsAccessKeyUses
            | RecordKind::AwsServiceCredentials
            | RecordKind::AwsSigningCertificates
            | RecordKind::AwsSshKeys
            | RecordKind::AwsUserPoolClientDetails
            | RecordKind::AwsIdentityPools
    )
}

/// Whose list a record stands in.
fn parent_of(shape: Shape, tree: &Tree) -> Option<Name> {
    match shape {
        Shape::AccessKey | Shape::ServiceCredential | Shape::Certificate | Shape::SshKey => tree.at("UserName").key().map(state::user_name),
        Shape::PoolClientDetails => tree.at("ClientId").key().map(|id| Name::new(Scheme::ClientId, id)),
        Shape::IdentityPool => tree.at("IdentityPoolId").key().map(|id| Name::new(Scheme::ClientId, id)),
        _ => None,
    }
}

/// What makes two records the same object.
fn key_of(shape: Shape, tree: &Tree) -> Option<&str> {
    let field = match shape {
        Shape::User | Shape::Role | Shape::Group | Shape::Policy => "Arn",
        Shape::AccessKey => "AccessKeyId",
        Shape::ServiceCredential => "ServiceSpecificCredentialId",
        Shape::Certificate => "CertificateId",
        Shape::SshKey => "SSHPublicKeyId",
        Shape::PoolClient | Shape::PoolClientDetails => "ClientId",
        Shape::ResourceServer => "Identifier",
        _ => return None,
    };
    tree.at(field).key()
}
