//! Figures with population and rows behind them: a count is always the size of the selection that its link opens.

use super::answers::Answers;
use super::table::Table;
use super::tables;
use super::wire::{Figure, Link};

/// Rows of a filter.
pub fn count(answers: &Answers, table: &str, filter: &str) -> u32 {
    tables::of_answers(answers, table).map_or(0, |table| answers.selection(table.as_ref(), filter, "").rows.len() as u32)
}

/// A link to rows.
pub fn link(table: &str, filter: impl Into<String>) -> Link {
    Link { table: table.to_owned(), filter: filter.into(), id: None }
}

/// A figure that counts rows.
pub fn counted(answers: &Answers, label: &str, table: &str, filter: &str, of: &str) -> Figure {
    let population = count(answers, table, of);
    Figure {
        label: label.to_owned(),
        value: thousands(u64::from(count(answers, table, filter))),
        population: format!("of {}", thousands(u64::from(population))),
        note: String::new(),
        unknown: String::new(),
        change: String::new(),
        link: Some(link(table, filter)),
    }
}

/// Default filter of a table.
pub fn default_filter(answers: &Answers, table: &str) -> String {
    tables::of_answers(answers, table).map_or_else(String::new, |table: Box<dyn Table + '_>| table.info().default_filter.clone())
}

/// `1,204`. The window formats numbers of its own by locale; figures arrive as text because they mix words and numbers.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn groups_by_three() {
        assert_eq!([0, 999, 1000, 1_000_000].map(thousands), ["0", "999", "1,000", "1,000,000"]);
    }
}
