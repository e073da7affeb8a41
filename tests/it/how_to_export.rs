//! The export script for Microsoft Graph against a small stand-in of Graph on this machine: what it asks, what it keeps,
//! how it goes on after a stop, and that the importer reads what it leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bulkhead::importers::graph::Graph;
use bulkhead::importers::{Importer, ReadOptions, Sample};
use bulkhead::model::Scheme;
use bulkhead::model::facts::{Fact, RecordFate};
use serde_json::{Value, json};

use crate::recorder::{MemoryFile, Recorder};

const TOKEN: &str = "CANARY-SECRET-graph-token-1";
const SECOND_TOKEN: &str = "CANARY-SECRET-graph-token-2";
const API: &str = "00000004-0000-4000-8000-000000000000";

fn guid(group: u32, n: u32) -> String {
    format!("{group:08x}-0000-4000-8000-{n:012x}")
}

/// One request as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    method: String,
    /// Path without `/v1.0/` and without the query.
    path: String,
    page: usize,
    authorization: String,
    status: u16,
}

/// What goes wrong: the answer to one page of a list, so many times.
struct Fault {
    path: String,
    page: usize,
    status: u16,
    times: u32,
}

#[derive(Default)]
struct Told {
    lists: BTreeMap<String, Vec<Vec<Value>>>,
    faults: Vec<Fault>,
    asked: Vec<Asked>,
    token_in_process_list: bool,
    /// Where the next link of this list leads instead.
    astray: Option<(String, String)>,
}

/// A stand-in of Graph: lists in pages behind one address.
struct Mock {
    base: String,
    told: Arc<Mutex<Told>>,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Mock {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        let told = Arc::new(Mutex::new(Told { lists: tenant(), ..Told::default() }));
        let stop = Arc::new(AtomicBool::new(false));
        let (inside, stopped, here) = (Arc::clone(&told), Arc::clone(&stop), base.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    answer(stream, &inside, &here);
                }
            }
        });
        Self { base, told, stop, thread: Some(thread) }
    }

    fn fault(&self, path: &str, page: usize, status: u16, times: u32) {
        self.told.lock().expect("the lock").faults.push(Fault { path: path.to_owned(), page, status, times });
    }

    fn asked(&self) -> Vec<Asked> {
        self.told.lock().expect("the lock").asked.clone()
    }

    fn run(&self, out: &Path, token: &str) -> Output {
        Command::new("sh")
            .arg(script())
            .arg(out)
            .env("GRAPH_URL", &self.base)
            .env("GRAPH_TOKEN", token)
            .env("no_proxy", "*")
            .stdin(Stdio::null())
            .output()
            .expect("sh starts")
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.base.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/defaults/how-to-export/entra.sh")
}

fn principal(n: u32) -> Value {
    let roles: Vec<Value> = if n == 0 {
        vec![json!({"id": guid(5, 0), "value": "Orders.Read.All", "allowedMemberTypes": ["Application"], "isEnabled": true})]
    } else {
        Vec::new()
    };
    let scopes: Vec<Value> =
        if n == 0 { vec![json!({"id": guid(6, 0), "value": "orders.read", "type": "User", "isEnabled": true})] } else { Vec::new() };
    json!({
        "id": guid(4, n), "appId": guid(3, n), "displayName": format!("Client {n}"), "accountEnabled": true,
        "servicePrincipalType": "Application", "appRoles": roles, "oauth2PermissionScopes": scopes,
        "passwordCredentials": [], "keyCredentials": [], "owners": []
    })
}

fn registration(n: u32) -> Value {
    json!({
        "id": guid(7, n), "appId": guid(3, n), "displayName": format!("Client {n}"), "keyCredentials": [], "owners": [],
        "passwordCredentials": [{"keyId": guid(8, n), "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2028-01-01T00:00:00Z"}]
    })
}

