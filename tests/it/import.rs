//! The import engine: what a set of files leaves in the inventory, and what it never does.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bulkhead::error::Told;
use bulkhead::model::kinds::*;
use bulkhead::model::rows::RevisionRows;
use bulkhead::store::{OpenMode, Store};
use bulkhead::work::import::{ImportOptions, Progress, Quiet, import};
use bulkhead::work::wire::{Equation, ImportResult};
use serde_json::{Value, json};

const NOW: i64 = 1_795_435_200_000;
const TENANT: &str = "11111111-1111-4111-8111-111111111111";

fn guid(group: u32, n: u32) -> String {
    format!("{group:08x}-0000-4000-8000-{n:012x}")
}

/// A small tenant as Graph answers it: clients that use the scopes and roles of a few APIs.
#[derive(Clone)]
struct Tenant {
    clients: Vec<u32>,
    apis: u32,
    grants_each: u32,
    name_suffix: &'static str,
}

impl Tenant {
    fn new(clients: u32) -> Self {
        Self { clients: (0..clients).collect(), apis: 3, grants_each: 2, name_suffix: "" }
    }

    fn principals(&self) -> Vec<Value> {
        let mut list: Vec<Value> = (0..self.apis)
            .map(|api| {
                json!({
                    "id": guid(2, api), "appId": guid(1, api), "displayName": format!("API {api}"), "accountEnabled": true,
                    "appOwnerOrganizationId": TENANT, "servicePrincipalType": "Application", "servicePrincipalNames": [guid(1, api)],
                    "appRoles": [{"id": guid(5, api), "value": format!("Orders.Read.All.{api}"), "displayName": "Read", "allowedMemberTypes": ["Application"], "isEnabled": true}],
                    "oauth2PermissionScopes": [{"id": guid(6, api), "value": format!("orders.read.{api}"), "isEnabled": true, "type": "User"}]
                })
            })
            .collect();
        list.extend(self.clients.iter().map(|n| {
            json!({
                "id": guid(4, *n), "appId": guid(3, *n), "displayName": format!("Client {n}{}", self.name_suffix), "accountEnabled": true,
                "appOwnerOrganizationId": TENANT, "servicePrincipalType": "Application", "appRoles": [], "oauth2PermissionScopes": [],
                "passwordCredentials": [{"keyId": guid(7, *n), "displayName": "main", "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2028-01-01T00:00:00Z", "secretText": format!("CANARY-SECRET-{n}")}]
            })
        }));
        list
    }

    fn assignments(&self) -> Vec<Value> {
        let mut list = Vec::new();
        for n in &self.clients {
            for g in 0..self.grants_each {
                let api = (n + g) % self.apis;
                list.push(json!({
                    "id": format!("a-{n}-{g}"), "appRoleId": guid(5, api), "principalId": guid(4, *n), "principalType": "ServicePrincipal",
                    "principalDisplayName": format!("Client {n}"), "resourceId": guid(2, api), "resourceDisplayName": format!("API {api}"),
                    "createdDateTime": "2026-02-03T04:05:06Z"
                }));
            }
        }
        list
    }

    fn consents(&self) -> Vec<Value> {
        self.clients
            .iter()
            .map(|n| {
                json!({
                    "id": format!("c-{n}"), "clientId": guid(4, *n), "consentType": if n % 2 == 0 { "AllPrincipals" } else { "Principal" },
                    "principalId": if n % 2 == 0 { Value::Null } else { json!(guid(8, *n)) }, "resourceId": guid(2, n % self.apis),
                    "scope": format!("orders.read.{} offline_access", n % self.apis)
                })
            })
            .collect()
    }

    fn write(&self, folder: &Path) {
        std::fs::create_dir_all(folder).expect("a folder");
        page(folder, "servicePrincipals", self.principals());
        page(folder, "oauth2PermissionGrants", self.consents());
        page(folder, "appRoleAssignments", self.assignments());
        page(folder, "organization", vec![json!({"id": TENANT, "displayName": "Contoso"})]);
    }
}

