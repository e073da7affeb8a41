//! Google fixtures: every folder under `tests/fixtures/importers/google` is an import set with a snapshot that was read by a
//! person; the replies of the samples folder are counted where it is present.

use bulkhead::importers::ReadOptions;
use bulkhead::importers::google::Google;
use bulkhead::model::facts::Fact;
use bulkhead::model::kinds::{ClientKind, Completeness, Holder, RecordKind};
use bulkhead::model::time::{Expiry, iso};

use crate::fixture_sets::{Counted, FixtureSets, counted, memory, root};
use crate::recorder::{MemoryFile, Recorder, load_set};

const GOOGLE: FixtureSets = FixtureSets { importer: &Google, sets: &["cloud", "events", "gam", "unusable", "workspace"] };

#[test]
fn every_folder_is_in_the_list() {
    GOOGLE.every_folder_is_in_the_list();
}

#[test]
fn fixtures_state_what_their_snapshots_say() {
    GOOGLE.match_their_snapshots();
}

#[test]
fn no_secret_leaves_the_parser() {
    GOOGLE.state_no_secret();
}

#[test]
fn every_record_has_one_fate() {
    GOOGLE.give_every_record_one_fate();
}

#[test]
fn order_does_not_matter() {
    GOOGLE.say_nothing_by_order(&["cloud", "workspace"]);
    GOOGLE.repeat_themselves();
}

#[test]
fn fixtures_are_recognised_and_nobody_else_wants_them() {
    GOOGLE.are_recognised_by_nobody_else(&[
        "{\"value\":[{\"appId\":\"a\",\"appRoles\":[]}]}",
        "client_id;scopes\n",
        "user,tokenCount\n",
        "{\"clients\":[{\"client_id\":\"a\",\"client_secret\":\"b\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"1\"}]}",
        "{\"items\":[{\"name\":\"x\"}]}",
        "",
        "[]",
        "[1,2]",
    ]);
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    let refusal = |text: &str| GOOGLE.refusal("google.json", text);
    assert!(refusal("{\"items\":[{\"kind\":\"admin#directory#token\"}").starts_with("BH-IMP-102"), "a cut file");
    assert!(refusal("[{\"clientId\":\"a\",\"clientId\":\"b\"}]").contains("twice"), "a key that stands twice");
    assert!(refusal("[{\"hello\":1}]").contains("hello"), "says what it found instead");
    assert!(refusal("user,tokenCount\na,1\n").starts_with("BH-IMP-801"), "a table that names no app");
    let deep = format!("[{{\"clientId\":\"a\",\"displayText\":\"b\",\"scopes\":{}{}}}]", "[".repeat(200), "]".repeat(200));
    assert!(refusal(&deep).starts_with("BH-IMP-103"), "nesting is bounded");
    let open = "user,clientId,displayText,nativeApp,scopes\n\"a,b,c,False,openid";
    assert!(GOOGLE.refusal("t.csv", open).starts_with("BH-IMP-1"), "an open quote");
    for set in ["cloud", "events", "gam", "workspace"] {
        GOOGLE.survive_cuts(set);
    }
}

/// A key is no list of keys: whoever drops one here should hear it, and find nothing of it anywhere.
#[test]
fn keys_themselves_are_refused() {
    for text in [
        "{\"type\":\"service_account\",\"project_id\":\"p\",\"private_key_id\":\"1\",\"private_key\":\"CANARY-SECRET-key\",\"client_email\":\"a@p.iam.gserviceaccount.com\"}",
        "{\"installed\":{\"client_id\":\"1.apps.googleusercontent.com\",\"auth_uri\":\"https://accounts.google.com\",\"client_secret\":\"CANARY-SECRET-app\"}}",
        "{\"type\":\"authorized_user\",\"client_id\":\"1\",\"client_secret\":\"CANARY-SECRET-a\",\"refresh_token\":\"CANARY-SECRET-b\"}",
    ] {
        let told = GOOGLE.refusal("key.json", text);
        assert!(told.starts_with("BH-IMP-805") && !told.contains("CANARY"), "{told}");
    }
}

#[test]
fn a_cancel_stops_between_records() {
    for set in ["cloud", "gam"] {
        GOOGLE.stop_when_cancelled(set);
    }
}

fn said(recorder: &Recorder, list: RecordKind) -> Vec<(Option<String>, Completeness, String)> {
    let of_list = recorder.completeness.iter().filter(|(_, kind, ..)| *kind == list);
    of_list.map(|(_, _, of, completeness, reason)| (of.clone(), *completeness, reason.clone())).collect()
}

