//! Okta fixtures: every folder under `tests/fixtures/importers/okta` is an import set with a snapshot that was read by a
//! person; the recorded replies of the samples folder are counted where it is present.

use std::path::{Path, PathBuf};

use bulkhead::importers::okta::Okta;
use bulkhead::importers::{ALL, FileInput, Importer, ReadOptions, ReadStop, Sample};
use bulkhead::model::facts::{Fact, ProblemSeverity, RecordFate};
use bulkhead::model::kinds::{ClientKind, Completeness, RecordKind, Source, Tri};
use bulkhead::model::time::Expiry;

use crate::recorder::{MemoryFile, Recorder, load, load_set};

const SETS: &[&str] = &["containers", "org", "two-orgs", "unusable"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(set: &str) -> Vec<MemoryFile> {
    load_set(&root().join("tests/fixtures/importers/okta").join(set))
}

fn run(files: &[MemoryFile], options: &ReadOptions) -> Recorder {
    let (recorder, result) = Recorder::run(&Okta, files, options);
    assert!(result.is_ok(), "{result:?}");
    recorder
}

fn read(files: &[MemoryFile]) -> Recorder {
    run(files, &ReadOptions::default())
}

fn memory(name: &str, text: &str) -> MemoryFile {
    MemoryFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn refusal(text: &str) -> String {
    match Recorder::run(&Okta, &[memory("okta.json", text)], &ReadOptions::default()).1 {
        Err(ReadStop::Refused(refused)) => {
            assert_eq!(refused.problem.severity, ProblemSeverity::Refused);
            format!("{} {} {}", refused.problem.code, refused.problem.position.unwrap_or_default(), refused.problem.message)
        }
        other => panic!("{text} must be refused, got {other:?}"),
    }
}

#[test]
fn every_folder_is_in_the_list() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("tests/fixtures/importers/okta"))
        .expect("the fixtures are there")
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, SETS, "a folder without a snapshot proves nothing");
}

#[test]
fn fixtures_state_what_their_snapshots_say() {
    for set in SETS {
        let files = fixture(set);
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let recorder = read(&files);
        insta::with_settings!({ snapshot_path => "snapshots/okta", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(*set, recorder.text(&names));
        });
    }
}

#[test]
fn no_secret_leaves_the_parser() {
    for set in SETS {
        let files = fixture(set);
        let recorder = read(&files);
        let all = format!("{:?} {:?} {:?} {:?}", recorder.facts, recorder.content(), recorder.problems, recorder.completeness);
        assert!(!all.contains("CANARY"), "{set}: a secret was stated");
        // Hashes of secrets are dropped too, and are no secrets to count.
        let text: String = files.iter().map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).collect();
        let wanted = text.matches("CANARY-SECRET-").count() - text.matches("CANARY-SECRET-hash").count();
        assert_eq!(recorder.secrets.values().sum::<u64>(), wanted as u64, "{set}: dropped secrets must be counted");
    }
}

#[test]
fn every_record_has_one_fate() {
    for set in SETS {
        let recorder = read(&fixture(set));
        let fates = [RecordFate::Accepted, RecordFate::Rejected, RecordFate::Ignored].map(|fate| recorder.count(fate));
        assert_eq!(fates.iter().sum::<usize>(), recorder.records.len(), "{set}: read = accepted + rejected + ignored");
        let rejected = recorder.problems.iter().filter(|(_, problem)| problem.severity == ProblemSeverity::Rejected).count();
        assert_eq!(rejected, fates[1], "{set}: each rejected record says why");
    }
}

/// Order of files, rows and keys says nothing, so the content must not hang on it.
#[test]
fn order_does_not_matter() {
    for set in ["org", "two-orgs"] {
        let mut files = fixture(set);
        let content = read(&files).content();
        files.reverse();
        for file in &mut files {
            let value: serde_json::Value = serde_json::from_slice(&file.bytes).expect("a fixture is JSON");
            file.bytes = reversed(value).to_string().into_bytes();
        }
        assert_eq!(read(&files).content(), content, "{set}");
    }
}

fn reversed(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Array(list) => list.into_iter().rev().map(reversed).collect(),
        serde_json::Value::Object(map) => {
            let mut pairs: Vec<(String, serde_json::Value)> = map.into_iter().collect();
            pairs.reverse();
            pairs.into_iter().map(|(key, value)| (key, reversed(value))).collect()
        }
        other => other,
    }
}

