//! The one door to the core: the list of commands, their requests and answers, and dispatch.
//!
//! Knows `work`, nothing of windows. A command is declared once, in [`COMMANDS`]; shells and the development server only
//! pass it on, and add those that need a native dialog.

mod answered;
mod ask;
mod change;
mod enforcement;
mod export;
pub mod host;
mod imports;
mod packs;
mod pictures;
mod questions;
pub mod tokens;
mod what_if;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use host::{Config, Host};

use crate::error::Told;

/// The wire shapes; they live in `work`, whose use cases answer in them.
pub mod types {
    pub use crate::work::wire::*;
}

/// What a command may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads.
    Read,
    /// Changes the inventory or settings.
    Write,
    /// Writes a file that the user chose.
    Export,
}

/// Every command of the door, alphabetical. The list that a test compares with what dispatch answers.
pub const COMMANDS: &[(&str, Access)] = &[
    ("bar_tree", Access::Read),
    ("blast", Access::Read),
    ("breach", Access::Read),
    ("breach_export", Access::Export),
    ("bridges", Access::Read),
    ("change_proposal", Access::Read),
    ("crosses", Access::Read),
    ("demo_delete", Access::Write),
    ("demo_open", Access::Write),
    ("enforcement", Access::Read),
    ("enforcement_record", Access::Write),
    ("facets", Access::Read),
    ("flood_map", Access::Read),
    ("graph_export", Access::Export),
    ("import_check", Access::Read),
    ("import_run", Access::Write),
    ("inventory_open", Access::Write),
    ("job", Access::Read),
    ("job_cancel", Access::Write),
    ("key_new", Access::Write),
    ("keys", Access::Read),
    ("log_verify", Access::Read),
    ("map_check", Access::Read),
    ("map_export", Access::Export),
    ("map_import", Access::Write),
    ("matrix", Access::Read),
    ("overview", Access::Read),
    ("pack_build", Access::Export),
    ("pack_preflight", Access::Read),
    ("pack_verify", Access::Read),
    ("panel", Access::Read),
    ("paths", Access::Read),
    ("picture_export", Access::Export),
    ("plan_save", Access::Write),
    ("plans", Access::Read),
    ("portfolio", Access::Read),
    ("proposal_export", Access::Export),
    ("questions", Access::Read),
    ("replay", Access::Read),
    ("rotations", Access::Read),
    ("rows", Access::Read),
    ("sankey", Access::Read),
    ("search_subjects", Access::Read),
    ("set", Access::Write),
    ("set_many", Access::Write),
    ("set_revision", Access::Read),
    ("settings", Access::Read),
    ("settings_set", Access::Write),
    ("smallest_cut", Access::Read),
    ("status", Access::Read),
    ("table_csv", Access::Export),
    ("table_export", Access::Export),
    ("tables", Access::Read),
    ("third_parties", Access::Read),
    ("tier_map", Access::Read),
    ("token_forget", Access::Read),
    ("token_inspect", Access::Read),
    ("undo", Access::Write),
    ("what_if", Access::Read),
];

