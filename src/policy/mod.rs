//! What follows by rule or pack: permission classes, holder, well-known audiences, escalation methods, SLA arithmetic. Data stands in `src/defaults/`; no clock, no file system.

pub mod weights;
