//! Compares a governance file with what is known: statements to make, and every fault with its line. Nothing is stored here.

use std::collections::{BTreeMap, HashSet};

use crate::formats::yaml::Spanned;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::policy::enforcement::{self, CheckRecord};
use crate::policy::token_profiles;
use crate::policy::ways::{self, EdgeRecord};
use crate::store::edits::AssertionChange;
use crate::work::answers::Answers;
use crate::work::statements;
use crate::work::wire::{MapChange, MapFault};

use super::file::*;
use super::known;
use super::names::Names;

/// What a file would state.
#[derive(Debug, Default)]
pub struct Plan {
    /// Statements, in the order of the file.
    pub changes: Vec<AssertionChange>,
    /// The same for people.
    pub lines: Vec<MapChange>,
    /// Everything that is wrong, in the order of the file.
    pub faults: Vec<MapFault>,
    /// Statements of the file that are known already.
    pub unchanged: u32,
}

/// One record of the file that is being read.
struct Record<'a> {
    line: u32,
    name: &'a str,
}

impl Plan {
    fn fault(&mut self, record: &Record<'_>, what: impl Into<String>) {
        self.faults.push(MapFault { line: record.line, subject: record.name.to_owned(), what: what.into() });
    }

    /// One statement: compared with what is known, then checked. An empty text takes an earlier statement back.
    fn say(&mut self, record: &Record<'_>, subject: EntityId, attribute: &str, before: Option<String>, wanted: &str, asserted: bool) {
        let wanted = wanted.trim();
        if before.as_deref() == Some(wanted) || (wanted.is_empty() && !asserted) {
            self.unchanged += 1;
            return;
        }
        let value = match statements::checked_value(attribute, wanted) {
            Ok(value) => value,
            Err(error) => {
                let told = crate::error::Told::of(&error);
                return self.fault(record, format!("{attribute}: {} {}", told.what, told.remedy));
            }
        };
        self.lines.push(MapChange {
            line: record.line,
            subject: record.name.to_owned(),
            field: attribute.to_owned(),
            before,
            after: (!value.is_empty()).then(|| value.clone()),
        });
        self.changes.push(AssertionChange {
            subject,
            attribute: attribute.to_owned(),
            value: (!value.is_empty()).then_some(value),
            review_at: None,
        });
    }
}

fn line<T>(entry: &Spanned<T>) -> u32 {
    u32::try_from(entry.referenced.line()).unwrap_or(u32::MAX)
}

/// Compares.
pub fn plan(answers: &Answers, document: &Read) -> Plan {
    let names = Names::new(answers);
    let mut plan = Plan::default();
    let mut seen = HashSet::new();
    for entry in &document.audiences {
        let record = Record { line: line(entry), name: &entry.value.audience };
        match names.audience(record.name) {
            Ok(at) if seen.insert(at) => audience(&mut plan, answers, &record, at, &entry.value),
            Ok(_) => plan.fault(&record, "this audience stands in the file twice"),
            Err(what) => plan.fault(&record, format!("audience: {what}")),
        }
    }
    let known_ways = known::ways(answers);
    let mut seen = HashSet::new();
    for entry in &document.edges {
        edge(&mut plan, answers, &names, &known_ways, &mut seen, entry);
    }
    let mut seen: BTreeMap<usize, &str> = BTreeMap::new();
    for entry in &document.applications {
        for client in &entry.value.clients {
            let record = Record { line: line(entry), name: client };
            match names.client(client) {
                Ok(at) => {
                    if let Some(other) = seen.insert(at, &entry.value.application) {
                        plan.fault(&record, format!("this client stands in the file twice, also in “{other}”"));
                        continue;
                    }
                    let view = &answers.clients[at];
                    let asserted = view.application.mark == Mark::Asserted;
                    let entity = answers.rows.clients[view.row as usize].entity;
                    plan.say(&record, entity, "application", known::stated(&view.application), &entry.value.application, asserted);
                }
                Err(what) => plan.fault(&record, format!("client: {what}")),
            }
        }
    }
    let mut seen = HashSet::new();
    for entry in &document.profiles {
        let record = Record { line: line(entry), name: &entry.value.client };
        profile(&mut plan, answers, &names, &mut seen, &record, &entry.value);
    }
    plan
}

