//! One file or folder per system: how its export is recognised and what its records state.
//!
//! An importer knows the vendor's words and `model::facts`; it knows no ids, no SQL, no file system and no clock.
//! To add one: a file here, a line in [`ALL`], a folder in `tests/fixtures/importers/`.

use std::io::Read;

use crate::formats::Fault;
use crate::model::facts::{Problem, ProblemSeverity, Sink};
use crate::model::kinds::{Completeness, Source};

/// A file of an import set as an importer sees it. Opening it twice gives the same bytes or an error.
pub trait FileInput: Sync {
    /// Name for people and for guesses (`R-users-0.json`); never a path to open.
    fn name(&self) -> &str;
    /// Size in bytes as stored.
    fn bytes(&self) -> u64;
    /// The raw bytes, decompressed if it was gzip; encodings are the importer's business through `formats`.
    fn open(&self) -> std::io::Result<Box<dyn Read + Send + '_>>;
}

/// What the user said about the set.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// `--full` or `--partial`; overrides what files prove.
    pub completeness: Option<Completeness>,
    /// `--instance`.
    pub instance: Option<String>,
    /// Mapping profiles for CSV files, in order of preference.
    pub mappings: Vec<crate::importers::mapping::Mapping>,
}

/// First bytes of a file, decoded as far as possible, for recognition.
#[derive(Debug, Clone)]
pub struct Sample {
    /// File name.
    pub name: String,
    /// Up to 64 KiB of text from the start, transcoded to UTF-8.
    pub text: String,
    /// True when the sample is the whole file.
    pub whole: bool,
}

/// Why a file is taken for an export of this importer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// 0-100; the highest wins, ties are an error in the importers' own tests.
    pub confidence: u8,
    /// One sentence for people.
    pub reason: String,
}

/// A file that cannot be used at all; nothing of it is stored and the set is read again without it (D20).
#[derive(Debug, Clone)]
pub struct FileRefused {
    /// Index in the list given to [`Importer::read`].
    pub file: usize,
    /// Why, with severity `refused`.
    pub problem: Problem,
}

/// Why reading stopped.
#[derive(Debug)]
pub enum ReadStop {
    /// This file is unusable.
    Refused(FileRefused),
    /// The user cancelled.
    Cancelled,
}

impl ReadStop {
    /// A file that cannot be used.
    pub fn refused(file: usize, code: &str, position: Option<String>, message: String) -> Self {
        let problem = Problem { code: code.to_owned(), severity: ProblemSeverity::Refused, record: 0, position, message };
        Self::Refused(FileRefused { file, problem })
    }

    /// A file that cannot be used because of its form.
    pub fn broken(file: usize, fault: Fault) -> Self {
        Self::refused(file, fault.kind.code(), fault.at.map(|at| at.to_string()), fault.what)
    }
}

/// A system whose exports can be read.
pub trait Importer: Sync {
    /// Word of `--source`: `entra`, `keycloak`, `csv`.
    fn name(&self) -> &'static str;
    /// Source of the keys it makes.
    fn source(&self) -> Source;
    /// Whether this looks like one of its files.
    fn recognise(&self, sample: &Sample) -> Option<Recognised>;
    /// Reads all files of the set that are this importer's, in the given order (order of SHA-256). Calls `sink.file(i)` before each file's records.
    ///
    /// # Errors
    /// A file that is unusable, or a cancel.
    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop>;
}

pub mod api_gateway;
pub mod apim;
pub mod auth0;
pub mod aws;
pub mod csv;
pub mod curity;
pub mod envoy;
pub mod fields;
pub mod gateways;
pub mod github;
pub mod gitlab;
pub mod google;
pub mod graph;
pub mod hydra;
pub mod istio;
pub mod keycloak;
pub mod kong;
pub mod listed;
pub mod mapping;
pub mod okta;
pub mod pingfederate;
pub mod salesforce;
pub mod slack;

/// All importers, alphabetical.
pub const ALL: &[&dyn Importer] = &[
    &api_gateway::ApiGateway,
    &apim::Apim,
    &auth0::Auth0,
    &aws::Aws,
    &csv::Csv,
    &curity::Curity,
    &envoy::Envoy,
    &github::GitHub,
    &gitlab::GitLab,
    &google::Google,
    &graph::Graph,
    &hydra::Hydra,
    &istio::Istio,
    &keycloak::Keycloak,
    &kong::Kong,
    &okta::Okta,
    &pingfederate::PingFederate,
    &salesforce::Salesforce,
    &slack::Slack,
];
