//! Table `grants`: who may do what at which audience, one row per scope. Served from memory columns (D17).

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::model::rows::{NEVER_MS, UNKNOWN_MS};
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::words;

/// The table over one revision's answers.
pub struct Grants<'a>(pub &'a Answers);

// Column numbers: a million rows are filtered by them, so they are matched as integers.
const CLIENT: usize = 0;
const AUDIENCE: usize = 1;
const SCOPE: usize = 2;
const PRIVILEGE: usize = 3;
const MODE: usize = 4;
const PRINCIPAL: usize = 5;
const GRANTED: usize = 6;
const EXPIRES: usize = 7;
const HOLDER: usize = 8;
const SENSITIVITY: usize = 9;
const ORIGIN: usize = 10;
const CLIENT_KEY: usize = 11;
const AUDIENCE_KEY: usize = 12;
const SCOPE_KEY: usize = 13;
const PRINCIPAL_KEY: usize = 14;
const ORPHAN: usize = 15;
const SENSITIVE: usize = 16;
const NARROWED: usize = 17;
const VENDOR: usize = 18;
const VENDOR_KEY: usize = 19;

static INFO: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "grants".to_owned(),
    title: "Grants".to_owned(),
    row_word: "grant".to_owned(),
    columns: vec![
        column("client", "Client", ColumnKind::Name, 200),
        column("audience", "Audience", ColumnKind::Name, 180),
        column("scope", "Scope", ColumnKind::Name, 220),
        column("privilege", "Privilege", ColumnKind::Privilege, 110).choices(&words(Privilege::ALL, |w| w.as_str())),
        column("mode", "Mode", ColumnKind::Word, 120).choices(&words(GrantMode::ALL, |w| w.as_str())),
        column("principal", "For", ColumnKind::Text, 150).help("User or group of a delegated grant; none = the client itself or all users"),
        column("granted_at", "Granted", ColumnKind::Time, 100),
        column("expires_at", "Expires", ColumnKind::Time, 100),
        column("holder", "Holder", ColumnKind::Word, 100).choices(&words(Holder::ALL, |w| w.as_str())),
        column("sensitivity", "Sensitivity", ColumnKind::Word, 100)
            .choices(&words(Sensitivity::ALL, |w| w.as_str()))
            .help("Highest sensitivity of the audience's data classes"),
        column("origin", "Made by", ColumnKind::Word, 130).hidden().choices(&words(GrantOrigin::ALL, |w| w.as_str())),
        column("client_key", "Client key", ColumnKind::Id, 200).hidden(),
        column("audience_key", "Audience key", ColumnKind::Id, 200).hidden(),
        column("scope_key", "Scope key", ColumnKind::Id, 200).hidden(),
        column("principal_key", "Principal key", ColumnKind::Id, 200).hidden(),
        column("orphan", "Orphan", ColumnKind::Bool, 70)
            .hidden()
            .help("Its client or scope is only mentioned, not described, by the files"),
        column("sensitive", "Sensitive", ColumnKind::Bool, 80).hidden(),
        column("narrowed", "Narrowed", ColumnKind::Bool, 80).hidden(),
        column("vendor", "Vendor", ColumnKind::Text, 120).hidden(),
        column("vendor_key", "Vendor key", ColumnKind::Id, 120).hidden(),
    ],
    default_sort: "client,audience,scope".to_owned(),
    default_filter: String::new(),
});

