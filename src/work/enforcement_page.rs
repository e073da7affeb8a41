//! The page Enforcement: the coverage matrix by gateway, the triad by business product, and recording checks.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::error::Told;
use crate::model::kinds::*;
use crate::model::time::iso;
use crate::policy::enforcement::{self, Verdict};
use crate::policy::sharing::{SharingFacts, SharingVerdict, Tier, may_share};
use crate::store::edits::AssertionChange;

use super::answers::Answers;
use super::answers::gateways::{Observed, RouteView};
use super::filter::quote;
use super::statements;
use super::tables::enforcement::{gateway_verdicts, percent};
use super::wire::{
    CheckCell, CheckHead, EnforcementMatrix, EnforcementRow, GatewayLine, Link, ObservedCheck, RecordRequest, RouteApi, RouteLine, TriadRow,
};

/// APIs of one gateway that a page holds.
const MOST_ROWS: usize = 500;
/// Lines of the triad that a page holds.
const MOST_TRIADS: usize = 500;
/// Sentences and names of routes that a check shows.
const MOST_TOLD: usize = 50;
/// Routes of one gateway that a page holds.
const MOST_ROUTES: usize = 500;

/// The matrix of one gateway: the asked one, else the first; empty = APIs without a gateway.
pub fn matrix(answers: &Answers, asked: Option<&str>) -> EnforcementMatrix {
    let verdicts = gateway_verdicts(answers);
    let mut behind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, view) in answers.audiences.iter().enumerate() {
        let gateway = view.enforcement.gateway.as_deref().unwrap_or_default();
        // The identity system's own audiences are not the reader's to enforce, until somebody records something about them.
        if gateway.is_empty() && view.operator == "platform" && view.enforcement.records.iter().all(Option::is_none) {
            continue;
        }
        behind.entry(gateway).or_default().push(at);
    }
    // A gateway whose routes fit no API has nothing but those to show.
    for route in &answers.routes {
        behind.entry(&route.gateway).or_default();
    }
    // APIs without a gateway come last: their line says what is still to be recorded.
    let direct = behind.remove("");
    let mut gateways: Vec<GatewayLine> = behind
        .iter()
        .map(|(name, rows)| line(answers, name, rows, verdicts.get(name).map_or("unknown", |verdict| verdict.as_str())))
        .collect();
    if let Some(rows) = &direct {
        gateways.push(line(answers, "", rows, "unknown"));
    }
    let chosen = match asked {
        Some(name) if gateways.iter().any(|line| line.name == name) => name.to_owned(),
        _ => gateways.first().map(|line| line.name.clone()).unwrap_or_default(),
    };
    let mut rows = if chosen.is_empty() { direct.unwrap_or_default() } else { behind.remove(chosen.as_str()).unwrap_or_default() };
    rows.sort_by_key(|at| (answers.audience_ranks()[*at], *at));
    let mut routes: Vec<&RouteView> = answers.routes.iter().filter(|route| route.gateway == chosen).collect();
    routes.sort_by_key(|route| !route.apis.is_empty());
    let more_routes = routes.len().saturating_sub(MOST_ROUTES) as u32;
    routes.truncate(MOST_ROUTES);
    let more = rows.len().saturating_sub(MOST_ROWS) as u32;
    rows.truncate(MOST_ROWS);
    EnforcementMatrix {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        checks: CheckId::ALL
            .iter()
            .map(|&check| CheckHead { check: check.as_str().to_owned(), question: enforcement::question(check).to_owned() })
            .collect(),
        rows: rows.into_iter().map(|at| row(answers, at)).collect(),
        routes: routes.into_iter().map(|route| route_line(answers, route)).collect(),
        more_routes,
        gateway: chosen,
        gateways,
        more,
        applications: triads(answers),
    }
}

fn line(answers: &Answers, name: &str, rows: &[usize], verdict: &str) -> GatewayLine {
    let coverages: Vec<u32> = rows.iter().filter_map(|at| percent(&answers.audiences[*at].enforcement.checks)).collect();
    let failed = rows.iter().filter(|at| answers.audiences[**at].enforcement.checks.contains(&CheckResult::Fail)).count();
    let contradictions =
        rows.iter().map(|at| answers.audiences[*at].enforcement.contradictions.iter().filter(|differ| **differ).count()).sum::<usize>();
    let routes = || answers.routes.iter().filter(|route| route.gateway == name);
    let filter = if name.is_empty() { "gateway:none -operator:platform".to_owned() } else { format!("gateway:{}", quote(name)) };
    GatewayLine {
        name: name.to_owned(),
        audiences: rows.len() as u32,
        verdict: verdict.to_owned(),
        coverage: coverages.iter().sum::<u32>().checked_div(coverages.len() as u32),
        failed: failed as u32,
        contradictions: contradictions as u32,
        routes: routes().count() as u32,
        unmatched: routes().filter(|route| route.apis.is_empty()).count() as u32,
        link: Link { table: "enforcement".to_owned(), filter, id: None },
    }
}

