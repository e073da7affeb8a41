//! The bar tree: what makes up the reach of a unit, as parts of its score: API, then the privilege held there, then the scopes that give it.
//!
//! Shares are those of the explanation in tenths of a point, so every level adds up to the score exactly. Parts below one 360th of the
//! whole (one degree of a ring) share a part "others".

use std::collections::BTreeMap;

use crate::blast::{AtomLine, Explanation};

/// Scopes named for one part at most.
const NAMED: usize = 3;
/// Least share of the whole that is a part of its own: one in this many.
const DEGREES: i64 = 360;

/// A part of the score, and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// API, privilege or scopes; `others (n)` for what is too small.
    pub name: String,
    /// Public id of the API; null for every other part.
    pub audience: Option<String>,
    /// Things that it stands for; 1 = itself.
    pub things: u32,
    /// Tenths of a point of the blast score.
    pub tenths: i64,
    /// Largest first; empty at the end of the tree.
    pub parts: Vec<Part>,
}

/// The tree of an explanation. The same explanation gives the same tree.
pub fn bar_tree(explanation: &Explanation) -> Vec<Part> {
    let least = explanation.atoms.iter().map(tenths).sum::<i64>() / DEGREES;
    let mut apis: BTreeMap<(&str, Option<&str>), Levels> = BTreeMap::new();
    for atom in &explanation.atoms {
        let (name, scopes) = leaf(atom);
        let level = apis.entry((atom.audience.as_str(), atom.audience_id.as_deref())).or_default().entry(atom.privilege as u8).or_default();
        let leaf = level.entry(name).or_default();
        leaf.tenths += tenths(atom);
        leaf.scopes = leaf.scopes.max(scopes);
        leaf.privilege = atom.privilege.as_str();
    }
    let apis = apis.into_iter().map(|((name, id), levels)| {
        let levels = levels.into_values().map(|leaves| {
            let privilege = leaves.values().next().map_or("", |leaf| leaf.privilege);
            let leaves = leaves.into_iter().map(|(name, leaf)| Part {
                name,
                audience: None,
                things: leaf.scopes,
                tenths: leaf.tenths,
                parts: Vec::new(),
            });
            whole(privilege.to_owned(), None, merged(leaves.collect(), least))
        });
        whole(name.to_owned(), id.map(str::to_owned), merged(levels.collect(), least))
    });
    merged(apis.collect(), least)
}

/// Privilege -> scopes -> what they give.
type Levels = BTreeMap<u8, BTreeMap<String, Leaf>>;

#[derive(Default)]
struct Leaf {
    tenths: i64,
    scopes: u32,
    privilege: &'static str,
}

fn tenths(atom: &AtomLine) -> i64 {
    libm::round(atom.share * 10.0) as i64
}

/// The scopes that give an atom, in words, and how many; where none does, what the last step means.
fn leaf(atom: &AtomLine) -> (String, u32) {
    let Some(last) = atom.path.last() else { return ("held by the unit itself".to_owned(), 1) };
    if last.scopes.is_empty() {
        return (last.meaning.clone(), 1);
    }
    let more = last.scopes.len().saturating_sub(NAMED);
    let mut name = last.scopes[..last.scopes.len() - more].join(", ");
    if more > 0 {
        name.push_str(&format!(" and {more} more"));
    }
    (name, last.scopes.len() as u32)
}

fn whole(name: String, audience: Option<String>, parts: Vec<Part>) -> Part {
    Part { name, audience, things: 1, tenths: parts.iter().map(|part| part.tenths).sum(), parts }
}

/// Largest first, then by name; two or more that are too small become one, which stands last.
fn merged(mut parts: Vec<Part>, least: i64) -> Vec<Part> {
    parts.sort_by(|a, b| (b.tenths, &a.name, &a.audience).cmp(&(a.tenths, &b.name, &b.audience)));
    let kept = parts.partition_point(|part| part.tenths >= least);
    if parts.len() - kept < 2 {
        return parts;
    }
    let small = parts.split_off(kept);
    let things = small.len() as u32;
    parts.push(Part {
        name: format!("others ({things})"),
        audience: None,
        things,
        tenths: small.iter().map(|part| part.tenths).sum(),
        parts: Vec::new(),
    });
    parts
}
