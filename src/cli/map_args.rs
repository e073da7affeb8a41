//! The words of the governance file on the command line. Knows no inventory and prints nothing.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Map {
    #[command(subcommand)]
    pub action: MapAction,
}

#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub enum MapAction {
    /// Write what files and people say, sorted; the same inventory gives the same bytes
    #[command(
        after_help = "Examples:\n  bulkhead map export audience-map.yaml\n  bulkhead map export audience-map.json\n  bulkhead map export | less\n\nWhat permission classes and other packs propose is not in the file: it holds what somebody stated."
    )]
    Export {
        /// File to write, YAML or by its ending JSON; without it YAML on standard output
        file: Option<PathBuf>,
    },
    /// State what a file says and the inventory does not know yet, as one revision
    #[command(
        after_help = "Examples:\n  bulkhead map import audience-map.yaml --check\n  bulkhead map import audience-map.yaml --reason 'quarterly review of the map'\n\nA file is taken whole or not at all. What it does not name is left alone; an empty text takes an earlier statement back."
    )]
    Import {
        /// YAML or JSON file
        file: PathBuf,
        /// Why; goes into the activity log
        #[arg(long, required_unless_present = "check")]
        reason: Option<String>,
        /// Only compare: tell changes and faults, store nothing
        #[arg(long)]
        check: bool,
    },
}
