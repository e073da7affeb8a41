//! The page Overview: is it getting better, and what do I do first?

use anyhow::Result;

use crate::blast::Change;
use crate::model::kinds::{Action, Completeness, Holder};
use crate::model::time::{iso, utc_day};
use crate::reach::Unit;
use crate::store::Store;

use super::answers::Answers;
use super::blast_page;
use super::cell::decimal;
use super::figures::{count, counted, link, thousands};
use super::tables::clients::REACH_LIMIT;
use super::wire::{DataHealth, DoNext, Figure, Link, Overview, TrendPoint, UnknownLine};

/// Clients whose changes are asked for `Do next`: an explanation each, so not the whole estate.
const ASKED: usize = 24;
/// Estates up to this many grants are scored again at earlier revisions for the trend.
const TREND_GRANTS: usize = 50_000;

/// Enabled clients that are not the platform's: the population of the first figures.
const POPULATION: &str = "-holder:platform -enabled:no -api_only:yes";

/// The page for one revision.
///
/// # Errors
/// The file cannot be read.
pub async fn overview(store: &Store, answers: &Answers) -> Result<Overview> {
    let previous = previous(store, answers).await?;
    Ok(Overview {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        figures: figures(answers, previous.as_ref()),
        do_next: do_next(answers),
        data_health: data_health(store, answers).await?,
        unknowns: unknowns(answers),
        trend: trend(store, answers).await?,
    })
}

/// Answers of the import before, where computing them again is cheap.
pub(super) async fn previous(store: &Store, answers: &Answers) -> Result<Option<Answers>> {
    if answers.rows.grants.len() > TREND_GRANTS {
        return Ok(None);
    }
    let earlier = store.log(1, answers.rows.revision - 1).await?.into_iter().rev().find(|entry| entry.action == Action::Import);
    Ok(match earlier {
        Some(entry) => Some(Answers::of_store(store, entry.number, None).await?),
        None => None,
    })
}

fn figures(answers: &Answers, previous: Option<&Answers>) -> Vec<Figure> {
    let change = |table: &str, filter: &str| {
        let Some(previous) = previous else { return String::new() };
        let difference = i64::from(count(answers, table, filter)) - i64::from(count(previous, table, filter));
        match difference {
            0 => "no change".to_owned(),
            d if d > 0 => format!("+ {}, worse", thousands(d.unsigned_abs())),
            d => format!("− {}, better", thousands(d.unsigned_abs())),
        }
    };
    let over = format!("over_limit:yes {POPULATION}");
    let escalating = format!("can_escalate:yes {POPULATION}");
    let highest = highest(answers);
    let worst =
        answers.credentials.iter().filter(|view| view.rotation.status.as_str() == "overdue").map(|view| view.rotation.days_over).max();
    let sensitive = "holder:third_party sensitive:yes";
    vec![
        Figure {
            note: format!("limit {} units", decimal(REACH_LIMIT, 2).trim_start_matches('0')),
            unknown: format!("{} over 25 % assumed", thousands(u64::from(count(answers, "clients", &format!("assumed>25 {POPULATION}"))))),
            change: change("clients", &over),
            ..counted(answers, "Clients over the reach limit", "clients", &over, POPULATION)
        },
        highest,
        Figure {
            note: worst.map_or_else(|| "none late".to_owned(), |days| format!("worst {} days over", thousands(days.unsigned_abs()))),
            unknown: format!("{} ages, not counted late", thousands(u64::from(count(answers, "rotations", "age_days:unknown")))),
            change: change("rotations", "status:overdue"),
            ..counted(answers, "Overdue rotations", "rotations", "status:overdue", "")
        },
        Figure {
            note: format!("{} vendors", thousands(answers.vendors.len() as u64)),
            unknown: format!("{} holders", thousands(u64::from(count(answers, "clients", &format!("holder:unknown {POPULATION}"))))),
            change: change("grants", sensitive),
            ..counted(answers, "Third-party grants, sensitive reach", "grants", sensitive, "")
        },
        Figure {
            note: format!(
                "{} to a whole tenant",
                thousands(u64::from(count(answers, "clients", &format!("escalates:realm,clients_all {POPULATION}"))))
            ),
            change: change("clients", &escalating),
            ..counted(answers, "Clients that can escalate", "clients", &escalating, POPULATION)
        },
    ]
}

/// The unit with the highest reach among clients of the population.
fn ranked(answers: &Answers) -> Vec<usize> {
    let mut list: Vec<usize> = (0..answers.clients.len())
        .filter(|&at| {
            answers.estate.clients[at].enabled
                && !answers.clients[at].api_only
                && answers.clients[at].holder.value != Some(Holder::Platform)
        })
        .collect();
    list.sort_by_key(|&at| (std::cmp::Reverse(answers.scores.clients[at].reach_exact()), at));
    list
}

fn highest(answers: &Answers) -> Figure {
    let top = ranked(answers)
        .into_iter()
        .max_by_key(|&at| (answers.scores.clients[at].blast_tenths(), answers.scores.clients[at].reach_exact(), std::cmp::Reverse(at)));
    Figure {
        label: "Highest blast score".to_owned(),
        value: top.map_or_else(|| "none".to_owned(), |at| decimal(answers.scores.clients[at].blast_score(), 0)),
        population: if top.is_some() { "/ 100".to_owned() } else { String::new() },
        note: top.map_or_else(String::new, |at| format!("{}, as attested", answers.client_name(at))),
        unknown: String::new(),
        change: String::new(),
        link: top.map(|at| Link {
            table: "clients".to_owned(),
            filter: format!("\"{}\"", answers.clients[at].id),
            id: Some(answers.clients[at].id.clone()),
        }),
    }
}

