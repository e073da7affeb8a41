//! Drift in words: what changed between two imports is told as what it means, with the rows behind each count.

use std::path::PathBuf;
use std::sync::Arc;

use bulkhead::importers::mapping::Mapping;
use bulkhead::model::kinds::*;
use bulkhead::store::Store;
use bulkhead::work::answers::Answers;
use bulkhead::work::drift_words::told;
use bulkhead::work::import::{ImportOptions, Quiet, import};
use bulkhead::work::wire::{DriftWords, ImportResult};
use bulkhead::work::{lists, table};
use serde_json::json;

const NOW: i64 = 1_795_435_200_000; // 2026-11-23

/// Column of each field of a table; the header is the field.
fn profile(rows: &str, header: &str) -> Mapping {
    let columns: String = header.split(',').map(|name| format!("[[columns]]\ncolumn = \"{name}\"\nfield = \"{name}\"\n")).collect();
    Mapping::from_toml(&format!("name = \"{rows}\"\nrows = \"{rows}\"\nsource_name = \"shop\"\n{columns}")).expect("a usable profile")
}

struct Place {
    folder: tempfile::TempDir,
    store: Store,
    turn: u32,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::create(&folder.path().join("i.bulkhead"), "anna", NOW).await.expect("an inventory");
        Self { folder, store, turn: 0 }
    }

    fn write(&mut self, files: &[(&str, String)]) -> PathBuf {
        self.turn += 1;
        let folder = self.folder.path().join(format!("export-{}", self.turn));
        std::fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        folder
    }

    /// Imports tables of the shop, each as header and rows, as a full export.
    async fn tables(&mut self, tables: &[(&str, &str, &[&str])]) -> (ImportResult, DriftWords) {
        let files: Vec<(String, String)> =
            tables.iter().map(|(rows, header, lines)| (format!("{rows}.csv"), format!("{header}\n{}\n", lines.join("\n")))).collect();
        let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        let path = self.write(&files);
        let mappings = tables.iter().map(|(rows, header, _)| profile(rows, header)).collect();
        self.import(path, ImportOptions { mappings, completeness: Some(Completeness::Full), ..options() }).await
    }

    async fn import(&self, path: PathBuf, options: ImportOptions) -> (ImportResult, DriftWords) {
        let result = import(&self.store, &[path], &options, Arc::new(Quiet)).await.expect("an import");
        let drift = told::of_import(&self.store, result.revision, result.changed).await.expect("the drift");
        (result, drift)
    }

    /// How many rows of the table Drift a filter opens.
    async fn rows_behind(&self, filter: &str) -> usize {
        let head = self.store.head().await.expect("head");
        let answers = Answers::of_store(&self.store, head, None).await.expect("answers");
        let drift = lists::of_store(&self.store, "drift", head, Some(&answers)).await.expect("drift").expect("the table");
        table::select(&drift, filter, "", NOW).rows.len()
    }
}

fn options() -> ImportOptions {
    ImportOptions { actor: "anna".into(), now: NOW, as_of: Some(NOW), ..ImportOptions::default() }
}

fn sentences(drift: &DriftWords, word: DriftWord) -> Vec<&str> {
    drift.words.iter().filter(|each| each.word == word).flat_map(|each| each.examples.iter().map(|example| example.text.as_str())).collect()
}

const CLIENTS: &str = "client_id,name,holder";
const CREDENTIALS: &str = "client_id,credential_id,kind,name,created_at,expires_at";
const GRANTS: &str = "client_id,audience,scope,mode,principal";
const OWNERS: &str = "subject_kind,subject,owner,status";

