//! The check before an import: it must promise what an import does, store nothing, and tell counts that look wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bulkhead::store::Store;
use bulkhead::work::import::{self, ImportOptions, Progress, Quiet, expected};
use bulkhead::work::profiles;
use bulkhead::work::wire::{CheckedFile, ImportCheck};
use serde_json::json;

const NOW: i64 = 1_795_435_200_000;

struct Place {
    folder: tempfile::TempDir,
    store: Store,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::create(&folder.path().join("i.bulkhead"), "anna", NOW).await.expect("an inventory");
        Self { folder, store }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    async fn check(&self, paths: &[PathBuf], options: &ImportOptions) -> ImportCheck {
        let progress: Arc<dyn Progress> = Arc::new(Quiet);
        import::check(&self.store, paths, options, &progress).await.expect("a check")
    }
}

fn options(paths: &[PathBuf]) -> ImportOptions {
    let mappings = profiles::for_set(paths, Path::new("/nowhere"));
    ImportOptions { actor: "anna".into(), now: NOW, as_of: Some(NOW), mappings, ..ImportOptions::default() }
}

/// Every import set of the fixtures: a folder below an importer's folder.
pub fn fixture_sets() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importers");
    let folders = |path: &Path| -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = std::fs::read_dir(path)
            .expect("a folder")
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.is_dir())
            .collect();
        found.sort();
        found
    };
    folders(&root).iter().flat_map(|importer| folders(importer)).collect()
}

#[tokio::test]
async fn a_check_promises_what_the_import_of_every_fixture_does() {
    let sets = fixture_sets();
    assert!(sets.len() >= 25, "the fixtures are there: {}", sets.len());
    for set in sets {
        let place = Place::new().await;
        let paths = [set.clone()];
        let mut options = options(&paths);
        // The profiles of the fixtures of tables bear plain names.
        let beside = std::fs::read_dir(&set).expect("a folder").filter_map(|entry| entry.ok().map(|entry| entry.path()));
        options
            .mappings
            .extend(beside.filter(|path| path.extension().is_some_and(|end| end == "toml")).filter_map(|path| profiles::read(&path).ok()));
        let checked = place.check(&paths, &options).await;
        assert_eq!(place.store.head().await.expect("head"), 1, "a check stores nothing");
        let done = match import::import(&place.store, &paths, &options, Arc::new(Quiet)).await {
            Ok(done) => done,
            Err(error) => {
                assert!(!checked.can_import, "{}: the check said that it can be imported: {error:#}", set.display());
                continue;
            }
        };
        assert!(checked.can_import, "{}", set.display());
        assert_eq!(checked.files.len(), done.files.len(), "{}", set.display());
        for file in &done.files {
            let promised = checked.files.iter().find(|one| one.sha256 == file.sha256).expect("the same file");
            let (was, is) = (promised.equation, file.equation);
            let context = format!("{}: {}", set.display(), file.name);
            assert_eq!((was.read, was.rejected, was.ignored), (is.read, is.rejected, is.ignored), "{context}");
            assert_eq!(was.accepted, is.accepted + is.merged, "{context}: what stands twice is merged at import only");
            assert_eq!(promised.secrets_dropped, file.secrets_dropped, "{context}");
            assert_eq!(promised.source, file.source, "{context}");
            for problem in
                file.warnings.iter().filter(|problem| !["BH-IMP-003", "BH-IMP-021", "BH-IMP-022"].contains(&problem.code.as_str()))
            {
                assert!(promised.problems.iter().any(|kind| kind.code == problem.code), "{context}: {} was not told before", problem.code);
            }
        }
        let text = serde_json::to_string(&checked).expect("JSON");
        assert!(!text.contains("CANARY"), "{}: a secret is in the check", set.display());
    }
}

fn page(list: &str, count: usize) -> String {
    let items: Vec<_> = (0..count)
        .map(|n| json!({"id": format!("00000004-0000-4000-8000-{n:012}"), "appId": format!("00000003-0000-4000-8000-{n:012}"), "displayName": format!("App {n}"), "servicePrincipalType": "Application"}))
        .collect();
    if list.is_empty() {
        json!(items).to_string()
    } else {
        json!({"@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{list}"), "value": items}).to_string()
    }
}

