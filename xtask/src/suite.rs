//! `cargo xtask test`: every check in order, timed, counted into one last line.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::counts::{self, Counts, Runner};
use crate::{frontend, setup, steps};

/// One run over all checks: what passed, what took how long.
struct Suite<'a> {
    root: &'a Path,
    only: Option<&'a str>,
    total: Counts,
    times: Vec<(String, f64, bool)>,
}

/// Runs the checks; answers whether all passed.
pub fn run(root: &Path, only: Option<&str>) -> Result<bool> {
    let start = Instant::now();
    setup::system(setup::Need::Test)?;
    frontend::install(root)?;
    let mut suite = Suite { root, only, total: Counts::default(), times: Vec::new() };

    suite.check("format", |root| steps::cargo(root).args(["fmt", "--all", "--check"]).taken());
    suite.check("window: types and markup", |root| steps::npm(root).args(["run", "--silent", "check"]).taken());
    suite.check("window: lint", |root| steps::npm(root).args(["run", "--silent", "lint"]).taken());
    suite.tests("window: units", Runner::Vitest, |root| steps::npm(root).args(["run", "--silent", "test"]).taken());
    // The shell embeds the window's bundle, so nothing that compiles the shell can come before it.
    let window = suite.step("window: build", |root| frontend::build(root).map(|_| true));
    suite.check("lints", |root| {
        steps::cargo(root)
            .args(["clippy", "--quiet", "--workspace", "--all-targets", "--features", "xtask/core", "--", "-D", "warnings"])
            .taken()
    });
    suite.core();
    suite.check("documentation", |root| {
        steps::cargo(root)
            .args(["doc", "--quiet", "--no-deps", "--package", "bulkhead", "--lib"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .taken()
    });
    suite.step("generated files are fresh", |root| steps::workbench(root, &["gen".to_owned(), "--check".to_owned()]));
    if window {
        suite.tests("pages in a browser", Runner::Node, |root| node(root, "tests/e2e/page"));
        suite.real_window();
    } else {
        suite.lost(&["pages in a browser", "real window"], "the window was not built");
    }
    Ok(suite.close(start))
}

/// The setters of `Command` answer a borrow; a closure that makes one hands it over with this.
trait Taken {
    fn taken(&mut self) -> Command;
}

impl Taken for Command {
    fn taken(&mut self) -> Command {
        std::mem::replace(self, Command::new(""))
    }
}

impl Suite<'_> {
    fn core(&mut self) {
        // Tests without a window: the core, its command line, and the tasks themselves.
        let packages = ["--package", "bulkhead", "--package", "xtask", "--features", "xtask/core"];
        let nextest = steps::cargo(self.root).args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success());
        if nextest {
            self.tests("core", Runner::Nextest, |root| {
                steps::cargo(root)
                    .args(["nextest", "run", "--no-fail-fast", "--success-output", "immediate", "--status-level", "fail"])
                    .args(packages)
                    .taken()
            });
            self.tests("core: examples in the documentation", Runner::Libtest, |root| {
                steps::cargo(root).args(["test", "--quiet", "--doc", "--package", "bulkhead"]).taken()
            });
        } else {
            self.tests("core", Runner::Libtest, |root| {
                steps::cargo(root).args(["test", "--no-fail-fast"]).args(packages).args(["--", "--show-output"]).taken()
            });
        }
    }

    fn real_window(&mut self) {
        if !cfg!(target_os = "linux") {
            self.total.skipped.push("real window: it is driven on Linux only".to_owned());
            return;
        }
        let built = self.check("console: build", console);
        if !built {
            self.lost(&["real window"], "the console was not built");
            return;
        }
        self.tests("console: units", Runner::Libtest, |root| {
            steps::cargo(root).args(["test", "--profile", "e2e", "--package", "bulkhead-desktop", "--features", "e2e"]).taken()
        });
        self.tests("real window", Runner::Node, |root| on_a_screen(root, node(root, "tests/e2e/window")));
    }

    /// A check that counts as one.
    fn check(&mut self, name: &str, command: impl Fn(&Path) -> Command) -> bool {
        self.step(name, |root| steps::watched(&mut command(root)).map(|(passed, _)| passed))
    }

    fn step(&mut self, name: &str, run: impl Fn(&Path) -> Result<bool>) -> bool {
        if !self.wanted(name) {
            return true;
        }
        let start = Instant::now();
        steps::tell(name);
        let passed = run(self.root).unwrap_or_else(|error| {
            eprintln!("{error:#}");
            false
        });
        self.total += Counts::one(passed);
        self.times.push((name.to_owned(), start.elapsed().as_secs_f64(), passed));
        passed
    }

    /// A runner with tests of its own.
    fn tests(&mut self, name: &str, runner: Runner, command: impl Fn(&Path) -> Command) {
        if !self.wanted(name) {
            return;
        }
        let start = Instant::now();
        steps::tell(name);
        let counted = match steps::watched(&mut command(self.root)) {
            Ok((passed, text)) => {
                let mut counted = counts::read(runner, &text).unwrap_or_default();
                // A runner may fail without a failed test (it did not compile, a hook broke, nothing ran): that is one failure, never none.
                if counted.failed == 0 && (!passed || (counted.passed == 0 && !name.contains("examples"))) {
                    counted.failed = 1;
                }
                counted
            }
            Err(error) => {
                eprintln!("{error:#}");
                Counts::one(false)
            }
        };
        self.times.push((name.to_owned(), start.elapsed().as_secs_f64(), counted.failed == 0));
        self.total += counted;
    }

    /// Checks that cannot run because of an earlier failure are failures too.
    fn lost(&mut self, names: &[&str], why: &str) {
        for name in names {
            if !self.wanted(name) {
                continue;
            }
            eprintln!("\n== {name}: not run, {why}");
            self.times.push(((*name).to_owned(), 0.0, false));
            self.total += Counts::one(false);
        }
    }

    fn wanted(&self, name: &str) -> bool {
        self.only.is_none_or(|only| name.contains(only))
    }

    fn close(&self, start: Instant) -> bool {
        eprintln!();
        for (name, seconds, passed) in &self.times {
            eprintln!("{:>8.1} s  {}  {name}", seconds, if *passed { "ok    " } else { "FAILED" });
        }
        eprintln!("{:>8.1} s  in all", start.elapsed().as_secs_f64());
        for skipped in &self.total.skipped {
            eprintln!("skipped: {skipped}");
        }
        println!("{}", self.total.line());
        self.total.failed == 0
    }
}

