//! The checks G1 to G5 of one route while a configuration is read, with the sentences that say why.

use crate::model::kinds::CheckResult;

/// Signature.
pub const G1: usize = 0;
/// Issuer.
pub const G2: usize = 1;
/// Expiry and not-before.
pub const G3: usize = 2;
/// Audience of the route.
pub const G4: usize = 3;
/// Sender constraint.
pub const G5: usize = 4;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// G1 to G5.
    pub results: [CheckResult; 5],
    /// Sentences, in the order in which they were found.
    pub told: Vec<String>,
    /// Issuers whose tokens are taken.
    pub issuers: Vec<String>,
    /// Audience values that are asked for.
    pub audiences: Vec<String>,
    /// Scopes, roles or claims that are asked for.
    pub scopes: Vec<String>,
}

impl Checks {
    /// All five have one result, for one reason.
    pub fn all(result: CheckResult, told: impl Into<String>) -> Self {
        Self { results: [result; 5], told: vec![told.into()], issuers: Vec::new(), audiences: Vec::new(), scopes: Vec::new() }
    }

    /// Nothing is known yet, and nothing was said.
    pub fn unknown() -> Self {
        Self { results: [CheckResult::Unknown; 5], told: Vec::new(), issuers: Vec::new(), audiences: Vec::new(), scopes: Vec::new() }
    }

    /// Sets one check.
    pub fn set(&mut self, check: usize, result: CheckResult) {
        self.results[check] = result;
    }

    /// Sets one check and says why.
    pub fn because(&mut self, check: usize, result: CheckResult, why: impl Into<String>) {
        self.results[check] = result;
        self.tell(why);
    }

    /// Says something, once.
    pub fn tell(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.told.contains(&sentence) {
            self.told.push(sentence);
        }
    }

    /// A check that holds for some requests only is partial at best.
    pub fn at_most_partial(&mut self) {
        for result in &mut self.results {
            if *result == CheckResult::Pass {
                *result = CheckResult::Partial;
            }
        }
    }

    /// A check that anybody can go round is none. What does not apply stays so.
    pub fn fails_open(&mut self, why: impl Into<String>) {
        for result in &mut self.results {
            if *result != CheckResult::NotApplicable {
                *result = CheckResult::Fail;
            }
        }
        self.told.insert(0, why.into());
    }

    /// A request has to pass both: what one of them checks is checked.
    pub fn and(self, other: Self) -> Self {
        self.join(other, |a, b| if rank(a) >= rank(b) { a } else { b })
    }

    /// A request may choose which one it passes: only what both check is checked.
    pub fn or(self, other: Self) -> Self {
        self.join(other, |a, b| match (a, b) {
            (CheckResult::NotApplicable, other) | (other, CheckResult::NotApplicable) => other,
            _ if rank(a) <= rank(b) => a,
            _ => b,
        })
    }

    /// Some requests meet the one, some the other, and which is not theirs to choose: what differs is partial.
    pub fn beside(self, other: Self) -> Self {
        self.join(other, |a, b| match (a, b) {
            (CheckResult::NotApplicable, other) | (other, CheckResult::NotApplicable) => other,
            _ if a == b => a,
            (CheckResult::Unknown, CheckResult::Pass) | (CheckResult::Pass, CheckResult::Unknown) => CheckResult::Unknown,
            (CheckResult::Unknown, other) | (other, CheckResult::Unknown) => other,
            _ => CheckResult::Partial,
        })
    }

    /// What fails is not known to fail: something else may ask for it.
    pub fn or_unknown(&mut self, why: impl Into<String>) {
        for result in &mut self.results[..4] {
            if *result == CheckResult::Fail {
                *result = CheckResult::Unknown;
            }
        }
        self.tell(why);
    }

    fn join(mut self, other: Self, of: impl Fn(CheckResult, CheckResult) -> CheckResult) -> Self {
        for (mine, theirs) in self.results.iter_mut().zip(other.results) {
            *mine = of(*mine, theirs);
        }
        other.told.into_iter().for_each(|sentence| self.tell(sentence));
        for (mine, theirs) in [(&mut self.issuers, other.issuers), (&mut self.audiences, other.audiences), (&mut self.scopes, other.scopes)]
        {
            for value in theirs {
                if !mine.contains(&value) {
                    mine.push(value);
                }
            }
        }
        self
    }
}

/// From no check at all to a good one.
const fn rank(result: CheckResult) -> u8 {
    match result {
        CheckResult::NotApplicable => 0,
        CheckResult::Fail => 1,
        CheckResult::Unknown => 2,
        CheckResult::Partial => 3,
        CheckResult::Pass => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};

    #[test]
    fn both_or_either() {
        let checks = |results| Checks { results, ..Checks::unknown() };
        let (jwt, oidc) = (checks([Pass, Pass, Fail, Fail, NotApplicable]), checks([Pass, Unknown, Pass, Partial, Fail]));
        assert_eq!(jwt.clone().and(oidc.clone()).results, [Pass, Pass, Pass, Partial, Fail]);
        assert_eq!(jwt.clone().or(oidc.clone()).results, [Pass, Unknown, Fail, Fail, Fail]);
        assert_eq!(jwt.beside(oidc).results, [Pass, Unknown, Partial, Partial, Fail]);
    }

    #[test]
    fn what_fails_open_is_no_check() {
        let mut checks = Checks { results: [Pass, Partial, Unknown, NotApplicable, Fail], ..Checks::unknown() };
        checks.fails_open("Requests without a token pass.");
        assert_eq!(checks.results, [Fail, Fail, Fail, NotApplicable, Fail]);
        assert_eq!(checks.told, ["Requests without a token pass."]);
    }
}
