//! Table `clients`: every OAuth client and other non-human identity.

use std::sync::LazyLock;

use crate::model::kinds::*;
use crate::model::time::Millis;
use crate::work::answers::Answers;
use crate::work::cell::Cell;
use crate::work::filter::quote;
use crate::work::table::{Table, column};
use crate::work::wire::{ColumnKind, TableInfo};

use super::{bands, words};

/// The table over one revision's answers.
pub struct Clients<'a>(pub &'a Answers);

static INFO: LazyLock<TableInfo> = LazyLock::new(|| TableInfo {
    name: "clients".to_owned(),
    title: "Clients".to_owned(),
    row_word: "client".to_owned(),
    columns: vec![
        column("name", "Name", ColumnKind::Name, 200),
        column("kind", "Kind", ColumnKind::Word, 110).choices(&words(ClientKind::ALL, |w| w.as_str())),
        column("source", "Source", ColumnKind::Word, 80),
        column("owner", "Owner", ColumnKind::Text, 130).help("Accountable owners; none means that no owner is recorded"),
        column("holder", "Holder", ColumnKind::Word, 90)
            .choices(&words(Holder::ALL, |w| w.as_str()))
            .help("Who stores its credentials; derived unless somebody stated it"),
        column("vendor", "Vendor", ColumnKind::Text, 130).hidden(),
        column("credentials", "Cred.", ColumnKind::Count, 56),
        column("grants", "Grants", ColumnKind::Count, 70).hidden(),
        column("audiences", "APIs", ColumnKind::Number, 52).help("Audiences reached, over every path"),
        column("sensitive", "Sens.", ColumnKind::Number, 52).help("Restricted and regulated data classes reached"),
        column("max_privilege", "Highest", ColumnKind::Privilege, 100).hidden().choices(&words(Privilege::ALL, |w| w.as_str())),
        column("reach_units", "Reach", ColumnKind::Units, 76).help("Reach units; lists sort by these because they do not saturate"),
        column("blast_score", "Attested", ColumnKind::Score, 90).help("Blast score as attested, 0 to 100"),
        column("gateway_only_score", "Gateway only", ColumnKind::Score, 100).hidden().help(
            "If only the gateway checked: unknown and failed checks of APIs count as failed. As attested where no gateway is recorded",
        ),
        column("band", "Band", ColumnKind::Word, 90).hidden().choices(bands()),
        column("escalates", "Escalates", ColumnKind::Word, 110)
            .hidden()
            .choices(&["bounded", "principals", "clients_all", "realm"])
            .help("What it can capture by changing who may do what"),
        column("last_used_at", "Last used", ColumnKind::Time, 100),
        column("created_at", "Created", ColumnKind::Time, 100).hidden(),
        column("publisher", "Publisher", ColumnKind::Text, 140).hidden(),
        column("publisher_verified", "Verified", ColumnKind::Word, 80).hidden().choices(&["yes", "no", "unknown"]),
        column("environment", "Environment", ColumnKind::Word, 100).hidden().choices(&words(Environment::ALL, |w| w.as_str())),
        column("enabled", "Enabled", ColumnKind::Word, 80).hidden().choices(&["yes", "no", "unknown"]),
        column("state", "State", ColumnKind::Word, 90)
            .hidden()
            .choices(&["observed", "unresolved"])
            .help("unresolved: only mentioned by other records (an orphan)"),
        column("api_only", "API only", ColumnKind::Bool, 80).hidden().help("Publishes permissions and asks for none"),
        column("application", "Application", ColumnKind::Text, 120).hidden(),
        column("client_id", "Client id", ColumnKind::Id, 200).hidden(),
        column("instance", "Instance", ColumnKind::Text, 140).hidden(),
        column("owner_keys", "Owner keys", ColumnKind::Id, 200).hidden().help("Keys of its accountable owners between bars"),
        column("vendor_key", "Vendor key", ColumnKind::Id, 200).hidden(),
        column("can_escalate", "Can escalate", ColumnKind::Bool, 90).hidden(),
        column("over_limit", "Over limit", ColumnKind::Bool, 90).hidden().help("More reach units than the limit of .60"),
        column("assumed", "Assumed", ColumnKind::Number, 80).hidden().help("Share of the score that rests on assumptions, per cent"),
    ],
    default_sort: "-reach_units".to_owned(),
    default_filter: "-holder:platform -enabled:no -api_only:yes".to_owned(),
});

