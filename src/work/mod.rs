//! Use cases and jobs: where clock, files, store, packs and engine meet.

pub mod cell;
pub mod clock;
pub mod filter;
pub mod jobs;
pub mod table;
pub mod wire;
