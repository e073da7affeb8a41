//! What a proposal asks of each source system, in that system's own words. Knows no scores.
//!
//! Keycloak: client scopes with audience mappers and role scope mappings, `fullScopeAllowed` off (Server Administration Guide, "Client
//! scopes" and "Audience support"). Entra ID: app registrations with `requiredResourceAccess` (Microsoft Graph, resource application).

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::Source;

use super::proposal::{ProposedClient, Share};
use super::subject::Layer;

/// The change of one client in its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "see Proposal")]
pub struct SourceChange {
    pub source: &'static str,
    pub instance: String,
    pub client: String,
    pub name: String,
    /// For people, in order.
    pub steps: Vec<String>,
    /// For tools: parts of the source's own documents.
    pub documents: Value,
}

/// What has to change for a client.
pub(super) fn source_change(client: &ProposedClient, layer: Layer) -> SourceChange {
    let (steps, documents) = match (client.source, layer) {
        (Source::Keycloak, Layer::Access) => keycloak_scopes(client),
        (Source::Keycloak, Layer::Standing) => keycloak_clients(client),
        (Source::Entra, Layer::Access) => entra_requests(client),
        (Source::Entra, Layer::Standing) => entra_apps(client),
        (_, Layer::Access) => requests(client),
        (_, Layer::Standing) => clients(client),
    };
    SourceChange {
        source: client.source.as_str(),
        instance: client.instance.clone(),
        client: client.key.clone(),
        name: client.name.clone(),
        steps,
        documents,
    }
}

