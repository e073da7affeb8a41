//! The words of what-if on the command line. Knows no inventory and prints nothing.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::UnitWord;

/// Which tokens are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "words of the command line")]
pub enum LayerWord {
    Access,
    Standing,
}

impl LayerWord {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Standing => "standing",
        }
    }
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct WhatIfArgs {
    /// Public id or name of a client or an application
    #[arg(required_unless_present = "plan")]
    pub subject: Option<String>,
    /// Access tokens, or standing grants and credentials
    #[arg(long)]
    pub layer: Option<LayerWord>,
    /// Strategy that is saved or proposed: today, single, per_api, by_boundary, by_tier, by_owner, own, recommended, fewest
    #[arg(long, value_name = "KEY")]
    pub strategy: Option<String>,
    /// An own token: 'payment, cart; binding=enforced; lifetime=5m'; may be given several times, the rest shares one more
    #[arg(long, value_name = "APIS")]
    pub token: Vec<String>,
    /// Two APIs that must not share a token, whatever the search finds: 'cart, product'
    #[arg(long, value_name = "A,B")]
    pub apart: Vec<String>,
    /// Two APIs that may share one although the rule says no (an approved exception)
    #[arg(long, value_name = "A,B")]
    pub may_join: Vec<String>,
    /// Start from a saved plan
    #[arg(long, value_name = "NAME")]
    pub plan: Option<String>,
    /// Save the tokens of the strategy as a plan
    #[arg(long, value_name = "NAME")]
    pub save: Option<String>,
    /// Reason of the saved plan, for the log
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Write a change proposal: .md, .json, or .yaml with the token profiles; - prints it
    #[arg(long, value_name = "FILE")]
    pub proposal: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct CutArgs {
    /// Public id or name of a client, credential, vendor or application
    pub subject: String,
    /// Unit of compromise
    #[arg(long)]
    pub unit: Option<UnitWord>,
    /// Highest score that is fine, 0 to 100; without it 80 in production, 60 for third parties, 40 elsewhere
    #[arg(long, value_name = "SCORE")]
    pub limit: Option<f64>,
    /// A scope that must stay: its value, or value@API; may be given several times
    #[arg(long, value_name = "SCOPE")]
    pub keep: Vec<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "clap turns the comments into help")]
pub struct PlansArgs {
    /// Take a plan back
    #[arg(long, value_name = "NAME")]
    pub delete: Option<String>,
    /// Reason, for the log
    #[arg(long, default_value = "")]
    pub reason: String,
}
