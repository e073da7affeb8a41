//! Portfolio measures of domain.md 3.9 over the units of one revision, kind by kind, beside what others reported.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::blast::{self, Portfolio};
use crate::model::time::iso;
use crate::store::Store;
use crate::work::answers::Answers;
use crate::work::figures::{count, link, thousands};
use crate::work::overview;
use crate::work::tables::units::Units;
use crate::work::wire::{BandCount, Benchmark, BlastSubject, ContainmentLine, PortfolioAnswer, PortfolioBefore, PortfolioKind};

use super::POPULATION;

/// Kinds of unit that are measured, each for itself.
const KINDS: &[&str] = &["client", "credential", "vendor", "application"];
/// Every word of the column `escalates`.
const ESCALATES: &str = "escalates:bounded,principals,clients_all,realm";

/// Measures of a revision, and of the import before it where computing that again is cheap.
///
/// # Errors
/// The file cannot be read.
pub async fn portfolio(store: &Store, answers: &Answers) -> Result<PortfolioAnswer> {
    let previous = overview::previous(store, answers).await?.filter(|previous| previous.weights.hash() == answers.weights.hash());
    Ok(PortfolioAnswer {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        weights: format!("{}, SHA-256 {}", answers.weights.pack, answers.weights.hash()),
        kinds: KINDS.iter().map(|kind| measured(answers, kind, previous.as_ref())).collect(),
        containment: containment(answers),
        benchmarks: benchmarks(answers),
    })
}

fn of(answers: &Answers, kind: &str) -> Portfolio {
    Portfolio::of(Units::new(answers).scores_of(kind), &answers.weights)
}

fn measured(answers: &Answers, kind: &str, previous: Option<&Answers>) -> PortfolioKind {
    let found = of(answers, kind);
    let rows = |extra: &str| link("units", format!("unit:{kind} {extra}").trim_end());
    PortfolioKind {
        unit: kind.to_owned(),
        units: found.units,
        link: rows(""),
        sum: found.sum,
        max: found.max,
        mean: found.mean,
        score_sum: found.score_sum,
        score_max: found.score_max,
        bands: found
            .bands
            .into_iter()
            .map(|(band, units)| BandCount { link: rows(&format!("band:{}", crate::work::filter::quote(&band))), band, units })
            .collect(),
        expected_reach: found.expected_reach,
        top_ten_share: found.top_ten_share,
        gini: found.gini,
        crossing: found.crossing,
        crossing_link: rows("boundaries>1"),
        escalating: found.escalating,
        escalating_link: rows(ESCALATES),
        previous: previous.map(|previous| {
            let then = of(previous, kind);
            PortfolioBefore {
                revision: previous.rows.revision,
                units: then.units,
                sum: then.sum,
                max: then.max,
                expected_reach: then.expected_reach,
            }
        }),
    }
}

/// Highest share of an application that one of its tokens should reach, by default.
const CONTAINED: f64 = 0.60;

/// How much of an application its worst token reaches, where token profiles say what its tokens are: applications first, then clients that
/// belong to none, each with the largest ratio first.
fn containment(answers: &Answers) -> Vec<ContainmentLine> {
    let view = answers.reach_view();
    let mut worst: BTreeMap<Unit, (i64, &str, u32)> = BTreeMap::new();
    for profile in &answers.profiles().list {
        let application = answers.estate.applications.iter().position(|one| one.clients.contains(&profile.client));
        let owner = application.map_or((1, profile.client), |at| (0, at as u32));
        let reach = blast::score_unit_with(&view, &crate::reach::Unit::Token(profile.token.clone())).reach_exact();
        let known = worst.entry(owner).or_insert((i64::MIN, "", 0));
        known.2 += 1;
        if reach > known.0 {
            (known.0, known.1) = (reach, &profile.name);
        }
    }
    let line = |((kind, at), (reach, name, tokens)): (Unit, (i64, &str, u32))| {
        let (unit, whole) = if kind == 0 {
            (crate::reach::Unit::Application(at), &answers.scores.applications[at as usize])
        } else {
            (crate::reach::Unit::Client(at), &answers.scores.clients[at as usize])
        };
        let subject = blast::UnitName::of(&answers.estate, &unit);
        let ratio = (whole.reach_exact() > 0).then(|| reach as f64 / whole.reach_exact() as f64)?;
        Some(ContainmentLine {
            subject: BlastSubject { unit: subject.kind.to_owned(), id: subject.id },
            name: subject.name,
            tokens,
            worst_token: name.to_owned(),
            ratio: (ratio * 1000.0).round() / 1000.0,
            limit: CONTAINED,
            above: ratio > CONTAINED,
        })
    };
    let mut lines: Vec<(u8, ContainmentLine)> = worst.into_iter().filter_map(|entry| Some((entry.0.0, line(entry)?))).collect();
    lines.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| other.ratio.total_cmp(&one.ratio)).then_with(|| one.name.cmp(&other.name)));
    lines.into_iter().map(|(_, line)| line).collect()
}

/// 0 = application, 1 = client; then its index.
type Unit = (u8, u32);

/// K1-K3. What others reported counts other things in other populations, so it stands beside ours as text.
fn benchmarks(answers: &Answers) -> Vec<Benchmark> {
    let held = format!("holder:third_party {POPULATION}");
    let (outside, all) = (count(answers, "clients", &held), count(answers, "clients", POPULATION));
    let unknown = count(answers, "clients", &format!("holder:unknown {POPULATION}"));
    let share = if all == 0 { String::new() } else { format!(" ({:.1} %)", f64::from(outside) * 100.0 / f64::from(all)) };
    let line = |key: &str, title: &str, ours: String, others: &str| Benchmark {
        key: key.to_owned(),
        title: title.to_owned(),
        ours,
        others: others.to_owned(),
        link: None,
    };
    vec![
        line(
            "K1",
            "Active clients with more rights than they use",
            "not evaluated: no import says which rights are used".to_owned(),
            "other organisations reported 97 % of non-human identities with excessive privileges",
        ),
        line(
            "K2",
            "Secrets still valid five days after notification",
            "not evaluated: no revocation events are recorded".to_owned(),
            "other organisations' figure for leaked secrets still valid after five days is 91.6 %",
        ),
        Benchmark {
            link: Some(link("clients", held)),
            ..line(
                "K3",
                "Clients held by third parties",
                format!(
                    "{} of {}{share}; holder of {} unknown",
                    thousands(u64::from(outside)),
                    thousands(u64::from(all)),
                    thousands(u64::from(unknown))
                ),
                "92 % of other organisations expose non-human identities to third parties; that counts organisations, not clients",
            )
        },
    ]
}
