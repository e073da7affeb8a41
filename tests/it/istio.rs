//! Istio: only an AuthorizationPolicy asks for a token; the manifests of the samples folder where it is present.

use bulkhead::importers::istio::Istio;
use bulkhead::importers::{Importer, Sample};
use bulkhead::model::kinds::CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};

use crate::importer_rules::{fixture, hold, read, refusal, results, root, route, routes};
use crate::recorder::{MemoryFile, load};

#[test]
fn fixtures_hold_what_every_importer_owes() {
    hold(&Istio, &["list", "mesh", "workload"], &["mesh"]);
}

#[test]
fn only_an_authorization_policy_asks_for_a_token() {
    let mesh = read(&Istio, &fixture(&Istio, "mesh"));
    assert_eq!(results(&mesh, "berths-read"), [Pass, Pass, Pass, Pass, Fail]);
    assert_eq!(results(&mesh, "login"), [Fail; 5], "its path is left out");
    assert!(route(&mesh, "login").told[0].starts_with("It fails open: RequestAuthentication lets requests without a token pass"));
    assert_eq!(results(&mesh, "away"), [NotApplicable; 5]);
    assert_eq!(results(&mesh, "tolls /"), [Unknown, Unknown, Unknown, Unknown, Fail], "its gateway is in another file");
    let text = "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a}\nspec: {jwtRules: [{issuer: x, audiences: [y]}]}\n";
    let alone = read(&Istio, &[MemoryFile { name: "a.yaml".to_owned(), bytes: text.as_bytes().to_vec() }]);
    assert_eq!(results(&alone, "namespace default"), [Fail; 5], "without AuthorizationPolicy");
}

#[test]
fn allow_rules_ask_for_a_token_only_if_all_of_them_do() {
    let list = read(&Istio, &fixture(&Istio, "list"));
    assert_eq!(results(&list, "a"), [Partial, Partial, Partial, Partial, Fail], "one path needs none");
    let workload = read(&Istio, &fixture(&Istio, "workload"));
    assert_eq!(results(&workload, "crew"), [Pass, Pass, Pass, Pass, Fail], "the policy compares the audience");
    assert_eq!(route(&workload, "crew").scopes, ["scope=crew.read|crew.write"]);
    assert_eq!(results(&workload, "pilots"), [Fail; 5], "rules: [{{}}] lets everything in");
    let buoys = route(&workload, "namespace sea");
    assert_eq!(buoys.checks, [Pass, Pass, Pass, Pass, Fail], "spec: {{}} lets nobody in");
    assert!(buoys.told.iter().any(|told| told.contains("asker decides about requests too")));
    assert_eq!(results(&workload, "pier"), [Pass, Pass, Pass, Pass, Fail], "nobody gets in there either");
}

#[test]
fn unusable_files_are_refused_whole_with_a_reason() {
    assert!(refusal(&Istio, "a.yaml", b"apiVersion: v1\nkind: Secret\n").contains("Secret"));
    assert!(refusal(&Istio, "a.yaml", b"kind: [\n").starts_with("BH-IMP-914"));
}

#[test]
fn samples_are_read_with_counts_of_a_script() {
    let path = root().join("../shared/samples/istio/kubeflow-ingressgateway.yaml");
    if !path.is_file() {
        eprintln!("skipped: istio samples are not here");
        return;
    }
    let text = std::fs::read_to_string(&path).expect("a sample is text");
    assert!(Istio.recognise(&Sample { name: "x".to_owned(), text, whole: true }).is_some_and(|found| found.confidence >= 90));
    let recorder = read(&Istio, &[load(&path)]);
    let found = routes(&recorder);
    assert_eq!(found.len(), 1, "two RequestAuthentications select one workload");
    assert_eq!(found[0].checks, [Partial, Unknown, Partial, Unknown, Fail], "{:?}", found[0]);
    assert_eq!(found[0].issuers, ["http://dex.auth.svc.cluster.local:5556/dex"], "a placeholder is no issuer");
}
