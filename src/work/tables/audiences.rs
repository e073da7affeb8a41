//! Table `audiences`: every API, as the token names it.

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::words;

/// The table over one revision's answers.
pub struct Audiences<'a>(pub &'a Answers);

static INFO: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "audiences".to_owned(),
    title: "Audiences".to_owned(),
    row_word: "audience".to_owned(),
    columns: vec![
        column("name", "Name", ColumnKind::Name, 220),
        column("boundary", "Trust boundary", ColumnKind::Text, 140),
        column("sensitivity", "Sensitivity", ColumnKind::Word, 110)
            .choices(&words(Sensitivity::ALL, |w| w.as_str()))
            .help("Highest of its data classes; unknown counts as confidential"),
        column("data_classes", "Data classes", ColumnKind::Text, 220),
        column("impact", "Impact", ColumnKind::Word, 90).choices(&words(Impact::ALL, |w| w.as_str())),
        column("high_risk", "High risk", ColumnKind::Bool, 80),
        column("function", "Function", ColumnKind::Text, 130),
        column("clients", "Clients", ColumnKind::Number, 70),
        column("grants", "Grants", ColumnKind::Count, 80),
        column("scopes", "Scopes", ColumnKind::Count, 70),
        column("operator", "Operator", ColumnKind::Word, 90).hidden().choices(&["own", "vendor", "platform", "unknown"]),
        column("environment", "Environment", ColumnKind::Word, 100).hidden().choices(&words(Environment::ALL, |w| w.as_str())),
        column("owner", "Owner", ColumnKind::Text, 130).hidden(),
        column("identifiers", "Identifiers", ColumnKind::Id, 240).hidden(),
        column("source", "Source", ColumnKind::Word, 90).hidden(),
        column("instance", "Instance", ColumnKind::Text, 140).hidden(),
        column("key", "Key", ColumnKind::Id, 240).hidden().help("The public id of the audience"),
        column("state", "State", ColumnKind::Word, 90).hidden().choices(&["observed", "unresolved"]),
    ],
    default_sort: "-sensitivity,-grants".to_owned(),
    default_filter: String::new(),
});

impl Table for Audiences<'_> {
    fn info(&self) -> &TableInfo {
        &INFO
    }

    fn len(&self) -> usize {
        self.0.audiences.len()
    }

    fn id(&self, row: usize) -> String {
        self.0.audiences[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.0;
        let view = &answers.audiences[row];
        let audience = &answers.rows.audiences[view.row as usize];
        match INFO.columns[column].field.as_str() {
            "name" => Cell::text(&answers.estate.audiences[row].name),
            "boundary" => Cell::text_or_unknown(view.boundary.value.as_deref()),
            "sensitivity" => view.sensitivity.map_or(Cell::Unknown, |s| Cell::text(s.as_str())),
            "data_classes" => Cell::text_or_unknown(view.data_classes.value.as_deref()),
            "impact" => view.impact.value.map_or(Cell::Unknown, |impact| Cell::text(impact.as_str())),
            "high_risk" => view.high_risk.value.map_or(Cell::Unknown, Cell::Bool),
            "function" => Cell::text_or_unknown(view.function.value.as_deref()),
            "clients" => Cell::Int(i64::from(view.clients)),
            "grants" => Cell::Count(i64::from(view.grants), "grants", format!("audience_key:{}", view.id).into()),
            "scopes" => Cell::Count(i64::from(view.scopes), "scopes", format!("audience_key:{}", view.id).into()),
            "operator" if view.operator == "unknown" => Cell::Unknown,
            "operator" => Cell::text(view.operator),
            "environment" => view.environment.value.map_or(Cell::Unknown, |e| Cell::text(e.as_str())),
            "owner" => view.owner.value.as_deref().map_or(Cell::Nothing, Cell::text),
            "identifiers" => Cell::text(&view.identifiers),
            "source" => answers.index.instance(&answers.rows, audience.entity).map_or(Cell::Unknown, |(s, ..)| Cell::text(s.as_str())),
            "instance" => answers.index.instance(&answers.rows, audience.entity).map_or(Cell::Unknown, |(.., name)| Cell::text(name)),
            "key" => Cell::text(&view.id),
            "state" => Cell::text(audience.state.as_str()),
            _ => Cell::Unknown,
        }
    }

    fn rank(&self, row: usize, column: usize) -> Option<u32> {
        match column {
            0 => Some(self.0.audience_ranks()[row]),
            // Sensitivity sorts by its order, not by its word.
            2 => Some(self.0.audiences[row].sensitivity.map_or(u32::MAX, |s| s as u32)),
            4 => Some(self.0.audiences[row].impact.value.map_or(u32::MAX, |impact| impact as u32)),
            _ => None,
        }
    }
}
