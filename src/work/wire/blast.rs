//! The page Blast radius: one unit, its map and its explanation.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::frame::{Figure, Link};

/// What to take the blast radius of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BlastSubject {
    /// `client`, `credential`, `application`, `vendor`, `standing` (id: client and principal), `token`.
    pub unit: String,
    /// Public id.
    pub id: String,
}

/// Command `blast {subject, reading}`: everything the page shows for one unit.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Blast {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub subject: BlastSubject,
    /// `attested` or `gateway_only`: which reading the map, sets and explanation show.
    pub reading: String,
    /// Scores of both readings.
    pub attested_score: f64,
    pub gateway_only_score: f64,
    /// Why the reading "gateway only" is what it is.
    pub gateway_only_note: String,
    /// Within reach only if unknown checks fail or inferred edges are real; never part of a score as attested.
    pub potential: Vec<PotentialLine>,
    pub more_potential: u32,
    pub name: String,
    /// The same subject as other units: unit, id, name, score.
    pub siblings: Vec<BlastSibling>,
    pub figures: Vec<Figure>,
    pub audiences: Vec<ReachedAudience>,
    pub data_classes: Vec<ReachedClass>,
    pub functions: Vec<ReachedFunction>,
    pub map: FloodMap,
    pub explanation: ExplanationView,
}

