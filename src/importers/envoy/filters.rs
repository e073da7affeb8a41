//! The HTTP filters of a listener and what they check on one route, with what the route itself says otherwise.

use super::jwt;
use crate::formats::text::quoted;
use crate::importers::gateways::checks::Checks;
use crate::importers::gateways::{field, is_on};
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::Fail;

/// Filters of one connection manager.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    list: Vec<Filter>,
}

#[derive(Debug, Clone)]
struct Filter {
    name: String,
    kind: Kind,
    config: Tree,
    disabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Jwt,
    ExtAuthz,
    Rbac,
    OwnCode,
    Login,
    Other,
}

/// The path that a rule or route is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// Everything below a prefix.
    Prefix(String),
    /// One path.
    Exact(String),
    /// A pattern that is not compared.
    Pattern(String),
}

impl Path {
    /// The path of a match; without one it is everything.
    pub fn of(tree: &Tree) -> Self {
        let text = |word| field(tree, word).text().map(str::to_owned);
        if let Some(path) = text("path") {
            return Self::Exact(path);
        }
        if let Some(prefix) = text("prefix").or_else(|| text("path_separated_prefix")) {
            return Self::Prefix(prefix);
        }
        match field(tree, "safe_regex").at("regex").text() {
            Some(regex) => Self::Pattern(regex.to_owned()),
            None => Self::Prefix("/".to_owned()),
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        match self {
            Self::Prefix(path) | Self::Exact(path) => path.clone(),
            Self::Pattern(regex) => format!("~{regex}"),
        }
    }

    /// Whether every request of another path is one of this: yes, some, or none.
    fn covers(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Prefix(mine), Self::Prefix(theirs)) if theirs.starts_with(mine.as_str()) => Some(true),
            (Self::Prefix(mine), Self::Prefix(theirs)) => mine.starts_with(theirs.as_str()).then_some(false),
            (Self::Prefix(mine), Self::Exact(theirs)) => theirs.starts_with(mine.as_str()).then_some(true),
            (Self::Prefix(mine), Self::Pattern(_)) => Some(mine == "/"),
            (Self::Exact(mine), Self::Exact(theirs)) => (mine == theirs).then_some(true),
            (Self::Exact(mine), Self::Prefix(theirs)) => mine.starts_with(theirs.as_str()).then_some(false),
            (Self::Pattern(mine), Self::Pattern(theirs)) if mine == theirs => Some(true),
            (Self::Exact(_), Self::Pattern(_)) | (Self::Pattern(_), _) => Some(false),
        }
    }
}

impl Filters {
    /// The filters of a connection manager.
    pub fn of(manager: &Tree) -> Self {
        let list = field(manager, "http_filters").many().iter().map(|filter| {
            let config = field(filter, "typed_config");
            let kind = config.at("@type").text().or_else(|| filter.at("name").text()).unwrap_or_default();
            let has = |word: &str| kind.contains(word);
            Filter {
                name: filter.at("name").text().unwrap_or_default().to_owned(),
                kind: match () {
                    () if has("jwt_authn") => Kind::Jwt,
                    () if has("ext_authz") => Kind::ExtAuthz,
                    () if has("rbac") => Kind::Rbac,
                    () if has("oauth2") => Kind::Login,
                    () if has("lua") || has("wasm") || has("ext_proc") || has("golang") || has("dynamic_modules") => Kind::OwnCode,
                    () => Kind::Other,
                },
                config: config.clone(),
                disabled: is_on(filter.at("disabled"), false),
            }
        });
        Self { list: list.collect() }
    }

    /// The requirements that routes may name, each with what it checks: what can be said while the routes are not there.
    pub fn requirements(&self) -> Vec<(String, Checks)> {
        let mut all = Vec::new();
        for filter in self.list.iter().filter(|filter| filter.kind == Kind::Jwt) {
            for (name, requirement) in field(&filter.config, "requirement_map").pairs() {
                let checks = jwt::requirement(&filter.config, requirement);
                all.push((name.clone(), self.with_others(checks, &[])));
            }
        }
        all
    }

    /// The paths of the rules, which stand for routes that are not there.
    pub fn rule_paths(&self) -> Vec<Path> {
        let jwt = self.list.iter().filter(|filter| filter.kind == Kind::Jwt);
        jwt.flat_map(|filter| filter.config.at("rules").many()).map(|rule| Path::of(rule.at("match"))).collect()
    }

