//! Permission classes against reference tables; SLA dates.
