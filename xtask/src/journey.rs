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

/// The demo: export files in the formats of their systems, through the same import as any other. Its folder is made anew each time.
fn demo(built: &Path, out: &Path) -> Result<(PathBuf, PathBuf)> {
    let folder = out.join("demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("remove the last run's demo")?;
    }
    std::fs::create_dir_all(&folder).context("make a folder for the demo")?;
    // The name tells the console that this is the demo; it says so on every page.
    let (exports, inventory) = (folder.join("exports"), folder.join("demo.inventory"));
    steps::tell("write the demo's export files");
    let told = steps::answer(bulkhead(built, &inventory).args(["--json", "demo"]).arg(&exports))?;
    // The files were exported on a fixed day, so that ages and pictures stay the same.
    let day = told.split("\"as_of\": \"").nth(1).and_then(|rest| rest.split('"').next()).context("read the demo's day")?;
    eprintln!("{}, as of {day}", exports.display());
    steps::tell("import them");
    steps::must(bulkhead(built, &inventory).args(["--as-of", day, "import"]).arg(&exports))?;
    Ok((inventory, folder.join("demo-pack.zip")))
}

/// The user's exports, each time into a folder of their own, because an earlier inventory may hold what people stated.
fn own(built: &Path, out: &Path, files: &[PathBuf]) -> Result<(PathBuf, PathBuf)> {
    let folder = (1..).map(|n| out.join(format!("exports-{n}"))).find(|path| !path.exists()).expect("some number is free");
    std::fs::create_dir_all(&folder).context("make a folder for the inventory")?;
    let inventory = folder.join("bulkhead.inventory");
    steps::tell("import your exports");
    steps::must(bulkhead(built, &inventory).arg("import").args(files))?;
    Ok((inventory, folder.join("pack.zip")))
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
    steps::tell("build an audit pack (unsigned until a key was made: `bulkhead key new`)");
    steps::must(bulkhead(built, inventory).args(["pack", "build"]).arg(pack))?;
    steps::tell("verify it");
    steps::must(bulkhead(built, inventory).args(["pack", "verify"]).arg(pack))
}

fn bulkhead(built: &Path, inventory: &Path) -> Command {
    let mut command = Command::new(built.join(steps::program("bulkhead")));
    command.arg("--inventory").arg(inventory);
    command
}
