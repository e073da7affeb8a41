//! The vocabulary of Bulkhead: ids, closed word lists, the rows of a revision and what importers state.
//!
//! Knows no file, no clock, no SQL and no window. Read `kinds` for the words, `rows` for what a
//! revision holds, `facts` for what an importer may say, `estate` for what the reach engine sees.

pub mod estate;
pub mod facts;
pub mod gateway_route;
pub mod id;
pub mod kinds;
pub mod rows;
pub mod time;
pub mod weights;

pub use kinds::*;
