//! What has to be on the machine: found out first, installed through the package manager where that is allowed, named exactly where not.
//!
//! Nothing is fetched here except through apt; npm and cargo fetch their own packages by their lock files.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::steps;

/// For what the machine is being prepared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Building and running the console.
    Build,
    /// Running every check as well.
    Test,
}

/// The desktop's web view and what linking it needs; fonts, because a bare machine has none.
const BUILD: &[&str] = &["libwebkit2gtk-4.1-dev", "pkg-config", "fonts-dejavu-core"];
/// A screen and a driver for the real window; a browser for page tests; the outside tools that packs and scripts are checked with.
const TEST: &[&str] =
    &["webkit2gtk-driver", "xvfb", "xauth", "dbus-x11", "chromium", "imagemagick", "openssl", "sqlite3", "jq", "curl", "unzip"];

/// Makes sure that the system packages are there. Quick when they are.
pub fn system(need: Need) -> Result<()> {
    tools()?;
    if !cfg!(target_os = "linux") {
        return elsewhere(need);
    }
    if !has("dpkg-query") || !has("apt-get") {
        return other_linux();
    }
    let mut wanted = BUILD.to_vec();
    if need == Need::Test {
        wanted.extend(TEST);
    }
    let missing = missing(&wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    let Some(prefix) = root_prefix() else {
        bail!(
            "These packages are missing and installing them needs root:\n\n    sudo apt-get update && sudo apt-get install -y --no-install-recommends {}\n\nRun that, then run this command again.",
            missing.join(" ")
        );
    };
    steps::tell(&format!("install {}", missing.join(" ")));
    steps::must(&mut apt(&prefix, &["update", "-q"]))?;
    let mut install = vec!["install", "-y", "-q", "--no-install-recommends"];
    install.extend(missing.iter().map(String::as_str));
    steps::must(&mut apt(&prefix, &install))
}

/// Node and a C compiler are the reader's to bring (README); say so before a long build does.
fn tools() -> Result<()> {
    if !has("node") || !has(if cfg!(windows) { "npm.cmd" } else { "npm" }) {
        bail!(
            "Node.js 20.19 or newer with npm is needed to build the window. Install it (https://nodejs.org), then run this command again."
        );
    }
    let version = steps::answer(Command::new("node").arg("--version"))?;
    if !new_enough(version.trim()) {
        bail!("Node.js 20.19 or newer is needed to build the window; this is {}.", version.trim());
    }
    if !cfg!(windows) && !has("cc") && !has("gcc") && !has("clang") {
        bail!(
            "A C compiler is needed (SQLite is built from source). On Debian: apt-get install build-essential; on macOS: xcode-select --install."
        );
    }
    Ok(())
}

/// True from 20.19 on; the build tool's own lower bound.
fn new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    (major, minor) >= (20, 19)
}

fn missing(wanted: &[&str]) -> Result<Vec<String>> {
    // dpkg-query exits with 1 when it does not know one of the names; what it prints for the others is still right.
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .stderr(Stdio::null())
        .output()
        .context("ask dpkg which packages are installed")?;
    let installed = String::from_utf8_lossy(&output.stdout);
    Ok(absent(wanted, &installed))
}

fn absent(wanted: &[&str], installed: &str) -> Vec<String> {
    wanted
        .iter()
        .filter(|name| {
            !installed.lines().any(|line| line.split_once(' ').is_some_and(|(package, state)| package == **name && state == "installed"))
        })
        .map(|name| (*name).to_owned())
        .collect()
}

fn root_prefix() -> Option<Vec<&'static str>> {
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.starts_with(b"0") {
        return Some(Vec::new());
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    sudo.is_ok_and(|status| status.success()).then(|| vec!["sudo", "-n"])
}

fn apt(prefix: &[&str], words: &[&str]) -> Command {
    let mut line: Vec<&str> = prefix.to_vec();
    // `env` carries the setting through sudo, which drops the caller's environment.
    line.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    line.extend(words);
    let mut command = Command::new(line[0]);
    command.args(&line[1..]);
    command
}

fn other_linux() -> Result<()> {
    let found = Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"]).status().is_ok_and(|status| status.success());
    if found {
        return Ok(());
    }
    bail!(
        "WebKitGTK 4.1 with its development files is missing. Install it, then run this command again:\n\n    \
         Fedora   sudo dnf install webkit2gtk4.1-devel pkgconf-pkg-config\n    \
         Arch     sudo pacman -S --needed webkit2gtk-4.1 pkgconf\n    \
         openSUSE sudo zypper install webkit2gtk3-devel pkg-config"
    )
}

fn elsewhere(need: Need) -> Result<()> {
    if need == Need::Test {
        eprintln!("The page tests need Chromium (set CHROMIUM to its path); the real-window tests run on Linux only and are skipped here.");
    }
    if cfg!(target_os = "macos") && !has("clang") {
        bail!("The command line tools are missing: xcode-select --install");
    }
    if cfg!(windows) {
        eprintln!("If the window stays empty, install the web view: winget install Microsoft.EdgeWebView2Runtime");
    }
    Ok(())
}

/// Is this program found on the path?
pub fn has(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(name).is_file() || folder.join(steps::program(name)).is_file())
    })
}

#[cfg(test)]
mod tests {
    use super::{absent, new_enough};

    #[test]
    fn a_removed_package_with_kept_settings_counts_as_missing() {
        let said = "xvfb installed\njq config-files\n";
        assert_eq!(absent(&["xvfb", "jq", "curl"], said), ["jq", "curl"], "only `installed` means usable");
    }

    #[test]
    fn node_versions_compare_as_numbers() {
        assert!(new_enough("v20.19.0") && new_enough("v20.20.2") && new_enough("v22.1.0"));
        assert!(!new_enough("v20.9.1") && !new_enough("v18.20.0") && !new_enough(""), "20.9 is older than 20.19");
    }
}
