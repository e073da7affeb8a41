//! What the page Third parties shows: figures and the grid of impact against exposure. Rows come from `third_parties`.

use crate::model::kinds::Impact;
use crate::model::time::iso;

use super::answers::Answers;
use super::figures::{count, counted, link, thousands};
use super::wire::{Figure, GridCell, ThirdParties};

/// Column of the grid: how openly an outside party holds its access, least first.
const EXPOSURES: [(&str, &str); 4] = [
    ("application only", "consent:application"),
    ("some users", "consent~*some* -consent~*all*"),
    ("all users", "consent~*all*"),
    ("no grant", "consent:\"no grant\""),
];

/// The page for one revision.
pub fn third_parties(answers: &Answers) -> ThirdParties {
    let vendors = count(answers, "third_parties", "");
    let unverified = count(answers, "third_parties", "verified:no");
    let unknown_holder = count(answers, "clients", "holder:unknown -enabled:no -api_only:yes");
    let figures = vec![
        Figure {
            note: format!("{} unverified", thousands(u64::from(unverified))),
            unknown: format!("{} holders of clients", thousands(u64::from(unknown_holder))),
            population: "with clients here".to_owned(),
            ..counted(answers, "Vendors", "third_parties", "-clients:none", "")
        },
        counted(answers, "Clients held outside", "clients", "holder:third_party", "-holder:platform"),
        Figure {
            note: "at audiences with restricted or regulated data".to_owned(),
            ..counted(answers, "Sensitive grants", "grants", "holder:third_party sensitive:yes", "holder:third_party")
        },
        Figure { note: "consent for every user".to_owned(), ..counted(answers, "Consent for all", "third_parties", "consent~*all*", "") },
        Figure {
            note: "blast score 60 or more".to_owned(),
            ..counted(answers, "Wide or Extreme", "third_parties", "band:Wide,Extreme", "")
        },
    ];
    let impacts: Vec<(String, String)> = [Impact::Critical, Impact::High, Impact::Moderate, Impact::Low]
        .iter()
        .map(|impact| (impact.as_str().to_owned(), format!("impact:{}", impact.as_str())))
        .chain(std::iter::once(("unknown".to_owned(), "impact:unknown".to_owned())))
        .collect();
    let columns: Vec<(&str, &str)> = [EXPOSURES[3], EXPOSURES[0], EXPOSURES[1], EXPOSURES[2]].to_vec();
    let mut cells = Vec::new();
    for (row, (_, impact)) in impacts.iter().enumerate() {
        for (column, (_, exposure)) in columns.iter().enumerate() {
            let filter = format!("{impact} {exposure}");
            cells.push(GridCell {
                row: row as u32,
                column: column as u32,
                count: count(answers, "third_parties", &filter),
                link: link("third_parties", filter),
            });
        }
    }
    // Every vendor stands in exactly one cell; anything else would be a fault of the filters above.
    debug_assert_eq!(cells.iter().map(|cell| cell.count).sum::<u32>(), vendors);
    ThirdParties {
        revision: answers.rows.revision,
        as_of: Some(iso(answers.clock)),
        figures,
        impacts: impacts.into_iter().map(|(label, _)| label).collect(),
        exposures: columns.iter().map(|(label, _)| (*label).to_owned()).collect(),
        cells,
    }
}
