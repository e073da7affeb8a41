//! Reads Graph objects as they really come: any key case, `AdditionalProperties` of the PowerShell SDK lifted, one
//! element instead of a list, nulls, and what `ConvertTo-Json` left of objects below its depth. Values that the
//! allow-list does not name are dropped here; secrets among them are counted.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::drop::{Drop, Folded, is_secret};

/// Stands in the error of a value that was cut by PowerShell.
pub const REMNANT: &str = "cut by ConvertTo-Json";

/// An object with a fixed set of fields.
pub trait Object<'de>: Default {
    /// Reads the value of a field, whose key comes in lower case; false if the field is not wanted.
    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;
    /// Whether an unwanted field with this name holds a secret.
    fn secret(key: &str) -> bool {
        is_secret(key)
    }
    /// Secrets dropped inside this object.
    fn secrets(&mut self) -> &mut u32;
}

/// Whether a field was left out or null, so that a later spelling of it may fill it.
pub trait Blank {
    /// See the trait.
    fn blank(&self) -> bool;
}

/// Declares an object: key in lower case, field, type.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident<$lt:lifetime> { $($key:literal => $field:ident: $ty:ty),* $(,)? } $(secret $secret:literal)?) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        #[allow(missing_docs, reason = "the vendor's own field names")]
        pub struct $name<$lt> { $(pub $field: $ty,)* pub secrets: u32, marker: std::marker::PhantomData<&$lt ()> }

        impl<$lt> $crate::importers::graph::wire::Object<$lt> for $name<$lt> {
            fn take<A: serde::de::MapAccess<$lt>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
                match key {
                    $($key => {
                        let value: $ty = map.next_value()?;
                        if $crate::importers::graph::wire::Blank::blank(&self.$field) { self.$field = value; }
                    })*
                    _ => return Ok(false),
                }
                Ok(true)
            }
            $(fn secret(key: &str) -> bool { key == $secret || $crate::importers::graph::drop::is_secret(key) })?
            fn secrets(&mut self) -> &mut u32 { &mut self.secrets }
        }
    };
}
pub(super) use object;

/// A text; numbers and booleans are taken as written.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Text<'a>(pub Option<Cow<'a, str>>);

impl Text<'_> {
    /// The text, unless it is empty.
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.trim().is_empty())
    }
    /// The text as a key: trimmed, not empty, at most 4 KiB.
    pub fn key(&self) -> Option<&str> {
        self.0.as_deref().and_then(crate::formats::text::key)
    }
    /// The text as stored for display.
    pub fn display(&self) -> Option<String> {
        self.get().map(|text| crate::formats::text::display(text).into_owned())
    }
    /// Whether the text is this word, without case.
    pub fn is(&self, word: &str) -> bool {
        self.0.as_deref().is_some_and(|text| text.trim().eq_ignore_ascii_case(word))
    }
    /// The time it says; an unreadable one is unknown, like a missing one.
    pub fn time(&self) -> Option<crate::formats::time::Stamp> {
        self.get().and_then(crate::formats::time::parse)
    }
}

impl Blank for Text<'_> {
    fn blank(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Take;
        impl<'de> Visitor<'de> for Take {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(if value { "true" } else { "false" }))))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(value.to_string()))))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(value.to_string()))))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(value.to_string()))))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(Take)
    }
}

/// Yes, no, or left out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub Option<bool>);

impl Blank for Flag {
    fn blank(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Ok(Self(if text.is("true") {
            Some(true)
        } else if text.is("false") {
            Some(false)
        } else {
            None
        }))
    }
}

/// A list, one element in its place, or nothing. `None` = left out or null.
#[derive(Debug)]
pub struct Many<T>(pub Option<Vec<T>>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Many<T> {
    /// The elements.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.as_deref().unwrap_or_default().iter()
    }
    /// Elements.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, Vec::len)
    }
}

impl<T> Blank for Many<T> {
    fn blank(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de, T: Object<'de>> Deserialize<'de> for Many<Whole<T>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Items(PhantomData::<Whole<T>>))
    }
}

impl<'de> Deserialize<'de> for Many<Text<'de>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Items(PhantomData::<Text<'de>>))
    }
}

/// Elements that a list may hold.
trait Element<'de>: Deserialize<'de> {
    fn of_str<E: Error>(text: Cow<'de, str>) -> Result<Vec<Self>, E>;
    fn of_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

impl<'de> Element<'de> for Text<'de> {
    fn of_str<E: Error>(text: Cow<'de, str>) -> Result<Vec<Self>, E> {
        if text.starts_with("System.Object[") || text.starts_with("System.String[") || text.starts_with("System.Collections.") {
            return Err(E::custom(REMNANT));
        }
        Ok(vec![Self(Some(text))])
    }
    fn of_map<A: MapAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(A::Error::custom("an object stands where a text should"))
    }
}

impl<'de, T: Object<'de>> Element<'de> for Whole<T> {
    fn of_str<E: Error>(text: Cow<'de, str>) -> Result<Vec<Self>, E> {
        // Below its depth ConvertTo-Json writes objects as text; only an empty list becomes an empty text.
        if text.trim().is_empty() { Ok(Vec::new()) } else { Err(E::custom(REMNANT)) }
    }
    fn of_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        fill(map).map(Self)
    }
}

struct Items<T>(PhantomData<T>);

impl<'de, T: Element<'de>> Visitor<'de> for Items<T> {
    type Value = Many<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or one of its elements")
    }
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Many(None))
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Many(Some(T::of_str(Cow::Borrowed(text))?)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Many(Some(T::of_str(Cow::Owned(text.to_owned()))?)))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(Many(Some(vec![T::of_map(map)?])))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        while let Some(element) = list.next_element::<Option<T>>()? {
            out.extend(element);
        }
        Ok(Many(Some(out)))
    }
}

