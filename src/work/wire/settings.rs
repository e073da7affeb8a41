//! Settings and statements of people.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::rotations::SlaLine;

/// Command `settings`; `settings_set {field, value, reason}` where field is `theme`, `actor_name`, `sla:<kind>`.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct Settings {
    /// system, light, dark, high_contrast
    pub theme: String,
    pub actor_name: String,
    pub sla: Vec<SlaLine>,
    pub boundaries: Vec<String>,
    pub classes: Vec<(String, String)>,
    pub weights: String,
    pub permission_classes: String,
}

/// Command `set {table, id, field, value, reason}`: an assertion; answers the new revision.
#[derive(Debug, Clone, Deserialize, TS)]
#[allow(missing_docs, reason = "wire shape")]
pub struct SetRequest {
    pub table: String,
    pub id: String,
    pub field: String,
    pub value: String,
    pub reason: String,
}
