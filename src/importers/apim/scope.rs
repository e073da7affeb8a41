//! What a policy is for, and the resources of templates and replies. Knows how Azure names them; judges nothing.

use super::Described;
use crate::importers::listed::tree::Tree;

/// What a policy or description is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everything.
    Service,
    /// A product.
    Product(String),
    /// An API.
    Api(String),
    /// An operation of an API.
    Operation(String, String),
    /// A fragment that policies include.
    Fragment(String),
}

impl Scope {
    /// Whether requests arrive there.
    pub const fn is_route(&self) -> bool {
        matches!(self, Self::Api(_) | Self::Operation(..))
    }

    /// The API that it belongs to.
    pub fn api(&self) -> Option<Self> {
        match self {
            Self::Api(api) | Self::Operation(api, _) => Some(Self::Api(api.clone())),
            _ => None,
        }
    }

    /// Name for people.
    pub fn name(&self) -> String {
        match self {
            Self::Service => "service".to_owned(),
            Self::Product(name) | Self::Api(name) | Self::Fragment(name) => name.clone(),
            Self::Operation(api, name) => format!("{api} {name}"),
        }
    }

    /// Unique inside a service.
    pub fn text(&self) -> String {
        match self {
            Self::Service => "service".to_owned(),
            Self::Product(name) => format!("products/{name}"),
            Self::Api(name) => format!("apis/{name}"),
            Self::Operation(api, name) => format!("apis/{api}/operations/{name}"),
            Self::Fragment(name) => format!("policyFragments/{name}"),
        }
    }
}

/// A resource: its scope, and a policy or a description.
pub struct Entity {
    /// What it is.
    pub scope: Scope,
    /// Name of the service, unless a parameter of the template stands there.
    pub service: Option<String>,
    /// Text of a policy.
    pub policy: Option<String>,
    /// What else is known.
    pub described: Described,
}

/// Name of a policy file without folders and endings.
pub fn stem(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let base = base.strip_suffix(".xml").unwrap_or(base);
    base.strip_suffix(".policy").or_else(|| base.strip_suffix("-policy")).unwrap_or(base).to_owned()
}

/// All resources of API Management in a document: a template, a reply with a list, or one resource.
pub fn entities(tree: &Tree) -> Vec<Entity> {
    match tree {
        Tree::List(list) => list.iter().flat_map(entities).collect(),
        _ => {
            let own = entity(tree, "").into_iter();
            let inside = tree.at("resources").many().iter().chain(tree.at("value").many());
            let parent = tree.at("type").text().unwrap_or_default();
            // Resources inside a resource have types and names below its own.
            let nested = inside.flat_map(|child| {
                let mut found = entities(child);
                if found.is_empty() && !parent.is_empty() {
                    found.extend(entity(child, parent).map(|mut entity| {
                        entity.scope = below(tree, &entity.scope);
                        entity
                    }));
                }
                found
            });
            own.chain(nested).collect()
        }
    }
}

/// A scope inside the API that a nested resource stands in.
fn below(parent: &Tree, scope: &Scope) -> Scope {
    let Some(api) = parts(parent.at("name").text().unwrap_or_default()).pop() else { return scope.clone() };
    match scope {
        Scope::Service => Scope::Api(api),
        Scope::Operation(_, name) => Scope::Operation(api, name.clone()),
        other => other.clone(),
    }
}

fn entity(tree: &Tree, parent: &str) -> Option<Entity> {
    let own = tree.at("type").text()?;
    let kind = if parent.is_empty() || own.contains("Microsoft.") { own.to_owned() } else { format!("{parent}/{own}") };
    let kind = kind.split_once("Microsoft.ApiManagement/service").map(|(_, rest)| rest.trim_start_matches('/').to_owned())?;
    let properties = tree.at("properties");
    // An id of a reply names everything; a name of a template is a path of names below the service.
    let names = match tree.at("id").text() {
        Some(id) if id.contains("/service/") => {
            let rest = id.split_once("/service/").map_or("", |(_, rest)| rest);
            let parts: Vec<&str> = rest.split('/').collect();
            std::iter::once(parts[0]).chain(parts[1..].chunks(2).filter_map(|pair| pair.get(1)).copied()).map(str::to_owned).collect()
        }
        _ => parts(tree.at("name").text().unwrap_or_default()),
    };
    let service = (names.len() > 1).then(|| names[0].clone()).filter(|name| !name.is_empty() && !name.contains('('));
    let at = |n: usize| names.get(n).cloned().unwrap_or_default();
    let last = |n: usize| if names.len() > n { at(n) } else { names.last().cloned().unwrap_or_default() };
    let scope = match kind.as_str() {
        "policies" => Scope::Service,
        "products/policies" => Scope::Product(at(1)),
        "apis/policies" | "apis" => Scope::Api(last(1)),
        "apis/operations/policies" | "apis/operations" => Scope::Operation(at(1), at(2)),
        "policyFragments" => Scope::Fragment(last(1)),
        _ => return None,
    };
    let is_policy = kind.ends_with("policies") || kind == "policyFragments";
    let policy =
        is_policy.then(|| properties.at("value").raw().or_else(|| properties.at("policyContent").raw()).map(str::to_owned)).flatten();
    if is_policy && policy.is_none() {
        return None;
    }
    // Two fields are written as one where operations hold a template of their path.
    let path = properties.at("path").text().or_else(|| properties.at("urlTemplate").text());
    Some(Entity {
        scope,
        service,
        policy,
        described: Described {
            file: 0,
            title: properties.at("displayName").display(),
            path: path.filter(|path| !path.starts_with("[")).map(str::to_owned),
            method: properties.at("method").text().map(str::to_owned),
            subscription: properties.at("subscriptionRequired").flag(),
        },
    })
}

/// The names in a name of a template: `service/api/policy`, or `[concat(parameters('service'), '/api/policy')]`.
fn parts(name: &str) -> Vec<String> {
    let plain = match name.strip_prefix('[') {
        None => name.to_owned(),
        Some(inside) => {
            // What is between quotes stands there, every second part from the second one on; a parameter is a name that is not known.
            let texts: Vec<&str> = inside.split('\'').skip(1).step_by(2).collect();
            let path = texts.iter().filter(|text| text.contains('/')).copied().collect::<String>();
            format!("(parameter){path}")
        }
    };
    plain.split('/').map(str::to_owned).collect()
}
