//! AWS fixtures: every folder under `tests/fixtures/importers/aws` is an import set with a snapshot that was read by a
//! person; the exports of the samples folder are counted where it is present.

use bulkhead::importers::aws::Aws;
use bulkhead::importers::{Importer, ReadOptions, Sample};
use bulkhead::model::facts::{Fact, RecordFate};
use bulkhead::model::kinds::{ClientKind, Completeness, CredentialKind, Holder, RecordKind};
use bulkhead::model::time::{Expiry, iso};

use crate::fixture_sets::{Counted, FixtureSets, counted, memory, root};
use crate::recorder::{MemoryFile, Recorder, load_set};

const AWS: FixtureSets =
    FixtureSets { importer: &Aws, sets: &["account", "empty", "keys-only", "pool", "report-in-json", "two-accounts", "unusable"] };

#[test]
fn every_folder_is_in_the_list() {
    AWS.every_folder_is_in_the_list();
}

#[test]
fn fixtures_state_what_their_snapshots_say() {
    AWS.match_their_snapshots();
}

#[test]
fn no_secret_leaves_the_parser() {
    AWS.state_no_secret();
}

#[test]
fn every_record_has_one_fate() {
    AWS.give_every_record_one_fate();
}

#[test]
fn order_does_not_matter() {
    AWS.say_nothing_by_order(&["pool", "report-in-json", "two-accounts"]);
    AWS.repeat_themselves();
}

#[test]
fn fixtures_are_recognised_and_nobody_else_wants_them() {
    AWS.are_recognised_by_nobody_else(&[
        "{\"value\":[{\"appId\":\"a\",\"appRoles\":[]}]}",
        "client_id;name\n",
        "user,arn\n",
        "{\"realm\":\"x\",\"users\":[],\"groups\":[],\"roles\":{\"realm\":[]}}",
        "{\"Users\":[{\"name\":\"x\"}]}",
        "",
        "[]",
        "[1,2]",
    ]);
    let long = std::fs::read_to_string(root().join("tests/fixtures/importers/aws/account/authorization-details.json")).expect("a fixture");
    let cut = Sample { name: "x.json".to_owned(), text: long[..300].to_owned(), whole: false };
    assert!(Aws.recognise(&cut).is_some(), "a sample may end inside the first user");
    let report = std::fs::read_to_string(root().join("tests/fixtures/importers/aws/report-in-json/report-cli.json")).expect("a fixture");
    let cut = Sample { name: "x.json".to_owned(), text: report[..200].to_owned(), whole: false };
    assert!(Aws.recognise(&cut).is_some(), "a report may be longer than a sample");
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    let refusal = |text: &str| AWS.refusal("aws.json", text);
    assert!(refusal("{\"UserDetailList\":[{\"UserName\":\"a\"}").starts_with("BH-IMP-102"), "a cut file");
    assert!(refusal("{\"Users\":[{\"a\":1,\"a\":2}]}").contains("twice"), "a key that stands twice");
    assert!(refusal("[{\"hello\":1}]").contains("hello"), "says what it found instead");
    assert!(refusal("[1,2,3]").contains("no object"));
    assert!(refusal("user,arn,user_creation_time\n").starts_with("BH-IMP-705"), "a table that is no report");
    assert!(refusal("{\"Content\":\"!!!\",\"ReportFormat\":\"text/csv\"}").starts_with("BH-IMP-705"));
    assert!(refusal("{\"Content\":\"user,arn\\n\",\"ReportFormat\":\"text/csv\"}").contains("access_key_1_active"));
    let deep = format!("{{\"Users\":[{{\"Arn\":{}{}}}]}}", "[".repeat(200), "]".repeat(200));
    assert!(refusal(&deep).starts_with("BH-IMP-103"), "nesting is bounded");
    let header = "user,arn,user_creation_time,access_key_1_active\n";
    assert!(refusal(&format!("{header}\"open,arn:aws:iam::111122223333:user/open")).starts_with("BH-IMP-1"), "an open quote");
    for set in ["account", "pool", "report-in-json"] {
        AWS.survive_cuts(set);
    }
}

