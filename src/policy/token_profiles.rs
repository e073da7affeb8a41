//! Token profiles that people declare (domain.md 2.7): what one kind of access token of a client names, for how long, bound how. Reads and
//! writes the value of the statement `profile:<name>`; knows no inventory, so audiences are words here.

use serde::{Deserialize, Serialize};

use crate::model::weights::Weights;

/// How a token is tied to its sender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Whoever holds it may use it.
    #[default]
    Bearer,
    /// A key is claimed in it; whether APIs check it is not proved.
    Claimed,
    /// APIs are proved to check the key.
    Enforced,
}

impl Binding {
    /// Every binding, weakest first.
    pub const ALL: [Self; 3] = [Self::Bearer, Self::Claimed, Self::Enforced];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Claimed => "claimed",
            Self::Enforced => "enforced",
        }
    }

    /// The binding of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|binding| binding.as_str() == word)
    }

    /// Factor of exposure, per mille.
    pub const fn factor(self, weights: &Weights) -> i64 {
        match self {
            Self::Bearer => weights.bind.bearer,
            Self::Claimed => weights.bind.claimed,
            Self::Enforced => weights.bind.enforced,
        }
    }
}

/// What tokens showed, when a profile was read from tokens and not only declared (domain.md 5.4). Of a token nothing else is kept (5.5).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Tokens that were inspected.
    pub tokens: u64,
    /// Those of them whose signature held.
    pub verified: u64,
    /// `iss`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issuer: String,
    /// `alg` of the headers, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub algorithms: Vec<String>,
    /// Earliest and latest `iat`, ISO 8601.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issued: Vec<String>,
    /// SHA-256 of the key files that verified, hex, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys_sha256: Vec<String>,
}

/// One declared token profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenProfile {
    /// Audiences that the token names: ids, or names that only one audience has.
    pub audiences: Vec<String>,
    /// Scope values that it carries; empty = all that the client holds there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Lifetime; `None` = not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds: Option<i64>,
    /// Comes with a refresh token.
    #[serde(default)]
    pub refresh: bool,
    /// Sender constraint.
    #[serde(default)]
    pub binding: Binding,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// What stops when it is revoked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failure_mode: String,
    /// Tokens that it was read from; `None` = somebody declared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
}

/// Longest lifetime that is believed: ten years.
const LONGEST_SECONDS: i64 = 3650 * 86_400;
/// Longest word of what was observed, bytes.
const LONGEST_WORD: usize = 300;

impl TokenProfile {
    /// The name in an attribute `profile:<name>`.
    pub fn name_of(attribute: &str) -> Option<&str> {
        attribute.strip_prefix("profile:").filter(|name| is_name(name))
    }

    /// Reads a statement's value.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let profile = serde_json::from_str::<Self>(text).map_err(|error| error.to_string())?.in_order();
        if profile.audiences.is_empty() {
            return Err("a profile names at least one audience".to_owned());
        }
        if profile.lifetime_seconds.is_some_and(|seconds| !(1..=LONGEST_SECONDS).contains(&seconds)) {
            return Err("a lifetime is between one second and ten years".to_owned());
        }
        let words = profile
            .observed
            .iter()
            .flat_map(|seen| seen.algorithms.iter().chain(&seen.issued).chain(&seen.keys_sha256).chain([&seen.issuer]));
        if words.into_iter().any(|word| word.len() > LONGEST_WORD) {
            return Err("what was observed is longer than a claim can be".to_owned());
        }
        Ok(profile)
    }

    /// The same profile in its one form: lists sorted, without doubles and blanks.
    pub fn in_order(mut self) -> Self {
        for list in [&mut self.audiences, &mut self.scopes] {
            list.iter_mut().for_each(|word| *word = word.trim().to_owned());
            list.retain(|word| !word.is_empty());
            list.sort();
            list.dedup();
        }
        self
    }

    /// The statement's value: the same profile always gives the same text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The attribute of a profile.
pub fn attribute(name: &str) -> String {
    format!("profile:{name}")
}

/// Whether a profile or plan may have this name: short, printable, no colon.
pub fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && name.trim() == name && name.chars().count() <= 60 && !name.chars().any(|c| c.is_control() || c == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_profile_has_one_text() {
        let profile =
            TokenProfile::parse(r#"{"audiences":["payment","cart","payment"," "],"lifetime_seconds":300,"binding":"enforced"}"#).unwrap();
        assert_eq!(profile.text(), r#"{"audiences":["cart","payment"],"lifetime_seconds":300,"refresh":false,"binding":"enforced"}"#);
        assert_eq!(TokenProfile::parse(&profile.text()), Ok(profile));
    }

    #[test]
    fn what_is_no_profile_is_refused() {
        for text in ["", "[]", r#"{"audiences":[]}"#, r#"{"audiences":["a"],"lifetime_seconds":0}"#, r#"{"audiences":["a"],"bound":1}"#] {
            assert!(TokenProfile::parse(text).is_err(), "{text}");
        }
        assert_eq!(TokenProfile::name_of("profile:checkout"), Some("checkout"));
        for attribute in ["profile:", "profile: x", "profile:a:b", "owner"] {
            assert_eq!(TokenProfile::name_of(attribute), None, "{attribute}");
        }
    }
}
