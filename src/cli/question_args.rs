//! The words of the questions on the command line. Knows no inventory and prints nothing.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct ReplayArgs {
    /// Public id, client id or display name of a client, credential or vendor
    pub subject: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct CrossesArgs {
    /// Name of a trust boundary
    #[arg(requires = "b")]
    pub a: Option<String>,
    /// Name of another one
    pub b: Option<String>,
    /// Clients at most
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct BreachArgs {
    /// Public id or name of a vendor
    pub vendor: String,
    /// File to write: .html, .md or .json
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Steps shown at most; the file and --json have all
    #[arg(long, default_value_t = 25)]
    pub limit: u32,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct PathArgs {
    /// Client, credential or vendor that is assumed stolen
    pub from: String,
    /// Audience, client or vendor; data_class:NAME; boundary:NAME
    pub to: String,
}