#[test]
fn a_cancel_stops_between_records() {
    for set in ["account", "report-in-json"] {
        AWS.stop_when_cancelled(set);
    }
}

/// Windows PowerShell writes what `aws` prints as UTF-16, tables too.
#[test]
fn utf_16_of_windows_is_read() {
    for name in ["credential-report.csv", "authorization-details.json"] {
        let plain = AWS.files("account").into_iter().find(|file| file.name == name).expect("a fixture");
        let text = String::from_utf8(plain.bytes.clone()).expect("UTF-8");
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let wide = MemoryFile { name: name.to_owned(), bytes };
        assert_eq!(AWS.read(&[wide]).content(), AWS.read(&[plain]).content(), "{name}");
    }
}

fn said(recorder: &Recorder, list: RecordKind) -> Vec<(Completeness, String)> {
    let of_list = recorder.completeness.iter().filter(|(_, kind, ..)| *kind == list);
    of_list.map(|(_, _, _, completeness, reason)| (*completeness, reason.clone())).collect()
}

#[test]
fn completeness_is_only_what_the_replies_prove() {
    let account = AWS.read_set("account");
    assert_eq!(said(&account, RecordKind::AwsCredentialReport)[0].0, Completeness::Full, "a report holds all users");
    let (users, reason) = &said(&account, RecordKind::AwsUsers)[0];
    assert!(*users == Completeness::Partial && reason.contains("1 attached"), "a document is missing: {reason}");
    assert_eq!(said(&account, RecordKind::AwsPolicies)[0].0, Completeness::Full);
    let keys = account.completeness.iter().find(|(_, list, ..)| *list == RecordKind::AwsAccessKeys).expect("stated");
    assert_eq!((keys.2.as_deref(), keys.3), (Some("name:user/crane"), Completeness::Full), "all keys of one user");
    let empty = AWS.read_set("empty");
    assert_eq!(said(&empty, RecordKind::AwsUsers)[0].0, Completeness::Full, "a list that is there and empty says that there are none");
    assert_eq!(said(&empty, RecordKind::AwsRoles)[0].0, Completeness::Full);
    let cut = AWS.read_set("unusable");
    assert!(said(&cut, RecordKind::AwsUsers).iter().all(|(completeness, _)| *completeness == Completeness::Partial));
    assert_eq!(said(&cut, RecordKind::AwsUserPoolClients)[0].0, Completeness::Partial, "the next page is not here");
    assert_eq!(said(&cut, RecordKind::AwsCredentialReport)[0].0, Completeness::Partial, "its last row is cut");
    let one_list = memory("u.json", "{\"Users\":[{\"UserName\":\"a\",\"UserId\":\"AIDA\",\"Arn\":\"arn:aws:iam::111122223333:user/a\"}]}");
    let (users, reason) = &said(&AWS.read(&[one_list]), RecordKind::AwsUsers)[0];
    assert!(*users == Completeness::Partial && reason.contains("UserDetailList"), "{reason}");
    let full = ReadOptions { completeness: Some(Completeness::Full), ..ReadOptions::default() };
    let stated = AWS.read_with(&AWS.files("account"), &full);
    assert!(said(&stated, RecordKind::AwsUsers).iter().all(|(completeness, _)| *completeness == Completeness::Full));
}

