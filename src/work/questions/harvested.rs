//! Whose credentials must be rotated because an intruder could have read them (R9) or holds the same value (R5).

use std::collections::BTreeMap;

use crate::model::Evidence;
use crate::model::Privilege;
use crate::model::estate::ClientIx;
use crate::reach::{Journey, View};
use crate::work::answers::Answers;
use crate::work::figures::link;
use crate::work::filter::quote;
use crate::work::wire::HarvestedClient;

use super::plain;

/// Clients other than the vendor's whose stored credentials a journey could have read or shares.
pub fn harvested(answers: &Answers, view: &View, journey: &Journey, mine: &[ClientIx]) -> Vec<HarvestedClient> {
    let mut reasons: BTreeMap<ClientIx, Vec<String>> = BTreeMap::new();
    let mut readable: Vec<u32> = journey
        .board
        .touched()
        .iter()
        .filter(|atom| journey.board.cell(**atom).privilege >= Privilege::Read)
        .map(|atom| view.graph.atoms.get(*atom).audience)
        .filter(|audience| *audience != u32::MAX)
        .collect();
    readable.sort_unstable();
    readable.dedup();
    for audience in readable {
        let facts = &answers.estate.audiences[audience as usize];
        for (client, _) in facts.harvest.iter().filter(|(_, evidence)| *evidence != Evidence::Inferred) {
            reasons.entry(*client).or_default().push(format!("its credentials lie in {}", plain(&facts.name)));
        }
    }
    for client in mine {
        let facts = &answers.estate.clients[*client as usize];
        for credential in facts.credentials_from..facts.credentials_to {
            for mate in view.graph.mates(&answers.estate, credential) {
                reasons.entry(mate).or_default().push(format!("uses the same secret or key as {}", plain(&facts.name)));
            }
        }
    }
    let others = reasons.into_iter().filter(|(client, _)| mine.binary_search(client).is_err());
    others
        .map(|(client, mut why)| {
            why.sort();
            why.dedup();
            let shown = &answers.clients[client as usize];
            let more = if why.len() > 3 { format!(" and {} more reasons", why.len() - 3) } else { String::new() };
            why.truncate(3);
            HarvestedClient {
                id: shown.id.clone(),
                name: answers.client_name(client as usize).to_owned(),
                credentials: shown.credentials.end - shown.credentials.start,
                credential_rows: link("credentials", format!("client_key:{}", quote(&shown.id))),
                reason: format!("{}{more}", why.join("; ")),
                owner: shown.owner.value.clone(),
            }
        })
        .collect()
}
