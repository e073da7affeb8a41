//! AWS API Gateway: authorizers and what names none; the exports of the samples folder where it is present.

use bulkhead::importers::api_gateway::ApiGateway;
use bulkhead::importers::{Importer, Sample};
use bulkhead::model::kinds::CheckResult::{Fail, NotApplicable, Pass, Unknown};

use crate::importer_rules::{fixture, hold, read, refusal, results, root, route, routes};
use crate::recorder::load;

#[test]
fn fixtures_hold_what_every_importer_owes() {
    hold(&ApiGateway, &["http", "replies", "rest"], &["http", "rest"]);
}

#[test]
fn what_names_no_authorizer_is_open() {
    let http = read(&ApiGateway, &fixture(&ApiGateway, "http"));
    assert_eq!(results(&http, "GET /"), [Pass, Pass, Pass, Pass, Fail]);
    assert_eq!(route(&http, "GET /").scopes, ["berths.read"]);
    assert_eq!(route(&http, "GET /").paths, ["/berths/"]);
    assert_eq!(results(&http, "POST /"), [Unknown, Unknown, Unknown, Unknown, Fail], "a function is enough");
    assert_eq!(results(&http, "OPTIONS /"), [NotApplicable; 5]);
    for open in ["ANY /open", "GET /none", "GET /key"] {
        assert_eq!(results(&http, open), [Fail; 5], "{open}");
    }
    assert_eq!(results(&http, "GET /signed"), [NotApplicable; 5]);
    assert_eq!(results(&http, "GET /gone"), [Unknown; 5]);
    assert_eq!(results(&http, "GET /template"), [Pass, Pass, Pass, Unknown, Fail]);
    let rest = read(&ApiGateway, &fixture(&ApiGateway, "rest"));
    assert_eq!(results(&rest, "GET /tolls"), [Pass, Pass, Pass, Fail, Fail]);
    assert!(route(&rest, "PUT /tolls").told.iter().any(|told| told.contains("an ID token passes too")), "the root's security holds");
    let replies = read(&ApiGateway, &fixture(&ApiGateway, "replies"));
    assert_eq!(results(&replies, "GET /pilots"), [Pass, Pass, Pass, Pass, Fail]);
    assert_eq!(results(&replies, "ANY $default"), [Fail; 5]);
    assert_eq!(results(&replies, "ANY /pilots/{proxy+}"), [Unknown; 5]);
    assert_eq!(results(&replies, "GET /crew"), [Pass, Pass, Pass, Fail, Fail]);
    assert_eq!(results(&replies, "POST /crew"), [Unknown; 5]);
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal(&ApiGateway, "a.json", b"{\"hello\":1}").contains("hello"));
    assert!(refusal(&ApiGateway, "a.json", b"{\"paths\":{").starts_with("BH-IMP-102"));
}

#[test]
fn samples_are_read_with_counts_of_a_script() {
    let folder = root().join("../shared/samples/aws-apigateway");
    if !folder.is_dir() {
        eprintln!("skipped: API Gateway samples are not here");
        return;
    }
    // Methods, and how many of them have G1 pass, fail, unknown, not applicable: counted by a script over the JSON.
    for (file, counts) in
        [("http-api-multiple-authorizers.openapi.json", [1, 0, 3, 1]), ("rest-api-cognito-default-scopes.openapi.json", [6, 1, 0, 0])]
    {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).expect("a sample is text");
        assert!(ApiGateway.recognise(&Sample { name: file.to_owned(), text, whole: true }).is_some_and(|found| found.confidence >= 90));
        let recorder = read(&ApiGateway, &[load(&path)]);
        let of = |result| routes(&recorder).iter().filter(|route| route.checks[0] == result).count();
        assert_eq!([of(Pass), of(Fail), of(Unknown), of(NotApplicable)], counts, "{file}");
    }
}
