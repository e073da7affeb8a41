//! Table `units`: units of compromise ranked by reach (domain.md 3.1): clients, credentials, vendors and applications.

use std::sync::LazyLock;

use crate::blast::UnitScore;
use crate::model::kinds::*;
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::{bands, words};

/// The table over one revision's answers. Rows: enabled clients, usable credentials, vendors, applications, in that order.
pub struct Units<'a> {
    answers: &'a Answers,
    clients: Vec<u32>,
    credentials: Vec<u32>,
}

/// One unit.
enum Unit {
    Client(usize),
    Credential(usize),
    Vendor(usize),
    Application(usize),
}

impl<'a> Units<'a> {
    /// All units of the estate; disabled clients stand outside default figures (D40), platform clients are no units.
    pub fn new(answers: &'a Answers) -> Self {
        let scored = |at: &u32| {
            let view = &answers.clients[*at as usize];
            view.holder.value != Some(Holder::Platform) && answers.estate.clients[*at as usize].enabled && !view.api_only
        };
        let clients: Vec<u32> = (0..answers.clients.len() as u32).filter(scored).collect();
        let credentials = (0..answers.credentials.len() as u32)
            .filter(|at| answers.credentials[*at as usize].unit.is_some() && scored(&answers.credentials[*at as usize].client))
            .collect();
        Self { answers, clients, credentials }
    }

    /// Scores of the units of one kind, by the word of the column `unit`.
    pub fn scores_of(&self, kind: &str) -> Vec<&'a UnitScore> {
        let scores = &self.answers.scores;
        match kind {
            "client" => self.clients.iter().map(|at| &scores.clients[*at as usize]).collect(),
            "credential" => {
                let units = self.credentials.iter().filter_map(|at| self.answers.credentials[*at as usize].unit);
                units.map(|unit| &scores.credentials[unit as usize]).collect()
            }
            "vendor" => scores.vendors.iter().collect(),
            "application" => scores.applications.iter().collect(),
            _ => Vec::new(),
        }
    }

    fn unit(&self, row: usize) -> Unit {
        let row_after_clients = row.checked_sub(self.clients.len());
        match row_after_clients {
            None => Unit::Client(self.clients[row] as usize),
            Some(at) if at < self.credentials.len() => Unit::Credential(self.credentials[at] as usize),
            Some(at) if at < self.credentials.len() + self.answers.vendors.len() => Unit::Vendor(at - self.credentials.len()),
            Some(at) => Unit::Application(at - self.credentials.len() - self.answers.vendors.len()),
        }
    }

    fn score(&self, row: usize) -> &UnitScore {
        match self.unit(row) {
            Unit::Client(at) => &self.answers.scores.clients[at],
            // The row list was built from credentials that are units.
            Unit::Credential(at) => &self.answers.scores.credentials[self.answers.credentials[at].unit.unwrap_or_default() as usize],
            Unit::Vendor(at) => &self.answers.scores.vendors[at],
            Unit::Application(at) => &self.answers.scores.applications[at],
        }
    }
}

static INFO: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "units".to_owned(),
    title: "Units of compromise".to_owned(),
    row_word: "unit".to_owned(),
    columns: vec![
        column("name", "Unit", ColumnKind::Name, 240),
        column("unit", "Assumed stolen", ColumnKind::Word, 120).choices(&["client", "credential", "vendor", "application"]),
        column("audiences", "APIs", ColumnKind::Number, 70),
        column("data_classes", "Data classes", ColumnKind::Number, 100),
        column("functions", "Functions", ColumnKind::Number, 90),
        column("boundaries", "Boundaries", ColumnKind::Number, 100),
        column("max_privilege", "Highest", ColumnKind::Privilege, 110).choices(&words(Privilege::ALL, |w| w.as_str())),
        column("reach_units", "Reach", ColumnKind::Units, 80),
        column("reach_score", "Reach score", ColumnKind::Score, 100),
        column("blast_score", "Attested", ColumnKind::Score, 100),
        column("gateway_only_score", "Gateway only", ColumnKind::Score, 110).help(
            "If only the gateway checked: unknown and failed checks of APIs count as failed. As attested where no gateway is recorded",
        ),
        column("band", "Band", ColumnKind::Word, 90).choices(bands()),
        column("escalates", "Escalates", ColumnKind::Word, 110).choices(&["bounded", "principals", "clients_all", "realm"]),
        column("exposure", "Exposure", ColumnKind::Number, 90).hidden().help("Factor X: how easily and how long"),
        column("assumed", "Assumed", ColumnKind::Number, 80).hidden().help("Share of the score that rests on assumptions, per cent"),
    ],
    default_sort: "-reach_units".to_owned(),
    default_filter: String::new(),
});

impl Table for Units<'_> {
    fn info(&self) -> &TableInfo {
        &INFO
    }

    fn len(&self) -> usize {
        self.clients.len() + self.credentials.len() + self.answers.vendors.len() + self.answers.estate.applications.len()
    }

    fn id(&self, row: usize) -> String {
        match self.unit(row) {
            Unit::Client(at) => format!("client:{}", self.answers.clients[at].id),
            Unit::Credential(at) => format!("credential:{}", self.answers.credentials[at].id),
            Unit::Vendor(at) => format!("vendor:{}", self.answers.vendors[at].id),
            Unit::Application(at) => format!("application:{}", self.answers.estate.applications[at].id),
        }
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.answers;
        let score = self.score(row);
        match INFO.columns[column].field.as_str() {
            "name" => match self.unit(row) {
                Unit::Client(at) => Cell::text(answers.client_name(at)),
                Unit::Credential(at) => {
                    let view = &answers.credentials[at];
                    let name = &answers.rows.credentials[view.row as usize].display_name;
                    Cell::owned(format!("{} · {name}", answers.client_name(view.client as usize)))
                }
                Unit::Vendor(at) => Cell::text(&answers.vendors[at].name),
                Unit::Application(at) => Cell::text(&answers.estate.applications[at].name),
            },
            "unit" => Cell::text(match self.unit(row) {
                Unit::Client(_) => "client",
                Unit::Credential(_) => "credential",
                Unit::Vendor(_) => "vendor",
                Unit::Application(_) => "application",
            }),
            "audiences" => Cell::Int(i64::from(score.audiences)),
            "data_classes" => Cell::Int(i64::from(score.data_classes)),
            "functions" => Cell::Int(i64::from(score.functions)),
            "boundaries" => Cell::Int(i64::from(score.boundaries)),
            "max_privilege" => Cell::text(score.max_privilege.as_str()),
            "reach_units" => Cell::Decimal(score.reach_units(), 4),
            "reach_score" => Cell::Decimal(score.reach_score(), 1),
            "blast_score" => Cell::Decimal(score.blast_score(), 1),
            "gateway_only_score" => Cell::Decimal(score.gateway_only_score(), 1),
            "band" => Cell::text(score.band(&answers.weights)),
            "escalates" => score.escalation.map_or(Cell::Nothing, |target| Cell::text(super::escalation_word(target))),
            "exposure" => Cell::Decimal(score.exposure(), 4),
            "assumed" => Cell::Int(i64::from(score.assumed_per_mille) / 10),
            _ => Cell::Unknown,
        }
    }
}
