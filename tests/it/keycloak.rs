//! Keycloak fixtures: every folder under `tests/fixtures/importers/keycloak` is an import set with a snapshot that was
//! read by a person; the real exports of the samples folder are counted where it is present.

use std::path::{Path, PathBuf};

use bulkhead::importers::keycloak::Keycloak;
use bulkhead::importers::{Importer, ReadOptions, ReadStop, Sample};
use bulkhead::model::facts::{Fact, ProblemSeverity, RecordFate};
use bulkhead::model::kinds::{ClientKind, Completeness, CredentialKind, RecordKind, Tri};
use bulkhead::model::time::Expiry;

use crate::recorder::{MemoryFile, Recorder, load_set};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(set: &str) -> Vec<MemoryFile> {
    load_set(&root().join("tests/fixtures/importers/keycloak").join(set))
}

fn read(files: &[MemoryFile]) -> Recorder {
    let (recorder, result) = Recorder::run(&Keycloak, files, &ReadOptions::default());
    assert!(result.is_ok(), "{result:?}");
    recorder
}

fn refusal(name: &str, text: &str) -> String {
    let files = [MemoryFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }];
    match Recorder::run(&Keycloak, &files, &ReadOptions::default()).1 {
        Err(ReadStop::Refused(refused)) => {
            assert_eq!(refused.problem.severity, ProblemSeverity::Refused);
            format!("{} {} {}", refused.problem.code, refused.problem.position.unwrap_or_default(), refused.problem.message)
        }
        other => panic!("{text} must be refused, got {other:?}"),
    }
}

const SETS: &[&str] = &["directory", "full", "kcadm-clients", "lakekeeper", "partial", "two-realms"];

#[test]
fn every_folder_is_in_the_list() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("tests/fixtures/importers/keycloak"))
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
        insta::with_settings!({ snapshot_path => "snapshots/keycloak", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(*set, recorder.text(&names));
        });
    }
}

#[test]
fn no_secret_leaves_the_parser() {
    for set in SETS {
        let files = fixture(set);
        let canaries = files.iter().filter(|file| String::from_utf8_lossy(&file.bytes).contains("CANARY-SECRET")).count();
        let recorder = read(&files);
        let all = format!("{:?} {:?} {:?} {:?}", recorder.facts, recorder.content(), recorder.problems, recorder.completeness);
        assert!(!all.contains("CANARY"), "{set}: a secret was stated");
        assert!(canaries == 0 || recorder.secrets.values().sum::<u64>() > 0, "{set}: dropped secrets must be counted");
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

/// Order of files, of list elements and of keys says nothing, so the content must not hang on it.
#[test]
fn order_does_not_matter() {
    for set in SETS {
        let mut files = fixture(set);
        let content = read(&files).content();
        files.reverse();
        for file in &mut files {
            let value: serde_json::Value = serde_json::from_slice(&file.bytes).expect("a fixture is JSON");
            file.bytes = reversed(value).to_string().into_bytes();
        }
        assert_eq!(masked(read(&files).content()), masked(content), "{set}");
    }
}

/// Groups of equal secrets are numbered in the order of reading; only equality counts.
fn masked(lines: Vec<String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.split(" value group-").next().unwrap_or_default().to_owned()).collect();
    lines.sort();
    lines.dedup();
    lines
}

fn reversed(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Array(list) => list.into_iter().rev().map(reversed).collect(),
        serde_json::Value::Object(map) => {
            let mut pairs: Vec<(String, serde_json::Value)> = map.into_iter().collect();
            pairs.reverse();
            // A JWK set is text inside a string; key ids keep their places there.
            pairs.into_iter().map(|(key, value)| (key, reversed(value))).collect()
        }
        other => other,
    }
}

