//! The level of a permission (domain.md 9): a person's override, curated names, curated patterns, the source's grammar,
//! words, and a pessimistic default. Unknown is never low.
//!
//! Knows names only; what a permission may reach is the reach engine's business.

use crate::model::estate::EscalationTarget;
use crate::model::{BreadthHint, Privilege, ScopeKind, Source};

pub use super::curated::Flags;
use super::graph_names::guid_bytes;
use super::{Packs, grammar, lexical, well_known};

/// Which permission is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionQuery<'a> {
    /// Source system.
    pub source: Source,
    /// Key of the well-known audience (`msgraph`, `keycloak-realm-management`), if it is one.
    pub audience_key: Option<&'a str>,
    /// Kind of the scope.
    pub kind: ScopeKind,
    /// The string in the token, or the source's id when no file names it.
    pub value: &'a str,
    /// Whether it is granted for a user (delegated) or to the client itself.
    pub delegated: bool,
    /// What it stands for inside its container: members of a Keycloak composite, resource actions of a custom directory role.
    pub implies: Option<&'a str>,
    /// A person's statement (assertion `privilege`); survives every pack update.
    pub overridden: Option<Privilege>,
}

/// How sure a classification is (domain.md 9.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Nothing is known; a pessimistic level.
    Default,
    /// Words of the name.
    Lexical,
    /// The source's naming grammar.
    Grammar,
    /// A curated pattern.
    Pattern,
    /// A curated name.
    Exact,
    /// A person said so.
    Override,
}

impl Confidence {
    /// The word in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Lexical => "lexical",
            Self::Grammar => "grammar",
            Self::Pattern => "pattern",
            Self::Exact => "exact",
            Self::Override => "override",
        }
    }

    /// In percent: 100, 80, 50, 20 (domain.md 9.1).
    pub const fn percent(self) -> u8 {
        match self {
            Self::Override | Self::Exact => 100,
            Self::Pattern | Self::Grammar => 80,
            Self::Lexical => 50,
            Self::Default => 20,
        }
    }
}

/// A classified permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classified {
    /// Level.
    pub privilege: Privilege,
    /// Breadth hint.
    pub breadth: BreadthHint,
    /// Marks.
    pub flags: Flags,
    /// Id of the rule that decided.
    pub rule_id: String,
    /// How sure.
    pub confidence: Confidence,
    /// Why, one sentence.
    pub source_note: String,
    /// Published name, where the value is only an id.
    pub resolved_name: Option<String>,
    /// Names of the data classes that it opens at a well-known audience; empty = all of the audience's (D31).
    pub data_classes: Vec<String>,
    /// Escalation method, what it captures, and whether that is assumed.
    pub escalation: Option<(String, EscalationTarget, bool)>,
    /// The level rests on words or on the default.
    pub assumed: bool,
}

/// Decides about one permission, in the order of domain.md 9.2.
pub fn classify(packs: &Packs, query: &PermissionQuery<'_>) -> Classified {
    let resolved = match query.audience_key {
        Some(key) if guid_bytes(query.value).is_some() => well_known::name_of_id(key, query.kind, query.value),
        _ => None,
    };
    let value = resolved.unwrap_or(query.value).trim();
    let mut decided = decide(packs, query, value);
    if let Some(level) = query.overridden {
        decided.level = level;
        decided.rule_id = "OVERRIDE".to_owned();
        decided.why = "A person said so.".to_owned();
        decided.confidence = Confidence::Override;
    }
    let audience = query.audience_key.and_then(|key| packs.well_known.by_key(key));
    let data_classes =
        audience.map(|audience| audience.classes_of(value).into_iter().map(|at| audience.classes[at].name.clone()).collect());
    let escalation = packs.escalation.escalation(query.audience_key, value, decided.level);
    Classified {
        privilege: decided.level,
        breadth: decided.breadth.unwrap_or(BreadthHint::All),
        flags: decided.flags,
        rule_id: decided.rule_id,
        confidence: decided.confidence,
        source_note: decided.why,
        resolved_name: resolved.map(str::to_owned),
        data_classes: data_classes.unwrap_or_default(),
        escalation: escalation.map(|found| (found.method, found.target, found.assumed)),
        assumed: decided.confidence == Confidence::Default,
    }
}

struct Decision {
    level: Privilege,
    breadth: Option<BreadthHint>,
    flags: Flags,
    rule_id: String,
    confidence: Confidence,
    why: String,
}

