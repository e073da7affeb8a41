//! The words of `token` on the command line. Knows no inventory and prints nothing.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Token {
    #[command(subcommand)]
    pub action: TokenAction,
}

#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub enum TokenAction {
    /// Inspect one token or many, from files or standard input
    #[command(
        after_help = "Examples:\n  bulkhead token inspect < token.txt\n  bulkhead token inspect token.txt --jwks keys.json --issuer https://idp.example/realms/shop\n  grep -h Authorization gateway.log | bulkhead token inspect --jwks keys.json --json\n  bulkhead token inspect tokens.txt --jwks keys.json --keep --reason 'sampled at the gateway'\n\nReads a token a line, `Authorization: Bearer` lines, JSON lists, token and introspection answers.\nNothing is fetched. No token and no signature is printed, logged or stored; never write a token on the command line itself,\nbecause the shell keeps it."
    )]
    Inspect(Inspect),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Inspect {
    /// Files with tokens; without them, or with -, standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// JWKS file with the issuer's public keys; may be given several times
    #[arg(long, value_name = "FILE")]
    pub jwks: Vec<PathBuf>,
    /// Issuer that the JWKS files belong to, exactly as in iss
    #[arg(long, value_name = "URL", requires = "jwks")]
    pub issuer: Option<String>,
    /// Accept how this issuer names claims and types, so that J15 and J16 do not warn of names
    #[arg(long, value_name = "ISSUER")]
    pub accept_dialect: Vec<String>,
    /// Show every check and claim, not only what needs a look
    #[arg(long)]
    pub all: bool,
    /// Tokens shown in full at most
    #[arg(long, default_value_t = 10)]
    pub limit: u32,
    /// Keep what was seen as token profiles of the clients; shows first what would be kept unless --reason is there
    #[arg(long)]
    pub keep: bool,
    /// Why; confirms --keep and goes into the activity log
    #[arg(long, requires = "keep")]
    pub reason: Option<String>,
}
