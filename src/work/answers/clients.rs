//! Clients as shown: holder, owners, environment, and the range of their grants.

use std::collections::HashMap;

use crate::model::kinds::*;
use crate::model::rows::*;
use crate::policy::Packs;
use crate::policy::holder::{self, HolderInputs};

use super::estate::stated;
use super::index::Index;
use super::owners::Ownerships;
use super::views::*;

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
            let (derived, reason) = holder::holder(
                &Packs::shipped().microsoft_apps,
                &HolderInputs {
                    source,
                    asserted,
                    stated: row.stated_holder,
                    client_id: index.natural_key(rows, row.entity).unwrap_or_default(),
                    owner_tenant: row.owner_tenant.as_deref(),
                    tenant: own_tenants.get(&instance).map(String::as_str),
                    kind: row.kind,
                    built_in: row.built_in,
                    in_applications: row.held_by & RecordKind::Applications.bit() != 0,
                },
            );
            let observed = row.stated_holder;
            let (owner, owner_keys) = ownerships.named(row.entity);
            let view = ClientView {
                row: at as u32,
                id: index.public_id(rows, row.entity),
                holder: Marked::first(asserted, observed, Some(derived).filter(|holder| *holder != Holder::Unknown)),
                holder_reason: reason.to_owned(),
                owner,
                owner_keys,
                vendor: None,
                environment: Marked::first(
                    stated(rows, index, row.entity, "environment").and_then(Environment::parse),
                    Some(row.environment).filter(|e| *e != Environment::Unknown),
                    None,
                ),
                application: Marked::first(
                    stated(rows, index, row.entity, "application").map(str::to_owned),
                    row.application.is_some().then(|| index.natural_key(rows, row.application)).flatten().map(str::to_owned),
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

/// The tenant id of each instance: stated by the instance's name, else the usual owner of clients in the applications list (D25).
fn own_tenants(rows: &RevisionRows, index: &Index) -> HashMap<u32, String> {
    let mut tenants = HashMap::new();
    for instance in &rows.instances {
        if !instance.assumed {
            tenants.insert(instance.id, instance.name.clone());
            continue;
        }
        let clients = rows
            .clients
            .iter()
            .filter(|row| index.instance(rows, row.entity).is_some_and(|(_, of, _)| of == instance.id))
            .map(|row| (row.owner_tenant.as_deref(), row.held_by & RecordKind::Applications.bit() != 0));
        if let Some(tenant) = holder::infer_tenant(clients) {
            tenants.insert(instance.id, tenant);
        }
    }
    tenants
}
