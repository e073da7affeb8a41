//! The objects of a mesh, the workloads that they name, and the routes that come of them. Knows Istio's fields; what a policy means is in
//! its neighbour.

use std::collections::{BTreeMap, BTreeSet};

use super::policy::{self, At};
use super::requests::Requests;
use crate::importers::gateways::Place;
use crate::importers::gateways::checks::Checks;
use crate::importers::listed::tree::Tree;
use crate::model::kinds::CheckResult::NotApplicable;

/// Namespace whose policies without a selector hold for the whole mesh, unless the mesh is set up otherwise.
const ROOT: &str = "istio-system";

/// Labels of a workload.
pub type Labels = BTreeMap<String, String>;

/// One object with where it was read.
pub struct Object {
    /// File of the set.
    pub file: usize,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Labels that it selects; none = everything in its namespace.
    pub selector: Option<Labels>,
    /// Names of gateways that it targets in place of labels.
    pub targets: Vec<String>,
    /// As the file has it.
    pub tree: Tree,
}

/// A place where policies work.
#[derive(Debug, Clone, Default)]
pub struct Workload {
    /// Namespace, if it is known.
    pub namespace: Option<String>,
    /// Labels that it surely has.
    pub labels: Labels,
    /// Gateway objects that it serves, by name.
    pub gateways: BTreeSet<String>,
}

/// See the module.
#[derive(Default)]
pub struct Mesh {
    /// RequestAuthentications.
    pub authentications: Vec<Object>,
    /// AuthorizationPolicies.
    pub policies: Vec<Object>,
    gateways: Vec<Object>,
    services: Vec<Object>,
    others: Vec<(usize, &'static str)>,
    /// Selectors that name the same pods, because one object has both labels.
    together: Vec<Labels>,
}

fn labels(tree: &Tree) -> Labels {
    tree.pairs().iter().filter_map(|(key, value)| Some((key.clone(), value.text()?.to_owned()))).collect()
}

impl Mesh {
    /// Adds an object; says whether it is Istio's.
    pub fn add(&mut self, file: usize, tree: &Tree) -> bool {
        let api = tree.at("apiVersion").text().unwrap_or_default();
        if !api.contains(".istio.io/") {
            return false;
        }
        let of = |field: &str| tree.path(&["metadata", field]).key().unwrap_or("default").to_owned();
        let spec = tree.at("spec");
        let kind = tree.at("kind").text().unwrap_or_default();
        let selector = match kind {
            "Gateway" => Some(labels(spec.at("selector"))),
            _ => Some(labels(spec.path(&["selector", "matchLabels"]))),
        };
        let targets = spec.at("targetRef").many().iter().chain(spec.at("targetRefs").many());
        let object = Object {
            file,
            namespace: of("namespace"),
            name: of("name"),
            selector: selector.filter(|labels| !labels.is_empty()),
            targets: targets.filter_map(|target| target.at("name").key()).map(str::to_owned).collect(),
            tree: tree.clone(),
        };
        match kind {
            "RequestAuthentication" => self.authentications.push(object),
            "AuthorizationPolicy" => self.policies.push(object),
            "Gateway" => self.gateways.push(object),
            "VirtualService" => self.services.push(object),
            "PeerAuthentication" => self.others.push((file, "PeerAuthentication, which is about connections and not about tokens")),
            _ => self.others.push((file, "objects of Istio that check no token")),
        }
        true
    }

    /// Finds which labels are those of the same pods, when all files are there.
    pub fn join(&mut self) {
        let all = self.authentications.iter().chain(&self.policies).chain(&self.gateways);
        self.together = all.filter_map(|object| object.selector.clone()).filter(|labels| labels.len() > 1).collect();
        // The labels of the gateway that Istio's own installation makes.
        let pair = [("app", "istio-ingressgateway"), ("istio", "ingressgateway")];
        self.together.push(pair.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect());
    }

