//! What a made-up tenant holds. Everything about one thing follows from the seed and its number, so nothing has to be
//! kept while files are written.

use super::graph_permissions;
use super::random::{Random, Zipf};

/// The day that all ages count to: 2026-11-20T00:00:00Z.
pub const EXPORTED: i64 = 1_795_132_800;
const DAY: i64 = 86_400;

/// Tenant from which Microsoft runs its services.
const MICROSOFT: [u8; 16] = [0xf8, 0xcd, 0xef, 0x31, 0xa3, 0x1e, 0x4b, 0x4a, 0x93, 0xe4, 0x5f, 0x57, 0x1e, 0x91, 0x25, 0x5a];

/// Microsoft's APIs that come first, by name and application id.
const PLATFORM_APIS: &[(&str, [u8; 16])] = &[
    ("Microsoft Graph", app_id(0x0000_0003, 0, 0xc000)),
    ("Office 365 SharePoint Online", app_id(0x0000_0003, 0x0ff1, 0xce00)),
    ("Office 365 Exchange Online", app_id(0x0000_0002, 0x0ff1, 0xce00)),
    ("Power BI Service", app_id(0x0000_0009, 0, 0xc000)),
    ("Dataverse", app_id(0x0000_0007, 0, 0xc000)),
];

/// `first-0000-third-fourth-000000000000`, the form of Microsoft's oldest application ids.
const fn app_id(first: u32, third: u16, fourth: u16) -> [u8; 16] {
    let (a, c, d) = (first.to_be_bytes(), third.to_be_bytes(), fourth.to_be_bytes());
    [a[0], a[1], a[2], a[3], 0, 0, c[0], c[1], d[0], d[1], 0, 0, 0, 0, 0, 0]
}

const THINGS: &[&str] = &[
    "Orders", "Billing", "Payroll", "Catalog", "Claims", "Shipping", "Support", "Identity", "Reports", "Loyalty", "Pricing", "Returns",
    "Forecast", "Archive", "Ledger", "Routing",
];
const ROLES: &[&str] =
    &["Sync", "Gateway", "Export", "Bot", "Worker", "Portal", "Connector", "Agent", "Backup", "Monitor", "Importer", "Scheduler"];
const VERBS: &[&str] =
    &["Read", "Write", "ReadWrite", "Manage", "Export", "Approve", "Delete", "Search", "Import", "Audit", "Publish", "Admin"];

/// Who registered a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    /// Microsoft.
    Platform,
    /// This tenant.
    Own,
    /// A managed identity of this tenant.
    Managed,
    /// Another organisation, by number.
    Vendor(u64),
}

/// One permission of an API.
#[derive(Debug, Clone)]
pub struct Permission {
    /// Name.
    pub name: String,
    /// Id, as text.
    pub id: String,
}

/// A secret, certificate or federated subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Certificate, else a secret.
    pub certificate: bool,
    /// Key id.
    pub key_id: [u8; 16],
    /// Seconds since 1970.
    pub start: i64,
    /// Seconds since 1970.
    pub end: i64,
}

/// One grant of a client, as the source writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// Application permission: API, role, when.
    Role { api: usize, role: usize, at: i64 },
    /// Delegated permissions at one API for one user or (`None`) for all.
    Scopes { api: usize, user: Option<u64>, scopes: Vec<usize> },
}

/// Sizes and the seed.
#[derive(Debug, Clone)]
pub struct Estate {
    /// Seed.
    pub seed: u64,
    /// All clients, APIs included; they come first.
    pub clients: u64,
    /// Clients that publish permissions.
    pub apis: u64,
    /// Users.
    pub users: u64,
    /// Vendors.
    pub vendors: u64,
    /// Grants, one for each permission.
    pub grants: u64,
    /// Delegated and application permissions of each API.
    pub permissions: Vec<(Vec<Permission>, Vec<Permission>)>,
    use_of_apis: Zipf,
    weights: u64,
}

impl Estate {
    /// A tenant of so many clients and grants.
    pub fn new(seed: u64, clients: u64, grants: u64) -> anyhow::Result<Self> {
        anyhow::ensure!(clients >= 20, "at least 20 clients, or there is nobody to hold a grant");
        anyhow::ensure!(grants <= clients * 200, "at most 200 grants for each client");
        let apis = (clients / 200).clamp(6, 500);
        let mut estate = Self {
            seed,
            clients,
            apis,
            users: (clients / 5).max(50),
            vendors: (clients / 150).max(3),
            grants,
            permissions: Vec::new(),
            use_of_apis: Zipf::new(usize::try_from(apis)?),
            weights: 0,
        };
        estate.permissions = (0..apis).map(|api| estate.published(api)).collect();
        estate.weights = (apis..clients).map(|client| estate.weight(client)).sum();
        Ok(estate)
    }

