//! What importers of plain lists of JSON objects and of configuration files share: a tree without secrets, the walk over a
//! file, the records of a set, and how complete its lists are. Knows no vendor's words.

pub mod configuration;
pub mod given;
pub mod lists;
pub mod outcome;
pub mod pages;
pub mod reading;
pub mod replies;
pub mod tree;
pub mod walk;
