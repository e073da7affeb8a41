//! The walk: every node, then every edge of the reach graph, in the order of the estate, which is that of public ids.
//!
//! Grants of one client at one audience are one edge for each mode, with the highest privilege and the names of the scopes; delegated
//! grants are edges like all others.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::model::estate::*;
use crate::model::kinds::*;

use super::{Edge, Node, Pen, Size, Value};

/// Scope names that one edge lists; `grants` tells how many there are.
const MOST_SCOPES: usize = 200;

/// What is exported.
pub struct Source<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// The id of a client in its own system, if known.
    pub client_id: &'a dyn Fn(ClientIx) -> Option<&'a str>,
}

struct Walk<'a, 'p> {
    source: &'p Source<'a>,
    pen: &'p mut dyn Pen,
    size: Size,
}

type Properties<'a> = Vec<(&'static str, Value<'a>)>;

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

/// A word, unless it says unknown.
fn known(word: &'static str) -> Option<Value<'static>> {
    (word != "unknown").then(|| text(word))
}

/// Only what is known.
fn only<'a, const N: usize>(all: [(&'static str, Option<Value<'a>>); N]) -> Properties<'a> {
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn tenant_id(estate: &Estate, tenant: u32) -> Option<String> {
    estate.tenants.get(tenant as usize).map(|tenant| format!("tenant:{}", tenant.id))
}

fn tenant_name(estate: &Estate, tenant: u32) -> Option<Value<'_>> {
    estate.tenants.get(tenant as usize).map(|tenant| text(&tenant.name))
}

fn class_id(class: &DataClass) -> String {
    format!("class:{}:{}", class.sensitivity.map_or("unknown", |sensitivity| sensitivity.as_str()), class.name)
}

/// A class that nobody named joins nothing: every unclassified audience would seem to hold the same data.
fn is_named(class: &DataClass) -> bool {
    class.name != "unclassified"
}

/// Sends the whole graph to a pen.
///
/// # Errors
/// The output cannot be written.
pub fn walk(source: &Source<'_>, pen: &mut dyn Pen) -> io::Result<Size> {
    let mut walk = Walk { source, pen, size: Size::default() };
    walk.pen.begin()?;
    walk.nodes()?;
    walk.edges()?;
    walk.pen.end()?;
    Ok(walk.size)
}

impl<'a> Walk<'a, '_> {
    fn node(&mut self, id: Cow<'_, str>, kind: &'static str, name: &str, properties: Properties<'_>) -> io::Result<()> {
        self.size.nodes += 1;
        self.pen.node(&Node { id, kind, name: Cow::Borrowed(name), properties })
    }

    fn edge(&mut self, start: &str, kind: &'static str, end: &str, properties: Properties<'_>) -> io::Result<()> {
        self.size.edges += 1;
        self.pen.edge(&Edge { start: Cow::Borrowed(start), end: Cow::Borrowed(end), kind, properties })
    }

    fn nodes(&mut self) -> io::Result<()> {
        let estate = self.source.estate;
        for tenant in &estate.tenants {
            self.node(format!("tenant:{}", tenant.id).into(), "Tenant", &tenant.name, Vec::new())?;
        }
        let gateways: BTreeSet<&str> = estate.audiences.iter().filter_map(|audience| audience.gateway.as_deref()).collect();
        for gateway in gateways {
            self.node(format!("gateway:{gateway}").into(), "Gateway", gateway, Vec::new())?;
        }
        let classes: BTreeMap<String, &DataClass> = estate
            .audiences
            .iter()
            .flat_map(|audience| &audience.classes)
            .filter(|class| is_named(class))
            .map(|class| (class_id(class), class))
            .collect();
        for (id, class) in classes {
            let properties = only([("sensitivity", class.sensitivity.map(|sensitivity| text(sensitivity.as_str())))]);
            self.node(id.into(), "DataClass", &class.name, properties)?;
        }
        for vendor in &estate.vendors {
            self.node(vendor.id.as_str().into(), "Vendor", &vendor.name, Vec::new())?;
        }
        for application in &estate.applications {
            self.node(application.id.as_str().into(), "Application", &application.name, Vec::new())?;
        }
        for (at, client) in estate.clients.iter().enumerate() {
            let properties = only([
                ("clientid", (self.source.client_id)(at as ClientIx).map(text)),
                ("tenant", tenant_name(estate, client.tenant)),
                ("environment", known(client.environment.as_str())),
                ("enabled", Some(Value::Flag(client.enabled))),
            ]);
            self.node(client.id.as_str().into(), "Client", &client.name, properties)?;
        }
        let mut last_group = 0;
        for credential in &estate.credentials {
            let properties = only([("credentialkind", Some(text(credential.kind.as_str())))]);
            self.node(credential.id.as_str().into(), "Credential", &credential.name, properties)?;
            last_group = last_group.max(credential.shared_group);
        }
        for group in 1..=last_group {
            self.node(format!("shared:{group}").into(), "SharedValue", &format!("Shared value {group}"), Vec::new())?;
        }
        for audience in &estate.audiences {
            let with = |wanted: CheckResult| {
                let checks: Vec<&str> = CheckId::ALL.iter().filter(|id| audience.check(**id) == wanted).map(|id| id.as_str()).collect();
                (!checks.is_empty()).then_some(Value::List(checks))
            };
            let sensitivity = audience.classes.iter().filter_map(|class| class.sensitivity).max();
            let properties = only([
                ("tenant", tenant_name(estate, audience.tenant)),
                ("environment", known(audience.environment.as_str())),
                ("boundary", audience.boundary.as_deref().map(text)),
                ("impact", audience.impact.map(|impact| text(impact.as_str()))),
                ("sensitivity", sensitivity.map(|sensitivity| text(sensitivity.as_str()))),
                ("failedchecks", with(CheckResult::Fail)),
                ("passedchecks", with(CheckResult::Pass)),
            ]);
            self.node(audience.id.as_str().into(), "Audience", &audience.name, properties)?;
        }
        Ok(())
    }

    fn edges(&mut self) -> io::Result<()> {
        let estate = self.source.estate;
        for vendor in &estate.vendors {
            for client in &vendor.clients {
                self.edge(&vendor.id, "Holds", &estate.clients[*client as usize].id, Vec::new())?;
            }
        }
        for application in &estate.applications {
            for client in &application.clients {
                self.edge(&application.id, "Consists", &estate.clients[*client as usize].id, Vec::new())?;
            }
        }
        for credential in &estate.credentials {
            let client = &estate.clients[credential.client as usize];
            self.edge(&credential.id, "AuthenticatesAs", &client.id, Vec::new())?;
            if credential.shared_group != 0 {
                let group = format!("shared:{}", credential.shared_group);
                self.edge(&credential.id, "HasValue", &group, Vec::new())?;
            }
        }
        self.shared_values()?;
        self.between_clients()?;
        for (at, client) in estate.clients.iter().enumerate() {
            self.grants(client)?;
            self.escalations(at, client)?;
        }
        for audience in &estate.audiences {
            self.audience(audience)?;
        }
        Ok(())
    }

    /// One value opens every client that has it (R5).
    fn shared_values(&mut self) -> io::Result<()> {
        let estate = self.source.estate;
        let holders: BTreeSet<(u32, ClientIx)> = estate
            .credentials
            .iter()
            .filter(|credential| credential.shared_group != 0)
            .map(|credential| (credential.shared_group, credential.client))
            .collect();
        for (group, client) in holders {
            self.edge(&format!("shared:{group}"), "AuthenticatesAs", &estate.clients[client as usize].id, Vec::new())?;
        }
        Ok(())
    }

    /// Federations (R7), control by owners (R8) and what was declared between clients.
    fn between_clients(&mut self) -> io::Result<()> {
        let estate = self.source.estate;
        let mut ways: BTreeMap<(ClientIx, ClientIx, &'static str), Evidence> = BTreeMap::new();
        for credential in &estate.credentials {
            if let Some((from, _)) = credential.federated_from {
                ways.insert((from, credential.client, "FederatesInto"), Evidence::Observed);
            }
        }
        for (at, client) in estate.clients.iter().enumerate() {
            for owner in &client.owner_clients {
                ways.insert((*owner, at as ClientIx, "Controls"), Evidence::Observed);
            }
        }
        for edge in &estate.edges {
            let kind = match edge.kind {
                ReachEdgeKind::Federation => "FederatesInto",
                ReachEdgeKind::OwnerControl => "Controls",
                ReachEdgeKind::Shared => "SharesSecretWith",
                _ => continue,
            };
            ways.entry((edge.from, edge.to, kind)).or_insert(edge.evidence);
        }
        for ((from, to, kind), evidence) in ways {
            let properties = vec![("evidence", text(evidence.as_str()))];
            self.edge(&estate.clients[from as usize].id, kind, &estate.clients[to as usize].id, properties)?;
        }
        Ok(())
    }

    /// Grants of one client, summed up by audience and mode.
    fn grants(&mut self, client: &EstateClient) -> io::Result<()> {
        let estate = self.source.estate;
        let mut grants: Vec<(AudienceIx, GrantMode, ScopeIx, PrincipalIx)> = estate.grants
            [client.grants_from as usize..client.grants_to as usize]
            .iter()
            .map(|grant| (estate.scopes[grant.scope as usize].audience, grant.mode, grant.scope, grant.principal))
            .collect();
        grants.sort_unstable();
        for same in grants.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (audience, mode, ..) = same[0];
            let mut scopes: Vec<&str> = same.iter().map(|grant| estate.scopes[grant.2 as usize].value.as_str()).collect();
            scopes.sort_unstable();
            scopes.dedup();
            scopes.truncate(MOST_SCOPES);
            let privilege = same.iter().map(|grant| estate.scopes[grant.2 as usize].privilege).max().unwrap_or(Privilege::None);
            let users = same.iter().map(|grant| grant.3).filter(|principal| *principal != NO_PRINCIPAL).collect::<BTreeSet<_>>().len();
            let kind = match mode {
                GrantMode::DelegatedOne => "DelegatedOne",
                GrantMode::DelegatedGroup => "DelegatedGroup",
                GrantMode::DelegatedAll => "DelegatedAll",
                GrantMode::Application => "ApplicationGrant",
            };
            let properties = only([
                ("privilege", Some(text(privilege.as_str()))),
                ("privilegerank", Some(Value::Number(privilege.code()))),
                ("scopes", Some(Value::List(scopes))),
                ("grants", Some(Value::Number(same.len() as i64))),
                ("users", (users > 0).then_some(Value::Number(users as i64))),
            ]);
            self.edge(&client.id, kind, &estate.audiences[audience as usize].id, properties)?;
        }
        Ok(())
    }

    /// Tenants that a client can take over by its application permissions (R4), with the methods.
    fn escalations(&mut self, at: usize, client: &EstateClient) -> io::Result<()> {
        let estate = self.source.estate;
        let held = || {
            estate.grants[client.grants_from as usize..client.grants_to as usize]
                .iter()
                .filter(|grant| grant.mode == GrantMode::Application && !grant.narrowed)
                .map(|grant| grant.scope)
        };
        let tenant_of = |scope: ScopeIx| estate.audiences[estate.scopes[scope as usize].audience as usize].tenant;
        let mut ways: BTreeMap<(u32, &'static str), BTreeSet<&str>> = BTreeMap::new();
        let mut add = |tenant: u32, target: EscalationTarget, method: &'a str| {
            let kind = match target {
                EscalationTarget::Bounded => return,
                EscalationTarget::Principals => "ImpersonatesUsersOf",
                EscalationTarget::ClientsAll | EscalationTarget::Realm => "TakesOver",
            };
            ways.entry((tenant, kind)).or_default().insert(method);
        };
        for scope in held() {
            if let Some((method, target)) = &estate.scopes[scope as usize].escalation {
                add(tenant_of(scope), *target, method);
            }
        }
        if !estate.escalation_sets.is_empty() {
            let held: BTreeSet<ScopeIx> = held().collect();
            for (method, scopes, target) in &estate.escalation_sets {
                if !scopes.is_empty() && scopes.iter().all(|scope| held.contains(scope)) {
                    add(tenant_of(scopes[0]), *target, method);
                }
            }
        }
        for ((tenant, kind), methods) in ways {
            let Some(end) = tenant_id(estate, tenant) else { continue };
            let methods: Vec<&str> = methods.into_iter().collect();
            let properties = vec![("method", Value::Text(methods.join(", ").into()))];
            self.edge(&estate.clients[at].id, kind, &end, properties)?;
        }
        Ok(())
    }

    /// What an audience holds, stands behind and leads to.
    fn audience(&mut self, audience: &EstateAudience) -> io::Result<()> {
        let estate = self.source.estate;
        if let Some(end) = tenant_id(estate, audience.tenant) {
            self.edge(&end, "Contains", &audience.id, Vec::new())?;
        }
        if let Some(gateway) = &audience.gateway {
            self.edge(&format!("gateway:{gateway}"), "Guards", &audience.id, Vec::new())?;
        }
        for class in audience.classes.iter().filter(|class| is_named(class)) {
            self.edge(&audience.id, "HoldsData", &class_id(class), Vec::new())?;
        }
        if let Some(client) = audience.client {
            self.edge(&estate.clients[client as usize].id, "Publishes", &audience.id, Vec::new())?;
        }
        let harvest: BTreeMap<ClientIx, Evidence> = audience.harvest.iter().copied().collect();
        for (client, evidence) in harvest {
            let properties = vec![("evidence", text(evidence.as_str()))];
            self.edge(&audience.id, "HoldsCredentialsOf", &estate.clients[client as usize].id, properties)?;
        }
        let mut downstream: BTreeMap<(&str, &'static str), Evidence> = BTreeMap::new();
        for way in &audience.downstream {
            let end = match way.to {
                DownstreamTo::Client(client) => estate.clients[client as usize].id.as_str(),
                DownstreamTo::Audience(audience) => estate.audiences[audience as usize].id.as_str(),
            };
            downstream.entry((end, if way.passthrough { "PassesTokenTo" } else { "ActsOnBehalfAt" })).or_insert(way.evidence);
        }
        for ((end, kind), evidence) in downstream {
            self.edge(&audience.id, kind, end, vec![("evidence", text(evidence.as_str()))])?;
        }
        Ok(())
    }
}
