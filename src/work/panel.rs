//! The detail panel of one row: every column as a fact with its mark, links both ways, and where it was read.

use anyhow::Result;

use crate::error::Told;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::Origin;

use super::answers::Answers;
use super::cell::Cell;
use super::table::Table;
use super::tables;
use super::wire::{BlastSubject, ColumnKind, EditableField, Link, Panel, PanelFact, PanelSection};

/// Everything about one row of a table.
///
/// # Errors
/// A refusal when there is no such row at this revision.
pub fn panel(answers: &Answers, name: &str, id: &str) -> Result<Panel> {
    let table = tables::of_answers(answers, name).ok_or_else(|| gone(name))?;
    let row = find(table.as_ref(), id).ok_or_else(|| gone(name))?;
    let subject = subject(answers, name, id);
    let mut panel = Panel {
        kind: table.info().row_word.clone(),
        id: id.to_owned(),
        title: String::new(),
        subtitle: String::new(),
        sections: Vec::new(),
        blast_subject: subject.blast.clone(),
        editable: editable(answers, &subject),
    };
    let (mut facts, mut links, mut dates, mut score) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (column, info) in table.info().columns.iter().enumerate() {
        let cell = table.cell(row, column);
        if info.field == "name" || (panel.title.is_empty() && info.kind == ColumnKind::Name) {
            panel.title = cell.word().unwrap_or_default().into_owned();
            if info.field == "name" {
                continue;
            }
        }
        if info.field.ends_with("_key") || info.field.ends_with("_keys") {
            continue;
        }
        let fact = fact(&info.title, &info.field, info.kind, &cell, &subject, answers);
        match info.kind {
            ColumnKind::Count => links.push(fact),
            ColumnKind::Time => dates.push(fact),
            ColumnKind::Score | ColumnKind::Units => score.push(fact),
            _ => facts.push(fact),
        }
    }
    if panel.title.is_empty() {
        id.clone_into(&mut panel.title);
    }
    panel.subtitle = subject.subtitle.clone();
    panel.sections.push(section("Facts", "", facts));
    panel.sections.push(section("Blast score", "W explains", score));
    panel.sections.push(section("What it reaches directly", "by privilege", reached(answers, &subject)));
    panel.sections.push(section("Links", "each opens its rows", links));
    panel.sections.push(section("Dates", "", dates));
    panel.sections.push(section("Statements by people", "newest first", statements(answers, subject.entity)));
    panel.sections.push(section("Where it was read", "stored fields only", source(answers, &subject)));
    panel.sections.retain(|section| !section.facts.is_empty());
    Ok(panel)
}

fn gone(name: &str) -> Told {
    Told::refusal(
        "BH-API-007",
        "That row is not in this revision.",
        "Nothing is wrong with your data.",
        "Close the panel, or pick the revision that holds it.",
    )
    .details(name.chars().take(40).collect::<String>())
}

fn find(table: &dyn Table, id: &str) -> Option<usize> {
    (0..table.len()).find(|row| table.id(*row) == id)
}

fn section(title: &str, note: &str, facts: Vec<PanelFact>) -> PanelSection {
    PanelSection { title: title.to_owned(), note: note.to_owned(), facts }
}

/// What the row is about.
#[derive(Default)]
struct Subject {
    entity: EntityId,
    /// Index among clients, credentials, audiences or scopes.
    view: Option<(Kind, usize)>,
    blast: Option<BlastSubject>,
    origin: Origin,
    subtitle: String,
}

fn subject(answers: &Answers, table: &str, id: &str) -> Subject {
    let unit = |unit: &str| Some(BlastSubject { unit: unit.to_owned(), id: id.to_owned() });
    match table {
        "clients" => answers.clients.binary_search_by(|view| view.id.as_str().cmp(id)).ok().map(|at| {
            let row = &answers.rows.clients[answers.clients[at].row as usize];
            Subject {
                entity: row.entity,
                view: Some((Kind::Client, at)),
                blast: unit("client"),
                origin: row.origin,
                subtitle: answers.index.natural_key(&answers.rows, row.entity).unwrap_or_default().to_owned(),
            }
        }),
        "credentials" | "rotations" => answers.credentials.iter().position(|view| view.id == id).map(|at| {
            let view = &answers.credentials[at];
            let row = &answers.rows.credentials[view.row as usize];
            Subject {
                entity: row.entity,
                view: Some((Kind::Credential, at)),
                blast: view.unit.and_then(|_| unit("credential")),
                origin: row.origin,
                subtitle: answers.client_name(view.client as usize).to_owned(),
            }
        }),
        "audiences" | "enforcement" => answers.audiences.binary_search_by(|view| view.id.as_str().cmp(id)).ok().map(|at| {
            let row = &answers.rows.audiences[answers.audiences[at].row as usize];
            Subject {
                entity: row.entity,
                view: Some((Kind::Audience, at)),
                blast: None,
                origin: row.origin,
                subtitle: answers.index.natural_key(&answers.rows, row.entity).unwrap_or_default().to_owned(),
            }
        }),
        "scopes" => answers.scopes.binary_search_by(|view| view.id.as_str().cmp(id)).ok().map(|at| {
            let row = &answers.rows.scopes[answers.scopes[at].row as usize];
            let subtitle = answers.estate.audiences[answers.scopes[at].audience as usize].name.clone();
            Subject { entity: row.entity, view: Some((Kind::Scope, at)), blast: None, origin: row.origin, subtitle }
        }),
        "vendors" | "third_parties" => answers.vendors.iter().position(|view| view.id == id).map(|at| Subject {
            entity: answers.vendors[at].entity,
            view: Some((Kind::Vendor, at)),
            blast: unit("vendor"),
            ..Subject::default()
        }),
        "units" => id
            .split_once(':')
            .map(|(unit, id)| Subject { blast: Some(BlastSubject { unit: unit.to_owned(), id: id.to_owned() }), ..Subject::default() }),
        _ => None,
    }
    .unwrap_or_default()
}

