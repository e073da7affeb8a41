//! Auth0 fixtures: every folder under `tests/fixtures/importers/auth0` is an import set with a snapshot that was read by a
//! person; the exports of the samples folder are counted where it is present.

use std::path::{Path, PathBuf};

use bulkhead::importers::auth0::Auth0;
use bulkhead::importers::{ALL, FileInput, Importer, ReadOptions, ReadStop, Sample};
use bulkhead::model::facts::{Fact, ProblemSeverity, RecordFate};
use bulkhead::model::kinds::{Completeness, Holder, RecordKind, Source};
use bulkhead::model::time::Expiry;

use crate::recorder::{MemoryFile, Recorder, load, load_set};

const SETS: &[&str] = &["api", "folder", "unusable", "yaml"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(set: &str) -> Vec<MemoryFile> {
    load_set(&root().join("tests/fixtures/importers/auth0").join(set))
}

fn read(files: &[MemoryFile]) -> Recorder {
    let (recorder, result) = Recorder::run(&Auth0, files, &ReadOptions::default());
    assert!(result.is_ok(), "{result:?}");
    recorder
}

fn refusal(name: &str, text: &str) -> String {
    let files = [MemoryFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }];
    match Recorder::run(&Auth0, &files, &ReadOptions::default()).1 {
        Err(ReadStop::Refused(refused)) => {
            assert_eq!(refused.problem.severity, ProblemSeverity::Refused);
            format!("{} {} {}", refused.problem.code, refused.problem.position.unwrap_or_default(), refused.problem.message)
        }
        other => panic!("{text} must be refused, got {other:?}"),
    }
}

#[test]
fn every_folder_is_in_the_list() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("tests/fixtures/importers/auth0"))
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
        insta::with_settings!({ snapshot_path => "snapshots/auth0", prepend_module_to_snapshot => false, omit_expression => true }, {
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
        let text: String = files.iter().map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).collect();
        let wanted = text.matches("CANARY-SECRET-").count() as u64;
        assert_eq!(recorder.secrets.values().sum::<u64>(), wanted, "{set}: dropped secrets must be counted, masks are none");
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

#[test]
fn the_order_of_files_does_not_matter() {
    for set in SETS {
        let mut files = fixture(set);
        let content = read(&files).content();
        files.reverse();
        assert_eq!(read(&files).content(), content, "{set}");
    }
}

#[test]
fn fixtures_are_recognised_and_nobody_else_wants_them() {
    for set in SETS {
        for file in fixture(set) {
            let text = String::from_utf8(file.bytes).expect("a fixture is UTF-8");
            let sample = Sample { name: file.name.clone(), text, whole: true };
            let own = Auth0.recognise(&sample).map_or(0, |found| found.confidence);
            assert!(own >= 60, "{set}/{}: {own}", file.name);
            for other in ALL.iter().filter(|other| other.source() != Source::Auth0) {
                let theirs = other.recognise(&sample).map_or(0, |found| found.confidence);
                assert!(theirs < own, "{set}/{}: {} with {theirs}", file.name, other.name());
            }
        }
    }
    for text in [
        "{\"value\":[{\"appId\":\"a\",\"appRoles\":[]}]}",
        "client_id;name\n",
        "clients: []\n",
        "{\"realm\":\"x\",\"clients\":[]}",
        "",
        "[]",
    ] {
        assert!(Auth0.recognise(&Sample { name: "x".to_owned(), text: text.to_owned(), whole: true }).is_none(), "{text}");
    }
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal("a.json", "{\"clients\":[{\"name\":\"x\",\"app_type\":\"spa\"}").starts_with("BH-IMP-102"), "a cut file");
    assert!(refusal("a.json", "[{\"hello\":1}]").contains("hello"));
    assert!(refusal("a.yaml", "clients:\n  - name: a\n   app_type: spa\n").contains("line 3"), "broken indentation");
    assert!(refusal("a.yaml", "clients:\n  - name: \"a\n").starts_with("BH-IMP-614"), "a cut file");
    assert!(refusal("a.yaml", "clients: []\nclients: []\n").starts_with("BH-IMP-614"), "a key that stands twice");
    assert!(refusal("a.yaml", "rules: []\n").contains("rules"));
    assert!(refusal("a.yaml", "clients: &a [*a]\n").starts_with("BH-IMP-614"), "no aliases");
    let deep = format!("clients: {}{}\n", "[".repeat(200), "]".repeat(200));
    assert!(refusal("a.yaml", &deep).starts_with("BH-IMP-614"));
    let deep = format!("[{{\"name\":\"a\",\"app_type\":\"spa\",\"x\":{}{}}}]", "[".repeat(200), "]".repeat(200));
    assert!(refusal("a.json", &deep).starts_with("BH-IMP-103"));
}

