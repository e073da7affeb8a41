//! Joins views into the engine's estate: who has which grants, what is reached by which way.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::estate::*;
use crate::model::id::{EntityId, public_id};
use crate::model::kinds::*;
use crate::model::rows::*;
use crate::model::time::Millis;
use crate::model::weights::Weights;

use super::index::{Index, Places};
use super::owners::Ownerships;
use super::vendors;
use super::views::*;
use super::ways::StatedWay;

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
    /// Ways that people stated.
    pub stated_ways: Vec<StatedWay>,
}

/// Applications by name: what people state about a client, else what a file says of it; one name is one application.
fn applications(clients: &[ClientView]) -> Vec<EstateApplication> {
    let mut by_name: BTreeMap<String, (String, Vec<u32>)> = BTreeMap::new();
    for (at, view) in clients.iter().enumerate() {
        let Some(name) = view.application.value.as_deref().map(str::trim).filter(|name| !name.is_empty()) else { continue };
        by_name.entry(name.to_lowercase()).or_insert_with(|| (name.to_owned(), Vec::new())).1.push(at as u32);
    }
    let mut list: Vec<EstateApplication> = by_name
        .into_iter()
        .map(|(key, (name, clients))| EstateApplication { id: public_id(Kind::Application, Source::Manual, "", &key), name, clients })
        .collect();
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list
}

/// Text of an assertion, if any.
pub(super) fn stated<'a>(rows: &'a RevisionRows, index: &Index, entity: EntityId, attribute: &str) -> Option<&'a str> {
    index.assertion(rows, entity, attribute).map(|assertion| assertion.value.as_str())
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
        let client_ix = Places::new(clients.iter().map(|view| rows.clients[view.row as usize].entity));
        let scope_ix = Places::new(scopes.iter().map(|(view, _)| rows.scopes[view.row as usize].entity));
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
        let sensitivity = |client: &ClientView| {
            grants
                .of(client)
                .iter()
                .filter_map(|grant| audience_views[estate_scopes[grant.scope as usize].audience as usize].sensitivity)
                .max()
        };
        let (credentials, estate_credentials, ranges) = self.credentials(&mut clients, &client_ix, &sensitivity);
        let estate_clients = self.estate_clients(&clients, &grants, &ranges, &client_ix);
        for view in &mut clients {
            view.api_only = view.is_audience && view.grants.is_empty() && view.credentials.is_empty();
        }
        let audience_ix = Places::new(audience_views.iter().map(|view| rows.audiences[view.row as usize].entity));
        let stated_ways = super::ways::stated(rows, index, &clients, &audience_views);
        let ways = self.edges(&super::ways::all(rows, &stated_ways), &client_ix, &audience_ix);
        for (audience, harvest) in ways.harvest {
            estate_audiences[audience as usize].harvest.push(harvest);
        }
        for (audience, call) in ways.downstream {
            estate_audiences[audience as usize].downstream.push(call);
        }
        let escalation_sets = super::scopes::escalation_sets(&audience_views, &estate_audiences, &estate_scopes);
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
            escalation_sets,
            scopes: estate_scopes,
            grants: grants.list,
            vendors: vendor_views
                .iter()
                .map(|view| EstateVendor { id: view.id.clone(), name: view.name.clone(), clients: view.clients.clone() })
                .collect(),
            applications: applications(&clients),
            principals: rows
                .principals
                .par_iter()
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
            edges: ways.clients,
        };
        Built { estate, clients, credentials, audiences: audience_views, scopes: scope_views, vendors: vendor_views, stated_ways }
    }
}
