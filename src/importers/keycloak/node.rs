//! One JSON element of a realm export as a small tree that never holds a secret.
//!
//! Secret values are replaced while the parser hands them over, so nothing behind this file can store one.
//! Knows Keycloak's secret field names; knows no entity and no fact.

use std::fmt;

use crate::formats::text::quoted;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

/// Deepest nesting that is read (decision D22).
pub const MAX_DEPTH: usize = 64;

/// What stood where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dropped {
    /// Stars: the value exists and was not exported.
    Masked,
    /// A template variable: nobody knows what it becomes.
    Placeholder,
    /// A real value, dropped; the group of equal values if it was asked for.
    Value(Option<String>),
}

/// A JSON value without its secrets.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Node {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Another number; its value is used nowhere.
    Fraction,
    /// Text.
    Text(String),
    /// A secret that was here.
    Secret(Dropped),
    /// An array.
    List(Vec<Node>),
    /// An object in file order, keys unique.
    Object(Vec<(String, Node)>),
}

/// Counts dropped secrets of a file and groups equal ones.
pub struct Vault<'a> {
    /// Real values dropped so far.
    pub dropped: u64,
    /// Private keys of the realm among them.
    pub private_keys: u64,
    /// Set once the user cancelled: why an error is no error of the file.
    pub cancelled: bool,
    /// Whether values read now belong to clients, so that equal ones are worth telling.
    pub sharing: bool,
    /// Gives the group of equal secret values.
    pub share: &'a mut dyn FnMut(&str) -> String,
}

/// Keys whose text is a secret anywhere in a realm export.
const SECRET_KEYS: &[&str] = &[
    "secret",
    "client.secret.rotated",
    "clientSecret",
    "registrationAccessToken",
    "privateKey",
    "saml.signing.private.key",
    "saml.encryption.private.key",
    "password",
    "keyPassword",
    "keystorePassword",
    "bindCredential",
    "secretData",
    "hashedSaltedValue",
    "token",
    "authToken",
];

/// Whether a text is only stars (or another usual mask) in place of a value.
pub fn is_mask(text: &str) -> bool {
    let text = text.trim();
    (text.len() >= 3 && text.chars().all(|c| c == '*'))
        || ["[REDACTED]", "REDACTED", "CLIENT_SECRET", "xxx", "XXX"].contains(&text)
        || text.starts_with("${vault.")
}

/// Whether a text still holds a template variable: `${X}`, `$(env:X)`, `?X?`.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.contains("${")
        || text.contains("$(env:")
        || (text.len() > 2 && text.starts_with('?') && text.ends_with('?') && !text.contains(' '))
}

/// Parses one value; see [`Node`].
pub struct NodeSeed<'v, 'a> {
    /// Where secrets are counted.
    pub vault: &'v mut Vault<'a>,
    /// Levels above this value.
    pub depth: usize,
    /// The value stands under a secret's key.
    pub secret: bool,
    /// The value stands inside a user's `credentials`, where `value` is a secret too.
    pub credentials: bool,
}

impl<'v, 'a> NodeSeed<'v, 'a> {
    /// An element of a list that stands `depth` levels deep.
    pub fn element(vault: &'v mut Vault<'a>, depth: usize) -> Self {
        Self { vault, depth, secret: false, credentials: false }
    }

    fn text(self, text: &str, key: Option<&str>) -> Node {
        if !self.secret {
            return Node::Text(text.to_owned());
        }
        if text.is_empty() {
            return Node::Null;
        }
        if is_mask(text) {
            return Node::Secret(Dropped::Masked);
        }
        if is_placeholder(text) {
            return Node::Secret(Dropped::Placeholder);
        }
        self.vault.dropped += 1;
        let comparable = self.vault.sharing && matches!(key, Some("secret" | "client.secret.rotated"));
        Node::Secret(Dropped::Value(comparable.then(|| (self.vault.share)(text))))
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_, '_> {
    type Value = Node;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor { seed: self, key: None })
    }
}

/// A value under a known key, which says whether it is a secret.
pub struct Keyed<'k, 'v, 'a> {
    seed: NodeSeed<'v, 'a>,
    key: &'k str,
}

impl<'k, 'v, 'a> Keyed<'k, 'v, 'a> {
    /// The value under `key` of an object whose values stand `depth` levels deep; `credentials` as in [`NodeSeed`].
    pub fn under(vault: &'v mut Vault<'a>, key: &'k str, depth: usize, credentials: bool) -> Self {
        let credentials = credentials || key == "credentials";
        let secret = SECRET_KEYS.contains(&key) || (credentials && key == "value");
        Self { key, seed: NodeSeed { vault, depth, secret, credentials } }
    }
}

impl<'de> DeserializeSeed<'de> for Keyed<'_, '_, '_> {
    type Value = Node;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor { seed: self.seed, key: Some(self.key) })
    }
}

