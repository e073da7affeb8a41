//! Tables `credentials` and `rotations`: every secret, key, certificate and federated subject, and its clock.
//!
//! `rotations` is the same population cut to what has a rotation clock, so that both always agree.

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::model::time::{DAY_MS, iso_date};
use crate::policy::sla::{self, AGE_BUCKETS};
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnInfo, ColumnKind, TableInfo};

use super::words;

/// Statuses of decision D44 in the order of urgency.
pub const STATUSES: &[&str] = &["overdue", "in_grace", "due", "due_soon", "ok", "unknown", "ended", "not_applicable"];
/// Names of the age buckets of decision D44.
pub fn ages() -> Vec<&'static str> {
    AGE_BUCKETS.iter().map(|bucket| bucket.name).collect()
}

/// The table over one revision's answers.
pub struct Credentials<'a> {
    answers: &'a Answers,
    info: &'static TableInfo,
    /// Rows of `Answers::credentials`; `None` = all of them.
    rows: Option<Vec<u32>>,
}

impl<'a> Credentials<'a> {
    /// All credentials.
    pub fn all(answers: &'a Answers) -> Self {
        Self { answers, info: &INFO, rows: None }
    }

    /// Those with a rotation clock: not ended, not the platform's, of a kind that rotates.
    pub fn rotations(answers: &'a Answers) -> Self {
        let rows = (0..answers.credentials.len() as u32)
            .filter(|&at| !matches!(answers.credentials[at as usize].rotation.status.as_str(), "ended" | "not_applicable"))
            .collect();
        Self { answers, info: &ROTATIONS, rows: Some(rows) }
    }
}

fn columns() -> Vec<ColumnInfo> {
    vec![
        column("name", "Name", ColumnKind::Name, 180),
        column("client", "Client", ColumnKind::Text, 180),
        column("kind", "Kind", ColumnKind::Word, 120).choices(&words(CredentialKind::ALL, |w| w.as_str())),
        column("status", "Status", ColumnKind::Word, 100).choices(STATUSES).help("Against the rotation SLA, as of the as-of date"),
        column("age_days", "Age", ColumnKind::Days, 70).help("Days since it was activated or created, to the as-of date"),
        column("days_over", "Over", ColumnKind::Days, 70).help("Days past the due date"),
        column("due_at", "Due", ColumnKind::Time, 100),
        column("expires_at", "Expires", ColumnKind::Time, 100),
        column("last_used_at", "Last used", ColumnKind::Time, 100),
        column("owner", "Rotation owner", ColumnKind::Text, 140),
        column("reach_units", "Reach", ColumnKind::Units, 80),
        column("blast_score", "Attested", ColumnKind::Score, 90),
        column("created_at", "Created", ColumnKind::Time, 100).hidden(),
        column("activated_at", "Valid from", ColumnKind::Time, 100).hidden(),
        column("age_bucket", "Age bucket", ColumnKind::Word, 100).hidden().choices(&ages()),
        column("due_month", "Due month", ColumnKind::Text, 90).hidden(),
        column("late", "Late", ColumnKind::Bool, 70).hidden(),
        column("max_age_days", "SLA", ColumnKind::Days, 70).hidden(),
        column("holder", "Holder", ColumnKind::Word, 100).hidden().choices(&words(Holder::ALL, |w| w.as_str())),
        column("vendor", "Vendor", ColumnKind::Text, 130).hidden(),
        column("shared", "Shared", ColumnKind::Bool, 70).hidden().help("Another credential holds the same value or key"),
        column("fingerprint", "Fingerprint", ColumnKind::Id, 200).hidden(),
        column("federated_subject", "Subject", ColumnKind::Text, 220).hidden(),
        column("federated_issuer", "Issuer", ColumnKind::Text, 200).hidden(),
        column("source", "Source", ColumnKind::Word, 90).hidden(),
        column("client_key", "Client key", ColumnKind::Id, 200).hidden(),
        column("client_enabled", "Client enabled", ColumnKind::Word, 90).hidden().choices(&["yes", "no", "unknown"]),
    ]
}

