//! What a person says a source holds, compared with what its files hold; and counts that look like the end of a page.
//!
//! A console says "1,204 applications"; a file that holds 1,000 of them was cut. Nothing else can tell that.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::error::Told;
use crate::formats::text::quoted;
use crate::model::kinds::{Completeness, RecordKind};
use crate::work::figures::thousands;
use crate::work::wire::ExpectedCount;

/// Word for the records of all lists together.
pub const RECORDS: &str = "records";

/// Page sizes at which APIs and portals cut answers.
const PAGE_SIZES: &[u64] = &[20, 25, 30, 50, 100, 200, 250, 500, 999, 1000, 5000, 10_000];

/// A list and how many records of it a person expects.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Expected {
    /// Word of a list (`servicePrincipals`), or [`RECORDS`].
    pub list: String,
    /// Records.
    pub count: u64,
}

/// Reads `LIST=N`, or `N` for all records.
///
/// # Errors
/// No such list, or no number.
pub fn parse(text: &str) -> Result<Expected> {
    let (list, count) = text.split_once('=').unwrap_or((RECORDS, text));
    let known = RecordKind::ALL.iter().map(|kind| kind.as_str()).chain([RECORDS]).find(|word| word.eq_ignore_ascii_case(list.trim()));
    let count = count.trim().replace([',', '_', '.', ' '], "").parse::<u64>().ok();
    match (known, count) {
        (Some(list), Some(count)) => Ok(Expected { list: list.to_owned(), count }),
        _ => Err(Told::refusal(
            "BH-IMP-031",
            format!("“{}” says no expected count.", quoted(text)),
            "Nothing was imported.",
            "Write a number, or a list and a number: servicePrincipals=1204. `import --check` names the lists of the files.",
        )
        .into()),
    }
}

/// Compares; `found` are records by list over all files of the set.
pub fn compare(expected: &[Expected], found: &BTreeMap<&'static str, u64>) -> Vec<ExpectedCount> {
    let all: u64 = found.values().sum();
    expected
        .iter()
        .map(|one| {
            let found = if one.list == RECORDS { all } else { found.get(one.list.as_str()).copied().unwrap_or(0) };
            let told = match one.count.cmp(&found) {
                std::cmp::Ordering::Equal => format!("{}: {} expected and found.", one.list, thousands(found)),
                std::cmp::Ordering::Greater => format!(
                    "{}: {} expected, {} found; {} are missing. The files may be cut, or the account that exported them may not see all.",
                    one.list,
                    thousands(one.count),
                    thousands(found),
                    thousands(one.count - found)
                ),
                std::cmp::Ordering::Less => format!(
                    "{}: {} expected, {} found; {} more. Records may stand twice, or the console counts something else.",
                    one.list,
                    thousands(one.count),
                    thousands(found),
                    thousands(found - one.count)
                ),
            };
            ExpectedCount { list: one.list.clone(), expected: one.count, found, holds: one.count == found, told }
        })
        .collect()
}

/// Why a list looks cut at the end of a page, if it does: a round number of records and no proof that there are no more.
pub fn page_cap(records: u64, completeness: Completeness) -> Option<String> {
    (completeness != Completeness::Full && PAGE_SIZES.contains(&records))
        .then(|| format!("It holds exactly {} records, which is a common page size; it may have been cut there.", thousands(records)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_people_write_them() {
        assert_eq!(parse("serviceprincipals=1,204").expect("valid"), Expected { list: "servicePrincipals".into(), count: 1204 });
        assert_eq!(parse("400").expect("valid"), Expected { list: RECORDS.into(), count: 400 });
        for wrong in ["", "many", "apps=3", "rows=", "rows=-1"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_difference_is_told_with_its_size() {
        let found = BTreeMap::from([("rows", 1000), ("applications", 3)]);
        let expected = [("rows", 1204), ("applications", 3), (RECORDS, 1000)].map(|(list, count)| Expected { list: list.into(), count });
        let told = compare(&expected, &found);
        assert_eq!(told.iter().map(|one| (one.found, one.holds)).collect::<Vec<_>>(), [(1000, false), (3, true), (1003, false)]);
        assert!(told[0].told.contains("204 are missing") && told[2].told.contains("3 more"), "{told:?}");
    }

    #[test]
    fn a_round_count_is_suspicious_unless_it_is_proved_whole() {
        assert!(page_cap(1000, Completeness::Unknown).is_some() && page_cap(100, Completeness::Partial).is_some());
        assert!(page_cap(1000, Completeness::Full).is_none() && page_cap(1001, Completeness::Unknown).is_none());
    }
}
