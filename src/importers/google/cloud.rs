//! States service accounts, their keys, and what policies of Google Cloud let them do. Sources: IAM reference,
//! "ServiceAccountKey", "Policy" and "Principal identifiers".

use super::codes;
use super::state::{Given, Stater, client_name};
use crate::formats::text::{display, quoted};
use crate::importers::listed::outcome::{Done, Outcome, Unusable, credential, switch_off, wanted};
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;

/// Roles on a service account that let their holder act as it.
const ACTS_AS: &[&str] =
    &["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser", "roles/iam.serviceAccountOpenIdTokenCreator"];
/// Roles on a service account that let their holder make keys for it, or give such roles.
const OWNS: &[&str] = &["roles/iam.serviceAccountKeyAdmin", "roles/iam.serviceAccountAdmin", "roles/owner", "roles/editor"];
/// Role on a service account that lets a workload of another issuer act as it.
const FEDERATED: &str = "roles/iam.workloadIdentityUser";

/// Part of a name after a marker, up to the next slash.
fn after<'t>(name: &'t str, marker: &str) -> Option<&'t str> {
    let rest = name.split_once(marker)?.1;
    rest.split('/').next().filter(|part| !part.is_empty())
}

/// The service account of a key or of a resource name.
pub fn account_of(name: &str) -> Option<&str> {
    after(name, "/serviceAccounts/")
}

/// Accounts of Google's own services.
fn is_agent(email: &str) -> bool {
    let domain = email.split_once('@').map_or("", |(_, domain)| domain);
    domain.starts_with("gcp-sa-")
        || matches!(
            domain,
            "cloudservices.gserviceaccount.com"
                | "system.gserviceaccount.com"
                | "compute-system.iam.gserviceaccount.com"
                | "container-engine-robot.iam.gserviceaccount.com"
                | "serverless-robot-prod.iam.gserviceaccount.com"
                | "containerregistry.iam.gserviceaccount.com"
                | "cloudbuild.gserviceaccount.com"
        )
}

/// A member of a binding.
enum Member<'t> {
    ServiceAccount(&'t str),
    /// A workload of another issuer: issuer and subject.
    Workload(String, String),
    Anybody,
    People,
    Gone,
}

fn member(text: &str) -> Member<'_> {
    if let Some(account) = text.strip_prefix("serviceAccount:") {
        // Kubernetes: `project.svc.id.goog[namespace/name]`.
        return match account.split_once(".svc.id.goog[") {
            Some((project, subject)) => Member::Workload(
                format!("https://container.googleapis.com/{project}.svc.id.goog"),
                subject.trim_end_matches(']').to_owned(),
            ),
            None => Member::ServiceAccount(account),
        };
    }
    for kind in ["principal://", "principalSet://"] {
        let Some(rest) = text.strip_prefix(kind) else { continue };
        if !rest.contains("/workloadIdentityPools/") {
            return Member::People;
        }
        let Some((before, rest)) = rest.split_once("/workloadIdentityPools/") else { return Member::Gone };
        let (pool, subject) = rest.split_once('/').unwrap_or((rest, "*"));
        return Member::Workload(format!("https://{before}/workloadIdentityPools/{pool}"), subject.to_owned());
    }
    match text.split(':').next() {
        Some("allUsers" | "allAuthenticatedUsers") => Member::Anybody,
        Some("deleted") => Member::Gone,
        _ => Member::People,
    }
}

impl Stater<'_, '_> {
    /// A service account.
    pub fn service_account(&mut self, tree: &Tree) -> Outcome {
        let email = wanted(tree, "email")?;
        let number = tree.at("uniqueId").key().or_else(|| tree.at("oauth2ClientId").key());
        let mut names = vec![client_name(email)];
        // Delegation is given to the number.
        names.extend(number.map(client_name));
        self.tell_customer();
        self.reading.fact(Fact::Client(ClientFact {
            names,
            display_name: tree.at("displayName").display().or_else(|| tree.at("email").display()),
            kind: Some(ClientKind::ServiceAccount),
            enabled: Some(if tree.at("disabled").flag() == Some(true) { Tri::No } else { Tri::Yes }),
            built_in: Some(is_agent(email)),
            ..ClientFact::default()
        }));
        Ok(Done::Accepted)
    }

