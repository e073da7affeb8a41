//! Codes of the problems that importers of gateways tell.

/// The file holds nothing of the gateway's that is read; refused.
pub const NOT_A_GATEWAY: &str = "BH-IMP-901";
/// A record lacks a field that it needs, or cannot be read.
pub const UNUSABLE: &str = "BH-IMP-902";
/// A value is a variable of a template, so a check that hangs on it is unknown.
pub const PLACEHOLDER: &str = "BH-IMP-903";
/// Records were understood and not used; why and how many.
pub const IGNORED: &str = "BH-IMP-911";
/// More problems of one code than are listed.
pub const MORE: &str = "BH-IMP-912";
