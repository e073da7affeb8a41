//! What importers of gateways share: configuration files as trees, the checks of a route, and placeholders. Knows no vendor's words.
//!
//! A gateway's configuration proves what the gateway checks and nothing more. A check that is switched off, optional or fails open is no
//! check; one that hangs on a value that the file does not hold is unknown.

pub mod checks;
pub mod codes;

use std::io::Read;

use self::checks::Checks;
use crate::formats::decode::Decoder;
use crate::formats::text::quoted;
use crate::formats::{Fault, yaml};
use crate::importers::listed::reading::{Codes, Reading};
use crate::importers::listed::tree::Tree;
use crate::importers::{FileInput, FileRefused, ReadStop};
use crate::model::facts::{Fact, GatewayRouteFact, InstanceSlot, Name, Problem, ProblemSeverity};
use crate::model::kinds::{RecordKind, Scheme};

/// Codes of what is counted in files of gateways.
pub const CODES: Codes = Codes { ignored: codes::IGNORED, more: codes::MORE };

/// A file that cannot be used.
pub fn refused(file: usize, code: &str, position: Option<String>, message: String) -> ReadStop {
    let problem = Problem { code: code.to_owned(), severity: ProblemSeverity::Refused, record: 0, position, message };
    ReadStop::Refused(FileRefused { file, problem })
}

/// The text of a configuration file, at most 16 MiB.
///
/// # Errors
/// It cannot be read, is no text, or is larger.
pub fn text_of(at: usize, file: &dyn FileInput) -> Result<String, ReadStop> {
    let stopped = |fault: &Fault| refused(at, fault.kind.code(), fault.at.map(|at| at.to_string()), fault.what.clone());
    let told = |error: &std::io::Error| stopped(&Fault::of_io(error, None));
    let mut bytes = Vec::new();
    let decoded = file.open().and_then(Decoder::new).map_err(|error| told(&error))?;
    decoded.take(yaml::MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    if bytes.len() > yaml::MOST_BYTES {
        return Err(refused(at, "BH-IMP-103", None, "This file is larger than the 16 MiB that are read of a configuration.".to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| refused(at, "BH-IMP-104", None, "This file is no text in UTF-8 or UTF-16.".to_owned()))
}

/// The documents of a YAML or JSON text, without secrets.
///
/// # Errors
/// Neither YAML nor JSON, or over a limit; the line is told.
pub fn documents(at: usize, text: &str) -> Result<Vec<Tree>, ReadStop> {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        let read: Result<Vec<Tree>, _> = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter().collect();
        match read {
            Ok(trees) => return Ok(trees),
            // YAML written in the flow style begins like JSON.
            Err(error) if error.is_eof() => {
                return Err(refused(at, "BH-IMP-102", None, "The file ends in the middle of a JSON value.".to_owned()));
            }
            Err(_) => {}
        }
    }
    yaml::documents(text.as_bytes()).map_err(|fault| {
        let position = (fault.line > 0).then(|| format!("line {}", fault.line));
        refused(at, codes::NOT_READABLE, position, format!("This configuration cannot be read: {}.", quoted(&fault.what)))
    })
}

/// Whether a text still holds a placeholder of a template: what will stand there is not known.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.contains("${") || text.contains("{{") || text.contains("#{") || text.starts_with("{vault://") || text == "PATCH_ME"
}

/// Texts of a list, those without a placeholder; and whether one was left out.
pub fn known_texts(tree: &Tree) -> (Vec<String>, bool) {
    let all: Vec<&str> = tree.texts().collect();
    let known: Vec<String> = all.iter().filter(|text| !is_placeholder(text)).map(|text| (*text).to_owned()).collect();
    let left_out = known.len() < all.len();
    (known, left_out)
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
