//! Scopes as shown and as the engine sees them: classified by pack, overridden by people.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::estate::*;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::policy::Packs;
use crate::policy::permissions::{self, PermissionQuery};

use super::estate::stated;
use super::index::Index;
use super::views::*;

/// Views of scopes, sorted by public id, with their estate form.
pub fn scopes(rows: &RevisionRows, index: &Index, audiences: &[(AudienceView, EstateAudience)]) -> Vec<(ScopeView, EstateScope)> {
    let of_entity: HashMap<EntityId, u32> =
        audiences.iter().enumerate().map(|(at, (view, _))| (rows.audiences[view.row as usize].entity, at as u32)).collect();
    let mut audiences_of_value: HashMap<&str, Vec<u32>> = HashMap::new();
    for row in rows.scopes.iter().filter(|row| bare_string_source(rows, index, row.entity)) {
        if let Some(&audience) = of_entity.get(&row.audience) {
            let list = audiences_of_value.entry(row.value.as_str()).or_default();
            if !list.contains(&audience) {
                list.push(audience);
            }
        }
    }
    let mut list: Vec<(ScopeView, EstateScope)> = rows
        .scopes
        .iter()
        .enumerate()
        .filter_map(|(at, row)| {
            let audience = *of_entity.get(&row.audience)?;
            let (view, estate) = &audiences[audience as usize];
            let (source, ..) = index.instance(rows, row.entity).unwrap_or((Source::Generic, 0, ""));
            let delegated = row.kind == ScopeKind::Scope;
            let stated = stated(rows, index, row.entity, "privilege").and_then(Privilege::parse);
            let packs = Packs::shipped();
            let class = permissions::classify(
                packs,
                &PermissionQuery {
                    source,
                    audience_key: view.well_known.as_deref(),
                    kind: row.kind,
                    value: &row.value,
                    delegated,
                    implies: row.implies.as_deref(),
                    overridden: stated,
                },
            );
            let name = class.resolved_name.clone().unwrap_or_else(|| row.value.clone());
            let classes = class
                .data_classes
                .iter()
                .filter_map(|name| estate.classes.iter().position(|class| &class.name == name))
                .map(|at| at as u16)
                .collect();
            let escalation = packs
                .escalation
                .escalation(view.well_known.as_deref(), &name, class.privilege)
                .map(|escalation| (escalation.method, escalation.target));
            let id = index.public_id(rows, row.entity);
            let estate = EstateScope {
                id: id.clone(),
                value: name,
                audience,
                privilege: class.privilege,
                breadth: class.breadth,
                classes,
                escalation,
                assumed: class.assumed,
                offline: class.flags.offline,
                delegated_kind: delegated,
            };
            let shared = audiences_of_value.get(row.value.as_str()).is_some_and(|list| list.len() > 1)
                && bare_string_source(rows, index, row.entity);
            let view = ScopeView { row: at as u32, id, audience, class, overridden: stated.is_some(), shared, grants: 0 };
            Some((view, estate))
        })
        .collect();
    list.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    list
}

/// Sources whose tokens carry the bare scope string, so that equal strings are one scope for an API (D6).
fn bare_string_source(rows: &RevisionRows, index: &Index, entity: EntityId) -> bool {
    index.instance(rows, entity).is_some_and(|(source, ..)| source != Source::Entra)
}

/// AND sets of escalation methods: at each audience that the pack knows, or at all audiences of a kind in one tenant, the
/// scopes that capture something only together.
pub fn escalation_sets(
    views: &[AudienceView],
    audiences: &[EstateAudience],
    scopes: &[EstateScope],
) -> Vec<(String, Vec<u32>, EscalationTarget)> {
    let mut sets = Vec::new();
    for set in Packs::shipped().escalation.and_sets() {
        let together = set.audience_key.strip_suffix('*');
        let fits = |view: &AudienceView| match (view.well_known.as_deref(), together) {
            (Some(key), Some(start)) => key.starts_with(start),
            (key, _) => key == Some(set.audience_key.as_str()),
        };
        let mut places: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (at, _) in views.iter().enumerate().filter(|(_, view)| fits(view)) {
            let place = if together.is_some() { audiences[at].tenant } else { at as u32 };
            places.entry(place).or_default().insert(at as u32);
        }
        for place in places.values() {
            let find = |value: &String| {
                scopes
                    .iter()
                    .position(|scope| place.contains(&scope.audience) && !scope.delegated_kind && scope.value.eq_ignore_ascii_case(value))
                    .map(|ix| ix as u32)
            };
            if let Some(all) = set.all.iter().map(find).collect::<Option<Vec<u32>>>() {
                sets.push((set.method.clone(), all, set.target));
            }
        }
    }
    sets
}
