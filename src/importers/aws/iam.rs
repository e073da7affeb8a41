//! States users, roles and what they may do; whom a role trusts; keys as IAM lists them.

use super::arn::{self, Arn};
use super::index::account_of_caller;
use super::policy::{Caller, document, trusted};
use super::state::*;
use super::{codes, policy};
use crate::formats::text::quoted;
use crate::importers::listed::outcome::{Done, Outcome, Unusable, credential, switch_off, wanted};
use crate::importers::listed::tree::Tree;
use crate::model::facts::*;
use crate::model::kinds::*;
use crate::model::time::Millis;

/// Whom no trust may leave out.
const ANYBODY: &str = "*";

impl Stater<'_, '_> {
    /// A user of `get-account-authorization-details` or `list-users`.
    pub fn user(&mut self, tree: &Tree) -> Outcome {
        let arn = wanted(tree, "Arn")?;
        let name = wanted(tree, "UserName")?;
        self.tell_account();
        let client = Name::new(Scheme::ClientId, arn);
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![client.clone(), user_name(name)],
            display_name: tree.at("UserName").display(),
            kind: Some(ClientKind::IamUser),
            created_at: tree.at("CreateDate").happened(),
            ..ClientFact::default()
        }));
        self.rights(&client);
        Ok(Done::Accepted)
    }

    /// A role of `get-account-authorization-details` or `list-roles`.
    pub fn role(&mut self, tree: &Tree) -> Outcome {
        let arn = wanted(tree, "Arn")?;
        let name = wanted(tree, "RoleName")?;
        let trust = document(tree.at("AssumeRolePolicyDocument")).map(|document| trusted(&document));
        self.tell_account();
        let client = Name::new(Scheme::ClientId, arn);
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![client.clone(), Name::new(Scheme::Name, format!("role/{name}"))],
            display_name: tree.at("RoleName").display(),
            kind: Some(ClientKind::IamRole),
            built_in: Some(tree.at("Path").text().is_some_and(|path| path.starts_with("/aws-service-role/"))),
            created_at: tree.at("CreateDate").happened(),
            last_used_at: tree.path(&["RoleLastUsed", "LastUsedDate"]).happened(),
            access_token_seconds: tree.at("MaxSessionDuration").whole(),
            ..ClientFact::default()
        }));
        // Whoever assumes a role gets keys that AWS makes for the hour.
        let mut fact = credential(&client, CredentialKind::Managed, vec![key_id(format!("{arn}/managed"))]);
        fact.display_name = Some("Temporary keys of the role".to_owned());
        self.reading.fact(Fact::Credential(fact));
        if let Some((callers, limited)) = trust {
            self.told.limited += u32::from(limited);
            for caller in callers {
                self.caller(&client, name, &caller);
            }
        }
        self.rights(&client);
        Ok(Done::Accepted)
    }

    fn caller(&mut self, role: &Name, role_name: &str, caller: &Caller) {
        match caller {
            Caller::Service => {}
            Caller::Federated { issuer, subject } => {
                if subject == ANYBODY && issuer.starts_with("https://") {
                    let (name, host) = (quoted(role_name), quoted(issuer));
                    let message = format!("Role \"{name}\" lets in every subject of {host}: its trust names none.");
                    self.reading.warn(codes::ANYBODY, message);
                }
                self.federated(role, issuer, subject);
            }
            Caller::Principal(text) if text == ANYBODY => {
                let message =
                    format!("Role \"{}\" trusts everybody with an AWS account, as far as its conditions let them.", quoted(role_name));
                self.reading.warn(codes::ANYBODY, message);
                let from = self.outsider(ANYBODY, "Anybody with an AWS account", Holder::ThirdParty);
                self.way(&from, &role.value, None, Some(ANYBODY.to_owned()));
            }
            // What the set describes states its ways with itself.
            Caller::Principal(text) if self.index.describes(text) => {}
            Caller::Principal(text) => {
                let whole = account_of_caller(text);
                let account = whole.or_else(|| arn::account_of(text));
                let Some(account) = account else {
                    // The id of a user or role that was deleted stands in place of its name.
                    self.told.gone += 1;
                    return;
                };
                let own = account == self.instance();
                if whole.is_some() && own {
                    return;
                }
                let holder = if own { Holder::Unknown } else { Holder::ThirdParty };
                let (key, label) = match whole {
                    Some(account) => (format!("arn:aws:iam::{account}:root"), format!("AWS account {account}")),
                    None => {
                        let name = Arn::parse(text).map_or(text.as_str(), |arn| arn.resource);
                        (text.clone(), if own { name.to_owned() } else { format!("{name} of AWS account {account}") })
                    }
                };
                let from = self.outsider(&key, &label, holder);
                self.way(&from, &role.value, None, whole.map(|account| format!("arn:aws:iam::{account}:*")));
            }
        }
    }

    /// A caller that no file of the set describes.
    fn outsider(&mut self, key: &str, label: &str, holder: Holder) -> Name {
        let name = Name::new(Scheme::ClientId, key);
        self.reading.fact(Fact::Client(ClientFact {
            names: vec![name.clone()],
            rank: 1,
            display_name: Some(crate::formats::text::display(label).into_owned()),
            stated_holder: (holder != Holder::Unknown).then_some(holder),
            ..ClientFact::default()
        }));
        name
    }

    /// What a user or role may do, and which roles it may become.
    fn rights(&mut self, client: &Name) {
        let index = self.index;
        let rights = index.rights(&client.value);
        self.told.limited += u32::from(rights.allowed.limited);
        for (action, narrowed) in &rights.allowed.actions {
            self.give(client, ScopeKind::AppRole, action, *narrowed);
        }
        for policy in rights.missing {
            // What a policy allows that nobody shows is known by its name at most.
            let name = policy.rsplit('/').next().unwrap_or(&policy).to_owned();
            self.give(client, ScopeKind::DirectoryRole, &name, false);
            self.told.missing.insert(policy);
        }
        for (role, account) in index.ways(&client.value) {
            self.way(client, role, Some(account), None);
        }
    }

    /// A key of `list-access-keys`.
    pub fn access_key(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "AccessKeyId")?;
        let user = wanted(tree, "UserName")?;
        let client = user_name(user);
        let created = tree.at("CreateDate").happened();
        let mut names = vec![key_id(id)];
        // The credential report knows a key by its time only.
        if created.is_some() && self.index.keys_made(self.instance(), user, created) == 1 {
            names.push(made("access-key", user, created, None));
        }
        let mut fact = credential(&client, CredentialKind::AccessKey, names);
        fact.display_name = Some(format!("Access key {}", quoted(id)));
        self.dated(fact, tree, created);
        Ok(Done::Accepted)
    }

    /// A reply of `get-access-key-last-used`, which does not repeat the key that was asked for.
    pub fn access_key_use(&mut self, tree: &Tree, file: &str) -> Outcome {
        let user = wanted(tree, "UserName")?;
        if self.index.reports(self.instance(), user) {
            return Ok(Done::Ignored("last uses of keys that the credential report of this set tells"));
        }
        let named = file.split(|c: char| !c.is_ascii_alphanumeric()).find(|part| self.index.lists_key(part));
        let id = named.or_else(|| self.index.only_key(self.instance(), user)).ok_or(Unusable::Because(
            "it does not say which key it is about, its user has not exactly one in this set, and the name of the file holds none",
        ))?;
        let mut fact = credential(&user_name(user), CredentialKind::AccessKey, vec![key_id(id)]);
        fact.last_used_at = tree.path(&["AccessKeyLastUsed", "LastUsedDate"]).happened();
        // All else stands in the list of keys.
        fact.expires_at = crate::model::time::Expiry::Unknown;
        self.reading.fact(Fact::Credential(fact));
        Ok(Done::Accepted)
    }

    /// A password or key of one service.
    pub fn service_credential(&mut self, tree: &Tree) -> Outcome {
        let id = wanted(tree, "ServiceSpecificCredentialId")?;
        let client = user_name(wanted(tree, "UserName")?);
        let service = tree.at("ServiceName").text().unwrap_or("one service");
        // CodeCommit and Keyspaces take a name and a password; Bedrock takes the key alone.
        let kind = if tree.at("ServiceUserName").text().is_some() { CredentialKind::Password } else { CredentialKind::ApiKey };
        let mut fact = credential(&client, kind, vec![key_id(id)]);
        fact.display_name = Some(format!("Credential for {}", quoted(service)));
        if tree.at("ExpirationDate").text().is_some() {
            fact.expires_at = tree.at("ExpirationDate").ends();
        }
        self.dated(fact, tree, tree.at("CreateDate").happened());
        Ok(Done::Accepted)
    }

    /// A signing certificate or SSH key.
    pub fn uploaded(&mut self, tree: &Tree, field: &'static str, kind: CredentialKind, label: &str) -> Outcome {
        let id = wanted(tree, field)?;
        let user = wanted(tree, "UserName")?;
        let client = user_name(user);
        let uploaded = tree.at("UploadDate").happened();
        let mut names = vec![key_id(id)];
        // The credential report knows a certificate by its time only.
        if uploaded.is_some() && self.index.certificates_made(self.instance(), user, uploaded) == 1 && kind == CredentialKind::Certificate {
            names.push(made("certificate", user, uploaded, None));
        }
        let mut fact = credential(&client, kind, names);
        fact.display_name = Some(format!("{label} {}", quoted(id)));
        fact.fingerprint = tree.at("Fingerprint").key().map(str::to_owned);
        self.dated(fact, tree, uploaded);
        Ok(Done::Accepted)
    }

    fn dated(&mut self, mut fact: CredentialFact, tree: &Tree, created: Option<Millis>) {
        (fact.created_at, fact.activated_at) = (created, created);
        if tree.at("Status").text().is_some_and(|status| !status.eq_ignore_ascii_case("Active")) {
            switch_off(&mut fact);
        }
        self.reading.fact(Fact::Credential(fact));
    }

    /// A group or policy: what it allows is stated with each of its users and roles.
    pub fn shared(&mut self, tree: &Tree) -> Outcome {
        wanted(tree, "Arn")?;
        let has_document = tree.at("PolicyVersionList").many().iter().any(|version| policy::document(version.at("Document")).is_some());
        if tree.has("PolicyName") && !has_document {
            return Ok(Done::Ignored("policies without their documents, which get-account-authorization-details holds"));
        }
        Ok(Done::Accepted)
    }
}

/// Name of a key or certificate by its user and the time at which it was made; `slot` where two were made at once.
pub fn made(what: &str, user: &str, at: Option<Millis>, slot: Option<u8>) -> Name {
    let twin = slot.map(|slot| format!("/{slot}")).unwrap_or_default();
    key_id(format!("user/{user}/{what}/{}{twin}", stamp(at)))
}
