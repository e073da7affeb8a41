//! An inventory of the demo's files for tests of what follows from them.

use std::path::Path;
use std::sync::Arc;

use bulkhead::model::time::Millis;
use bulkhead::store::Store;
use bulkhead::work::answers::Answers;
use bulkhead::work::demo;
use bulkhead::work::governance;
use bulkhead::work::import::{ImportOptions, Quiet, import};

/// The day that the demo is looked at.
pub const NOW: Millis = demo::DEMO_AS_OF_MS;

/// An inventory of a folder of export files, without what people state.
pub struct Inventory {
    /// Its file.
    pub store: Store,
    _folder: tempfile::TempDir,
}

impl Inventory {
    /// The demo's files, changed before they are imported.
    pub async fn of(change: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let files = folder.path().join("files");
        demo::write(&files).expect("writes the demo");
        change(&files);
        let store = Store::create(&folder.path().join("demo.inventory"), "what-if-test", NOW).await.expect("creates");
        let options = ImportOptions {
            mappings: demo::mappings().expect("profiles"),
            as_of: Some(NOW),
            actor: "tester".to_owned(),
            now: NOW,
            ..ImportOptions::default()
        };
        import(&store, &[files], &options, Arc::new(Quiet)).await.expect("imports");
        Self { store, _folder: folder }
    }

    /// Answers of the newest revision.
    pub async fn answers(&self) -> Answers {
        Answers::of_store(&self.store, self.store.head().await.expect("a head"), Some(NOW)).await.expect("answers")
    }

    /// States what a governance file says.
    pub async fn map(&self, text: &str) {
        let answers = self.answers().await;
        let plan = governance::plan(&answers, text.as_bytes()).expect("a governance file");
        governance::apply(&self.store, &plan, "tester", "proposed", NOW).await.expect("states");
    }
}
