//! Token profiles that people declared (domain.md 2.7), made into units of compromise: what a token of the profile carries of what its
//! client was granted, and what exposes it.
//!
//! A profile never gives a client more than it was granted: what it names beyond that is told and carries nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::blast::whatif::Factors;
use crate::model::estate::{AudienceIx, ClientIx, EstateGrant, ScopeIx};
use crate::model::{CheckId, CheckResult, GrantMode, Source};
use crate::policy::token_profiles::{Binding, TokenProfile};
use crate::reach::Token;

use super::Answers;

/// Longest lifetime of an access token of Entra, which chooses 60 to 90 minutes, seconds.
const ENTRA_ACCESS_SECONDS: i64 = 90 * 60;

/// A declared profile of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileView {
    /// Client.
    pub client: ClientIx,
    /// Name of the profile, one of its kind at the client.
    pub name: String,
    /// What was declared.
    pub profile: TokenProfile,
    /// APIs that it names, ascending.
    pub audiences: Vec<AudienceIx>,
    /// What it is as a unit of compromise.
    pub token: Token,
    /// Machine token; otherwise that of one user.
    pub machine: bool,
    /// What the reader of its score has to know, in sentences.
    pub notes: Vec<String>,
}

/// The declared profiles, and the statements that cannot be read as one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profiles {
    /// By client, then name.
    pub list: Vec<ProfileView>,
    /// Client, name of the profile and what is wrong with it.
    pub unreadable: Vec<(ClientIx, String, String)>,
}

impl Profiles {
    /// Those of some clients.
    pub fn of<'a>(&'a self, clients: &'a [ClientIx]) -> impl Iterator<Item = &'a ProfileView> {
        self.list.iter().filter(|view| clients.contains(&view.client))
    }

    /// Reads every declared profile of a revision.
    pub(super) fn read(answers: &Answers) -> Self {
        let mut named: BTreeMap<(ClientIx, &str), &str> = BTreeMap::new();
        for row in &answers.rows.assertions {
            let Some(name) = TokenProfile::name_of(&row.attribute) else { continue };
            let Some(client) = answers.view(row.subject).filter(|at| answers.is_client(row.subject, *at)) else { continue };
            if let Some(newest) = answers.index.assertion(&answers.rows, row.subject, &row.attribute) {
                named.insert((client as ClientIx, name), &newest.value);
            }
        }
        let mut profiles = Self::default();
        for ((client, name), value) in named {
            match TokenProfile::parse(value) {
                Ok(profile) => profiles.list.push(view(answers, client, name, profile)),
                Err(fault) => profiles.unreadable.push((client, name.to_owned(), fault)),
            }
        }
        profiles
    }
}

/// Grants of a client as the engine sees them.
pub fn client_grants(answers: &Answers, client: ClientIx) -> &[EstateGrant] {
    let facts = &answers.estate.clients[client as usize];
    &answers.estate.grants[facts.grants_from as usize..facts.grants_to as usize]
}

/// Whether a word names an audience: its id, one of its identifiers or its name.
pub fn names(answers: &Answers, audience: AudienceIx, word: &str) -> bool {
    let view = &answers.audiences[audience as usize];
    let entity = answers.rows.audiences[view.row as usize].entity;
    let key = answers.index.natural_key(&answers.rows, entity).unwrap_or_default();
    view.id == word
        || key.eq_ignore_ascii_case(word)
        || answers.estate.audiences[audience as usize].name.to_lowercase() == word.to_lowercase()
        || view.identifiers.split(' ').any(|identifier| identifier.eq_ignore_ascii_case(word))
}

/// Scopes that some grants give for some objects only, ascending.
pub fn narrowed<'a>(grants: impl Iterator<Item = &'a EstateGrant>) -> Vec<ScopeIx> {
    let mut whole: BTreeMap<ScopeIx, bool> = BTreeMap::new();
    for grant in grants {
        *whole.entry(grant.scope).or_default() |= !grant.narrowed;
    }
    whole.into_iter().filter(|(_, whole)| !whole).map(|(scope, _)| scope).collect()
}

