//! Rows that are known already are used again after statements: the shortcut must give what reading everything gives.

use bulkhead::model::id::EntityId;
use bulkhead::store::edits::AssertionChange;
use bulkhead::work::answers::Answers;
use bulkhead::work::demo;

use crate::demo_inventory::{Inventory, NOW};

fn say(subject: EntityId, attribute: &str, value: Option<&str>) -> AssertionChange {
    AssertionChange { subject, attribute: attribute.to_owned(), value: value.map(str::to_owned), review_at: None }
}

#[tokio::test]
async fn after_statements_the_known_rows_are_those_of_a_fresh_reading() {
    let inventory = Inventory::of(|_| ()).await;
    inventory.map(demo::MAP.text).await;
    let store = &inventory.store;
    let first = store.head().await.expect("a head");
    let known = store.rows(first).await.expect("rows");
    let subject = known.audiences[0].entity;
    for (changes, reason) in [
        (vec![say(subject, "impact", Some("critical")), say(subject, "boundary", Some("Vault"))], "stated"),
        (vec![say(subject, "boundary", None)], "taken back"),
        (vec![say(EntityId::NONE, "sla:client_secret", Some("30"))], "policy"),
    ] {
        store.assert(&changes, "tester", reason, NOW).await.expect("states");
    }
    let head = store.head().await.expect("a head");
    assert_eq!(head, first + 3);
    let fresh = store.rows(head).await.expect("rows");
    let again = store.rows_since(known.clone(), head).await.expect("reads").expect("only statements lie between");
    assert_eq!(format!("{again:?}"), format!("{fresh:?}"));
    let (a, b) =
        (Answers::of_rows(store, again, None).await.expect("answers"), Answers::of_store(store, head, None).await.expect("answers"));
    assert_eq!((a.scores.clients, a.scores.credentials, a.scores.vendors), (b.scores.clients, b.scores.credentials, b.scores.vendors));

    // An undo may bring back rows of any table, and earlier rows do not follow from later ones.
    store.undo(head, "tester", "mistaken", NOW).await.expect("takes back");
    assert!(store.rows_since(fresh.clone(), head + 1).await.expect("reads").is_none());
    assert!(store.rows_since(fresh, first).await.expect("reads").is_none());
}
