//! Codes of the problems that this importer tells.

/// The file is another tool's reply in a shape that is not read; refused.
pub const FOREIGN: &str = "BH-IMP-201";
/// A record lacks a field that it needs, or a field has the wrong kind.
pub const UNUSABLE: &str = "BH-IMP-202";
/// PowerShell cut the record below the depth of `ConvertTo-Json`.
pub const CUT_BY_POWERSHELL: &str = "BH-IMP-203";
/// Nothing tells what the record is.
pub const NOT_KNOWN: &str = "BH-IMP-204";
/// An owner or member whose object nobody names.
pub const NO_PARENT: &str = "BH-IMP-205";
/// One record holds two encodings.
pub const MIXED_ENCODING: &str = "BH-IMP-206";
/// Error replies stand among the pages.
pub const ERROR_REPLY: &str = "BH-IMP-210";
/// The encoding was guessed.
pub const ENCODING_GUESSED: &str = "BH-IMP-211";
/// Records were understood and not used; why and how many.
pub const IGNORED: &str = "BH-IMP-212";
/// A nested list was cut by Graph.
pub const NESTED_CUT: &str = "BH-IMP-213";
/// More records were rejected for a reason than are listed.
pub const MORE_REJECTED: &str = "BH-IMP-214";
/// A part of an accepted record was left out.
pub const PART_LEFT_OUT: &str = "BH-IMP-215";
