//! Azure API Management: policies laid together, expressions that are no XML, and the policies of the samples folder where it is present.

use bulkhead::importers::apim::Apim;
use bulkhead::importers::{Importer, Sample};
use bulkhead::model::kinds::CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};

use crate::importer_rules::{fixture, hold, read, refusal, results, root, route, routes};
use crate::recorder::load;

#[test]
fn fixtures_hold_what_every_importer_owes() {
    hold(&Apim, &["policies", "replies", "template"], &["policies", "template"]);
}

#[test]
fn policies_are_laid_together_from_the_service_down() {
    let template = read(&Apim, &fixture(&Apim, "template"));
    assert_eq!(results(&template, "Berths"), [Pass, Pass, Pass, Pass, Fail], "it has no policy of its own, so the service's holds");
    assert_eq!(route(&template, "Berths").audiences, ["api://harbour"]);
    assert_eq!(results(&template, "Crew"), [Pass, Pass, Pass, Fail, Fail], "no base: the fragment alone holds");
    assert_eq!(results(&template, "Health"), [Fail; 5], "its policy is empty and takes in nothing");
    assert_eq!(route(&template, "Health").paths, ["/crew/health"]);
    let replies = read(&Apim, &fixture(&Apim, "replies"));
    assert_eq!(results(&replies, "Pilots"), [NotApplicable; 5], "a subscription key");
    assert_eq!(results(&replies, "Buoys"), [Fail; 5]);
}

#[test]
fn a_policy_by_itself_says_what_it_says() {
    let policies = read(&Apim, &fixture(&Apim, "policies"));
    assert_eq!(results(&policies, "berths"), [Pass, Pass, Partial, Pass, Unknown]);
    assert_eq!(route(&policies, "berths").scopes, ["scp=berths.read|berths.write"]);
    assert_eq!(results(&policies, "tolls"), [Partial, Fail, Partial, Fail, Fail], "only for one method, and any tenant");
    assert_eq!(results(&policies, "keys"), [Pass, Fail, Pass, Unknown, Fail]);
    assert_eq!(results(&policies, "header"), [Fail; 5]);
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal(&Apim, "a.xml", b"<policies><inbound></policies>").starts_with("BH-IMP-914 line 1"));
    assert!(refusal(&Apim, "a.xml", b"<html/>").contains("html"));
    assert!(refusal(&Apim, "a.json", b"{\"hello\":1}").contains("hello"));
    assert!(refusal(&Apim, "a.xml", b"<!DOCTYPE x [<!ENTITY a \"b\">]><policies/>").contains("document type"));
}

#[test]
fn samples_are_read_with_counts_of_a_script() {
    let folder = root().join("../shared/samples/apim");
    if !folder.is_dir() {
        eprintln!("skipped: apim samples are not here");
        return;
    }
    // One policy each; all three hold <base/>, so what stands above them is not known.
    for (file, expected) in [
        ("Pre-authorize_requests_based_on_HTTP_method_with_validate-jwt.policy.xml", [Pass, Unknown, Pass, Unknown, Unknown]),
        ("Use_custom_error_messages_for_jwt-validate_policy_with_on-error_handler.policy.xml", [Pass, Unknown, Pass, Unknown, Unknown]),
        ("mcp-api.policy.xml", [Unknown; 5]),
    ] {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).expect("a sample is text");
        assert!(Apim.recognise(&Sample { name: file.to_owned(), text, whole: true }).is_some_and(|found| found.confidence >= 90), "{file}");
        let recorder = read(&Apim, &[load(&path)]);
        let found = routes(&recorder);
        assert_eq!(found.len(), 1, "{file}");
        assert_eq!(found[0].checks, expected, "{file}: {:?}", found[0]);
    }
}