#[test]
fn completeness_is_only_what_the_files_prove() {
    let tokens = said(&GOOGLE.read_set("workspace"), RecordKind::GoogleTokens);
    assert!(tokens.iter().all(|(_, completeness, _)| *completeness != Completeness::Full), "nobody says who else has tokens");
    let events = said(&GOOGLE.read_set("events"), RecordKind::GoogleTokenEvents);
    assert!(events.iter().all(|(_, completeness, _)| *completeness != Completeness::Full), "events reach back for a while");
    let cloud = GOOGLE.read_set("cloud");
    let keys = said(&cloud, RecordKind::GoogleServiceAccountKeys);
    let of = |email: &str| keys.iter().find(|(of, ..)| of.as_deref() == Some(email)).map(|(_, completeness, _)| *completeness);
    assert_eq!(of("client_id:exporter@lagoon-prod.iam.gserviceaccount.com"), Some(Completeness::Unknown), "a bare array");
    assert_eq!(of("client_id:runner@lagoon-prod.iam.gserviceaccount.com"), Some(Completeness::Full), "the reply names no next page");
    let policies = said(&cloud, RecordKind::GoogleIamPolicies);
    let test = policies.iter().find(|(of, ..)| of.as_deref().is_some_and(|of| of.ends_with("lagoon-test"))).expect("stated");
    assert_eq!(test.1, Completeness::Full, "one policy is all of its resource's");
    let full = ReadOptions { completeness: Some(Completeness::Full), ..ReadOptions::default() };
    let stated = said(&GOOGLE.read_with(&GOOGLE.files("gam"), &full), RecordKind::GoogleTokens);
    assert!(stated.iter().all(|(_, completeness, _)| *completeness == Completeness::Full));
}

#[test]
fn facts_are_exact() {
    let events = GOOGLE.read_set("events");
    let grants = events.lines("grant");
    let grant = |part: &str| *grants.iter().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}: {grants:?}"));
    assert!(grant("gmail.modify").ends_with("since 2026-01-10T10:00:00.123Z until 2026-01-20T10:00:00Z"), "taken away later");
    assert!(grant("tove@").ends_with("since 2026-01-05T00:00:00Z"), "what was taken away before was given again");
    let used = events.facts.iter().find_map(|fact| match fact {
        Fact::Client(client) if client.last_used_at.is_some() => client.last_used_at,
        _ => None,
    });
    assert_eq!(used.map(iso).as_deref(), Some("2026-02-05T10:00:00Z"), "the last of two uses");
    assert!(events.records.iter().all(|record| record.instance == "C0lagoon1"));

    let cloud = GOOGLE.read_set("cloud");
    let ends = |id: &str| {
        let found = cloud.facts.iter().find_map(|fact| match fact {
            Fact::Credential(one) if one.names[0].value == id => Some((one.created_at.map(iso), one.expires_at)),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("key {id} is stated"))
    };
    assert_eq!(ends("aaaa1111"), (Some("2024-03-04T17:39:47Z".to_owned()), Expiry::Never));
    assert_eq!(ends("bbbb2222").1, Expiry::At(1_780_272_000_000));
    assert_eq!(ends("cccc3333").1, Expiry::At(1_709_573_987_000), "disabled; since when is not said");
    let runner = cloud.facts.iter().find_map(|fact| match fact {
        Fact::Client(client) if client.names[0].value.starts_with("exporter@") && client.rank == 0 => {
            Some((client.names.len(), client.kind))
        }
        _ => None,
    });
    assert_eq!(runner, Some((2, Some(ClientKind::ServiceAccount))), "delegation is given to its number");
    assert_eq!(cloud.lines("edge").len(), 2, "one may act as the account, and make keys for it");

    let gam = GOOGLE.read_set("gam");
    let own = gam.facts.iter().find_map(|fact| match fact {
        Fact::Client(client) if client.names[0].value.starts_with("333") => client.stated_holder,
        _ => None,
    });
    assert_eq!(own, Some(Holder::FirstParty), "GAM says that it is internal");
}

#[test]
fn a_table_of_windows_is_read() {
    let plain = GOOGLE.files("gam").into_iter().find(|file| file.name == "counted.csv").expect("a fixture");
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(String::from_utf8(plain.bytes.clone()).expect("UTF-8").encode_utf16().flat_map(u16::to_le_bytes));
    let wide = MemoryFile { name: plain.name.clone(), bytes };
    assert_eq!(GOOGLE.read(&[wide]).content(), GOOGLE.read(&[plain]).content());
    let named = memory("delegation.csv", "Client ID,Scopes\n1,\"openid,email\"\n");
    assert_eq!(GOOGLE.read(&[named]).lines("grant").len(), 3, "two scopes, and acting as anybody");
}

/// Clients, credentials, grants.
const SAMPLES: &[Counted] = &[
    counted("directory-tokens.testdata.json", [3, 0, 0], &[3, 0, 5], 0),
    counted("reports-token-activity.docexample.json", [1, 0, 0], &[1, 0, 0], 0),
    counted("reports-token-authorize.ndjson", [1, 0, 0], &[1, 0, 5], 0),
    counted("serviceaccount-keys.docexample.json", [3, 0, 0], &[3, 3, 0], 0),
];

#[test]
fn samples_give_the_counts_of_a_second_reading() {
    let test = "google::samples_give_the_counts_of_a_second_reading";
    if !GOOGLE.agree_with_a_second_reading(test, &["client", "credential", "grant"], SAMPLES) {
        return;
    }
    let files = load_set(&root().join("../shared/samples/google"));
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), SAMPLES.iter().map(|one| one.file).collect::<Vec<_>>());
}
