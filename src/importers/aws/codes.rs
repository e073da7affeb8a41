//! Codes of the problems that this importer tells.

/// The file holds nothing of AWS's that is read; refused.
pub const NOT_AWS: &str = "BH-IMP-701";
/// A record lacks a field that it needs.
pub const UNUSABLE: &str = "BH-IMP-702";
/// Nothing tells what the record is.
pub const NOT_KNOWN: &str = "BH-IMP-703";
/// A record that does not say whose it is.
pub const NO_PARENT: &str = "BH-IMP-704";
/// A credential report lacks columns; refused.
pub const COLUMNS: &str = "BH-IMP-705";
/// Error replies stand among the records.
pub const ERROR_REPLY: &str = "BH-IMP-710";
/// Records were understood and not used; why and how many.
pub const IGNORED: &str = "BH-IMP-711";
/// More problems of one code than are listed.
pub const MORE: &str = "BH-IMP-712";
/// A text is no UTF-8 or its encoding was guessed.
pub const ENCODING: &str = "BH-IMP-713";
/// Limits in policies that are not worked out.
pub const LIMITED: &str = "BH-IMP-714";
/// Attached policies whose documents no file of the set holds.
pub const POLICY_MISSING: &str = "BH-IMP-715";
/// A role or pool lets in whoever asks.
pub const ANYBODY: &str = "BH-IMP-716";
/// People sign in with a password alone.
pub const NO_MFA: &str = "BH-IMP-717";
/// So many users and roles may assume so many roles that not all ways are stated.
pub const WAYS_CUT: &str = "BH-IMP-719";
/// Callers that a role trusts and that are gone or not understood.
pub const CALLER_GONE: &str = "BH-IMP-718";
