//! What an import of a made-up estate must count, told by who made it.

use std::fmt::Write as _;

use super::pages::Written;

/// Counts of an estate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// Clients; APIs are clients too.
    pub clients: u64,
    /// Secrets, certificates, federated subjects, and one for each managed identity; expired ones included.
    pub credentials: u64,
    /// APIs that publish permissions.
    pub audiences: u64,
    /// Permissions that they publish.
    pub scopes: u64,
    /// Application grants.
    pub application: u64,
    /// Delegated grants for one user, one for each scope.
    pub delegated_one: u64,
    /// Delegated grants for all users, one for each scope.
    pub delegated_all: u64,
    /// Users that a delegated grant names.
    pub principals: u64,
    /// People and clients that own a registration.
    pub owners: u64,
    /// Pairs of registration and owner.
    pub ownerships: u64,
    /// Clients that another organisation registered.
    pub third_party_clients: u64,
    /// Those organisations.
    pub vendors: u64,
    /// Files in the order in which they were written.
    pub files: Vec<Written>,
}

impl Truth {
    /// Adds a finished file.
    pub fn file(&mut self, written: Written) {
        self.files.push(written);
    }

    /// Grants of all modes.
    pub fn grants(&self) -> u64 {
        self.application + self.delegated_one + self.delegated_all
    }

    /// The content of `truth.json`.
    pub fn json(&self) -> String {
        let mut files = String::new();
        for file in &self.files {
            let comma = if files.is_empty() { "" } else { ",\n" };
            let _ = write!(files, r#"{comma}    "{}": {{ "records": {}, "bytes": {} }}"#, file.name, file.records, file.bytes);
        }
        format!(
            r#"{{
  "as_of": "2026-11-20",
  "clients": {},
  "credentials": {},
  "audiences": {},
  "scopes": {},
  "grants": {{ "total": {}, "application": {}, "delegated_one": {}, "delegated_all": {} }},
  "principals": {},
  "owners": {},
  "ownerships": {},
  "third_party_clients": {},
  "vendors": {},
  "files": {{
{files}
  }}
}}
"#,
            self.clients,
            self.credentials,
            self.audiences,
            self.scopes,
            self.grants(),
            self.application,
            self.delegated_one,
            self.delegated_all,
            self.principals,
            self.owners,
            self.ownerships,
            self.third_party_clients,
            self.vendors
        )
    }

    /// One line for people.
    pub fn summary(&self) -> String {
        let bytes: u64 = self.files.iter().map(|file| file.bytes).sum();
        format!(
            "{} clients, {} credentials, {} APIs, {} grants in {} files of {} MB",
            self.clients,
            self.credentials,
            self.audiences,
            self.grants(),
            self.files.len(),
            bytes / 1_000_000
        )
    }
}
