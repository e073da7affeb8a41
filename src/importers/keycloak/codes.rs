//! Codes of what this importer tells.

/// The file is no JSON, cut off, nested too deep, or a key stands twice.
pub const NOT_JSON: &str = "BH-IMP-301";
/// The file holds nothing of Keycloak's.
pub const NOT_KEYCLOAK: &str = "BH-IMP-302";
/// Nobody says which realm a list belongs to.
pub const NO_REALM: &str = "BH-IMP-303";
/// A record without a usable name.
pub const RECORD_UNUSABLE: &str = "BH-IMP-304";
/// A value is still a template variable.
pub const PLACEHOLDER: &str = "BH-IMP-305";
/// A mapper names an audience that no client of the realm is.
pub const DANGLING_AUDIENCE: &str = "BH-IMP-306";
/// The file held private keys.
pub const PRIVATE_KEYS: &str = "BH-IMP-307";
