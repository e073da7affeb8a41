//! Codes of the problems that this importer tells.

/// The file holds nothing of Google's that is read; refused.
pub const NOT_GOOGLE: &str = "BH-IMP-801";
/// A record lacks a field that it needs.
pub const UNUSABLE: &str = "BH-IMP-802";
/// Nothing tells what the record is.
pub const NOT_KNOWN: &str = "BH-IMP-803";
/// A record that does not say whose it is, or that was spoiled.
pub const SPOILED: &str = "BH-IMP-804";
/// The file is a key or secret and no list; refused.
pub const KEY_FILE: &str = "BH-IMP-805";
/// Error replies stand among the records.
pub const ERROR_REPLY: &str = "BH-IMP-810";
/// Records were understood and not used; why and how many.
pub const IGNORED: &str = "BH-IMP-811";
/// More problems of one code than are listed.
pub const MORE: &str = "BH-IMP-812";
/// A text is no UTF-8 or its encoding was guessed.
pub const ENCODING: &str = "BH-IMP-813";
/// Conditions of bindings that are not worked out.
pub const LIMITED: &str = "BH-IMP-814";
/// Members of bindings that are people.
pub const PEOPLE: &str = "BH-IMP-815";
/// A resource lets in whoever asks.
pub const ANYBODY: &str = "BH-IMP-816";
/// A key was found in public.
pub const EXPOSED: &str = "BH-IMP-817";
