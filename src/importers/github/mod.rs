//! GitHub: installations of apps, personal access tokens, what was authorised for an organisation, deploy keys, payloads of webhooks, and
//! the graph of GitHound. Formats.md 7 describes the files.

mod objects;

use crate::formats::json::{Limits, Rules};
use crate::importers::listed::reading::Reading;
use crate::importers::listed::replies::{self, Outcome, Replies, Shape};
use crate::importers::listed::tree::Tree;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::Sink;
use crate::model::kinds::{RecordKind, Source};

/// See the module.
pub struct GitHub;

impl Importer for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn source(&self) -> Source {
        Source::GitHub
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        // A graph begins with its people, who may fill a sample.
        let graph = sample.text.contains("\"kinds\"") && sample.text.contains("\"GH_") && sample.text.contains("\"nodes\"");
        let reason = "It is a graph of GitHound.";
        replies::recognise(self, sample).or_else(|| graph.then(|| Recognised { confidence: 88, reason: reason.to_owned() }))
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        replies::read(self, files, options, sink)
    }
}

impl Replies for GitHub {
    fn source(&self) -> Source {
        Source::GitHub
    }

    fn title(&self) -> &'static str {
        "GitHub"
    }

    fn rules(&self) -> Rules {
        Rules {
            lists: &["installations", "nodes", "edges", "value"],
            wrappers: &["graph", "body"],
            limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 },
        }
    }

    fn shape(&self, tree: &Tree, _list: Option<&str>) -> Shape {
        objects::shape(tree)
    }

    fn instance(&self, tree: &Tree) -> Option<String> {
        objects::organisation(tree)
    }

    fn identity(&self, list: RecordKind, tree: &Tree) -> Option<String> {
        objects::identity(list, tree)
    }

    fn state(&self, list: RecordKind, tree: &Tree, reading: &mut Reading<'_>) -> Outcome {
        objects::state(list, tree, reading)
    }

    fn word(&self, list: RecordKind) -> &'static str {
        match list {
            RecordKind::GithubInstallations => "installation",
            RecordKind::GithubDeployKeys => "deploy key",
            _ => "token",
        }
    }

    fn sure(&self, list: RecordKind) -> (u8, &'static str) {
        match list {
            RecordKind::GithubInstallations => (92, "It holds installations of apps of GitHub."),
            RecordKind::GithubDeployKeys => (75, "It holds deploy keys of GitHub."),
            RecordKind::GithubAuthorizations => (92, "It holds what was authorised for an organisation of GitHub."),
            _ => (92, "It holds personal access tokens of GitHub."),
        }
    }
}