fn fact(label: &str, field: &str, kind: ColumnKind, cell: &Cell<'_>, subject: &Subject, answers: &Answers) -> PanelFact {
    let link = match cell {
        Cell::Count(_, table, filter) => Some(Link { table: (*table).to_owned(), filter: filter.clone().into_owned(), id: None }),
        _ => None,
    };
    PanelFact {
        label: label.to_owned(),
        value: cell.word().map(std::borrow::Cow::into_owned),
        kind,
        mark: mark(field, cell, subject, answers).as_str().to_owned(),
        link,
        source: None,
    }
}

/// Where a shown value comes from.
fn mark(field: &str, cell: &Cell<'_>, subject: &Subject, answers: &Answers) -> Mark {
    if matches!(cell, Cell::Unknown) {
        return Mark::Unknown;
    }
    let derived = [
        "holder",
        "vendor",
        "privilege",
        "max_privilege",
        "band",
        "status",
        "days_over",
        "due_at",
        "age_days",
        "confidence",
        "rule",
        "escalation",
        "escalates",
        "shared",
        "sensitive",
        "audiences",
        "blast_score",
        "reach_units",
        "reach_score",
        "assumed",
        "over_limit",
        "can_escalate",
        "api_only",
        "operator",
        "breadth",
        "max_age_days",
        "late",
        "age_bucket",
        "due_month",
        "data_classes",
        "functions",
    ];
    match (subject.view, field) {
        (Some((Kind::Client, at)), "holder") => answers.clients[at].holder.mark,
        (Some((Kind::Client, at)), "owner") => answers.clients[at].owner.mark,
        (Some((Kind::Client, at)), "environment") => answers.clients[at].environment.mark,
        (Some((Kind::Audience, at)), "boundary") => answers.audiences[at].boundary.mark,
        (Some((Kind::Audience, at)), "data_classes" | "sensitivity") => answers.audiences[at].data_classes.mark,
        (Some((Kind::Audience, at)), "impact") => answers.audiences[at].impact.mark,
        (Some((Kind::Audience, at)), "function") => answers.audiences[at].function.mark,
        (Some((Kind::Audience, at)), "high_risk") => answers.audiences[at].high_risk.mark,
        (Some((Kind::Audience, at)), "owner") => answers.audiences[at].owner.mark,
        (Some((Kind::Scope, at)), "privilege") if answers.scopes[at].overridden => Mark::Asserted,
        (_, field) if derived.contains(&field) => Mark::Derived,
        _ => Mark::Observed,
    }
}

/// Audiences that a client or vendor reaches by its own grants, highest privilege first.
fn reached(answers: &Answers, subject: &Subject) -> Vec<PanelFact> {
    let (clients, key) = match subject.view {
        Some((Kind::Client, at)) => (vec![at as u32], format!("client_key:{}", answers.clients[at].id)),
        Some((Kind::Vendor, at)) => {
            (answers.vendors[at].clients.clone(), format!("vendor_key:{}", super::filter::quote(&answers.vendors[at].id)))
        }
        _ => return Vec::new(),
    };
    let mut best: std::collections::BTreeMap<u32, Privilege> = std::collections::BTreeMap::new();
    for client in clients {
        let client = &answers.estate.clients[client as usize];
        for grant in &answers.estate.grants[client.grants_from as usize..client.grants_to as usize] {
            let scope = &answers.estate.scopes[grant.scope as usize];
            let level = best.entry(scope.audience).or_insert(Privilege::None);
            *level = (*level).max(scope.privilege);
        }
    }
    let mut list: Vec<(u32, Privilege)> = best.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    list.into_iter()
        .take(12)
        .map(|(audience, privilege)| PanelFact {
            label: answers.estate.audiences[audience as usize].name.clone(),
            value: Some(privilege.as_str().to_owned()),
            kind: ColumnKind::Privilege,
            mark: Mark::Derived.as_str().to_owned(),
            link: Some(Link {
                table: "grants".to_owned(),
                filter: format!("{key} audience_key:{}", answers.audiences[audience as usize].id),
                id: None,
            }),
            source: None,
        })
        .collect()
}