/// A profile of a client as a unit of compromise, whether it is stated or only proposed.
pub fn view(answers: &Answers, client: ClientIx, name: &str, profile: TokenProfile) -> ProfileView {
    let grants = client_grants(answers, client);
    let audience_of = |scope: ScopeIx| answers.estate.scopes[scope as usize].audience;
    let held: BTreeSet<AudienceIx> = grants.iter().map(|grant| audience_of(grant.scope)).collect();
    let (mut audiences, mut notes) = (BTreeSet::new(), Vec::new());
    for word in &profile.audiences {
        let found: Vec<AudienceIx> = held.iter().copied().filter(|audience| names(answers, *audience, word)).collect();
        if found.is_empty() {
            let known = answers.audiences.binary_search_by(|view| view.id.as_str().cmp(word)).ok();
            let word = known.map_or(word.as_str(), |at| &answers.estate.audiences[at].name);
            notes.push(format!("“{word}” names no API that the client was granted anything at; the token carries nothing there."));
        }
        audiences.extend(found);
    }
    let value = |grant: &EstateGrant| answers.estate.scopes[grant.scope as usize].value.as_str();
    for word in &profile.scopes {
        if !grants.iter().any(|grant| audiences.contains(&audience_of(grant.scope)) && value(grant) == word) {
            notes.push(format!("The scope “{word}” was not granted at these APIs; the token does not carry it."));
        }
    }
    let asked = |grant: &&EstateGrant| {
        audiences.contains(&audience_of(grant.scope))
            && (profile.scopes.is_empty() || profile.scopes.iter().any(|scope| scope == value(grant)))
    };
    // A token that can be had without a user carries what the client itself was granted; the wider reading counts.
    let machine = grants.iter().filter(asked).any(|grant| grant.mode == GrantMode::Application);
    let carried = || grants.iter().filter(asked).filter(|grant| (grant.mode == GrantMode::Application) == machine);
    let mut scopes: Vec<ScopeIx> = carried().map(|grant| grant.scope).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let (mut exposure, _) = access_exposure(answers, &[client]);
    if let Some(seconds) = profile.lifetime_seconds {
        exposure[1] = (answers.weights.life_of(seconds), false);
    }
    let binding = proved(answers, &audiences, profile.binding);
    if binding != profile.binding {
        notes.push(
            "Declared as bound to a key that APIs check, but no check G5 or A5 proves it at every API; counted as claimed.".to_owned(),
        );
    }
    if let Some(seen) = &profile.observed {
        let verified = if seen.verified == seen.tokens {
            "every signature held".to_owned()
        } else {
            format!("{} with a signature that held", seen.verified)
        };
        notes.push(format!("Read from {} tokens, {verified}; what was not in them is not in the profile.", seen.tokens));
    }
    exposure[0] = (binding.factor(&answers.weights), false);
    let w = &answers.weights;
    let token = Token {
        name: name.to_owned(),
        narrowed: narrowed(carried()),
        scopes,
        breadth: if machine { w.breadth_all } else { w.breadth_of(1) },
        exposure,
    };
    ProfileView { client, name: name.to_owned(), profile, audiences: audiences.into_iter().collect(), token, machine, notes }
}

/// A binding counts as enforced only where a recorded check proves it (domain.md 3.5, Bind).
fn proved(answers: &Answers, audiences: &BTreeSet<AudienceIx>, declared: Binding) -> Binding {
    let checked = |audience: &AudienceIx| {
        let checks = &answers.estate.audiences[*audience as usize].checks;
        [CheckId::G5, CheckId::A5].iter().any(|check| checks[*check as usize] == CheckResult::Pass)
    };
    let all = !audiences.is_empty() && audiences.iter().all(checked);
    if declared == Binding::Enforced && !all { Binding::Claimed } else { declared }
}

/// What exposes an access token of some clients when nothing else is declared, and its lifetime in seconds if that is known. Of several
/// clients the one that loses it most easily counts.
pub fn access_exposure(answers: &Answers, clients: &[ClientIx]) -> (Factors, Option<i64>) {
    let weights = &answers.weights;
    let of = |client: &ClientIx| {
        let facts = &answers.estate.clients[*client as usize];
        let lifetime = lifetime(answers, *client);
        let life = lifetime.map_or((weights.life_unknown, true), |seconds| (weights.life_of(seconds), false));
        let rest = [(weights.rot.in_time, false), (facts.net, false), (weights.leak.none, false)];
        ([(weights.bind.bearer, false), life, facts.hold, rest[0], rest[1], rest[2]], lifetime)
    };
    let product = |factors: &Factors| factors.iter().fold(1i128, |product, (factor, _)| product * i128::from(*factor));
    let all = clients.iter().map(of).enumerate();
    let weakest = all.max_by_key(|(at, (factors, _))| (product(factors), std::cmp::Reverse(*at)));
    weakest.map_or(([(1000, false); 6], None), |(_, found)| found)
}

/// Lifetime of a client's access tokens: its own, else its issuer's, else what the identity system does; `None` = nobody said.
fn lifetime(answers: &Answers, client: ClientIx) -> Option<i64> {
    let row = &answers.rows.clients[answers.clients[client as usize].row as usize];
    let (source, instance, _) = answers.index.instance(&answers.rows, row.entity)?;
    let issuers = answers.rows.issuers.iter();
    let here = issuers.filter(|issuer| answers.index.instance(&answers.rows, issuer.entity).is_some_and(|(_, of, _)| of == instance));
    // Of several issuers the longest; unknown if one of them does not say it.
    let lives: Option<Vec<i64>> = here.map(|issuer| issuer.access_token_seconds).collect();
    let default = (source == Source::Entra).then_some(ENTRA_ACCESS_SECONDS);
    row.access_token_seconds.or_else(|| lives.and_then(|lives| lives.into_iter().max())).or(default)
}