/// `payment: payment.write; cart: cart.read, cart.write`.
fn holdings(share: &Share) -> String {
    let one = |(audience, scopes): &(String, Vec<super::proposal::ShareScope>)| {
        format!("{audience}: {}", scopes.iter().map(|scope| scope.value.as_str()).collect::<Vec<_>>().join(", "))
    };
    share.audiences.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn keys(share: &Share) -> Vec<&str> {
    share.audiences.iter().map(|(audience, _)| audience.as_str()).collect()
}

/// `storefront-batch-payment`: what belongs to one token of a client.
fn part_name(client: &ProposedClient, share: &Share) -> String {
    format!("{}-{}", client.key, share.token)
}

fn keycloak_scopes(client: &ProposedClient) -> (Vec<String>, Value) {
    let mut steps = vec![format!("Client {}: turn “Full scope allowed” off.", client.key)];
    let (mut scopes, mut mappings) = (Vec::new(), Vec::new());
    for share in &client.shares {
        let name = part_name(client, share);
        steps.push(format!(
            "Create the client scope {name}: an audience mapper for each of {}; role scope mappings {}.",
            keys(share).join(", "),
            holdings(share)
        ));
        scopes.push(json!({
            "name": name,
            "protocol": "openid-connect",
            "attributes": { "include.in.token.scope": "true" },
            "protocolMappers": share.audiences.iter().map(|(audience, _)| json!({
                "name": format!("audience {audience}"),
                "protocol": "openid-connect",
                "protocolMapper": "oidc-audience-mapper",
                "config": { "included.client.audience": audience, "access.token.claim": "true", "id.token.claim": "false" },
            })).collect::<Vec<_>>(),
        }));
        for (audience, roles) in &share.audiences {
            mappings.push(json!({
                "clientScope": name,
                "container": audience,
                "roles": roles.iter().map(|role| role.value.as_str()).collect::<Vec<_>>(),
            }));
        }
    }
    let names: Vec<String> = client.shares.iter().map(|share| part_name(client, share)).collect();
    steps.push(format!(
        "Add {} to the client as optional client scopes; remove default client scopes that map the same roles.",
        names.join(", ")
    ));
    steps.push("Ask for one of them in each token request: scope=<name>. Without one a token names none of these APIs.".to_owned());
    let documents = json!({
        "client": { "clientId": client.key, "fullScopeAllowed": false, "optionalClientScopes": names },
        "clientScopes": scopes,
        "scopeMappings": mappings,
    });
    (steps, documents)
}

fn keycloak_clients(client: &ProposedClient) -> (Vec<String>, Value) {
    let (mut steps, mut made) = (Vec::new(), Vec::new());
    for share in &client.shares {
        let name = part_name(client, share);
        steps.push(format!(
            "Create the confidential client {name} with a service account, full scope off, and the roles {}.",
            holdings(share)
        ));
        let roles: serde_json::Map<String, Value> = share
            .audiences
            .iter()
            .map(|(audience, roles)| (audience.clone(), json!(roles.iter().map(|role| role.value.as_str()).collect::<Vec<_>>())))
            .collect();
        made.push(json!({
            "clientId": name,
            "serviceAccountsEnabled": true,
            "publicClient": false,
            "standardFlowEnabled": false,
            "fullScopeAllowed": false,
            "serviceAccountClientRoles": roles,
        }));
    }
    steps.push(format!("Move each job to its client; then take these roles from {} and rotate or delete its secret.", client.key));
    (steps, json!({ "clients": made, "retire": client.key }))
}

fn entra_requests(client: &ProposedClient) -> (Vec<String>, Value) {
    let mut steps = vec!["Access tokens of Entra ID name one audience each already; ask for them one by one:".to_owned()];
    let mut asked = Vec::new();
    for share in &client.shares {
        for (audience, scopes) in &share.audiences {
            let application = scopes.iter().all(|scope| scope.application);
            let scope = if application {
                format!("{audience}/.default")
            } else {
                scopes.iter().map(|scope| format!("{audience}/{}", scope.value)).collect::<Vec<_>>().join(" ")
            };
            steps.push(format!("{}: scope={scope}", share.token));
            asked.push(json!({ "token": share.token, "resourceAppId": audience, "scope": scope }));
        }
    }
    steps.push("What one secret can obtain stays as it is: compare the standing layer to split that.".to_owned());
    (steps, json!({ "requests": asked }))
}

fn entra_apps(client: &ProposedClient) -> (Vec<String>, Value) {
    let (mut steps, mut made) = (Vec::new(), Vec::new());
    for share in &client.shares {
        let name = format!("{} {}", client.name, share.token);
        steps.push(format!("Register the application “{name}” with {}, and grant admin consent for it.", holdings(share)));
        let access: Vec<Value> = share
            .audiences
            .iter()
            .map(|(audience, scopes)| {
                json!({
                    "resourceAppId": audience,
                    "resourceAccess": scopes.iter().map(|scope| json!({
                        "id": scope.source_id.clone().unwrap_or_else(|| scope.value.clone()),
                        "type": if scope.application { "Role" } else { "Scope" },
                    })).collect::<Vec<_>>(),
                })
            })
            .collect();
        made.push(json!({ "displayName": name, "signInAudience": "AzureADMyOrg", "requiredResourceAccess": access }));
    }
    steps.push(format!("Move each job to its application; then remove the grants and credentials of {} ({}).", client.name, client.key));
    (steps, json!({ "applications": made, "retire": client.key }))
}

fn requests(client: &ProposedClient) -> (Vec<String>, Value) {
    let mut steps = Vec::new();
    let mut asked = Vec::new();
    for share in &client.shares {
        steps.push(format!("{}: ask for {}, with resource={} (RFC 8707).", share.token, holdings(share), keys(share).join(" ")));
        asked.push(json!({ "token": share.token, "resource": keys(share), "holdings": holdings(share) }));
    }
    (steps, json!({ "requests": asked }))
}

fn clients(client: &ProposedClient) -> (Vec<String>, Value) {
    let (mut steps, mut made) = (Vec::new(), Vec::new());
    for share in &client.shares {
        let name = part_name(client, share);
        steps.push(format!("Create {name} with its own credential and {}.", holdings(share)));
        for (audience, scopes) in &share.audiences {
            made.extend(scopes.iter().map(|scope| json!({ "client": name, "audience": audience, "scope": scope.value })));
        }
    }
    steps.push(format!("Move each job to its client; then take these grants from {} and end its credentials.", client.key));
    (steps, json!({ "grants": made, "retire": client.key }))
}
