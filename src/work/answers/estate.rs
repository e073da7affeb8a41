//! Lays packs and assertions over rows: the views of clients, credentials, audiences and scopes, and the engine's estate.

use std::collections::{BTreeMap, HashMap};

use crate::model::estate::*;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::model::time::{Expiry, Millis};
use crate::model::weights::Weights;
use crate::policy::exposure;
use crate::policy::holder::{self, HolderInputs};
use crate::policy::permissions::{self, PermissionQuery};
use crate::policy::sla;
use crate::policy::well_known;

use super::index::Index;
use super::owners::Ownerships;
use super::vendors;
use super::views::*;

/// What building needs.
pub struct Parts<'a> {
    /// Rows.
    pub rows: &'a RevisionRows,
    /// Look-ups.
    pub index: &'a Index,
    /// Owners.
    pub ownerships: &'a Ownerships,
    /// Weights in force.
    pub weights: &'a Weights,
    /// Time that ages count to.
    pub clock: Millis,
}

/// Views and estate.
pub struct Built {
    /// Estate.
    pub estate: Estate,
    /// Clients.
    pub clients: Vec<ClientView>,
    /// Credentials.
    pub credentials: Vec<CredentialView>,
    /// Audiences.
    pub audiences: Vec<AudienceView>,
    /// Scopes.
    pub scopes: Vec<ScopeView>,
    /// Vendors.
    pub vendors: Vec<VendorView>,
}

/// Text of an assertion, if any.
fn stated<'a>(rows: &'a RevisionRows, index: &Index, entity: EntityId, attribute: &str) -> Option<&'a str> {
    index.assertion(rows, entity, attribute).map(|assertion| assertion.value.as_str())
}