fn statements(answers: &Answers, entity: EntityId) -> Vec<PanelFact> {
    answers
        .rows
        .assertions
        .iter()
        .rev()
        .filter(|assertion| entity.is_some() && assertion.subject == entity)
        .map(|assertion| PanelFact {
            label: assertion.attribute.clone(),
            value: Some(if assertion.value.is_empty() { "taken back".to_owned() } else { assertion.value.clone() }),
            kind: ColumnKind::Text,
            mark: Mark::Asserted.as_str().to_owned(),
            link: None,
            source: Some(format!("{}, {}: {}", assertion.actor, crate::model::time::iso_date(assertion.at), assertion.reason)),
        })
        .collect()
}

fn source(answers: &Answers, subject: &Subject) -> Vec<PanelFact> {
    let mut facts = Vec::new();
    let mut push = |label: &str, value: String, kind: ColumnKind| {
        facts.push(PanelFact { label: label.to_owned(), value: Some(value), kind, mark: String::new(), link: None, source: None });
    };
    if let Some(text) = answers.source_text(subject.origin) {
        push("Record", text, ColumnKind::Text);
    }
    if let Some((source, _, instance)) = answers.index.instance(&answers.rows, subject.entity) {
        push("Source", format!("{source}, {instance}"), ColumnKind::Text);
    }
    for identifier in answers.index.identifiers(&answers.rows, subject.entity) {
        push(identifier.scheme.as_str(), identifier.value.clone(), ColumnKind::Id);
    }
    facts
}

/// What a person may state about the row.
fn editable(answers: &Answers, subject: &Subject) -> Vec<EditableField> {
    let field = |field: &str, title: &str, value: Option<String>, choices: &[&str], help: &str| EditableField {
        field: field.to_owned(),
        title: title.to_owned(),
        value,
        choices: choices.iter().map(|word| (*word).to_owned()).collect(),
        help: help.to_owned(),
    };
    match subject.view {
        Some((Kind::Client, at)) => {
            let view = &answers.clients[at];
            let vendor = view.vendor.map(|at| answers.vendors[at as usize].name.clone());
            vec![
                field("owner", "Owner", view.owner.value.clone(), &[], "Person or team that is accountable"),
                field(
                    "holder",
                    "Holder",
                    view.holder.value.map(|h| h.as_str().to_owned()),
                    &["first_party", "third_party", "platform"],
                    "Who stores its credentials",
                ),
                field("vendor", "Vendor", vendor, &[], "Outside party, by name"),
                field(
                    "environment",
                    "Environment",
                    view.environment.value.map(|e| e.as_str().to_owned()),
                    &["prod", "stage", "test", "dev"],
                    "",
                ),
                field(
                    "application",
                    "Business product",
                    view.application.value.clone(),
                    &[],
                    "Clients of one product are one unit of compromise",
                ),
            ]
        }
        Some((Kind::Audience, at)) => {
            let view = &answers.audiences[at];
            vec![
                field(
                    "boundary",
                    "Trust boundary",
                    view.boundary.value.clone(),
                    &[],
                    "Zone in which one compromise is accepted to affect all members",
                ),
                field("data_class", "Data classes", view.data_classes.value.clone(), &[], "name=sensitivity, several separated by |"),
                field(
                    "impact",
                    "Business impact",
                    view.impact.value.map(|i| i.as_str().to_owned()),
                    &["low", "moderate", "high", "critical"],
                    "",
                ),
                field(
                    "high_risk",
                    "High risk",
                    view.high_risk.value.map(|yes| if yes { "yes" } else { "no" }.to_owned()),
                    &["yes", "no"],
                    "Payment, location, identity, secrets",
                ),
                field("function", "Business function", view.function.value.clone(), &[], ""),
                field(
                    "environment",
                    "Environment",
                    view.environment.value.map(|e| e.as_str().to_owned()),
                    &["prod", "stage", "test", "dev"],
                    "",
                ),
                field("owner", "Owner", view.owner.value.clone(), &[], "Person or team that is accountable"),
                field("gateway", "Gateway", view.enforcement.stated_gateway.clone(), &[], "Name of the gateway in front of it"),
                field(
                    "gateway_routes",
                    "Routes of the gateway",
                    view.enforcement.stated_routes.clone(),
                    &[],
                    "Names of routes or services that lead to it, separated by commas, where configuration and inventory call it differently",
                ),
                field(
                    "reachable_without_gateway",
                    "Reachable without the gateway",
                    view.enforcement.reachable_without_gateway.map(|yes| if yes { "yes" } else { "no" }.to_owned()),
                    &["yes", "no"],
                    "",
                ),
            ]
        }
        Some((Kind::Scope, at)) => vec![field(
            "privilege",
            "Privilege",
            Some(answers.estate.scopes[at].privilege.as_str().to_owned()),
            &["none", "basic", "read", "write", "admin", "impersonate", "escalate"],
            "Overrides the permission classes and survives their updates",
        )],
        Some((Kind::Credential, at)) => {
            let owner = answers.credentials[at].rotation_owner.clone();
            vec![field("owner", "Owner", owner, &[], "Person or team that is accountable for it")]
        }
        _ => Vec::new(),
    }
}
