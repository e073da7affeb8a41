//! Outside parties: those that files and people name, and those proposed from the tenant that owns a registration (D26).

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::model::estate::Estate;
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::{RevisionRows, UNKNOWN_MS};
use crate::policy::vendors::{PublisherInputs, propose_vendors};

use super::index::Index;
use super::views::{AudienceView, ClientView, VendorView};

/// The vendor of every client (index into the list), and the list sorted by id.
pub fn find(rows: &RevisionRows, index: &Index, clients: &[ClientView]) -> (Vec<Option<u32>>, Vec<VendorView>) {
    let mut vendors: BTreeMap<String, VendorView> = BTreeMap::new();
    let mut of_client: Vec<Option<String>> = vec![None; clients.len()];
    let mut by_name: HashMap<String, String> = HashMap::new();
    for vendor in &rows.vendors {
        // Several sources name the same vendor; one name is one vendor, the first by id keeps its facts and takes what it lacks.
        let id = match by_name.get(&vendor.display_name.to_lowercase()) {
            Some(known) => known.clone(),
            None => index.public_id(rows, vendor.entity),
        };
        if let Some(known) = vendors.get_mut(&id) {
            known.contract = known.contract.take().or_else(|| vendor.contract.clone());
            known.contact = known.contact.take().or_else(|| vendor.contact.clone());
            continue;
        }
        by_name.insert(vendor.display_name.to_lowercase(), id.clone());
        let view = VendorView {
            entity: vendor.entity,
            contract: vendor.contract.clone(),
            contact: vendor.contact.clone(),
            ..empty(&id, &vendor.display_name)
        };
        vendors.insert(id, view);
    }
    let names = propose_vendors(clients.iter().map(|view| {
        let client = &rows.clients[view.row as usize];
        PublisherInputs {
            holder: view.holder.value.unwrap_or(Holder::Unknown),
            owner_tenant: client.owner_tenant.as_deref(),
            publisher: client.publisher.as_deref(),
            verified: client.publisher_verified,
        }
    }));
    for (at, view) in clients.iter().enumerate() {
        let client = &rows.clients[view.row as usize];
        let asserted = index.assertion(rows, client.entity, "vendor").map(|assertion| assertion.value.clone());
        let stored = index.row(client.vendor).map(|row| rows.vendors[row].display_name.clone());
        let named = asserted.or(stored);
        let third_party = matches!(view.holder.value, Some(Holder::ThirdParty));
        if !third_party && named.is_none() {
            continue;
        }
        let (id, name) = match (&named, &client.owner_tenant) {
            (Some(name), _) => {
                (by_name.get(&name.to_lowercase()).cloned().unwrap_or_else(|| format!("named:{}", name.to_lowercase())), name.clone())
            }
            (None, Some(tenant)) => {
                let name = names.get(&tenant.trim().to_lowercase()).cloned().unwrap_or_else(|| tenant.clone());
                match by_name.get(&name.to_lowercase()) {
                    Some(id) => (id.clone(), name),
                    None => (format!("tenant:{}", tenant.to_lowercase()), name),
                }
            }
            (None, None) => match &client.publisher {
                Some(publisher) => (
                    by_name.get(&publisher.to_lowercase()).cloned().unwrap_or_else(|| format!("publisher:{}", publisher.to_lowercase())),
                    publisher.clone(),
                ),
                None => ("unnamed".to_owned(), "not named by any source".to_owned()),
            },
        };
        vendors.entry(id.clone()).or_insert_with(|| empty(&id, &name)).clients.push(at as u32);
        of_client[at] = Some(id);
    }
    let vendors: Vec<VendorView> = vendors.into_values().collect();
    let position: HashMap<&str, u32> = vendors.iter().enumerate().map(|(at, vendor)| (vendor.id.as_str(), at as u32)).collect();
    let of_client = of_client.into_iter().map(|id| id.and_then(|id| position.get(id.as_str()).copied())).collect();
    (of_client, vendors)
}

fn empty(id: &str, name: &str) -> VendorView {
    VendorView {
        id: id.to_owned(),
        name: name.to_owned(),
        entity: EntityId::NONE,
        verified: Tri::Unknown,
        contract: None,
        contact: None,
        clients: Vec::new(),
        consent: String::new(),
        users: Some(0),
        grants: 0,
        sensitive_grants: 0,
        newest_grant: None,
        impact: None,
    }
}

/// Takes out of the views what [`sum_up`] fills in.
pub fn forget(vendors: &mut [VendorView]) {
    for vendor in vendors {
        let blank = empty("", "");
        (vendor.users, vendor.newest_grant, vendor.impact) = (blank.users, blank.newest_grant, blank.impact);
        (vendor.grants, vendor.sensitive_grants) = (blank.grants, blank.sensitive_grants);
    }
}

/// Fills in what each vendor's clients were granted. `sensitive` says whether a scope's audience holds restricted or regulated data.
pub fn sum_up(
    rows: &RevisionRows,
    estate: &Estate,
    clients: &[ClientView],
    audiences: &[AudienceView],
    sensitive: &(dyn Fn(EntityId) -> bool + Sync),
    vendors: &mut [VendorView],
) {
    vendors.par_iter_mut().for_each(|vendor| {
        let mut users: Vec<EntityId> = Vec::new();
        let (mut for_all, mut for_some, mut application, mut verified, mut unverified) = (false, false, false, 0, 0);
        for &client in &vendor.clients {
            let view = &clients[client as usize];
            match rows.clients[view.row as usize].publisher_verified {
                Tri::Yes => verified += 1,
                Tri::No => unverified += 1,
                Tri::Unknown => {}
            }
            vendor.grants += view.grants.end - view.grants.start;
            let effective = &estate.clients[client as usize];
            for grant in &estate.grants[effective.grants_from as usize..effective.grants_to as usize] {
                let row = &rows.grants[grant.row as usize];
                let audience = &audiences[estate.scopes[grant.scope as usize].audience as usize];
                vendor.impact = vendor.impact.max(audience.impact.value);
                if row.granted_at != UNKNOWN_MS {
                    vendor.newest_grant = vendor.newest_grant.max(Some(row.granted_at));
                }
                match row.mode {
                    GrantMode::Application => application = true,
                    GrantMode::DelegatedAll => for_all = true,
                    GrantMode::DelegatedOne | GrantMode::DelegatedGroup => {
                        for_some = true;
                        users.push(row.principal);
                    }
                }
            }
            vendor.sensitive_grants +=
                rows.grants[view.grants.start as usize..view.grants.end as usize].iter().filter(|grant| sensitive(grant.scope)).count()
                    as u32;
        }
        users.sort_unstable();
        users.dedup();
        vendor.users = (!for_all).then_some(users.len() as u32);
        let kinds = [(application, "application"), (for_all, "all users"), (for_some, "some users")];
        let kinds: Vec<&str> = kinds.into_iter().filter(|(held, _)| *held).map(|(_, word)| word).collect();
        vendor.consent = if kinds.is_empty() { "no grant".to_owned() } else { kinds.join(", ") };
        vendor.verified = match (verified, unverified) {
            (0, 0) => Tri::Unknown,
            (_, 0) if verified == vendor.clients.len() => Tri::Yes,
            (_, 0) => Tri::Unknown,
            _ => Tri::No,
        };
    });
}
