//! A small estate, written down in a few words.

use bulkhead::model::estate::*;
use bulkhead::model::weights::Weights;
use bulkhead::model::*;
use bulkhead::reach::{Token, Unit};

/// Factors of something first-party and in time, with this life.
pub const fn living(life: i64) -> [(i64, bool); 6] {
    [(1000, false), (life, false), (1000, false), (1000, false), (1000, false), (1000, false)]
}

/// An estate being written; indices are handed out in order, ids sort in the same order.
#[derive(Default, Clone)]
pub struct World {
    pub estate: Estate,
    grants: Vec<Vec<EstateGrant>>,
    credentials: Vec<Vec<EstateCredential>>,
    rows: u32,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self::default();
        world.tenant("home");
        world
    }

    pub fn tenant(&mut self, name: &str) -> u32 {
        let tenants = &mut self.estate.tenants;
        tenants.push(EstateTenant { id: format!("t{:03}", tenants.len()), name: name.to_owned() });
        tenants.len() as u32 - 1
    }

    /// An audience with one data class of its own name.
    pub fn audience(&mut self, name: &str, boundary: &str, sensitivity: Sensitivity, impact: Impact) -> AudienceIx {
        let class = DataClass { name: name.to_owned(), sensitivity: Some(sensitivity) };
        let audiences = &mut self.estate.audiences;
        audiences.push(EstateAudience {
            id: format!("a{:03}", audiences.len()),
            name: name.to_owned(),
            boundary: Some(boundary.to_owned()),
            tenant: 0,
            classes: vec![class],
            impact: Some(impact),
            functions: vec![name.to_owned()],
            environment: Environment::Prod,
            client: None,
            harvest: Vec::new(),
            gateway: None,
            checks: [CheckResult::Unknown; 10],
            downstream: Vec::new(),
        });
        audiences.len() as u32 - 1
    }

    pub fn scope(&mut self, audience: AudienceIx, value: &str, privilege: Privilege) -> ScopeIx {
        let scopes = &mut self.estate.scopes;
        scopes.push(EstateScope {
            id: format!("s{:03}", scopes.len()),
            value: value.to_owned(),
            audience,
            privilege,
            breadth: BreadthHint::All,
            classes: Vec::new(),
            escalation: None,
            assumed: false,
            offline: false,
            delegated_kind: false,
        });
        scopes.len() as u32 - 1
    }

    pub fn method(&mut self, audience: AudienceIx, value: &str, id: &str, target: EscalationTarget) -> ScopeIx {
        let scope = self.scope(audience, value, Privilege::Escalate);
        self.estate.scopes[scope as usize].escalation = Some((id.to_owned(), target));
        scope
    }

    pub fn client(&mut self, name: &str) -> ClientIx {
        let clients = &mut self.estate.clients;
        clients.push(EstateClient {
            id: format!("c{:03}", clients.len()),
            name: name.to_owned(),
            tenant: 0,
            hold: (1000, false),
            net: 1000,
            delegated_life: [(750, false), (1000, false)],
            environment: Environment::Prod,
            enabled: true,
            owner_clients: Vec::new(),
            vendor: None,
            managed: false,
            grants_from: 0,
            grants_to: 0,
            credentials_from: 0,
            credentials_to: 0,
        });
        self.grants.push(Vec::new());
        self.credentials.push(Vec::new());
        clients.len() as u32 - 1
    }

    /// A client secret that lives a year, in time.
    pub fn secret(&mut self, client: ClientIx) -> &mut EstateCredential {
        let mine = &mut self.credentials[client as usize];
        mine.push(EstateCredential {
            id: format!("k{client:03}{:03}", mine.len()),
            name: format!("secret {} of client {client}", mine.len()),
            client,
            kind: CredentialKind::ClientSecret,
            life: (1100, false),
            rot: (1000, false),
            leak: 1000,
            shared_group: 0,
            federated_from: None,
        });
        mine.last_mut().unwrap()
    }

    pub fn principal(&mut self, members: Option<u32>, privileged: bool) -> PrincipalIx {
        let principals = &mut self.estate.principals;
        principals.push(EstatePrincipal { id: format!("p{:03}", principals.len()), members, privileged });
        principals.len() as u32 - 1
    }

    pub fn grant(&mut self, client: ClientIx, scope: ScopeIx, principal: PrincipalIx, mode: GrantMode) {
        let row = self.rows;
        self.rows += 1;
        self.grants[client as usize].push(EstateGrant { scope, principal, mode, narrowed: false, row });
    }

    pub fn app(&mut self, client: ClientIx, scope: ScopeIx) {
        self.grant(client, scope, NO_PRINCIPAL, GrantMode::Application);
    }

    pub fn narrowed(&mut self, client: ClientIx, scope: ScopeIx) {
        self.app(client, scope);
        self.grants[client as usize].last_mut().unwrap().narrowed = true;
    }

    /// The estate, with ranges filled in.
    pub fn build(&self) -> Estate {
        let mut estate = self.estate.clone();
        for (ix, client) in estate.clients.iter_mut().enumerate() {
            client.grants_from = estate.grants.len() as u32;
            estate.grants.extend(&self.grants[ix]);
            client.grants_to = estate.grants.len() as u32;
            client.credentials_from = estate.credentials.len() as u32;
            estate.credentials.extend(self.credentials[ix].iter().cloned());
            client.credentials_to = estate.credentials.len() as u32;
        }
        estate
    }

    /// The same estate with grants turned round inside their client and lists in another order.
    pub fn shuffled(&self) -> Estate {
        let mut other = self.clone();
        other.grants.iter_mut().for_each(|grants| grants.reverse());
        other.estate.edges.reverse();
        other.estate.escalation_sets.iter_mut().for_each(|set| set.1.reverse());
        other.estate.audiences.iter_mut().for_each(|a| a.harvest.reverse());
        other.estate.clients.iter_mut().for_each(|c| c.owner_clients.reverse());
        other.build()
    }
}

/// A machine token with these scopes.
pub fn token(scopes: &[ScopeIx], exposure: [(i64, bool); 6]) -> Unit {
    Unit::Token(Token { name: "token".to_owned(), scopes: scopes.to_vec(), narrowed: Vec::new(), breadth: 1000, exposure })
}

pub fn weights() -> Weights {
    Weights::default()
}

/// The four APIs of domain.md 3.8 W1: product, cart, location, payment, with one scope each.
pub fn shop() -> (World, [ScopeIx; 4]) {
    let mut world = World::new();
    let product = world.audience("product", "commerce", Sensitivity::Public, Impact::Moderate);
    let cart = world.audience("cart", "commerce", Sensitivity::Internal, Impact::Moderate);
    let location = world.audience("location", "geo", Sensitivity::Restricted, Impact::Moderate);
    let payment = world.audience("payment", "PCI", Sensitivity::Regulated, Impact::Critical);
    let scopes = [
        world.scope(product, "product.read", Privilege::Read),
        world.scope(cart, "cart.write", Privilege::Write),
        world.scope(location, "location.read", Privilege::Read),
        world.scope(payment, "payment.write", Privilege::Write),
    ];
    (world, scopes)
}
