//! Istio: RequestAuthentication, AuthorizationPolicy, Gateway and VirtualService, as manifests or as `kubectl get … -o yaml` writes them.
//! Formats.md 8 describes the files.
//!
//! All files of a set are one mesh. A route is an entry of a VirtualService at the workload of its gateway; a workload that policies name
//! and no route leads to is listed by itself.

mod mesh;
mod policy;
mod requests;

use crate::importers::gateways::{not_of_it, objects, secrets_of, state_files, state_route};
use crate::importers::listed::configuration::{documents, text_of};
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{RecordKind, Source};

/// See the module.
pub struct Istio;

impl Importer for Istio {
    fn name(&self) -> &'static str {
        "istio"
    }

    fn source(&self) -> Source {
        Source::Istio
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let has = |word: &str| sample.text.contains(word);
        let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
        if has("security.istio.io/") {
            return found(93, "It holds policies of Istio.");
        }
        has("networking.istio.io/").then(|| found(90, "It holds gateways or routes of Istio.")).flatten()
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut trees_of = Vec::with_capacity(files.len());
        let mut mesh = mesh::Mesh::default();
        for (at, file) in files.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            let trees = documents(at, &text_of(at, *file)?)?;
            let mut met = false;
            for object in trees.iter().flat_map(objects) {
                met |= mesh.add(at, object);
            }
            if !met {
                let kinds =
                    trees.iter().flat_map(objects).filter_map(|object| object.at("kind").text()).take(5).collect::<Vec<_>>().join(", ");
                return Err(not_of_it(at, "policy, gateway or route of Istio", &kinds));
            }
            trees_of.push(trees);
        }
        mesh.join();
        let slot = InstanceSlot { source: Source::Istio, name: None };
        state_files(&slot, &secrets_of(&trees_of), "manifests do not say whether the mesh has others", options, sink, |at, reading| {
            for (place, checks) in mesh.routes(at) {
                state_route(reading, &slot, place, checks, 0);
            }
            for (reason, count) in mesh.others(at) {
                for _ in 0..count {
                    reading.begin(&slot, RecordKind::Stated, None, None, 0);
                    reading.ignore(reason);
                }
            }
        })
    }
}
