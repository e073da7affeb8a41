//! The generator of estates against the importer: what the truth file counts is what a reading of the exports states.

use std::collections::BTreeSet;

use bulkhead::importers::graph::Graph;
use bulkhead::importers::{Importer, ReadOptions};
use bulkhead::model::facts::{Fact, RecordFate};

use crate::recorder::{MemoryFile, Recorder};

#[allow(dead_code, reason = "the command line of the generator is used by xtask only")]
#[path = "../../xtask/src/synth/mod.rs"]
mod synth;

#[test]
fn a_made_up_estate_is_read_as_its_truth_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = synth::Options { clients: 1_500, grants: 12_000, seed: 11, out: folder.path().to_owned(), flat: None };
    let truth = synth::generate(&options).expect("the estate can be written");
    let mut files: Vec<MemoryFile> = truth
        .files
        .iter()
        .map(|file| MemoryFile {
            name: file.name.clone(),
            bytes: std::fs::read(folder.path().join("export").join(&file.name)).expect("the file was written"),
        })
        .collect();
    // Importers get files in the order of their hashes, so any order must do.
    files.reverse();
    let (recorder, result) = Recorder::run(&Graph as &dyn Importer, &files, &ReadOptions::default());
    assert!(result.is_ok(), "every file is readable");
    let told: Vec<&str> = recorder.problems.iter().map(|(_, problem)| problem.message.as_str()).collect();
    assert!(told.iter().all(|message| message.contains("that no delegated grant names")), "nothing else is to be told: {told:?}");

    let distinct = |keys: Vec<String>| keys.into_iter().collect::<BTreeSet<_>>().len() as u64;
    let of = |pick: &dyn Fn(&Fact) -> Option<String>| distinct(recorder.facts.iter().filter_map(pick).collect());
    // What only a mention knows has an object id and no application id.
    let clients = of(&|fact| match fact {
        Fact::Client(client) => client.names.iter().find(|name| name.scheme == bulkhead::model::Scheme::ClientId).map(|n| n.value.clone()),
        _ => None,
    });
    assert_eq!(clients, truth.clients);
    assert_eq!(of(&|fact| matches!(fact, Fact::Credential(_)).then(|| names(fact))), truth.credentials);
    assert_eq!(of(&|fact| matches!(fact, Fact::Audience(_)).then(|| names(fact))), truth.audiences);
    assert_eq!(of(&|fact| matches!(fact, Fact::Scope(_)).then(|| names(fact))), truth.scopes);
    assert_eq!(of(&|fact| matches!(fact, Fact::Owner(_)).then(|| names(fact))), truth.owners);
    assert_eq!(of(&|fact| matches!(fact, Fact::Ownership(_)).then(|| names(fact))), truth.ownerships);
    assert_eq!(of(&|fact| matches!(fact, Fact::Principal(_)).then(|| names(fact))), truth.principals);

    let grants: BTreeSet<&str> = recorder.lines("grant").into_iter().collect();
    assert_eq!(grants.len() as u64, truth.grants());
    for (mode, count) in
        [("application", truth.application), ("delegated_one", truth.delegated_one), ("delegated_all", truth.delegated_all)]
    {
        assert_eq!(grants.iter().filter(|line| line.contains(&format!(" {mode}"))).count() as u64, count, "{mode}");
    }

    let records: u64 = truth.files.iter().map(|file| file.records).sum();
    assert_eq!(recorder.records.len() as u64, records, "every record is read");
    assert_eq!(recorder.count(RecordFate::Rejected), 0);
    let unnamed = synth_users(&options) - truth.principals;
    assert_eq!(recorder.count(RecordFate::Ignored) as u64, unnamed, "only users whom no grant names are left aside");
}

fn synth_users(options: &synth::Options) -> u64 {
    (options.clients / 5).max(50)
}

fn names(fact: &Fact) -> String {
    match fact {
        Fact::Credential(credential) => credential.names[0].value.clone(),
        Fact::Audience(audience) => audience.names[0].value.clone(),
        Fact::Scope(scope) => format!("{} {} {}", scope.audience.value, scope.kind, scope.value),
        Fact::Owner(owner) => owner.names[0].value.clone(),
        Fact::Ownership(ownership) => format!("{} {}", ownership.subject.value, ownership.owner.value),
        Fact::Principal(principal) => principal.names[0].value.clone(),
        other => format!("{other:?}"),
    }
}
