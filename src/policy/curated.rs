//! Curated permission rules: exact names first, then patterns in the order of the pack (domain.md 9.2).

use std::collections::HashMap;

use serde::Deserialize;

use crate::model::{BreadthHint, Privilege, ScopeKind};

use super::directory_roles::DirectoryRoles;
use super::escalation::Methods;

/// A name pattern: `*` stands for anything, `\*` for a star, case does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<String>,
}

impl Pattern {
    /// Takes a pattern apart; `\\*` stands for the star itself.
    pub fn new(text: &str) -> Self {
        let text = text.to_lowercase().replace("\\*", "\u{1}");
        Self { parts: text.split('*').map(|part| part.replace('\u{1}', "*")).collect() }
    }

    /// Whether it fits a name that is already lower case.
    pub fn matches(&self, lower: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some(mut left) = lower.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = rest.split_last() else { return left.is_empty() };
        for part in middle {
            let Some(at) = left.find(part.as_str()) else { return false };
            left = &left[at + part.len()..];
        }
        left.ends_with(last.as_str())
    }
}

/// Marks of a permission beside its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Flags {
    /// Stands for everything.
    pub wildcard: bool,
    /// Sets the life of a delegated grant (`offline_access`).
    pub offline: bool,
    /// Opens personal data of the person who signed in.
    pub pii: bool,
    /// What is read opens further doors (secrets, tokens, exports).
    pub harvest: bool,
    /// The vendor has withdrawn it.
    pub deprecated: bool,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Id shown with the classification.
    pub id: String,
    /// Level.
    pub level: Privilege,
    /// Breadth, if the rule says.
    pub breadth: Option<BreadthHint>,
    /// Marks.
    pub flags: Flags,
    /// `Some(true)` = delegated only, `Some(false)` = application only.
    pub delegated: Option<bool>,
    /// Why, one sentence.
    pub why: String,
}

/// The curated tables.
#[derive(Debug)]
pub struct Curated {
    rules: Vec<Rule>,
    /// (audience key or `*`, lower-case name) to rules, in the order of the pack.
    exact: HashMap<(String, String), Vec<usize>>,
    /// (audience key or `*`) to patterns in the order of the pack.
    patterns: HashMap<String, Vec<(Pattern, usize)>>,
}

#[derive(Deserialize)]
struct RawPack {
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    audiences: Vec<String>,
    level: String,
    breadth: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    pattern: Vec<String>,
    why: String,
}

impl Curated {
    /// Reads the pack; permissions of escalation methods and built-in directory roles become exact rules ahead of it.
    ///
    /// # Errors
    /// Not TOML of this shape, or an unknown word.
    pub fn parse(text: &str, methods: &Methods, roles: &DirectoryRoles) -> anyhow::Result<Self> {
        let mut tables = Self { rules: Vec::new(), exact: HashMap::new(), patterns: HashMap::new() };
        for listed in methods.listed() {
            let rule = plain_rule(&listed.method, listed.level, &listed.why);
            tables.add_exact(&listed.audience_key, &listed.value, rule);
        }
        for role in roles.all() {
            if let Some(level) = role.level {
                let rule = plain_rule("DIRECTORY-ROLE", level, "A built-in directory role.");
                tables.add_exact("entra-directory", &role.name, rule);
            }
        }
        let raw: RawPack = toml::from_str(text)?;
        for raw in raw.rule {
            let rule = rule(&raw)?;
            for audience in &raw.audiences {
                for value in &raw.exact {
                    tables.add_exact(audience, value, rule.clone());
                }
                for pattern in &raw.pattern {
                    let at = tables.rules.len();
                    tables.rules.push(rule.clone());
                    tables.patterns.entry(audience.clone()).or_default().push((Pattern::new(pattern), at));
                }
            }
        }
        Ok(tables)
    }

    fn add_exact(&mut self, audience: &str, value: &str, rule: Rule) {
        self.exact.entry((audience.to_owned(), value.to_lowercase())).or_default().push(self.rules.len());
        self.rules.push(rule);
    }

    /// The rule that names this permission.
    pub fn exact(&self, audience_key: Option<&str>, value: &str, kind: ScopeKind, delegated: bool) -> Option<&Rule> {
        let value = value.to_lowercase();
        let own = audience_key.and_then(|key| self.exact.get(&(key.to_owned(), value.clone())));
        // Rules for every audience hold for scopes only: a role named `profile` is not the OpenID scope.
        let any = (kind == ScopeKind::Scope).then(|| self.exact.get(&("*".to_owned(), value))).flatten();
        [own, any].into_iter().flatten().flatten().map(|at| &self.rules[*at]).find(|rule| rule.fits(delegated))
    }

    /// The first pattern that fits.
    pub fn pattern(&self, audience_key: Option<&str>, value: &str, delegated: bool) -> Option<&Rule> {
        let value = value.to_lowercase();
        self.patterns
            .get(audience_key?)?
            .iter()
            .filter(|(pattern, _)| pattern.matches(&value))
            .map(|(_, at)| &self.rules[*at])
            .find(|rule| rule.fits(delegated))
    }

    /// All rules, in the order of the pack.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl Rule {
    fn fits(&self, delegated: bool) -> bool {
        self.delegated.is_none_or(|only| only == delegated)
    }
}

fn plain_rule(id: &str, level: Privilege, why: &str) -> Rule {
    Rule { id: id.to_owned(), level, breadth: None, flags: Flags::default(), delegated: None, why: why.to_owned() }
}

fn rule(raw: &RawRule) -> anyhow::Result<Rule> {
    let mut flags = Flags::default();
    for flag in &raw.flags {
        match flag.as_str() {
            "wildcard" => flags.wildcard = true,
            "offline" => flags.offline = true,
            "pii" => flags.pii = true,
            "harvest" => flags.harvest = true,
            "deprecated" => flags.deprecated = true,
            other => anyhow::bail!("flag `{other}` of rule {}", raw.id),
        }
    }
    Ok(Rule {
        id: raw.id.clone(),
        level: Privilege::parse(&raw.level).ok_or_else(|| anyhow::anyhow!("level `{}` of rule {}", raw.level, raw.id))?,
        breadth: raw
            .breadth
            .as_deref()
            .map(|word| BreadthHint::parse(word).ok_or_else(|| anyhow::anyhow!("breadth `{word}` of rule {}", raw.id)))
            .transpose()?,
        flags,
        delegated: match raw.kind.as_deref() {
            None => None,
            Some("delegated") => Some(true),
            Some("application") => Some(false),
            Some(other) => anyhow::bail!("kind `{other}` of rule {}", raw.id),
        },
        why: raw.why.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, fits) in [
            ("Policy.ReadWrite.*", "policy.readwrite.conditionalaccess", true),
            ("Policy.ReadWrite.*", "policy.read.all", false),
            ("*.FullControl.All", "printer.fullcontrol.all", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("vso.*_write", "vso.code_write", true),
            ("exact", "exact", true),
            ("exact", "exactly", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(name), fits, "{pattern} on {name}");
        }
    }
}
