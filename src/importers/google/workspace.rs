//! States what users let apps do: tokens of the Directory API, events of the Reports API, domain-wide delegation.
//! Sources: Admin SDK reference, "tokens" and "OAuth token audit activity events"; Workspace help, "Control API access with
//! domain-wide delegation".

use super::index::{actor, events, parameter};
use super::scopes::is_shortened;
use super::state::{Given, Stater, client_name};
use crate::importers::listed::outcome::{Done, Outcome, Unusable};
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// Scope for acting as anybody of the domain.
pub const DELEGATION: &str = "domain-wide-delegation";

/// An app and what one user, or some users, let it do.
#[derive(Default)]
pub struct Token<'t> {
    /// Client id.
    pub client: Option<&'t str>,
    /// Name for people.
    pub name: Option<String>,
    /// It is not registered with Google.
    pub anonymous: Option<bool>,
    /// It runs on people's devices.
    pub native: Option<bool>,
    /// It is one of the own organisation's.
    pub internal: Option<bool>,
    /// The user's id.
    pub user_id: Option<&'t str>,
    /// The user's address.
    pub user: Option<&'t str>,
    /// Scopes.
    pub scopes: Vec<&'t str>,
    /// The row counts users and names none.
    pub counted: bool,
}

/// A client id that is whole.
///
/// # Errors
/// It is missing, or a spreadsheet shortened it.
pub fn whole_client(id: Option<&str>) -> Result<&str, Unusable> {
    let id = id.ok_or(Unusable::Lacks("clientId"))?;
    if is_shortened(id) {
        return Err(Unusable::Because("a spreadsheet shortened its client id, which cannot be repaired"));
    }
    Ok(id)
}

impl Stater<'_, '_> {
    /// A token.
    pub fn token(&mut self, token: &Token<'_>) -> Outcome {
        let client = client_name(whole_client(token.client)?);
        let user = token.user_id.map(|id| (Scheme::ObjectId, id)).or_else(|| token.user.map(|user| (Scheme::Upn, user)));
        if user.is_none() && !token.counted {
            return Err(Unusable::Lacks("user"));
        }
        self.tell_customer();
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![client.clone()],
            display_name: token.name.clone(),
            kind: (token.native == Some(true)).then_some(ClientKind::Public),
            publisher_verified: (token.anonymous == Some(true)).then_some(Tri::No),
            // Google lists here what users gave to third parties; GAM can tell which of them are the own organisation's.
            stated_holder: Some(if token.internal == Some(true) { Holder::FirstParty } else { Holder::ThirdParty }),
            last_used_at: self.index.used(&client.value),
            ..ClientFact::default()
        }));
        if !token.counted {
            self.person(token.user_id, token.user);
        }
        let given = match user {
            Some(_) if !token.counted => {
                Given { mode: GrantMode::DelegatedOne, user, since: None, until: Expiry::Never, origin: GrantOrigin::Consent }
            }
            _ => Given { origin: GrantOrigin::Consent, ..Given::EVERYONE },
        };
        for scope in &token.scopes {
            self.give_scope(&client, scope, &given);
        }
        Ok(Done::Accepted)
    }

    /// An activity of the Reports API.
    pub fn event(&mut self, tree: &Tree) -> Outcome {
        let user = actor(tree).ok_or(Unusable::Lacks("actor"))?;
        let at = tree.path(&["id", "time"]).happened();
        let address = tree.path(&["actor", "email"]).key();
        let by_id = Some(user.as_str()) != address;
        let mut known = false;
        for event in events(tree) {
            let Some(id) = parameter(event, "client_id").key() else { continue };
            let client = client_name(whole_client(Some(id))?);
            known = true;
            self.tell_customer();
            let native = parameter(event, "client_type").text().is_some_and(|kind| kind.starts_with("NATIVE"));
            self.reading.fact(Fact::Client(ClientFact {
                names: vec![client.clone()],
                rank: 1,
                display_name: parameter(event, "app_name").display(),
                kind: native.then_some(ClientKind::Public),
                stated_holder: Some(Holder::ThirdParty),
                last_used_at: self.index.used(id),
                ..ClientFact::default()
            }));
            self.person(by_id.then_some(user.as_str()), address);
            if event.at("name").text() != Some("authorize") {
                continue;
            }
            let ended = self.index.revoked(id, &user, at);
            let scheme = if by_id { Scheme::ObjectId } else { Scheme::Upn };
            let given = Given {
                mode: GrantMode::DelegatedOne,
                user: Some((scheme, &user)),
                since: at,
                until: ended.map_or(Expiry::Never, Expiry::At),
                origin: GrantOrigin::Consent,
            };
            let mut scopes: Vec<&str> = parameter(event, "scope").texts().collect();
            scopes.sort_unstable();
            scopes.dedup();
            for scope in scopes {
                self.give_scope(&client, scope, &given);
            }
        }
        if known { Ok(Done::Accepted) } else { Ok(Done::Ignored("events that name no app")) }
    }

    /// A client that may act as anybody of the domain.
    pub fn delegation(&mut self, client: Option<&str>, name: Option<String>, scopes: &[&str]) -> Outcome {
        let client = client_name(whole_client(client)?);
        if scopes.is_empty() {
            return Err(Unusable::Lacks("scopes"));
        }
        self.tell_customer();
        self.reading.fact(Fact::Client(ClientFact { names: vec![client.clone()], rank: 1, display_name: name, ..ClientFact::default() }));
        for scope in scopes {
            self.give_scope(&client, scope, &Given::EVERYONE);
        }
        let admin = Name::new(Scheme::Name, "admin");
        self.give(&client, &admin, "Google admin", ScopeKind::DirectoryRole, DELEGATION, &Given::ITSELF);
        Ok(Done::Accepted)
    }

    /// An app of the list of accessed apps of the admin console, which counts users and names none.
    pub fn app(&mut self, id: Option<&str>, name: Option<String>, verified: Option<bool>, blocked: bool) -> Outcome {
        let client = client_name(whole_client(id)?);
        self.tell_customer();
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![client],
            rank: 1,
            display_name: name,
            enabled: blocked.then_some(Tri::No),
            publisher_verified: verified.map(|verified| if verified { Tri::Yes } else { Tri::No }),
            ..ClientFact::default()
        }));
        Ok(Done::Accepted)
    }
}
