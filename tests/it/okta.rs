//! Okta fixtures: every folder under `tests/fixtures/importers/okta` is an import set with a snapshot that was read by a
//! person; the recorded replies of the samples folder are counted where it is present.

use bulkhead::importers::okta::Okta;
use bulkhead::importers::{Importer, ReadOptions, Sample};
use bulkhead::model::facts::Fact;
use bulkhead::model::kinds::{ClientKind, Completeness, RecordKind, Tri};
use bulkhead::model::time::Expiry;

use crate::fixture_sets::{Counted, FixtureSets, counted, memory, root};
use crate::recorder::{Recorder, load_set};

const OKTA: FixtureSets = FixtureSets { importer: &Okta, sets: &["containers", "org", "two-orgs", "unusable"] };

#[test]
fn every_folder_is_in_the_list() {
    OKTA.every_folder_is_in_the_list();
}

#[test]
fn fixtures_state_what_their_snapshots_say() {
    OKTA.match_their_snapshots();
}

#[test]
fn no_secret_leaves_the_parser() {
    OKTA.state_no_secret();
}

#[test]
fn every_record_has_one_fate() {
    OKTA.give_every_record_one_fate();
}

#[test]
fn order_does_not_matter() {
    OKTA.say_nothing_by_order(&["org", "two-orgs"]);
    OKTA.repeat_themselves();
}

#[test]
fn fixtures_are_recognised_and_nobody_else_wants_them() {
    OKTA.are_recognised_by_nobody_else(&[
        "{\"value\":[{\"appId\":\"a\",\"appRoles\":[]}]}",
        "client_id;name\n",
        "{\"realm\":\"x\",\"clients\":[]}",
        "",
        "[]",
        "[1,2]",
    ]);
    let long = std::fs::read_to_string(root().join("tests/fixtures/importers/okta/org/apps.json")).expect("a fixture");
    let cut = Sample { name: "apps.json".to_owned(), text: long[..700].to_owned(), whole: false };
    assert!(Okta.recognise(&cut).is_some(), "a sample may end inside the first app");
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    let refusal = |text: &str| OKTA.refusal("okta.json", text);
    assert!(refusal("[{\"id\":\"0oa1\",\"signOnMode\":null,\"label\":\"x\"}").starts_with("BH-IMP-102"), "a cut file");
    assert!(refusal("[{\"id\":\"a\",\n\"id\":\"b\"}]").contains("line 2"), "a key that stands twice");
    assert!(refusal("[{\"hello\":1}]").contains("hello"), "says what it found instead");
    assert!(refusal("[1,2,3]").contains("no object"));
    assert!(refusal("{\"id\":\"0oa1\",\"signOnMode\":null,\"label\":nope}").starts_with("BH-IMP-101"));
    let deep = format!("[{{\"id\":\"0oa1\",\"signOnMode\":null,\"label\":\"x\",\"y\":{}{}}}]", "[".repeat(200), "]".repeat(200));
    assert!(refusal(&deep).starts_with("BH-IMP-103"), "nesting is bounded");
    OKTA.survive_cuts("org");
}

#[test]
fn a_cancel_stops_between_records() {
    OKTA.stop_when_cancelled("org");
}

fn said(recorder: &Recorder, list: RecordKind, parent: Option<&str>) -> Vec<(Completeness, String)> {
    let of_list = recorder.completeness.iter().filter(|(_, kind, of, ..)| *kind == list && of.as_deref() == parent);
    of_list.map(|(_, _, _, completeness, reason)| (*completeness, reason.clone())).collect()
}

#[test]
fn completeness_is_only_what_the_replies_prove() {
    let org = OKTA.read_set("org");
    assert_eq!(said(&org, RecordKind::OktaApps, None)[0].0, Completeness::Unknown, "a bare array proves nothing");
    let (secrets, reason) = &said(&org, RecordKind::OktaSecrets, None)[0];
    assert_eq!(*secrets, Completeness::Partial);
    assert!(reason.contains("4 of 5"), "only one app's secrets are there: {reason}");
    let (policies, reason) = &said(&org, RecordKind::OktaPolicies, None)[0];
    assert!(*policies == Completeness::Partial && reason.contains("1 of 2"), "{reason}");
    let cut = OKTA.read_set("containers");
    assert!(
        said(&cut, RecordKind::OktaGrants, Some("client_id:0oac1")).iter().any(|(_, reason)| reason.starts_with("20 records are exactly"))
    );
    let errors = OKTA.read_set("unusable");
    assert!(said(&errors, RecordKind::OktaApps, None).iter().all(|(completeness, _)| *completeness == Completeness::Partial));

    let full = ReadOptions { completeness: Some(Completeness::Full), ..ReadOptions::default() };
    let stated = OKTA.read_with(&OKTA.files("org"), &full);
    assert_eq!(said(&stated, RecordKind::OktaSecrets, Some("client_id:berth-booking"))[0].0, Completeness::Full);
    assert!(said(&stated, RecordKind::OktaSecrets, None).is_empty(), "one app's secrets say nothing about other apps'");
    assert!(said(&stated, RecordKind::OktaGrants, None).is_empty());
}

