//! The inventory file: what its log proves, what its opening refuses, and that history stays.

use std::path::{Path, PathBuf};

use bulkhead::error::Told;
use bulkhead::model::id::EntityId;
use bulkhead::model::kinds::*;
use bulkhead::model::rows::*;
use bulkhead::store::cells::Value;
use bulkhead::store::draft::NewEntry;
use bulkhead::store::drift::Difference;
use bulkhead::store::edits::{AssertionChange, Seal};
use bulkhead::store::log::LogEntry;
use bulkhead::store::table::{self, StoredRow};
use bulkhead::store::{OpenMode, Store};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// Monday, 23 November 2026, noon.
const NOW: i64 = 1_795_435_200_000;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

async fn new_inventory(folder: &Path) -> (Store, PathBuf) {
    let path = folder.join("estate.bulkhead");
    (Store::create(&path, "anna", NOW).await.expect("a new inventory"), path)
}

fn entry(action: Action, as_of: Option<(i64, bool)>) -> NewEntry {
    NewEntry {
        at: NOW,
        actor: "anna".into(),
        action,
        reason: "test".into(),
        subject: "rows".into(),
        counts: Vec::new(),
        detail: serde_json::Map::new(),
        as_of,
    }
}

fn grant(client: u32, scope: u32) -> GrantRow {
    GrantRow {
        client: EntityId(client),
        scope: EntityId(scope),
        mode: GrantMode::Application,
        principal: EntityId::NONE,
        origin_kind: GrantOrigin::Assignment,
        narrowed: false,
        granted_at: NOW,
        expires_at: UNKNOWN_MS,
        held_by: 8,
        origin: Origin { file: 1, record: client },
    }
}

fn vendor(entity: u32, name: &str) -> VendorRow {
    VendorRow {
        entity: EntityId(entity),
        display_name: name.into(),
        contact: None,
        contract: None,
        held_by: 1,
        origin: Origin { file: 1, record: 1 },
    }
}

/// Three keys, two grants, one vendor: revision 2.
async fn fill(store: &Store) -> LogEntry {
    let mut draft = store.begin().await.expect("a draft");
    for (kind, key) in [(Kind::Client, "a"), (Kind::Scope, "b"), (Kind::Vendor, "v")] {
        draft
            .insert(&table::KEYS, &[Value::Int(kind.code()), Value::Int(1), Value::Int(1), Value::Int(1), Value::Text(key.into())])
            .await
            .expect("a key");
    }
    draft.insert(&table::GRANTS, &grant(1, 2).put()).await.expect("a grant");
    draft.insert(&table::VENDORS, &vendor(3, "Drift\n7:Drift").put()).await.expect("a vendor");
    draft.commit(entry(Action::Import, Some((NOW - 5, false)))).await.expect("revision 2")
}

async fn raw(path: &Path, sql: &'static str) {
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.expect("a connection");
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("the statement");
    connection.close().await.expect("closing");
}

fn told(error: &anyhow::Error) -> Told {
    let told = Told::of(error);
    assert_ne!(told.code, "BH-GEN-001", "an opening fault must have its own answer: {error:#}");
    told
}

#[tokio::test]
async fn rows_come_back_as_they_were_written_and_only_from_their_revision_on() {
    let folder = folder();
    let (store, _) = new_inventory(folder.path()).await;
    fill(&store).await;
    let rows = store.rows(2).await.expect("revision 2");
    assert_eq!(rows.grants, [grant(1, 2)]);
    assert_eq!(rows.vendors, [vendor(3, "Drift\n7:Drift")]);
    assert_eq!(rows.as_of, NOW - 5);
    assert!(!rows.as_of_assumed);
    assert_eq!(rows.first_seen, [(EntityId(1), 2)]);
    let before = store.rows(1).await.expect("revision 1");
    assert!(before.grants.is_empty() && before.vendors.is_empty() && before.keys.is_empty());
}

/// A closed row stays visible at the revisions that had it: that is what lets a pack show a past date.
#[tokio::test]
async fn a_changed_row_is_seen_old_before_and_new_after() {
    let folder = folder();
    let (store, _) = new_inventory(folder.path()).await;
    fill(&store).await;
    let mut draft = store.begin().await.expect("a draft");
    draft.close(&table::VENDORS, 1).await.expect("closing");
    draft.insert(&table::VENDORS, &vendor(3, "Drift Inc.").put()).await.expect("a vendor");
    draft.close(&table::GRANTS, 1).await.expect("closing");
    draft.commit(entry(Action::Import, None)).await.expect("revision 3");
    assert_eq!(store.rows(2).await.expect("2").vendors[0].display_name, "Drift\n7:Drift");
    let now = store.rows(3).await.expect("3");
    assert_eq!(now.vendors[0].display_name, "Drift Inc.");
    assert!(now.grants.is_empty());
    let drift = store.drift(2, 3).await.expect("drift");
    let lines: Vec<_> = drift.lines.iter().map(|line| (line.table, line.difference, line.entity.0, line.columns.clone())).collect();
    assert_eq!(lines, [("grants", Difference::Removed, 1, vec![]), ("vendors", Difference::Changed, 3, vec!["display_name"])]);
    assert!(store.verify_log().await.expect("a verdict").ok);
}

