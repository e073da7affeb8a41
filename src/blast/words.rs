//! Words and numbers for people.

use crate::model::weights::Weights;

use super::exposure::{BIND, HOLD, LEAK, LIFE, NET, ROT};

/// A per mille value as people read it: `1.00`, `.65`, `.125`; no leading zero below 1.
pub(crate) fn per_mille(value: i64) -> String {
    let text = if value % 10 == 0 {
        format!("{}.{:02}", value / 1000, value % 1000 / 10)
    } else {
        format!("{}.{:03}", value / 1000, value % 1000)
    };
    text.strip_prefix('0').map(str::to_owned).unwrap_or(text)
}

/// A number with these decimals and without leading zero below 1.
pub(crate) fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    text.strip_prefix("0.").map(|rest| format!(".{rest}")).unwrap_or(text)
}

/// Imported text as it may stand in a message: no control or direction characters, at most 80 characters.
pub(crate) fn clean(text: &str) -> String {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let mut out: String = text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).take(80).collect();
    if text.chars().nth(80).is_some() {
        out.push('…');
    }
    out
}

/// `1 grant`, `3 grants`, `2 classes`, `2 boundaries`.
pub(crate) fn count(number: usize, word: &str) -> String {
    match (number, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) if !stem.ends_with('a') => format!("{number} {stem}ies"),
        _ if word.ends_with('s') => format!("{number} {word}es"),
        _ => format!("{number} {word}s"),
    }
}

/// Seconds as the longest unit that fits.
fn duration(seconds: i64) -> String {
    match seconds {
        s if s % 86_400 == 0 => count((s / 86_400) as usize, "day"),
        s if s % 3600 == 0 => count((s / 3600) as usize, "hour"),
        s => count((s / 60) as usize, "minute"),
    }
}

/// What a factor says, read back from its weight: the estate carries weights, and a pack names a weight's meaning.
pub(crate) fn fact(weights: &Weights, factor: usize, (value, assumed): (i64, bool)) -> String {
    let w = weights;
    let pick = |choices: &[(i64, &str)]| {
        choices.iter().find(|(weight, _)| *weight == value).map_or_else(|| "as recorded".to_owned(), |(_, text)| (*text).to_owned())
    };
    match factor {
        BIND => pick(&[
            (w.bind.bearer, "bearer or unknown"),
            (w.bind.claimed, "constraint claimed, check not evidenced"),
            (w.bind.enforced, "constraint enforced"),
        ]),
        LIFE if assumed => "unknown, counted as never ending".to_owned(),
        LIFE => match w.life.iter().find(|step| step.weight == value) {
            Some(step) => format!("at most {}", duration(step.up_to_seconds)),
            None => pick(&[(w.life_longer, "longer, or never ends"), (w.life_platform, "managed by the platform")]),
        },
        HOLD if assumed => "holder unknown".to_owned(),
        HOLD => pick(&[
            (w.hold.first_party, "first party"),
            (w.hold.third_party, "third party, publisher verified"),
            (w.hold.unverified_or_unknown, "third party, publisher not verified"),
        ]),
        ROT if assumed => "age unknown".to_owned(),
        ROT => pick(&[
            (w.rot.in_time, "in time, or not applicable"),
            (w.rot.late, "overdue"),
            (w.rot.twice_late_or_unknown, "twice the limit or more"),
        ]),
        NET => pick(&[
            (w.net.internal_evidenced, "own network only"),
            (w.net.unknown, "nobody said"),
            (w.net.internet, "usable from the internet"),
        ]),
        LEAK => pick(&[
            (w.leak.none, "no sign of a leak"),
            (w.leak.suspected, "leak suspected"),
            (w.leak.confirmed, "leak confirmed, revocation not verified"),
        ]),
        _ => String::new(),
    }
}
