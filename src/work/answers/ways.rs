//! Ways that people stated: assertions `edge:<kind>:<public id of the end>` about their start (domain.md 2.2 ReachEdge).
//!
//! Only ways between things of this revision; what leads to something that is gone is passed over, because it opens nothing.

use std::collections::BTreeMap;

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::RevisionRows;
use crate::policy::ways::{self, EdgeRecord};

use super::index::Index;
use super::views::{AudienceView, ClientView};

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

/// Ways that people stated, sorted.
pub fn stated(rows: &RevisionRows, index: &Index, clients: &[ClientView], audiences: &[AudienceView]) -> Vec<StatedWay> {
    let end = |id: &str| {
        let client = clients.binary_search_by(|view| view.id.as_str().cmp(id)).ok();
        let audience = || audiences.binary_search_by(|view| view.id.as_str().cmp(id)).ok();
        client
            .map(|at| rows.clients[clients[at].row as usize].entity)
            .or_else(|| audience().map(|at| rows.audiences[audiences[at].row as usize].entity))
    };
    let mut found: Vec<StatedWay> = rows
        .assertions
        .iter()
        .filter(|assertion| !assertion.value.is_empty() && index.row(assertion.subject).is_some())
        .filter_map(|assertion| {
            let (kind, id) = ways::parse_edge_attribute(&assertion.attribute)?;
            let record = EdgeRecord::parse(&assertion.value).ok()?;
            Some(StatedWay { kind, from: assertion.subject, to: end(id)?, evidence: record.evidence, subject: record.subject })
        })
        .collect();
    found.sort_unstable();
    found
}

/// Ways of files with those that people stated laid over them, sorted.
pub fn all(rows: &RevisionRows, stated: &[StatedWay]) -> Vec<StatedWay> {
    let filed = rows.reach_edges.iter().map(|row| StatedWay {
        kind: row.kind,
        from: row.from,
        to: row.to,
        evidence: row.evidence,
        subject: row.subject_pattern.clone(),
    });
    let by_ends: BTreeMap<_, StatedWay> = filed.chain(stated.iter().cloned()).map(|way| ((way.kind, way.from, way.to), way)).collect();
    by_ends.into_values().collect()
}
