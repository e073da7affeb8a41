//! GitLab: personal, project and group access tokens as its API lists them. Formats.md 7 describes the files.

use crate::formats::json::{Limits, Rules};
use crate::importers::listed::given::{Given, credential, owned_by};
use crate::importers::listed::reading::Reading;
use crate::importers::listed::replies::{self, Outcome, Replies, Shape, Unusable, id_of};
use crate::importers::listed::tree::Tree;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// GitLab's own API, repositories and registries, as an audience.
const API: &str = "gitlab-api";

/// See the module.
pub struct GitLab;

impl Importer for GitLab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn source(&self) -> Source {
        Source::GitLab
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        replies::recognise(self, sample)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        replies::read(self, files, options, sink)
    }
}

impl Replies for GitLab {
    fn source(&self) -> Source {
        Source::GitLab
    }

    fn title(&self) -> &'static str {
        "GitLab"
    }

    fn rules(&self) -> Rules {
        Rules { lists: &["value"], wrappers: &["body"], limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 } }
    }

    fn shape(&self, tree: &Tree, _list: Option<&str>) -> Shape {
        let has = |keys: &[&str]| keys.iter().all(|key| tree.has(key));
        if has(&["id", "scopes", "user_id", "revoked"]) {
            Shape::Of(RecordKind::GitlabTokens)
        } else if tree.has("error") && tree.has("error_description") || (tree.pairs().len() == 1 && tree.has("message")) {
            Shape::Error
        } else {
            Shape::Unknown
        }
    }

    fn instance(&self, _tree: &Tree) -> Option<String> {
        None
    }

    fn identity(&self, _list: RecordKind, tree: &Tree) -> Option<String> {
        id_of(tree.at("id"))
    }

    fn state(&self, _list: RecordKind, tree: &Tree, reading: &mut Reading<'_>) -> Outcome {
        let id = id_of(tree.at("id")).ok_or(Unusable::Lacks("id"))?;
        if tree.at("revoked").flag() == Some(true) {
            return Ok(Some("tokens that are revoked, which open nothing"));
        }
        let user = id_of(tree.at("user_id"));
        // Tokens of a project or group have a level there, and a bot as their user.
        let bot = tree.at("access_level").whole().is_some();
        let client = format!("token/{id}");
        let label = tree.at("name").display().unwrap_or_else(|| format!("Access token {id}"));
        let since = tree.at("created_at").happened();
        let until = if tree.at("expires_at").text().is_none() { Expiry::Never } else { tree.at("expires_at").ends() };
        reading.fact(Fact::Audience(AudienceFact {
            names: vec![Name::new(Scheme::Name, API)],
            rank: 1,
            display_name: Some("GitLab".to_owned()),
            built_in: Some(true),
            ..AudienceFact::default()
        }));
        reading.fact(Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, client.clone())],
            display_name: Some(label.clone()),
            kind: Some(if bot { ClientKind::Bot } else { ClientKind::PatHolder }),
            enabled: Some(if tree.at("active").flag() == Some(false) { Tri::No } else { Tri::Yes }),
            created_at: since,
            ..ClientFact::default()
        }));
        let mut fact = credential(&client, CredentialKind::Pat, &client, &label);
        (fact.created_at, fact.activated_at, fact.expires_at) = (since, since, until);
        fact.last_used_at = tree.at("last_used_at").happened();
        reading.fact(Fact::Credential(fact));
        let person = user.as_deref().filter(|_| !bot);
        let given = Given {
            client: &client,
            audience: (Scheme::Name, API),
            kind: ScopeKind::Scope,
            mode: if person.is_some() { GrantMode::DelegatedOne } else { GrantMode::Application },
            principal: person,
            origin: GrantOrigin::Assignment,
            narrowed: bot,
            since,
            until,
        };
        for scope in tree.at("scopes").texts() {
            given.of(reading, scope);
        }
        if let Some(person) = person {
            owned_by(reading, &client, person, OwnerKind::Person);
        }
        Ok(None)
    }

    fn word(&self, _list: RecordKind) -> &'static str {
        "token"
    }

    fn sure(&self, _list: RecordKind) -> (u8, &'static str) {
        (85, "It holds access tokens of GitLab.")
    }
}
