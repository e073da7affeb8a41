//! Kong: levels of plugins, what fails open, and the dumps of the samples folder where it is present.

use bulkhead::importers::Importer;
use bulkhead::importers::Sample;
use bulkhead::importers::kong::Kong;
use bulkhead::model::facts::Fact;
use bulkhead::model::kinds::CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};
use bulkhead::model::kinds::{Completeness, RecordKind};

use crate::importer_rules::{fixture, hold, read, refusal, results, root, route};
use crate::recorder::{MemoryFile, Recorder, load};

fn yaml(text: &str) -> Recorder {
    read(&Kong, &[MemoryFile { name: "kong.yaml".to_owned(), bytes: text.as_bytes().to_vec() }])
}

#[test]
fn fixtures_hold_what_every_importer_owes() {
    hold(&Kong, &["dump", "flat", "partial", "unusable"], &["dump"]);
}

#[test]
fn the_most_specific_instance_of_a_plugin_wins() {
    let dump = read(&Kong, &fixture(&Kong, "dump"));
    assert_eq!(results(&dump, "tolls"), [Pass, Pass, Pass, Fail, Fail], "the global one asks for no audience");
    assert_eq!(results(&dump, "berths-read"), [Pass; 5], "the service's own asks for audience and proof");
    assert_eq!(route(&dump, "berths-read").audiences, ["api://berths"], "from the shared configuration");
    assert_eq!(results(&dump, "berths-off"), [Pass; 5], "an instance that is switched off is not there");
    assert_eq!(results(&dump, "cargo /cargo"), [Pass, Pass, Pass, Fail, Fail], "global and jwt both have to be passed");
}

#[test]
fn what_fails_open_is_no_check() {
    let dump = read(&Kong, &fixture(&Kong, "dump"));
    assert_eq!(results(&dump, "berths-open"), [Fail; 5]);
    assert!(route(&dump, "berths-open").told[0].starts_with("It fails open: a request without a good token goes on as the consumer guest"));
    assert_eq!(results(&dump, "crew-two-ways"), [Pass, Pass, Pass, Pass, Fail], "its anonymous consumer is stopped");
    assert!(route(&dump, "crew-two-ways").told.iter().any(|told| told.contains("an API key is enough")));
    let flat = read(&Kong, &fixture(&Kong, "flat"));
    assert_eq!(results(&flat, "notices-v1"), [Fail; 5], "its consumer stands in another file, and nothing stops it");
    assert_eq!(results(&flat, "gate-pass"), [Fail; 5]);
    assert_eq!(results(&flat, "gate"), [Partial, Pass, Pass, Fail, Fail]);
    assert_eq!(results(&flat, "away"), [NotApplicable; 5]);
    assert_eq!(results(&flat, "lights"), [Unknown; 5], "own code may check anything");
    assert_eq!(results(&flat, "pilots-v1"), [Pass, Pass, Pass, Fail, Fail], "null is no list of audiences");
}

#[test]
fn placeholders_leave_a_check_unknown() {
    let dump = read(&Kong, &fixture(&Kong, "dump"));
    assert_eq!(results(&dump, "crew"), [Fail, Fail, Fail, Unknown, Fail]);
    let crew = route(&dump, "crew");
    assert!(crew.audiences.is_empty() && crew.issuers.is_empty(), "a placeholder is no audience");
}

#[test]
fn an_api_key_in_place_of_a_token_is_no_token_check() {
    let recorder =
        yaml("_format_version: '3.0'\nservices:\n- name: a\n  plugins:\n  - name: key-auth\n  routes:\n  - name: r\n    paths: [/a]\n");
    assert_eq!(results(&recorder, "r"), [NotApplicable; 5]);
    let recorder = yaml(
        "_format_version: '3.0'\nservices:\n- name: a\n  plugins:\n  - name: key-auth\n    config: {anonymous: x}\n  routes:\n  - name: r\n    paths: [/a]\n",
    );
    assert_eq!(results(&recorder, "r"), [Fail; 5], "nobody stops the anonymous consumer");
    let recorder = yaml("_format_version: '3.0'\nservices:\n- name: a\n  routes:\n  - name: r\n    paths: [/a]\n");
    assert_eq!(results(&recorder, "r"), [Fail; 5], "no plugin at all");
}

