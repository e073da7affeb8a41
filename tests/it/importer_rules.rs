//! What every importer owes, asked in one call, and routes of gateways by their names.

use bulkhead::importers::{Importer, ReadOptions, ReadStop};
use bulkhead::model::facts::{Fact, GatewayRouteFact};
use bulkhead::model::kinds::CheckResult;

use crate::fixture_sets::FixtureSets;
pub use crate::fixture_sets::root;
use crate::recorder::{MemoryFile, Recorder};

/// Asks everything of the sets of an importer; every file of `cut` is also read in parts.
pub fn hold(importer: &'static dyn Importer, sets: &'static [&'static str], cut: &[&str]) {
    let all = FixtureSets { importer, sets };
    all.every_folder_is_in_the_list();
    all.match_their_snapshots();
    all.state_no_secret();
    all.give_every_record_one_fate();
    all.say_nothing_by_order(&[]);
    all.repeat_themselves();
    all.are_recognised_by_nobody_else(&[
        "",
        "[]",
        "client_id;name\n",
        "services:\n  web:\n    image: nginx\n",
        "{\"openapi\":\"3.0.1\",\"paths\":{}}",
    ]);
    for set in sets {
        all.stop_when_cancelled(set);
    }
    for set in cut {
        all.survive_cuts(set);
    }
}

/// The files of one set.
pub fn fixture(importer: &'static dyn Importer, set: &str) -> Vec<MemoryFile> {
    FixtureSets { importer, sets: &[] }.files(set)
}

/// Reads files that must be readable.
pub fn read(importer: &dyn Importer, files: &[MemoryFile]) -> Recorder {
    let (recorder, result) = Recorder::run(importer, files, &ReadOptions::default());
    assert!(result.is_ok(), "{result:?}");
    recorder
}

/// Why bytes are refused.
pub fn refusal(importer: &dyn Importer, name: &str, bytes: &[u8]) -> String {
    let files = [MemoryFile { name: name.to_owned(), bytes: bytes.to_vec() }];
    match Recorder::run(importer, &files, &ReadOptions::default()).1 {
        Err(ReadStop::Refused(refused)) => {
            format!("{} {} {}", refused.problem.code, refused.problem.position.unwrap_or_default(), refused.problem.message)
        }
        other => panic!("{name} must be refused, got {other:?}"),
    }
}

/// The routes that were stated.
pub fn routes(recorder: &Recorder) -> Vec<&GatewayRouteFact> {
    fn of(fact: &Fact) -> Option<&GatewayRouteFact> {
        match fact {
            Fact::GatewayRoute(route) => Some(route),
            _ => None,
        }
    }
    recorder.facts.iter().filter_map(of).collect()
}

/// A route by its name for people.
pub fn route<'r>(recorder: &'r Recorder, name: &str) -> &'r GatewayRouteFact {
    let all = routes(recorder);
    let names: Vec<&str> = all.iter().filter_map(|route| route.display_name.as_deref()).collect();
    let found = all.iter().find(|route| route.display_name.as_deref() == Some(name)).copied();
    found.unwrap_or_else(|| panic!("there is no route {name} among {names:?}"))
}

/// G1 to G5 of a route.
pub fn results(recorder: &Recorder, name: &str) -> [CheckResult; 5] {
    route(recorder, name).checks
}