/// Reach units above which a client counts as over the limit (Overview's first figure).
pub const REACH_LIMIT: f64 = 0.6;

impl Table for Clients<'_> {
    fn info(&self) -> &TableInfo {
        &INFO
    }

    fn len(&self) -> usize {
        self.0.clients.len()
    }

    fn id(&self, row: usize) -> String {
        self.0.clients[row].id.clone()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let answers = self.0;
        let view = &answers.clients[row];
        let client = &answers.rows.clients[view.row as usize];
        let score = answers.client_score(row);
        match INFO.columns[column].field.as_str() {
            "name" => Cell::text(&answers.estate.clients[row].name),
            "kind" => word(client.kind.as_str()),
            "source" => {
                answers.index.instance(&answers.rows, client.entity).map_or(Cell::Unknown, |(source, ..)| Cell::text(source.as_str()))
            }
            "instance" => answers.index.instance(&answers.rows, client.entity).map_or(Cell::Unknown, |(.., name)| Cell::text(name)),
            "owner" => view.owner.value.as_deref().map_or(Cell::Nothing, Cell::text),
            "owner_keys" => Cell::text(&view.owner_keys),
            "vendor_key" => view.vendor.map_or(Cell::Nothing, |at| Cell::text(&answers.vendors[at as usize].id)),
            "holder" => view.holder.value.map_or(Cell::Unknown, |holder| word(holder.as_str())),
            "vendor" => view.vendor.map_or(Cell::Nothing, |at| Cell::text(&answers.vendors[at as usize].name)),
            "credentials" => Cell::Count(
                i64::from(view.credentials.end - view.credentials.start),
                "credentials",
                format!("client_key:{}", view.id).into(),
            ),
            "grants" => Cell::Count(i64::from(view.grants.end - view.grants.start), "grants", format!("client_key:{}", view.id).into()),
            "audiences" => Cell::Int(i64::from(score.audiences)),
            "sensitive" => Cell::Int(i64::from(score.sensitive_classes)),
            "max_privilege" => Cell::text(score.max_privilege.as_str()),
            "reach_units" => Cell::Decimal(score.reach_units(), 4),
            "blast_score" => Cell::Decimal(score.blast_score(), 1),
            "gateway_only_score" => Cell::Decimal(score.gateway_only_score(), 1),
            "band" => Cell::text(score.band(&answers.weights)),
            "escalates" => score.escalation.map_or(Cell::Nothing, |target| Cell::text(super::escalation_word(target))),
            "can_escalate" => Cell::Bool(score.escalation.is_some()),
            "over_limit" => Cell::Bool(score.reach_units() > REACH_LIMIT),
            "assumed" => Cell::Int(i64::from(score.assumed_per_mille) / 10),
            "last_used_at" => time(client.last_used_at),
            "created_at" => time(client.created_at),
            "publisher" => Cell::text_or_unknown(client.publisher.as_deref()),
            "publisher_verified" => tri(client.publisher_verified),
            "environment" => view.environment.value.map_or(Cell::Unknown, |e| Cell::text(e.as_str())),
            "enabled" => tri(client.enabled),
            "state" => Cell::text(client.state.as_str()),
            "api_only" => Cell::Bool(view.api_only),
            "application" => view.application.value.as_deref().map_or(Cell::Nothing, Cell::text),
            "client_id" => answers.index.natural_key(&answers.rows, client.entity).map_or(Cell::Unknown, Cell::text),
            _ => Cell::Unknown,
        }
    }

    fn rank(&self, row: usize, column: usize) -> Option<u32> {
        (column == 0).then(|| self.0.client_ranks()[row])
    }
}

fn word(word: &'static str) -> Cell<'static> {
    if word == "unknown" { Cell::Unknown } else { Cell::text(word) }
}

fn time(time: Option<Millis>) -> Cell<'static> {
    Cell::time_or_unknown(time)
}

fn tri(value: Tri) -> Cell<'static> {
    word(value.as_str())
}

/// Filter of one client's rows in another table.
pub fn of_client(id: &str) -> String {
    format!("client_key:{}", quote(id))
}
