//! Table `gateway_routes`: every route that a gateway's configuration names, the checks on it, and the APIs behind it, if any fits.

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::policy::enforcement;
use crate::policy::gateway_routes::MatchedBy;
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::words;

/// The table over one revision's answers.
pub struct GatewayRoutes<'a>(pub &'a Answers);

static INFO: LazyLock<TableInfo> = LazyLock::new(|| {
    let results = words(CheckResult::ALL, |w| w.as_str());
    let mut columns = vec![
        column("name", "Route", ColumnKind::Name, 200),
        column("gateway", "Gateway", ColumnKind::Text, 120),
        column("api", "API", ColumnKind::Text, 180).help("APIs of the inventory that it leads to; none: nothing that is known fits"),
        column("matched", "Matched by", ColumnKind::Word, 100)
            .choices(MatchedBy::ALL)
            .help("A statement, an audience value that it asks for, its address, or its name"),
        column("service", "Service", ColumnKind::Text, 140),
        column("hosts", "Hosts", ColumnKind::Text, 160),
        column("paths", "Paths", ColumnKind::Text, 160),
        column("methods", "Methods", ColumnKind::Text, 90),
    ];
    for id in &CheckId::ALL[..5] {
        columns.push(column(id.as_str(), id.as_str(), ColumnKind::Word, 90).choices(&results).help(enforcement::question(*id)));
    }
    columns.extend([
        column("told", "Found", ColumnKind::Text, 320).help("What the configuration says, in words"),
        column("issuers", "Issuers", ColumnKind::Text, 180),
        column("audiences", "Audience values", ColumnKind::Text, 180).help("A token must be meant for one of these"),
        column("scopes", "Scopes asked for", ColumnKind::Text, 160),
        column("source", "Source", ColumnKind::Word, 90).hidden().choices(&words(Source::ALL, |w| w.as_str())),
        column("checked", "Checked", ColumnKind::Time, 110).hidden().help("When the configuration is known to have been so"),
        column("evidence", "Evidence", ColumnKind::Text, 200).hidden(),
        column("key", "Key", ColumnKind::Id, 240).hidden().help("The public id of the route"),
    ]);
    TableInfo {
        name: "gateway_routes".to_owned(),
        title: "Gateway routes".to_owned(),
        row_word: "route".to_owned(),
        columns,
        default_sort: "gateway,name".to_owned(),
        default_filter: String::new(),
    }
});

/// Values that stand one a line, on one line.
pub fn listed(lines: Option<&str>, between: &str) -> Option<String> {
    lines.map(|lines| lines.lines().collect::<Vec<_>>().join(between))
}

impl Table for GatewayRoutes<'_> {
    fn info(&self) -> &TableInfo {
        &INFO
    }

    fn len(&self) -> usize {
        self.0.routes.len()
    }

    fn id(&self, row: usize) -> String {
        self.0.routes[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.0;
        let view = &answers.routes[row];
        let route = &answers.rows.gateway_routes[view.row as usize];
        let list =
            |lines: &Option<String>, between| listed(lines.as_deref(), between).map_or(Cell::Nothing, |text| Cell::Text(text.into()));
        let field = INFO.columns[column].field.as_str();
        if let Some(check) = CheckId::parse(field) {
            return match route.checks()[enforcement::at(check)] {
                CheckResult::Unknown => Cell::Unknown,
                result => Cell::text(result.as_str()),
            };
        }
        match field {
            "name" => Cell::text(&route.display_name),
            "gateway" => Cell::text(&view.gateway),
            "api" if view.apis.is_empty() => Cell::Nothing,
            "api" => {
                let names: Vec<&str> = view.apis.iter().map(|at| answers.estate.audiences[*at as usize].name.as_str()).collect();
                Cell::Text(names.join(", ").into())
            }
            "matched" => view.matched.map_or(Cell::Nothing, |by| Cell::text(by.as_str())),
            "service" => route.service.as_deref().map_or(Cell::Nothing, Cell::text),
            "hosts" => list(&route.hosts, ", "),
            "paths" => list(&route.paths, ", "),
            "methods" => list(&route.methods, ", "),
            "issuers" => list(&route.issuers, ", "),
            "audiences" => list(&route.audiences, ", "),
            "scopes" => list(&route.scopes, ", "),
            "told" => list(&route.told, " "),
            "source" => Cell::text(view.source.as_str()),
            "checked" => view.checked.map_or(Cell::Unknown, |day| Cell::Time(day * crate::model::time::DAY_MS)),
            "evidence" => Cell::text_or_unknown(view.evidence.as_deref()),
            "key" => Cell::text(&view.id),
            _ => Cell::Unknown,
        }
    }
}
