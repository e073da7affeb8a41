//! Packs: same inventory, same bytes; checked by OpenSSL and sha256sum as an auditor would; every change is found and named.

mod tamper;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use bulkhead::audit::verify::{Verdict, verify};
use bulkhead::audit::writer::comment_head;
use bulkhead::audit::{EVENTS, HEAD, MANIFEST, SIGNATURE, SIGNER, SUMS};
use bulkhead::error::Told;
use bulkhead::model::id::hex;
use bulkhead::model::kinds::Action;
use bulkhead::store::edits::AssertionChange;
use bulkhead::store::{OpenMode, Store};
use bulkhead::work::answers::Answers;
use bulkhead::work::import::{ImportOptions, Quiet, import};
use bulkhead::work::jobs::Jobs;
use bulkhead::work::wire::PackResult;
use bulkhead::work::{demo, pack, signing_key, statements};
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const DAY: i64 = 86_400_000;
const NOW: i64 = demo::DEMO_AS_OF_MS + DAY;
const PASSPHRASE: &str = "correct horse battery";

/// The demo's inventory, imported once for all tests, and one signed internal and one unsigned auditor pack of it.
struct Demo {
    folder: tempfile::TempDir,
    signed: Vec<u8>,
    unsigned: Vec<u8>,
    fingerprint: String,
}

impl Demo {
    fn inventory(&self) -> PathBuf {
        self.folder.path().join("demo.inventory")
    }

    /// A copy of the inventory before any pack, in a folder of its own.
    fn copy(&self) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("copy.inventory");
        std::fs::copy(self.inventory(), &path).expect("copies");
        (folder, path)
    }
}

fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        // Tests run in runtimes of their own; this one must not nest in theirs.
        std::thread::spawn(|| tokio::runtime::Runtime::new().expect("runtime").block_on(make())).join().expect("the demo can be packed")
    })
}

async fn make() -> Demo {
    let folder = tempfile::tempdir().expect("temporary folder");
    let files = folder.path().join("files");
    demo::write(&files).expect("writes the demo");
    let path = folder.path().join("demo.inventory");
    let store = Store::create(&path, "auditor-test", NOW).await.expect("creates");
    let options = ImportOptions {
        mappings: demo::mappings().expect("profiles"),
        as_of: Some(demo::DEMO_AS_OF_MS),
        actor: "tester".to_owned(),
        now: NOW,
        ..ImportOptions::default()
    };
    import(&store, &[files], &options, Arc::new(Quiet)).await.expect("imports");
    store.close().await.expect("closes");
    let public = signing_key::new(folder.path(), PASSPHRASE).expect("makes a key");
    let mut demo = Demo { folder, signed: Vec::new(), unsigned: Vec::new(), fingerprint: public.fingerprint };
    let (packs, inventory) = demo.copy();
    let store = open(&inventory).await;
    let out = packs.path().join("signed.zip");
    build(&store, &out, pack::Profile::Internal, Some(demo.folder.path())).await.expect("builds");
    demo.signed = std::fs::read(&out).expect("reads");
    let out = packs.path().join("unsigned.zip");
    build(&store, &out, pack::Profile::Auditor, None).await.expect("builds");
    demo.unsigned = std::fs::read(&out).expect("reads");
    store.close().await.expect("closes");
    demo
}

async fn open(path: &Path) -> Store {
    Store::open(path, OpenMode::ReadWrite).await.expect("opens").0
}

async fn build(store: &Store, out: &Path, profile: pack::Profile, key: Option<&Path>) -> anyhow::Result<PackResult> {
    let key = key.map(|dir| signing_key::open(dir, PASSPHRASE).expect("opens the key"));
    let order = pack::Order { out, profile, key: key.as_ref(), actor: "tester", now: NOW + DAY };
    pack::build(store, &order, &Jobs::default().start("pack", "Build")).await
}

fn members(pack: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(pack)).expect("a pack is a ZIP");
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).expect("a member");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("unpacks");
            (entry.name().to_owned(), bytes)
        })
        .collect()
}

/// Packs members anew and seals the container as somebody would who knows the form.
fn repack(members: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("adds");
        zip.write_all(bytes).expect("writes");
    }
    zip.set_comment(format!("{}{}", comment_head(), "0".repeat(64)));
    let mut bytes = zip.finish().expect("finishes").into_inner();
    let seal_at = bytes.len() - 64;
    let seal = hex(&Sha256::digest(&bytes[..seal_at]));
    bytes.truncate(seal_at);
    bytes.extend_from_slice(seal.as_bytes());
    bytes
}

