//! `cargo xtask`: the project's two commands, `run` and `test`, and the small ones around them.
//!
//! Knows how to install, build and start things; knows nothing of tokens. Whatever needs the core is in `workbench`.
#![allow(clippy::disallowed_methods, reason = "this is an edge: it reads the environment")]

mod counts;
mod display;
mod frontend;
mod journey;
mod pictures;
mod setup;
mod steps;
mod suite;
mod synth;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set-up, run, test and generators of Bulkhead.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, import the demo (or FILES), print the answers, seal a pack, open the console.
    Run {
        /// Exports or folders of exports to import instead of the demo.
        files: Vec<std::path::PathBuf>,
        /// Stop after the pack; do not open the window.
        #[arg(long)]
        no_window: bool,
    },
    /// Install what is missing, then run every check; the last line counts them.
    Test {
        /// Only the steps whose name contains this text.
        #[arg(long)]
        only: Option<String>,
    },
    /// Install what building (and, with --tests, testing) needs, and nothing else.
    Setup {
        /// Also what only the tests need.
        #[arg(long)]
        tests: bool,
    },
    /// Write the exports of a made-up Entra tenant of any size, and what an import of them must count.
    Synth(synth::Options),
    /// Compare speed and memory, on made-up estates, with what one would use instead (docs/measurements.md).
    Bench {
        /// Also open the real window on the largest inventory and measure start, page change, sort and filter (Linux).
        #[arg(long)]
        window: bool,
        /// --quick, --xl.
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        words: Vec<String>,
    },
    /// Take the pictures of the README again, from the window over the demo (docs/pictures).
    Pictures,
    /// gen, dev-server and the other tasks that need the core.
    #[command(external_subcommand)]
    Workbench(Vec<String>),
}

fn main() -> ExitCode {
    let line = Line::parse();
    let root = steps::root();
    let done = match line.task {
        Task::Run { files, no_window } => journey::run(&root, &files, no_window),
        Task::Test { only } => suite::run(&root, only.as_deref()),
        Task::Setup { tests } => {
            setup::system(if tests { setup::Need::Test } else { setup::Need::Build }).and_then(|()| frontend::install(&root)).map(|()| true)
        }
        Task::Synth(options) => synth::run(&options),
        Task::Bench { words, window } => {
            steps::bench(&root, &words).and_then(|right| if window { Ok(suite::measure_window(&root)? && right) } else { Ok(right) })
        }
        Task::Pictures => pictures::run(&root),
        Task::Workbench(words) => steps::workbench(&root, &words),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
