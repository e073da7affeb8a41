//! Use cases and jobs: where clock, files, store, packs and engine meet.

pub mod answers;
pub mod blast_page;
pub mod cell;
pub mod clock;
pub mod demo;
pub mod demo_inventory;
pub mod figures;
pub mod filter;
pub mod import;
pub mod inventory;
pub mod jobs;
pub mod lists;
pub mod overview;
pub mod pack;
mod pack_parts;
pub mod panel;
pub mod profiles;
pub mod pseudonyms;
pub mod rotations_page;
pub mod signing_key;
pub mod statements;
pub mod status;
pub mod subjects;
pub mod table;
pub mod tables;
pub mod third_parties_page;
pub mod wire;