/// Views of audiences, sorted by public id, with their estate form.
pub fn audiences(rows: &RevisionRows, index: &Index, ownerships: &Ownerships) -> Vec<(AudienceView, EstateAudience)> {
    let tenants: HashMap<u32, u32> = rows.instances.iter().enumerate().map(|(at, instance)| (instance.id, at as u32)).collect();
    let mut list: Vec<(AudienceView, EstateAudience)> = rows
        .audiences
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let (source, instance, _) = index.instance(rows, row.entity).unwrap_or((Source::Generic, 0, ""));
            let key = index.natural_key(rows, row.entity).unwrap_or_default();
            let known = well_known::audience(source, key);
            let say = |attribute: &str| stated(rows, index, row.entity, attribute);
            let boundary = Marked::first(
                say("boundary").map(str::to_owned),
                row.boundary.clone(),
                known.map(|known| known.boundary.to_owned()),
            );
            let data_classes = Marked::first(
                say("data_class").map(str::to_owned),
                row.data_classes.clone(),
                known.map(|known| known.classes_text()),
            );
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
                (Some(known), None) if data_classes.mark == Mark::Derived => known.functions(&classes),
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
            let view = AudienceView {
                row: at as u32,
                id: id.clone(),
                well_known: known.map(|known| known.key.to_owned()),
                sensitivity: classes.iter().filter_map(|class| class.sensitivity).max(),
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
            let name = well_known::graph_role_name(view.well_known.as_deref(), row.kind, &row.value).unwrap_or(&row.value);
            let class = permissions::classify(&PermissionQuery {
                source,
                audience_key: view.well_known.as_deref(),
                kind: row.kind,
                value: name,
                delegated,
            });
            let stated = stated(rows, index, row.entity, "privilege").and_then(Privilege::parse);
            let privilege = stated.unwrap_or(class.privilege);
            let classes = class
                .data_classes
                .iter()
                .filter_map(|name| estate.classes.iter().position(|class| &class.name == name))
                .map(|at| at as u16)
                .collect();
            let escalation = permissions::escalation(source, view.well_known.as_deref(), row.kind, name)
                .map(|(method, target)| (method.to_owned(), target))
                .or_else(|| (privilege == Privilege::Escalate).then(|| ("EM-GEN-01".to_owned(), EscalationTarget::Bounded)))
                .filter(|_| privilege > Privilege::Read);
            let id = index.public_id(rows, row.entity);
            let estate = EstateScope {
                id: id.clone(),
                value: name.to_owned(),
                audience,
                privilege,
                breadth: class.breadth,
                classes,
                escalation,
                assumed: stated.is_none() && class.assumed,
                offline: class.offline(),
                delegated_kind: delegated,
            };
            let shared = audiences_of_value.get(row.value.as_str()).is_some_and(|list| list.len() > 1) && bare_string_source(rows, index, row.entity);
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

/// Views of clients, sorted by public id; vendors, credentials and grants come later.
pub fn clients(rows: &RevisionRows, index: &Index, ownerships: &Ownerships) -> Vec<ClientView> {
    let mut from = 0;
    let own_tenants = own_tenants(rows, index);
    let mut list: Vec<ClientView> = rows
        .clients
        .iter()
        .enumerate()
        .map(|(at, row)| {
            while rows.grants.get(from).is_some_and(|grant| grant.client < row.entity) {
                from += 1;
            }
            let to = from + rows.grants[from..].iter().take_while(|grant| grant.client == row.entity).count();
            let (source, instance, _) = index.instance(rows, row.entity).unwrap_or((Source::Generic, 0, ""));
            let asserted = stated(rows, index, row.entity, "holder").and_then(Holder::parse);
            let (derived, reason) = holder::holder(&HolderInputs {
                source,
                client_key: index.natural_key(rows, row.entity).unwrap_or_default(),
                owner_tenant: row.owner_tenant.as_deref(),
                own_tenant: own_tenants.get(&instance).map(String::as_str),
                kind: row.kind,
                built_in: row.built_in,
                in_applications: row.held_by & RecordKind::Applications.bit() != 0,
                stated: row.stated_holder,
            });
            let observed = row.stated_holder;
            let (owner, owner_keys) = ownerships.named(row.entity);
            let view = ClientView {
                row: at as u32,
                id: index.public_id(rows, row.entity),
                holder: Marked::first(asserted, observed, Some(derived).filter(|holder| *holder != Holder::Unknown)),
                holder_reason: if asserted.is_some() { "stated by a person".to_owned() } else { reason },
                owner,
                owner_keys,
                vendor: None,
                environment: Marked::first(
                    stated(rows, index, row.entity, "environment").and_then(Environment::parse),
                    Some(row.environment).filter(|e| *e != Environment::Unknown),
                    None,
                ),
                credentials: 0..0,
                grants: from as u32..to as u32,
                is_audience: false,
                api_only: false,
            };
            from = to;
            view
        })
        .collect();
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list
}

/// The tenant id of each instance: stated by the instance's name, else the one owner of clients in the applications list (D25).
fn own_tenants(rows: &RevisionRows, index: &Index) -> HashMap<u32, String> {
    let mut tenants: HashMap<u32, String> =
        rows.instances.iter().filter(|instance| !instance.assumed).map(|instance| (instance.id, instance.name.clone())).collect();
    let mut candidates: BTreeMap<(u32, &str), u32> = BTreeMap::new();
    for row in rows.clients.iter().filter(|row| row.held_by & RecordKind::Applications.bit() != 0) {
        if let (Some((_, instance, _)), Some(tenant)) = (index.instance(rows, row.entity), row.owner_tenant.as_deref()) {
            *candidates.entry((instance, tenant)).or_default() += 1;
        }
    }
    let mut best: BTreeMap<u32, (u32, &str)> = BTreeMap::new();
    for ((instance, tenant), n) in candidates {
        let known = best.entry(instance).or_insert((n, tenant));
        *known = (*known).max((n, tenant));
    }
    for (instance, (_, tenant)) in best {
        tenants.entry(instance).or_insert_with(|| tenant.to_owned());
    }
    tenants
}

impl Parts<'_> {
    /// Joins everything into the estate.
    pub fn build(
        &self,
        audiences: Vec<(AudienceView, EstateAudience)>,
        scopes: Vec<(ScopeView, EstateScope)>,
        mut clients: Vec<ClientView>,
    ) -> Built {
        let (rows, index) = (self.rows, self.index);
        let (vendor_of, vendor_views) = vendors::find(rows, index, &clients);
        for (client, vendor) in clients.iter_mut().zip(vendor_of) {
            client.vendor = vendor;
        }
        let client_ix: HashMap<EntityId, u32> =
            clients.iter().enumerate().map(|(at, view)| (rows.clients[view.row as usize].entity, at as u32)).collect();
        let scope_ix: HashMap<EntityId, u32> =
            scopes.iter().enumerate().map(|(at, (view, _))| (rows.scopes[view.row as usize].entity, at as u32)).collect();
        let (mut audience_views, mut estate_audiences): (Vec<_>, Vec<_>) = audiences.into_iter().unzip();
        let (mut scope_views, estate_scopes): (Vec<_>, Vec<_>) = scopes.into_iter().unzip();
        for (view, estate) in audience_views.iter().zip(&mut estate_audiences) {
            estate.client = client_ix.get(&rows.audiences[view.row as usize].client).copied();
        }
        for client in &mut clients {
            client.is_audience = false;
        }
        for estate in &estate_audiences {
            if let Some(client) = estate.client {
                clients[client as usize].is_audience = true;
            }
        }
        let grants = self.grants(&clients, &scope_ix, &mut scope_views, &mut audience_views);
        let sensitive = |client: &ClientView| {
            grants.of(client).iter().any(|grant| {
                let audience = estate_scopes[grant.scope as usize].audience as usize;
                audience_views[audience].sensitivity >= Some(Sensitivity::Restricted)
            })
        };
        let (credentials, estate_credentials, ranges) = self.credentials(&mut clients, &client_ix, &sensitive);
        let estate_clients = self.estate_clients(&clients, &grants, &ranges, &client_ix);
        for view in &mut clients {
            view.api_only = view.is_audience && view.grants.is_empty() && view.credentials.is_empty();
        }
        let (edges, harvest) = self.edges(&client_ix);
        for (audience, client, evidence) in harvest {
            if let Some(at) = audience_views.iter().position(|view| rows.audiences[view.row as usize].entity == audience) {
                estate_audiences[at].harvest.push((client, evidence));
            }
        }
        let estate = Estate {
            revision: rows.revision,
            tenants: rows
                .instances
                .iter()
                .map(|instance| EstateTenant { id: format!("{}:{}", instance.source, instance.name), name: instance.name.clone() })
                .collect(),
            clients: estate_clients,
            credentials: estate_credentials,
            audiences: estate_audiences,
            escalation_sets: permissions::escalation_and_sets(&audience_views_keys(&audience_views), &estate_scopes),
            scopes: estate_scopes,
            grants: grants.list,
            vendors: vendor_views.iter().map(|view| EstateVendor { id: view.id.clone(), name: view.name.clone(), clients: view.clients.clone() }).collect(),
            principals: rows
                .principals
                .iter()
                .map(|row| EstatePrincipal {
                    id: index.public_id(rows, row.entity),
                    members: match row.kind {
                        PrincipalKind::Group => row.member_count.and_then(|n| u32::try_from(n).ok()),
                        PrincipalKind::Everyone => None,
                        _ => Some(1),
                    },
                    privileged: false,
                })
                .collect(),
            edges,
        };
        Built { estate, clients, credentials, audiences: audience_views, scopes: scope_views, vendors: vendor_views }
    }
}

fn audience_views_keys(views: &[AudienceView]) -> Vec<Option<&str>> {
    views.iter().map(|view| view.well_known.as_deref()).collect()
}
