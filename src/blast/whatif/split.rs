//! The best distribution for each number of tokens (domain.md 3.10): exact for up to ten items, a labelled heuristic above.
//!
//! Better means: the worst token reaches less, then the second worst, and so on (leximin); then fewer tokens that cross a trust boundary;
//! then the order of the items. Scores of parts are looked up, so the exact search only compares numbers.

use std::cmp::Reverse;

use super::parts::Scorer;

/// Most items that are searched exactly: 115,975 partitions.
const EXACT: usize = 10;
/// Most tokens that an answer lists.
const MOST_PARTS: usize = 6;
/// Rounds of moving single items that the heuristic makes at most.
const ROUNDS: usize = 8;

/// Which items may be in one token, and where a token crosses a boundary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Together {
    items: usize,
    allowed: Vec<bool>,
    forced: Vec<bool>,
    boundaries: Vec<u32>,
}

impl Together {
    /// A table from what the rule says of each pair. `boundaries` numbers the trust boundary of each item; an unassigned one has a number
    /// of its own. `apart` are pairs that must not be in one token whatever the search finds; `may_join` pairs are allowed by decision.
    pub fn new(boundaries: Vec<u32>, rule: impl Fn(usize, usize) -> bool, apart: &[(usize, usize)], may_join: &[(usize, usize)]) -> Self {
        let items = boundaries.len();
        let mut this = Self { items, allowed: vec![false; items * items], forced: vec![false; items * items], boundaries };
        let named = |list: &[(usize, usize)], a, b| list.contains(&(a, b)) || list.contains(&(b, a));
        for a in 0..items {
            for b in 0..items {
                this.forced[a * items + b] = named(apart, a, b);
                this.allowed[a * items + b] = a == b || (!named(apart, a, b) && (rule(a, b) || named(may_join, a, b)));
            }
        }
        this
    }

    /// Whether two items may share a token.
    pub fn may(&self, a: usize, b: usize) -> bool {
        self.allowed[a * self.items + b]
    }

    /// Whether somebody decided that two items must not share a token.
    fn apart(&self, a: usize, b: usize) -> bool {
        self.forced[a * self.items + b]
    }

    /// Whether a token crosses a trust boundary.
    pub fn mixed(&self, part: &[usize]) -> bool {
        part.iter().any(|item| self.boundaries[*item] != self.boundaries[part[0]])
    }

    fn obeys(&self, parts: &[Vec<usize>]) -> bool {
        parts.iter().all(|part| part.iter().enumerate().all(|(at, a)| part[at + 1..].iter().all(|b| self.may(*a, *b))))
    }
}

/// How an answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchKind {
    /// Every partition was compared.
    Exact,
    /// Merged and moved; there may be a better one.
    Heuristic,
}

impl SearchKind {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Heuristic => "heuristic",
        }
    }
}

/// The best distribution over a number of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Items of each token.
    pub parts: Vec<Vec<usize>>,
    /// It obeys the sharing rule.
    pub obeys: bool,
}

/// The answer of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splits {
    /// How it was found.
    pub search: SearchKind,
    /// Partitions compared.
    pub compared: u64,
    /// Best for 1, 2, ... tokens; `None` where the decided separations leave none.
    pub by_count: Vec<Option<Split>>,
    /// Reach of the heaviest single item, four decimals times 10^4: no split gets the worst token below it.
    pub floor: i64,
    /// Fewest tokens whose worst reach is within 5 % of the floor.
    pub minimal: Option<usize>,
    /// Fewest tokens that obey the sharing rule, and the best such distribution.
    pub recommended: Option<Split>,
}

/// Finds the best distribution for each number of tokens.
pub fn split(scorer: &mut Scorer, together: &Together) -> Splits {
    let items = scorer.len();
    let floor = (0..items).map(|item| scorer.part(&[item]).reach()).max().unwrap_or(0);
    let mut found = if items <= EXACT { exact(scorer, together) } else { heuristic(scorer, together) };
    let worst = |scorer: &mut Scorer, parts: &[Vec<usize>]| parts.iter().map(|part| scorer.part(part).reach()).max().unwrap_or(0);
    found.floor = crate::blast::score::rounded(floor, 10i128.pow(11)) as i64;
    found.minimal = (1..=found.by_count.len())
        .find(|count| found.by_count[count - 1].as_ref().is_some_and(|split| worst(scorer, &split.parts) * 100 <= floor * 105));
    found.by_count.truncate(MOST_PARTS);
    found
}

