//! The form of the governance file. Plain data and its two spellings; knows no inventory.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::formats::yaml::{self, Spanned};
use crate::policy::token_profiles::{Binding, Observed, TokenProfile};

/// Version of the form, first line of every file.
pub const FORMAT: u32 = 1;

/// How a file is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

impl Form {
    /// By the ending of a file's name; YAML unless it says JSON.
    pub fn of_name(name: &str) -> Self {
        if name.to_lowercase().ends_with(".json") { Self::Json } else { Self::Yaml }
    }
}

/// An audience: only what stands there is stated; an empty text takes an earlier statement back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceEntry {
    /// Public id, an identifier, or a name that only it has.
    pub audience: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_classes: Option<Vec<ClassEntry>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_risk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Names of routes or services that lead to it, separated by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_routes: Option<String>,
    /// yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reachable_without_gateway: Option<String>,
    /// G1 to G5 and A1 to A5.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checks: BTreeMap<String, CheckEntry>,
}

/// A data class of an audience.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassEntry {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<String>,
}

/// A recorded check; an empty result takes an earlier record back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckEntry {
    pub result: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A declared way.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeEntry {
    /// obo, passthrough, harvest (from an audience); owner_control, federation, shared (from a client).
    pub kind: String,
    /// Audience or client that it starts at.
    pub from: String,
    /// Client, or for obo and passthrough also an audience, that it leads to.
    pub to: String,
    /// declared or observed; empty takes an earlier statement back.
    pub evidence: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A business product and its clients.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationEntry {
    pub application: String,
    pub clients: Vec<String>,
}

/// A declared token profile of a client; without audiences it takes an earlier one back.
#[allow(missing_docs, reason = "the fields of TokenProfile")]
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileEntry {
    pub client: String,
    pub profile: String,
    #[serde(default)]
    pub audiences: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refresh: bool,
    /// bearer, claimed or enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_mode: Option<String>,
    /// Tokens that the profile was read from; keep it as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
}

impl ProfileEntry {
    /// The entry of a profile.
    pub fn of(client: String, profile: String, declared: &TokenProfile) -> Self {
        let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Self {
            client,
            profile,
            audiences: declared.audiences.clone(),
            scopes: declared.scopes.clone(),
            lifetime_seconds: declared.lifetime_seconds,
            refresh: declared.refresh,
            binding: (declared.binding != Binding::Bearer).then(|| declared.binding.as_str().to_owned()),
            purpose: said(&declared.purpose),
            failure_mode: said(&declared.failure_mode),
            observed: declared.observed.clone(),
        }
    }

    /// The profile of the entry; `None` takes it back.
    ///
    /// # Errors
    /// A binding that is none.
    pub fn declared(&self) -> Result<Option<TokenProfile>, String> {
        if self.audiences.is_empty() {
            return Ok(None);
        }
        let binding = match self.binding.as_deref().map(str::trim) {
            None => Binding::Bearer,
            Some(word) => Binding::parse(word).ok_or("binding is one of bearer, claimed, enforced")?,
        };
        Ok(Some(TokenProfile {
            audiences: self.audiences.clone(),
            scopes: self.scopes.clone(),
            lifetime_seconds: self.lifetime_seconds,
            refresh: self.refresh,
            binding,
            purpose: self.purpose.clone().unwrap_or_default(),
            failure_mode: self.failure_mode.clone().unwrap_or_default(),
            observed: self.observed.clone(),
        }))
    }
}

/// A file as it is read: every record knows its line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    pub bulkhead_map: u32,
    #[serde(default)]
    pub audiences: Vec<Spanned<AudienceEntry>>,
    #[serde(default)]
    pub edges: Vec<Spanned<EdgeEntry>>,
    #[serde(default)]
    pub applications: Vec<Spanned<ApplicationEntry>>,
    #[serde(default)]
    pub profiles: Vec<Spanned<ProfileEntry>>,
}

/// A file as it is written.
#[derive(Debug, Default, Serialize)]
pub struct Written {
    pub bulkhead_map: u32,
    pub audiences: Vec<AudienceEntry>,
    pub edges: Vec<EdgeEntry>,
    pub applications: Vec<ApplicationEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileEntry>,
}

/// Spells a file.
///
/// # Errors
/// A value that the format does not know.
pub fn write(document: &Written, form: Form) -> Result<String> {
    match form {
        Form::Yaml => yaml::write(document),
        Form::Json => Ok(serde_json::to_string_pretty(document)? + "\n"),
    }
}
