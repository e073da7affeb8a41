//! The inventory as shells and the command line see it: opened and made here, asked and changed through `work`.
//!
//! They name the store through this module only, so that a store for teams can take its place.

pub use crate::store::{OpenMode, Recovery, Store};
