//! What the page Rotations shows: figures, ageing, due months, the SLA in force. Rows come from the table `rotations`.

use chrono::{DateTime, Months, NaiveDate};

use crate::model::kinds::CredentialKind;
use crate::model::time::iso;

use super::answers::Answers;
use super::figures::{count, counted, link, thousands};
use super::tables::credentials::ages;
use super::wire::{AgeBucket, DueMonth, Figure, Rotations, SlaLine};

/// The page for one revision.
pub fn rotations(answers: &Answers) -> Rotations {
    let mut days: Vec<i64> = clocked(answers).filter_map(|view| view.rotation.age_days).collect();
    days.sort_unstable();
    let median = days.get(days.len() / 2).copied();
    let worst = clocked(answers).filter(|view| view.rotation.status.as_str() == "overdue").map(|view| view.rotation.days_over).max();
    let population = count(answers, "rotations", "");
    let unknown = count(answers, "rotations", "age_days:unknown");
    let overdue = count(answers, "rotations", "status:overdue");
    let attained = if population == 0 { None } else { Some(100.0 * f64::from(population - overdue) / f64::from(population)) };
    let figures = vec![
        Figure {
            note: worst.map_or_else(String::new, |days| format!("worst {} days over", thousands(days.unsigned_abs()))),
            unknown: format!("{} ages, not counted late", thousands(u64::from(unknown))),
            ..counted(answers, "Overdue", "rotations", "status:overdue", "")
        },
        Figure { note: "past due, still in grace".to_owned(), ..counted(answers, "In grace", "rotations", "status:in_grace,due", "") },
        Figure { note: "due within 14 days".to_owned(), ..counted(answers, "Due soon", "rotations", "status:due_soon", "") },
        Figure {
            label: "Within SLA".to_owned(),
            value: attained.map_or_else(|| "none".to_owned(), |share| format!("{share:.1} %")),
            note: "not overdue, of those with a clock".to_owned(),
            link: Some(link("rotations", "-status:overdue")),
            ..counted(answers, "", "rotations", "-status:overdue", "")
        },
        Figure {
            label: "Median age".to_owned(),
            value: median.map_or_else(|| "unknown".to_owned(), |days| format!("{} days", thousands(days.unsigned_abs()))),
            population: format!("of {}", thousands(days.len() as u64)),
            note: days.last().map_or_else(String::new, |days| format!("oldest {} days", thousands(days.unsigned_abs()))),
            unknown: format!("{} without a date", thousands(u64::from(unknown))),
            change: String::new(),
            link: Some(link("rotations", "-age_days:unknown")),
        },
    ];
    Rotations {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        figures,
        ageing: ages().into_iter().map(|bucket| ageing(answers, bucket)).collect(),
        due_calendar: due_calendar(answers),
        policy: policy(answers),
    }
}

fn clocked(answers: &Answers) -> impl Iterator<Item = &super::answers::views::CredentialView> {
    answers.credentials.iter().filter(|view| !matches!(view.rotation.status.as_str(), "ended" | "not_applicable"))
}

fn ageing(answers: &Answers, bucket: &str) -> AgeBucket {
    let filter = if bucket == "unknown" { "age_bucket:unknown".to_owned() } else { format!("age_bucket:\"{bucket}\"") };
    let all = count(answers, "rotations", &filter);
    let late = count(answers, "rotations", &format!("{filter} status:overdue"));
    let unknown = if bucket == "unknown" { all } else { 0 };
    AgeBucket {
        label: bucket.to_owned(),
        in_time: all - late - if unknown > 0 { unknown - late } else { 0 },
        late: if unknown > 0 { 0 } else { late },
        unknown,
        link: link("rotations", filter),
    }
}

/// The as-of month and the eleven after it.
fn due_calendar(answers: &Answers) -> Vec<DueMonth> {
    let Some(start) = DateTime::from_timestamp_millis(answers.clock).map(|time| time.date_naive()) else { return Vec::new() };
    (0..12)
        .filter_map(|ahead| start.checked_add_months(Months::new(ahead)))
        .map(|day: NaiveDate| {
            let month = day.format("%Y-%m").to_string();
            let filter = format!("due_month:{month}");
            DueMonth { due: count(answers, "rotations", &filter), link: link("rotations", filter), month }
        })
        .collect()
}

/// SLA lines of every kind of credential.
pub fn policy(answers: &Answers) -> Vec<SlaLine> {
    let pack = answers.sla();
    CredentialKind::ALL
        .iter()
        .map(|kind| {
            let policy = pack.terms_of(*kind);
            let days = |days: Option<i64>| days.and_then(|days| u32::try_from(days).ok());
            SlaLine {
                kind: kind.as_str().to_owned(),
                max_age_days: days(policy.and_then(|policy| policy.terms.max_age_days)),
                grace_days: days(policy.map(|policy| policy.terms.grace_days)).unwrap_or_default(),
                warn_days: days(policy.map(|policy| policy.terms.warn_days)).unwrap_or_default(),
                note: policy.map_or_else(|| "no policy fits".to_owned(), |policy| policy.id.clone()),
            }
        })
        .collect()
}
