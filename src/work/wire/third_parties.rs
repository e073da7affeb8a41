//! The page Third parties.

use serde::Serialize;
use ts_rs::TS;

use super::frame::{Figure, Link};

/// Command `third_parties`: impact x exposure grid; rows come from table `third_parties`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct ThirdParties {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub figures: Vec<Figure>,
    /// Row labels top (most impact) to bottom.
    pub impacts: Vec<String>,
    /// Column labels left to right (most exposed last).
    pub exposures: Vec<String>,
    pub cells: Vec<GridCell>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct GridCell {
    pub row: u32,
    pub column: u32,
    pub count: u32,
    pub link: Link,
}
