//! Objects of GitHub by their fields, and what each states. The API's own form, that of webhooks and that of GitHound say the same.

use std::borrow::Cow;

use crate::importers::listed::given::{Given, credential, owned_by};
use crate::importers::listed::reading::Reading;
use crate::importers::listed::replies::{Outcome, Shape, Unusable, id_of};
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// The organisation's repositories and settings, as an audience.
const ORGANISATION: &str = "github-org";

/// The kind that a node of GitHound's graph has.
fn node_kind(tree: &Tree) -> Option<&str> {
    tree.at("kinds").texts().find(|kind| kind.starts_with("GH_"))
}

/// The object inside a webhook's payload or a node of a graph.
fn inner(tree: &Tree) -> &Tree {
    if tree.has("kinds") && tree.has("properties") {
        return tree.at("properties");
    }
    match () {
        () if tree.has("action") && !tree.at("installation").pairs().is_empty() && tree.at("installation").has("permissions") => {
            tree.at("installation")
        }
        () if tree.has("action") && tree.has("repository") && !tree.at("key").pairs().is_empty() => tree.at("key"),
        () => tree,
    }
}

/// What an object is.
pub fn shape(tree: &Tree) -> Shape {
    let has = |keys: &[&str]| keys.iter().all(|key| tree.has(key));
    if let Some(kind) = node_kind(tree) {
        return match kind {
            "GH_AppInstallation" => Shape::Of(RecordKind::GithubInstallations),
            "GH_PersonalAccessToken" => Shape::Of(RecordKind::GithubTokens),
            "GH_OrgSecret" | "GH_RepoSecret" | "GH_EnvironmentSecret" => {
                Shape::Unused("names of secrets of workflows, which do not say what they open")
            }
            _ => Shape::Unused("nodes that are no app and no token"),
        };
    }
    if has(&["kind", "start", "end"]) {
        return Shape::Unused("edges of the graph, which say which repositories are meant");
    }
    if has(&["message", "documentation_url"]) {
        return Shape::Error;
    }
    if tree.has("action") && tree.has("sender") {
        let inside = inner(tree);
        let gone = matches!(tree.at("action").text(), Some("deleted" | "removed"));
        return match () {
            () if gone => Shape::Unused("webhooks about something that was removed"),
            () if inside.has("permissions") && inside.has("account") => Shape::Of(RecordKind::GithubInstallations),
            () if inside.has("title") && inside.has("key") => Shape::Of(RecordKind::GithubDeployKeys),
            () => Shape::Unused("webhooks about other things"),
        };
    }
    if has(&["permissions", "repository_selection"]) && tree.has("account") {
        Shape::Of(RecordKind::GithubInstallations)
    } else if has(&["owner", "permissions"]) && (tree.has("token_expired") || tree.has("token_id")) {
        Shape::Of(RecordKind::GithubTokens)
    } else if has(&["credential_id", "credential_type"]) {
        Shape::Of(RecordKind::GithubAuthorizations)
    } else if has(&["id", "key", "title"]) {
        Shape::Of(RecordKind::GithubDeployKeys)
    } else {
        Shape::Unknown
    }
}

/// The organisation or user whose object it is.
pub fn organisation(tree: &Tree) -> Option<String> {
    let inside = inner(tree);
    let of_repository = tree.path(&["repository", "owner", "login"]);
    let of_graph = inside.at("environment_name");
    let named = [inside.path(&["account", "login"]), of_repository, of_graph];
    let of_url = || {
        let url = inside.at("url").text()?;
        let rest = url.split_once("/repos/")?.1;
        rest.split('/').next().map(str::to_owned)
    };
    named.into_iter().find_map(Tree::key).map(str::to_owned).or_else(of_url)
}

fn key_of(list: RecordKind, tree: &Tree) -> Option<String> {
    let inside = inner(tree);
    match list {
        // A graph writes the installation's id under the name of the app's.
        RecordKind::GithubInstallations if tree.has("kinds") => id_of(inside.at("app_id")),
        RecordKind::GithubTokens if tree.has("kinds") => inside.at("node_id").key().and_then(|id| id.rsplit('_').next()).map(str::to_owned),
        RecordKind::GithubAuthorizations => id_of(inside.at("credential_id")),
        _ => id_of(inside.at("id")),
    }
}

