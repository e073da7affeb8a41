//! Auth0 fixtures: every folder under `tests/fixtures/importers/auth0` is an import set with a snapshot that was read by a
//! person; the exports of the samples folder are counted where it is present.

use bulkhead::importers::auth0::Auth0;
use bulkhead::model::facts::{Fact, RecordFate};
use bulkhead::model::kinds::{Completeness, Holder, RecordKind};
use bulkhead::model::time::Expiry;

use crate::fixture_sets::{Counted, FixtureSets, counted, root};
use crate::recorder::{MemoryFile, load};

const AUTH0: FixtureSets = FixtureSets { importer: &Auth0, sets: &["api", "folder", "unusable", "yaml"] };

#[test]
fn every_folder_is_in_the_list() {
    AUTH0.every_folder_is_in_the_list();
}

#[test]
fn fixtures_state_what_their_snapshots_say() {
    AUTH0.match_their_snapshots();
}

#[test]
fn no_secret_leaves_the_parser() {
    AUTH0.state_no_secret();
}

#[test]
fn every_record_has_one_fate() {
    AUTH0.give_every_record_one_fate();
}

#[test]
fn order_does_not_matter() {
    AUTH0.say_nothing_by_order(&[]);
    AUTH0.repeat_themselves();
}

#[test]
fn fixtures_are_recognised_and_nobody_else_wants_them() {
    AUTH0.are_recognised_by_nobody_else(&[
        "{\"value\":[{\"appId\":\"a\",\"appRoles\":[]}]}",
        "client_id;name\n",
        "clients: []\n",
        "{\"realm\":\"x\",\"clients\":[]}",
        "",
        "[]",
    ]);
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    let refusal = |name: &str, text: &str| AUTH0.refusal(name, text);
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
        AUTH0.stop_when_cancelled(set);
    }
}

#[test]
fn completeness_is_only_what_the_files_prove() {
    let api = AUTH0.read_set("api");
    let of = |list: RecordKind| {
        let found = api.completeness.iter().find(|(_, kind, parent, ..)| *kind == list && parent.is_none());
        found.map(|(_, _, _, completeness, reason)| (*completeness, reason.clone())).expect("it is stated")
    };
    assert_eq!(of(RecordKind::Auth0Clients), (Completeness::Full, "5 of 5 rows that the reply counts are there".to_owned()));
    assert_eq!(of(RecordKind::Auth0ClientGrants).0, Completeness::Partial, "the next page is not here");
    assert_eq!(of(RecordKind::Auth0UserGrants).0, Completeness::Unknown);
    let errors = AUTH0.read_set("unusable");
    let broken = errors.completeness.iter().find(|(_, kind, ..)| *kind == RecordKind::Auth0Clients).expect("stated");
    assert_eq!(broken.3, Completeness::Partial, "an error reply stands between its pages");
    let half: Vec<MemoryFile> = AUTH0.files("api").into_iter().filter(|file| file.name != "clients-1.json").collect();
    let reason = AUTH0.read(&half).completeness.into_iter().find(|(_, kind, ..)| *kind == RecordKind::Auth0Clients).expect("stated").4;
    assert_eq!(reason, "4 of 5 rows are there");
    let mut twice = half;
    let again = twice.iter().find(|file| file.name == "clients-0.json").map(|file| [&file.bytes[..], b" "].concat()).expect("a page");
    twice.push(MemoryFile { name: "again.json".to_owned(), bytes: again });
    let reason = AUTH0.read(&twice).completeness.into_iter().find(|(_, kind, ..)| *kind == RecordKind::Auth0Clients).expect("stated").4;
    assert_eq!(reason, "4 of 5 rows are there", "a page that is there twice is no second page");
}

#[test]
fn facts_of_the_tenant_are_exact() {
    let recorder = AUTH0.read_set("yaml");
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
    let api = AUTH0.read_set("api");
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
    let mut files = AUTH0.files("api");
    for (name, text) in [("g.json", grants), ("c.json", client)] {
        files.push(MemoryFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() });
    }
    let recorder = AUTH0.read(&files);
    assert!(recorder.lines("client ").iter().any(|line| line.starts_with("client client_id:Cid1 = name:Exporter ")));
    assert!(recorder.lines("grant ").iter().any(|line| line.starts_with("grant name:Exporter -> uri:https://a.example")));
}

/// Clients, credentials, grants, scopes.
const SAMPLES: &[Counted] = &[
    counted("default-tenant.yaml", [2, 0, 0], &[2, 2, 0, 0], 0),
    counted("deploycli-example-tenant.yaml", [9, 3, 2], &[9, 6, 0, 0], 3),
    counted("directory/clients/My_App_with_Express_Config.json", [1, 0, 0], &[1, 1, 0, 0], 0),
    counted("directory/clients/My_CIMD_Client.json", [1, 0, 0], &[1, 0, 0, 0], 0),
    counted("directory/clients/My_Native_app.json", [1, 0, 0], &[1, 0, 0, 0], 0),
    counted("directory/clients/My_SPA.json", [1, 0, 0], &[1, 0, 0, 0], 0),
    counted("directory/clients/Resource_Server_Client.json", [1, 0, 0], &[1, 1, 0, 0], 0),
    counted("directory/grants/m2m_myapp_api.json", [0, 1, 0], &[0, 0, 0, 0], 0),
    counted("directory/resource-servers/Auth0_My_Account_API.json", [0, 1, 0], &[0, 0, 0, 0], 0),
    counted("directory/resource-servers/My_API.json", [0, 1, 0], &[0, 0, 0, 0], 0),
    counted("eventscheduler-tenant.yaml", [9, 4, 2], &[8, 6, 0, 8], 0),
    counted("mgmtapi-client-credentials.json", [0, 1, 0], &[0, 0, 0, 0], 0),
    counted("mgmtapi-client-grants.page.json", [3, 0, 0], &[0, 0, 492, 0], 0),
    counted("mgmtapi-clients.page.json", [9, 0, 1], &[9, 8, 0, 0], 0),
    counted("mgmtapi-error-403.json", [0, 0, 1], &[0, 0, 0, 0], 0),
    counted("mgmtapi-resource-servers.page.json", [1, 0, 0], &[0, 0, 0, 273], 0),
];

#[test]
fn real_exports_give_the_counts_of_a_second_reading() {
    let test = "auth0::real_exports_give_the_counts_of_a_second_reading";
    if !AUTH0.agree_with_a_second_reading(test, &["client", "credential", "grant", "scope"], SAMPLES) {
        return;
    }
    let folder = root().join("../shared/samples/auth0");
    let set = ["mgmtapi-client-credentials.json", "mgmtapi-clients.page.json", "mgmtapi-client-grants.page.json"];
    let all = AUTH0.read(&set.map(|file| load(&folder.join(file))));
    assert_eq!(all.count(RecordFate::Rejected), 0, "together the credential finds its application");
}