/// Every partition as a restricted growth string: the token of each item, a new one being at most one more than those before.
fn exact(scorer: &mut Scorer, together: &Together) -> Splits {
    let items = scorer.len();
    let by_mask: Vec<(i128, bool)> = (0..1usize << items)
        .map(|mask| {
            let part: Vec<usize> = (0..items).filter(|item| mask >> item & 1 == 1).collect();
            if part.is_empty() { (0, false) } else { (scorer.part(&part).reach(), together.mixed(&part)) }
        })
        .collect();
    // Bits of the items that an item must not join, by decision or by the rule.
    let bits = |joins: &dyn Fn(usize, usize) -> bool| -> Vec<usize> {
        (0..items).map(|a| (0..items).filter(|b| *b != a && joins(a, *b)).fold(0, |mask, b| mask | 1 << b)).collect()
    };
    let decided = bits(&|a, b| together.apart(a, b));
    let against = bits(&|a, b| !together.may(a, b));
    let mut best: Vec<Option<Best>> = vec![None; items];
    let mut lawful: Vec<Option<Best>> = vec![None; items];
    let mut compared = 0;
    let mut string = vec![0u8; items];
    let mut masks = vec![0usize; items + 1];
    if items > 0 {
        walk(0, 0, &mut string, &mut masks, &decided, &mut |string, masks| {
            compared += 1;
            let mut reaches: Vec<i128> = masks.iter().map(|mask| by_mask[*mask].0).collect();
            let mixed = masks.iter().filter(|mask| by_mask[**mask].1).count();
            let obeys = (0..items).all(|item| masks[usize::from(string[item])] & against[item] == 0);
            reaches.sort_unstable_by_key(|reach| Reverse(*reach));
            let slot = masks.len() - 1;
            keep(&mut best[slot], &reaches, mixed, string);
            if obeys {
                keep(&mut lawful[slot], &reaches, mixed, string);
            }
        });
    }
    let open = |best: &Best| {
        let count = usize::from(best.2.iter().copied().max().unwrap_or(0)) + 1;
        let parts: Vec<Vec<usize>> =
            (0..count).map(|part| (0..items).filter(|item| usize::from(best.2[*item]) == part).collect()).collect();
        Split { obeys: together.obeys(&parts), parts }
    };
    Splits {
        search: SearchKind::Exact,
        compared,
        by_count: best.iter().map(|best| best.as_ref().map(open)).collect(),
        floor: 0,
        minimal: None,
        recommended: lawful.iter().flatten().next().map(open),
    }
}

/// Reaches from worst to least, tokens that cross a boundary, token of each item.
type Best = (Vec<i128>, usize, Vec<u8>);

fn keep(slot: &mut Option<Best>, reaches: &[i128], mixed: usize, string: &[u8]) {
    let better = slot.as_ref().is_none_or(|best| (reaches, mixed, string) < (best.0.as_slice(), best.1, best.2.as_slice()));
    if better {
        *slot = Some((reaches.to_vec(), mixed, string.to_vec()));
    }
}

fn walk(item: usize, parts: usize, string: &mut [u8], masks: &mut [usize], apart: &[usize], tell: &mut impl FnMut(&[u8], &[usize])) {
    if item == string.len() {
        tell(string, &masks[..parts]);
        return;
    }
    for part in 0..=parts {
        if masks[part] & apart[item] != 0 {
            continue;
        }
        string[item] = part as u8;
        masks[part] |= 1 << item;
        walk(item + 1, parts.max(part + 1), string, masks, apart, tell);
        masks[part] &= !(1 << item);
    }
}

