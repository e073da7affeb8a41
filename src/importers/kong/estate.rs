//! The services, routes, plugins and consumers of a workspace, from nested and flat files alike. Knows Kong's fields; judges nothing.

use crate::importers::listed::tree::Tree;

/// What a plugin instance is for; names or ids as the file spells them.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Service.
    pub service: Option<String>,
    /// Route.
    pub route: Option<String>,
    /// Consumer.
    pub consumer: Option<String>,
    /// For consumer groups, models and the like: nothing that a route's checks rest on.
    pub other: bool,
}

/// One plugin instance.
#[derive(Debug, Clone)]
pub struct Plugin {
    /// File that holds it.
    pub file: usize,
    /// Name of the plugin.
    pub name: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Its settings.
    pub config: Tree,
    /// What it is for.
    pub scope: Scope,
}

impl Plugin {
    /// Whether it is for everything that no other instance is for.
    pub const fn is_global(&self) -> bool {
        self.scope.service.is_none() && self.scope.route.is_none() && self.scope.consumer.is_none() && !self.scope.other
    }
}

/// One service.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// File that holds it.
    pub file: usize,
    /// Name and id.
    pub names: Vec<String>,
    /// Whether a route leads to it.
    pub led_to: bool,
}

/// One route.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// File that holds it.
    pub file: usize,
    /// Name and id.
    pub names: Vec<String>,
    /// Names of its service.
    pub service: Vec<String>,
    /// Name of its service for people.
    pub service_name: Option<String>,
    /// Hosts, paths and methods.
    pub hosts: Vec<String>,
    /// Paths; a pattern begins with `~`.
    pub paths: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
    /// What is to be told of it.
    pub told: Vec<String>,
}

impl Route {
    /// Stands for a service that no route leads to.
    pub fn of_service(service: &Service) -> Self {
        Self { file: service.file, service: service.names.clone(), service_name: service.names.first().cloned(), ..Self::default() }
    }

    /// Stands for all routes of a workspace.
    pub fn everywhere(file: usize) -> Self {
        Self { file, ..Self::default() }
    }

