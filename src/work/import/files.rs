//! The files of an import set: found, hashed, opened. What is recorded is the hash of what was read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::error::Told;
use crate::importers::{FileInput, Sample};
use crate::model::id::hex;

/// How much of a file is looked at to recognise it.
const SAMPLE_BYTES: usize = 64 * 1024;
/// Folders in folders that are followed.
const MOST_FOLDERS_DEEP: usize = 32;

/// A file on disk.
#[derive(Debug, Clone)]
pub struct DiskFile {
    path: PathBuf,
    /// Name for people: the path below the folder that was given, or the file's name.
    pub name: String,
    /// Size as stored.
    pub bytes: u64,
    /// SHA-256 of the bytes as stored, lower-case hex.
    pub sha256: String,
    gzip: bool,
    /// Start of the file, for recognition.
    pub sample: Sample,
    /// The same start as bytes, before decoding.
    pub start: Vec<u8>,
}

/// All files below the given paths, once each, in the order of their SHA-256. Hidden files are left out and links
/// that lead out of a given folder are not followed.
///
/// # Errors
/// A path is not there or cannot be read.
pub fn gather(paths: &[PathBuf], cancelled: &(dyn Fn() -> bool + Sync)) -> Result<Vec<DiskFile>> {
    let mut found: Vec<(PathBuf, String)> = Vec::new();
    for path in paths {
        let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if meta.is_dir() {
            let root = path.canonicalize().map_err(|error| unreadable(path, &error))?;
            walk(&root, &root, 0, &mut found)?;
        } else {
            let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
            found.push((path.clone(), name));
        }
    }
    // Hashing a large set takes a while, so several files are hashed at once.
    let opened: Vec<Result<DiskFile>> = found
        .into_par_iter()
        .map(|(path, name)| if cancelled() { Err(Told::cancelled("The import was stopped.").into()) } else { open(path, name) })
        .collect();
    let mut by_hash = BTreeMap::new();
    for file in opened {
        let file = file?;
        // One file given twice, or two copies of it, are read once; the first name in order stays.
        let known = by_hash.entry(file.sha256.clone()).or_insert_with(|| file.clone());
        if file.name < known.name {
            *known = file;
        }
    }
    Ok(by_hash.into_values().collect())
}

fn unreadable(path: &Path, error: &io::Error) -> Told {
    Told::refusal(
        "BH-IMP-001",
        format!("{} cannot be read.", path.display()),
        "Nothing was imported.",
        "Check that the file is there and that you may read it.",
    )
    .details(error.to_string())
}

fn walk(root: &Path, folder: &Path, depth: usize, found: &mut Vec<(PathBuf, String)>) -> Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>())
        .map_err(|error| unreadable(folder, &error))?;
    entries.sort();
    for path in entries {
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        // A link may point anywhere, also back up; only what really lies below the folder is taken.
        let Ok(real) = path.canonicalize() else { continue };
        if !real.starts_with(root) || (real != path && found.iter().any(|(known, _)| *known == real)) {
            continue;
        }
        let Ok(meta) = std::fs::metadata(&real) else { continue };
        if meta.is_dir() {
            if depth < MOST_FOLDERS_DEEP && real == path {
                walk(root, &real, depth + 1, found)?;
            }
        } else if meta.is_file() && !beside(&path.to_string_lossy()) {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push((real, name));
        }
    }
    Ok(())
}

/// Files that lie beside exports and are none: mapping profiles say how to read a table, governance files what people state.
fn beside(name: &str) -> bool {
    crate::importers::mapping::is_profile(name) || crate::work::governance::is_map(name)
}

fn open(path: PathBuf, name: String) -> Result<DiskFile> {
    let mut hasher = Sha256::new();
    let mut file = File::open(&path).map_err(|error| unreadable(&path, &error))?;
    let mut buffer = vec![0u8; 1 << 18];
    let mut bytes = 0u64;
    let mut gzip = false;
    loop {
        let got = file.read(&mut buffer).map_err(|error| unreadable(&path, &error))?;
        if got == 0 {
            break;
        }
        if bytes == 0 {
            gzip = buffer[..got].starts_with(&[0x1f, 0x8b]);
        }
        hasher.update(&buffer[..got]);
        bytes += got as u64;
    }
    let mut disk = DiskFile {
        path,
        name: name.clone(),
        bytes,
        sha256: hex(&hasher.finalize()),
        gzip,
        sample: Sample { name, text: String::new(), whole: true },
        start: Vec::new(),
    };
    // A broken archive still has a name and a hash: it is told as a file that nobody recognises.
    let mut start = Vec::new();
    let mut reader = disk.open().context("opening a file for recognition")?.take(SAMPLE_BYTES as u64 + 1);
    let _ = reader.read_to_end(&mut start);
    drop(reader);
    let whole = start.len() <= SAMPLE_BYTES;
    start.truncate(SAMPLE_BYTES);
    disk.sample = Sample { name: disk.name.clone(), text: crate::formats::decode::sample(&start), whole };
    disk.start = start;
    Ok(disk)
}

impl DiskFile {
    /// Whether it is stored compressed.
    pub fn is_gzip(&self) -> bool {
        self.gzip
    }
}

impl FileInput for DiskFile {
    fn name(&self) -> &str {
        &self.name
    }
    fn bytes(&self) -> u64 {
        self.bytes
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        let reader = Hashed { file: File::open(&self.path)?, hasher: Sha256::new(), expected: &self.sha256, done: false };
        Ok(if self.gzip { Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, reader))) } else { Box::new(reader) })
    }
}

/// Hashes what is read and fails at the end when it is not what was hashed before: the file changed meanwhile.
struct Hashed<'a> {
    file: File,
    hasher: Sha256,
    expected: &'a str,
    done: bool,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read(buffer)?;
        if got > 0 {
            self.hasher.update(&buffer[..got]);
        } else if !self.done && !buffer.is_empty() {
            self.done = true;
            if hex(&std::mem::take(&mut self.hasher).finalize()) != self.expected {
                return Err(io::Error::other("the file changed while it was being read"));
            }
        }
        Ok(got)
    }
}
