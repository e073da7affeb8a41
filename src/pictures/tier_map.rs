//! The tier map: by which ways a unit gets at what it reaches, in columns from the unit to the data.
//!
//! Unit, then the ways between (clients, control planes, gateways), then APIs, then the privilege held there, then data classes, then
//! the business functions that they belong to.
//! Every column is ordered by a stated order and filled from the top, so that something new moves only what stands below it. Above
//! sixty nodes equals are folded: functions by impact, then APIs by trust boundary, then ways by mode and classes by sensitivity, then small boundaries.

use std::collections::{BTreeMap, BTreeSet};

use crate::blast::{AtomLine, Explanation, PathEdge};
use crate::model::{Impact, Privilege, Sensitivity};

/// More nodes than this are folded.
pub const MOST_NODES: usize = 60;
/// Distance from the top of one node to the top of the next, and its height; units of the picture.
pub const PITCH: f64 = 40.0;
/// Height of a node.
pub const NODE: f64 = 30.0;
/// Columns between the unit and the APIs at most; longer ways are told by their last step.
const MOST_WAYS: usize = 3;
/// Boundaries that keep a node of their own when even folding is too much.
const MOST_BOUNDARIES: usize = 10;
/// What an audience without trust boundary stands in.
const UNASSIGNED: &str = "unassigned";

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The unit itself; always one node.
    Unit,
    /// What it passes on the way, by the number of steps before it.
    Way(u8),
    /// APIs and control planes.
    Audience,
    /// What the unit may do there.
    Privilege,
    /// What data is there.
    Data,
    /// What business depends on it.
    Function,
}

impl Tier {
    /// Head of the column.
    pub fn title(self) -> &'static str {
        match self {
            Tier::Unit => "Unit",
            Tier::Way(_) => "On the way",
            Tier::Audience => "API",
            Tier::Privilege => "Privilege",
            Tier::Data => "Data class",
            Tier::Function => "Function",
        }
    }
}

/// The picture. Nodes by column, then from the top; edges and paths refer to them by index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TierMap {
    /// Columns in use, from the left.
    pub tiers: Vec<Tier>,
    /// Every node.
    pub nodes: Vec<TierNode>,
    /// Every edge, by its ends.
    pub edges: Vec<TierEdge>,
    /// Every way from the unit to data, most points first.
    pub paths: Vec<TierPath>,
    /// Things that the nodes stand for.
    pub objects: u32,
    /// Nodes that stand for several.
    pub groups: u32,
    /// Height of the tallest column in units of the picture.
    pub height: f64,
}

/// A thing or a group of things.
#[derive(Debug, Clone, PartialEq)]
pub struct TierNode {
    /// Index into `tiers`.
    pub column: u32,
    /// Name; of a group what they have in common.
    pub name: String,
    /// Public id of the API, or the name of a control plane, which has none; null for every other node.
    pub audience: Option<String>,
    /// Trust boundary of an API or a group of APIs.
    pub boundary: Option<String>,
    /// Highest sensitivity of the data behind it; null = unknown.
    pub sensitivity: Option<Sensitivity>,
    /// Things that it stands for; 1 = itself.
    pub things: u32,
    /// Points of the blast score whose way passes here.
    pub share: f64,
    /// Top of the node in units of the picture.
    pub y: f64,
}

/// A step between two nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct TierEdge {
    /// Node index.
    pub from: u32,
    /// Node index.
    pub to: u32,
    /// Steps of the engine that it stands for, the one with most points first; none for what merely belongs together.
    pub step: Option<PathEdge>,
    /// Different steps that it stands for.
    pub steps: u32,
    /// Points of the blast score that pass.
    pub share: f64,
}

/// One way from the unit to data.
#[derive(Debug, Clone, PartialEq)]
pub struct TierPath {
    /// Node indices from the left.
    pub nodes: Vec<u32>,
    /// Edge indices between them.
    pub edges: Vec<u32>,
    /// What is held at its end.
    pub privilege: Privilege,
    /// Points of the blast score.
    pub share: f64,
    /// Atoms (API and data class) that it stands for.
    pub atoms: u32,
}

/// How much is folded; each step folds more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fold {
    Nothing,
    Functions,
    Audiences,
    Everything,
    SmallBoundaries,
}

/// What makes two things one node. Its order is that of its column: the deeper the more urgent, then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    tier: Tier,
    /// 0 = most sensitive or most privileged.
    urgency: u8,
    name: String,
    id: Option<String>,
}

/// What a node is while it is gathered.
#[derive(Default)]
struct Gathered {
    things: BTreeSet<String>,
    boundary: Option<String>,
    sensitivity: Option<Sensitivity>,
    share: f64,
}

/// Draws what an explanation says. The same explanation gives the same picture.
pub fn tier_map(explanation: &Explanation) -> TierMap {
    [Fold::Nothing, Fold::Functions, Fold::Audiences, Fold::Everything]
        .into_iter()
        .map(|fold| Folding::new(explanation, fold).draw())
        .find(|map| map.nodes.len() <= MOST_NODES)
        .unwrap_or_else(|| Folding::new(explanation, Fold::SmallBoundaries).draw())
}