    /// Unique inside the workspace.
    pub fn key(&self) -> String {
        match (self.names.first(), &self.service_name) {
            (Some(name), _) => name.clone(),
            (None, service) => {
                let parts =
                    [service.clone().unwrap_or_else(|| "*".to_owned()), self.hosts.join(","), self.paths.join(","), self.methods.join(",")];
                parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// Name for people.
    pub fn title(&self) -> String {
        let path = self.paths.first().or_else(|| self.hosts.first());
        match (self.names.first(), &self.service_name, path) {
            (Some(name), ..) => name.clone(),
            (None, Some(service), Some(path)) => format!("{service} {path}"),
            (None, Some(service), None) => service.clone(),
            (None, None, Some(path)) => path.clone(),
            (None, None, None) => "every route".to_owned(),
        }
    }
}

/// One consumer with its credentials.
#[derive(Debug, Clone)]
pub struct Consumer {
    /// File that holds it.
    pub file: usize,
    /// User name, own id, id.
    pub names: Vec<String>,
    /// As the file has it.
    pub tree: Tree,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Estate {
    /// Services.
    pub services: Vec<Service>,
    /// Routes, in file order.
    pub routes: Vec<Route>,
    /// Plugins of all scopes.
    pub plugins: Vec<Plugin>,
    /// Consumers.
    pub consumers: Vec<Consumer>,
}

/// A reference: a name, or an object that has one.
fn named(tree: &Tree) -> Option<String> {
    let direct = tree.key();
    let inside = ["name", "username", "id", "custom_id"].iter().find_map(|field| tree.at(field).key());
    direct.or(inside).map(str::to_owned)
}

fn names_of(tree: &Tree, fields: &[&str]) -> Vec<String> {
    fields.iter().filter_map(|field| tree.at(field).key()).map(str::to_owned).collect()
}

fn texts(tree: &Tree) -> Vec<String> {
    tree.texts().map(str::to_owned).collect()
}

impl Estate {
    /// Adds what a document holds.
    pub fn add(&mut self, file: usize, tree: &Tree) {
        let shared = tree.at("_plugin_configs");
        for plugin in tree.at("plugins").many() {
            let scope = Scope {
                service: named(plugin.at("service")),
                route: named(plugin.at("route")),
                consumer: named(plugin.at("consumer")),
                other: ["consumer_group", "model", "ai_model"].iter().any(|field| named(plugin.at(field)).is_some()),
            };
            self.plugin(file, plugin, scope, shared);
        }
        for service in tree.at("services").many() {
            let names = names_of(service, &["name", "id", "host", "url"]);
            let scope = Scope { service: names.first().cloned(), ..Scope::default() };
            for plugin in service.at("plugins").many() {
                self.plugin(file, plugin, scope.clone(), shared);
            }
            for route in service.at("routes").many() {
                self.route(file, route, &names, shared);
            }
            self.services.push(Service { file, names, led_to: false });
        }
        for route in tree.at("routes").many() {
            let service: Vec<String> = named(route.at("service")).into_iter().collect();
            self.route(file, route, &service, shared);
        }
        for consumer in tree.at("consumers").many() {
            let names = names_of(consumer, &["username", "custom_id", "id"]);
            let scope = Scope { consumer: names.first().cloned(), ..Scope::default() };
            for plugin in consumer.at("plugins").many() {
                self.plugin(file, plugin, scope.clone(), shared);
            }
            self.consumers.push(Consumer { file, names, tree: consumer.clone() });
        }
        self.join();
    }

    /// Names that a service goes by are those of its routes, whichever of them a file uses.
    fn join(&mut self) {
        for route in &mut self.routes {
            let mine = self.services.iter_mut().find(|service| service.names.iter().any(|name| route.service.contains(name)));
            if let Some(service) = mine {
                service.led_to = true;
                route.service.clone_from(&service.names);
                route.service_name = service.names.first().cloned();
            }
        }
    }

    fn route(&mut self, file: usize, tree: &Tree, service: &[String], shared: &Tree) {
        let route = Route {
            file,
            names: names_of(tree, &["name", "id"]),
            service: service.to_vec(),
            service_name: service.first().cloned(),
            hosts: texts(tree.at("hosts")),
            paths: texts(tree.at("paths")),
            methods: texts(tree.at("methods")),
            told: Vec::new(),
        };
        let scope = Scope { route: Some(route.key()), ..Scope::default() };
        for plugin in tree.at("plugins").many() {
            self.plugin(file, plugin, scope.clone(), shared);
        }
        self.routes.push(route);
    }

    fn plugin(&mut self, file: usize, tree: &Tree, scope: Scope, shared: &Tree) {
        let Some(name) = tree.at("name").key() else { return };
        let mut config = tree.at("config").clone();
        // What several plugins share stands once, and each may say otherwise.
        if let (Some(of), Tree::Object(own)) = (tree.at("_config").key(), shared_form(&config)) {
            let mut pairs = own;
            for (key, value) in shared.at(of).pairs() {
                if !pairs.iter().any(|(known, _)| known == key) {
                    pairs.push((key.clone(), value.clone()));
                }
            }
            config = Tree::Object(pairs);
        }
        let enabled = crate::importers::gateways::is_on(tree.at("enabled"), true);
        self.plugins.push(Plugin { file, name: name.to_owned(), enabled, config, scope });
    }

    /// The consumer that a plugin lets unknown callers be.
    pub fn consumer(&self, name: &str) -> Option<&Consumer> {
        self.consumers.iter().find(|consumer| consumer.names.iter().any(|known| known == name))
    }

    /// Whether requests of a consumer end at the gateway.
    pub fn is_terminated(&self, name: &str) -> bool {
        let names = self.consumer(name).map_or(&[][..], |consumer| consumer.names.as_slice());
        let of = |plugin: &Plugin| plugin.scope.consumer.as_ref().is_some_and(|known| known == name || names.contains(known));
        // One that holds at a single route or service only leaves the others open.
        let everywhere = |plugin: &Plugin| plugin.scope.route.is_none() && plugin.scope.service.is_none();
        self.plugins.iter().any(|plugin| plugin.name == "request-termination" && plugin.enabled && of(plugin) && everywhere(plugin))
    }

    /// The instances of plugins that work on a route for some consumers only.
    pub fn for_consumers(&self, route: &Route) -> impl Iterator<Item = &Plugin> {
        let key = route.key();
        let here = move |plugin: &&Plugin| {
            let (at_route, at_service) = placed(plugin, route, &key);
            plugin.enabled && plugin.scope.consumer.is_some() && at_route != Some(false) && at_service != Some(false)
        };
        self.plugins.iter().filter(here)
    }

    /// The instances of plugins that work on a route, the most specific of each name; those that are switched off are not there.
    pub fn effective(&self, route: &Route) -> Vec<&Plugin> {
        let key = route.key();
        let at = |plugin: &Plugin| placed(plugin, route, &key);
        let mut best: std::collections::BTreeMap<&str, (u8, &Plugin)> = std::collections::BTreeMap::new();
        for plugin in self.plugins.iter().filter(|plugin| plugin.enabled && plugin.scope.consumer.is_none() && !plugin.scope.other) {
            let rank = match at(plugin) {
                (Some(false), _) | (_, Some(false)) => continue,
                (Some(true), Some(true)) => 4,
                (Some(true), None) => 3,
                (None, Some(true)) => 2,
                (None, None) => 1,
            };
            let entry = best.entry(plugin.name.as_str()).or_insert((rank, plugin));
            if rank > entry.0 {
                *entry = (rank, plugin);
            }
        }
        best.into_values().map(|(_, plugin)| plugin).collect()
    }
}

/// Whether a plugin is for a route, and for its service; `None` = it is for no particular one.
fn placed(plugin: &Plugin, route: &Route, key: &str) -> (Option<bool>, Option<bool>) {
    let at_route = plugin.scope.route.as_ref().map(|name| name == key || route.names.contains(name));
    (at_route, plugin.scope.service.as_ref().map(|name| route.service.contains(name)))
}

/// Settings that say nothing are an empty object.
fn shared_form(config: &Tree) -> Tree {
    if matches!(config, Tree::Null) { Tree::Object(Vec::new()) } else { config.clone() }
}
