//! `cargo xtask bench`: speed and memory as ratios to what a user would do instead, on the same data in the same run.
//!
//! Measures and tells; it holds no goal as a test, because a busy machine would make it fail for no reason. What must be
//! right whatever the speed are the counts: they are compared with what the generator says.

mod child;
mod peers;
pub mod score;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::synth;
use child::Cost;

/// How much to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Up to 10,000 clients and 100,000 grants instead of ten times that.
    #[arg(long)]
    quick: bool,
    /// Also 1,000,000 clients and 10,000,000 grants.
    #[arg(long, conflicts_with = "quick")]
    xl: bool,
}

/// One size of estate and everything that was measured on it.
struct Measured {
    clients: u64,
    grants: u64,
    bytes: u64,
    import: Cost,
    again: Cost,
    score: Value,
    score_cost: Cost,
    pack: Option<(Cost, Cost)>,
    differences: Vec<String>,
    flat: PathBuf,
}

/// Runs all sizes and prints the table; false when a count is wrong.
pub fn run(root: &Path, options: &Options) -> Result<bool> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let place = target.join("bench");
    std::fs::create_dir_all(&place).context("make the folder of the bench")?;
    let bulkhead = target.join("release").join(format!("bulkhead{}", std::env::consts::EXE_SUFFIX));
    let mut sizes = vec![(1_000, 10_000), (10_000, 100_000)];
    if !options.quick {
        sizes.push((100_000, 1_000_000));
    }
    if options.xl {
        sizes.push((1_000_000, 10_000_000));
    }
    let mut all = Vec::new();
    for (clients, grants) in sizes {
        eprintln!("== {clients} clients, {grants} grants");
        all.push(measure(&bulkhead, &place, clients, grants)?);
    }
    // Peers are compared at the size that the goals name (L), not at the largest.
    let at = all.iter().rposition(|one| one.grants <= 1_000_000).context("there is a size")?;
    let sqlite = peers::sqlite(&all[at].flat, &place)?;
    let recursive = peers::recursive(&place)?;
    let igraph = peers::igraph(&all[at].flat, &place)?;
    let (text, figures) = told(&all, at, sqlite.as_ref(), recursive.as_ref(), &igraph);
    println!("{text}");
    let file = place.join("results.json");
    std::fs::write(&file, serde_json::to_string_pretty(&figures)? + "\n").context("write the figures")?;
    eprintln!("figures: {}", file.display());
    let wrong: Vec<&String> = all.iter().flat_map(|one| &one.differences).collect();
    for difference in &wrong {
        eprintln!("wrong count: {difference}");
    }
    Ok(wrong.is_empty())
}

