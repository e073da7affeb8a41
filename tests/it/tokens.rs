//! The token inspector: Project Wycheproof's vectors, one token for every check, and bulk runs.

mod canary;
mod checks;
mod signer;
mod wycheproof;
