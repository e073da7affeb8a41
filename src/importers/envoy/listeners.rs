//! Listeners and route configurations, wherever a file keeps them, and the routes that come of both.

use std::collections::BTreeSet;

use super::filters::{Filters, Path};
use crate::importers::gateways::checks::Checks;
use crate::importers::gateways::{Place, field, state_route};
use crate::importers::listed::reading::Reading;
use crate::importers::listed::tree::Tree;
use crate::model::facts::InstanceSlot;
use crate::model::kinds::CheckResult::NotApplicable;

/// A connection manager of a listener.
struct Manager {
    file: usize,
    listener: String,
    filters: Filters,
    /// Routes that stand in the listener itself.
    inline: Option<Tree>,
    /// Name of the routes that come from elsewhere.
    named: Option<String>,
}

/// See the module.
#[derive(Default)]
pub struct Edge {
    managers: Vec<Manager>,
    /// Route configurations that stand by themselves: file and object.
    routes: Vec<(usize, Tree)>,
}

impl Edge {
    /// Adds what a document holds; says whether it is Envoy's.
    pub fn add(&mut self, file: usize, tree: &Tree) -> bool {
        let mut met = false;
        for one in tree.many() {
            met |= self.object(file, one);
        }
        met
    }

    fn object(&mut self, file: usize, tree: &Tree) -> bool {
        let mut met = false;
        if is_listener(tree) {
            self.listener(file, tree);
            return true;
        }
        if !field(tree, "virtual_hosts").many().is_empty() {
            self.routes.push((file, tree.clone()));
            return true;
        }
        // A static configuration, an answer of a discovery service, or a dump.
        for (key, value) in tree.pairs() {
            let lists = ["static_resources", "staticResources", "listeners", "resources", "configs", "routes", "route_configs"];
            let dumps = ["dynamic_listeners", "static_listeners", "dynamic_route_configs", "static_route_configs", "inline_route_configs"];
            let inner = ["active_state", "listener", "route_config", "routeConfig"];
            let dumped = dumps.iter().any(|dump| *dump == key || camel(dump) == *key);
            if lists.contains(&key.as_str()) || dumped || inner.contains(&key.as_str()) || key == "activeState" {
                for one in value.many() {
                    met |= self.object(file, one);
                }
                // An empty list is Envoy's all the same.
                met |= dumped || key == "static_resources" || key == "staticResources";
            }
        }
        met
    }

    fn listener(&mut self, file: usize, tree: &Tree) {
        let name = tree.at("name").key().unwrap_or("listener").to_owned();
        let chains = field(tree, "filter_chains").many().iter().chain(field(tree, "default_filter_chain").many());
        for chain in chains {
            for filter in chain.at("filters").many() {
                let manager = field(filter, "typed_config");
                if field(manager, "http_filters").many().is_empty() && matches!(field(manager, "route_config"), Tree::Null) {
                    continue;
                }
                let inline = Some(field(manager, "route_config").clone()).filter(|tree| !matches!(tree, Tree::Null));
                let named = field(field(manager, "rds"), "route_config_name").key().map(str::to_owned);
                self.managers.push(Manager { file, listener: name.clone(), filters: Filters::of(manager), inline, named });
            }
        }
    }

    /// States the routes that a file accounts for: those of its listeners, and those of its route configurations that no listener uses.
    pub fn state(&self, reading: &mut Reading<'_>, slot: &InstanceSlot, file: usize) {
        let mut keys = BTreeSet::new();
        for manager in self.managers.iter().filter(|manager| manager.file == file) {
            let named = manager.named.as_ref();
            let found: Vec<&Tree> =
                self.routes.iter().map(|(_, tree)| tree).filter(|tree| tree.at("name").key() == named.map(String::as_str)).collect();
            let configurations: Vec<&Tree> = manager.inline.iter().chain(if named.is_some() { found } else { Vec::new() }).collect();
            if configurations.is_empty() {
                self.without_routes(reading, slot, manager, &mut keys);
            }
            for configuration in configurations {
                for (place, checks) in routes(configuration, Some((&manager.listener, &manager.filters))) {
                    state(reading, slot, place, checks, &mut keys);
                }
            }
        }
        for (_, configuration) in self.routes.iter().filter(|(of, _)| *of == file) {
            let name = configuration.at("name").key();
            if self.managers.iter().any(|manager| manager.named.as_deref() == name && name.is_some()) {
                continue;
            }
            for (place, checks) in routes(configuration, None) {
                state(reading, slot, place, checks, &mut keys);
            }
        }
    }

