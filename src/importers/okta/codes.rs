//! Codes of the problems that this importer tells.

/// The file holds nothing of Okta's that is read; refused.
pub const NOT_OKTA: &str = "BH-IMP-501";
/// A record lacks a field that it needs.
pub const UNUSABLE: &str = "BH-IMP-502";
/// A value is still a placeholder, as in Okta's documentation.
pub const PLACEHOLDER: &str = "BH-IMP-503";
/// Nothing tells what the record is.
pub const NOT_KNOWN: &str = "BH-IMP-504";
/// A record whose parent nobody names.
pub const NO_PARENT: &str = "BH-IMP-505";
/// Error replies stand among the records.
pub const ERROR_REPLY: &str = "BH-IMP-510";
/// Records were understood and not used; why and how many.
pub const IGNORED: &str = "BH-IMP-511";
/// More problems of one code than are listed.
pub const MORE: &str = "BH-IMP-512";
/// A text is no UTF-8 or its encoding was guessed.
pub const ENCODING: &str = "BH-IMP-513";
/// An app that people install holds a client secret.
pub const SECRET_IN_PUBLIC: &str = "BH-IMP-514";
/// Grants of apps that no file of the set describes.
pub const APP_UNKNOWN: &str = "BH-IMP-515";