fn page(folder: &Path, list: &str, items: Vec<Value>) {
    let text = json!({"@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{list}"), "value": items}).to_string();
    std::fs::write(folder.join(format!("{list}.json")), text).expect("a page");
}

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
    fn exports(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    async fn import(&self, paths: &[PathBuf], options: ImportOptions) -> ImportResult {
        import(&self.store, paths, &options, Arc::new(Quiet)).await.expect("an import")
    }
    async fn rows(&self) -> RevisionRows {
        self.store.rows(self.store.head().await.expect("head")).await.expect("rows")
    }
}

fn options() -> ImportOptions {
    ImportOptions { actor: "anna".into(), now: NOW, ..ImportOptions::default() }
}

fn full() -> ImportOptions {
    ImportOptions { completeness: Some(Completeness::Full), ..options() }
}

fn holds(equation: &Equation) -> bool {
    equation.read == equation.accepted + equation.merged + equation.rejected + equation.ignored
}

/// Everything that a revision says, by names instead of ids and without where it was read, sorted: equal for equal content.
fn content(rows: &RevisionRows) -> Vec<String> {
    let key = |id: bulkhead::model::id::EntityId| {
        rows.keys
            .iter()
            .find(|key| key.id == id)
            .map_or("-".to_owned(), |key| format!("{}:{}", key.kind, key.natural_key.to_ascii_lowercase()))
    };
    let mut lines = Vec::new();
    for row in &rows.clients {
        lines.push(format!(
            "{} {} {} {} {} {:?} {}",
            key(row.entity),
            row.display_name,
            row.state,
            row.enabled,
            row.kind,
            row.owner_tenant,
            row.held_by
        ));
    }
    for row in &rows.credentials {
        lines.push(format!("{} of {} {} {:?} {:?}", key(row.entity), key(row.client), row.kind, row.expires_at, row.created_at));
    }
    for row in &rows.audiences {
        lines.push(format!("{} {} {} client {}", key(row.entity), row.display_name, row.state, key(row.client)));
    }
    for row in &rows.scopes {
        lines.push(format!("{} at {} {} {} {}", key(row.entity), key(row.audience), row.kind, row.value, row.state));
    }
    for row in &rows.grants {
        lines.push(format!(
            "grant {} {} {} {} {} {}",
            key(row.client),
            key(row.scope),
            row.mode,
            key(row.principal),
            row.granted_at,
            row.held_by
        ));
    }
    for row in &rows.principals {
        lines.push(format!("{} {} {} {}", key(row.entity), row.kind, row.display_name, row.held_by));
    }
    for row in &rows.identifiers {
        lines.push(format!("name {} {} {}", key(row.entity), row.scheme, row.value));
    }
    lines.sort();
    lines
}

#[tokio::test]
async fn a_first_import_finds_who_is_who_across_files() {
    let place = Place::new().await;
    Tenant::new(10).write(&place.exports("e"));
    let result = place.import(&[place.exports("e")], options()).await;
    assert!(result.changed && holds(&result.totals) && result.files.iter().all(|file| holds(&file.equation)), "{result:?}");
    assert_eq!(result.totals, Equation { read: 13 + 10 + 20 + 1, accepted: 44, merged: 0, rejected: 0, ignored: 0 });
    let rows = place.rows().await;
    // 10 clients and 3 APIs, whose service principals are clients too (decision D24).
    assert_eq!(rows.clients.len(), 13);
    assert!(rows.clients.iter().all(|row| row.state == RowState::Observed));
    assert_eq!(rows.credentials.len(), 10);
    assert_eq!(rows.grants.iter().filter(|row| row.mode == GrantMode::Application).count(), 20);
    assert_eq!(rows.grants.iter().filter(|row| row.mode == GrantMode::DelegatedAll).count(), 10, "two scopes for each of five clients");
    let api = rows.audiences.iter().find(|row| row.display_name == "API 1").expect("the API");
    assert_eq!(api.state, RowState::Observed);
    let client = rows.keys.iter().find(|key| key.id == api.client).expect("its client");
    assert_eq!((client.kind, client.natural_key.as_str()), (Kind::Client, guid(1, 1).as_str()));
    assert_eq!(rows.instances.iter().map(|row| (row.name.as_str(), row.assumed)).collect::<Vec<_>>(), [(TENANT, false)]);
    // `offline_access` is at no file's API list: a scope that is only named.
    assert!(rows.scopes.iter().any(|row| row.value == "offline_access" && row.state == RowState::Unresolved));
    assert!(place.store.verify_log().await.expect("a verdict").ok);
}

