//! Envoy Gateway: SecurityPolicy beside HTTPRoute and Gateway of the Kubernetes Gateway API. A policy of a route takes the place of the
//! one of its gateway.

use super::policies::checks_of;
use crate::importers::gateways::checks::Checks;
use crate::importers::gateways::{Place, state_route};
use crate::importers::listed::reading::Reading;
use crate::importers::listed::tree::Tree;
use crate::model::facts::InstanceSlot;
use crate::model::kinds::CheckResult::Fail;
use crate::model::kinds::RecordKind;

/// An object with its file and name.
struct Object {
    file: usize,
    namespace: String,
    name: String,
    tree: Tree,
}

/// What a policy is for.
struct Target {
    kind: String,
    name: String,
    section: Option<String>,
}

/// See the module.
#[derive(Default)]
pub struct Cluster {
    routes: Vec<Object>,
    policies: Vec<Object>,
    /// Understood and not used: file.
    others: Vec<usize>,
}

impl Cluster {
    /// Adds an object; says whether it is one of these.
    pub fn add(&mut self, file: usize, tree: &Tree) -> bool {
        let api = tree.at("apiVersion").text().unwrap_or_default();
        if !api.starts_with("gateway.envoyproxy.io/") && !api.starts_with("gateway.networking.k8s.io/") {
            return false;
        }
        let of = |field: &str| tree.path(&["metadata", field]).key().unwrap_or("default").to_owned();
        let object = Object { file, namespace: of("namespace"), name: of("name"), tree: tree.clone() };
        match tree.at("kind").text().unwrap_or_default() {
            "HTTPRoute" | "GRPCRoute" => self.routes.push(object),
            "SecurityPolicy" => self.policies.push(object),
            _ => self.others.push(file),
        }
        true
    }

    /// States the routes of a file, and its policies that are for a gateway whose routes are not there.
    pub fn state(&self, reading: &mut Reading<'_>, slot: &InstanceSlot, file: usize) {
        for route in self.routes.iter().filter(|route| route.file == file) {
            self.route(reading, slot, route);
        }
        for policy in self.policies.iter().filter(|policy| policy.file == file) {
            for target in targets(policy) {
                if self.routes.iter().any(|route| is_for(&target, policy, route, None) || hangs_on(&target, policy, route)) {
                    continue;
                }
                let mut checks = checks_of(&policy.tree);
                checks.tell("The routes of this policy are not in this set.");
                let place = Place {
                    key: format!("{}/{}/{}", policy.namespace, policy.name, target.name),
                    name: target.name.clone(),
                    ..Place::default()
                };
                state_route(reading, slot, place, checks, 0);
            }
        }
        for _ in self.others.iter().filter(|of| **of == file) {
            reading.begin(slot, RecordKind::Stated, None, None, 0);
            reading.ignore("gateways and other objects of the Gateway API that check no token");
        }
    }

    fn route(&self, reading: &mut Reading<'_>, slot: &InstanceSlot, route: &Object) {
        let hosts: Vec<String> = route.tree.path(&["spec", "hostnames"]).texts().map(str::to_owned).collect();
        let gateway = route.tree.path(&["spec", "parentRefs"]).many().iter().find_map(|parent| parent.at("name").key()).map(str::to_owned);
        for (at, rule) in route.tree.path(&["spec", "rules"]).many().iter().enumerate() {
            let name = rule.at("name").key();
            let matches = rule.at("matches").many();
            let paths = matches.iter().filter_map(|one| {
                let value = one.path(&["path", "value"]).text()?;
                let pattern = one.path(&["path", "type"]).text() == Some("RegularExpression");
                Some(if pattern { format!("~{value}") } else { value.to_owned() })
            });
            let services = rule.at("backendRefs").many().iter().filter_map(|backend| backend.at("name").key());
            let place = Place {
                key: format!("{}/{}/{}", route.namespace, route.name, name.map_or_else(|| at.to_string(), str::to_owned)),
                name: name.map_or_else(|| route.name.clone(), |name| format!("{} {name}", route.name)),
                gateway: gateway.clone(),
                service: services.map(str::to_owned).next(),
                hosts: hosts.clone(),
                paths: paths.collect(),
                methods: matches.iter().filter_map(|one| one.at("method").text()).map(str::to_owned).collect(),
            };
            state_route(reading, slot, place, self.checks(route, name), 0);
        }
    }

    /// What the nearest policy of a route checks.
    fn checks(&self, route: &Object, rule: Option<&str>) -> Checks {
        let rank = |policy: &Object| {
            let ranks = targets(policy).into_iter().filter_map(|target| match &target.section {
                Some(section) if is_for(&target, policy, route, None) => (rule == Some(section.as_str())).then_some(4),
                None if is_for(&target, policy, route, None) => Some(3),
                Some(_) if hangs_on(&target, policy, route) => Some(2),
                None if hangs_on(&target, policy, route) => Some(1),
                _ => None,
            });
            ranks.max()
        };
        let nearest = self.policies.iter().filter_map(|policy| Some((rank(policy)?, policy))).max_by_key(|(rank, _)| *rank);
        match nearest {
            Some((_, policy)) => checks_of(&policy.tree),
            None => Checks::all(Fail, "No SecurityPolicy of this set holds for this route: no token is checked."),
        }
    }
}

fn targets(policy: &Object) -> Vec<Target> {
    let spec = policy.tree.at("spec");
    let all = spec.at("targetRef").many().iter().chain(spec.at("targetRefs").many());
    let target = |tree: &Tree| {
        Some(Target {
            kind: tree.at("kind").key()?.to_owned(),
            name: tree.at("name").key()?.to_owned(),
            section: tree.at("sectionName").key().map(str::to_owned),
        })
    };
    all.filter_map(target).collect()
}

/// Whether a target is this very route; the section is a rule of it.
fn is_for(target: &Target, policy: &Object, route: &Object, section: Option<&str>) -> bool {
    target.kind != "Gateway"
        && target.name == route.name
        && policy.namespace == route.namespace
        && section.is_none_or(|section| target.section.as_deref() == Some(section))
}

/// Whether a target is the gateway of a route, or the listener of it that the route names.
fn hangs_on(target: &Target, policy: &Object, route: &Object) -> bool {
    target.kind == "Gateway"
        && route.tree.path(&["spec", "parentRefs"]).many().iter().any(|parent| {
            let namespace = parent.at("namespace").key().unwrap_or(&route.namespace);
            let section = parent.at("sectionName").key();
            parent.at("name").key() == Some(target.name.as_str())
                && namespace == policy.namespace
                && target.section.as_deref().is_none_or(|wanted| section.is_none_or(|section| section == wanted))
        })
}
