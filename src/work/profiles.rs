//! Mapping profiles on disk: TOML files beside the inventory and beside the files that they describe.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::Told;
pub use crate::importers::mapping::Mapping;
use crate::importers::mapping::{PROFILE_ENDING, is_profile};

/// Levels of folders that are looked through.
const DEEPEST: u8 = 16;
/// Largest profile, bytes.
const LARGEST: u64 = 1 << 20;

/// Reads one profile.
///
/// # Errors
/// It cannot be read, or is no profile.
pub fn read(path: &Path) -> Result<Mapping> {
    let size = std::fs::metadata(path).with_context(|| format!("read the mapping profile {}", path.display()))?.len();
    anyhow::ensure!(size <= LARGEST, "the mapping profile {} is larger than {LARGEST} bytes", path.display());
    let text = std::fs::read_to_string(path).with_context(|| format!("read the mapping profile {}", path.display()))?;
    Mapping::from_toml(&text).map_err(|error| {
        Told::refusal(
            "BH-MAP-001",
            "The mapping profile cannot be read.",
            "Nothing was imported.",
            "Compare it with `bulkhead how-to-export csv`.",
        )
        .details(format!("{}: {error:#}", path.display()))
        .into()
    })
}

/// All profiles of a folder, by file name; files that are no profiles are passed over.
pub fn of_folder(dir: &Path) -> Vec<Mapping> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| is_profile(&path.to_string_lossy())).collect();
    paths.sort();
    paths.iter().filter_map(|path| read(path).ok()).collect()
}

/// Profiles that stand beside the files of a set or anywhere below its folders, then those saved for the inventory.
pub fn for_set(paths: &[PathBuf], saved: &Path) -> Vec<Mapping> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            below(path, DEEPEST, &mut folders);
        } else if let Some(parent) = path.parent() {
            folders.insert(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() });
        }
    }
    folders.iter().map(PathBuf::as_path).chain([saved]).flat_map(of_folder).collect()
}

/// A folder and those below it; links are not followed.
fn below(folder: &Path, depth: u8, found: &mut BTreeSet<PathBuf>) {
    found.insert(folder.to_owned());
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        if depth > 0 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(&entry.path(), depth - 1, found);
        }
    }
}

/// Saves a profile under its name, so that the next file with these columns is recognised.
///
/// # Errors
/// The folder cannot be written.
pub fn save(dir: &Path, mapping: &Mapping) -> Result<PathBuf> {
    std::fs::create_dir_all(dir).with_context(|| format!("make the folder {}", dir.display()))?;
    let name: String =
        mapping.name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' }).take(60).collect();
    let name = if name.is_empty() { "profile".to_owned() } else { name };
    let path = dir.join(format!("{name}{PROFILE_ENDING}"));
    std::fs::write(&path, mapping.to_toml()).with_context(|| format!("write {}", path.display()))?;
    Ok(path)
}
