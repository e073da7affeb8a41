//! A JSON or YAML value that never holds a secret: the value under a secret's key is dropped while the parser hands it
//! over, so nothing behind this file can store one.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::formats::text::{display, is_mask, key};
use crate::formats::time::{self, Stamp};
use crate::model::time::{Expiry, Millis};

/// A value without its secrets.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Tree {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Another number.
    Fraction(f64),
    /// Text.
    Text(String),
    /// A secret that was here; false = a mask or placeholder stood in its place.
    Secret(bool),
    /// An array.
    List(Vec<Tree>),
    /// An object in file order.
    Object(Vec<(String, Tree)>),
}

/// Keys whose text is a secret wherever it stands, lower case without `_` and `-` (formats.md 0.5).
const SECRET_KEYS: &[&str] = &[
    "clientsecret",
    "encryptedsecret",
    "secret",
    "secrettext",
    "signingsecret",
    "registrationaccesstoken",
    "privatekey",
    "privatekeydata",
    "password",
    "passphrase",
    "smtppass",
    "apikey",
    "token",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "secretdata",
    "secretaccesskey",
    "sessiontoken",
    "servicepassword",
    "servicecredentialsecret",
    "clientsecretvalue",
    "k",
    "d",
    "p",
    "q",
    "dp",
    "dq",
    "qi",
];

/// Keys whose text is made of a secret and is of no use to us: dropped, and not counted as one.
const DERIVED_KEYS: &[&str] = &["secrethash", "hint"];

#[derive(Clone, Copy)]
enum Kept {
    All,
    /// Names of tokens are keys below, and no token is a value.
    Units,
    NoText,
    NoSecret,
}

fn kept(key: &str) -> Kept {
    // Longer keys are none of the list; looking at them would cost an allocation each.
    if key.len() > 40 {
        return Kept::All;
    }
    let folded: String = key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    if folded == "tokenvalidityunits" {
        Kept::Units
    } else if SECRET_KEYS.contains(&folded.as_str()) {
        Kept::NoSecret
    } else if DERIVED_KEYS.contains(&folded.as_str()) {
        Kept::NoText
    } else {
        Kept::All
    }
}

struct Seed(Kept);

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Tree;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed(Kept::All).deserialize(deserializer)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }
    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Flag(value))
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Tree, E> {
        Ok(match self.0 {
            Kept::All | Kept::Units => Tree::Whole(value),
            Kept::NoText => Tree::Null,
            Kept::NoSecret => Tree::Secret(true),
        })
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Tree, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Ok(Tree::Fraction(f64::INFINITY)),
        }
    }
    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(match self.0 {
            Kept::All | Kept::Units => Tree::Fraction(value),
            Kept::NoText => Tree::Null,
            Kept::NoSecret => Tree::Secret(true),
        })
    }
    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(match self.0 {
            Kept::All | Kept::Units => Tree::Text(value.to_owned()),
            Kept::NoText => Tree::Null,
            Kept::NoSecret => Tree::Secret(!is_mask(value)),
        })
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element_seed(Seed(self.0))? {
            list.push(element);
        }
        Ok(Tree::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let below = if matches!(self.0, Kept::Units) { Kept::All } else { kept(&key) };
            let value = map.next_value_seed(Seed(below))?;
            object.push((key, value));
        }
        Ok(Tree::Object(object))
    }
}

impl Tree {
    /// The value under a key of an object; `Null` when there is none.
    pub fn at(&self, key: &str) -> &Self {
        const NULL: &Tree = &Tree::Null;
        self.pairs().iter().find(|(name, _)| name == key).map_or(NULL, |(_, value)| value)
    }

    /// The value under one key after another.
    pub fn path(&self, keys: &[&str]) -> &Self {
        keys.iter().fold(self, |tree, key| tree.at(key))
    }

