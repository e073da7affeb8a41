//! Bulkhead: what can one stolen token reach, which credentials are late, who outside reaches what inside, proved offline.
//!
//! Modules import downwards only (see `docs/ARCHITECTURE.md`, held by `tests/it/tidy.rs`):
//! `model`, `error` < `formats` < `importers`; `model` < `reach` < `blast`; `model` < `policy`; `pictures`; `exports`; `store`; `audit` < `work` < `api`.

pub mod api;
pub mod audit;
pub mod blast;
pub mod cli;
pub mod error;
pub mod exports;
pub mod formats;
pub mod importers;
pub mod model;
pub mod pictures;
pub mod policy;
pub mod reach;
pub mod store;
pub mod tokens;
pub mod work;