/// The same files again: no row, one entry. That is what makes importing every day cheap and history readable.
#[tokio::test]
async fn importing_the_same_files_again_writes_no_row() {
    let place = Place::new().await;
    Tenant::new(10).write(&place.exports("e"));
    for options in [options(), full()] {
        let first = place.import(&[place.exports("e")], options.clone()).await;
        let before = place.rows().await;
        let again = place.import(&[place.exports("e")], options).await;
        assert!(!again.changed, "{:?}", again.changes);
        // The files are not even read again, so what is told of them must be what was told.
        assert_eq!((again.totals, again.orphans), (first.totals, first.orphans));
        assert_eq!(serde_json::to_value(&again.files).expect("files"), serde_json::to_value(&first.files).expect("files"));
        let after = place.rows().await;
        assert_eq!(after.grants, before.grants);
        assert_eq!(after.clients, before.clients, "also where a row was read stays");
        let drift = place.store.drift(before.revision, after.revision).await.expect("drift");
        assert_eq!(drift.lines, []);
    }
    assert_eq!(place.store.head().await.expect("head"), 5);
    // After an undo the same files do say something new.
    place.store.undo(2, "anna", "", NOW).await.expect("an undo");
    assert!(place.rows().await.grants.is_empty());
    assert!(place.import(&[place.exports("e")], full()).await.changed);
    assert_eq!(place.rows().await.grants.len(), 40);
    assert!(place.store.verify_log().await.expect("a verdict").ok);
}

