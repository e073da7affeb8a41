//! Saved plans: a grouping of a subject's APIs over tokens that somebody means to reach. A statement about the inventory, nothing else:
//! saving one changes no score and nothing in a source system.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::error::Told;
use crate::model::id::EntityId;
use crate::model::time::iso;
use crate::policy::token_profiles::is_name;
use crate::store::edits::AssertionChange;
use crate::work::answers::Answers;
use crate::work::wire::{WhatIfPlan, WhatIfRequest};

use super::study::Study;

/// What plans are called among the statements about the inventory.
const PREFIX: &str = "plan:";
/// Longest plan that is kept, bytes: some hundreds of APIs.
const LONGEST: usize = 60_000;

/// Saved plans by name.
pub fn list(answers: &Answers) -> Vec<WhatIfPlan> {
    let mut plans: BTreeMap<&str, Option<WhatIfPlan>> = BTreeMap::new();
    for row in answers.rows.assertions.iter().filter(|row| !row.subject.is_some()) {
        let Some(name) = row.attribute.strip_prefix(PREFIX) else { continue };
        let plan = serde_json::from_str::<WhatIfPlan>(&row.value).ok().map(|plan| WhatIfPlan {
            name: name.to_owned(),
            saved_at: Some(iso(row.at)),
            by: Some(row.actor.clone()),
            reason: Some(row.reason.clone()).filter(|reason| !reason.is_empty()),
            ..plan
        });
        plans.insert(name, plan);
    }
    plans.into_values().flatten().collect()
}

/// A plan by its name.
///
/// # Errors
/// There is none.
pub fn find(answers: &Answers, name: &str) -> Result<WhatIfPlan> {
    let mut plans = list(answers);
    if let Some(at) = plans.iter().position(|plan| plan.name == name) {
        return Ok(plans.swap_remove(at));
    }
    let known: Vec<&str> = plans.iter().take(20).map(|plan| plan.name.as_str()).collect();
    Err(Told::refusal(
        "BH-WIF-011",
        format!("There is no plan “{}”.", name.chars().take(60).collect::<String>()),
        "Nothing was compared.",
        if known.is_empty() { "Save one first.".to_owned() } else { format!("Use one of: {}.", known.join(", ")) },
    )
    .into())
}

/// The statement that saves the shown tokens of a request under a name.
///
/// # Errors
/// No name, or what [`super::what_if`] refuses.
pub fn save(answers: &Answers, request: &WhatIfRequest, name: &str) -> Result<AssertionChange> {
    if !is_name(name) {
        return Err(Told::refusal(
            "BH-WIF-012",
            "That is no name for a plan.",
            "Nothing was saved.",
            "Use 1 to 60 characters without a colon and without blanks around them.",
        )
        .into());
    }
    let study = Study::new(answers, request)?;
    let plan = study.plan(study.shown()?);
    let value = serde_json::to_string(&plan)?;
    if value.len() > LONGEST {
        return Err(Told::refusal(
            "BH-WIF-013",
            "That plan is too large to be kept.",
            "Nothing was saved.",
            "Plan for one client of the application at a time.",
        )
        .into());
    }
    Ok(AssertionChange { subject: EntityId::NONE, attribute: format!("{PREFIX}{name}"), value: Some(value), review_at: None })
}

/// The statement that takes a plan back.
///
/// # Errors
/// There is none of that name.
pub fn delete(answers: &Answers, name: &str) -> Result<AssertionChange> {
    let plan = find(answers, name)?;
    Ok(AssertionChange { subject: EntityId::NONE, attribute: format!("{PREFIX}{}", plan.name), value: None, review_at: None })
}
