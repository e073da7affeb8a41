//! Golden numbers and properties of BR-1.

mod goldens;
mod oracle;
mod properties;
mod ways;
mod world;
