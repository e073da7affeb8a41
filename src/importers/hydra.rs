//! Ory Hydra: clients as its administration interface lists them (`hydra list clients --format json`, `GET /admin/clients`). Formats.md 7
//! describes the files.
//!
//! A client's scopes and audiences are what it may ask for. A machine gets them by asking; for people they are granted when they consent.

use crate::formats::json::{Limits, Rules};
use crate::importers::listed::given::{Given, credential, owned_by};
use crate::importers::listed::reading::Reading;
use crate::importers::listed::replies::{self, Outcome, Replies, Shape, wanted};
use crate::importers::listed::tree::Tree;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// Tokens that name no API: what they open is what trusts the server.
const SERVER: &str = "hydra";

/// See the module.
pub struct Hydra;

impl Importer for Hydra {
    fn name(&self) -> &'static str {
        "hydra"
    }

    fn source(&self) -> Source {
        Source::Hydra
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        replies::recognise(self, sample)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        replies::read(self, files, options, sink)
    }
}

/// A life in Go's form, `31h0m0s`, as seconds.
fn go_seconds(text: &str) -> Option<i64> {
    let (mut total, mut number) = (0i64, String::new());
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_ascii_digit() || character == '.' {
            number.push(character);
            continue;
        }
        let whole: i64 = number.split('.').next()?.parse().ok()?;
        number.clear();
        total = total.checked_add(match character {
            'h' => whole.checked_mul(3600)?,
            'm' if characters.peek() == Some(&'s') => {
                characters.next();
                0
            }
            'm' => whole.checked_mul(60)?,
            's' => whole,
            _ => return None,
        })?;
    }
    number.is_empty().then_some(total)
}

impl Replies for Hydra {
    fn source(&self) -> Source {
        Source::Hydra
    }

    fn title(&self) -> &'static str {
        "Ory Hydra"
    }

    fn rules(&self) -> Rules {
        Rules { lists: &["items", "clients"], wrappers: &["body"], limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 } }
    }

    fn shape(&self, tree: &Tree, _list: Option<&str>) -> Shape {
        let has = |keys: &[&str]| keys.iter().all(|key| tree.has(key));
        let own = ["skip_consent", "subject_type", "client_secret_expires_at", "authorization_code_grant_access_token_lifespan"];
        if has(&["scope"]) && (tree.has("token_endpoint_auth_method") || tree.has("client_id")) && own.iter().any(|key| tree.has(key)) {
            Shape::Of(RecordKind::HydraClients)
        } else if has(&["error"]) && (tree.has("error_description") || tree.path(&["error", "code"]).whole().is_some()) {
            Shape::Error
        } else {
            Shape::Unknown
        }
    }

    fn instance(&self, _tree: &Tree) -> Option<String> {
        None
    }

    fn identity(&self, _list: RecordKind, tree: &Tree) -> Option<String> {
        tree.at("client_id").key().map(str::to_owned)
    }

    fn state(&self, _list: RecordKind, tree: &Tree, reading: &mut Reading<'_>) -> Outcome {
        let id = wanted(tree, "client_id")?;
        let types: Vec<&str> = tree.at("grant_types").texts().collect();
        let method = tree.at("token_endpoint_auth_method").text().unwrap_or("client_secret_basic");
        // Hydra's own default when none is named is the authorization code.
        let machine = types.contains(&"client_credentials") || types.iter().any(|one| one.ends_with("jwt-bearer"));
        let people = types.is_empty() || types.iter().any(|one| one.contains("code") || *one == "implicit" || one.ends_with("device_code"));
        let created = tree.at("created_at").happened();
        let lives = tree.pairs().iter().filter(|(field, _)| field.ends_with("_access_token_lifespan"));
        reading.fact(Fact::Client(ClientFact {
            names: vec![Name::new(Scheme::ClientId, id)],
            display_name: tree.at("client_name").display().or_else(|| Some(id.to_owned())),
            kind: Some(match () {
                () if method == "none" => ClientKind::Public,
                () if machine && !people => ClientKind::ServiceAccount,
                () => ClientKind::Confidential,
            }),
            enabled: Some(Tri::Yes),
            grant_types: (!types.is_empty()).then(|| types.join(" ")),
            created_at: created,
            access_token_seconds: lives.filter_map(|(_, life)| go_seconds(life.text()?)).max(),
            ..ClientFact::default()
        }));
        if method.starts_with("client_secret") {
            let key = format!("{id}/client_secret/current");
            let mut fact = credential(id, CredentialKind::ClientSecret, &key, "Client secret");
            // When the secret was last set is not said; the client was there before it.
            fact.expires_at = match tree.at("client_secret_expires_at").whole() {
                None => Expiry::Unknown,
                Some(0) => Expiry::Never,
                Some(_) => tree.at("client_secret_expires_at").ends(),
            };
            reading.fact(Fact::Credential(fact));
        }
        for key in tree.path(&["jwks", "keys"]).many() {
            let Some(kid) = key.at("kid").key() else { continue };
            let mut fact = credential(id, CredentialKind::Jwk, &format!("{id}/jwk/{kid}"), &format!("Key {kid}"));
            fact.expires_at = Expiry::Never;
            fact.fingerprint = Some(kid.to_owned());
            reading.fact(Fact::Credential(fact));
        }
        if let Some(owner) = tree.at("owner").key() {
            owned_by(reading, id, owner, OwnerKind::Person);
        }
        let mut audiences: Vec<(Scheme, &str)> = tree.at("audience").texts().map(|audience| (Scheme::Uri, audience)).collect();
        if audiences.is_empty() {
            reading.fact(Fact::Audience(AudienceFact {
                names: vec![Name::new(Scheme::Name, SERVER)],
                rank: 1,
                display_name: Some("APIs that trust this Hydra".to_owned()),
                built_in: Some(true),
                ..AudienceFact::default()
            }));
            audiences.push((Scheme::Name, SERVER));
        }
        let modes = [(machine, GrantMode::Application), (people, GrantMode::DelegatedAll)];
        for audience in audiences {
            for (_, mode) in modes.iter().filter(|(is, _)| *is) {
                let skips = tree.at("skip_consent").flag() == Some(true);
                let given = Given {
                    client: id,
                    audience,
                    kind: ScopeKind::Scope,
                    mode: *mode,
                    principal: None,
                    origin: if skips { GrantOrigin::PreAuthorized } else { GrantOrigin::Assignment },
                    narrowed: false,
                    since: created,
                    until: Expiry::Never,
                };
                for scope in tree.at("scope").text().unwrap_or_default().split_whitespace() {
                    given.of(reading, scope);
                }
            }
        }
        Ok(None)
    }

    fn word(&self, _list: RecordKind) -> &'static str {
        "client"
    }

    fn sure(&self, _list: RecordKind) -> (u8, &'static str) {
        (82, "Its fields are those of clients of Ory Hydra.")
    }
}

#[cfg(test)]
mod tests {
    use super::go_seconds;

    #[test]
    fn lives_are_read_as_go_writes_them() {
        for (text, seconds) in [
            ("31h0m0s", Some(111_600)),
            ("15m", Some(900)),
            ("1m30s", Some(90)),
            ("500ms", Some(0)),
            ("1.5s", Some(1)),
            ("x", None),
            ("5", None),
        ] {
            assert_eq!(go_seconds(text), seconds, "{text}");
        }
    }
}
