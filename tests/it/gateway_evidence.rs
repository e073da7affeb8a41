//! What gateways' configurations show, in the inventory: beside what people recorded, never over it, and nothing dropped.

use std::sync::Arc;

use bulkhead::model::kinds::{CheckMethod, CheckResult};
use bulkhead::work::answers::Answers;
use bulkhead::work::answers::views::AudienceView;
use bulkhead::work::enforcement_page;
use bulkhead::work::filter;
use bulkhead::work::import::{ImportOptions, Quiet, import};
use bulkhead::work::tables;

use crate::demo_inventory::{Inventory, NOW};

/// A gateway in front of some APIs of the demo: payment is checked for signature, issuer and expiry only, cart for everything,
/// location fails open, and one route leads to nothing that is known.
const KONG: &str = "_format_version: '3.0'
_workspace: edge-1
services:
- name: cart
  plugins:
  - {name: openid-connect, config: {issuer: 'https://login.example/realms/s', audience_required: [cart]}}
  routes: [{name: cart-all, paths: [/cart]}]
- name: payment
  plugins:
  - {name: openid-connect, config: {issuer: 'https://login.example/realms/s', audience_required: null}}
  routes: [{name: payment-all, paths: [/payment]}]
- name: location
  plugins:
  - {name: openid-connect, config: {issuer: 'https://login.example/realms/s', audience_required: [location], anonymous: guest}}
  routes: [{name: location-all, paths: [/location]}]
- name: nobody-knows
  routes: [{name: nobody-knows, paths: [/x]}]
consumers: [{username: guest}]
";

const STATED: &str = "bulkhead_map: 1
audiences:
- audience: payment
  gateway: edge-1
  checks:
    G4: {result: pass, method: test_run, checked: 2026-10-05, evidence: run 1, by: Platform}
- audience: cart
  gateway: edge-1
  checks:
    G1: {result: fail, method: pen_test, checked: 2026-10-05, evidence: report 2, by: Testers}
";

async fn with_kong(text: &str) -> Inventory {
    Inventory::of(|files| {
        std::fs::write(files.join("kong.yaml"), text).expect("writes");
    })
    .await
}

fn api<'a>(answers: &'a Answers, name: &str) -> &'a AudienceView {
    let of = |view: &&AudienceView| view.identifiers.split(' ').any(|identifier| identifier == name);
    answers.audiences.iter().find(of).unwrap_or_else(|| panic!("the demo has {name}"))
}

#[tokio::test]
async fn a_configuration_is_evidence_for_the_checks_of_its_apis() {
    let answers = with_kong(KONG).await.answers().await;
    let cart = &api(&answers, "cart").enforcement;
    assert_eq!(cart.checks[..5], [CheckResult::Pass, CheckResult::Pass, CheckResult::Pass, CheckResult::Pass, CheckResult::Fail]);
    assert_eq!(cart.gateway.as_deref(), Some("edge-1"));
    let record = &cart.observed[0].record;
    assert_eq!(record.method, Some(CheckMethod::ConfigExport));
    assert!(record.evidence.as_deref().is_some_and(|evidence| evidence.starts_with("kong.yaml, SHA-256 ")), "{record:?}");
    assert!(record.checked.is_some());
    assert!(cart.checks[5..].iter().all(|result| *result == CheckResult::Unknown), "a gateway proves nothing of the API itself");
    assert_eq!(api(&answers, "location").enforcement.checks[..4], [CheckResult::Fail; 4], "it fails open");
}