/// Runs one command.
///
/// # Errors
/// The four parts of what went wrong, ready to show.
pub async fn dispatch(host: &std::sync::Arc<Host>, command: &str, args: Value) -> Result<Value, Told> {
    let answer = match command {
        "bar_tree" => ask::bar_tree(host, read(args)?).await,
        "blast" => ask::blast(host, read(args)?).await,
        "breach" => questions::breach(host, read(args)?).await,
        "breach_export" => questions::breach_export(host, read(args)?).await,
        "bridges" => questions::bridges(host, read(args)?).await,
        "change_proposal" => what_if::change_proposal(host, read(args)?).await,
        "crosses" => questions::crosses(host).await,
        "demo_delete" => change::demo_delete(host).await,
        "demo_open" => change::demo_open(host).await,
        "enforcement" => enforcement::matrix(host, read(args)?).await,
        "enforcement_record" => enforcement::record(host, read(args)?).await,
        "facets" => ask::facets(host, read(args)?).await,
        "flood_map" => ask::flood_map(host, read(args)?).await,
        "graph_export" => enforcement::graph_export(host, read(args)?).await,
        "import_check" => imports::check(host, read(args)?).await,
        "import_run" => imports::run(host, read(args)?).await,
        "inventory_open" => change::inventory_open(host).await,
        "job" => job(host, &read::<ById>(args)?.id),
        "job_cancel" => Ok(json!({ "cancelling": host.jobs.cancel(&read::<ById>(args)?.id) })),
        "key_new" => packs::key_new(host, read(args)?).await,
        "keys" => packs::keys(host),
        "log_verify" => ask::log_verify(host).await,
        "map_check" => enforcement::map_check(host, read(args)?).await,
        "map_export" => enforcement::map_export(host, read(args)?).await,
        "map_import" => enforcement::map_import(host, read(args)?).await,
        "matrix" => ask::matrix(host, read(args)?).await,
        "overview" => ask::overview(host).await,
        "pack_build" => packs::build(host, read(args)?).await,
        "pack_preflight" => packs::preflight(host).await,
        "pack_verify" => packs::verify(host, read(args)?).await,
        "panel" => ask::panel(host, read(args)?).await,
        "picture_export" => pictures::export(host, read(args)?).await,
        "paths" => questions::paths(host, read(args)?).await,
        "plan_save" => what_if::plan_save(host, read(args)?).await,
        "plans" => what_if::plans(host).await,
        "portfolio" => questions::portfolio(host).await,
        "proposal_export" => what_if::proposal_export(host, read(args)?).await,
        "questions" => questions::forms(host).await,
        "replay" => questions::replay(host, read(args)?).await,
        "rotations" => ask::rotations(host).await,
        "rows" => ask::rows(host, read(args)?).await,
        "sankey" => ask::sankey(host, read(args)?).await,
        "search_subjects" => ask::search_subjects(host, read(args)?).await,
        "set" => change::set(host, read(args)?).await,
        "set_many" => enforcement::set_many(host, read(args)?).await,
        "set_revision" => change::set_revision(host, read(args)?).await,
        "settings" => ask::settings(host).await,
        "settings_set" => change::settings_set(host, read(args)?).await,
        "smallest_cut" => what_if::smallest_cut(host, read(args)?).await,
        "status" => ask::status(host).await,
        "table_csv" => ask::table_csv(host, read(args)?).await,
        "table_export" => export::table_export(host, read(args)?).await,
        "tables" => ask::tables(),
        "third_parties" => ask::third_parties(host).await,
        "tier_map" => ask::tier_map(host, read(args)?).await,
        "token_forget" => tokens::forget(host),
        "token_inspect" => tokens::inspect(host, args).await,
        "undo" => change::undo(host, read(args)?).await,
        "what_if" => what_if::what_if(host, read(args)?).await,
        _ => return Err(unknown(command)),
    };
    answer.map_err(|error| Told::of(&error))
}

/// A request that names one thing.
#[derive(Debug, serde::Deserialize)]
struct ById {
    id: String,
}

fn job(host: &Host, id: &str) -> anyhow::Result<Value> {
    let job = host.jobs.find(id).ok_or_else(|| {
        Told::refusal(
            "BH-API-003",
            "That job is not known.",
            "It may belong to an earlier start of the program.",
            "Look at the imports list for what was done.",
        )
    })?;
    Ok(serde_json::to_value(job.view())?)
}

fn read<T: DeserializeOwned>(args: Value) -> Result<T, Told> {
    serde_json::from_value(if args.is_null() { json!({}) } else { args }).map_err(|error| {
        Told::refusal("BH-API-001", "The request does not fit the command.", "Nothing was done.", "Update window and core to one version.")
            .details(error.to_string())
    })
}

fn unknown(command: &str) -> Told {
    let name: String = command.chars().take(40).filter(char::is_ascii_graphic).collect();
    Told::refusal("BH-API-004", format!("There is no command “{name}”."), "Nothing was done.", "Update window and core to one version.")
}