#[test]
fn fixtures_are_recognised_and_nobody_else_wants_them() {
    for set in SETS {
        for file in fixture(set) {
            let text = String::from_utf8(file.bytes).expect("a fixture is UTF-8");
            let sample = Sample { name: file.name.clone(), text, whole: true };
            let own = Okta.recognise(&sample).map_or(0, |found| found.confidence);
            assert!(own >= 60, "{set}/{}: {own}", file.name);
            for other in ALL.iter().filter(|other| other.source() != Source::Okta) {
                let theirs = other.recognise(&sample).map_or(0, |found| found.confidence);
                assert!(theirs < own, "{set}/{}: {} with {theirs}", file.name, other.name());
            }
        }
    }
    for text in
        ["{\"value\":[{\"appId\":\"a\",\"appRoles\":[]}]}", "client_id;name\n", "{\"realm\":\"x\",\"clients\":[]}", "", "[]", "[1,2]"]
    {
        assert!(Okta.recognise(&Sample { name: "x.json".to_owned(), text: text.to_owned(), whole: true }).is_none(), "{text}");
    }
    let long = std::fs::read_to_string(root().join("tests/fixtures/importers/okta/org/apps.json")).expect("a fixture");
    let cut = Sample { name: "apps.json".to_owned(), text: long[..700].to_owned(), whole: false };
    assert!(Okta.recognise(&cut).is_some(), "a sample may end inside the first app");
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal("[{\"id\":\"0oa1\",\"signOnMode\":null,\"label\":\"x\"}").starts_with("BH-IMP-102"), "a cut file");
    assert!(refusal("[{\"id\":\"a\",\n\"id\":\"b\"}]").contains("line 2"), "a key that stands twice");
    assert!(refusal("[{\"hello\":1}]").contains("hello"), "says what it found instead");
    assert!(refusal("[1,2,3]").contains("no object"));
    assert!(refusal("{\"id\":\"0oa1\",\"signOnMode\":null,\"label\":nope}").starts_with("BH-IMP-101"));
    let deep = format!("[{{\"id\":\"0oa1\",\"signOnMode\":null,\"label\":\"x\",\"y\":{}{}}}]", "[".repeat(200), "]".repeat(200));
    assert!(refusal(&deep).starts_with("BH-IMP-103"), "nesting is bounded");
}

#[test]
fn a_cancel_stops_between_records() {
    let files = fixture("org");
    let inputs: Vec<&dyn FileInput> = files.iter().map(|file| file as _).collect();
    let mut recorder = Recorder::default();
    recorder.cancel_after = Some(0);
    assert!(matches!(Okta.read(&inputs, &ReadOptions::default(), &mut recorder), Err(ReadStop::Cancelled)));
}

fn said(recorder: &Recorder, list: RecordKind, parent: Option<&str>) -> Vec<(Completeness, String)> {
    let of_list = recorder.completeness.iter().filter(|(_, kind, of, ..)| *kind == list && of.as_deref() == parent);
    of_list.map(|(_, _, _, completeness, reason)| (*completeness, reason.clone())).collect()
}

#[test]
fn completeness_is_only_what_the_replies_prove() {
    let org = read(&fixture("org"));
    assert_eq!(said(&org, RecordKind::OktaApps, None)[0].0, Completeness::Unknown, "a bare array proves nothing");
    let (secrets, reason) = &said(&org, RecordKind::OktaSecrets, None)[0];
    assert_eq!(*secrets, Completeness::Partial);
    assert!(reason.contains("4 of 5"), "only one app's secrets are there: {reason}");
    let (policies, reason) = &said(&org, RecordKind::OktaPolicies, None)[0];
    assert!(*policies == Completeness::Partial && reason.contains("1 of 2"), "{reason}");
    let cut = read(&fixture("containers"));
    assert!(
        said(&cut, RecordKind::OktaGrants, Some("client_id:0oac1")).iter().any(|(_, reason)| reason.starts_with("20 records are exactly"))
    );
    let errors = read(&fixture("unusable"));
    assert!(said(&errors, RecordKind::OktaApps, None).iter().all(|(completeness, _)| *completeness == Completeness::Partial));

    let full = ReadOptions { completeness: Some(Completeness::Full), ..ReadOptions::default() };
    let stated = run(&fixture("org"), &full);
    assert_eq!(said(&stated, RecordKind::OktaSecrets, Some("client_id:berth-booking"))[0].0, Completeness::Full);
    assert!(said(&stated, RecordKind::OktaSecrets, None).is_empty(), "one app's secrets say nothing about other apps'");
    assert!(said(&stated, RecordKind::OktaGrants, None).is_empty());
}

