//! The governance file both ways over the demo: what is written is read back without a change, faults have lines and store nothing.

use std::path::PathBuf;

use bulkhead::error::Told;
use bulkhead::work::answers::Answers;
use bulkhead::work::governance::{self, Form, Plan};
use bulkhead::work::inventory::{OpenMode, Store};
use bulkhead::work::jobs::Jobs;
use bulkhead::work::{demo_inventory, statements};

/// The demo in an inventory of its own.
pub struct Demo {
    pub store: Store,
    _folder: tempfile::TempDir,
}

impl Demo {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the inventory");
        let path: PathBuf = folder.path().join("demo.inventory");
        demo_inventory::make(&path, "tester", &Jobs::default().start("demo", "demo")).await.expect("the demo is imported");
        let (store, _) = Store::open(&path, OpenMode::ReadWrite).await.expect("it opens");
        Self { store, _folder: folder }
    }

    pub async fn answers(&self) -> Answers {
        let head = self.store.head().await.expect("a head");
        Answers::of_store(&self.store, head, None).await.expect("answers")
    }

    async fn plan(&self, text: &str) -> Plan {
        governance::plan(&self.answers().await, text.as_bytes()).unwrap_or_else(|error| panic!("{}\n{text}", Told::of(&error)))
    }

    async fn apply(&self, text: &str) -> i64 {
        let plan = self.plan(text).await;
        governance::apply(&self.store, &plan, "tester", "test", 1_795_000_000_000)
            .await
            .unwrap_or_else(|error| panic!("{}", Told::of(&error)))
    }
}

const FILE: &str = r#"
bulkhead_map: 1
audiences:
  - audience: payment
    gateway: edge-9
    reachable_without_gateway: no
    owner: "Payments: team #1"
    high_risk: yes
    checks:
      A1: {result: pass, method: test_run, checked: 2026-11-01, evidence: "run 4711, case A1", by: Payments}
      A2: {result: fail, checked: 2026-11-01}
  - audience: cart
    gateway: edge-9
    impact: low
    data_classes:
      - {name: orders, sensitivity: confidential}
      - {name: "odd: name # 1", sensitivity: public}
edges:
  - {kind: obo, from: cart, to: storefront-batch, evidence: declared}
  - {kind: passthrough, from: payment, to: location, evidence: observed}
  - {kind: federation, from: storefront-batch, to: Tidemark Sync, evidence: declared, subject: "repo:shop/*"}
applications:
  - application: Shop of Lanternfish
    clients: [storefront-batch]
"#;

/// A client of the demo by a name that only it has, in the place of the file's second end.
async fn file(demo: &Demo) -> String {
    let answers = demo.answers().await;
    let other = answers
        .clients
        .iter()
        .find(|view| view.holder.value == Some(bulkhead::model::kinds::Holder::ThirdParty))
        .expect("the demo has a third party");
    FILE.replace("Tidemark Sync", &other.id)
}

#[tokio::test]
async fn what_is_written_is_read_back_without_a_change() {
    let demo = Demo::open().await;
    for round in ["as imported", "with statements"] {
        let answers = demo.answers().await;
        for form in [Form::Yaml, Form::Json] {
            let text = governance::export(&answers, form).expect("writes");
            assert_eq!(text, governance::export(&demo.answers().await, form).expect("writes"), "same inventory, same bytes");
            let plan = demo.plan(&text).await;
            assert!(plan.faults.is_empty(), "{round} {form:?}: {:?}", plan.faults);
            assert!(plan.lines.is_empty(), "{round} {form:?}: {:?}", plan.lines);
            assert!(plan.unchanged > 50, "{round}: the demo's own facts stand in it");
        }
        demo.apply(&file(&demo).await).await;
    }
}

#[tokio::test]
async fn a_file_is_one_revision_and_can_be_taken_back() {
    let demo = Demo::open().await;
    let before = governance::export(&demo.answers().await, Form::Yaml).expect("writes");
    let head = demo.store.head().await.expect("a head");
    let revision = demo.apply(&file(&demo).await).await;
    assert_eq!(revision, head + 1, "one revision for the whole file");
    assert_eq!(demo.apply(&file(&demo).await).await, revision, "the same file again changes nothing");

    let answers = demo.answers().await;
    let text = governance::export(&answers, Form::Yaml).expect("writes");
    for part in ["gateway: edge-9", "run 4711, case A1", "Shop of Lanternfish", "passthrough", "repo:shop/*", "odd: name # 1"] {
        assert!(text.contains(part), "{part} stands in\n{text}");
    }

    demo.store.undo(revision, "tester", "test", 1_795_000_000_000).await.expect("an edit can be undone");
    assert_eq!(governance::export(&demo.answers().await, Form::Yaml).expect("writes"), before);
}

