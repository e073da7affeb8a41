//! Kong as decK dumps it (`deck gateway dump`) or as `kong.yml` without a database. Formats.md 8 describes the files.
//!
//! All files of a workspace are taken together, because plugins, services and routes may name each other across files. What a route
//! checks is what the most specific instance of each plugin says: the route's, else the service's, else the global one.

mod consumers;
mod estate;
mod plugins;

use std::collections::{BTreeMap, BTreeSet};

use self::estate::{Estate, Route};
use crate::importers::gateways::{CODES, Place, not_of_it, state_route};
use crate::importers::listed::configuration::{documents, has_variable, text_of};
use crate::importers::listed::lists::Lists;
use crate::importers::listed::reading::{Reading, Tally};
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::first_keys;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{Completeness, RecordKind, Source};

/// See the module.
pub struct Kong;

/// Lists that a configuration of Kong has.
const LISTS: &[&str] = &["services", "routes", "plugins", "consumers", "consumer_groups", "upstreams", "certificates"];

impl Importer for Kong {
    fn name(&self) -> &'static str {
        "kong"
    }

    fn source(&self) -> Source {
        Source::Kong
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        recognise(&sample.text)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut documents_of = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            documents_of.push(opened(at, *file)?);
        }
        let mut estates: BTreeMap<Option<String>, Estate> = BTreeMap::new();
        for (at, trees) in documents_of.iter().enumerate() {
            for tree in trees {
                estates.entry(workspace(tree)).or_default().add(at, tree);
            }
        }
        let mut lists = Lists::default();
        for (at, trees) in documents_of.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            sink.file(at);
            lists.open_file(at);
            let secrets: u64 = trees.iter().map(Tree::secrets).sum();
            if secrets > 0 {
                sink.secrets_dropped(secrets);
            }
            let mut reading = Reading::new(sink, CODES, Tally::default());
            let here: BTreeSet<Option<String>> = trees.iter().map(workspace).collect();
            for name in here {
                let slot = InstanceSlot { source: Source::Kong, name: name.clone() };
                if let Some(estate) = estates.get(&name) {
                    state(&mut reading, &slot, estate, at);
                }
                let tagged = trees.iter().any(|tree| workspace(tree) == name && !tree.path(&["_info", "select_tags"]).many().is_empty());
                let (completeness, reason) = if tagged {
                    (Completeness::Partial, "it was dumped with select tags, so it holds what has those tags only")
                } else {
                    (Completeness::Unknown, "a file does not say whether its workspace has others")
                };
                for list in [RecordKind::GatewayRoutes, RecordKind::GatewayConsumers] {
                    lists.state((slot.clone(), list, None), completeness, reason.to_owned());
                }
            }
            reading.close_file();
            lists.close_file(false);
        }
        lists.tell(options.completeness, sink);
        Ok(())
    }
}

/// The workspace or control plane that a file is of, if it says so.
fn workspace(tree: &Tree) -> Option<String> {
    let named = [tree.at("_workspace"), tree.path(&["_konnect", "control_plane_name"])];
    named.into_iter().find_map(|name| name.key().filter(|name| !has_variable(name))).map(str::to_owned)
}

fn opened(at: usize, file: &dyn FileInput) -> Result<Vec<Tree>, ReadStop> {
    let trees = documents(at, &text_of(at, file)?)?;
    if !trees.iter().any(|tree| LISTS.iter().any(|list| tree.has(list)) || tree.has("_format_version")) {
        let first = trees.first().map(first_keys).unwrap_or_default();
        return Err(not_of_it(at, "services, routes, plugins or consumers of Kong", &first));
    }
    Ok(trees)
}

/// States the routes and consumers of one file.
fn state(reading: &mut Reading<'_>, slot: &InstanceSlot, estate: &Estate, file: usize) {
    for route in estate.routes.iter().filter(|route| route.file == file) {
        state_one(reading, slot, estate, route);
    }
    for service in estate.services.iter().filter(|service| service.file == file && !service.led_to) {
        let mut route = Route::of_service(service);
        route.told.push("No route of these files leads to this service; it is listed with its plugins.".to_owned());
        state_one(reading, slot, estate, &route);
    }
    let bare = estate.routes.is_empty() && estate.services.is_empty();
    if bare && estate.plugins.iter().any(|plugin| plugin.file == file && plugin.is_global()) {
        let mut route = Route::everywhere(file);
        route.told.push(
            "These files hold global plugins and no route; what they check holds where no service or route says otherwise.".to_owned(),
        );
        state_one(reading, slot, estate, &route);
    }
    for consumer in estate.consumers.iter().filter(|consumer| consumer.file == file) {
        consumers::state(reading, slot, consumer);
    }
}

fn state_one(reading: &mut Reading<'_>, slot: &InstanceSlot, estate: &Estate, route: &Route) {
    let mut checks = plugins::checks(estate, route);
    route.told.iter().for_each(|sentence| checks.tell(sentence.clone()));
    let place = Place {
        key: route.key(),
        name: route.title(),
        gateway: None,
        service: route.service_name.clone(),
        hosts: route.hosts.clone(),
        paths: route.paths.clone(),
        methods: route.methods.clone(),
    };
    state_route(reading, slot, place, checks, 0);
}

/// Looks at the top-level keys of the sample and at what stands under them.
fn recognise(text: &str) -> Option<Recognised> {
    let text = text.trim_start_matches('\u{feff}');
    let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    if text.trim_start().starts_with('{') {
        let has = |key: &str| text.contains(&format!("\"{key}\""));
        return match has("_format_version") && LISTS.iter().any(|list| has(list)) {
            true => found(92, "It is a configuration of Kong."),
            false => None,
        };
    }
    let top = |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    let listed = LISTS.iter().any(|list| {
        let mut lines = text.lines().skip_while(|line| line.trim_end() != format!("{list}:")).skip(1);
        lines
            .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            .is_some_and(|line| line.trim_start().starts_with("- "))
    });
    if top("_format_version") && (listed || top("_info") || top("_workspace")) {
        return found(92, "It is a configuration of Kong.");
    }
    let own = [
        "openid-connect",
        "jwt-keycloak",
        "key-auth",
        "request-termination",
        "name: jwt",
        "name: oidc",
        "strip_path",
        "keyauth_credentials",
    ];
    (listed && own.iter().any(|word| text.contains(word)))
        .then(|| Recognised { confidence: 70, reason: "It lists services, routes or plugins as Kong does.".to_owned() })
}