#[test]
fn facts_of_the_account_are_exact() {
    let recorder = AWS.read_set("account");
    let client = |arn: &str| {
        let found = recorder.facts.iter().find_map(|fact| match fact {
            Fact::Client(client) if client.names[0].value == arn && client.rank == 0 => Some(client.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("{arn} is stated"))
    };
    let role = client("arn:aws:iam::111122223333:role/pipeline");
    assert_eq!((role.kind, role.last_used_at.map(iso).as_deref()), (Some(ClientKind::IamRole), Some("2026-01-20T18:48:00Z")));
    assert_eq!(
        client("arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport").built_in,
        Some(true)
    );
    let vendor = recorder.facts.iter().find_map(|fact| match fact {
        Fact::Client(client) if client.names[0].value == "arn:aws:iam::999988887777:root" => client.stated_holder,
        _ => None,
    });
    assert_eq!(vendor, Some(Holder::ThirdParty), "another account");
    let keys: Vec<_> = recorder
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Credential(one) if one.kind == CredentialKind::AccessKey && one.created_at.is_some() => Some(one.clone()),
            _ => None,
        })
        .collect();
    let shared = |id: &str| {
        let listed = keys.iter().find(|key| key.names[0].value == id).expect("it is listed");
        keys.iter().any(|key| key.names[0] == listed.names[1])
    };
    assert!(shared("AKIACRANE00000000001") && shared("AKIAMANIF00000000001"), "a listed key is the key of the report");
    let old = keys.iter().find(|key| key.names[0].value == "AKIACRANE00000000002").expect("it is listed");
    assert_eq!(old.expires_at, old.created_at.map_or(Expiry::Unknown, Expiry::At), "switched off; when is not said");
    assert_eq!(recorder.count(RecordFate::Ignored), 2, "the report tells last uses already");
    let used = AWS.read_set("keys-only").facts.iter().find_map(|fact| match fact {
        Fact::Credential(one) if one.names.len() == 1 && one.names[0].value == "AKIACRANE00000000001" => one.last_used_at,
        _ => None,
    });
    assert_eq!(used.map(iso).as_deref(), Some("2026-02-03T04:05:00Z"), "the name of the file says which key");
    assert!(
        recorder.lines("edge").iter().any(|line| line.contains("user/crane -> client client_id:arn:aws:iam::111122223333:role/app/crew"))
    );
    assert!(
        recorder.lines("edge").iter().any(|line| line.contains("role/app/crew -> client client_id:arn:aws:iam::111122223333:role/named"))
    );
}

#[test]
fn another_account_of_the_set_says_who_may_come() {
    let two = AWS.read_set("two-accounts");
    let edges = two.lines("edge");
    assert_eq!(edges.len(), 1, "only the pilot may assume the role: {edges:?}");
    assert!(edges[0].contains("user/pilot") && edges[0].contains("in aws Some(\"555566667777\")"));
    assert!(!two.lines("client").iter().any(|line| line.contains(":root")), "nobody stands for a whole account that is described");
}

/// Clients, credentials, grants, ways.
const SAMPLES: &[Counted] = &[
    counted("cli-describe-user-pool-client.docexample.json", [1, 0, 0], &[1, 1, 1, 0], 0),
    counted("cli-get-access-key-last-used.docexample.json", [0, 1, 0], &[0, 0, 0, 0], 0),
    counted("cli-get-account-authorization-details.docexample.json", [10, 0, 0], &[4, 1, 5, 0], 0),
    counted("cli-list-access-keys.docexample.json", [2, 0, 0], &[0, 2, 0, 0], 0),
    counted("cli-list-resource-servers.docexample.json", [2, 0, 0], &[0, 0, 0, 0], 0),
    counted("cli-list-roles.docexample.json", [2, 0, 0], &[2, 2, 0, 0], 0),
    counted("cli-list-service-specific-credentials.docexample.json", [2, 0, 0], &[0, 2, 0, 0], 0),
    counted("cli-list-user-pool-clients.docexample.json", [3, 0, 0], &[3, 0, 0, 0], 0),
    // One of the clients stands for everybody with an account, whom a role trusts.
    counted("cloudmapper-iam-get-account-authorization-details.json", [9, 0, 0], &[7, 4, 133, 1], 0),
    counted("cloudmapper-iam-get-credential-report.json", [3, 0, 0], &[3, 6, 1, 0], 0),
    counted("cloudsplaining-authz-details.json", [40, 0, 0], &[6, 3, 104, 0], 0),
    counted("credential_report.csv", [5, 0, 0], &[5, 6, 1, 0], 0),
];

#[test]
fn real_exports_give_the_counts_of_a_second_reading() {
    let test = "aws::real_exports_give_the_counts_of_a_second_reading";
    if !AWS.agree_with_a_second_reading(test, &["client", "credential", "grant", "edge"], SAMPLES) {
        return;
    }
    let files = load_set(&root().join("../shared/samples/aws"));
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), SAMPLES.iter().map(|one| one.file).collect::<Vec<_>>());
}
