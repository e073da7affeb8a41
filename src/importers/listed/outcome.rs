//! What becomes of a record of a list, and why one cannot be stated. Knows no vendor's words.

use super::reading::Reading;
use super::tree::Tree;
use crate::model::facts::{CredentialFact, Name};
use crate::model::kinds::CredentialKind;
use crate::model::time::Expiry;

/// Why a record cannot be stated.
pub enum Unusable {
    /// It lacks this.
    Lacks(&'static str),
    /// Nobody says whose it is, or it is not what it should be; in words.
    Because(&'static str),
}

/// What became of a record.
pub enum Done {
    /// Stated.
    Accepted,
    /// Not used, and why.
    Ignored(&'static str),
}

/// Outcome of a record.
pub type Outcome = Result<Done, Unusable>;

/// Codes of the two reasons, in the order of [`Unusable`].
pub type UnusableCodes = [&'static str; 2];

/// Ends the record by its outcome; `what` = a word for the record.
pub fn end(reading: &mut Reading<'_>, codes: UnusableCodes, what: &str, outcome: Outcome) {
    match outcome {
        Ok(Done::Accepted) => reading.accept(),
        Ok(Done::Ignored(reason)) => reading.ignore(reason),
        Err(Unusable::Lacks(field)) => reading.reject(codes[0], format!("This {what} was not stored: it has no usable {field}.")),
        Err(Unusable::Because(why)) => reading.reject(codes[1], format!("This {what} was not stored: {why}.")),
    }
}

/// A key field of a record.
///
/// # Errors
/// It is missing or no key.
pub fn wanted<'t>(tree: &'t Tree, field: &'static str) -> Result<&'t str, Unusable> {
    tree.at(field).key().ok_or(Unusable::Lacks(field))
}

/// A credential of which nothing is known yet, and that does not end.
pub fn credential(client: &Name, kind: CredentialKind, names: Vec<Name>) -> CredentialFact {
    CredentialFact {
        names,
        client: client.clone(),
        kind,
        display_name: None,
        created_at: None,
        activated_at: None,
        expires_at: Expiry::Never,
        last_used_at: None,
        fingerprint: None,
        shared_value: None,
        federated_issuer: None,
        federated_subject: None,
    }
}

/// Marks a credential that is switched off where the source never says since when: it was after its last use, else after
/// its making.
pub fn switch_off(fact: &mut CredentialFact) {
    fact.expires_at = fact.last_used_at.or(fact.created_at).map_or(Expiry::Unknown, Expiry::At);
    fact.display_name = fact.display_name.take().map(|name| format!("{name} (inactive)"));
}
