//! Who stores the credentials of a client (decision D25). Knows facts of one client and of the tenant; no estate.

use crate::model::{ClientKind, Holder, Source};

use super::graph_names::{guid_bytes, id_bytes};

/// Tenants from which Microsoft runs its own services.
pub const MICROSOFT_TENANTS: [&str; 2] = ["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"];

/// Application ids of Microsoft's own applications, ascending.
#[derive(Debug)]
pub struct MicrosoftApps {
    ids: Vec<[u8; 16]>,
}

impl MicrosoftApps {
    /// Reads the list.
    ///
    /// # Errors
    /// A line that is no id, or lines that are not ascending.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let ids = text.lines().filter(|line| !line.starts_with('#')).skip(1).map(id_bytes).collect::<anyhow::Result<Vec<_>>>()?;
        anyhow::ensure!(ids.is_sorted_by(|a, b| a < b), "the ids are not ascending");
        Ok(Self { ids })
    }

    /// Whether Microsoft owns the application with this id.
    pub fn contains(&self, app_id: &str) -> bool {
        guid_bytes(app_id).is_some_and(|id| self.ids.binary_search(&id).is_ok())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.ids.len()
    }
}

/// What decides about the holder of one client.
#[derive(Debug, Clone, Copy)]
pub struct HolderInputs<'a> {
    /// Source system.
    pub source: Source,
    /// What a person asserted.
    pub asserted: Option<Holder>,
    /// What a mapped column of a file states.
    pub stated: Option<Holder>,
    /// Natural key of the client: application id (Entra), client id (Keycloak).
    pub client_id: &'a str,
    /// Tenant that owns the registration (`appOwnerOrganizationId`).
    pub owner_tenant: Option<&'a str>,
    /// The own tenant: stated by a file, else [`infer_tenant`].
    pub tenant: Option<&'a str>,
    /// What the client is.
    pub kind: ClientKind,
    /// Built in by the identity system (Keycloak, Okta, AWS, Google).
    pub built_in: bool,
    /// An `applications` file holds it: the registration lives in this tenant.
    pub in_applications: bool,
}

/// Holder of a client and the reason in words. The first match of D25 wins.
pub fn holder(apps: &MicrosoftApps, inputs: &HolderInputs<'_>) -> (Holder, &'static str) {
    if let Some(asserted) = inputs.asserted {
        return (asserted, "a person said so");
    }
    if let Some(stated) = inputs.stated {
        return (stated, "the file says so");
    }
    match inputs.source {
        Source::Entra => entra(apps, inputs),
        Source::Keycloak if inputs.built_in => (Holder::Platform, "a client that Keycloak makes itself"),
        Source::Keycloak => (Holder::Unknown, "a realm export does not say who holds a client's secret"),
        Source::Okta if inputs.built_in => (Holder::Platform, "an app that Okta makes itself"),
        Source::Okta => (Holder::Unknown, "an app of Okta does not say who holds its secret"),
        Source::Auth0 => (Holder::Unknown, "the export does not say whether the application is its own"),
        Source::Aws if inputs.built_in => (Holder::Platform, "a role that AWS made for its own service"),
        Source::Aws if inputs.kind == ClientKind::IamRole => {
            (Holder::FirstParty, "a role of this account keeps no key; whom it lets in stands beside it")
        }
        Source::Aws => (Holder::Unknown, "a list of AWS does not say who holds a key or secret"),
        Source::Google if inputs.built_in => (Holder::Platform, "an account of Google's own service"),
        Source::Google => (Holder::Unknown, "a list of Google does not say who holds a key or secret"),
        Source::Kong | Source::Envoy | Source::Istio | Source::Apim | Source::ApiGateway => {
            (Holder::Unknown, "a gateway does not say who holds a consumer's key")
        }
        Source::GitHub | Source::GitLab | Source::Slack | Source::Salesforce => {
            (Holder::Unknown, "the export does not say who holds a token")
        }
        Source::Hydra | Source::PingFederate | Source::Curity => (Holder::Unknown, "the export does not say who holds a client's secret"),
        Source::Generic | Source::Manual => (Holder::Unknown, "nobody said"),
    }
}

