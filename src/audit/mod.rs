//! The audit pack: one file per numbered entry, manifest, signature, verification (domain.md 8).
//!
//! Knows bytes, hashes and the form of a pack; not where its facts come from, no clock and no path.

pub mod page;
pub mod verify;
pub mod writer;

/// Name of the form; the manifest and the archive comment carry it.
pub const FORM: &str = "bulkhead-pack/1";
/// Members that stand outside `SHA256SUMS`.
pub const SUMS: &str = "SHA256SUMS";
/// Raw Ed25519 signature over `SHA256SUMS`.
pub const SIGNATURE: &str = "SHA256SUMS.sig";
/// Public key of the signer.
pub const SIGNER: &str = "signer.pub.pem";
/// List of files with sizes and hashes.
pub const MANIFEST: &str = "manifest.json";
/// Log entries, one event a line.
pub const EVENTS: &str = "15_audit_log/events.jsonl";
/// Number and hash of the last entry.
pub const HEAD: &str = "15_audit_log/head.json";