fn profile(
    plan: &mut Plan,
    answers: &Answers,
    names: &Names,
    seen: &mut HashSet<(usize, String)>,
    record: &Record<'_>,
    entry: &ProfileEntry,
) {
    let at = match names.client(record.name) {
        Ok(at) => at,
        Err(what) => return plan.fault(record, format!("client: {what}")),
    };
    let name = entry.profile.trim();
    if !token_profiles::is_name(name) {
        return plan.fault(record, "a profile has a name of 1 to 60 characters without a colon");
    }
    if !seen.insert((at, name.to_owned())) {
        return plan.fault(record, format!("the profile “{name}” stands in the file twice"));
    }
    let mut declared = match entry.declared() {
        Ok(declared) => declared,
        Err(what) => return plan.fault(record, what),
    };
    for word in declared.iter_mut().flat_map(|profile| &mut profile.audiences) {
        match names.audience(word) {
            Ok(at) => word.clone_from(&answers.audiences[at].id),
            Err(what) => return plan.fault(record, format!("audience “{word}”: {what}")),
        }
    }
    let entity = answers.rows.clients[answers.clients[at].row as usize].entity;
    let attribute = token_profiles::attribute(name);
    let before = answers.index.assertion(&answers.rows, entity, &attribute).map(|row| row.value.clone());
    let asserted = before.is_some();
    let text = declared.map(|profile| profile.in_order().text()).unwrap_or_default();
    plan.say(record, entity, &attribute, before, &text, asserted);
}

fn audience(plan: &mut Plan, answers: &Answers, record: &Record<'_>, at: usize, entry: &AudienceEntry) {
    let view = &answers.audiences[at];
    let entity = answers.rows.audiences[view.row as usize].entity;
    let asserted = |attribute: &str| answers.index.assertion(&answers.rows, entity, attribute).is_some();
    for (field, wanted) in [
        ("boundary", &entry.boundary),
        ("impact", &entry.impact),
        ("function", &entry.function),
        ("high_risk", &entry.high_risk),
        ("environment", &entry.environment),
        ("owner", &entry.owner),
        ("gateway", &entry.gateway),
        ("gateway_routes", &entry.gateway_routes),
        ("reachable_without_gateway", &entry.reachable_without_gateway),
    ] {
        if let Some(wanted) = wanted {
            plan.say(record, entity, field, known::field(view, field), wanted, asserted(field));
        }
    }
    if let Some(wanted) = &entry.data_classes {
        data_classes(plan, record, entity, known::field(view, "data_class"), wanted, asserted("data_class"));
    }
    for (name, wanted) in &entry.checks {
        let Some(id) = CheckId::parse(name) else {
            plan.fault(record, format!("{name} is no check; use G1 to G5 and A1 to A5"));
            continue;
        };
        let attribute = enforcement::check_attribute(id);
        let before = known::check(answers, entity, id).map(|record| record.to_string());
        match check_text(wanted) {
            Ok(text) => plan.say(record, entity, &attribute, before, &text, asserted(&attribute)),
            Err(what) => plan.fault(record, format!("{name}: {what}")),
        }
    }
}