#[test]
fn fixtures_are_recognised_and_other_files_are_not() {
    for set in SETS {
        for file in fixture(set) {
            let text = String::from_utf8(file.bytes).expect("a fixture is UTF-8");
            let sample = Sample { name: file.name.clone(), text, whole: true };
            assert!(Keycloak.recognise(&sample).is_some_and(|found| found.confidence >= 70), "{set}/{}", file.name);
        }
    }
    for text in ["{\"value\":[{\"appId\":\"a\",\"appRoles\":[]}]}", "client_id;name\n", "{\"realm\":\"words in a novel\"}", "", "[]"] {
        let sample = Sample { name: "x.json".to_owned(), text: text.to_owned(), whole: true };
        assert!(Keycloak.recognise(&sample).is_none(), "{text}");
    }
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal("r.json", "{\"realm\":\"a\",\"users\":[{\"id\":1}").starts_with("BH-IMP-"), "a cut file");
    assert!(refusal("r.json", "{\"realm\":\"a\",\n\"enabled\":true,\"realm\":\"b\"}").contains("line 2"), "a key that stands twice");
    assert!(refusal("r.json", "{\"keys\":[]}").contains("keys"), "says what it found instead");
    let bare = "[{\"clientId\":\"a\",\"bearerOnly\":false}]";
    assert!(refusal("clients.json", bare).contains("--instance"), "a list of clients without its realm");
    let deep = format!("{{\"realm\":\"a\",\"x\":{}{}}}", "[".repeat(200), "]".repeat(200));
    assert!(refusal("r.json", &deep).contains("deep"));

    let files = [MemoryFile { name: "clients.json".to_owned(), bytes: bare.as_bytes().to_vec() }];
    let options = ReadOptions { instance: Some("told".to_owned()), ..ReadOptions::default() };
    let (recorder, result) = Recorder::run(&Keycloak, &files, &options);
    assert!(result.is_ok() && recorder.records[0].instance == "told", "--instance names the realm");
}

#[test]
fn a_cancel_stops_between_records() {
    let files = fixture("full");
    let inputs: Vec<&dyn bulkhead::importers::FileInput> = files.iter().map(|file| file as _).collect();
    let mut recorder = Recorder::default();
    recorder.cancel_after = Some(0);
    assert!(matches!(Keycloak.read(&inputs, &ReadOptions::default(), &mut recorder), Err(ReadStop::Cancelled)));
}

#[test]
fn completeness_is_only_what_the_export_proves() {
    let of = |set: &str, list: RecordKind| {
        let recorder = read(&fixture(set));
        let found = recorder.completeness.iter().filter(|(_, kind, ..)| *kind == list);
        found.map(|(_, _, _, completeness, reason)| (*completeness, reason.clone())).next_back().expect("it is stated")
    };
    assert_eq!(of("partial", RecordKind::RealmClients).0, Completeness::Full, "a partial export still lists all clients");
    let (completeness, reason) = of("partial", RecordKind::RealmUsers);
    assert_eq!(completeness, Completeness::Partial, "without users the service accounts' permissions are unknown, not none");
    assert!(reason.contains("2 of 2") && reason.contains("not exported"), "{reason}");
    assert_eq!(of("directory", RecordKind::RealmUsers).0, Completeness::Full);
    assert_eq!(of("kcadm-clients", RecordKind::RealmClients).0, Completeness::Unknown);
}

/// Numbers of a sample, counted by a second, independent reading of the file (audiences: one for the realm itself).
struct Counted {
    file: &'static str,
    /// Clients that are OpenID Connect and not bearer-only.
    clients: usize,
    secrets_as_credentials: usize,
    audiences: usize,
    roles: usize,
    service_account_users: usize,
    ignored_users: usize,
    full_scope_grants: usize,
    service_account_grants: usize,
}

const SAMPLES: &[Counted] = &[
    Counted {
        file: "CX-Central-realm.json",
        clients: 32,
        secrets_as_credentials: 23,
        audiences: 16,
        roles: 202,
        service_account_users: 19,
        ignored_users: 0,
        full_scope_grants: 1368,
        service_account_grants: 107,
    },
    Counted {
        file: "lakekeeper-agentic-realm.json",
        clients: 12,
        secrets_as_credentials: 7,
        audiences: 7,
        roles: 31,
        service_account_users: 7,
        ignored_users: 2,
        full_scope_grants: 0,
        service_account_grants: 42,
    },
    Counted {
        file: "master-realm-26.5.5.json",
        clients: 4,
        secrets_as_credentials: 0,
        audiences: 4,
        roles: 32,
        service_account_users: 0,
        ignored_users: 0,
        full_scope_grants: 0,
        service_account_grants: 0,
    },
    Counted {
        file: "quarkus-authz-realm-19.0.1.json",
        clients: 5,
        secrets_as_credentials: 1,
        audiences: 5,
        roles: 34,
        service_account_users: 0,
        ignored_users: 3,
        full_scope_grants: 4,
        service_account_grants: 0,
    },
];