#[test]
fn a_cancel_stops_between_records() {
    for set in ["api", "yaml"] {
        let files = fixture(set);
        let inputs: Vec<&dyn FileInput> = files.iter().map(|file| file as _).collect();
        let mut recorder = Recorder::default();
        recorder.cancel_after = Some(0);
        assert!(matches!(Auth0.read(&inputs, &ReadOptions::default(), &mut recorder), Err(ReadStop::Cancelled)));
    }
}

#[test]
fn completeness_is_only_what_the_files_prove() {
    let api = read(&fixture("api"));
    let of = |list: RecordKind| {
        let found = api.completeness.iter().find(|(_, kind, parent, ..)| *kind == list && parent.is_none());
        found.map(|(_, _, _, completeness, reason)| (*completeness, reason.clone())).expect("it is stated")
    };
    assert_eq!(of(RecordKind::Auth0Clients), (Completeness::Full, "5 of 5 rows that the reply counts are there".to_owned()));
    assert_eq!(of(RecordKind::Auth0ClientGrants).0, Completeness::Partial, "the next page is not here");
    assert_eq!(of(RecordKind::Auth0UserGrants).0, Completeness::Unknown);
    let errors = read(&fixture("unusable"));
    let broken = errors.completeness.iter().find(|(_, kind, ..)| *kind == RecordKind::Auth0Clients).expect("stated");
    assert_eq!(broken.3, Completeness::Partial, "an error reply stands between its pages");
    let half: Vec<MemoryFile> = fixture("api").into_iter().filter(|file| file.name != "clients-1.json").collect();
    let reason = read(&half).completeness.into_iter().find(|(_, kind, ..)| *kind == RecordKind::Auth0Clients).expect("stated").4;
    assert_eq!(reason, "4 of 5 rows are there");
    let mut twice = half;
    let again = twice.iter().find(|file| file.name == "clients-0.json").map(|file| [&file.bytes[..], b" "].concat()).expect("a page");
    twice.push(MemoryFile { name: "again.json".to_owned(), bytes: again });
    let reason = read(&twice).completeness.into_iter().find(|(_, kind, ..)| *kind == RecordKind::Auth0Clients).expect("stated").4;
    assert_eq!(reason, "4 of 5 rows are there", "a page that is there twice is no second page");
}

#[test]
fn facts_of_the_tenant_are_exact() {
    let recorder = read(&fixture("yaml"));
    let holder = |name: &str| {
        let found = recorder.facts.iter().find_map(|fact| match fact {
            Fact::Client(client) if client.names[0].value == name => Some(client.stated_holder),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("client {name} is stated"))
    };
    assert_eq!(holder(" Harbour screen"), Some(Holder::FirstParty), "the blank is part of the name");
    assert_eq!((holder("Partner"), holder("Agent")), (Some(Holder::ThirdParty), Some(Holder::ThirdParty)));
    let issuer = recorder.facts.iter().find_map(|fact| match fact {
        Fact::Issuer(issuer) => Some((issuer.tenant.clone(), issuer.access_token_seconds, issuer.offline_seconds)),
        _ => None,
    });
    assert_eq!(issuer, Some((Some("lagoon.eu.auth0.com".to_owned()), Some(43_200), Some(i64::MAX))), "infinite wins over the number");
    let api = read(&fixture("api"));
    let ends: Vec<Expiry> = api
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Credential(one) if one.created_at.is_some() => Some(one.expires_at),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [Expiry::Never, Expiry::At(1_799_539_200_000)]);
    assert!(
        api.facts.iter().all(|fact| !matches!(fact, Fact::Client(client) if client.names.len() > 1)),
        "names are no keys where ids are"
    );
}

