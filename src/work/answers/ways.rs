//! Ways that people stated: assertions `edge:<kind>:<public id of the end>` about their start (domain.md 2.2 ReachEdge).
//!
//! Only ways between things of this revision; what leads to something that is gone is passed over, because it opens nothing.

use std::collections::HashMap;

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::RevisionRows;
use crate::policy::enforcement::{self, EdgeRecord};

use super::index::Index;

/// One stated way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatedWay {
    /// Kind.
    pub kind: ReachEdgeKind,
    /// Where it starts: an audience or a client.
    pub from: EntityId,
    /// Where it leads: a client, or an audience.
    pub to: EntityId,
    /// How it is known.
    pub evidence: Evidence,
    /// Subject pattern of a federation.
    pub subject: Option<String>,
}

/// All stated ways, sorted.
pub fn stated(rows: &RevisionRows, index: &Index) -> Vec<StatedWay> {
    let statements: Vec<_> = rows
        .assertions
        .iter()
        .filter(|assertion| assertion.subject.is_some() && !assertion.value.is_empty())
        .filter_map(|assertion| Some((assertion, enforcement::parse_edge_attribute(&assertion.attribute)?)))
        .collect();
    if statements.is_empty() {
        return Vec::new();
    }
    let ends: HashMap<String, EntityId> = rows
        .clients
        .iter()
        .map(|row| row.entity)
        .chain(rows.audiences.iter().map(|row| row.entity))
        .map(|entity| (index.public_id(rows, entity), entity))
        .collect();
    let mut ways: Vec<StatedWay> = statements
        .into_iter()
        .filter_map(|(assertion, (kind, end))| {
            let record = EdgeRecord::parse(&assertion.value).ok()?;
            index.row(assertion.subject)?;
            Some(StatedWay { kind, from: assertion.subject, to: *ends.get(end)?, evidence: record.evidence, subject: record.subject })
        })
        .collect();
    ways.sort_unstable();
    ways
}
