//! The forms in which exports write points in time (formats.md 0.3), to milliseconds UTC. No clock, no zone database.

/// A parsed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// A point in time.
    At {
        /// Milliseconds UTC since 1970.
        ms: i64,
        /// True when the text names no zone and UTC was assumed.
        tz_assumed: bool,
    },
    /// A value that stands for "no such time": an expiry means never, any other time means not set.
    Never,
}

impl Stamp {
    /// The time, or `None` for never.
    pub const fn ms(self) -> Option<i64> {
        match self {
            Self::At { ms, .. } => Some(ms),
            Self::Never => None,
        }
    }
}

/// Order of day, month and year in dates whose form does not tell; chosen by a person per file, never guessed per row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `2026-07-15`.
    Ymd,
    /// `15.07.2026`.
    Dmy,
    /// `07/15/2026`.
    Mdy,
}

/// Parses the unambiguous forms: ISO 8601 with `T` or a blank, 0 to 9 fraction digits, with or without zone; a date
/// alone (00:00 UTC); `/Date(ms)/`, also escaped twice; epoch seconds (also with a fraction) and milliseconds; the
/// words and dates that mean never. `None` = not one of them.
pub fn parse(text: &str) -> Option<Stamp> {
    let text = text.trim();
    if text.is_empty()
        || ["n/a", "null", "none", "never", "no_information", "not_supported", "-"].iter().any(|word| text.eq_ignore_ascii_case(word))
    {
        return Some(Stamp::Never);
    }
    let bytes = text.as_bytes();
    if let Some(inner) = slash_date(text) {
        return inner;
    }
    if bytes.len() >= 10 && bytes[4] == b'-' {
        return iso(bytes);
    }
    if let Ok(number) = text.parse::<i64>() {
        return epoch(number);
    }
    // AWS CLI v1 writes seconds with a fraction; other spellings of floats (1e9, inf) are no times.
    let (whole, fraction) = text.split_once('.')?;
    let seconds = whole.parse::<i64>().ok()?;
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.len() < 9 {
        return None;
    }
    let millis = fraction.bytes().chain(std::iter::repeat(b'0')).take(3).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some(Stamp::At { ms: seconds.checked_mul(1000)?.checked_add(millis)?, tz_assumed: false })
}

/// Epoch numbers: seconds below 100 milliards, milliseconds above (formats.md 0.3). 0 means never.
pub fn epoch(number: i64) -> Option<Stamp> {
    match number {
        0 => Some(Stamp::Never),
        1..=99_999_999_999 => bounded(number * 1000, false),
        100_000_000_000..=999_999_999_999_999 => bounded(number, false),
        _ => None,
    }
}

/// Parses what [`parse`] takes and also dates in the order that a person chose for the file, as Excel and PowerShell
/// cultures write them: `08-08-2024 14:14:14`, `6/5/2026 8:15:38 PM`, `15.07.2026`.
pub fn parse_ordered(text: &str, order: DateOrder) -> Option<Stamp> {
    if let Some(stamp) = parse(text) {
        return Some(stamp);
    }
    let text = text.trim();
    let (date, clock) = text.split_once(' ').map_or((text, ""), |(date, clock)| (date, clock.trim()));
    let mut parts = date.split(['-', '/', '.']);
    let mut next = || parts.next().filter(|part| part.len() <= 4).and_then(|part| part.parse::<i64>().ok());
    let (a, b, c) = (next()?, next()?, next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match order {
        DateOrder::Ymd => (a, b, c),
        DateOrder::Dmy => (c, b, a),
        DateOrder::Mdy => (c, a, b),
    };
    if !(1900..=9999).contains(&year) {
        return None;
    }
    let of_day = if clock.is_empty() { 0 } else { culture_clock(clock)? };
    finish(year, month, day, of_day, None)
}

/// `14:14`, `14:14:14`, `8:15:38 PM` as milliseconds of the day.
fn culture_clock(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let (clock, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock.trim().to_owned(), Some(0)),
        (_, Some(clock)) => (clock.trim().to_owned(), Some(12)),
        _ => (lower, None),
    };
    let numbers: Vec<i64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match numbers[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let hour = match half {
        Some(shift) if (1..=12).contains(&hour) => hour % 12 + shift,
        Some(_) => return None,
        None => hour,
    };
    ((0..24).contains(&hour) && (0..60).contains(&minute) && (0..61).contains(&second))
        .then_some(((hour * 60 + minute) * 60 + second) * 1000)
}

/// `/Date(1733963922394)/`, `/Date(1733963922394+0100)/`, with the slashes escaped once or twice.
fn slash_date(text: &str) -> Option<Option<Stamp>> {
    let inner = text.trim_matches(['\\', '/']).strip_prefix("Date(")?;
    let Some(inner) = inner.strip_suffix(')') else { return Some(None) };
    let digits = inner.find(['+', '-']).filter(|at| *at > 0).map_or(inner, |at| &inner[..at]);
    let Ok(ms) = digits.parse::<i64>() else { return Some(None) };
    Some(bounded(ms, false))
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
}

fn iso(bytes: &[u8]) -> Option<Stamp> {
    let (year, month, day) = (digits(&bytes[..4])?, digits(&bytes[5..7])?, digits(&bytes[8..10])?);
    if bytes[7] != b'-' {
        return None;
    }
    let Some((separator, rest)) = bytes[10..].split_first() else {
        return finish(year, month, day, 0, Some(0));
    };
    if !matches!(separator, b'T' | b't' | b' ') || rest.len() < 5 || rest[2] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&rest[..2])?, digits(&rest[3..5])?);
    let mut rest = &rest[5..];
    let (mut second, mut millis) = (0, 0);
    if let [b':', a, b, tail @ ..] = rest {
        second = digits(&[*a, *b])?;
        rest = tail;
        if let [b'.' | b',', tail @ ..] = rest {
            let length = tail.iter().take_while(|b| b.is_ascii_digit()).count();
            if length > 9 {
                return None;
            }
            millis = (0..3).fold(0, |sum, at| sum * 10 + if at < length { i64::from(tail[at] - b'0') } else { 0 });
            rest = &tail[length..];
        }
    }
    // Second 60 is a leap second; it counts as the first of the next minute.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = match rest {
        [] => None,
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), tail @ ..] => {
            let (hours, minutes) = match tail {
                [a, b, b':', c, d] | [a, b, c, d] => (digits(&[*a, *b])?, digits(&[*c, *d])?),
                [a, b] => (digits(&[*a, *b])?, 0),
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            Some(if *sign == b'+' { hours * 60 + minutes } else { -(hours * 60 + minutes) })
        }
        _ => return None,
    };
    finish(year, month, day, ((hour * 60 + minute) * 60 + second) * 1000 + millis, offset)
}

