//! The ledger of one token: one verdict per check, with what was seen. A worse verdict replaces a better one; nothing is forgotten.

use super::catalogue::{CATALOGUE, CheckInfo};

/// Verdict of one check (domain.md 5.1), best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The check has nothing to look at here.
    NotApplicable,
    /// As it should be.
    Pass,
    /// Worth knowing, not wrong.
    Info,
    /// Nobody can tell from what was given.
    Unverifiable,
    /// Doubtful.
    Warn,
    /// Wrong.
    Fail,
}

impl Verdict {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::Pass => "pass",
            Self::Info => "info",
            Self::Unverifiable => "unverifiable",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// How much a failed or doubtful check matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: &'static CheckInfo,
    /// Its verdict.
    pub verdict: Verdict,
    /// What was seen, in sentences without any value that domain.md 5.5 does not allow.
    pub seen: Vec<String>,
    raised: Option<Severity>,
}

impl Finding {
    /// How much it matters; `None` when there is nothing to mind.
    pub fn severity(&self) -> Option<Severity> {
        let usual = match self.verdict {
            Verdict::Fail => self.check.failed,
            Verdict::Warn => self.check.doubtful,
            Verdict::Info | Verdict::Unverifiable => Severity::Info,
            Verdict::Pass | Verdict::NotApplicable => return None,
        };
        Some(self.raised.map_or(usual, |raised| raised.max(usual)))
    }
}

/// All checks of one token, J01 first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger(Vec<Finding>);

impl Default for Ledger {
    fn default() -> Self {
        let fresh = |check| Finding { check, verdict: Verdict::NotApplicable, seen: Vec::new(), raised: None };
        Self(CATALOGUE.iter().map(fresh).collect())
    }
}

impl Ledger {
    /// Notes what check `number` (1 to 27) saw. The worst verdict of a check stands; what was seen with a pass gives way to doubts.
    pub fn note(&mut self, number: usize, verdict: Verdict, seen: impl Into<String>) {
        let Some(finding) = self.0.get_mut(number.wrapping_sub(1)) else { return };
        if verdict > finding.verdict && finding.verdict <= Verdict::Pass {
            finding.seen.clear();
        }
        // A pass beside a doubt says nothing that the reader needs.
        if !(verdict <= Verdict::Pass && finding.verdict > Verdict::Pass) {
            finding.seen.push(seen.into());
        }
        finding.verdict = finding.verdict.max(verdict);
    }

    /// [`Ledger::note`] with a severity that is higher than the check's usual one.
    pub fn note_raised(&mut self, number: usize, verdict: Verdict, severity: Severity, seen: impl Into<String>) {
        self.note(number, verdict, seen);
        if let Some(finding) = self.0.get_mut(number.wrapping_sub(1)) {
            finding.raised = finding.raised.max(Some(severity));
        }
    }

    /// Takes back what a check noted, because another check explains it.
    pub fn reset(&mut self, number: usize, seen: &str) {
        if let Some(finding) = self.0.get_mut(number.wrapping_sub(1)) {
            finding.verdict = Verdict::NotApplicable;
            finding.seen = vec![seen.to_owned()];
        }
    }

    /// Verdict of check `number`.
    pub fn verdict(&self, number: usize) -> Verdict {
        self.0.get(number.wrapping_sub(1)).map_or(Verdict::NotApplicable, |finding| finding.verdict)
    }

    /// Every check in the order of its number.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Whether a check among J01 to J14, which decide validity, failed.
    pub fn invalid(&self) -> bool {
        (1..=14).any(|number| self.verdict(number) == Verdict::Fail)
    }

    /// Whether any check failed or doubts.
    pub fn has_findings(&self) -> bool {
        self.0.iter().any(|finding| finding.verdict >= Verdict::Warn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_of_a_check_stands() {
        let mut ledger = Ledger::default();
        ledger.note(16, Verdict::Pass, "iss is there");
        ledger.note(16, Verdict::Warn, "jti is missing");
        ledger.note(16, Verdict::Pass, "exp is there");
        let finding = &ledger.findings()[15];
        assert_eq!((finding.verdict, finding.seen.as_slice()), (Verdict::Warn, ["jti is missing".to_owned()].as_slice()));
        assert!(!ledger.invalid(), "J16 does not decide validity");
        ledger.note(3, Verdict::Fail, "alg is none");
        assert!(ledger.invalid());
        assert_eq!(ledger.findings()[2].severity(), Some(Severity::Critical));
    }
}