#[tokio::test]
async fn the_order_of_files_and_rows_does_not_matter() {
    let one = Place::new().await;
    let two = Place::new().await;
    let tenant = Tenant::new(12);
    tenant.write(&one.exports("e"));
    let folder = two.exports("e");
    tenant.write(&folder);
    // Other bytes, so another order of files; other rows first; one page split in two.
    let mut principals = tenant.principals();
    principals.reverse();
    let rest = principals.split_off(5);
    page(&folder, "servicePrincipals", principals);
    std::fs::write(
        folder.join("more.json"),
        json!({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals", "value": rest}).to_string(),
    )
    .expect("a page");
    let mut assignments = tenant.assignments();
    assignments.reverse();
    page(&folder, "appRoleAssignments", assignments);
    one.import(&[one.exports("e")], options()).await;
    two.import(&[folder], options()).await;
    assert_eq!(content(&one.rows().await), content(&two.rows().await));
    let hash = one.store.content_hash(2).await.expect("a hash");
    assert_eq!(hash, two.store.content_hash(2).await.expect("a hash"));
    // The hash must also tell different content apart.
    Tenant { name_suffix: "!", ..Tenant::new(12) }.write(&two.exports("changed"));
    two.import(&[two.exports("changed")], options()).await;
    assert_ne!(hash, two.store.content_hash(3).await.expect("a hash"));
}

#[tokio::test]
async fn a_grown_shrunk_and_changed_export_gives_the_right_differences() {
    let place = Place::new().await;
    Tenant::new(10).write(&place.exports("e"));
    place.import(&[place.exports("e")], full()).await;
    // One client less, one more, all renamed.
    let changed = Tenant { clients: (1..11).collect(), name_suffix: "!", ..Tenant::new(0) };
    changed.write(&place.exports("f"));
    let result = place.import(&[place.exports("f")], full()).await;
    let of =
        |kind: &str| result.changes.iter().find(|change| change.kind == kind).map(|change| (change.added, change.removed, change.changed));
    assert_eq!(of("client"), Some((1, 1, 9)), "{:?}", result.changes);
    assert_eq!(of("credential"), Some((1, 1, 0)));
    let rows = place.rows().await;
    let gone = rows.keys.iter().find(|key| key.natural_key == guid(3, 0));
    assert!(gone.is_none_or(|key| rows.clients.iter().all(|row| row.entity != key.id)));
    // What a fresh inventory would say of the newer files is what this one says now.
    let fresh = Place::new().await;
    changed.write(&fresh.exports("f"));
    fresh.import(&[fresh.exports("f")], full()).await;
    let grants = |rows: &RevisionRows| content(rows).into_iter().filter(|line| line.starts_with("grant")).collect::<Vec<_>>();
    assert_eq!(grants(&rows), grants(&fresh.rows().await));
    // History is kept: the first import still shows the client.
    assert_eq!(place.store.rows(2).await.expect("2").clients.len(), 13);
}

/// Only a complete list may remove: a partial export that lacks a client says nothing about it (decision D10).
#[tokio::test]
async fn a_partial_import_never_removes() {
    let place = Place::new().await;
    Tenant::new(10).write(&place.exports("e"));
    place.import(&[place.exports("e")], full()).await;
    Tenant::new(4).write(&place.exports("f"));
    for completeness in [Some(Completeness::Partial), Some(Completeness::Unknown)] {
        let result = place.import(&[place.exports("f")], ImportOptions { completeness, ..options() }).await;
        assert!(result.changes.iter().all(|change| change.removed == 0), "{:?}", result.changes);
        assert_eq!(place.rows().await.clients.len(), 13);
    }
}

/// A reference to what no file holds is kept, and absorbed when a later file says what it was (decision D7).
#[tokio::test]
async fn placeholders_are_kept_and_absorbed_when_they_are_described() {
    let place = Place::new().await;
    let tenant = Tenant::new(6);
    let only = place.exports("grants");
    std::fs::create_dir_all(&only).expect("a folder");
    page(&only, "appRoleAssignments", tenant.assignments());
    let result = place.import(&[only], options()).await;
    assert!(result.orphans > 0);
    let before = place.rows().await;
    assert_eq!(before.clients.len(), 6);
    assert!(before.clients.iter().all(|row| row.state == RowState::Unresolved && row.held_by == 0));
    assert!(before.keys.iter().filter(|key| key.kind == Kind::Client).all(|key| key.natural_key.starts_with("object_id:")));
    assert_eq!(before.grants.len(), 12, "no grant is lost because its ends are unknown");

    tenant.write(&place.exports("e"));
    place.import(&[place.exports("e")], options()).await;
    let fresh = Place::new().await;
    tenant.write(&fresh.exports("e"));
    fresh.import(&[fresh.exports("e")], options()).await;
    assert_eq!(content(&place.rows().await), content(&fresh.rows().await), "nothing of the placeholders is left");
    assert!(place.store.verify_log().await.expect("a verdict").ok);
}

#[tokio::test]
async fn a_record_that_two_files_hold_is_merged_and_one_file_twice_is_read_once() {
    let place = Place::new().await;
    let tenant = Tenant::new(5);
    tenant.write(&place.exports("e"));
    let folder = place.exports("e");
    std::fs::copy(folder.join("organization.json"), folder.join("copy.json")).expect("a copy");
    page(&place.exports("e"), "servicePrincipals", tenant.principals());
    std::fs::write(
        folder.join("again.json"),
        json!({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals", "value": tenant.principals()[..4]})
            .to_string(),
    )
    .expect("a page");
    let result = place.import(&[folder.clone(), folder.join("organization.json")], options()).await;
    assert_eq!(result.files.len(), 5, "the copy is the same file");
    assert_eq!((result.totals.read, result.totals.merged), (8 + 4 + 5 + 10 + 1, 4));
    assert!(holds(&result.totals));
}

/// A file with a syntax error stores nothing, and a record that another file holds too is not lost with it (decision D20).
#[tokio::test]
async fn a_broken_file_is_refused_whole_and_the_others_are_imported() {
    let place = Place::new().await;
    let tenant = Tenant::new(5);
    let folder = place.exports("e");
    tenant.write(&folder);
    let text = std::fs::read_to_string(folder.join("servicePrincipals.json")).expect("the page");
    std::fs::write(folder.join("cut.json"), &text[..text.len() - 40]).expect("a cut page");
    let result = place.import(std::slice::from_ref(&folder), options()).await;
    let cut = result.files.iter().find(|file| file.name == "cut.json").expect("the cut file is told");
    assert_eq!(cut.equation, Equation::default());
    assert!(!cut.warnings.is_empty());
    assert_eq!(place.rows().await.clients.len(), 8);
    let only = place.exports("only");
    std::fs::create_dir_all(&only).expect("a folder");
    std::fs::copy(folder.join("cut.json"), only.join("cut.json")).expect("a copy");
    let head = place.store.head().await.expect("head");
    let error = import(&place.store, &[only], &options(), Arc::new(Quiet)).await.expect_err("nothing could be imported");
    assert_eq!(Told::of(&error).code, "BH-IMP-005");
    assert_eq!(place.store.head().await.expect("head"), head);
}

/// No secret of an export is anywhere in the folder of the inventory, also while the import runs (INV-01).
#[tokio::test]
async fn no_secret_reaches_the_disk() {
    let place = Place::new().await;
    Tenant::new(20).write(&place.exports("e"));
    let result = place.import(&[place.exports("e")], options()).await;
    assert!(result.files.iter().any(|file| file.secrets_dropped > 0));
    for entry in std::fs::read_dir(place.folder.path()).expect("the folder").flatten() {
        if entry.path().is_file() {
            let bytes = std::fs::read(entry.path()).expect("a file");
            assert!(!bytes.windows(13).any(|window| window == b"CANARY-SECRET"), "{}", entry.path().display());
        }
    }
}

/// Stops at the n-th question.
struct StopAfter(AtomicU64);

impl Progress for StopAfter {
    fn phase(&self, _: u32, _: u32, _: &str) {}
    fn advance(&self, _: u64, _: Option<u64>) {}
    fn cancelled(&self) -> bool {
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(1))) == Ok(0)
    }
}

#[tokio::test]
async fn a_cancel_at_any_point_leaves_the_inventory_as_it_was() {
    let place = Place::new().await;
    Tenant::new(30).write(&place.exports("e"));
    place.import(&[place.exports("e")], full()).await;
    let before = content(&place.rows().await);
    Tenant { clients: (10..40).collect(), name_suffix: "?", ..Tenant::new(0) }.write(&place.exports("f"));
    let mut cancelled = 0;
    for after in 0.. {
        let progress = Arc::new(StopAfter(AtomicU64::new(after)));
        match import(&place.store, &[place.exports("f")], &full(), progress).await {
            Ok(_) => break,
            Err(error) => {
                assert_eq!(Told::of(&error).trouble, bulkhead::error::Trouble::Cancelled, "{error:#}");
                cancelled += 1;
                assert_eq!(place.store.head().await.expect("head"), 2);
                assert_eq!(content(&place.rows().await), before);
                assert!(place.store.verify_log().await.expect("a verdict").ok);
            }
        }
    }
    assert!(cancelled > 10, "only {cancelled} points were tried");
    assert_eq!(place.store.head().await.expect("head"), 3);
    let left: Vec<_> = std::fs::read_dir(place.folder.path())
        .expect("the folder")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().contains("spool"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let path = place.store.path().to_owned();
    place.store.close().await.expect("closing");
    let (_, recovery) = Store::open(&path, OpenMode::ReadWrite).await.expect("opening");
    assert_eq!(recovery.unfinished, None);
}

/// Says where it is by a file and waits there to be killed.
struct StopAt {
    point: u64,
    calls: AtomicU64,
}

impl StopAt {
    fn call(&self) {
        if self.calls.fetch_add(1, Ordering::SeqCst) == self.point {
            std::fs::write("reached", "").expect("the mark");
            loop {
                std::thread::park();
            }
        }
    }
}

impl Progress for StopAt {
    fn phase(&self, _: u32, _: u32, _: &str) {
        self.call();
    }
    fn advance(&self, _: u64, _: Option<u64>) {
        self.call();
    }
    fn cancelled(&self) -> bool {
        false
    }
}

/// Not a test of its own: the process that `a_kill_at_any_point...` starts in a folder with a file `point` and kills.
#[tokio::test]
async fn child_that_imports_until_it_is_killed() {
    let Ok(point) = std::fs::read_to_string("point") else { return };
    let (store, _) = Store::open(Path::new("i.bulkhead"), OpenMode::ReadWrite).await.expect("the inventory");
    let progress = StopAt { point: point.trim().parse().expect("a number"), calls: AtomicU64::new(0) };
    import(&store, &[PathBuf::from("f")], &full(), Arc::new(progress)).await.expect("an import");
    store.close().await.expect("closing");
    std::fs::write("finished", "").expect("the mark");
}

/// Starts the child and kills it once it reached its point, or after `at_most`. True when it ended by itself.
fn run_and_kill(folder: &Path, point: u64, at_most: std::time::Duration) -> bool {
    for mark in ["reached", "finished"] {
        let _ = std::fs::remove_file(folder.join(mark));
    }
    std::fs::write(folder.join("point"), point.to_string()).expect("the point");
    let mut child = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "import::child_that_imports_until_it_is_killed"])
        .current_dir(folder)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("a child");
    let started = std::time::Instant::now();
    while !folder.join("reached").exists() && child.try_wait().expect("the child").is_none() && started.elapsed() < at_most {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let _ = child.kill();
    child.wait().expect("the child");
    folder.join("finished").exists()
}

/// A kill at each point of an import, and at times that nobody chose, leaves no trace but a told recovery (fault F1).
#[tokio::test]
async fn a_kill_at_any_point_leaves_the_inventory_as_it_was() {
    use std::time::Duration;
    let place = Place::new().await;
    Tenant::new(300).write(&place.exports("e"));
    place.import(&[place.exports("e")], full()).await;
    let hash = place.store.content_hash(2).await.expect("a hash");
    Tenant { clients: (100..420).collect(), name_suffix: "?", ..Tenant::new(0) }.write(&place.exports("f"));
    let Place { folder, store } = place;
    store.close().await.expect("closing");
    let path = folder.path().join("i.bulkhead");
    let check = async || {
        let (store, recovery) = Store::open(&path, OpenMode::ReadWrite).await.expect("opening after a kill");
        assert_eq!(store.head().await.expect("head"), 2);
        assert_eq!(store.content_hash(2).await.expect("a hash"), hash);
        let verdict = store.verify_log().await.expect("a verdict");
        assert!(verdict.ok, "{:?}", verdict.faults);
        let left: Vec<_> = std::fs::read_dir(folder.path())
            .expect("the folder")
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().contains("spool"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        store.close().await.expect("closing");
        recovery
    };
    let mut told = 0;
    let mut points = 0;
    // The last call to the progress comes after the commit, so the run before it is the last that can be undone.
    let committed = async || {
        let (store, _) = Store::open(&path, OpenMode::ReadOnly).await.expect("reading");
        let head = store.head().await.expect("head");
        store.close().await.expect("closing");
        head == 3
    };
    while !run_and_kill(folder.path(), points, Duration::from_secs(60)) {
        if committed().await {
            break;
        }
        told += u32::from(check().await.unfinished.is_some());
        points += 1;
        for millis in [points * 7 % 40, 30 + points * 11 % 60] {
            if points.is_multiple_of(4) {
                let before = std::fs::read(&path).expect("the inventory");
                run_and_kill(folder.path(), u64::MAX, Duration::from_millis(millis));
                // On a fast machine an import can be through before it is killed; then the file is put back as it was.
                if committed().await {
                    for beside in ["-wal", "-shm"] {
                        let _ = std::fs::remove_file(folder.path().join(format!("i.bulkhead{beside}")));
                    }
                    std::fs::write(&path, before).expect("putting it back");
                }
                check().await;
            }
        }
    }
    assert!(points > 10, "only {points} points");
    assert!(told > 5, "only {told} kills left something to take back");
}

/// Two tenants in one inventory, one after the other: what does not say where it belongs follows what the files say.
#[tokio::test]
async fn another_tenant_is_another_instance_and_a_found_name_replaces_an_assumed_one() {
    let place = Place::new().await;
    let tenant = Tenant::new(3);
    let unnamed = place.exports("unnamed");
    tenant.write(&unnamed);
    std::fs::remove_file(unnamed.join("organization.json")).expect("removing");
    place.import(&[unnamed], options()).await;
    let names = |rows: &RevisionRows| rows.instances.iter().map(|row| (row.name.clone(), row.assumed)).collect::<Vec<_>>();
    assert_eq!(names(&place.rows().await), [("default".to_owned(), true)]);
    tenant.write(&place.exports("named"));
    let result = place.import(&[place.exports("named")], options()).await;
    assert!(!result.changed, "the same things, only the name of their instance is known now: {:?}", result.changes);
    assert_eq!(names(&place.rows().await), [(TENANT.to_owned(), false)]);
    let other = place.exports("other");
    tenant.write(&other);
    let second = guid(0x2222, 2);
    page(&other, "organization", vec![json!({"id": second, "displayName": "Fabrikam"})]);
    let result = place.import(&[other], options()).await;
    assert_eq!(result.changes.iter().find(|change| change.kind == "client").map(|change| change.added), Some(6), "{:?}", result.changes);
    assert_eq!(names(&place.rows().await), [(TENANT.to_owned(), false), (second, false)]);
    assert!(place.store.verify_log().await.expect("a verdict").ok);
}

/// An export that looks complete but lacks most of what is known is more likely a filtered one than a purge (decision D10).
#[tokio::test]
async fn a_list_that_would_remove_most_of_what_is_known_is_not_believed_unless_the_user_says_so() {
    let place = Place::new().await;
    Tenant::new(300).write(&place.exports("e"));
    place.import(&[place.exports("e")], options()).await;
    Tenant::new(100).write(&place.exports("few"));
    let doubted = place.import(&[place.exports("few")], options()).await;
    assert!(doubted.changes.iter().all(|change| change.removed == 0), "{:?}", doubted.changes);
    assert!(doubted.files.iter().flat_map(|file| &file.warnings).any(|problem| problem.code == "BH-IMP-021"));
    assert_eq!(place.rows().await.clients.len(), 303);
    assert!(place.store.verify_log().await.expect("a verdict").ok, "what was taken back leaves no trace");

    Tenant::new(250).write(&place.exports("fewer"));
    let fewer = place.import(&[place.exports("fewer")], options()).await;
    let removed = |result: &ImportResult| result.changes.iter().find(|change| change.kind == "client").map_or(0, |change| change.removed);
    assert_eq!(removed(&fewer), 50, "a list that is proved complete removes what it lacks: {:?}", fewer.changes);
    let said = place.import(&[place.exports("few")], full()).await;
    assert_eq!(removed(&said), 150);
    let undone = place.store.undo(said.revision, "anna", "wrong filter", NOW).await.expect("an import can be undone");
    assert_eq!(
        place.store.content_hash(undone.number).await.expect("a hash"),
        place.store.content_hash(fewer.revision).await.expect("a hash")
    );
}

/// The time of the data is what the files or the user say, not when somebody imported them (decision D23).
#[tokio::test]
async fn the_as_of_time_is_stated_or_marked_assumed() {
    let place = Place::new().await;
    Tenant::new(2).write(&place.exports("e"));
    place.import(&[place.exports("e")], options()).await;
    let rows = place.rows().await;
    assert_eq!((rows.as_of, rows.as_of_assumed), (NOW, true));
    let later = NOW + 86_400_000;
    place.import(&[place.exports("e")], ImportOptions { as_of: Some(later), now: later + 5, ..options() }).await;
    let rows = place.rows().await;
    assert_eq!((rows.as_of, rows.as_of_assumed), (later, false));
    // An older export that is imported later does not turn the time back.
    place.import(&[place.exports("e")], ImportOptions { as_of: Some(NOW - 5), now: later + 9, ..options() }).await;
    assert_eq!(place.rows().await.as_of, later);
}

/// A compressed export is the same export.
#[tokio::test]
async fn gzip_is_opened_and_a_broken_archive_is_refused() {
    use std::io::Write;
    let place = Place::new().await;
    let folder = place.exports("e");
    Tenant::new(4).write(&folder);
    let plain = std::fs::read(folder.join("servicePrincipals.json")).expect("the page");
    std::fs::remove_file(folder.join("servicePrincipals.json")).expect("removing");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&plain).expect("packing");
    let packed = encoder.finish().expect("packing");
    std::fs::write(folder.join("servicePrincipals.json.gz"), &packed).expect("the archive");
    std::fs::write(folder.join("broken.json.gz"), &packed[..packed.len() / 2]).expect("a broken archive");
    let result = place.import(&[folder], options()).await;
    let broken = result.files.iter().find(|file| file.name == "broken.json.gz").expect("told");
    assert_eq!(broken.equation, Equation::default());
    assert!(broken.warnings.iter().any(|problem| problem.severity == bulkhead::model::facts::ProblemSeverity::Refused), "{broken:?}");
    assert_eq!(place.rows().await.clients.len(), 7);
}