    fn mention_account(&mut self, email: &str) -> Name {
        let name = client_name(email);
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![name.clone()],
            rank: 1,
            display_name: Some(display(email).into_owned()),
            kind: Some(ClientKind::ServiceAccount),
            built_in: is_agent(email).then_some(true),
            ..ClientFact::default()
        }));
        name
    }

    /// A key of a service account.
    pub fn key(&mut self, tree: &Tree) -> Outcome {
        let name = wanted(tree, "name")?;
        if tree.at("keyType").text() == Some("SYSTEM_MANAGED") {
            return Ok(Done::Ignored("keys that Google holds and renews itself"));
        }
        let account = account_of(name).ok_or(Unusable::Lacks("name"))?;
        let id = after(name, "/keys/").ok_or(Unusable::Lacks("name"))?;
        self.tell_customer();
        let client = self.mention_account(account);
        let mut fact = credential(&client, CredentialKind::ServiceAccountKey, vec![Name::new(Scheme::KeyId, id)]);
        let created = tree.at("validAfterTime").happened();
        (fact.created_at, fact.activated_at) = (created, created);
        if tree.has("validBeforeTime") {
            fact.expires_at = tree.at("validBeforeTime").ends();
        }
        let status = ["extended_status", "extendedStatus", "disable_reason", "disableReason"];
        let exposed = status.iter().any(|key| tree.at(key).text().is_some_and(|text| text.contains("EXPOSED")))
            || tree.at("extendedStatus").many().iter().any(|one| one.at("key").text().is_some_and(|key| key.contains("EXPOSED")));
        let short = quoted(id);
        fact.display_name = Some(if exposed { format!("Key {short} (found in public)") } else { format!("Key {short}") });
        if exposed {
            let message = format!("Key \"{short}\" of {} was found in public, as Google says.", quoted(account));
            self.reading.warn(codes::EXPOSED, message);
        }
        if tree.at("disabled").flag() == Some(true) {
            switch_off(&mut fact);
        }
        self.reading.fact(Fact::Credential(fact));
        Ok(Done::Accepted)
    }

    /// A policy of a resource.
    pub fn policy(&mut self, tree: &Tree, resource: Option<&str>) -> Outcome {
        let resource = resource.ok_or(Unusable::Because(
            "it does not say which resource it is about; name the file iam-policy-PROJECT.json or export with gcloud asset",
        ))?;
        let bindings = if tree.has("bindings") { tree.at("bindings") } else { tree.path(&["policy", "bindings"]) };
        self.tell_customer();
        let account = account_of(resource);
        for binding in bindings.many() {
            let Some(role) = binding.at("role").key() else { continue };
            self.told.limited += u32::from(!binding.at("condition").pairs().is_empty());
            for text in binding.at("members").texts() {
                match account {
                    Some(account) => self.on_account(&client_name(account), role, text),
                    None => self.on_resource(resource, role, text),
                }
            }
        }
        Ok(Done::Accepted)
    }

    fn on_resource(&mut self, resource: &str, role: &str, text: &str) {
        let client = match member(text) {
            Member::ServiceAccount(email) => self.mention_account(email),
            Member::Workload(issuer, subject) => self.workload(text, &issuer, &subject),
            Member::Anybody => self.anybody(text, resource, role),
            Member::People => {
                self.told.people += 1;
                return;
            }
            Member::Gone => return,
        };
        let label = resource.trim_start_matches("//").split_once('/').map_or(resource, |(_, rest)| rest);
        self.give(&client, &Name::new(Scheme::Uri, resource), label, ScopeKind::AppRole, role, &Given::ITSELF);
    }

    /// A binding on a service account: who may act as it, or make keys for it.
    fn on_account(&mut self, account: &Name, role: &str, text: &str) {
        let kind = if ACTS_AS.contains(&role) || role == FEDERATED {
            ReachEdgeKind::Federation
        } else if OWNS.contains(&role) {
            ReachEdgeKind::OwnerControl
        } else {
            return;
        };
        let from = match member(text) {
            Member::ServiceAccount(email) => self.mention_account(email),
            // A workload needs no account of its own: it asks for tokens of this one.
            Member::Workload(issuer, subject) => {
                self.federated(account, &issuer, &subject);
                return;
            }
            Member::Anybody => self.anybody(text, &account.value, role),
            Member::People => {
                self.told.people += 1;
                return;
            }
            Member::Gone => return,
        };
        self.reading.fact(Fact::ReachEdge(ReachEdgeFact {
            kind,
            from_kind: Kind::Client,
            from,
            to_kind: Kind::Client,
            to: account.clone(),
            to_slot: None,
            evidence: Evidence::Declared,
            subject_pattern: None,
        }));
    }

    fn workload(&mut self, text: &str, issuer: &str, subject: &str) -> Name {
        let client = client_name(text);
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![client.clone()],
            rank: 1,
            display_name: Some(display(subject).into_owned()),
            kind: Some(ClientKind::Workload),
            ..ClientFact::default()
        }));
        self.federated(&client, issuer, subject);
        client
    }

    fn federated(&mut self, client: &Name, issuer: &str, subject: &str) {
        let name = Name::new(Scheme::KeyId, format!("{}/federated/{issuer}/{subject}", client.value));
        let mut fact = credential(client, CredentialKind::Federated, vec![name]);
        fact.federated_issuer = Some(display(issuer).into_owned());
        fact.federated_subject = Some(display(subject).into_owned());
        self.reading.fact(Fact::Credential(fact));
    }

    fn anybody(&mut self, text: &str, resource: &str, role: &str) -> Name {
        let who = if text == "allUsers" { "anybody" } else { "anybody with a Google account" };
        let message = format!("{} is open to {who} with the role {}.", quoted(resource), quoted(role));
        self.reading.warn(codes::ANYBODY, message);
        let name = client_name(text);
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![name.clone()],
            rank: 1,
            display_name: Some(if text == "allUsers" { "Anybody" } else { "Anybody with a Google account" }.to_owned()),
            stated_holder: Some(Holder::ThirdParty),
            internet: Some(Tri::Yes),
            ..ClientFact::default()
        }));
        name
    }
}
