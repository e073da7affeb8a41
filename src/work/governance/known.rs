//! What files and people say already, in the form of the governance file. Export writes it; import compares with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::policy::enforcement::{self, CheckRecord};
use crate::policy::ways::{self, EdgeRecord};
use crate::work::answers::Answers;
use crate::work::answers::views::{AudienceView, Marked};

use super::file::*;
use super::names::Names;

/// A value that a file or a person stated; what a pack proposes is none.
pub fn stated<T: Clone>(marked: &Marked<T>) -> Option<T> {
    marked.value.clone().filter(|_| matches!(marked.mark, Mark::Observed | Mark::Asserted))
}

/// `name=sensitivity|name` as entries, sorted by name.
pub fn classes(text: &str) -> Vec<ClassEntry> {
    let mut list: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for part in text.split('|').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, sensitivity) = part.split_once('=').map_or((part, None), |(name, word)| (name.trim(), Some(word.trim())));
        list.insert(name, sensitivity);
    }
    list.into_iter().map(|(name, word)| ClassEntry { name: name.to_owned(), sensitivity: word.map(str::to_owned) }).collect()
}

/// What is known of a field of an audience, as the statement would read.
pub fn field(view: &AudienceView, field: &str) -> Option<String> {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    match field {
        "boundary" => stated(&view.boundary),
        "data_class" => stated(&view.data_classes),
        "impact" => stated(&view.impact).map(|impact| impact.as_str().to_owned()),
        "function" => stated(&view.function),
        "high_risk" => stated(&view.high_risk).map(yes_no),
        "environment" => stated(&view.environment).map(|environment| environment.as_str().to_owned()),
        "owner" => stated(&view.owner),
        "gateway" => view.enforcement.stated_gateway.clone(),
        "gateway_routes" => view.enforcement.stated_routes.clone(),
        "reachable_without_gateway" => view.enforcement.reachable_without_gateway.map(yes_no),
        _ => None,
    }
}

/// Every way that a file or a person stated: (kind, start, end) -> what is known.
pub fn ways(answers: &Answers) -> BTreeMap<(ReachEdgeKind, EntityId, EntityId), EdgeRecord> {
    crate::work::answers::ways::all(&answers.rows, &answers.stated_ways)
        .into_iter()
        .filter(|way| ways::STATED_EDGES.contains(&way.kind) && way.evidence != Evidence::Inferred)
        .map(|way| ((way.kind, way.from, way.to), EdgeRecord { evidence: way.evidence, subject: way.subject }))
        .collect()
}

fn check_entry(record: &CheckRecord) -> CheckEntry {
    CheckEntry {
        result: record.result.unwrap_or(CheckResult::Unknown).as_str().to_owned(),
        method: record.method.map(|method| method.as_str().to_owned()),
        checked: record.checked.map(enforcement::day_text),
        valid_until: record.valid_until.map(enforcement::day_text),
        evidence: record.evidence.clone(),
        by: record.by.clone(),
    }
}

/// The record of a check exactly as somebody stated it, without the fall-back for `by`.
pub fn check(answers: &Answers, entity: EntityId, check: CheckId) -> Option<CheckRecord> {
    let assertion = answers.index.assertion(&answers.rows, entity, &enforcement::check_attribute(check))?;
    CheckRecord::parse(&assertion.value).ok()
}

/// The whole document, sorted by name.
pub fn document(answers: &Answers) -> Written {
    let names = Names::new(answers);
    let mut audiences: Vec<AudienceEntry> = Vec::new();
    for (at, view) in answers.audiences.iter().enumerate() {
        let entity = answers.rows.audiences[view.row as usize].entity;
        let say = |name: &str| field(view, name);
        let entry = AudienceEntry {
            audience: names.of_audience(answers, at),
            boundary: say("boundary"),
            data_classes: say("data_class").map(|text| classes(&text)),
            impact: say("impact"),
            function: say("function"),
            high_risk: say("high_risk"),
            environment: say("environment"),
            owner: say("owner"),
            gateway: say("gateway"),
            gateway_routes: say("gateway_routes"),
            reachable_without_gateway: say("reachable_without_gateway"),
            checks: CheckId::ALL
                .iter()
                .filter_map(|&id| Some((id.as_str().to_owned(), check_entry(&check(answers, entity, id)?))))
                .collect(),
        };
        // The identity system's own audiences are many; they are listed once somebody said something about them.
        let empty = entry == AudienceEntry { audience: entry.audience.clone(), ..AudienceEntry::default() };
        if !(empty && view.operator == "platform") {
            audiences.push(entry);
        }
    }
    audiences.sort_by_cached_key(|entry| (entry.audience.to_lowercase(), entry.audience.clone()));
    let name = |entity: EntityId| {
        let at = answers.view(entity)?;
        if answers.is_audience(entity) { Some(names.of_audience(answers, at)) } else { Some(names.of_client(answers, at)) }
    };
    let mut edges: Vec<EdgeEntry> = ways(answers)
        .into_iter()
        .filter_map(|((kind, from, to), record)| {
            Some(EdgeEntry {
                kind: kind.as_str().to_owned(),
                from: name(from)?,
                to: name(to)?,
                evidence: record.evidence.as_str().to_owned(),
                subject: record.subject,
            })
        })
        .collect();
    edges.sort();
    let mut products: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (at, view) in answers.clients.iter().enumerate() {
        if let Some(application) = stated(&view.application) {
            products.entry(application).or_default().insert(names.of_client(answers, at));
        }
    }
    let applications = products
        .into_iter()
        .map(|(application, clients)| ApplicationEntry { application, clients: clients.into_iter().collect() })
        .collect();
    let name_of = |word: &String| {
        let found: Vec<usize> = (0..answers.audiences.len()).filter(|at| answers.audiences[*at].id == *word).collect();
        if let [at] = found[..] { names.of_audience(answers, at) } else { word.clone() }
    };
    let mut profiles: Vec<ProfileEntry> = answers
        .profiles()
        .list
        .iter()
        .map(|view| {
            let mut entry = ProfileEntry::of(names.of_client(answers, view.client as usize), view.name.clone(), &view.profile);
            entry.audiences = entry.audiences.iter().map(name_of).collect();
            entry.audiences.sort();
            entry
        })
        .collect();
    profiles.sort();
    Written { bulkhead_map: FORMAT, audiences, edges, applications, profiles }
}