/// An API and five clients; every list that can have more than one page has.
fn tenant() -> BTreeMap<String, Vec<Vec<Value>>> {
    let consent = |n: u32| {
        json!({"id": format!("consent-{n}"), "clientId": guid(4, n), "consentType": "AllPrincipals", "principalId": null,
               "resourceId": API, "scope": "orders.read"})
    };
    let assignment = |n: u32| {
        json!({"id": format!("assignment-{n}"), "appRoleId": guid(5, 0), "principalId": guid(4, n), "principalType": "ServicePrincipal",
               "resourceId": API, "createdDateTime": "2026-02-03T04:05:06Z"})
    };
    let federated = json!({"id": guid(9, 1), "name": "pipeline", "issuer": "https://token.actions.example", "subject": "repo:shop/web",
                           "audiences": ["api://AzureADTokenExchange"]});
    let mut lists: BTreeMap<String, Vec<Vec<Value>>> = BTreeMap::new();
    let mut list = |path: &str, pages: Vec<Vec<Value>>| lists.insert(path.to_owned(), pages);
    list("organization", vec![vec![json!({"id": guid(1, 0), "displayName": "Shop"})]]);
    list("servicePrincipals", vec![vec![principal(0), principal(1)], vec![principal(2), principal(3)], vec![principal(4), principal(5)]]);
    list("applications", vec![vec![registration(1)], vec![registration(2)]]);
    list("oauth2PermissionGrants", vec![vec![consent(1)], vec![consent(2)], vec![consent(3)]]);
    list("roleManagement/directory/roleDefinitions", vec![vec![]]);
    list("roleManagement/directory/roleAssignments", vec![vec![]]);
    list(&format!("servicePrincipals/{API}/appRoleAssignedTo"), vec![vec![assignment(1)], vec![assignment(4)]]);
    list(&format!("applications/{}/federatedIdentityCredentials", guid(7, 1)), vec![vec![]]);
    list(&format!("applications/{}/federatedIdentityCredentials", guid(7, 2)), vec![vec![federated]]);
    lists
}

fn answer(stream: TcpStream, told: &Mutex<Told>, base: &str) {
    let mut reader = BufReader::new(&stream);
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let mut authorization = String::new();
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).unwrap_or(0) == 0 || header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("authorization")
        {
            authorization = value.trim().to_owned();
        }
    }
    let mut words = first.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.trim_start_matches("/v1.0/").to_owned();
    let page = query.split('&').find_map(|part| part.strip_prefix("$skiptoken=")).and_then(|n| n.parse().ok()).unwrap_or(0usize);
    let mut told = told.lock().expect("the lock");
    told.token_in_process_list |= in_process_list(TOKEN) || in_process_list(SECOND_TOKEN);
    let fault = told.faults.iter_mut().find(|fault| fault.path == path && fault.page == page && fault.times > 0).map(|fault| {
        fault.times -= 1;
        fault.status
    });
    let (status, body) = match (fault, told.lists.get(&path).and_then(|pages| pages.get(page).map(|records| (pages.len(), records)))) {
        (Some(status), _) => (status, json!({"error": {"code": "Authorization_RequestDenied", "message": "no"}})),
        (None, None) => (404, json!({"error": {"code": "Request_ResourceNotFound"}})),
        (None, Some((pages, records))) => {
            let (parent, list) = path.rsplit_once('/').unwrap_or(("", &path));
            let context = match parent.split_once('/') {
                Some((kind, id)) if id.contains('-') => format!("{kind}('{id}')/{list}"),
                _ => path.clone(),
            };
            let mut body = json!({"@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{context}"), "value": records});
            if page + 1 < pages {
                let host = told.astray.as_ref().filter(|(astray, _)| *astray == path).map_or(base, |(_, host)| host);
                body["@odata.nextLink"] = json!(format!("{host}/v1.0/{path}?$top=999&$skiptoken={}", page + 1));
            }
            (200, body)
        }
    };
    told.asked.push(Asked { method, path, page, authorization, status });
    drop(told);
    // Pages of Graph are one line or many; many is the harder case.
    let body = serde_json::to_string_pretty(&body).expect("JSON");
    let wait = if status == 429 { "Retry-After: 0\r\n" } else { "" };
    let _ = write!(
        &stream,
        "HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\n{wait}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// Whether some process was started with this text in its words. Only Linux shows that in files; elsewhere: no.
fn in_process_list(text: &str) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes
        .flatten()
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .any(|words| String::from_utf8_lossy(&words).contains(text))
}

/// Says by name that a test cannot run here.
fn missing(test: &str) -> bool {
    let programs = ["sh", "curl", "jq"];
    let without = |program: &&str| Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err();
    if cfg!(windows) || programs.iter().any(without) {
        println!("skipped: how_to_export::{test}: it needs sh, curl and jq");
        return true;
    }
    false
}

/// All files below a folder, hidden ones too, by name.
fn all_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// The exports: what an import of the folder looks at.
fn exports(folder: &Path) -> Vec<MemoryFile> {
    let files = all_files(folder).into_iter().filter(|(name, _)| name.ends_with(".json"));
    files.map(|(name, bytes)| MemoryFile { name, bytes }).collect()
}