/// What makes two objects the same.
pub fn identity(list: RecordKind, tree: &Tree) -> Option<String> {
    key_of(list, tree)
}

/// Permissions as an object; a graph keeps them as JSON in a text.
fn permissions<'t>(tree: &'t Tree, field: &str) -> Cow<'t, Tree> {
    match tree.at(field) {
        Tree::Text(text) => serde_json::from_str(text).map_or(Cow::Owned(Tree::Null), Cow::Owned),
        other => Cow::Borrowed(other),
    }
}

/// Each permission with its level; those of a token stand in groups.
fn levels(permissions: &Tree) -> Vec<String> {
    let mut all = Vec::new();
    for (name, value) in permissions.pairs() {
        match value.text() {
            Some(level) => all.push(format!("{name}:{level}")),
            None => all.extend(value.pairs().iter().filter_map(|(name, level)| Some(format!("{name}:{}", level.text()?)))),
        }
    }
    all.sort();
    all.dedup();
    all
}

/// When something ends; nothing there is no end.
fn ends(tree: &Tree) -> Expiry {
    if tree.text().is_none() { Expiry::Never } else { tree.ends() }
}

/// States an object.
pub fn state(list: RecordKind, tree: &Tree, reading: &mut Reading<'_>) -> Outcome {
    let id = key_of(list, tree).ok_or(Unusable::Lacks("id"))?;
    let inside = inner(tree);
    match list {
        RecordKind::GithubInstallations => installation(&id, inside, reading),
        RecordKind::GithubTokens => token(&id, inside, reading),
        RecordKind::GithubAuthorizations => return authorization(&id, inside, reading),
        _ => deploy_key(&id, inside, tree, reading),
    }
    Ok(None)
}

fn audience(reading: &mut Reading<'_>) {
    reading.fact(Fact::Audience(AudienceFact {
        names: vec![Name::new(Scheme::Name, ORGANISATION)],
        rank: 1,
        display_name: Some("GitHub organisation".to_owned()),
        built_in: Some(true),
        ..AudienceFact::default()
    }));
}

fn installation(id: &str, tree: &Tree, reading: &mut Reading<'_>) {
    let client = format!("installation/{id}");
    let label = ["app_slug", "name"].iter().find_map(|field| tree.at(field).display()).unwrap_or_else(|| format!("App installation {id}"));
    let since = tree.at("created_at").happened();
    audience(reading);
    reading.fact(Fact::Client(ClientFact {
        names: vec![Name::new(Scheme::ClientId, client.clone())],
        display_name: Some(label),
        kind: Some(ClientKind::Install),
        enabled: Some(if tree.at("suspended_at").text().is_some() { Tri::No } else { Tri::Yes }),
        created_at: since,
        ..ClientFact::default()
    }));
    let given = Given {
        client: &client,
        audience: (Scheme::Name, ORGANISATION),
        kind: ScopeKind::InstallPermission,
        mode: GrantMode::Application,
        principal: None,
        origin: GrantOrigin::Consent,
        narrowed: tree.at("repository_selection").text() == Some("selected"),
        since,
        until: Expiry::Never,
    };
    for scope in levels(&permissions(tree, "permissions")) {
        given.of(reading, &scope);
    }
}

fn holder(client: &str, label: String, expired: bool, reading: &mut Reading<'_>) {
    reading.fact(Fact::Client(ClientFact {
        names: vec![Name::new(Scheme::ClientId, client)],
        display_name: Some(label),
        kind: Some(ClientKind::PatHolder),
        enabled: Some(if expired { Tri::No } else { Tri::Yes }),
        ..ClientFact::default()
    }));
}

fn token(id: &str, tree: &Tree, reading: &mut Reading<'_>) {
    let client = format!("pat/{id}");
    let owner = tree.path(&["owner", "login"]).key().or_else(|| tree.at("owner_login").key());
    let label =
        ["token_name", "name"].iter().find_map(|field| tree.at(field).display()).unwrap_or_else(|| format!("Personal access token {id}"));
    let since = tree.at("access_granted_at").happened();
    let until = ends(tree.at("token_expires_at"));
    audience(reading);
    holder(&client, label.clone(), tree.at("token_expired").flag() == Some(true), reading);
    let mut fact = credential(&client, CredentialKind::Pat, &client, &label);
    // When it was made is not said; that access was granted then is.
    (fact.activated_at, fact.expires_at, fact.last_used_at) = (since, until, tree.at("token_last_used_at").happened());
    reading.fact(Fact::Credential(fact));
    let given = Given {
        client: &client,
        audience: (Scheme::Name, ORGANISATION),
        kind: ScopeKind::InstallPermission,
        mode: if owner.is_some() { GrantMode::DelegatedOne } else { GrantMode::DelegatedAll },
        principal: owner,
        origin: GrantOrigin::Assignment,
        narrowed: tree.at("repository_selection").text() == Some("subset"),
        since,
        until,
    };
    for scope in levels(&permissions(tree, "permissions")) {
        given.of(reading, &scope);
    }
    if let Some(owner) = owner {
        owned_by(reading, &client, owner, OwnerKind::Person);
    }
}

