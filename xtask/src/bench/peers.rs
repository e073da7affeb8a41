//! What a user would do instead, on the same data in the same run. Measures only; a peer that is missing is named.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use serde_json::Value;

use super::child::{self, Cost};

/// Loads the flat CSV of all grants into a table with two indexes, by the shell of SQLite. `None` = there is no such shell.
pub fn sqlite(flat: &Path, folder: &Path) -> Result<Option<Cost>> {
    if missing(Command::new("sqlite3").arg("--version")) {
        return Ok(None);
    }
    let file = folder.join("flat.db");
    let _ = std::fs::remove_file(&file);
    let cost = child::run(
        Command::new("sqlite3")
            .arg(&file)
            .arg("create table grants(client text, api text, kind text, permission text, mode text, principal text)")
            .arg(format!(".import --csv --skip 1 \"{}\" grants", flat.display()))
            .arg("create index grants_by_client on grants(client)")
            .arg("create index grants_by_api on grants(api, permission)")
            .arg("select count(*) from grants"),
    )?;
    Ok(Some(cost))
}

/// Bare reachability of all clients by a recursive query over the table that [`sqlite`] loaded: no privilege, no path, no score. The
/// edges are made before and not counted. `None` = there is no such shell.
pub fn recursive(folder: &Path) -> Result<Option<Cost>> {
    let file = folder.join("flat.db");
    if missing(Command::new("sqlite3").arg("--version")) || !file.exists() {
        return Ok(None);
    }
    child::run(
        Command::new("sqlite3")
            .arg(&file)
            .arg("create table edges(a text, b text)")
            .arg("insert into edges select client, api || '/' || permission from grants union select api || '/' || permission, api from grants")
            .arg("create index edges_by_a on edges(a, b)")
            .arg("analyze"),
    )?;
    let cost = child::run(Command::new("sqlite3").arg(&file).arg(
        "with recursive reach(root, node) as (select distinct client, client from grants union select root, b from reach join edges on a = node) \
         select count(*) from reach",
    ))?;
    Ok(Some(cost))
}

/// Bare reachability of all clients with python-igraph: no privilege, no path, no score. `Err` text = why it is missing.
pub fn igraph(flat: &Path, bench: &Path) -> Result<std::result::Result<Value, String>> {
    let place = bench.join("venv");
    let python = place.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let has = |python: &Path| !missing(Command::new(python).args(["-c", "import igraph"]));
    if !has(&python) {
        let made = !missing(Command::new("python3").args(["-m", "venv"]).arg(&place))
            && !missing(Command::new(&python).args(["-m", "pip", "install", "--quiet", "igraph"]));
        if !made || !has(&python) {
            return Ok(Err("python3 with igraph could not be set up".to_owned()));
        }
    }
    let cost = child::run(Command::new(python).arg("-c").arg(REACH).arg(flat))?;
    Ok(serde_json::from_str(&cost.output).map_err(|error| format!("its answer is unreadable: {error}")))
}

const REACH: &str = r#"
import csv, json, sys, time
import igraph
ids, edges, clients = {}, [], set()
with open(sys.argv[1], newline="") as file:
    for row in csv.DictReader(file):
        client = ids.setdefault(row["client"], len(ids))
        scope = ids.setdefault((row["api"], row["permission"]), len(ids))
        api = ids.setdefault(row["api"], len(ids))
        clients.add(client)
        edges.append((client, scope))
        edges.append((scope, api))
start, cpu = time.perf_counter(), time.process_time()
graph = igraph.Graph(n=len(ids), edges=edges, directed=True)
built = time.perf_counter()
reached = graph.neighborhood(vertices=sorted(clients), order=len(ids), mode="out")
end = time.perf_counter()
print(json.dumps({"build_seconds": built - start, "reach_seconds": end - built, "cpu_seconds": time.process_time() - cpu,
                  "reached": sum(len(one) for one in reached)}))
"#;

fn missing(command: &mut Command) -> bool {
    !command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
