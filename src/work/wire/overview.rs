//! The page Overview.

use serde::Serialize;
use ts_rs::TS;

use super::frame::{Figure, Link};

/// Command `overview`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Overview {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub figures: Vec<Figure>,
    pub do_next: Vec<DoNext>,
    pub data_health: Vec<DataHealth>,
    pub unknowns: Vec<UnknownLine>,
    /// Score percentiles of clients at earlier revisions (10, 50, 90, max), oldest first.
    pub trend: Vec<TrendPoint>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DoNext {
    pub action: String,
    pub at: String,
    pub touches: String,
    /// Reach units removed, full recomputation without it.
    pub reach_removed: f64,
    pub owner: Option<String>,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DataHealth {
    pub source: String,
    pub completeness: String,
    pub age_days: Option<i32>,
    pub read: u32,
    pub rejected: u32,
    pub note: String,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct UnknownLine {
    pub fact: String,
    pub unknown: u32,
    pub population: u32,
    pub counted_as: String,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct TrendPoint {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: String,
    /// 10 %, 50 %, 90 %, maximum.
    pub scores: [f64; 4],
}