fn data_classes(plan: &mut Plan, record: &Record<'_>, entity: EntityId, before: Option<String>, wanted: &[ClassEntry], asserted: bool) {
    let mut parts = BTreeMap::new();
    for class in wanted {
        let name = class.name.trim();
        if name.is_empty() || name.contains(['|', '=']) {
            return plan.fault(record, "a data class has a name without | and =");
        }
        let part = class.sensitivity.as_ref().map_or_else(|| name.to_owned(), |word| format!("{name}={}", word.trim()));
        if parts.insert(name, part).is_some() {
            return plan.fault(record, format!("the data class “{name}” stands there twice"));
        }
    }
    let text = parts.into_values().collect::<Vec<_>>().join("|");
    // Files may state the classes in another order; the same classes are no change.
    if before.as_deref().is_some_and(|before| known::classes(before) == known::classes(&text)) {
        plan.unchanged += 1;
    } else {
        plan.say(record, entity, "data_class", before, &text, asserted);
    }
}

/// The statement's text of a check; empty for one that is taken back.
fn check_text(entry: &CheckEntry) -> Result<String, String> {
    if entry.result.trim().is_empty() {
        return Ok(String::new());
    }
    let mut record = CheckRecord::parse(entry.result.trim()).map_err(|fault| fault.to_string())?;
    for (name, value) in [
        ("method", &entry.method),
        ("checked", &entry.checked),
        ("valid_until", &entry.valid_until),
        ("evidence", &entry.evidence),
        ("by", &entry.by),
    ] {
        if let Some(value) = value {
            record.set(name, value.trim()).map_err(|fault| fault.to_string())?;
        }
    }
    record.in_order().map_err(|fault| fault.to_string())?;
    Ok(record.to_string())
}

/// (kind, start, end) of a way.
type WayKey = (ReachEdgeKind, EntityId, EntityId);

fn edge(
    plan: &mut Plan,
    answers: &Answers,
    names: &Names,
    known_ways: &BTreeMap<WayKey, EdgeRecord>,
    seen: &mut HashSet<WayKey>,
    entry: &Spanned<EdgeEntry>,
) {
    let value = &entry.value;
    let record = Record { line: line(entry), name: &value.from };
    let Some(kind) = ReachEdgeKind::parse(value.kind.trim()).filter(|kind| ways::STATED_EDGES.contains(kind)) else {
        let words: Vec<&str> = ways::STATED_EDGES.iter().map(|kind| kind.as_str()).collect();
        return plan.fault(&record, format!("kind is one of {}", words.join(", ")));
    };
    let from = if ways::starts_at_audience(kind) { names.audience(&value.from) } else { names.client(&value.from) };
    let from = match from {
        Ok(at) if ways::starts_at_audience(kind) => answers.rows.audiences[answers.audiences[at].row as usize].entity,
        Ok(at) => answers.rows.clients[answers.clients[at].row as usize].entity,
        Err(what) => return plan.fault(&record, format!("from: {what}")),
    };
    let to = match names.client(&value.to) {
        Ok(at) => (answers.clients[at].id.as_str(), answers.rows.clients[answers.clients[at].row as usize].entity),
        Err(what) => match names.audience(&value.to).ok().filter(|_| statements::may_end_at_audience(kind)) {
            Some(at) => (answers.audiences[at].id.as_str(), answers.rows.audiences[answers.audiences[at].row as usize].entity),
            None => return plan.fault(&record, format!("to: “{}”: {what}", value.to)),
        },
    };
    if from == to.1 {
        return plan.fault(&record, "a way leads to another thing than it starts at");
    }
    if !seen.insert((kind, from, to.1)) {
        return plan.fault(&record, "this way stands in the file twice");
    }
    let text = match (value.evidence.trim(), &value.subject) {
        ("", _) => String::new(),
        (word, None) => word.to_owned(),
        (word, Some(subject)) => format!("{word}; subject={}", subject.trim()),
    };
    let attribute = ways::edge_attribute(kind, to.0);
    let before = known_ways.get(&(kind, from, to.1)).map(ToString::to_string);
    let asserted = answers.index.assertion(&answers.rows, from, &attribute).is_some();
    plan.say(&record, from, &attribute, before, &text, asserted);
}
