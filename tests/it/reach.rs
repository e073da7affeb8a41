//! Golden numbers and properties of BR-1.

mod flood;
mod goldens;
mod matrix;
mod oracle;
mod oracle_exposure;
mod oracle_sum;
mod oracle_walls;
mod properties;
mod random;
mod tiers;
mod walls;
mod ways;
mod what_if;
mod world;