fn sample(name: &str) -> Option<MemoryFile> {
    let path: &Path = &root().join("../shared/samples/keycloak").join(name);
    path.exists().then(|| crate::recorder::load(path))
}

#[test]
fn real_exports_give_the_counts_of_a_second_reading() {
    for want in SAMPLES {
        let Some(file) = sample(want.file) else {
            eprintln!("skipped: keycloak::real_exports_give_the_counts_of_a_second_reading: {} is not here", want.file);
            continue;
        };
        let recorder = read(&[file]);
        let facts = |test: &dyn Fn(&Fact) -> bool| recorder.facts.iter().filter(|fact| test(fact)).count();
        assert_eq!(facts(&|fact| matches!(fact, Fact::Client(_))), want.clients, "{}: clients", want.file);
        let secrets = facts(&|fact| matches!(fact, Fact::Credential(one) if one.kind == CredentialKind::ClientSecret));
        assert_eq!(secrets, want.secrets_as_credentials, "{}: client secrets", want.file);
        assert_eq!(facts(&|fact| matches!(fact, Fact::Audience(_))), want.audiences, "{}: audiences", want.file);
        let roles = recorder.records.iter().filter(|record| record.identity.starts_with("role/")).count();
        assert_eq!(roles, want.roles, "{}: roles", want.file);
        let users = recorder.records.iter().filter(|record| record.list == Some(RecordKind::RealmUsers)).count();
        assert_eq!(users, want.service_account_users, "{}: service accounts", want.file);
        let ignored = recorder.records.iter().filter(|record| record.list == Some(RecordKind::RealmConsents)).count();
        assert_eq!(ignored, want.ignored_users, "{}: people", want.file);
        let grants = |word: &str| recorder.lines("grant").iter().filter(|line| line.contains(word)).count();
        assert_eq!(grants(" full_scope"), want.full_scope_grants, "{}: full scope", want.file);
        assert_eq!(grants(" service_account_role"), want.service_account_grants, "{}: service account roles", want.file);
    }
}

#[test]
fn the_users_of_a_directory_export_find_their_realm() {
    let (Some(realm), Some(users)) = (sample("CX-Central-realm.json"), sample("CX-Central-users-0.json")) else {
        eprintln!("skipped: keycloak::the_users_of_a_directory_export_find_their_realm: the samples are not here");
        return;
    };
    let recorder = read(&[users, realm]);
    let people: Vec<_> = recorder.records.iter().filter(|record| record.file == 0).collect();
    assert_eq!((people.len(), people[0].fate), (1, Some(RecordFate::Ignored)), "one person without consents");
    assert!(recorder.records.iter().all(|record| record.instance == "CX-Central"));
}

#[test]
fn facts_of_the_full_export_are_exact() {
    let recorder = read(&fixture("full"));
    let client = |id: &str| {
        let found = recorder.facts.iter().find_map(|fact| match fact {
            Fact::Client(client) if client.names[0].value == id => Some(client.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("client {id} is stated"))
    };
    assert_eq!(client("pilot-batch").kind, Some(ClientKind::ServiceAccount));
    assert_eq!(client("pilot-batch").access_token_seconds, Some(3600));
    assert_eq!(client("signer").enabled, Some(Tri::No));
    assert_eq!(client("templated").enabled, None, "a template variable is unknown, not no");
    assert_eq!(client("account").built_in, Some(true));
    assert_eq!(client("yard-app").grant_types.as_deref(), Some("authorization_code device_code"));
    let ends = |name: &str| {
        let found = recorder.facts.iter().find_map(|fact| match fact {
            Fact::Credential(one) if one.names[0].value == name => Some((one.created_at, one.expires_at)),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("credential {name} is stated"))
    };
    assert_eq!(ends("pilot-batch/client_secret/current"), (Some(1_704_067_200_000), Expiry::Never));
    assert_eq!(ends("tug/client_secret/rotated"), (Some(1_672_531_200_000), Expiry::At(1_706_745_600_000)));
    assert_eq!(ends("signer/certificate/0"), (Some(1_767_323_045_000), Expiry::At(1_798_859_045_000)));
}
