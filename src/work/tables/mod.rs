//! The tables: one file per kind of row. Grid, command line and pack read the same ones.
//!
//! To add one: a file here, a line in [`of_answers`] and [`ANSWERED`].

pub mod audiences;
pub mod clients;
pub mod credentials;
pub mod enforcement;
pub mod gateway_routes;
pub mod grants;
pub mod memory;
pub mod people;
pub mod scopes;
pub mod third_parties;
pub mod units;

use crate::model::estate::EscalationTarget;

use super::answers::Answers;
use super::table::Table;

/// Names of the tables that one revision's answers hold, in the order of the tabs.
pub const ANSWERED: &[&str] = &[
    "clients",
    "credentials",
    "audiences",
    "scopes",
    "grants",
    "principals",
    "owners",
    "vendors",
    "units",
    "rotations",
    "third_parties",
    "enforcement",
    "gateway_routes",
];

/// A table over answers by name.
pub fn of_answers<'a>(answers: &'a Answers, name: &str) -> Option<Box<dyn Table + 'a>> {
    Some(match name {
        "clients" => Box::new(clients::Clients(answers)),
        "credentials" => Box::new(credentials::Credentials::all(answers)),
        "rotations" => Box::new(credentials::Credentials::rotations(answers)),
        "audiences" => Box::new(audiences::Audiences(answers)),
        "scopes" => Box::new(scopes::Scopes(answers)),
        "grants" => Box::new(grants::Grants(answers)),
        "principals" => Box::new(people::Principals(answers)),
        "owners" => Box::new(people::Owners(answers)),
        "vendors" => Box::new(third_parties::ThirdParties::vendors(answers)),
        "third_parties" => Box::new(third_parties::ThirdParties::new(answers)),
        "enforcement" => Box::new(enforcement::EnforcementTable::new(answers)),
        "gateway_routes" => Box::new(gateway_routes::GatewayRoutes(answers)),
        "units" => Box::new(units::Units::new(answers)),
        _ => return None,
    })
}

/// Fields that are offered as facets, in order.
pub const fn facet_fields(table: &str) -> &'static [&'static str] {
    match table.as_bytes() {
        b"clients" => &["kind", "source", "holder", "vendor", "owner", "band", "environment"],
        b"credentials" | b"rotations" => &["status", "kind", "age_bucket", "holder", "owner", "source"],
        b"audiences" => &["boundary", "sensitivity", "impact", "operator", "source"],
        b"scopes" => &["privilege", "kind", "confidence", "audience"],
        b"grants" => &["privilege", "mode", "sensitivity", "holder", "audience", "origin"],
        b"principals" => &["kind", "status"],
        b"owners" => &["kind", "status"],
        b"vendors" | b"third_parties" => &["verified", "consent", "band"],
        b"enforcement" => &["gateway", "verdict", "gateway_verdict", "A1", "A3", "A4", "sensitivity"],
        b"gateway_routes" => &["gateway", "api", "matched", "G1", "G4", "source"],
        b"units" => &["unit", "band", "max_privilege", "escalates"],
        b"log" => &["action", "actor"],
        b"problems" => &["severity", "code", "file"],
        b"drift" => &["meaning", "kind", "change"],
        _ => &[],
    }
}

/// The words of a closed list.
pub(crate) fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|member| word(*member)).collect()
}

/// Bands of the score (decision D62).
pub(crate) const fn bands() -> &'static [&'static str] {
    &["Contained", "Limited", "Material", "Wide", "Extreme"]
}

/// Word of an escalation target.
pub(crate) const fn escalation_word(target: EscalationTarget) -> &'static str {
    match target {
        EscalationTarget::Bounded => "bounded",
        EscalationTarget::Principals => "principals",
        EscalationTarget::ClientsAll => "clients_all",
        EscalationTarget::Realm => "realm",
    }
}