#[tokio::test]
async fn statements_are_one_revision_for_a_set_and_none_when_nothing_changes() {
    let folder = folder();
    let (store, _) = new_inventory(folder.path()).await;
    fill(&store).await;
    let change = |attribute: &str, value: Option<&str>| AssertionChange {
        subject: EntityId(1),
        attribute: attribute.into(),
        value: value.map(str::to_owned),
        review_at: None,
    };
    let made = store
        .assert(&[change("owner", Some("team-a")), change("environment", Some("prod"))], "bert", "known", NOW + 1)
        .await
        .expect("statements");
    assert_eq!((made.number, made.counts[0].added, made.actor.as_str()), (3, 2, "A-2"));
    let same = store.assert(&[change("owner", Some("team-a"))], "bert", "again", NOW + 2).await.expect("the same");
    assert_eq!(same.number, 3, "stating what is stated makes no revision");
    let withdrawn = store.assert(&[change("owner", None)], "bert", "gone", NOW + 3).await.expect("a withdrawal");
    assert_eq!((withdrawn.number, withdrawn.counts[0].removed), (4, 1));
    assert_eq!(store.rows(3).await.expect("3").assertions.len(), 2);
    assert_eq!(store.rows(4).await.expect("4").assertions.len(), 1);
    let missing = AssertionChange { subject: EntityId(99), attribute: "owner".into(), value: Some("x".into()), review_at: None };
    assert_eq!(told(&store.assert(&[missing], "bert", "", NOW).await.expect_err("no such subject")).code, "BH-INV-014");
    assert_eq!(store.head().await.expect("head"), 4, "a refused set leaves nothing behind");
}

#[tokio::test]
async fn undo_restores_and_refuses_what_others_rest_on() {
    let folder = folder();
    let (store, _) = new_inventory(folder.path()).await;
    fill(&store).await;
    let mut draft = store.begin().await.expect("a draft");
    draft.close(&table::VENDORS, 1).await.expect("closing");
    draft.insert(&table::VENDORS, &vendor(3, "Drift Inc.").put()).await.expect("a vendor");
    draft.insert(&table::GRANTS, &grant(1, 1).put()).await.expect("a grant");
    draft.commit(entry(Action::Import, None)).await.expect("revision 3");
    let refused = store.undo(2, "anna", "", NOW).await.expect_err("3 changed what 2 wrote");
    assert_eq!(told(&refused).code, "BH-INV-017");
    let undone = store.undo(3, "anna", "wrong file", NOW).await.expect("undo");
    assert_eq!(undone.number, 4);
    let (two, four) = (store.rows(2).await.expect("2"), store.rows(4).await.expect("4"));
    assert_eq!((two.vendors, two.grants), (four.vendors, four.grants));
    let sealed = store
        .seal(&Seal { revision: 4, label: "Q4".into(), sha256sums: "0".repeat(64), content_hash: "1".repeat(64) }, "anna", NOW)
        .await
        .expect("a seal");
    assert_eq!(told(&store.undo(sealed.number, "anna", "", NOW).await.expect_err("a seal stays")).code, "BH-INV-015");
    assert_eq!(told(&store.undo(1, "anna", "", NOW).await.expect_err("the first entry stays")).code, "BH-INV-015");
    let redone = store.undo(4, "anna", "it was right", NOW).await.expect("undoing the undo");
    assert_eq!(store.rows(redone.number).await.expect("6").vendors[0].display_name, "Drift Inc.");
    assert!(store.verify_log().await.expect("a verdict").ok);
}

