//! Envoy and Envoy Gateway: rules, requirements and what fails open; the configurations of the samples folder where it is present.

use bulkhead::importers::envoy::Envoy;
use bulkhead::importers::{Importer, Sample};
use bulkhead::model::kinds::CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};

use crate::importer_rules::{fixture, hold, read, refusal, results, root, route, routes};
use crate::recorder::load;

#[test]
fn fixtures_hold_what_every_importer_owes() {
    hold(&Envoy, &["cluster", "discovery", "dump", "static"], &["static", "dump"]);
}

#[test]
fn the_first_rule_that_fits_decides_and_a_route_may_say_otherwise() {
    let edge = read(&Envoy, &fixture(&Envoy, "static"));
    assert_eq!(results(&edge, "berths"), [Partial, Partial, Partial, Partial, Fail], "a rule for a part of it fails open");
    assert_eq!(results(&edge, "api /tolls"), [Pass, Fail, Pass, Fail, Fail], "one of two providers asks for less");
    assert_eq!(results(&edge, "open"), [Fail; 5], "switched off on the route");
    assert_eq!(results(&edge, "crew"), [Pass, Pass, Pass, Pass, Fail]);
    assert_eq!(route(&edge, "crew").audiences, ["api://crew"]);
    assert_eq!(results(&edge, "away"), [NotApplicable; 5]);
    assert_eq!(results(&edge, "rest"), [Fail; 5], "no rule holds");
}

#[test]
fn a_service_elsewhere_is_unknown_unless_it_fails_open() {
    let dump = read(&Envoy, &fixture(&Envoy, "dump"));
    assert_eq!(results(&dump, "all /"), [Fail; 5]);
    assert!(route(&dump, "all /").told.iter().any(|told| told.contains("failure_mode_allow")));
    assert_eq!(results(&dump, "all ~/v[0-9]+/.*"), [Unknown, Unknown, Unknown, Unknown, Fail]);
}

#[test]
fn a_policy_of_a_route_takes_the_place_of_the_one_of_its_gateway() {
    let cluster = read(&Envoy, &fixture(&Envoy, "cluster"));
    assert_eq!(results(&cluster, "berths read"), [Pass, Pass, Pass, Pass, Fail]);
    assert_eq!(route(&cluster, "berths read").scopes, ["berths.read", "crew=yes|captain"]);
    assert_eq!(results(&cluster, "berths"), [Fail; 5], "extAuth fails open");
    assert_eq!(results(&cluster, "tolls"), [Fail; 5], "jwt.optional");
    assert_eq!(results(&cluster, "gone"), [NotApplicable; 5]);
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal(&Envoy, "a.yaml", b"hello: 1\n").contains("hello"));
    assert!(refusal(&Envoy, "a.json", b"{\"configs\":[{").starts_with("BH-IMP-102"));
    assert!(refusal(&Envoy, "a.yaml", b"listeners: [\n").starts_with("BH-IMP-914"));
}

#[test]
fn samples_are_read_with_counts_of_a_script() {
    let folder = root().join("../shared/samples/envoy");
    if !folder.is_dir() {
        eprintln!("skipped: envoy samples are not here");
        return;
    }
    // Requirements and routes, counted by a script over the YAML.
    for (file, n, expected) in [
        ("envoy-authorization-jwt-scope.listeners.yaml", 2, [Pass, Pass, Pass, Pass, Fail]),
        ("envoy-jwt-multi-provider.listeners.yaml", 2, [Pass, Pass, Pass, Pass, Fail]),
        ("envoy-jwt-optional.listeners.yaml", 1, [Fail; 5]),
        ("envoygateway-securitypolicy-jwt-claim.yaml", 1, [Pass, Pass, Pass, Pass, Fail]),
    ] {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).expect("a sample is text");
        assert!(
            Envoy.recognise(&Sample { name: file.to_owned(), text, whole: true }).is_some_and(|found| found.confidence >= 90),
            "{file}"
        );
        let recorder = read(&Envoy, &[load(&path)]);
        let found = routes(&recorder);
        assert_eq!(found.len(), n, "{file}");
        assert!(found.iter().all(|route| route.checks == expected), "{file}: {found:?}");
        assert!(!format!("{:?}", recorder.facts).contains("1234567890\"}"), "{file}");
    }
}
