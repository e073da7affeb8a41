//! The command line: the second face of the core (design.md 7).
//!
//! Answers go to standard output, progress and errors to standard error. Every command is a function of `commands`.

pub mod args;
mod ask;
mod change;
mod export_help;
mod import;
mod map;
mod map_args;
mod print;
pub mod question_args;
mod questions;
mod session;
mod token;
mod token_args;
mod what_if;
mod what_if_args;

use clap::{CommandFactory, Parser};

use crate::error::{Told, Trouble};
use args::{Cli, Command, ExportWhat, PackAction};
use map_args::MapAction;
use token_args::TokenAction;

/// Parses the arguments of the process and runs the command. 0 done, 1 failed, 2 wrong usage.
pub fn run() -> i32 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The program could not start its worker threads: {error}");
            return 1;
        }
    };
    let json = cli.json;
    match runtime.block_on(command(cli)) {
        Ok(code) => code,
        Err(error) => {
            // A reader that stops reading (`| head`) is no fault of ours.
            if error.root_cause().downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe) {
                return 0;
            }
            let told = Told::of(&error);
            if json {
                eprintln!("{}", serde_json::to_string(&told).unwrap_or_else(|_| told.to_string()));
            } else {
                eprintln!("{told}");
            }
            if told.code == "BH-CLI-010" && told.trouble == Trouble::Refusal { 2 } else { 1 }
        }
    }
}

async fn command(cli: Cli) -> anyhow::Result<i32> {
    let Cli { inventory, json, as_of, revision, command } = cli;
    let ctx = session::Session { inventory, json, as_of: session::clock_of(as_of.as_deref())?, revision };
    match command {
        Command::Summary => ask::summary(&ctx).await,
        Command::List(list) => ask::list(&ctx, &list.kind, &list.window, "").await,
        Command::Blast(blast) => ask::blast(&ctx, &blast).await,
        Command::Rotations(rotations) => {
            let filter = rotations.status.as_deref().map_or_else(String::new, |status| format!("status:{status}"));
            ask::list(&ctx, "rotations", &rotations.window, &filter).await
        }
        Command::ThirdParties(window) => ask::list(&ctx, "third_parties", &window, "").await,
        Command::Enforcement(enforcement) => {
            let filter =
                enforcement.gateway.as_deref().map_or_else(String::new, |name| format!("gateway:{}", crate::work::filter::quote(name)));
            ask::list(&ctx, "enforcement", &enforcement.window, &filter).await
        }
        Command::Token(token) => match token.action {
            TokenAction::Inspect(inspect) => token::inspect(&ctx, &inspect).await,
        },
        Command::Map(map) => match map.action {
            MapAction::Export { file } => map::export(&ctx, file.as_deref()).await,
            MapAction::Import { file, reason, check } => map::import(&ctx, &file, reason.as_deref().unwrap_or_default(), check).await,
        },
        Command::Export(export) => match export.what {
            ExportWhat::Graph { format, out } => map::graph(&ctx, &format, &out).await,
        },
        Command::Replay(replay) => questions::replay(&ctx, &replay).await,
        Command::Crosses(crosses) => questions::crosses(&ctx, &crosses).await,
        Command::Breach(breach) => questions::breach(&ctx, &breach).await,
        Command::Path(path) => questions::path(&ctx, &path).await,
        Command::WhatIf(args) => what_if::what_if(&ctx, &args).await,
        Command::Cut(cut) => what_if::cut(&ctx, &cut).await,
        Command::Plans(args) => what_if::plans(&ctx, &args).await,
        Command::Portfolio => questions::portfolio(&ctx).await,
        Command::Drift(drift) => ask::drift(&ctx, drift.from, drift.to).await,
        Command::Log(log) => ask::log(&ctx, log.action.is_some()).await,
        Command::Import(import) => import::import(&ctx, &import).await,
        Command::Set(set) => change::set(&ctx, &set).await,
        Command::Undo(undo) => change::undo(&ctx, undo.revision, &undo.reason).await,
        Command::Demo(demo) => change::demo(&ctx, &demo.dir),
        Command::Pack(pack) => match pack.action {
            PackAction::Build { out, profile, passphrase_file, unsigned } => {
                change::pack_build(&ctx, &out, &profile, passphrase_file.as_deref(), unsigned).await
            }
            PackAction::Verify { file } => change::pack_verify(&ctx, &file),
        },
        Command::Key(key) => change::key(&ctx, &key.action),
        Command::HowToExport(how) => export_help::print(&ctx, how.source.as_deref(), &how.script),
        Command::Completions(completions) => {
            clap_complete::generate(completions.shell, &mut Cli::command(), "bulkhead", &mut std::io::stdout());
            Ok(0)
        }
    }
}
