//! Reads what is inspected and what it is inspected with. Texts are wiped when they are let go; errors never quote them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, Result};
use zeroize::Zeroizing;

use crate::error::Told;
use crate::formats::decode::Decoder;
use crate::tokens::KeySet;

/// Most text of one run, bytes: some hundred thousand tokens.
const TEXT_BYTES: u64 = 512 << 20;
/// Largest JWKS file that is read, bytes; the reader itself refuses less.
const KEY_BYTES: u64 = 8 << 20;

/// Reads tokens from a file or from standard input.
///
/// # Errors
/// More than 512 MiB, no text, or the source cannot be read.
pub fn read_text(source: impl Read) -> Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let decoded = Decoder::new(source.take(TEXT_BYTES + 1)).and_then(|mut decoder| decoder.read_to_end(&mut bytes));
    decoded.map_err(|error| {
        Told::refusal("BH-TOK-102", "The input is no text.", "No token was inspected.", "Give a text file: a token a line, JSON, or a log.")
            .details(error.kind().to_string())
    })?;
    if bytes.len() as u64 > TEXT_BYTES {
        return Err(Told::refusal(
            "BH-TOK-101",
            "The input is larger than 512 MiB.",
            "No token was inspected.",
            "Split it, or keep only the lines that hold tokens.",
        )
        .into());
    }
    // What was decoded is UTF-8; taken over without a copy, so that one place is wiped.
    let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        Told::refusal("BH-TOK-102", "The input is no text.", "No token was inspected.", "Give a text file: a token a line, JSON, or a log.")
    })?;
    Ok(Zeroizing::new(text))
}

/// Reads a JWKS file.
///
/// # Errors
/// It cannot be read, or is no JWKS.
pub fn read_keys(path: &Path, issuer: Option<&str>) -> Result<KeySet> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(KEY_BYTES).read_to_end(&mut bytes))
        .with_context(|| "read the key file".to_owned())
        .map_err(|error| {
            Told::refusal(
                "BH-TOK-104",
                "The key file cannot be read.",
                "No token was inspected.",
                "Choose a JWKS file that this account may read.",
            )
            .details(format!("{error:#}"))
        })?;
    KeySet::read(&name, &bytes, issuer.map(str::to_owned)).map_err(|fault| {
        Told::refusal(
            "BH-TOK-103",
            "The key file is no JWKS.",
            "No token was inspected.",
            "Save the issuer's jwks_uri as a file and choose that.",
        )
        .details(fault.to_string())
        .into()
    })
}
