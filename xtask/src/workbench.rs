//! The part of `cargo xtask` that needs the core: generators and the development server.
#![allow(clippy::disallowed_methods, reason = "this is an edge: it reads the environment")]

mod bench;
mod dev_server;
mod gen_ts;
#[allow(dead_code, reason = "the command line of the generator is used by xtask itself")]
mod synth;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Generators and the development server.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the generated files; with --check only say whether they are fresh.
    Gen {
        /// Write nothing; exit 1 when a file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Serve the built window and the core on 127.0.0.1, for page tests and for working on the window.
    DevServer(dev_server::Options),
    /// Compare speed and memory with what one would use instead; wants release builds, so call it by `cargo xtask bench`.
    Bench(bench::Options),
    /// The part of bench that runs in a process of its own.
    #[command(hide = true)]
    BenchScore {
        /// Inventory file.
        inventory: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Line::parse().task {
        Task::Gen { check } => gen_ts::run(&root(), check),
        Task::DevServer(options) => dev_server::run(&root(), options),
        Task::Bench(options) => bench::run(&root(), &options),
        Task::BenchScore { inventory } => bench::score::run(&inventory),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands inside the project").to_owned()
}
