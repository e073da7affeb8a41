//! The way to an atom in words: where each edge goes, what it means and what it rests on.

use serde::Serialize;

use crate::model::estate::{AudienceIx, ClientIx, DownstreamTo};
use crate::model::{Evidence, GrantMode};
use crate::reach::{AtomIx, Cause, Edge, Journey, Mode, Node, Unit, View, Winner};

use super::explain::UnitName;
use super::words::count;

/// Rows named for one edge at most; `grants` tells how many there are.
const ROWS: usize = 10;

/// One edge of a winning path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathEdge {
    /// Name of the place before.
    pub from: String,
    /// Name of the place after.
    pub to: String,
    /// R1 .. R9.
    pub mode: Mode,
    /// What the edge means.
    pub meaning: String,
    /// Scopes that it rests on, by name; told in `meaning` too.
    #[serde(skip)]
    pub scopes: Vec<String>,
    /// How it is known.
    pub evidence: Evidence,
    /// Multiplier, per mille.
    pub multiplier: i64,
    /// Weight of the path after this edge, per mille.
    pub weight: i64,
    /// Row numbers of the grants behind it in `RevisionRows::grants`, ascending, at most ten.
    pub grant_rows: Vec<u32>,
    /// How many grants are behind it.
    pub grants: u32,
    /// Public id of the credential behind it.
    pub credential: Option<String>,
}

/// Names places of one unit's journey.
pub(crate) struct Guide<'a> {
    pub view: View<'a>,
    pub unit: &'a Unit,
    pub name: &'a UnitName,
    pub journey: &'a Journey,
}