fn measure(bulkhead: &Path, place: &Path, clients: u64, grants: u64) -> Result<Measured> {
    let folder = place.join(format!("grants-{grants}"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("clear the folder of an earlier run")?;
    }
    std::fs::create_dir_all(&folder).context("make the folder of this size")?;
    let flat = folder.join("flat.csv");
    let truth = synth::generate(&synth::Options { clients, grants, seed: 1, out: folder.clone(), flat: Some(flat.clone()) })?;
    let inventory = folder.join("bench.inventory");
    let run = |words: &[&str]| {
        let mut command = Command::new(bulkhead);
        // The data folder of whoever runs this is none of our business.
        command.env("XDG_DATA_HOME", &folder).arg("--inventory").arg(&inventory).arg("--json").args(words);
        child::run(&mut command)
    };
    let export = folder.join("export");
    let export = export.to_str().context("a readable path")?;
    let import = run(&["import", "--full", export])?;
    let again = run(&["import", "--full", export])?;
    let summary: Value = serde_json::from_str(&run(&["summary"])?.output).context("read the summary")?;
    let mut differences = Vec::new();
    for (name, expected) in [
        ("clients", truth.clients),
        ("credentials", truth.credentials),
        ("audiences", truth.audiences),
        ("scopes", truth.scopes),
        ("grants", truth.grants()),
        ("principals", truth.principals),
        ("owners", truth.owners),
        ("third_party_clients", truth.third_party_clients),
    ] {
        if summary[name].as_u64() != Some(expected) {
            differences.push(format!("{grants} grants: {name} {} instead of {expected}", summary[name]));
        }
    }
    let score_cost = child::run(Command::new(std::env::current_exe().context("find myself")?).arg("bench-score").arg(&inventory))?;
    let score = serde_json::from_str(&score_cost.output).context("read the figures of the engine")?;
    let pack_file = folder.join("bench.zip");
    let pack_file = pack_file.to_str().context("a readable path")?;
    let pack = run(&["pack", "build", pack_file, "--unsigned"]).and_then(|built| Ok((built, run(&["pack", "verify", pack_file])?)));
    let pack = pack.inspect_err(|error| eprintln!("the pack could not be measured: {error:#}")).ok();
    let bytes = truth.files.iter().map(|file| file.bytes).sum();
    Ok(Measured { clients, grants, bytes, import, again, score, score_cost, pack, differences, flat })
}

/// Processor seconds, or the wall clock where the system does not show them.
fn work(cost: &Cost) -> f64 {
    cost.cpu.unwrap_or(cost.seconds)
}

fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or("not shown here".to_owned(), |bytes| format!("{:.0} MB", bytes as f64 / 1e6))
}

fn cost(cost: &Cost) -> Value {
    json!({ "seconds": cost.seconds, "cpu_seconds": cost.cpu, "peak_bytes": cost.peak })
}

