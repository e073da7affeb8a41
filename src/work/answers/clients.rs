//! Clients as shown: holder, owners, environment, and the range of their grants.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::model::kinds::*;
use crate::model::rows::*;
use crate::policy::Packs;
use crate::policy::holder::{self, HolderInputs};

use super::estate::stated;
use super::index::Index;
use super::owners::Ownerships;
use super::views::*;

/// What the view of a client is made of.
pub struct ClientFacts<'a> {
    rows: &'a RevisionRows,
    index: &'a Index,
    ownerships: &'a Ownerships,
    own_tenants: HashMap<u32, String>,
}

/// Views of clients, sorted by public id; vendors, credentials and grants come later.
pub fn clients(rows: &RevisionRows, index: &Index, ownerships: &Ownerships) -> Vec<ClientView> {
    let facts = ClientFacts::new(rows, index, ownerships);
    let mut from = 0;
    let ranges: Vec<(usize, Range<u32>)> = rows
        .clients
        .iter()
        .map(|row| {
            from += rows.grants[from..].iter().take_while(|grant| grant.client < row.entity).count();
            let to = from + rows.grants[from..].iter().take_while(|grant| grant.client == row.entity).count();
            std::mem::replace(&mut from, to) as u32..to as u32
        })
        .enumerate()
        .collect();
    let mut list: Vec<ClientView> = ranges.into_par_iter().map(|(at, grants)| facts.view(at, grants)).collect();
    list.par_sort_unstable_by(|a, b| a.id.cmp(&b.id));
    list
}

impl<'a> ClientFacts<'a> {
    /// Gathers what all clients share.
    pub fn new(rows: &'a RevisionRows, index: &'a Index, ownerships: &'a Ownerships) -> Self {
        Self { rows, index, ownerships, own_tenants: own_tenants(rows, index) }
    }

    /// Who stores the credentials of a client with this row, by rule, and why; what people stated counts first.
    pub fn holder(&self, row: &ClientRow) -> (Holder, &'static str) {
        let (rows, index) = (self.rows, self.index);
        let (source, instance, _) = index.instance(rows, row.entity).unwrap_or((Source::Generic, 0, ""));
        holder::holder(
            &Packs::shipped().microsoft_apps,
            &HolderInputs {
                source,
                asserted: stated(rows, index, row.entity, "holder").and_then(Holder::parse),
                stated: row.stated_holder,
                client_id: index.natural_key(rows, row.entity).unwrap_or_default(),
                owner_tenant: row.owner_tenant.as_deref(),
                tenant: self.own_tenants.get(&instance).map(String::as_str),
                kind: row.kind,
                built_in: row.built_in,
                in_applications: row.held_by & RecordKind::Applications.bit() != 0,
            },
        )
    }

    /// The view of the client in a row.
    pub fn view(&self, at: usize, grants: Range<u32>) -> ClientView {
        let (rows, index) = (self.rows, self.index);
        let row = &rows.clients[at];
        let asserted = stated(rows, index, row.entity, "holder").and_then(Holder::parse);
        let (derived, reason) = self.holder(row);
        let observed = row.stated_holder;
        let (owner, owner_keys) = self.ownerships.named(row.entity);
        ClientView {
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
            grants,
            is_audience: false,
            api_only: false,
        }
    }
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
