//! What people state: checks a field and value against what they are about, before the store writes an assertion.

use anyhow::Result;

use crate::error::Told;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::policy::sla::SlaTerms;
use crate::policy::token_profiles::TokenProfile;
use crate::policy::{enforcement, ways};
use crate::store::edits::AssertionChange;

use super::answers::Answers;
use super::subjects;

/// Longest value of a statement, bytes.
const LONGEST: usize = 1000;
/// Longest token profile, bytes: some hundreds of APIs and scopes.
const LONGEST_PROFILE: usize = 20_000;

/// Fields that each kind of subject takes.
const FIELDS: &[(&str, &[&str])] = &[
    ("clients", &["owner", "holder", "vendor", "environment", "application"]),
    ("credentials", &["owner"]),
    (
        "audiences",
        &[
            "boundary",
            "data_class",
            "impact",
            "high_risk",
            "function",
            "environment",
            "owner",
            "gateway",
            "gateway_routes",
            "reachable_without_gateway",
        ],
    ),
    ("scopes", &["privilege"]),
];

/// Tables that a subject's name is looked for in, for a field.
pub fn tables_of(field: &str) -> Vec<&'static str> {
    FIELDS.iter().map(|(table, _)| *table).filter(|table| takes(table, field)).collect()
}

/// Whether a field can be stated about rows of a table: one of its fields, a check of an audience, or a way that starts there.
fn takes(table: &str, field: &str) -> bool {
    let way = ways::parse_edge_attribute(field).map(|(kind, _)| ways::starts_at_audience(kind));
    match table {
        "audiences" if enforcement::parse_check_attribute(field).is_some() || way == Some(true) => true,
        "clients" if way == Some(false) || TokenProfile::name_of(field).is_some() => true,
        _ => FIELDS.iter().any(|(known, fields)| *known == table && fields.contains(&field)),
    }
}

/// Whether a way of this kind may lead to an audience: a token passed on, or exchanged for one of that audience.
pub const fn may_end_at_audience(kind: ReachEdgeKind) -> bool {
    matches!(kind, ReachEdgeKind::Obo | ReachEdgeKind::Passthrough)
}

/// A checked statement about one row; an empty value takes an earlier one back.
///
/// # Errors
/// A refusal that names the allowed words.
pub fn change(answers: &Answers, table: &str, id: &str, field: &str, value: &str) -> Result<AssertionChange> {
    let table = match table {
        "rotations" => "credentials",
        "enforcement" => "audiences",
        table => table,
    };
    let fields = FIELDS.iter().find(|(known, _)| *known == table).map_or(&[] as &[&str], |(_, fields)| fields);
    if !takes(table, field) {
        return Err(Told::refusal(
            "BH-SET-001",
            format!("“{}” cannot be stated here.", field.chars().take(40).collect::<String>()),
            "Nothing was changed.",
            if fields.is_empty() {
                "Only clients, credentials, audiences and scopes take statements.".to_owned()
            } else {
                format!("Use one of: {}.", fields.join(", "))
            },
        )
        .into());
    }
    let value = checked_value(field, value)?;
    way_end(answers, field)?;
    let subject = entity(answers, table, id).ok_or_else(|| {
        Told::refusal("BH-SET-002", "That subject is not in the newest revision.", "Nothing was changed.", "Choose it again from the list.")
    })?;
    Ok(AssertionChange { subject, attribute: field.to_owned(), value: (!value.is_empty()).then_some(value), review_at: None })
}

/// A checked statement whose subject is given by name (command line).
///
/// # Errors
/// Nothing or several things have that name, or the value does not fit.
pub fn by_name(answers: &Answers, subject: &str, field: &str, value: &str) -> Result<AssertionChange> {
    if subject.starts_with("sla:") {
        return sla_change(subject, value);
    }
    let tables = tables_of(field);
    let (table, id) =
        subjects::one(answers, if tables.is_empty() { &["clients", "audiences", "scopes", "credentials"] } else { &tables }, subject)?;
    change(answers, &table, &id, field, value)
}

/// A checked statement about the inventory's SLA: field `sla:<credential kind>`, value `90`, `90/7`, `90/7/14` or `none`.
///
/// # Errors
/// Unknown kind or terms.
pub fn sla_change(field: &str, value: &str) -> Result<AssertionChange> {
    let kind = field.strip_prefix("sla:").and_then(CredentialKind::parse);
    let terms = if value.trim().is_empty() { Ok(()) } else { SlaTerms::parse(value, 7, 14).map(|_| ()) };
    match (kind, terms) {
        (Some(_), Ok(())) => Ok(AssertionChange {
            subject: EntityId::NONE,
            attribute: field.to_owned(),
            value: Some(value.trim().to_owned()).filter(|value| !value.is_empty()),
            review_at: None,
        }),
        (None, _) => {
            let kinds: Vec<&str> = CredentialKind::ALL.iter().map(|kind| kind.as_str()).collect();
            Err(Told::refusal(
                "BH-SET-003",
                "That is no kind of credential.",
                "Nothing was changed.",
                format!("Use sla: and one of: {}.", kinds.join(", ")),
            )
            .into())
        }
        (_, Err(error)) => Err(Told::refusal(
            "BH-SET-004",
            "Those rotation terms cannot be read.",
            "Nothing was changed.",
            "Write maximum age, grace and warning in days: 90, 90/7, 90/7/14, or none.",
        )
        .details(error.to_string())
        .into()),
    }
}

