//! Passwords, keys and federated subjects of an application or service principal.

use crate::model::facts::{CredentialFact, Fact, Name};
use crate::model::id::hex;
use crate::model::kinds::{CredentialKind, Scheme};
use crate::model::time::Expiry;

use super::objects::{Federated, KeyListed, Password};
use super::reading::{Reading, ends, happened};
use super::wire::{Many, Text, Whole};

/// A credential as both lists show it.
struct Listed<'o> {
    kind: CredentialKind,
    signs: bool,
    from_keys: bool,
    key_id: Option<&'o str>,
    label: Option<String>,
    custom: Option<&'o [u8]>,
    start: &'o Text<'o>,
    end: &'o Text<'o>,
    used: bool,
}

impl<'o> Listed<'o> {
    fn password(password: &'o Password<'o>) -> Self {
        Self {
            kind: CredentialKind::ClientSecret,
            signs: false,
            from_keys: false,
            key_id: password.key_id.key(),
            label: password.display_name.display(),
            custom: password.custom.0.as_deref(),
            start: either(&password.start, &password.start_before),
            end: either(&password.end, &password.end_before),
            used: false,
        }
    }

    fn key(key: &'o KeyListed<'o>) -> Self {
        let symmetric = key.kind.is("Symmetric");
        Self {
            kind: if symmetric { CredentialKind::ClientSecret } else { CredentialKind::Certificate },
            signs: key.usage.is("Sign"),
            from_keys: true,
            key_id: key.key_id.key(),
            label: key.display_name.display(),
            custom: key.custom.0.as_deref(),
            start: either(&key.start, &key.start_before),
            end: either(&key.end, &key.end_before),
            used: false,
        }
    }

    /// Whether two entries are one SAML certificate: one thumbprint, or without any one label and life.
    fn same_certificate(&self, other: &Self) -> bool {
        match (self.custom, other.custom) {
            (Some(mine), Some(theirs)) => mine == theirs,
            (None, None) => self.label.is_some() && self.label == other.label && self.start == other.start && self.end == other.end,
            _ => false,
        }
    }
}

fn either<'o>(now: &'o Text<'o>, before: &'o Text<'o>) -> &'o Text<'o> {
    if now.get().is_some() { now } else { before }
}

impl Reading<'_> {
    /// States the passwords and keys of a client. Key ids may be chosen by whoever adds a key, so a credential is
    /// named by its client and key id; an application and its service principal share the appId and so the names.
    pub fn credentials(&mut self, client: &Name, passwords: &Many<Whole<Password<'_>>>, keys: &Many<Whole<KeyListed<'_>>>) {
        // Keys that encrypt tokens for the client prove nothing about it.
        let authenticating = keys.iter().map(|key| &key.0).filter(|key| !key.usage.is("Encrypt"));
        let mut listed: Vec<Listed<'_>> = authenticating.map(Listed::key).collect();
        listed.extend(passwords.iter().map(|password| Listed::password(&password.0)));
        listed.sort_by(|a, b| (!a.signs, a.key_id).cmp(&(!b.signs, b.key_id)));
        for at in 0..listed.len() {
            if listed[at].used {
                continue;
            }
            if listed[at].signs {
                // Graph shows a SAML certificate as a signing key, a verifying key and a password: one credential.
                let (head, tail) = listed.split_at_mut(at + 1);
                for other in tail.iter_mut().filter(|other| head[at].same_certificate(other)) {
                    other.used = true;
                }
            }
            let entry = &listed[at];
            let kind = if entry.signs { CredentialKind::SigningKey } else { entry.kind };
            let slot = entry.key_id.map_or_else(|| format!("{kind}/{}", entry.start.get().unwrap_or_default()), str::to_owned);
            let list = if entry.from_keys { "key/" } else { "" };
            let thumbprint = entry.custom.filter(|bytes| kind != CredentialKind::ClientSecret && matches!(bytes.len(), 20 | 32));
            let fact = CredentialFact {
                names: vec![Name::new(Scheme::KeyId, format!("{}/{list}{slot}", client.value))],
                client: client.clone(),
                kind,
                display_name: entry.label.clone(),
                created_at: happened(entry.start),
                activated_at: happened(entry.start),
                expires_at: ends(entry.end),
                last_used_at: None,
                fingerprint: thumbprint.map(|bytes| hex(bytes).to_ascii_uppercase()),
                shared_value: None,
                federated_issuer: None,
                federated_subject: None,
            };
            self.fact(Fact::Credential(fact));
        }
    }

    /// States the one credential of a managed identity: the platform renews its keys by itself, so their listed lives
    /// are generations of one credential that does not end (decision D27).
    pub fn managed_credential(&mut self, client: &Name) {
        self.fact(Fact::Credential(CredentialFact {
            names: vec![Name::new(Scheme::KeyId, format!("{}/managed", client.value))],
            client: client.clone(),
            kind: CredentialKind::Managed,
            display_name: None,
            created_at: None,
            activated_at: None,
            expires_at: Expiry::Never,
            last_used_at: None,
            fingerprint: None,
            shared_value: None,
            federated_issuer: None,
            federated_subject: None,
        }));
    }

    /// States a federated subject; false if it names no subject.
    pub fn federated(&mut self, client: &Name, federated: &Federated<'_>) -> bool {
        let expression = federated.expression.0.as_ref().and_then(|expression| expression.value.get());
        let Some(subject) = federated.subject.get().or(expression) else { return false };
        // The directory gives the id, so it is enough by itself; without one the subject is.
        let slot = match federated.id.key() {
            Some(id) => format!("federated/{id}"),
            None => format!("{}/federated/{}", client.value, crate::formats::text::display(subject)),
        };
        self.fact(Fact::Credential(CredentialFact {
            names: vec![Name::new(Scheme::KeyId, slot)],
            client: client.clone(),
            kind: CredentialKind::Federated,
            display_name: federated.name.display(),
            created_at: None,
            activated_at: None,
            expires_at: Expiry::Never,
            last_used_at: None,
            fingerprint: None,
            shared_value: None,
            federated_issuer: federated.issuer.display(),
            federated_subject: Some(crate::formats::text::display(subject).into_owned()),
        }));
        true
    }
}
