//! What gateways' configurations show: every route with the APIs behind it, and the checks of an API as its routes make them.
//!
//! Knows rows and the policy that compares and judges; knows no page. A route that fits no API stays in the list without one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::estate::EstateAudience;
use crate::model::kinds::*;
use crate::model::rows::{GatewayRouteRow, RevisionRows};
use crate::model::time::{Millis, utc_day};
use crate::policy::enforcement::{self, CheckRecord};
use crate::policy::gateway_routes::{ApiNames, MatchedBy, Matcher, RouteNames, combine};

use super::FileLine;
use super::estate::stated;
use super::index::Index;
use super::views::AudienceView;

/// A route as shown.
#[derive(Debug, Clone)]
pub struct RouteView {
    /// Index in `RevisionRows::gateway_routes`.
    pub row: u32,
    /// Public id.
    pub id: String,
    /// Gateway that it belongs to, by name.
    pub gateway: String,
    /// Source system.
    pub source: Source,
    /// Views of the APIs behind it.
    pub apis: Vec<u32>,
    /// Why they are taken for those; `None` = no API of the inventory fits.
    pub matched: Option<MatchedBy>,
    /// UTC day on which the configuration is known to have been so, days since 1970-01-01.
    pub checked: Option<i64>,
    /// File that says so.
    pub evidence: Option<String>,
}

/// What the routes of one API show of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// As a record like those of people.
    pub record: CheckRecord,
    /// What it is worth at the clock time.
    pub worth: enforcement::Effective,
}

/// Name of a gateway: what its configuration calls it, else its instance's, else its system's.
fn gateway_name(row: &GatewayRouteRow, source: Source, instance: &str) -> String {
    match (&row.gateway, instance) {
        (Some(gateway), _) => gateway.clone(),
        (None, "" | "default") => source.title().to_owned(),
        // So that it is the one that people mean when they state a gateway of that name.
        (None, instance) => instance.to_owned(),
    }
}

/// Finds the APIs behind all routes and lays what the routes show over what people recorded.
pub fn lay_over(
    rows: &RevisionRows,
    index: &Index,
    files: &HashMap<u32, FileLine>,
    audiences: &mut [(AudienceView, EstateAudience)],
    clock: Millis,
) -> Vec<RouteView> {
    if rows.gateway_routes.is_empty() {
        return Vec::new();
    }
    let matcher = Matcher::new(audiences.iter().map(|(view, estate)| ApiNames {
        name: &estate.name,
        identifiers: &view.identifiers,
        stated: stated(rows, index, rows.audiences[view.row as usize].entity, "gateway_routes"),
    }));
    let mut routes: Vec<RouteView> =
        rows.gateway_routes.iter().enumerate().map(|(at, row)| route(rows, index, files, &matcher, at, row)).collect();
    routes.sort_by(|a, b| (&a.gateway, &a.id).cmp(&(&b.gateway, &b.id)));
    let mut of_api: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, route) in routes.iter().enumerate() {
        route.apis.iter().for_each(|api| of_api.entry(*api).or_default().push(at));
    }
    for (api, of) in of_api {
        let (view, estate) = &mut audiences[api as usize];
        let mine: Vec<&RouteView> = of.iter().map(|at| &routes[*at]).collect();
        let observed = (0..5).map(|check| observed(rows, &mine, check, clock)).collect();
        let gateways: BTreeSet<&str> = mine.iter().map(|route| route.gateway.as_str()).collect();
        view.enforcement.observe(observed, gateways.into_iter().next().map(str::to_owned), of.iter().map(|at| *at as u32).collect());
        estate.gateway.clone_from(&view.enforcement.gateway);
        estate.checks = view.enforcement.checks;
    }
    routes
}

fn route(
    rows: &RevisionRows,
    index: &Index,
    files: &HashMap<u32, FileLine>,
    matcher: &Matcher,
    at: usize,
    row: &GatewayRouteRow,
) -> RouteView {
    let (source, instance, instance_name) = index.instance(rows, row.entity).unwrap_or((Source::Generic, 0, ""));
    let found = matcher.of(&RouteNames {
        name: &row.display_name,
        service: row.service.as_deref(),
        hosts: row.hosts.as_deref(),
        paths: row.paths.as_deref(),
        audiences: row.audiences.as_deref(),
    });
    let (matched, apis) = found.map_or((None, BTreeSet::new()), |(by, apis)| (Some(by), apis));
    let file = files.get(&row.origin.file);
    // The row stands where it was first read. That it was so later, too, is shown by the same file, or by a complete one that left it.
    let again = files.values().filter(|other| {
        file.is_some_and(|file| other.id > file.id && (other.sha256 == file.sha256 || other.completeness == Completeness::Full))
            && other.instance == Some(instance)
            && other.importer_is(source)
    });
    let newest = again.chain(file).max_by_key(|file| (file.exported_at, file.id));
    RouteView {
        row: at as u32,
        id: index.public_id(rows, row.entity),
        gateway: gateway_name(row, source, instance_name),
        source,
        apis: apis.into_iter().map(|api| api as u32).collect(),
        matched,
        checked: newest.and_then(|file| file.exported_at).map(utc_day),
        evidence: newest.map(|file| format!("{}, SHA-256 {}", file.name.replace(';', ","), file.sha256)),
    }
}

/// One check over all routes of an API.
fn observed(rows: &RevisionRows, routes: &[&RouteView], check: usize, clock: Millis) -> Observed {
    let result = |route: &&RouteView| {
        let result = rows.gateway_routes[route.row as usize].checks()[check];
        // A route that takes tokens for several APIs does not tell theirs apart.
        let mixed = check == enforcement::at(CheckId::G4) && route.matched == Some(MatchedBy::Audience) && route.apis.len() > 1;
        if mixed && result == CheckResult::Pass { CheckResult::Partial } else { result }
    };
    let evidence: BTreeSet<&str> = routes.iter().filter_map(|route| route.evidence.as_deref()).collect();
    let gateways: BTreeSet<&str> = routes.iter().map(|route| route.gateway.as_str()).collect();
    let record = CheckRecord {
        result: Some(combine(routes.iter().map(result))),
        method: Some(CheckMethod::ConfigExport),
        checked: routes.iter().filter_map(|route| route.checked).min(),
        valid_until: None,
        evidence: Some(evidence.into_iter().collect::<Vec<_>>().join(" and ")).filter(|evidence| !evidence.is_empty()),
        by: Some(format!("configuration of {}", gateways.into_iter().collect::<Vec<_>>().join(" and "))),
    };
    let worth = enforcement::effective(Some(&record), None, clock);
    Observed { record, worth }
}
