//! What the inventory knows, as look-ups for `tokens`.

use crate::tokens::{Known, Named};
use crate::work::answers::Answers;

/// Issuers, audiences, clients and scopes of a revision.
pub fn of(answers: &Answers) -> Known {
    let mut known = Known::default();
    answers.rows.issuers.iter().filter_map(|issuer| issuer.uri.as_deref()).for_each(|uri| known.add_issuer(uri));
    for (at, view) in answers.audiences.iter().enumerate() {
        let facts = &answers.estate.audiences[at];
        let named = Named { id: view.id.clone(), name: facts.name.clone(), high_risk: view.high_risk.value == Some(true) };
        for identifier in view.identifiers.split(' ').filter(|identifier| !identifier.is_empty()) {
            known.add_audience(identifier, named.clone());
        }
    }
    for (at, view) in answers.clients.iter().enumerate() {
        let entity = answers.rows.clients[view.row as usize].entity;
        let named = Named { id: view.id.clone(), name: answers.client_name(at).to_owned(), high_risk: false };
        for identifier in answers.index.identifiers(&answers.rows, entity) {
            known.add_client(&identifier.value, named.clone());
        }
        if let Some(key) = answers.index.natural_key(&answers.rows, entity) {
            known.add_client(key, named);
        }
    }
    for scope in &answers.estate.scopes {
        known.add_scope(&answers.audiences[scope.audience as usize].id, &scope.value);
    }
    known
}
