//! Generic CSV with mapping profiles: every folder under `tests/fixtures/importers/csv` is an import set (tables and
//! their profiles) with a snapshot that was read by a person.

use std::path::PathBuf;

use bulkhead::importers::csv::{Csv, mapping_for};
use bulkhead::importers::mapping::Mapping;
use bulkhead::importers::{Importer, ReadOptions, ReadStop, Sample};
use bulkhead::model::facts::{ProblemSeverity, RecordFate};
use bulkhead::model::kinds::Completeness;

use crate::recorder::{MemoryFile, Recorder, load_set};

const SETS: &[&str] = &["codehost", "culture", "keycloak-side"];

/// Tables and profiles of a set.
fn fixture(set: &str) -> (Vec<MemoryFile>, ReadOptions) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importers/csv").join(set);
    let (profiles, tables): (Vec<_>, Vec<_>) = load_set(&folder).into_iter().partition(|file| file.name.ends_with(".toml"));
    let read =
        |file: &MemoryFile| Mapping::from_toml(std::str::from_utf8(&file.bytes).expect("a profile is UTF-8")).expect("a profile is usable");
    (tables, ReadOptions { mappings: profiles.iter().map(read).collect(), ..ReadOptions::default() })
}

fn read(tables: &[MemoryFile], options: &ReadOptions) -> Recorder {
    let (recorder, result) = Recorder::run(&Csv, tables, options);
    assert!(result.is_ok(), "{result:?}");
    recorder
}

fn table(text: &str) -> Vec<MemoryFile> {
    vec![MemoryFile { name: "table.csv".to_owned(), bytes: text.as_bytes().to_vec() }]
}

fn refusal(text: &str, options: &ReadOptions) -> String {
    match Recorder::run(&Csv, &table(text), options) {
        (recorder, Err(ReadStop::Refused(refused))) => {
            assert!(recorder.records.is_empty(), "nothing of a refused file is stated");
            format!("{} {}", refused.problem.code, refused.problem.message)
        }
        (_, other) => panic!("it must be refused, got {other:?}"),
    }
}

#[test]
fn fixtures_state_what_their_snapshots_say() {
    for set in SETS {
        let (tables, options) = fixture(set);
        let names: Vec<&str> = tables.iter().map(|file| file.name.as_str()).collect();
        let recorder = read(&tables, &options);
        insta::with_settings!({ snapshot_path => "snapshots/csv", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(*set, recorder.text(&names));
        });
    }
}

#[test]
fn every_row_has_one_fate_and_every_rejected_row_a_reason() {
    for set in SETS {
        let (tables, options) = fixture(set);
        let recorder = read(&tables, &options);
        let (accepted, rejected) = (recorder.count(RecordFate::Accepted), recorder.count(RecordFate::Rejected));
        assert_eq!(accepted + rejected, recorder.records.len(), "{set}");
        let told = recorder.problems.iter().filter(|(_, problem)| problem.severity == ProblemSeverity::Rejected).count();
        assert_eq!(told, rejected, "{set}");
    }
}

#[test]
fn no_secret_is_stated_or_told() {
    let (tables, options) = fixture("codehost");
    let recorder = read(&tables, &options);
    assert!(!format!("{:?} {:?} {:?}", recorder.facts, recorder.records, recorder.problems).contains("CANARY"));
    let tokens = tables.iter().position(|file| file.name == "tokens.csv").expect("the table is there");
    assert_eq!(recorder.secrets.get(&tokens), Some(&2), "one in the column of tokens, one in a wrong column; the mask is none");
}

#[test]
fn order_of_rows_and_columns_does_not_matter() {
    let (tables, options) = fixture("keycloak-side");
    let content = read(&tables, &options).content();
    let turned: Vec<MemoryFile> = tables
        .iter()
        .rev()
        .map(|file| {
            let text = String::from_utf8(file.bytes.clone()).expect("the fixture is UTF-8");
            let mut lines: Vec<String> = text.lines().map(|line| line.split(',').rev().collect::<Vec<_>>().join(",")).collect();
            lines[1..].reverse();
            MemoryFile { name: file.name.clone(), bytes: lines.join("\n").into_bytes() }
        })
        .collect();
    assert_eq!(read(&turned, &options).content(), content);
}

#[test]
fn a_file_without_a_profile_is_never_read_silently() {
    let text = "App ID;Token type;Created\na;pat;2026-01-02";
    let told = refusal(text, &ReadOptions::default());
    assert!(told.contains("credentials") && told.contains("client_id") && told.contains("App ID"), "the guess is told: {told}");
    let told = refusal("App ID;Token type;Created\na;pat;03/04/2026", &ReadOptions::default());
    assert!(told.contains("order of day and month"), "{told}");
}

#[test]
fn a_confirmed_guess_reads_the_file_that_it_was_made_for() {
    let files = table("App ID;Token type;Created;Client secret\na;pat;2026-01-02;CANARY-SECRET-Q");
    let (guessed, known) = mapping_for(&files[0], &[]).expect("it is a table");
    assert!(!known, "a guess is no saved profile");
    let saved = Mapping::from_toml(&guessed.to_toml()).expect("a guess with all keys can be saved");
    assert_eq!(mapping_for(&files[0], std::slice::from_ref(&saved)).expect("it is a table"), (saved.clone(), true));
    let options = ReadOptions { mappings: vec![saved], completeness: Some(Completeness::Full), ..ReadOptions::default() };
    let recorder = read(&files, &options);
    assert_eq!(recorder.lines("credential").len(), 1);
    assert_eq!(recorder.completeness[0].3, Completeness::Full, "what the user says about the set");
    assert_eq!(recorder.secrets.get(&0), Some(&1));
}

#[test]
fn new_columns_are_left_out_aloud_and_missing_ones_refuse_the_file() {
    let profile = "name = \"p\"\nrows = \"vendors\"\nsource_name = \"list\"\n[[columns]]\ncolumn = \"vendor\"\nfield = \"vendor\"\n";
    let options = ReadOptions { mappings: vec![Mapping::from_toml(profile).expect("usable")], ..ReadOptions::default() };
    let recorder = read(&table("vendor,colour\nTidemark,blue"), &options);
    assert!(recorder.problems.iter().any(|(_, problem)| problem.message.contains("\"colour\"")), "nothing disappears unsaid");
    assert!(refusal("supplier,colour\nTidemark,blue", &options).starts_with("BH-IMP-402"));
}

#[test]
fn an_open_quote_refuses_the_file() {
    let (_, options) = fixture("codehost");
    assert!(refusal("vendor,contact,contract\n\"Tidemark,x,y\n", &options).starts_with("BH-IMP-1"));
    assert!(refusal("", &options).starts_with("BH-IMP-1"), "an empty file has no columns");
}

#[test]
fn tables_are_recognised_and_json_is_not() {
    let found = |name: &str, text: &str| Csv.recognise(&Sample { name: name.to_owned(), text: text.to_owned(), whole: true }).is_some();
    assert!(found("a.csv", "a;b\n1;2") && found("export.txt", "a\tb\tc\n1\t2\t3") && found("a.csv", "one\n1"));
    assert!(!found("a.json", "{\"a\":1,\"b\":2,\"c\":3}") && !found("notes.txt", "words, and words") && !found("a.csv", ""));
}
