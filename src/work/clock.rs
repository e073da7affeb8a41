//! The only place that reads the clock; everything else is told the time.

use crate::model::time::Millis;

/// Now, UTC milliseconds.
#[allow(clippy::disallowed_methods, reason = "this is the edge that the ban points to")]
pub fn now() -> Millis {
    chrono::Utc::now().timestamp_millis()
}