/// An application of the Management API and its name in a file of the Deploy CLI are one client.
#[test]
fn names_and_ids_of_one_set_meet() {
    let grants = r#"{"client_id":"Exporter","audience":"https://a.example","scope":["x"]}"#;
    let client = r#"{"name":"Exporter","app_type":"non_interactive"}"#;
    let mut files = fixture("api");
    for (name, text) in [("g.json", grants), ("c.json", client)] {
        files.push(MemoryFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() });
    }
    let recorder = read(&files);
    assert!(recorder.lines("client ").iter().any(|line| line.starts_with("client client_id:Cid1 = name:Exporter ")));
    assert!(recorder.lines("grant ").iter().any(|line| line.starts_with("grant name:Exporter -> uri:https://a.example")));
}

/// Records of a sample by fate, and what it states, counted by a second, independent reading of the file.
type Counted = (&'static str, [usize; 3], [usize; 4]);

/// File; accepted, rejected, ignored; clients, credentials, grants, scopes.
const SAMPLES: &[Counted] = &[
    ("default-tenant.yaml", [2, 0, 0], [2, 2, 0, 0]),
    ("deploycli-example-tenant.yaml", [9, 3, 2], [9, 6, 0, 0]),
    ("directory/clients/My_App_with_Express_Config.json", [1, 0, 0], [1, 1, 0, 0]),
    ("directory/clients/My_CIMD_Client.json", [1, 0, 0], [1, 0, 0, 0]),
    ("directory/clients/My_Native_app.json", [1, 0, 0], [1, 0, 0, 0]),
    ("directory/clients/My_SPA.json", [1, 0, 0], [1, 0, 0, 0]),
    ("directory/clients/Resource_Server_Client.json", [1, 0, 0], [1, 1, 0, 0]),
    ("directory/grants/m2m_myapp_api.json", [0, 1, 0], [0, 0, 0, 0]),
    ("directory/resource-servers/Auth0_My_Account_API.json", [0, 1, 0], [0, 0, 0, 0]),
    ("directory/resource-servers/My_API.json", [0, 1, 0], [0, 0, 0, 0]),
    ("eventscheduler-tenant.yaml", [9, 4, 2], [8, 6, 0, 8]),
    ("mgmtapi-client-credentials.json", [0, 1, 0], [0, 0, 0, 0]),
    ("mgmtapi-client-grants.page.json", [3, 0, 0], [0, 0, 492, 0]),
    ("mgmtapi-clients.page.json", [9, 0, 1], [9, 8, 0, 0]),
    ("mgmtapi-error-403.json", [0, 0, 1], [0, 0, 0, 0]),
    ("mgmtapi-resource-servers.page.json", [1, 0, 0], [0, 0, 0, 273]),
];

#[test]
fn real_exports_give_the_counts_of_a_second_reading() {
    let folder: &Path = &root().join("../shared/samples/auth0");
    if !folder.exists() {
        eprintln!("skipped: auth0::real_exports_give_the_counts_of_a_second_reading: the samples are not here");
        return;
    }
    let mut wrong = Vec::new();
    for (file, fates, facts) in SAMPLES {
        let recorder = read(&[load(&folder.join(file))]);
        let found = [RecordFate::Accepted, RecordFate::Rejected, RecordFate::Ignored].map(|fate| recorder.count(fate));
        let stated = ["client ", "credential ", "grant ", "scope "].map(|word| recorder.lines(word).len());
        if (found, stated) != (*fates, *facts) {
            wrong.push(format!("{file}: {found:?} {stated:?}, wanted {fates:?} {facts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let set = ["mgmtapi-client-credentials.json", "mgmtapi-clients.page.json", "mgmtapi-client-grants.page.json"];
    let all = read(&set.map(|file| load(&folder.join(file))));
    assert_eq!(all.count(RecordFate::Rejected), 0, "together the credential finds its application");
}
