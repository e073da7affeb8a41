//! The fixtures of the importers of lists through the whole import: equations hold, no canary reaches the disk, and the
//! same content under another hash changes nothing.

use std::path::Path;
use std::sync::Arc;

use bulkhead::store::Store;
use bulkhead::work::import::{ImportOptions, Quiet, import};

use crate::fixture_sets::root;

const NOW: i64 = 1_795_435_200_000;
const IMPORTERS: &[&str] = &["auth0", "aws", "google", "okta"];

fn copy(from: &Path, to: &Path, end: &str) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("fixtures").flatten() {
        let mut bytes = std::fs::read(entry.path()).expect("a fixture");
        bytes.extend_from_slice(end.as_bytes());
        std::fs::write(to.join(entry.file_name()), bytes).expect("a copy");
    }
}

#[tokio::test]
async fn fixtures_go_through_and_the_same_content_again_changes_nothing() {
    let mut sets = 0;
    for importer in IMPORTERS {
        for set in std::fs::read_dir(root().join("tests/fixtures/importers").join(importer)).expect("sets").flatten() {
            if !set.path().is_dir() {
                continue;
            }
            sets += 1;
            let name = format!("{importer}/{}", set.file_name().to_string_lossy());
            let folder = tempfile::tempdir().expect("a folder");
            let place = folder.path().join("i");
            std::fs::create_dir(&place).expect("a folder");
            let store = Store::create(&place.join("i.bulkhead"), "anna", NOW).await.expect("an inventory");
            let options = ImportOptions { actor: "anna".into(), now: NOW, ..ImportOptions::default() };
            let mut revisions = Vec::new();
            for end in ["", "\n"] {
                let files = folder.path().join(format!("files{}", end.len()));
                copy(&set.path(), &files, end);
                let result = import(&store, &[files], &options, Arc::new(Quiet)).await.unwrap_or_else(|error| panic!("{name}: {error:#}"));
                for file in &result.files {
                    let equation = file.equation;
                    let sum = equation.accepted + equation.merged + equation.rejected + equation.ignored;
                    assert_eq!(equation.read, sum, "{name}/{}", file.name);
                    assert_eq!(file.source.as_deref(), Some(*importer), "{name}/{}", file.name);
                }
                assert_eq!(result.changed, end.is_empty(), "{name}: {:?}", result.changes);
                revisions.push(store.head().await.expect("head"));
            }
            let drift = store.drift(revisions[0], revisions[1]).await.expect("drift");
            assert_eq!(drift.lines, [], "{name}");
            assert!(store.verify_log().await.expect("a verdict").ok);
            for entry in std::fs::read_dir(&place).expect("the folder").flatten() {
                let bytes = std::fs::read(entry.path()).expect("a file");
                assert!(!bytes.windows(13).any(|window| window == b"CANARY-SECRET"), "{name}: {}", entry.path().display());
            }
        }
    }
    assert!(sets >= 15, "{sets} sets");
}
