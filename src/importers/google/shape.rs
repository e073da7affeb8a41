//! What a record of Google's is, by its fields. Knows Google's words; states no fact.

use crate::formats::json::{Limits, Rules};
use crate::importers::listed::tree::Tree;
use crate::model::kinds::RecordKind;

/// Kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Directory API, `users/{user}/tokens`
    Token,
    /// The same, as one object with a list for each user.
    TokensByUser,
    /// Reports API, `activities` of application `token`
    Event,
    /// `gcloud iam service-accounts list`
    ServiceAccount,
    /// `gcloud iam service-accounts keys list`
    Key,
    /// `get-iam-policy`, or a result of `gcloud asset search-all-iam-policies`
    Policy,
    /// A key or secret itself.
    KeyFile,
    /// Understood, and nothing that is asked here; why.
    Unused(&'static str),
    /// An error reply.
    Error,
    /// None of these.
    Unknown,
}

/// Named lists of replies.
pub const RULES: Rules = Rules {
    lists: &["items", "keys", "accounts", "results", "tokens"],
    wrappers: &[],
    limits: Limits { nesting: 64, record_bytes: 16 << 20, key_bytes: 4096 },
};

/// Most users of one object of tokens by user that are looked at to recognise it.
const FEW: usize = 8;

impl Shape {
    /// The list that such a record counts for.
    pub const fn list(self) -> RecordKind {
        match self {
            Self::Token | Self::TokensByUser => RecordKind::GoogleTokens,
            Self::Event => RecordKind::GoogleTokenEvents,
            Self::ServiceAccount => RecordKind::GoogleServiceAccounts,
            Self::Key => RecordKind::GoogleServiceAccountKeys,
            Self::Policy => RecordKind::GoogleIamPolicies,
            Self::KeyFile | Self::Unused(_) | Self::Error | Self::Unknown => RecordKind::Stated,
        }
    }

    /// What a record is, by its fields.
    pub fn of(tree: &Tree) -> Self {
        let has = |keys: &[&str]| keys.iter().all(|key| tree.has(key));
        let any = |keys: &[&str]| keys.iter().any(|key| tree.has(key));
        let name = tree.at("name").text().unwrap_or_default();
        // As the console hands them out; other systems write client ids and secrets side by side too.
        let secret = |tree: &Tree| tree.has("client_secret") && tree.has("auth_uri");
        let kind = tree.at("type").text();
        if has(&["private_key"]) && kind == Some("service_account")
            || kind == Some("authorized_user")
            || secret(tree.at("installed"))
            || secret(tree.at("web"))
        {
            Self::KeyFile
        } else if tree.at("error").has("code") || tree.at("error").has("errors") {
            Self::Error
        } else if tree.at("kind").text() == Some("admin#directory#token")
            || (has(&["clientId", "scopes"]) && any(&["displayText", "nativeApp", "anonymous"]))
        {
            Self::Token
        } else if has(&["events", "id"]) && tree.at("id").has("applicationName") {
            match tree.path(&["id", "applicationName"]).text() {
                Some("token") => Self::Event,
                _ => Self::Unused("events of other applications than token"),
            }
        } else if name.contains("/serviceAccounts/") && name.contains("/keys/") {
            Self::Key
        } else if has(&["email"]) && (any(&["uniqueId", "oauth2ClientId"]) || name.contains("/serviceAccounts/")) {
            Self::ServiceAccount
        } else if has(&["bindings"]) || tree.at("policy").has("bindings") {
            Self::Policy
        } else if tree.at("etag").text() == Some("ACAB") {
            // A policy without any binding is written as its mark alone.
            Self::Policy
        } else if is_by_user(tree) {
            Self::TokensByUser
        } else {
            Self::Unknown
        }
    }
}

/// Whether an object holds a list of tokens under each of its keys.
fn is_by_user(tree: &Tree) -> bool {
    let lists = tree.pairs();
    let token = |tree: &Tree| Shape::of(tree) == Shape::Token;
    let each = |value: &Tree| matches!(value, Tree::List(list) if list.iter().all(token));
    lists.iter().any(|(_, value)| !value.many().is_empty()) && lists.iter().take(FEW).all(|(_, value)| each(value))
}