/// What an audience is for the picture, whatever atom it is met in.
struct Place<'a> {
    boundary: &'a str,
    sensitivity: Option<Sensitivity>,
}

struct Folding<'a> {
    explanation: &'a Explanation,
    fold: Fold,
    /// By id, or by name for the control planes, which have none.
    places: BTreeMap<&'a str, Place<'a>>,
    /// Boundaries that keep a node of their own.
    kept: BTreeSet<&'a str>,
    /// Functions by the highest impact of what belongs to them, so that each is one node.
    functions: BTreeMap<&'a str, u8>,
}

fn id_of(atom: &AtomLine) -> &str {
    atom.audience_id.as_deref().unwrap_or(&atom.audience)
}

impl<'a> Folding<'a> {
    fn new(explanation: &'a Explanation, fold: Fold) -> Self {
        let mut places: BTreeMap<&str, Place> = BTreeMap::new();
        for audience in &explanation.audiences {
            let none = if audience.id.is_some() { UNASSIGNED } else { "control plane" };
            let id = audience.id.as_deref().unwrap_or(&audience.name);
            places.insert(id, Place { boundary: audience.boundary.as_deref().unwrap_or(none), sensitivity: None });
        }
        let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
        for atom in &explanation.atoms {
            let place = places.entry(id_of(atom)).or_insert(Place { boundary: UNASSIGNED, sensitivity: None });
            place.sensitivity = place.sensitivity.max(atom.sensitivity);
            *weights.entry(place.boundary).or_default() += atom.share;
        }
        let mut functions: BTreeMap<&str, u8> = BTreeMap::new();
        for atom in &explanation.atoms {
            let urgency = functions.entry(function_of(atom)).or_insert(u8::MAX);
            *urgency = (*urgency).min(highest_first(atom.impact));
        }
        let mut heaviest: Vec<(&str, f64)> = weights.into_iter().collect();
        heaviest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let kept = heaviest.into_iter().take(MOST_BOUNDARIES).map(|(name, _)| name).collect();
        Self { explanation, fold, places, kept, functions }
    }

    fn draw(&self) -> TierMap {
        let ways: Vec<Vec<(Key, Option<&PathEdge>)>> = self.explanation.atoms.iter().map(|atom| self.way(atom)).collect();
        let mut gathered: BTreeMap<Key, Gathered> = BTreeMap::new();
        for (atom, way) in self.explanation.atoms.iter().zip(&ways) {
            for (at, (key, _)) in way.iter().enumerate() {
                let node = gathered.entry(key.clone()).or_default();
                node.share += atom.share;
                node.sensitivity = node.sensitivity.max(atom.sensitivity);
                match key.tier {
                    Tier::Audience => {
                        node.things.insert(id_of(atom).to_owned());
                        node.boundary = self.places.get(id_of(atom)).map(|place| place.boundary.to_owned());
                    }
                    Tier::Data => _ = node.things.insert(atom.data_class.clone()),
                    Tier::Way(_) => _ = node.things.insert(way[at].1.map_or_else(String::new, |edge| edge.to.clone())),
                    Tier::Unit | Tier::Privilege | Tier::Function => {
                        _ = node.things.insert(if key.tier == Tier::Function { function_of(atom).to_owned() } else { key.name.clone() })
                    }
                }
            }
        }
        let tiers: Vec<Tier> = gathered.keys().map(|key| key.tier).collect::<BTreeSet<_>>().into_iter().collect();
        let index: BTreeMap<&Key, u32> = gathered.keys().zip(0..).collect();
        let mut filled = vec![0_u32; tiers.len()];
        let nodes: Vec<TierNode> = gathered
            .iter()
            .map(|(key, node)| {
                let column = tiers.partition_point(|tier| *tier < key.tier);
                let y = f64::from(filled[column]) * PITCH;
                filled[column] += 1;
                TierNode {
                    column: column as u32,
                    name: key.name.clone(),
                    audience: key.id.clone(),
                    boundary: node.boundary.clone().filter(|name| self.fold < Fold::SmallBoundaries || self.kept.contains(name.as_str())),
                    sensitivity: node.sensitivity,
                    things: node.things.len() as u32,
                    share: node.share,
                    y,
                }
            })
            .collect();
        let (edges, paths) = self.edges(&ways, &index);
        let tallest = filled.iter().copied().max().unwrap_or(0);
        TierMap {
            tiers,
            objects: nodes.iter().map(|node| node.things).sum(),
            groups: nodes.iter().filter(|node| node.things > 1).count() as u32,
            nodes,
            edges,
            paths,
            height: if tallest == 0 { 0.0 } else { f64::from(tallest - 1) * PITCH + NODE },
        }
    }

