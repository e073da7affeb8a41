//! Codes of the problems that this importer tells.

/// The file holds nothing of Auth0's that is read; refused.
pub const NOT_AUTH0: &str = "BH-IMP-601";
/// A record lacks a field that it needs, or cannot be read.
pub const UNUSABLE: &str = "BH-IMP-602";
/// A value is still a placeholder of the Deploy CLI.
pub const PLACEHOLDER: &str = "BH-IMP-603";
/// Nothing tells what the record is.
pub const NOT_KNOWN: &str = "BH-IMP-604";
/// A credential that no client of the set names.
pub const NO_PARENT: &str = "BH-IMP-605";
/// Error replies stand among the records.
pub const ERROR_REPLY: &str = "BH-IMP-610";
/// Records were understood and not used; why and how many.
pub const IGNORED: &str = "BH-IMP-611";
/// More problems of one code than are listed.
pub const MORE: &str = "BH-IMP-612";
/// Text is no UTF-8 and was read as Windows-1252.
pub const ENCODING: &str = "BH-IMP-613";
/// The file is no YAML, or larger or deeper than is read; refused.
pub const NOT_YAML: &str = "BH-IMP-614";
