//! A subject with every way to cut its tokens measured, and the best splits found. What the page, the plans and the proposals read.

use anyhow::Result;

use crate::blast::whatif::{Comparison, Grouping, Scorer, Splits, Together, compare, grouped_by, split};
use crate::error::Told;
use crate::work::answers::Answers;
use crate::work::wire::*;

use super::grouping::{self, Judged};
use super::plans;
use super::subject::{Layer, Subject};

/// A named way to cut the subject's tokens.
pub(super) struct Strategy {
    pub key: &'static str,
    pub title: String,
    pub grouping: Grouping,
    /// What was asked of each own token; empty for the others.
    pub asked: Vec<TokenGroup>,
    pub found: Comparison,
}

/// Everything that is known of a request, before it is written out.
pub(super) struct Study<'a> {
    pub answers: &'a Answers,
    pub request: WhatIfRequest,
    pub subject: Subject,
    pub layer: Layer,
    pub together: Together,
    pub judged: Judged,
    pub strategies: Vec<Strategy>,
    pub splits: Splits,
}

impl<'a> Study<'a> {
    /// Reads the subject, measures every strategy and searches the best splits.
    ///
    /// # Errors
    /// No such subject, or a grouping that names what it does not hold.
    pub fn new(answers: &'a Answers, request: &WhatIfRequest) -> Result<Self> {
        let mut request = request.clone();
        if let Some(name) = &request.plan {
            let plan = plans::find(answers, name)?;
            request.subject.get_or_insert(plan.subject);
            if request.groups.is_empty() {
                request.groups = plan.tokens;
                request.shown.get_or_insert_with(|| "own".to_owned());
            }
            if request.layer.is_empty() {
                request.layer = plan.layer;
            }
        }
        let none = || Told::refusal("BH-WIF-007", "No subject was given.", "Nothing was compared.", "Choose a client or an application.");
        let layer = Layer::parse(&request.layer)?;
        let subject = Subject::read(answers, request.subject.as_ref().ok_or_else(none)?, layer)?;
        let (together, judged) = grouping::together(answers, &subject, &request)?;
        let own = grouping::own(answers, &subject, &request.groups)?;
        let mut study = Self {
            answers,
            request,
            layer,
            together,
            judged,
            strategies: Vec::new(),
            splits: Splits {
                search: crate::blast::whatif::SearchKind::Exact,
                compared: 0,
                by_count: Vec::new(),
                floor: 0,
                minimal: None,
                recommended: None,
            },
            subject,
        };
        study.measure(own);
        Ok(study)
    }

    /// Scores parts of this subject.
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer::new(self.answers.reach_view(), &self.subject.items, self.subject.breadth, self.subject.exposure)
    }

    fn measure(&mut self, own: Option<(Grouping, Vec<TokenGroup>)>) {
        let subject = &self.subject;
        let facts = &subject.facts;
        let label = |of: &dyn Fn(usize) -> Option<String>| grouped_by(&(0..facts.len()).map(of).collect::<Vec<_>>());
        let mut wanted: Vec<(&'static str, &str, Grouping)> = vec![
            ("today", "Today", subject.today.clone()),
            ("single", "Single", Grouping::single(facts.len())),
            ("per_api", "Per API", Grouping::each(facts.len())),
            ("by_boundary", "By boundary", label(&|at| facts[at].boundary.clone())),
            ("by_tier", "By sensitivity", label(&|at| facts[at].tier.map(|tier| tier.as_str().to_owned()))),
            ("by_owner", "By owner", label(&|at| facts[at].owner.clone())),
        ];
        let mut asked = Vec::new();
        if let Some((grouping, groups)) = own {
            wanted.push(("own", "Own", grouping));
            asked = groups;
        }
        let mut scorer = self.scorer();
        let splits = split(&mut scorer, &self.together);
        let known = |parts: &[Vec<usize>], wanted: &[(&'static str, &str, Grouping)]| wanted.iter().skip(1).any(|one| one.2.parts == parts);
        let of_count = |count: usize| splits.by_count.get(count.wrapping_sub(1)).and_then(Option::as_ref);
        for (key, title, parts) in [
            ("recommended", "Fewest by the rule", splits.recommended.as_ref().map(|split| &split.parts)),
            ("fewest", "Fewest at the floor", splits.minimal.and_then(of_count).map(|split| &split.parts)),
        ] {
            if let Some(parts) = parts.map(|parts| Grouping::of(parts.clone())).filter(|grouping| !known(&grouping.parts, &wanted)) {
                wanted.push((key, title, parts));
            }
        }
        let strategies = wanted
            .into_iter()
            .filter_map(|(key, title, grouping)| {
                let found = compare(&mut scorer, &grouping, &self.together)?;
                let asked = if key == "own" { asked.clone() } else { Vec::new() };
                Some(Strategy { key, title: title.to_owned(), grouping, asked, found })
            })
            .collect();
        drop(scorer);
        self.strategies = strategies;
        self.splits = splits;
    }

    /// A strategy by its key.
    pub fn strategy(&self, key: &str) -> Option<&Strategy> {
        self.strategies.iter().find(|strategy| strategy.key == key)
    }

    /// The strategy that is proposed when none is named: the fewest tokens that obey the rule.
    pub fn proposed(&self) -> &Strategy {
        let best = self.splits.recommended.as_ref().map(|split| &split.parts);
        let own = self.strategies.iter().find(|strategy| strategy.key == "own");
        own.or_else(|| self.strategies.iter().skip(1).find(|strategy| Some(&strategy.grouping.parts) == best))
            .unwrap_or(&self.strategies[0])
    }

    /// The strategy that the request asks to see, else the proposed one.
    ///
    /// # Errors
    /// There is no such strategy.
    pub fn shown(&self) -> Result<&Strategy> {
        let Some(key) = &self.request.shown else { return Ok(self.proposed()) };
        self.strategy(key).ok_or_else(|| {
            let keys: Vec<&str> = self.strategies.iter().map(|strategy| strategy.key).collect();
            Told::refusal(
                "BH-WIF-008",
                format!("There is no strategy “{}” here.", key.chars().take(40).collect::<String>()),
                "Nothing was compared.",
                format!("Use one of: {}.", keys.join(", ")),
            )
            .into()
        })
    }

    /// A strategy as it is saved: by ids, so that a renamed API stays in its token.
    pub fn plan(&self, strategy: &Strategy) -> WhatIfPlan {
        let asked = |at: usize| strategy.asked.get(at).cloned().unwrap_or_default();
        let tokens = strategy
            .grouping
            .parts
            .iter()
            .enumerate()
            .map(|(at, part)| TokenGroup { audiences: part.iter().map(|item| self.id(*item).to_owned()).collect(), ..asked(at) });
        WhatIfPlan {
            name: String::new(),
            subject: self.subject.wire.clone(),
            layer: self.layer.as_str().to_owned(),
            tokens: tokens.collect(),
            saved_at: None,
            by: None,
            reason: None,
        }
    }

    pub fn name(&self, item: usize) -> &str {
        &self.answers.estate.audiences[self.subject.items[item].audience as usize].name
    }

    pub fn id(&self, item: usize) -> &str {
        &self.answers.estate.audiences[self.subject.items[item].audience as usize].id
    }

    pub fn names(&self, part: &[usize]) -> Vec<String> {
        part.iter().map(|item| self.name(*item).to_owned()).collect()
    }

    pub fn obeys(&self, strategy: &Strategy) -> bool {
        strategy.found.against_rule.is_empty()
    }
}