#[tokio::test]
async fn each_change_that_matters_is_told_as_its_word() {
    let mut place = Place::new().await;
    let (_, first) = place
        .tables(&[
            ("clients", CLIENTS, &["cart,Cart,first_party", "report,Report,first_party", "mail,Mail,third_party"]),
            (
                "credentials",
                CREDENTIALS,
                &[
                    "cart,k1,client_secret,main,2026-01-01,2027-01-01",
                    "report,k2,client_secret,old,2026-01-01,2027-02-01",
                    "mail,k3,api_key,key,2026-01-01,2027-01-01",
                ],
            ),
            (
                "grants",
                GRANTS,
                &[
                    "cart,orders,orders.read,application,",
                    "report,orders,orders.read,delegated_one,ann@x.example",
                    "report,stock,stock.count,application,",
                    "mail,mailbox,send,application,",
                ],
            ),
            (
                "owners",
                OWNERS,
                &["client,cart,ann@x.example,active", "client,report,bob@x.example,active", "client,mail,eve@x.example,active"],
            ),
        ])
        .await;
    assert_eq!((first.compared_with, first.words.len()), (None, 0), "a first import is compared with nothing: {first:?}");

    let (result, drift) = place
        .tables(&[
            (
                "clients",
                CLIENTS,
                &[
                    "cart,Cart,first_party",
                    "report,Report,first_party",
                    "mail,Mail,third_party",
                    "sync,Sync,third_party",
                    "own,Own,first_party",
                ],
            ),
            (
                "credentials",
                CREDENTIALS,
                &[
                    "cart,k1,client_secret,main,2026-01-01,2027-01-01",
                    "cart,k4,client_secret,second,2026-11-01,2027-11-01",
                    "report,k2,client_secret,old,2026-01-01,2028-02-01",
                    "mail,k5,api_key,key two,2026-11-01,2027-11-01",
                    "sync,k6,api_key,first,2026-11-01,2027-11-01",
                ],
            ),
            (
                "grants",
                GRANTS,
                &[
                    "cart,orders,orders.read,application,",
                    "cart,orders,orders.write,application,",
                    "report,orders,orders.read,delegated_one,ann@x.example",
                    "report,orders,orders.read,delegated_one,bob@x.example",
                    "report,orders,orders.read,delegated_all,",
                    "report,mailbox,mailbox.read,application,",
                    "mail,mailbox,send,application,",
                    "sync,stock,orders.read,application,",
                ],
            ),
            ("owners", OWNERS, &["client,cart,ann@x.example,active", "client,report,bob@x.example,departed"]),
        ])
        .await;
    assert!(result.changed);
    assert_eq!(drift.compared_with, Some(result.revision - 1));
    assert_eq!(
        sentences(&drift, DriftWord::ReadBecameWrite),
        ["Cart can now write at orders (orders.write, as itself); before it held read there at most."]
    );
    let widened = sentences(&drift, DriftWord::ConsentWidened);
    assert_eq!(
        widened,
        [
            "Report may use orders.read at orders for all users now; before for single users at most.",
            "Report may now also use mailbox.read at mailbox (read, as itself).",
        ],
        "bob is one more user of what ann had; sync is new as a whole"
    );
    assert_eq!(
        sentences(&drift, DriftWord::NewThirdParty),
        ["Sync is new and its credentials are held by a third party, not named by any source."],
        "Own is not"
    );
    let mut vanished = sentences(&drift, DriftWord::OwnerVanished);
    vanished.sort_unstable();
    assert_eq!(
        vanished,
        ["Mail has no owner any more: eve@x.example is no longer listed.", "Report has no owner any more: bob@x.example is departed."],
    );
    assert_eq!(
        sentences(&drift, DriftWord::SecretAddedOldKept),
        ["Cart got a new client secret “second” and an older one still works."],
        "Mail replaced its key, Sync has its first"
    );
    assert_eq!(
        sentences(&drift, DriftWord::ExpiryPushed),
        ["The client secret “old” of Report ends on 2028-02-01 instead of on 2027-02-01; it was not replaced."]
    );
    assert_eq!(
        sentences(&drift, DriftWord::OwnScopeLost),
        ["stock has no scope of its own any more: stock.count was removed."],
        "orders still has orders.write, although stock honours orders.read now"
    );
    for word in &drift.words {
        assert_eq!(place.rows_behind(&word.link.filter).await, word.count as usize, "a count is the size of what its link opens: {word:?}");
        assert!(word.examples.iter().all(|example| example.link.is_some()), "each sentence opens what it is about: {word:?}");
    }
    assert_eq!(place.rows_behind("kind:clients change:added").await, 2, "what means nothing is in the table all the same");
}

#[tokio::test]
async fn an_audience_whose_only_scope_is_honoured_elsewhere_lost_its_own() {
    let mut place = Place::new().await;
    place.tables(&[("grants", GRANTS, &["cart,orders,access,application,"])]).await;
    let (_, drift) = place.tables(&[("grants", GRANTS, &["cart,orders,access,application,", "cart,stock,access,application,"])]).await;
    assert_eq!(
        sentences(&drift, DriftWord::OwnScopeLost),
        ["orders has no scope of its own any more: access is now honoured by stock too."]
    );
}

#[tokio::test]
async fn the_first_export_of_a_list_is_news_and_no_drift() {
    let mut place = Place::new().await;
    place.tables(&[("clients", CLIENTS, &["cart,Cart,first_party"])]).await;
    let principals = json!({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals", "value": [{
        "id": "00000004-0000-4000-8000-000000000001", "appId": "00000003-0000-4000-8000-000000000001", "displayName": "Sync",
        "appOwnerOrganizationId": "99999999-9999-4999-8999-999999999999", "servicePrincipalType": "Application",
        "passwordCredentials": [{"keyId": "00000007-0000-4000-8000-000000000001", "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}]
    }]});
    let path = place.write(&[("servicePrincipals.json", principals.to_string())]);
    let (result, drift) = place.import(path, options()).await;
    assert!(result.changed);
    assert_eq!(drift.words.len(), 0, "a tenant that was never imported before has no past: {drift:?}");
    assert!(drift.first_seen >= 2 && drift.note.contains("not known before"), "and that is said: {drift:?}");
    let again = place.folder.path().join("export-2");
    let (_, unchanged) = place.import(again, options()).await;
    assert_eq!((unchanged.words.len(), unchanged.note.as_str()), (0, "Nothing changed, so there is no drift."));
}
