//! GitHub, GitLab, Slack, Salesforce, Ory Hydra, PingFederate and Curity: what each states, and the samples where they are present.

use bulkhead::importers::curity::Curity;
use bulkhead::importers::github::GitHub;
use bulkhead::importers::gitlab::GitLab;
use bulkhead::importers::hydra::Hydra;
use bulkhead::importers::pingfederate::PingFederate;
use bulkhead::importers::salesforce::Salesforce;
use bulkhead::importers::slack::Slack;
use bulkhead::importers::{Importer, Sample};
use bulkhead::model::kinds::{Completeness, RecordKind};

use crate::fixture_sets::{FixtureSets, counted, root};
use crate::importer_rules::{fixture, hold, read, refusal};
use crate::recorder::{Recorder, load};

fn said(recorder: &Recorder, list: RecordKind) -> Completeness {
    let found: Vec<Completeness> = recorder.completeness.iter().filter(|said| said.1 == list).map(|said| said.3).collect();
    *found.first().expect("it was told")
}

#[test]
fn fixtures_hold_what_every_importer_owes() {
    hold(&GitHub, &["app", "graph", "hook", "org", "unusable"], &["org", "graph"]);
    hold(&GitLab, &["tokens", "unusable"], &["tokens"]);
    hold(&Slack, &["approved", "others"], &["approved"]);
    hold(&Salesforce, &["query", "unusable"], &["query"]);
    hold(&Hydra, &["admin", "unusable"], &["admin"]);
    hold(&PingFederate, &["bulk", "clients"], &["bulk"]);
    hold(&Curity, &["backup", "unusable"], &["backup"]);
}

#[test]
fn a_graph_is_known_by_the_people_that_it_begins_with() {
    let people = "{\"id\":\"u\",\"kinds\":[\"GH_User\"],\"properties\":{}},".repeat(2000);
    let text = format!("{{\"graph\":{{\"nodes\":[{people}");
    let sample = Sample { name: "graph.json".to_owned(), text, whole: false };
    assert!(GitHub.recognise(&sample).is_some_and(|found| found.confidence >= 80));
}

#[test]
fn a_list_says_how_complete_it_is_only_if_it_knows() {
    assert_eq!(said(&read(&Slack, &fixture(&Slack, "approved")), RecordKind::SlackApprovedApps), Completeness::Partial, "a next page");
    assert_eq!(said(&read(&Hydra, &fixture(&Hydra, "admin")), RecordKind::HydraClients), Completeness::Partial, "a next page");
    let org = read(&GitHub, &fixture(&GitHub, "org"));
    assert_eq!(said(&org, RecordKind::GithubInstallations), Completeness::Full, "total_count");
    assert_eq!(said(&org, RecordKind::GithubTokens), Completeness::Unknown, "a bare array");
    let rows = "Id,AppName,UserId,UseCount\n".to_owned() + &"0CQ5e00000AbCdE,a,0055e000001AbCd,1\n".repeat(500);
    let cut = read(&Salesforce, &[crate::fixture_sets::memory("t.csv", &rows)]);
    assert_eq!(said(&cut, RecordKind::SalesforceTokens), Completeness::Partial, "500 rows are where a query ends");
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal(&GitHub, "a.json", b"[{\"hello\":1}]").contains("hello"));
    assert!(refusal(&GitLab, "a.json", b"[{\"id\":1").starts_with("BH-IMP-102"));
    assert!(refusal(&Slack, "a.json", b"{\"ok\":true,\"channels\":[]}").contains("ok, channels"));
    assert!(refusal(&Salesforce, "a.csv", b"Id,Name\n1,2\n").contains("UserId"));
    assert!(refusal(&PingFederate, "a.json", b"{\"hello\":1}").contains("hello"));
    assert!(refusal(&Curity, "a.xml", b"<config><client></config>").starts_with("BH-IMP-934 line 1"));
    assert!(refusal(&Curity, "a.xml", b"<config/>").contains("config"));
}

/// Fates, then clients, credentials, grants, owners; counted by a script over the files.
#[test]
fn samples_are_read_with_counts_of_a_script() {
    let words = ["client", "credential", "grant", "ownership"];
    let test = "samples_are_read_with_counts_of_a_script";
    FixtureSets { importer: &GitHub, sets: &[] }.agree_with_a_second_reading(
        test,
        &words,
        &[
            counted("app-installations.json", [2, 0, 0], &[2, 0, 7, 0], 0),
            counted("org-installations.json", [1, 0, 0], &[1, 0, 5, 0], 0),
            counted("repo-deploy-keys.json", [1, 0, 0], &[1, 1, 1, 0], 0),
            counted("githound-SpecterTst.trimmed.json", [11, 0, 183], &[11, 6, 90, 6], 0),
            counted("webhook-installation-created.payload.json", [1, 0, 0], &[1, 0, 12, 0], 0),
            counted("webhook-installation-new_permissions_accepted.payload.json", [1, 0, 0], &[1, 0, 12, 0], 0),
            counted("webhook-deploy_key-created.payload.json", [1, 0, 0], &[1, 1, 1, 0], 0),
        ],
    );
    FixtureSets { importer: &GitLab, sets: &[] }.agree_with_a_second_reading(
        test,
        &words,
        &[
            counted("personal_access_tokens.docexample.json", [1, 0, 0], &[1, 1, 1, 1], 0),
            counted("project_access_tokens.docexample.json", [1, 0, 1], &[1, 1, 1, 0], 0),
        ],
    );
    FixtureSets { importer: &Slack, sets: &[] }.agree_with_a_second_reading(
        test,
        &words,
        &[
            counted("admin.apps.approved.list.docexample.json", [1, 0, 0], &[1, 0, 1, 0], 0),
            counted("admin.apps.requests.list.docexample.json", [0, 0, 1], &[0, 0, 0, 0], 0),
            counted("admin.apps.restricted.list.docexample.json", [0, 0, 1], &[0, 0, 0, 0], 0),
        ],
    );
    // The test data of Hydra has no client ids, so nothing of it can be stored.
    FixtureSets { importer: &Hydra, sets: &[] }.agree_with_a_second_reading(
        test,
        &words,
        &[
            counted("TestGetClient-case-gets_multiple_clients.json", [0, 2, 0], &[0, 0, 0, 0], 0),
            counted("TestHandler-common-case-fetching_existing_client-endpoint-admin.json", [0, 1, 0], &[0, 0, 0, 0], 0),
            counted("TestHandler-common-case-update_the_lifespans_of_an_OAuth2_client.json", [0, 1, 0], &[0, 0, 0, 0], 0),
            counted("TestImportClient-case-imports_clients_from_single_file.json", [0, 2, 0], &[0, 0, 0, 0], 0),
        ],
    );
    FixtureSets { importer: &Curity, sets: &[] }.agree_with_a_second_reading(
        test,
        &words,
        &[counted("config-backup.client-store.xml", [2, 0, 0], &[2, 2, 2, 0], 0)],
    );
    let ping = root().join("../shared/samples/ping/pingfederate-bulk-config.oauth.json");
    if ping.is_file() {
        let recorder = read(&PingFederate, &[load(&ping)]);
        let count = |word: &str| recorder.lines(&format!("{word} ")).len();
        assert_eq!(words.map(count), [3, 2, 3, 0]);
        assert_eq!(recorder.secrets.values().sum::<u64>(), 3, "encrypted secrets of three clients");
    }
}
