//! Golden numbers and properties of BR-1.

mod flood;
mod goldens;
mod oracle;
mod properties;
mod ways;
mod world;