/// An object read by its own rules.
#[derive(Debug, Default)]
pub struct Whole<T>(pub T);

impl<'de, T: Object<'de>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Take<T>(PhantomData<T>);
        impl<'de, T: Object<'de>> Visitor<'de> for Take<T> {
            type Value = Whole<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                fill(map).map(Whole)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                if looks_cut(text) { Err(E::custom(REMNANT)) } else { Err(E::custom("a text stands where an object should")) }
            }
        }
        deserializer.deserialize_any(Take(PhantomData))
    }
}

/// An object or nothing.
#[derive(Debug)]
pub struct One<T>(pub Option<T>);

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Blank for One<T> {
    fn blank(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de, T: Object<'de>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::<Whole<T>>::deserialize(deserializer)?.map(|whole| whole.0)))
    }
}

/// What PowerShell writes in place of an object below the depth of `ConvertTo-Json`.
pub fn looks_cut(text: &str) -> bool {
    text.starts_with("@{") || text.starts_with("System.") || text.starts_with("Microsoft.Graph.PowerShell.")
}

fn fill<'de, T: Object<'de>, A: MapAccess<'de>>(map: A) -> Result<T, A::Error> {
    let mut object = T::default();
    fill_into(&mut object, map)?;
    Ok(object)
}

fn fill_into<'de, T: Object<'de>, A: MapAccess<'de>>(object: &mut T, mut map: A) -> Result<(), A::Error> {
    let mut folded = Folded::default();
    while map.next_key_seed(&mut folded)?.is_some() {
        let key = folded.as_str();
        if key == "additionalproperties" {
            map.next_value_seed(Lift(object))?;
        } else if !object.take(key, &mut map)? {
            let dropped = map.next_value_seed(Drop { secret: T::secret(key) })?;
            *object.secrets() += dropped;
        }
    }
    Ok(())
}

/// Fills the outer object with the fields of an inner one.
struct Lift<'o, T>(&'o mut T);

impl<'de, T: Object<'de>> DeserializeSeed<'de> for Lift<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Object<'de>> Visitor<'de> for Lift<'_, T> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        fill_into(self.0, map)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        // An empty PHP-style list stands for an empty object; anything else in it is not wanted.
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if looks_cut(text) { Err(E::custom(REMNANT)) } else { Ok(()) }
    }
}

/// Reads a record as an object.
///
/// # Errors
/// A field of the wrong kind, or a remnant of `ConvertTo-Json`.
pub fn read<'a, T: Object<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    serde_json::from_str::<Whole<T>>(text).map(|whole| whole.0)
}

#[cfg(test)]
mod tests {
    use super::super::bytes::Bytes;
    use super::*;

    object! { Inner<'a> { "keyid" => key_id: Text<'a> } secret "key" }
    object! { Outer<'a> { "id" => id: Text<'a>, "tags" => tags: Many<Text<'a>>, "keys" => keys: Many<Whole<Inner<'a>>>, "on" => on: Flag } }

    fn outer(text: &str) -> Result<Outer<'_>, serde_json::Error> {
        read(text)
    }

    #[test]
    fn spellings_of_one_object_read_the_same() {
        for text in [
            r#"{"id":"1","tags":["a"],"keys":[{"keyId":"k"}],"on":true}"#,
            r#"{"Id":"1","Tags":"a","Keys":{"KeyId":"k"},"On":"True"}"#,
            r#"{"Id":"1","Keys":null,"AdditionalProperties":{"tags":["a"],"keys":[{"KEYID":"k"}],"on":true}}"#,
        ] {
            let read = outer(text).expect("readable");
            assert_eq!(read.id.get(), Some("1"), "{text}");
            assert_eq!(read.tags.iter().filter_map(Text::get).collect::<Vec<_>>(), ["a"], "{text}");
            assert_eq!(read.keys.iter().filter_map(|key| key.0.key_id.get()).collect::<Vec<_>>(), ["k"], "{text}");
            assert_eq!(read.on.0, Some(true), "{text}");
        }
    }

    #[test]
    fn remnants_are_told_apart_from_names() {
        for text in [r#"{"keys":"@{keyId=k}"}"#, r#"{"keys":"System.Object[]"}"#, r#"{"tags":"System.Object[]"}"#, r#""@{id=1}""#] {
            assert!(outer(text).expect_err(text).to_string().contains(REMNANT), "{text}");
        }
        assert_eq!(outer(r#"{"id":"@{evil}","keys":""}"#).expect("a name may look like that").keys.len(), 0);
    }

    #[test]
    fn secrets_are_counted_wherever_they_stand_and_masks_are_not() {
        let text = r#"{"id":"1","secretText":"CANARY-SECRET-1","hint":"xxx","other":{"deep":[{"password":"CANARY-SECRET-2"}],"key":"no secret here"},"keys":[{"keyId":"k","key":"CANARY-SECRET-3"}]}"#;
        let read = outer(text).expect("readable");
        assert_eq!(read.secrets, 2);
        assert_eq!(read.keys.iter().map(|key| key.0.secrets).sum::<u32>(), 1);
    }

    #[test]
    fn thumbprints_come_in_three_spellings() {
        let want = Some((1..=20).collect::<Vec<u8>>());
        for text in [
            "\"AQIDBAUGBwgJCgsMDQ4PEBESExQ=\"",
            "\"0102030405060708090A0B0C0D0E0F1011121314\"",
            "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]",
        ] {
            assert_eq!(serde_json::from_str::<Bytes>(text).expect("readable").0, want, "{text}");
        }
    }
}
