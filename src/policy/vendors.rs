//! Proposed vendors (decision D26): one per tenant that registered applications of third parties, named as its publisher.

use std::collections::BTreeMap;

use crate::model::{Holder, Tri};

/// What one client says about who is behind it.
#[derive(Debug, Clone, Copy)]
pub struct PublisherInputs<'a> {
    /// Holder as judged.
    pub holder: Holder,
    /// Tenant that owns the registration.
    pub owner_tenant: Option<&'a str>,
    /// Publisher as stated.
    pub publisher: Option<&'a str>,
    /// Whether the publisher is verified.
    pub verified: Tri,
}

/// Proposed vendor names by owner tenant (lower case): verified publisher, else publisher, else the tenant id. Of several
/// names the most frequent wins, then the first by letters, so that the order of clients does not matter.
pub fn propose_vendors<'a>(clients: impl Iterator<Item = PublisherInputs<'a>>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::<String, BTreeMap<(bool, String), u64>>::new();
    for client in clients.filter(|client| client.holder == Holder::ThirdParty) {
        let Some(owner) = client.owner_tenant.map(|owner| owner.trim().to_lowercase()).filter(|owner| !owner.is_empty()) else {
            continue;
        };
        let seen = names.entry(owner).or_default();
        if let Some(publisher) = client.publisher.map(str::trim).filter(|publisher| !publisher.is_empty()) {
            *seen.entry((client.verified == Tri::Yes, publisher.to_owned())).or_default() += 1;
        }
    }
    names
        .into_iter()
        .map(|(owner, seen)| {
            let best = seen.into_iter().max_by(|((va, na), ca), ((vb, nb), cb)| va.cmp(vb).then(ca.cmp(cb)).then(nb.cmp(na)));
            let name = best.map_or_else(|| owner.clone(), |((_, name), _)| name);
            (owner, name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_is_a_tenant_named_by_its_verified_publisher() {
        let client = |holder, owner_tenant, publisher, verified| PublisherInputs { holder, owner_tenant, publisher, verified };
        let clients = [
            client(Holder::ThirdParty, Some("AA"), Some("Acme Labs"), Tri::No),
            client(Holder::ThirdParty, Some("aa"), Some("Acme Labs"), Tri::No),
            client(Holder::ThirdParty, Some("aa"), Some("Acme Inc"), Tri::Yes),
            client(Holder::ThirdParty, Some("bb"), Some("Zeta"), Tri::Unknown),
            client(Holder::ThirdParty, Some("bb"), Some("Beta"), Tri::Unknown),
            client(Holder::ThirdParty, Some("cc"), None, Tri::Unknown),
            client(Holder::FirstParty, Some("dd"), Some("Us"), Tri::Yes),
        ];
        let expected = [("aa", "Acme Inc"), ("bb", "Beta"), ("cc", "cc")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(propose_vendors(clients.iter().copied()), BTreeMap::from(expected.clone()));
        assert_eq!(propose_vendors(clients.iter().rev().copied()), BTreeMap::from(expected), "order does not matter");
    }
}
