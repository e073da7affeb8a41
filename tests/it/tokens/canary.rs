//! A token that is given by every door is found nowhere afterwards: not in the inventory, its journal, packs, exports or temporary files,
//! and not in what was answered or printed. What is kept after confirmation is what domain.md 5.5 allows.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bulkhead::api::{Config, Host, dispatch};
use bulkhead::work::demo;
use serde_json::{Value, json};

use super::signer::Signer;

/// Stands in every claim that must never leave, and makes the parts of the token unmistakable.
const CANARY: &str = "CANARY-SECRET-token-inspector";
const ISSUER: &str = "https://login.lanternfish.example/realms/storefront";

fn header() -> Value {
    json!({"alg": "Ed25519", "kid": "k1", "typ": "at+jwt"})
}

fn payload(exp: i64) -> Value {
    json!({"iss": ISSUER, "azp": "storefront-batch", "sub": CANARY, "jti": CANARY, "email": format!("{CANARY}@example.com"),
        "note": CANARY, "aud": ["payment"], "resource_access": {"payment": {"roles": ["write"]}}, "iat": exp - 300, "exp": exp, "cnf": {"jkt": CANARY}})
}

/// Everything that must be found nowhere: the token, each of its parts, and the canary as it is and as base64url may hold it.
fn forbidden(token: &str) -> Vec<String> {
    let parts = token.split('.').filter(|part| part.len() > 20).map(str::to_owned);
    // The first part is a header like any other's; whoever has it has nothing.
    std::iter::once(token.to_owned()).chain(parts.skip(1)).chain([CANARY.to_owned()]).collect()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("lists").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[track_caller]
fn clean(what: &str, bytes: &[u8], forbidden: &[String]) {
    for text in forbidden {
        let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!found, "{what} holds {} bytes of the token", text.len());
    }
}

/// Looks at every file below a folder, members of packs included.
fn clean_folder(folder: &Path, forbidden: &[String]) -> usize {
    let mut all = Vec::new();
    files(folder, &mut all);
    for path in &all {
        let bytes = fs::read(path).expect("reads");
        clean(&path.display().to_string(), &bytes, forbidden);
        if let Ok(mut pack) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) {
            for at in 0..pack.len() {
                let mut member = pack.by_index(at).expect("a member");
                let mut bytes = Vec::new();
                member.read_to_end(&mut bytes).expect("unpacks");
                clean(&format!("{} in {}", member.name(), path.display()), &bytes, forbidden);
            }
        }
    }
    all.len()
}

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