fn entra(apps: &MicrosoftApps, inputs: &HolderInputs<'_>) -> (Holder, &'static str) {
    let owner = inputs.owner_tenant.map(str::trim).filter(|owner| !owner.is_empty());
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b.trim());
    if apps.contains(inputs.client_id) {
        return (Holder::Platform, "one of Microsoft's own applications");
    }
    if owner.is_some_and(|owner| MICROSOFT_TENANTS.iter().any(|tenant| same(owner, tenant))) {
        return (Holder::Platform, "registered in a tenant of Microsoft");
    }
    if inputs.in_applications {
        return (Holder::FirstParty, "its registration is in this tenant's application list");
    }
    if inputs.kind == ClientKind::ManagedIdentity {
        return (Holder::FirstParty, "a managed identity of this tenant");
    }
    match (owner, inputs.tenant) {
        (Some(owner), Some(tenant)) if same(owner, tenant) => (Holder::FirstParty, "registered in this tenant"),
        (Some(_), Some(_)) => (Holder::ThirdParty, "registered in another organisation's tenant"),
        (Some(_), None) => (Holder::Unknown, "registered in some tenant, and no file says which tenant is this one"),
        (None, _) => (Holder::Unknown, "no file says which tenant registered it"),
    }
}

/// The own tenant where no file states it: the owner of the service principals whose application id is in an
/// `applications` file (D25). The most frequent one; ties go to the lower id.
pub fn infer_tenant<'a>(clients: impl Iterator<Item = (Option<&'a str>, bool)>) -> Option<String> {
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for (owner, in_applications) in clients {
        if let (Some(owner), true) = (owner, in_applications) {
            *counts.entry(owner.trim().to_lowercase()).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(owner, _)| !owner.is_empty()).max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(owner, _)| owner)
}

#[cfg(test)]
mod tests {
    use super::super::Packs;
    use super::*;

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";
    const OTHER: &str = "99999999-2222-3333-4444-555555555555";

    fn client<'a>(client_id: &'a str, owner_tenant: Option<&'a str>) -> HolderInputs<'a> {
        HolderInputs {
            source: Source::Entra,
            asserted: None,
            stated: None,
            client_id,
            owner_tenant,
            tenant: Some(TENANT),
            kind: ClientKind::Unknown,
            built_in: false,
            in_applications: false,
        }
    }

    fn judged(inputs: HolderInputs<'_>) -> Holder {
        holder(&Packs::shipped().microsoft_apps, &inputs).0
    }

    #[test]
    fn the_first_match_decides() {
        let graph = "00000003-0000-0000-c000-000000000000";
        assert_eq!(judged(client(graph, None)), Holder::Platform, "membership in the list is enough");
        assert_eq!(judged(client("a", Some("F8CDEF31-a31e-4b4a-93e4-5f571e91255a"))), Holder::Platform);
        assert_eq!(judged(client("a", Some(TENANT))), Holder::FirstParty);
        assert_eq!(judged(client("a", Some(OTHER))), Holder::ThirdParty);
        assert_eq!(judged(client("a", None)), Holder::Unknown, "no owner is not our own");
        assert_eq!(judged(HolderInputs { tenant: None, ..client("a", Some(OTHER)) }), Holder::Unknown);
        assert_eq!(judged(HolderInputs { in_applications: true, ..client("a", None) }), Holder::FirstParty);
        assert_eq!(judged(HolderInputs { kind: ClientKind::ManagedIdentity, ..client("a", None) }), Holder::FirstParty);
        assert_eq!(judged(HolderInputs { asserted: Some(Holder::ThirdParty), ..client(graph, None) }), Holder::ThirdParty);
    }

    #[test]
    fn keycloak_says_little() {
        let kc = HolderInputs { source: Source::Keycloak, ..client("shop", None) };
        assert_eq!(judged(kc), Holder::Unknown);
        assert_eq!(judged(HolderInputs { built_in: true, ..kc }), Holder::Platform);
        assert_eq!(judged(HolderInputs { stated: Some(Holder::FirstParty), ..kc }), Holder::FirstParty);
    }

    #[test]
    fn the_tenant_is_the_usual_owner_of_registered_applications() {
        let seen = [(Some(OTHER), false), (Some(OTHER), false), (Some(TENANT), true), (None, true), (Some(OTHER), false)];
        assert_eq!(infer_tenant(seen.into_iter()).as_deref(), Some(TENANT));
        assert_eq!(infer_tenant([(Some(OTHER), false)].into_iter()), None);
    }

    #[test]
    fn the_list_of_microsofts_applications_is_whole() {
        assert_eq!(Packs::shipped().microsoft_apps.count(), 4428);
    }
}
