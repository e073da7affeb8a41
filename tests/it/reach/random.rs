//! Random estates from small numbers, so that a failing one shrinks to the few numbers that matter.

use bulkhead::model::estate::*;
use bulkhead::model::*;
use proptest::prelude::*;

use super::world::*;

/// Four small numbers; what they mean depends on the list they stand in. Taken modulo the size of what they point to.
pub type Four = (u8, u8, u8, u8);

/// A random estate, as numbers, so that proptest can shrink it.
#[derive(Debug, Clone)]
pub struct Plan {
    tenants: u8,
    audiences: Vec<Four>,
    scopes: Vec<(u8, u8, u8, u8, u8)>,
    principals: Vec<u8>,
    clients: Vec<Four>,
    credentials: Vec<(u8, u8, u8, u8, u8)>,
    grants: Vec<(u8, u8, u8, u8, bool)>,
    edges: Vec<Four>,
    sets: Vec<(u8, u8, u8)>,
    vendor: Vec<u8>,
    walls: Vec<Four>,
    calls: Vec<Four>,
}

pub fn four() -> impl Strategy<Value = Four> {
    (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>())
}

pub fn five() -> impl Strategy<Value = (u8, u8, u8, u8, u8)> {
    (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>())
}

pub fn plan() -> impl Strategy<Value = Plan> {
    let structure = (
        1u8..3,
        prop::collection::vec(four(), 1..6),
        prop::collection::vec(five(), 1..9),
        prop::collection::vec(any::<u8>(), 0..4),
        prop::collection::vec(four(), 1..6),
    );
    let rows = (
        prop::collection::vec(five(), 0..6),
        prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), prop::bool::weighted(0.2)), 0..16),
        prop::collection::vec(four(), 0..6),
        prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 0..2),
        prop::collection::vec(any::<u8>(), 0..3),
        prop::collection::vec(four(), 0..5),
        prop::collection::vec(four(), 0..4),
    );
    (structure, rows).prop_map(
        |((tenants, audiences, scopes, principals, clients), (credentials, grants, edges, sets, vendor, walls, calls))| Plan {
            tenants,
            audiences,
            scopes,
            principals,
            clients,
            credentials,
            grants,
            edges,
            sets,
            vendor,
            walls,
            calls,
        },
    )
}

const TARGETS: [EscalationTarget; 4] =
    [EscalationTarget::Bounded, EscalationTarget::Principals, EscalationTarget::ClientsAll, EscalationTarget::Realm];

fn pick<T: Copy>(list: &[T], number: u8) -> T {
    list[usize::from(number) % list.len()]
}

impl Plan {
    pub fn world(&self) -> World {
        let mut world = World::new();
        for n in 1..self.tenants {
            world.tenant(&format!("tenant {n}"));
        }
        for four in &self.audiences {
            self.audience(&mut world, *four);
        }
        for five in &self.scopes {
            self.scope(&mut world, *five);
        }
        for n in &self.principals {
            let members = pick(&[Some(1), Some(1), Some(1), Some(12), Some(700), None], *n);
            world.principal(members, n % 16 > 11);
        }
        for (n, (a, b, c, d)) in self.clients.iter().enumerate() {
            let client = world.client(&format!("client {n}"));
            let facts = &mut world.estate.clients[client as usize];
            facts.tenant = u32::from(a % self.tenants);
            facts.hold = pick(&[(1000, false), (1250, false), (1400, true)], *b);
            facts.net = pick(&[900, 1000, 1100], *c);
            facts.managed = d % 4 == 0;
            facts.delegated_life = [(pick(&[600, 750, 1250], *d), false), (pick(&[750, 1000, 1250], d / 3), d % 5 == 0)];
        }
        for (a, b, c, d, e) in &self.credentials {
            let from = u32::from(d % self.clients.len() as u8);
            let secret = world.secret(u32::from(a % self.clients.len() as u8));
            secret.life = pick(&[(600, false), (1100, false), (1250, true)], *b);
            secret.rot = pick(&[(1000, false), (1100, false), (1200, true)], *c);
            secret.leak = pick(&[1000, 1000, 1250, 1500], *d);
            secret.shared_group = pick(&[0, 0, 1, 2], *e);
            secret.federated_from = (e % 5 == 0).then_some((from, e % 2 == 0));
        }
        for grant in &self.grants {
            self.grant(&mut world, *grant);
        }
        for edge in &self.edges {
            self.edge(&mut world, *edge);
        }
        for (a, b, c) in &self.sets {
            let scope = |n: u8| u32::from(n % self.scopes.len() as u8);
            world.estate.escalation_sets.push(("EM-SET".to_owned(), vec![scope(*a), scope(*b)], pick(&TARGETS, *c)));
        }
        let mut clients: Vec<u32> = self.vendor.iter().map(|n| u32::from(n % self.clients.len() as u8)).collect();
        clients.sort_unstable();
        clients.dedup();
        world.estate.applications.push(EstateApplication { id: "p000".to_owned(), name: "product".to_owned(), clients: clients.clone() });
        for (n, client) in world.estate.audiences.iter_mut().enumerate().filter(|(n, _)| n % 2 == 0) {
            client.client = Some((n % self.clients.len()) as u32);
        }
        for wall in &self.walls {
            self.wall(&mut world, *wall);
        }
        for call in &self.calls {
            self.call(&mut world, *call);
        }
        world.estate.vendors.push(EstateVendor { id: "v000".to_owned(), name: "vendor".to_owned(), clients });
        world
    }

