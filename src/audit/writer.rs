//! Writes a pack: a ZIP with fixed times and order, hashes of every member, and a seal over the container's own bytes.
//!
//! Same members in the same order give the same bytes.

use std::io::{Read, Seek, SeekFrom, Write};

use anyhow::{Context, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::model::id::hex;

use super::{FORM, MANIFEST, SIGNATURE, SIGNER, SUMS};

/// A member as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Path inside the pack.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
    /// Data rows, for tables.
    pub rows: Option<u64>,
}

/// Signs the bytes of `SHA256SUMS`.
pub trait Sign {
    /// Raw Ed25519 signature.
    fn sign(&self, message: &[u8]) -> [u8; 64];
    /// SPKI PEM of the public key.
    fn public_pem(&self) -> &str;
}

/// What a finished pack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Members, in the order of the archive.
    pub members: Vec<Member>,
    /// SHA-256 of the bytes of `SHA256SUMS`.
    pub sha256sums: String,
    /// Whether it is signed.
    pub signed: bool,
}

/// A pack being written.
pub struct PackWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    members: Vec<Member>,
}

/// Bytes that are handed over at once, and how many blocks may wait.
const BLOCK: usize = 1 << 18;
const WAITING: usize = 8;

/// Gathers what a member writes into blocks for the thread that packs them, so that making a table and compressing it overlap.
struct Blocks {
    to: std::sync::mpsc::SyncSender<Vec<u8>>,
    block: Vec<u8>,
}

impl Write for Blocks {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let n = buf.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&buf[..n]);
        if self.block.len() == BLOCK {
            self.flush()?;
        }
        Ok(n)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        // The packing thread ends early only with an error of its own, which is the one that is told.
        self.to.send(block).map_err(|_| std::io::ErrorKind::BrokenPipe.into())
    }
}

impl<W: Read + Write + Seek + Send> PackWriter<W> {
    /// An empty pack.
    pub fn new(out: W) -> Self {
        Self { zip: ZipWriter::new(out), members: Vec::new() }
    }

    /// Adds a member. `write` answers the number of data rows, if it is a table.
    ///
    /// # Errors
    /// Writing failed, or a member of that name is there already.
    pub fn member(&mut self, path: &str, write: impl FnOnce(&mut dyn Write) -> Result<Option<u64>>) -> Result<()> {
        self.zip.start_file(path, options()).with_context(|| format!("add {path} to the pack"))?;
        let zip = &mut self.zip;
        let (to, blocks) = std::sync::mpsc::sync_channel::<Vec<u8>>(WAITING);
        let (rows, packed) = std::thread::scope(|scope| {
            let packing = scope.spawn(move || -> std::io::Result<(u64, String)> {
                let (mut hash, mut bytes) = (Sha256::new(), 0);
                for block in blocks {
                    hash.update(&block);
                    bytes += block.len() as u64;
                    zip.write_all(&block)?;
                }
                Ok((bytes, hex(&hash.finalize())))
            });
            let mut out = Blocks { to, block: Vec::with_capacity(BLOCK) };
            let rows = write(&mut out).and_then(|rows| Ok(out.flush().map(|()| rows)?));
            drop(out);
            (rows, packing.join())
        });
        let packed = packed.map_err(|_| anyhow::anyhow!("packing {path} ended early"))?;
        let (bytes, sha256) = packed.with_context(|| format!("pack {path}"))?;
        let rows = rows.with_context(|| format!("write {path}"))?;
        self.members.push(Member { path: path.to_owned(), bytes, sha256, rows });
        Ok(())
    }

    /// Members so far.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Adds manifest, sums and signature, and seals the container. `facts` go into the manifest beside the file list.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self, facts: &serde_json::Map<String, serde_json::Value>, signer: Option<&dyn Sign>) -> Result<Written> {
        if let Some(signer) = signer {
            let pem = signer.public_pem().to_owned();
            self.member(SIGNER, |out| Ok(out.write_all(pem.as_bytes()).map(|()| None)?))?;
        }
        let mut manifest = serde_json::Map::new();
        manifest.insert("form".to_owned(), FORM.into());
        manifest.extend(facts.clone());
        manifest.insert("files".to_owned(), serde_json::to_value(&self.members)?);
        let manifest = serde_json::to_string_pretty(&manifest)? + "\n";
        self.member(MANIFEST, |out| Ok(out.write_all(manifest.as_bytes()).map(|()| None)?))?;
        let mut sorted: Vec<&Member> = self.members.iter().collect();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        let sums: String = sorted.iter().map(|member| format!("{}  {}\n", member.sha256, member.path)).collect();
        let sha256sums = hex(&Sha256::digest(sums.as_bytes()));
        self.member(SUMS, |out| Ok(out.write_all(sums.as_bytes()).map(|()| None)?))?;
        if let Some(signer) = signer {
            let signature = signer.sign(sums.as_bytes());
            self.member(SIGNATURE, |out| Ok(out.write_all(&signature).map(|()| None)?))?;
        }
        self.zip.set_comment(format!("{}{}", comment_head(), "0".repeat(64)));
        let out = self.zip.finish().context("finish the pack")?;
        seal_container(out)?;
        Ok(Written { members: self.members, sha256sums, signed: signer.is_some() })
    }
}

fn options() -> SimpleFileOptions {
    // 1980-01-01 is the zero of ZIP times: the pack says its dates inside, the container has none.
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(false)
}

/// Start of the archive comment; the last 64 bytes of the file are the SHA-256 of everything before them, because a byte of
/// the container that no member's hash covers (a header, the padding of a compressed stream) could else change unseen.
pub fn comment_head() -> String {
    format!("{FORM} sha256 of the bytes before this: ")
}

fn seal_container<W: Read + Write + Seek>(mut out: W) -> Result<()> {
    out.flush()?;
    let length = out.seek(SeekFrom::End(0))?;
    out.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut left = length - 64;
    let mut buffer = vec![0; 1 << 16];
    while left > 0 {
        let want = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        out.read_exact(&mut buffer[..want])?;
        hash.update(&buffer[..want]);
        left -= want as u64;
    }
    out.seek(SeekFrom::Start(length - 64))?;
    out.write_all(hex(&hash.finalize()).as_bytes())?;
    out.flush()?;
    Ok(())
}