fn only(check: &ImportCheck) -> &CheckedFile {
    assert_eq!(check.files.len(), 1);
    &check.files[0]
}

#[tokio::test]
async fn counts_that_look_wrong_are_told_before_and_after() {
    let place = Place::new().await;
    let paths = [place.write("apps.json", &page("", 100))];
    let mut options = options(&paths);
    options.expected = vec![expected::parse("serviceprincipals=1,204").expect("valid"), expected::parse("100").expect("valid")];
    let checked = place.check(&paths, &options).await;
    let list = &only(&checked).lists[0];
    assert_eq!((list.list.as_str(), list.records, list.completeness.as_str()), ("servicePrincipals", 100, "unknown"));
    assert!(list.page_cap.as_deref().is_some_and(|told| told.contains("exactly 100 records")), "{list:?}");
    assert_eq!(checked.expected.iter().map(|one| (one.found, one.holds)).collect::<Vec<_>>(), [(100, false), (100, true)]);
    assert!(checked.expected[0].told.contains("1,104 are missing"), "{:?}", checked.expected[0]);

    let done = import::import(&place.store, &paths, &options, Arc::new(Quiet)).await.expect("an import");
    let codes: Vec<&str> = done.files[0].warnings.iter().map(|problem| problem.code.as_str()).collect();
    assert!(codes.contains(&"BH-IMP-022") && codes.contains(&"BH-IMP-023"), "the same is told with the result: {codes:?}");

    let again = place.check(&paths, &options).await;
    assert_eq!(only(&again).already.as_deref(), Some("revision 2 on 2026-11-23"));
    let other = [place.write("other.json", &page("servicePrincipals", 7))];
    let next = place.check(&other, &ImportOptions { mappings: Vec::new(), ..options.clone() }).await;
    assert_eq!(only(&next).previous.as_deref(), Some("revision 2 on 2026-11-23: 1 file, 100 records"));
    assert_eq!(only(&next).lists[0].page_cap, None);
}

#[tokio::test]
async fn a_table_without_profile_is_tried_by_its_guess_and_says_so() {
    let place = Place::new().await;
    let text = "App ID;Token type;Created;Client secret;Colour\na;pat;2026-01-02;CANARY-SECRET-1;blue\nb;nonsense;2026-01-02;CANARY-SECRET-2;red\n;pat;;;\n";
    let paths = [place.write("tokens.csv", text)];
    let checked = place.check(&paths, &options(&paths)).await;
    let file = only(&checked);
    assert!(file.guessed && file.mapping.is_some(), "{file:?}");
    assert_eq!((file.equation.read, file.secrets_dropped), (3, 2));
    assert!(file.equation.rejected >= 1, "a row without a key: {file:?}");
    assert!(file.becomes.iter().any(|kind| kind.kind == "credentials"), "{file:?}");
    let not_stored = file.not_stored.join(" ");
    assert!(not_stored.contains("1 column holds secrets (“Client secret”)") && not_stored.contains("“Colour”"), "{not_stored}");
    assert!(file.container.contains("semicolons"), "{}", file.container);
    assert!(!serde_json::to_string(&checked).expect("JSON").contains("CANARY"), "samples of secrets are masked");
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_place() {
    let place = Place::new().await;
    let cut = page("servicePrincipals", 3);
    let paths = [place.write("cut.json", &cut[..cut.len() - 20]), place.write("notes.txt", "hello")];
    let checked = place.check(&paths, &options(&paths)).await;
    assert!(!checked.can_import);
    let broken = checked.files.iter().find(|file| file.name == "cut.json").expect("the cut file");
    assert_eq!((broken.equation.read, broken.problems.len()), (0, 1), "nothing of it is promised");
    let problem = &broken.problems[0];
    assert!(problem.example.position.as_deref().is_some_and(|place| place.contains("byte")), "{problem:?}");
    let notes = checked.files.iter().find(|file| file.name == "notes.txt").expect("the notes");
    assert!(notes.source.is_none() && !notes.reason.is_empty());
}