    /// Whether an object has a key, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.pairs().iter().any(|(name, _)| name == key)
    }

    /// Key and value pairs of an object.
    pub fn pairs(&self) -> &[(String, Self)] {
        match self {
            Self::Object(pairs) => pairs,
            _ => &[],
        }
    }

    /// Text with its blanks, not empty.
    pub fn raw(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// Text without blanks around it, not empty.
    pub fn text(&self) -> Option<&str> {
        self.raw().map(str::trim)
    }

    /// Text that may be a key (decision D22).
    pub fn key(&self) -> Option<&str> {
        self.text().and_then(key)
    }

    /// Text for display, cut at its limit.
    pub fn display(&self) -> Option<String> {
        self.text().map(|text| display(text).into_owned())
    }

    /// A yes or no.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A whole number.
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            _ => None,
        }
    }

    /// One or many: the elements of a list, or the one value that stands in place of a list.
    pub fn many(&self) -> &[Self] {
        match self {
            Self::Null => &[],
            Self::List(list) => list,
            one => std::slice::from_ref(one),
        }
    }

    /// Texts of a list, without empty ones.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.many().iter().filter_map(Self::text)
    }

    fn stamp(&self) -> Option<Stamp> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => time::parse(text),
            Self::Whole(number) => time::epoch(*number),
            // AWS writes seconds with a fraction.
            Self::Fraction(seconds) if (1e8..1e11).contains(seconds) => {
                Some(Stamp::At { ms: (seconds * 1000.0).round() as i64, tz_assumed: false })
            }
            _ => None,
        }
    }

    /// When something happened.
    pub fn happened(&self) -> Option<Millis> {
        self.stamp().and_then(Stamp::ms)
    }

    /// When something ends.
    pub fn ends(&self) -> Expiry {
        match self.stamp() {
            None => Expiry::Unknown,
            Some(Stamp::Never) => Expiry::Never,
            Some(Stamp::At { ms, .. }) => Expiry::At(ms),
        }
    }

    /// Secret values that were dropped here and below.
    pub fn secrets(&self) -> u64 {
        match self {
            Self::Secret(real) => u64::from(*real),
            Self::List(list) => list.iter().map(Self::secrets).sum(),
            Self::Object(pairs) => pairs.iter().map(|(_, value)| value.secrets()).sum(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_gone_before_anyone_can_look() {
        let tree: Tree = serde_json::from_str(
            r#"{"client_secret":"CANARY-SECRET-1","secret_hash":"CANARY-SECRET-2","jwks":{"keys":[{"kty":"RSA","d":"CANARY-SECRET-3"}]},
                "signing_secret":"**********","actions":{"token":{"accessTokenLifetimeMinutes":5}},"api-key":["CANARY-SECRET-4"]}"#,
        )
        .expect("it is good JSON");
        assert!(!format!("{tree:?}").contains("CANARY"));
        assert_eq!(tree.secrets(), 3, "a hash and a mask are no values");
        assert_eq!(tree.path(&["actions", "token", "accessTokenLifetimeMinutes"]).whole(), Some(5), "settings of tokens are no token");
    }

    #[test]
    fn one_stands_for_a_list_of_one() {
        let tree: Tree = serde_json::from_str(r#"{"a":"x","b":["x"," ","y"],"c":null,"t":"2026-01-02T03:04:05.006Z"}"#).expect("JSON");
        assert_eq!(tree.at("a").texts().collect::<Vec<_>>(), ["x"]);
        assert_eq!(tree.at("b").texts().collect::<Vec<_>>(), ["x", "y"]);
        assert!(tree.at("c").many().is_empty() && tree.has("c") && !tree.has("d"));
        assert_eq!(tree.at("t").happened(), Some(1_767_323_045_006));
        assert_eq!(tree.at("a").ends(), Expiry::Unknown);
        let tree: Tree = serde_json::from_str(r#"{"at":1548108676.163,"TokenValidityUnits":{"AccessToken":"minutes"}}"#).expect("JSON");
        assert_eq!(tree.at("at").happened(), Some(1_548_108_676_163));
        assert_eq!((tree.path(&["TokenValidityUnits", "AccessToken"]).text(), tree.secrets()), (Some("minutes"), 0));
    }
}