fn check(pack: &[u8]) -> Verdict {
    verify(Cursor::new(pack), None).expect("a damaged pack is a verdict, not an error")
}

fn names(verdict: &Verdict, member: &str) -> bool {
    verdict.checks.iter().any(|check| check.holds == Some(false) && (check.what == member || check.found.contains(member)))
}

fn csv_cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).expect("CSV starts with a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
}

/// A statement about an audience that the demo has.
async fn state(store: &Store, field: &str, value: &str, at: i64) {
    let head = store.head().await.expect("head");
    let answers = Answers::of_store(store, head, None).await.expect("answers");
    let change: AssertionChange = statements::by_name(&answers, "payment", field, value).expect("payment is an audience");
    store.assert(&[change], "tester", "told by the data owner", at).await.expect("states");
}

#[tokio::test]
async fn the_same_inventory_gives_the_same_bytes() {
    let mut packs = Vec::new();
    for name in ["a.zip", "b.zip"] {
        let (folder, path) = demo().copy();
        let store = open(&path).await;
        let out = folder.path().join(name);
        let result = build(&store, &out, pack::Profile::Internal, Some(demo().folder.path())).await.expect("builds");
        let bytes = std::fs::read(&out).expect("reads");
        assert_eq!(result.sha256, hex(&Sha256::digest(&bytes)), "the answer names the file's own hash");
        packs.push(bytes);
    }
    assert!(packs[0] == packs[1], "a pack depends on the revision only: no time, user or path enters it");
    assert!(packs[0] == demo().signed, "nor what was packed before");
}

/// The steps of VERIFY.md, by other people's programs.
#[test]
fn openssl_and_sha256sum_agree() {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (name, bytes) in members(&demo().signed) {
        let path = folder.path().join(&name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes the folder");
        std::fs::write(path, bytes).expect("writes");
    }
    let run = |program: &str, args: &[&str]| match Command::new(program).args(args).current_dir(folder.path()).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: pack::openssl_and_sha256sum_agree: {program} is not installed");
            None
        }
        output => Some(output.expect("runs")),
    };
    let signature = ["pkeyutl", "-verify", "-pubin", "-inkey", SIGNER, "-rawin", "-in", SUMS, "-sigfile", SIGNATURE];
    if let Some(output) = run("sha256sum", &["-c", "--strict", SUMS]) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let lines = String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.ends_with(": OK")).count();
        assert_eq!(lines, members(&demo().signed).len() - 2, "all but the sums and their signature are listed");
    }
    if let Some(output) = run("openssl", &signature) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let der = run("openssl", &["pkey", "-pubin", "-in", SIGNER, "-outform", "DER"]).expect("is there").stdout;
        assert_eq!(hex(&Sha256::digest(&der)), demo().fingerprint, "the fingerprint is the one that VERIFY.md computes");
        let sums = folder.path().join(SUMS);
        let changed = std::fs::read_to_string(&sums).expect("reads").replacen('a', "b", 1);
        std::fs::write(&sums, changed).expect("writes");
        assert!(!run("openssl", &signature).expect("is there").status.success(), "a changed list does not fit the signature");
    }
}

#[test]
fn whole_packs_say_what_they_are() {
    let signed = check(&demo().signed);
    assert_eq!(signed.word(), "intact and signed", "{:?}", signed.checks);
    assert_eq!(signed.signer.as_deref(), Some(demo().fingerprint.as_str()));
    let unsigned = check(&demo().unsigned);
    assert_eq!(unsigned.word(), "intact, unsigned");
    assert!(unsigned.checks.iter().any(|check| check.what == "Signature" && check.found.starts_with("unsigned")));

    let with = |pack: &[u8], signer: &str| verify(Cursor::new(pack.to_vec()), Some(signer)).expect("a verdict").word();
    assert_eq!(with(&demo().signed, &demo().fingerprint.to_uppercase()), "intact and signed");
    assert_eq!(with(&demo().signed, &"0".repeat(64)), "damaged", "another key than the expected one");
    assert_eq!(with(&demo().unsigned, &demo().fingerprint), "damaged", "a signature was expected and is not there");
}

