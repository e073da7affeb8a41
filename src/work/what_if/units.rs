//! How a subject's tokens are cut today, client by client: what people declared, else what the identity system is known to do (domain.md
//! 2.7). Where nobody knows, one token for everything of a client is counted and said to be assumed.

use std::collections::BTreeSet;

use crate::blast::whatif::{Grouping, Item, Terms, standing_exposure};
use crate::model::estate::{ClientIx, ScopeIx};
use crate::model::{GrantMode, GrantOrigin, Source};
use crate::reach::Unit;
use crate::work::answers::Answers;
use crate::work::answers::token_profiles::{ProfileView, access_exposure, client_grants};

/// Units that work alone, at one layer.
pub(super) struct Units {
    /// Their items and terms.
    pub today: Grouping,
    /// Of some client nobody knows; one token for everything of it is counted.
    pub unknown: bool,
    /// The facts behind it.
    pub why: String,
}

impl Units {
    fn of(mut units: Vec<(Vec<usize>, Terms)>, unknown: bool, why: String) -> Self {
        units.retain(|(part, _)| !part.is_empty());
        units.sort_by(|(a, one), (b, other)| (a, &one.scopes, &one.exposure).cmp(&(b, &other.scopes, &other.exposure)));
        // Clients that hold the same on the same terms make the same unit.
        units.dedup();
        let (parts, terms) = units.into_iter().unzip();
        Self { today: Grouping { parts, terms }, unknown, why }
    }
}

/// Scopes of the subject's items that a client was granted, and the items where it has any.
fn held(answers: &Answers, client: ClientIx, items: &[Item], machine: bool) -> (Vec<usize>, BTreeSet<ScopeIx>) {
    let mine = |mode: GrantMode| (mode == GrantMode::Application) == machine;
    let granted: BTreeSet<ScopeIx> =
        client_grants(answers, client).iter().filter(|grant| mine(grant.mode)).map(|grant| grant.scope).collect();
    let part = (0..items.len()).filter(|at| items[*at].scopes.iter().any(|scope| granted.contains(scope))).collect();
    (part, granted)
}

/// What is known of the access tokens of one client.
enum Cut<'a> {
    Declared(Vec<&'a ProfileView>),
    EachApi,
    One,
    Unknown(&'static str),
}

fn cut<'a>(answers: &'a Answers, client: &'a ClientIx, machine: bool) -> Cut<'a> {
    let profiles: Vec<&ProfileView> = answers.profiles().of(std::slice::from_ref(client)).filter(|view| view.machine == machine).collect();
    if !profiles.is_empty() {
        return Cut::Declared(profiles);
    }
    let view = &answers.clients[*client as usize];
    let entity = answers.rows.clients[view.row as usize].entity;
    match answers.index.instance(&answers.rows, entity).map(|(source, _, _)| source) {
        Some(Source::Entra) => Cut::EachApi,
        Some(Source::Keycloak) => {
            let rows = &answers.rows.grants[view.grants.start as usize..view.grants.end as usize];
            if rows.iter().any(|grant| grant.origin_kind == GrantOrigin::FullScope) {
                Cut::One
            } else {
                Cut::Unknown("Keycloak without fullScopeAllowed: it depends on the client scopes that are asked for")
            }
        }
        _ => Cut::Unknown("the source cannot tell"),
    }
}

/// Access tokens.
pub(super) fn access(answers: &Answers, clients: &[ClientIx], items: &[Item], machine: bool) -> Units {
    let (mut units, mut why, mut unknown) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let mut declared = 0;
    for client in clients {
        let (part, granted) = held(answers, *client, items, machine);
        if part.is_empty() {
            continue;
        }
        let (exposure, _) = access_exposure(answers, &[*client]);
        let terms = |scopes: Vec<ScopeIx>| Terms { exposure: Some(exposure), scopes: Some(scopes) };
        let all = || terms(granted.iter().copied().collect());
        match cut(answers, client, machine) {
            Cut::Declared(profiles) => {
                declared += profiles.len();
                for view in profiles {
                    let carries = |at: &usize| items[*at].scopes.iter().any(|scope| view.token.scopes.binary_search(scope).is_ok());
                    let terms = Terms { exposure: Some(view.token.exposure), scopes: Some(view.token.scopes.clone()) };
                    units.push((part.iter().copied().filter(carries).collect(), terms));
                }
            }
            Cut::EachApi => {
                why.insert("access tokens of Entra ID name one audience each");
                units.extend(part.into_iter().map(|at| (vec![at], all())));
            }
            Cut::One => {
                why.insert("Keycloak with fullScopeAllowed: one token carries every role, and names the API of each");
                units.push((part, all()));
            }
            Cut::Unknown(because) => {
                unknown.insert(because);
                units.push((part, all()));
            }
        }
    }
    let mut words: Vec<String> = Vec::new();
    if declared > 0 {
        words.push(if declared == 1 { "declared in 1 token profile".to_owned() } else { format!("declared in {declared} token profiles") });
    }
    words.extend(why.into_iter().chain(unknown.iter().copied()).map(str::to_owned));
    if !unknown.is_empty() {
        words.push("declare token profiles to say it".to_owned());
    }
    Units::of(units, !unknown.is_empty(), words.join("; "))
}

/// Refresh tokens and credentials: each client's covers everything that the client was granted.
pub(super) fn standing(answers: &Answers, clients: &[ClientIx], items: &[Item], machine: bool) -> Units {
    let view = answers.reach_view();
    let mut holding = 0;
    let mut units = Vec::new();
    for client in clients {
        let (part, granted) = held(answers, *client, items, machine);
        if !part.is_empty() {
            holding += 1;
            let exposure = Some(standing_exposure(&view, &Unit::Client(*client)));
            units.push((part, Terms { exposure, scopes: Some(granted.into_iter().collect()) }));
        }
    }
    let why = if holding == 1 {
        "one client: its credential or refresh token covers all that it was granted".to_owned()
    } else {
        format!("{holding} clients, each with credentials of its own")
    };
    Units::of(units, false, why)
}
