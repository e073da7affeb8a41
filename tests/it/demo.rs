//! The demo's files through the real importers: everything is read, no secret is stated, and the example estate is there.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead::formats::decode::sample;
use bulkhead::importers::{ALL, Importer, ReadOptions, Sample};
use bulkhead::model::facts::{Fact, ProblemSeverity, RecordFate};
use bulkhead::model::kinds::Kind;
use bulkhead::work::demo;

use crate::recorder::{MemoryFile, Recorder};

/// Every file of the demo that is no profile, by the importer that recognises it best.
fn by_importer() -> BTreeMap<&'static str, (&'static dyn Importer, Vec<MemoryFile>)> {
    let mut sets: BTreeMap<&'static str, (&'static dyn Importer, Vec<MemoryFile>)> = BTreeMap::new();
    for file in demo::FILES.iter().filter(|file| !file.path.ends_with(".map.toml")) {
        let name = file.path.rsplit('/').next().unwrap_or(file.path).to_owned();
        let start = &file.text.as_bytes()[..file.text.len().min(64 * 1024)];
        let seen = Sample { name: name.clone(), text: sample(start), whole: file.text.len() <= 64 * 1024 };
        let best = ALL
            .iter()
            .filter_map(|importer| Some((importer.recognise(&seen)?.confidence, *importer)))
            .max_by_key(|(confidence, _)| *confidence);
        let (_, importer) = best.unwrap_or_else(|| panic!("{} is recognised", file.path));
        let folder = file.path.split('/').next().unwrap_or_default();
        let expected = match folder {
            "entra" | "keycloak" => folder,
            _ => "csv",
        };
        assert_eq!(importer.name(), expected, "{}", file.path);
        sets.entry(importer.name())
            .or_insert_with(|| (importer, Vec::new()))
            .1
            .push(MemoryFile { name, bytes: file.text.as_bytes().to_vec() });
    }
    sets
}

fn read() -> BTreeMap<&'static str, Recorder> {
    let options = ReadOptions { mappings: demo::mappings().expect("profiles are usable"), ..ReadOptions::default() };
    let read = |(name, (importer, files)): (_, (&dyn Importer, Vec<MemoryFile>))| {
        let (recorder, result) = Recorder::run(importer, &files, &options);
        assert!(result.is_ok(), "{name}: {result:?}");
        (name, recorder)
    };
    by_importer().into_iter().map(read).collect()
}

#[test]
fn everything_is_read_without_a_complaint() {
    for (name, recorder) in read() {
        let bad: Vec<_> = recorder.problems.iter().filter(|(_, problem)| problem.severity != ProblemSeverity::Warning).collect();
        assert!(bad.is_empty(), "{name}: {bad:?}");
        assert_eq!(recorder.count(RecordFate::Rejected), 0, "{name}");
    }
}

#[test]
fn canaries_are_dropped_and_counted() {
    let planted = |folder: fn(&str) -> bool| {
        demo::FILES.iter().filter(|file| folder(file.path)).map(|file| file.text.matches("CANARY-SECRET").count() as u64).sum::<u64>()
    };
    // Microsoft's lists also hold the first letters of each secret (`hint`), which are a secret too.
    let planted = BTreeMap::from([
        ("entra", planted(|path| path.starts_with("entra/"))),
        ("keycloak", planted(|path| path.starts_with("keycloak/"))),
        ("csv", planted(|path| path.ends_with(".csv"))),
    ]);
    for (name, recorder) in read() {
        let all = format!("{:?} {:?} {:?}", recorder.facts, recorder.records, recorder.problems);
        assert!(!all.contains("CANARY"), "{name}: a secret was stated");
        let dropped = recorder.secrets.values().sum::<u64>();
        assert!(planted[name] > 5 && dropped >= planted[name], "{name}: {} planted, {dropped} dropped", planted[name]);
    }
}

#[test]
fn the_estate_has_the_size_of_a_real_one() {
    let recorders = read();
    let facts = || recorders.values().flat_map(|recorder| &recorder.facts);
    let names = |pick: fn(&Fact) -> Option<&bulkhead::model::facts::Name>| {
        recorders
            .values()
            .flat_map(|recorder| recorder.facts.iter().filter_map(pick))
            .map(|name| name.value.to_lowercase())
            .collect::<BTreeSet<_>>()
            .len()
    };
    let clients = names(|fact| if let Fact::Client(client) = fact { client.names.first() } else { None });
    let audiences = names(|fact| if let Fact::Audience(audience) = fact { audience.names.first() } else { None });
    let credentials = names(|fact| if let Fact::Credential(credential) = fact { credential.names.first() } else { None });
    let grants: usize = recorders.values().map(|recorder| recorder.lines("grant").len()).sum();
    assert!((60..=130).contains(&clients), "{clients} clients");
    assert!((30..=50).contains(&audiences), "{audiences} audiences");
    assert!(credentials >= 100, "{credentials} credentials");
    assert!(grants >= 200, "{grants} grants");
    let boundaries: BTreeSet<_> =
        facts().filter_map(|fact| if let Fact::Audience(audience) = fact { audience.boundary.clone() } else { None }).collect();
    assert!((8..=12).contains(&boundaries.len()), "{boundaries:?}");
}

/// The worked example of the model: one token, four APIs, three trust boundaries.
#[test]
fn one_token_opens_cart_product_location_and_payment() {
    let recorders = read();
    let batch: BTreeSet<&str> = recorders["keycloak"].lines("grant client_id:storefront-batch ").into_iter().collect();
    let grant = |api: &str, role: &str| {
        format!("grant client_id:storefront-batch -> client_id:{api} client_role \"{role}\" application service_account_role")
    };
    let want = [grant("cart", "write"), grant("location", "read"), grant("payment", "write"), grant("product", "read")];
    assert_eq!(batch, want.iter().map(String::as_str).collect::<BTreeSet<_>>(), "these four and nothing else");
    let stated = recorders["csv"].lines("audience client_id:payment ");
    assert!(stated[0].contains("card data=regulated") && stated[0].contains("Critical") && stated[0].contains("PCI"), "{stated:?}");
}

#[test]
fn the_code_host_leads_into_other_systems() {
    let recorders = read();
    let ways = recorders["csv"].lines("edge harvest audience name:stonewharf/platform ");
    assert_eq!(ways.len(), 2, "ticket desk and user database: {ways:?}");
    let edges = recorders["csv"]
        .facts
        .iter()
        .filter(|fact| matches!(fact, Fact::ReachEdge(edge) if edge.to_kind == Kind::Client && edge.to_slot.is_some()));
    assert_eq!(edges.count(), 3);
}

#[test]
fn hostile_names_and_departed_owners_are_in_it() {
    let all = demo::FILES.iter().map(|file| file.text).collect::<String>();
    for text in ["\u{202E}", "=cmd|", "<script>", "departed"] {
        assert!(all.contains(text), "{text}");
    }
}