#[tokio::test]
async fn a_wrong_passphrase_and_a_taken_name_are_refused() {
    let code = |error: anyhow::Error| error.downcast::<Told>().expect("a told error").code;
    let error = signing_key::open(demo().folder.path(), "correct horse batterz").err().expect("is refused");
    assert_eq!(code(error), "BH-KEY-004");
    let (folder, path) = demo().copy();
    let store = open(&path).await;
    let out = folder.path().join("taken.zip");
    std::fs::write(&out, b"mine").expect("writes");
    let head = store.head().await.expect("head");
    assert_eq!(code(build(&store, &out, pack::Profile::Auditor, None).await.expect_err("is refused")), "BH-PAK-001");
    assert_eq!(std::fs::read(&out).expect("reads"), b"mine");
    assert_eq!(store.head().await.expect("head"), head, "nothing is sealed");

    let jobs = Jobs::default();
    let job = jobs.start("pack", "Build");
    jobs.cancel("job-1");
    let out = folder.path().join("cancelled.zip");
    let order = pack::Order { out: &out, profile: pack::Profile::Auditor, key: None, actor: "tester", now: NOW };
    assert_eq!(code(pack::build(&store, &order, &job).await.expect_err("is cancelled")), "BH-JOB-001");
    assert_eq!(store.head().await.expect("head"), head);
    let left = std::fs::read_dir(folder.path()).expect("reads").filter_map(Result::ok);
    let left: Vec<String> = left.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    assert!(left.iter().all(|name| name == "taken.zip" || name.starts_with("copy.inventory")), "nothing else is left: {left:?}");
}

/// Cells that a spreadsheet would run are guarded, and no page runs anything; the demo has names made for both.
#[test]
fn nothing_in_a_pack_can_run() {
    let (mut guarded, mut tables, mut pages) = (0, 0, 0);
    for (name, bytes) in members(&demo().signed) {
        if name.ends_with(".csv") {
            tables += 1;
            for cell in csv_cells(&bytes).iter().flatten() {
                let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
                assert!(!runs || cell.parse::<f64>().is_ok(), "{name}: {cell:?}");
                guarded += usize::from(cell.starts_with("'="));
            }
        }
        if name.ends_with(".html") {
            pages += 1;
            let text = String::from_utf8(bytes).expect("UTF-8").to_lowercase();
            assert!(!text.contains("<script") && !text.contains("javascript:") && !text.contains("http://") && !text.contains("https://"));
        }
    }
    assert!(guarded > 0, "the demo has names that begin with =");
    assert!(tables >= 11 && pages == 2, "{tables} tables, {pages} pages");
}

#[tokio::test]
async fn no_secret_is_in_pack_inventory_or_beside_them() {
    let planted = demo::FILES.iter().filter(|file| file.text.contains("CANARY-SECRET")).count();
    assert!(planted > 5, "the demo's files hold canaries");
    let (folder, path) = demo().copy();
    let store = open(&path).await;
    state(&store, "data_class", "card data=confidential", NOW + 1).await;
    build(&store, &folder.path().join("p.zip"), pack::Profile::Auditor, Some(demo().folder.path())).await.expect("builds");
    let absent = |what: &str, bytes: &[u8]| {
        assert!(!bytes.windows(6).any(|window| window == b"CANARY"), "a canary is in {what}");
        assert!(!bytes.windows(19).any(|window| window == b"BEGIN PRIVATE KEY--"), "a private key is in {what}");
    };
    let mut seen = Vec::new();
    // The inventory is still open, so what SQLite keeps beside it is looked at too.
    for file in std::fs::read_dir(folder.path()).expect("reads").filter_map(Result::ok) {
        let name = file.file_name().to_string_lossy().into_owned();
        absent(&name, &std::fs::read(file.path()).expect("reads"));
        seen.push(name);
    }
    for name in ["p.zip", "p.persons.csv", "copy.inventory", "copy.inventory-wal"] {
        assert!(seen.iter().any(|known| known == name), "{name} was looked at: {seen:?}");
    }
    for (name, bytes) in members(&std::fs::read(folder.path().join("p.zip")).expect("reads")) {
        absent(&name, &bytes);
    }
}

/// Names of people that the inventory knows; a client can own things too, and its name is no person's.
async fn persons(store: &Store) -> Vec<String> {
    let head = store.head().await.expect("head");
    let answers = Answers::of_store(store, head, None).await.expect("answers");
    let principals = answers.rows.principals.iter().map(|row| row.display_name.clone());
    let owners = answers.owners.iter().map(|view| view.name.clone());
    let contacts = answers.vendors.iter().filter_map(|view| view.contact.clone());
    let mut names: Vec<String> = principals.chain(owners).chain(contacts).filter(|name| name.chars().count() > 4).collect();
    names.sort();
    names.dedup();
    names
}

fn told_in(name: &str, members: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(name);
    members.iter().filter(|(_, bytes)| holds(bytes)).map(|(member, _)| member.clone()).collect()
}

