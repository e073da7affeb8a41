//! Which APIs stand behind a route of a gateway, and what the routes of an API say together (domain.md 6.3, 6.4).
//!
//! A gateway's configuration knows no API of the inventory; it knows audience values, addresses and names of its own. They are
//! compared from the strongest to the weakest, and the first kind that fits decides. Pure; compares without case.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::kinds::CheckResult;

/// Why a route is taken for one of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    /// A person said so.
    Stated,
    /// It asks for an audience value that is an identifier of the API.
    Audience,
    /// Host and path are those of an address among the identifiers.
    Address,
    /// The name of the service or route is that of the API, or one of its identifiers.
    Name,
}

impl MatchedBy {
    /// Every word, in order.
    pub const ALL: &'static [&'static str] = &["stated", "audience", "address", "name"];

    /// The word of tables and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Audience => "audience",
            Self::Address => "address",
            Self::Name => "name",
        }
    }
}

/// What an API is called.
#[derive(Debug, Clone, Copy)]
pub struct ApiNames<'a> {
    /// Name for people.
    pub name: &'a str,
    /// Audience values, addresses and keys, separated by blanks.
    pub identifiers: &'a str,
    /// Names of routes or services that a person stated, separated by commas.
    pub stated: Option<&'a str>,
}

/// What a route is called and asks for. Lists stand one value a line.
#[derive(Debug, Clone, Copy)]
pub struct RouteNames<'a> {
    /// Name of the route.
    pub name: &'a str,
    /// Name of the service behind it.
    pub service: Option<&'a str>,
    /// Hosts.
    pub hosts: Option<&'a str>,
    /// Paths.
    pub paths: Option<&'a str>,
    /// Audience values.
    pub audiences: Option<&'a str>,
}

/// An address among the identifiers of an API.
struct Address {
    host: String,
    path: String,
    api: usize,
}

/// APIs by what they are called.
#[derive(Default)]
pub struct Matcher {
    stated: BTreeMap<String, BTreeSet<usize>>,
    identifiers: BTreeMap<String, BTreeSet<usize>>,
    addresses: Vec<Address>,
    names: BTreeMap<String, BTreeSet<usize>>,
}

impl Matcher {
    /// Takes the APIs in their order; a match is their place in it.
    pub fn new<'a>(apis: impl Iterator<Item = ApiNames<'a>>) -> Self {
        let mut this = Self::default();
        for (api, names) in apis.enumerate() {
            for name in names.stated.into_iter().flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
                this.stated.entry(name.to_lowercase()).or_default().insert(api);
            }
            for identifier in names.identifiers.split(' ').filter(|identifier| !identifier.is_empty()) {
                // A natural key has its scheme before it.
                let bare = identifier.strip_prefix("uri:").unwrap_or(identifier);
                this.identifiers.entry(identifier_form(bare)).or_default().insert(api);
                this.names.entry(name_form(bare)).or_default().insert(api);
                if let Some((host, path)) = address(bare) {
                    this.addresses.push(Address { host, path, api });
                }
            }
            let name = name_form(names.name);
            if !name.is_empty() {
                this.names.entry(name).or_default().insert(api);
            }
        }
        this
    }

    /// The APIs behind a route, in their order; none = nothing that is known fits.
    pub fn of(&self, route: &RouteNames<'_>) -> Option<(MatchedBy, BTreeSet<usize>)> {
        let called: Vec<&str> = std::iter::once(route.name).chain(route.service).collect();
        let stated: BTreeSet<usize> = called.iter().filter_map(|name| self.stated.get(&name.to_lowercase())).flatten().copied().collect();
        if !stated.is_empty() {
            return Some((MatchedBy::Stated, stated));
        }
        let wanted = route.audiences.into_iter().flat_map(str::lines);
        let audiences: BTreeSet<usize> =
            wanted.filter_map(|value| self.identifiers.get(&identifier_form(value))).flatten().copied().collect();
        if !audiences.is_empty() {
            return Some((MatchedBy::Audience, audiences));
        }
        let addresses = self.by_address(route);
        if !addresses.is_empty() {
            return Some((MatchedBy::Address, addresses));
        }
        // A name is a guess: it must be that of one API only.
        for name in [route.service, Some(route.name)].into_iter().flatten() {
            let form = name_form(name);
            if let Some(named) = self.names.get(&form).filter(|named| !form.is_empty() && named.len() == 1) {
                return Some((MatchedBy::Name, named.clone()));
            }
        }
        None
    }

    /// APIs whose address lies at or below one of the route's, else those whose address the route lies below.
    fn by_address(&self, route: &RouteNames<'_>) -> BTreeSet<usize> {
        let hosts: Vec<String> = route.hosts.into_iter().flat_map(str::lines).map(|host| host.trim().to_lowercase()).collect();
        let paths: Vec<String> = route.paths.into_iter().flat_map(str::lines).filter_map(plain_path).collect();
        if paths.is_empty() && route.paths.is_some() {
            return BTreeSet::new();
        }
        let (mut below, mut above): (BTreeSet<usize>, BTreeMap<usize, BTreeSet<usize>>) = Default::default();
        for known in &self.addresses {
            if !hosts.iter().any(|host| host_fits(host, &known.host)) {
                continue;
            }
            if paths.is_empty() {
                below.insert(known.api);
            }
            for path in &paths {
                if lies_below(&known.path, path) {
                    below.insert(known.api);
                } else if lies_below(path, &known.path) {
                    above.entry(known.path.len()).or_default().insert(known.api);
                }
            }
        }
        // Of several that the route lies below, the nearest.
        if below.is_empty() { above.into_values().next_back().unwrap_or_default() } else { below }
    }
}