impl Table for Grants<'_> {
    fn info(&self) -> &TableInfo {
        &INFO
    }

    fn len(&self) -> usize {
        self.0.rows.grants.len()
    }

    fn id(&self, row: usize) -> String {
        let answers = self.0;
        let grant = &answers.rows.grants[row];
        let client = answers.view(grant.client).map_or("-", |at| answers.clients[at].id.as_str());
        let scope = answers.view(grant.scope).map_or("-", |at| answers.scopes[at].id.as_str());
        let principal = answers.index.row(grant.principal).map_or("-", |at| answers.principals[at].id.as_str());
        format!("{client}/{scope}/{}/{principal}", grant.mode)
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.0;
        let grant = &answers.rows.grants[row];
        let client = || answers.view(grant.client);
        let scope = || answers.view(grant.scope);
        let audience = || answers.grant_scope(grant).map(|(_, audience)| audience);
        match column {
            CLIENT => client().map_or(Cell::Unknown, |at| Cell::text(answers.client_name(at))),
            AUDIENCE => audience().map_or(Cell::Unknown, |at| Cell::text(&answers.estate.audiences[at].name)),
            SCOPE => scope().map_or(Cell::Unknown, |at| Cell::text(&answers.estate.scopes[at].value)),
            PRIVILEGE => scope().map_or(Cell::Unknown, |at| Cell::text(answers.estate.scopes[at].privilege.as_str())),
            MODE => Cell::text(grant.mode.as_str()),
            PRINCIPAL if !grant.principal.is_some() => Cell::Nothing,
            PRINCIPAL => {
                answers.index.row(grant.principal).map_or(Cell::Unknown, |at| Cell::text(&answers.rows.principals[at].display_name))
            }
            GRANTED => time(grant.granted_at),
            EXPIRES => time(grant.expires_at),
            HOLDER => client().and_then(|at| answers.clients[at].holder.value).map_or(Cell::Unknown, |holder| Cell::text(holder.as_str())),
            SENSITIVITY => audience().and_then(|at| answers.audiences[at].sensitivity).map_or(Cell::Unknown, |s| Cell::text(s.as_str())),
            ORIGIN => Cell::text(grant.origin_kind.as_str()),
            CLIENT_KEY => client().map_or(Cell::Unknown, |at| Cell::text(&answers.clients[at].id)),
            AUDIENCE_KEY => audience().map_or(Cell::Unknown, |at| Cell::text(&answers.audiences[at].id)),
            SCOPE_KEY => scope().map_or(Cell::Unknown, |at| Cell::text(&answers.scopes[at].id)),
            PRINCIPAL_KEY if !grant.principal.is_some() => Cell::Nothing,
            PRINCIPAL_KEY => answers.index.row(grant.principal).map_or(Cell::Unknown, |at| Cell::text(&answers.principals[at].id)),
            ORPHAN => Cell::Bool(is_orphan(answers, row)),
            SENSITIVE => {
                audience().map_or(Cell::Unknown, |at| Cell::Bool(answers.audiences[at].sensitivity >= Some(Sensitivity::Restricted)))
            }
            NARROWED => Cell::Bool(grant.narrowed),
            VENDOR => client()
                .and_then(|at| answers.clients[at].vendor)
                .map_or(Cell::Nothing, |vendor| Cell::text(&answers.vendors[vendor as usize].name)),
            VENDOR_KEY => client()
                .and_then(|at| answers.clients[at].vendor)
                .map_or(Cell::Nothing, |vendor| Cell::text(&answers.vendors[vendor as usize].id)),
            _ => Cell::Unknown,
        }
    }

    fn rank(&self, row: usize, column: usize) -> Option<u32> {
        let answers = self.0;
        let grant = &answers.rows.grants[row];
        let of = |at: Option<usize>, ranks: &[u32]| Some(at.map_or(u32::MAX, |at| ranks[at]));
        match column {
            CLIENT => of(answers.view(grant.client), answers.client_ranks()),
            AUDIENCE => of(answers.grant_scope(grant).map(|(_, audience)| audience), answers.audience_ranks()),
            SCOPE => of(answers.view(grant.scope), answers.scope_ranks()),
            PRIVILEGE => Some(answers.view(grant.scope).map_or(u32::MAX, |at| answers.estate.scopes[at].privilege as u32)),
            MODE => Some(grant.mode as u32),
            PRINCIPAL => of(answers.index.row(grant.principal), answers.principal_ranks()),
            _ => None,
        }
    }
}

/// A grant whose client or scope no file describes.
fn is_orphan(answers: &Answers, row: usize) -> bool {
    let grant = &answers.rows.grants[row];
    let client = answers.index.row(grant.client).map(|at| answers.rows.clients[at].state);
    let scope = answers.index.row(grant.scope).map(|at| answers.rows.scopes[at].state);
    client != Some(RowState::Observed) || scope != Some(RowState::Observed)
}

fn time(ms: i64) -> Cell<'static> {
    match ms {
        UNKNOWN_MS => Cell::Unknown,
        NEVER_MS => Cell::Never,
        ms => Cell::Time(ms),
    }
}