fn row(answers: &Answers, at: usize) -> EnforcementRow {
    let view = &answers.audiences[at];
    let enforcement = &view.enforcement;
    let cells = CheckId::ALL.iter().map(|&check| {
        let place = enforcement::at(check);
        let record = enforcement.records[place].as_ref();
        CheckCell {
            result: enforcement.checks[place].as_str().to_owned(),
            recorded: record.and_then(|record| record.result).map(|result| result.as_str().to_owned()),
            why: enforcement.why[place].to_owned(),
            method: record.and_then(|record| record.method).map(|method| method.as_str().to_owned()),
            checked: record.and_then(|record| record.checked).map(enforcement::day_text),
            valid_until: record.and_then(|record| record.ends()).map(enforcement::day_text),
            evidence: record.and_then(|record| record.evidence.clone()),
            by: record.and_then(|record| record.by.clone()),
            observed: enforcement.observed.get(place).map(|observed| observed_check(answers, &enforcement.routes, observed, place)),
            contradiction: enforcement.contradictions[place],
        }
    });
    EnforcementRow {
        id: view.id.clone(),
        name: answers.estate.audiences[at].name.clone(),
        sensitivity: view.sensitivity.map(|sensitivity| sensitivity.as_str().to_owned()),
        reachable_without_gateway: enforcement.reachable_without_gateway,
        cells: cells.collect(),
        coverage: percent(&enforcement.checks),
        verdict: Verdict::of(&enforcement.checks, enforcement.gateway.is_some()).as_str().to_owned(),
    }
}

fn observed_check(answers: &Answers, routes: &[u32], observed: &Observed, place: usize) -> ObservedCheck {
    let routes: Vec<&RouteView> = routes.iter().map(|at| &answers.routes[*at as usize]).collect();
    let row = |route: &RouteView| &answers.rows.gateway_routes[route.row as usize];
    let mut told: Vec<String> = Vec::new();
    // What speaks against the check comes first; each sentence stands once.
    let mut ordered = routes.clone();
    ordered.sort_by_key(|route| row(route).checks()[place] == CheckResult::Pass);
    for sentence in ordered.iter().filter_map(|route| row(route).told.as_deref()).flat_map(str::lines) {
        if !told.iter().any(|known| known == sentence) {
            told.push(sentence.to_owned());
        }
    }
    told.truncate(MOST_TOLD);
    ObservedCheck {
        result: observed.record.result.unwrap_or(CheckResult::Unknown).as_str().to_owned(),
        why: observed.worth.why.to_owned(),
        checked: observed.record.checked.map(enforcement::day_text),
        valid_until: observed.record.ends().map(enforcement::day_text),
        evidence: observed.record.evidence.clone(),
        routes: routes.iter().take(MOST_TOLD).map(|route| row(route).display_name.clone()).collect(),
        told,
    }
}

fn route_line(answers: &Answers, view: &RouteView) -> RouteLine {
    let row = &answers.rows.gateway_routes[view.row as usize];
    let list = |lines: &Option<String>| lines.iter().flat_map(|lines| lines.lines()).map(str::to_owned).collect::<Vec<String>>();
    let parts = [&row.methods, &row.hosts, &row.paths].map(|lines| list(lines).join(", "));
    RouteLine {
        id: view.id.clone(),
        name: row.display_name.clone(),
        service: row.service.clone(),
        answers_for: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        apis: view
            .apis
            .iter()
            .map(|at| RouteApi {
                id: answers.audiences[*at as usize].id.clone(),
                name: answers.estate.audiences[*at as usize].name.clone(),
            })
            .collect(),
        matched: view.matched.map(|by| by.as_str().to_owned()),
        checks: row.checks().iter().map(|result| result.as_str().to_owned()).collect(),
        told: list(&row.told),
        issuers: list(&row.issuers),
        audiences: list(&row.audiences),
        scopes: list(&row.scopes),
    }
}

