//! Slack: apps that an administrator approved for a workspace or organisation (`admin.apps.approved.list`). Formats.md 7 describes the files.
//! Approved is not installed, and requested or restricted apps hold nothing.

use crate::formats::json::{Limits, Rules};
use crate::importers::listed::given::Given;
use crate::importers::listed::reading::Reading;
use crate::importers::listed::replies::{self, Outcome, Replies, Shape, wanted};
use crate::importers::listed::tree::Tree;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// The workspace's conversations and settings, as an audience.
const WORKSPACE: &str = "slack-workspace";

/// See the module.
pub struct Slack;

impl Importer for Slack {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn source(&self) -> Source {
        Source::Slack
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let has = |word: &str| sample.text.contains(word);
        // A list of requests or of blocked apps is recognised too, so that it can be told why nothing comes of it.
        let other = (has("\"app_requests\"") || has("\"restricted_apps\"")) && has("\"scopes\"");
        let reason = "It is a list of app requests or of restricted apps of Slack.";
        replies::recognise(self, sample).or_else(|| other.then(|| Recognised { confidence: 85, reason: reason.to_owned() }))
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        replies::read(self, files, options, sink)
    }
}

impl Replies for Slack {
    fn source(&self) -> Source {
        Source::Slack
    }

    fn title(&self) -> &'static str {
        "Slack"
    }

    fn rules(&self) -> Rules {
        Rules {
            lists: &["approved_apps", "app_requests", "restricted_apps"],
            wrappers: &["body"],
            limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 },
        }
    }

    fn shape(&self, tree: &Tree, list: Option<&str>) -> Shape {
        let app = !tree.at("app").pairs().is_empty();
        match () {
            () if app && (list == Some("app_requests") || tree.has("date_created")) => {
                Shape::Unused("requests for apps, which nobody approved yet")
            }
            () if app && list == Some("restricted_apps") => Shape::Unused("restricted apps, which nobody may install"),
            () if app && tree.has("scopes") => Shape::Of(RecordKind::SlackApprovedApps),
            () if tree.at("ok").flag() == Some(false) && tree.has("error") => Shape::Error,
            () => Shape::Unknown,
        }
    }

    fn instance(&self, tree: &Tree) -> Option<String> {
        let url = tree.path(&["app", "app_directory_url"]).text()?;
        let host = url.split_once("://")?.1.split('/').next()?;
        host.ends_with(".slack.com")
            .then(|| host.to_ascii_lowercase())
            .filter(|host| host != "www.slack.com" && !host.starts_with("slack."))
    }

    fn identity(&self, _list: RecordKind, tree: &Tree) -> Option<String> {
        tree.path(&["app", "id"]).key().map(str::to_owned)
    }

    fn state(&self, _list: RecordKind, tree: &Tree, reading: &mut Reading<'_>) -> Outcome {
        let app = tree.at("app");
        let id = wanted(app, "id")?;
        let since = tree.at("date_updated").happened();
        let own = app.at("is_internal").flag();
        reading.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Name, WORKSPACE)],
            rank: 1,
            display_name: Some("Slack workspace".to_owned()),
            built_in: Some(true),
            ..AudienceFact::default()
        }));
        reading.fact(Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, id)],
            display_name: app.at("name").display().or_else(|| Some(id.to_owned())),
            kind: Some(ClientKind::Bot),
            enabled: Some(Tri::Yes),
            stated_holder: own.map(|own| if own { Holder::FirstParty } else { Holder::ThirdParty }),
            publisher_verified: app.at("is_app_directory_approved").flag().map(|yes| if yes { Tri::Yes } else { Tri::No }),
            ..ClientFact::default()
        }));
        for scope in tree.at("scopes").many() {
            let Some(name) = scope.at("name").key() else { continue };
            // A bot's token is the app's own; a user's token acts for everybody who installs it.
            let bot = scope.at("token_type").text() == Some("bot");
            let given = Given {
                client: id,
                audience: (Scheme::Name, WORKSPACE),
                kind: ScopeKind::Scope,
                mode: if bot { GrantMode::Application } else { GrantMode::DelegatedAll },
                principal: None,
                origin: GrantOrigin::PreAuthorized,
                narrowed: false,
                since,
                until: Expiry::Never,
            };
            given.of(reading, name);
        }
        Ok(None)
    }

    fn word(&self, _list: RecordKind) -> &'static str {
        "app"
    }

    fn sure(&self, _list: RecordKind) -> (u8, &'static str) {
        (90, "It holds apps that were approved in Slack.")
    }
}