/// Greedy merging from single items, then moving single items while that helps.
fn heuristic(scorer: &mut Scorer, together: &Together) -> Splits {
    let items = scorer.len();
    let mut compared = 0u64;
    let mut parts: Vec<Vec<usize>> = (0..items).map(|item| vec![item]).collect();
    let mut by_count: Vec<Option<Split>> = vec![None; items];
    by_count[items - 1] = Some(Split { obeys: true, parts: parts.clone() });
    let mut merged: Vec<Vec<Option<i128>>> = Vec::new();
    while parts.len() > 1 {
        // The merge whose token reaches least keeps the others as they are, which is the leximin choice as long as it is not the worst.
        let mut choice: Option<(i128, bool, usize, usize)> = None;
        if merged.is_empty() {
            merged = vec![vec![None; items]; items];
        }
        for a in 0..parts.len() {
            for b in a + 1..parts.len() {
                if parts[a].iter().any(|x| parts[b].iter().any(|y| together.apart(*x, *y))) {
                    continue;
                }
                let (x, y) = (parts[a][0], parts[b][0]);
                let reach = match merged[x][y] {
                    Some(reach) => reach,
                    None => {
                        compared += 1;
                        let reach = scorer.part(&union(&parts[a], &parts[b])).reach();
                        merged[x][y] = Some(reach);
                        reach
                    }
                };
                let mixed = together.boundaries[x] != together.boundaries[y];
                if choice.is_none_or(|best| (reach, mixed, a, b) < best) {
                    choice = Some((reach, mixed, a, b));
                }
            }
        }
        let Some((_, _, a, b)) = choice else { break };
        let other = parts.remove(b);
        parts[a] = union(&parts[a], &other);
        let first = parts[a][0];
        merged[first].fill(None);
        merged.iter_mut().for_each(|row| row[first] = None);
        let mut polished = parts.clone();
        if polished.len() <= MOST_PARTS {
            compared += polish(scorer, together, &mut polished);
        }
        by_count[parts.len() - 1] = Some(Split { obeys: together.obeys(&polished), parts: polished });
    }
    // First fit in the order of items: the rule is an equality for all that obey it, so this is the fewest unless pairs were decided.
    let mut lawful: Vec<Vec<usize>> = Vec::new();
    for item in 0..items {
        match lawful.iter_mut().find(|part| part.iter().all(|other| together.may(*other, item))) {
            Some(part) => part.push(item),
            None => lawful.push(vec![item]),
        }
    }
    Splits {
        search: SearchKind::Heuristic,
        compared,
        by_count,
        floor: 0,
        minimal: None,
        recommended: Some(Split { obeys: true, parts: lawful }),
    }
}

fn union(a: &[usize], b: &[usize]) -> Vec<usize> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all
}

fn measure(scorer: &mut Scorer, together: &Together, parts: &[Vec<usize>]) -> (Vec<i128>, usize) {
    let mut reaches: Vec<i128> = parts.iter().map(|part| scorer.part(part).reach()).collect();
    reaches.sort_unstable_by_key(|reach| Reverse(*reach));
    (reaches, parts.iter().filter(|part| together.mixed(part)).count())
}

/// Moves single items while the distribution gets better; returns how many were compared.
fn polish(scorer: &mut Scorer, together: &Together, parts: &mut Vec<Vec<usize>>) -> u64 {
    let mut compared = 0;
    let mut now = measure(scorer, together, parts);
    for _ in 0..ROUNDS {
        let mut moved = false;
        for item in 0..scorer.len() {
            let Some(from) = parts.iter().position(|part| part.contains(&item)) else { continue };
            if parts[from].len() == 1 {
                continue;
            }
            for to in 0..parts.len() {
                if to == from || parts[to].iter().any(|other| together.apart(*other, item)) {
                    continue;
                }
                let mut next = parts.clone();
                next[from].retain(|other| *other != item);
                next[to] = union(&next[to], &[item]);
                compared += 1;
                let then = measure(scorer, together, &next);
                if then < now {
                    (*parts, now, moved) = (next, then, true);
                    break;
                }
            }
        }
        if !moved {
            break;
        }
    }
    parts.sort();
    compared
}
