//! Tables `third_parties` and `vendors`: who outside reaches what inside.

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::{bands, words};

/// Vendors with what they reach; `vendors` and `third_parties` are two names for one table.
pub struct ThirdParties<'a> {
    answers: &'a Answers,
    info: &'static TableInfo,
}

impl<'a> ThirdParties<'a> {
    /// Under the name `third_parties`.
    pub fn new(answers: &'a Answers) -> Self {
        Self { answers, info: &THIRD_PARTIES }
    }

    /// Under the name `vendors`.
    pub fn vendors(answers: &'a Answers) -> Self {
        Self { answers, info: &VENDORS }
    }
}

static THIRD_PARTIES: LazyLock<TableInfo> = LazyLock::new(|| info("third_parties", "Third parties"));
static VENDORS: LazyLock<TableInfo> = LazyLock::new(|| info("vendors", "Vendors"));

fn info(name: &str, title: &str) -> TableInfo {
    TableInfo {
        name: name.to_owned(),
        title: title.to_owned(),
        row_word: "vendor".to_owned(),
        columns: vec![
            column("name", "Vendor", ColumnKind::Name, 220),
            column("verified", "Verified", ColumnKind::Word, 90)
                .choices(&["yes", "no", "unknown"])
                .help("Whether the identity system verified the publisher of all its clients"),
            column("contract", "Contract", ColumnKind::Text, 120),
            column("clients", "Clients", ColumnKind::Count, 80),
            column("grants", "Grants", ColumnKind::Count, 80),
            column("sensitive_grants", "Sensitive grants", ColumnKind::Count, 110)
                .help("Grants at audiences with restricted or regulated data"),
            column("consent", "Consent", ColumnKind::Text, 160).help("Who granted: the application itself, all users, some users"),
            column("users", "Users", ColumnKind::Text, 80).help("Distinct users that consented; all = consent for everyone"),
            column("data_classes", "Data classes", ColumnKind::Number, 90).help("Data classes reached over every path"),
            column("sensitive", "Sens.", ColumnKind::Number, 60).help("Of those, restricted and regulated"),
            column("impact", "Impact", ColumnKind::Word, 90)
                .choices(&words(Impact::ALL, |w| w.as_str()))
                .help("Highest impact of an audience that it reaches directly"),
            column("reach_units", "Reach", ColumnKind::Units, 80),
            column("blast_score", "Attested", ColumnKind::Score, 90),
            column("newest_grant", "Newest grant", ColumnKind::Time, 110),
            column("band", "Band", ColumnKind::Word, 90).hidden().choices(bands()),
            column("contact", "Contact", ColumnKind::Text, 160).hidden(),
        ],
        default_sort: "-sensitive,-reach_units".to_owned(),
        default_filter: if name == "third_parties" { "-clients:none".to_owned() } else { String::new() },
    }
}

impl Table for ThirdParties<'_> {
    fn info(&self) -> &TableInfo {
        self.info
    }

    fn len(&self) -> usize {
        self.answers.vendors.len()
    }

    fn id(&self, row: usize) -> String {
        self.answers.vendors[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let view = &self.answers.vendors[row];
        let score = &self.answers.scores.vendors[row];
        match self.info.columns[column].field.as_str() {
            "name" => Cell::text(&view.name),
            "verified" if view.verified == Tri::Unknown => Cell::Unknown,
            "verified" => Cell::text(view.verified.as_str()),
            "contract" => Cell::text_or_unknown(view.contract.as_deref()),
            "contact" => Cell::text_or_unknown(view.contact.as_deref()),
            "clients" => Cell::Count(view.clients.len() as i64, "clients", format!("vendor_key:{}", view.id).into()),
            "grants" => Cell::Count(i64::from(view.grants), "grants", format!("vendor_key:{}", view.id).into()),
            "sensitive_grants" => {
                Cell::Count(i64::from(view.sensitive_grants), "grants", format!("vendor_key:{} sensitive:yes", view.id).into())
            }
            "consent" => Cell::text(&view.consent),
            "users" => view.users.map_or(Cell::text("all"), |n| Cell::Int(i64::from(n))),
            "data_classes" => Cell::Int(i64::from(score.data_classes)),
            "sensitive" => Cell::Int(i64::from(score.sensitive_classes)),
            "impact" => view.impact.map_or(Cell::Unknown, |impact| Cell::text(impact.as_str())),
            "reach_units" => Cell::Decimal(score.reach_units(), 4),
            "blast_score" => Cell::Decimal(score.blast_score(), 1),
            "band" => Cell::text(score.band(&self.answers.weights)),
            "newest_grant" => Cell::time_or_unknown(view.newest_grant),
            _ => Cell::Unknown,
        }
    }
}
