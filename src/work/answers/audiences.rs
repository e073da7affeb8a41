//! Audiences as shown and as the engine sees them: what files state, packs propose and people assert.

use std::collections::{BTreeMap, HashMap};

use crate::model::estate::*;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::model::time::Millis;
use crate::policy::Packs;
use crate::policy::well_known::WellKnown;

use super::enforcement::Enforcement;
use super::estate::stated;
use super::index::Index;
use super::owners::Ownerships;
use super::views::*;

/// Views of audiences, sorted by public id, with their estate form.
pub fn audiences(rows: &RevisionRows, index: &Index, ownerships: &Ownerships, clock: Millis) -> Vec<(AudienceView, EstateAudience)> {
    let tenants: HashMap<u32, u32> = rows.instances.iter().enumerate().map(|(at, instance)| (instance.id, at as u32)).collect();
    let mut list: Vec<(AudienceView, EstateAudience)> = rows
        .audiences
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let (source, instance, instance_name) = index.instance(rows, row.entity).unwrap_or((Source::Generic, 0, ""));
            let key = index.natural_key(rows, row.entity).unwrap_or_default();
            let known = Packs::shipped().well_known.of(source, instance_name, key);
            let say = |attribute: &str| stated(rows, index, row.entity, attribute);
            let boundary =
                Marked::first(say("boundary").map(str::to_owned), row.boundary.clone(), known.and_then(|known| known.boundary.clone()));
            let data_classes = Marked::first(say("data_class").map(str::to_owned), row.data_classes.clone(), known.map(classes_text));
            let impact = Marked::first(say("impact").and_then(Impact::parse), row.impact, known.and_then(|known| known.impact));
            let function = Marked::first(say("function").map(str::to_owned), row.function.clone(), None);
            let environment = Marked::first(
                say("environment").and_then(Environment::parse),
                Some(row.environment).filter(|e| *e != Environment::Unknown),
                None,
            );
            let high_risk = Marked::first(
                say("high_risk").map(|word| matches!(word, "yes" | "true")),
                match row.high_risk {
                    Tri::Yes => Some(true),
                    Tri::No => Some(false),
                    Tri::Unknown => None,
                },
                None,
            );
            let name = if row.display_name.is_empty() { key.to_owned() } else { row.display_name.clone() };
            let classes = data_classes.value.as_deref().map_or_else(Vec::new, parse_classes);
            let functions = match (known, &function.value) {
                (Some(known), None) if data_classes.mark == Mark::Derived => functions(known, &classes, &name),
                (_, Some(function)) => vec![function.clone(); classes.len().max(1)],
                _ => vec![name.clone(); classes.len().max(1)],
            };
            let classes = if classes.is_empty() { vec![DataClass { name: "unclassified".to_owned(), sensitivity: None }] } else { classes };
            let id = index.public_id(rows, row.entity);
            let mut identifiers: Vec<&str> = index.identifiers(rows, row.entity).iter().map(|row| row.value.as_str()).collect();
            identifiers.extend(index.identifiers(rows, row.client).iter().map(|row| row.value.as_str()));
            identifiers.push(key);
            identifiers.sort_unstable();
            identifiers.dedup();
            let sensitivity = classes.iter().filter_map(|class| class.sensitivity).max();
            let view = AudienceView {
                row: at as u32,
                id: id.clone(),
                well_known: known.map(|known| known.key.clone()),
                sensitivity,
                operator: operator(rows, index, row, known.is_some()),
                owner: ownerships.named(row.entity).0,
                identifiers: identifiers.join(" "),
                scopes: 0,
                grants: 0,
                clients: 0,
                boundary: boundary.clone(),
                data_classes,
                impact: impact.clone(),
                high_risk,
                function,
                environment: environment.clone(),
                enforcement: Enforcement::of(rows, index, row.entity, sensitivity, clock),
            };
            let estate = EstateAudience {
                id,
                name,
                boundary: boundary.value,
                tenant: tenants.get(&instance).copied().unwrap_or_default(),
                classes,
                impact: impact.value,
                functions,
                environment: environment.value.unwrap_or(Environment::Unknown),
                client: None,
                harvest: Vec::new(),
                gateway: view.enforcement.gateway.clone(),
                checks: view.enforcement.checks,
                downstream: Vec::new(),
            };
            (view, estate)
        })
        .collect();
    list.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    list
}

/// `name=sensitivity|name` to classes, sorted by name, each name once.
fn parse_classes(text: &str) -> Vec<DataClass> {
    let mut classes: BTreeMap<String, Option<Sensitivity>> = BTreeMap::new();
    for part in text.split('|').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, sensitivity) = part.split_once('=').map_or((part, None), |(name, word)| (name.trim(), Sensitivity::parse(word.trim())));
        // A bare sensitivity word is a class without a name of its own.
        let sensitivity = sensitivity.or_else(|| Sensitivity::parse(name));
        classes.insert(name.to_owned(), sensitivity);
    }
    classes.into_iter().map(|(name, sensitivity)| DataClass { name, sensitivity }).collect()
}

fn operator(rows: &RevisionRows, index: &Index, row: &AudienceRow, well_known: bool) -> &'static str {
    if well_known || row.built_in {
        return "platform";
    }
    let Some(client) = index.row(row.client).map(|at| &rows.clients[at]) else { return "unknown" };
    match client.stated_holder {
        Some(Holder::ThirdParty) => "vendor",
        Some(Holder::FirstParty) => "own",
        _ => "unknown",
    }
}

/// The classes that a pack proposes, as the text that files and people use.
fn classes_text(known: &WellKnown) -> String {
    let parts: Vec<String> = known
        .classes
        .iter()
        .map(|class| class.sensitivity.map_or_else(|| class.name.clone(), |sensitivity| format!("{}={sensitivity}", class.name)))
        .collect();
    parts.join("|")
}

/// The business function behind each class (D32).
fn functions(known: &WellKnown, classes: &[DataClass], name: &str) -> Vec<String> {
    let function = |class: &DataClass| {
        let function = known.classes.iter().find(|known| known.name == class.name).map_or("", |known| known.function.as_str());
        if function.is_empty() { name.to_owned() } else { function.to_owned() }
    };
    classes.iter().map(function).collect()
}
