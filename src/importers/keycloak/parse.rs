//! Streams a file: lists that grow with the realm (`users`, `clients`, `clientScopes`) go element by element to a
//! [`Taker`], everything else of an object is handed over at its end. Knows containers, not meanings.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::node::{Keyed, Node, NodeSeed, Vault};
use crate::formats::text::quoted;

/// A list that is streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streamed {
    /// `clients`
    Clients,
    /// `clientScopes`
    ClientScopes,
    /// `users`
    Users,
}

impl Streamed {
    fn of(key: &str) -> Option<Self> {
        match key {
            "clients" => Some(Self::Clients),
            "clientScopes" => Some(Self::ClientScopes),
            "users" => Some(Self::Users),
            _ => None,
        }
    }
}

/// Takes what a file holds, in file order.
pub trait Taker {
    /// An element of a streamed list of the current object. False = the user cancelled.
    fn element(&mut self, list: Streamed, node: &Node) -> bool;
    /// The current object ended; `rest` holds its other keys, and `true` for each streamed list that it had.
    fn object(&mut self, rest: &Node);
    /// Whether everything but users may be skipped, because an earlier pass has read it.
    fn users_only(&self) -> bool;
}

/// Deepest nesting of arrays around the objects (`[[{..}], [{..}]]` from `jq -s`).
const MAX_ARRAYS: usize = 3;

/// Reads a whole file: one object, several one after another, or arrays of objects.
///
/// # Errors
/// The file is no JSON, a key stands twice, or it is nested too deep; `Vault::cancelled` tells a cancel apart.
pub fn read(input: impl Read, vault: &mut Vault<'_>, taker: &mut dyn Taker) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_reader(std::io::BufReader::with_capacity(1 << 16, input));
    let mut objects = 0_u32;
    loop {
        // `end` succeeds only when nothing but white space is left; otherwise another value follows.
        if json.end().is_ok() {
            break;
        }
        Item { vault: &mut *vault, taker: &mut *taker, arrays: 0 }.deserialize(&mut json)?;
        objects += 1;
    }
    if objects == 0 { Err(serde_json::Error::custom("the file is empty")) } else { Ok(()) }
}

struct Item<'t, 'v, 'a> {
    vault: &'v mut Vault<'a>,
    taker: &'t mut dyn Taker,
    arrays: usize,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a realm, an array of realms or an array of clients")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.arrays >= MAX_ARRAYS {
            return Err(A::Error::custom("arrays inside arrays hold no realm"));
        }
        while seq.next_element_seed(Item { vault: &mut *self.vault, taker: &mut *self.taker, arrays: self.arrays + 1 })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut rest: Vec<(String, Node)> = Vec::new();
        let users_only = self.taker.users_only();
        while let Some(key) = map.next_key::<String>()? {
            if rest.iter().any(|(seen, _)| *seen == key) {
                return Err(A::Error::custom(format_args!("the key \"{}\" stands twice in one object", quoted(&key))));
            }
            let streamed = Streamed::of(&key);
            if let Some(list) = streamed.filter(|list| !users_only || *list == Streamed::Users) {
                self.vault.sharing = list == Streamed::Clients;
                let present = map.next_value_seed(Elements { vault: &mut *self.vault, taker: &mut *self.taker, list })?;
                rest.push((key, Node::Flag(present)));
            } else if users_only {
                map.next_value::<IgnoredAny>()?;
                rest.push((key, Node::Null));
            } else {
                // A bare list holds clients as objects of their own, so their secret stands here.
                self.vault.sharing = matches!(key.as_str(), "secret" | "attributes");
                let before = self.vault.dropped;
                let node = map.next_value_seed(Keyed::under(&mut *self.vault, &key, 1, false))?;
                if key == "privateKey" {
                    self.vault.private_keys += self.vault.dropped - before;
                }
                rest.push((key, node));
            }
        }
        self.taker.object(&Node::Object(rest));
        Ok(())
    }
}

/// The value of a streamed key: a list, one element in place of a list, or null. True unless null.
struct Elements<'t, 'v, 'a> {
    vault: &'v mut Vault<'a>,
    taker: &'t mut dyn Taker,
    list: Streamed,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_, '_> {
    type Value = bool;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        while let Some(node) = seq.next_element_seed(NodeSeed::element(&mut *self.vault, 2))? {
            if !self.taker.element(self.list, &node) {
                self.vault.cancelled = true;
                return Err(A::Error::custom("cancelled"));
            }
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut pairs: Vec<(String, Node)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let node = map.next_value_seed(Keyed::under(&mut *self.vault, &key, 2, false))?;
            pairs.push((key, node));
        }
        self.taker.element(self.list, &Node::Object(pairs));
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(Vec<String>);

    impl Taker for Seen {
        fn element(&mut self, list: Streamed, node: &Node) -> bool {
            self.0.push(format!("{list:?} {}", node.at("n").text().unwrap_or_default()));
            true
        }
        fn object(&mut self, rest: &Node) {
            self.0.push(format!("object {}", rest.at("realm").text().unwrap_or_default()));
        }
        fn users_only(&self) -> bool {
            false
        }
    }

    fn seen(text: &str) -> Result<Vec<String>, String> {
        let mut share = |_: &str| String::new();
        let mut vault = Vault { dropped: 0, private_keys: 0, cancelled: false, sharing: false, share: &mut share };
        let mut seen = Seen::default();
        read(text.as_bytes(), &mut vault, &mut seen).map_err(|error| error.to_string())?;
        Ok(seen.0)
    }

    #[test]
    fn every_container_gives_the_same_objects() {
        let want = vec!["object a".to_owned(), "object b".to_owned()];
        for text in [
            r#"[{"realm":"a"},{"realm":"b"}]"#,
            r#"{"realm":"a"}{"realm":"b"}"#,
            "{\"realm\":\"a\"}\n{\"realm\":\"b\"}\n",
            r#"[[{"realm":"a"}],[{"realm":"b"}]]"#,
        ] {
            assert_eq!(seen(text).expect("good JSON"), want, "{text}");
        }
    }

    #[test]
    fn one_element_may_stand_in_place_of_a_list() {
        assert_eq!(seen(r#"{"clients":{"n":1},"users":null}"#).expect("good JSON"), ["Clients 1", "object "]);
    }

    #[test]
    fn a_cut_file_is_an_error_and_so_is_an_empty_one() {
        for text in [r#"{"realm":"a","users":[{"n":1}"#, "", "  \n", "[1]", r#"{"realm":"a"} x"#] {
            assert!(seen(text).is_err(), "{text}");
        }
    }
}