fn finish(year: i64, month: i64, day: i64, of_day: i64, offset_minutes: Option<i64>) -> Option<Stamp> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let ms = days_from_civil(year, month, day) * 86_400_000 + of_day - offset_minutes.unwrap_or(0) * 60_000;
    bounded(ms, offset_minutes.is_none())
}

/// Times before 1900 and from 9999 on are how systems write "none": the least and the greatest date of .NET and Go.
fn bounded(ms: i64, tz_assumed: bool) -> Option<Stamp> {
    const FROM: i64 = -2_208_988_800_000;
    const TO: i64 = 253_370_764_800_000;
    Some(if (FROM..TO).contains(&ms) { Stamp::At { ms, tz_assumed } } else { Stamp::Never })
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, by counting from 1 March so that the leap day is last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> Option<i64> {
        parse(text).and_then(Stamp::ms)
    }

    #[test]
    fn iso_forms_agree_with_chrono() {
        for text in [
            "2026-07-15T22:03:48.075Z",
            "2022-03-08T16:02:25+00:00",
            "2018-07-13T17:59:47.000+03:00",
            "2020-02-29T00:00:00-11:30",
            "1970-01-01T00:00:01Z",
            "2100-03-01T23:59:59.9999999Z",
            "1999-12-31T23:59:59Z",
        ] {
            let want = chrono::DateTime::parse_from_rfc3339(text).expect("RFC 3339").timestamp_millis();
            assert_eq!(ms(text), Some(want), "{text}");
        }
        let day = chrono::NaiveDate::from_ymd_opt(2021, 1, 31).and_then(|d| d.and_hms_opt(0, 0, 0)).expect("a day").and_utc();
        assert_eq!(ms("2021-01-31"), Some(day.timestamp_millis()));
    }

    #[test]
    fn every_day_of_two_centuries_has_its_number() {
        let mut day = chrono::NaiveDate::from_ymd_opt(1950, 1, 1).expect("a day");
        for number in -7305..65_000 {
            let text = day.to_string();
            assert_eq!(ms(&text), Some(number * 86_400_000), "{text}");
            day = day.succ_opt().expect("a day");
        }
    }

    #[test]
    fn a_missing_zone_is_told() {
        assert_eq!(parse("2022-07-27 20:24:23"), Some(Stamp::At { ms: 1_658_953_463_000, tz_assumed: true }));
        assert_eq!(parse("2023-03-09 10:41:45+00:00"), Some(Stamp::At { ms: 1_678_358_505_000, tz_assumed: false }));
    }

    #[test]
    fn numbers_and_powershell_dates() {
        assert_eq!(ms("/Date(1733963922394)/"), Some(1_733_963_922_394));
        assert_eq!(ms("\\/Date(1733963922394)\\/"), Some(1_733_963_922_394));
        assert_eq!(ms("/Date(1733963922394+0100)/"), Some(1_733_963_922_394));
        assert_eq!(ms("1716813517"), Some(1_716_813_517_000));
        assert_eq!(ms("1652788086549"), Some(1_652_788_086_549));
        assert_eq!(ms("1548108676.163"), Some(1_548_108_676_163));
    }

    #[test]
    fn words_and_dates_that_mean_never() {
        for text in ["", "N/A", "null", "no_information", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0", "/Date(-62135596800000)/"] {
            assert_eq!(parse(text), Some(Stamp::Never), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_guessed() {
        for text in [
            "08-08-2024 14:14:14",
            "44929.76",
            "2026-13-01",
            "2026-02-30",
            "2026-07-15T25:00:00Z",
            "9223372036854775808",
            "1e9",
            "/Date(x)/",
            "soon",
            "2026-07-15T22:03:48+99:00",
            "2026-7-1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn ambiguous_dates_follow_the_chosen_order() {
        let may_sixth = parse("2026-05-06 20:15:38").and_then(Stamp::ms);
        let june_fifth = parse("2026-06-05 20:15:38").and_then(Stamp::ms);
        let read = |order| parse_ordered("6/5/2026 8:15:38 PM", order).and_then(Stamp::ms);
        assert_eq!(read(DateOrder::Dmy), may_sixth);
        assert_eq!(read(DateOrder::Mdy), june_fifth);
        assert_eq!(read(DateOrder::Ymd), None, "the year cannot be 6");
        assert_eq!(parse_ordered("15/13/2026", DateOrder::Dmy), None);
    }
}