/// Each kind of tampering that the log promises to find, and the one that it says it cannot.
#[tokio::test]
async fn the_log_finds_changed_entries_changed_rows_and_missing_entries() {
    let cases: [(&'static str, Option<i64>, &str); 9] = [
        ("update revisions set reason = 'tesT' where number = 2", Some(2), "Entry 2 was changed"),
        ("update revisions set at = at + 1 where number = 1", Some(1), "Entry 1 was changed"),
        ("delete from revisions where number = 2", Some(2), "Entry 2 is missing"),
        ("update grants set narrowed = 1 where id = 1", Some(2), "rows that revision 2"),
        ("update keys set natural_key = 'z' where id = 1", Some(2), "rows that revision 2"),
        ("update grants set until = 3 where id = 1", Some(3), "rows that revision 3"),
        ("delete from vendors", Some(2), "rows that revision 2"),
        ("update vendors set since = 9", Some(2), "rows that revision 2"),
        ("delete from revisions where number = 3; delete from assertions", None, ""),
    ];
    for (sql, broken, fault) in cases {
        let folder = folder();
        let (store, path) = new_inventory(folder.path()).await;
        fill(&store).await;
        let change = AssertionChange { subject: EntityId(1), attribute: "owner".into(), value: Some("x".into()), review_at: None };
        store.assert(&[change], "anna", "", NOW).await.expect("revision 3");
        assert!(store.verify_log().await.expect("a verdict").ok);
        store.close().await.expect("closing");
        raw(&path, sql).await;
        let (store, _) = Store::open(&path, OpenMode::ReadOnly).await.expect("opening");
        let verdict = store.verify_log().await.expect("a verdict");
        assert_eq!(verdict.first_broken, broken, "{sql}: {:?}", verdict.faults);
        assert!(verdict.faults.iter().any(|text| text.contains(fault)) || broken.is_none(), "{sql}: {:?}", verdict.faults);
        assert!(verdict.limits[0].contains("cut off at the end"));
    }
}

/// A wrong file is told from a damaged one, and in no case is a byte of the folder changed.
#[tokio::test]
async fn each_opening_fault_has_its_own_answer_and_touches_nothing() {
    let folder = folder();
    let (store, good) = new_inventory(folder.path()).await;
    store.close().await.expect("closing");
    let bytes = std::fs::read(&good).expect("the inventory");
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        bytes
    };
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("text", b"appId,name\n".repeat(50), "BH-INV-003"),
        ("empty", Vec::new(), "BH-INV-003"),
        ("other", with(&|b| b[68..72].copy_from_slice(&[0, 0, 0, 9])), "BH-INV-004"),
        ("newer", with(&|b| b[60..64].copy_from_slice(&[0, 0, 0, 99])), "BH-INV-005"),
        ("cut", with(&|b| b.truncate(5000)), "BH-INV-008"),
        ("torn", with(&|b| b[100..4096].fill(0xa5)), "BH-INV-008"),
    ];
    for (name, content, code) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, &content).expect("a file");
        for mode in [OpenMode::ReadOnly, OpenMode::ReadWrite] {
            let error = Store::open(&path, mode).await.map(|_| ()).expect_err(name);
            assert_eq!(told(&error).code, code, "{name} {mode:?}: {error:#}");
            assert_eq!(std::fs::read(&path).expect("the file"), content, "{name} {mode:?} was touched");
        }
    }
    let missing = Store::open(&folder.path().join("none"), OpenMode::ReadWrite).await.map(|_| ()).expect_err("no file");
    assert_eq!(told(&missing).code, "BH-INV-001");
    assert!(!folder.path().join("none").exists());
}

#[tokio::test]
async fn a_second_writer_waits_and_is_then_told_while_readers_go_on() {
    let folder = folder();
    let (store, path) = new_inventory(folder.path()).await;
    let started = std::time::Instant::now();
    let error = Store::open(&path, OpenMode::ReadWrite).await.map(|_| ()).expect_err("the lock is held");
    assert_eq!(told(&error).code, "BH-INV-007");
    assert!(started.elapsed() >= std::time::Duration::from_secs(5));
    let (reader, _) = Store::open(&path, OpenMode::ReadOnly).await.expect("reading is possible");
    assert_eq!(reader.head().await.expect("head"), 1);
    assert_eq!(told(&reader.begin().await.map(|_| ()).expect_err("reading only")).code, "BH-INV-013");
    store.close().await.expect("closing");
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_folder_is_told_and_can_still_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let (store, path) = new_inventory(folder.path()).await;
    fill(&store).await;
    store.close().await.expect("closing");
    assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600, "only the owner reads an inventory");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).expect("permissions");
    let error = Store::open(&path, OpenMode::ReadWrite).await.map(|_| ()).expect_err("read-only");
    let (reader, _) = Store::open(&path, OpenMode::ReadOnly).await.expect("reading");
    assert_eq!(reader.rows(2).await.expect("rows").grants.len(), 1);
    reader.close().await.expect("closing");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("permissions");
    assert_eq!(told(&error).code, "BH-INV-006");
}

