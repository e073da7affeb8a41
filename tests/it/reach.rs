//! Golden numbers and properties of BR-1.

mod flood;
mod goldens;
mod oracle;
mod oracle_exposure;
mod properties;
mod random;
mod ways;
mod world;