fn node(root: &Path, folder: &str) -> Command {
    let mut files: Vec<_> = std::fs::read_dir(root.join(folder))
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    files.retain(|path: &std::path::PathBuf| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    let mut command = Command::new("node");
    // One file at a time: each starts its own core or window, and there may be two processors only.
    command.current_dir(root).args(["--test", "--test-concurrency=1", "--test-reporter=tap"]).args(files);
    command.env("BULKHEAD_TARGET", steps::target(root));
    command
}

/// Builds the console that can be driven.
fn console(root: &Path) -> Command {
    steps::cargo(root)
        .args(["build", "--quiet", "--profile", "e2e", "--package", "bulkhead", "--package", "bulkhead-desktop"])
        .args(["--bins", "--features", "bulkhead-desktop/e2e"])
        .taken()
}

/// Opens the real window on the largest inventory of the last bench and prints how long it takes to be usable, to change pages, and to
/// sort and filter. Measures only.
///
/// # Errors
/// The console cannot be built or driven.
pub fn measure_window(root: &Path) -> Result<bool> {
    frontend::build(root)?;
    steps::must(&mut console(root))?;
    let mut script = Command::new("node");
    script.arg("tests/e2e/measure_window.mjs").env("BULKHEAD_TARGET", steps::target(root));
    let status = on_a_screen(root, script).status()?;
    Ok(status.success())
}

/// The same command with a screen and a session bus of its own.
fn on_a_screen(root: &Path, inner: Command) -> Command {
    let mut command = Command::new("dbus-run-session");
    command.current_dir(root).args(["--", "xvfb-run", "-a", "-s", "-screen 0 1280x800x24"]).arg(inner.get_program()).args(inner.get_args());
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}
