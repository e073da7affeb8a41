//! What importers of gateways share: how files are stated, where a route stands and what it checks. Knows no vendor's words.
//!
//! A gateway's configuration proves what the gateway checks and nothing more. A check that is switched off, optional or fails open is no
//! check; one that hangs on a value that the file does not hold is unknown.

pub mod checks;
pub mod codes;

use self::checks::Checks;
use crate::formats::text::quoted;
use crate::importers::listed::lists::Lists;
use crate::importers::listed::reading::{Codes, Reading, Tally};
use crate::importers::listed::tree::Tree;
use crate::importers::{ReadOptions, ReadStop};
use crate::model::facts::{Fact, GatewayRouteFact, InstanceSlot, Name, Sink};
use crate::model::kinds::{Completeness, RecordKind, Scheme};

/// Codes of what is counted in files of gateways.
pub const CODES: Codes = Codes { ignored: codes::IGNORED, more: codes::MORE };

/// A file in which nothing of the gateway's was found: what was looked for, and the first things that it holds instead.
pub fn not_of_it(at: usize, wanted: &str, found: &str) -> ReadStop {
    let found = if found.is_empty() { "nothing" } else { found };
    ReadStop::refused(at, codes::NOT_A_GATEWAY, None, format!("This file holds no {wanted}; it has: {}.", quoted(found)))
}

/// States what each file of a set holds: `each` gets the file's number. No configuration says whether there are other routes, and `why`
/// says how that is so here.
///
/// # Errors
/// The user cancelled.
pub fn state_files(
    slot: &InstanceSlot,
    secrets: &[u64],
    why: &str,
    options: &ReadOptions,
    sink: &mut dyn Sink,
    mut each: impl FnMut(usize, &mut Reading<'_>),
) -> Result<(), ReadStop> {
    let mut lists = Lists::default();
    for (at, secrets) in secrets.iter().enumerate() {
        if sink.cancelled() {
            return Err(ReadStop::Cancelled);
        }
        sink.file(at);
        lists.open_file(at);
        if *secrets > 0 {
            sink.secrets_dropped(*secrets);
        }
        let mut reading = Reading::new(sink, CODES, Tally::default());
        each(at, &mut reading);
        reading.close_file();
        lists.state((slot.clone(), RecordKind::GatewayRoutes, None), Completeness::Unknown, why.to_owned());
        lists.close_file(false);
    }
    lists.tell(options.completeness, sink);
    Ok(())
}

/// Secret values that were dropped from each file.
pub fn secrets_of(files: &[Vec<Tree>]) -> Vec<u64> {
    files.iter().map(|trees| trees.iter().map(Tree::secrets).sum()).collect()
}

/// Name of a file without folders and endings, where it is all that names an API.
pub fn stem(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.split('.')
        .next()
        .filter(|stem| !stem.is_empty())
        .unwrap_or(base)
        .trim_end_matches("-routes")
        .trim_end_matches("-resources")
        .to_owned()
}

/// The value of a field that files write as `snake_case` and dumps as `camelCase`.
pub fn field<'t>(tree: &'t Tree, snake: &str) -> &'t Tree {
    if tree.has(snake) {
        return tree.at(snake);
    }
    let mut camel = String::with_capacity(snake.len());
    let mut upper = false;
    for character in snake.chars() {
        if character == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            camel.extend(character.to_uppercase());
        } else {
            camel.push(character);
        }
    }
    tree.at(&camel)
}

/// Objects of Kubernetes in a document: itself, the items of a list, or what stands under the lists that some tools write.
pub fn objects(tree: &Tree) -> Vec<&Tree> {
    match tree {
        Tree::List(list) => list.iter().flat_map(objects).collect(),
        _ if tree.at("kind").text().is_some_and(|kind| kind == "List" || kind.ends_with("List")) => {
            tree.at("items").many().iter().collect()
        }
        _ if tree.has("apiVersion") && tree.has("kind") => vec![tree],
        _ => tree.pairs().iter().flat_map(|(_, value)| value.many()).filter(|value| value.has("apiVersion") && value.has("kind")).collect(),
    }
}

/// A switch: `true`, `"true"`, `"yes"` and `"on"` are on; with nothing there it is as by default.
pub fn is_on(tree: &Tree, default: bool) -> bool {
    match (tree.flag(), tree.text()) {
        (Some(flag), _) => flag,
        (None, Some(text)) => matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1"),
        (None, None) => default,
    }
}

/// Where a route stands and what it is called.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Unique inside the instance.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Gateway as the configuration calls it.
    pub gateway: Option<String>,
    /// Service or API behind it.
    pub service: Option<String>,
    /// Hosts, paths and methods.
    pub hosts: Vec<String>,
    /// Paths.
    pub paths: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
}

/// States a route as one accepted record.
pub fn state_route(reading: &mut Reading<'_>, slot: &InstanceSlot, place: Place, checks: Checks, secrets: u64) {
    let key = crate::formats::text::display(&place.key).into_owned();
    reading.begin(slot, RecordKind::GatewayRoutes, Some(&format!("gatewayRoutes/{key}")), None, secrets);
    reading.fact(Fact::GatewayRoute(GatewayRouteFact {
        names: vec![Name::new(Scheme::Name, key)],
        display_name: Some(place.name),
        gateway: place.gateway,
        service: place.service,
        hosts: place.hosts,
        paths: place.paths,
        methods: place.methods,
        issuers: checks.issuers,
        audiences: checks.audiences,
        scopes: checks.scopes,
        checks: checks.results,
        told: checks.told,
    }));
    reading.accept();
}
