//! Envoy: a static configuration, lists of listeners and route configurations, a dump of the administration interface
//! (`/config_dump`), and the objects of Envoy Gateway in Kubernetes. Formats.md 8 describes the files.
//!
//! Listeners and their routes may stand in different files, so all files of a set are taken together. Where the routes come from
//! elsewhere, the rules and requirements of a listener are listed in their place.

mod filters;
mod gateway_api;
mod jwt;
mod listeners;
mod policies;

use crate::importers::gateways::{not_of_it, objects, secrets_of, state_files};
use crate::importers::listed::configuration::{documents, text_of};
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::first_keys;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::Source;

/// See the module.
pub struct Envoy;

impl Importer for Envoy {
    fn name(&self) -> &'static str {
        "envoy"
    }

    fn source(&self) -> Source {
        Source::Envoy
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        recognise(&sample.text)
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut trees_of = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            trees_of.push(documents(at, &text_of(at, *file)?)?);
        }
        let mut edge = listeners::Edge::default();
        let mut cluster = gateway_api::Cluster::default();
        let mut name = None;
        for (at, trees) in trees_of.iter().enumerate() {
            let mut met = false;
            for tree in trees {
                met |= edge.add(at, tree);
                for object in objects(tree) {
                    met |= cluster.add(at, object);
                }
                let node = [tree.path(&["node", "cluster"]), tree.path(&["bootstrap", "node", "cluster"])];
                name = name.or_else(|| node.into_iter().find_map(Tree::key).map(str::to_owned));
            }
            if !met {
                let first = trees.iter().flat_map(|tree| tree.many()).map(first_keys).find(|keys| !keys.is_empty()).unwrap_or_default();
                return Err(not_of_it(at, "listener, route configuration or policy of Envoy", &first));
            }
        }
        let slot = InstanceSlot { source: Source::Envoy, name };
        let why = "a configuration does not say whether other listeners and routes come from elsewhere";
        state_files(&slot, &secrets_of(&trees_of), why, options, sink, |at, reading| {
            edge.state(reading, &slot, at);
            cluster.state(reading, &slot, at);
        })
    }
}

/// Looks for words that only Envoy's configurations have.
fn recognise(text: &str) -> Option<Recognised> {
    let has = |word: &str| text.contains(word);
    let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
    if has("type.googleapis.com/envoy.admin.") {
        return found(94, "It is a dump of Envoy's configuration.");
    }
    if has("gateway.envoyproxy.io/") {
        return found(92, "It holds objects of Envoy Gateway.");
    }
    if has("type.googleapis.com/envoy.") || has("envoy.filters.") {
        return found(92, "It is a configuration of Envoy.");
    }
    if (has("virtual_hosts:") || has("virtualHosts:") || has("\"virtual_hosts\"") || has("\"virtualHosts\""))
        && has("domains")
        && has("routes")
    {
        return found(80, "It is a route configuration of Envoy.");
    }
    if has("gateway.networking.k8s.io/") && has("HTTPRoute") && !has("istio.io/") {
        return found(62, "It holds routes of the Kubernetes Gateway API.");
    }
    None
}
