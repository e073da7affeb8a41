//! Tables `principals` and `owners`: for whom grants act, and who answers for things.

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::filter::quote;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::words;

/// Users and groups that something names.
pub struct Principals<'a>(pub &'a Answers);

static PRINCIPALS: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "principals".to_owned(),
    title: "Principals".to_owned(),
    row_word: "principal".to_owned(),
    columns: vec![
        column("name", "Name", ColumnKind::Name, 260),
        column("kind", "Kind", ColumnKind::Word, 120).choices(&words(PrincipalKind::ALL, |w| w.as_str())),
        column("status", "Status", ColumnKind::Word, 100).choices(&words(PersonStatus::ALL, |w| w.as_str())),
        column("grants", "Grants", ColumnKind::Count, 80),
        column("members", "Members", ColumnKind::Number, 80),
        column("key", "Key", ColumnKind::Id, 240).hidden(),
    ],
    default_sort: "-grants".to_owned(),
    default_filter: String::new(),
});

impl Table for Principals<'_> {
    fn info(&self) -> &TableInfo {
        &PRINCIPALS
    }

    fn len(&self) -> usize {
        self.0.rows.principals.len()
    }

    fn id(&self, row: usize) -> String {
        self.0.principals[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.0;
        let principal = &answers.rows.principals[row];
        let view = &answers.principals[row];
        match PRINCIPALS.columns[column].field.as_str() {
            "name" => Cell::text(&principal.display_name),
            "kind" if principal.kind == PrincipalKind::Unknown => Cell::Unknown,
            "kind" => Cell::text(principal.kind.as_str()),
            "status" if principal.status == PersonStatus::Unknown => Cell::Unknown,
            "status" => Cell::text(principal.status.as_str()),
            "grants" => Cell::Count(i64::from(view.grants), "grants", format!("principal_key:{}", view.id).into()),
            "members" => match (principal.kind, principal.member_count) {
                (PrincipalKind::Group, None) => Cell::Unknown,
                (_, Some(n)) => Cell::Int(n),
                (_, None) => Cell::Nothing,
            },
            "key" => answers.index.natural_key(&answers.rows, principal.entity).map_or(Cell::Unknown, Cell::text),
            _ => Cell::Unknown,
        }
    }

    fn rank(&self, row: usize, column: usize) -> Option<u32> {
        (column == 0).then(|| self.0.principal_ranks()[row])
    }
}

/// People, teams and clients that answer for something.
pub struct Owners<'a>(pub &'a Answers);

static OWNERS: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "owners".to_owned(),
    title: "Owners".to_owned(),
    row_word: "owner".to_owned(),
    columns: vec![
        column("name", "Name", ColumnKind::Name, 240),
        column("kind", "Kind", ColumnKind::Word, 100).choices(&words(OwnerKind::ALL, |w| w.as_str())),
        column("status", "Status", ColumnKind::Word, 100).choices(&words(PersonStatus::ALL, |w| w.as_str())),
        column("clients", "Clients", ColumnKind::Count, 90).help("Clients that it is accountable for"),
        column("only_owner", "Only owner", ColumnKind::Number, 100).help("Of those, clients without another accountable owner"),
        column("contact", "Contact", ColumnKind::Text, 220),
    ],
    default_sort: "-only_owner".to_owned(),
    default_filter: String::new(),
});

impl Table for Owners<'_> {
    fn info(&self) -> &TableInfo {
        &OWNERS
    }

    fn len(&self) -> usize {
        self.0.owners.len()
    }

    fn id(&self, row: usize) -> String {
        self.0.owners[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let view = &self.0.owners[row];
        let owner = view.row.map(|at| &self.0.rows.owners[at as usize]);
        match OWNERS.columns[column].field.as_str() {
            "name" => Cell::text(&view.name),
            "kind" => owner.map_or(Cell::Unknown, |owner| Cell::text(owner.kind.as_str())),
            "status" => match owner.map(|owner| owner.status) {
                None | Some(PersonStatus::Unknown) => Cell::Unknown,
                Some(status) => Cell::text(status.as_str()),
            },
            "clients" => {
                Cell::Count(i64::from(view.clients), "clients", format!("owner_keys~{}", quote(&format!("*|{}|*", view.id))).into())
            }
            "only_owner" => Cell::Int(i64::from(view.only_owner)),
            "contact" => owner.map_or(Cell::Unknown, |owner| Cell::text_or_unknown(owner.contact.as_deref())),
            _ => Cell::Unknown,
        }
    }
}