async fn job(host: &Arc<Host>, command: &str, args: Value) -> Value {
    let id = dispatch(host, command, args).await.expect("starts")["job"].clone();
    loop {
        let job = dispatch(host, "job", json!({ "id": id })).await.expect("a job");
        if !matches!(job["state"].as_str(), Some("running" | "cancelling")) {
            assert_eq!(job["state"], "done", "{job}");
            return job["result"].clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_door_keeps_nothing_of_a_token_but_what_was_confirmed() {
    let signer = Signer::new(5);
    let now = bulkhead::work::clock::now() / 1000;
    let token = signer.sign(&header(), &payload(now + 200));
    let forbidden = forbidden(&token);
    let (data, given) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let config = Config { data_dir: data.path().to_owned(), inventory: None, account: "tester".to_owned() };
    let host = Arc::new(Host::new(config));
    job(&host, "demo_open", json!({})).await;
    let write = |name: &str, text: &str| {
        fs::write(given.path().join(name), text).expect("writes");
        host.register_paths(&[given.path().join(name)]).remove(0).handle
    };
    let keys = write("keys.json", &json!({ "keys": [signer.jwk("k1")] }).to_string());
    let bulk = write("bulk.log", &format!("GET /pay Authorization: Bearer {token}\nprose\n{token}x\n"));
    let ask = |args: Value| dispatch(&host, "token_inspect", args);

    // By text, again with keys, by file, in the wrong fields, and broken.
    let found = ask(json!({ "text": token })).await.expect("answers");
    assert_eq!(found["tokens"][0]["signature"], "no key");
    clean("the answer", &text(&found), &forbidden);
    let found = ask(json!({ "keys": [keys], "issuer": ISSUER })).await.expect("the text is still held");
    clean("the answer", &text(&found), &forbidden);
    let report = &found["tokens"][0];
    assert_eq!((&report["signature"], &report["state"]), (&json!("verified"), &json!("live")), "{report}");
    assert_eq!((&report["client"]["name"], &report["audiences"][0]["name"]), (&json!("Storefront batch"), &json!("Payment API")));
    assert!(report["reach"]["score"].as_f64().is_some_and(|score| score > 0.0), "{}", report["reach"]);
    assert_eq!(report["accepted_by"][0]["audiences"][0]["name"], "Payment API");
    clean("the answer", &text(&ask(json!({ "handles": [bulk], "keys": [keys] })).await.expect("answers")), &forbidden);
    for wrong in [json!({ "keys": token }), json!({ "handles": [token] }), json!({ "keys": [token] }), json!([token]), json!(token)] {
        if let Err(told) = ask(wrong).await {
            clean("the error", format!("{told}").as_bytes(), &forbidden);
        }
    }
    for end in [10, token.len() / 2, token.len() - 1] {
        clean("the answer", &text(&ask(json!({ "text": &token[..end] })).await.expect("answers")), &forbidden);
    }

    // Left: nothing is held.
    assert_eq!(dispatch(&host, "token_forget", json!({})).await.expect("forgets")["held"], false);
    assert_eq!(ask(json!({})).await.expect_err("nothing is held").code, "BH-TOK-106");

    // Confirmed: a profile with what 5.5 allows.
    let proposal = &found["kinds"][0]["profile"];
    let field = format!("profile:{}", proposal["name"].as_str().expect("a name"));
    let set = json!({ "table": "clients", "id": proposal["client"], "field": field, "value": proposal["value"], "reason": "sampled" });
    dispatch(&host, "set", set).await.expect("states it");
    let kept: Value = serde_json::from_str(proposal["value"].as_str().expect("a value")).expect("a profile");
    let names: Vec<&String> = kept.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["audiences", "scopes", "lifetime_seconds", "refresh", "binding", "observed"]);
    let names: Vec<&String> = kept["observed"].as_object().expect("an object").keys().collect();
    assert_eq!(names, ["tokens", "verified", "issuer", "algorithms", "issued", "keys_sha256"]);
    let panel = dispatch(&host, "panel", json!({ "table": "clients", "id": proposal["client"] })).await.expect("a panel");
    assert!(panel.to_string().contains("observed"), "the client shows it");

    // Everything that leaves: pack, table, graph, map.
    let out = |name: &str| host.register_paths(&[data.path().join(name)]).remove(0).handle;
    job(&host, "pack_build", json!({ "profile": "internal", "handle": out("pack.zip"), "passphrase": null })).await;
    dispatch(&host, "map_export", json!({ "handle": out("map.yaml") })).await.expect("exports");
    job(&host, "graph_export", json!({ "handle": out("graph.json"), "format": "opengraph" })).await;
    let table = dispatch(&host, "table_csv", json!({ "table": "log", "filter": "", "sort": "", "columns": [] })).await.expect("exports");
    clean("the log", &text(&table), &forbidden);
    // With the journal still beside the file, and after it was closed.
    assert!(clean_folder(data.path(), &forbidden) >= 4);
    host.close().await;
    assert!(clean_folder(data.path(), &forbidden) >= 4);
}

fn program(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bulkhead"))
        .args(["--inventory", &folder.join("a.inventory").to_string_lossy()])
        .args(args)
        .env("TMPDIR", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("writes");
    child.wait_with_output().expect("ends")
}

#[test]
fn the_command_line_keeps_and_prints_nothing_of_a_token() {
    let (folder, given) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let signer = Signer::new(6);
    let token = signer.sign(&header(), &payload(1_795_176_000));
    let forbidden = forbidden(&token);
    let (keys, tokens) = (given.path().join("keys.json"), given.path().join("tokens.txt"));
    fs::write(&keys, json!({ "keys": [signer.jwk("k1")] }).to_string()).expect("writes");
    fs::write(&tokens, format!("{token}\nAuthorization: Bearer {token}\nghs_0123456789{CANARY}\n")).expect("writes");
    let (keys, tokens) = (keys.to_string_lossy().into_owned(), tokens.to_string_lossy().into_owned());
    let files = given.path().join("demo");
    demo::write(&files).expect("writes");
    let realm = files.join("keycloak").to_string_lossy().into_owned();

    // Without an inventory, by standard input; with one, by file; bulk, kept, as JSON; and the mistake of writing the token as an argument.
    let asked: [(&[&str], &str, i32, &str); 7] = [
        (&["token", "inspect", "--as-of", "2026-11-20"], &token, 0, "Not verified: no key"),
        (&["token", "inspect", "--jwks", &keys, "--all"], &token, 0, "The signature holds"),
        (&["import", &realm], "", 0, ""),
        (&["token", "inspect", &tokens, "--jwks", &keys, "--issuer", ISSUER, "--keep"], "", 0, "would be kept"),
        (&["token", "inspect", &tokens, "--jwks", &keys, "--keep", "--reason", "sampled"], "", 0, "Kept 1 token profiles"),
        (&["token", "inspect", &tokens, "--jwks", &keys, "--json"], "", 0, "\"inspected\": 3"),
        (&["token", "inspect", &token], "", 1, "history of the shell"),
    ];
    for (args, input, code, words) in asked {
        let output = program(folder.path(), args, input);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let shown: Vec<&str> = args.iter().copied().filter(|arg| *arg != token).collect();
        assert_eq!(output.status.code(), Some(code), "{shown:?}: {out}{err}");
        assert!(out.contains(words) || err.contains(words), "{shown:?} says {words:?}: {out}{err}");
        clean(&format!("{shown:?}"), &output.stdout, &forbidden);
        clean(&format!("{shown:?}"), &output.stderr, &forbidden);
    }
    assert!(clean_folder(folder.path(), &forbidden) >= 1);
}