struct NodeVisitor<'k, 'v, 'a> {
    seed: NodeSeed<'v, 'a>,
    key: Option<&'k str>,
}

impl<'de> Visitor<'de> for NodeVisitor<'_, '_, '_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Flag(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Whole(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Fraction, Node::Whole))
    }
    fn visit_f64<E>(self, _value: f64) -> Result<Node, E> {
        Ok(Node::Fraction)
    }
    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(self.seed.text(value, self.key))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let NodeSeed { vault, depth, secret, credentials } = self.seed;
        if depth >= MAX_DEPTH {
            return Err(A::Error::custom(format_args!("nested more than {MAX_DEPTH} levels deep")));
        }
        let mut list = Vec::new();
        while let Some(node) = seq.next_element_seed(NodeSeed { vault: &mut *vault, depth: depth + 1, secret, credentials })? {
            list.push(node);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let NodeSeed { vault, depth, credentials, .. } = self.seed;
        if depth >= MAX_DEPTH {
            return Err(A::Error::custom(format_args!("nested more than {MAX_DEPTH} levels deep")));
        }
        let mut object: Vec<(String, Node)> = Vec::new();
        let mut keys = std::collections::BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let before = vault.dropped;
            let node = map.next_value_seed(Keyed::under(&mut *vault, &key, depth + 1, credentials))?;
            if key == "privateKey" {
                vault.private_keys += vault.dropped - before;
            }
            if !keys.insert(key.clone()) {
                return Err(A::Error::custom(format_args!("the key \"{}\" stands twice in one object", quoted(&key))));
            }
            object.push((key, node));
        }
        Ok(Node::Object(object))
    }
}

impl Node {
    /// The value under a key of an object; `Null` when there is none.
    pub fn at(&self, key: &str) -> &Node {
        const NULL: &Node = &Node::Null;
        match self {
            Self::Object(pairs) => pairs.iter().find(|(k, _)| k == key).map_or(NULL, |(_, v)| v),
            _ => NULL,
        }
    }

    /// Non-empty text; a number is read as its digits, because templates and old versions quote differently.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Self::Whole(number) => Some(number.to_string()),
            Self::Flag(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// A yes or no, also when written as text.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// A whole number, also when written as text.
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// One or many: the elements of a list, or the one value that stands in place of a list.
    pub fn many(&self) -> &[Node] {
        match self {
            Self::Null => &[],
            Self::List(list) => list,
            one => std::slice::from_ref(one),
        }
    }

    /// Names of a list, without empty ones.
    pub fn names(&self) -> Vec<String> {
        self.many().iter().filter_map(Node::text).collect()
    }

    /// Key and value pairs of an object.
    pub fn pairs(&self) -> &[(String, Node)] {
        match self {
            Self::Object(pairs) => pairs,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Result<Node, serde_json::Error>, u64, u64) {
        let mut share = |secret: &str| format!("group of {} characters", secret.len());
        let mut vault = Vault { dropped: 0, private_keys: 0, cancelled: false, sharing: true, share: &mut share };
        let seed = NodeSeed { vault: &mut vault, depth: 0, secret: false, credentials: false };
        let node = seed.deserialize(&mut serde_json::Deserializer::from_str(text));
        (node, vault.dropped, vault.private_keys)
    }

    #[test]
    fn secrets_are_gone_before_anyone_can_look() {
        let (node, dropped, private) = parse(
            r#"{"secret":"CANARY-SECRET-1","config":{"privateKey":["CANARY-SECRET-2"],"secret":["**********"]},
                "credentials":[{"type":"password","value":"CANARY-SECRET-3","secretData":"{\"value\":\"x\"}"}]}"#,
        );
        let node = node.expect("it is good JSON");
        assert!(!format!("{node:?}").contains("CANARY"));
        assert_eq!((dropped, private), (4, 1));
        assert_eq!(node.at("secret"), &Node::Secret(Dropped::Value(Some("group of 15 characters".into()))));
        assert_eq!(node.at("config").at("secret").many(), [Node::Secret(Dropped::Masked)]);
    }

    #[test]
    fn masks_and_placeholders_are_no_values() {
        for text in ["**********", "***", "[REDACTED]", "${vault.client}"] {
            assert!(is_mask(text), "{text}");
        }
        for text in ["${SECRET}", "$(env:SECRET)", "?SECRET?", "https://${HOST}/x"] {
            assert!(is_placeholder(text), "{text}");
        }
        assert!(!is_placeholder("what? why?") && !is_mask("*"));
    }

    #[test]
    fn a_key_that_stands_twice_is_an_error_with_a_place() {
        let error = parse("{\"a\":1,\n\"a\":2}").0.expect_err("two values for one key cannot both be true");
        assert_eq!(error.line(), 2);
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&deep(MAX_DEPTH)).0.is_ok());
        assert!(parse(&deep(MAX_DEPTH + 1)).0.is_err());
    }
}