#[test]
fn a_dump_says_how_complete_it_is() {
    let said = |set: &str| read(&Kong, &fixture(&Kong, set)).completeness;
    let routes = |set: &str| said(set).into_iter().find(|(_, list, ..)| *list == RecordKind::GatewayRoutes).expect("told");
    assert_eq!(routes("dump").0, "harbour");
    assert_eq!(routes("dump").3, Completeness::Unknown);
    assert_eq!((routes("partial").0.as_str(), routes("partial").3), ("edge-eu", Completeness::Partial));
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal(&Kong, "a.yaml", b"services:\n  - name: \"a\n").starts_with("BH-IMP-914"));
    assert!(refusal(&Kong, "a.json", b"{\"_format_version\":\"3.0\",\"services\":[").starts_with("BH-IMP-102"));
    assert!(refusal(&Kong, "a.yaml", b"hello: 1\n").contains("hello"));
    assert!(refusal(&Kong, "a.yaml", b"services: []\nservices: []\n").starts_with("BH-IMP-914"), "a key that stands twice");
    assert!(refusal(&Kong, "a.yaml", b"\xff\xff\xff\xff").starts_with("BH-IMP-104"));
    for text in ["services:\n  web:\n    image: nginx\n", "plugins: [a]\n", "{\"services\":[]}", "routes:\n- to: x\n", ""] {
        assert!(Kong.recognise(&Sample { name: "x".to_owned(), text: text.to_owned(), whole: true }).is_none(), "{text}");
    }
}

#[test]
fn samples_are_read_with_counts_of_a_script() {
    let folder = root().join("../shared/samples/kong");
    if !folder.is_dir() {
        eprintln!("skipped: kong samples are not here");
        return;
    }
    // Routes, consumers with credentials, credentials: counted by a script over the YAML.
    for (file, routes, clients, credentials) in [
        ("bcgov-service-jwt-keycloak.yaml", 1, 0, 0),
        ("bcgov-service-oidc.yaml", 1, 0, 0),
        ("deck-ai-gateway.yaml", 1, 0, 0),
        ("deck-consumer-credentials.yaml", 0, 1, 4),
        ("deck-credentials-3.14.yaml", 0, 1, 6),
        ("deck-global-oidc-minimal.yaml", 1, 0, 0),
        ("deck-openid-connect-all-defaults.yaml", 1, 0, 0),
    ] {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).expect("a sample is text");
        let found = Kong.recognise(&Sample { name: file.to_owned(), text, whole: true });
        assert!(found.is_some_and(|found| found.confidence >= 70), "{file}");
        let recorder = read(&Kong, &[load(&path)]);
        let count = |is: fn(&Fact) -> bool| recorder.facts.iter().filter(|fact| is(fact)).count();
        assert_eq!(count(|fact| matches!(fact, Fact::GatewayRoute(_))), routes, "{file}");
        assert_eq!(count(|fact| matches!(fact, Fact::Client(_))), clients, "{file}");
        assert_eq!(count(|fact| matches!(fact, Fact::Credential(_))), credentials, "{file}");
        let all = format!("{:?}", recorder.facts);
        for secret in ["1aa4ed90", "iwb6Djkk", "6gkrxTKA", "MKWeR0nu", "yeNZBeqC", "pbRmyO9d", "my-secret", "abcd"] {
            assert!(!all.contains(secret), "{file}: {secret}");
        }
    }
    let ai = read(&Kong, &[load(&folder.join("deck-ai-gateway.yaml"))]);
    assert_eq!(results(&ai, "openai-chat"), [Pass, Pass, Pass, Fail, Fail], "its anonymous consumer is stopped");
    let defaults = read(&Kong, &[load(&folder.join("deck-openid-connect-all-defaults.yaml"))]);
    assert_eq!(results(&defaults, "every route")[3], Fail, "audience_required is null");
}