#[tokio::test]
async fn the_auditor_profile_names_nobody() {
    let (folder, path) = demo().copy();
    let store = open(&path).await;
    build(&store, &folder.path().join("first.zip"), pack::Profile::Auditor, None).await.expect("builds");
    state(&store, "owner", "zora.quill@lanternfish.example", NOW + 1).await;
    build(&store, &folder.path().join("second.zip"), pack::Profile::Auditor, None).await.expect("builds");
    build(&store, &folder.path().join("internal.zip"), pack::Profile::Internal, None).await.expect("builds");
    let people = persons(&store).await;
    assert!(people.len() > 20 && people.iter().any(|name| name.starts_with("zora.quill")), "{people:?}");
    let read = |name: &str| members(&std::fs::read(folder.path().join(name)).expect("reads"));
    for pack in ["first.zip", "second.zip"] {
        let members = read(pack);
        let told: Vec<_> = people.iter().map(|name| (name, told_in(name, &members))).filter(|(_, files)| !files.is_empty()).collect();
        assert!(told.is_empty(), "{pack} names people: {told:?}");
        let list = std::fs::read_to_string(folder.path().join(pack).with_extension("persons.csv")).expect("the list stands beside it");
        assert!(list.contains("jonas.adeyemi@lanternfish.example") && list.contains("P-1,"));
    }
    let internal = read("internal.zip");
    let missing: Vec<_> = people.iter().filter(|name| told_in(name, &internal).is_empty()).collect();
    assert!(missing.is_empty(), "the internal profile names everybody: {missing:?}");
    assert!(!folder.path().join("internal.persons.csv").exists());
}

#[tokio::test]
async fn a_pack_is_sealed_in_the_log_and_the_next_one_names_it() {
    let (folder, path) = demo().copy();
    let store = open(&path).await;
    let first = build(&store, &folder.path().join("first.zip"), pack::Profile::Internal, None).await.expect("builds");
    let one = members(&std::fs::read(&first.path).expect("reads"));
    let seal = store.entry(store.head().await.expect("head")).await.expect("the newest entry");
    let sums = hex(&Sha256::digest(&one[SUMS]));
    assert_eq!(seal.action, Action::Seal);
    assert_eq!((seal.detail["revision"].as_i64(), seal.detail["sha256sums"].as_str()), (Some(first.revision), Some(sums.as_str())));
    assert!(store.verify_log().await.expect("verifies").ok);
    assert!(!one.contains_key("13_changes.csv"), "there is nothing to compare the first pack with");
    let manifest = |members: &BTreeMap<String, Vec<u8>>| serde_json::from_slice::<Value>(&members[MANIFEST]).expect("JSON");
    assert_eq!(manifest(&one)["previous_pack"], Value::Null);
    assert_eq!(manifest(&one)["content_hash"], seal.detail["content_hash"]);

    state(&store, "data_class", "card data=public", NOW + 1).await;
    let second = build(&store, &folder.path().join("second.zip"), pack::Profile::Internal, None).await.expect("builds");
    assert!(second.revision > first.revision);
    let two = members(&std::fs::read(&second.path).expect("reads"));
    assert_eq!(check(&std::fs::read(&second.path).expect("reads")).word(), "intact, unsigned", "the longer log replays too");
    let previous = &manifest(&two)["previous_pack"];
    assert_eq!((previous["revision"].as_i64(), previous["sha256sums"].as_str()), (Some(first.revision), Some(sums.as_str())));
    assert_ne!(manifest(&one)["content_hash"], manifest(&two)["content_hash"]);
    let changes = csv_cells(&two["13_changes.csv"]);
    assert_eq!(changes.len(), 2, "a header and the one statement: {changes:?}");
    assert!(store.verify_log().await.expect("verifies").ok);
    let events = String::from_utf8(two[EVENTS].clone()).expect("UTF-8");
    assert_eq!(events.lines().count() as i64, second.revision, "the log ends at the packed revision; its own seal comes after");

    // An audience's rows in both packs differ by what was stated, and by nothing else than that audience and its reach.
    let row = |members: &BTreeMap<String, Vec<u8>>| {
        csv_cells(&members["03_population/audiences.csv"])
            .into_iter()
            .find(|cells| cells.iter().any(|cell| cell.eq_ignore_ascii_case("payment")))
    };
    assert_ne!(row(&one).expect("payment"), row(&two).expect("payment"));
    assert_eq!(one["03_population/principals.csv"], two["03_population/principals.csv"]);
}