    fn edges(&self, ways: &[Vec<(Key, Option<&PathEdge>)>], index: &BTreeMap<&Key, u32>) -> (Vec<TierEdge>, Vec<TierPath>) {
        type Steps<'e> = (f64, Vec<&'e PathEdge>);
        let mut between: BTreeMap<(u32, u32), Steps> = BTreeMap::new();
        let mut paths: BTreeMap<Vec<u32>, (Privilege, f64, u32)> = BTreeMap::new();
        for (atom, way) in self.explanation.atoms.iter().zip(ways) {
            let nodes: Vec<u32> = way.iter().map(|(key, _)| index[key]).collect();
            for (pair, (_, step)) in nodes.windows(2).zip(&way[1..]) {
                let edge = between.entry((pair[0], pair[1])).or_default();
                edge.0 += atom.share;
                // Atoms come with the heaviest first, so the first step of an edge is the one that matters most.
                if let Some(step) = step
                    && !edge.1.iter().any(|known| known.from == step.from && known.to == step.to && known.meaning == step.meaning)
                {
                    edge.1.push(step);
                }
            }
            let path = paths.entry(nodes).or_insert((atom.privilege, 0.0, 0));
            path.0 = path.0.max(atom.privilege);
            path.1 += atom.share;
            path.2 += 1;
        }
        let at: BTreeMap<(u32, u32), u32> = between.keys().copied().zip(0..).collect();
        let edges = between
            .into_iter()
            .map(|((from, to), (share, steps))| TierEdge {
                from,
                to,
                step: steps.first().copied().cloned(),
                steps: steps.len() as u32,
                share,
            })
            .collect();
        let mut paths: Vec<TierPath> = paths
            .into_iter()
            .map(|(nodes, (privilege, share, atoms))| TierPath {
                edges: nodes.windows(2).map(|pair| at[&(pair[0], pair[1])]).collect(),
                nodes,
                privilege,
                share,
                atoms,
            })
            .collect();
        paths.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.nodes.cmp(&b.nodes)));
        (edges, paths)
    }

    /// The nodes of one atom's way, each with the step that leads to it.
    fn way<'e>(&self, atom: &'e AtomLine) -> Vec<(Key, Option<&'e PathEdge>)> {
        let key = |tier, urgency, name: &str, id: Option<&str>| Key { tier, urgency, name: name.to_owned(), id: id.map(str::to_owned) };
        let mut way = vec![(key(Tier::Unit, 0, &self.explanation.unit.name, None), None)];
        let (last, between) = atom.path.split_last().map_or((None, &[][..]), |(last, between)| (Some(last), between));
        // Where a way is too long for the columns its middle is left out: the start and the last step decide.
        let skipped = between.len().saturating_sub(MOST_WAYS);
        let shown =
            between.iter().enumerate().filter(|(at, _)| *at < MOST_WAYS - 1 || *at >= MOST_WAYS - 1 + skipped).map(|(_, edge)| edge);
        for (depth, edge) in shown.enumerate() {
            let name = if self.fold >= Fold::Everything { by_mode(edge) } else { edge.to.clone() };
            way.push((key(Tier::Way(depth as u8), 0, &name, None), Some(edge)));
        }
        let place = self.places.get(id_of(atom));
        let boundary = place.map_or(UNASSIGNED, |place| place.boundary);
        let audience = match self.fold {
            Fold::Nothing | Fold::Functions => {
                key(Tier::Audience, sensitivity_first(place.and_then(|place| place.sensitivity)), &atom.audience, Some(id_of(atom)))
            }
            Fold::SmallBoundaries if !self.kept.contains(boundary) => key(Tier::Audience, 1, "other boundaries", None),
            _ => key(Tier::Audience, 0, boundary, None),
        };
        way.push((audience, last));
        way.push((key(Tier::Privilege, u8::MAX - atom.privilege as u8, atom.privilege.as_str(), None), None));
        let urgency = sensitivity_first(atom.sensitivity);
        let class = match self.fold {
            Fold::Nothing | Fold::Functions | Fold::Audiences => key(Tier::Data, urgency, &atom.data_class, None),
            _ => key(Tier::Data, urgency, atom.sensitivity.map_or("unknown sensitivity", |s| s.as_str()), None),
        };
        way.push((class, None));
        let function = match self.fold {
            Fold::Nothing => {
                let name = function_of(atom);
                key(Tier::Function, self.functions.get(name).copied().unwrap_or(u8::MAX), name, None)
            }
            _ => {
                let name = atom.impact.map_or_else(|| "unknown impact".to_owned(), |impact| format!("{} impact", impact.as_str()));
                key(Tier::Function, highest_first(atom.impact), &name, None)
            }
        };
        way.push((function, None));
        way
    }
}

/// Highest impact first; unknown last.
fn highest_first(impact: Option<Impact>) -> u8 {
    impact.map_or(u8::MAX, |known| u8::MAX - 1 - known as u8)
}

/// The function that an atom belongs to, in words.
fn function_of(atom: &AtomLine) -> &str {
    match (&atom.function, &atom.audience_id) {
        (Some(name), _) => name,
        (None, Some(_)) => "function unknown",
        (None, None) => "whole tenant",
    }
}

/// Most sensitive first; unknown last.
fn sensitivity_first(sensitivity: Option<Sensitivity>) -> u8 {
    sensitivity.map_or(u8::MAX, |known| u8::MAX - 1 - known as u8)
}

/// What the ways of one mode have in common.
fn by_mode(edge: &PathEdge) -> String {
    format!("by {}", edge.mode.as_str())
}