/// An API within potential reach, or with more privilege there.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PotentialLine {
    /// Empty for the control plane of a tenant.
    pub id: String,
    pub name: String,
    pub privilege: String,
    /// As attested; `none` = not reached.
    pub attested: String,
    /// Counted in the reading "gateway only".
    pub gateway_only: bool,
    pub because: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BlastSibling {
    pub subject: BlastSubject,
    pub name: String,
    pub score: Option<f64>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReachedAudience {
    pub id: String,
    pub name: String,
    pub boundary: String,
    pub privilege: String,
    pub steps: u32,
    pub share: f64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReachedClass {
    pub name: String,
    pub sensitivity: Option<String>,
    pub audiences: u32,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ReachedFunction {
    pub name: String,
    pub impact: Option<String>,
    pub privilege: String,
}

/// Command `bar_tree {subject, reading}`: what makes up a score, as parts that add up to it on every level.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct BarTree {
    pub blast_score: f64,
    /// Atoms (API and data class) behind all parts.
    pub atoms: u32,
    /// APIs, largest first.
    pub parts: Vec<TreePart>,
}

/// An API, then a privilege held there, then the scopes that give it.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TreePart {
    pub name: String,
    /// Things that it stands for; 1 = itself.
    pub things: u32,
    /// Points of the score.
    pub share: f64,
    /// The rows behind it; null where it is none of the inventory's.
    pub link: Option<Link>,
    /// Largest first; empty at the end of the tree.
    pub parts: Vec<TreePart>,
}

/// Command `flood_map`: the plan of the estate, dry without a subject.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(default)]
#[allow(missing_docs, reason = "wire shape")]
pub struct FloodMapRequest {
    pub subject: Option<BlastSubject>,
    /// `gateway_only`; anything else is as attested.
    pub reading: String,
    /// Only this trust boundary, over the whole field; empty = audiences without one; null = the whole estate.
    pub boundary: Option<String>,
}

/// The estate as a ship's plan, in a field of 1600 x 900 (DESIGN.md, flood map).
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct FloodMap {
    pub compartments: Vec<Compartment>,
    pub audiences: u32,
    /// Cells raised to the smallest weight that can be drawn.
    pub raised: u32,
    /// Too many audiences: compartments have no cells until one is entered.
    pub folded: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Compartment {
    /// `unassigned` for audiences without a trust boundary.
    pub name: String,
    /// Trust boundary; null = none.
    pub boundary: Option<String>,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Audiences in it; more than `cells` when the map is folded to boundaries.
    pub audiences: u32,
    pub reached: u32,
    pub gateway_only: u32,
    /// Highest privilege at an audience that is reached; where none is, that of the reading "gateway only"; `none` = dry.
    pub privilege: String,
    pub cells: Vec<MapCell>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct MapCell {
    /// Audience id; opens its panel in table `audiences`. Empty for a cell that stands for several.
    pub id: String,
    /// Audiences that it stands for; 1 = itself.
    pub things: u32,
    pub name: String,
    /// Highest data class by sensitivity, for the second line; null = unknown.
    pub sensitivity: Option<String>,
    /// Fractions 0..1 of the compartment less its head.
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// `none` = dry, else basic .. escalate.
    pub privilege: String,
    /// Steps of the shortest winning path; 0 when dry.
    pub steps: u32,
    pub gateway_only: bool,
    /// Load of its atoms, 0..n.
    pub load: f64,
}

/// "Why 73?" (ux.md 6.4, domain.md 3.6), ready to read; all numbers were computed by the score's own code.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ExplanationView {
    pub blast_score: f64,
    pub reach_score: f64,
    pub reach_units: f64,
    pub band: String,
    pub shares: Vec<ShareLine>,
    /// More atoms than listed.
    pub more_shares: u32,
    pub load: f64,
    pub factors: Vec<FactorLine>,
    pub changes: Vec<ChangeLine>,
    pub unknowns: Vec<String>,
    /// Share of the score that rests on assumptions, per cent.
    pub assumed_percent: f64,
    pub paths: Vec<PathLine>,
    pub weights: String,
    /// The same as plain text.
    pub text: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ShareLine {
    pub audience: String,
    pub data_class: String,
    pub basis: String,
    pub load: f64,
    pub share: f64,
    pub steps: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct FactorLine {
    pub name: String,
    pub fact: String,
    pub factor: Option<f64>,
    pub running: f64,
    pub assumed: bool,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ChangeLine {
    pub action: String,
    pub detail: String,
    pub new_score: f64,
    pub difference: f64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PathLine {
    pub target: String,
    pub steps: Vec<PathStep>,
    pub weight_per_mille: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct PathStep {
    pub from: String,
    pub to: String,
    /// R1.. mode
    pub mode: String,
    /// What the edge means in words.
    pub meaning: String,
    /// observed, declared, ...
    pub evidence: String,
    /// File and record.
    pub source: Option<String>,
}

/// Command `tier_map {subject}`: by which ways one unit gets at what it reaches. Nodes, edges and paths refer by index.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TierMap {
    /// Heads of the columns from the left.
    pub columns: Vec<String>,
    pub nodes: Vec<TierNode>,
    pub edges: Vec<TierEdge>,
    /// Most points first.
    pub paths: Vec<TierPath>,
    /// Things that the nodes stand for.
    pub objects: u32,
    /// Nodes that stand for several things.
    pub groups: u32,
    /// Height of the tallest column; nodes are `node` high. Units of the picture.
    pub height: f64,
    pub node: f64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TierNode {
    pub column: u32,
    pub name: String,
    /// Highest sensitivity of the data behind it; null = unknown.
    pub sensitivity: Option<String>,
    /// Things that it stands for; 1 = itself.
    pub things: u32,
    /// Points of the blast score whose way passes here.
    pub share: f64,
    pub y: f64,
    /// The APIs behind it; none for what has no rows of its own.
    pub link: Option<Link>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TierEdge {
    pub from: u32,
    pub to: u32,
    /// The step with most points; null where two nodes merely belong together.
    pub step: Option<PathStep>,
    /// Different steps that it stands for.
    pub steps: u32,
    pub share: f64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TierPath {
    pub nodes: Vec<u32>,
    pub edges: Vec<u32>,
    pub privilege: String,
    pub share: f64,
    /// Pairs of API and data class that it stands for.
    pub atoms: u32,
}

/// Command `matrix {order, rows, columns}`: which clients hold grants at which APIs, binned. Ranges are `[from, to)` of the order.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Matrix {
    pub rows: Vec<MatrixBin>,
    pub columns: Vec<MatrixBin>,
    /// Index into `rows`, into `columns`, and how many pairs of client and API with a grant; only where there are any.
    pub cells: Vec<[u32; 3]>,
    /// Pairs of the range.
    pub pairs: u32,
    /// Of the whole estate.
    pub clients: u32,
    pub audiences: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct MatrixBin {
    pub from: u32,
    pub to: u32,
    /// First and, of several, last name.
    pub first: String,
    pub last: String,
    /// Vendor or trust boundary of the first.
    pub group: String,
    pub pairs: u32,
    /// Filter of `grants` for the one thing in it; empty where there are several.
    pub filter: String,
}

/// What part of the matrix is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct MatrixRequest {
    /// `vendor` or `reach`.
    pub order: String,
    pub rows: [u32; 2],
    pub columns: [u32; 2],
}

/// Command `sankey {by, width}`: where most access flows, from groups of clients over APIs to sensitivity.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Sankey {
    #[ts(type = "number")]
    pub revision: i64,
    /// Three columns from the left.
    pub columns: Vec<Vec<SankeyPlace>>,
    pub flows: Vec<SankeyFlow>,
    #[ts(type = "number")]
    pub total: u64,
}

/// A place; tops and heights are thousandths of the field.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SankeyPlace {
    pub name: String,
    /// More than 1 where others are folded.
    pub things: u32,
    #[ts(type = "number")]
    pub value: u64,
    pub y: f64,
    pub height: f64,
    /// Its grants; null where the grants table cannot tell.
    pub link: Option<Link>,
}

/// A flow from a place of a column to one of the next.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SankeyFlow {
    pub column: u32,
    pub from: u32,
    pub to: u32,
    #[ts(type = "number")]
    pub value: u64,
    pub y_from: f64,
    pub y_to: f64,
    pub height: f64,
    pub link: Option<Link>,
}
