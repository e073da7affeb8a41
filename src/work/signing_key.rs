//! The Ed25519 key that signs packs: made here, kept beside the inventory as encrypted PKCS#8 (decision D49).
//!
//! The private half never leaves this module unencrypted; a passphrase is a text that the caller wipes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::Told;
use crate::model::id::hex;

/// Shortest passphrase, in characters.
pub const SHORTEST_PASSPHRASE: usize = 10;

/// The public half, as an auditor gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// SPKI PEM.
    pub pem: String,
    /// SHA-256 of the DER public key, hex.
    pub fingerprint: String,
}

/// An opened key.
pub struct PackKey {
    key: SigningKey,
    /// Its public half.
    pub public: PublicKey,
}

impl PackKey {
    /// Raw Ed25519 signature, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

/// File of the encrypted private key.
pub fn private_path(dir: &Path) -> PathBuf {
    dir.join("signing-key.pem")
}

/// File of the public key.
pub fn public_path(dir: &Path) -> PathBuf {
    dir.join("signing-key.pub.pem")
}

/// Makes a key. The private half is encrypted with the passphrase (PBES2, scrypt) before it is written.
///
/// # Errors
/// There is a key already, the passphrase is too short, or the folder cannot be written.
pub fn new(dir: &Path, passphrase: &str) -> Result<PublicKey> {
    if private_path(dir).exists() {
        return Err(Told::refusal(
            "BH-KEY-001",
            "There is a signing key already.",
            "It was not touched: packs signed with it must stay verifiable.",
            "Use it, or move its two files away first.",
        )
        .into());
    }
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return Err(Told::refusal(
            "BH-KEY-002",
            "The passphrase is too short.",
            "No key was made.",
            format!("Use at least {SHORTEST_PASSPHRASE} characters; several words are best."),
        )
        .into());
    }
    let key = SigningKey::generate(&mut rand_core::OsRng);
    let pem = key.to_pkcs8_encrypted_pem(rand_core::OsRng, passphrase.as_bytes(), LineEnding::LF).context("encrypt the signing key")?;
    let public = public_of(&key)?;
    write_private(&private_path(dir), pem.as_bytes())?;
    std::fs::write(public_path(dir), &public.pem).context("write the public key")?;
    Ok(public)
}

/// The public half of the key in a folder, if there is one.
///
/// # Errors
/// The file cannot be read.
pub fn public(dir: &Path) -> Result<Option<PublicKey>> {
    let path = public_path(dir);
    if !path.exists() {
        return Ok(None);
    }
    let pem = std::fs::read_to_string(&path).context("read the public key")?;
    let key =
        <ed25519_dalek::VerifyingKey as ed25519_dalek::pkcs8::DecodePublicKey>::from_public_key_pem(&pem).context("read the public key")?;
    let der = key.to_public_key_der().context("write the public key as DER")?;
    Ok(Some(PublicKey { pem, fingerprint: hex(&Sha256::digest(der.as_bytes())) }))
}

/// Opens the key with its passphrase.
///
/// # Errors
/// There is none, or the passphrase is wrong.
pub fn open(dir: &Path, passphrase: &str) -> Result<PackKey> {
    let path = private_path(dir);
    if !path.exists() {
        return Err(Told::refusal(
            "BH-KEY-003",
            "There is no signing key.",
            "Nothing was signed.",
            "Make one with `bulkhead key new`, or build the pack unsigned.",
        )
        .into());
    }
    let pem = Zeroizing::new(std::fs::read_to_string(&path).context("read the signing key")?);
    let key = SigningKey::from_pkcs8_encrypted_pem(&pem, passphrase.as_bytes()).map_err(|_| {
        Told::refusal(
            "BH-KEY-004",
            "The passphrase does not open the signing key.",
            "Nothing was signed or written.",
            "Try again; if the passphrase is lost, move the key away and make a new one.",
        )
    })?;
    let public = public_of(&key)?;
    Ok(PackKey { key, public })
}

fn public_of(key: &SigningKey) -> Result<PublicKey> {
    let public = key.verifying_key();
    let pem = public.to_public_key_pem(LineEnding::LF).context("write the public key")?;
    let der = public.to_public_key_der().context("write the public key as DER")?;
    Ok(PublicKey { pem, fingerprint: hex(&Sha256::digest(der.as_bytes())) })
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("write {}", path.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_with_its_passphrase_only() {
        let dir = tempfile::tempdir().expect("temporary folder");
        assert!(public(dir.path()).expect("reads").is_none());
        let made = new(dir.path(), "correct horse battery").expect("makes a key");
        let text = std::fs::read_to_string(private_path(dir.path())).expect("reads");
        assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "the private half is never in the clear");
        assert!(open(dir.path(), "wrong horse battery").is_err());
        let key = open(dir.path(), "correct horse battery").expect("opens");
        assert_eq!(key.public, made);
        assert_eq!(public(dir.path()).expect("reads").expect("is there"), made);
        assert!(new(dir.path(), "another passphrase").is_err(), "a key is never overwritten");
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        let dir = tempfile::tempdir().expect("temporary folder");
        assert!(new(dir.path(), "short").is_err());
        assert!(!private_path(dir.path()).exists());
    }
}