    /// Labels with those that go with them.
    fn widened(&self, of: &Labels) -> Labels {
        let mut all = of.clone();
        loop {
            let before = all.len();
            for group in &self.together {
                if group.iter().any(|(key, value)| all.get(key) == Some(value)) {
                    for (key, value) in group {
                        all.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }

    /// Whether an object works at a workload.
    pub fn holds(&self, object: &Object, workload: &Workload) -> bool {
        if !object.targets.is_empty() {
            return object.targets.iter().any(|target| workload.gateways.contains(target));
        }
        let near = workload.namespace.as_ref().is_none_or(|namespace| object.namespace == *namespace || object.namespace == ROOT);
        match &object.selector {
            Some(labels) => near && labels.iter().all(|(key, value)| workload.labels.get(key) == Some(value)),
            None => object.namespace == ROOT || workload.namespace.as_ref() == Some(&object.namespace),
        }
    }

    /// Understood and not used, by reason.
    pub fn others(&self, file: usize) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        let laid = self.authentications.iter().chain(&self.policies).filter(|object| object.file == file).count();
        if laid > 0 {
            counts.insert("policies, which are laid into the routes and workloads that they hold for", laid);
        }
        for (_, reason) in self.others.iter().filter(|(of, _)| *of == file) {
            *counts.entry(*reason).or_default() += 1;
        }
        counts
    }

    /// The workload behind a gateway object.
    fn of_gateway(&self, gateway: &Object) -> Workload {
        let labels = gateway.selector.as_ref().map(|labels| self.widened(labels)).unwrap_or_default();
        Workload { namespace: None, labels, gateways: BTreeSet::from([gateway.name.clone()]) }
    }

    /// The routes that a file accounts for.
    pub fn routes(&self, file: usize) -> Vec<(Place, Checks)> {
        let mut all = Vec::new();
        for service in self.services.iter().filter(|service| service.file == file) {
            self.of_service(service, &mut all);
        }
        for gateway in self.gateways.iter().filter(|gateway| gateway.file == file) {
            if self.services.iter().any(|service| self.leads(service, gateway)) {
                continue;
            }
            let hosts = gateway.tree.path(&["spec", "servers"]).many().iter().flat_map(|server| server.at("hosts").texts());
            let place = Place {
                key: format!("{}/{}", gateway.namespace, gateway.name),
                name: gateway.name.clone(),
                gateway: Some(gateway.name.clone()),
                hosts: hosts.map(bare_host).filter(|host| host != "*").collect(),
                ..Place::default()
            };
            let workload = self.of_gateway(gateway);
            let mut checks = policy::checks(self, &workload, &At::default());
            checks.tell("No VirtualService of this set hangs on this gateway; what it checks is listed as a whole.");
            all.push((place, checks));
        }
        self.workloads(file, &mut all);
        all
    }

    fn leads(&self, service: &Object, gateway: &Object) -> bool {
        service.tree.path(&["spec", "gateways"]).texts().any(|name| match name.split_once('/') {
            Some((namespace, name)) => namespace == gateway.namespace && name == gateway.name,
            None => name == gateway.name && service.namespace == gateway.namespace,
        })
    }

    fn of_service(&self, service: &Object, all: &mut Vec<(Place, Checks)>) {
        let hosts: Vec<String> = service.tree.path(&["spec", "hosts"]).texts().map(bare_host).filter(|host| host != "*").collect();
        let named: Vec<&str> = service.tree.path(&["spec", "gateways"]).texts().filter(|name| *name != "mesh").collect();
        let gateway = self.gateways.iter().find(|gateway| self.leads(service, gateway));
        for (at, entry) in service.tree.path(&["spec", "http"]).many().iter().enumerate() {
            let matches = entry.at("match").many();
            let paths: Vec<String> = matches.iter().filter_map(|one| path_of(one.at("uri"))).collect();
            let methods: Vec<String> = matches.iter().filter_map(|one| one.path(&["method", "exact"]).text()).map(str::to_owned).collect();
            let destination = entry.at("route").many().iter().find_map(|route| route.path(&["destination", "host"]).key());
            let name = entry
                .at("name")
                .key()
                .map_or_else(|| format!("{} {}", service.name, paths.first().map_or("/", String::as_str)), str::to_owned);
            let requests =
                At { paths: paths.iter().map(|path| Requests::of(path)).collect(), hosts: hosts.clone(), methods: methods.clone() };
            let workload = match (gateway, named.first(), destination) {
                (Some(gateway), ..) => self.of_gateway(gateway),
                // The gateway stands in a file that is not here: what is certain is its name.
                (None, Some(name), _) => {
                    let name = name.rsplit('/').next().unwrap_or(name).to_owned();
                    Workload { gateways: BTreeSet::from([name]), ..Workload::default() }
                }
                (None, None, destination) => {
                    Workload { namespace: Some(service.namespace.clone()), ..self.of_host(destination.unwrap_or_default()) }
                }
            };
            let mut checks = if entry.has("redirect") || entry.has("directResponse") {
                Checks::all(NotApplicable, "The gateway answers this route itself; nothing behind it is reached.")
            } else {
                policy::checks(self, &workload, &requests)
            };
            if gateway.is_none() && !named.is_empty() {
                checks.or_unknown("Its gateway is not in this set, so policies that select it by labels are not found.");
            }
            let place = Place {
                key: format!(
                    "{}/{}/{}",
                    service.namespace,
                    service.name,
                    entry.at("name").key().map_or_else(|| at.to_string(), str::to_owned)
                ),
                name,
                gateway: named.first().map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()),
                service: destination.map(|host| host.split('.').next().unwrap_or(host).to_owned()),
                hosts: hosts.clone(),
                paths,
                methods,
            };
            all.push((place, checks));
        }
    }

    /// The workload behind a service name, whose label `app` is that name by custom.
    fn of_host(&self, host: &str) -> Workload {
        let app = host.split('.').next().unwrap_or(host);
        Workload { labels: self.widened(&Labels::from([("app".to_owned(), app.to_owned())])), ..Workload::default() }
    }

    /// Workloads that a RequestAuthentication selects and no route of these files leads to.
    fn workloads(&self, file: usize, all: &mut Vec<(Place, Checks)>) {
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for (at, object) in self.authentications.iter().enumerate() {
            let labels = object.selector.clone().unwrap_or_default();
            let wide = self.widened(&labels);
            let by_gateway = self.gateways.iter().any(|gateway| self.holds(object, &self.of_gateway(gateway)) && !labels.is_empty());
            let text = labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",");
            // Two objects for one workload are one place.
            let id = (object.namespace.clone(), if object.targets.is_empty() { text.clone() } else { object.targets.join(",") });
            let first = self.authentications[..at].iter().all(|other| self.same_place(other, object));
            if by_gateway || !first || object.file != file || !seen.insert(id.clone()) {
                continue;
            }
            let gateways: BTreeSet<String> = object.targets.iter().cloned().collect();
            let workload = Workload { namespace: Some(object.namespace.clone()), labels: wide, gateways };
            let app = ["app", "app.kubernetes.io/name", "istio", "k8s-app"].iter().find_map(|key| labels.get(*key));
            let name = match (app, id.1.as_str()) {
                (Some(app), _) => app.clone(),
                (None, "") => format!("namespace {}", object.namespace),
                (None, text) => text.to_owned(),
            };
            let place = Place {
                key: format!("{}/{}", id.0, if id.1.is_empty() { "*" } else { &id.1 }),
                name,
                gateway: object.targets.first().cloned(),
                service: app.cloned(),
                ..Place::default()
            };
            let mut checks = policy::checks(self, &workload, &At::default());
            checks.tell("No route of this set leads to this workload; what is checked at it is listed as a whole.");
            all.push((place, checks));
        }
    }

    /// Whether another object is for another place than this one.
    fn same_place(&self, other: &Object, object: &Object) -> bool {
        other.namespace != object.namespace || other.selector != object.selector || other.targets != object.targets
    }
}

/// A host of a gateway may have a namespace before it.
fn bare_host(host: &str) -> String {
    host.rsplit('/').next().unwrap_or(host).to_owned()
}

fn path_of(uri: &Tree) -> Option<String> {
    let plain = uri.at("exact").text().map(str::to_owned).or_else(|| uri.at("prefix").text().map(|prefix| format!("{prefix}*")));
    plain.or_else(|| uri.at("regex").text().map(|regex| format!("~{regex}")))
}
