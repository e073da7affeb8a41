//! AWS API Gateway: exports as OpenAPI with its extensions (`apigatewayv2 export-api`, `apigateway get-export`, also as SAM makes them),
//! and replies of `get-routes`, `get-resources` and `get-authorizers`. Formats.md 8 describes the files.
//!
//! A route is a method on a path. One that names no authorizer is open; an authorizer that runs code is unknown.

mod authorizers;
mod operations;
mod replies;

use self::authorizers::Authorizers;
use crate::importers::gateways::{not_of_it, secrets_of, state_files, state_route, stem};
use crate::importers::listed::configuration::{documents, text_of};
use crate::importers::listed::walk::first_keys;
use crate::importers::{FileInput, Importer, ReadOptions, ReadStop, Recognised, Sample};
use crate::model::facts::{InstanceSlot, Sink};
use crate::model::kinds::{RecordKind, Source};

/// See the module.
pub struct ApiGateway;

impl Importer for ApiGateway {
    fn name(&self) -> &'static str {
        "api_gateway"
    }

    fn source(&self) -> Source {
        Source::ApiGateway
    }

    fn recognise(&self, sample: &Sample) -> Option<Recognised> {
        let has = |word: &str| sample.text.contains(word);
        let found = |confidence, reason: &str| Some(Recognised { confidence, reason: reason.to_owned() });
        if has("x-amazon-apigateway-") {
            return found(94, "It is an API of AWS API Gateway as OpenAPI.");
        }
        if (has("\"RouteKey\"") && has("\"RouteId\"")) || (has("\"AuthorizerId\"") && has("\"AuthorizerType\"")) {
            return found(88, "It is a reply of AWS API Gateway about an HTTP API.");
        }
        if has("\"resourceMethods\"") || (has("\"authorizerUri\"") && has("\"identitySource\"")) || has("\"providerARNs\"") {
            return found(82, "It is a reply of AWS API Gateway about a REST API.");
        }
        None
    }

    fn read(&self, files: &[&dyn FileInput], options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadStop> {
        let mut trees_of = Vec::with_capacity(files.len());
        let mut authorizers = Authorizers::default();
        for (at, file) in files.iter().enumerate() {
            if sink.cancelled() {
                return Err(ReadStop::Cancelled);
            }
            let trees = documents(at, &text_of(at, *file)?)?;
            let mut met = false;
            for tree in &trees {
                met |= tree.has("paths") || replies::is_reply(tree);
                authorizers.of_reply(tree);
            }
            if !met {
                return Err(not_of_it(
                    at,
                    "API, route or authorizer of AWS API Gateway",
                    &trees.first().map(first_keys).unwrap_or_default(),
                ));
            }
            trees_of.push(trees);
        }
        let slot = InstanceSlot { source: Source::ApiGateway, name: None };
        let why = "an export is of one API, and does not say whether there are others";
        state_files(&slot, &secrets_of(&trees_of), why, options, sink, |at, reading| {
            let stem = stem(files[at].name());
            for tree in &trees_of[at] {
                let all = if tree.has("paths") { operations::routes(tree, &stem) } else { replies::routes(tree, &stem, &authorizers) };
                for (place, checks) in all {
                    state_route(reading, &slot, place, checks, 0);
                }
                for _ in 0..replies::authorizers(tree) {
                    reading.begin(&slot, RecordKind::Stated, None, None, 0);
                    reading.ignore("authorizers, which are laid into the routes that name them");
                }
            }
        })
    }
}