/// The table for people and the same figures for programs.
fn told(all: &[Measured], at: usize, sqlite: Option<&Cost>, recursive: Option<&Cost>, igraph: &Result<Value, String>) -> (String, Value) {
    let one = &all[at];
    let number = |name: &str| one.score[name].as_f64().unwrap_or(f64::NAN);
    let mut text = format!("{:<46} {:>34}  {}\n", "work", "measured", "goal");
    let mut figures = Map::new();
    let mut line = |what: &str, measured: String, goal: &str| {
        let _ = writeln!(text, "{what:<46} {measured:>34}  {goal}");
    };
    line("estate", format!("{} clients, {} grants, {} MB", one.clients, one.grants, one.bytes / 1_000_000), "");
    line("import", format!("{:.2} s, {:.2} s CPU", one.import.seconds, work(&one.import)), "");
    match sqlite {
        Some(peer) => {
            line("sqlite3 .import of the flat CSV", format!("{:.2} s, {:.2} s CPU", peer.seconds, work(peer)), "");
            let (wall, cpu) = (one.import.seconds / peer.seconds, work(&one.import) / work(peer));
            line("import / sqlite3", format!("{wall:.2} x, {cpu:.2} x by CPU"), "<= 1.0 x");
            figures.insert("import_ratio".into(), json!({ "wall": wall, "cpu": cpu }));
        }
        None => line("import / sqlite3", "sqlite3 is not here".to_owned(), "<= 1.0 x"),
    }
    line("peak memory of the import", megabytes(one.import.peak), "<= 250 MB");
    let (wall, cpu) = (one.again.seconds / one.import.seconds, work(&one.again) / work(&one.import));
    line("same files again / first import", format!("{wall:.2} x, {cpu:.2} x by CPU"), "<= 0.5 x");
    figures.insert("import_again_ratio".into(), json!({ "wall": wall, "cpu": cpu }));
    let scored = number("graph_seconds") + number("score_seconds");
    line("graph and scores of all units", format!("{:.0} ms for {} units", scored * 1e3, one.score["units_scored"]), "");
    match igraph {
        Ok(peer) => {
            let theirs = peer["build_seconds"].as_f64().unwrap_or(f64::NAN) + peer["reach_seconds"].as_f64().unwrap_or(f64::NAN);
            line("igraph, bare reachability", format!("{:.0} ms", theirs * 1e3), "");
            line("scores / igraph", format!("{:.2} x", scored / theirs), "<= 0.3 x");
            figures.insert("score_ratio".into(), json!(scored / theirs));
            figures.insert("igraph".into(), peer.clone());
        }
        Err(why) => line("scores / igraph", why.clone(), "<= 0.3 x"),
    }
    match recursive {
        Some(peer) => {
            line("recursive query, bare reachability", format!("{:.1} s, {:.1} s CPU", peer.seconds, work(peer)), "");
            line("scores / recursive query", format!("{:.4} x", scored / peer.seconds), "");
            figures.insert("recursive_ratio".into(), json!(scored / peer.seconds));
            figures.insert("recursive".into(), cost(peer));
        }
        None => line("scores / recursive query", "sqlite3 is not here".to_owned(), ""),
    }
    line("all answers of the newest revision", format!("{:.2} s", number("answers_seconds")), "");
    let per_grant = one.score["peak_bytes"].as_f64().map(|bytes| bytes / one.grants as f64);
    line(
        "memory of all answers (rows, views, graph)",
        per_grant.map_or("not shown here".to_owned(), |n| format!("{}, {n:.0} bytes a grant", megabytes(one.score["peak_bytes"].as_u64()))),
        "",
    );
    line("explain the largest client", format!("{:.1} ms, {} atoms", number("explain_ms"), one.score["explained_atoms"]), "<= 20 ms");
    line("sort all grants", format!("{:.0} ms", number("sort_ms")), "<= 300 ms");
    line("filter all grants", format!("{:.0} ms", number("filter_ms")), "<= 300 ms");
    match &one.pack {
        Some((built, verified)) => {
            line("pack built and verified", format!("{:.1} s + {:.1} s", built.seconds, verified.seconds), "<= 20 s");
            line("peak memory of the pack", megabytes(built.peak.max(verified.peak)), "<= 500 MB");
        }
        None => line("pack built and verified", "not measured: see above".to_owned(), "<= 20 s"),
    }
    line("one statement to all changed scores", format!("{:.0} ms", number("edit_ms")), "<= 100 ms");
    line("graph alone, memory", format!("{:.0} bytes a grant", number("graph_bytes") / one.grants as f64), "<= 60 bytes a grant");
    line("window", "measured with --window".to_owned(), "");
    for pair in all.windows(2) {
        let exponent =
            |f: &dyn Fn(&Measured) -> f64| (f(&pair[1]) / f(&pair[0])).ln() / (pair[1].grants as f64 / pair[0].grants as f64).ln();
        let import = exponent(&|one| work(&one.import));
        let score = exponent(&|one| {
            one.score["graph_seconds"].as_f64().unwrap_or(f64::NAN) + one.score["score_seconds"].as_f64().unwrap_or(f64::NAN)
        });
        let pack = exponent(&|one| one.pack.as_ref().map_or(f64::NAN, |(built, _)| work(built)));
        line(
            &format!("growth {} to {} grants", pair[0].grants, pair[1].grants),
            format!("{import:.2} import, {score:.2} scores, {pack:.2} pack"),
            "<= 1.05",
        );
    }
    for (one, name) in all.iter().map(|one| (one, format!("grants_{}", one.grants))) {
        figures.insert(
            name,
            json!({
                "import": cost(&one.import), "again": cost(&one.again), "engine": one.score, "engine_process": cost(&one.score_cost),
                "pack_build": one.pack.as_ref().map(|(built, _)| cost(built)), "pack_verify": one.pack.as_ref().map(|(_, verified)| cost(verified)),
                "wrong_counts": one.differences,
            }),
        );
    }
    figures.insert("sqlite3".into(), sqlite.map_or(Value::Null, cost));
    (text, Value::Object(figures))
}