fn authorization(id: &str, tree: &Tree, reading: &mut Reading<'_>) -> Outcome {
    let owner = tree.at("login").key().ok_or(Unusable::Lacks("login"))?;
    let kind = tree.at("credential_type").text().unwrap_or_default().to_ascii_lowercase();
    let ssh = kind.contains("ssh");
    let client = format!("authorization/{id}");
    let label = ["authorized_credential_title", "authorized_credential_note"].iter().find_map(|field| tree.at(field).display());
    let label = label.unwrap_or_else(|| if ssh { format!("SSH key {id}") } else { format!("Personal access token {id}") });
    let since = tree.at("credential_authorized_at").happened();
    let until = ends(tree.at("authorized_credential_expires_at"));
    audience(reading);
    holder(&client, label.clone(), false, reading);
    let mut fact = credential(&client, if ssh { CredentialKind::SshKey } else { CredentialKind::Pat }, &client, &label);
    (fact.activated_at, fact.expires_at, fact.last_used_at) = (since, until, tree.at("credential_accessed_at").happened());
    reading.fact(Fact::Credential(fact));
    let given = Given {
        client: &client,
        audience: (Scheme::Name, ORGANISATION),
        kind: ScopeKind::Scope,
        mode: GrantMode::DelegatedOne,
        principal: Some(owner),
        origin: GrantOrigin::Assignment,
        narrowed: false,
        since,
        until,
    };
    // A key for SSH reads and writes whatever its owner may.
    let scopes: Vec<&str> = if ssh { vec!["repo"] } else { tree.at("scopes").texts().collect() };
    for scope in scopes {
        given.of(reading, scope);
    }
    owned_by(reading, &client, owner, OwnerKind::Person);
    Ok(None)
}

fn deploy_key(id: &str, tree: &Tree, whole: &Tree, reading: &mut Reading<'_>) {
    let client = format!("deploy-key/{id}");
    let title = tree.at("title").display().unwrap_or_else(|| format!("Deploy key {id}"));
    let repository = whole.path(&["repository", "full_name"]).display().or_else(|| {
        let rest = tree.at("url").text()?.split_once("/repos/")?.1;
        Some(rest.split('/').take(2).collect::<Vec<_>>().join("/"))
    });
    let label = repository.map_or_else(|| title.clone(), |repository| format!("{title} ({repository})"));
    let since = tree.at("created_at").happened();
    audience(reading);
    reading.fact(Fact::Client(ClientFact {
        names: vec![Name::new(Scheme::ClientId, client.clone())],
        display_name: Some(label),
        kind: Some(ClientKind::Bot),
        enabled: Some(Tri::Yes),
        created_at: since,
        ..ClientFact::default()
    }));
    let mut fact = credential(&client, CredentialKind::DeployKey, &client, &title);
    (fact.created_at, fact.activated_at, fact.last_used_at) = (since, since, tree.at("last_used").happened());
    fact.expires_at = Expiry::Never;
    reading.fact(Fact::Credential(fact));
    let given = Given {
        client: &client,
        audience: (Scheme::Name, ORGANISATION),
        kind: ScopeKind::InstallPermission,
        mode: GrantMode::Application,
        principal: None,
        origin: GrantOrigin::Assignment,
        narrowed: true,
        since,
        until: Expiry::Never,
    };
    // Older replies do not say whether it may write; then it counts as able to.
    given.of(reading, if tree.at("read_only").flag() == Some(true) { "contents:read" } else { "contents:write" });
    if let Some(owner) = tree.at("added_by").key() {
        owned_by(reading, &client, owner, OwnerKind::Person);
    }
}