static INFO: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "credentials".to_owned(),
    title: "Credentials".to_owned(),
    row_word: "credential".to_owned(),
    columns: columns(),
    default_sort: "-days_over,-reach_units".to_owned(),
    default_filter: "-status:ended -holder:platform".to_owned(),
});

static ROTATIONS: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "rotations".to_owned(),
    title: "Rotations".to_owned(),
    row_word: "credential".to_owned(),
    columns: columns(),
    default_sort: "-reach_units,-days_over".to_owned(),
    default_filter: String::new(),
});

impl Table for Credentials<'_> {
    fn info(&self) -> &TableInfo {
        self.info
    }

    fn len(&self) -> usize {
        self.rows.as_ref().map_or(self.answers.credentials.len(), Vec::len)
    }

    fn id(&self, row: usize) -> String {
        self.answers.credentials[self.at(row)].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let at = self.at(row);
        let answers = self.answers;
        let view = &answers.credentials[at];
        let credential = &answers.rows.credentials[view.row as usize];
        let client = &answers.clients[view.client as usize];
        let rotation = &view.rotation;
        let score = answers.credential_score(at);
        match self.info.columns[column].field.as_str() {
            "name" => Cell::text(&credential.display_name),
            "client" => Cell::text(answers.client_name(view.client as usize)),
            "kind" => Cell::text(credential.kind.as_str()),
            "status" => Cell::text(rotation.status.as_str()),
            "age_days" => rotation.age_days.map_or(Cell::Unknown, Cell::Int),
            "age_bucket" => rotation.age_days.map_or(Cell::Unknown, |days| Cell::text(AGE_BUCKETS[sla::age_bucket(Some(days))].name)),
            "days_over" => Cell::Int(rotation.days_over),
            "late" => Cell::Bool(rotation.status.as_str() == "overdue"),
            "due_at" => Cell::time_or_unknown(rotation.due_day.map(|day| day * DAY_MS)),
            "due_month" => rotation.due_day.map_or(Cell::Unknown, |day| Cell::owned(iso_date(day * DAY_MS)[..7].to_owned())),
            "max_age_days" => rotation.max_age_days.map_or(Cell::Nothing, Cell::Int),
            "expires_at" => Cell::expiry(credential.expires_at),
            "last_used_at" => Cell::time_or_unknown(credential.last_used_at),
            "created_at" => Cell::time_or_unknown(credential.created_at),
            "activated_at" => Cell::time_or_unknown(credential.activated_at),
            "owner" => view.rotation_owner.as_deref().map_or(Cell::Nothing, Cell::text),
            "reach_units" => score.map_or(Cell::Nothing, |score| Cell::Decimal(score.reach_units(), 4)),
            "blast_score" => score.map_or(Cell::Nothing, |score| Cell::Decimal(score.blast_score(), 1)),
            "holder" => client.holder.value.map_or(Cell::Unknown, |holder| Cell::text(holder.as_str())),
            "vendor" => client.vendor.map_or(Cell::Nothing, |vendor| Cell::text(&answers.vendors[vendor as usize].name)),
            "shared" => Cell::Bool(view.shared),
            "fingerprint" => credential.fingerprint.as_deref().map_or(Cell::Nothing, Cell::text),
            "federated_subject" => credential.federated_subject.as_deref().map_or(Cell::Nothing, Cell::text),
            "federated_issuer" => credential.federated_issuer.as_deref().map_or(Cell::Nothing, Cell::text),
            "source" => answers.index.instance(&answers.rows, credential.entity).map_or(Cell::Unknown, |(s, ..)| Cell::text(s.as_str())),
            "client_key" => Cell::text(&client.id),
            "client_enabled" => match answers.rows.clients[client.row as usize].enabled {
                Tri::Unknown => Cell::Unknown,
                known => Cell::text(known.as_str()),
            },
            _ => Cell::Unknown,
        }
    }
}

impl Credentials<'_> {
    fn at(&self, row: usize) -> usize {
        self.rows.as_ref().map_or(row, |rows| rows[row] as usize)
    }
}