#[tokio::test]
async fn an_empty_text_takes_a_statement_back_and_silence_does_not() {
    let demo = Demo::open().await;
    let before = governance::export(&demo.answers().await, Form::Yaml).expect("writes");
    demo.apply("bulkhead_map: 1\naudiences:\n- audience: payment\n  gateway: edge-9\n  checks: {A2: {result: fail}}\n").await;
    let plan = demo.plan("bulkhead_map: 1\naudiences:\n- audience: payment\n").await;
    assert!(plan.lines.is_empty(), "what a file does not name is left alone");
    demo.apply("bulkhead_map: 1\naudiences:\n- audience: payment\n  gateway: ''\n  checks: {A2: {result: ''}}\n").await;
    let after = governance::export(&demo.answers().await, Form::Yaml).expect("writes");
    assert!(!before.contains("edge-9"), "the test states something new");
    assert!(!after.contains("edge-9"), "it is taken back");
}

#[tokio::test]
async fn every_fault_has_its_line_and_nothing_half_is_written() {
    let demo = Demo::open().await;
    let head = demo.store.head().await.expect("a head");
    let text = "bulkhead_map: 1
audiences:
- audience: payment
  impact: enormous
  checks:
    A9: {result: pass}
    A1: {result: pass}
    A3: {result: perhaps}
    A4: {result: pass, method: test_run, checked: yesterday, evidence: x}
- audience: nobody knows
  owner: x
- audience: Payment
  owner: y
- audience: cart
  data_classes: [{name: orders, sensitivity: secret}]
  owner: Shop
edges:
- {kind: replay, from: cart, to: payment, evidence: declared}
- {kind: harvest, from: cart, to: nobody knows, evidence: declared}
- {kind: obo, from: cart, to: storefront-batch, evidence: inferred}
- {kind: shared, from: storefront-batch, to: storefront-batch, evidence: declared}
applications:
- {application: A, clients: [storefront-batch, nobody knows]}
- {application: B, clients: [storefront-batch]}
";
    let plan = demo.plan(text).await;
    let faults: Vec<(u32, &str)> = plan.faults.iter().map(|fault| (fault.line, fault.what.as_str())).collect();
    let expect = [
        (3, "impact: "),
        (3, "check:A1: A pass needs evidence"),
        (3, "A3: a result is one of"),
        (3, "A4: checked is a day"),
        (3, "A9 is no check"),
        (10, "audience: nothing is called so"),
        (12, "twice"),
        (14, "data_class: "),
        (18, "kind is one of"),
        (19, "to: "),
        (20, "declared or observed"),
        (21, "another thing"),
        (23, "client: nothing is called so"),
        (24, "twice"),
    ];
    assert_eq!(faults.len(), expect.len(), "{faults:#?}");
    for ((line, what), (expected_line, part)) in faults.iter().zip(expect) {
        assert_eq!(*line, expected_line, "{what}");
        assert!(what.contains(part), "{what} tells {part}");
    }
    assert!(!plan.changes.is_empty(), "the good statements are known too");
    let refused = governance::apply(&demo.store, &plan, "tester", "test", 1).await.expect_err("a file with faults");
    assert_eq!(Told::of(&refused).code, "BH-MAP-003");
    assert_eq!(demo.store.head().await.expect("a head"), head, "nothing half is written");
}

#[tokio::test]
async fn a_file_of_another_form_is_told() {
    let demo = Demo::open().await;
    let answers = demo.answers().await;
    let code = |text: &str| Told::of(&governance::plan(&answers, text.as_bytes()).map(|_| ()).expect_err(text)).code;
    assert_eq!(code("bulkhead_map: 2\n"), "BH-MAP-002");
    for text in
        ["", "audiences: []\n", "bulkhead_map: 1\ncolour: red\n", "bulkhead_map: 1\nbulkhead_map: 1\n", "[1]", "{\"bulkhead_map\": 1"]
    {
        assert_eq!(code(text), "BH-MAP-001", "{text}");
    }
}

#[tokio::test]
async fn a_statement_by_hand_takes_checks_and_ways() {
    let demo = Demo::open().await;
    let answers = demo.answers().await;
    let batch =
        answers.estate.clients.iter().find(|client| client.name.to_lowercase().contains("batch")).expect("the batch job").id.clone();
    let state = |subject: &str, field: &str, value: &str| {
        statements::by_name(&answers, subject, field, value).map(|change| change.value).map_err(|error| Told::of(&error).code)
    };
    assert_eq!(
        state("payment", "check:A1", "fail;checked=2026-11-01"),
        Ok(Some("fail; checked=2026-11-01".to_owned())),
        "kept in one form"
    );
    assert_eq!(state("payment", "check:A1", ""), Ok(None), "empty takes it back");
    assert_eq!(state("payment", "check:A1", "pass"), Err("BH-SET-012".to_owned()), "a pass without evidence is none");
    assert_eq!(state("payment", "check:A1", "good"), Err("BH-SET-011".to_owned()));
    assert_eq!(state("payment", &format!("edge:obo:{batch}"), "declared"), Ok(Some("declared".to_owned())));
    assert_eq!(state("payment", "edge:obo:0123", "declared"), Err("BH-SET-010".to_owned()), "a way leads somewhere");
    assert_eq!(state("payment", "gateway", "edge-9"), Ok(Some("edge-9".to_owned())));
    assert_eq!(state("payment", "reachable_without_gateway", "perhaps"), Err("BH-SET-007".to_owned()));
}
