//! `cargo xtask run`: from a clone to the answers, a verified pack and the open console.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{display, frontend, setup, steps};

/// Goes the whole way; answers false when a step of ours said no.
pub fn run(root: &Path, files: &[PathBuf], no_window: bool) -> Result<bool> {
    // Relative names are the user's, from the folder where the command was typed.
    let files = files
        .iter()
        .map(|file| std::path::absolute(file).with_context(|| format!("find {}", file.display())))
        .collect::<Result<Vec<_>>>()?;
    setup::system(setup::Need::Build)?;
    frontend::install(root)?;
    frontend::build(root)?;
    steps::tell("build the core and the console (the first time takes some minutes)");
    steps::must(steps::cargo(root).args([
        "build",
        "--profile",
        "e2e",
        "--package",
        "bulkhead",
        "--package",
        "bulkhead-desktop",
        "--bins",
    ]))?;

    let out = root.join("out");
    std::fs::create_dir_all(&out).context("make the folder out/")?;
    let built = steps::target(root).join("e2e");
    let (inventory, pack) = if files.is_empty() { demo(&built, &out)? } else { own(&built, &out, &files)? };
    answers(&built, &inventory)?;
    sealed(&built, &inventory, &pack)?;

    eprintln!("\nInventory  {}\nPack       {}", inventory.display(), pack.display());
    if no_window {
        return Ok(true);
    }
    if !display::present() {
        eprintln!(
            "\nThere is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the console stays closed.\nEverything above is done; on a desktop this command also opens the window."
        );
        return Ok(true);
    }
    steps::tell("open the console (close its window to come back)");
    steps::must(Command::new(built.join(steps::program("bulkhead-desktop"))).arg("--inventory").arg(&inventory))?;
    Ok(true)
}

/// The demo: export files in the formats of their systems, through the same import as any other.
fn demo(built: &Path, out: &Path) -> Result<(PathBuf, PathBuf)> {
    let exports = out.join("demo");
    let inventory = out.join("demo.bulkhead");
    forget(&inventory)?;
    if exports.exists() {
        std::fs::remove_dir_all(&exports).context("remove the last run's demo files")?;
    }
    steps::tell("write the demo's export files");
    steps::must(bulkhead(built, &inventory).arg("demo").arg(&exports))?;
    steps::tell("import them");
    steps::must(bulkhead(built, &inventory).arg("import").arg(&exports))?;
    Ok((inventory, out.join("demo-pack.zip")))
}

/// The user's exports, each time into an inventory of their own, because an earlier one may hold what people stated.
fn own(built: &Path, out: &Path, files: &[PathBuf]) -> Result<(PathBuf, PathBuf)> {
    let free = (1..).map(|n| out.join(format!("exports-{n}.bulkhead"))).find(|path| !path.exists()).expect("some number is free");
    steps::tell("import your exports");
    steps::must(bulkhead(built, &free).arg("import").args(files))?;
    let pack = free.with_extension("pack.zip");
    Ok((free, pack))
}

/// Questions 1 to 3, on the terminal.
fn answers(built: &Path, inventory: &Path) -> Result<()> {
    for (question, words) in [
        ("What is here?", &["summary"][..]),
        ("If it is stolen, what does it reach? The ten widest clients", &["blast", "--top", "10"]),
        ("Which credentials are late against their rotation limit?", &["rotations", "--status", "overdue"]),
        ("Who outside reaches what inside?", &["third-parties"]),
    ] {
        steps::tell(question);
        steps::must(bulkhead(built, inventory).args(words))?;
    }
    Ok(())
}

/// A pack that an auditor can verify without us.
fn sealed(built: &Path, inventory: &Path, pack: &Path) -> Result<()> {
    if pack.exists() {
        std::fs::remove_file(pack).context("remove the last run's pack")?;
    }
    steps::tell("build an audit pack (unsigned: this run has no key; `bulkhead key new` makes one)");
    steps::must(bulkhead(built, inventory).args(["pack", "build"]).arg(pack))?;
    steps::tell("verify it");
    steps::must(bulkhead(built, inventory).args(["pack", "verify"]).arg(pack))
}

fn bulkhead(built: &Path, inventory: &Path) -> Command {
    let mut command = Command::new(built.join(steps::program("bulkhead")));
    command.arg("--inventory").arg(inventory);
    command
}

/// Removes the demo's inventory with everything SQLite and we keep beside it.
fn forget(inventory: &Path) -> Result<()> {
    let name = inventory.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = inventory.parent().context("the inventory stands in a folder")?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.file_name().is_some_and(|found| found.to_string_lossy().starts_with(&name)) {
            std::fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
        }
    }
    Ok(())
}
