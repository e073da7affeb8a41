//! Table `scopes`: every permission, what it allows and why we say so.

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::words;

/// The table over one revision's answers.
pub struct Scopes<'a>(pub &'a Answers);

static INFO: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "scopes".to_owned(),
    title: "Scopes".to_owned(),
    row_word: "scope".to_owned(),
    columns: vec![
        column("name", "Scope", ColumnKind::Name, 240),
        column("audience", "Audience", ColumnKind::Text, 180),
        column("kind", "Kind", ColumnKind::Word, 110).choices(&words(ScopeKind::ALL, |w| w.as_str())),
        column("privilege", "Privilege", ColumnKind::Privilege, 110).choices(&words(Privilege::ALL, |w| w.as_str())),
        column("confidence", "Classified by", ColumnKind::Word, 120)
            .choices(&["override", "exact", "pattern", "grammar", "lexical", "default"])
            .help("How sure the level is; default counts as an assumption"),
        column("grants", "Grants", ColumnKind::Count, 80),
        column("shared", "Shared", ColumnKind::Bool, 70).help("The same bare string is honoured at another audience"),
        column("breadth", "Breadth", ColumnKind::Word, 90).hidden().choices(&words(BreadthHint::ALL, |w| w.as_str())),
        column("escalation", "Escalation", ColumnKind::Text, 130).hidden(),
        column("rule", "Rule", ColumnKind::Text, 160).hidden(),
        column("assumed", "Assumed", ColumnKind::Bool, 80).hidden(),
        column("display_name", "Display name", ColumnKind::Text, 200).hidden(),
        column("state", "State", ColumnKind::Word, 90).hidden().choices(&["observed", "unresolved"]),
        column("audience_key", "Audience key", ColumnKind::Id, 200).hidden(),
    ],
    default_sort: "-privilege,-grants".to_owned(),
    default_filter: String::new(),
});

impl Table for Scopes<'_> {
    fn info(&self) -> &TableInfo {
        &INFO
    }

    fn len(&self) -> usize {
        self.0.scopes.len()
    }

    fn id(&self, row: usize) -> String {
        self.0.scopes[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.0;
        let view = &answers.scopes[row];
        let scope = &answers.rows.scopes[view.row as usize];
        match INFO.columns[column].field.as_str() {
            "name" => Cell::text(&answers.estate.scopes[row].value),
            "audience" => Cell::text(&answers.estate.audiences[view.audience as usize].name),
            "kind" => Cell::text(scope.kind.as_str()),
            "privilege" => Cell::text(answers.estate.scopes[row].privilege.as_str()),
            "confidence" if view.overridden => Cell::text("override"),
            "confidence" => Cell::text(view.class.confidence.as_str()),
            "grants" => Cell::Count(i64::from(view.grants), "grants", format!("scope_key:{}", view.id).into()),
            "shared" => Cell::Bool(view.shared),
            "breadth" => Cell::text(answers.estate.scopes[row].breadth.as_str()),
            "escalation" => answers.estate.scopes[row].escalation.as_ref().map_or(Cell::Nothing, |(method, _)| Cell::text(method)),
            "rule" => Cell::text(&view.class.rule_id),
            "assumed" => Cell::Bool(answers.estate.scopes[row].assumed),
            "display_name" => scope.display_name.as_deref().map_or(Cell::Nothing, Cell::text),
            "state" => Cell::text(scope.state.as_str()),
            "audience_key" => Cell::text(&answers.audiences[view.audience as usize].id),
            _ => Cell::Unknown,
        }
    }

    fn rank(&self, row: usize, column: usize) -> Option<u32> {
        match column {
            0 => Some(self.0.scope_ranks()[row]),
            3 => Some(self.0.estate.scopes[row].privilege as u32),
            _ => None,
        }
    }
}