    pub fn audience(&self, world: &mut World, (a, b, c, d): Four) {
        let boundary = pick(&["east", "west", "south"], b);
        let sensitivity = |n: u8| pick(&[None, Some(Sensitivity::Public), Some(Sensitivity::Restricted), Some(Sensitivity::Regulated)], n);
        let audience = world.audience(&format!("api {}", world.estate.audiences.len()), boundary, Sensitivity::Internal, Impact::Low);
        let facts = &mut world.estate.audiences[audience as usize];
        facts.tenant = u32::from(a % self.tenants);
        facts.impact = pick(&[None, Some(Impact::Low), Some(Impact::High), Some(Impact::Critical)], c);
        facts.environment = pick(&[Environment::Prod, Environment::Test, Environment::Unknown], d);
        facts.classes[0].sensitivity = sensitivity(d / 3);
        if c % 3 == 0 {
            facts.classes.push(DataClass { name: "second".to_owned(), sensitivity: sensitivity(d / 12) });
            facts.functions.push("second".to_owned());
        }
        if b % 7 == 0 {
            facts.boundary = None;
        }
    }

    /// A gateway in front of an audience, and two of its checks.
    pub fn wall(&self, world: &mut World, (a, b, c, d): Four) {
        let ix = usize::from(a) % world.estate.audiences.len();
        let facts = &mut world.estate.audiences[ix];
        facts.gateway = Some(pick(&["edge", "edge", "core"], b).to_owned());
        facts.checks[CheckId::A1 as usize] = pick(CheckResult::ALL, c);
        facts.checks[CheckId::A3 as usize] = pick(CheckResult::ALL, d);
    }

    /// A call from one API to another or to what its client was granted.
    pub fn call(&self, world: &mut World, (a, b, c, d): Four) {
        let audiences = world.estate.audiences.len();
        let to = match c % 2 {
            0 => DownstreamTo::Audience(u32::from(b) % audiences as u32),
            _ => DownstreamTo::Client(u32::from(b) % world.estate.clients.len() as u32),
        };
        let evidence = pick(&[Evidence::Declared, Evidence::Observed, Evidence::Inferred], d);
        let call = EstateDownstream { to, passthrough: c % 5 == 0, evidence };
        world.estate.audiences[usize::from(a) % audiences].downstream.push(call);
    }

    pub fn scope(&self, world: &mut World, (a, b, c, d, e): (u8, u8, u8, u8, u8)) {
        let audience = u32::from(a) % world.estate.audiences.len() as u32;
        let scope = world.scope(audience, &format!("scope {}", e / 32), pick(Privilege::ALL, b));
        let facts = &mut world.estate.scopes[scope as usize];
        facts.breadth = pick(&[BreadthHint::All, BreadthHint::All, BreadthHint::Selected, BreadthHint::SelfOnly], c);
        facts.classes = if d % 3 == 0 { vec![u16::from(d / 3 % 2)] } else { Vec::new() };
        facts.assumed = d % 5 == 0;
        facts.offline = e % 6 == 0;
        facts.escalation = (e % 4 == 0).then(|| ("EM-ONE".to_owned(), pick(&TARGETS, e / 4)));
    }

    pub fn grant(&self, world: &mut World, (a, b, c, d, narrowed): (u8, u8, u8, u8, bool)) {
        let client = u32::from(a) % world.estate.clients.len() as u32;
        let scope = u32::from(b) % world.estate.scopes.len() as u32;
        let mode = pick(&[GrantMode::Application, GrantMode::Application, GrantMode::DelegatedOne, GrantMode::DelegatedAll], c);
        match mode {
            GrantMode::Application if narrowed => world.narrowed(client, scope),
            GrantMode::DelegatedOne if !world.estate.principals.is_empty() => {
                let principal = u32::from(d) % world.estate.principals.len() as u32;
                world.grant(client, scope, principal, mode);
            }
            GrantMode::DelegatedOne | GrantMode::DelegatedAll => world.grant(client, scope, NO_PRINCIPAL, mode),
            _ => world.app(client, scope),
        }
    }

    pub fn edge(&self, world: &mut World, (a, b, c, d): Four) {
        let clients = world.estate.clients.len() as u32;
        let (from, to) = (u32::from(a) % clients, u32::from(b) % clients);
        let evidence = pick(&[Evidence::Declared, Evidence::Observed, Evidence::Inferred], d);
        match c % 5 {
            0 | 1 => {
                let audience = usize::from(a) % world.estate.audiences.len();
                world.estate.audiences[audience].harvest.push((to, evidence));
            }
            2 => world.estate.clients[to as usize].owner_clients.push(from),
            3 => {
                let kind = pick(&[ReachEdgeKind::Shared, ReachEdgeKind::OwnerControl, ReachEdgeKind::Federation], d / 3);
                world.estate.edges.push(EstateEdge { from, to, kind, wildcard: d % 2 == 0, evidence });
            }
            _ => world.estate.edges.push(EstateEdge { from, to, kind: ReachEdgeKind::OwnerControl, wildcard: false, evidence }),
        }
    }
}
