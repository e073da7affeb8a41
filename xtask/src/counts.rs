//! Every test runner closes in words of its own; here they become one count.

use std::collections::BTreeMap;
use std::ops::AddAssign;

/// Tests that ran, and those that could not, by name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Passed tests.
    pub passed: u32,
    /// Failed tests.
    pub failed: u32,
    /// Names and reasons of tests that had nothing to work on.
    pub skipped: Vec<String>,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
    }
}

impl Counts {
    /// The last line of `cargo xtask test`.
    pub fn line(&self) -> String {
        let mut text = format!("{} passed, {} failed", self.passed, self.failed);
        if !self.skipped.is_empty() {
            text.push_str(&format!(", {} skipped", self.skipped.len()));
        }
        text
    }

    /// A check without tests of its own counts as one.
    pub fn one(passed: bool) -> Self {
        Self { passed: u32::from(passed), failed: u32::from(!passed), skipped: Vec::new() }
    }
}

/// Which runner's closing words to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// cargo nextest: `Summary [   1.2s] 12 tests run: 11 passed, 1 failed, 2 skipped`.
    Nextest,
    /// cargo test: one `test result:` line for each program.
    Libtest,
    /// vitest: `Tests  1 failed | 11 passed (12)`.
    Vitest,
    /// node --test: `# pass 3`, `# fail 0`, `# skipped 1`.
    Node,
}

/// Reads the counts; None when the runner never came to its closing words.
pub fn read(runner: Runner, text: &str) -> Option<Counts> {
    let text = plain(text);
    let mut counts = match runner {
        Runner::Nextest => {
            let line = text.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
            let tail = line.split_once("run:").map_or("", |(_, tail)| tail);
            Counts { passed: before(tail, "passed"), failed: before(tail, "failed") + before(tail, "timed out"), skipped: Vec::new() }
        }
        Runner::Libtest => {
            let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("test result:")).collect();
            if lines.is_empty() {
                return None;
            }
            let sum = |word| lines.iter().map(|line| before(line, word)).sum();
            Counts { passed: sum("passed"), failed: sum("failed"), skipped: Vec::new() }
        }
        Runner::Vitest => {
            let line = text.lines().rev().find(|line| line.trim_start().starts_with("Tests "))?;
            Counts { passed: before(line, "passed"), failed: before(line, "failed"), skipped: Vec::new() }
        }
        Runner::Node => Counts { passed: after(&text, "# pass ")?, failed: after(&text, "# fail ")?, skipped: Vec::new() },
    };
    counts.skipped = skips(&text);
    // A Rust test cannot end as skipped: it says `skipped: name: reason` and returns, so its runner counted it as passed.
    if matches!(runner, Runner::Nextest | Runner::Libtest) {
        counts.passed = counts.passed.saturating_sub(u32::try_from(counts.skipped.len()).unwrap_or(u32::MAX));
    }
    Some(counts)
}

/// Lines `skipped: name: reason`, each name once; node's own form is `ok 3 - name # SKIP reason`.
fn skips(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("skipped: ") {
            return Some(rest.to_owned());
        }
        let (head, reason) = line.split_once(" # SKIP")?;
        let name = head.split_once(" - ").map_or(head, |(_, name)| name);
        Some(format!("{name}: {}", reason.trim()))
    });
    // A test may miss several files; it is one skipped test.
    let named = lines.map(|line| (line.split(": ").next().unwrap_or_default().to_owned(), line));
    named.collect::<BTreeMap<String, String>>().into_values().collect()
}

/// The number that stands before a word: 11 in `11 passed`.
fn before(text: &str, word: &str) -> u32 {
    let Some((head, _)) = text.split_once(word) else { return 0 };
    head.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn after(text: &str, mark: &str) -> Option<u32> {
    text.lines().rev().find_map(|line| line.strip_prefix(mark)).and_then(|rest| rest.trim().parse().ok())
}

/// Without terminal colours.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            kept.push(c);
            continue;
        }
        if chars.next() == Some('[') {
            for end in chars.by_ref() {
                if end.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{Counts, Runner, read};

    fn count(runner: Runner, text: &str) -> (u32, u32, usize) {
        let counts = read(runner, text).expect("the closing words are there");
        (counts.passed, counts.failed, counts.skipped.len())
    }

    #[test]
    fn each_runner_is_read_in_its_own_words() {
        assert_eq!(count(Runner::Nextest, "     Summary [   1.203s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped\n"), (11, 1, 0));
        assert_eq!(
            count(Runner::Libtest, "test result: ok. 5 passed; 0 failed; 0 ignored\ntest result: FAILED. 2 passed; 3 failed; 0 ignored\n"),
            (7, 3, 0)
        );
        assert_eq!(
            count(Runner::Vitest, "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m11 passed\u{1b}[39m (12)\n"),
            (11, 1, 0)
        );
        assert_eq!(count(Runner::Node, "ok 1 - a\nok 2 - b # SKIP no screen\n# pass 1\n# fail 0\n# skipped 1\n"), (1, 0, 1));
    }

    #[test]
    fn a_rust_test_that_had_nothing_to_work_on_is_not_counted_as_passed() {
        let text = "    skipped: graph::samples: a.json is not there\n    skipped: graph::samples: b.json is not there\nSummary [ 1s] 3 tests run: 3 passed, 0 skipped\n";
        assert_eq!(count(Runner::Nextest, text), (2, 0, 1));
    }

    #[test]
    fn a_runner_that_died_gives_no_count() {
        assert_eq!(read(Runner::Vitest, "Segmentation fault"), None, "silence is never a pass");
        assert_eq!(read(Runner::Nextest, "error: could not compile"), None);
    }

    #[test]
    fn the_last_line_names_skips_only_when_there_are_some() {
        let mut counts = Counts { passed: 3, failed: 0, skipped: Vec::new() };
        assert_eq!(counts.line(), "3 passed, 0 failed");
        counts.skipped.push("a: b".to_owned());
        assert_eq!(counts.line(), "3 passed, 0 failed, 1 skipped");
    }
}
