//! Answers after a statement are made of the answers before it. They must be those of a fresh look at the same revision, to the
//! last figure, whatever was stated.

use bulkhead::model::id::EntityId;
use bulkhead::store::Store;
use bulkhead::store::edits::AssertionChange;
use bulkhead::work::answers::Answers;
use bulkhead::work::demo;

use crate::demo_inventory::{Inventory, NOW};

/// Everything that pages, packs and the command line read.
fn all(answers: &Answers) -> Vec<String> {
    let lists: [&dyn std::fmt::Debug; 14] = [
        &answers.rows.revision,
        &answers.estate.audiences,
        &answers.estate.scopes,
        &answers.estate.clients,
        &answers.estate.credentials,
        &answers.clients,
        &answers.credentials,
        &answers.audiences,
        &answers.scopes,
        &answers.vendors,
        &answers.owners,
        &answers.routes,
        &answers.stated_ways,
        &answers.scores,
    ];
    lists.into_iter().map(|list| format!("{list:#?}")).collect()
}

#[tokio::test]
async fn answers_after_statements_are_those_of_a_fresh_look() {
    let inventory = Inventory::of(|_| ()).await;
    inventory.map(demo::MAP.text).await;
    let store = &inventory.store;
    let answers = Answers::of_store(store, store.head().await.expect("a head"), None).await.expect("answers");
    let most = (0..answers.audiences.len()).max_by_key(|at| answers.audiences[*at].clients).expect("an audience");
    let audience = |at: usize| answers.rows.audiences[answers.audiences[at].row as usize].entity;
    let (busy, first) = (audience(most), audience(0));
    let scope = answers.rows.scopes[answers.scopes[answers.estate.grants[0].scope as usize].row as usize].entity;
    let client = answers.rows.clients[answers.clients[answers.credentials[0].client as usize].row as usize].entity;
    let owning = answers.rows.owners.iter().find(|owner| owner.client.is_some()).map_or(client, |owner| owner.client);
    let credential = answers.rows.credentials[0].entity;
    let steps: &[Step] = &[
        (busy, "impact", Some("critical")),
        (busy, "data_class", Some("card data=regulated|notes")),
        (first, "data_class", Some("leaflets=public")),
        (busy, "boundary", Some("Vault")),
        (first, "high_risk", Some("yes")),
        (busy, "environment", Some("production")),
        (scope, "privilege", Some("full_control")),
        (scope, "privilege", Some("none")),
        (busy, "gateway", Some("edge")),
        (first, "gateway", Some("edge")),
        (busy, "check:A2", Some(r#"{"result":"fail","method":"test_run","checked":"2026-01-01"}"#)),
        (busy, "data_class", None),
        (busy, "owner", Some("Platform team")),
        (client, "owner", Some("Platform team")),
        (owning, "owner", Some("Somebody new")),
        (credential, "owner", Some("Key keepers")),
        (client, "environment", Some("test")),
        (client, "profile:jobs", Some("{}")),
        (client, "owner", None),
        (busy, "gateway", None),
        // What reaches further is computed anew; it must not be mistaken for something small.
        (client, "holder", Some("third_party")),
        (client, "vendor", Some("Acme")),
        (client, "application", Some("Shop")),
        (EntityId::NONE, "sla:client_secret", Some("30")),
        (busy, "impact", None),
    ];
    hold(store, answers, steps).await;
}

#[tokio::test]
async fn what_gateways_show_is_laid_over_again() {
    let kong = "_format_version: '3.0'
services:
- name: cart
  plugins:
  - {name: openid-connect, config: {issuer: 'https://login.example/realms/s', audience_required: [cart]}}
  routes: [{name: cart-all, paths: [/cart]}]
- name: nobody-knows
  routes: [{name: nobody-knows, paths: [/x]}]
";
    let inventory = Inventory::of(|files| std::fs::write(files.join("kong.yaml"), kong).expect("writes")).await;
    let answers = inventory.answers().await;
    assert_eq!(answers.routes.len(), 2);
    let named = |name: &str| {
        let at = answers.estate.audiences.iter().position(|audience| audience.name == name).expect("the demo has it");
        answers.rows.audiences[answers.audiences[at].row as usize].entity
    };
    let (cart, payment) = (named("Cart API"), named("Payment API"));
    let steps: &[Step] = &[
        (payment, "gateway_routes", Some("nobody-knows")),
        (payment, "gateway", Some("edge-2")),
        (cart, "check:G1", Some(r#"{"result":"fail","method":"pen_test","checked":"2026-10-05"}"#)),
        (cart, "data_class", Some("baskets=internal")),
        (payment, "gateway_routes", None),
    ];
    hold(&inventory.store, answers, steps).await;
}

/// Subject, field and value of a statement.
type Step<'a> = (EntityId, &'a str, Option<&'a str>);

/// States one thing after the other and compares after each.
async fn hold(store: &Store, mut answers: Answers, steps: &[Step<'_>]) {
    for (subject, attribute, value) in steps {
        let change =
            AssertionChange { subject: *subject, attribute: (*attribute).to_owned(), value: value.map(str::to_owned), review_at: None };
        store.assert(&[change], "tester", "stated", NOW).await.expect("states");
        let head = store.head().await.expect("a head");
        let (rows, kept) = answers.keep();
        let rows = store.rows_since(rows, head).await.expect("reads").expect("only statements lie between");
        answers = kept.restated(rows);
        let fresh = Answers::of_store(store, head, None).await.expect("answers");
        for (again, fresh) in all(&answers).into_iter().zip(all(&fresh)) {
            assert_eq!(again, fresh, "after {attribute} {value:?}");
        }
    }
}
