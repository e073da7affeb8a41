//! The window's packages and its build, each done again only when its input changed.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::steps;

/// `npm ci`, unless the installed packages are those of the lock file.
pub fn install(root: &Path) -> Result<()> {
    let lock = std::fs::read(root.join("ui/package-lock.json")).context("read ui/package-lock.json")?;
    // The copy stands inside node_modules, so that deleting that folder deletes the claim too.
    let seen = root.join("ui/node_modules/.bulkhead-lock.json");
    if std::fs::read(&seen).is_ok_and(|bytes| bytes == lock) {
        return Ok(());
    }
    steps::tell("install the window's packages");
    steps::must(steps::npm(root).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    std::fs::write(&seen, lock).context("note the installed packages")
}

/// `npm run build`, unless nothing that goes into it changed. Answers whether it was built.
pub fn build(root: &Path) -> Result<bool> {
    let now = fingerprint(&root.join("ui"))?;
    let stamp = root.join("ui/dist/.built-from");
    if root.join("ui/dist/index.html").exists() && std::fs::read_to_string(&stamp).is_ok_and(|text| text == now) {
        return Ok(false);
    }
    steps::tell("build the window");
    steps::must(steps::npm(root).args(["run", "--silent", "build"]))?;
    std::fs::write(&stamp, now).context("note what the window was built from")?;
    Ok(true)
}

fn fingerprint(ui: &Path) -> Result<String> {
    let mut files = BTreeMap::new();
    collect(ui, ui, &mut files)?;
    let mut hash = DefaultHasher::new();
    for (path, bytes) in &files {
        path.hash(&mut hash);
        bytes.hash(&mut hash);
    }
    Ok(format!("{:016x} of {} files", hash.finish(), files.len()))
}

fn collect(base: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "node_modules" | "dist" | "test-results") {
                collect(base, &path, files)?;
            }
        } else if !name.ends_with(".test.ts") {
            let bytes = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
            files.insert(path.strip_prefix(base).unwrap_or(&path).to_owned(), bytes);
        }
    }
    Ok(())
}
