//! Azure API Management: policy files (XML), templates (ARM as JSON, also compiled from Bicep) and replies of the management API.
//! Formats.md 8 describes the files.
//!
//! Policies stand at the service, a product, an API and an operation, and `<base/>` takes in the one above. Those of a set are laid
//! together; what a policy takes in from above that is not in the set is unknown.

mod policy;
mod scope;

use std::collections::BTreeMap;

use self::policy::Policies;
use self::scope::{Scope, entities, stem};
use crate::formats::markup::{self, Element};
use crate::formats::text::{is_mask, quoted};
use crate::importers::gateways::{Place, codes, not_of_it, state_files, state_route};
use crate::importers::listed::configuration::{NOT_READABLE, documents, text_of};
use crate::importers::listed::reading::Reading;
use crate::importers::listed::tree::Tree;
use crate::importers::listed::walk::first_keys;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{RecordKind, Source};

/// See the module.
pub struct Apim;

/// What is known of an API or operation beside its policy.
#[derive(Debug, Clone, Default)]
pub struct Described {
    /// File that says so.
    pub file: usize,
    /// Name for people.
    pub title: Option<String>,
    /// Path of the API below the gateway, or of the operation below the API.
    pub path: Option<String>,
    /// Method of an operation.
    pub method: Option<String>,
    /// Whether a subscription key is asked for.
    pub subscription: Option<bool>,
}

impl Importer for Apim {
    fn name(&self) -> &'static str {
        "apim"
    }

    fn source(&self) -> Source {
        Source::Apim
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let text = sample.text.trim_start_matches('\u{feff}').trim_start();
        let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
        if text.contains("Microsoft.ApiManagement/service") {
            return found(92, "It holds resources of Azure API Management.");
        }
        let policy = text.starts_with('<') && (text.contains("<policies") || text.contains("<fragment"));
        (policy && text.contains("<inbound") || text.starts_with("<fragment"))
            .then(|| found(90, "It is a policy of Azure API Management."))
            .flatten()
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut policies = Policies::default();
        let mut described: BTreeMap<Scope, Described> = BTreeMap::new();
        let (mut service, mut secrets) = (None, vec![0u64; files.len()]);
        let mut broken: Vec<(usize, String, String)> = Vec::new();
        for (at, file) in files.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            let text = text_of(at, *file)?;
            if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
                let elements = markup::read(text.trim_start_matches('\u{feff}')).map_err(|fault| {
                    let position = (fault.line > 0).then(|| format!("line {}", fault.line));
                    ReadStop::refused(at, NOT_READABLE, position, format!("This policy cannot be read: {}.", fault.what))
                })?;
                secrets[at] += elements.iter().map(hidden).sum::<u64>();
                add_file(&mut policies, at, file.name(), elements)?;
                continue;
            }
            let trees = documents(at, &text)?;
            secrets[at] += trees.iter().map(Tree::secrets).sum::<u64>();
            let mut met = false;
            for entity in trees.iter().flat_map(entities) {
                met = true;
                service = service.or(entity.service);
                if let Some(value) = entity.policy {
                    match markup::read(&value) {
                        Ok(elements) => {
                            secrets[at] += elements.iter().map(hidden).sum::<u64>();
                            policies.add(at, entity.scope, elements);
                        }
                        Err(fault) => broken.push((at, entity.scope.text(), fault.what.to_owned())),
                    }
                } else {
                    described.insert(entity.scope, Described { file: at, ..entity.described });
                }
            }
            if !met {
                return Err(not_of_it(at, "API and no policy of Azure API Management", &trees.first().map(first_keys).unwrap_or_default()));
            }
        }
        let slot = InstanceSlot { source: Source::Apim, name: service };
        state_files(&slot, &secrets, "policies do not say whether there are other APIs", options, sink, |at, reading| {
            state(reading, &slot, &policies, &described, at);
            for (_, scope, what) in broken.iter().filter(|(file, ..)| *file == at) {
                reading.begin(&slot, RecordKind::GatewayRoutes, None, None, 0);
                reading.reject(codes::UNUSABLE, format!("The policy of {} was not stored: {what}.", quoted(scope)));
            }
        })
    }
}

/// Keys of signatures that stand in the clear.
fn hidden(element: &Element) -> u64 {
    let mut count = 0;
    element.walk(&mut |element| {
        let keys = element.name == "key" && !element.text.is_empty() && !element.text.starts_with("@(") && !is_mask(&element.text);
        let password = element.attribute("password").is_some_and(|value| !is_mask(value) && !value.starts_with('@'));
        count += u64::from(keys) + u64::from(password);
    });
    count
}

/// A policy file by itself: what it is for is told by its name only.
fn add_file(policies: &mut Policies, at: usize, name: &str, elements: Vec<Element>) -> Result<(), ReadStop> {
    let scope = match () {
        () if elements.iter().any(|element| element.name == "fragment") => Scope::Fragment(stem(name)),
        () if elements.iter().any(|element| element.name == "policies") => Scope::Api(stem(name)),
        () => {
            let first = elements.first().map(|element| element.name.clone()).unwrap_or_default();
            let message = format!("This XML is no policy of Azure API Management; it begins with {}.", quoted(&first));
            return Err(ReadStop::refused(at, codes::NOT_A_GATEWAY, None, message));
        }
    };
    policies.add(at, scope, elements);
    Ok(())
}

/// States the routes that a file accounts for: its policies, and APIs that have none of their own.
fn state(reading: &mut Reading<'_>, slot: &InstanceSlot, policies: &Policies, described: &BTreeMap<Scope, Described>, file: usize) {
    let own = policies.scopes().filter(|(scope, of)| *of == file && scope.is_route()).map(|(scope, _)| scope.clone());
    let bare = described.iter().filter(|(scope, of)| of.file == file && matches!(scope, Scope::Api(_)) && !policies.has(scope));
    let mut all: Vec<Scope> = own.chain(bare.map(|(scope, _)| scope.clone())).collect();
    all.sort();
    let any = !all.is_empty();
    for scope in all {
        let of = described.get(&scope).cloned().unwrap_or_default();
        let api = scope.api();
        let parent = api.as_ref().and_then(|api| described.get(api)).cloned().unwrap_or_default();
        let subscription = of.subscription.or(parent.subscription);
        let checks = policies.checks(&scope, subscription);
        let (base, below) = if api.as_ref() == Some(&scope) { (of.path.clone(), None) } else { (parent.path.clone(), of.path.clone()) };
        let path = match (base, below) {
            (Some(base), below) => Some(format!("/{}{}", base.trim_matches('/'), below.unwrap_or_default())),
            (None, below) => below,
        };
        let service = parent.title.clone().or_else(|| api.as_ref().map(Scope::name));
        let place = Place {
            key: scope.text(),
            name: of.title.clone().unwrap_or_else(|| scope.name()),
            gateway: None,
            service: service.or_else(|| of.title.clone()),
            hosts: Vec::new(),
            paths: path.into_iter().collect(),
            methods: of.method.clone().into_iter().collect(),
        };
        state_route(reading, slot, place, checks, 0);
    }
    let others = policies.scopes().filter(|(scope, of)| *of == file && !scope.is_route()).count();
    for _ in 0..others {
        reading.begin(slot, RecordKind::Stated, None, None, 0);
        reading.ignore("policies of the service, of products and fragments, which are laid into those of APIs");
    }
    if !any && others == 0 {
        for _ in described.values().filter(|of| of.file == file) {
            reading.begin(slot, RecordKind::Stated, None, None, 0);
            reading.ignore("operations without a policy of their own");
        }
    }
}
