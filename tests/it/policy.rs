//! Permission classes against reference tables; what the shipped packs say about themselves.
//!
//! The tables stand beside the project, not in it. Without them these tests do nothing and say so by name.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bulkhead::model::{Privilege, ScopeKind, Source};
use bulkhead::policy::Packs;
use bulkhead::policy::permissions::{PermissionQuery, classify};
use serde_json::Value;

/// Text of a reference table, or `None` after saying that the test is skipped.
fn table(test: &str, file: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/reference").join(file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(_) => {
            println!("skipped: policy::{test}: the reference table {file} is not there");
            None
        }
    }
}

fn level(audience: &str, kind: ScopeKind, value: &str) -> Privilege {
    let query = PermissionQuery {
        source: Source::Entra,
        audience_key: Some(audience),
        kind,
        value,
        delegated: kind == ScopeKind::Scope,
        implies: None,
        overridden: None,
    };
    classify(Packs::shipped(), &query).privilege
}

fn kind_of(word: &str) -> ScopeKind {
    if word.starts_with("Application") { ScopeKind::AppRole } else { ScopeKind::Scope }
}

/// Which of our levels agree with one word of a table, and how many rows must at least agree.
struct Expectation {
    word: &'static str,
    from: Privilege,
    to: Privilege,
    rows: usize,
    agree: usize,
}

/// Compares rows (word of the table, name, our level) with what was recorded and is explained in docs/permission-classes.md.
/// Fails when fewer rows agree than recorded, or when the table itself has other rows, so that the record cannot go stale.
fn hold(rows: &[(String, String, Privilege)], expectations: &[Expectation]) {
    let mut seen = BTreeMap::<&str, (usize, usize, Vec<String>)>::new();
    for (word, name, ours) in rows {
        let entry = seen.entry(word).or_default();
        entry.0 += 1;
        let expected = expectations.iter().find(|e| e.word == word).unwrap_or_else(|| panic!("the table has a new word `{word}`"));
        if (expected.from..=expected.to).contains(ours) {
            entry.1 += 1;
        } else {
            entry.2.push(format!("{name} = {ours}"));
        }
    }
    let mut wrong = Vec::new();
    for expected in expectations {
        let (n, agree, differ) = seen.get(expected.word).cloned().unwrap_or_default();
        println!("{}: {agree} of {n} agree", expected.word);
        if n != expected.rows || agree < expected.agree {
            wrong.push(format!(
                "`{}`: {agree} of {n} rows agree, recorded are {} of {}; differ: {}",
                expected.word,
                expected.agree,
                expected.rows,
                differ.join(", ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const fn expect(word: &'static str, from: Privilege, to: Privilege, rows: usize, agree: usize) -> Expectation {
    Expectation { word, from, to, rows, agree }
}

#[test]
fn agrees_with_scubagear_as_recorded() {
    let Some(text) = table("agrees_with_scubagear_as_recorded", "scubagear-RiskyAppPermissions.json") else { return };
    let json: Value = serde_json::from_str(&text).expect("the table is JSON");
    let mut rows = Vec::new();
    for (id, api) in json["resources"].as_object().expect("resources") {
        let Some(audience) = Packs::shipped().well_known.of(Source::Entra, "", id) else { continue };
        for kind in ["Application", "Delegated"] {
            for permission in json["permissions"][api.as_str().expect("name")][kind].as_object().into_iter().flat_map(|map| map.values()) {
                let name = permission["Name"].as_str().expect("Name");
                let risk = permission["RiskLevel"].as_str().expect("RiskLevel");
                rows.push((risk.to_owned(), format!("{kind} {name}"), level(&audience.key, kind_of(kind), name)));
            }
        }
    }
    use Privilege::*;
    hold(
        &rows,
        &[
            expect("Critical", Admin, Escalate, 79, 64),
            expect("High", Write, Escalate, 220, 186),
            expect("Medium", Basic, Write, 115, 113),
            expect("Low", None, Read, 70, 64),
        ],
    );
}

#[test]
fn agrees_with_the_enterprise_access_model_as_recorded() {
    let file = "azureprivilegediam-Classification_ApiPermissions.json";
    let Some(text) = table("agrees_with_the_enterprise_access_model_as_recorded", file) else { return };
    let json: Value = serde_json::from_str(&text).expect("the table is JSON");
    let mut rows = Vec::new();
    for row in json.as_array().expect("rows") {
        let word = |key: &str| row[key].as_str().unwrap_or_default();
        let Some(audience) = Packs::shipped().well_known.of(Source::Entra, "", word("TargetAppId")) else { continue };
        let ours = level(&audience.key, kind_of(word("PermissionType")), word("PermissionValue"));
        rows.push((
            word("EAMTierLevelName").to_owned(),
            format!("{} {} {}", audience.key, word("PermissionType"), word("PermissionValue")),
            ours,
        ));
    }
    use Privilege::*;
    hold(
        &rows,
        &[
            expect("ControlPlane", Write, Escalate, 478, 446),
            expect("ManagementPlane", Basic, Admin, 1108, 1105),
            expect("UserAccess", None, Write, 487, 476),
        ],
    );
}

#[test]
fn agrees_with_microsofts_privilege_levels_as_recorded() {
    let Some(text) = table("agrees_with_microsofts_privilege_levels_as_recorded", "msgraph-permissions-to-paths.json") else { return };
    let json: Value = serde_json::from_str(&text).expect("the table is JSON");
    let mut rows = Vec::new();
    for (name, permission) in json["permissions"].as_object().expect("permissions") {
        for (scheme, facts) in permission["schemes"].as_object().expect("schemes") {
            let Some(theirs) = facts["privilegeLevel"].as_i64() else { continue };
            if scheme != "DelegatedPersonal" {
                rows.push((theirs.to_string(), format!("{scheme} {name}"), level("msgraph", kind_of(scheme), name)));
            }
        }
    }
    use Privilege::*;
    hold(
        &rows,
        &[
            expect("1", None, Read, 7, 7),
            expect("2", None, Write, 204, 203),
            expect("3", Basic, Admin, 1109, 1069),
            expect("4", Write, Escalate, 82, 68),
        ],
    );
}

#[test]
fn agrees_with_msidentitytools_as_recorded() {
    let Some(text) = table("agrees_with_msidentitytools_as_recorded", "msidentitytools-aadconsentgrantpermissiontable.csv") else { return };
    let mut rows = Vec::new();
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.expect("a row");
        let [kind, name, rank] = [0, 1, 2].map(|at| record.get(at).unwrap_or_default());
        // Rows such as `Mail` rank every permission that begins so; they say nothing about a level.
        if name.contains('.') || name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            rows.push((rank.to_owned(), format!("{kind} {name}"), level("msgraph", kind_of(kind), name)));
        }
    }
    use Privilege::*;
    hold(&rows, &[expect("High", Write, Escalate, 29, 25), expect("Medium", Basic, Write, 1, 1), expect("Low", None, Read, 6, 6)]);
}
