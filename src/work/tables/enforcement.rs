//! Table `enforcement`: the coverage matrix (domain.md 6.4), one row for each API, one column for each check.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::model::time::DAY_MS;
use crate::policy::enforcement::{self, Checks, GatewayVerdict, Verdict};
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnInfo, ColumnKind, TableInfo};

use super::words;

/// The table over one revision's answers.
pub struct EnforcementTable<'a> {
    answers: &'a Answers,
    gateways: BTreeMap<&'a str, GatewayVerdict>,
}

static INFO: LazyLock<TableInfo> = LazyLock::new(|| {
    let results = words(CheckResult::ALL, |w| w.as_str());
    let check = |id: CheckId| -> ColumnInfo {
        column(id.as_str(), id.as_str(), ColumnKind::Word, 90).choices(&results).help(enforcement::question(id))
    };
    let mut columns = vec![
        column("name", "Name", ColumnKind::Name, 220),
        column("gateway", "Gateway", ColumnKind::Text, 120).help("None: it is called directly, or nobody recorded the gateway"),
    ];
    columns.extend(CheckId::ALL.iter().map(|id| check(*id)));
    columns.extend([
        column("coverage", "Coverage %", ColumnKind::Number, 90).help("Evidence-backed passes of the checks that apply"),
        column("verdict", "Verdict", ColumnKind::Word, 110).choices(Verdict::ALL),
        column("gateway_verdict", "Gateway verdict", ColumnKind::Word, 120)
            .choices(GatewayVerdict::ALL)
            .help("All APIs behind the gateway together; uneven: some authorise for themselves, others do not"),
        column("sensitivity", "Sensitivity", ColumnKind::Word, 110).hidden().choices(&words(Sensitivity::ALL, |w| w.as_str())),
        column("reachable_without_gateway", "Reachable past the gateway", ColumnKind::Bool, 120).hidden(),
        column("ends_at", "Evidence ends", ColumnKind::Time, 110).hidden().help("The first day after which a result stops counting"),
        column("passed", "Passed", ColumnKind::Number, 70).hidden(),
        column("failed", "Failed", ColumnKind::Number, 70).hidden(),
        column("unknown", "Unknown", ColumnKind::Number, 70).hidden(),
        column("contradictions", "Contradictions", ColumnKind::Number, 90)
            .hidden()
            .help("Checks where what was recorded and what a configuration shows differ"),
        column("routes", "Routes", ColumnKind::Number, 70).hidden().help("Routes of gateways that lead to it"),
        column("boundary", "Trust boundary", ColumnKind::Text, 140).hidden(),
        column("owner", "Owner", ColumnKind::Text, 130).hidden(),
        column("operator", "Operator", ColumnKind::Word, 90).hidden().choices(&["own", "vendor", "platform", "unknown"]),
        column("identifiers", "Identifiers", ColumnKind::Id, 240).hidden(),
        column("key", "Key", ColumnKind::Id, 240).hidden().help("The public id of the audience"),
    ]);
    TableInfo {
        name: "enforcement".to_owned(),
        title: "Enforcement".to_owned(),
        row_word: "audience".to_owned(),
        columns,
        default_sort: "gateway,name".to_owned(),
        default_filter: "-operator:platform".to_owned(),
    }
});

/// Verdict of every gateway, by its name.
pub fn gateway_verdicts(answers: &Answers) -> BTreeMap<&str, GatewayVerdict> {
    let mut behind: BTreeMap<&str, Vec<&Checks>> = BTreeMap::new();
    for view in &answers.audiences {
        if let Some(gateway) = &view.enforcement.gateway {
            behind.entry(gateway).or_default().push(&view.enforcement.checks);
        }
    }
    behind.into_iter().map(|(gateway, checks)| (gateway, GatewayVerdict::of(checks.iter().copied()))).collect()
}

impl<'a> EnforcementTable<'a> {
    /// All APIs.
    pub fn new(answers: &'a Answers) -> Self {
        Self { answers, gateways: gateway_verdicts(answers) }
    }
}

impl Table for EnforcementTable<'_> {
    fn info(&self) -> &TableInfo {
        &INFO
    }

    fn len(&self) -> usize {
        self.answers.audiences.len()
    }

    fn id(&self, row: usize) -> String {
        self.answers.audiences[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.answers;
        let view = &answers.audiences[row];
        let enforcement = &view.enforcement;
        let count = |result: CheckResult| Cell::Int(enforcement.checks.iter().filter(|known| **known == result).count() as i64);
        let field = INFO.columns[column].field.as_str();
        if let Some(check) = CheckId::parse(field) {
            return word(enforcement.checks[enforcement::at(check)].as_str());
        }
        match field {
            "name" => Cell::text(&answers.estate.audiences[row].name),
            "gateway" => enforcement.gateway.as_deref().map_or(Cell::Nothing, Cell::text),
            "coverage" => percent(&enforcement.checks).map_or(Cell::Unknown, |percent| Cell::Int(i64::from(percent))),
            "verdict" => word(Verdict::of(&enforcement.checks, enforcement.gateway.is_some()).as_str()),
            "gateway_verdict" => match &enforcement.gateway {
                Some(gateway) => word(self.gateways.get(gateway.as_str()).map_or("unknown", |verdict| verdict.as_str())),
                None => Cell::Nothing,
            },
            "sensitivity" => view.sensitivity.map_or(Cell::Unknown, |s| Cell::text(s.as_str())),
            "reachable_without_gateway" => enforcement.reachable_without_gateway.map_or(Cell::Unknown, Cell::Bool),
            "ends_at" => enforcement.next_end().map_or(Cell::Nothing, |day| Cell::Time(day * DAY_MS)),
            "passed" => count(CheckResult::Pass),
            "failed" => count(CheckResult::Fail),
            "unknown" => count(CheckResult::Unknown),
            "contradictions" => Cell::Int(enforcement.contradictions.iter().filter(|differ| **differ).count() as i64),
            "routes" => Cell::Int(enforcement.routes.len() as i64),
            "boundary" => Cell::text_or_unknown(view.boundary.value.as_deref()),
            "owner" => view.owner.value.as_deref().map_or(Cell::Nothing, Cell::text),
            "operator" => word(view.operator),
            "identifiers" => Cell::text(&view.identifiers),
            "key" => Cell::text(&view.id),
            _ => Cell::Unknown,
        }
    }

    fn rank(&self, row: usize, column: usize) -> Option<u32> {
        (column == 0).then(|| self.answers.audience_ranks()[row])
    }
}

/// Coverage of an API in whole percent, rounded down, so that 100 means all; nothing that applies has none.
pub fn percent(checks: &Checks) -> Option<u32> {
    let (passed, applicable) = enforcement::coverage(checks);
    (100 * passed).checked_div(applicable)
}

fn word(word: &str) -> Cell<'_> {
    if word == "unknown" { Cell::Unknown } else { Cell::text(word) }
}