    /// What is checked on a route; `own` = its settings per filter, the most specific first; `taken` = paths of routes before it.
    pub fn checks(&self, path: &Path, own: &[&Tree], taken: &[Path]) -> Checks {
        let mut found: Option<Checks> = None;
        for filter in self.list.iter().filter(|filter| filter.kind == Kind::Jwt) {
            let checks = match override_of(filter, own) {
                Override::Off => Checks::all(Fail, "The route switches jwt_authn off: every request passes."),
                Override::Requirement(name) => {
                    let requirement = field(&filter.config, "requirement_map").at(&name);
                    if matches!(requirement, Tree::Null) {
                        let mut checks = Checks::unknown();
                        checks.tell(format!("The requirement {} does not stand in the configuration.", quoted(&name)));
                        checks
                    } else {
                        jwt::requirement(&filter.config, requirement)
                    }
                }
                Override::None if filter.disabled => Checks::all(Fail, "jwt_authn is switched off unless a route switches it on."),
                Override::None => by_rules(&filter.config, path, taken),
            };
            found = Some(match found {
                Some(known) => known.and(checks),
                None => checks,
            });
        }
        let checks = found.unwrap_or_else(|| Checks::all(Fail, "The listener has no jwt_authn filter: no token is checked."));
        self.with_others(checks, own)
    }

    /// Lays what other filters may do over what jwt_authn checks.
    fn with_others(&self, mut checks: Checks, own: &[&Tree]) -> Checks {
        for filter in &self.list {
            let off = match override_of(filter, own) {
                Override::Off => true,
                Override::Requirement(_) => false,
                Override::None => filter.disabled,
            };
            if off {
                continue;
            }
            match filter.kind {
                Kind::ExtAuthz if is_on(field(&filter.config, "failure_mode_allow"), false) => {
                    checks.tell("ext_authz asks a service elsewhere, but fails open: failure_mode_allow lets requests pass when it does not answer.");
                }
                Kind::ExtAuthz => {
                    checks.or_unknown("ext_authz asks a service elsewhere; what that checks does not stand in the configuration.")
                }
                Kind::Rbac if !filter.config.at("rules").pairs().is_empty() => {
                    checks.or_unknown("rbac has rules that may ask for claims of a token; they are not looked at.");
                }
                Kind::OwnCode => {
                    checks.or_unknown(format!("{} runs code of its own, which may check anything.", quoted(&filter.name)));
                }
                Kind::Login => checks.or_unknown("oauth2 lets people sign in and keeps their session in a cookie."),
                Kind::Jwt | Kind::Rbac | Kind::Other => {}
            }
        }
        checks
    }
}

enum Override {
    None,
    Off,
    Requirement(String),
}

/// What a route says otherwise about a filter.
fn override_of(filter: &Filter, own: &[&Tree]) -> Override {
    for settings in own {
        let mut setting = settings.at(&filter.name);
        if matches!(setting, Tree::Null) {
            continue;
        }
        // A wrapper that may switch the filter itself.
        if setting.at("@type").text().is_some_and(|kind| kind.ends_with("FilterConfig")) {
            if is_on(setting.at("disabled"), false) {
                return Override::Off;
            }
            setting = setting.at("config");
        }
        if is_on(setting.at("disabled"), false) {
            return Override::Off;
        }
        if let Some(name) = field(setting, "requirement_name").key() {
            return Override::Requirement(name.to_owned());
        }
    }
    Override::None
}

/// The first rule that a request fits decides.
fn by_rules(filter: &Tree, path: &Path, taken: &[Path]) -> Checks {
    let mut some: Vec<Checks> = Vec::new();
    let mut rest = None;
    for rule in filter.at("rules").many() {
        let of = Path::of(rule.at("match"));
        let Some(whole) = of.covers(path) else { continue };
        // Requests that a route before this one takes never come here.
        if !whole && taken.iter().any(|taken| taken.covers(&of) == Some(true)) {
            continue;
        }
        let named = field(rule, "requirement_name").key().map(|name| field(filter, "requirement_map").at(name));
        let requirement = named.unwrap_or(rule.at("requires"));
        let narrowed = ["headers", "query_parameters"].iter().any(|word| !field(rule.at("match"), word).many().is_empty());
        let mut checks = jwt::requirement(filter, requirement);
        if whole && !narrowed {
            rest = Some(checks);
            break;
        }
        let path = quoted(&of.text());
        checks.told = checks.told.into_iter().map(|sentence| format!("{path}: {sentence}")).collect();
        some.push(checks);
    }
    let rest = rest.unwrap_or_else(|| Checks::all(Fail, "No rule of jwt_authn holds for this path: every request passes."));
    some.into_iter().fold(rest, Checks::beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_covers_what_lies_below_its_prefix() {
        let prefix = |path: &str| Path::Prefix(path.to_owned());
        let exact = |path: &str| Path::Exact(path.to_owned());
        assert_eq!(prefix("/").covers(&prefix("/a")), Some(true));
        assert_eq!(prefix("/a/b").covers(&prefix("/a")), Some(false), "some of its requests only");
        assert_eq!(prefix("/b").covers(&prefix("/a")), None);
        assert_eq!(exact("/a").covers(&exact("/a")), Some(true));
        assert_eq!(exact("/a/x").covers(&prefix("/a")), Some(false));
        assert_eq!(prefix("/a").covers(&Path::Pattern("x".to_owned())), Some(false));
    }
}
