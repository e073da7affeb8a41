//! The words of the command line, with their help (design.md 7). Knows no inventory and prints nothing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::map_args::Map;
use super::question_args::{BreachArgs, CrossesArgs, PathArgs, ReplayArgs};
use super::token_args::Token;
use super::what_if_args::{CutArgs, PlansArgs, WhatIfArgs};

/// What can one stolen token reach, which credentials are late, who outside reaches what inside.
///
/// Bulkhead reads the export files of your identity systems into one inventory file and answers from it. It opens no
/// socket, asks for no admin rights and keeps no secret.
#[derive(Debug, Parser)]
#[command(
    name = "bulkhead",
    version,
    max_term_width = 120,
    after_help = "Exit codes: 0 done, 1 failed (message on standard error), 2 wrong usage."
)]
pub struct Cli {
    /// Inventory file; without it the platform's data folder
    #[arg(long, global = true, value_name = "FILE")]
    pub inventory: Option<PathBuf>,
    /// Answer as one JSON object
    #[arg(long, global = true)]
    pub json: bool,
    /// The day that ages count to (moves the clock only), e.g. 2026-11-20
    #[arg(long, global = true, value_name = "DATE")]
    pub as_of: Option<String>,
    /// State of the inventory to answer from; without it the newest
    #[arg(long, global = true, value_name = "N")]
    pub revision: Option<i64>,
    #[allow(missing_docs, reason = "the subcommands document themselves")]
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub enum Command {
    /// Import export files or folders as one set
    #[command(
        after_help = "Examples:\n  bulkhead import entra-export/\n  bulkhead import --full clients.json grants.json\n  bulkhead import --check tokens.csv\n  bulkhead import tokens.csv --map tokens.map.toml"
    )]
    Import(Import),
    /// Counts per kind and what is unknown
    Summary,
    /// Rows of a kind: clients, credentials, audiences, scopes, grants, principals, owners, vendors, imports
    #[command(
        after_help = "Examples:\n  bulkhead list clients --filter 'holder:third_party owner:none' --limit 20\n  bulkhead list grants --filter 'privilege:escalate,impersonate' --csv > grants.csv\n\nFilter: field:value, -field:value, field~wild*, field>n, field<n, field:a..b, none, unknown, free words."
    )]
    List(List),
    /// Blast radius: the largest units, or one subject
    #[command(
        after_help = "Examples:\n  bulkhead blast --top 10\n  bulkhead blast storefront-batch --explain\n  bulkhead blast 'Tidemark Sync' --unit vendor"
    )]
    Blast(Blast),
    /// Credentials against their rotation SLA
    #[command(after_help = "Example:\n  bulkhead rotations --status overdue")]
    Rotations(Rotations),
    /// Vendors: what they hold and reach
    ThirdParties(Window),
    /// Every API that would accept the tokens of a client, credential or vendor, and why
    #[command(after_help = "Examples:\n  bulkhead replay storefront-web\n  bulkhead replay 'Tidemark Sync' --json")]
    Replay(ReplayArgs),
    /// Who reaches both of two trust boundaries; without names all pairs
    #[command(
        after_help = "Examples:\n  bulkhead crosses\n  bulkhead crosses Commerce PCI\n  bulkhead crosses Commerce PCI --limit 1000 --json"
    )]
    Crosses(CrossesArgs),
    /// Assume a vendor is breached: reach, whom to call, what to revoke in which order, what to rotate
    #[command(after_help = "Examples:\n  bulkhead breach 'Tidemark Sync'\n  bulkhead breach 'Tidemark Sync' --out tidemark.html")]
    Breach(BreachArgs),
    /// How A reaches B: the heaviest distinct paths, at most 50
    #[command(
        after_help = "Examples:\n  bulkhead path ci-release 'Payment API'\n  bulkhead path 'Tidemark Sync' data_class:leads\n  bulkhead path storefront-web boundary:PCI --json"
    )]
    Path(PathArgs),
    /// One token, many, or in between: compare ways to cut a client's tokens; plan and propose one
    #[command(
        after_help = "Examples:\n  bulkhead what-if storefront-batch\n  bulkhead what-if storefront-batch --token 'payment; binding=enforced; lifetime=5m' --token 'cart, product' --save checkout-split\n  bulkhead what-if storefront-batch --strategy by_boundary --proposal storefront.md\n  bulkhead what-if --plan checkout-split --proposal storefront.map.yaml\n\nNothing is changed in any system; a saved plan is a statement in the inventory."
    )]
    WhatIf(WhatIfArgs),
    /// The fewest grants to remove or narrow, or ways to close, that bring a unit under a limit
    #[command(
        after_help = "Examples:\n  bulkhead cut storefront-batch --limit 50\n  bulkhead cut 'Tidemark Sync' --unit vendor --keep leads.read"
    )]
    Cut(CutArgs),
    /// Saved plans of what-if
    Plans(PlansArgs),
    /// Measures over all units: sum, mean, bands, Gini, crossing, escalating
    Portfolio,
    /// What changed between two revisions
    Drift(Drift),
    /// State a fact: owner, boundary, data class, impact, high risk, function, environment, holder, vendor, SLA class
    #[command(
        after_help = "Examples:\n  bulkhead set storefront-batch owner 'Storefront team' --reason 'agreed in review'\n  bulkhead set sla:client_secret max_age_days 60 --reason policy\n  bulkhead set --file owners.csv --reason 'owner campaign'\n\nThe file has the columns subject, field, value and optionally reason."
    )]
    Set(Set),
    /// Inspect tokens offline: what they claim, whether the signature holds, what is wrong
    Token(Token),
    /// Which checks gateways and APIs are proved to make
    #[command(
        after_help = "Examples:\n  bulkhead enforcement --gateway edge-1\n  bulkhead enforcement --filter 'A1:fail' --csv\n  bulkhead set payment check:A1 'pass; method=test_run; checked=2026-11-02; evidence=run 4711' --reason 'release test'\n\nChecks: G1 signature, G2 issuer, G3 expiry, G4 audience of the route, G5 sender; A1 audience, A2 claims, A3 scope, A4 entitlement, A5 sender."
    )]
    Enforcement(Enforcement),
    /// The governance file: audiences, checks, ways and applications as one YAML or JSON file
    Map(Map),
    /// The reach graph for other tools
    Export(Export),
    /// Take an import or a statement back (a new revision that restores)
    Undo(Undo),
    /// The activity log, or its verification
    Log(Log),
    /// Build or verify an audit pack
    Pack(Pack),
    /// The signing key beside the inventory
    Key(Key),
    /// Write the demo's export files into a folder
    Demo(Demo),
    /// Print how to export the files that `import` wants, with the least rights needed
    HowToExport(HowToExport),
    /// Shell completions
    Completions(Completions),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Import {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Take all files for exports of this system: entra, keycloak, csv
    #[arg(long)]
    pub source: Option<String>,
    /// Name of the tenant or system, if the files do not say it
    #[arg(long)]
    pub instance: Option<String>,
    /// The files hold everything of their kinds: what is missing is gone
    #[arg(long, conflicts_with = "partial")]
    pub full: bool,
    /// The files hold only a part: nothing is ever removed
    #[arg(long)]
    pub partial: bool,
    /// Mapping profile for CSV files (TOML); may be given several times
    #[arg(long, value_name = "PROFILE")]
    pub map: Vec<PathBuf>,
    /// How many records the source says it holds: N for all, or LIST=N (servicePrincipals=1204); a difference is told
    #[arg(long, value_name = "[LIST=]N")]
    pub expect: Vec<String>,
    /// Only look: read everything, say what it would become, store nothing
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Window {
    /// Condition on rows
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Field, or -field for descending; up to three, comma-separated
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Rows at most
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    /// All rows as CSV on standard output
    #[arg(long)]
    pub csv: bool,
    /// Columns, comma-separated; `all` for every one
    #[arg(long)]
    pub columns: Option<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct List {
    /// Kind of row
    pub kind: String,
    #[command(flatten)]
    pub window: Window,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Blast {
    /// Public id, client id or display name
    pub subject: Option<String>,
    /// What is assumed stolen
    #[arg(long, value_enum)]
    pub unit: Option<UnitWord>,
    /// The N largest units
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: u32,
    /// Why the score is what it is
    #[arg(long)]
    pub explain: bool,
}

/// Units of compromise that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "words")]
pub enum UnitWord {
    Client,
    Credential,
    Application,
    Vendor,
    /// One consent: SUBJECT is a client, and its widest consent is taken
    Standing,
}

impl UnitWord {
    /// The word of the `units` table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Credential => "credential",
            Self::Application => "application",
            Self::Vendor => "vendor",
            Self::Standing => "standing",
        }
    }
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Rotations {
    /// overdue, in_grace, due, due_soon, ok, unknown
    #[arg(long)]
    pub status: Option<String>,
    #[command(flatten)]
    pub window: Window,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Enforcement {
    /// Only APIs behind this gateway; `none` for those without one
    #[arg(long, value_name = "NAME")]
    pub gateway: Option<String>,
    #[command(flatten)]
    pub window: Window,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Export {
    #[command(subcommand)]
    pub what: ExportWhat,
}

#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub enum ExportWhat {
    /// Clients, credentials, audiences and every way between them
    #[command(
        after_help = "Examples:\n  bulkhead export graph --format opengraph graph.json\n  bulkhead export graph --format graphml graph.graphml\n  bulkhead export graph --format csv graph.csv\n\nOpenGraph is for BloodHound, GraphML for Gephi and yEd. CSV writes graph-nodes.csv and graph-edges.csv.\nNo secret and no person is in it: who consented is a number."
    )]
    Graph {
        /// opengraph, graphml or csv
        #[arg(long, default_value = "opengraph", value_parser = ["opengraph", "graphml", "csv"])]
        format: String,
        /// File to write
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Drift {
    /// Older revision; without it the one before the newer
    #[arg(long, value_name = "R")]
    pub from: Option<i64>,
    /// Newer revision; without it the newest
    #[arg(long, value_name = "R")]
    pub to: Option<i64>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Set {
    /// Public id, client id or display name; or `sla:<credential kind>`
    #[arg(required_unless_present = "file")]
    pub subject: Option<String>,
    /// owner, boundary, data_class, impact, high_risk, function, environment, holder, vendor, privilege, gateway,
    /// reachable_without_gateway, application, check:ID (G1..A5), edge:KIND:ID
    #[arg(required_unless_present = "file")]
    pub field: Option<String>,
    /// Value; empty takes an earlier statement back
    #[arg(required_unless_present = "file")]
    pub value: Option<String>,
    /// Why; goes into the activity log
    #[arg(long)]
    pub reason: String,
    /// Many statements from a CSV file with the columns subject, field, value
    #[arg(long, value_name = "CSV", conflicts_with_all = ["subject", "field", "value"])]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Undo {
    /// Revision to take back
    pub revision: i64,
    /// Why
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Log {
    /// `verify` recomputes every hash and digest
    #[arg(value_parser = ["verify"])]
    pub action: Option<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Pack {
    #[command(subcommand)]
    pub action: PackAction,
}

#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub enum PackAction {
    /// Build the pack of the newest revision into this file
    #[command(after_help = "Example:\n  bulkhead pack build audit-2026-11.zip --passphrase-file key.txt")]
    Build {
        /// File to write; must not exist
        out: PathBuf,
        /// auditor: persons as P-1, P-2 … with the key list in a file of its own; internal: names
        #[arg(long, default_value = "auditor", value_parser = ["auditor", "internal"])]
        profile: String,
        /// File whose first line is the passphrase of the signing key
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// Do not sign even if there is a key
        #[arg(long)]
        unsigned: bool,
    },
    /// Verify a pack; exit code 1 if it is damaged
    Verify {
        /// The pack
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Key {
    #[command(subcommand)]
    pub action: KeyAction,
}

#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub enum KeyAction {
    /// Make a signing key, protected by a passphrase that is asked for
    New {
        /// File whose first line is the passphrase
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Show the public key and its fingerprint
    Show,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Demo {
    /// Folder to write into; made if missing
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct HowToExport {
    /// entra, keycloak or csv; without it a list
    pub source: Option<String>,
    /// Script language for entra: powershell or shell
    #[arg(long, default_value = "shell", value_parser = ["shell", "powershell"])]
    pub script: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct Completions {
    /// Shell
    pub shell: clap_complete::Shell,
}