    /// The tenant's id.
    pub fn tenant(&self) -> [u8; 16] {
        Random::of(self.seed, 1, 0).guid()
    }

    /// Object id of a client's service principal.
    pub fn object_id(&self, client: u64) -> [u8; 16] {
        Random::of(self.seed, 2, client).guid()
    }

    /// Application id of a client.
    pub fn app_id(&self, client: u64) -> [u8; 16] {
        match usize::try_from(client).ok().and_then(|at| PLATFORM_APIS.get(at)) {
            Some((_, id)) => *id,
            None => Random::of(self.seed, 3, client).guid(),
        }
    }

    /// Object id of a client's registration.
    pub fn registration_id(&self, client: u64) -> [u8; 16] {
        Random::of(self.seed, 4, client).guid()
    }

    /// Object id of a user.
    pub fn user_id(&self, user: u64) -> [u8; 16] {
        Random::of(self.seed, 5, user).guid()
    }

    /// Who registered a client.
    pub fn owned(&self, client: u64) -> Owned {
        if client < PLATFORM_APIS.len() as u64 {
            return Owned::Platform;
        }
        let mut random = Random::of(self.seed, 6, client);
        match random.below(100) {
            0..=9 if client >= self.apis => Owned::Platform,
            10..=17 if client >= self.apis => Owned::Managed,
            18..=39 => Owned::Vendor(random.below(self.vendors)),
            _ => Owned::Own,
        }
    }

    /// Tenant that owns the registration; managed identities have none.
    pub fn owner_tenant(&self, owned: Owned) -> Option<[u8; 16]> {
        match owned {
            Owned::Platform => Some(MICROSOFT),
            Owned::Own => Some(self.tenant()),
            Owned::Managed => None,
            Owned::Vendor(vendor) => Some(Random::of(self.seed, 7, vendor).guid()),
        }
    }

    /// Name of a vendor, and whether its publisher is verified.
    pub fn publisher(&self, vendor: u64) -> (String, bool) {
        let mut random = Random::of(self.seed, 8, vendor);
        (format!("{} {} Ltd {vendor}", random.one(THINGS), random.one(ROLES)), random.percent(55))
    }

    /// Name of a client.
    pub fn name(&self, client: u64) -> String {
        if let Some((name, _)) = usize::try_from(client).ok().and_then(|at| PLATFORM_APIS.get(at)) {
            return (*name).to_owned();
        }
        let mut random = Random::of(self.seed, 9, client);
        let (thing, role) = (random.one(THINGS), random.one(ROLES));
        if client < self.apis { format!("{thing} API {client}") } else { format!("{thing} {role} {client}") }
    }

    /// When a client was registered.
    pub fn created(&self, client: u64) -> i64 {
        EXPORTED - DAY * (30 + i64::try_from(Random::of(self.seed, 10, client).below(2500)).unwrap_or(0))
    }

    /// Whether a client may get tokens.
    pub fn enabled(&self, client: u64) -> bool {
        client < self.apis || !Random::of(self.seed, 11, client).percent(4)
    }

    /// Secrets and certificates of a client's registration.
    pub fn credentials(&self, client: u64) -> Vec<Credential> {
        let mut random = Random::of(self.seed, 12, client);
        let count = match random.below(100) {
            0..=24 => 0,
            25..=79 => 1,
            80..=94 => 2,
            _ => 3,
        };
        (0..count)
            .map(|_| {
                let certificate = random.percent(20);
                // Most are young, a few very old.
                let age = DAY * i64::try_from(random.below(2400) * random.below(100) / 100).unwrap_or(0);
                let days = if certificate { *random.one(&[365, 730, 1095]) } else { *random.one(&[90, 180, 365, 730, 36_500]) };
                let start = EXPORTED - age - i64::try_from(random.below(86_400)).unwrap_or(0);
                Credential { certificate, key_id: random.guid(), start, end: start + DAY * days }
            })
            .collect()
    }

    /// Whether a client trusts a pipeline's tokens instead of a secret.
    pub fn federated(&self, client: u64) -> bool {
        self.owned(client) == Owned::Own && Random::of(self.seed, 13, client).percent(5)
    }