fn decide(packs: &Packs, query: &PermissionQuery<'_>, value: &str) -> Decision {
    let formed = uses_microsoft_grammar(query.audience_key).then(|| grammar::microsoft(value, query.delegated)).flatten();
    let curated = |rule: &super::curated::Rule, confidence| Decision {
        level: rule.level,
        breadth: rule.breadth.or(formed.and_then(|formed| formed.breadth)),
        flags: rule.flags,
        rule_id: rule.id.clone(),
        confidence,
        why: rule.why.clone(),
    };
    if let Some(rule) = packs.curated.exact(query.audience_key, value, query.kind, query.delegated) {
        return curated(rule, Confidence::Exact);
    }
    if let Some(rule) = packs.curated.pattern(query.audience_key, value, query.delegated) {
        return curated(rule, Confidence::Pattern);
    }
    if let Some(formed) = formed {
        return Decision {
            level: formed.level,
            breadth: formed.breadth,
            flags: Flags::default(),
            rule_id: "GRAMMAR-MS".to_owned(),
            confidence: Confidence::Grammar,
            why: "By Microsoft's naming: resource, operation, constraint.".to_owned(),
        };
    }
    if let Some(decision) = implied(packs, query) {
        return decision;
    }
    if value.eq_ignore_ascii_case(".default") || value.ends_with("/.default") {
        return Decision {
            level: Privilege::Admin,
            breadth: None,
            flags: Flags { wildcard: true, ..Flags::default() },
            rule_id: "DEFAULT-SCOPE".to_owned(),
            confidence: Confidence::Default,
            why: "Everything that was consented beforehand; what that is stands in no file.".to_owned(),
        };
    }
    // An id has no words, only hexadecimal digits that may look like some.
    if guid_bytes(value).is_none()
        && let Some(worded) = lexical::words(value, query.kind)
    {
        return Decision {
            level: worded.level,
            breadth: worded.breadth,
            flags: worded.flags,
            rule_id: "WORDS".to_owned(),
            confidence: Confidence::Lexical,
            why: "By the words of its name.".to_owned(),
        };
    }
    Decision {
        level: if query.delegated { Privilege::Read } else { Privilege::Write },
        breadth: None,
        flags: Flags::default(),
        rule_id: "UNKNOWN".to_owned(),
        confidence: Confidence::Default,
        why: "Nobody described it, so it counts as reading for a user and as writing for a client.".to_owned(),
    }
}

/// Azure DevOps and the directory have names of their own; every other well-known Microsoft API follows one grammar.
fn uses_microsoft_grammar(audience_key: Option<&str>) -> bool {
    audience_key.is_some_and(|key| {
        !key.starts_with("keycloak-")
            && !key.starts_with("okta-")
            && !key.starts_with("auth0-")
            && !key.starts_with("aws-")
            && !key.starts_with("google-")
            && !matches!(key, "azure-devops" | "entra-directory")
    })
}

/// A container is as strong as its strongest member: resource actions of a custom role, members of a composite.
fn implied(packs: &Packs, query: &PermissionQuery<'_>) -> Option<Decision> {
    let implies = query.implies.map(str::trim).filter(|implies| !implies.is_empty())?;
    if query.kind == ScopeKind::DirectoryRole {
        return Some(Decision {
            level: grammar::resource_actions(implies)?,
            breadth: None,
            flags: Flags::default(),
            rule_id: "ROLE-ACTIONS".to_owned(),
            confidence: Confidence::Grammar,
            why: "A custom role, by its strongest allowed action.".to_owned(),
        });
    }
    let strongest = implies
        .split_whitespace()
        // A blank inside a member's name is written as in a URL, because blanks separate members.
        .map(|member| member.replace("%20", " "))
        .map(|member| decide(packs, &PermissionQuery { value: &member, implies: None, overridden: None, ..*query }, &member))
        .max_by_key(|member| member.level)?;
    // Its own name may promise more than the members that a file shows.
    if lexical::words(query.value, query.kind).is_some_and(|worded| worded.level > strongest.level) {
        return None;
    }
    Some(Decision { why: "A role made of others, by its strongest member.".to_owned(), rule_id: "COMPOSITE".to_owned(), ..strongest })
}

#[cfg(test)]
#[path = "permissions_tests.rs"]
mod tests;