#[test]
fn the_instance_is_the_org_that_links_name() {
    let two = OKTA.read_set("two-orgs");
    let mut orgs: Vec<&str> = two.records.iter().map(|record| record.instance.as_str()).collect();
    orgs.sort_unstable();
    assert_eq!(orgs, ["harbour.okta.com", "quay.oktapreview.com", "quay.oktapreview.com"], "the administrators' address is the org's");
    assert_eq!(two.lines("grant").len(), 1);
    assert!(two.lines("grant")[0].contains("application"), "the app of its own org decides, not its namesake");

    let token = "[{\"id\":\"00T1\",\"name\":\"t\",\"userId\":\"00u\",\"tokenWindow\":\"P30D\"}]";
    let told = ReadOptions { instance: Some("told.okta.com".to_owned()), ..ReadOptions::default() };
    assert_eq!(OKTA.read_with(&[memory("t.json", token)], &told).records[0].instance, "told.okta.com");
    assert_eq!(OKTA.read(&[memory("t.json", token)]).records[0].instance, "?", "nobody said it");
}

#[test]
fn facts_of_the_org_are_exact() {
    let recorder = OKTA.read_set("org");
    let client = |id: &str| {
        let found = recorder.facts.iter().find_map(|fact| match fact {
            Fact::Client(client) if client.names[0].value == id => Some(client.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("client {id} is stated"))
    };
    assert_eq!(client("berth-booking").names.len(), 2, "the app's id leads to it too");
    assert_eq!(client("0oaweb2").enabled, Some(Tri::No));
    assert_eq!(client("0oasvc1").kind, Some(ClientKind::ServiceAccount));
    assert_eq!(client("0oanat1").grant_types.as_deref(), Some("authorization_code device_code"));
    assert_eq!(client("0oaown1").built_in, Some(true));
    assert_eq!(client("00Ttok1").kind, Some(ClientKind::PatHolder));
    let credential = |name: &str| {
        let found = recorder.facts.iter().find_map(|fact| match fact {
            Fact::Credential(one) if one.names[0].value == name => Some((one.client.value.clone(), one.created_at, one.expires_at)),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("credential {name} is stated"))
    };
    assert_eq!(credential("ocs2"), ("berth-booking".to_owned(), Some(1_768_003_200_000), Expiry::Never));
    assert_eq!(credential("ocs3").2, Expiry::At(1_768_003_200_000), "switched off when it was last changed");
    assert_eq!(credential("0oasvc1/jwk/crane-2024").2, Expiry::At(1_769_904_000_000), "inactive and undated: by when its app was changed");
    assert_eq!(credential("0oasvc2/jwk/manifest-1").1, Some(1_746_403_200_000));
    let issuer = recorder.facts.iter().find_map(|fact| match fact {
        Fact::Issuer(issuer) if issuer.names[0].value == "ausport" => Some((issuer.access_token_seconds, issuer.offline_seconds)),
        _ => None,
    });
    assert_eq!(issuer, Some((Some(86_400), Some(i64::MAX))), "the longest that a rule allows; 0 is without an end");
}

/// Clients, credentials, grants.
const SAMPLES: &[Counted] = &[
    counted("api-service-integration.json", [1, 0, 0], &[1, 0, 3], 0),
    counted("api-services.docexample.json", [1, 0, 0], &[1, 0, 3], 0),
    counted("api-token.json", [1, 0, 0], &[1, 1, 1], 0),
    counted("api-tokens.docexample.json", [2, 0, 0], &[2, 2, 2], 0),
    counted("app-credentials-secrets.json", [1, 0, 0], &[0, 1, 0], 1),
    counted("app-refresh-token.json", [1, 0, 0], &[0, 1, 2], 0),
    counted("app-service-jwks.json", [1, 0, 0], &[1, 1, 0], 0),
    counted("apps-grants.docexample.json", [0, 2, 0], &[0, 0, 0], 0),
    counted("apps-small.page.json", [20, 0, 7], &[20, 1, 0], 0),
    counted("apps.page.json", [59, 0, 20], &[59, 2, 0], 0),
    counted("authorizationServer-default-scopes.json", [27, 0, 0], &[0, 0, 0], 0),
    counted("authorizationServers.page.json", [1, 0, 0], &[0, 0, 0], 0),
    counted("authserver-scopes.docexample.json", [0, 1, 0], &[0, 0, 0], 0),
    counted("client-jwks.docexample.json", [1, 0, 0], &[0, 2, 0], 0),
    counted("client-refresh-tokens.docexample.json", [0, 1, 0], &[0, 0, 0], 0),
    counted("client-role.json", [1, 0, 0], &[0, 0, 1], 0),
    counted("client-secrets.docexample.json", [2, 0, 0], &[0, 2, 0], 2),
    counted("service-accounts.docexample.json", [2, 0, 0], &[2, 0, 0], 0),
];

#[test]
fn recorded_replies_give_the_counts_of_a_second_reading() {
    let test = "okta::recorded_replies_give_the_counts_of_a_second_reading";
    if !OKTA.agree_with_a_second_reading(test, &["client", "credential", "grant"], SAMPLES) {
        return;
    }
    let files = load_set(&root().join("../shared/samples/okta"));
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), SAMPLES.iter().map(|one| one.file).collect::<Vec<_>>());
    assert_eq!(OKTA.read(&files).records.len(), 152, "all of them in one set");
}
