//! The audit pack: one file per numbered entry, manifest, signature, verification (domain.md 8).