/// Audience values are compared without case and without a slash at the end, which some systems add.
fn identifier_form(text: &str) -> String {
    text.trim().trim_end_matches('/').to_lowercase()
}

/// Letters and digits of a name; `orders-api` and `Orders API` are one name.
fn name_form(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Host without port, and path without a slash at the end, of a web address.
fn address(text: &str) -> Option<(String, String)> {
    let lower = text.to_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let host = host.split(':').next().unwrap_or_default();
    (!host.is_empty()).then(|| (host.to_owned(), format!("/{}", path.trim_end_matches('/'))))
}

/// A path that is no pattern; its wildcard at the end is left out.
fn plain_path(text: &str) -> Option<String> {
    let path = text.trim().trim_end_matches('*').trim_end_matches("{proxy+}").trim_end_matches('/').to_lowercase();
    (!path.starts_with('~') && !path.contains(['*', '(', '[', '^', '$'])).then(|| if path.is_empty() { "/".to_owned() } else { path })
}

fn host_fits(pattern: &str, host: &str) -> bool {
    match pattern.split(':').next().unwrap_or_default() {
        // Every host: says nothing about which.
        "*" | "" => false,
        pattern => match pattern.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            None => host == pattern,
        },
    }
}

fn lies_below(path: &str, above: &str) -> bool {
    above == "/" || path == above || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// What several routes of one API say together: a check that only some make is partial, and one that is not known on any keeps the
/// others from passing. Where it does not apply it says nothing.
pub fn combine(results: impl Iterator<Item = CheckResult>) -> CheckResult {
    let all: BTreeSet<CheckResult> = results.filter(|result| *result != CheckResult::NotApplicable).collect();
    let has = |result| all.contains(&result);
    if all.is_empty() {
        CheckResult::NotApplicable
    } else if has(CheckResult::Partial) || (has(CheckResult::Pass) && has(CheckResult::Fail)) {
        CheckResult::Partial
    } else if has(CheckResult::Fail) {
        CheckResult::Fail
    } else if has(CheckResult::Unknown) {
        CheckResult::Unknown
    } else {
        CheckResult::Pass
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher() -> Matcher {
        let api = |name, identifiers| ApiNames { name, identifiers, stated: None };
        Matcher::new(
            [
                api("Orders API", "api://orders https://api.ferry.example/orders"),
                api("Payment", "uri:https://pay.ferry.example 7b1f"),
                ApiNames { name: "Depot", identifiers: "depot", stated: Some("yard, yard-admin") },
                api("Twin", "twin-1"),
                api("twin", "twin-2"),
                api("Refunds", "https://api.ferry.example/orders/refunds"),
            ]
            .into_iter(),
        )
    }

    fn found(name: &str, service: &str, hosts: &str, paths: &str, audiences: &str) -> Option<(MatchedBy, Vec<usize>)> {
        let text = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let route = RouteNames { name, service: text(service), hosts: text(hosts), paths: text(paths), audiences: text(audiences) };
        matcher().of(&route).map(|(by, apis)| (by, apis.into_iter().collect()))
    }

    #[test]
    fn the_strongest_sign_decides() {
        assert_eq!(found("yard", "orders-api", "", "", "api://orders"), Some((MatchedBy::Stated, vec![2])));
        assert_eq!(found("x", "payment", "", "", "API://Orders/"), Some((MatchedBy::Audience, vec![0])), "without case and last slash");
        assert_eq!(found("x", "", "", "", "api://orders\n7B1F"), Some((MatchedBy::Audience, vec![0, 1])), "it takes tokens for both");
        assert_eq!(found("x", "", "api.ferry.example", "/orders", ""), Some((MatchedBy::Address, vec![0, 5])));
        assert_eq!(
            found("x", "", "*.ferry.example", "/orders/refunds/v1", ""),
            Some((MatchedBy::Address, vec![5])),
            "the nearest of several"
        );
        assert_eq!(found("x", "", "pay.ferry.example", "", ""), Some((MatchedBy::Address, vec![1])));
        assert_eq!(found("x", "orders-api", "", "", "api://other"), Some((MatchedBy::Name, vec![0])));
    }

    #[test]
    fn what_fits_nothing_or_too_much_is_not_guessed() {
        assert_eq!(found("x", "twin", "", "", ""), None, "two APIs have that name");
        assert_eq!(found("x", "", "*", "/orders", ""), None, "every host is none");
        assert_eq!(found("x", "", "api.ferry.example", "/ord", ""), None, "half a word of a path");
        assert_eq!(found("x", "", "api.ferry.example", "~/orders/\\d+", ""), None, "a pattern is not compared");
        assert_eq!(found("--", "", "", "", ""), None, "a name without letters");
    }

    #[test]
    fn routes_together_are_as_good_as_what_is_known_of_each() {
        use CheckResult::*;
        let of = |results: &[CheckResult]| combine(results.iter().copied());
        assert_eq!(of(&[Pass, Pass, NotApplicable]), Pass);
        assert_eq!(of(&[Pass, Fail]), Partial);
        assert_eq!(of(&[Pass, Unknown]), Unknown);
        assert_eq!(of(&[Fail, Unknown]), Fail);
        assert_eq!(of(&[Partial, Unknown]), Partial);
        assert_eq!(of(&[NotApplicable]), NotApplicable);
        assert_eq!(of(&[]), NotApplicable);
    }
}