/// Identities of all records in the files of a folder, sorted, repetitions kept.
fn records(folder: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    for file in exports(folder) {
        for page in serde_json::Deserializer::from_slice(&file.bytes).into_iter::<Value>() {
            let page = page.expect("every page in a file is whole");
            ids.extend(page["value"].as_array().expect("a list").iter().map(|record| format!("{} {}", file.name, record["id"])));
        }
    }
    ids.sort();
    ids
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Reads a folder with the Graph importer.
fn read(folder: &Path) -> Recorder {
    let files = exports(folder);
    for file in &files {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let found = Graph.recognise(&Sample { name: file.name.clone(), text, whole: true });
        assert!(found.is_some(), "{} is recognised", file.name);
    }
    let (recorder, result) = Recorder::run(&Graph as &dyn Importer, &files, &ReadOptions::default());
    assert!(result.is_ok(), "{result:?}");
    assert!(recorder.problems.is_empty(), "{:?}", recorder.problems);
    recorder
}

fn distinct(recorder: &Recorder, pick: impl Fn(&Fact) -> Option<String>) -> usize {
    recorder.facts.iter().filter_map(pick).collect::<BTreeSet<_>>().len()
}

fn assert_whole_tenant_is_read(folder: &Path) {
    let recorder = read(folder);
    let clients = distinct(&recorder, |fact| match fact {
        Fact::Client(client) => client.names.iter().find(|name| name.scheme == Scheme::ClientId).map(|name| name.value.clone()),
        _ => None,
    });
    assert_eq!(clients, 6, "the API's service principal is a client too");
    let credentials = distinct(&recorder, |fact| match fact {
        Fact::Credential(credential) => Some(credential.names[0].value.clone()),
        _ => None,
    });
    assert_eq!(credentials, 2 + 1, "two secrets and one federated subject");
    let grants: BTreeSet<&str> = recorder.lines("grant").into_iter().collect();
    assert_eq!(grants.iter().filter(|line| line.contains(" application")).count(), 2);
    assert_eq!(grants.iter().filter(|line| line.contains(" delegated_all")).count(), 3);
    assert_eq!(recorder.count(RecordFate::Rejected), 0);
}

#[test]
fn a_whole_run_reads_every_page_once_with_get_requests_only() {
    if missing("a_whole_run_reads_every_page_once_with_get_requests_only") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("export");
    let mock = Mock::start();
    mock.fault("servicePrincipals", 1, 429, 1);
    mock.fault("applications", 0, 429, 2);
    let output = mock.run(&out, TOKEN);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("Everything was read"), "{}", stderr(&output));
    assert!(!out.join("not-allowed.txt").exists(), "nothing was refused");

    let asked = mock.asked();
    assert!(asked.iter().all(|one| one.method == "GET"), "{asked:?}");
    assert!(asked.iter().all(|one| one.authorization == format!("Bearer {TOKEN}")), "{asked:?}");
    let pages: Vec<(String, usize)> = asked.iter().filter(|one| one.status == 200).map(|one| (one.path.clone(), one.page)).collect();
    let there: BTreeSet<(String, usize)> =
        tenant().iter().flat_map(|(path, pages)| (0..pages.len()).map(|page| (path.clone(), page))).collect();
    assert_eq!(pages.len(), there.len(), "each page is answered once: {pages:?}");
    assert_eq!(pages.into_iter().collect::<BTreeSet<_>>(), there);
    assert_eq!(asked.iter().filter(|one| one.status == 429).count(), 3, "what was told to wait was asked again");

    let kept = records(&out);
    assert_eq!(kept.len(), 1 + 6 + 2 + 3 + 2 + 1);
    assert_eq!(kept.iter().collect::<BTreeSet<_>>().len(), kept.len(), "each record once: {kept:?}");
    for (name, bytes) in all_files(&out) {
        assert!(!String::from_utf8_lossy(&bytes).contains("CANARY-SECRET"), "the token stands in {name}");
    }
    assert!(!mock.told.lock().expect("the lock").token_in_process_list, "the token stands in no process list");
    assert!(!stderr(&output).contains(TOKEN) && !String::from_utf8_lossy(&output.stdout).contains(TOKEN));
    assert_whole_tenant_is_read(&out);

    // A finished folder is left alone.
    let again = mock.run(&out, TOKEN);
    assert!(again.status.success(), "{}", stderr(&again));
    assert_eq!(mock.asked().len(), asked.len(), "nothing is asked twice");
    assert_eq!(records(&out), kept);
}