    /// The routes come from elsewhere: what can be said is what the listener could ask for.
    fn without_routes(&self, reading: &mut Reading<'_>, slot: &InstanceSlot, manager: &Manager, keys: &mut BTreeSet<String>) {
        let elsewhere = "The routes of this listener come from elsewhere; import them in the same set to see which of them ask for this.";
        let mut all: Vec<(String, Vec<String>, Checks)> = Vec::new();
        for path in manager.filters.rule_paths() {
            all.push((path.text(), vec![path.text()], manager.filters.checks(&path, &[], &[])));
        }
        for (name, checks) in manager.filters.requirements() {
            all.push((name, Vec::new(), checks));
        }
        if all.is_empty() {
            all.push(("every route".to_owned(), Vec::new(), manager.filters.checks(&Path::Prefix("/".to_owned()), &[], &[])));
        }
        for (name, paths, mut checks) in all {
            checks.tell(elsewhere);
            let place = Place {
                key: format!("{}/{name}", manager.listener),
                name,
                gateway: None,
                service: None,
                hosts: Vec::new(),
                paths,
                methods: Vec::new(),
            };
            state(reading, slot, place, checks, keys);
        }
    }
}

fn state(reading: &mut Reading<'_>, slot: &InstanceSlot, mut place: Place, checks: Checks, keys: &mut BTreeSet<String>) {
    // Two routes may look alike, because a part of what tells them apart is not read.
    let mut n = 1;
    let key = place.key.clone();
    while !keys.insert(place.key.clone()) {
        n += 1;
        place.key = format!("{key}#{n}");
    }
    state_route(reading, slot, place, checks, 0);
}

/// The routes of a configuration; without a listener nothing is known of its filters.
fn routes(configuration: &Tree, listener: Option<(&String, &Filters)>) -> Vec<(Place, Checks)> {
    let mut all = Vec::new();
    let settings = |tree: &'_ Tree| field(tree, "typed_per_filter_config").clone();
    for host in field(configuration, "virtual_hosts").many() {
        let host_name = host.at("name").key().unwrap_or("virtual host");
        let domains: Vec<String> = host.at("domains").texts().filter(|domain| *domain != "*").map(str::to_owned).collect();
        let mut taken: Vec<Path> = Vec::new();
        for route in host.at("routes").many() {
            let path = Path::of(route.at("match"));
            let own = [settings(route), settings(host), settings(configuration)];
            let own: Vec<&Tree> = own.iter().collect();
            let checks = match listener {
                _ if route.has("redirect") || !matches!(field(route, "direct_response"), Tree::Null) => {
                    Checks::all(NotApplicable, "The gateway answers this route itself; nothing behind it is reached.")
                }
                Some((_, filters)) => filters.checks(&path, &own, &taken),
                None => {
                    let mut checks = Checks::unknown();
                    checks.tell("The listener of these routes is not in this set, so what it checks is not known.");
                    checks
                }
            };
            let methods = route.path(&["match", "headers"]).many().iter().filter(|header| header.at("name").text() == Some(":method"));
            let methods = methods.filter_map(|header| {
                field(header, "exact_match").text().or_else(|| field(header, "string_match").at("exact").text()).map(str::to_owned)
            });
            let name = route.at("name").key().map_or_else(|| format!("{host_name} {}", path.text()), str::to_owned);
            let place = Place {
                key: format!("{}/{host_name}/{name}", listener.map_or("", |(name, _)| name.as_str())),
                name,
                gateway: None,
                service: route.path(&["route", "cluster"]).key().map(str::to_owned),
                hosts: domains.clone(),
                paths: vec![path.text()],
                methods: methods.collect(),
            };
            all.push((place, checks));
            // One with conditions besides its path leaves some requests to those after it.
            if ["headers", "query_parameters"].iter().all(|word| field(route.at("match"), word).many().is_empty()) {
                taken.push(path);
            }
        }
    }
    all
}

fn is_listener(tree: &Tree) -> bool {
    !field(tree, "filter_chains").many().is_empty() || !matches!(field(tree, "default_filter_chain"), Tree::Null)
}

fn camel(snake: &str) -> String {
    let mut parts = snake.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + &part[..1].to_uppercase() + &part[1..])
}
