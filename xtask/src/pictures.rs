//! `cargo xtask pictures`: the pictures of the README, taken from the real window over the demo.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{frontend, setup, steps};

/// Builds window and core, opens the demo in a browser and writes `docs/pictures/*.png`.
///
/// # Errors
/// Something could not be installed or built, or a page did not show what it should.
pub fn run(root: &Path) -> Result<bool> {
    setup::system(setup::Need::Test)?;
    frontend::install(root)?;
    frontend::build(root)?;
    // Checking the generated files builds the workbench, whose development server the pages ask.
    steps::workbench(root, &["gen".to_owned(), "--check".to_owned()])?;
    steps::tell("take the pictures of the README");
    let script = root.join("tests/e2e/pictures.mjs");
    steps::must(Command::new("node").current_dir(root).arg(script).env("BULKHEAD_TARGET", steps::target(root)))?;
    Ok(true)
}
