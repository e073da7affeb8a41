//! Audit packs, signing keys and the verdict on the log.

use serde::Serialize;
use ts_rs::TS;

use super::frame::Link;

/// Command `keys`: the signing key beside the inventory.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SigningKey {
    pub exists: bool,
    pub fingerprint: Option<String>,
    pub public_pem: Option<String>,
    pub path: Option<String>,
}

/// Command `pack_preflight`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Preflight {
    pub revision: u32,
    pub as_of: Option<String>,
    pub lines: Vec<PreflightLine>,
    pub can_build: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PreflightLine {
    /// pass, warn, stop
    pub verdict: String,
    pub check: String,
    pub detail: String,
    pub link: Option<Link>,
}

/// Result of `pack_build {profile, passphrase?}` (job; the save dialog is the host's).
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PackResult {
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub sha256: String,
    pub files: u32,
    pub signed: bool,
    pub signer: Option<String>,
    #[ts(type = "number")]
    pub revision: i64,
}

/// Result of `pack_verify {handle}` (job) and of `pack verify --json`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct VerifyResult {
    /// `intact and signed`, `intact, unsigned`, `damaged`.
    pub verdict: String,
    pub ok: bool,
    pub path: String,
    pub signer: Option<String>,
    pub checks: Vec<PreflightLine>,
    /// What a pass proves and what it does not.
    pub proves: Vec<String>,
}

/// Command `log_verify`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct LogVerdict {
    pub ok: bool,
    #[ts(type = "number")]
    pub entries: i64,
    pub head_hash: String,
    /// First broken entry and how.
    #[ts(type = "number | null")]
    pub first_broken: Option<i64>,
    pub faults: Vec<String>,
    /// What this cannot find.
    pub limits: Vec<String>,
}