#[test]
fn what_may_not_be_read_is_named_and_asked_again_next_time() {
    if missing("what_may_not_be_read_is_named_and_asked_again_next_time") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("export");
    let mock = Mock::start();
    mock.fault("oauth2PermissionGrants", 0, 403, 2);
    // A list that shares its file with lists that are read after it.
    let shared = format!("applications/{}/federatedIdentityCredentials", guid(7, 1));
    mock.fault(&shared, 0, 404, 2);
    for run in 1..=2 {
        let output = mock.run(&out, TOKEN);
        assert!(output.status.success(), "{}", stderr(&output));
        let named = std::fs::read_to_string(out.join("not-allowed.txt")).expect("the list");
        let expected = format!(
            "oauth2PermissionGrants (403: Authorization_RequestDenied)\nfederated-{} (404: Authorization_RequestDenied)\n",
            guid(7, 1)
        );
        assert_eq!(named, expected, "run {run}");
        assert!(stderr(&output).contains("import --partial"), "what is missing is no proof that there is none: {}", stderr(&output));
        assert!(!out.join("oauth2PermissionGrants.json").exists());
        assert_eq!(read(&out).lines("grant").len(), 2, "the rest is there");
    }
    // With the right given, the third run gets it.
    let output = mock.run(&out, TOKEN);
    assert!(!stderr(&output).contains("sh:"), "the script itself is sound: {}", stderr(&output));
    assert!(output.status.success() && !out.join("not-allowed.txt").exists(), "{}", stderr(&output));
    assert_whole_tenant_is_read(&out);
}

#[test]
fn a_stopped_run_goes_on_where_it_was() {
    if missing("a_stopped_run_goes_on_where_it_was") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("export");
    let mock = Mock::start();
    let assigned = format!("servicePrincipals/{API}/appRoleAssignedTo");
    mock.fault("oauth2PermissionGrants", 1, 401, 1);
    mock.fault(&assigned, 1, 401, 1);

    let first = mock.run(&out, TOKEN);
    assert!(!first.status.success(), "a token that ended is no finished run");
    assert!(stderr(&first).contains("start again"), "{}", stderr(&first));
    let after_first = mock.asked().len();

    let second = mock.run(&out, SECOND_TOKEN);
    assert!(!second.status.success(), "a stop in the lists of single APIs is no finished run either");
    assert!(!stderr(&second).contains("Everything was read"), "{}", stderr(&second));
    let asked = mock.asked();
    let went_on = &asked[after_first];
    assert_eq!((went_on.path.as_str(), went_on.page), ("oauth2PermissionGrants", 1), "the page at which it stopped");

    // As a kill leaves it: a page that was being written and not yet noted.
    let file = out.join("appRoleAssignedTo.json");
    let mut bytes = std::fs::read(&file).expect("the first page is there");
    bytes.extend_from_slice(br#"{"@odata.context":"x","value":[{"id":"assignme"#);
    std::fs::write(&file, bytes).expect("the file can be written");

    let third = mock.run(&out, SECOND_TOKEN);
    assert!(third.status.success(), "{}", stderr(&third));
    let mut answered = BTreeSet::new();
    for one in mock.asked().iter().filter(|one| one.status == 200) {
        assert!(answered.insert((one.path.clone(), one.page)), "no page is read twice: {one:?}");
    }
    let kept = records(&out);
    assert_eq!(kept.iter().collect::<BTreeSet<_>>().len(), kept.len(), "each record once: {kept:?}");
    assert_whole_tenant_is_read(&out);
}

#[test]
fn the_token_goes_to_no_other_server() {
    if missing("the_token_goes_to_no_other_server") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let stranger = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    stranger.set_nonblocking(true).expect("it can be asked without waiting");
    let mock = Mock::start();
    let host = format!("http://{}", stranger.local_addr().expect("its address"));
    mock.told.lock().expect("the lock").astray = Some(("servicePrincipals".to_owned(), host));
    let output = mock.run(&folder.path().join("export"), TOKEN);
    assert!(!output.status.success());
    assert!(stderr(&output).contains("another server"), "{}", stderr(&output));
    assert_eq!(stranger.accept().map(|_| ()).expect_err("nobody came").kind(), ErrorKind::WouldBlock);
}
