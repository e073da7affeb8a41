//! Starting other programs: where the project is, how a step is told, timed and recorded.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands inside the project").to_owned()
}

/// The cargo that started us.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// npm inside `ui/`; on Windows it is a script that needs its ending.
pub fn npm(root: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(root.join("ui"));
    command
}

/// Cargo's target folder.
pub fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// The file name of a program on this system.
pub fn program(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Says on standard error what comes next.
pub fn tell(text: &str) {
    eprintln!("\n== {text}");
}

/// Starts a program with our own input and output; an exit code other than 0 is an error that names it.
pub fn must(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("start {}", shown(command)))?;
    if status.success() { Ok(()) } else { bail!("{} ended with {status}", shown(command)) }
}

/// Standard output of a program that must succeed; its standard error is ours.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("start {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", shown(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program, shows its output while it comes, and keeps the text for counting.
pub fn watched(command: &mut Command) -> Result<(bool, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {}", shown(command)))?;
    let errors = child.stderr.take().expect("standard error was piped");
    let side = std::thread::spawn(move || echo(errors));
    let mut text = echo(child.stdout.take().expect("standard output was piped"));
    text.push_str(&side.join().expect("copying lines cannot panic"));
    let status = child.wait().with_context(|| format!("wait for {}", shown(command)))?;
    Ok((status.success(), text))
}

fn echo(from: impl Read) -> String {
    let mut text = String::new();
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        let _ = std::io::stderr().write_all(&line);
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    text
}

/// Builds the workbench (the part of xtask that needs the core) and hands it the words.
pub fn workbench(root: &Path, words: &[String]) -> Result<bool> {
    let status = cargo(root)
        .args(["run", "--quiet", "--package", "xtask", "--features", "core", "--bin", "workbench", "--"])
        .args(words)
        .status()
        .context("start the workbench")?;
    Ok(status.success())
}

/// Builds command line and workbench as they are shipped, and lets the workbench measure.
pub fn bench(root: &Path, words: &[String]) -> Result<bool> {
    must(cargo(root).args(["build", "--quiet", "--release", "--package", "bulkhead", "--bin", "bulkhead"]))?;
    must(cargo(root).args(["build", "--quiet", "--release", "--package", "xtask", "--features", "core", "--bin", "workbench"]))?;
    let workbench = target(root).join("release").join(program("workbench"));
    let status = Command::new(workbench).arg("bench").args(words).status().context("start the workbench")?;
    Ok(status.success())
}

fn shown(command: &Command) -> String {
    let mut text = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    for word in command.get_args().take(6) {
        text.push(' ');
        text.push_str(&word.to_string_lossy());
    }
    text
}