/// A draft that is dropped (a cancelled job, a panic) leaves the inventory as it was.
#[tokio::test]
async fn a_dropped_draft_is_taken_back() {
    let folder = folder();
    let (store, _) = new_inventory(folder.path()).await;
    fill(&store).await;
    let before = store.rows(2).await.expect("rows");
    let mut draft = store.begin().await.expect("a draft");
    draft.close(&table::GRANTS, 1).await.expect("closing");
    for at in 0..2000 {
        draft
            .insert(&table::KEYS, &[Value::Int(2), Value::Int(1), Value::Int(1), Value::Int(1), Value::Text(format!("k{at}").into())])
            .await
            .expect("a key");
    }
    draft.sync().await.expect("written");
    drop(draft);
    let next = store.begin().await.expect("the next writer waits for the taking back");
    assert_eq!((next.number(), next.next_id(&table::KEYS)), (3, 4));
    next.abandon().await.expect("nothing to take back");
    let after = store.rows(2).await.expect("rows");
    assert_eq!((before.grants, before.keys), (after.grants, after.keys));
    assert!(store.verify_log().await.expect("a verdict").ok);
}

/// What a kill leaves behind: rows of a number that is not in the log, and closed rows; the next start mends both and says so.
#[tokio::test]
async fn an_unfinished_revision_is_taken_back_at_the_next_start() {
    let folder = folder();
    let (store, path) = new_inventory(folder.path()).await;
    fill(&store).await;
    store.close().await.expect("closing");
    raw(&path, "insert into meta values ('unfinished', '3'); update grants set until = 3 where id = 1; insert into keys values (4, 3, 2, 1, 1, 1, 'late'); insert into vendors values (2, 3, null, 4, 'late', null, null, 1, 1, 1)").await;
    let (reader, _) = Store::open(&path, OpenMode::ReadOnly).await.expect("reading");
    assert_eq!(reader.rows(2).await.expect("rows").grants.len(), 1, "what is unfinished is not seen");
    reader.close().await.expect("closing");
    let (store, recovery) = Store::open(&path, OpenMode::ReadWrite).await.expect("opening");
    assert_eq!((recovery.unfinished, recovery.rows_removed, recovery.rows_reopened), (Some(3), 2, 1));
    assert!(recovery.told().expect("a sentence").contains("revision 3"));
    assert!(store.verify_log().await.expect("a verdict").ok);
    assert_eq!(store.begin().await.expect("a draft").next_id(&table::KEYS), 4);
}

#[tokio::test]
async fn settings_are_kept_and_are_no_revision() {
    let folder = folder();
    let (store, path) = new_inventory(folder.path()).await;
    assert_eq!(store.setting("theme").await.expect("none"), None);
    store.set_setting("theme", "dark").await.expect("set");
    store.close().await.expect("closing");
    let (store, recovery) = Store::open(&path, OpenMode::ReadWrite).await.expect("opening");
    assert_eq!(store.setting("theme").await.expect("dark").as_deref(), Some("dark"));
    assert_eq!((store.head().await.expect("head"), recovery), (1, bulkhead::store::Recovery::default()));
}

/// A new form of the inventory comes after a copy of the old one, and a step that fails changes nothing (fault F3).
#[tokio::test]
async fn a_backup_is_made_before_each_migration() {
    use bulkhead::store::{connect, migrate};
    let folder = folder();
    let (store, path) = new_inventory(folder.path()).await;
    fill(&store).await;
    let hash = store.content_hash(2).await.expect("a hash");
    store.close().await.expect("closing");
    let first = migrate::STEPS[0];
    let mut connection = connect::connect(&path, OpenMode::ReadWrite).await.expect("a connection");
    let broken = migrate::migrate(
        &mut connection,
        &path,
        1,
        &[first, "create table more (id integer primary key) strict; create table more (id integer)"],
    )
    .await;
    assert!(broken.is_err());
    connection.close().await.expect("closing");
    let (store, _) = Store::open(&path, OpenMode::ReadWrite).await.expect("the old form still opens");
    assert_eq!(store.content_hash(2).await.expect("a hash"), hash);
    store.close().await.expect("closing");

    let mut connection = connect::connect(&path, OpenMode::ReadWrite).await.expect("a connection");
    let backups =
        migrate::migrate(&mut connection, &path, 1, &[first, "create table more (id integer primary key) strict"]).await.expect("a step");
    connection.close().await.expect("closing");
    let [backup] = backups.as_slice() else { panic!("one backup, not {backups:?}") };
    let (store, _) = Store::open(backup, OpenMode::ReadWrite).await.expect("the backup is an inventory");
    assert_eq!(store.content_hash(2).await.expect("a hash"), hash);
    assert!(store.verify_log().await.expect("a verdict").ok);
    store.close().await.expect("closing");
    let newer = Store::open(&path, OpenMode::ReadOnly).await.map(|_| ()).expect_err("the new form");
    assert_eq!(told(&newer).code, "BH-INV-005");
}