/// What each product's APIs prove together (domain.md 6.6). The standing credential of a client opens every audience of its grants at
/// once, so an API's token is scoped when it may share with all of them, for every client of the product.
fn triads(answers: &Answers) -> Vec<TriadRow> {
    let mut rows = Vec::new();
    for application in &answers.estate.applications {
        let mut token: BTreeMap<u32, (SharingVerdict, BTreeSet<u32>)> = BTreeMap::new();
        for client in &application.clients {
            let client = &answers.estate.clients[*client as usize];
            let opened: BTreeSet<u32> = answers.estate.grants[client.grants_from as usize..client.grants_to as usize]
                .iter()
                .map(|grant| answers.estate.scopes[grant.scope as usize].audience)
                .collect();
            for one in &opened {
                let (worst, against) = token.entry(*one).or_insert((SharingVerdict::Allowed, BTreeSet::new()));
                for other in opened.iter().filter(|other| *other != one) {
                    let verdict = may_share(&facts(answers, *one), &facts(answers, *other)).verdict();
                    if verdict == SharingVerdict::Violated {
                        against.insert(*other);
                    }
                    *worst = match (*worst, verdict) {
                        (SharingVerdict::Violated, _) | (_, SharingVerdict::Violated) => SharingVerdict::Violated,
                        (SharingVerdict::Unknown, _) | (_, SharingVerdict::Unknown) => SharingVerdict::Unknown,
                        _ => SharingVerdict::Allowed,
                    };
                }
            }
        }
        for (at, (verdict, against)) in token {
            rows.push(triad(answers, &application.name, at, verdict, &against));
        }
    }
    rows.sort_by(|a, b| (&a.application, &a.audience, &a.audience_id).cmp(&(&b.application, &b.audience, &b.audience_id)));
    rows.truncate(MOST_TRIADS);
    rows
}

fn triad(answers: &Answers, application: &str, at: u32, verdict: SharingVerdict, against: &BTreeSet<u32>) -> TriadRow {
    let enforcement = &answers.audiences[at as usize].enforcement;
    let gateway_validates = enforcement::passes(&enforcement.checks, enforcement::GATEWAY);
    let api_authorises = enforcement::passes(&enforcement.checks, enforcement::API);
    let mut missing = Vec::new();
    match verdict {
        SharingVerdict::Violated => {
            let names: Vec<&str> = against.iter().take(3).map(|other| answers.estate.audiences[*other as usize].name.as_str()).collect();
            let more = if against.len() > 3 { format!(" and {} more", against.len() - 3) } else { String::new() };
            missing.push(format!("one credential also opens {}{more}", names.join(", ")));
        }
        SharingVerdict::Unknown => missing.push("boundary, owner or data of an API is unknown".to_owned()),
        SharingVerdict::Allowed => {}
    }
    if !gateway_validates {
        missing.push("the gateway proves no validation".to_owned());
    }
    if !api_authorises {
        missing.push("the API proves no authorization".to_owned());
    }
    TriadRow {
        application: application.to_owned(),
        audience: answers.estate.audiences[at as usize].name.clone(),
        audience_id: answers.audiences[at as usize].id.clone(),
        token_scoped: match verdict {
            SharingVerdict::Allowed => Some(true),
            SharingVerdict::Violated => Some(false),
            SharingVerdict::Unknown => None,
        },
        gateway_validates,
        api_authorises,
        missing: missing.join("; "),
    }
}

/// What the sharing rule asks about an audience.
fn facts(answers: &Answers, at: u32) -> SharingFacts {
    let view = &answers.audiences[at as usize];
    SharingFacts {
        boundary: view.boundary.value.clone(),
        tier: view.sensitivity.map(Tier::of),
        owner: view.owner.value.clone(),
        high_risk: view.high_risk.value,
    }
}

/// The statements of a request: one record for every chosen check of every chosen API.
///
/// # Errors
/// Nothing chosen, an unknown API or check, or a record that does not hold.
pub fn record(answers: &Answers, request: &RecordRequest) -> Result<Vec<AssertionChange>> {
    if request.ids.is_empty() || request.checks.is_empty() {
        return Err(
            Told::refusal("BH-ENF-001", "Nothing was chosen.", "Nothing was changed.", "Choose at least one API and one check.").into()
        );
    }
    let mut text = request.result.trim().to_owned();
    if !text.is_empty() {
        for (name, value) in [
            ("method", &request.method),
            ("checked", &request.checked),
            ("valid_until", &request.valid_until),
            ("evidence", &request.evidence),
            ("by", &request.by),
        ] {
            if value.contains(';') {
                return Err(Told::refusal(
                    "BH-ENF-002",
                    format!("{name} holds a semicolon."),
                    "Nothing was changed.",
                    "Write it without a semicolon.",
                )
                .into());
            }
            if !value.trim().is_empty() {
                text.push_str(&format!("; {name}={}", value.trim()));
            }
        }
    }
    let mut changes = Vec::with_capacity(request.ids.len() * request.checks.len());
    for id in &request.ids {
        for check in &request.checks {
            changes.push(statements::change(answers, "audiences", id, &format!("{}{check}", enforcement::CHECK), &text)?);
        }
    }
    Ok(changes)
}