/// A way leads to a client or audience of this revision.
fn way_end(answers: &Answers, field: &str) -> Result<()> {
    let Some((kind, end)) = ways::parse_edge_attribute(field) else { return Ok(()) };
    let there = entity(answers, "clients", end).is_some() || (may_end_at_audience(kind) && entity(answers, "audiences", end).is_some());
    if there {
        return Ok(());
    }
    Err(Told::refusal(
        "BH-SET-010",
        "The end of that way is not in the newest revision.",
        "Nothing was changed.",
        "Write edge:<kind>:<id> with the id of a client, or for obo and passthrough also of an audience.",
    )
    .into())
}

/// A value in the form in which it is kept; empty takes an earlier statement back.
///
/// # Errors
/// A value that the field does not take, with what it does take.
pub fn checked_value(field: &str, value: &str) -> Result<String> {
    let value = value.trim();
    check(field, value)?;
    let unreadable = |fault: enforcement::Unreadable| {
        Told::refusal(
            "BH-SET-011",
            format!("That is no value of {field}: {fault}."),
            "Nothing was changed.",
            "Write a check as pass; method=test_run; checked=2026-11-02; evidence=…; by=… and a way as declared or observed.",
        )
    };
    if value.is_empty() {
        return Ok(String::new());
    }
    if enforcement::parse_check_attribute(field).is_some() {
        let record = enforcement::CheckRecord::parse(value).map_err(unreadable)?;
        let lacks = record.lacks();
        if !lacks.is_empty() {
            return Err(Told::refusal(
                "BH-SET-012",
                format!("A pass needs evidence: {} is missing.", lacks.join(", ")),
                "Nothing was changed. A check counts as passed only when somebody can show why.",
                "Add method, checked and evidence, or record unknown.",
            )
            .into());
        }
        return Ok(record.to_string());
    }
    if TokenProfile::name_of(field).is_some() {
        return Ok(TokenProfile::parse(value)
            .map_err(|fault| {
                Told::refusal(
                    "BH-SET-013",
                    "That is no token profile.",
                    "Nothing was changed.",
                    r#"Write it like {"audiences":["payment"],"lifetime_seconds":300,"binding":"enforced"}."#,
                )
                .details(fault)
            })?
            .text());
    }
    if ways::parse_edge_attribute(field).is_some() {
        return Ok(ways::EdgeRecord::parse(value).map_err(unreadable)?.to_string());
    }
    Ok(value.to_owned())
}

fn check(field: &str, value: &str) -> Result<()> {
    let words: Vec<&str> = match field {
        "holder" => vec!["first_party", "third_party", "platform"],
        "environment" => vec!["prod", "stage", "test", "dev"],
        "impact" => Impact::ALL.iter().map(|word| word.as_str()).collect(),
        "high_risk" | "reachable_without_gateway" => vec!["yes", "no"],
        "privilege" => Privilege::ALL.iter().map(|word| word.as_str()).collect(),
        "data_class" => {
            let wrong =
                value.split('|').filter_map(|part| part.split_once('=')).find(|(_, word)| Sensitivity::parse(word.trim()).is_none());
            if wrong.is_some() {
                return Err(Told::refusal(
                    "BH-SET-005",
                    "That sensitivity is not known.",
                    "Nothing was changed.",
                    "Write name=sensitivity with public, internal, confidential, restricted or regulated; several separated by |.",
                )
                .into());
            }
            Vec::new()
        }
        _ => Vec::new(),
    };
    let longest = if TokenProfile::name_of(field).is_some() { LONGEST_PROFILE } else { LONGEST };
    if value.len() > longest || value.chars().any(char::is_control) {
        return Err(Told::refusal(
            "BH-SET-006",
            "That value cannot be kept.",
            "Nothing was changed.",
            format!("Use at most {longest} bytes without control characters."),
        )
        .into());
    }
    if value.is_empty() || words.is_empty() || words.contains(&value) {
        return Ok(());
    }
    Err(Told::refusal(
        "BH-SET-007",
        format!("“{}” is not a value of {field}.", value.chars().take(40).collect::<String>()),
        "Nothing was changed.",
        format!("Use one of: {}.", words.join(", ")),
    )
    .into())
}

fn entity(answers: &Answers, table: &str, id: &str) -> Option<EntityId> {
    match table {
        "clients" => answers.clients.iter().find(|view| view.id == id).map(|view| answers.rows.clients[view.row as usize].entity),
        "credentials" => {
            answers.credentials.iter().find(|view| view.id == id).map(|view| answers.rows.credentials[view.row as usize].entity)
        }
        "audiences" => answers.audiences.iter().find(|view| view.id == id).map(|view| answers.rows.audiences[view.row as usize].entity),
        "scopes" => answers.scopes.iter().find(|view| view.id == id).map(|view| answers.rows.scopes[view.row as usize].entity),
        _ => None,
    }
}
