//! The page Rotations.

use serde::Serialize;
use ts_rs::TS;

use super::frame::{Figure, Link};

/// Command `rotations`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Rotations {
    #[ts(type = "number")]
    pub revision: i64,
    pub as_of: Option<String>,
    pub figures: Vec<Figure>,
    /// Buckets of D44 with counts by status group.
    pub ageing: Vec<AgeBucket>,
    /// Twelve months from the as-of month: month `2026-11`, due count.
    pub due_calendar: Vec<DueMonth>,
    pub policy: Vec<SlaLine>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct AgeBucket {
    pub label: String,
    pub in_time: u32,
    pub late: u32,
    pub unknown: u32,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct DueMonth {
    pub month: String,
    pub due: u32,
    pub link: Link,
}

#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SlaLine {
    pub kind: String,
    pub max_age_days: Option<u32>,
    pub grace_days: u32,
    pub warn_days: u32,
    pub note: String,
}