impl Guide<'_> {
    pub(crate) fn node(&self, node: Node) -> String {
        let estate = self.view.estate;
        let tenant = |t: u32| estate.tenants.get(t as usize).map_or("", |t| t.name.as_str());
        match node {
            Node::Unit => self.name.name.clone(),
            Node::Client(client) if matches!(self.unit, Unit::Credential(_)) && self.starts(client) => self.name.name.clone(),
            Node::Client(client) | Node::Secrets(client) => estate.clients[client as usize].name.clone(),
            Node::Read(audience) => estate.audiences[audience as usize].name.clone(),
            Node::Plane(t) => format!("control plane of {}", tenant(t)),
            Node::Principals(t) => format!("principals of {}", tenant(t)),
            Node::Inside(audience) => estate.audiences[audience as usize].name.clone(),
            Node::Call(audience, ix) => self.callee(audience, ix),
            Node::Gate(gate, _) => format!("tokens that {} lets in", self.view.graph.gateway(gate)),
            Node::Named(scope, _) => format!("tokens with {}", estate.scopes[scope as usize].value),
        }
    }

    /// What an API calls, and as whom.
    fn callee(&self, audience: AudienceIx, ix: u16) -> String {
        let estate = self.view.estate;
        match self.view.graph.calls(audience).get(usize::from(ix)).map(|call| call.to) {
            Some(DownstreamTo::Audience(to)) => estate.audiences[to as usize].name.clone(),
            Some(DownstreamTo::Client(client)) => estate.clients[client as usize].name.clone(),
            None => String::new(),
        }
    }

    fn starts(&self, client: ClientIx) -> bool {
        self.journey.arrival(Node::Client(client)).is_some_and(|a| a.from.is_none())
    }

    /// Name of what an atom belongs to.
    pub(crate) fn audience(&self, atom: AtomIx) -> String {
        let facts = self.view.graph.atoms.get(atom);
        let tenant = || self.node(Node::Plane(facts.tenant));
        self.view.estate.audiences.get(facts.audience as usize).map_or_else(tenant, |a| a.name.clone())
    }

    /// All edges from the unit to the atom.
    pub(crate) fn path(&self, atom: AtomIx, winner: &Winner) -> Vec<PathEdge> {
        let mut edges = self.way_to(winner.node);
        edges.extend(self.last(atom, winner));
        edges
    }

    /// The edge from the last place to the atom.
    pub(crate) fn last(&self, atom: AtomIx, winner: &Winner) -> Option<PathEdge> {
        // The control plane itself and an API that is called downstream are won by entering them; there is no further edge.
        let entered = match (winner.node, winner.mode) {
            (Node::Plane(_), Mode::R4) => self.view.graph.atoms.get(atom).audience == u32::MAX,
            (_, mode) => mode == Mode::R6,
        };
        if entered {
            return None;
        }
        let multiplier = match winner.mode {
            Mode::R1 => self.view.weights.modes.r1_direct,
            Mode::R2 => self.view.weights.modes.r2_some_users,
            Mode::R3 => self.view.weights.modes.r3_all_users,
            Mode::R10 => self.view.weights.modes.r10_replay,
            _ => 1000,
        };
        let edge = Edge { mode: Some(winner.mode), multiplier, evidence: Evidence::Observed, cause: winner.cause };
        let mut last = self.edge(winner.node, self.audience(atom), &edge, winner.weight);
        if winner.cause == Cause::Consents {
            self.consents(atom, winner, &mut last);
        }
        Some(last)
    }

    /// Edges from the unit to a place.
    pub(crate) fn way_to(&self, node: Node) -> Vec<PathEdge> {
        let ways = self.journey.ways_to(node).into_iter().rev().filter(|(_, _, edge, _)| edge.mode.is_some());
        ways.map(|(from, to, edge, weight)| self.edge(from, self.node(to), &edge, weight)).collect()
    }

    pub(crate) fn edge(&self, from: Node, to: String, edge: &Edge, weight: i64) -> PathEdge {
        let estate = self.view.estate;
        let mode = edge.mode.unwrap_or(Mode::R1);
        let scope = match edge.cause {
            Cause::Grant(scope, _) | Cause::Scope(scope) => Some(&estate.scopes[scope as usize]),
            _ => None,
        };
        let grant_rows = match edge.cause {
            Cause::Grant(_, row) => vec![row],
            _ => Vec::new(),
        };
        let value = scope.map_or("", |s| s.value.as_str());
        let mut scopes: Vec<String> = scope.iter().map(|s| s.value.clone()).collect();
        let mut together = Vec::new();
        let method = match (edge.cause, scope.and_then(|s| s.escalation.as_ref())) {
            (Cause::Set(set), _) => {
                let (method, scopes, _) = &estate.escalation_sets[set as usize];
                let scopes: std::collections::BTreeSet<_> = scopes.iter().collect();
                let values: Vec<&str> = scopes.into_iter().map(|s| estate.scopes[*s as usize].value.as_str()).collect();
                together = values.iter().map(|value| (*value).to_owned()).collect();
                format!("{} together ({method})", values.join(" + "))
            }
            (_, Some((method, _))) => format!("{value} ({method})"),
            _ => value.to_owned(),
        };
        let meaning = match (mode, from) {
            (Mode::R1, _) => format!("the token carries {value}"),
            (Mode::R2, _) => format!("a user consented to {value}"),
            (Mode::R3, Node::Client(client)) => match edge.cause {
                Cause::Grant(ix, row)
                    if self.view.grants(client).iter().any(|g| g.scope == ix && g.row == row && g.mode != GrantMode::Application) =>
                {
                    format!("{value} is granted for all users")
                }
                _ => format!("holds the application permission {value}"),
            },
            (Mode::R3, Node::Call(..)) => format!("was granted {value}"),
            (Mode::R3, _) => format!("holds {value}"),
            (Mode::R4, Node::Plane(_)) => "whoever holds the control plane can act as anyone there".to_owned(),
            (Mode::R4, _) => format!("{method} changes who may do what in the whole tenant"),
            (Mode::R4b, Node::Principals(_)) => "whoever acts for every principal gets what they may do".to_owned(),
            (Mode::R4b, _) => format!("{method} acts for every principal of the tenant"),
            (Mode::R4c, _) => "holds an escalation method and owns it".to_owned(),
            (Mode::R5, _) => "uses the same secret or key".to_owned(),
            (Mode::R6, _) if edge.multiplier == self.view.weights.modes.r6_passthrough => {
                "passes its caller's token on unchanged".to_owned()
            }
            (Mode::R6, _) => "calls it for whoever calls".to_owned(),
            (Mode::R7, _) => "is the subject that its federated credential trusts".to_owned(),
            (Mode::R8, _) => "owns it and may add a secret".to_owned(),
            (Mode::R9, _) => "its data holds credentials of it".to_owned(),
            (Mode::R10, Node::Named(..)) => "does not check the audience and has a scope of that name".to_owned(),
            (Mode::R10, _) => "checks neither audience nor scope of a token that its gateway lets in".to_owned(),
        };
        scopes.append(&mut together);
        let credential = match edge.cause {
            Cause::Credential(ix) => Some(estate.credentials[ix as usize].id.clone()),
            _ => None,
        };
        let grants = grant_rows.len() as u32;
        PathEdge {
            from: self.node(from),
            to,
            mode,
            meaning,
            scopes,
            evidence: edge.evidence,
            multiplier: edge.multiplier,
            weight,
            grant_rows,
            grants,
            credential,
        }
    }

    /// Clients whose consents a unit holds.
    fn consenting(&self) -> Vec<ClientIx> {
        match self.unit {
            Unit::Standing(client, _) => vec![*client],
            unit => unit.hosts(self.view.estate).to_vec(),
        }
    }

    /// The consents whose number of principals won an atom.
    fn consents(&self, atom: AtomIx, winner: &Winner, edge: &mut PathEdge) {
        let mut rows = Vec::new();
        let mut values = std::collections::BTreeSet::new();
        for client in self.consenting() {
            for grant in self.view.grants(client) {
                let own = match (self.unit, grant.mode) {
                    (_, GrantMode::Application) => false,
                    (Unit::Standing(_, principal), mode) => mode == GrantMode::DelegatedAll || grant.principal == *principal,
                    (_, mode) => mode != GrantMode::DelegatedAll,
                };
                let level = self.view.level(client, grant).map(|(level, _)| level);
                if own && level >= Some(winner.level) && self.view.graph.atoms.of_scope(grant.scope).contains(&atom) {
                    rows.push(grant.row);
                    values.insert(self.view.estate.scopes[grant.scope as usize].value.as_str());
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        edge.grants = rows.len() as u32;
        rows.truncate(ROWS);
        edge.grant_rows = rows;
        edge.scopes = values.iter().map(|value| (*value).to_owned()).collect();
        let shown: Vec<&str> = values.iter().copied().take(3).collect();
        let more = if values.len() > 3 { format!(" and {} more", values.len() - 3) } else { String::new() };
        let who = if winner.principals as usize >= self.view.weights.breadth_cap() {
            format!("{} users or more", self.view.weights.breadth_cap())
        } else {
            count(winner.principals as usize, "user")
        };
        edge.meaning = format!("{who} consented to {}{more}", shown.join(", "));
    }
}
