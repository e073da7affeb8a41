//! From files to answers through the public door: every command of `api::dispatch` over the demo, as the window asks them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bulkhead::api::{COMMANDS, Config, Host, dispatch};
use bulkhead::error::{Told, Trouble};
use bulkhead::work::demo;
use serde_json::{Value, json};

/// A host whose data folder is temporary.
struct Door {
    host: Arc<Host>,
    folder: tempfile::TempDir,
}

impl Door {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let config = Config { data_dir: folder.path().to_owned(), inventory: None, account: "tester".to_owned() };
        Self { host: Arc::new(Host::new(config)), folder }
    }

    /// A host that shows the demo.
    async fn demo() -> Self {
        let door = Self::new();
        door.job("demo_open", json!({})).await;
        door
    }

    async fn try_ask(&self, command: &str, args: Value) -> Result<Value, Told> {
        dispatch(&self.host, command, args).await
    }

    async fn ask(&self, command: &str, args: Value) -> Value {
        self.try_ask(command, args.clone()).await.unwrap_or_else(|told| panic!("{command} {args}: {told}"))
    }

    /// Code of a refusal; anything else than a calm refusal fails.
    async fn refused(&self, command: &str, args: Value) -> String {
        let told = self.try_ask(command, args.clone()).await.err().unwrap_or_else(|| panic!("{command} {args} is refused"));
        assert_eq!(told.trouble, Trouble::Refusal, "{command} {args}: {told}");
        assert!(![&told.what, &told.meaning, &told.remedy].iter().any(|part| part.is_empty()), "{command}: all parts are told");
        told.code
    }

    /// Runs a command that answers a job, to its end.
    async fn ended(&self, command: &str, args: Value) -> Value {
        let id = self.ask(command, args).await["job"].clone();
        loop {
            let job = self.ask("job", json!({ "id": id })).await;
            if !matches!(job["state"].as_str(), Some("running" | "cancelling")) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The answer of a job that must succeed.
    async fn job(&self, command: &str, args: Value) -> Value {
        let job = self.ended(command, args).await;
        assert_eq!(job["state"], "done", "{command}: {job}");
        job["result"].clone()
    }

    async fn total(&self, table: &str, filter: &str) -> u64 {
        let rows = self.ask("rows", json!({ "table": table, "filter": filter, "limit": 1 })).await;
        assert!(rows["filter_error"].is_null(), "{table} {filter}: {}", rows["filter_error"]);
        rows["total"].as_u64().expect("a total")
    }

    /// Rows as objects.
    async fn rows(&self, table: &str, filter: &str, columns: &[&str]) -> Vec<Value> {
        let rows = self.ask("rows", json!({ "table": table, "filter": filter, "columns": columns, "limit": 500 })).await;
        let list = rows["rows"].as_array().expect("rows");
        list.iter()
            .map(|row| {
                let mut object = json!({ "id": row["id"] });
                for (at, column) in columns.iter().enumerate() {
                    object[*column] = row["cells"][at].clone();
                }
                object
            })
            .collect()
    }

    /// The client with the highest score.
    async fn top(&self) -> Value {
        let rows = self
            .ask("rows", json!({ "table": "clients", "sort": "-blast_score,-reach_units", "columns": ["name", "blast_score"], "limit": 1 }))
            .await;
        rows["rows"][0].clone()
    }
}

/// Requests that fit each command, so that what is refused is refused for what it asks and not for its form.
fn request(command: &str) -> Value {
    match command {
        "breach" => json!({ "id": "0" }),
        "breach_export" => json!({ "id": "0", "format": "html", "handle": "pick-1" }),
        "bridges" => json!({ "a": "Commerce", "b": "PCI" }),
        "paths" => json!({ "from": { "kind": "client", "id": "0" }, "to": { "kind": "audience", "id": "0" } }),
        "sankey" => json!({ "by": "vendor", "width": "grants" }),
        "plan_save" => json!({ "name": "none", "reason": "r" }),
        "proposal_export" => json!({ "what_if": {}, "format": "json", "handle": "pick-1" }),
        "bar_tree" | "blast" | "replay" | "smallest_cut" | "tier_map" | "what_if" => json!({ "subject": { "unit": "client", "id": "0" } }),
        "matrix" => json!({ "order": "reach", "rows": [0, 4_000_000_000_u32], "columns": [0, 10] }),
        "picture_export" => json!({ "handle": "pick-1", "kind": "png", "data": "iVBORw0KGgo=" }),
        "facets" | "rows" | "table_csv" => json!({ "table": "clients", "limit": 5 }),
        "table_export" => json!({ "table": "clients", "format": "csv", "expected": 1, "handle": "pick-1" }),
        "import_check" | "import_run" => json!({ "handles": ["pick-1"] }),
        "job" | "job_cancel" => json!({ "id": "job-1" }),
        "key_new" => json!({ "passphrase": "correct horse battery" }),
        "pack_build" | "pack_verify" => json!({ "handle": "pick-1" }),
        "enforcement_record" => json!({ "ids": ["0"], "checks": ["A1"], "result": "fail", "reason": "r" }),
        "graph_export" => json!({ "handle": "pick-1", "format": "csv" }),
        "map_check" | "map_export" | "map_import" => json!({ "handle": "pick-1" }),
        "panel" => json!({ "table": "clients", "id": "0" }),
        "set_many" => json!({ "table": "audiences", "ids": ["0"], "field": "impact", "value": "high", "reason": "r" }),
        "search_subjects" => json!({ "text": "pay" }),
        "set" => json!({ "table": "audiences", "id": "0", "field": "impact", "value": "high", "reason": "r" }),
        "set_revision" | "undo" => json!({ "revision": 999 }),
        "token_inspect" => json!({ "text": "e30.e30.AAAA" }),
        "settings_set" => json!({ "field": "colour", "value": "red" }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_command_answers_or_refuses_calmly() {
    let door = Door::new();
    let status = door.ask("status", json!({})).await;
    assert_eq!((&status["inventory"], &status["revision"], &status["inventory_path"]), (&json!("none"), &json!(0), &Value::Null));
    assert!(COMMANDS.windows(2).all(|pair| pair[0].0 < pair[1].0), "the list is sorted and has no command twice");

    // Nothing is open: what needs an inventory says so, and no command breaks. The demo's job is looked at below.
    for (command, _) in COMMANDS.iter().filter(|(command, _)| *command != "demo_open") {
        if let Err(told) = door.try_ask(command, request(command)).await {
            assert_eq!(told.trouble, Trouble::Refusal, "{command} with nothing open: {told}");
            assert_ne!(told.code, "BH-API-004", "{command} is declared, so dispatch knows it");
        }
    }
    assert_eq!(door.refused("overview", json!({})).await, "BH-INV-010", "a refused setting makes no inventory");
    assert_eq!(door.refused("window_close", json!({})).await, "BH-API-004");
    assert_eq!(door.refused("rows; drop table log\u{202e}", json!({})).await, "BH-API-004");
    for args in [json!([]), json!("clients"), json!({ "table": 7, "limit": 1 }), json!({ "table": "clients", "limit": -1 })] {
        assert_eq!(door.refused("rows", args).await, "BH-API-001");
    }

    assert_eq!(door.job("demo_open", json!({})).await["inventory"], "demo");
    let status = door.ask("status", json!({})).await;
    assert_eq!(
        (&status["inventory"], &status["head"]),
        (&json!("demo"), &json!(3)),
        "made, imported once, then its governance file stated"
    );
    assert!(status["as_of"].as_str().is_some_and(|at| at.starts_with("2026-11-20")), "{}", status["as_of"]);
    let unknown = [
        "bar_tree",
        "blast",
        "breach",
        "breach_export",
        "change_proposal",
        "enforcement_record",
        "graph_export",
        "import_check",
        "import_run",
        "inventory_open",
        "map_check",
        "map_export",
        "map_import",
        "pack_build",
        "pack_verify",
        "panel",
        "paths",
        "picture_export",
        "plan_save",
        "proposal_export",
        "replay",
        "set",
        "set_many",
        "set_revision",
        "smallest_cut",
        "table_export",
        "tier_map",
        "what_if",
    ];
    let taken = ["key_new", "settings_set", "undo"];
    for (command, _) in COMMANDS.iter().filter(|(command, _)| !command.starts_with("demo_")) {
        match door.try_ask(command, request(command)).await {
            Ok(_) => assert!(!unknown.contains(command) && !taken.contains(command), "{command} answers for what is not there"),
            Err(told) => {
                assert_eq!(told.trouble, Trouble::Refusal, "{command}: {told}");
                assert!(unknown.contains(command) || taken.contains(command), "{command} answers over the demo: {told}");
            }
        }
    }
    door.ask("demo_delete", json!({})).await;
    assert_eq!(door.ask("status", json!({})).await["inventory"], "none");
    assert!(!door.host.demo_inventory().exists(), "nothing of the demo is left");
}

#[tokio::test]
async fn every_table_serves_windows_and_its_counts_open_as_many_rows() {
    let door = Door::demo().await;
    let tables = door.ask("tables", json!({})).await;
    let names: Vec<&str> = tables.as_array().expect("a list").iter().filter_map(|table| table["name"].as_str()).collect();
    let want = "clients credentials audiences scopes grants principals owners vendors units rotations third_parties enforcement gateway_routes imports files problems drift log packs";
    assert_eq!(names, want.split(' ').collect::<Vec<_>>());
    for table in tables.as_array().expect("a list") {
        let name = table["name"].as_str().expect("a name");
        let columns: Vec<&Value> = table["columns"].as_array().expect("columns").iter().map(|column| &column["field"]).collect();
        let rows = door.ask("rows", json!({ "table": name, "columns": columns, "limit": 5 })).await;
        assert_eq!(rows["columns"].as_array().map(Vec::len), Some(columns.len()), "{name}");
        assert_eq!(rows["rows"].as_array().map(|rows| rows.len() as u64), Some(rows["total"].as_u64().expect("a total").min(5)), "{name}");
        assert_eq!(rows["total"], rows["population"], "{name}: no filter, all rows");
        let filter = table["default_filter"].as_str().expect("a filter");
        assert!(
            door.total(name, filter).await > 0 || matches!(name, "packs" | "problems" | "gateway_routes"),
            "{name} has rows in the demo"
        );
        for row in rows["rows"].as_array().expect("rows") {
            for cell in row["cells"].as_array().expect("cells").iter().filter(|cell| cell.is_object()) {
                let (table, filter) = (cell["table"].as_str().expect("a table"), cell["filter"].as_str().expect("a filter"));
                assert_eq!(Some(door.total(table, filter).await), cell["n"].as_u64(), "{name}: {cell} of {row}");
            }
        }
        let past = door.ask("rows", json!({ "table": name, "offset": 4_000_000_000u32, "limit": 4_000_000_000u32 })).await;
        assert_eq!(past["rows"], json!([]), "{name}: past the end is empty");
        let csv = door.ask("table_csv", json!({ "table": name })).await;
        assert_eq!(csv["rows"], rows["total"], "{name}");
    }
    assert_eq!(door.refused("rows", json!({ "table": "../log", "limit": 1 })).await, "BH-API-005");
}

/// The number at the start of a text such as `1,204` or `38`.
fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
    (!text.contains(['.', '%']) && !text.contains("days")).then(|| digits.parse().ok()).flatten()
}

/// A number on a page and the rows behind it never disagree.
#[tokio::test]
async fn every_number_opens_exactly_its_rows() {
    let door = Door::demo().await;
    let (overview, rotations) = (door.ask("overview", json!({})).await, door.ask("rotations", json!({})).await);
    let third_parties = door.ask("third_parties", json!({})).await;
    let list = |page: &Value, name: &str| page[name].as_array().unwrap_or_else(|| panic!("{name} is a list")).clone();
    let mut checked = 0;
    for figure in [&overview, &rotations, &third_parties].iter().flat_map(|page| list(page, "figures")) {
        let (label, link) = (figure["label"].as_str().expect("a label"), &figure["link"]);
        if link.is_null() {
            continue;
        }
        let total = door.total(link["table"].as_str().expect("a table"), link["filter"].as_str().expect("a filter")).await;
        let value = figure["value"].as_str().expect("a value");
        if !link["id"].is_null() {
            assert_eq!(total, 1, "{label} opens one row");
        } else if let Some(number) = number(value) {
            assert_eq!(total, number, "{label}: {figure}");
        } else if label == "Within SLA" {
            let of = door.total("rotations", "").await;
            assert_eq!(value, format!("{:.1} %", 100.0 * total as f64 / of as f64), "the share is of the rows it opens");
        } else {
            let of = figure["population"].as_str().and_then(|text| number(text.strip_prefix("of ")?));
            assert_eq!(Some(total), of, "{label} opens what it was computed over: {figure}");
        }
        checked += 1;
    }
    let mut pairs: Vec<(Value, u64)> = Vec::new();
    for bucket in list(&rotations, "ageing") {
        let sum = ["in_time", "late", "unknown"].iter().filter_map(|part| bucket[part].as_u64()).sum();
        pairs.push((bucket["link"].clone(), sum));
    }
    let all_ages: u64 = pairs.iter().map(|(_, n)| n).sum();
    assert_eq!(all_ages, door.total("rotations", "").await, "every credential with a clock is in one age bucket");
    let numbered = |items: Vec<Value>, name: &str| -> Vec<(Value, u64)> {
        items.iter().map(|item| (item["link"].clone(), item[name].as_u64().expect("a number"))).collect()
    };
    pairs.extend(numbered(list(&rotations, "due_calendar"), "due"));
    let cells = numbered(list(&third_parties, "cells"), "count");
    let in_grid: u64 = cells.iter().map(|(_, n)| n).sum();
    assert_eq!(in_grid, door.total("third_parties", "").await, "every vendor stands in exactly one cell");
    pairs.extend(cells);
    pairs.extend(numbered(list(&overview, "unknowns"), "unknown"));
    for (link, n) in pairs {
        assert_eq!(door.total(link["table"].as_str().expect("a table"), link["filter"].as_str().expect("a filter")).await, n, "{link}");
        checked += 1;
    }
    for next in list(&overview, "do_next") {
        assert_eq!(door.total("clients", next["link"]["filter"].as_str().expect("a filter")).await, 1, "{next}");
        assert!(next["reach_removed"].as_f64().is_some_and(|units| units > 0.0));
    }
    for source in list(&overview, "data_health") {
        assert!(door.total("files", source["link"]["filter"].as_str().expect("a filter")).await > 0, "{source}");
    }
    assert!(checked > 50, "only {checked} numbers were compared");
    assert!(list(&overview, "figures").len() == 5 && !list(&overview, "do_next").is_empty());
}

#[tokio::test]
async fn the_parts_of_a_score_add_up_and_its_reach_is_in_the_tables() {
    let door = Door::demo().await;
    let mut subjects: Vec<Value> = vec![json!({ "unit": "client", "id": door.top().await["id"] })];
    for (table, unit) in [("credentials", "credential"), ("vendors", "vendor")] {
        let top = door.ask("rows", json!({ "table": table, "sort": "-blast_score", "limit": 1 })).await;
        subjects.push(json!({ "unit": unit, "id": top["rows"][0]["id"] }));
    }
    let mixed = door.rows("clients", "blast_score>5 blast_score<70", &["blast_score"]).await;
    assert!(mixed.len() > 3, "scores below the ceiling are looked at too");
    subjects.extend(mixed.iter().take(4).map(|row| json!({ "unit": "client", "id": row["id"] })));
    for subject in subjects {
        let blast = door.ask("blast", json!({ "subject": subject })).await;
        let explanation = &blast["explanation"];
        let score = explanation["blast_score"].as_f64().expect("a score");
        assert!((0.0..=100.0).contains(&score), "{score}");
        let shares: f64 = explanation["shares"].as_array().expect("shares").iter().filter_map(|line| line["share"].as_f64()).sum();
        let hidden = explanation["more_shares"].as_u64().expect("a number");
        // Shares are rounded to tenths so that all of them add up to the score exactly.
        assert!(
            if hidden == 0 { (shares - score).abs() < 1e-6 } else { shares <= score + 1e-6 },
            "{subject}: {shares} of {score}, {hidden} more"
        );
        let by_audience: f64 = blast["audiences"].as_array().expect("audiences").iter().filter_map(|line| line["share"].as_f64()).sum();
        assert!((by_audience - score).abs() < 1e-6, "{subject}: audiences add up to {by_audience}, not {score}");
        let running = explanation["factors"].as_array().and_then(|lines| lines.last()).and_then(|line| line["running"].as_f64());
        assert!(running.is_some_and(|running| (running - score).abs() < 0.05 + 1e-6), "the column ends at the score: {running:?}, {score}");
        for reached in blast["audiences"].as_array().expect("audiences").iter().filter(|line| line["id"] != "") {
            assert_eq!(door.total("audiences", reached["id"].as_str().expect("an id")).await, 1, "{reached}");
        }
        let cells = |map: &Value| -> usize {
            let compartments = map["compartments"].as_array().expect("compartments");
            compartments.iter().filter_map(|compartment| compartment["cells"].as_array()).map(Vec::len).sum()
        };
        assert_eq!(cells(&blast["map"]), cells(&door.ask("flood_map", json!({})).await), "the plan is the same, dry or flooded");
    }
}

#[tokio::test]
async fn a_statement_makes_a_revision_changes_scores_and_can_be_undone() {
    let door = Door::demo().await;
    let location = door.rows("audiences", "location", &["name", "data_classes"]).await;
    let location = location.iter().find(|row| row["name"] == "Location API").expect("the demo has a location API").clone();
    let grants = door.rows("grants", &format!("audience_key:{}", location["id"].as_str().expect("an id")), &["client_key"]).await;
    let mut clients: Vec<String> = grants.iter().filter_map(|grant| grant["client_key"].as_str().map(str::to_owned)).collect();
    clients.sort();
    clients.dedup();
    let mut before = Vec::new();
    for client in &clients {
        let blast = door.ask("blast", json!({ "subject": { "unit": "client", "id": client } })).await;
        before.push(blast["explanation"]["reach_units"].as_f64().expect("units"));
    }
    assert!(clients.len() > 1, "{clients:?}");
    let head = door.ask("status", json!({})).await["head"].as_i64().expect("a revision");

    let set =
        |value: &str| json!({ "table": "audiences", "id": location["id"], "field": "data_class", "value": value, "reason": "moved out" });
    assert_eq!(door.refused("set", set("positions=top secret")).await, "BH-SET-005");
    assert_eq!(door.ask("set", set("positions=public")).await["revision"], head + 1);
    assert_eq!(door.ask("set", set("positions=public")).await["revision"], head + 1, "stated already: no revision");
    let classes = |rows: Vec<Value>| rows[0]["data_classes"].clone();
    let by_id = location["id"].as_str().expect("an id");
    assert_eq!(classes(door.rows("audiences", by_id, &["data_classes"]).await), "positions=public");
    let mut less = 0;
    for (client, before) in clients.iter().zip(&before) {
        let blast = door.ask("blast", json!({ "subject": { "unit": "client", "id": client } })).await;
        assert_eq!(blast["revision"], head + 1);
        let after = blast["explanation"]["reach_units"].as_f64().expect("units");
        assert!(after <= *before, "public data never weighs more than restricted: {before} -> {after}");
        less += usize::from(after < *before);
    }
    assert!(less > 0, "the clients that reach the data score less");
    let log = door.rows("log", "", &["number", "action", "actor", "reason"]).await;
    assert_eq!((&log[0]["action"], &log[0]["actor"], &log[0]["reason"]), (&json!("assert"), &json!("tester"), &json!("moved out")));

    assert_eq!(door.ask("undo", json!({ "revision": head + 1, "reason": "was wrong" })).await["revision"], head + 2);
    assert_eq!(classes(door.rows("audiences", by_id, &["data_classes"]).await), location["data_classes"]);
    for (client, before) in clients.iter().zip(&before) {
        let blast = door.ask("blast", json!({ "subject": { "unit": "client", "id": client } })).await;
        assert_eq!(blast["explanation"]["reach_units"].as_f64(), Some(*before), "undone is as before, to the last digit");
    }
    assert_eq!(door.refused("undo", json!({ "revision": 1 })).await, "BH-INV-015");
    assert_eq!(door.ask("log_verify", json!({})).await["ok"], true);
}

#[tokio::test]
async fn an_earlier_revision_shows_what_was_then() {
    let door = Door::demo().await;
    let client = door.top().await["id"].clone();
    let owned = |door: &Door| {
        let host = door.host.clone();
        async move { dispatch(&host, "rows", json!({ "table": "owners", "limit": 1 })).await.expect("rows")["total"].as_u64() }
    };
    let then = owned(&door).await;
    let set = json!({ "table": "clients", "id": client, "field": "owner", "value": "Zora | \"Quill\" *", "reason": "r" });
    let head = door.ask("set", set).await["revision"].as_i64().expect("a revision");
    assert_eq!(owned(&door).await, then.map(|n| n + 1), "a stated owner is one more");
    let owner = door.rows("owners", "zora", &["name", "clients"]).await;
    let count = &owner[0]["clients"];
    assert_eq!(count["n"], 1);
    assert_eq!(door.total("clients", count["filter"].as_str().expect("a filter")).await, 1, "also with such a name: {count}");

    door.ask("set_revision", json!({ "revision": head - 1 })).await;
    let status = door.ask("status", json!({})).await;
    assert_eq!((&status["revision"], &status["head"]), (&json!(head - 1), &json!(head)));
    assert_eq!(owned(&door).await, then, "the count of then");
    assert_eq!(door.total("log", "").await, head as u64 - 1, "the log ends at the revision on screen");
    assert_eq!(door.ask("overview", json!({})).await["revision"], head - 1);

    door.ask("set_revision", json!({ "revision": 1 })).await;
    for table in ["clients", "grants", "owners", "files"] {
        assert_eq!(door.total(table, "").await, 0, "{table} before the first import");
    }
    for page in ["overview", "rotations", "third_parties", "flood_map", "settings", "pack_preflight"] {
        door.ask(page, json!({})).await;
    }
    door.ask("set_revision", json!({ "revision": null })).await;
    assert_eq!(owned(&door).await, then.map(|n| n + 1));
    for revision in [0, -1, head + 1, i64::MAX] {
        let told = door.try_ask("set_revision", json!({ "revision": revision })).await.expect_err("there is no such revision");
        assert_eq!(told.trouble, Trouble::Refusal, "{revision}: {told}");
    }
}

/// The page sends handles that the shell gave out; a path or a handle of its own making opens nothing.
#[tokio::test]
async fn only_chosen_files_are_read_or_written() {
    let door = Door::new();
    let outside = door.folder.path().join("outside.json");
    std::fs::write(&outside, "{}").expect("writes");
    for handle in ["pick-99", "pick-0", "", "../outside.json", outside.to_str().expect("UTF-8"), "file:///etc/passwd"] {
        for command in ["import_check", "import_run"] {
            assert_eq!(door.refused(command, json!({ "handles": [handle] })).await, "BH-API-002", "{handle}");
        }
        assert_eq!(door.refused("pack_verify", json!({ "handle": handle })).await, "BH-API-002", "{handle}");
        assert_eq!(door.refused("pack_build", json!({ "handle": handle })).await, "BH-API-002", "{handle}");
    }
    assert_eq!(door.ask("status", json!({})).await["inventory"], "none", "a refused import makes no inventory");

    let files = door.folder.path().join("export");
    demo::write(&files).expect("writes the demo");
    let picked = door.host.register_paths(&[files.join("keycloak").join("storefront-realm.json"), outside]);
    assert!(picked.iter().all(|file| !file.handle.contains("export")), "a handle tells no path");
    let (realm, other) = (&picked[0].handle, &picked[1].handle);
    assert_eq!(door.refused("import_run", json!({ "handles": [realm], "as_of": "yesterday" })).await, "BH-IMP-030");
    assert_eq!(door.ask("status", json!({})).await["inventory"], "none", "nor does one with a faulty day");
    let check = door.job("import_check", json!({ "handles": [realm] })).await;
    assert_eq!((&check["can_import"], &check["files"][0]["source"]), (&json!(true), &json!("keycloak")));
    let result = door.job("import_run", json!({ "handles": [realm], "as_of": "2026-11-20" })).await;
    let sum: u64 = ["accepted", "merged", "rejected", "ignored"].iter().filter_map(|part| result["totals"][part].as_u64()).sum();
    assert_eq!(result["totals"]["read"].as_u64(), Some(sum), "every record is accounted for");
    assert!(sum > 0 && door.total("clients", "").await > 10);
    let told = door.ended("import_run", json!({ "handles": [other] })).await;
    assert_eq!((&told["state"], &told["error"]["trouble"]), (&json!("failed"), &json!("refusal")), "{told}");

    // A key and a pack through the door.
    assert_eq!(door.refused("key_new", json!({ "passphrase": "short" })).await, "BH-KEY-002");
    let key = door.ask("key_new", json!({ "passphrase": "correct horse battery" })).await;
    let out: PathBuf = door.folder.path().join("pack.zip");
    let handle = &door.host.register_paths(std::slice::from_ref(&out))[0].handle;
    let told = door.ended("pack_build", json!({ "handle": handle, "passphrase": "wrong horse battery" })).await;
    assert_eq!((&told["error"]["code"], out.exists()), (&json!("BH-KEY-004"), false));
    let pack = door.job("pack_build", json!({ "handle": handle, "profile": "internal", "passphrase": "correct horse battery" })).await;
    assert_eq!(pack["signer"], key["fingerprint"]);
    let verdict = door.job("pack_verify", json!({ "handle": handle, "signer": key["fingerprint"] })).await;
    assert_eq!(verdict["verdict"], "intact and signed", "{verdict}");
    assert_eq!(door.total("packs", "").await, 1);
    assert_eq!(door.refused("pack_build", json!({ "handle": handle, "profile": "friends" })).await, "BH-PAK-004");
}