/// The best single change of each of the largest clients, by reach removed. Each is a full recomputation.
fn do_next(answers: &Answers) -> Vec<DoNext> {
    use rayon::prelude::*;
    let largest: Vec<usize> = ranked(answers).into_iter().take(ASKED).filter(|&at| answers.scores.clients[at].reach_exact() > 0).collect();
    let mut list: Vec<(usize, Change)> = largest
        .par_iter()
        .filter_map(|&at| {
            let explanation = blast_page::explain(answers, &Unit::Client(at as u32));
            let best = explanation
                .counterfactuals
                .into_iter()
                .filter(|change| change.possible && change.reach_removed > 0.0)
                .max_by(|a, b| a.reach_removed.total_cmp(&b.reach_removed).then_with(|| b.action.cmp(&a.action)))?;
            Some((at, best))
        })
        .collect();
    list.sort_by(|a, b| b.1.reach_removed.total_cmp(&a.1.reach_removed).then(a.0.cmp(&b.0)));
    list.into_iter()
        .take(10)
        .map(|(at, change)| {
            let view = &answers.clients[at];
            DoNext {
                action: change.action,
                at: answers.client_name(at).to_owned(),
                touches: change.detail,
                reach_removed: change.reach_removed,
                owner: view.owner.value.clone(),
                link: Link { table: "clients".to_owned(), filter: format!("\"{}\"", view.id), id: Some(view.id.clone()) },
            }
        })
        .collect()
}

async fn data_health(store: &Store, answers: &Answers) -> Result<Vec<DataHealth>> {
    let files = store.import_files(1, answers.rows.revision).await?;
    let mut lines = Vec::new();
    for instance in &answers.rows.instances {
        let of: Vec<_> = files.iter().filter(|file| file.instance == Some(instance.id)).collect();
        let Some(revision) = of.iter().map(|file| file.revision).max() else { continue };
        let newest: Vec<_> = of.into_iter().filter(|file| file.revision == revision).collect();
        let exported = newest.iter().filter_map(|file| file.exported_at).max();
        let completeness = newest.iter().map(|file| file.completeness).min().unwrap_or(Completeness::Unknown);
        let sum = |count: fn(&crate::store::imports::ImportFileRow) -> i64| newest.iter().map(|file| count(file)).sum::<i64>() as u32;
        let rejected = sum(|file| file.rejected);
        let age = exported.map(|at| (utc_day(answers.clock) - utc_day(at)) as i32);
        let mut notes = Vec::new();
        if age.is_some_and(|days| days > 30) {
            notes.push("older than 30 days".to_owned());
        }
        if newest.iter().any(|file| file.exported_assumed) {
            notes.push("export time assumed".to_owned());
        }
        if instance.assumed {
            notes.push("name of the instance assumed".to_owned());
        }
        lines.push(DataHealth {
            source: format!("{}, {}", instance.source, instance.name),
            completeness: completeness.as_str().to_owned(),
            age_days: age,
            read: sum(|file| file.read),
            rejected,
            note: notes.join("; "),
            link: link("files", format!("revision:{revision}")),
        });
    }
    lines.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(lines)
}

fn unknowns(answers: &Answers) -> Vec<UnknownLine> {
    let line = |fact: &str, table: &str, filter: &str, of: &str, counted_as: &str| UnknownLine {
        fact: fact.to_owned(),
        unknown: count(answers, table, filter),
        population: count(answers, table, of),
        counted_as: counted_as.to_owned(),
        link: link(table, filter),
    };
    vec![
        line("Owner of a client", "clients", &format!("owner:none {POPULATION}"), POPULATION, "not in the score"),
        line("Sensitivity of an audience", "audiences", "sensitivity:unknown", "", "confidential"),
        line("Impact of an audience", "audiences", "impact:unknown", "", "moderate"),
        line("Age of a credential", "rotations", "age_days:unknown", "", "age factor 1.20"),
        line("Holder of a client", "clients", &format!("holder:unknown {POPULATION}"), POPULATION, "third party, unverified"),
        line("Level of a scope", "scopes", "assumed:yes", "", "write, or read if delegated"),
    ]
}

/// Percentiles of client scores at up to twelve revisions, oldest first: those that hold an import, and the newest, which may hold what
/// people stated since.
async fn trend(store: &Store, answers: &Answers) -> Result<Vec<TrendPoint>> {
    if answers.rows.grants.len() > TREND_GRANTS {
        return Ok(Vec::new());
    }
    let newest = answers.rows.revision;
    let log = store.log(1, newest).await?;
    let imports = log.iter().filter(|entry| entry.action == Action::Import && entry.number != newest).map(|entry| entry.number);
    let mut revisions: Vec<i64> = imports.collect();
    revisions.drain(..revisions.len().saturating_sub(11));
    if revisions.is_empty() {
        return Ok(Vec::new());
    }
    revisions.push(newest);
    let mut points = Vec::new();
    for revision in revisions {
        let earlier = if revision == newest { None } else { Some(Answers::of_store(store, revision, None).await?) };
        let then = earlier.as_ref().unwrap_or(answers);
        let mut tenths: Vec<i64> = ranked(then).into_iter().map(|at| then.scores.clients[at].blast_tenths()).collect();
        if tenths.is_empty() {
            continue;
        }
        tenths.sort_unstable();
        // Nearest rank (domain.md 7.4).
        let at = |percent: usize| tenths[(percent * tenths.len()).div_ceil(100).clamp(1, tenths.len()) - 1] as f64 / 10.0;
        points.push(TrendPoint { revision, as_of: iso(then.clock), scores: [at(10), at(50), at(90), at(100)] });
    }
    Ok(points)
}
