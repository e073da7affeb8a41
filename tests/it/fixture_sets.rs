//! What the fixtures of an importer of lists are held to: every folder under `tests/fixtures/importers/<importer>` is an
//! import set with a snapshot that was read by a person; no secret leaves the parser, each record has one fate, order says
//! nothing, nobody else wants the files; and samples give the counts of a second, independent reading.

use std::path::{Path, PathBuf};

use bulkhead::importers::{ALL, FileInput, Importer, ReadOptions, ReadStop, Sample};
use bulkhead::model::facts::{ProblemSeverity, RecordFate};

use crate::recorder::{MemoryFile, Recorder, load, load_set};

/// The fixtures of one importer.
pub struct FixtureSets {
    /// Who reads them.
    pub importer: &'static dyn Importer,
    /// Folders, sorted.
    pub sets: &'static [&'static str],
}

/// Records of a sample by fate, and what it states, as a second reading of the file counted them.
pub struct Counted {
    /// File of the samples folder.
    pub file: &'static str,
    /// Accepted, rejected, ignored.
    pub fates: [usize; 3],
    /// Lines of facts, in the order of the words asked for.
    pub facts: &'static [usize],
    /// Secrets dropped.
    pub secrets: u64,
}

/// Shorthand.
pub const fn counted(file: &'static str, fates: [usize; 3], facts: &'static [usize], secrets: u64) -> Counted {
    Counted { file, fates, facts, secrets }
}

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file in memory.
pub fn memory(name: &str, text: &str) -> MemoryFile {
    MemoryFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// Records by fate: accepted, rejected, ignored.
pub fn fates(recorder: &Recorder) -> [usize; 3] {
    [RecordFate::Accepted, RecordFate::Rejected, RecordFate::Ignored].map(|fate| recorder.count(fate))
}

impl FixtureSets {
    fn folder(&self) -> PathBuf {
        root().join("tests/fixtures/importers").join(self.importer.name())
    }

    /// Files of a set.
    pub fn files(&self, set: &str) -> Vec<MemoryFile> {
        load_set(&self.folder().join(set))
    }

    /// Reads files with options.
    pub fn read_with(&self, files: &[MemoryFile], options: &ReadOptions) -> Recorder {
        let (recorder, result) = Recorder::run(self.importer, files, options);
        assert!(result.is_ok(), "{result:?}");
        recorder
    }

    /// Reads files.
    pub fn read(&self, files: &[MemoryFile]) -> Recorder {
        self.read_with(files, &ReadOptions::default())
    }

    /// Reads a set.
    pub fn read_set(&self, set: &str) -> Recorder {
        self.read(&self.files(set))
    }

    /// Code, place and message with which a file is refused.
    pub fn refusal(&self, name: &str, text: &str) -> String {
        match Recorder::run(self.importer, &[memory(name, text)], &ReadOptions::default()).1 {
            Err(ReadStop::Refused(refused)) => {
                assert_eq!(refused.problem.severity, ProblemSeverity::Refused);
                format!("{} {} {}", refused.problem.code, refused.problem.position.unwrap_or_default(), refused.problem.message)
            }
            other => panic!("{text} must be refused, got {other:?}"),
        }
    }

    /// A folder without a snapshot proves nothing.
    pub fn every_folder_is_in_the_list(&self) {
        let mut found: Vec<String> = std::fs::read_dir(self.folder())
            .expect("the fixtures are there")
            .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir()))
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        found.sort();
        assert_eq!(found, self.sets, "a folder without a snapshot proves nothing");
    }

    /// Each set states what its snapshot says.
    pub fn match_their_snapshots(&self) {
        for set in self.sets {
            let files = self.files(set);
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            let recorder = self.read(&files);
            let path = format!("snapshots/{}", self.importer.name());
            insta::with_settings!({ snapshot_path => path, prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(*set, recorder.text(&names));
            });
        }
    }

    /// Secrets are dropped and counted; hashes of secrets are dropped too, and are no secrets to count.
    pub fn state_no_secret(&self) {
        for set in self.sets {
            let files = self.files(set);
            let recorder = self.read(&files);
            let all = format!("{:?} {:?} {:?} {:?}", recorder.facts, recorder.content(), recorder.problems, recorder.completeness);
            assert!(!all.contains("CANARY"), "{set}: a secret was stated");
            let text: String = files.iter().map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).collect();
            let wanted = text.matches("CANARY-SECRET-").count() - text.matches("CANARY-SECRET-hash").count();
            assert_eq!(recorder.secrets.values().sum::<u64>(), wanted as u64, "{set}: dropped secrets must be counted, masks are none");
        }
    }

    /// `read = accepted + rejected + ignored`, and each rejected record says why.
    pub fn give_every_record_one_fate(&self) {
        for set in self.sets {
            let recorder = self.read_set(set);
            let fates = fates(&recorder);
            assert_eq!(fates.iter().sum::<usize>(), recorder.records.len(), "{set}: read = accepted + rejected + ignored");
            let rejected = recorder.problems.iter().filter(|(_, problem)| problem.severity == ProblemSeverity::Rejected).count();
            assert_eq!(rejected, fates[1], "{set}: each rejected record says why");
        }
    }

    /// The content does not hang on the order of files; nor, in these sets of JSON, on that of rows and keys.
    pub fn say_nothing_by_order(&self, json: &[&str]) {
        for set in self.sets {
            let mut files = self.files(set);
            let content = self.read(&files).content();
            files.reverse();
            assert_eq!(self.read(&files).content(), content, "{set}: files the other way round");
            if !json.contains(set) {
                continue;
            }
            for file in &mut files {
                let value: serde_json::Value = serde_json::from_slice(&file.bytes).expect("a fixture is JSON");
                file.bytes = reversed(value).to_string().into_bytes();
            }
            assert_eq!(self.read(&files).content(), content, "{set}: rows and keys the other way round");
        }
    }

    /// The same files again state the same.
    pub fn repeat_themselves(&self) {
        for set in self.sets {
            let [once, again] = [self.read_set(set), self.read_set(set)];
            assert_eq!(once.content(), again.content(), "{set}");
            assert_eq!(once.completeness, again.completeness, "{set}");
        }
    }

    /// The importer recognises its fixtures with at least 60, everybody else less surely, and these texts not at all.
    pub fn are_recognised_by_nobody_else(&self, strangers: &[&str]) {
        for set in self.sets {
            for file in self.files(set) {
                let text = bulkhead::formats::decode::sample(&file.bytes);
                let sample = Sample { name: file.name.clone(), text, whole: true };
                let own = self.importer.recognise(&sample).map_or(0, |found| found.confidence);
                assert!(own >= 60, "{set}/{}: {own}", file.name);
                for other in ALL.iter().filter(|other| other.source() != self.importer.source()) {
                    let theirs = other.recognise(&sample).map_or(0, |found| found.confidence);
                    assert!(theirs < own, "{set}/{}: {} with {theirs}", file.name, other.name());
                }
            }
        }
        for text in strangers {
            let sample = Sample { name: "x.json".to_owned(), text: (*text).to_owned(), whole: true };
            assert!(self.importer.recognise(&sample).is_none(), "{text}");
        }
    }

    /// A cancel stops between records.
    pub fn stop_when_cancelled(&self, set: &str) {
        let files = self.files(set);
        let inputs: Vec<&dyn FileInput> = files.iter().map(|file| file as _).collect();
        let mut recorder = Recorder::default();
        recorder.cancel_after = Some(0);
        assert!(matches!(self.importer.read(&inputs, &ReadOptions::default(), &mut recorder), Err(ReadStop::Cancelled)));
    }

    /// A file that ends anywhere before its last record is refused or states no more than the whole, and never panics.
    pub fn survive_cuts(&self, set: &str) {
        for file in self.files(set) {
            for percent in 1..100 {
                let end = file.bytes.len() * percent / 100;
                let cut = MemoryFile { name: file.name.clone(), bytes: file.bytes[..end].to_vec() };
                let (recorder, result) = Recorder::run(self.importer, &[cut], &ReadOptions::default());
                if result.is_ok() {
                    assert_eq!(fates(&recorder).iter().sum::<usize>(), recorder.records.len(), "{}: {percent} %", file.name);
                }
            }
        }
    }

    /// Each sample gives the counts of a second reading; false when the samples are not here.
    pub fn agree_with_a_second_reading(&self, test: &str, words: &[&str], samples: &[Counted]) -> bool {
        let folder: &Path = &root().join("../shared/samples").join(self.importer.name());
        if !folder.exists() {
            eprintln!("skipped: {test}: the samples are not here");
            return false;
        }
        let mut wrong = Vec::new();
        for want in samples {
            let recorder = self.read(&[load(&folder.join(want.file))]);
            let facts: Vec<usize> = words.iter().map(|word| recorder.lines(&format!("{word} ")).len()).collect();
            let secrets = recorder.secrets.values().sum::<u64>();
            if (fates(&recorder), &facts[..], secrets) != (want.fates, want.facts, want.secrets) {
                let found = format!("{:?} {facts:?} {secrets}", fates(&recorder));
                wrong.push(format!("{}: {found}, wanted {:?} {:?} {}", want.file, want.fates, want.facts, want.secrets));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        true
    }
}

fn reversed(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Array(list) => list.into_iter().rev().map(reversed).collect(),
        serde_json::Value::Object(map) => {
            let mut pairs: Vec<(String, serde_json::Value)> = map.into_iter().collect();
            pairs.reverse();
            pairs.into_iter().map(|(key, value)| (key, reversed(value))).collect()
        }
        other => other,
    }
}