#[test]
fn the_instance_is_the_org_that_links_name() {
    let two = read(&fixture("two-orgs"));
    let mut orgs: Vec<&str> = two.records.iter().map(|record| record.instance.as_str()).collect();
    orgs.sort_unstable();
    assert_eq!(orgs, ["harbour.okta.com", "quay.oktapreview.com", "quay.oktapreview.com"], "the administrators' address is the org's");
    assert_eq!(two.lines("grant").len(), 1);
    assert!(two.lines("grant")[0].contains("application"), "the app of its own org decides, not its namesake");

    let token = "[{\"id\":\"00T1\",\"name\":\"t\",\"userId\":\"00u\",\"tokenWindow\":\"P30D\"}]";
    let told = ReadOptions { instance: Some("told.okta.com".to_owned()), ..ReadOptions::default() };
    assert_eq!(run(&[memory("t.json", token)], &told).records[0].instance, "told.okta.com");
    assert_eq!(read(&[memory("t.json", token)]).records[0].instance, "?", "nobody said it");
}

#[test]
fn facts_of_the_org_are_exact() {
    let recorder = read(&fixture("org"));
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

/// Records of a sample by fate, and what it states, counted by a second, independent reading of the file.
struct Counted {
    file: &'static str,
    accepted: usize,
    rejected: usize,
    ignored: usize,
    clients: usize,
    credentials: usize,
    grants: usize,
    secrets: u64,
}

const fn counted(file: &'static str, fates: [usize; 3], [clients, credentials, grants]: [usize; 3], secrets: u64) -> Counted {
    let [accepted, rejected, ignored] = fates;
    Counted { file, accepted, rejected, ignored, clients, credentials, grants, secrets }
}

const SAMPLES: &[Counted] = &[
    counted("api-service-integration.json", [1, 0, 0], [1, 0, 3], 0),
    counted("api-services.docexample.json", [1, 0, 0], [1, 0, 3], 0),
    counted("api-token.json", [1, 0, 0], [1, 1, 1], 0),
    counted("api-tokens.docexample.json", [2, 0, 0], [2, 2, 2], 0),
    counted("app-credentials-secrets.json", [1, 0, 0], [0, 1, 0], 1),
    counted("app-refresh-token.json", [1, 0, 0], [0, 1, 2], 0),
    counted("app-service-jwks.json", [1, 0, 0], [1, 1, 0], 0),
    counted("apps-grants.docexample.json", [0, 2, 0], [0, 0, 0], 0),
    counted("apps-small.page.json", [20, 0, 7], [20, 1, 0], 0),
    counted("apps.page.json", [59, 0, 20], [59, 2, 0], 0),
    counted("authorizationServer-default-scopes.json", [27, 0, 0], [0, 0, 0], 0),
    counted("authorizationServers.page.json", [1, 0, 0], [0, 0, 0], 0),
    counted("authserver-scopes.docexample.json", [0, 1, 0], [0, 0, 0], 0),
    counted("client-jwks.docexample.json", [1, 0, 0], [0, 2, 0], 0),
    counted("client-refresh-tokens.docexample.json", [0, 1, 0], [0, 0, 0], 0),
    counted("client-role.json", [1, 0, 0], [0, 0, 1], 0),
    counted("client-secrets.docexample.json", [2, 0, 0], [0, 2, 0], 2),
    counted("service-accounts.docexample.json", [2, 0, 0], [2, 0, 0], 0),
];

#[test]
fn recorded_replies_give_the_counts_of_a_second_reading() {
    let folder: &Path = &root().join("../shared/samples/okta");
    if !folder.exists() {
        eprintln!("skipped: okta::recorded_replies_give_the_counts_of_a_second_reading: the samples are not here");
        return;
    }
    let files = load_set(folder);
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), SAMPLES.iter().map(|one| one.file).collect::<Vec<_>>());
    for want in SAMPLES {
        let recorder = read(&[load(&folder.join(want.file))]);
        let fates = [RecordFate::Accepted, RecordFate::Rejected, RecordFate::Ignored].map(|fate| recorder.count(fate));
        assert_eq!(fates, [want.accepted, want.rejected, want.ignored], "{}", want.file);
        assert_eq!(recorder.lines("client ").len(), want.clients, "{}: clients", want.file);
        assert_eq!(recorder.lines("credential ").len(), want.credentials, "{}: credentials", want.file);
        assert_eq!(recorder.lines("grant ").len(), want.grants, "{}: grants", want.file);
        assert_eq!(recorder.secrets.values().sum::<u64>(), want.secrets, "{}: secrets", want.file);
    }
    let all = read(&files);
    assert_eq!(all.records.len(), 152, "all of them in one set");
}