#[tokio::test]
async fn a_statement_stands_beside_the_evidence_and_the_worse_counts() {
    let inventory = with_kong(KONG).await;
    inventory.map(STATED).await;
    let answers = inventory.answers().await;
    let payment = &api(&answers, "payment").enforcement;
    assert_eq!((payment.checks[3], payment.contradictions[3]), (CheckResult::Fail, true), "stated pass, observed fail");
    assert_eq!(payment.records[3].as_ref().and_then(|record| record.result), Some(CheckResult::Pass), "what was said is kept");
    let cart = &api(&answers, "cart").enforcement;
    assert_eq!((cart.checks[0], cart.contradictions[0]), (CheckResult::Fail, true), "stated fail, observed pass");

    let matrix = enforcement_page::matrix(&answers, Some("edge-1"));
    let line = matrix.gateways.iter().find(|line| line.name == "edge-1").expect("the gateway has a tab");
    assert_eq!((line.contradictions, line.routes, line.unmatched), (2, 4, 1));
    assert_eq!(matrix.routes[0].name, "nobody-knows", "what fits no API comes first");
    assert!(matrix.routes[0].apis.is_empty());
    let row = matrix.rows.iter().find(|row| row.name.to_lowercase().contains("payment")).expect("payment is behind it");
    let cell = &row.cells[3];
    assert!(cell.contradiction && cell.recorded.as_deref() == Some("pass"));
    let observed = cell.observed.as_ref().expect("a route leads here");
    assert_eq!(observed.result, "fail");
    assert!(observed.told.iter().any(|told| told.starts_with("audience_required is empty")), "{:?}", observed.told);

    let table = tables::of_answers(&answers, "enforcement").expect("a table");
    assert_eq!(bulkhead::work::table::select(table.as_ref(), "contradictions>0", "", NOW).rows.len(), 2);
    let routes = tables::of_answers(&answers, "gateway_routes").expect("a table");
    let select = |filter: &str| bulkhead::work::table::select(routes.as_ref(), filter, "", NOW).rows.len();
    assert_eq!((select(""), select("api:none"), select(&format!("gateway:{}", filter::quote("edge-1")))), (4, 1, 4));
}

#[tokio::test]
async fn a_person_can_say_which_api_a_route_leads_to() {
    let inventory = with_kong(KONG).await;
    inventory.map("bulkhead_map: 1\naudiences:\n- audience: review\n  gateway_routes: nobody-knows\n").await;
    let answers = inventory.answers().await;
    assert_eq!(api(&answers, "review").enforcement.checks[..4], [CheckResult::Fail; 4], "no plugin checks anything there");
    assert!(answers.routes.iter().all(|route| !route.apis.is_empty()));
}

#[tokio::test]
async fn a_newer_configuration_takes_the_place_of_the_older_one() {
    let inventory = with_kong(KONG).await;
    let folder = tempfile::tempdir().expect("temporary folder");
    let newer = folder.path().join("newer.yaml");
    std::fs::write(
        &newer,
        KONG.replace("audience_required: null", "audience_required: [payment]")
            .replace("- name: nobody-knows\n  routes: [{name: nobody-knows, paths: [/x]}]\n", ""),
    )
    .expect("writes");
    let options = |completeness| ImportOptions {
        completeness,
        as_of: Some(NOW),
        actor: "tester".to_owned(),
        now: NOW + 86_400_000,
        ..ImportOptions::default()
    };
    let unknown = import(&inventory.store, std::slice::from_ref(&newer), &options(None), Arc::new(Quiet)).await.expect("imports");
    assert!(unknown.changed);
    let answers = inventory.answers().await;
    assert_eq!(api(&answers, "payment").enforcement.checks[3], CheckResult::Pass);
    assert_eq!(answers.routes.len(), 4, "a file that is not proved whole removes nothing");
    let full = Some(bulkhead::model::kinds::Completeness::Full);
    import(&inventory.store, std::slice::from_ref(&newer), &options(full), Arc::new(Quiet)).await.expect("imports");
    let answers = inventory.answers().await;
    assert_eq!(answers.routes.len(), 3, "the route is gone");
    let again = import(&inventory.store, &[newer], &options(full), Arc::new(Quiet)).await.expect("imports");
    assert!(!again.changed, "the same file again adds nothing");
    assert!(inventory.store.verify_log().await.is_ok_and(|verdict| verdict.ok), "the log holds");
}
