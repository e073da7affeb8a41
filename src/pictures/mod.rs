//! Places for pictures, computed from stable ids so that the same estate always looks the same.
//!
//! Knows `model` and what `blast` says about a unit; no drawing, no colours, no window. [`flood_map`] lays an estate out
//! once; [`flood`] fills the places with what one unit reaches and never moves them. [`tier_map`] shows by which ways it gets there,
//! [`bar_tree`] what its score is made of.

mod bar_tree;
mod flood_map;
mod matrix;
mod sankey;
mod tier_map;
mod treemap;

pub use bar_tree::{Part, bar_tree};
pub use flood_map::{Compartment, FIELD, FloodMap, HEAD, Layout, MOST_CELLS, MapCell, compartment_map, flood, flood_map};
pub use matrix::{Bin, MOST_COLUMNS, MOST_ROWS, Matrix, Order, Pairs};
pub use sankey::{Flow, HEIGHT, MOST, Place, Sankey, sankey};
pub use tier_map::{MOST_NODES, NODE, PITCH, Tier, TierEdge, TierMap, TierNode, TierPath, tier_map};
pub use treemap::{Rect, squarify};