    /// Owners of a registration: users, and now and then another registration's client.
    pub fn owners(&self, client: u64) -> (Vec<u64>, Option<u64>) {
        let mut random = Random::of(self.seed, 14, client);
        let count = match random.below(100) {
            0..=29 => 0,
            30..=79 => 1,
            80..=94 => 2,
            _ => 3,
        };
        let mut users: Vec<u64> = (0..count).map(|_| random.below(self.users)).collect();
        users.sort_unstable();
        users.dedup();
        let other = random.percent(1).then(|| self.apis + random.below(self.clients - self.apis)).filter(|other| *other != client);
        (users, other)
    }

    /// Permissions that an API publishes: delegated and application.
    fn published(&self, api: u64) -> (Vec<Permission>, Vec<Permission>) {
        if api == 0 {
            let graph = |list: &[(&str, &str)]| {
                list.iter().map(|(name, id)| Permission { name: (*name).to_owned(), id: (*id).to_owned() }).collect()
            };
            return (graph(graph_permissions::DELEGATED), graph(graph_permissions::APPLICATION));
        }
        let mut random = Random::of(self.seed, 15, api);
        let mut list = |kind: u64, fewest: u64| {
            let thing = *random.one(THINGS);
            let count = fewest + random.below(8);
            (0..count)
                .map(|at| {
                    let id = super::random::guid_text(&Random::of(self.seed, 16 + kind, api << 8 | at).guid());
                    let verb = VERBS[usize::try_from(at).unwrap_or(0) % VERBS.len()];
                    Permission { name: if kind == 0 { format!("{thing}.{verb}") } else { format!("{thing}.{verb}.All") }, id }
                })
                .collect()
        };
        (list(0, 2), list(1, 2))
    }

    /// How much a client uses, relative to others: most a little, a few very much.
    fn weight(&self, client: u64) -> u64 {
        4 + 600 / (1 + Random::of(self.seed, 18, client).below(1000))
    }

    /// Calls `each` with every client that holds grants and what it holds. The grants add up to [`Estate::grants`].
    pub fn grants_of_clients(&self, mut each: impl FnMut(u64, &[Granted]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let (mut seen, mut given) = (0_u64, 0_u64);
        for client in self.apis..self.clients {
            seen += self.weight(client);
            // Rounding falls on whoever comes next, so that the sum is exact.
            let until = u64::try_from(u128::from(self.grants) * u128::from(seen) / u128::from(self.weights))?;
            let quota = until - given;
            given = until;
            if quota > 0 {
                each(client, &self.grants_of(client, quota))?;
            }
        }
        Ok(())
    }

    /// So many distinct grants of a client.
    fn grants_of(&self, client: u64, quota: u64) -> Vec<Granted> {
        let mut random = Random::of(self.seed, 19, client);
        let mut held = std::collections::BTreeSet::new();
        let mut out = Vec::new();
        let managed = self.owned(client) == Owned::Managed;
        let roles = if managed { quota } else { quota * random.below(60) / 100 };
        let mut left = quota;
        for _ in 0..roles * 3 {
            if quota - left == roles {
                break;
            }
            let api = self.use_of_apis.rank(&mut random);
            let published = &self.permissions[api].1;
            let role = self.use_of_apis.rank(&mut random) % published.len();
            if held.insert((api, role)) {
                let at = self.created(client) + DAY * i64::try_from(random.below(20)).unwrap_or(0);
                out.push(Granted::Role { api, role, at });
                left -= 1;
            }
        }
        let mut consents = std::collections::BTreeSet::new();
        let mut tries = 0;
        while left > 0 {
            tries += 1;
            let api = self.use_of_apis.rank(&mut random);
            // After many collisions only another user can be new.
            let user = (tries > 40 || random.percent(45)).then(|| random.below(self.users));
            if !consents.insert((api, user)) {
                continue;
            }
            let published = self.permissions[api].0.len();
            let wanted = usize::try_from(left.min(1 + random.below(9))).unwrap_or(1).min(published);
            let from = self.use_of_apis.rank(&mut random) % published;
            let mut scopes: Vec<usize> = (0..wanted).map(|at| (from + at) % published).collect();
            scopes.sort_unstable();
            left -= scopes.len() as u64;
            out.push(Granted::Scopes { api, user, scopes });
        }
        out
    }
}
